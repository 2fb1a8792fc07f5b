//! One named, typed assertion about the workspace or about the running stack.
//!
//! A [`CheckSpec`] is what a lesson writes; it says what it [`Needs`] and judges a [`World`] into a
//! [`Verdict`]. Judging is a pure function: the session observes, the check decides. One file a kind.

use crate::text::Text;

/// What came of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Pass,
    /// The learner's change is not there yet.
    NotYet,
    /// The machine is in the way: Docker is down, a port is taken, an image is missing.
    Environment,
}

/// Where in a file of the learner's, both counted from 1, the column in characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Relative to the workspace, with `/`.
    pub file: String,
    pub line: u32,
    pub column: u32,
    /// Characters to underline; at least 1.
    pub width: u32,
    /// The learner's own line, for the caret.
    pub source: String,
}

/// What a check says, with its evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    pub outcome: Outcome,
    /// One sentence: what is so, and why it matters.
    pub message: Text,
    pub expected: Option<Text>,
    pub observed: Option<Text>,
    pub place: Option<Place>,
    /// It may become a pass by itself (a replica still starting): worth asking again until the
    /// check's deadline.
    pub settling: bool,
    /// A picture of numbers that belongs to it: each replica's share of the traffic.
    pub shares: Vec<Share>,
    /// Lines worth showing as they are: a line of each replica's log.
    pub lines: Vec<String>,
}

/// How much of something one replica got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    pub label: String,
    pub count: u32,
}

impl Verdict {
    fn new(outcome: Outcome, message: Text) -> Self {
        Self {
            outcome,
            message,
            expected: None,
            observed: None,
            place: None,
            settling: false,
            shares: Vec::new(),
            lines: Vec::new(),
        }
    }

    pub fn pass(message: Text) -> Self {
        Self::new(Outcome::Pass, message)
    }

    pub fn not_yet(message: Text) -> Self {
        Self::new(Outcome::NotYet, message)
    }

    pub fn environment(message: Text) -> Self {
        Self::new(Outcome::Environment, message)
    }

    pub fn is_pass(&self) -> bool {
        self.outcome == Outcome::Pass
    }

    #[must_use]
    pub fn expected(mut self, text: impl Into<Text>) -> Self {
        self.expected = Some(text.into());
        self
    }

    #[must_use]
    pub fn observed(mut self, text: impl Into<Text>) -> Self {
        self.observed = Some(text.into());
        self
    }

    #[must_use]
    pub fn at(mut self, place: Option<Place>) -> Self {
        self.place = place;
        self
    }

    #[must_use]
    pub fn settling(mut self) -> Self {
        self.settling = true;
        self
    }

    #[must_use]
    pub fn shares(mut self, shares: Vec<Share>) -> Self {
        self.shares = shares;
        self
    }

    #[must_use]
    pub fn lines(mut self, lines: Vec<String>) -> Self {
        self.lines = lines;
        self
    }
}
