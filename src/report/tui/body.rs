//! The step beside its checks and the stack: in two or three columns where there is room, else one
//! above the other. Rows go to where there is something to read, and where that is not enough to the
//! part that the keys are for.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::state::{Focus, State};
use super::{Reach, paint, panes, stack};
use crate::report::line::{Line, Role, cut, width};
use crate::text::Text;

/// From here on three columns, from here on two.
const THREE: u16 = 150;
const TWO: u16 = 100;
/// From here on checks and stack stand side by side below the text.
const SPLIT: u16 = 76;
/// Rows that a part keeps in any case.
const LEAST: u16 = 5;
/// A column of running text is no wider: with a margin, the measure of the line mode.
const TEXT: u16 = 88;

/// Where each part goes; `None` for one that is not in sight.
#[derive(Default)]
struct Plan {
    text: Option<Rect>,
    checks: Option<Rect>,
    stack: Option<Rect>,
}

impl Plan {
    const fn place(&self, focus: Focus) -> Option<Rect> {
        match focus {
            Focus::Text => self.text,
            Focus::Checks => self.checks,
            Focus::Stack => self.stack,
        }
    }
}

/// Columns of each part; where two stand in one column, both have them.
struct Columns {
    text: Rect,
    checks: Rect,
    stack: Rect,
}

fn columns_of(area: Rect, state: &State) -> Columns {
    let column = |x: u16, width: u16| Rect { x: area.x + x, width, ..area };
    let full = column(0, area.width);
    if state.zoom {
        return Columns { text: full, checks: full, stack: full };
    }
    if area.width >= THREE {
        let text = TEXT.min(area.width * 45 / 100);
        let stack = (area.width / 5).clamp(34, 46);
        let checks = area.width - text - stack - 6;
        let (checks, stack) = (column(text + 3, checks), column(text + checks + 6, stack));
        return Columns { text: column(0, text), checks, stack };
    }
    if area.width >= TWO {
        let text = area.width * 56 / 100;
        let right = column(text + 3, area.width - text - 3);
        return Columns { text: column(0, text), checks: right, stack: right };
    }
    if area.width >= SPLIT {
        let left = if state.focus == Focus::Stack { area.width / 2 } else { area.width * 58 / 100 };
        let right = column(left + 3, area.width - left - 3);
        return Columns { text: full, checks: column(0, left), stack: right };
    }
    Columns { text: full, checks: full, stack: full }
}

/// Rows for the upper and the lower of two parts that want so many, in `all` rows with one between
/// them: each what it wants where there is room, else `most` per cent for the lower one, or less.
fn share(all: u16, upper: u16, lower: u16, most: u16) -> (u16, u16) {
    let all = all.saturating_sub(1);
    let lower = match upper + lower <= all {
        true => all - upper,
        // What the upper one does not need is the lower one's, too.
        false => lower.min((all * most / 100).max(all.saturating_sub(upper)).max(LEAST)),
    };
    (all.saturating_sub(lower), lower)
}

/// `rows` are what text, checks and stack would take with their heads.
fn plan(area: Rect, state: &State, columns: &Columns, rows: [u16; 3]) -> Plan {
    let [text, checks, stack] = rows;
    if state.zoom {
        let whole = |focus| (state.focus == focus).then_some(area);
        return Plan { text: whole(Focus::Text), checks: whole(Focus::Checks), stack: whole(Focus::Stack) };
    }
    let cut = |column: Rect, y: u16, height: u16| Some(Rect { y: area.y + y, height, ..column });
    if area.width >= THREE {
        return Plan { text: Some(columns.text), checks: Some(columns.checks), stack: Some(columns.stack) };
    }
    if area.width >= TWO {
        let most = if state.focus == Focus::Stack { 60 } else { 45 };
        let (upper, lower) = share(area.height, checks, stack, most);
        let checks = cut(columns.checks, 0, upper);
        return Plan { text: Some(columns.text), checks, stack: cut(columns.stack, upper + 1, lower) };
    }
    let both = area.width >= SPLIT;
    let below = match (both, state.focus) {
        (true, _) => checks.max(stack),
        (false, Focus::Stack) => stack,
        (false, _) => checks,
    };
    // The step's text is the most that there is to read, until something was found.
    let most = if state.focus == Focus::Text { 38 } else { 65 };
    let (upper, lower) = share(area.height, text, below, most);
    let place = |column: Rect, there: bool| cut(column, upper + 1, lower).filter(|_| there);
    Plan {
        text: cut(columns.text, 0, upper),
        checks: place(columns.checks, both || state.focus != Focus::Stack),
        stack: place(columns.stack, both || state.focus == Focus::Stack),
    }
}

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, state: &State) -> Reach {
    let area = Rect { x: area.x + 1, width: area.width - 2, ..area };
    let columns = columns_of(area, state);
    let lines = [
        panes::text(state, columns.text.width),
        panes::checks(state, columns.checks.width),
        stack::lines(state, columns.stack.width),
    ];
    let rows = [0, 1, 2].map(|at: usize| u16::try_from(lines[at].len() + 1).unwrap_or(u16::MAX / 4));
    let plan = plan(area, state, &columns, rows);
    let other = (plan.stack.is_none() && plan.checks.is_some()).then(|| stack::head(state));
    let heads = [panes::text_head(state), panes::checks_head(state, other), stack::head(state)];
    let mut far = [0; 3];
    for (at, focus) in [Focus::Text, Focus::Checks, Focus::Stack].into_iter().enumerate() {
        if let Some(place) = plan.place(focus) {
            far[at] = part(frame, place, state, focus, &heads[at], &lines[at]);
        }
    }
    let page = plan.place(state.focus).map_or(1, |part| usize::from(part.height.saturating_sub(1))).max(1);
    bars_between(frame, area, state, &plan);
    Reach { text: far[0], checks: far[1], stack: far[2], page, ..Reach::default() }
}

/// A part with its head; how far it can be scrolled.
fn part(frame: &mut Frame<'_>, area: Rect, state: &State, focus: Focus, head: &str, lines: &[Line]) -> usize {
    let inner = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    let color = state.style.color;
    let most = lines.len().saturating_sub(usize::from(inner.height));
    // What a command writes is followed until there is something that was found.
    let from = match focus {
        Focus::Checks if state.is_writing() => most,
        _ => state.scroll[focus as usize].min(most),
    };
    paint::put(frame, inner, lines, from, color);
    let (role, sign) = match state.focus == focus {
        true => (Role::Heading, "> "),
        false => (Role::Dim, ""),
    };
    let left = lines.len().saturating_sub(from + usize::from(inner.height));
    let more = Text::new("screen-more").with("count", left);
    let more = if left > 0 { format!(" {}", more.render(state.lang)) } else { String::new() };
    let room = usize::from(area.width).saturating_sub(sign.len() + width(&more) + 1);
    let head = cut(head, room, state.style.unicode);
    let mut title = Line::new(role, &format!("{sign}{head}")).and(Role::Plain, " ");
    let taken = title.width() + width(&more);
    let room = u16::try_from(usize::from(area.width).saturating_sub(taken)).unwrap_or(0);
    title = title.and(Role::Dim, &paint::rule(room, state.style.unicode)).and(Role::Dim, &more);
    paint::put_line(frame, area, 0, &title, color);
    most
}

/// A line between two columns.
fn bars_between(frame: &mut Frame<'_>, area: Rect, state: &State, plan: &Plan) {
    let sign = if state.style.unicode { "│" } else { "|" };
    let bar = Line::new(Role::Dim, sign);
    for place in [plan.checks, plan.stack].into_iter().flatten().filter(|place| place.x > area.x) {
        for row in 0..place.height {
            let place = Rect { x: place.x - 2, width: 1, ..place };
            paint::put_line(frame, place, row, &bar, state.style.color);
        }
    }
    // Two columns of which the right one has two parts: the bar goes on past the gap.
    if let (Some(checks), Some(stack)) = (plan.checks, plan.stack)
        && checks.x == stack.x
        && checks.x > area.x
    {
        let gap = Rect { x: checks.x - 2, y: checks.bottom(), width: 1, height: 1 };
        paint::put_line(frame, gap, 0, &bar, state.style.color);
    }
}
