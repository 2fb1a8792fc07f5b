//! What stands in front of the step, between head and foot: the lesson's opening, a question with
//! what it is about, a diff, the prompt, the steps, the logs, the help.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};

use super::state::{Asked, Layer, LogRow, State, found};
use super::{Reach, bars, paint, panes};
use crate::event::{Event, StepLine, StepState};
use crate::report::line::{Line, Role, clean, cut, width};
use crate::report::text::pen::Pen;
use crate::report::text::{picture, step};

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, state: &State, layer: &Layer) -> Reach {
    let area = Rect { x: area.x + 1, width: area.width - 2, ..area };
    let page = usize::from(area.height).max(1);
    let pen = paint::pen(state, area.width);
    let prose = paint::prose_pen(state, area.width);
    let lines = match layer {
        Layer::Steps { filter, chosen } => {
            steps(frame, area, state, filter, *chosen);
            return Reach { page, ..Reach::default() };
        }
        Layer::Logs => return logs(frame, area, state),
        Layer::Asked(asked) => asked_lines(pen, prose, asked),
        Layer::Intro { title, blocks } => step::intro(prose, title, blocks),
        Layer::Diff(view) => step::diff(pen, view),
        Layer::Prompt(prompt) => prompt_lines(pen, prompt),
        Layer::Picture => picture_lines(pen, state),
        Layer::Help => help(pen),
        Layer::Scale { .. } | Layer::Sure(_) => Vec::new(),
    };
    let lines = paint::fitted(lines, area.width.into(), state.style.unicode);
    let most = paint::put(frame, area, &lines, state.layer_scroll, state.style.color);
    bars::more(frame, state, most.saturating_sub(state.layer_scroll));
    Reach { layer: most, page, ..Reach::default() }
}

fn asked_lines(pen: Pen, prose: Pen, asked: &Asked) -> Vec<Line> {
    let mut lines = Vec::new();
    for event in &asked.said {
        let part = match event {
            Event::Question(view) => {
                let view = crate::event::QuestionView { choices: Vec::new(), ..view.clone() };
                step::question(prose, &view)
            }
            Event::Answer { right, explanation } => step::answer(prose, *right, explanation),
            event => panes::told(pen, event),
        };
        if !part.is_empty() && !lines.is_empty() && !matches!(event, Event::Notice(_)) {
            lines.push(Line::default());
        }
        lines.extend(part);
    }
    if !asked.items.is_empty() {
        lines.push(Line::default());
    }
    for (at, item) in asked.items.iter().enumerate() {
        let (role, sign) = if at == asked.chosen { (Role::Heading, "> ") } else { (Role::Plain, "  ") };
        let first = Line::new(role, &format!("{sign}{}. ", at + 1));
        lines.extend(pen.hanging(first, if at == asked.chosen { Role::Strong } else { Role::Plain }, item));
    }
    lines
}

fn prompt_lines(pen: Pen, prompt: &str) -> Vec<Line> {
    let mut lines = pen.paragraph(Role::Dim, &pen.word("screen-prompt-copied"), 0);
    lines.push(Line::default());
    for line in prompt.lines() {
        let indent = line.len() - line.trim_start().len();
        lines.extend(pen.paragraph(Role::Plain, line.trim(), indent.min(8)));
    }
    lines
}

fn picture_lines(pen: Pen, state: &State) -> Vec<Line> {
    match &state.picture {
        Some(view) => picture::picture(pen, view),
        None => pen.paragraph(Role::Dim, &pen.word("screen-no-picture"), 0),
    }
}

/// Every key, in groups.
fn help(pen: Pen) -> Vec<Line> {
    const KEYS: [(&str, &str); 22] = [
        ("Enter", "screen-help-enter"),
        ("c", "screen-help-check"),
        ("a", "screen-help-apply"),
        ("h", "screen-help-hint"),
        ("d", "screen-help-diff"),
        ("p", "screen-help-prompt"),
        ("y", "screen-help-answer"),
        ("n", "screen-help-next"),
        ("b", "screen-help-back"),
        ("g", "screen-help-steps"),
        ("l", "screen-help-logs"),
        ("w", "screen-help-picture"),
        ("s  + -", "screen-help-scale"),
        ("o", "screen-help-open"),
        ("u", "screen-help-undo"),
        ("r", "screen-help-reset"),
        ("e", "screen-help-language"),
        ("Tab", "screen-help-tab"),
        ("z", "screen-help-zoom"),
        ("PgUp PgDn j k", "screen-help-scroll"),
        ("Esc", "screen-help-escape"),
        ("q", "screen-help-quit"),
    ];
    let rows: Vec<(String, Role, String)> =
        KEYS.iter().map(|(key, word)| ((*key).to_owned(), Role::Plain, pen.word(word))).collect();
    let mut lines = pen.rows(&rows, 0);
    lines.push(Line::default());
    lines.extend(pen.paragraph(Role::Dim, &pen.word("screen-help-saved"), 0));
    lines.extend(pen.paragraph(Role::Dim, &pen.word("screen-help-plain"), 0));
    lines
}

/// The steps that a search is for: by number, id or title.
pub(crate) fn matching<'a>(steps: &'a [StepLine], filter: &str) -> Vec<&'a StepLine> {
    let wanted = filter.trim().to_lowercase();
    let is_number = wanted.parse::<usize>().ok();
    let fits = |step: &&StepLine| match is_number {
        Some(_) => step.number.to_string().starts_with(&wanted),
        None => step.title.to_lowercase().contains(&wanted) || step.id.contains(&wanted),
    };
    steps.iter().filter(fits).collect()
}

fn steps(frame: &mut Frame<'_>, area: Rect, state: &State, filter: &str, chosen: usize) {
    let Some(here) = &state.here else { return };
    let found = matching(&here.status.steps, filter);
    let color = state.style.color;
    let pen = paint::pen(state, area.width);
    if found.is_empty() {
        let lines = pen.paragraph(Role::Dim, &pen.word("screen-no-such-step"), 0);
        paint::put(frame, area, &lines, 0, color);
        return;
    }
    let states = [StepState::Open, StepState::Passed, StepState::Skipped];
    let words = states.map(|state| pen.word(state_key(state)));
    let widest = words.iter().map(|word| width(word)).max().unwrap_or(0);
    let height = usize::from(area.height);
    let from = chosen.saturating_sub(height.saturating_sub(1) / 2).min(found.len().saturating_sub(height));
    for (row, (at, step)) in found.iter().enumerate().skip(from).take(height).enumerate() {
        let (role, sign) = match (step.state, state.style.unicode) {
            (StepState::Passed, true) => (Role::Pass, "✓"),
            (StepState::Passed, false) => (Role::Pass, "+"),
            (StepState::Skipped, _) => (Role::Dim, "-"),
            (StepState::Open, _) => (Role::Dim, " "),
        };
        let line = Line::new(Role::Heading, if step.current { "> " } else { "  " })
            .and(Role::Plain, &format!("{:>2}  ", step.number))
            .and(role, sign)
            .and(Role::Plain, " ")
            .and(role, &pen.word(state_key(step.state)))
            .to(8 + widest + 2);
        let room = usize::from(area.width).saturating_sub(line.width());
        let title = cut(&step.title, room, state.style.unicode);
        let line = line.and(if step.current { Role::Strong } else { Role::Plain }, &title);
        let row = u16::try_from(row).unwrap_or(u16::MAX);
        paint::put_line(frame, area, row, &line, color);
        if at == chosen.min(found.len() - 1) {
            paint::mark(frame, Rect { y: area.y + row, height: 1, ..area });
        }
    }
}

const fn state_key(state: StepState) -> &'static str {
    match state {
        StepState::Open => "report-step-open",
        StepState::Passed => "report-step-passed",
        StepState::Skipped => "report-step-skipped",
    }
}

/// A colour a replica; the label says the same in words.
const COLORS: [Color; 6] =
    [Color::Cyan, Color::Green, Color::Yellow, Color::Magenta, Color::Blue, Color::Red];

fn logs(frame: &mut Frame<'_>, area: Rect, state: &State) -> Reach {
    let height = usize::from(area.height);
    let shown: Vec<&LogRow> = state.logs.newest().skip(state.logs.back).take(height).collect();
    if shown.is_empty() {
        let pen = paint::pen(state, area.width);
        let key = if state.logs.filter.is_empty() { "screen-logs-none" } else { "screen-logs-no-match" };
        let lines = pen.paragraph(Role::Dim, &pen.word(key), 0);
        paint::put(frame, area, &lines, 0, state.style.color);
        return Reach { page: height.max(1), ..Reach::default() };
    }
    let labels = shown.iter().map(|row| width(&clean(&row.label))).max().unwrap_or(0);
    // A label may take a third of a row, no more.
    let labels = labels.min(usize::from(area.width) / 3);
    let taken = u16::try_from(labels + 2).unwrap_or(area.width).min(area.width);
    let text = Rect { x: area.x + taken, width: area.width - taken, ..area };
    // The newest stands at the bottom, or where it is all, below the others.
    let (mut above, mut drawn) = (height, Vec::new());
    for row in &shown {
        let lines = log_lines(row, &state.logs.filter, text.width, state.style.unicode);
        let rows = lines.len().min(above);
        above -= rows;
        drawn.push((*row, lines));
        if above == 0 {
            break;
        }
    }
    let page = drawn.len();
    let (mut y, color) = (area.y, state.style.color);
    for (at, (row, lines)) in drawn.iter().rev().enumerate() {
        // Of the one at the top the end is seen, if not all of it.
        let whole: usize = drawn.iter().map(|(_, lines)| lines.len()).sum();
        let skipped = if at == 0 { whole.saturating_sub(height) } else { 0 };
        let look = if color { Style::new().fg(color_of(&row.label)) } else { Style::new() };
        let label = cut(&clean(&row.label), labels, state.style.unicode).into_owned();
        if skipped < lines.len() {
            frame.buffer_mut().set_stringn(area.x, y, label, labels, look);
        }
        for line in lines.iter().skip(skipped) {
            paint::put_line(frame, Rect { y, height: 1, ..text }, 0, line, color);
            y += 1;
        }
    }
    Reach { layer: most_back(state, text.width, height), page: page.max(1), ..Reach::default() }
}

/// How many lines the view can go back until the oldest stand at the top; it is counted no further
/// than a key could ask for.
fn most_back(state: &State, columns: u16, height: usize) -> usize {
    let reached = state.logs.back + 10 * height;
    let all: Vec<&LogRow> = state.logs.newest().take(reached).collect();
    let (mut rows, mut oldest) = (0, 0);
    for row in all.iter().rev() {
        rows += log_lines(row, "", columns, state.style.unicode).len();
        if rows > height {
            break;
        }
        oldest += 1;
    }
    all.len() - oldest.max(1)
}

/// A line of a log in as many rows as it takes, with what the filter was for marked.
fn log_lines(row: &LogRow, filter: &str, columns: u16, unicode: bool) -> Vec<Line> {
    let text = clean(&row.text).replace('\t', " ");
    let sign = Line::new(Role::NotYet, if row.stderr { "! " } else { "" });
    let mut line = sign;
    let mut end = 0;
    for place in found(&text, filter) {
        line = line.and(Role::Plain, &text[end..place.start]).and(Role::Found, &text[place.clone()]);
        end = place.end;
    }
    paint::fit(line.and(Role::Plain, &text[end..]), usize::from(columns).max(12), unicode)
}

/// By its number within its service, so that neighbours differ.
fn color_of(label: &str) -> Color {
    let (service, number) = label.rsplit_once('-').unwrap_or((label, "0"));
    let number: usize = number.parse().unwrap_or(0);
    COLORS[(number + service.len()) % COLORS.len()]
}
