//! Documents of a run of `check`: [`RunReporter`] hears everything, and writes when it is over.
//! What an outcome is called in words, and its evidence, stand here once for all of them.

use super::Reporter;
use super::sink::{Lost, Sink};
use super::text::blame;
use crate::check::Verdict;
use crate::event::{CheckReport, CheckRun, Event, Failure};
use crate::text::{Lang, Text};

/// What there is to write about.
#[derive(Default)]
pub(super) struct Ended {
    /// Every check that was asked; `None` where nothing came to be checked.
    pub run: Option<CheckRun>,
    /// What could not be done.
    pub failure: Option<Failure>,
}

/// The words of one document; none where there is nothing to say.
pub(super) type Document = fn(&Ended, Lang) -> String;

/// Writes a document, or several, each to its own place.
pub(super) struct RunReporter {
    documents: Vec<(Sink, Document)>,
    /// Where a failure is said beside the documents, to whoever started the command.
    err: Option<Sink>,
    lang: Lang,
    ended: Ended,
}

impl RunReporter {
    pub(super) fn new(documents: Vec<(Sink, Document)>, err: Option<Sink>, lang: Lang) -> Self {
        Self { documents, err, lang, ended: Ended::default() }
    }
}

impl Reporter for RunReporter {
    fn event(&mut self, event: &Event) {
        match event {
            Event::CheckRun(run) => self.ended.run = Some(run.clone()),
            Event::Failure(failure) => {
                if let Some(err) = &mut self.err {
                    super::quiet::one_line(err, failure, self.lang);
                }
                self.ended.failure = Some(failure.clone());
            }
            // The run has all checks; the rest is for a person.
            Event::Notice(_)
            | Event::Lessons(_)
            | Event::Course(_)
            | Event::Intro { .. }
            | Event::Step(_)
            | Event::CheckStarted { .. }
            | Event::CheckFinished(_)
            | Event::StepFinished(_)
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
            | Event::Demo(_)
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
        let ended = std::mem::take(&mut self.ended);
        let mut all = Ok(());
        for (sink, document) in &mut self.documents {
            sink.raw(&document(&ended, self.lang));
            all = all.and(sink.finish());
        }
        all.and(self.err.as_mut().map_or(Ok(()), Sink::finish))
    }
}

/// What should be there and what is, a line each.
pub(super) fn facts(verdict: &Verdict, lang: Lang) -> Vec<String> {
    [("report-expected", &verdict.expected), ("report-observed", &verdict.observed)]
        .into_iter()
        .filter_map(|(key, text)| Some((Text::new(key).render(lang), text.as_ref()?.render(lang))))
        .map(|(label, text)| format!("{label}: {text}"))
        .collect()
}

/// All that speaks for a verdict, line by line.
pub(super) fn evidence(check: &CheckReport, lang: Lang) -> String {
    let verdict = &check.verdict;
    let mut lines = vec![verdict.message.render(lang)];
    if let Some(place) = &verdict.place {
        lines.push(format!("{}:{}:{}: {}", place.file, place.line, place.column, place.source.trim()));
    }
    lines.extend(facts(verdict, lang));
    lines.extend(verdict.shares.iter().map(|share| format!("{} {}", share.label, share.count)));
    lines.extend(verdict.lines.iter().cloned());
    for table in &verdict.tables {
        let head = table.head.iter().map(|text| text.render(lang)).collect();
        let rows = std::iter::once(head).chain(table.rows.iter().cloned());
        lines.extend(rows.map(|cells: Vec<String>| cells.join(" | ")));
    }
    lines.join("\n")
}

/// Whose fault a failure is, and what it says with the way on below.
pub(super) fn told(failure: &Failure, lang: Lang) -> (String, String) {
    let word = |key| Text::new(key).render(lang);
    let next = failure.next.as_ref().map(|next| format!("\n{}: {}", word("report-next"), next.render(lang)));
    let words = failure.text.render(lang) + &next.unwrap_or_default();
    (word(blame(failure.exit).unwrap_or("report-failure")), words)
}

/// Whether the run has said the same of a check before this one.
pub(super) fn is_said_before(run: &CheckRun, check: &CheckReport) -> bool {
    let checks = run.steps.iter().flat_map(|step| &step.checks);
    let before = checks.take_while(|one| !std::ptr::eq(*one, check));
    check.verdict.is_said_by(before.map(|one| &one.verdict))
}

/// Where the learner's file `path` lies, from the folder that the command runs in.
pub(super) fn from_root(path: &str) -> String {
    format!("workshop/{path}")
}
