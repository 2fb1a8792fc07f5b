//! Plays a recording on the screen, and never lets anybody take it for the real thing: a line
//! before it, a line after it, and a mark at the bottom all the time.

use std::io::{self, Write};
use std::time::Duration;

use regex::Regex;
use tokio::time::Instant;

use super::cast::Cast;
use super::decoder::Key;
use super::pace::Pace;
use super::reflow::Reflow;
use super::schedule::clock;
use super::stage::Halt;
use super::tty::Tty;
use crate::report::Style;
use crate::report::line::{Line, Role, cut};
use crate::signals::{Signal, Signals};
use crate::text::{Arg, Lang, Text};

/// How long a second Ctrl-C may come after the first.
const TWICE: Duration = Duration::from_secs(5);

/// A recording being played.
pub(crate) struct Player<'a> {
    cast: &'a Cast,
    tty: Tty,
    signals: Signals,
    out: Box<dyn Write + Send>,
    style: Style,
    lang: Lang,
    speed: Pace,
    /// The row of the mark; 0 where there is none.
    bottom: usize,
    /// Where the screen is smaller than the recording's.
    reflow: Option<Reflow>,
    /// How far it is.
    at: Duration,
    paused: bool,
    asking: Asking,
    skip: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asking {
    Nothing,
    Begin,
    Quit,
    Interrupt(Instant),
}

impl<'a> Player<'a> {
    /// Takes the terminal, of `rows` rows and `columns` columns.
    ///
    /// # Errors
    /// Standard input is no terminal.
    pub(crate) fn new(
        cast: &'a Cast,
        out: Box<dyn Write + Send>,
        style: Style,
        (rows, columns): (usize, usize),
        lang: Lang,
        speed: Pace,
    ) -> io::Result<Self> {
        let framed = style.terminal && rows > 2;
        let (height, width) = (cast.header.height.max(3), cast.header.width.max(1));
        let bottom = if framed { rows.min(usize::from(height)) } else { 0 };
        let small = framed && (rows < usize::from(height) || columns < usize::from(width));
        let reflow = small.then(|| Reflow::new(height, width, (bottom - 1, columns), style.color));
        let (signals, tty) = (Signals::listen(&Signal::ALL)?, Tty::take()?);
        let (at, asking) = (Duration::ZERO, Asking::Begin);
        Ok(Self {
            cast,
            tty,
            signals,
            out,
            style,
            lang,
            speed,
            bottom,
            reflow,
            at,
            paused: false,
            asking,
            skip: false,
        })
    }

    /// Plays it from the beginning to the end, at somebody's keys.
    ///
    /// # Errors
    /// It is ended before.
    pub(crate) async fn play(mut self) -> Result<(), Halt> {
        let label = self.label();
        if self.bottom > 0 {
            let rows = self.bottom;
            let clean = format!("\u{1b}[{rows};1H{}\u{1b}[1;{}r\u{1b}[H", "\n".repeat(rows), rows - 1);
            self.put(&clean);
        }
        self.put(&format!("{}\n", label.draw(self.style.color)));
        if self.reflow.is_some() {
            let (columns, rows) = (self.cast.header.width, self.cast.header.height);
            let text =
                Text::new("replay-small").with("columns", columns as usize).with("rows", rows as usize);
            self.put(&format!("{}\n", text.render(self.lang)));
        }
        self.mark();
        self.until_begun().await?;
        let played = self.outputs().await;
        self.finish(&label);
        played
    }

    async fn until_begun(&mut self) -> Result<(), Halt> {
        while self.asking == Asking::Begin {
            self.one(None).await?;
        }
        Ok(())
    }

    async fn outputs(&mut self) -> Result<(), Halt> {
        let cast = self.cast;
        for output in &cast.outputs {
            while self.at < output.at && !self.skip {
                let begun = Instant::now();
                // A second at a time, for the mark's clock goes on.
                let step = (output.at - self.at).min(Duration::from_secs(1));
                let due = begun + self.speed.of(step);
                self.one(Some(due)).await?;
                if !self.paused {
                    let passed = begun.elapsed().as_secs_f64() * step.as_secs_f64();
                    let whole = self.speed.of(step).as_secs_f64();
                    let passed = if whole > 0.0 { passed / whole } else { step.as_secs_f64() };
                    self.at += Duration::from_secs_f64(passed).min(output.at - self.at);
                }
            }
            self.at = output.at;
            // The clock at the bottom goes on in a wait, too: there is nothing new to see in that.
            self.skip &= is_only_bottom(&output.text);
            let text = self.within(&output.text);
            self.put(&text);
            self.mark();
        }
        Ok(())
    }

    /// One thing that happens, or nothing until `due`.
    async fn one(&mut self, due: Option<Instant>) -> Result<(), Halt> {
        let later = Instant::now() + Duration::from_secs(1);
        tokio::select! {
            biased;
            signal = self.signals.next() => if signal.is_end() { return Err(Halt::Interrupted) },
            key = self.tty.key() => self.key(key.ok_or(Halt::Interrupted)?)?,
            () = tokio::time::sleep_until(due.filter(|_| !self.paused).unwrap_or(later)) => {}
        }
        self.mark();
        Ok(())
    }

    fn key(&mut self, key: Key) -> Result<(), Halt> {
        let asking = std::mem::replace(&mut self.asking, Asking::Nothing);
        if key == Key::Ctrl('c') {
            if matches!(asking, Asking::Interrupt(before) if before.elapsed() < TWICE) {
                return Err(Halt::Interrupted);
            }
            self.asking = Asking::Interrupt(Instant::now());
            return Ok(());
        }
        match (asking, key.latin()) {
            (Asking::Quit, Key::Char('y')) => return Err(Halt::Quit),
            (Asking::Quit, _) => {}
            (Asking::Begin, Key::Char(' ') | Key::Enter | Key::Right | Key::Down | Key::PageDown) => {}
            (_, Key::Char('q')) => self.asking = Asking::Quit,
            (Asking::Begin, _) => self.asking = Asking::Begin,
            (_, Key::Char(' ' | 'p')) => self.paused = !self.paused,
            (_, Key::Enter | Key::Right | Key::Down | Key::PageDown) => self.skip = true,
            (_, Key::Char('+' | '=')) => self.speed = self.speed.faster(),
            (_, Key::Char('-' | '_')) => self.speed = self.speed.slower(),
            _ => {}
        }
        Ok(())
    }

    /// What says before and after that this is a recording.
    fn label(&self) -> Line {
        let words = self.cast.header.title.clone().unwrap_or_default();
        let text = match self.cast.header.timestamp {
            Some(seconds) => Text::new("replay-made").with("date", date(seconds)),
            None => Text::new("replay-made-once"),
        };
        let text = text.with("title", words).render(self.lang);
        Line::new(Role::Environment, &cut(&text, self.style.width.saturating_sub(1), self.style.unicode))
    }

    fn mark(&mut self) {
        if self.bottom == 0 {
            return;
        }
        let words = match self.asking {
            Asking::Begin => "replay-ask-begin",
            Asking::Quit => "replay-ask-quit",
            Asking::Interrupt(_) => "replay-ask-interrupt",
            Asking::Nothing if self.paused => "replay-paused",
            Asking::Nothing => "replay-keys",
        };
        let say = |key| Text::new(key).render(self.lang);
        let time = format!("{}/{}", clock(self.at), clock(self.cast.length()));
        let speed = Text::new("demo-speed").with("pace", Arg::Word(self.speed.shown())).render(self.lang);
        let line = Line::new(Role::Environment, &say("replay-mark"))
            .and(Role::Code, &format!("  {time}  {speed}  "));
        let room = self.style.width.saturating_sub(1 + line.width());
        let line = line.and(Role::Plain, &cut(&say(words), room, self.style.unicode));
        let text = format!(
            "\u{1b}7\u{1b}[{};1H\u{1b}[0m{}\u{1b}[K\u{1b}8",
            self.bottom,
            line.draw(self.style.color)
        );
        self.put(&text);
    }

    /// What was recorded, kept above the mark, and broken where the screen is smaller; without a
    /// cursor, its words alone.
    fn within(&mut self, text: &str) -> String {
        if self.bottom == 0 {
            return console::strip_ansi_codes(text).replace('\r', "");
        }
        if let Some(reflow) = &mut self.reflow {
            // The recording's own line at the bottom is not what the mark says.
            return if is_only_bottom(text) { String::new() } else { reflow.feed(text) };
        }
        let Ok(region) = Regex::new("\u{1b}\\[[0-9;]*r") else { return text.to_owned() };
        region.replace_all(text, format!("\u{1b}[1;{}r", self.bottom - 1)).into_owned()
    }

    fn finish(&mut self, label: &Line) {
        if self.bottom > 0 {
            let text =
                format!("\u{1b}7\u{1b}[{};1H\u{1b}[0m\u{1b}[2K\u{1b}[r\u{1b}8\u{1b}[?25h\r\n", self.bottom);
            self.put(&text);
        }
        let end = Text::new("replay-ended").render(self.lang);
        let end = Line::new(Role::Environment, &end);
        let drawn = format!("{}\n{}\n", label.draw(self.style.color), end.draw(self.style.color));
        self.put(&drawn);
    }

    fn put(&mut self, text: &str) {
        let _ = self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush());
    }
}

/// Whether it puts the cursor back where it was, and so shows nothing above the bottom.
fn is_only_bottom(text: &str) -> bool {
    text.starts_with("\u{1b}7") && text.ends_with("\u{1b}8")
}

/// The day of a moment in seconds since 1970, as `2026-11-25`.
fn date(seconds: u64) -> String {
    let at = i64::try_from(seconds).ok().and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    at.map(|at| at.strftime("%Y-%m-%d").to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn days_have_dates() {
        let dates = [0, 951_782_400, 1_709_164_800, 1_795_564_800].map(date);
        assert_eq!(dates, ["1970-01-01", "2000-02-29", "2024-02-29", "2026-11-25"]);
    }
}
