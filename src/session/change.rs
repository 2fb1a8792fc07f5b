//! What a session changes in the learner's files: planned first, so that it can be shown and
//! refused; then written through the journal, so that it can be undone.

use super::Session;
use crate::check::files::{self as learners, own_path};
use crate::event::{DiffView, FileDiff};
use crate::lesson::LessonError;
use crate::lesson::catalog::Files;
use crate::text::Text;
use crate::workspace::files::{self, ReadError};
use crate::workspace::journal::{Change, JournalError, Undone};
use crate::workspace::lock::Lock;
use crate::workspace::merge::{Conflict, merge};
use crate::workspace::patch::unified;

/// A change of the learner's files that has not been made.
#[derive(Debug, Default)]
pub struct Plan {
    changes: Vec<Change>,
    pub diff: DiffView,
}

impl Plan {
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
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
#[error("{}", self.text().render(crate::text::Lang::En))]
pub enum ChangeError {
    Lesson(#[from] LessonError),
    Journal(#[from] JournalError),
    /// A file of the learner's that the change needs cannot be read.
    Unreadable {
        file: String,
        error: ReadError,
    },
    /// The learner changed the same lines as the lesson does.
    Conflict {
        file: String,
        conflicts: Vec<Conflict>,
        ours: String,
    },
    /// The learner's file cannot be read as it is.
    Broken {
        file: String,
        reason: Text,
        line: u32,
    },
    /// With the change in it the file could not be read any more: `at` says where.
    WouldBreak {
        file: String,
        reason: Text,
    },
    /// There is something in the workspace already.
    NotEmpty {
        dir: String,
    },
}

impl ChangeError {
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

impl Session<'_> {
    /// What a step's own edit (or copy) would change in the learner's files now.
    ///
    /// # Errors
    /// A file cannot be read, or the learner's changes and the lesson's are in each other's way.
    pub fn plan_step(&self, index: usize) -> Result<Plan, ChangeError> {
        let step = self.step(index);
        if step.create {
            return self.plan_create();
        }
        let mut plan = Plan::default();
        let Some(patch) = self.lesson.patch(step)? else { return Ok(plan) };
        let base = self.lesson.files_after(index)?;
        let target = self.lesson.files_after(index + 1)?;
        for file in patch.files() {
            self.plan_edit(&mut plan, &file.path, &base, &target)?;
        }
        Ok(plan)
    }

    fn plan_edit(
        &self,
        plan: &mut Plan,
        path: &str,
        base: &Files,
        target: &Files,
    ) -> Result<(), ChangeError> {
        let text = |files: &Files| {
            files.get(path).map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default()
        };
        let (base, theirs) = (text(base), text(target));
        let path = own_path(&self.workspace.dir(), path);
        // None where the edit makes the file.
        let before = match files::read_text(&self.workspace.dir(), path) {
            Ok(ours) => Some(ours),
            Err(ReadError::Missing { .. }) if base.is_empty() => None,
            Err(error) => return Err(ChangeError::Unreadable { file: path.to_owned(), error }),
        };
        let ours = before.clone().unwrap_or_default();
        let merged = merge(&base, &ours, &theirs).map_err(|conflicts| ChangeError::Conflict {
            file: path.to_owned(),
            conflicts,
            ours: ours.clone(),
        })?;
        // What cannot be read is not changed, and a merge that cannot be read is no merge.
        let read = learners::Files::load(&self.workspace.dir(), self.lesson);
        if let Some(error) = read.syntax_error(path, &ours) {
            return Err(ChangeError::Broken {
                file: path.to_owned(),
                reason: error.message,
                line: error.span.line,
            });
        }
        if let Some(error) = read.syntax_error(path, &merged) {
            return Err(ChangeError::WouldBreak { file: path.to_owned(), reason: error.message });
        }
        plan.add(path, before.map(String::into_bytes), Some(merged.into_bytes()));
        Ok(())
    }

    /// The copy of the lesson's start, into an empty workspace.
    fn plan_create(&self) -> Result<Plan, ChangeError> {
        let dir = self.workspace.dir();
        let mut plan = Plan::default();
        if self.workspace.is_created() {
            return Err(ChangeError::NotEmpty { dir: dir.display().to_string() });
        }
        for (path, bytes) in self.lesson.start_files()? {
            let before = std::fs::read(dir.join(&path)).ok();
            plan.add(&path, before, Some(bytes));
        }
        Ok(plan)
    }

    /// What would bring the lesson's own files back to what step `index` expects at its start.
    /// Files of the learner's that the lesson does not have are left alone.
    ///
    /// # Errors
    /// The lesson is faulty.
    pub fn plan_reset(&self, index: usize) -> Result<Plan, ChangeError> {
        let dir = self.workspace.dir();
        let mut plan = Plan::default();
        for (path, bytes) in self.lesson.files_after(index)? {
            let path = own_path(&dir, &path);
            let before = std::fs::read(dir.join(path)).ok();
            plan.add(path, before, Some(bytes));
        }
        Ok(plan)
    }

    /// Records the plan in the journal and makes it.
    ///
    /// # Errors
    /// Nothing is changed then: what had been written is taken back.
    pub fn make(&self, lock: &Lock, kind: &str, label: &str, plan: Plan) -> Result<Vec<String>, ChangeError> {
        Ok(self.workspace.journal(lock)?.record_and_write(kind, label.to_owned(), plan.changes)?)
    }

    /// Takes back the latest change that the runner made and that is not taken back yet.
    ///
    /// # Errors
    /// There is none, or the learner changed the same lines since.
    pub fn undo(&self, lock: &Lock) -> Result<Undone, ChangeError> {
        Ok(self.workspace.journal(lock)?.undo()?)
    }
}
