//! Reads a unified diff, git's or a plain one, line by line.

use super::{FilePatch, Hunk, HunkLine, Patch, PatchError, PatchKind, Tag};
use crate::workspace::files::is_plain;

pub(super) fn parse(text: &str) -> Result<Patch, PatchError> {
    let lines = text.split_inclusive('\n').collect();
    let mut reader = Reader { lines, at: 0, files: Vec::new() };
    while reader.at < reader.lines.len() {
        reader.file()?;
    }
    if reader.files.is_empty() { Err(PatchError::Empty) } else { Ok(Patch { files: reader.files }) }
}

struct Reader<'a> {
    lines: Vec<&'a str>,
    at: usize,
    files: Vec<FilePatch>,
}

/// What git says about a file before its hunks.
#[derive(Default)]
struct Head {
    path: Option<String>,
    kind: Option<PatchKind>,
    line: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<&'a str> {
        self.lines.get(self.at).map(|line| line.trim_end_matches(['\n', '\r']))
    }

    /// The number of the line at hand, from 1.
    fn number(&self) -> usize {
        self.at + 1
    }

    /// One file with its header, or what may stand between files.
    fn file(&mut self) -> Result<(), PatchError> {
        let Some(line) = self.peek() else { return Ok(()) };
        if let Some(names) = line.strip_prefix("diff --git ") {
            let head = Head { path: both_names(names), kind: None, line: self.number() };
            self.at += 1;
            self.after_head(head)
        } else if line.starts_with("--- ") {
            self.after_head(Head { line: self.number(), ..Head::default() })
        } else if line == "--" || line == "-- " {
            self.at = self.lines.len(); // a mail's signature, behind the last file
            Ok(())
        } else if self.files.is_empty() || line.trim().is_empty() {
            if line.starts_with("@@ ") || line.starts_with("+++ ") {
                return Err(self.unexpected());
            }
            self.at += 1; // prose before the first file
            Ok(())
        } else {
            Err(self.unexpected())
        }
    }

    fn after_head(&mut self, mut head: Head) -> Result<(), PatchError> {
        const IGNORED: [&str; 5] = ["index ", "old mode ", "new mode ", "similarity ", "dissimilarity "];
        const UNSUPPORTED: [&str; 6] =
            ["rename ", "copy ", "Binary files ", "GIT binary patch", "diff --cc ", "diff --combined "];
        while let Some(line) = self.peek() {
            if line.starts_with("new file mode ") {
                head.kind = Some(PatchKind::Create);
            } else if line.starts_with("deleted file mode ") {
                head.kind = Some(PatchKind::Delete);
            } else if UNSUPPORTED.iter().any(|start| line.starts_with(start)) {
                return Err(PatchError::Unsupported { line: self.number(), found: line.to_owned() });
            } else if !IGNORED.iter().any(|start| line.starts_with(start)) {
                break;
            }
            self.at += 1;
        }
        if self.peek().is_some_and(|line| line.starts_with("--- ")) && self.names_are_of(&head) {
            self.names(&mut head)?;
        }
        let hunks = self.hunks()?;
        let Some(path) = head.path else { return Err(self.unexpected()) };
        if !is_plain(&path) {
            return Err(PatchError::BadPath { line: head.line, path });
        }
        if self.files.iter().any(|file| file.path == path) {
            return Err(PatchError::Twice { line: head.line, path });
        }
        let kind = head.kind.unwrap_or(PatchKind::Modify);
        if hunks.is_empty() && kind == PatchKind::Modify {
            return Err(PatchError::Truncated { line: head.line });
        }
        self.files.push(FilePatch { path, kind, line: head.line, hunks });
        Ok(())
    }

    /// Whether the two lines at hand name the file of `head`: one that comes or goes empty has none,
    /// and the next file's may follow at once.
    fn names_are_of(&self, head: &Head) -> bool {
        let (Some(path), Some(_)) = (&head.path, head.kind) else { return true };
        let name = |at: usize, mark: &str, prefix: &str| {
            let line = self.lines.get(at)?.trim_end_matches(['\n', '\r']).strip_prefix(mark)?;
            let name = unquote(line.split('\t').next().unwrap_or(line));
            Some(name.strip_prefix(prefix).unwrap_or(&name).to_owned())
        };
        let named = [name(self.at, "--- ", "a/"), name(self.at + 1, "+++ ", "b/")];
        named.iter().flatten().any(|name| name == path)
    }

    /// The `---` and `+++` lines.
    fn names(&mut self, head: &mut Head) -> Result<(), PatchError> {
        let old = self.name("--- ", "a/")?;
        let new = self.name("+++ ", "b/")?;
        let (path, kind) = match (old, new) {
            (None, Some(new)) => (new, PatchKind::Create),
            (Some(old), None) => (old, PatchKind::Delete),
            (Some(old), Some(new)) if old == new => (new, PatchKind::Modify),
            (Some(_), Some(found)) => {
                return Err(PatchError::Unsupported { line: self.at, found });
            }
            (None, None) => return Err(PatchError::BadPath { line: self.at, path: "/dev/null".to_owned() }),
        };
        head.path = Some(path);
        head.kind = Some(kind);
        Ok(())
    }

    fn name(&mut self, mark: &str, prefix: &str) -> Result<Option<String>, PatchError> {
        let Some(name) = self.peek().and_then(|line| line.strip_prefix(mark)) else {
            return Err(self.unexpected());
        };
        let name = unquote(name.split('\t').next().unwrap_or(name));
        self.at += 1;
        Ok((name != "/dev/null").then(|| name.strip_prefix(prefix).unwrap_or(&name).to_owned()))
    }

    fn hunks(&mut self) -> Result<Vec<Hunk>, PatchError> {
        let mut hunks = Vec::new();
        while let Some(line) = self.peek().filter(|line| line.starts_with("@@ ")) {
            let Some((old, new)) = ranges(line) else { return Err(self.unexpected()) };
            let number = self.number();
            self.at += 1;
            // An empty range names the line before it.
            let start = if old.1 == 0 { old.0 + 1 } else { old.0 };
            hunks.push(Hunk { line: number, start, lines: self.hunk_lines(number, old.1, new.1)? });
        }
        Ok(hunks)
    }

    fn hunk_lines(
        &mut self,
        hunk: usize,
        mut old: usize,
        mut new: usize,
    ) -> Result<Vec<HunkLine>, PatchError> {
        let mut lines: Vec<HunkLine> = Vec::new();
        loop {
            let line = self.lines.get(self.at).copied();
            if let (Some(line), Some(last)) = (line, lines.last_mut())
                && line.starts_with('\\')
            {
                last.text = last.text.trim_end_matches(['\n', '\r']).to_owned();
                self.at += 1;
                continue;
            }
            if old == 0 && new == 0 {
                return Ok(lines);
            }
            let Some(line) = line else { return Err(PatchError::Truncated { line: hunk }) };
            // Editors strip the one blank of an empty context line.
            let (tag, text) = match line.as_bytes()[0] {
                b' ' => (Tag::Context, &line[1..]),
                b'-' => (Tag::Remove, &line[1..]),
                b'+' => (Tag::Add, &line[1..]),
                b'\n' | b'\r' => (Tag::Context, line),
                _ => return Err(self.unexpected()),
            };
            let enough = |count: usize, used: bool| if used { count.checked_sub(1) } else { Some(count) };
            let counts = (enough(old, tag != Tag::Add), enough(new, tag != Tag::Remove));
            let (Some(less_old), Some(less_new)) = counts else { return Err(self.unexpected()) };
            (old, new) = (less_old, less_new);
            lines.push(HunkLine { tag, text: text.to_owned(), line: self.number() });
            self.at += 1;
        }
    }

    fn unexpected(&self) -> PatchError {
        let found = self.peek().unwrap_or_default().to_owned();
        PatchError::Unexpected { line: self.number(), found }
    }
}

type Ranges = ((usize, usize), (usize, usize));

/// `@@ -1,2 +3,4 @@ anything`; a count that is left out is 1.
fn ranges(line: &str) -> Option<Ranges> {
    let (inside, _) = line.strip_prefix("@@ ")?.split_once(" @@")?;
    let (old, new) = inside.split_once(' ')?;
    let range = |text: &str| {
        let (start, count) = text.split_once(',').unwrap_or((text, "1"));
        Some((start.parse().ok()?, count.parse().ok()?))
    };
    Some((range(old.strip_prefix('-')?)?, range(new.strip_prefix('+')?)?))
}

/// The path of `a/PATH b/PATH`, which is the only one there is for an empty file.
fn both_names(names: &str) -> Option<String> {
    if let Some(names) = names.strip_prefix('"') {
        let (old, _) = names.split_once("\" \"")?;
        return Some(unquote(&format!("\"{old}\"")).strip_prefix("a/")?.to_owned());
    }
    let half = names.len().checked_sub(1)? / 2;
    let (old, new) = (names.get(..half)?, names.get(half + 1..)?);
    let path = old.strip_prefix("a/")?;
    (new.strip_prefix("b/")? == path).then(|| path.to_owned())
}

/// git writes other than ASCII in quotes, byte by byte in octal.
fn unquote(name: &str) -> String {
    let Some(inner) = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')) else {
        return name.to_owned();
    };
    let mut bytes = Vec::new();
    let mut rest = inner.bytes().peekable();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        match rest.next() {
            Some(b'n') => bytes.push(b'\n'),
            Some(b't') => bytes.push(b'\t'),
            Some(first @ b'0'..=b'3') => {
                let mut value = first - b'0';
                for _ in 0..2 {
                    if let Some(digit) = rest.next_if(|byte| (b'0'..=b'7').contains(byte)) {
                        value = value * 8 + (digit - b'0');
                    }
                }
                bytes.push(value);
            }
            Some(other) => bytes.push(other),
            None => {}
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
