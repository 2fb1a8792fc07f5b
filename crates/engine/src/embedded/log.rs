//! What a replica writes, in its folder: a file of lines, each with its time and its stream, and
//! one file before it. The supervisor writes ([`Writer`]), a command reads ([`read`]).

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::LogLine;
use workshop_disk::owner_only;

/// A file of this size becomes the one before; with that, a log never takes more than twice it.
const LARGEST: u64 = 16 << 20;
/// A line is cut here: one that never ends would fill the memory.
const LONGEST_LINE: usize = 64 << 10;

const NAME: &str = "log";
const BEFORE: &str = "log.1";

/// Writes one replica's log.
pub(super) struct Writer {
    dir: PathBuf,
    file: File,
    size: u64,
}

impl Writer {
    pub(super) fn open(dir: &Path) -> io::Result<Self> {
        let file = to_append(&dir.join(NAME))?;
        let size = file.metadata()?.len();
        Ok(Self { dir: dir.to_owned(), file, size })
    }

    /// Writes whole lines at once. A full disk loses lines, not the replica.
    pub(super) fn write(&mut self, lines: &[u8]) {
        if self.size >= LARGEST {
            let path = self.dir.join(NAME);
            let _ = std::fs::rename(&path, self.dir.join(BEFORE));
            if let Ok(file) = to_append(&path) {
                self.file = file;
                self.size = 0;
            }
        }
        if self.file.write_all(lines).is_ok() {
            self.size += lines.len() as u64;
        }
    }
}

fn to_append(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    owner_only(&mut options);
    options.open(path)
}

fn to_read(path: &Path) -> Option<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    owner_only(&mut options);
    options.open(path).ok().filter(|file| file.metadata().is_ok_and(|meta| meta.is_file()))
}

/// Cuts a stream into lines as they are kept: `NANOSECONDS o|e TEXT`.
pub(super) struct Cutter {
    stderr: bool,
    open: Vec<u8>,
}

impl Cutter {
    pub(super) const fn new(stderr: bool) -> Self {
        Self { stderr, open: Vec::new() }
    }

    /// The lines that `bytes` end, ready to be written.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(bytes.len() + 64);
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            let room = LONGEST_LINE.saturating_sub(self.open.len());
            self.open.extend_from_slice(&part[..part.len().min(room)]);
            if part.ends_with(b"\n") {
                self.close(&mut out);
            }
        }
        out
    }

    /// What is left without a line's end.
    pub(super) fn finish(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        if !self.open.is_empty() {
            self.close(&mut out);
        }
        out
    }

    fn close(&mut self, out: &mut Vec<u8>) {
        let text = self.open.strip_suffix(b"\n").unwrap_or(&self.open);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        out.extend_from_slice(stamp(SystemTime::now(), self.stderr).as_bytes());
        out.extend_from_slice(text);
        out.push(b'\n');
        self.open.clear();
    }
}

fn stamp(at: SystemTime, stderr: bool) -> String {
    let nanos = at.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    format!("{nanos:020} {} ", if stderr { 'e' } else { 'o' })
}

/// Where a reader is in a replica's log, to go on from.
#[derive(Debug, Default)]
pub(super) struct Cursor {
    /// The file that was read, by what tells it from the one that takes its name.
    file: Option<File>,
    open: Vec<u8>,
}

/// The lines since `since`, oldest first.
pub(super) fn read(dir: &Path, since: Option<SystemTime>) -> io::Result<Vec<LogLine>> {
    let mut lines = Vec::new();
    for name in [BEFORE, NAME] {
        match workshop_disk::bytes(&dir.join(name), workshop_disk::LARGEST) {
            Ok(bytes) => lines.extend(bytes.split(|byte| *byte == b'\n').filter_map(line)),
            Err(unread) if unread.is_missing() => {}
            Err(unread) => return Err(unread.into()),
        }
    }
    if let Some(since) = since {
        lines.retain(|line| line.at.is_some_and(|at| at >= since));
    }
    Ok(lines)
}

impl Cursor {
    /// The lines that came since the last call; at first, all of the file.
    pub(super) fn follow(&mut self, dir: &Path) -> Vec<LogLine> {
        use std::io::Read;

        if self.file.is_none() {
            self.file = to_read(&dir.join(NAME));
        }
        let Some(file) = &mut self.file else { return Vec::new() };
        let before = self.open.len();
        let _ = file.take(LARGEST * 2).read_to_end(&mut self.open);
        // At the end of a file that another has taken the place of: on with that one.
        if self.open.len() == before && moved_on(file, &dir.join(NAME)) {
            self.file = None;
        }
        let Some(end) = self.open.iter().rposition(|byte| *byte == b'\n') else { return Vec::new() };
        let rest = self.open.split_off(end + 1);
        let whole = std::mem::replace(&mut self.open, rest);
        whole.split(|byte| *byte == b'\n').filter_map(line).collect()
    }
}

/// How much of a log a follower reads of what was there before it.
const TAIL: u64 = 64 << 10;
/// How often a follower looks: the more seldom, the longer nothing came.
const OFTEN: Duration = Duration::from_millis(50);
const SELDOM: Duration = Duration::from_millis(400);

/// A replica's latest lines, then each as it is written.
pub(super) struct Follower {
    dir: PathBuf,
    cursor: Cursor,
    lines: VecDeque<LogLine>,
    pause: Duration,
}

impl Follower {
    pub(super) fn new(dir: PathBuf) -> Self {
        use std::io::{Seek, SeekFrom};

        let file = to_read(&dir.join(NAME)).map(|mut file| {
            let size = file.metadata().map_or(0, |meta| meta.len());
            let _ = file.seek(SeekFrom::Start(size.saturating_sub(TAIL)));
            file
        });
        Self { dir, cursor: Cursor { file, open: Vec::new() }, lines: VecDeque::new(), pause: OFTEN }
    }

    /// The next line; `None` when the replica and its log are gone.
    pub(super) async fn next(&mut self) -> Option<LogLine> {
        loop {
            if let Some(line) = self.lines.pop_front() {
                return Some(line);
            }
            self.lines.extend(self.cursor.follow(&self.dir));
            if !self.lines.is_empty() {
                self.pause = OFTEN;
                continue;
            }
            if !self.dir.is_dir() {
                return None;
            }
            tokio::time::sleep(self.pause).await;
            self.pause = (self.pause * 2).min(SELDOM);
        }
    }
}

fn moved_on(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let inode = |meta: std::fs::Metadata| (meta.dev(), meta.ino());
    let now = std::fs::metadata(path).map(inode);
    now.is_ok_and(|now| file.metadata().map(inode).is_ok_and(|was| was != now))
}

fn line(bytes: &[u8]) -> Option<LogLine> {
    let (nanos, rest) = (bytes.get(..20)?, bytes.get(20..)?);
    let nanos: u64 = str::from_utf8(nanos).ok()?.parse().ok()?;
    let (stream, text) = (rest.get(1)?, rest.get(3..)?);
    Some(LogLine {
        at: Some(UNIX_EPOCH + Duration::from_nanos(nanos)),
        stderr: *stream == b'e',
        text: String::from_utf8_lossy(text).into_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(lines: &[LogLine]) -> Vec<(bool, &str)> {
        lines.iter().map(|line| (line.stderr, line.text.as_str())).collect()
    }

    #[test]
    fn what_is_written_is_read_from_a_moment_on() {
        let dir = tempfile::tempdir().unwrap();
        let mut writer = Writer::open(dir.path()).unwrap();
        let (mut out, mut err) = (Cutter::new(false), Cutter::new(true));
        writer.write(&out.push("안녕\r\nhalf".as_bytes()));
        writer.write(&err.push(b"\xff oops\n"));
        let mut cursor = Cursor::default();
        assert_eq!(texts(&cursor.follow(dir.path())), [(false, "안녕"), (true, "\u{fffd} oops")]);
        let between = SystemTime::now();
        writer.write(&out.push(b" a line\n"));
        assert_eq!(texts(&cursor.follow(dir.path())), [(false, "half a line")]);
        assert_eq!(texts(&cursor.follow(dir.path())), []);
        assert_eq!(texts(&read(dir.path(), Some(between)).unwrap()), [(false, "half a line")]);
        assert_eq!(read(dir.path(), None).unwrap().len(), 3);
        assert_eq!(read(&dir.path().join("none"), None).unwrap(), []);
    }

    #[test]
    fn a_log_never_grows_without_bound_and_a_follower_loses_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let mut writer = Writer::open(dir.path()).unwrap();
        let mut out = Cutter::new(false);
        let line = format!("{}\n", "x".repeat(LONGEST_LINE * 2));
        let mut cursor = Cursor::default();
        let mut seen = 0;
        let wanted = 3 * LARGEST as usize / LONGEST_LINE;
        for _ in 0..wanted {
            writer.write(&out.push(line.as_bytes()));
            seen += cursor.follow(dir.path()).len();
        }
        seen += cursor.follow(dir.path()).len() + cursor.follow(dir.path()).len();
        assert_eq!(seen, wanted);
        let kept: u64 =
            [NAME, BEFORE].iter().map(|name| dir.path().join(name).metadata().unwrap().len()).sum();
        assert!(kept < LARGEST * 2 + LONGEST_LINE as u64 * 2, "{kept}");
    }
}
