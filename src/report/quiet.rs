//! Says nothing but failures, one line each on the error stream: the exit code says the rest.

use std::io;

use super::line::{Line, Role};
use super::sink::Sink;
use super::text::blame;
use super::{Reporter, Streams};
use crate::event::{Event, Failure};
use crate::text::{Lang, Text};

/// Writes failures and nothing else.
pub struct QuietReporter {
    err: Sink,
    lang: Lang,
}

impl QuietReporter {
    pub fn new(streams: Streams, lang: Lang) -> Self {
        Self { err: Sink::new(streams.err, streams.err_style), lang }
    }
}

/// `blame: message`, on one line.
pub fn one_line(err: &mut Sink, failure: &Failure, lang: Lang) {
    let label = Text::new(blame(failure.exit)).render(lang);
    let words = failure.text.render(lang).split_whitespace().collect::<Vec<_>>().join(" ");
    err.line(&Line::new(Role::NotYet, &format!("{label}: ")).and(Role::Plain, &words));
    err.flush();
}

impl Reporter for QuietReporter {
    fn event(&mut self, event: &Event) {
        if let Event::Failure(failure) = event {
            one_line(&mut self.err, failure, self.lang);
        }
    }

    fn finish(&mut self) -> io::Result<()> {
        self.err.finish()
    }
}
