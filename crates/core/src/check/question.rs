//! `question`: the learner chose the right one of several answers.

use serde::Deserialize;

use super::kind::{Check, Needs, World};
use crate::verdict::Verdict;
use workshop_text::Text;

/// The learner chose the right answer.
///
/// The words are in the step's prose, under a heading with the check's id.
///
/// ```toml
/// question = { answer = 2 }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The number of the right choice, from 1.
    pub answer: usize,
}

impl Check for Question {
    fn needs(&self) -> Needs {
        Needs::Answer
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        match world.answer {
            None => Verdict::not_yet(Text::new("check-question-open")),
            Some(answer) if answer == self.answer.to_string() => {
                Verdict::pass(Text::new("check-question-pass"))
            }
            Some(answer) => Verdict::not_yet(Text::new("check-question-wrong").with("answer", answer)),
        }
    }
}
