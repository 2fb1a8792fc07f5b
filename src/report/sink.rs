//! [`Sink`]: one output stream that remembers its first error and stays silent after it.

use std::io::{self, Write};

use super::line::Line;
use super::style::Style;

/// A stream that reporters write to. A reader that went away (`workshop list | head -1`) is no
/// error of ours: it ends the output, quietly.
pub struct Sink {
    out: Box<dyn Write + Send>,
    style: Style,
    error: Option<io::Error>,
}

impl Sink {
    pub fn new(out: Box<dyn Write + Send>, style: Style) -> Self {
        Self { out, style, error: None }
    }

    pub const fn style(&self) -> Style {
        self.style
    }

    /// Writes `text` as it is.
    pub fn raw(&mut self, text: &str) {
        if self.error.is_none()
            && let Err(error) = self.out.write_all(text.as_bytes())
        {
            self.error = Some(error);
        }
    }

    pub fn line(&mut self, line: &Line) {
        let mut text = line.draw(self.style.color);
        text.push('\n');
        self.raw(&text);
    }

    pub fn flush(&mut self) {
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
    pub fn finish(&mut self) -> io::Result<()> {
        self.flush();
        match self.error.take() {
            Some(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
            error => {
                self.error = error;
                Ok(())
            }
        }
    }
}
