//! Draws what only a demo has: a change in few words, and the table at its end.

use super::pen::Pen;
use crate::check::Outcome;
use crate::event::{ChangeView, DemoRun, StepReport};
use crate::report::line::{Line, Role, Span, clean, cut, width, wrap};
use crate::text::{Arg, Text};

/// A file with its changed lines, or their number.
pub fn change(pen: Pen, view: &ChangeView) -> Vec<Line> {
    let minus = if pen.style.unicode { "−" } else { "-" };
    let head = Line::plain("  ")
        .and(Role::Strong, &view.file)
        .and(Role::Plain, "  ")
        .and(Role::Added, &format!("+{}", view.added))
        .and(Role::Plain, " ")
        .and(Role::Removed, &format!("{minus}{}", view.removed));
    let limit = pen.style.measure().saturating_sub(4);
    let line = |line: &String| {
        let role = if line.starts_with('+') { Role::Added } else { Role::Removed };
        Line::plain("    ").and(role, &cut(&clean(line), limit, pen.style.unicode))
    };
    std::iter::once(head).chain(view.lines.iter().map(line)).collect()
}

/// The columns' widths.
struct Columns {
    number: usize,
    title: usize,
    checks: usize,
    outcome: usize,
    time: usize,
}

const GAP: usize = 2;

impl Columns {
    fn new(pen: Pen, demo: &DemoRun, times: &[String], checks: &[String]) -> Self {
        let widest = |words: &[String], head: &'static str| {
            words.iter().map(|word| width(word)).max().unwrap_or(0).max(width(&pen.word(head)))
        };
        let number = demo.run.steps.iter().map(|step| step.number.to_string().len()).max().unwrap_or(1);
        let outcome = pen.verdict(Outcome::Pass).width().max(width(&pen.word("report-demo-outcome")));
        let time = widest(times, "report-demo-time");
        let checks = widest(checks, "report-demo-checks");
        let others = number + outcome + time + checks + 4 * GAP;
        let longest = demo.run.steps.iter().map(|step| width(&step.title)).max().unwrap_or(0);
        let room = pen.style.measure().saturating_sub(others + 1).max(12);
        let title = longest.max(width(&pen.word("report-demo-step"))).min(room);
        Self { number, title, checks, outcome, time }
    }

    const fn after_title(&self) -> usize {
        self.number + GAP + self.title + GAP
    }

    /// The cells right of the title, numbers at the right edge of their column.
    fn cells(&self, line: Line, checks: &str, outcome: Line, time: &str) -> Line {
        let right = |column: usize, wide: usize, text: &str| column + wide.saturating_sub(width(text));
        let at = self.after_title();
        let line = line.to(right(at, self.checks, checks)).and(Role::Plain, checks);
        let at = at + self.checks + GAP;
        let line = line.to(at).with_line(outcome);
        let at = at + self.outcome + GAP;
        line.to(right(at, self.time, time)).and(Role::Plain, time)
    }

    const fn width(&self) -> usize {
        self.after_title() + self.checks + GAP + self.outcome + GAP + self.time
    }
}

/// A row a step, then [`result`].
pub fn summary(pen: Pen, demo: &DemoRun) -> Vec<Line> {
    let times: Vec<String> = demo.ms.iter().map(|ms| pen.say(&seconds(*ms))).collect();
    let checks: Vec<String> = demo.run.steps.iter().map(passed).collect();
    let columns = Columns::new(pen, demo, &times, &checks);
    let word = |key| pen.word(key);
    let head = Line::default().to(columns.number + GAP).and(Role::Strong, &word("report-demo-step"));
    let outcome = Line::new(Role::Strong, &word("report-demo-outcome"));
    let mut lines =
        vec![columns.cells(head, &word("report-demo-checks"), outcome, &word("report-demo-time"))];
    lines.push(Pen::rule(columns.width()));
    for (step, (time, checks)) in demo.run.steps.iter().zip(times.iter().zip(&checks)) {
        lines.extend(row(pen, &columns, step, checks, time));
    }
    lines.push(Pen::rule(columns.width()));
    lines.extend(result(pen, demo));
    lines
}

fn row(pen: Pen, columns: &Columns, step: &StepReport, checks: &str, time: &str) -> Vec<Line> {
    let number = columns.number;
    let first = Line::new(Role::Dim, &format!("{:>number$}", step.number)).to(number + GAP);
    let rest = Line::default().to(number + GAP);
    let title = Span::plain(&step.title);
    let mut lines = wrap(&[title], &first, &rest, number + GAP + columns.title);
    if let Some(line) = lines.first_mut() {
        *line = columns.cells(std::mem::take(line), checks, pen.verdict(step.outcome), time);
    }
    lines
}

/// The last lines: where it stopped and why, and the whole in one line.
pub fn result(pen: Pen, demo: &DemoRun) -> Vec<Line> {
    let mut lines = Vec::new();
    if let Some(step) = demo.run.steps.last().filter(|_| demo.stopped) {
        let text =
            Text::new("report-demo-stopped").with("number", step.number).with("title", step.title.as_str());
        lines.extend(pen.paragraph(Role::NotYet, &pen.say(&text), 0));
        for check in step.checks.iter().filter(|check| !check.verdict.is_pass()) {
            let first = Line::plain("  ").and(Role::Strong, &check.id).and(Role::Plain, "  ");
            lines.extend(pen.hanging(first, Role::Plain, &pen.say(&check.verdict.message)));
        }
    }
    let passed = demo.run.steps.iter().filter(|step| step.outcome == Outcome::Pass).count();
    let words = Text::new("report-demo-result")
        .with("lesson", demo.run.lesson.as_str())
        .with("passed", passed)
        .with("of", demo.of)
        .with("time", seconds(demo.total_ms))
        .with("engine", demo.run.engine.name());
    // A step that was not played has not passed.
    let outcome = match demo.run.outcome {
        Outcome::Pass if demo.run.steps.len() < demo.of => Outcome::NotYet,
        outcome => outcome,
    };
    let head = Line::default().with_line(pen.verdict(outcome)).and(Role::Plain, "  ");
    lines.extend(pen.hanging(head, Role::Strong, &pen.say(&words)));
    lines
}

fn passed(step: &StepReport) -> String {
    let passed = step.checks.iter().filter(|check| check.verdict.is_pass()).count();
    format!("{passed}/{}", step.checks.len())
}

fn seconds(ms: u64) -> Text {
    let tenths = (ms + 50) / 100;
    Text::new("report-seconds").with("seconds", Arg::Word(format!("{}.{}", tenths / 10, tenths % 10)))
}
