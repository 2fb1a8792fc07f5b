//! Learners' states in a course's `fixtures/`: a folder a state, with a `case.toml` and the
//! `change.patch` that makes it of the lesson's own files. Read, judged by the static checks, and
//! carried along where the lesson's files change. `fixtures/README.md` says how one is written.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use toml::de::DeTable;

use super::carry::merged;
use super::source::quoted;
use super::{Author, AuthorError, Changes};
use crate::check::{Outcome, Verdict};
use crate::lesson::laid::{Laid, is_of_files, judge};
use crate::lesson::places::each_text;
use crate::lesson::{Lesson, LessonError};
use crate::workspace::names::FileTree;
use crate::workspace::patch::{Patch, between};
use workshop_text::near::did_you_mean;
use workshop_text::{Lang, Text};

/// `case.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseSpec {
    /// The base: the lesson's own files after this step.
    pub after: String,
    /// The check that must fail; none for a state that is right.
    pub fails: Option<String>,
    /// Where its caret stands.
    pub line: Option<u32>,
    /// Words of its English message.
    pub says: Option<String>,
    /// Files that are gone.
    #[serde(default)]
    removes: Vec<String>,
    /// Files with another name.
    #[serde(default)]
    renames: BTreeMap<String, String>,
    /// What a patch cannot say of a file.
    #[serde(default)]
    treat: BTreeMap<String, Treatment>,
    /// The folder in which all of it lies.
    nested: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
enum Treatment {
    #[serde(rename = "crlf")]
    Crlf,
    #[serde(rename = "bom")]
    Bom,
    #[serde(rename = "empty")]
    Empty,
    #[serde(rename = "binary")]
    Binary,
    #[serde(rename = "2 MiB")]
    Huge,
}

impl Treatment {
    fn of(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Crlf => String::from_utf8_lossy(bytes).replace('\n', "\r\n").into_bytes(),
            Self::Bom => ["\u{feff}".as_bytes(), bytes].concat(),
            Self::Empty => Vec::new(),
            Self::Binary => [&b"\x7fELF\x02\x01\x01\0"[..], bytes].concat(),
            Self::Huge => [bytes, &b"# ten bytes\n".repeat((2 << 20) / 12)].concat(),
        }
    }
}

/// A learner's state.
#[derive(Clone, Debug)]
pub struct Case {
    /// `wrong/long-port`
    pub name: String,
    /// What is said of it.
    pub spec: CaseSpec,
    /// Its files.
    pub files: FileTree,
    /// The lesson's own files after the same step.
    pub base: FileTree,
}

/// What is wrong with the learners' states of a lesson that lies in a folder, each with its file.
pub fn faults(root: &Path, lesson: &Lesson) -> Vec<LessonError> {
    let Ok(states) = lesson.states() else { return Vec::new() };
    let author = Author { root: root.to_owned(), lesson: lesson.clone(), states };
    let told = |error: AuthorError| match error {
        AuthorError::Lesson(error) => error,
        error => LessonError::Rule { file: format!("fixtures/{}", author.folder()), reason: error.text() },
    };
    let of_case = |case: Result<Case, LessonError>| {
        let case = match case {
            Ok(case) => case,
            Err(error) => return Some(error),
        };
        let file = format!("fixtures/{}/{}", author.folder(), case.name);
        match case.fault(lesson) {
            Ok(None) => None,
            Ok(Some(reason)) => Some(LessonError::Rule { file, reason }),
            Err(error) => Some(told(error)),
        }
    };
    match author.cases() {
        Ok(cases) => cases.into_iter().filter_map(of_case).collect(),
        Err(error) => vec![told(error)],
    }
}

/// The folders of the cases in a lesson's fixtures: `wrong/long-port`.
fn names(fixtures: &FileTree) -> impl Iterator<Item = &str> {
    let names = fixtures.keys().filter_map(|path| path.strip_suffix("/case.toml"));
    names.filter(|name| ["wrong/", "alternative/"].iter().any(|kind| name.starts_with(kind)))
}

impl Author {
    /// Every case of the lesson, in order of their names, or what is wrong with one.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn cases(&self) -> Result<Vec<Result<Case, LessonError>>, AuthorError> {
        let fixtures = self.fixtures()?;
        Ok(names(&fixtures).map(|name| self.case(&fixtures, name)).collect())
    }

    fn case(&self, fixtures: &FileTree, name: &str) -> Result<Case, LessonError> {
        let file = format!("fixtures/{}/{name}/case.toml", self.folder());
        let text = String::from_utf8_lossy(&fixtures[&format!("{name}/case.toml")]).into_owned();
        let spec: CaseSpec =
            toml::from_str(&text).map_err(|error| LessonError::faulty(&file, &text, &error))?;
        let rule = |line: &str, reason: Text| LessonError::Rule { file: at(&file, &text, line), reason };
        let Some(after) = self.lesson.step_index(&spec.after) else {
            let near = did_you_mean(&spec.after, self.lesson.ids());
            let reason = Text::new("rule-case-step").with("id", spec.after.as_str()).with("near", near);
            return Err(rule("after", reason));
        };
        if name.starts_with("wrong/") && spec.fails.is_none() {
            return Err(rule("after", Text::new("rule-case-fails")));
        }
        let known: Vec<&str> = self.lesson.file.checks().map(|check| check.id.as_str()).collect();
        if let Some(fails) = spec.fails.as_deref().filter(|id| !known.contains(id)) {
            let text =
                Text::new("rule-case-check").with("id", fails).with("near", did_you_mean(fails, known));
            return Err(rule("fails", text));
        }
        let base = self.states[after + 1].clone();
        let files = spec.made(&base, fixtures.get(&format!("{name}/change.patch")));
        let files = files.map_err(|reason| LessonError::Patch {
            file: format!("fixtures/{}/{name}/change.patch", self.folder()),
            reason,
        })?;
        Ok(Case { name: name.to_owned(), spec, files, base })
    }
}

/// `FILE:LINE` of the key, where it is there.
fn at(file: &str, text: &str, key: &str) -> String {
    let line = text.lines().position(|line| line.trim_start().starts_with(key));
    line.map_or_else(|| file.to_owned(), |line| format!("{file}:{}", line + 1))
}

impl CaseSpec {
    fn made(&self, base: &FileTree, patch: Option<&Vec<u8>>) -> Result<FileTree, Text> {
        let mut files = base.clone();
        if let Some(text) = patch {
            let patch = Patch::parse(&String::from_utf8_lossy(text)).map_err(|error| error.text())?;
            patch.apply_to(&mut files).map_err(|error| error.text())?;
        }
        let missing = |path: &str| Text::new("rule-case-file").with("path", path);
        for path in &self.removes {
            files.remove(path).ok_or_else(|| missing(path))?;
        }
        for (path, treatment) in &self.treat {
            let bytes = files.get_mut(path).ok_or_else(|| missing(path))?;
            *bytes = treatment.of(bytes);
        }
        for (from, to) in &self.renames {
            let bytes = files.remove(from).ok_or_else(|| missing(from))?;
            files.insert(to.clone(), bytes);
        }
        Ok(match &self.nested {
            Some(folder) => {
                files.into_iter().map(|(path, bytes)| (format!("{folder}/{path}"), bytes)).collect()
            }
            None => files,
        })
    }
}

impl Case {
    /// What is not as the case says; nothing where all is.
    ///
    /// # Errors
    /// The files cannot be laid out.
    pub fn fault(&self, lesson: &Lesson) -> Result<Option<Text>, AuthorError> {
        let laid =
            |files| Laid::of(lesson, files).map_err(|error| AuthorError::disk(&std::env::temp_dir(), &error));
        let (own, theirs) = (laid(&self.base)?, laid(&self.files)?);
        let (own, theirs) = (own.application(lesson), theirs.application(lesson));
        let of_files = lesson.file.checks().filter(|entry| is_of_files(entry));
        let asked = of_files.filter(|entry| judge(entry, &own).is_pass());
        for entry in asked {
            let verdict = judge(entry, &theirs);
            let is_named = self.spec.fails.as_ref() == Some(&entry.id);
            if is_named {
                return Ok(self.differs(&verdict));
            }
            if !verdict.is_pass() {
                let text = Text::new("rule-case-other").with("check", entry.id.as_str());
                return Ok(Some(text.with("says", verdict.message)));
            }
        }
        let fails = self.spec.fails.as_ref();
        Ok(fails.map(|check| Text::new("rule-case-not-asked").with("check", check.as_str())))
    }

    fn differs(&self, verdict: &Verdict) -> Option<Text> {
        let check = self.spec.fails.as_deref().unwrap_or_default();
        if verdict.outcome != Outcome::NotYet {
            return Some(Text::new("rule-case-passes").with("check", check));
        }
        let line = verdict.place.as_ref().map(|place| place.line);
        if line != self.spec.line {
            let said = |line: Option<u32>| line.map_or_else(|| "-".to_owned(), |line| line.to_string());
            let text = Text::new("rule-case-line").with("check", check).with("line", said(line));
            return Some(text.with("wanted", said(self.spec.line)));
        }
        let words = self.spec.says.as_ref()?;
        let is_said = verdict.message.render(Lang::En).contains(words.as_str());
        let text = || Text::new("rule-case-says").with("check", check).with("says", verdict.message.clone());
        (!is_said).then(text)
    }
}

/// What becomes of a lesson's cases.
pub(super) struct Moved<'a> {
    pub(super) author: &'a Author,
    /// Steps by their old places, in the new order.
    pub(super) order: &'a [usize],
    /// The new states.
    pub(super) states: &'a [FileTree],
    pub(super) renamed: &'a Option<(String, String)>,
}

impl Moved<'_> {
    /// The changes of the fixtures' files, and the cases that the change does not go into.
    pub(super) fn fixtures(&self, fixtures: &FileTree) -> Result<(Changes, Vec<String>), AuthorError> {
        let (mut changes, mut left) = (Changes::new(), Vec::new());
        for name in names(fixtures) {
            // One that cannot be read is `validate`'s to tell.
            if let Ok(case) = self.author.case(fixtures, name) {
                self.case(fixtures, &case, &mut changes, &mut left)?;
            }
        }
        for (path, bytes) in fixtures.iter().filter(|(path, _)| path.ends_with(".toml")) {
            let text = changes.get(path).cloned().unwrap_or_else(|| Some(bytes.clone()));
            if let Some(text) = text.and_then(|bytes| String::from_utf8(bytes).ok())
                && let Some((old, new)) = self.renamed
                && let Some(text) = replaced(&text, &["after", "step", "then"], old, new)
            {
                changes.insert(path.clone(), Some(text.into_bytes()));
            }
        }
        Ok((changes, left))
    }

    fn case(
        &self,
        fixtures: &FileTree,
        case: &Case,
        changes: &mut Changes,
        left: &mut Vec<String>,
    ) -> Result<(), AuthorError> {
        let lesson = &self.author.lesson;
        let old = lesson.step_index(&case.spec.after).unwrap_or_default();
        let asks = lesson
            .file
            .steps
            .iter()
            .position(|step| step.checks.iter().any(|check| Some(&check.id) == case.spec.fails.as_ref()));
        if asks.is_some_and(|asks| !self.order.contains(&asks)) {
            let own = fixtures.keys().filter(|path| path.starts_with(&format!("{}/", case.name)));
            changes.extend(own.map(|path| (path.clone(), None)));
            return Ok(());
        }
        // Of a step that is gone, the one before it takes the place.
        let Some(base) = (0..=old).rev().find(|step| self.order.contains(step)) else { return Ok(()) };
        if base != old {
            let path = format!("{}/case.toml", case.name);
            let text = String::from_utf8_lossy(&fixtures[&path]).into_owned();
            let id = &lesson.file.steps[base].id;
            if let Some(text) = replaced(&text, &["after"], &case.spec.after, id) {
                changes.insert(path, Some(text.into_bytes()));
            }
        }
        let path = format!("{}/change.patch", case.name);
        let place = self.order.iter().position(|step| *step == base).unwrap_or_default();
        let now = &self.states[place + 1];
        let Some(patch) = fixtures.get(&path).filter(|_| case.base != *now) else { return Ok(()) };
        let parsed = Patch::parse(&String::from_utf8_lossy(patch));
        let mut changed = case.base.clone();
        if parsed.is_ok_and(|patch| patch.apply_to(&mut changed).is_ok())
            && let Ok(theirs) = merged(&case.base, now, &changed)
            && let Ok(text) = between(now, &theirs)
            && !text.is_empty()
        {
            changes.insert(path, Some(text.into_bytes()));
        } else {
            left.push(case.name.clone());
        }
        Ok(())
    }
}

/// The text with `new` for `old` as the value of these keys; nothing where none has it.
fn replaced(text: &str, keys: &[&str], old: &str, new: &str) -> Option<String> {
    let table = DeTable::parse(text).ok()?;
    let mut spans = Vec::new();
    each_text(table.get_ref(), &mut |key, value, span| {
        if keys.contains(&key) && value == old {
            spans.push(span);
        }
    });
    spans.sort_by_key(|span| std::cmp::Reverse(span.start));
    let mut changed = text.to_owned();
    for span in &spans {
        changed.replace_range(span.clone(), &quoted(new));
    }
    (!spans.is_empty()).then_some(changed)
}
