//! A page that is drawn again and again in the same place: what [`Board::show`] is given replaces
//! what was there, without a flicker. What has no room is scrolled to, and the last row says so.

use std::io::Write;

use super::decoder::Key;
use super::tty::Tty;
use crate::event::Event;
use crate::report::line::{Line, Role};
use crate::report::{Format, Streams, Style, reporter, screen_size};
use crate::text::{Lang, Text};

/// The page. Dropped, it leaves the screen as it was before.
pub(crate) struct Board {
    out: Box<dyn Write + Send>,
    style: Style,
    lang: Lang,
    tty: Tty,
    /// Lines above the first that is shown.
    skip: usize,
}

impl Board {
    /// Takes the terminal.
    ///
    /// # Errors
    /// Standard input is no terminal.
    pub(crate) fn new(out: Box<dyn Write + Send>, style: Style, lang: Lang) -> std::io::Result<Self> {
        let mut board = Self { out, style, lang, tty: Tty::take()?, skip: 0 };
        board.put("\u{1b}[?1049h\u{1b}[?25l");
        Ok(board)
    }

    /// To the beginning of what is shown next.
    pub(crate) fn begin(&mut self) {
        self.skip = 0;
    }

    /// Waits until the reader has scrolled; false when the reader ends it.
    pub(crate) async fn scrolled(&mut self) -> bool {
        let page = screen_size().0.saturating_sub(3).max(1);
        loop {
            match self.tty.key().await.map(Key::latin) {
                None | Some(Key::Ctrl('c') | Key::Char('q')) => return false,
                Some(Key::Up) => self.skip = self.skip.saturating_sub(1),
                Some(Key::Down) => self.skip += 1,
                Some(Key::PageUp) => self.skip = self.skip.saturating_sub(page),
                Some(Key::PageDown | Key::Char(' ')) => self.skip += page,
                Some(_) => continue,
            }
            return true;
        }
    }

    /// Draws `event` as the text reporter does.
    pub(crate) fn show(&mut self, event: &Event) {
        let (rows, columns) = screen_size();
        let style = Style { width: columns.clamp(40, 400), ..self.style };
        let page = page(event, style, self.lang);
        let mut lines: Vec<&str> = page.trim_matches('\n').lines().collect();
        let room = rows.saturating_sub(1).max(2);
        self.skip = self.skip.min(lines.len().saturating_sub(room - 1)) * usize::from(lines.len() > room);
        lines.drain(..self.skip);
        let hidden = (lines.len() + self.skip > room).then(|| lines.len().saturating_sub(room - 1));
        lines.truncate(if hidden.is_some() { room - 1 } else { room });
        let mut text: String = lines.iter().map(|line| format!("{line}\u{1b}[K\r\n")).collect();
        if let Some(below) = hidden {
            let words = Text::new("notes-more").with("above", self.skip).with("below", below);
            let line = Line::new(Role::Strong, &words.render(self.lang));
            text.push_str(&format!("{}\u{1b}[K\r\n", line.draw(style.color)));
        }
        self.put(&format!("\u{1b}[H{text}\u{1b}[J"));
    }

    fn put(&mut self, text: &str) {
        let _ = self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush());
    }
}

impl Drop for Board {
    fn drop(&mut self) {
        self.put("\u{1b}[?25h\u{1b}[?1049l");
    }
}

fn page(event: &Event, style: Style, lang: Lang) -> String {
    let written = Written::default();
    let streams = Streams::new(Box::new(written.clone()), Box::new(written.clone()), style);
    let mut reporter = reporter(Format::Text, streams, lang);
    reporter.event(event);
    let _ = reporter.finish();
    let bytes = written.0.lock().map(|bytes| bytes.clone()).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[derive(Clone, Default)]
struct Written(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if let Ok(mut all) = self.0.lock() {
            all.extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
