//! `undo`: the latest write that is not taken back, taken back. What the learner changed since stays
//! where both can be had.

use std::fs;

use super::super::files;
use super::super::merge::merge;
use super::change::{Aside, Change, OWN, Undone};
use super::entry::{self, Contents, Entry};
use super::error::JournalError;
use super::exchange::{Found, look_at};
use super::manifest::{Manifest, Move, Stage};
use super::{Journal, undone};

/// What an undo will do.
#[derive(Default)]
struct Undoing {
    changes: Vec<Change>,
    replaced: Vec<String>,
    asides: Vec<Aside>,
}

impl Journal {
    /// Takes back the latest write that is not undone. What the learner changed since stays, where
    /// both can be had; where not, nothing is done, unless it is asked for with `over`: then what
    /// was there before comes back, and what is there now with another undo. So it is too with
    /// what an interruption left alone, since that is what this undo is for.
    ///
    /// # Errors
    /// [`JournalError::NothingToUndo`], [`JournalError::UndoConflict`]; [`JournalError::Damaged`]:
    /// the entry was put aside, and the next undo takes back the one before it.
    pub fn undo(&mut self, over: bool) -> Result<Undone, JournalError> {
        let entries = self.entries()?;
        let undone = undone(&entries);
        let open = |entry: &&Entry| {
            let manifest = &entry.manifest;
            let ours = manifest.kind == OWN || manifest.undoes.is_some();
            (!ours || manifest.again || entry.stage.holds()) && !undone.contains(&entry.number)
        };
        let entry = entries.iter().rev().find(open).ok_or(JournalError::NothingToUndo)?;
        let contents = entry.contents().map_err(|error| match error {
            JournalError::Damaged { .. } => match entry::put_aside(&entry.dir) {
                Ok(aside) => JournalError::Damaged { path: aside.display().to_string() },
                Err(error) => error,
            },
            error => error,
        })?;
        let mut plan = Undoing::default();
        for (index, contents) in contents.into_iter().enumerate() {
            self.plan_taking_back(&mut plan, entry, index, contents, over)?;
        }
        let (kind, label) = (entry.manifest.kind.clone(), entry.manifest.label.clone());
        let mut manifest = Manifest::new("undo", label.clone());
        manifest.undoes = Some(entry.number);
        manifest.again = !plan.replaced.is_empty() || !plan.asides.is_empty();
        manifest.removes_folders.clone_from(&entry.manifest.made_folders);
        manifest.asides = self.moves(&plan.asides);
        manifest.returns = entry.manifest.asides.iter().rev().map(reversed).collect();
        let files = self.transact(manifest, &plan.changes)?;
        let Undoing { replaced, asides, .. } = plan;
        Ok(Undone { kind, label, files, replaced, asides })
    }

    fn plan_taking_back(
        &self,
        plan: &mut Undoing,
        entry: &Entry,
        index: usize,
        contents: Contents,
        over: bool,
    ) -> Result<(), JournalError> {
        let path = entry.manifest.files[index].path.clone();
        let late = entry.late(index, &contents).map_err(|error| JournalError::io(&entry.dir, &error))?;
        let Contents { before, after } = contents;
        // What an editor saved too late is newer than what was recorded.
        let wanted = match late {
            Some(Found::File(bytes)) => Some(bytes),
            _ => before,
        };
        let now = look_at(&self.folders, &path)?;
        if now.is(wanted.as_deref()) {
            return Ok(());
        }
        let insists = over || entry.stage == Stage::Kept;
        let obstacle = files::obstacle(&self.folders.work, &path).map(|(thing, _)| thing);
        if let Some(thing) = obstacle {
            if !insists {
                return Err(JournalError::UndoConflict { path });
            }
            if wanted.is_some() {
                plan.changes.push(Change { path, before: None, after: wanted, mode: None });
                self.make_room(plan, thing);
            }
            return Ok(());
        }
        let now = match now {
            Found::File(bytes) => Some(bytes),
            _ => None,
        };
        let is_ours = now == after;
        let merged = if is_ours { None } else { merged(&after, &now, &wanted) };
        if !is_ours && merged.is_none() {
            if !insists {
                return Err(JournalError::UndoConflict { path });
            }
            plan.replaced.extend(now.is_some().then(|| path.clone()));
        }
        let then = merged.or(wanted);
        if then != now {
            plan.changes.push(Change { path, before: now, after: then, mode: None });
        }
        Ok(())
    }

    fn make_room(&self, plan: &mut Undoing, thing: String) {
        if plan.asides.iter().any(|aside| aside.from == thing) {
            return;
        }
        let work = &self.folders.work;
        let taken = |name: &str| fs::symlink_metadata(work.join(name)).is_ok();
        let to = files::aside(&thing, taken);
        plan.asides.push(Aside { from: thing, to });
    }
}

/// All three are text, and what was written since does not touch what is taken back.
fn merged(after: &Option<Vec<u8>>, now: &Option<Vec<u8>>, before: &Option<Vec<u8>>) -> Option<Vec<u8>> {
    let text = |bytes: &Option<Vec<u8>>| bytes.clone().and_then(|bytes| String::from_utf8(bytes).ok());
    let merged = merge(&text(after)?, &text(now)?, &text(before)?).ok()?;
    Some(merged.into_bytes())
}

fn reversed(one: &Move) -> Move {
    Move { from: one.to.clone(), to: one.from.clone(), inode: one.inode }
}
