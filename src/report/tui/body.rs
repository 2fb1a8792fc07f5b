//! The step beside its checks and the stack: in two or three columns where there is room, else one
//! above the other, the part that the keys are for the larger one.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::state::{Focus, State};
use super::{Reach, paint, panes, stack};
use crate::report::line::{Line, Role, width};
use crate::text::Text;

/// From here on three columns, from here on two.
const THREE: u16 = 150;
const TWO: u16 = 100;
/// From here on checks and stack stand side by side below the text.
const SPLIT: u16 = 76;
/// A column of running text is no wider: with a margin, the measure of the line mode.
const TEXT: u16 = 88;

/// Where each part goes; `None` for one that is not in sight.
struct Plan {
    text: Rect,
    checks: Option<Rect>,
    stack: Option<Rect>,
}

fn plan(area: Rect, state: &State) -> Plan {
    let column = |x: u16, width: u16| Rect { x: area.x + x, width, ..area };
    if area.width >= THREE {
        let text = TEXT.min(area.width * 45 / 100);
        let stack = (area.width / 5).clamp(34, 46);
        let checks = area.width - text - stack - 6;
        return Plan {
            text: column(0, text),
            checks: Some(column(text + 3, checks)),
            stack: Some(column(text + checks + 6, stack)),
        };
    }
    if area.width >= TWO {
        let text = area.width * 56 / 100;
        let right = column(text + 3, area.width - text - 3);
        let wanted = stack::height(state).clamp(4, 14);
        let below = match state.focus {
            Focus::Stack => area.height * 6 / 10,
            _ => wanted.min(area.height * 45 / 100),
        };
        let checks = Rect { height: area.height - below - 1, ..right };
        let stack = Rect { y: checks.bottom() + 1, height: below, ..right };
        return Plan { text: column(0, text), checks: Some(checks), stack: Some(stack) };
    }
    // The step's text is the most that there is to read, until something was found.
    let below = match state.focus {
        Focus::Text => (area.height * 38 / 100).max(5),
        _ => area.height * 65 / 100,
    };
    let text = Rect { height: area.height - below - 1, ..area };
    let lower = Rect { y: text.bottom() + 1, height: below, ..area };
    if area.width >= SPLIT {
        let (left, right) = match state.focus {
            Focus::Stack => (area.width / 2, area.width - area.width / 2 - 3),
            _ => (area.width * 58 / 100, area.width - area.width * 58 / 100 - 3),
        };
        let stack = Rect { x: lower.x + left + 3, width: right, ..lower };
        return Plan { text, checks: Some(Rect { width: left, ..lower }), stack: Some(stack) };
    }
    match state.focus {
        Focus::Stack => Plan { text, checks: None, stack: Some(lower) },
        _ => Plan { text, checks: Some(lower), stack: None },
    }
}

pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &State) -> Reach {
    let area = Rect { x: area.x + 1, width: area.width - 2, ..area };
    let plan = plan(area, state);
    let mut reach = Reach::default();
    let inner = |part: Rect| Rect { y: part.y + 1, height: part.height.saturating_sub(1), ..part };

    let lines = panes::text(state, plan.text.width);
    let head = panes::text_head(state);
    reach.text = part(frame, plan.text, state, Focus::Text, &head, &lines);
    if let Some(checks) = plan.checks {
        let lines = panes::checks(state, checks.width);
        let other = plan.stack.is_none().then(|| stack::head(state));
        let head = panes::checks_head(state, other);
        reach.checks = part(frame, checks, state, Focus::Checks, &head, &lines);
    }
    if let Some(place) = plan.stack {
        let lines = stack::lines(state, place.width);
        reach.stack = part(frame, place, state, Focus::Stack, &stack::head(state), &lines);
    }
    let focused = match state.focus {
        Focus::Text => Some(plan.text),
        Focus::Checks => plan.checks,
        Focus::Stack => plan.stack,
    };
    reach.page = focused.map_or(1, |part| usize::from(inner(part).height)).max(1);
    columns(frame, area, state, &plan);
    reach
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
    let mut title = Line::new(role, &format!("{sign}{head}")).and(Role::Plain, " ");
    let more = Text::new("screen-more").with("count", left);
    let more = if left > 0 { format!(" {}", more.render(state.lang)) } else { String::new() };
    let taken = title.width() + width(&more);
    let room = u16::try_from(usize::from(area.width).saturating_sub(taken)).unwrap_or(0);
    title = title.and(Role::Dim, &paint::rule(room, state.style.unicode)).and(Role::Dim, &more);
    paint::put_line(frame, area, 0, &title, color);
    most
}

/// A line between two columns.
fn columns(frame: &mut Frame<'_>, area: Rect, state: &State, plan: &Plan) {
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
