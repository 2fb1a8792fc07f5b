//! What is said about a command line that cannot be understood, and its help.

use std::error::Error;
use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::sink::Sink;
use super::{Format, Lost, Streams, Style};
use crate::app::error::exit;
use crate::demo::pace::PaceError;
use crate::event::{Event, Failure};
use crate::text::{Lang, Text};

/// Shows help and version on standard output; says anything else as a usage failure.
/// In JSON where `args` ask for it: a program that reads the output gets one object, whatever happens.
pub(crate) fn tell(error: &clap::Error, lang: Lang, args: &[OsString]) -> u8 {
    match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let words = error.render();
            let words = if Style::stdout(false).color { words.ansi().to_string() } else { words.to_string() };
            let mut out = Sink::out(Box::new(std::io::stdout()), Style::PLAIN);
            out.raw(&words);
            ended(out.finish(), exit::PASS, lang)
        }
        _ => {
            let format = if args.iter().any(|arg| arg == "--json") { Format::Json } else { Format::Text };
            let text = understood(error);
            let next = suggestion(error).unwrap_or_else(|| Text::new("usage-see-help"));
            let mut reporter = super::reporter(format, Streams::standard(false), lang);
            reporter.event(&Event::Failure(Failure {
                exit: exit::USAGE,
                text,
                next: Some(next),
                place: None,
            }));
            ended(reporter.finish(), exit::USAGE, lang)
        }
    }
}

/// The exit code of a run whose words are written, or are not.
pub(crate) fn ended(written: Result<(), Lost>, code: u8, lang: Lang) -> u8 {
    let Err(lost) = written else { return code };
    // What went wrong before is worse than that it could not all be said.
    let code = if code <= exit::NOT_YET { exit::ENVIRONMENT } else { code };
    super::say_lost(&lost, code, lang);
    code
}

fn understood(error: &clap::Error) -> Text {
    let what = |kind| context(error, kind).unwrap_or_default();
    match error.kind() {
        ErrorKind::InvalidSubcommand => Text::new("usage-unknown-command")
            .with("what", what(ContextKind::InvalidSubcommand))
            .with("near", Text::verbatim("")),
        ErrorKind::UnknownArgument if !what(ContextKind::InvalidArg).starts_with('-') => {
            Text::new("usage-too-much").with("what", what(ContextKind::InvalidArg))
        }
        ErrorKind::UnknownArgument => {
            Text::new("usage-unknown-option").with("what", what(ContextKind::InvalidArg))
        }
        ErrorKind::InvalidValue if what(ContextKind::InvalidValue).is_empty() => {
            Text::new("usage-no-value").with("what", what(ContextKind::InvalidArg))
        }
        ErrorKind::ValueValidation if error.source().is_some_and(|source| source.is::<PaceError>()) => {
            PaceError.text()
        }
        ErrorKind::ValueValidation if what(ContextKind::ValidValue).is_empty() => {
            Text::new("usage-no-such-value")
                .with("what", what(ContextKind::InvalidArg))
                .with("value", what(ContextKind::InvalidValue))
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => Text::new("usage-bad-value")
            .with("what", what(ContextKind::InvalidArg))
            .with("value", what(ContextKind::InvalidValue))
            .with("possible", what(ContextKind::ValidValue)),
        ErrorKind::MissingRequiredArgument => {
            Text::new("usage-missing").with("what", what(ContextKind::InvalidArg))
        }
        ErrorKind::ArgumentConflict => Text::new("usage-conflict")
            .with("what", what(ContextKind::InvalidArg))
            .with("other", what(ContextKind::PriorArg)),
        _ => {
            let words = error.to_string();
            let first = words.lines().next().unwrap_or_default();
            Text::new("usage-other").with("what", first.trim_start_matches("error: "))
        }
    }
}

fn suggestion(error: &clap::Error) -> Option<Text> {
    let kinds = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue];
    let likely = kinds.into_iter().find_map(|kind| context(error, kind))?;
    // clap puts the likeliest last.
    let what = likely.rsplit(", ").next().unwrap_or_default().to_owned();
    Some(Text::new("usage-did-you-mean").with("what", what))
}

fn context(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(word) => Some(word.clone()),
        ContextValue::Strings(words) => Some(words.join(", ")).filter(|words| !words.is_empty()),
        _ => None,
    }
}
