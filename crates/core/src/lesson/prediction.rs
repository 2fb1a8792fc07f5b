//! What a lesson asks its learner to expect before it happens: a [`Prediction`], and what a verdict
//! has measured of it.

use serde::Deserialize;

use crate::check::Verdict;
use workshop_text::{Arg, Text};

/// A question without right or wrong, asked before, and shown again beside what was measured.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Prediction {
    /// As it is typed, and as the prose names it.
    #[serde(deserialize_with = "super::model::id")]
    pub id: String,
    /// What is answered to it.
    pub guess: GuessKind,
    /// `STEP/CHECK`: the check whose pass measures it, of this step or of a later one.
    pub resolved_by: String,
    /// Which of the figures of that check's verdict is what was asked for: an argument of its
    /// message, or `answered`, `silent`, `least`, `most`, `all` of its shares; the whole message where
    /// none is named.
    #[serde(default)]
    pub fact: Option<String>,
}

/// What is answered to a prediction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, serde::Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum GuessKind {
    /// A number, with or without its unit.
    Number,
    /// Words of the learner's own.
    Text,
    /// One of several choices.
    Choice,
}

impl Prediction {
    /// The step and the check that measure it.
    pub fn resolving(&self) -> Option<(&str, &str)> {
        self.resolved_by.split_once('/')
    }

    /// Whether the check `check` of the step `step` measures it.
    pub fn is_resolved_by(&self, step: &str, check: &str) -> bool {
        self.resolving() == Some((step, check))
    }

    /// The figure of `verdict` that is what was asked for; `None` where its message is.
    pub fn figure(&self, verdict: &Verdict) -> Option<Text> {
        measured(verdict, self.fact.as_deref()?)
    }
}

/// The figure called `name` of a verdict: an argument of its message, or of its shares `answered`
/// (replicas that got something), `silent` (replicas that got nothing), `least`, `most` (what one
/// replica got) and `all` (what all of them got together).
pub fn measured(verdict: &Verdict, name: &str) -> Option<Text> {
    let argument = verdict.message.args.iter().find(|(given, _)| *given == name);
    if let Some((_, arg)) = argument {
        return Some(match arg {
            Arg::Word(word) => Text::verbatim(word.clone()),
            Arg::Number(number) => Text::verbatim(number.to_string()),
            Arg::Text(text) => text.clone(),
            Arg::List(words) => Text::verbatim(words.join(", ")),
            Arg::Texts(texts) => Text::new("check-list").with("items", texts.clone()),
        });
    }
    let counts = || verdict.shares.iter().map(|share| share.count);
    let figure = match name {
        _ if verdict.shares.is_empty() => return None,
        "answered" => counts().filter(|count| *count > 0).count() as u64,
        "silent" => counts().filter(|count| *count == 0).count() as u64,
        "least" => u64::from(counts().min()?),
        "most" => u64::from(counts().max()?),
        "all" => counts().map(u64::from).sum(),
        _ => return None,
    };
    Some(Text::verbatim(figure.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Share;

    #[test]
    fn a_figure_comes_from_the_message_or_from_the_shares() {
        let share = |label: &str, count| Share { label: label.to_owned(), count };
        let verdict = Verdict::pass(Text::new("check-scaling-pass").with("gain", "1.9").with("count", 2))
            .shares(vec![share("a", 7), share("b", 0), share("c", 3)]);
        let said = |name| measured(&verdict, name).map(|text| text.render(workshop_text::Lang::En));
        for (name, wanted) in [
            ("gain", "1.9"),
            ("count", "2"),
            ("answered", "2"),
            ("silent", "1"),
            ("least", "0"),
            ("most", "7"),
            ("all", "10"),
        ] {
            assert_eq!(said(name).as_deref(), Some(wanted), "{name}");
        }
        assert_eq!(said("whatever"), None);
        assert_eq!(measured(&Verdict::pass(Text::new("check-confirm-pass")), "silent"), None);
    }
}
