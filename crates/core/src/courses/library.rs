//! Every lesson that there is for this user: those in the program and those of the added courses, or
//! those of one folder alone (`--lessons`). The [`Library`] says which one a person means, and finds
//! again the course that a workspace is at.

use super::error::CourseError;
use super::lockfile::Entry;
use super::shelf::Shelf;
use super::source::name_fault;
use crate::lesson::catalog::{id_of, meant};
use crate::lesson::origin::{BUILT_IN, PROGRAM};
use crate::lesson::{Catalog, Lesson, LessonError, Origin};
use crate::workspace::progress::Progress;

/// Where lessons are looked for.
#[derive(Clone, Debug)]
pub struct Library {
    /// The folder that was asked for, in the place of all others.
    given: Option<Catalog>,
    shelf: Shelf,
}

/// A course of the library.
#[derive(Debug)]
pub struct Listed {
    /// As the list of courses has it; nothing of the one in the program or in a folder.
    pub entry: Option<Entry>,
    /// The course; of an added one only where its copy is what was added.
    pub catalog: Result<Catalog, CourseError>,
}

impl Library {
    /// The program's lessons and those in `shelf`; where one is `given`, that alone.
    pub fn new(given: Option<Catalog>, shelf: Shelf) -> Self {
        Self { given, shelf }
    }

    /// That of one course.
    #[must_use]
    pub fn of_one(&self, course: Catalog) -> Self {
        Self { given: Some(course), shelf: self.shelf.clone() }
    }

    /// This user's courses.
    pub const fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    /// The course that was asked for in the place of all others, else the one in the program.
    pub fn primary(&self) -> Catalog {
        self.given.clone().unwrap_or(Catalog::Embedded)
    }

    /// Every course: the one that was asked for, else the program's and the added ones.
    ///
    /// # Errors
    /// The list of courses cannot be read or believed.
    pub fn courses(&self) -> Result<Vec<Listed>, CourseError> {
        let first = Listed { entry: None, catalog: Ok(self.primary()) };
        if self.given.is_some() {
            return Ok(vec![first]);
        }
        let added = self.shelf.entries()?.into_iter();
        let added = added.map(|entry| Listed { catalog: self.shelf.catalog(&entry), entry: Some(entry) });
        Ok(std::iter::once(first).chain(added).collect())
    }

    /// Every lesson of every course. An added course that cannot be used holds up nobody here.
    ///
    /// # Errors
    /// A lesson of the first course cannot be read.
    pub fn lessons(&self) -> Result<Vec<Lesson>, CourseError> {
        let all = |catalog: &Catalog| -> Result<Vec<Lesson>, CourseError> {
            Ok(catalog.names()?.iter().map(|name| catalog.find(name)).collect::<Result<_, _>>()?)
        };
        let mut lessons = all(&self.primary())?;
        for course in self.courses().unwrap_or_default().into_iter().skip(1) {
            lessons.extend(course.catalog.and_then(|catalog| all(&catalog)).unwrap_or_default());
        }
        Ok(lessons)
    }

    /// The lesson that a person means by `wanted`: `10`, its folder's name, or `COURSE/10`.
    ///
    /// # Errors
    /// There is none, or several; or what is wrong with it or its course.
    pub fn find(&self, wanted: &str) -> Result<Lesson, CourseError> {
        let (catalog, name) = self.resolve(wanted)?;
        Ok(catalog.find(&name)?)
    }

    /// Its course, and what it is called there.
    ///
    /// # Errors
    /// As [`Self::find`].
    pub fn resolve(&self, wanted: &str) -> Result<(Catalog, String), CourseError> {
        if let Some((course, lesson)) = wanted.split_once('/')
            && is_name(course)
        {
            let catalog = self.course(course)?;
            let name = catalog.named(lesson)?;
            return Ok((catalog, name));
        }
        if let Some(given) = &self.given {
            return Ok((given.clone(), given.named(wanted)?));
        }
        let built_in = Catalog::Embedded.names()?;
        let own = meant(&built_in, wanted).map(str::to_owned);
        let entries = match self.shelf.entries() {
            Ok(entries) => entries,
            // What is wrong with the others keeps nobody from the program's own.
            Err(_) if own.is_some() => Vec::new(),
            Err(error) => return Err(error),
        };
        let added: Vec<(Entry, Vec<String>)> =
            entries.into_iter().map(|entry| (entry.clone(), self.shelf.lesson_names(&entry))).collect();
        let found: Vec<(&Entry, &str)> =
            added.iter().filter_map(|(entry, names)| Some((entry, meant(names, wanted)?))).collect();
        match (own, found.as_slice()) {
            (Some(name), []) => Ok((Catalog::Embedded, name)),
            (None, [(entry, name)]) => Ok((self.shelf.catalog(entry)?, (*name).to_owned())),
            (None, []) => {
                let of = |(entry, names): &(Entry, Vec<String>)| {
                    names.iter().map(|name| format!("{}/{}", entry.name, id_of(name))).collect::<Vec<_>>()
                };
                let known = built_in.iter().map(|name| id_of(name).to_owned());
                let known = known.chain(added.iter().flat_map(of)).collect();
                Err(LessonError::Unknown { wanted: wanted.to_owned(), known }.into())
            }
            (own, found) => {
                let full = |course: &str, name: &str| format!("{course}/{}", id_of(name));
                let mut all: Vec<String> = own.iter().map(|name| full(BUILT_IN, name)).collect();
                all.extend(found.iter().map(|(entry, name)| full(&entry.name, name)));
                Err(LessonError::Several { wanted: wanted.to_owned(), all }.into())
            }
        }
    }

    /// The course of that name.
    ///
    /// # Errors
    /// There is none, or its copy is not what was added.
    pub fn course(&self, name: &str) -> Result<Catalog, CourseError> {
        if [BUILT_IN, PROGRAM].contains(&name) {
            return Ok(Catalog::Embedded);
        }
        if let Some(given) = self.given.as_ref().filter(|given| given.origin().name() == name) {
            return Ok(given.clone());
        }
        self.shelf.catalog(&self.shelf.entry(name)?)
    }

    /// The course that a workspace is at; where a folder was asked for, that.
    ///
    /// # Errors
    /// It is not there any more, or not what it was.
    pub fn at(&self, progress: &Progress) -> Result<Catalog, CourseError> {
        match (&self.given, &progress.course) {
            // Asked for, for this one command.
            (Some(given), _) => Ok(given.clone()),
            (None, Some(course)) => self.of(&course.origin),
            (None, None) if progress.is_of_a_folder() => {
                Err(CourseError::Unnamed { lesson: progress.lesson.clone() })
            }
            (None, None) => Ok(Catalog::Embedded),
        }
    }

    /// The course that `origin` names.
    ///
    /// # Errors
    /// It is not there any more, or not what was added.
    pub fn of(&self, origin: &Origin) -> Result<Catalog, CourseError> {
        let gone = |source: &str, is_folder| CourseError::Gone {
            name: origin.name(),
            from: source.to_owned(),
            is_folder,
        };
        match origin {
            Origin::BuiltIn => Ok(Catalog::Embedded),
            Origin::Folder { path } => {
                let root = std::path::PathBuf::from(path);
                let is_there = root.join("lessons").is_dir();
                if is_there { Ok(Catalog::Folder(root)) } else { Err(gone(path, true)) }
            }
            Origin::Added { name, source } => {
                let entries = self.shelf.entries()?;
                let same = |entry: &&Entry| entry.source == *source;
                let named = entries.iter().filter(same).find(|entry| entry.name == *name);
                // Under another name now.
                let entry = named.or_else(|| entries.iter().find(same));
                self.shelf.catalog(entry.ok_or_else(|| gone(source, false))?)
            }
        }
    }
}

/// Whether a course can have this name.
fn is_name(course: &str) -> bool {
    [BUILT_IN, PROGRAM].contains(&course) || name_fault(course).is_none()
}
