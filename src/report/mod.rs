//! Reporters: the only place that prints. Each [`Reporter`] turns [`Event`]s into one output
//! format; [`reporter`] makes the one that was asked for. A format is one file here and one
//! variant of [`Format`].

#![allow(clippy::disallowed_methods)]

mod classroom;
mod github;
pub(crate) mod handout;
mod html;
mod json;
mod junit;
pub(crate) mod line;
pub(crate) mod load_page;
mod nodes;
mod page;
mod quiet;
mod run;
mod sink;
mod style;
mod summary;
mod text;
pub(crate) mod tui;
pub(crate) mod usage;

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

pub(crate) use page::Pager;
pub(crate) use sink::Lost;
pub(crate) use style::{Style, screen_size};
pub(crate) use text::traffic;

use self::run::RunReporter;
use self::sink::Sink;
use crate::event::{Event, Failure};
use crate::text::Lang;

/// Turns events into output.
pub(crate) trait Reporter: Send {
    /// Takes one event; what it says may be written now or in [`Reporter::finish`].
    fn event(&mut self, event: &Event);

    /// Writes what is left. To be called once, after the last event.
    ///
    /// # Errors
    /// The first error that any write met, except a pipe whose reader went away.
    fn finish(&mut self) -> Result<(), Lost>;
}

/// The output formats that there are. A new one is registered here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "lower")]
pub(crate) enum Format {
    /// For a person, line by line.
    #[default]
    Text,
    /// One JSON object.
    Json,
    /// JUnit XML of the checks, for a CI server.
    Junit,
    /// Workflow commands and a summary, for a job on GitHub.
    Github,
    /// The result of a grader, for GitHub Classroom.
    Classroom,
}

/// Where reporters write, and what can be shown there.
pub(crate) struct Streams {
    pub out: Box<dyn Write + Send>,
    pub err: Box<dyn Write + Send>,
    pub style: Style,
    pub err_style: Style,
    /// The file of a job on GitHub that takes its summary.
    pub summary: Option<PathBuf>,
}

/// A program's own output, handed through as it is: what `workshop compose` writes.
pub(crate) struct HandedThrough {
    out: Sink,
    err: Sink,
}

impl HandedThrough {
    pub(crate) fn standard() -> Self {
        let Streams { out, err, style, err_style, summary: _ } = Streams::standard(true);
        Self { out: Sink::out(out, style), err: Sink::err(err, err_style) }
    }

    /// To be called once, after the last line.
    ///
    /// # Errors
    /// As [`Reporter::finish`].
    pub(crate) fn finish(&mut self) -> Result<(), Lost> {
        let err = self.err.finish();
        self.out.finish().and(err)
    }
}

impl crate::engine::Output for HandedThrough {
    fn line(&mut self, stderr: bool, line: &str) {
        // What cannot be written does not stop what is being done; it is said at the end.
        let stream = if stderr { &mut self.err } else { &mut self.out };
        stream.raw(line);
        stream.raw("\n");
        stream.flush();
    }
}

impl Streams {
    /// This process's own streams.
    pub(crate) fn standard(no_color: bool) -> Self {
        Self {
            out: Box::new(io::stdout()),
            err: Box::new(io::stderr()),
            style: Style::stdout(no_color),
            err_style: Style::stderr(no_color),
            summary: std::env::var_os("GITHUB_STEP_SUMMARY")
                .filter(|path| !path.is_empty())
                .map(PathBuf::from),
        }
    }

    /// Two writers of one style.
    pub(crate) fn new(out: Box<dyn Write + Send>, err: Box<dyn Write + Send>, style: Style) -> Self {
        Self { out, err, style, err_style: style, summary: None }
    }
}

/// Whether a person can be asked: standard input, output and error are all a terminal, also a dumb one.
pub(crate) fn at_a_terminal() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal() && io::stderr().is_terminal()
}

/// The reporter of `format`, in `lang`.
pub(crate) fn reporter(format: Format, streams: Streams, lang: Lang) -> Box<dyn Reporter> {
    match format {
        Format::Text => Box::new(text::TextReporter::new(streams, lang)),
        Format::Json => Box::new(json::JsonReporter::new(streams, lang)),
        Format::Junit => document(junit::document, streams, lang),
        Format::Classroom => document(classroom::document, streams, lang),
        Format::Github => {
            let mut documents =
                vec![(Sink::out(streams.out, streams.style), github::commands as run::Document)];
            documents.extend(
                streams.summary.map(|path| (Sink::summary(&path), summary::document as run::Document)),
            );
            // The runner reads both streams: a failure is a command, too, and is said once.
            Box::new(RunReporter::new(documents, None, lang))
        }
    }
}

fn document(document: run::Document, streams: Streams, lang: Lang) -> Box<dyn Reporter> {
    let documents = vec![(Sink::out(streams.out, streams.style), document)];
    Box::new(RunReporter::new(documents, Some(Sink::err(streams.err, streams.err_style)), lang))
}

/// The text reporter, with somebody who turns the pages of a long text.
pub(crate) fn paged(streams: Streams, lang: Lang, pager: Pager) -> Box<dyn Reporter> {
    Box::new(text::TextReporter::new(streams, lang).with_pager(pager))
}

/// A reporter that says nothing but failures, one line each, on the error stream.
pub(crate) fn quiet(streams: Streams, lang: Lang) -> Box<dyn Reporter> {
    Box::new(quiet::QuietReporter::new(streams, lang))
}

/// Says in one line on standard error what could not be written. Where that is what is lost, the
/// exit code alone tells of it.
pub(crate) fn say_lost(lost: &Lost, exit: u8, lang: Lang) {
    let mut err = Sink::err(Box::new(io::stderr()), Style::stderr(false));
    let failure = Failure { exit, text: lost.text(), next: None, place: None };
    quiet::one_line(&mut err, &failure, lang);
}

#[cfg(test)]
mod tests;
