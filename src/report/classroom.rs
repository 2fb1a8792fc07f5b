//! The result that GitHub Classroom's graders hand to its reporter: a test for each check that
//! gives points, a score for each that passed. A check that gives none is not graded, and not here.

use serde::Serialize;
use serde_json::json;

use super::json::shown;
use super::run::{Ended, evidence, from_root};
use crate::check::Outcome;
use crate::event::{CheckReport, CheckRun, Failure};
use crate::text::Lang;

/// A test as `autograding-command-grader` writes it, with the place that the reporter prints.
#[derive(Serialize)]
struct Test {
    name: String,
    status: &'static str,
    score: u32,
    /// The evidence; `null` for a pass.
    message: Option<String>,
    /// What a learner types to see the same.
    test_code: String,
    /// Empty where there is no place.
    filename: String,
    /// 0 where there is no place.
    line_no: u32,
    /// In milliseconds.
    duration: u64,
}

pub(super) fn document(ended: &Ended, lang: Lang) -> String {
    let (status, max_score, tests) = match (&ended.run, &ended.failure) {
        (Some(run), _) => graded(run, lang),
        (None, Some(failure)) => ("error", 0, vec![broken(failure, lang)]),
        (None, None) => return String::new(),
    };
    let result = json!({ "version": 1, "status": status, "max_score": max_score, "tests": tests });
    shown(&result.to_string()) + "\n"
}

/// The whole's status, the most that can be had, and the tests.
fn graded(run: &CheckRun, lang: Lang) -> (&'static str, u32, Vec<Test>) {
    let checks = || run.steps.iter().flat_map(|step| &step.checks).filter(|check| check.points > 0);
    let worst = checks().map(|check| check.verdict.outcome).max().unwrap_or(Outcome::Pass);
    let most = checks().map(|check| check.points).sum();
    (status(worst), most, checks().map(|check| test(check, lang)).collect())
}

const fn status(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "pass",
        Outcome::NotYet => "fail",
        Outcome::Environment => "error",
    }
}

fn test(check: &CheckReport, lang: Lang) -> Test {
    let verdict = &check.verdict;
    let place = verdict.place.as_ref();
    Test {
        name: check.title.clone(),
        status: status(verdict.outcome),
        score: if verdict.is_pass() { check.points } else { 0 },
        message: (!verdict.is_pass()).then(|| evidence(check, lang)),
        test_code: format!("workshop check --step {}", check.step),
        filename: place.map(|place| from_root(&place.file)).unwrap_or_default(),
        line_no: place.map_or(0, |place| place.line),
        duration: check.ms.round() as u64,
    }
}

fn broken(failure: &Failure, lang: Lang) -> Test {
    Test {
        name: "workshop".to_owned(),
        status: "error",
        score: 0,
        message: Some(failure.text.render(lang)),
        test_code: "workshop check".to_owned(),
        filename: String::new(),
        line_no: 0,
        duration: 0,
    }
}
