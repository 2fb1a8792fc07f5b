//! How what an engine was told to do has come out: a command of a lesson, or one inside a replica.

use super::Trouble;

/// Where a command's own output goes, line by line, as it comes.
pub trait Output: Send {
    /// Takes one line, without its end; `stderr` says which of the two outputs it was written to.
    fn line(&mut self, stderr: bool, line: &str);
}

/// How a command that did run ended.
#[derive(Clone, Debug, PartialEq)]
pub struct CommandEnd {
    /// The program's exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// The last lines of its standard error, for a message.
    pub stderr_tail: Vec<String>,
    /// What went wrong, where it did: the learner's side or the machine's.
    pub trouble: Option<Trouble>,
}

impl CommandEnd {
    /// Whether the exit code is 0.
    pub fn success(&self) -> bool {
        self.code == Some(0)
    }
}

/// How a command inside a replica ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExecEnd {
    /// `None` where a signal ended it.
    pub code: Option<i32>,
    /// The first 64 KiB of each.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
}
