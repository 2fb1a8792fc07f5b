//! What is said between a room and those in it: JSON over HTTP/1.1, every request but
//! [`JOIN`] with the token that it gave, as `Authorization: Bearer TOKEN`.
//!
//! A learner's program sends [`Report`]s: never a file's content, never a command. Sizes are bounded
//! by [`MOST_BYTES`] and by the lengths named at the fields; what is longer is refused whole (413) or
//! cut where that is said.

use serde::{Deserialize, Serialize};

/// POST a [`Join`], get a [`Joined`]; 403 where the code is wrong, 429 after too many attempts.
pub const JOIN: &str = "/api/join";
/// POST a [`Reports`], get a [`Taken`]; 401 where the token is not (or no longer) known.
pub const REPORTS: &str = "/api/reports";
/// POST nothing: forgets the one whose token it is, and all that he said.
pub const LEAVE: &str = "/api/leave";
/// GET the [`Now`] of the room.
pub const NOW: &str = "/api/now";
/// POST a [`Vote`].
pub const VOTE: &str = "/api/vote";
/// Presenter: PUT the [`Shown`] step.
pub const SHOWN: &str = "/api/shown";
/// Presenter: PUT a [`Poll`] to open it, with its answer to resolve it, DELETE to take it back.
pub const POLL: &str = "/api/poll";
/// Presenter: GET the phone's [`Press`]es as they come (server-sent events, one JSON string each).
pub const PRESSES: &str = "/api/presses";
/// Phone: POST a [`Press`]; 409 where no demo listens.
pub const PRESS: &str = "/api/press";
/// POST a [`Signal`]: for one who has the page alone, and whose program reports nothing.
pub const SIGNAL: &str = "/api/signal";
/// Presenter, or the phone itself: DELETE sends the phone away, so that another one can come.
pub const PHONE: &str = "/api/phone";

/// The most bytes of one request's body.
pub const MOST_BYTES: usize = 64 * 1024;

/// Asks to be let in.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Join {
    /// What the presenter shows; blanks, hyphens and letter case do not count.
    pub code: String,
    /// What the room calls this one, at most 40 characters; without, the room gives a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Who asks.
    pub role: Role,
}

/// Who somebody is to the room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Follows and reports; let in by the room's code.
    Learner,
    /// Turns the presenter's pages; let in by the second code, one at a time.
    Phone,
}

/// The way in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Joined {
    /// To be sent with everything else, and shown to nobody.
    pub token: String,
    /// What the room calls this one.
    pub name: String,
    /// What the presenter called the room.
    pub room: String,
}

/// Why something was refused, with a status that says so too.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Refused {
    /// One of the words of a few letters and hyphens that a program can tell apart: `code-wrong`,
    /// `slow-down`, `full`, `phone-taken`, `token-unknown`, `too-large`, `unclear`,
    /// `poll-over`, `no-demo`, `not-kept`, `elsewhere`, `too-slow`.
    pub error: String,
}

/// What happened at a learner's, oldest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reports {
    /// At most 100.
    pub reports: Vec<Report>,
}

/// One thing that happened at a learner's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Counts up for each learner: what comes a second time is taken once.
    pub number: u64,
    /// When, in seconds since 1970 by the learner's clock.
    pub at: u64,
    /// The lesson's id, at most 100 characters.
    pub lesson: String,
    /// The step's id, at most 100 characters.
    pub step: String,
    /// The step's title in the learner's language, at most 200 characters; longer is cut.
    pub title: String,
    /// Which step it is, from 1.
    pub position: u32,
    /// Of how many.
    pub of: u32,
    /// Minutes since the learner came to this step.
    pub minutes: u32,
    /// What happened.
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum What {
    /// A step is at hand.
    Arrived,
    /// The step's checks were asked.
    Checked {
        /// What came of it.
        outcome: Outcome,
        /// The first check that does not pass.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        failing: Option<Failing>,
    },
    /// A hint was read: which one, from 1.
    Hint(u32),
    /// "Done", "help", or neither any more.
    Signal(Signal),
}

/// What came of a step's checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// All pass.
    Pass,
    /// The learner's change is not there yet.
    NotYet,
    /// The machine is in the way.
    Environment,
}

/// A check that does not pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failing {
    /// The check's id, at most 100 characters.
    pub check: String,
    /// What a person calls it, at most 200 characters; longer is cut.
    pub title: String,
    /// What the verdict says, at most 400 characters, the lesson's secrets hidden; longer is cut.
    pub words: String,
}

/// What a learner raises his hand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// Ready to go on.
    Done,
    /// Cannot go on alone.
    Help,
    /// The hand is down.
    None,
}

/// What the room took.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Taken {
    /// The highest number that is safe: nothing up to it needs to be sent again.
    pub number: u64,
}

/// What a learner may know of the room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Now {
    /// What the presenter called the room.
    pub room: String,
    /// The presenter's step, where a demo runs.
    pub shown: Option<Shown>,
    /// The question that is put to the room.
    pub poll: Option<Poll>,
    /// What came in so far: of each choice, or of each number that was guessed. Before the learner has voted, nothing.
    pub votes: Vec<Votes>,
}

/// The step that the presenter shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    /// The lesson's id.
    pub lesson: String,
    /// The step's id.
    pub step: String,
    /// Its title in the talk's language.
    pub title: String,
    /// Which step it is, from 1.
    pub position: u32,
    /// Of how many.
    pub of: u32,
    /// Notes for the presenter's phone alone; learners never get them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub notes: String,
    /// The presenter's clock for the phone alone, as it stands on the stage.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub clock: String,
}

/// A question, or a prediction, that is put to the room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Poll {
    /// Its id; another id is another question.
    pub id: String,
    /// The question, at most 400 characters.
    pub question: String,
    /// What can be chosen, at most 8; none: a number or a word is guessed, at most 40 characters.
    #[serde(default)]
    pub choices: Vec<String>,
    /// What is right, or what was measured; with it the question is closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
}

/// One's answer; a later one takes the place of an earlier one until the poll is closed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vote {
    /// The poll's id.
    pub poll: String,
    /// One of the choices, word for word, or what is guessed.
    pub answer: String,
}

/// How many said so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Votes {
    /// What they said.
    pub answer: String,
    /// How many.
    pub count: u32,
}

/// All that a phone may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Press {
    /// Go on.
    Next,
    /// A step back.
    Back,
    /// Pause, or go on from it.
    Pause,
}
