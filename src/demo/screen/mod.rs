//! The screen that a demo is shown on: lines that scroll, and one line at the bottom that says
//! where the demo stands. [`Screen`] keeps that line still by a scroll region above it; where the
//! terminal is too small for that, or cannot move its cursor, everything is plain lines.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::cast::{CastError, Recorder};
use crate::report::Style;
use crate::report::line::{Line, width};

/// A screen smaller than this has no room for a line of its own at the bottom.
const LEAST: (usize, usize) = (12, 40);
/// Lines that are kept to be drawn again, and to be scrolled back to.
const KEPT: usize = 3000;

/// A screen that a reporter writes to, and the demo too.
#[derive(Clone)]
pub(crate) struct Screen(Arc<Mutex<State>>);

struct State {
    out: Box<dyn Write + Send>,
    style: Style,
    /// Rows and columns.
    size: (usize, usize),
    /// A region that scrolls, and the line below it, are in place.
    framed: bool,
    status: Line,
    /// Lines as they were drawn, since the page began; the last is under way.
    page: VecDeque<String>,
    /// Rows that the page has taken.
    rows: usize,
    /// Rows at the end of the page that are drawn again and again.
    live: usize,
    /// What a reporter has written and nobody has seen.
    held: String,
    /// What lies over the page, which goes on below it unseen.
    cover: Option<Vec<String>>,
    recorder: Option<Recorder>,
}

impl Screen {
    pub(crate) fn new(out: Box<dyn Write + Send>, style: Style, size: (usize, usize)) -> Self {
        Self(Arc::new(Mutex::new(State {
            out,
            style,
            size,
            framed: false,
            status: Line::default(),
            page: VecDeque::from([String::new()]),
            rows: 0,
            live: 0,
            held: String::new(),
            cover: None,
            recorder: None,
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn record(&self, recorder: Recorder) {
        self.state().recorder = Some(recorder);
    }

    /// Ends the recording, where there is one.
    ///
    /// # Errors
    /// It could not be written to its end.
    pub(crate) fn recorded(&self) -> Result<(), CastError> {
        self.state().recorder.take().map_or(Ok(()), |mut recorder| recorder.finish())
    }

    /// Whether there is a line at the bottom.
    pub(crate) fn is_framed(&self) -> bool {
        self.state().framed
    }

    pub(crate) fn style(&self) -> Style {
        self.state().style
    }

    /// Takes the screen, or takes it back, and draws what was there; what somebody else showed
    /// scrolls away.
    pub(crate) fn enter(&self) {
        let mut state = self.state();
        if state.style.terminal {
            let (rows, _) = state.size;
            let text = format!("\u{1b}[r\u{1b}[{rows};1H{}", "\n".repeat(rows));
            state.put(&text);
        }
        state.draw_all();
    }

    /// Gives the screen away, the cursor below everything.
    pub(crate) fn leave(&self) {
        self.state().leave();
    }

    /// The terminal has another size now.
    pub(crate) fn resize(&self, size: (usize, usize)) {
        let mut state = self.state();
        if state.size == size {
            return;
        }
        state.size = size;
        state.style.width = size.1.clamp(40, 400);
        if let Some(recorder) = &mut state.recorder {
            recorder.resized(size.1 as u16, size.0 as u16);
        }
        state.draw_all();
    }

    /// Lays `lines` over the page, as many as there are rows for; false where there is no room for
    /// anything of the kind.
    pub(crate) fn cover(&self, lines: Vec<String>) -> bool {
        let mut state = self.state();
        if state.framed {
            state.cover = Some(lines);
            state.draw_all();
        }
        state.framed
    }

    /// Takes away what lies over the page.
    pub(crate) fn uncover(&self) {
        let mut state = self.state();
        if state.cover.take().is_some() {
            state.draw_all();
        }
    }

    /// Rows of the page above what is shown of it.
    pub(crate) fn above(&self) -> usize {
        let state = self.state();
        let all: usize = state.page.iter().map(|line| state.tall(line)).sum();
        all.saturating_sub(state.last_row())
    }

    /// Lays the page over itself, `back` rows further up than where it is.
    pub(crate) fn scroll_back(&self, back: usize) {
        let lines: Vec<String> = {
            let state = self.state();
            let (mut rows, mut end) = (0, state.page.len());
            while end > 0 && rows < back {
                end -= 1;
                rows += state.tall(&state.page[end]);
            }
            let from = state.first_within(end);
            state.page.range(from..end).cloned().collect()
        };
        self.cover(lines);
    }

    /// Rows that a page has on this screen.
    pub(crate) fn page_rows(&self) -> usize {
        self.state().last_row()
    }

    /// What a reporter has written since the last time, to be shown at somebody's own pace.
    pub(crate) fn take(&self) -> String {
        std::mem::take(&mut self.state().held)
    }

    /// Shows text as it was drawn.
    pub(crate) fn show(&self, text: &str) {
        let mut state = self.state();
        state.live = 0;
        state.remember(text);
        state.put_page(text);
    }

    /// Shows `text`, whole lines, in the place of what was shown so the last time.
    pub(crate) fn show_live(&self, text: &str) {
        let mut state = self.state();
        if !state.framed {
            return;
        }
        let mut drawn = state.back_over_live();
        for line in text.lines() {
            drawn.push_str(line);
            drawn.push_str("\u{1b}[K\n");
            state.live += 1;
        }
        state.remember(text);
        state.put_page(&drawn);
    }

    /// Takes away what was shown live.
    pub(crate) fn end_live(&self) {
        let mut state = self.state();
        let wiped = state.back_over_live();
        if !wiped.is_empty() {
            state.put_page(&wiped);
        }
    }

    /// A fresh page: what was there scrolls away, to be found by scrolling back.
    pub(crate) fn clear(&self) {
        let mut state = self.state();
        if state.framed {
            let last = state.last_row();
            let used = state.rows.min(last);
            let text = format!("\u{1b}[{last};1H{}\u{1b}[H", "\n".repeat(used));
            state.put_page(&text);
        }
        state.page = VecDeque::from([String::new()]);
        (state.rows, state.live) = (0, 0);
    }

    /// The line at the bottom.
    pub(crate) fn set_status(&self, line: Line) {
        let mut state = self.state();
        if state.status != line {
            state.status = line;
            if state.framed {
                let text = state.status_text();
                state.put(&text);
            }
        }
    }
}

impl State {
    fn draw_all(&mut self) {
        self.framed = self.style.terminal && self.size.0 >= LEAST.0 && self.size.1 >= LEAST.1;
        if !self.style.terminal {
            return;
        }
        let mut text = String::from("\u{1b}[r\u{1b}[H\u{1b}[2J");
        let last = self.last_row();
        if self.framed {
            text.push_str(&format!("\u{1b}[1;{last}r\u{1b}[H"));
        }
        match self.cover.as_ref().filter(|_| self.framed) {
            Some(cover) => text.push_str(&cover[..cover.len().min(last)].join("\n")),
            None => {
                let kept: Vec<&str> =
                    self.page.range(self.first_within(self.page.len())..).map(String::as_str).collect();
                text.push_str(&kept.join("\n"));
                self.rows = kept.iter().map(|line| self.tall(line)).sum();
            }
        }
        text.push_str(&self.status_text());
        self.put(&text);
    }

    /// The last row above the line at the bottom.
    fn last_row(&self) -> usize {
        self.size.0.saturating_sub(1).max(1)
    }

    /// The first line of the page that is still on the screen where the one before `end` is the last.
    fn first_within(&self, end: usize) -> usize {
        let (mut from, mut rows) = (end, 0);
        while from > 0 {
            rows += self.tall(&self.page[from - 1]);
            if rows > self.last_row() {
                break;
            }
            from -= 1;
        }
        from
    }

    fn leave(&mut self) {
        if self.cover.take().is_some() {
            self.draw_all();
        }
        if std::mem::take(&mut self.framed) {
            let text = format!("\u{1b}7\u{1b}[{};1H\u{1b}[2K\u{1b}[r\u{1b}8\u{1b}[?25h", self.size.0);
            self.put(&text);
        }
        if self.page.back().is_some_and(|line| !line.is_empty()) {
            self.put("\n");
        }
    }

    /// The status where it belongs, and the cursor back where it was.
    fn status_text(&self) -> String {
        if !self.framed {
            return String::new();
        }
        let drawn = self.status.draw(self.style.color);
        format!("\u{1b}7\u{1b}[{};1H\u{1b}[0m{drawn}\u{1b}[K\u{1b}8", self.size.0)
    }

    /// Writes what belongs to the page, where nothing lies over it.
    fn put_page(&mut self, text: &str) {
        if self.cover.is_none() {
            self.put(text);
        }
    }

    fn put(&mut self, text: &str) {
        // A terminal that is gone ends the demo in another way.
        let _ = self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush());
        if let Some(recorder) = &mut self.recorder {
            recorder.output(text);
        }
    }

    fn tall(&self, line: &str) -> usize {
        width(&console::strip_ansi_codes(line)).div_ceil(self.size.1.max(1)).max(1)
    }

    fn remember(&mut self, text: &str) {
        let mut parts = text.split('\n');
        if let (Some(first), Some(line)) = (parts.next(), self.page.back_mut()) {
            line.push_str(first);
            // A line that was wiped begins again.
            if let Some(at) = line.rfind("\r\u{1b}[K") {
                line.drain(..at + 4);
            }
        }
        for part in parts {
            self.rows += self.page.back().map_or(0, |line| self.tall(line));
            self.page.push_back(part.to_owned());
        }
        while self.page.len() > KEPT {
            self.page.pop_front();
        }
    }

    /// The cursor back to where the live lines begin, each of them emptied.
    fn back_over_live(&mut self) -> String {
        let live = std::mem::take(&mut self.live);
        if live == 0 {
            return String::new();
        }
        self.page.pop_back();
        self.page.truncate(self.page.len().saturating_sub(live));
        self.page.push_back(String::new());
        self.rows = self.rows.saturating_sub(live);
        format!("\r\u{1b}[{live}A{}\u{1b}[{live}A", "\u{1b}[2K\n".repeat(live))
    }
}

/// What a reporter writes waits until [`Screen::take`].
impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.state().held.push_str(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What a panic needs to leave the terminal as it was.
pub(crate) fn restore(out: &mut dyn Write) {
    let _ = out.write_all(b"\x1b7\x1b[r\x1b8\x1b[?25h\r\n").and_then(|()| out.flush());
}

#[cfg(test)]
mod tests;
