//! A page that is drawn again and again in the same place: what [`Board::show`] is given replaces
//! what was there, without a flicker, and as much of it as the screen has rows.

use std::io::Write;

use crate::event::Event;
use crate::report::{Format, Streams, Style, reporter, screen_size};
use crate::text::Lang;

/// The page. Dropped, it leaves the screen as it was before.
pub(crate) struct Board {
    out: Box<dyn Write + Send>,
    style: Style,
    lang: Lang,
}

impl Board {
    pub(crate) fn new(out: Box<dyn Write + Send>, style: Style, lang: Lang) -> Self {
        let mut board = Self { out, style, lang };
        board.put("\u{1b}[?1049h\u{1b}[?25l");
        board
    }

    /// Draws `event` as the text reporter does.
    pub(crate) fn show(&mut self, event: &Event) {
        let (rows, columns) = screen_size();
        let style = Style { width: columns.clamp(40, 400), ..self.style };
        let page = page(event, style, self.lang);
        let lines: Vec<&str> = page.trim_matches('\n').lines().take(rows.saturating_sub(1).max(1)).collect();
        let text: String = lines.iter().map(|line| format!("{line}\u{1b}[K\r\n")).collect();
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
