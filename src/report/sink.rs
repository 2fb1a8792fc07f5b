//! [`Sink`]: one output stream that remembers its first error and stays silent after it.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

use super::line::Line;
use super::style::Style;
use crate::text::{Lang, Text};
use crate::workspace::disk;

/// Where this process writes what it has to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stream {
    Out,
    Err,
    /// The summary of a job on GitHub.
    Summary,
}

/// Output that did not come to where it should: what was asked for was not said.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.text().render(Lang::En))]
pub(crate) struct Lost {
    pub stream: Stream,
    pub error: io::Error,
}

impl Lost {
    pub(crate) fn text(&self) -> Text {
        let key = match self.stream {
            Stream::Out => "report-lost-output",
            Stream::Err => "report-lost-errors",
            Stream::Summary => "report-lost-summary",
        };
        Text::new(key).with("reason", disk::reason(&self.error))
    }
}

/// A stream that reporters write to. A reader that went away (`workshop list | head -1`) is no
/// error of ours: it ends the output, quietly.
pub(super) struct Sink {
    stream: Stream,
    out: Box<dyn Write + Send>,
    style: Style,
    error: Option<io::Error>,
}

impl Sink {
    /// Standard output.
    pub(super) fn out(out: Box<dyn Write + Send>, style: Style) -> Self {
        Self { stream: Stream::Out, out, style, error: None }
    }

    /// Standard error.
    pub(super) fn err(out: Box<dyn Write + Send>, style: Style) -> Self {
        Self { stream: Stream::Err, ..Self::out(out, style) }
    }

    /// The file at `path`, after what is there.
    pub(super) fn summary(path: &Path) -> Self {
        let opened = OpenOptions::new().append(true).create(true).open(path);
        let (out, error): (Box<dyn Write + Send>, _) = match opened {
            Ok(file) => (Box::new(file), None),
            Err(error) => (Box::new(io::sink()), Some(error)),
        };
        Self { stream: Stream::Summary, out, style: Style::PLAIN, error }
    }

    pub(super) const fn style(&self) -> Style {
        self.style
    }

    /// Writes `text` as it is.
    pub(super) fn raw(&mut self, text: &str) {
        if self.error.is_none()
            && let Err(error) = self.out.write_all(text.as_bytes())
        {
            self.error = Some(error);
        }
    }

    pub(super) fn line(&mut self, line: &Line) {
        let mut text = line.draw(self.style.color);
        text.push('\n');
        self.raw(&text);
    }

    pub(super) fn flush(&mut self) {
        if self.error.is_none()
            && let Err(error) = self.out.flush()
        {
            self.error = Some(error);
        }
    }

    /// Flushes, and says what went wrong; a broken pipe did not.
    ///
    /// # Errors
    /// The first error of any write, unless the reader had closed the pipe.
    pub(super) fn finish(&mut self) -> Result<(), Lost> {
        self.flush();
        match self.error.take() {
            Some(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Lost { stream: self.stream, error })
            }
            error => {
                self.error = error;
                Ok(())
            }
        }
    }
}
