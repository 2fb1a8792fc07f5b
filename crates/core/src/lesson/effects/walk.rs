//! The state of a walk through a project's files: what it has looked at and what it has found.

use std::collections::BTreeSet;

use super::effect::{Effect, Effects, Kind};
use super::place::View;
use workshop_stack::compose::Env;

/// One walk through the files of a project.
pub(super) struct Walk<'a> {
    pub view: &'a View<'a>,
    pub env: Env,
    /// What images are named with: the user's own choice of another image is no effect of a lesson.
    pub plain: Env,
    /// Variables that the lesson or `.env` gives.
    pub declared: BTreeSet<String>,
    pub seen: BTreeSet<String>,
    pub depth: usize,
    pub found: Effects,
    /// Where a lesson's own program stands for a service: those for which another one does. What
    /// a file has the rest run inside, it has this machine run.
    pub known: Option<BTreeSet<String>>,
}

/// Where something is said: the service or file, and the folders that its paths are seen from.
pub(super) struct Said<'s> {
    pub who: &'s str,
    pub bases: &'s [String],
}

impl<'a> Walk<'a> {
    pub(super) fn new(view: &'a View<'a>, env: Env, plain: Env, declared: BTreeSet<String>) -> Self {
        Self {
            view,
            env,
            plain,
            declared,
            seen: BTreeSet::new(),
            depth: 0,
            found: Effects::new(),
            known: None,
        }
    }

    pub(super) fn add(&mut self, kind: Kind, what: impl Into<String>, who: &str) {
        self.found.insert(Effect::new(kind, what, who));
    }
}
