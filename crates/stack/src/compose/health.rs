//! A service's `healthcheck`: [`Healthcheck`].

use std::time::Duration;

use super::duration;
use super::read::Place;
use super::service::shell_words;
use crate::yaml::Value;
use crate::{Span, SyntaxError};

/// How a service says that it is healthy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Healthcheck {
    /// Nothing is said: the image's own, if it has one.
    Absent,
    /// Switched off, also the image's own.
    Disabled(Span),
    /// The service's own check, or its own numbers for the image's.
    Present(Box<Probe>),
}

/// A health check; the numbers are Docker's where the file gives none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// The command's words; of a shell's line, the line's. Empty where the file has none: then it
    /// is the image's own, with the numbers given here.
    pub test: Vec<String>,
    /// The command is a shell's line (`CMD-SHELL`, or a string).
    pub shell: bool,
    /// Between two checks; 30 s where none is given.
    pub interval: Duration,
    /// A check that takes longer has failed; 30 s where none is given.
    pub timeout: Duration,
    /// Failures in a row that make it unhealthy; 3 where none is given.
    pub retries: u32,
    /// After the start, while failures do not count; 0 where none is given.
    pub start_period: Duration,
    /// Of the value of `healthcheck`.
    pub span: Span,
}

pub(super) fn healthcheck(place: &Place<'_>) -> Result<Healthcheck, SyntaxError> {
    place.entries()?;
    let span = place.node.span;
    let disabled = place.key("disable").map_or(Ok(false), |place| place.boolean())?;
    let (test, shell) = match place.key("test") {
        // Only a list can say NONE: as a string it is a command of that name.
        Some(test) if matches!(test.node.value, Value::Sequence(_)) => listed(&test)?,
        Some(test) => {
            let line = test.string()?.value;
            (shell_words(&line).unwrap_or_else(|| vec![line]), true)
        }
        None => (Vec::new(), false),
    };
    if disabled || test.first().is_some_and(|word| word == "NONE" && !shell) {
        return Ok(Healthcheck::Disabled(span));
    }
    let length =
        |key, usual| place.key(key).map_or(Ok(Duration::from_secs(usual)), |place| duration::read(&place));
    let retries = place.key("retries").map(|place| place.number()).transpose()?;
    Ok(Healthcheck::Present(Box::new(Probe {
        test,
        shell,
        interval: length("interval", 30)?,
        timeout: length("timeout", 30)?,
        retries: retries.map_or(3, |count| count.value),
        start_period: length("start_period", 0)?,
        span,
    })))
}

/// `[CMD, word…]`, `[CMD-SHELL, line]` or `[NONE]`.
fn listed(place: &Place<'_>) -> Result<(Vec<String>, bool), SyntaxError> {
    let mut words: Vec<String> = place.strings()?.into_iter().map(|word| word.value).collect();
    match words.first().map(String::as_str) {
        Some("CMD") => {
            words.remove(0);
            Ok((words, false))
        }
        Some("CMD-SHELL") => {
            let line = words.get(1).cloned().unwrap_or_default();
            Ok((shell_words(&line).unwrap_or_else(|| vec![line]), true))
        }
        _ => Ok((words, false)),
    }
}
