//! What `doctor` says of a machine.

use workshop_text::Text;

/// One finding of `doctor`.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Finding {
    /// A short name of what was looked at: `engine`, `compose`, `base image nginx:alpine` …
    pub subject: Text,
    /// How bad it is.
    pub state: FindingState,
    /// What was found there.
    pub seen: Text,
    /// The exact next command or action, where something is wrong.
    pub fix: Option<Text>,
}

/// How bad a finding of `doctor` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingState {
    /// All is well.
    Good,
    /// It deserves a look, and does not make `doctor` fail.
    Warning,
    /// A lesson cannot run like this: `doctor` fails.
    Bad,
}
