//! What stands in the parts: the step's text with the hints asked for, and the checks with what was
//! done and said.

use super::paint;
use super::state::{CheckLine, CheckState, State};
use crate::check::Verdict;
use crate::event::Event;
use crate::report::line::{Line, Role, cut};
use crate::report::text::pen::Pen;
use crate::report::text::{check, overview, prose, step};
use crate::text::Text;

pub(super) fn text_head(state: &State) -> String {
    let Some(here) = &state.here else { return String::new() };
    let step = &here.step;
    let key = match (step.minutes, step.optional) {
        (0, _) => return step.title.clone(),
        (_, true) => "report-step-minutes-optional",
        (_, false) => "report-step-minutes",
    };
    let minutes = Text::new(key).with("minutes", step.minutes).render(state.lang);
    format!("{} ({minutes})", step.title)
}

/// The step's text, what it changes and runs, and the hints.
pub(super) fn text(state: &State, columns: u16) -> Vec<Line> {
    let Some(here) = &state.here else { return Vec::new() };
    let pen = paint::prose_pen(state, columns);
    let width = pen.style.measure();
    let mut lines = prose::draw(pen, &here.step.blocks, width);
    let mut rows = Vec::new();
    if !here.step.edits.is_empty() {
        rows.push((pen.word("report-step-changes"), Role::Plain, here.step.edits.join(", ")));
    }
    if !here.step.commands.is_empty() {
        rows.push((pen.word("report-step-runs"), Role::Code, here.step.commands.join("\n")));
    }
    if !rows.is_empty() {
        lines.push(Line::default());
        lines.extend(pen.rows(&rows, 0));
    }
    if let Some(page) = &here.step.read_on {
        lines.push(Line::default());
        lines.extend(step::read_on(pen, page, 0));
    }
    let of = here.step.offers.hints;
    for (number, hint) in (1..).zip(&here.hints) {
        lines.push(Line::default());
        lines.extend(step::hint(pen, number, of, hint));
    }
    paint::fitted(lines, columns.into(), state.style.unicode)
}

pub(super) fn checks_head(state: &State, beside: Option<String>) -> String {
    let (passed, of) = state.passed();
    let head = Text::new("screen-checks").with("passed", passed).with("of", of).render(state.lang);
    beside.map_or(head.clone(), |other| format!("{head} | Tab: {other}"))
}

/// The checks, what was found, and below it what was done and said.
pub(super) fn checks(state: &State, columns: u16) -> Vec<Line> {
    let pen = paint::pen(state, columns);
    let mut lines = Vec::new();
    // A failure says why nothing else is new: it comes first.
    for event in state.told.iter().filter(|event| matches!(event, Event::Failure(_))) {
        lines.extend(told(pen, event));
        lines.push(Line::default());
    }
    let mut said: Vec<&Verdict> = Vec::new();
    let mut before = None;
    for line in &state.checks {
        // Said once, above what it is about.
        if let Some(clock) = line.before.as_deref().filter(|clock| before != Some(*clock)) {
            let words = pen.say(&Text::new("screen-check-before").with("clock", clock));
            lines.extend(pen.hanging(Line::new(Role::Quoted, "! "), Role::Quoted, &words));
            before = Some(clock);
        }
        lines.extend(check_line(pen, line, &mut said));
    }
    if state.checks.is_empty() {
        lines.extend(pen.paragraph(Role::Dim, &pen.word("screen-no-checks"), 0));
    }
    if state.is_done() && state.running.is_none() {
        lines.push(Line::default());
        lines.extend(done(pen, state));
    }
    let rest: Vec<Line> = state
        .told
        .iter()
        .filter(|event| !matches!(event, Event::Failure(_) | Event::Diff(_) | Event::Prompt(_)))
        .flat_map(|event| told(pen, event))
        .collect();
    if !rest.is_empty() {
        lines.push(Line::default());
        lines.extend(rest);
    }
    while lines.last().is_some_and(Line::is_blank) {
        lines.pop();
    }
    paint::fitted(lines, columns.into(), state.style.unicode)
}

fn done(pen: Pen, state: &State) -> Vec<Line> {
    let here = state.here.as_ref().filter(|here| here.finished);
    let text = match here.map(|here| &here.next_lesson) {
        None => Text::new("screen-done"),
        Some(None) => Text::new("screen-finished"),
        Some(Some(next)) => Text::new("screen-finished-next").with("lesson", next.as_str()),
    };
    pen.hanging(Line::new(Role::Heading, "> "), Role::Strong, &pen.say(&text))
}

/// A check with what was found; `said` is what the checks above it have said already.
fn check_line<'s>(pen: Pen, line: &'s CheckLine, said: &mut Vec<&'s Verdict>) -> Vec<Line> {
    let waiting = match &line.state {
        CheckState::Answered(report) => {
            let drawn = match report.verdict.is_said_by(said.iter().copied()) {
                true => check::as_above(pen, report),
                false => check::finished(pen, report),
            };
            said.push(&report.verdict);
            // The line mode indents what it prints below a heading; a part of the screen has one.
            let mut lines: Vec<Line> = drawn.iter().map(undented).collect();
            if line.before.is_some() {
                lines = lines.iter().map(dimmed).collect();
            }
            return lines;
        }
        CheckState::Asked(Some(waits)) => waits.clone(),
        CheckState::Asked(None) => Text::new("screen-check-asked"),
        CheckState::Open if line.live => Text::new("screen-check-live"),
        CheckState::Open => Text::new("screen-check-open"),
    };
    let sign = if pen.style.unicode { "· " } else { ". " };
    let mut lines = pen.hanging(Line::new(Role::Dim, sign), Role::Plain, &line.title);
    let words = pen.say(&waiting);
    if let Some(last) = lines.pop() {
        let whole = last.clone().and(Role::Dim, &format!("  {words}"));
        let fits = whole.width() <= pen.style.measure();
        lines.push(if fits { whole } else { last });
        if !fits && matches!(line.state, CheckState::Asked(Some(_))) {
            lines.extend(pen.hanging(Line::plain("  "), Role::Dim, &words));
        }
    }
    lines
}

/// The line without the two spaces at its beginning.
fn undented(line: &Line) -> Line {
    let mut out = Line::default();
    for (at, span) in line.spans().iter().enumerate() {
        let text = if at == 0 { span.text().strip_prefix("  ").unwrap_or(span.text()) } else { span.text() };
        out = out.and(span.role, text);
    }
    out
}

/// The line as something that was so before.
fn dimmed(line: &Line) -> Line {
    line.spans().iter().fold(Line::default(), |out, span| out.and(Role::Dim, span.text()))
}

/// One thing that was said, as the line mode draws it.
pub(super) fn told(pen: Pen, event: &Event) -> Vec<Line> {
    match event {
        Event::Notice(notice) => overview::notice(pen, notice),
        Event::Failure(failure) => overview::failure(pen, failure),
        Event::Removal { resources, files } => overview::removal(pen, resources, files),
        Event::Effects(view) => overview::effects(pen, view),
        Event::Reset(view) => overview::reset(pen, view),
        Event::Diff(view) => step::diff(pen, view),
        Event::CommandStarted { command } => step::command_started(command),
        Event::CommandOutput { line, .. } => {
            let last = line.trim_end_matches('\r').rsplit('\r').next().unwrap_or(line);
            let room = pen.style.width.saturating_sub(2);
            vec![Line::new(Role::Dim, "| ").and(Role::Plain, &cut(last.trim_end(), room, pen.style.unicode))]
        }
        Event::CommandFinished { code, ms, .. } => step::command_finished(pen, *code, *ms),
        Event::Answer { right, explanation } => step::answer(pen, *right, explanation),
        // Shown elsewhere on the screen, or not kept.
        Event::Lessons(_)
        | Event::Course(_)
        | Event::Intro { .. }
        | Event::Step(_)
        | Event::CheckStarted { .. }
        | Event::CheckFinished(_)
        | Event::StepFinished(_)
        | Event::CheckRun(_)
        | Event::Waiting { .. }
        | Event::Progress(_)
        | Event::Hint { .. }
        | Event::Prompt(_)
        | Event::Question(_)
        | Event::Status(_)
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
        | Event::Keys(_) => Vec::new(),
    }
}
