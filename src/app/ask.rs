//! Questions to the person at the terminal, by dialoguer. Without a terminal nothing is asked.

use dialoguer::theme::{ColorfulTheme, SimpleTheme, Theme};
use dialoguer::{Confirm, Select};

use super::error::AppError;

/// Asks at the terminal, with or without colour.
pub struct Asker {
    pub color: bool,
}

impl Asker {
    fn theme(&self) -> Box<dyn Theme> {
        if self.color { Box::new(ColorfulTheme::default()) } else { Box::new(SimpleTheme) }
    }

    /// A yes or no; no answer (Esc) is a no.
    ///
    /// # Errors
    /// Ctrl-C, or the terminal is gone.
    pub fn confirm(&self, question: &str) -> Result<bool, AppError> {
        let theme = self.theme();
        let answer = Confirm::with_theme(theme.as_ref()).with_prompt(question).default(true).interact_opt();
        answer.map(|answer| answer.unwrap_or(false)).map_err(|error| lost(&error))
    }

    /// The place of the item chosen; `None` for Esc or q.
    ///
    /// # Errors
    /// Ctrl-C, or the terminal is gone.
    pub fn choose(&self, question: &str, items: &[String]) -> Result<Option<usize>, AppError> {
        let theme = self.theme();
        let select = Select::with_theme(theme.as_ref()).with_prompt(question).items(items).default(0);
        select.interact_opt().map_err(|error| lost(&error))
    }
}

fn lost(error: &dialoguer::Error) -> AppError {
    let dialoguer::Error::IO(error) = error;
    // A prompt that was cut off leaves the cursor hidden.
    let _ = console::Term::stderr().show_cursor();
    match error.kind() {
        std::io::ErrorKind::Interrupted => AppError::Interrupted,
        _ => AppError::Terminal(error.to_string()),
    }
}
