//! JUnit XML of a run of `check`: a test suite a step, a test case a check. A check that is not
//! yet true is a `failure`, one that the machine prevents an `error`; a command that fails before
//! it checks anything is one test case in error.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::run::{Ended, evidence};
use crate::check::Outcome;
use crate::event::{CheckReport, CheckRun, Failure, StepReport};
use crate::text::Lang;

pub(super) fn document(ended: &Ended, lang: Lang) -> String {
    let report = match (&ended.run, &ended.failure) {
        (Some(run), _) => report(run, lang),
        (None, Some(failure)) => broken(failure, lang),
        (None, None) => return String::new(),
    };
    // Writing into a string does not fail.
    report.to_string().unwrap_or_default()
}

fn report(run: &CheckRun, lang: Lang) -> Report {
    let mut report = Report::new(format!("workshop {}", run.lesson));
    report.set_time(run.steps.iter().map(took).sum());
    report.add_test_suites(run.steps.iter().map(|step| suite(&run.lesson, step, lang)));
    report
}

fn suite(lesson: &str, step: &StepReport, lang: Lang) -> TestSuite {
    let mut suite = TestSuite::new(step.id.as_str());
    suite.set_time(took(step)).add_property(("title", &*plain(&step.title)));
    for check in &step.checks {
        let mut case = TestCase::new(check.id.as_str(), status(check, lang));
        case.set_classname(format!("{lesson}.{}", step.id)).set_time(took_by(check));
        // The name is an id, the same in every language: a server knows a case again by it.
        case.add_property(("title", &*plain(&check.title)));
        if !check.proves.is_empty() {
            case.add_property(("proves", &*plain(&check.proves)));
        }
        for one in &check.predictions {
            let measured = one.measured.as_ref().map(|text| text.render(lang)).unwrap_or_default();
            case.add_property((format!("predicted:{}", one.id), plain(&one.guess)));
            case.add_property((format!("measured:{}", one.id), plain(&measured)));
        }
        suite.add_test_case(case);
    }
    suite
}

fn status(check: &CheckReport, lang: Lang) -> TestCaseStatus {
    let kind = match check.verdict.outcome {
        Outcome::Pass => return TestCaseStatus::success(),
        Outcome::NotYet => NonSuccessKind::Failure,
        Outcome::Environment => NonSuccessKind::Error,
    };
    let mut status = TestCaseStatus::non_success(kind);
    status.set_type(check.kind).set_message(plain(&check.verdict.message.render(lang)));
    status.set_description(plain(&evidence(check, lang)));
    status
}

fn broken(failure: &Failure, lang: Lang) -> Report {
    let message = plain(&failure.text.render(lang));
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
