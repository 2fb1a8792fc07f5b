//! A lesson from a tutorial of another make: its texts, files, commands and tests become steps. What
//! has no counterpart is told with its place; nothing is dropped in silence.

mod killercoda;
mod labspace;
mod lesson;
mod markdown;
mod source;
#[cfg(test)]
mod tests;

use std::path::Path;

use super::AuthorError;
use super::new::Made;
use crate::workspace::names::FileTree;
use source::Source;
use workshop_text::Text;

/// What is made into a lesson.
#[derive(Clone, Copy, Debug)]
pub struct Import<'a> {
    /// Who made it.
    pub format: Format,
    /// Its folder.
    pub from: &'a Path,
    /// The course's folder.
    pub root: &'a Path,
}

/// Whose tutorial it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Docker Labspace: `labspace.yaml` with sections, and a project.
    Labspace,
    /// Killercoda and Katacoda: `index.json` with steps, their tests and assets.
    Killercoda,
}

/// A lesson that is about to be, and what it leaves behind.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// The lesson.
    pub made: Made,
    /// In the order of the tutorial.
    pub left: Vec<Left>,
}

/// Something of the tutorial that the lesson does not have, or not as it was.
#[derive(Clone, Debug, PartialEq)]
pub struct Left {
    /// The file, relative to the tutorial's folder.
    pub file: String,
    /// From 1; 0 where it is about the file as a whole.
    pub line: usize,
    /// What became of it.
    pub what: Text,
}

impl Left {
    /// `file:line`
    pub fn place(&self) -> String {
        if self.line == 0 { self.file.clone() } else { format!("{}:{}", self.file, self.line) }
    }
}

/// A tutorial as both formats have it.
#[derive(Debug, Default)]
struct Tutorial {
    title: String,
    /// What stands before the first section.
    intro: String,
    sections: Vec<Section>,
    /// What stands after the last one.
    outro: String,
    /// The files that it begins with.
    files: FileTree,
    left: Vec<Left>,
}

/// A part of it under one title.
#[derive(Debug, Default)]
struct Section {
    title: String,
    parts: Vec<Part>,
    /// The shell script that tests it: its name and its text.
    verify: Option<(String, String)>,
}

/// What a section is made of, in its order.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    /// Markdown, as a lesson has it.
    Words(String),
    /// A block of commands, one a line as they are run, and where each stands.
    Run { block: String, commands: Vec<(usize, String)>, file: String },
    /// A file that is written whole.
    Save {
        path: String,
        language: String,
        text: String,
        /// Where it stands.
        at: (String, usize),
    },
}

impl Import<'_> {
    /// Every file of the lesson.
    ///
    /// # Errors
    /// The folder is no such tutorial, or its own file is broken.
    pub fn make(&self) -> Result<Imported, AuthorError> {
        let source = Source::read(self.from)?;
        let tutorial = match self.format {
            Format::Labspace => labspace::read(&source)?,
            Format::Killercoda => killercoda::read(&source)?,
        };
        lesson::made(tutorial, self.root)
    }
}
