//! JUnit XML of a run of `check`: a test suite a step, a test case a check. A check that is not
//! yet true is a `failure`, one that the machine prevents an `error`.

use super::sink::{Lost, Sink};
use super::{Reporter, Streams};
use crate::check::Outcome;
use crate::event::{CheckReport, CheckRun, Event, Failure, StepReport};
use crate::text::{Lang, Text};
use std::fmt::Write as _;

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

    fn document(&self) -> Option<String> {
        let suites = match (&self.run, &self.failure) {
            (Some(run), _) => self.suites(run),
            (None, Some(failure)) => self.broken(failure),
            (None, None) => return None,
        };
        Some(format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{suites}"))
    }

    fn suites(&self, run: &CheckRun) -> String {
        let all: Vec<&CheckReport> = run.steps.iter().flat_map(|step| &step.checks).collect();
        let name = format!("workshop {}", run.lesson);
        let mut xml = format!("<testsuites name=\"{}\" {}>\n", escape(&name), totals(&all));
        for step in &run.steps {
            self.suite(&mut xml, &run.lesson, step);
        }
        xml.push_str("</testsuites>\n");
        xml
    }

    fn suite(&self, xml: &mut String, lesson: &str, step: &StepReport) {
        let checks: Vec<&CheckReport> = step.checks.iter().collect();
        let _ = writeln!(xml, "  <testsuite name=\"{}\" {}>", escape(&step.id), totals(&checks));
        for check in checks {
            let class = escape(&format!("{lesson}.{}", step.id)).into_owned();
            let name = escape(&check.id);
            let time = check.ms / 1000.0;
            let _ = write!(xml, "    <testcase name=\"{name}\" classname=\"{class}\" time=\"{time:.3}\"");
            let element = match check.verdict.outcome {
                Outcome::Pass => {
                    xml.push_str("/>\n");
                    continue;
                }
                Outcome::NotYet => "failure",
                Outcome::Environment => "error",
            };
            let message = check.verdict.message.render(self.lang);
            let kind = escape(check.kind);
            let _ = write!(
                xml,
                ">\n      <{element} message=\"{}\" type=\"{kind}\">{}</{element}>\n    </testcase>\n",
                escape(&message),
                escape(&self.body(check)),
            );
        }
        xml.push_str("  </testsuite>\n");
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

    fn broken(&self, failure: &Failure) -> String {
        let message = failure.text.render(self.lang);
        let message = escape(&message);
        let kind = format!("exit {}", failure.exit);
        format!(
            "<testsuites name=\"workshop\" tests=\"1\" failures=\"0\" errors=\"1\" time=\"0.000\">\n  \
             <testsuite name=\"workshop\" tests=\"1\" failures=\"0\" errors=\"1\" time=\"0.000\">\n    \
             <testcase name=\"workshop\" classname=\"workshop\" time=\"0.000\">\n      \
             <error message=\"{message}\" type=\"{kind}\">{message}</error>\n    \
             </testcase>\n  </testsuite>\n</testsuites>\n"
        )
    }
}

/// The counts that a suite and the whole carry as attributes.
fn totals(checks: &[&CheckReport]) -> String {
    let of = |outcome| checks.iter().filter(|check| check.verdict.outcome == outcome).count();
    let seconds = checks.iter().fold(0.0, |sum, check| sum + check.ms) / 1000.0;
    format!(
        "tests=\"{}\" failures=\"{}\" errors=\"{}\" time=\"{seconds:.3}\"",
        checks.len(),
        of(Outcome::NotYet),
        of(Outcome::Environment),
    )
}

/// `text` for an attribute or an element; what XML 1.0 cannot hold at all is left out.
fn escape(text: &str) -> std::borrow::Cow<'_, str> {
    let plain = |c: char| allowed(c) && !matches!(c, '&' | '<' | '>' | '"' | '\'' | '\n' | '\r' | '\t');
    if text.chars().all(plain) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars().filter(|c| allowed(*c)) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            '\t' => out.push_str("&#9;"),
            c => out.push(c),
        }
    }
    out.into()
}

/// `Char` of XML 1.0 (5th edition, 2.2), without the C1 controls that it discourages.
const fn allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{7e}' | '\u{85}' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
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
        if let Some(xml) = self.document() {
            self.out.raw(&xml);
            self.run = None;
            self.failure = None;
        }
        let err = self.err.finish();
        self.out.finish().and(err)
    }
}
