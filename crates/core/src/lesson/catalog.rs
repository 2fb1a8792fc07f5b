//! Where lessons come from: the ones in the binary, one of this user's courses, or a folder on
//! disk. A [`Lesson`] is one of them, read: its steps, its prose on demand, and the files of every step's state.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use include_dir::{Dir, include_dir};

use super::course::Course;
use super::error::LessonError;
use super::markdown::{Glossary, Prose, ProseError};
use super::model::{FORMAT, LessonFile, StepSpec};
use super::origin::Origin;
use super::reading;
use crate::workspace::names;
pub use crate::workspace::names::FileTree;
use crate::workspace::patch::{Moved, Patch};
use workshop_engine::StackCommand;
use workshop_text::{Lang, Text};

static CONTENT: Dir<'_> = include_dir!("$OUT_DIR/content");

/// Where the folders `lessons/` and `complete/` are.
#[derive(Clone, Debug)]
pub enum Catalog {
    /// In this binary.
    Embedded,
    /// One of this user's courses, read and found to be what was added.
    Held(Arc<Held>),
    /// In a folder on disk: an author's, or somebody else's.
    Folder(PathBuf),
}

/// One of this user's courses, as it was read.
#[derive(Debug)]
pub struct Held {
    /// Whose it is.
    pub origin: Origin,
    /// All of its files.
    pub course: Course,
}

impl Catalog {
    /// Every lesson's folder name, in order.
    ///
    /// # Errors
    /// The folder on disk cannot be read.
    pub fn names(&self) -> Result<Vec<String>, LessonError> {
        let mut names = match self {
            Self::Embedded => CONTENT
                .get_dir("lessons")
                .into_iter()
                .flat_map(Dir::dirs)
                .filter_map(|dir| dir.path().file_name())
                .map(|name| name.to_string_lossy().into_owned())
                .collect(),
            Self::Held(held) => held.course.lessons(),
            Self::Folder(root) => folder_names(&root.join("lessons"))?,
        };
        names.sort();
        Ok(names)
    }

    /// The lesson that a person means by `wanted`: `06`, `6`, or its folder's name.
    ///
    /// # Errors
    /// [`LessonError::Unknown`] with the ids that there are, or what is wrong with its file.
    pub fn find(&self, wanted: &str) -> Result<Lesson, LessonError> {
        Lesson::read(self.clone(), &self.named(wanted)?)
    }

    /// Everything that keeps the lesson that `wanted` means from being read.
    pub fn unreadable(&self, wanted: &str) -> Vec<LessonError> {
        let faults = |name: String| {
            let path = format!("lessons/{name}/lesson.toml");
            let faults = self.text(&path).map(|text| reading::faults(&path, &text)).unwrap_or_default();
            if faults.is_empty() {
                Lesson::read(self.clone(), &name).err().into_iter().collect()
            } else {
                faults
            }
        };
        self.named(wanted).map_or_else(|error| vec![error], faults)
    }

    /// A text file of the course, by its path from the root.
    pub fn text(&self, path: &str) -> Option<String> {
        String::from_utf8(self.read(path).ok()?).ok()
    }

    /// Which course it is.
    pub fn origin(&self) -> Origin {
        match self {
            Self::Embedded => Origin::BuiltIn,
            Self::Held(held) => held.origin.clone(),
            Self::Folder(root) => Origin::folder(root),
        }
    }

    /// The folder of the lesson that a person means.
    ///
    /// # Errors
    /// As [`Self::find`].
    pub fn named(&self, wanted: &str) -> Result<String, LessonError> {
        let names = self.names()?;
        let known = names.iter().map(|name| id_of(name).to_owned()).collect();
        meant(&names, wanted)
            .map(str::to_owned)
            .ok_or_else(|| LessonError::Unknown { wanted: wanted.to_owned(), known })
    }

    /// The course's words in `lang`; `None` where it explains none.
    ///
    /// # Errors
    /// The file cannot be read, or is not a glossary.
    pub fn glossary(&self, lang: Lang) -> Result<Option<Glossary>, LessonError> {
        let path = format!("lessons/glossary.{}.md", lang.code());
        let text = match self.read(&path) {
            Err(LessonError::FileMissing { .. }) => return Ok(None),
            read => text(read?, &path)?,
        };
        let faulty = |error: ProseError| LessonError::Prose {
            file: path.clone(),
            line: error.line,
            reason: error.message,
        };
        Glossary::parse(&text).map(Some).map_err(faulty)
    }

    /// What is wrong with the course's words: both languages explain the same.
    pub fn glossary_faults(&self) -> Vec<LessonError> {
        let ids = |lang| -> Result<Vec<String>, LessonError> {
            let entries = self.glossary(lang)?.unwrap_or_default().entries;
            let mut ids: Vec<String> = entries.into_iter().map(|entry| entry.id).collect();
            ids.sort();
            Ok(ids)
        };
        let [ko, en] = Lang::ALL.map(ids);
        match (ko, en) {
            (Ok(ko), Ok(en)) => {
                let alone = ko.iter().find(|id| !en.contains(id)).or(en.iter().find(|id| !ko.contains(id)));
                let fault = |id: &String| LessonError::Rule {
                    file: "lessons".to_owned(),
                    reason: Text::new("glossary-alone").with("id", id.as_str()),
                };
                alone.map(fault).into_iter().collect()
            }
            (ko, en) => ko.err().into_iter().chain(en.err()).collect(),
        }
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, LessonError> {
        let missing = || LessonError::FileMissing { file: path.to_owned() };
        match self {
            Self::Embedded => CONTENT.get_file(path).map(|file| file.contents().to_vec()).ok_or_else(missing),
            Self::Held(held) => held.course.files.get(path).cloned().ok_or_else(missing),
            Self::Folder(root) => Course::file(root, path),
        }
    }
}

/// What a lesson is called for short: what its folder's name begins with, `06` of `06-scaling` and `10`
/// of `10 캐시`.
pub fn id_of(name: &str) -> &str {
    name.split(|c: char| c == '-' || c == '_' || c.is_whitespace()).next().unwrap_or(name)
}

/// Which of these folders of lessons a person means by `wanted`: `06`, `6`, or the whole name.
pub fn meant<'a>(names: &'a [String], wanted: &str) -> Option<&'a str> {
    let digits = |text: &str| text.trim_start_matches('0').to_owned();
    let whole = names.iter().find(|name| *name == wanted);
    let short = || names.iter().find(|name| digits(id_of(name)) == digits(wanted));
    whole.or_else(short).map(String::as_str)
}

/// Where a lesson's files are, once it has been read.
#[derive(Clone, Debug)]
enum Source {
    /// In this binary.
    Embedded,
    /// As they were on disk then.
    Course(Arc<Course>),
}

impl Source {
    fn text(&self, path: &str) -> Result<String, LessonError> {
        let missing = || LessonError::FileMissing { file: path.to_owned() };
        let bytes = match self {
            Self::Embedded => CONTENT.get_file(path).map(|file| file.contents().to_vec()),
            Self::Course(course) => course.files.get(path).cloned(),
        };
        text(bytes.ok_or_else(missing)?, path)
    }

    /// All files below `dir`, by path relative to it.
    fn tree(&self, dir: &str) -> Result<FileTree, LessonError> {
        let missing = || LessonError::FileMissing { file: dir.to_owned() };
        let mut files = FileTree::new();
        match self {
            Self::Embedded => {
                let top = CONTENT.get_dir(dir).ok_or_else(missing)?;
                collect(top, top.path(), &mut files);
            }
            Self::Course(course) => {
                let below = format!("{dir}/");
                let own = course.files.iter();
                files.extend(own.filter_map(|(path, bytes)| {
                    Some((path.strip_prefix(&below)?.to_owned(), bytes.clone()))
                }));
                if files.is_empty() {
                    return Err(missing());
                }
            }
        }
        Ok(files)
    }
}

fn text(bytes: Vec<u8>, path: &str) -> Result<String, LessonError> {
    String::from_utf8(bytes).map_err(|_| LessonError::NotText { file: path.to_owned() })
}

fn collect(dir: &Dir<'_>, top: &Path, files: &mut FileTree) {
    for file in dir.files() {
        let relative = file.path().strip_prefix(top).unwrap_or(file.path());
        files.insert(relative.to_string_lossy().replace('\\', "/"), file.contents().to_vec());
    }
    for inner in dir.dirs() {
        collect(inner, top, files);
    }
}

/// The folders of lessons in `lessons`.
pub(crate) fn folder_names(lessons: &Path) -> Result<Vec<String>, LessonError> {
    let missing = || LessonError::FileMissing { file: lessons.display().to_string() };
    let entries = std::fs::read_dir(lessons).map_err(|_| missing())?;
    Ok(entries
        .filter_map(Result::ok)
        .filter(|entry| entry.path().join("lesson.toml").exists())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| names::fault(name).is_none())
        .collect())
}

/// One lesson, read.
#[derive(Clone, Debug)]
pub struct Lesson {
    /// Its `lesson.toml`.
    pub file: LessonFile,
    /// `lessons/06-horizontal-scaling`
    pub dir: String,
    /// The course that it is of.
    pub origin: Origin,
    source: Source,
}

impl Lesson {
    fn read(catalog: Catalog, name: &str) -> Result<Self, LessonError> {
        let dir = format!("lessons/{name}");
        let path = format!("{dir}/lesson.toml");
        let text = text(catalog.read(&path)?, &path)?;
        let file: LessonFile =
            toml::from_str(&text).map_err(|error| LessonError::faulty(&path, &text, &error))?;
        if file.format != FORMAT {
            return Err(LessonError::Format { file: path, format: file.format });
        }
        let source = match &catalog {
            Catalog::Embedded => Source::Embedded,
            Catalog::Held(held) => Source::Course(Arc::new(held.course.part(&file.folders(&dir)))),
            Catalog::Folder(root) => {
                let folders = file.folders(&dir);
                let course = Course::read(root, &folders)?;
                // What was understood is what the digest is of.
                if course.files.get(&path).map(Vec::as_slice) != Some(text.as_bytes()) {
                    return Err(LessonError::Rule { file: path, reason: Text::new("rule-course-changing") });
                }
                Source::Course(Arc::new(course))
            }
        };
        let lesson = Self { file, dir, origin: catalog.origin(), source };
        for folder in lesson.file.start.folders().chain(lesson.file.finish.as_deref()) {
            lesson.hold_to_names(folder)?;
        }
        Ok(lesson)
    }

    /// Refuses files that a course may not bring into a workspace.
    fn hold_to_names(&self, folder: &str) -> Result<(), LessonError> {
        let Ok(files) = self.source.tree(folder) else { return Ok(()) };
        let clash = |(one, other): (String, String)| {
            Text::new("rule-file-collision").with("one", one).with("other", other)
        };
        match files.keys().find_map(|path| names::fault(path)).or_else(|| names::collision(&files).map(clash))
        {
            None => Ok(()),
            Some(reason) => Err(LessonError::Rule { file: folder.to_owned(), reason }),
        }
    }

    /// What all of its files are, in 64 hexadecimal digits; of a lesson in this program, its id.
    pub fn digest(&self) -> String {
        match &self.source {
            Source::Embedded => format!("program:{}", self.file.id),
            Source::Course(course) => course.digest(),
        }
    }

    /// What a person reads, in `lang`; where the lesson is not written in that, in its first language.
    ///
    /// # Errors
    /// The file is missing or its structure is not a lesson's.
    pub fn prose(&self, lang: Lang) -> Result<Prose, LessonError> {
        let lang = self.file.spoken(lang);
        let path = format!("{}/{}.md", self.dir, lang.code());
        let text = self.source.text(&path)?;
        Prose::parse(&text).map_err(|error| LessonError::Prose {
            file: path,
            line: error.line,
            reason: error.message,
        })
    }

    /// The index, from 0, of the step with this id, or that had it before it was renamed.
    pub fn step_index(&self, id: &str) -> Option<usize> {
        let steps = &self.file.steps;
        let renamed = || steps.iter().position(|step| step.was.iter().any(|old| old == id));
        steps.iter().position(|step| step.id == id).or_else(renamed)
    }

    /// Every command that the lesson may run, by itself, in its steps and for its checks; each once.
    pub fn commands(&self) -> Vec<StackCommand> {
        let mut commands = self.file.refresh.clone();
        for step in &self.file.steps {
            let checks = step.checks.iter().flat_map(|entry| entry.spec.check().commands());
            for command in step.runs().chain(&step.setup).cloned().chain(checks) {
                if !commands.contains(&command) {
                    commands.push(command);
                }
            }
        }
        commands
    }

    /// The name of the start folder alone, of several the one on top: `step-05`.
    pub(crate) fn start_name(&self) -> &str {
        let top = self.file.start.top();
        top.rsplit('/').next().unwrap_or(top)
    }

    /// Everything in the lesson's own folder.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub(crate) fn own_files(&self) -> Result<FileTree, LessonError> {
        self.source.tree(&self.dir)
    }

    /// The files below one of its folders, by path from that.
    ///
    /// # Errors
    /// There are none.
    pub fn folder(&self, folder: &str) -> Result<FileTree, LessonError> {
        self.source.tree(folder)
    }

    /// A text file of the course, by its path from the root.
    pub fn course_file(&self, path: &str) -> Option<String> {
        self.source.text(path).ok()
    }

    /// Whether it comes from a folder on disk and not with this program.
    pub const fn is_foreign(&self) -> bool {
        matches!(self.source, Source::Course(_))
    }

    /// The files that a learner starts from.
    ///
    /// # Errors
    /// A start folder is missing.
    pub fn start_files(&self) -> Result<FileTree, LessonError> {
        let mut files = FileTree::new();
        for folder in self.file.start.folders() {
            files.extend(self.source.tree(folder)?);
        }
        Ok(files)
    }

    /// Which of its start folders the file at `path` of its start comes from: the topmost that has it,
    /// and of a new one the one on top.
    pub(crate) fn start_folder_of(&self, path: &str) -> &str {
        let has = |folder: &&str| self.source.tree(folder).is_ok_and(|files| files.contains_key(path));
        self.file.start.folders().rev().find(has).unwrap_or_else(|| self.file.start.top())
    }

    /// The start with the files of `finish` laid over it.
    ///
    /// # Errors
    /// A folder is missing.
    pub fn finish_files(&self) -> Result<FileTree, LessonError> {
        let mut files = self.start_files()?;
        if let Some(finish) = &self.file.finish {
            files.extend(self.source.tree(finish)?);
        }
        Ok(files)
    }

    /// The ids of its steps, in order.
    pub fn ids(&self) -> impl Iterator<Item = &str> + Clone {
        self.file.steps.iter().map(|step| step.id.as_str())
    }

    /// The files at its start and after each step, in order.
    ///
    /// # Errors
    /// A patch is missing, cannot be read, or does not apply.
    pub fn states(&self) -> Result<Vec<FileTree>, LessonError> {
        let mut states = vec![self.start_files()?];
        for step in &self.file.steps {
            let mut files = states[states.len() - 1].clone();
            self.apply_edits(step, &mut files)?;
            states.push(files);
        }
        Ok(states)
    }

    /// The hunks that are not where their patch says, each with the patch.
    ///
    /// # Errors
    /// As [`Self::states`].
    pub fn moved_hunks(&self) -> Result<Vec<(String, Moved)>, LessonError> {
        let mut files = self.start_files()?;
        let mut all = Vec::new();
        for step in &self.file.steps {
            all.extend(self.apply_edits(step, &mut files)?);
        }
        Ok(all)
    }

    /// The files as they are once the first `steps` steps are done.
    ///
    /// # Errors
    /// A patch is missing, cannot be read, or does not apply.
    pub fn files_after(&self, steps: usize) -> Result<FileTree, LessonError> {
        let mut files = self.start_files()?;
        for step in &self.file.steps[..steps.min(self.file.steps.len())] {
            self.apply_edits(step, &mut files)?;
        }
        Ok(files)
    }

    /// The files before the first edit of the step at `index` and after each of its edits; at least one.
    ///
    /// # Errors
    /// As [`Self::files_after`].
    pub fn stages(&self, index: usize) -> Result<Vec<FileTree>, LessonError> {
        let edits = self.file.steps.get(index).into_iter().flat_map(StepSpec::edits);
        self.through(self.files_after(index)?, edits)
    }

    /// The files at its start and after each edit of each step, in order.
    ///
    /// # Errors
    /// As [`Self::files_after`].
    pub(crate) fn every_state(&self) -> Result<Vec<FileTree>, LessonError> {
        self.through(self.start_files()?, self.file.steps.iter().flat_map(StepSpec::edits))
    }

    fn through<'a>(
        &self,
        files: FileTree,
        edits: impl Iterator<Item = &'a str>,
    ) -> Result<Vec<FileTree>, LessonError> {
        let mut all = vec![files];
        for edit in edits {
            let mut files = all[all.len() - 1].clone();
            self.apply_edit(edit, &mut files)?;
            all.push(files);
        }
        Ok(all)
    }

    /// The step's patches, one an edit, in order.
    ///
    /// # Errors
    /// One is missing or not a unified diff.
    pub fn patches(&self, step: &StepSpec) -> Result<Vec<Patch>, LessonError> {
        step.edits().map(|edit| self.patch(edit)).collect()
    }

    fn patch(&self, edit: &str) -> Result<Patch, LessonError> {
        let path = format!("{}/{edit}", self.dir);
        let text = self.source.text(&path)?;
        let faulty = |reason| LessonError::Patch { file: path.clone(), reason };
        let patch = Patch::parse(&text).map_err(|error| faulty(error.text()))?;
        match patch.files().iter().find_map(|file| names::fault(&file.path)) {
            None => Ok(patch),
            Some(reason) => Err(faulty(reason)),
        }
    }

    fn apply_edits(
        &self,
        step: &StepSpec,
        files: &mut FileTree,
    ) -> Result<Vec<(String, Moved)>, LessonError> {
        let mut all = Vec::new();
        for edit in step.edits() {
            let moved = self.apply_edit(edit, files)?;
            all.extend(moved.into_iter().map(|one| (format!("{}/{edit}", self.dir), one)));
        }
        Ok(all)
    }

    fn apply_edit(&self, edit: &str, files: &mut FileTree) -> Result<Vec<Moved>, LessonError> {
        let faulty = |reason: Text| LessonError::Patch { file: format!("{}/{edit}", self.dir), reason };
        let patch = self.patch(edit)?;
        let adds = patch.files().iter().any(|file| !files.contains_key(&file.path));
        let moved = patch.apply_to(files).map_err(|error| faulty(error.text()))?;
        match adds.then(|| names::collision(files)).flatten() {
            None => Ok(moved),
            Some((one, other)) => {
                Err(faulty(Text::new("rule-file-collision").with("one", one).with("other", other)))
            }
        }
    }
}
