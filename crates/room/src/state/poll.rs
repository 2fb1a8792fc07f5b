//! A question that is put to the room, and what was said to it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::names::line;
use crate::protocol::{Poll, Vote, Votes};

/// Different answers that are counted one by one.
const MOST_ANSWERS: usize = 20;

/// The question with the answers so far, by who gave them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Asked {
    pub(crate) poll: Poll,
    pub(crate) votes: BTreeMap<u64, String>,
}

impl Asked {
    /// The same question keeps its answers; another one begins without.
    pub(super) fn after(before: Option<Self>, poll: Poll) -> Self {
        let same = before.filter(|before| before.poll.id == poll.id);
        Self { votes: same.map(|before| before.votes).unwrap_or_default(), poll }
    }

    pub(crate) const fn is_closed(&self) -> bool {
        self.poll.answer.is_some()
    }

    /// What `vote` comes to; `None` where it is not, or no longer, an answer to this question.
    pub(crate) fn answer(&self, vote: &Vote) -> Option<String> {
        if self.is_closed() || vote.poll != self.poll.id {
            return None;
        }
        let free = self.poll.choices.is_empty();
        let answer = if free { line(&vote.answer, 40) } else { vote.answer.clone() };
        ((free && !answer.is_empty()) || self.poll.choices.contains(&answer)).then_some(answer)
    }

    /// In the order of the choices; where there are none, what most said first.
    pub(crate) fn count(&self) -> Vec<Votes> {
        let mut counts = BTreeMap::<&str, u32>::new();
        for answer in self.votes.values() {
            *counts.entry(answer).or_default() += 1;
        }
        let votes = |(answer, count): (&str, u32)| Votes { answer: answer.to_owned(), count };
        if !self.poll.choices.is_empty() {
            let choices = self.poll.choices.iter().map(String::as_str);
            let counted = choices.map(|choice| (choice, counts.get(choice).copied().unwrap_or_default()));
            return counted.map(votes).collect();
        }
        let mut all: Vec<Votes> = counts.into_iter().map(votes).collect();
        all.sort_by_key(|votes| std::cmp::Reverse(votes.count));
        all.truncate(MOST_ANSWERS);
        all
    }
}

/// Whether the question is within its lengths.
pub(crate) fn is_sound(poll: &Poll) -> bool {
    let short = |text: &str, most: usize| !text.is_empty() && text.chars().count() <= most;
    short(&poll.id, 100)
        && short(&poll.question, 400)
        && poll.choices.len() <= 8
        && poll.choices.iter().all(|choice| short(choice, 400))
        && poll.answer.as_ref().is_none_or(|answer| short(answer, 400))
}
