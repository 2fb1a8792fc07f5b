//! A lesson's files after its states have changed: patches, start and finish, texts that show files,
//! and the learners' states in its fixtures, all as one set.

use std::collections::BTreeMap;

use super::carry::{self, Conflict, Lessons, Overlay, carry};
use super::prose::{Around, Sections, refreshed};
use super::source::{Source, quoted};
use super::{Author, AuthorError, Changes, cases};
use crate::lesson::model::StepSpec;
use crate::workspace::names::FileTree;
use crate::workspace::patch::between;
use workshop_text::Text;

/// What is to become of a lesson's steps.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Its `lesson.toml`, with the steps in their new order.
    pub source: Source,
    /// The steps by their old places, in the new order.
    pub order: Vec<usize>,
    /// By step: what its end is to be.
    pub ends: BTreeMap<String, Overlay>,
    /// The step whose change is to be an edit of its own, behind what the step does already.
    pub more: Option<String>,
    /// Steps that have another id now: the old one, and the new one.
    pub renamed: Option<(String, String)>,
}

/// A set of changes, and what could not come along.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// Files of the course.
    pub changes: Changes,
    /// Later steps whose patches are new.
    pub steps: usize,
    /// Learners' states that the change does not go into: they stay as they are.
    pub left: Vec<String>,
}

/// What stands in the way of a change.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ChangeError {
    /// Something other than a conflict.
    #[error(transparent)]
    Author(#[from] AuthorError),
    /// A later step's edit does not go into the changed files.
    #[error("a later step does not merge")]
    Conflict(Box<Conflict>),
}

impl Author {
    /// The lesson as it is, with nothing wanted yet.
    ///
    /// # Errors
    /// Its `lesson.toml` has its steps in a form that cannot be changed.
    pub fn wanted(&self) -> Result<Wanted, AuthorError> {
        let source = Source::new(self.text("lesson.toml")?)?;
        let order = (0..self.lesson.file.steps.len()).collect();
        Ok(Wanted { source, order, ends: BTreeMap::new(), more: None, renamed: None })
    }

    /// Everything that becomes of the lesson's files.
    ///
    /// # Errors
    /// A later step does not merge; a changed file is no text; or the lesson's files cannot be read.
    pub fn changed(&self, wanted: Wanted) -> Result<Carried, ChangeError> {
        let states = self.carried(&wanted)?;
        let mut done = Carried::default();
        self.start(&states, &mut done.changes);
        let source = self.patches(&wanted, &states, &mut done)?;
        self.put(&mut done.changes, "lesson.toml", self.text("lesson.toml")?, source.text().to_owned());
        self.finish(&states, &mut done.changes)?;
        self.words(&wanted, &states, &mut done.changes)?;
        self.carry_cases(&wanted, &states, &mut done)?;
        Ok(done)
    }

    fn carried(&self, wanted: &Wanted) -> Result<Vec<FileTree>, ChangeError> {
        let mut start = None;
        let mut ends = BTreeMap::new();
        for (id, overlay) in &wanted.ends {
            let index = self.step(id)?;
            if self.lesson.file.steps[index].create {
                start = Some(overlay);
            }
            ends.insert(index, overlay.clone());
        }
        // What the start is, the step that copies it ends in.
        let lessons = Lessons { old: &self.states, order: &wanted.order, start, ends: &ends };
        carry(&lessons).map_err(ChangeError::Conflict)
    }

    fn start(&self, states: &[FileTree], changes: &mut Changes) {
        for (path, bytes) in carry::overlay(&self.states[0], &states[0]) {
            changes.insert(format!("{}/{path}", self.lesson.start_folder_of(&path)), bytes);
        }
    }

    /// Writes the patches of steps whose edit is another one now, and names them in `lesson.toml`.
    fn patches(
        &self,
        wanted: &Wanted,
        states: &[FileTree],
        done: &mut Carried,
    ) -> Result<Source, AuthorError> {
        let mut source = wanted.source.clone();
        let mut kept: Vec<String> = Vec::new();
        let mut written: Vec<(String, String)> = Vec::new();
        for (place, step) in wanted.order.iter().copied().enumerate() {
            let spec = &self.lesson.file.steps[step];
            let around = (&states[place], &states[place + 1]);
            let is_same = around == (&self.states[step], &self.states[step + 1]);
            let texts = match is_same && spec.edits().next().is_some() {
                true => spec.edits().map(|edit| self.text(edit)).collect::<Result<_, _>>()?,
                false => self.edit_texts(step, around, wanted.more.as_ref() == Some(&spec.id))?,
            };
            let edits: Vec<&str> = spec.edits().collect();
            done.steps += usize::from(
                !is_same && !wanted.ends.contains_key(&spec.id) && texts.iter().any(|text| !text.is_empty()),
            );
            // From behind, so that the places of those before stay.
            for (at, text) in texts.into_iter().enumerate().rev() {
                let name = patch_name(wanted, spec, at, (step, place));
                if text.is_empty() {
                    source.unset_edit(place, at)?;
                    continue;
                }
                if edits.get(at) != Some(&name.as_str()) {
                    source.set_edit(place, at, &quoted(&name))?;
                }
                kept.push(name.clone());
                written.push((name, text));
            }
        }
        let own = self.lesson.own_files()?;
        let before = self.lesson.file.steps.iter().flat_map(StepSpec::edits);
        for gone in before.filter(|name| kept.iter().all(|kept| kept != name)) {
            done.changes.insert(format!("{}/{gone}", self.lesson.dir), None);
        }
        for (name, text) in written {
            if own.get(&name).map(Vec::as_slice) != Some(text.as_bytes()) {
                done.changes.insert(format!("{}/{name}", self.lesson.dir), Some(text.into_bytes()));
            }
        }
        Ok(source)
    }

    /// The patches that lead through the step from one state to another. Each edit is carried by the
    /// three-way merge, and the last one has what is new; with `more` that is an edit of its own.
    fn edit_texts(
        &self,
        step: usize,
        (before, after): (&FileTree, &FileTree),
        more: bool,
    ) -> Result<Vec<String>, AuthorError> {
        let old = self.lesson.stages(step)?;
        let carried = if more { old.len() } else { old.len().saturating_sub(1) };
        let mut stages = vec![before.clone()];
        for pair in old[..carried].windows(2) {
            let next =
                carry::merged(&pair[0], &stages[stages.len() - 1], &pair[1]).map_err(|(_, files)| {
                    let edit = self.lesson.file.steps[step].edits().nth(stages.len() - 1).unwrap_or_default();
                    let places = files
                        .iter()
                        .flat_map(|file| file.lines.iter().map(move |line| format!("{}:{line}", file.path)));
                    let text = Text::new("author-edit-no-merge").with("edit", edit);
                    AuthorError::Refused(text.with("places", places.collect::<Vec<_>>()))
                })?;
            stages.push(next);
        }
        stages.push(after.clone());
        stages.windows(2).map(|pair| between(&pair[0], &pair[1]).map_err(not_text)).collect()
    }

    /// The files of `finish` are those of the end again.
    fn finish(&self, states: &[FileTree], changes: &mut Changes) -> Result<(), AuthorError> {
        let Some(finish) = &self.lesson.file.finish else { return Ok(()) };
        let (start, end) = (&states[0], &states[states.len() - 1]);
        if Some(end) == self.states.last() && *start == self.states[0] {
            return Ok(());
        }
        let own = self.lesson.folder(finish)?;
        for (path, bytes) in end {
            let differs = own.get(path).map_or(start.get(path) != Some(bytes), |own| own != bytes);
            if differs {
                changes.insert(format!("{finish}/{path}"), Some(bytes.clone()));
            }
        }
        for path in own.keys().filter(|path| !end.contains_key(*path)) {
            changes.insert(format!("{finish}/{path}"), None);
        }
        Ok(())
    }

    /// Texts in every language: steps in their order, by their ids, and blocks that show files.
    fn words(&self, wanted: &Wanted, states: &[FileTree], changes: &mut Changes) -> Result<(), AuthorError> {
        let ids: Vec<&str> =
            wanted.order.iter().map(|step| self.lesson.file.steps[*step].id.as_str()).collect();
        for lang in &self.lesson.file.languages {
            let name = format!("{}.md", lang.code());
            let before = self.text(&name)?;
            let faulty = |error: crate::lesson::markdown::ProseError| {
                AuthorError::Lesson(crate::lesson::LessonError::Prose {
                    file: format!("{}/{name}", self.lesson.dir),
                    line: error.line,
                    reason: error.message,
                })
            };
            let mut sections = Sections::read(&before).map_err(faulty)?;
            if ids.len() != self.lesson.file.steps.len() || !wanted.order.is_sorted() {
                sections.reorder(&ids);
            }
            for (place, step) in wanted.order.iter().copied().enumerate() {
                let around =
                    Around { old: &self.states[step + 1], before: &states[place], after: &states[place + 1] };
                let is_ours = wanted.ends.contains_key(ids[place]);
                let is_same = around.old == around.after && self.states[step] == *around.before;
                let own = sections.steps.iter_mut().find(|(id, _)| id == ids[place]);
                if let Some((_, text)) = own.filter(|_| is_ours || !is_same) {
                    *text = refreshed(text, around);
                }
            }
            if let Some((old, new)) = &wanted.renamed {
                sections.rename(old, new);
            }
            let after = sections.text();
            // A text in which nothing changed stays to the last blank.
            if after.trim_end() != before.trim_end() {
                self.put(changes, &name, before, after);
            }
        }
        Ok(())
    }

    fn carry_cases(
        &self,
        wanted: &Wanted,
        states: &[FileTree],
        done: &mut Carried,
    ) -> Result<(), AuthorError> {
        let fixtures = self.fixtures()?;
        let moved = cases::Moved { author: self, order: &wanted.order, states, renamed: &wanted.renamed };
        let (files, left) = moved.fixtures(&fixtures)?;
        let folder = format!("fixtures/{}", self.folder());
        done.changes.extend(files.into_iter().map(|(path, bytes)| (format!("{folder}/{path}"), bytes)));
        done.left = left;
        Ok(())
    }

    fn put(&self, changes: &mut Changes, name: &str, before: String, after: String) {
        if before != after {
            changes.insert(format!("{}/{name}", self.lesson.dir), Some(after.into_bytes()));
        }
    }
}

/// The name of a step's patch: the one that it has, where that does not tell its number or its id.
fn patch_name(wanted: &Wanted, spec: &StepSpec, at: usize, (old, new): (usize, usize)) -> String {
    let made = |place: usize, id: &str| match at {
        0 => format!("patches/{:02}-{id}.patch", place + 1),
        at => format!("patches/{:02}-{id}-{}.patch", place + 1, at + 1),
    };
    let renamed = wanted.renamed.as_ref().filter(|(before, _)| *before == spec.id);
    let id = renamed.map_or(spec.id.as_str(), |(_, after)| after);
    match spec.edits().nth(at) {
        Some(edit) if *edit != made(old, &spec.id) => edit.to_owned(),
        _ => made(new, id),
    }
}

fn not_text(path: String) -> AuthorError {
    AuthorError::Refused(Text::new("author-not-text").with("path", path))
}
