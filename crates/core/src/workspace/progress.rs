//! Where the learner is: [`Progress`], kept in `.workshop/progress.json`. It is replaced in one
//! step, the version before stays as `progress.json.bak`, and a file of a newer program is neither
//! read nor overwritten.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::event::StepState;
use workshop_engine::EngineKind;
use workshop_text::{Lang, Text};

use super::baseline::BaselineReplica;
use super::disk;
use super::followed::OfCourse;
use super::journal::JournalError;
use super::moment::now_millis;

/// 2 since the engine is kept: a program that knows only Docker must not take a progress that names
/// another engine for a damaged one. 3 since the course is kept: a program that does not know it would
/// take its own lesson of the same id for it.
pub const FORMAT: u32 = 3;

/// No progress is larger.
const LIMIT: u64 = 16 << 20;

const NAME: &str = "progress.json";
const BACKUP: &str = "progress.json.bak";
const BROKEN: &str = "progress.json.broken";

/// Where one learner is in one lesson, as the file has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The version of the file's format; at most [`FORMAT`] in one that is read.
    pub format: u32,
    /// The lesson's id.
    pub lesson: String,
    /// The course that it is of; not kept before format 3.
    #[serde(default)]
    pub course: Option<OfCourse>,
    /// What the lesson's stack runs on, chosen when it was started.
    #[serde(default)]
    pub engine: Option<EngineKind>,
    /// The docker context that leads to a manager, where the stack runs on a swarm that was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
    /// The language asked for with `--lang` at the start; `None` means that of the environment.
    #[serde(default)]
    pub lang: Option<Lang>,
    /// The current step's id.
    pub step: String,
    /// Step id → what came of it. A step that nothing happened to is not there.
    #[serde(default)]
    pub steps: BTreeMap<String, StepProgress>,
    /// The replicas that ran before the learner started, to tell new ones from.
    #[serde(default)]
    pub baseline: Vec<BaselineReplica>,
    /// The Compose project name that was generated for this folder.
    #[serde(default)]
    pub project: Option<String>,
    /// Unix time in milliseconds.
    #[serde(default)]
    pub started_at: u64,
    /// What the learner agreed that the lesson may do.
    #[serde(default)]
    pub agreed: Option<Agreed>,
}

/// What a learner has done at one step.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StepProgress {
    /// Open, passed or skipped.
    pub state: StepState,
    /// How many hints were shown.
    pub hints: usize,
    /// Question id → answer.
    pub answers: BTreeMap<String, String>,
    /// Prediction id → what was expected, and what was measured.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub guesses: BTreeMap<String, Guess>,
}

/// What a learner expected before something happened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Guess {
    /// As it was typed; of a choice its number. `None` where it was passed by.
    pub said: Option<String>,
    /// The figure that a check measured since, where there is one.
    pub measured: Option<String>,
}

/// A yes to what one version of one course does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreed {
    /// [`Lesson::digest`](crate::lesson::Lesson::digest).
    pub digest: String,
    /// [`Effect::mark`](crate::lesson::effects::Effect::mark) of each effect.
    pub effects: BTreeSet<String>,
}

/// A progress as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// What the file says, or its backup.
    pub progress: Progress,
    /// The file was cut or spoiled, and this is the version before it.
    pub recovered: bool,
}

/// Why a progress cannot be read or saved.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{}", self.text().render(workshop_text::Lang::En))]
pub enum ProgressError {
    /// Written by a newer version of this program.
    Newer {
        /// The file, to be shown.
        path: String,
    },
    /// Neither the file nor its backup can be read; the file was put aside as `kept`.
    Broken {
        /// Where the file was, to be shown.
        path: String,
        /// Where it is now, to be shown.
        kept: String,
    },
    /// No permission to write there, or a read-only file system.
    NotWritable {
        /// The folder that cannot be written in, to be shown.
        folder: String,
    },
    /// The file cannot be read or written.
    Io {
        /// Where the error was met, to be shown.
        path: String,
        /// The system's own words, without its error number.
        reason: String,
    },
}

impl ProgressError {
    /// What to say about it.
    pub fn text(&self) -> Text {
        match self {
            Self::Newer { path } => Text::new("workspace-newer").with("path", path.as_str()),
            Self::Broken { path, kept } => {
                Text::new("progress-broken").with("path", path.as_str()).with("kept", kept.as_str())
            }
            Self::NotWritable { folder } => Text::new("workspace-not-writable").with("path", folder.as_str()),
            Self::Io { path, reason } => {
                Text::new("journal-io").with("path", path.as_str()).with("reason", reason.as_str())
            }
        }
    }

    fn io(path: &Path, error: &io::Error) -> Self {
        match JournalError::io(path, error) {
            JournalError::NotWritable { folder } => Self::NotWritable { folder },
            _ => Self::Io { path: path.display().to_string(), reason: disk::reason(error) },
        }
    }
}

/// What a file turned out to be.
enum Found {
    Missing,
    Good(Box<Progress>),
    Newer,
    Bad,
}

impl Progress {
    /// A lesson at its first step, started now.
    pub fn new(lesson: impl Into<String>, step: impl Into<String>) -> Self {
        Self {
            format: FORMAT,
            lesson: lesson.into(),
            course: None,
            engine: None,
            lang: None,
            step: step.into(),
            steps: BTreeMap::new(),
            baseline: Vec::new(),
            project: None,
            started_at: now_millis(),
            agreed: None,
            context: None,
        }
    }

    /// Something was agreed to that does not come with the program. Of a progress that does not say of
    /// which course it is, that is all that is known.
    pub(crate) fn is_of_a_folder(&self) -> bool {
        self.agreed.as_ref().is_some_and(|agreed| !agreed.digest.starts_with("program:"))
    }

    /// The file that it is kept in, of a `.workshop/`.
    pub fn path(private: &Path) -> std::path::PathBuf {
        private.join(NAME)
    }

    /// The progress as far as it can be read at once: nothing is repaired, put aside or said.
    pub fn peek(private: &Path) -> Option<Self> {
        serde_json::from_slice(&disk::bytes(&private.join(NAME), LIMIT).ok()?).ok()
    }

    /// The progress in `private` (`.workshop/`); `None` where no lesson has been started.
    pub fn load(private: &Path) -> Result<Option<Loaded>, ProgressError> {
        let path = private.join(NAME);
        let newer = || ProgressError::Newer { path: path.display().to_string() };
        match read(&path)? {
            Found::Missing => Ok(None),
            Found::Good(progress) => Ok(Some(Loaded { progress: *progress, recovered: false })),
            Found::Newer => Err(newer()),
            Found::Bad => match read(&private.join(BACKUP))? {
                Found::Good(progress) => Ok(Some(Loaded { progress: *progress, recovered: true })),
                Found::Newer => Err(newer()),
                Found::Missing | Found::Bad => {
                    let kept = private.join(BROKEN);
                    fs::rename(&path, &kept).map_err(|error| ProgressError::io(&path, &error))?;
                    let shown = |path: &Path| path.display().to_string();
                    Err(ProgressError::Broken { path: shown(&path), kept: shown(&kept) })
                }
            },
        }
    }

    /// Replaces the file in one step; the version before it becomes the backup, if it was good. The
    /// caller holds the lock.
    pub fn save(&self, private: &Path) -> Result<(), ProgressError> {
        let path = private.join(NAME);
        let new = Self { format: FORMAT, ..self.clone() };
        let put = |path: &Path, value: &Self| {
            let mut json = serde_json::to_vec_pretty(value).expect("a progress of ours becomes JSON");
            json.push(b'\n');
            disk::write(path, &json, Some(0o600), private).map_err(|error| ProgressError::io(path, &error))
        };
        match read(&path)? {
            Found::Newer => return Err(ProgressError::Newer { path: path.display().to_string() }),
            Found::Good(before) if *before != new => put(&private.join(BACKUP), &before)?,
            Found::Good(_) => return Ok(()),
            Found::Missing | Found::Bad => {}
        }
        put(&path, &new)
    }

    /// Forgets the progress, backup included; a newer program's stays.
    pub fn clear(private: &Path) -> Result<(), ProgressError> {
        let path = private.join(NAME);
        if matches!(read(&path)?, Found::Newer) {
            return Err(ProgressError::Newer { path: path.display().to_string() });
        }
        for path in [private.join(BACKUP), path] {
            disk::remove(&path).map_err(|error| ProgressError::io(&path, &error))?;
        }
        Ok(())
    }
}

fn read(path: &Path) -> Result<Found, ProgressError> {
    let bytes = match disk::bytes(path, LIMIT) {
        Ok(bytes) => bytes,
        Err(unread) if unread.is_missing() => return Ok(Found::Missing),
        Err(disk::Unread::TooLarge { .. }) => return Ok(Found::Bad),
        Err(unread) => return Err(ProgressError::io(path, &unread.into())),
    };
    let Ok(value) = serde_json::from_slice::<serde_json::Value>(&bytes) else { return Ok(Found::Bad) };
    match value["format"].as_u64() {
        Some(format) if format > u64::from(FORMAT) => Ok(Found::Newer),
        Some(_) => Ok(serde_json::from_value(value).map_or(Found::Bad, |good| Found::Good(upgraded(good)))),
        None => Ok(Found::Bad),
    }
}

/// Format 1 knew no engine but Docker.
fn upgraded(mut progress: Progress) -> Box<Progress> {
    if progress.format < 2 {
        progress.engine.get_or_insert_default();
    }
    Box::new(progress)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(step: &str) -> Progress {
        let mut progress = Progress::new("06", step);
        progress.engine = Some(EngineKind::DOCKER);
        progress.lang = Some(Lang::Ko);
        let answers = [("왜".to_owned(), "2".to_owned())].into();
        let done = StepProgress { state: StepState::Passed, hints: 2, answers, ..StepProgress::default() };
        progress.steps.insert("intro".into(), done);
        progress
    }

    fn path(dir: &tempfile::TempDir) -> std::path::PathBuf {
        dir.path().join(NAME)
    }

    #[test]
    fn what_is_saved_is_loaded() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(Progress::load(dir.path()).unwrap(), None);
        let progress = sample("a");
        progress.save(dir.path()).unwrap();
        assert_eq!(Progress::load(dir.path()).unwrap(), Some(Loaded { progress, recovered: false }));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
        Progress::clear(dir.path()).unwrap();
        assert_eq!(Progress::load(dir.path()).unwrap(), None);
    }

    #[test]
    fn cut_at_any_byte_the_version_before_is_used() {
        let dir = tempfile::tempdir().unwrap();
        let first = sample("a");
        first.save(dir.path()).unwrap();
        sample("b").save(dir.path()).unwrap();
        let whole = fs::read(path(&dir)).unwrap();
        for length in 0..whole.len() - 2 {
            fs::write(path(&dir), &whole[..length]).unwrap();
            let loaded = Progress::load(dir.path()).unwrap().unwrap();
            assert_eq!(loaded, Loaded { progress: first.clone(), recovered: true });
        }
        sample("c").save(dir.path()).unwrap();
        assert!(!Progress::load(dir.path()).unwrap().unwrap().recovered);
        fs::write(path(&dir), "").unwrap();
        assert_eq!(
            Progress::load(dir.path()).unwrap().unwrap().progress,
            first,
            "a spoiled file is no backup"
        );
    }

    #[test]
    fn both_spoiled_is_said_and_the_file_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(path(&dir), "{").unwrap();
        let error = Progress::load(dir.path()).unwrap_err();
        assert!(matches!(error, ProgressError::Broken { .. }));
        assert_eq!(fs::read_to_string(dir.path().join(BROKEN)).unwrap(), "{");
        assert_eq!(Progress::load(dir.path()).unwrap(), None);
    }

    #[test]
    fn a_newer_file_is_refused_and_never_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let newer = r#"{"format": 4, "whatever": true}"#;
        fs::write(path(&dir), newer).unwrap();
        let refused = |result: Result<(), ProgressError>| {
            assert!(matches!(result, Err(ProgressError::Newer { .. })), "{result:?}");
            assert_eq!(fs::read_to_string(path(&dir)).unwrap(), newer);
        };
        refused(Progress::load(dir.path()).map(drop));
        refused(sample("a").save(dir.path()));
        refused(Progress::clear(dir.path()));
    }

    #[test]
    fn format_1_meant_docker_and_becomes_the_present_one_when_it_is_saved() {
        let dir = tempfile::tempdir().unwrap();
        let old = r#"{"format":1,"lesson":"06","engine":null,"step":"a"}"#;
        fs::write(path(&dir), old).unwrap();
        let progress = Progress::load(dir.path()).unwrap().unwrap().progress;
        assert_eq!(progress.engine, Some(EngineKind::DOCKER));
        assert_eq!(fs::read_to_string(path(&dir)).unwrap(), old, "reading changes nothing");
        progress.save(dir.path()).unwrap();
        let saved: serde_json::Value = serde_json::from_slice(&fs::read(path(&dir)).unwrap()).unwrap();
        assert_eq!((&saved["format"], &saved["engine"]), (&FORMAT.into(), &"docker".into()));
    }

    #[test]
    fn what_is_left_out_has_a_default() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(path(&dir), r#"{"format":1,"lesson":"06","step":"a","steps":{"a":{"state":"skipped"}}}"#)
            .unwrap();
        let progress = Progress::load(dir.path()).unwrap().unwrap().progress;
        assert_eq!(progress.steps["a"].state, StepState::Skipped);
        assert_eq!(progress.agreed, None);
    }
}
