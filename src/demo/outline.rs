//! The steps of a lesson as a presenter looks for them: by number, by id, or by a word of the title.

use crate::lesson::Lesson;
use crate::lesson::markdown::{Block, Prose, plain};

/// A step by name, and what it begins with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Entry {
    pub id: String,
    pub title: String,
    /// Its first paragraph, without mark-up.
    pub about: String,
}

/// All steps of a lesson, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outline(pub Vec<Entry>);

impl Outline {
    pub(crate) fn of(lesson: &Lesson, prose: &Prose) -> Self {
        let entry = |id: &String| {
            let step = prose.steps.iter().find(|step| step.id == *id);
            let first = step.and_then(|step| {
                step.body.iter().find_map(|block| match block {
                    Block::Paragraph(text) => Some(plain(text)),
                    _ => None,
                })
            });
            Entry {
                id: id.clone(),
                title: step.map(|step| step.title.clone()).unwrap_or_default(),
                about: first.unwrap_or_default(),
            }
        };
        Self(lesson.file.steps.iter().map(|step| entry(&step.id)).collect())
    }

    /// The steps that `words` mean, from 0: the one of that number or id, or else all whose id or
    /// title has them; none where there are no words.
    pub(crate) fn matching(&self, words: &str) -> Vec<usize> {
        let words = words.trim().to_lowercase();
        if let Ok(number) = words.parse::<usize>() {
            return number.checked_sub(1).filter(|step| *step < self.0.len()).into_iter().collect();
        }
        if let Some(step) = self.0.iter().position(|entry| entry.id == words) {
            return vec![step];
        }
        let has = |entry: &Entry| entry.id.contains(&words) || entry.title.to_lowercase().contains(&words);
        let all = self.0.iter().enumerate().filter(|(_, entry)| !words.is_empty() && has(entry));
        all.map(|(step, _)| step).collect()
    }
}

/// A search under way: what was typed, and which of the steps that it leaves was chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Search {
    pub words: String,
    chosen: Option<usize>,
}

impl Search {
    #[cfg(test)]
    pub(crate) fn of(words: &str) -> Self {
        Self { words: words.to_owned(), chosen: None }
    }

    /// Another letter, or one less: what was chosen before is not any more.
    pub(crate) fn edit(&mut self, change: impl FnOnce(&mut String)) {
        change(&mut self.words);
        self.chosen = None;
    }

    /// What there is to choose from: all steps before anything is typed.
    pub(crate) fn listed(&self, outline: &Outline) -> Vec<usize> {
        if self.words.trim().is_empty() {
            (0..outline.0.len()).collect()
        } else {
            outline.matching(&self.words)
        }
    }

    /// Where Enter leads.
    pub(crate) fn found(&self, outline: &Outline) -> Option<usize> {
        self.chosen.or_else(|| outline.matching(&self.words).first().copied())
    }

    /// To the one before or after in the list; `here` is the step at hand.
    pub(crate) fn turn(&mut self, outline: &Outline, here: usize, forward: bool) {
        let listed = self.listed(outline);
        let at = self.found(outline).unwrap_or(here);
        let next = match forward {
            true => listed.iter().copied().find(|step| *step > at),
            false => listed.iter().rev().copied().find(|step| *step < at),
        };
        self.chosen = next.or(self.chosen);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outline() -> Outline {
        let steps = [
            ("copy-the-app", "앱 복사하기"),
            ("scale-to-3", "Scale to 3"),
            ("scale", "More"),
            ("end", "SCALE no more"),
        ];
        let entry =
            |(id, title): (&str, &str)| Entry { id: id.into(), title: title.into(), about: String::new() };
        Outline(steps.map(entry).into())
    }

    #[test]
    fn a_step_is_meant_by_its_number_its_id_or_words() {
        let cases: [(&str, &[usize]); 9] = [
            ("2", &[1]),
            (" 4 ", &[3]),
            ("5", &[]),
            ("0", &[]),
            ("", &[]),
            ("복사", &[0]),
            ("scale-", &[1]),
            ("scale", &[2]),
            ("SCAL", &[1, 2, 3]),
        ];
        for (words, steps) in cases {
            assert_eq!(outline().matching(words), steps, "{words}");
        }
    }

    #[test]
    fn arrows_choose_among_those_that_match_and_letters_begin_again() {
        let outline = outline();
        let mut search = Search::default();
        assert_eq!((search.listed(&outline).len(), search.found(&outline)), (4, None));
        search.turn(&outline, 1, true);
        assert_eq!(search.found(&outline), Some(2));
        search.edit(|words| words.push_str("scal"));
        assert_eq!(search.found(&outline), Some(1));
        search.turn(&outline, 0, true);
        search.turn(&outline, 0, true);
        search.turn(&outline, 0, true);
        assert_eq!(search.found(&outline), Some(3), "the last stays the last");
        search.turn(&outline, 0, false);
        assert_eq!(search.found(&outline), Some(2));
        search.edit(|words| words.push('x'));
        assert_eq!(search.found(&outline), None);
    }
}
