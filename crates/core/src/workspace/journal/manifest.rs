//! What an entry says about itself: its [`Manifest`], and the [`Stage`] that seals it. Whatever
//! wrote them, they are believed only as far as this program could have written them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::super::files::is_plain;
use super::super::moment::now_millis;

/// 1 had no checksums: what it says can be read and undone, and a flipped bit in it is not found.
pub(super) const FORMAT: u32 = 2;

/// How many files one write may have, and how large the list of them may be.
pub(super) const MOST_FILES: usize = 10_000;
pub(super) const LARGEST: u64 = 8 << 20;

/// Labels and kinds are a step's id or the like.
const LONGEST_WORD: usize = 300;

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    pub format: u32,
    /// Unix time in milliseconds.
    pub time: u64,
    pub kind: String,
    pub label: String,
    /// The number of the entry that this one took back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<u64>,
    /// It put something of the learner's away that only another undo brings back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub again: bool,
    pub files: Vec<FileRecord>,
    /// Folders that were not there before, outermost first, relative to the workspace folder,
    /// which itself is the empty path.
    #[serde(default)]
    pub made_folders: Vec<String>,
    /// Folders that go with their last file.
    #[serde(default)]
    pub removes_folders: Vec<String>,
    /// Things that make room before the files are written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asides: Vec<Move>,
    /// Things that come back when the files are gone that stood in their place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub returns: Vec<Move>,
    /// What names of temporary files beside the learner's begin with: nobody can guess it.
    #[serde(default)]
    pub token: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileRecord {
    pub path: String,
    pub before: Option<Side>,
    pub after: Option<Side>,
}

/// One content of a file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Side {
    /// The name of the file with the content, in the entry's folder.
    pub file: String,
    #[serde(default)]
    pub mode: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// When the file that changes places was last written, as this content, in nanoseconds since
    /// 1970; none where another write could have the same time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<u64>,
}

/// A change of name of something that is no file of ours: a folder, a pipe, a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Move {
    pub from: String,
    pub to: String,
    /// By which it is known again, where the system has that.
    pub inode: Option<u64>,
}

impl Manifest {
    pub(super) fn new(kind: &str, label: String) -> Self {
        Self {
            format: FORMAT,
            time: now_millis(),
            kind: kind.to_owned(),
            label,
            undoes: None,
            again: false,
            files: Vec::new(),
            made_folders: Vec::new(),
            removes_folders: Vec::new(),
            asides: Vec::new(),
            returns: Vec::new(),
            token: String::new(),
        }
    }

    /// Whether it could be ours: every name in it plain and where it belongs, every content with
    /// its checksum.
    pub(super) fn is_sound(&self) -> bool {
        let sealed = self.format >= 2;
        let side = |side: &Option<Side>, name: String| {
            side.as_ref().is_none_or(|side| {
                side.file == name
                    && side.mode.is_none_or(|mode| mode <= 0o7777)
                    && side.sha256.as_ref().map_or(!sealed, |sum| is_hex(sum, 64))
            })
        };
        let file = |(index, file): (usize, &FileRecord)| {
            is_plain(&file.path)
                && (file.before.is_some() || file.after.is_some())
                && side(&file.before, name(index, "before"))
                && side(&file.after, name(index, "after"))
        };
        let folder = |folder: &String| folder.is_empty() || is_plain(folder);
        let beside = |one: &Move| {
            let parent = |path: &str| path.rsplit_once('/').map(|(parent, _)| parent.to_owned());
            is_plain(&one.from) && is_plain(&one.to) && parent(&one.from) == parent(&one.to)
        };
        let word = |word: &String| word.len() <= LONGEST_WORD && !word.contains(char::is_control);
        let paths: BTreeSet<&String> = self.files.iter().map(|file| &file.path).collect();
        (1..=FORMAT).contains(&self.format)
            && self.files.len() <= MOST_FILES
            && paths.len() == self.files.len()
            && self.files.iter().enumerate().all(file)
            && self.made_folders.iter().chain(&self.removes_folders).all(folder)
            && self.asides.iter().chain(&self.returns).all(beside)
            && word(&self.kind)
            && word(&self.label)
            && (is_hex(&self.token, 16) || (!sealed && self.token.is_empty()))
    }
}

/// The name of a file of the `index`-th file's in an entry.
pub(super) fn name(index: usize, what: &str) -> String {
    format!("{index}.{what}")
}

/// How far a write has come. Nothing but these, exactly as they are written, is a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Being made, or interrupted: to be taken back.
    Pending,
    Done,
    /// Done; and an editor that held a file open since before wrote to it later. What it wrote is
    /// in the entry.
    Late,
    /// Interrupted and taken back, but for what somebody else changed in between: the entry has
    /// what was there before.
    Kept,
}

impl Stage {
    const ALL: [(Self, &str); 4] =
        [(Self::Pending, "pending"), (Self::Done, "done"), (Self::Late, "late"), (Self::Kept, "kept")];

    /// What stands in the file: the state, and by which manifest.
    pub(super) fn line(self, format: u32, seal: &str) -> String {
        let word = Self::ALL.iter().find(|(state, _)| *state == self).map_or("", |(_, word)| word);
        if format >= 2 { format!("{word} {seal}\n") } else { format!("{word}\n") }
    }

    pub(super) fn read(line: &[u8], format: u32, seal: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|(state, _)| state.line(format, seal).as_bytes() == line)
            .map(|(state, _)| state)
    }

    /// It came about, so that what it took back is taken back.
    pub(super) const fn is_done(self) -> bool {
        matches!(self, Self::Done | Self::Late)
    }

    /// It holds something of the learner's that is nowhere else.
    pub(super) const fn holds(self) -> bool {
        matches!(self, Self::Late | Self::Kept)
    }
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
