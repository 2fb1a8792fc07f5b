//! What a session changes in the learner's files: planned first, so that it can be shown and
//! refused; then written through the journal, so that it can be undone.

use std::path::Path;

use similar::{ChangeTag, TextDiff};

use super::Session;
use crate::check::files::own_path;
use crate::event::{DiffView, FileDiff};
use crate::lesson::LessonError;
use crate::lesson::action::Action;
use crate::lesson::catalog::FileTree;
use crate::workspace::files::{self, ReadError};
use crate::workspace::journal::{Aside, Change, JournalError, Undone};
use crate::workspace::lock::Lock;
use crate::workspace::merge::{Conflict, merge};
use crate::workspace::patch::{Patch, unified};
use crate::workspace::{Workspace, disk};
use workshop_text::Text;

/// A change of the learner's files that has not been made.
#[derive(Debug, Default)]
pub struct PlannedChange {
    changes: Vec<Change>,
    /// What stands in the place of a file, or of a folder on the way to one, and makes room.
    asides: Vec<(Aside, ReadError)>,
    /// The same change as unified diffs, one a file, to be shown.
    pub diff: DiffView,
}

impl PlannedChange {
    /// Nothing would change.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// What will be moved aside, and what it is: a line each.
    pub fn asides(&self) -> Vec<Text> {
        let said = |(aside, error): &(Aside, ReadError)| {
            Text::new("change-aside").with("reason", error.text()).with("to", aside.to.as_str())
        };
        self.asides.iter().map(said).collect()
    }

    /// Makes room for the file at `path`, and for what lies below it.
    fn make_room(&mut self, dir: &Path, path: &str) {
        let Some((thing, error)) = files::obstacle(dir, path) else { return };
        if self.asides.iter().all(|(aside, _)| aside.from != thing) {
            let to = files::aside(&thing, |name| std::fs::symlink_metadata(dir.join(name)).is_ok());
            self.asides.push((Aside { from: thing, to }, error));
        }
    }

    fn add(&mut self, path: &str, before: Option<Vec<u8>>, after: Option<Vec<u8>>) {
        if before == after {
            return;
        }
        let text = |bytes: &Option<Vec<u8>>| {
            bytes.as_ref().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default()
        };
        let unified = unified(path, &text(&before), &text(&after));
        self.diff.files.push(FileDiff { path: path.to_owned(), unified });
        self.changes.push(Change { path: path.to_owned(), before, after, mode: None });
    }
}

/// Why a change could not be planned or made.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.text().render(workshop_text::Lang::En))]
pub enum ChangeError {
    /// The lesson's own files are faulty.
    Lesson(#[from] LessonError),
    /// The journal could not make the change, or could not undo it.
    Journal(#[from] JournalError),
    /// A file of the learner's that the change needs cannot be read.
    Unreadable {
        /// Relative to the workspace folder, with `/`.
        file: String,
        /// Why it cannot be read.
        error: ReadError,
    },
    /// The learner changed the same lines as the lesson does.
    Conflict {
        /// Relative to the workspace folder, with `/`.
        file: String,
        /// The places where both changed the same, each with its line in `ours`.
        conflicts: Vec<Conflict>,
        /// The learner's whole text, as it is now.
        ours: String,
    },
    /// The learner's file cannot be read as it is.
    Broken {
        /// Relative to the workspace folder, with `/`.
        file: String,
        /// The parser's message.
        reason: Text,
        /// The line of the learner's file, from 1.
        line: u32,
    },
    /// With the change in it the file could not be read any more.
    WouldBreak {
        /// Relative to the workspace folder, with `/`.
        file: String,
        /// The parser's message about the merged text.
        reason: Text,
    },
    /// There is something in the workspace already.
    NotEmpty {
        /// The learner's folder, as a path to be shown.
        dir: String,
    },
}

impl ChangeError {
    /// What to say about it.
    pub fn text(&self) -> Text {
        match self {
            Self::Lesson(error) => error.text(),
            Self::Journal(error) => error.text(),
            Self::Unreadable { error, .. } => error.text(),
            Self::Conflict { file, conflicts, .. } => {
                Text::new("change-conflict").with("file", file.as_str()).with(
                    "lines",
                    conflicts.iter().map(|conflict| conflict.line.to_string()).collect::<Vec<_>>(),
                )
            }
            Self::WouldBreak { file, reason } => {
                Text::new("change-would-break").with("file", file.as_str()).with("reason", reason.clone())
            }
            Self::Broken { file, reason, line } => Text::new("change-broken")
                .with("file", file.as_str())
                .with("line", *line)
                .with("reason", reason.clone()),
            Self::NotEmpty { dir } => Text::new("change-not-empty").with("dir", dir.as_str()),
        }
    }
}

/// After how many of the edits `ours` is: of those states whose whole change it has, the one that is
/// nearest to it. `stages` are the states before the first edit and after each.
fn stage_of(stages: &[String], ours: &str) -> usize {
    let has =
        |stage: &String| stage != &stages[0] && merge(&stages[0], ours, stage).is_ok_and(|all| all == ours);
    let differing = |stage: &str| {
        let diff = TextDiff::from_lines(stage, ours);
        diff.iter_all_changes().filter(|change| change.tag() != ChangeTag::Equal).count()
    };
    let met = (0..stages.len()).filter(|at| *at == 0 || has(&stages[*at]));
    met.min_by_key(|at| differing(&stages[*at])).unwrap_or_default()
}

impl Session {
    /// What a step's own edits (or its copy) would change in the learner's files now, all together.
    ///
    /// # Errors
    /// A file cannot be read, or the learner's changes and the lesson's are in each other's way.
    pub fn plan_step(&self, index: usize) -> Result<PlannedChange, ChangeError> {
        if self.step(index).create {
            return self.plan_create();
        }
        self.plan_stage(index, self.step(index).edits().count())
    }

    /// What one of a step's actions would change in the learner's files now. Where a later edit of the
    /// step is in them already, it is taken back: what comes between is about the files as they are then.
    ///
    /// # Errors
    /// As [`Self::plan_step`].
    pub fn plan_action(&self, index: usize, action: &Action) -> Result<PlannedChange, ChangeError> {
        match action {
            Action::Copy => self.plan_create(),
            Action::Edit(patch) => {
                let place = self.step(index).edits().position(|edit| edit == patch);
                self.plan_stage(index, place.map_or(0, |place| place + 1))
            }
            _ => Ok(PlannedChange::default()),
        }
    }

    /// What would bring the files that the step's edits are about to what they are after the first
    /// `edits` of them.
    ///
    /// # Errors
    /// As [`Self::plan_step`].
    pub fn plan_stage(&self, index: usize, edits: usize) -> Result<PlannedChange, ChangeError> {
        let mut plan = PlannedChange::default();
        let patches = self.lesson.patches(self.step(index))?;
        if patches.is_empty() {
            return Ok(plan);
        }
        let stages = self.lesson.stages(index)?;
        let mut paths: Vec<&str> = Vec::new();
        for file in patches.iter().flat_map(Patch::files) {
            if !paths.contains(&file.path.as_str()) {
                paths.push(&file.path);
            }
        }
        for path in paths {
            self.plan_edit(&mut plan, path, &stages, edits)?;
        }
        Ok(plan)
    }

    fn plan_edit(
        &self,
        plan: &mut PlannedChange,
        path: &str,
        stages: &[FileTree],
        edits: usize,
    ) -> Result<(), ChangeError> {
        let text = |files: &FileTree| {
            files.get(path).map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default()
        };
        let is_there = stages[edits].contains_key(path);
        let stages: Vec<String> = stages.iter().map(text).collect();
        let path = own_path(&self.workspace.dir(), path);
        // None where an edit makes the file, or takes it away.
        let before = match files::read_text(&self.workspace.dir(), path) {
            Ok(ours) => Some(ours),
            Err(error) if error.is_missing() && stages.iter().any(String::is_empty) => None,
            Err(error) => return Err(ChangeError::Unreadable { file: path.to_owned(), error }),
        };
        let ours = before.clone().unwrap_or_default();
        let (base, theirs) = (&stages[stage_of(&stages, &ours)], &stages[edits]);
        let merged = merge(base, &ours, theirs).map_err(|conflicts| ChangeError::Conflict {
            file: path.to_owned(),
            conflicts,
            ours: ours.clone(),
        })?;
        // What cannot be read is not changed, and a merge that cannot be read is no merge.
        let read = self.files();
        if let Some(error) = before.as_deref().and_then(|ours| read.syntax_error(path, ours)) {
            return Err(ChangeError::Broken {
                file: path.to_owned(),
                reason: error.message,
                line: error.span.line,
            });
        }
        if let Some(error) = read.syntax_error(path, &merged) {
            return Err(ChangeError::WouldBreak { file: path.to_owned(), reason: error.message });
        }
        let after = (is_there || !merged.is_empty()).then(|| merged.into_bytes());
        plan.add(path, before.map(String::into_bytes), after);
        Ok(())
    }

    /// The copy of the lesson's start, into an empty workspace; or what is missing of it, where a
    /// part was copied.
    fn plan_create(&self) -> Result<PlannedChange, ChangeError> {
        let dir = self.workspace.dir();
        let mut plan = PlannedChange::default();
        let files = self.lesson.start_files()?;
        let is_missing = |path: &str| {
            std::fs::symlink_metadata(dir.join(own_path(&dir, path))).is_err_and(|error| {
                matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory)
            })
        };
        // Files that are all somebody else's are no half of a copy.
        let is_there = |path: &String| !is_missing(path) && !Workspace::is_placeholder(path);
        if self.workspace.is_created() && !files.keys().any(is_there) {
            return Err(ChangeError::NotEmpty { dir: dir.display().to_string() });
        }
        for (path, bytes) in files.into_iter().filter(|(path, _)| is_missing(path)) {
            self.plan_file(&mut plan, &path, bytes)?;
        }
        Ok(plan)
    }

    /// What would bring the lesson's own files back to what step `index` expects at its start.
    /// Files of the learner's that the lesson does not have are left alone.
    ///
    /// # Errors
    /// The lesson is faulty.
    pub fn plan_reset(&self, index: usize) -> Result<PlannedChange, ChangeError> {
        self.plan_files(self.lesson.files_after(index)?)
    }

    /// The same to what they are once the first thing that step `index` does is done.
    ///
    /// # Errors
    /// The lesson is faulty.
    pub fn plan_reset_begun(&self, index: usize) -> Result<PlannedChange, ChangeError> {
        let mut stages = self.lesson.stages(index)?;
        let is_edited = matches!(self.step(index).actions().first(), Some(Action::Edit(_)));
        self.plan_files(stages.swap_remove(usize::from(is_edited)))
    }

    fn plan_files(&self, files: FileTree) -> Result<PlannedChange, ChangeError> {
        let dir = self.workspace.dir();
        let mut plan = PlannedChange::default();
        for (path, bytes) in files {
            self.plan_file(&mut plan, own_path(&dir, &path), bytes)?;
        }
        Ok(plan)
    }

    /// The file at `path` becomes `bytes`. What stands there and is no file that can be read whole
    /// (a folder, a pipe, a link that leads out) makes room, and is never looked into.
    fn plan_file(&self, plan: &mut PlannedChange, path: &str, bytes: Vec<u8>) -> Result<(), ChangeError> {
        let dir = self.workspace.dir();
        plan.make_room(&dir, path);
        let is_under = |(aside, _): &(Aside, ReadError)| {
            path.strip_prefix(&aside.from).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let before = if plan.asides.iter().any(is_under) {
            None
        } else {
            let read = disk::read(&dir.join(path));
            let error =
                |error| ChangeError::Unreadable { file: path.to_owned(), error: ReadError::io(path, &error) };
            read.map_err(error)?.map(|content| content.bytes)
        };
        plan.add(path, before, Some(bytes));
        Ok(())
    }

    /// Records the plan in the journal and makes it.
    ///
    /// # Errors
    /// Nothing is changed then: what had been written is taken back.
    pub fn make(
        &mut self,
        lock: &Lock,
        kind: &str,
        label: &str,
        plan: PlannedChange,
    ) -> Result<Vec<String>, ChangeError> {
        self.look_again();
        let asides: Vec<Aside> = plan.asides.into_iter().map(|(aside, _)| aside).collect();
        Ok(self.workspace.journal(lock)?.make_room_and_write(
            kind,
            label.to_owned(),
            &asides,
            plan.changes,
        )?)
    }

    /// Takes back the latest change that the runner made and that is not taken back yet; with
    /// `over` also where the learner changed the same lines since, which another undo brings back.
    ///
    /// # Errors
    /// There is none, or the learner changed the same lines since.
    pub fn undo(&mut self, lock: &Lock, over: bool) -> Result<Undone, ChangeError> {
        self.look_again();
        Ok(self.workspace.journal(lock)?.undo(over)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(stages: &[&str], ours: &str) -> usize {
        let stages: Vec<String> = stages.iter().map(|text| (*text).to_owned()).collect();
        stage_of(&stages, ours)
    }

    #[test]
    fn a_file_is_as_far_as_the_edits_that_it_has() {
        let replaced = ["x: 1\ny: a\n", "x: 2\ny: a\n", "x: 3\ny: a\n"];
        let added = ["a\n", "a\nb\n", "a\nb\nc\n"];
        for (stages, extra) in [(replaced, "# mine\n"), (added, "# mine\n"), (replaced, ""), (added, "")] {
            for (place, stage) in stages.iter().enumerate() {
                assert_eq!(at(&stages, &format!("{stage}{extra}")), place, "{stages:?} {stage:?}");
            }
        }
    }

    #[test]
    fn an_edit_that_is_taken_back_later_is_not_taken_for_made() {
        // The second edit adds what the third takes away again.
        let stages = ["x: 1\n", "x: 1\n", "x: 2\nextra: yes\n", "x: 2\n"];
        assert_eq!(at(&stages, "x: 1\n# mine\n"), 0);
        assert_eq!(at(&stages, "x: 2\nextra: yes\n# mine\n"), 2);
        assert_eq!(at(&stages, "x: 2\n# mine\n"), 3);
        // What is half made, or the learner's own, is at the last state that is whole.
        assert_eq!(at(&["x: 1\ny: 1\n", "x: 2\ny: 2\n"], "x: 2\ny: 1\n"), 0);
        assert_eq!(at(&["x: 1\n", "x: 2\n"], "x: 7\n"), 0);
    }
}
