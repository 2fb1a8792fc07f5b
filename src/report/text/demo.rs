//! Draws what only a demo has: a change in few words, and the table at its end.

use super::check::bars;
use super::pen::Pen;
use super::prose;
use super::step::indented;
use crate::check::Outcome;
use crate::event::{
    ChangeView, DemoRun, NotesStep, NotesView, ScriptAction, ScriptStep, ScriptView, StepReport, TrafficView,
};
use crate::lesson::markdown::blocks;
use crate::report::Style;
use crate::report::line::{Line, Role, Span, clean, cut, width, wrap};
use crate::text::{Arg, Text};

/// A file with its changed lines, or their number.
pub(super) fn change(pen: Pen, view: &ChangeView) -> Vec<Line> {
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
pub(super) fn summary(pen: Pen, demo: &DemoRun) -> Vec<Line> {
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
pub(super) fn result(pen: Pen, demo: &DemoRun) -> Vec<Line> {
    let mut lines = Vec::new();
    if let Some(step) = demo.run.steps.last().filter(|_| demo.stopped) {
        let text =
            Text::new("report-demo-stopped").with("number", step.number).with("title", step.title.as_str());
        lines.extend(pen.paragraph(Role::NotYet, &pen.say(&text), 0));
        for check in step.checks.iter().filter(|check| !check.verdict.is_pass()) {
            let first = Line::plain("  ").and(Role::Strong, &check.title).and(Role::Plain, "  ");
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

/// Where requests go, while they go.
pub(super) fn traffic(pen: Pen, view: &TrafficView) -> Vec<Line> {
    let mut lines = bars(pen, &view.shares, view.whole, 4);
    let role = if view.failed == 0 { Role::Dim } else { Role::NotYet };
    lines.push(Line::plain("    ").and(role, &sent(pen, view)));
    lines
}

/// How many requests were sent so far, and how many failed.
pub(super) fn sent(pen: Pen, view: &TrafficView) -> String {
    let sent: u32 = view.shares.iter().map(|share| share.count).sum();
    pen.say(&Text::new("report-traffic").with("sent", sent + view.failed).with("failed", view.failed))
}

/// What a demo would do, and how long it is planned to take.
pub(super) fn script(pen: Pen, view: &ScriptView) -> Vec<Line> {
    let mut lines = pen.paragraph(Role::Heading, &view.title, 0);
    for step in &view.steps {
        lines.push(Line::default());
        lines.extend(script_step(pen, step));
    }
    let minutes: u32 = view.steps.iter().map(|step| step.minutes).sum();
    let words = Text::new("report-script-sum").with("count", view.steps.len()).with("minutes", minutes);
    lines.push(Line::default());
    lines.extend(pen.paragraph(Role::Strong, &pen.say(&words), 0));
    lines
}

fn script_step(pen: Pen, step: &ScriptStep) -> Vec<Line> {
    let number = format!("{:>2}", step.number);
    let first = Line::new(Role::Dim, &number).and(Role::Plain, "  ");
    let mut lines = pen.hanging(first, Role::Heading, &step.title);
    let key = if step.optional { "report-step-minutes-optional" } else { "report-step-minutes" };
    if step.left_out {
        lines.extend(pen.paragraph(Role::Dim, &pen.word("report-script-left-out"), 4));
        return lines;
    }
    let words = format!("{} · {}", step.id, pen.say(&Text::new(key).with("minutes", step.minutes)));
    let words = if pen.style.unicode { words } else { words.replace('·', "-") };
    lines.extend(pen.paragraph(Role::Dim, &words, 4));
    let narrow = Pen::new(Style { width: pen.style.measure() - 2, ..pen.style }, pen.lang);
    let (mut edits, mut commands) = (step.edits.iter(), step.commands.iter());
    let said = |text: Text| pen.paragraph(Role::Plain, &pen.say(&text), 4);
    for action in &step.order {
        lines.extend(match action {
            ScriptAction::Copies => said(Text::new("report-script-copies").with("count", step.copies)),
            ScriptAction::Edits(count) => {
                let shown = edits.by_ref().take(*count).flat_map(|edit| change(narrow, edit)).collect();
                indented(shown, 2).collect()
            }
            ScriptAction::Command => {
                let line = commands.next().map(String::as_str).unwrap_or_default();
                vec![Line::plain("    ").and(Role::Dim, "$ ").and(Role::Strong, line)]
            }
            ScriptAction::Requests(count) => said(Text::new("report-script-requests").with("count", *count)),
            ScriptAction::Holds(id) => said(Text::new("app-then-check").with("check", id.as_str())),
        });
    }
    let asked = |key, ids: &Vec<String>| {
        let words = pen.say(&Text::new(key).with("ids", ids.clone()));
        if ids.is_empty() { Vec::new() } else { pen.hanging(Line::plain("    "), Role::Plain, &words) }
    };
    lines.extend(asked("report-script-predictions", &step.predictions));
    lines.extend(asked("report-script-questions", &step.questions));
    lines.extend(asked("report-script-checks", &step.checks));
    lines
}

/// Where the demo is, and the notes of the step at hand and of the next one.
pub(super) fn notes(pen: Pen, view: &NotesView) -> Vec<Line> {
    let mut lines = Vec::new();
    for words in &view.standing {
        lines.extend(pen.paragraph(Role::Strong, &pen.say(words), 0));
    }
    for step in &view.steps {
        lines.push(Line::default());
        lines.extend(notes_step(pen, step));
    }
    lines
}

fn notes_step(pen: Pen, step: &NotesStep) -> Vec<Line> {
    let first = Line::new(Role::Dim, &step.number.to_string()).and(Role::Plain, "  ");
    let mut lines = pen.hanging(first, Role::Heading, &step.title);
    let words = Text::new("report-step-minutes").with("minutes", step.minutes);
    lines.extend(pen.paragraph(Role::Dim, &pen.say(&words), 0));
    match &step.notes {
        Some(notes) => lines.extend(prose::draw(pen, &blocks(notes), pen.style.measure())),
        None => lines.extend(pen.paragraph(Role::Dim, &pen.word("report-no-notes"), 0)),
    }
    lines
}

/// Keys, and what each of them does.
pub(super) fn keys(pen: Pen, keys: &[(Text, Text)]) -> Vec<Line> {
    let rows: Vec<_> = keys.iter().map(|(key, what)| (pen.say(key), Role::Plain, pen.say(what))).collect();
    pen.rows(&rows, 2)
}

fn passed(step: &StepReport) -> String {
    let passed = step.checks.iter().filter(|check| check.verdict.is_pass()).count();
    format!("{passed}/{}", step.checks.len())
}

fn seconds(ms: u64) -> Text {
    let tenths = (ms + 50) / 100;
    Text::new("report-seconds").with("seconds", Arg::Word(format!("{}.{}", tenths / 10, tenths % 10)))
}
