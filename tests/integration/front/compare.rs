//! Compares what two servers showed: a [`Difference`] a step, with the lines that only one has.

use similar::{ChangeTag, TextDiff};

use super::case::Case;
use super::play::Scene;

#[derive(Clone, Debug)]
pub(crate) struct Difference {
    pub case: String,
    pub about: String,
    pub step: String,
    /// The lines that only the peer showed, and only the front.
    pub nginx: Vec<String>,
    pub front: Vec<String>,
    /// Why it is meant to be so.
    pub known: Option<String>,
}

pub(crate) fn compare(case: &Case, nginx: &[Scene], front: &[Scene]) -> Vec<Difference> {
    let mut differences = Vec::new();
    for at in 0..nginx.len().max(front.len()) {
        let lines = |scenes: &[Scene]| scenes.get(at).map(|scene| scene.lines.clone()).unwrap_or_default();
        let (one, other) = (lines(nginx), lines(front));
        if one == other {
            continue;
        }
        let step = nginx.get(at).or_else(|| front.get(at)).map_or("", |scene| &scene.title).to_owned();
        let one: Vec<&str> = one.iter().map(String::as_str).collect();
        let other: Vec<&str> = other.iter().map(String::as_str).collect();
        let diff = TextDiff::from_slices(&one, &other);
        let (name, about) = (case.name.clone(), case.about.clone());
        let mut found =
            Difference { case: name, about, step, nginx: Vec::new(), front: Vec::new(), known: None };
        for change in diff.iter_all_changes() {
            match change.tag() {
                ChangeTag::Delete => found.nginx.push(change.value().to_owned()),
                ChangeTag::Insert => found.front.push(change.value().to_owned()),
                ChangeTag::Equal => {}
            }
        }
        found.known = known(case, &found);
        differences.push(found);
    }
    differences
}

/// The reason, where every differing line is covered by one that the case gives.
fn known(case: &Case, difference: &Difference) -> Option<String> {
    let mut reason = None;
    for line in difference.nginx.iter().chain(&difference.front) {
        let (_, why) = case.known.iter().find(|(words, _)| line.contains(words.as_str()))?;
        reason = Some(why.clone());
    }
    reason
}

impl Difference {
    /// `CASE: STEP`.
    pub(crate) fn name(&self) -> String {
        format!("{}: {}", self.case, self.step)
    }

    pub(crate) fn text(&self) -> String {
        let mut text = format!("### {}\n{}\n", self.name(), self.about);
        if let Some(why) = &self.known {
            text.push_str(&format!("known: {why}\n"));
        }
        text.push_str("```diff\n");
        for line in &self.nginx {
            text.push_str(&format!("-nginx {line}\n"));
        }
        for line in &self.front {
            text.push_str(&format!("+front {line}\n"));
        }
        text.push_str("```\n");
        text
    }
}
