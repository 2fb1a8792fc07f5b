//! Questions to the person at the terminal. Without a terminal nothing is asked; at one that cannot
//! move its cursor (`TERM=dumb`) the answer is a line.

use std::io::{self, BufRead, Write};
use std::sync::Arc;

use crate::app::error::AppError;
use crate::app::prompt::Prompt;
use crate::app::terminal::{Question as Standing, Terminal};
use crate::report::line::clean;
use crate::report::{Pager, Streams, Style, screen_size};
use crate::text::{Lang, Text};

/// A question that somebody else puts to the person: a yes or a no where there are no items and
/// nothing is typed.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub words: String,
    pub items: Vec<String>,
    /// Enter is a yes, where there are no items.
    pub enter_is_yes: bool,
    /// The answer is words.
    pub typed: bool,
}

/// An answer from elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    Yes,
    No,
    Chosen(usize),
    Said(String),
}

/// Puts a question to the person and waits; `None` when it is not to be answered any more.
pub(crate) type Door = Arc<dyn Fn(Question) -> Option<Reply> + Send + Sync>;

/// Asks at the terminal, in one language and style; or through a door, where a screen stands.
#[derive(Clone)]
pub(crate) struct Asker {
    lang: Lang,
    style: Style,
    terminal: Terminal,
    door: Option<Door>,
}

impl Asker {
    pub(crate) fn new(lang: Lang, style: Style) -> Self {
        Self { lang, style, terminal: Terminal::default(), door: None }
    }

    /// Asks through `door` and never touches the terminal.
    pub(crate) fn through(lang: Lang, style: Style, door: Door) -> Self {
        Self { lang, style, terminal: Terminal::default(), door: Some(door) }
    }

    /// What the terminal can show.
    pub(crate) const fn style(&self) -> Style {
        self.style
    }

    /// A yes or no; no answer (Esc) is a no.
    ///
    /// # Errors
    /// Ctrl-C, or the terminal is gone.
    pub(crate) fn confirm(&self, question: &str) -> Result<bool, AppError> {
        self.yes_or_no(question, true)
    }

    /// The same; Enter is a no.
    ///
    /// # Errors
    /// Ctrl-C, or the terminal is gone.
    pub(crate) fn confirm_or_no(&self, question: &str) -> Result<bool, AppError> {
        self.yes_or_no(question, false)
    }

    fn yes_or_no(&self, question: &str, enter_is_yes: bool) -> Result<bool, AppError> {
        if let Some(door) = &self.door {
            let reply =
                door(Question { words: question.to_owned(), items: Vec::new(), enter_is_yes, typed: false });
            return reply.map(|reply| reply == Reply::Yes).ok_or(AppError::Interrupted);
        }
        let _question = self.question()?;
        if !self.style.terminal {
            return self.plain_confirm(question, enter_is_yes);
        }
        let answer = self.prompt().confirm(question, enter_is_yes);
        answer.map(|answer| answer == Some(true)).map_err(|error| lost(&error))
    }

    /// The place of the item chosen; `None` for Esc or q.
    ///
    /// # Errors
    /// Ctrl-C, or the terminal is gone.
    pub(crate) fn choose(&self, question: &str, items: &[String]) -> Result<Option<usize>, AppError> {
        if let Some(door) = &self.door {
            return match door(Question {
                words: question.to_owned(),
                items: items.to_vec(),
                enter_is_yes: true,
                typed: false,
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
        self.prompt().choose(question, items).map_err(|error| lost(&error))
    }

    /// What is typed, which may be nothing; `None` for Esc.
    ///
    /// # Errors
    /// Ctrl-C, or the terminal is gone.
    pub(crate) fn words(&self, question: &str) -> Result<Option<String>, AppError> {
        if let Some(door) = &self.door {
            let words = question.to_owned();
            return match door(Question { words, items: Vec::new(), enter_is_yes: true, typed: true }) {
                Some(Reply::Said(words)) => Ok(Some(words)),
                Some(_) => Ok(None),
                None => Err(AppError::Interrupted),
            };
        }
        let _question = self.question()?;
        if !self.style.terminal {
            return self.line(&format!("{question} "));
        }
        self.prompt().words(question).map_err(|error| lost(&error))
    }

    /// Waits until the learner wants to read on; false where he does not (Esc or q).
    ///
    /// # Errors
    /// Ctrl-C, or the terminal is gone.
    pub(crate) fn pause(&self, words: &Text) -> Result<bool, AppError> {
        let _question = self.question()?;
        if !self.style.terminal {
            return Ok(true);
        }
        self.prompt().pause(&words.render(self.lang)).map_err(|error| lost(&error))
    }

    /// What a reporter calls between two screens of a long text: false when the rest is to come in
    /// one go. `None` where a text cannot be held up.
    pub(crate) fn pager(&self) -> Option<Pager> {
        if !self.style.terminal {
            return None;
        }
        let words = Text::new("ask-more").render(self.lang);
        let (lang, style, terminal) = (self.lang, self.style, self.terminal.clone());
        let more = move || {
            let Some(_question) = terminal.question(true) else { return false };
            Prompt::new(lang, style).pause(&words).unwrap_or_else(|_| {
                terminal.end();
                false
            })
        };
        Some(Pager { rows: Box::new(|| screen_size().0), more: Box::new(more) })
    }

    fn prompt(&self) -> Prompt {
        Prompt::new(self.lang, self.style)
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
        let listed: String =
            items.iter().enumerate().map(|(at, item)| format!("  {}. {}\n", at + 1, clean(item))).collect();
        say(&listed)?;
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
        say(&clean(prompt))?;
        let mut line = String::new();
        match io::stdin().lock().read_line(&mut line) {
            Ok(0) => Ok(None),
            Ok(_) => Ok(Some(line.trim().to_owned())),
            Err(error) => Err(lost(&error)),
        }
    }
}

/// Writes to standard error, as it is.
fn say(words: &str) -> Result<(), AppError> {
    let mut err = Streams::standard(true).err;
    err.write_all(words.as_bytes()).and_then(|()| err.flush()).map_err(|error| lost(&error))
}

fn lost(error: &io::Error) -> AppError {
    match error.kind() {
        io::ErrorKind::Interrupted => AppError::Interrupted,
        _ => AppError::Terminal(error.to_string()),
    }
}
