//! What this user's earlier demos leave for the next one: how long each step took, and where the last
//! one was when it ended. Kept with the user's own state, outside of any workspace.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::workspace::identity::{IdentityError, Registry};

const FILE: &str = "rehearsals.json";
const FORMAT: u32 = 1;
/// Times that are kept for a step: the last ones.
const KEPT: usize = 5;

/// All lessons' rehearsals, by their ids.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct All {
    format: u32,
    lessons: BTreeMap<String, Rehearsed>,
}

/// What is known of one lesson.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rehearsed {
    /// Seconds, the oldest first, by a step's id.
    steps: BTreeMap<String, Vec<u32>>,
    /// The folder in which the last demo ended before its end, and the id of the step it was at.
    left: Option<(String, String)>,
}

impl Rehearsed {
    /// What is known of `lesson`; nothing where nothing can be read.
    pub(crate) fn load(registry: &Registry, lesson: &str) -> Self {
        load(registry).lessons.remove(lesson).unwrap_or_default()
    }

    /// Takes it in place of what was known before.
    ///
    /// # Errors
    /// The user's state cannot be written.
    pub(crate) fn save(&self, registry: &Registry, lesson: &str) -> Result<(), IdentityError> {
        let mut all = load(registry);
        all.format = FORMAT;
        all.lessons.insert(lesson.to_owned(), self.clone());
        registry.keep(FILE, &serde_json::to_vec_pretty(&all).expect("rehearsals become JSON"))
    }

    /// What the presenter takes for a step: the middle one of the last times.
    pub(crate) fn seconds(&self, step: &str) -> Option<u32> {
        let mut times = self.steps.get(step)?.clone();
        times.sort_unstable();
        times.get(times.len() / 2).copied()
    }

    pub(crate) fn took(&mut self, step: &str, seconds: u32) {
        let times = self.steps.entry(step.to_owned()).or_default();
        times.push(seconds);
        let old = times.len().saturating_sub(KEPT);
        times.drain(..old);
    }

    /// The demo in `folder` is at `step`; `None` once it has come to its end.
    pub(crate) fn is_at(&mut self, folder: &str, step: Option<&str>) {
        self.left = step.map(|step| (folder.to_owned(), step.to_owned()));
    }

    /// Where the last demo was when it ended, if that was in `folder`.
    pub(crate) fn left(&self, folder: &str) -> Option<&str> {
        self.left.as_ref().filter(|(there, _)| there == folder).map(|(_, step)| step.as_str())
    }
}

fn load(registry: &Registry) -> All {
    let all = registry.kept(FILE).and_then(|bytes| serde_json::from_slice::<All>(&bytes).ok());
    all.filter(|all| all.format == FORMAT).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_times_count_and_a_place_belongs_to_its_folder() {
        let temp = tempfile::tempdir().unwrap();
        let registry = Registry::at(temp.path().join("state"));
        assert_eq!(Rehearsed::load(&registry, "06"), Rehearsed::default());
        let mut rehearsed = Rehearsed::default();
        [900, 10, 30, 20, 40, 50].into_iter().for_each(|seconds| rehearsed.took("a", seconds));
        rehearsed.is_at("/here", Some("a"));
        rehearsed.save(&registry, "06").unwrap();
        let read = Rehearsed::load(&registry, "06");
        assert_eq!((read.seconds("a"), read.seconds("b")), (Some(30), None));
        assert_eq!((read.left("/here"), read.left("/there")), (Some("a"), None));
        assert_eq!(Rehearsed::load(&registry, "07"), Rehearsed::default());
        rehearsed.is_at("/here", None);
        rehearsed.save(&registry, "06").unwrap();
        assert_eq!(Rehearsed::load(&registry, "06").left("/here"), None);
        std::fs::write(temp.path().join("state").join(FILE), "{").unwrap();
        assert_eq!(Rehearsed::load(&registry, "06"), Rehearsed::default());
    }
}
