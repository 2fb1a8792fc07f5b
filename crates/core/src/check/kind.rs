//! What every kind of check is: it says what it [`Needs`] and judges a [`World`].

use std::fmt;

use super::application::Application;
use super::probe::Probe;
use super::seen::Seen;
use crate::verdict::Verdict;
use crate::workspace::baseline::BaselineReplica;
use workshop_engine::{Detail, Observed, StackCommand};

/// What a check must see before it can judge.
#[derive(Clone, Debug, PartialEq)]
pub enum Needs {
    /// The workspace's files: a static check.
    Files,
    /// What the learner answered.
    Answer,
    /// One snapshot of the stack.
    Stack(Detail),
    /// A snapshot, and what this probe brings.
    Probe(Box<Probe>),
}

impl Needs {
    pub(crate) fn probe(probe: Probe) -> Self {
        Self::Probe(Box::new(probe))
    }

    /// A static check reads files and answers, and needs no engine.
    pub const fn is_static(&self) -> bool {
        matches!(self, Self::Files | Self::Answer)
    }

    /// It changes the stack while it looks, so it is asked last, and only when all before it passed.
    pub fn is_disruptive(&self) -> bool {
        let changes = |probe: &Probe| {
            matches!(
                probe,
                Probe::Steady(_)
                    | Probe::Update(_)
                    | Probe::Survives(_)
                    | Probe::Scaling(_)
                    | Probe::Outage(_)
                    | Probe::NumberedWrites(_)
                    | Probe::Refused
            )
        };
        matches!(self, Self::Probe(probe) if changes(probe))
    }
}

/// Everything that a check may look at.
#[derive(Clone, Copy)]
pub struct World<'a> {
    /// The learner's application, read and judged as far as checks have asked for it.
    pub app: &'a Application,
    /// There for checks that need the stack.
    pub stack: Option<&'a Observed>,
    /// There for checks that declared a probe.
    pub seen: Option<&'a Seen>,
    /// The replicas as they were when the step before was passed.
    pub baseline: &'a [BaselineReplica],
    /// The learner's answer to this check, where it asks for one.
    pub answer: Option<&'a str>,
}

/// One kind of check.
pub trait Check: fmt::Debug {
    /// What must be seen before [`judge`](Self::judge) can be called: nothing but the files, where it
    /// does not say.
    fn needs(&self) -> Needs {
        Needs::Files
    }

    /// Judges what was seen. Where a part that it needs is not there, the verdict says so.
    fn judge(&self, world: &World<'_>) -> Verdict;

    /// The commands that it runs by itself, as a learner would type them on Docker: shown and agreed
    /// to, like a step's own, where the lesson comes from elsewhere.
    fn commands(&self) -> Vec<StackCommand> {
        Vec::new()
    }

    /// The program of this machine that it runs, with its arguments: agreed to like the commands.
    fn program(&self) -> Option<&[String]> {
        None
    }
}
