//! Unified diffs as lessons keep them: read with positions for errors, and applied strictly. A
//! [`Patch`] holds several files; there is no fuzz and no offset, because a lesson's patch and its
//! base are both the lesson's own. (The crates that read such diffs search for a place that fits
//! and do not say which line of the patch is wrong.)

mod parse;
#[cfg(test)]
mod tests;

use similar::TextDiff;

use workshop_text::Text;

/// The changes of one patch, file by file, in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patch {
    files: Vec<FilePatch>,
}

/// What a patch does to one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilePatch {
    /// Relative, with `/`, without `a/` or `b/`.
    pub path: String,
    kind: PatchKind,
    /// The line of the patch, from 1, at which this file starts.
    pub line: usize,
    hunks: Vec<Hunk>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PatchKind {
    Create,
    Modify,
    Delete,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Hunk {
    /// The line of the patch at which `@@` stands.
    line: usize,
    /// The first line of the base that it is about, from 1; 0 for an empty base.
    start: usize,
    lines: Vec<HunkLine>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct HunkLine {
    tag: Tag,
    /// With its line end, where it has one.
    text: String,
    /// The line of the patch.
    line: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tag {
    Context,
    Remove,
    Add,
}

/// Why a patch cannot be read or applied; `line` is the patch's own, from 1.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{}", self.text().render(workshop_text::Lang::En))]
pub enum PatchError {
    /// A line that cannot stand where it stands.
    Unexpected {
        /// The line that was not expected; one past the last at the end of the text.
        line: usize,
        /// What it says, without its line end; empty at the end of the text.
        found: String,
    },
    /// A hunk ends before the counts in its `@@` line are reached.
    Truncated {
        /// Where the hunk's `@@` stands; for a file without hunks, where that file starts.
        line: usize,
    },
    /// Renames, copies and binary changes.
    Unsupported {
        /// The line that asks for it.
        line: usize,
        /// What it says; of two different names, the new one.
        found: String,
    },
    /// A path that is absolute or leaves the folder.
    BadPath {
        /// Where the file starts in the patch, or its `+++` line.
        line: usize,
        /// The path as the patch has it, without `a/` or `b/`.
        path: String,
    },
    /// The same file twice.
    Twice {
        /// Where the file starts the second time.
        line: usize,
        /// Relative to the folder that is patched, with `/`.
        path: String,
    },
    /// No file in the whole text.
    Empty,
    /// The base has another line than the patch says.
    Mismatch {
        /// Relative to the folder that is patched, with `/`.
        path: String,
        /// The line of the patch that does not fit; where a deletion leaves lines, the file's first.
        line: usize,
        /// The line of the base that it is held against, from 1.
        base_line: usize,
        /// What the patch has there, without its line end; empty where it has nothing to compare.
        expected: String,
        /// What the base has there, without its line end; empty where the base ends before it.
        found: String,
    },
    /// The file to change or delete is not there.
    NoBase {
        /// Relative to the folder that is patched, with `/`.
        path: String,
        /// Where the file starts in the patch.
        line: usize,
    },
    /// The file to create is there already.
    BaseExists {
        /// Relative to the folder that is patched, with `/`.
        path: String,
        /// Where the file starts in the patch.
        line: usize,
    },
}

impl PatchError {
    /// What to say about it.
    pub fn text(&self) -> Text {
        let at = |key, line: &usize| Text::new(key).with("line", *line);
        match self {
            Self::Unexpected { line, found } => at("patch-unexpected", line).with("found", found.as_str()),
            Self::Truncated { line } => at("patch-truncated", line),
            Self::Unsupported { line, found } => at("patch-unsupported", line).with("found", found.as_str()),
            Self::BadPath { line, path } => at("patch-bad-path", line).with("path", path.as_str()),
            Self::Twice { line, path } => at("patch-twice", line).with("path", path.as_str()),
            Self::Empty => Text::new("patch-empty"),
            Self::Mismatch { path, line, base_line, expected, found } => at("patch-mismatch", line)
                .with("path", path.as_str())
                .with("base_line", *base_line)
                .with("expected", expected.as_str())
                .with("found", found.as_str()),
            Self::NoBase { path, line } => at("patch-no-base", line).with("path", path.as_str()),
            Self::BaseExists { path, line } => at("patch-base-exists", line).with("path", path.as_str()),
        }
    }

    /// The line of the patch that it is about, from 1.
    pub fn line(&self) -> Option<usize> {
        match self {
            Self::Empty => None,
            Self::Unexpected { line, .. }
            | Self::Truncated { line }
            | Self::Unsupported { line, .. }
            | Self::BadPath { line, .. }
            | Self::Twice { line, .. }
            | Self::Mismatch { line, .. }
            | Self::NoBase { line, .. }
            | Self::BaseExists { line, .. } => Some(*line),
        }
    }
}

impl Patch {
    /// Reads a diff as git writes it, or with `---` and `+++` lines alone.
    pub fn parse(text: &str) -> Result<Self, PatchError> {
        parse::parse(text)
    }

    /// Every file that the patch names, in its order.
    pub fn files(&self) -> &[FilePatch] {
        &self.files
    }

    /// Every line that it adds, without its line end, in its order.
    pub fn added(&self) -> impl Iterator<Item = &str> {
        let lines = self.files.iter().flat_map(|file| &file.hunks).flat_map(|hunk| &hunk.lines);
        lines.filter(|line| line.tag == Tag::Add).map(|line| line.text.trim_end())
    }

    fn file(&self, path: &str) -> Option<&FilePatch> {
        self.files.iter().find(|file| file.path == path)
    }

    /// The text of `path` after the patch; `None` where the file is not there then. A file that the
    /// patch does not name stays as it is.
    pub fn apply(&self, path: &str, base: Option<&str>) -> Result<Option<String>, PatchError> {
        let Some(file) = self.file(path) else { return Ok(base.map(str::to_owned)) };
        let about = || (file.path.clone(), file.line);
        match (file.kind, base) {
            (PatchKind::Create, Some(_)) => {
                let (path, line) = about();
                Err(PatchError::BaseExists { path, line })
            }
            (PatchKind::Create, None) => file.apply("").map(Some),
            (_, None) => {
                let (path, line) = about();
                Err(PatchError::NoBase { path, line })
            }
            (PatchKind::Modify, Some(base)) => file.apply(base).map(Some),
            (PatchKind::Delete, Some(base)) => {
                let rest = file.apply(base)?;
                match rest.split_inclusive('\n').next() {
                    None => Ok(None),
                    Some(found) => Err(file.mismatch(file.line, 1, "", found)),
                }
            }
        }
    }
}

impl FilePatch {
    fn apply(&self, base: &str) -> Result<String, PatchError> {
        let lines: Vec<&str> = base.split_inclusive('\n').collect();
        let mut result = String::with_capacity(base.len());
        let mut at = 0;
        for hunk in &self.hunks {
            let start = hunk.start.saturating_sub(1);
            if start < at || start > lines.len() {
                return Err(self.mismatch(hunk.line, hunk.start, "", ""));
            }
            result.extend(lines[at..start].iter().copied());
            at = start;
            for line in &hunk.lines {
                if line.tag != Tag::Add {
                    let found = lines.get(at).copied().unwrap_or_default();
                    if found != line.text {
                        return Err(self.mismatch(line.line, at + 1, &line.text, found));
                    }
                    at += 1;
                }
                if line.tag != Tag::Remove {
                    result.push_str(&line.text);
                }
            }
        }
        result.extend(lines[at..].iter().copied());
        Ok(result)
    }

    fn mismatch(&self, line: usize, base_line: usize, expected: &str, found: &str) -> PatchError {
        let shown = |text: &str| text.trim_end_matches('\n').to_owned();
        PatchError::Mismatch {
            path: self.path.clone(),
            line,
            base_line,
            expected: shown(expected),
            found: shown(found),
        }
    }
}

/// `old` → `new` as a unified diff with three lines of context, to be shown; empty where both are
/// the same.
pub fn unified(path: &str, old: &str, new: &str) -> String {
    let diff = TextDiff::from_lines(old, new);
    diff.unified_diff().context_radius(3).header(&format!("a/{path}"), &format!("b/{path}")).to_string()
}
