//! Draws what a learner reads on the way through a step: its text, hints, questions, changes.

use super::code::diff_role;
use super::pen::Pen;
use super::prose;
use crate::event::{DiffView, FileDiff, QuestionView, StepView};
use crate::lesson::markdown::Block;
use crate::lesson::markdown::ReadOn;
use crate::lesson::prediction::GuessKind;
use crate::report::line::{Line, Role, Span, width, wrap};
use crate::text::{Arg, Text};

/// The lesson's opening: title and text.
pub(crate) fn intro(pen: Pen, title: &str, blocks: &[Block]) -> Vec<Line> {
    let mut lines = pen.paragraph(Role::Heading, title, 0);
    lines.push(Pen::rule(width(title).min(pen.style.measure())));
    lines.push(Line::default());
    lines.extend(prose::draw(pen, blocks, pen.style.measure()));
    lines
}

/// A step: where it stands, its text, what it changes and offers.
pub(crate) fn step(pen: Pen, view: &StepView) -> Vec<Line> {
    let place = Text::new("report-step-of").with("number", view.number).with("of", view.of);
    let place = pen.say(&place);
    let first = Line::new(Role::Dim, &place).and(Role::Plain, "  ");
    let mut lines = pen.hanging(first, Role::Heading, &view.title);
    if view.minutes > 0 {
        let key = if view.optional { "report-step-minutes-optional" } else { "report-step-minutes" };
        lines.extend(pen.paragraph(Role::Dim, &pen.say(&Text::new(key).with("minutes", view.minutes)), 0));
    }
    lines.push(Pen::rule(lines.first().map_or(0, Line::width)));
    lines.push(Line::default());
    lines.extend(prose::draw(pen, &view.blocks, pen.style.measure()));
    if let Some(page) = &view.read_on {
        lines.push(Line::default());
        lines.extend(read_on(pen, page, 2));
    }
    let rows = offers(pen, view);
    if !rows.is_empty() {
        lines.push(Line::default());
        lines.extend(pen.rows(&rows, 2));
    }
    lines
}

/// Where to read more: the page's title and its address, which is never cut.
pub(crate) fn read_on(pen: Pen, page: &ReadOn, indent: usize) -> Vec<Line> {
    let words = format!("{}\n{}", page.title, page.url);
    pen.rows(&[(pen.word("report-read-on"), Role::Plain, words)], indent)
}

fn offers(pen: Pen, view: &StepView) -> Vec<(String, Role, String)> {
    let mut rows = Vec::new();
    if !view.edits.is_empty() {
        rows.push((pen.word("report-step-changes"), Role::Plain, view.edits.join(", ")));
    }
    if !view.commands.is_empty() {
        rows.push((pen.word("report-step-runs"), Role::Code, view.commands.join("\n")));
    }
    let offers = view.offers;
    let words: Vec<String> = [
        (offers.diff, Text::new("report-offer-diff")),
        (offers.apply, Text::new("report-offer-apply")),
        (offers.prompt, Text::new("report-offer-prompt")),
        (offers.hints > 0, Text::new("report-offer-hints").with("count", offers.hints)),
        (offers.prediction, Text::new("report-offer-prediction")),
        (offers.question, Text::new("report-offer-question")),
        (offers.confirm, Text::new("report-offer-confirm")),
    ]
    .into_iter()
    .filter_map(|(there, text)| there.then(|| pen.say(&text)))
    .collect();
    if !words.is_empty() {
        rows.push((pen.word("report-step-offers"), Role::Plain, words.join(", ")));
    }
    rows
}

/// One hint, and which of how many it is.
pub(crate) fn hint(pen: Pen, number: usize, of: usize, blocks: &[Block]) -> Vec<Line> {
    let head = Text::new("report-hint").with("number", number).with("of", of);
    let mut lines = pen.paragraph(Role::Heading, &pen.say(&head), 0);
    lines.extend(indented(prose::draw(pen, blocks, pen.style.measure() - 2), 2));
    lines
}

/// A question and its numbered choices.
pub(crate) fn question(pen: Pen, view: &QuestionView) -> Vec<Line> {
    let head = if view.guess.is_some() { "report-prediction" } else { "report-question" };
    let mut lines = pen.paragraph(Role::Heading, &pen.word(head), 0);
    lines.extend(indented(prose::draw(pen, &view.text, pen.style.measure() - 2), 2));
    if let Some(kind) = view.guess {
        lines.extend(pen.paragraph(Role::Dim, &pen.say(&form(kind, view.unit.as_deref())), 2));
    }
    lines.push(Line::default());
    for (at, choice) in view.choices.iter().enumerate() {
        let first = Line::plain("  ").and(Role::Strong, &format!("{}. ", at + 1));
        lines.extend(pen.hanging(first, Role::Plain, choice));
    }
    lines
}

/// What a prediction wants for an answer; nothing of it is right or wrong.
fn form(kind: GuessKind, unit: Option<&str>) -> Text {
    match (kind, unit) {
        (GuessKind::Number, Some(unit)) => Text::new("report-guess-unit").with("unit", unit),
        (GuessKind::Number, None) => Text::new("report-guess-number"),
        (GuessKind::Text, _) => Text::new("report-guess-text"),
        (GuessKind::Choice, _) => Text::new("report-guess-choice"),
    }
}

/// Whether an answer was right, and why.
pub(crate) fn answer(pen: Pen, right: bool, explanation: &[Block]) -> Vec<Line> {
    let (role, key, sign) = match (right, pen.style.unicode) {
        (true, true) => (Role::Pass, "report-answer-right", "✓"),
        (true, false) => (Role::Pass, "report-answer-right", "+"),
        (false, true) => (Role::NotYet, "report-answer-wrong", "✗"),
        (false, false) => (Role::NotYet, "report-answer-wrong", "x"),
    };
    let mut lines = vec![Line::new(role, sign).and(Role::Plain, " ").and(role, &pen.word(key))];
    lines.extend(indented(prose::draw(pen, explanation, pen.style.measure() - 2), 2));
    lines
}

/// Diffs as `patch` would read them: nothing indented, nothing wrapped.
pub(crate) fn diff(pen: Pen, view: &DiffView) -> Vec<Line> {
    if view.files.iter().all(|file| file.unified.trim().is_empty()) {
        return pen.paragraph(Role::Dim, &pen.word("report-no-diff"), 0);
    }
    view.files.iter().flat_map(file_diff).collect()
}

fn file_diff(file: &FileDiff) -> Vec<Line> {
    let mut lines = Vec::new();
    if !file.unified.starts_with("--- ") {
        lines.push(Line::new(Role::Strong, &format!("--- a/{}", file.path)));
        lines.push(Line::new(Role::Strong, &format!("+++ b/{}", file.path)));
    }
    let mut in_hunk = false;
    for line in file.unified.lines() {
        in_hunk |= line.starts_with("@@");
        let header = !in_hunk && (line.starts_with("--- ") || line.starts_with("+++ "));
        lines.push(Line::new(if header { Role::Strong } else { diff_role(line) }, line));
    }
    lines
}

/// A command that starts, as one would type it.
pub(crate) fn command_started(command: &str) -> Vec<Line> {
    command.lines().map(|line| Line::new(Role::Dim, "$ ").and(Role::Strong, line)).collect()
}

/// How a command ended.
pub(crate) fn command_finished(pen: Pen, code: Option<i32>, ms: u64) -> Vec<Line> {
    let seconds = Arg::Word(format!("{}.{}", ms / 1000, ms % 1000 / 100));
    let (role, text) = match code {
        Some(0) => (Role::Pass, Text::new("report-command-done")),
        Some(code) => (Role::NotYet, Text::new("report-command-failed").with("code", code.to_string())),
        None => (Role::NotYet, Text::new("report-command-ended")),
    };
    let words = pen.say(&text.with("seconds", seconds));
    wrap(&[Span::new(role, &words)], &Line::plain("  "), &Line::plain("  "), pen.style.measure())
}

/// `lines` moved right, blank ones left blank.
pub(crate) fn indented(lines: Vec<Line>, by: usize) -> impl Iterator<Item = Line> {
    let margin = Line::default().to(by);
    lines.into_iter().map(move |line| if line.is_blank() { line } else { line.after(&margin) })
}
