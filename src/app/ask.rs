//! Questions to the person at the terminal, by dialoguer. Without a terminal nothing is asked; at
//! one that cannot move its cursor (`TERM=dumb`) the answer is a line.

use std::io::{self, BufRead};
use std::sync::Arc;

use console::{Key, Term};
use dialoguer::{Confirm, Select};

use super::error::AppError;
use super::prompt::Prompts;
use super::terminal::{Question as Standing, Terminal};
use crate::report::line::{Line, Span, clean, width, wrap};
use crate::report::{Pager, Style};
use crate::text::{Lang, Text};

/// A question that somebody else puts to the person: a yes or a no where there are no items.
#[derive(Clone, Debug)]
pub(super) struct Question {
    pub words: String,
    pub items: Vec<String>,
    /// Enter is a yes, where there are no items.
    pub enter_is_yes: bool,
}

/// An answer from elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    Yes,
    No,
    Chosen(usize),
}

/// Puts a question to the person and waits; `None` when it is not to be answered any more.
pub(super) type Door = Arc<dyn Fn(Question) -> Option<Reply> + Send + Sync>;

/// Asks at the terminal, in one language and style; or through a door, where a screen stands.
#[derive(Clone)]
pub(super) struct Asker {
    lang: Lang,
    style: Style,
    terminal: Terminal,
    door: Option<Door>,
}

impl Asker {
    pub(super) fn new(lang: Lang, style: Style) -> Self {
        Self { lang, style, terminal: Terminal::default(), door: None }
    }

    /// Asks through `door` and never touches the terminal.
    pub(super) fn through(lang: Lang, style: Style, door: Door) -> Self {
        Self { lang, style, terminal: Terminal::default(), door: Some(door) }
    }

    /// What the terminal can show.
    pub(super) const fn style(&self) -> Style {
        self.style
    }

    /// A yes or no; no answer (Esc) is a no.
    ///
    /// # Errors
    /// Ctrl-C, or the terminal is gone.
    pub(super) fn confirm(&self, question: &str) -> Result<bool, AppError> {
        self.yes_or_no(question, true)
    }

    /// The same; Enter is a no.
    ///
    /// # Errors
    /// Ctrl-C, or the terminal is gone.
    pub(super) fn confirm_or_no(&self, question: &str) -> Result<bool, AppError> {
        self.yes_or_no(question, false)
    }

    fn yes_or_no(&self, question: &str, enter_is_yes: bool) -> Result<bool, AppError> {
        if let Some(door) = &self.door {
            let reply = door(Question { words: question.to_owned(), items: Vec::new(), enter_is_yes });
            return reply.map(|reply| reply == Reply::Yes).ok_or(AppError::Interrupted);
        }
        let _question = self.question()?;
        if !self.style.terminal {
            return self.plain_confirm(question, enter_is_yes);
        }
        let term = Term::stderr();
        let how = width(&Text::new(how_to_answer(enter_is_yes)).render(self.lang));
        let limit = self.style.measure().saturating_sub(how + 4).max(20);
        let mut rows = wrap(&[Span::plain(question)], &Line::default(), &Line::default(), limit);
        // dialoguer redraws one row, so the rows above the last are not its own.
        let last = rows.pop().map(|row| row.draw(false)).unwrap_or_default();
        for row in rows {
            term.write_line(&row.draw(false)).map_err(|error| lost(&error.into()))?;
        }
        let prompts = Prompts::new(self.lang, self.style, &[]);
        let answer = Confirm::with_theme(&prompts).with_prompt(last).default(enter_is_yes).interact_opt();
        answer.map(|answer| answer.unwrap_or(false)).map_err(|error| {
            let _ = term.write_line("");
            lost(&error)
        })
    }

    /// The place of the item chosen; `None` for Esc or q.
    ///
    /// # Errors
    /// Ctrl-C, or the terminal is gone.
    pub(super) fn choose(&self, question: &str, items: &[String]) -> Result<Option<usize>, AppError> {
        if let Some(door) = &self.door {
            return match door(Question {
                words: question.to_owned(),
                items: items.to_vec(),
                enter_is_yes: true,
            }) {
                Some(Reply::Chosen(at)) => Ok(Some(at)),
                Some(_) => Ok(None),
                None => Err(AppError::Interrupted),
            };
        }
        let _question = self.question()?;
        if !self.style.terminal {
            return self.plain_choice(question, items);
        }
        let prompts = Prompts::new(self.lang, self.style, items);
        // dialoguer counts an item's bytes to know its rows, so it gets a number, and the theme
        // draws what the number stands for.
        let places: Vec<String> = (0..items.len()).map(|place| place.to_string()).collect();
        let select =
            Select::with_theme(&prompts).with_prompt(question).items(&places).default(0).report(true);
        select.interact_opt().map_err(|error| lost(&error))
    }

    /// Waits until the learner wants to read on; false where he does not (Esc or q).
    ///
    /// # Errors
    /// Ctrl-C, or the terminal is gone.
    pub(super) fn pause(&self, words: &Text) -> Result<bool, AppError> {
        let _question = self.question()?;
        if !self.style.terminal {
            return Ok(true);
        }
        wait(&words.render(self.lang), self.style.color).map_err(|error| lost(&error.into()))
    }

    /// What a reporter calls between two screens of a long text: false when the rest is to come in
    /// one go. `None` where a text cannot be held up.
    pub(super) fn pager(&self) -> Option<Pager> {
        if !self.style.terminal {
            return None;
        }
        let words = Text::new("ask-more").render(self.lang);
        let (color, terminal) = (self.style.color, self.terminal.clone());
        let more = move || {
            let Some(_question) = terminal.question(true) else { return false };
            wait(&words, color).unwrap_or_else(|_| {
                terminal.end();
                false
            })
        };
        let rows = || usize::from(Term::stdout().size().0);
        Some(Pager { rows: Box::new(rows), more: Box::new(more) })
    }

    fn question(&self) -> Result<Standing<'_>, AppError> {
        self.terminal.question(self.style.terminal).ok_or(AppError::Interrupted)
    }

    fn plain_confirm(&self, question: &str, enter_is_yes: bool) -> Result<bool, AppError> {
        let how = Text::new("ask-how-line").render(self.lang);
        loop {
            match self.line(&format!("{question} {how} "))?.as_deref() {
                Some("") => return Ok(enter_is_yes),
                Some("y" | "Y" | "yes" | "네" | "예" | "ㅛ") => return Ok(true),
                None | Some("n" | "N" | "no" | "아니요" | "아니오" | "ㅜ") => return Ok(false),
                Some(_) => {}
            }
        }
    }

    fn plain_choice(&self, question: &str, items: &[String]) -> Result<Option<usize>, AppError> {
        let term = Term::stderr();
        for (at, item) in items.iter().enumerate() {
            term.write_line(&format!("  {}. {}", at + 1, clean(item)))
                .map_err(|error| lost(&error.into()))?;
        }
        loop {
            let Some(line) = self.line(&format!("{question} (1-{}) ", items.len()))? else { return Ok(None) };
            match line.parse::<usize>() {
                Ok(number) if (1..=items.len()).contains(&number) => return Ok(Some(number - 1)),
                _ if line == "q" => return Ok(None),
                _ => {}
            }
        }
    }

    /// A line typed after `prompt`; `None` at the end of input.
    fn line(&self, prompt: &str) -> Result<Option<String>, AppError> {
        Term::stderr().write_str(&clean(prompt)).map_err(|error| lost(&error.into()))?;
        let mut line = String::new();
        match io::stdin().lock().read_line(&mut line) {
            Ok(0) => Ok(None),
            Ok(_) => Ok(Some(line.trim().to_owned())),
            Err(error) => Err(lost(&error.into())),
        }
    }
}

/// How a yes or a no is given.
pub(super) const fn how_to_answer(enter_is_yes: bool) -> &'static str {
    if enter_is_yes { "ask-how" } else { "ask-how-no" }
}

/// Shows `words` until Enter, space or an arrow (true), or Esc or q (false).
fn wait(words: &str, color: bool) -> io::Result<bool> {
    let term = Term::stderr();
    let words = if color { format!("\u{1b}[2m{words}\u{1b}[0m") } else { words.to_owned() };
    term.write_str(&words)?;
    let answer = loop {
        match term.read_key() {
            Ok(Key::Enter | Key::Char(' ') | Key::ArrowDown | Key::PageDown) => break Ok(true),
            Ok(Key::Escape | Key::Char('q')) => break Ok(false),
            Ok(_) => {}
            Err(error) => break Err(error),
        }
    };
    term.clear_line()?;
    answer
}

fn lost(error: &dialoguer::Error) -> AppError {
    let dialoguer::Error::IO(error) = error;
    // A prompt that was cut off leaves the cursor hidden.
    let _ = Term::stderr().show_cursor();
    match error.kind() {
        io::ErrorKind::Interrupted => AppError::Interrupted,
        _ => AppError::Terminal(error.to_string()),
    }
}
