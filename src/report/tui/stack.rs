//! The live picture of the stack: services, their replicas, how each is, the requests that each
//! got, and what changed last.

use super::paint;
use super::state::{Readiness, ReplicaRow, State};
use crate::report::line::{Line, Role, width};
use crate::report::text::pen::Pen;
use crate::text::Text;

/// Changes that are shown.
const NEWS: usize = 5;
const LONGEST_BAR: usize = 16;

pub fn head(state: &State) -> String {
    let word = Text::new("screen-stack").render(state.lang);
    match &state.stack {
        Some(Ok(rows)) if !rows.is_empty() => {
            let good = rows.iter().filter(|row| row.readiness == Readiness::Good).count();
            let ready = Text::new("screen-stack-ready").with("ready", good).with("of", rows.len());
            format!("{word} {}", ready.render(state.lang))
        }
        _ => word,
    }
}

/// Rows that the picture would take, with its head.
pub fn height(state: &State) -> u16 {
    let rows = match &state.stack {
        Some(Ok(rows)) => rows.len() + services(rows).len(),
        _ => 3,
    };
    u16::try_from(rows + 2 + state.news.len().min(NEWS)).unwrap_or(u16::MAX)
}

fn services(rows: &[ReplicaRow]) -> Vec<&str> {
    let mut names: Vec<&str> = rows.iter().map(|row| row.service.as_str()).collect();
    names.dedup();
    names
}

pub fn lines(state: &State, columns: u16) -> Vec<Line> {
    let pen = paint::pen(state, columns);
    let mut lines = match &state.stack {
        None => pen.paragraph(Role::Dim, &pen.word("screen-stack-looking"), 0),
        Some(Ok(rows)) if rows.is_empty() => pen.paragraph(Role::Dim, &pen.word("report-stack-empty"), 0),
        Some(Ok(rows)) => services(rows).iter().flat_map(|name| service(pen, state, rows, name)).collect(),
        Some(Err(why)) => {
            let first = Line::new(Role::Environment, &format!("! {}  ", pen.word("report-environment")));
            let mut lines = pen.hanging(first, Role::Plain, &pen.say(why));
            lines.extend(pen.paragraph(Role::Dim, &pen.word("screen-stack-again"), 0));
            lines
        }
    };
    if !state.news.is_empty() {
        lines.push(Line::default());
    }
    for (clock, label, what) in state.news.iter().rev().take(NEWS) {
        let first = Line::new(Role::Dim, clock).and(Role::Plain, "  ").and(Role::Plain, label);
        lines.extend(pen.hanging(first.and(Role::Plain, "  "), Role::Dim, &pen.say(what)));
    }
    paint::fitted(lines, columns.into())
}

fn service(pen: Pen, state: &State, rows: &[ReplicaRow], name: &str) -> Vec<Line> {
    let own: Vec<&ReplicaRow> = rows.iter().filter(|row| row.service == name).collect();
    let good = own.iter().filter(|row| row.readiness == Readiness::Good).count();
    let count = Text::new("screen-service").with("ready", good).with("of", own.len());
    let mut ports: Vec<u16> = own.iter().flat_map(|row| row.published.clone()).collect();
    ports.sort_unstable();
    ports.dedup();
    let head = Line::new(Role::Strong, name);
    let count = pen.say(&count);
    let ports: Vec<String> = ports.iter().map(u16::to_string).collect();
    let ports = match ports.as_slice() {
        [] => String::new(),
        _ => pen.say(&Text::new("report-published").with("ports", ports)),
    };
    // Where there is room for one of the two only, the port says what nothing else does.
    let fits = |words: &String| head.width() + 2 + width(words) <= pen.style.width;
    let words = if ports.is_empty() { count } else { format!("{count}  {ports}") };
    let words = [words, ports].into_iter().find(fits).unwrap_or_default();
    let mut head = head.and(Role::Plain, "  ").and(Role::Dim, &words);
    // What the numbers are is said once, where they begin.
    let is_first = rows.first().is_some_and(|row| row.service == name);
    let said = head.clone().and(Role::Dim, &format!("  {}", pen.word("screen-requests")));
    if is_first && !state.requests.is_empty() && said.width() <= pen.style.width {
        head = said;
    }
    let states: Vec<String> = own.iter().map(|row| pen.say(&row.state)).collect();
    let label = own.iter().map(|row| width(&row.label)).max().unwrap_or(0);
    let widest = states.iter().map(|words| width(words)).max().unwrap_or(0);
    let counts: Vec<u32> =
        own.iter().map(|row| state.requests.get(&row.label).copied().unwrap_or(0)).collect();
    let most = counts.iter().copied().max().unwrap_or(0);
    let digits = most.to_string().len().max(3);
    let row = |((row, words), count): ((&&ReplicaRow, &String), &u32)| {
        let (role, sign) = sign(row.readiness, pen.style.unicode);
        let line = Line::new(role, sign)
            .and(Role::Plain, " ")
            .and(Role::Plain, &row.label)
            .to(2 + label + 2)
            .and(role, words)
            .to(2 + label + 2 + widest + 2);
        if most == 0 {
            return line;
        }
        let line = line.and(Role::Plain, &format!("{count:>digits$}")).and(Role::Plain, " ");
        let room = pen.style.width.saturating_sub(line.width() + 1).min(LONGEST_BAR);
        let cells = (f64::from(*count) / f64::from(most) * room as f64).round() as usize;
        let block = if pen.style.unicode { "█" } else { "#" };
        line.and(Role::Code, &block.repeat(cells.max(usize::from(*count > 0 && room > 0))))
    };
    std::iter::once(head).chain(own.iter().zip(&states).zip(&counts).map(row)).collect()
}

const fn sign(readiness: Readiness, unicode: bool) -> (Role, &'static str) {
    match (readiness, unicode) {
        (Readiness::Good, true) => (Role::Pass, "✓"),
        (Readiness::Good, false) => (Role::Pass, "+"),
        (Readiness::Coming, _) => (Role::Quoted, "~"),
        (Readiness::Bad, true) => (Role::NotYet, "✗"),
        (Readiness::Bad, false) => (Role::NotYet, "x"),
    }
}
