//! `author test`: a lesson is held to its rules and its learners' states, then played on each engine:
//! before a step its checks fail, after it they pass, as often as they are asked.

use super::course::{self, at_course};
use crate::app::error::{AppError, exit};
use crate::app::{Ctx, arrival, checks, consent, doing, questions, worst};
use crate::author::Author;
use crate::check::{Outcome, Verdict};
use crate::commands::demo::{after, leave_or_told, set_up, until_told};
use crate::demo::Place;
use crate::emit::Emit;
use crate::engine::EngineKind;
use crate::event::{CheckReport, CheckRun, Event, StepReport, Tone};
use crate::lesson::{Catalog, Lesson};
use crate::session::{Scope, Session};
use crate::text::Text;

/// What a report of the author's own has as its kind.
const KIND: &str = "author";

pub(super) async fn run(ctx: &Ctx, lesson: Option<&str>, repeat: u32) -> Result<u8, AppError> {
    let there = at_course(ctx)?;
    let Catalog::Folder(root) = there.library.primary() else { return Ok(exit::USAGE) };
    let names = match lesson {
        Some(lesson) => vec![lesson.to_owned()],
        None => there.library.primary().names()?,
    };
    if names.is_empty() {
        course::wanted(ctx, None)?;
    }
    let mut steps = Vec::new();
    let (mut last, mut kind) = (String::new(), EngineKind::default());
    for name in names {
        let author = Author::open(&root, &name)?;
        last.clone_from(&author.lesson.file.id);
        steps.push(sound(&author)?);
        said(ctx, &steps[steps.len() - 1]);
        // What is broken on paper is not played.
        if steps[steps.len() - 1].outcome != Outcome::Pass {
            continue;
        }
        for engine in engines(&there, &author.lesson).await? {
            kind = engine;
            let played = on_engine(&there, &author.lesson, engine, repeat).await?;
            steps.extend(played);
        }
    }
    let outcome = steps.iter().map(|step| step.outcome).max().unwrap_or(Outcome::Pass);
    ctx.emit(Event::CheckRun(CheckRun { lesson: last, engine: kind, outcome, steps }));
    Ok(if outcome == Outcome::NotYet { exit::LESSON } else { worst(outcome) })
}

/// The engine that was asked for; else every one that the lesson names and that is here.
async fn engines(ctx: &Ctx, lesson: &Lesson) -> Result<Vec<EngineKind>, AppError> {
    use crate::app::choice;
    let workspace = ctx.workspace()?;
    if let Some(kind) = ctx.global.engine.kind() {
        choice::insist(ctx, kind, lesson, &workspace).await?;
        return Ok(vec![kind]);
    }
    let mut found = Vec::new();
    for kind in EngineKind::ALL.into_iter().filter(|kind| lesson.file.engines.contains(kind)) {
        match choice::insist(ctx, kind, lesson, &workspace).await {
            Ok(()) => found.push(kind),
            Err(error) => {
                let text = Text::new("author-engine-left").with("engine", kind.name());
                ctx.notice(Tone::Warning, text.with("why", error.text()));
            }
        }
    }
    if found.is_empty() {
        return Err(AppError::Environment {
            text: Text::new("author-no-engine"),
            next: Some(Text::new("next-doctor")),
        });
    }
    Ok(found)
}

/// The lesson's rules and its learners' states, as checks of a step before the first.
fn sound(author: &Author) -> Result<StepReport, AppError> {
    let mut reports: Vec<CheckReport> = Vec::new();
    let faults = author.lesson.faults();
    for (number, fault) in (1..).zip(&faults) {
        reports.push(own(&author.lesson.file.id, &format!("rule-{number}"), Verdict::not_yet(fault.text())));
    }
    if faults.is_empty() {
        let text = Text::new("author-test-rules");
        reports.push(own(&author.lesson.file.id, "rules", Verdict::pass(text)));
    }
    for case in author.cases()? {
        let (id, fault) = match case {
            Err(fault) => ("fixtures".to_owned(), Some(fault.text())),
            Ok(case) => (case.name.clone(), case.fault(&author.lesson)?),
        };
        let pass = || Verdict::pass(Text::new("author-test-case"));
        reports.push(own(&author.lesson.file.id, &id, fault.map_or_else(pass, Verdict::not_yet)));
    }
    Ok(step_of(&format!("{}/files", author.lesson.file.id), 0, reports))
}

fn own(step: &str, id: &str, verdict: Verdict) -> CheckReport {
    CheckReport {
        step: step.to_owned(),
        id: id.to_owned(),
        title: id.to_owned(),
        kind: KIND,
        points: 0,
        proves: String::new(),
        predictions: Vec::new(),
        verdict,
        ms: 0.0,
    }
}

fn step_of(id: &str, number: usize, checks: Vec<CheckReport>) -> StepReport {
    let outcome = checks.iter().map(|check| check.verdict.outcome).max().unwrap_or(Outcome::Pass);
    StepReport { id: id.to_owned(), number, title: id.to_owned(), outcome, checks, left_out: 0 }
}

fn said(ctx: &Ctx, step: &StepReport) {
    for check in &step.checks {
        ctx.emit(Event::CheckFinished(Box::new(CheckReport { step: step.id.clone(), ..check.clone() })));
    }
    ctx.emit(Event::StepFinished(step.clone()));
}

/// The lesson played in a place of its own, which is left clean whatever comes of it.
async fn on_engine(
    ctx: &Ctx,
    lesson: &Lesson,
    kind: EngineKind,
    repeat: u32,
) -> Result<Vec<StepReport>, AppError> {
    let text = Text::new("author-test-on").with("lesson", lesson.dir.as_str());
    ctx.notice(Tone::Info, text.with("engine", kind.name()));
    let mut app = ctx.with_emit(ctx.emit.clone());
    app.global.engine = crate::cli::EngineChoice::of(kind);
    let place = arrival::demo_place(&app)?;
    let mut steps = Vec::new();
    let played = until_told(play(&app, &place, lesson, repeat, &mut steps)).await;
    let left = leave_or_told(&app, place, lesson, Some(kind), played.is_ok()).await;
    after(&app, played, left, exit::PASS)?;
    Ok(steps)
}

async fn play(
    ctx: &Ctx,
    place: &Place,
    lesson: &Lesson,
    repeat: u32,
    steps: &mut Vec<StepReport>,
) -> Result<(), AppError> {
    let mut session = set_up(ctx, place, lesson).await?;
    consent::consent(ctx, &mut session)?;
    let quiet = ctx.answering_yes(Emit::new(|_| {}));
    session.emit = quiet.emit.clone();
    let engine = session.engine.kind().name();
    for index in 0..lesson.file.steps.len() {
        let report = step(&quiet, &mut session, index, repeat).await?;
        let id = format!("{}/{engine}/{}", lesson.file.id, report.id);
        let report = StepReport { id, ..report };
        said(ctx, &report);
        let stops = report.outcome != Outcome::Pass && !lesson.file.steps[index].optional;
        steps.push(report);
        if stops {
            break;
        }
    }
    Ok(())
}

/// One step: its checks before, the step, its checks after.
async fn step(ctx: &Ctx, session: &mut Session, index: usize, repeat: u32) -> Result<StepReport, AppError> {
    let spec = session.lesson.file.steps[index].clone();
    session.progress.step.clone_from(&spec.id);
    let before = if spec.has_action() { asked_before(session, index).await } else { Vec::new() };
    if !spec.actions().is_empty()
        && let Err(error) = doing::do_step(ctx, session, index).await
    {
        let verdict = match error.exit() {
            exit::INTERRUPTED => return Err(error),
            exit::ENVIRONMENT => Verdict::environment(error.text()),
            _ => Verdict::not_yet(error.text()),
        };
        return Ok(step_of(&spec.id, index + 1, vec![own(&spec.id, "its-own-action", verdict)]));
    }
    questions::confirm_all(session, index);
    let mut reports: Vec<CheckReport> = Vec::new();
    let mut passes: Vec<u32> = Vec::new();
    for _ in 0..repeat.max(1) {
        let run = checks::check_steps(ctx, session, &[index], &|_| Scope::All).await?;
        let asked = run.steps.into_iter().flat_map(|step| step.checks);
        for (at, report) in asked.enumerate() {
            if at == passes.len() {
                passes.push(0);
                reports.push(report.clone());
            }
            passes[at] += u32::from(report.verdict.is_pass());
            // What failed once is what there is to tell.
            if !report.verdict.is_pass() || reports[at].verdict.is_pass() {
                reports[at] = report;
            }
        }
    }
    for (report, passed) in reports.iter_mut().zip(&passes) {
        if *passed > 0 && *passed < repeat {
            let text = Text::new("author-test-flaky").with("check", report.id.as_str());
            let text = text.with("passed", i64::from(*passed)).with("of", i64::from(repeat));
            report.verdict.message = text.with("says", report.verdict.message.clone());
        }
    }
    if !before.is_empty() && before.iter().all(|report| report.verdict.is_pass()) {
        let ids: Vec<String> = before.into_iter().map(|report| report.id).collect();
        let text = Text::new("author-test-before").with("checks", ids);
        reports.insert(0, own(&spec.id, "fails-before", Verdict::not_yet(text)));
    }
    let title = session.title(&spec.id);
    Ok(StepReport { title, ..step_of(&spec.id, index + 1, reports) })
}

/// The step's checks before it is done: those that change nothing and that no learner answers, with
/// no patience.
async fn asked_before(session: &mut Session, index: usize) -> Vec<CheckReport> {
    session.look_again();
    let own = session.lesson.file.steps[index].checks.clone();
    let mut asked = own.clone();
    asked.retain(|entry| !entry.is_asked() && !entry.spec.check().needs().is_disruptive());
    for entry in &mut asked {
        (entry.within, entry.hold) = Default::default();
    }
    session.lesson.file.steps[index].checks = asked;
    let report = session.check_step(index, Scope::All).await;
    session.lesson.file.steps[index].checks = own;
    session.look_again();
    report.checks
}
