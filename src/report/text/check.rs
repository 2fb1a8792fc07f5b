//! Draws what came of checks: the verdict with its evidence, the learner's line with a caret, each
//! replica's share as a bar.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::pen::Pen;
use super::table;
use crate::check::{Outcome, Place, Share, Table};
use crate::event::{CheckReport, CheckRun, Predicted, StepReport};
use crate::lesson::markdown::Inline;
use crate::report::line::{Line, Role, clean, is_hostile, width};
use crate::text::Text;

/// Bars are at most this long: they are drawn with blocks that some locales show two columns wide.
const LONGEST_BAR: usize = 24;

/// One check: a line where it passed, its evidence where it did not.
pub(crate) fn finished(pen: Pen, report: &CheckReport) -> Vec<Line> {
    let verdict = &report.verdict;
    let message = pen.say(&verdict.message);
    let head = Line::plain("  ").with_line(pen.verdict(verdict.outcome)).and(Role::Plain, "  ");
    if verdict.is_pass() {
        let mut lines = passed(pen, &head, &message, report);
        if !report.proves.is_empty() {
            lines.extend(pen.paragraph(Role::Dim, &report.proves, 4));
        }
        lines.extend(report.predictions.iter().flat_map(|one| predicted(pen, one, 4)));
        lines.extend(evidence(pen, report));
        return lines;
    }
    let mut lines = titled(pen, head, Role::Strong, report, |line| {
        let named = line.clone().and(Role::Dim, &format!("  {}", report.id));
        let fits = named.width() <= pen.style.measure() && report.id != report.title;
        if fits { named } else { line }
    });
    lines.extend(pen.paragraph(Role::Plain, &message, 4));
    if let Some(place) = &verdict.place {
        lines.push(Line::default());
        lines.extend(excerpt(pen, place, 4));
    }
    let row =
        |key, text: &Option<Text>| text.as_ref().map(|text| (pen.word(key), Role::Plain, pen.say(text)));
    let rows: Vec<_> = [row("report-expected", &verdict.expected), row("report-observed", &verdict.observed)]
        .into_iter()
        .flatten()
        .collect();
    if !rows.is_empty() {
        lines.push(Line::default());
        lines.extend(pen.rows(&rows, 4));
    }
    lines.extend(evidence(pen, report));
    lines.push(Line::default());
    lines
}

/// A check of which the same is to be said as of one above it.
pub(crate) fn as_above(pen: Pen, report: &CheckReport) -> Vec<Line> {
    let head = Line::plain("  ").with_line(pen.verdict(report.verdict.outcome)).and(Role::Plain, "  ");
    let mut lines = pen.hanging(head, Role::Strong, &report.title);
    lines.extend(pen.paragraph(Role::Dim, &pen.word("report-as-above"), 4));
    lines.push(Line::default());
    lines
}

/// What the learner expected, and what it was; the whole message of a check stands above already.
pub(crate) fn predicted(pen: Pen, one: &Predicted, indent: usize) -> Vec<Line> {
    let text = match &one.measured {
        Some(measured) if one.is_figure => {
            let text = Text::new("report-predicted").with("measured", measured.clone());
            text.with("guess", one.guess.as_str())
        }
        _ => Text::new("report-predicted-words").with("guess", one.guess.as_str()),
    };
    let sign = if pen.style.unicode { "↔ " } else { "= " };
    let first = Line::plain(&" ".repeat(indent)).and(Role::Heading, sign);
    pen.hanging(first, Role::Strong, &pen.say(&text))
}

/// The message on the same line where there is room, else below.
fn passed(pen: Pen, head: &Line, message: &str, report: &CheckReport) -> Vec<Line> {
    let beside = head.clone().and(Role::Plain, &report.title).and(Role::Plain, "  ").and(Role::Dim, message);
    if !message.is_empty() && beside.width() <= pen.style.measure() && !message.contains('\n') {
        return vec![beside];
    }
    let mut lines = titled(pen, head.clone(), Role::Plain, report, |line| line);
    if !message.is_empty() {
        lines.extend(pen.paragraph(Role::Dim, message, 4));
    }
    lines
}

/// What the check is called, over as many lines as it needs; on the last one what `more` puts there,
/// and its time.
fn titled(pen: Pen, head: Line, role: Role, report: &CheckReport, more: impl Fn(Line) -> Line) -> Vec<Line> {
    let mut lines = pen.hanging(head, role, &report.title);
    if let Some(last) = lines.pop() {
        lines.push(took(pen, more(last), report.ms));
    }
    lines
}

/// Seconds are worth a word from one on.
fn took(pen: Pen, line: Line, ms: f64) -> Line {
    if ms < 1000.0 {
        return line;
    }
    let seconds = Text::new("report-seconds").with("seconds", format!("{:.1}", ms / 1000.0));
    let longer = line.clone().and(Role::Dim, &format!("  {}", pen.say(&seconds)));
    if longer.width() > pen.style.measure() { line } else { longer }
}

fn evidence(pen: Pen, report: &CheckReport) -> Vec<Line> {
    let mut lines = Vec::new();
    let parts = [shares(pen, &report.verdict.shares, 4), quoted(&report.verdict.lines)];
    let tables = report.verdict.tables.iter().map(|table| figures(pen, table));
    for part in parts.into_iter().chain(tables).filter(|part| !part.is_empty()) {
        lines.push(Line::default());
        lines.extend(part);
    }
    lines
}

/// A table of figures, four columns in.
fn figures(pen: Pen, figures: &Table) -> Vec<Line> {
    let cell = |words: String| vec![Inline::Text(words)];
    let head: Vec<_> = figures.head.iter().map(|text| cell(pen.say(text))).collect();
    let rows: Vec<Vec<_>> = figures.rows.iter().map(|row| row.iter().cloned().map(cell).collect()).collect();
    let margin = Line::plain("    ");
    let drawn = table::draw(pen, &head, &rows, pen.style.measure().saturating_sub(4));
    drawn.into_iter().map(|line| line.after(&margin)).collect()
}

/// Foreign lines as they are, control characters escaped.
fn quoted(lines: &[String]) -> Vec<Line> {
    let lines = lines.iter().flat_map(|line| line.lines());
    lines.map(|line| Line::plain("    ").and(Role::Dim, "| ").and(Role::Plain, line)).collect()
}

/// Each replica's label, count, and a bar scaled to the largest count.
fn shares(pen: Pen, shares: &[Share], indent: usize) -> Vec<Line> {
    bars(pen, shares, shares.iter().map(|share| share.count).max().unwrap_or(0), indent)
}

/// Each replica's label, count, and a bar that is whole at `most`.
pub(crate) fn bars(pen: Pen, shares: &[Share], most: u32, indent: usize) -> Vec<Line> {
    let label = shares.iter().map(|share| width(&clean(&share.label))).max().unwrap_or(0);
    let most = shares.iter().map(|share| share.count).max().unwrap_or(0).max(most).max(1);
    let number = most.to_string().len();
    let room = pen.style.measure().saturating_sub(indent + label + number + 4).clamp(1, LONGEST_BAR);
    let block = if pen.style.unicode { "█" } else { "#" };
    let one = |share: &Share| {
        let exact = f64::from(share.count) / f64::from(most) * room as f64;
        let cells = (exact.round() as usize).max(usize::from(share.count > 0));
        let line = Line::plain(&" ".repeat(indent)).and(Role::Plain, &share.label).to(indent + label + 2);
        let number = format!("{:>number$}", share.count);
        match cells {
            0 => line.and(Role::NotYet, &number),
            _ => line.and(Role::Plain, &number).and(Role::Plain, "  ").and(Role::Code, &block.repeat(cells)),
        }
    };
    shares.iter().map(one).collect()
}

/// The learner's line with a caret under the place, as compilers show it.
pub(crate) fn excerpt(pen: Pen, place: &Place, indent: usize) -> Vec<Line> {
    // One character for one, so that the columns stay what they are.
    let safe = |c: char| if is_hostile(c) { '\u{fffd}' } else { c };
    let source: String = place.source.chars().filter(|c| *c != '\n').map(safe).collect();
    let at = |column: usize| source.char_indices().nth(column).map_or(source.len(), |(byte, _)| byte);
    let column = (place.column.max(1) - 1) as usize;
    let (start, end) = (at(column), at(column.saturating_add(place.width.max(1) as usize)));
    let file = clean(&place.file);
    let snippet = Snippet::source(source.as_str())
        .line_start(place.line.max(1) as usize)
        .path(file.as_ref())
        .annotation(AnnotationKind::Primary.span(start..end.max(start)));
    let report = [Group::with_level(Level::ERROR).element(snippet)];
    let renderer = if pen.style.color { Renderer::styled() } else { Renderer::plain() };
    let drawn = renderer.term_width(pen.style.width.saturating_sub(indent + 1)).render(&report);
    let margin = Line::plain(&" ".repeat(indent));
    drawn.lines().map(|line| Line::drawn(line.trim_end().to_owned()).after(&margin)).collect()
}

/// A step's result in one line, after its checks.
pub(crate) fn step_finished(pen: Pen, step: &StepReport) -> Vec<Line> {
    let head = Line::default().with_line(pen.verdict(step.outcome)).and(Role::Plain, "  ");
    let mut lines = pen.hanging(head, Role::Strong, &step_result(pen, step));
    if step.left_out > 0 {
        let words = pen.say(&Text::new("report-left-out").with("count", step.left_out));
        lines.extend(pen.paragraph(Role::Dim, &words, 2));
    }
    lines
}

/// A step's result in words.
pub(crate) fn step_result(pen: Pen, step: &StepReport) -> String {
    let passed = step.checks.iter().filter(|check| check.verdict.is_pass()).count();
    let words = Text::new("report-step-result")
        .with("number", step.number)
        .with("title", step.title.as_str())
        .with("passed", passed)
        .with("of", step.checks.len());
    pen.say(&words)
}

/// The result of several steps in one line; one step has said its own already.
pub(crate) fn run_finished(pen: Pen, run: &CheckRun) -> Vec<Line> {
    if run.steps.len() == 1 {
        return Vec::new();
    }
    let head = Line::default().with_line(pen.verdict(run.outcome)).and(Role::Plain, "  ");
    pen.hanging(head, Role::Strong, &run_result(pen, run))
}

/// A run's result in words.
pub(crate) fn run_result(pen: Pen, run: &CheckRun) -> String {
    let words = match run.steps.as_slice() {
        [] => Text::new("report-nothing-checked"),
        [step] => return step_result(pen, step),
        all => {
            let passed = all.iter().filter(|step| step.outcome == Outcome::Pass).count();
            Text::new("report-run-result")
                .with("lesson", run.lesson.as_str())
                .with("passed", passed)
                .with("of", all.len())
        }
    };
    pen.say(&words)
}
