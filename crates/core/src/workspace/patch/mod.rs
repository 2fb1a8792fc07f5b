//! Unified diffs as lessons keep them: read with positions for errors, applied, and written. A
//! [`Patch`] holds several files. Every line of a hunk must be there; where the file has moved under
//! it, a hunk goes to the one place where it fits, which is told as [`Moved`]. (The crates that read
//! such diffs take any place that fits and do not say which line of the patch is wrong.)

mod parse;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
mod write;

pub use write::between;

use similar::TextDiff;

use super::names::FileTree;
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

/// A hunk that fits, but not where the patch says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The file, relative to the folder that is patched, with `/`.
    pub path: String,
    /// The line of the patch at which the hunk's `@@` stands, from 1.
    pub line: usize,
    /// The line of the file where it was said to begin, from 1.
    pub said: usize,
    /// The line of the file where it does, from 1.
    pub found: usize,
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
    /// A hunk does not fit where it should, and fits in more than one other place.
    Ambiguous {
        /// Relative to the folder that is patched, with `/`.
        path: String,
        /// The line of the patch at which the hunk's `@@` stands.
        line: usize,
        /// Where it would fit first, in lines of the base from 1.
        first: usize,
        /// And where next.
        second: usize,
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
            Self::Ambiguous { path, line, first, second } => at("patch-ambiguous", line)
                .with("path", path.as_str())
                .with("first", *first)
                .with("second", *second),
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
            | Self::Ambiguous { line, .. }
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
    ///
    /// # Errors
    /// The base has other lines than the patch says.
    pub fn apply(&self, path: &str, base: Option<&str>) -> Result<Option<String>, PatchError> {
        self.apply_noting(path, base, &mut Vec::new())
    }

    /// Makes all of its changes in `files`.
    ///
    /// # Errors
    /// As [`Self::apply`]; then some of them may be made.
    pub fn apply_to(&self, files: &mut FileTree) -> Result<Vec<Moved>, PatchError> {
        let mut moved = Vec::new();
        for path in self.files.iter().map(|file| file.path.as_str()) {
            let base = files.get(path).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
            match self.apply_noting(path, base.as_deref(), &mut moved)? {
                Some(text) => files.insert(path.to_owned(), text.into_bytes()),
                None => files.remove(path),
            };
        }
        Ok(moved)
    }

    /// The same; hunks that fit elsewhere than the patch says are added to `moved`.
    ///
    /// # Errors
    /// As [`Self::apply`].
    pub fn apply_noting(
        &self,
        path: &str,
        base: Option<&str>,
        moved: &mut Vec<Moved>,
    ) -> Result<Option<String>, PatchError> {
        let Some(file) = self.file(path) else { return Ok(base.map(str::to_owned)) };
        let about = || (file.path.clone(), file.line);
        match (file.kind, base) {
            (PatchKind::Create, Some(_)) => {
                let (path, line) = about();
                Err(PatchError::BaseExists { path, line })
            }
            (PatchKind::Create, None) => file.apply("", moved).map(Some),
            (_, None) => {
                let (path, line) = about();
                Err(PatchError::NoBase { path, line })
            }
            (PatchKind::Modify, Some(base)) => file.apply(base, moved).map(Some),
            (PatchKind::Delete, Some(base)) => {
                let rest = file.apply(base, moved)?;
                match rest.split_inclusive('\n').next() {
                    None => Ok(None),
                    Some(found) => Err(file.mismatch(file.line, 1, "", found)),
                }
            }
        }
    }
}

impl Hunk {
    /// The lines that it wants to find: context and what it removes.
    fn wanted(&self) -> impl Iterator<Item = &HunkLine> {
        self.lines.iter().filter(|line| line.tag != Tag::Add)
    }

    fn fits(&self, base: &[&str], start: usize) -> bool {
        let mut lines = base.iter().skip(start);
        start <= base.len() && self.wanted().all(|wanted| lines.next() == Some(&wanted.text.as_str()))
    }
}

impl FilePatch {
    fn apply(&self, base: &str, moved: &mut Vec<Moved>) -> Result<String, PatchError> {
        let lines: Vec<&str> = base.split_inclusive('\n').collect();
        let mut result = String::with_capacity(base.len());
        let mut at = 0;
        let mut drift = 0;
        for hunk in &self.hunks {
            let said = hunk.start.saturating_sub(1);
            let start = self.place(hunk, &lines, at, drift)?;
            drift = start.cast_signed() - said.cast_signed();
            if drift != 0 {
                let (path, line) = (self.path.clone(), hunk.line);
                moved.push(Moved { path, line, said: said + 1, found: start + 1 });
            }
            result.extend(lines[at..start].iter().copied());
            at = start + hunk.wanted().count();
            let after = hunk.lines.iter().filter(|line| line.tag != Tag::Remove);
            result.extend(after.map(|line| line.text.as_str()));
        }
        result.extend(lines[at..].iter().copied());
        Ok(result)
    }

    /// The line of the base, from 0, where the hunk begins: where the patch says, moved as far as the
    /// hunk before it was; else the only place behind that one where it fits.
    fn place(&self, hunk: &Hunk, lines: &[&str], at: usize, drift: isize) -> Result<usize, PatchError> {
        let said = hunk.start.saturating_sub(1);
        let guess = said.checked_add_signed(drift).filter(|guess| *guess >= at && hunk.fits(lines, *guess));
        if let Some(guess) = guess {
            return Ok(guess);
        }
        let size = hunk.wanted().count();
        let last = lines.len().checked_sub(size).filter(|_| size > 0);
        let mut fitting = (at..last.map_or(at, |last| last + 1)).filter(|start| hunk.fits(lines, *start));
        match (fitting.next(), fitting.next()) {
            (Some(only), None) => Ok(only),
            (Some(first), Some(second)) => Err(PatchError::Ambiguous {
                path: self.path.clone(),
                line: hunk.line,
                first: first + 1,
                second: second + 1,
            }),
            (None, _) => Err(self.difference(hunk, lines, at)),
        }
    }

    /// The first line of the hunk that is not where the patch says.
    fn difference(&self, hunk: &Hunk, lines: &[&str], at: usize) -> PatchError {
        let start = hunk.start.saturating_sub(1);
        let base = (start >= at && start <= lines.len()).then(|| &lines[start..]);
        let found = |index: usize| base.and_then(|base| base.get(index)).copied().unwrap_or_default();
        let different = hunk.wanted().enumerate().find(|(index, line)| found(*index) != line.text);
        match different.filter(|_| base.is_some()) {
            Some((index, line)) => self.mismatch(line.line, start + index + 1, &line.text, found(index)),
            None => self.mismatch(hunk.line, hunk.start, "", ""),
        }
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
