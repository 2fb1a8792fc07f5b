//! Says nothing but failures, one line each on the error stream, and the end of a demo: the exit
//! code says the rest.

use super::line::{Line, Role};
use super::sink::{Lost, Sink};
use super::text::{blame, demo_result, sentence};
use super::{Reporter, Streams};
use crate::event::{Event, Failure};
use crate::text::{Lang, Text};

/// Writes failures and what a demo came to.
pub(super) struct QuietReporter {
    out: Sink,
    err: Sink,
    lang: Lang,
}

impl QuietReporter {
    pub(super) fn new(streams: Streams, lang: Lang) -> Self {
        let out = Sink::out(streams.out, streams.style);
        Self { out, err: Sink::err(streams.err, streams.err_style), lang }
    }
}

/// `blame: message`, on one line.
pub(super) fn one_line(err: &mut Sink, failure: &Failure, lang: Lang) {
    let words = failure.text.render(lang).split_whitespace().collect::<Vec<_>>().join(" ");
    err.line(&match blame(failure.exit) {
        Some(whose) => {
            let label = format!("{}: ", Text::new(whose).render(lang));
            Line::new(Role::NotYet, &label).and(Role::Plain, &words)
        }
        None => Line::plain(&sentence(&words)),
    });
    err.flush();
}

impl Reporter for QuietReporter {
    fn event(&mut self, event: &Event) {
        match event {
            Event::Failure(failure) => one_line(&mut self.err, failure, self.lang),
            Event::Demo(run) => {
                for line in demo_result(self.out.style(), self.lang, run) {
                    self.out.line(&line);
                }
            }
            // What was done is in the exit code.
            Event::Notice(_)
            | Event::Lessons(_)
            | Event::Course(_)
            | Event::Intro { .. }
            | Event::Step(_)
            | Event::CheckStarted { .. }
            | Event::CheckFinished(_)
            | Event::StepFinished(_)
            | Event::CheckRun(_)
            | Event::Diff(_)
            | Event::CommandStarted { .. }
            | Event::CommandOutput { .. }
            | Event::Waiting { .. }
            | Event::Progress(_)
            | Event::CommandFinished { .. }
            | Event::Hint { .. }
            | Event::Prompt(_)
            | Event::Question(_)
            | Event::Answer { .. }
            | Event::Status(_)
            | Event::Removal { .. }
            | Event::Effects(_)
            | Event::Reset(_)
            | Event::Findings(_)
            | Event::Cluster(_)
            | Event::Change(_)
            | Event::Traffic(_)
            | Event::Picture(_)
            | Event::LoadStarted(_)
            | Event::LoadProgress(_)
            | Event::Load(_)
            | Event::Script(_)
            | Event::Notes(_)
            | Event::Glossary { .. }
            | Event::Reference { .. }
            | Event::Keys(_) => {}
        }
    }

    fn finish(&mut self) -> Result<(), Lost> {
        let err = self.err.finish();
        self.out.finish().and(err)
    }
}
