//! JUnit XML of a run of `check`: a test suite a step, a test case a check. A check that is not
//! yet true is a `failure`, one that the machine prevents an `error`.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::sink::{Lost, Sink};
use super::{Reporter, Streams};
use crate::check::Outcome;
use crate::event::{CheckReport, CheckRun, Event, Failure, StepReport};
use crate::text::{Lang, Text};

/// Writes the run as XML at the end; a command that fails before it is one test case in error.
pub(super) struct JunitReporter {
    out: Sink,
    err: Sink,
    lang: Lang,
    run: Option<CheckRun>,
    failure: Option<Failure>,
}

impl JunitReporter {
    pub(super) fn new(streams: Streams, lang: Lang) -> Self {
        Self {
            out: Sink::out(streams.out, streams.style),
            err: Sink::err(streams.err, streams.err_style),
            lang,
            run: None,
            failure: None,
        }
    }

    fn document(&self) -> Option<Report> {
        match (&self.run, &self.failure) {
            (Some(run), _) => Some(self.report(run)),
            (None, Some(failure)) => Some(self.broken(failure)),
            (None, None) => None,
        }
    }

    fn report(&self, run: &CheckRun) -> Report {
        let mut report = Report::new(format!("workshop {}", run.lesson));
        report.set_time(run.steps.iter().map(took).sum());
        report.add_test_suites(run.steps.iter().map(|step| self.suite(&run.lesson, step)));
        report
    }

    fn suite(&self, lesson: &str, step: &StepReport) -> TestSuite {
        let mut suite = TestSuite::new(step.id.as_str());
        suite.set_time(took(step)).add_property(("title", &*plain(&step.title)));
        for check in &step.checks {
            let mut case = TestCase::new(check.id.as_str(), self.status(check));
            case.set_classname(format!("{lesson}.{}", step.id)).set_time(took_by(check));
            // The name is an id, the same in every language: a server knows a case again by it.
            case.add_property(("title", &*plain(&check.title)));
            suite.add_test_case(case);
        }
        suite
    }

    fn status(&self, check: &CheckReport) -> TestCaseStatus {
        let kind = match check.verdict.outcome {
            Outcome::Pass => return TestCaseStatus::success(),
            Outcome::NotYet => NonSuccessKind::Failure,
            Outcome::Environment => NonSuccessKind::Error,
        };
        let mut status = TestCaseStatus::non_success(kind);
        status.set_type(check.kind).set_message(plain(&check.verdict.message.render(self.lang)));
        status.set_description(plain(&self.body(check)));
        status
    }

    /// The evidence, line by line.
    fn body(&self, check: &CheckReport) -> String {
        let verdict = &check.verdict;
        let mut lines = vec![verdict.message.render(self.lang)];
        if let Some(place) = &verdict.place {
            lines.push(format!("{}:{}:{}: {}", place.file, place.line, place.column, place.source.trim()));
        }
        for (key, text) in [("report-expected", &verdict.expected), ("report-observed", &verdict.observed)] {
            if let Some(text) = text {
                let label = Text::new(key).render(self.lang);
                lines.push(format!("{label}: {}", text.render(self.lang)));
            }
        }
        lines.extend(verdict.shares.iter().map(|share| format!("{} {}", share.label, share.count)));
        lines.extend(verdict.lines.iter().cloned());
        for table in &verdict.tables {
            let head = table.head.iter().map(|text| text.render(self.lang)).collect();
            let rows = std::iter::once(head).chain(table.rows.iter().cloned());
            lines.extend(rows.map(|cells: Vec<String>| cells.join(" | ")));
        }
        lines.join("\n")
    }

    fn broken(&self, failure: &Failure) -> Report {
        let message = plain(&failure.text.render(self.lang));
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_type(format!("exit {}", failure.exit)).set_message(&*message).set_description(message);
        let mut case = TestCase::new("workshop", status);
        case.set_classname("workshop").set_time(Duration::ZERO);
        let mut suite = TestSuite::new("workshop");
        suite.set_time(Duration::ZERO).add_test_case(case);
        let mut report = Report::new("workshop");
        report.set_time(Duration::ZERO).add_test_suite(suite);
        report
    }
}

fn took(step: &StepReport) -> Duration {
    step.checks.iter().map(took_by).sum()
}

fn took_by(check: &CheckReport) -> Duration {
    Duration::try_from_secs_f64(check.ms / 1e3).unwrap_or_default()
}

/// Without what XML 1.0 cannot hold (5th edition, 2.2), and the C1 controls that it discourages.
fn plain(text: &str) -> String {
    let allowed = |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{7e}' | '\u{85}' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().filter(allowed).collect()
}

impl Reporter for JunitReporter {
    fn event(&mut self, event: &Event) {
        match event {
            Event::CheckRun(run) => self.run = Some(run.clone()),
            Event::Failure(failure) => {
                super::quiet::one_line(&mut self.err, failure, self.lang);
                self.failure = Some(failure.clone());
            }
            // The run has all checks; the rest is for a person.
            Event::Notice(_)
            | Event::Lessons(_)
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
            | Event::Change(_)
            | Event::Demo(_)
            | Event::Traffic(_)
            | Event::LoadStarted(_)
            | Event::LoadProgress(_)
            | Event::Load(_)
            | Event::Script(_)
            | Event::Notes(_)
            | Event::Keys(_) => {}
        }
    }

    fn finish(&mut self) -> Result<(), Lost> {
        // Writing into a string does not fail.
        if let Some(xml) = self.document().and_then(|report| report.to_string().ok()) {
            self.out.raw(&xml);
            self.run = None;
            self.failure = None;
        }
        let err = self.err.finish();
        self.out.finish().and(err)
    }
}
