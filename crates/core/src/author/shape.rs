//! Steps that come, go, change places or get another id: lesson.toml, every language, patches and
//! fixtures together.

use std::collections::BTreeSet;

use super::carry::Conflict;
use super::change::{Carried, ChangeError};
use super::source::quoted;
use super::{Author, AuthorError};
use workshop_text::{Lang, Text};

/// Where a step is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Before the step of this id.
    Before(String),
    /// Behind it.
    After(String),
    /// Behind all.
    End,
}

impl Author {
    /// A new step, with words that ask for better ones in every language.
    ///
    /// # Errors
    /// The id is taken or is none, or there is no such place.
    pub fn inserted(&self, id: &str, place: &Place) -> Result<Carried, AuthorError> {
        self.free(id)?;
        let at = self.place(place)?;
        let mut wanted = self.wanted()?;
        let step = format!(
            "[[steps]]\nid = {id}\nminutes = 1\n\n# What must be true once it is done: `workshop help author`.\n\
             [[steps.checks]]\nid = {check}\nconfirm = {{}}\n",
            id = quoted(id),
            check = quoted(&format!("{id}-is-done")),
        );
        wanted.source.insert(at, &step)?;
        wanted.source.set_minutes(self.lesson.file.minutes + 1)?;
        let mut done = Carried::default();
        let file = |name: &str| format!("{}/{name}", self.lesson.dir);
        done.changes.insert(file("lesson.toml"), Some(wanted.source.text().to_owned().into_bytes()));
        for lang in &self.lesson.file.languages {
            let name = format!("{}.md", lang.code());
            let mut sections = super::prose::Sections::read(&self.text(&name)?)
                .map_err(|error| AuthorError::Refused(error.message))?;
            let at = at.min(sections.steps.len());
            sections.steps.insert(at, (id.to_owned(), section(id, *lang)));
            done.changes.insert(file(&name), Some(sections.text().into_bytes()));
        }
        Ok(done)
    }

    /// The step at another place.
    ///
    /// # Errors
    /// The edits do not go together in that order, or a prediction would be measured before it is asked.
    pub fn moved(&self, step: &str, place: &Place) -> Result<Carried, AuthorError> {
        let from = self.step(step)?;
        let at = self.place(place)?;
        let mut order: Vec<usize> =
            (0..self.lesson.file.steps.len()).filter(|index| *index != from).collect();
        order.insert(if at > from { at - 1 } else { at }, from);
        let is_create = |index: &usize| self.lesson.file.steps[*index].create;
        if order.iter().position(is_create) != self.lesson.file.steps.iter().position(|step| step.create) {
            return Err(AuthorError::Refused(Text::new("author-move-create")));
        }
        self.reordered(order)
    }

    /// The lesson without the step.
    ///
    /// # Errors
    /// It is the only one, or later edits need what it does.
    pub fn removed(&self, step: &str) -> Result<Carried, AuthorError> {
        let gone = self.step(step)?;
        let spec = &self.lesson.file.steps[gone];
        if self.lesson.file.steps.len() == 1 || spec.create {
            return Err(AuthorError::Refused(
                Text::new("author-remove-create").with("step", spec.id.as_str()),
            ));
        }
        self.reordered((0..self.lesson.file.steps.len()).filter(|index| *index != gone).collect())
    }

    /// The step under another id; the old one stays known as what it was.
    ///
    /// # Errors
    /// The id is taken, or is none.
    pub fn renamed(&self, step: &str, new: &str) -> Result<Carried, AuthorError> {
        let index = self.step(step)?;
        self.free(new)?;
        let old = self.lesson.file.steps[index].id.clone();
        let mut wanted = self.wanted()?;
        wanted.source.rename(index, &old, new)?;
        wanted.renamed = Some((old, new.to_owned()));
        self.changed(wanted).map_err(|error| self.refused(error))
    }

    fn reordered(&self, order: Vec<usize>) -> Result<Carried, AuthorError> {
        self.measured(&order)?;
        let mut wanted = self.wanted()?;
        wanted.source.reorder(&order)?;
        let minutes = order.iter().map(|index| self.lesson.file.steps[*index].minutes).sum();
        if minutes != self.lesson.file.minutes() {
            wanted.source.set_minutes(minutes)?;
        }
        wanted.order = order;
        self.changed(wanted).map_err(|error| self.refused(error))
    }

    /// Every prediction must be asked before it is measured.
    fn measured(&self, order: &[usize]) -> Result<(), AuthorError> {
        let steps = &self.lesson.file.steps;
        let at = |id: &str| order.iter().position(|index| steps[*index].id == id);
        for (place, index) in order.iter().enumerate() {
            for prediction in &steps[*index].predictions {
                let by = prediction.resolving().map_or(prediction.resolved_by.as_str(), |(step, _)| step);
                if at(by).is_none_or(|by| by < place) {
                    let text = Text::new("author-measured").with("id", prediction.id.as_str());
                    return Err(AuthorError::Refused(text.with("step", by)));
                }
            }
        }
        Ok(())
    }

    fn free(&self, id: &str) -> Result<(), AuthorError> {
        let file = &self.lesson.file;
        let taken: BTreeSet<&str> =
            self.lesson.ids().chain(file.checks().map(|check| check.id.as_str())).collect();
        if taken.contains(id) {
            return Err(AuthorError::Refused(Text::new("author-id-taken").with("id", id)));
        }
        if !crate::lesson::model::is_id(id) {
            return Err(AuthorError::Refused(Text::new("rule-id").with("id", id)));
        }
        Ok(())
    }

    fn place(&self, place: &Place) -> Result<usize, AuthorError> {
        match place {
            Place::Before(step) => self.step(step),
            Place::After(step) => Ok(self.step(step)? + 1),
            Place::End => Ok(self.lesson.file.steps.len()),
        }
    }

    fn refused(&self, error: ChangeError) -> AuthorError {
        match error {
            ChangeError::Author(error) => error,
            ChangeError::Conflict(conflict) => {
                AuthorError::Refused(self.conflict(&conflict, "author-no-merge"))
            }
        }
    }

    /// Where a later step does not merge, in words.
    pub fn conflict(&self, conflict: &Conflict, key: &'static str) -> Text {
        let places = conflict
            .files
            .iter()
            .flat_map(|file| file.lines.iter().map(move |line| format!("{}:{line}", file.path)));
        let text = Text::new(key).with("step", self.lesson.file.steps[conflict.step].id.as_str());
        text.with("places", places.collect::<Vec<_>>())
    }
}

fn section(id: &str, lang: Lang) -> String {
    let template = match lang {
        Lang::Ko => include_str!("templates/step.ko.md"),
        Lang::En => include_str!("templates/step.en.md"),
    };
    template.replace("{id}", id)
}
