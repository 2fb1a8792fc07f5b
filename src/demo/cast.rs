//! Recordings in asciicast v2, the format that asciinema plays: a header line, then one line an
//! event, each JSON. [`Recorder`] writes one as it happens, [`Cast`] is one that was read.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::text::{Lang, Text};
use crate::workspace::disk;

/// A recording whose longest line is longer than this is none of ours, nor anybody's.
const LONGEST_LINE: u64 = 16 * 1024 * 1024;

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Header {
    pub version: u32,
    pub width: u16,
    pub height: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// Something that was written to the screen, and when, from the beginning.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Output {
    pub at: Duration,
    pub text: String,
}

/// A recording that was read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Cast {
    pub header: Header,
    pub outputs: Vec<Output>,
    /// The line that was not written to its end, where the recording was cut off; from 1.
    pub cut: Option<usize>,
}

/// Why a recording cannot be played or made.
#[derive(Clone, Debug, thiserror::Error, PartialEq)]
#[error("{}", self.text().render(Lang::En))]
pub(crate) enum CastError {
    /// The file cannot be read or written.
    Io { path: String, reason: String },
    /// The recording could not be written to its end.
    Unfinished { path: String, reason: String },
    /// It is there already, and might be somebody's only one.
    Exists { path: String },
    /// The first line is not the header of a recording.
    NotACast { path: String },
    /// Another version of the format.
    Version { path: String, version: u64 },
    /// A line, from 1, that is not what it should be.
    Line { path: String, line: usize, reason: Text },
}

impl CastError {
    fn io(path: &Path, error: &io::Error) -> Self {
        Self::Io { path: path.display().to_string(), reason: disk::reason(error) }
    }

    /// The machine is in the way, not the file.
    pub(crate) const fn is_environment(&self) -> bool {
        matches!(self, Self::Io { .. } | Self::Unfinished { .. })
    }

    pub(crate) fn text(&self) -> Text {
        match self {
            Self::Unfinished { path, reason } => {
                Text::new("cast-unfinished").with("path", path.as_str()).with("reason", reason.as_str())
            }
            Self::Io { path, reason } => {
                Text::new("cast-io").with("path", path.as_str()).with("reason", reason.as_str())
            }
            Self::Exists { path } => Text::new("cast-exists").with("path", path.as_str()),
            Self::NotACast { path } => Text::new("cast-none").with("path", path.as_str()),
            Self::Version { path, version } => {
                Text::new("cast-version").with("path", path.as_str()).with("version", version.to_string())
            }
            Self::Line { path, line, reason } => Text::new("cast-line")
                .with("path", path.as_str())
                .with("line", *line)
                .with("reason", reason.clone()),
        }
    }
}

impl Cast {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// It cannot be read, or is no recording; a last line that was cut off is no error.
    pub(crate) fn open(path: &Path) -> Result<Self, CastError> {
        let file = disk::open(path, disk::LARGEST).map_err(|unread| CastError::io(path, &unread.into()))?;
        Self::read(BufReader::new(file), path)
    }

    /// Reads a recording; `path` is what it is called in an error.
    ///
    /// # Errors
    /// See [`Cast::open`].
    pub(crate) fn read(mut file: impl BufRead, path: &Path) -> Result<Self, CastError> {
        let name = || path.display().to_string();
        let mut number = 1;
        let first = line(&mut file, path, number)?.unwrap_or_default();
        let header = header(&first, name())?;
        let mut cast = Self { header, outputs: Vec::new(), cut: None };
        while let Some(text) = line(&mut file, path, number + 1)? {
            number += 1;
            if text.trim().is_empty() {
                continue;
            }
            match event(&text) {
                Ok((at, "o", data)) => {
                    let before = cast.outputs.last().map_or(Duration::ZERO, |output| output.at);
                    if at < before {
                        let reason = Text::new("cast-backwards");
                        return Err(CastError::Line { path: name(), line: number, reason });
                    }
                    cast.outputs.push(Output { at, text: data });
                }
                // What was typed, marked or resized is not played.
                Ok(_) => {}
                Err(_) if !text.ends_with('\n') => cast.cut = Some(number),
                Err(reason) => return Err(CastError::Line { path: name(), line: number, reason }),
            }
        }
        Ok(cast)
    }

    pub(crate) fn length(&self) -> Duration {
        self.outputs.last().map_or(Duration::ZERO, |output| output.at)
    }
}

/// The next line, its line feed included; `None` at the end.
fn line(file: &mut impl BufRead, path: &Path, number: usize) -> Result<Option<String>, CastError> {
    let mut bytes = Vec::new();
    let mut limited = io::Read::take(&mut *file, LONGEST_LINE);
    let read = limited.read_until(b'\n', &mut bytes).map_err(|error| CastError::io(path, &error))?;
    let reason =
        |key| CastError::Line { path: path.display().to_string(), line: number, reason: Text::new(key) };
    if read as u64 == LONGEST_LINE {
        return Err(reason("cast-too-long"));
    }
    match String::from_utf8(bytes) {
        Ok(_) if read == 0 => Ok(None),
        Ok(text) => Ok(Some(text)),
        // Cut off within a letter.
        Err(error) if error.utf8_error().error_len().is_none() => {
            Ok(Some(String::from_utf8_lossy(error.as_bytes()).into_owned()))
        }
        Err(_) if number == 1 => Err(CastError::NotACast { path: path.display().to_string() }),
        Err(_) => Err(reason("cast-not-text")),
    }
}

fn header(line: &str, path: String) -> Result<Header, CastError> {
    let Ok(serde_json::Value::Object(object)) = serde_json::from_str(line) else {
        return Err(CastError::NotACast { path });
    };
    match object.get("version").and_then(serde_json::Value::as_u64) {
        Some(2) => {}
        Some(version) => return Err(CastError::Version { path, version }),
        None => return Err(CastError::NotACast { path }),
    }
    let header: Result<Header, _> = serde_json::from_value(object.into());
    match header {
        Ok(header) if header.width > 0 && header.height > 0 => Ok(header),
        _ => Err(CastError::Line { path, line: 1, reason: Text::new("cast-no-size") }),
    }
}

fn event(line: &str) -> Result<(Duration, &'static str, String), Text> {
    let (at, kind, data): (f64, String, String) =
        serde_json::from_str(line).map_err(|_| Text::new("cast-no-event"))?;
    let at = Duration::try_from_secs_f64(at).map_err(|_| Text::new("cast-no-time"))?;
    Ok((at, if kind == "o" { "o" } else { "" }, data))
}

/// Writes a recording as it happens, line by line: a demo that is killed leaves one that plays.
pub(crate) struct Recorder {
    file: File,
    path: std::path::PathBuf,
    begun: Instant,
    /// The first of any write, after which nothing is written.
    error: Option<io::Error>,
}

impl Recorder {
    /// Begins a recording of a screen of that size.
    ///
    /// # Errors
    /// The file is there already, or cannot be made.
    pub(crate) fn create(path: &Path, columns: u16, rows: u16, title: &str) -> Result<Self, CastError> {
        let file = OpenOptions::new().write(true).create_new(true).open(path);
        let mut file = file.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => CastError::Exists { path: path.display().to_string() },
            _ => CastError::io(path, &error),
        })?;
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let header = Header {
            version: 2,
            width: columns,
            height: rows,
            timestamp: now.ok().map(|now| now.as_secs()),
            title: Some(title.to_owned()),
        };
        writeln!(file, "{}", json!(header)).map_err(|error| CastError::io(path, &error))?;
        Ok(Self { file, path: path.to_owned(), begun: Instant::now(), error: None })
    }

    /// Something was written to the screen. A disk that is full must not stop a talk.
    pub(crate) fn output(&mut self, text: &str) {
        // What the terminal makes of a line feed on its own.
        let text = text.replace("\r\n", "\n").replace('\n', "\r\n");
        self.event("o", &text);
    }

    pub(crate) fn resized(&mut self, columns: u16, rows: u16) {
        self.event("r", &format!("{columns}x{rows}"));
    }

    fn event(&mut self, kind: &str, data: &str) {
        let micros = self.begun.elapsed().as_micros() as f64;
        if self.error.is_none() {
            self.error = writeln!(self.file, "{}", json!([micros / 1e6, kind, data])).err();
        }
    }

    /// To be asked once, at the end.
    ///
    /// # Errors
    /// The first error of any write: the recording ends there.
    pub(crate) fn finish(&mut self) -> Result<(), CastError> {
        match self.error.take().or_else(|| self.file.sync_all().err()) {
            Some(error) => Err(CastError::Unfinished {
                path: self.path.display().to_string(),
                reason: disk::reason(&error),
            }),
            None => Ok(()),
        }
    }
}

/// A recording under way, which whoever writes to it shares.
pub(crate) type Recording = Arc<Mutex<Recorder>>;

/// A stream whose output is recorded.
pub(crate) struct Recorded(pub Recording);

impl Write for Recorded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut recorder = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        recorder.output(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HEAD: &str = "{\"version\": 2, \"width\": 80, \"height\": 24}\n";

    fn read(text: &[u8]) -> Result<Cast, CastError> {
        Cast::read(text, Path::new("x.cast"))
    }

    #[test]
    fn a_recording_is_read_as_it_was_made() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("a.cast");
        let mut recorder = Recorder::create(&path, 80, 24, "수평").unwrap();
        recorder.output("one\n\u{1b}[2mtwo");
        recorder.resized(60, 20);
        recorder.output("셋\r\n");
        let cast = Cast::open(&path).unwrap();
        assert_eq!((cast.header.width, cast.header.title.as_deref()), (80, Some("수평")));
        let texts: Vec<&str> = cast.outputs.iter().map(|output| output.text.as_str()).collect();
        assert_eq!(texts, ["one\r\n\u{1b}[2mtwo", "셋\r\n"]);
        assert_eq!(cast.cut, None);
        let error = Recorder::create(&path, 80, 24, "").err();
        assert!(matches!(error, Some(CastError::Exists { .. })), "{error:?}");
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let line = |text: &str| match read(text.as_bytes()) {
            Err(CastError::Line { line, reason, .. }) => (line, reason.key),
            other => panic!("{other:?}"),
        };
        assert_eq!(line("{\"version\": 2, \"width\": 0, \"height\": 24}\n"), (1, "cast-no-size"));
        assert_eq!(line(&format!("{HEAD}[0.1, \"o\", \"a\"]\nnonsense\n")), (3, "cast-no-event"));
        assert_eq!(line(&format!("{HEAD}\n[-1, \"o\", \"a\"]\n")), (3, "cast-no-time"));
        assert_eq!(line(&format!("{HEAD}[2, \"o\", \"a\"]\n[1, \"o\", \"b\"]\n")), (3, "cast-backwards"));
        for foreign in ["", "[]\n", "#!/bin/sh\n", "{\"a\": 1}\n"] {
            let error = read(foreign.as_bytes()).unwrap_err();
            assert!(matches!(error, CastError::NotACast { .. }), "{foreign}: {error:?}");
        }
        let error = read(b"{\"version\": 1, \"width\": 80, \"height\": 24, \"stdout\": []}").unwrap_err();
        assert_eq!(error, CastError::Version { path: "x.cast".into(), version: 1 });
    }

    #[test]
    fn what_was_cut_off_is_played_up_to_there() {
        let whole = format!("{HEAD}[0.1, \"o\", \"a\"]\n[0.2, \"o\", \"한글\"]\n");
        for end in HEAD.len()..whole.len() {
            let cast = read(&whole.as_bytes()[..end]).unwrap();
            assert!(cast.outputs.len() <= 2, "{end}");
        }
        let cast = read(&whole.as_bytes()[..whole.len() - 5]).unwrap();
        assert_eq!((cast.outputs.len(), cast.cut), (1, Some(3)));
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_recording_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&bytes);
            let _ = read(&[HEAD.as_bytes(), &bytes].concat());
        }

        #[test]
        fn any_output_survives(texts in prop::collection::vec("\\PC{0,20}|[\\x00-\\x1f]{0,6}", 0..8)) {
            let temp = tempfile::tempdir().unwrap();
            let path = temp.path().join("a.cast");
            let mut recorder = Recorder::create(&path, 80, 24, "").unwrap();
            texts.iter().for_each(|text| recorder.output(text));
            let cast = Cast::open(&path).unwrap();
            let wanted: Vec<String> =
                texts.iter().map(|text| text.replace("\r\n", "\n").replace('\n', "\r\n")).collect();
            let got: Vec<String> = cast.outputs.into_iter().map(|output| output.text).collect();
            prop_assert_eq!(got, wanted);
        }
    }
}
