//! A question as it stands on the terminal: rows in the learner's language that wrap at the
//! terminal's width, drawn anew at a key, and in the end the answer in their place.

use std::io::{self, Write};

use ratatui::crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};

use crate::hangul;
use crate::report::line::{Line, Role, Span, wrap};
use crate::report::{Streams, Style, screen_size};
use crate::text::{Lang, Text};

/// No answer in words is longer, in bytes.
const MOST: usize = 1000;

/// A question under way. Dropped, it leaves the cursor to be seen.
pub(crate) struct Prompt {
    out: Box<dyn Write + Send>,
    lang: Lang,
    style: Style,
    /// Rows that stand there now.
    rows: usize,
}

impl Drop for Prompt {
    fn drop(&mut self) {
        let _ = self.put("\u{1b}[?25h");
    }
}

impl Prompt {
    /// On standard error: what a command says can go elsewhere.
    pub(crate) fn new(lang: Lang, style: Style) -> Self {
        Self { out: Streams::standard(!style.color).err, lang, style, rows: 0 }
    }

    /// A yes or a no; `None` for Esc or q.
    ///
    /// # Errors
    /// Ctrl-C (`Interrupted`), or the terminal is gone.
    pub(crate) fn confirm(mut self, question: &str, enter_is_yes: bool) -> io::Result<Option<bool>> {
        let how = Text::new(how_to_answer(enter_is_yes)).render(self.lang);
        let words = [Span::new(Role::Strong, question), Span::new(Role::Dim, &format!(" {how}"))];
        self.draw(&self.wrapped((Role::Code, "?"), &words))?;
        self.put(" \u{1b}[?25l")?;
        let answer = loop {
            match key()? {
                KeyCode::Char('y') => break Some(true),
                KeyCode::Char('n') => break Some(false),
                KeyCode::Enter => break Some(enter_is_yes),
                KeyCode::Esc | KeyCode::Char('q') => break None,
                _ => {}
            }
        };
        let word = if answer == Some(true) { "ask-yes" } else { "ask-no" };
        self.answered(question, &Text::new(word).render(self.lang))?;
        Ok(answer)
    }

    /// The place of the item chosen; `None` for Esc or q, after which nothing is left of it.
    ///
    /// # Errors
    /// As [`Prompt::confirm`].
    pub(crate) fn choose(mut self, question: &str, items: &[String]) -> io::Result<Option<usize>> {
        self.put("\u{1b}[?25l")?;
        let (mut chosen, last) = (0, items.len().saturating_sub(1));
        loop {
            self.draw(&self.menu(question, items, chosen))?;
            match key()? {
                KeyCode::Down | KeyCode::Tab | KeyCode::Char('j') => {
                    chosen = if chosen == last { 0 } else { chosen + 1 };
                }
                KeyCode::Up | KeyCode::BackTab | KeyCode::Char('k') => {
                    chosen = chosen.checked_sub(1).unwrap_or(last);
                }
                KeyCode::Enter | KeyCode::Char(' ') => break,
                KeyCode::Esc | KeyCode::Char('q') => return self.draw(&[]).map(|()| None),
                _ => {}
            }
        }
        if let Some(item) = items.get(chosen) {
            self.answered(question, item)?;
        }
        Ok(Some(chosen))
    }

    /// Words, typed and ended with Enter; `None` for Esc.
    ///
    /// # Errors
    /// As [`Prompt::confirm`].
    pub(crate) fn words(mut self, question: &str) -> io::Result<Option<String>> {
        let mut typed = String::new();
        loop {
            let words = [Span::new(Role::Strong, question), Span::plain(" "), Span::new(Role::Code, &typed)];
            self.draw(&self.wrapped((Role::Code, "?"), &words))?;
            match pressed()? {
                KeyCode::Enter => break,
                KeyCode::Esc => return self.draw(&[]).map(|()| None),
                KeyCode::Backspace => drop(typed.pop()),
                KeyCode::Char(letter) if typed.len() < MOST => typed.push(letter),
                _ => {}
            }
        }
        self.answered(question, if typed.trim().is_empty() { "-" } else { &typed })?;
        Ok(Some(typed))
    }

    /// Waits until the learner wants to read on (Enter, space or an arrow); false for Esc or q.
    ///
    /// # Errors
    /// As [`Prompt::confirm`].
    pub(crate) fn pause(mut self, words: &str) -> io::Result<bool> {
        self.draw(&[Line::new(Role::Dim, words)])?;
        let goes_on = loop {
            match key()? {
                KeyCode::Enter | KeyCode::Char(' ') | KeyCode::Down | KeyCode::PageDown => break true,
                KeyCode::Esc | KeyCode::Char('q') => break false,
                _ => {}
            }
        };
        self.draw(&[])?;
        Ok(goes_on)
    }

    /// The question and as many items as the screen has rows for, the chosen one among them.
    fn menu(&self, question: &str, items: &[String], chosen: usize) -> Vec<Line> {
        let mut lines = self.wrapped((Role::Code, "?"), &[Span::new(Role::Strong, question)]);
        let room = screen_size().0.saturating_sub(lines.len() + 1).max(1);
        let mut rows = Vec::new();
        for (at, item) in items.iter().enumerate() {
            let active = at == chosen;
            let role = if active { Role::Code } else { Role::Plain };
            let sign = if active { self.sign("❯", ">") } else { " " };
            rows.extend(self.wrapped((role, sign), &[Span::new(role, item)]));
            if at >= chosen && rows.len() >= room {
                break;
            }
        }
        lines.extend(rows.split_off(rows.len().saturating_sub(room)));
        lines
    }

    fn answered(&mut self, question: &str, answer: &str) -> io::Result<()> {
        let dot = self.sign(" · ", " - ");
        let words = [Span::plain(question), Span::new(Role::Dim, dot), Span::new(Role::Code, answer)];
        self.draw(&self.wrapped((Role::Dim, self.sign("›", ">")), &words))?;
        self.put("\r\n")
    }

    /// `words` after `sign`, wrapped so that no row is as wide as the terminal.
    fn wrapped(&self, sign: (Role, &str), words: &[Span]) -> Vec<Line> {
        let (first, rest) = (Line::new(sign.0, sign.1).and(Role::Plain, " "), Line::plain("  "));
        wrap(words, &first, &rest, self.style.measure() - 1)
    }

    const fn sign<'s>(&self, unicode: &'s str, ascii: &'s str) -> &'s str {
        if self.style.unicode { unicode } else { ascii }
    }

    /// Puts `lines` in the place of what stood there.
    fn draw(&mut self, lines: &[Line]) -> io::Result<()> {
        let up = match std::mem::replace(&mut self.rows, lines.len()) {
            0 | 1 => String::new(),
            rows => format!("\u{1b}[{}A", rows - 1),
        };
        let drawn: Vec<String> = lines.iter().map(|line| line.draw(self.style.color)).collect();
        self.put(&format!("\r{up}\u{1b}[J{}", drawn.join("\r\n")))
    }

    fn put(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush())
    }
}

/// How a yes or a no is given.
const fn how_to_answer(enter_is_yes: bool) -> &'static str {
    if enter_is_yes { "ask-how" } else { "ask-how-no" }
}

/// The next key, a letter as the small one on it.
fn key() -> io::Result<KeyCode> {
    Ok(match pressed()? {
        KeyCode::Char(letter) => KeyCode::Char(hangul::latin(letter).to_ascii_lowercase()),
        other => other,
    })
}

/// The next key as it was typed.
fn pressed() -> io::Result<KeyCode> {
    loop {
        let Event::Key(key) = event::read()? else { continue };
        if key.kind == KeyEventKind::Release {
            continue;
        }
        match key.code {
            code if !key.modifiers.contains(KeyModifiers::CONTROL) => return Ok(code),
            KeyCode::Char('c' | 'C' | 'ㅊ') => return Err(io::ErrorKind::Interrupted.into()),
            // A line feed, which the terminal would have made of Enter.
            KeyCode::Char('j' | 'J' | 'ㅓ') => return Ok(KeyCode::Enter),
            _ => {}
        }
    }
}
