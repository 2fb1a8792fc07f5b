//! The live picture of the stack: services, their replicas, how each is, the requests that each
//! got, and what changed last.

use super::state::{Readiness, ReplicaRow, State};
use super::{addresses, paint};
use crate::report::line::{Line, Role, width};
use crate::report::nodes::{Group, groups};
use crate::report::text::pen::Pen;
use crate::text::Text;

/// Changes that are shown.
const NEWS: usize = 5;
const LONGEST_BAR: usize = 16;
const SHORTEST_BAR: usize = 3;

pub(super) fn head(state: &State) -> String {
    let word = Text::new("screen-stack").render(state.lang);
    match &state.stack {
        Some(Ok(rows)) if !rows.is_empty() => {
            let good = rows.iter().filter(|row| row.readiness == Readiness::Good).count();
            let ready = Text::new("screen-stack-ready").with("ready", good).with("of", rows.len());
            let head = format!("{word} {}", ready.render(state.lang));
            // What the numbers are is said once.
            match state.requests.values().any(|count| *count > 0) {
                true => format!("{head} | {}", Text::new("screen-requests").render(state.lang)),
                false => head,
            }
        }
        _ => word,
    }
}

fn services(rows: &[ReplicaRow]) -> Vec<&str> {
    let mut names: Vec<&str> = rows.iter().map(|row| row.service.as_str()).collect();
    names.dedup();
    names
}

pub(super) fn lines(state: &State, columns: u16) -> Vec<Line> {
    let pen = paint::pen(state, columns);
    let mut lines = match &state.stack {
        None => pen.paragraph(Role::Dim, &pen.word("screen-stack-looking"), 0),
        Some(Ok(rows)) if rows.is_empty() && state.nodes.is_empty() => {
            pen.paragraph(Role::Dim, &pen.word("report-stack-empty"), 0)
        }
        Some(Ok(rows)) => {
            let table = Table::of(pen, state, rows);
            if state.nodes.is_empty() {
                services(rows).iter().flat_map(|name| service(pen, state, &table, rows, name)).collect()
            } else {
                let groups = groups(&state.nodes, rows, |row| row.node.as_deref());
                groups.iter().flat_map(|group| node(pen, state, &table, group)).collect()
            }
        }
        Some(Err(why)) => {
            let first = Line::new(Role::Environment, &format!("! {}  ", pen.word("report-environment")));
            let mut lines = pen.hanging(first, Role::Plain, &pen.say(why));
            lines.extend(pen.paragraph(Role::Dim, &pen.word("screen-stack-again"), 0));
            lines
        }
    };
    if let (Some(view), Some(Ok(_))) = (&state.picture, &state.stack) {
        lines.extend(addresses::lines(pen, view));
    }
    if !state.news.is_empty() {
        lines.push(Line::default());
    }
    for (clock, label, what) in state.news.iter().rev().take(NEWS) {
        let first = Line::new(Role::Dim, clock).and(Role::Plain, "  ").and(Role::Plain, label);
        lines.extend(pen.hanging(first.and(Role::Plain, "  "), Role::Dim, &pen.say(what)));
    }
    paint::fitted(lines, columns.into(), state.style.unicode)
}

/// What a service is called, above its replicas, where it has more than one.
fn service_head(pen: Pen, own: &[&ReplicaRow], name: &str) -> Line {
    let good = own.iter().filter(|row| row.readiness == Readiness::Good).count();
    let count = pen.say(&Text::new("screen-service").with("ready", good).with("of", own.len()));
    let ports = ports(pen, own);
    let head = Line::new(Role::Strong, name);
    // Where there is room for one of the two only, the port says what nothing else does.
    let fits = |words: &String| head.width() + 2 + width(words) <= pen.style.width;
    let words = if ports.is_empty() { count } else { format!("{count}  {ports}") };
    let words = [words, ports].into_iter().find(fits).unwrap_or_default();
    head.and(Role::Plain, "  ").and(Role::Dim, &words)
}

/// The ports that these replicas publish, in words.
fn ports(pen: Pen, own: &[&ReplicaRow]) -> String {
    let mut ports: Vec<u16> = own.iter().flat_map(|row| row.published.clone()).collect();
    ports.sort_unstable();
    ports.dedup();
    let ports: Vec<String> = ports.iter().map(u16::to_string).collect();
    match ports.as_slice() {
        [] => String::new(),
        _ => pen.say(&Text::new("report-published").with("ports", ports)),
    }
}

/// How wide the columns of all rows are, and the largest number of requests.
struct Table {
    label: usize,
    state: usize,
    most: u32,
    /// What stands behind the bar of a service that has one replica.
    behind: usize,
}

impl Table {
    fn of(pen: Pen, state: &State, rows: &[ReplicaRow]) -> Self {
        let is_grouped = !state.nodes.is_empty();
        Self {
            label: rows.iter().map(|row| width(&row.label)).max().unwrap_or(0),
            state: rows.iter().map(|row| width(&pen.say(&row.state))).max().unwrap_or(0),
            most: rows.iter().map(|row| asked(state, row)).max().unwrap_or(0),
            behind: rows
                .iter()
                .filter(|row| {
                    let same = rows.iter().filter(|other| other.service == row.service);
                    is_grouped || same.count() == 1
                })
                .map(|row| width(&ports(pen, &[row])) + 2)
                .filter(|behind| *behind > 2)
                .max()
                .unwrap_or(0),
        }
    }

    fn row(&self, pen: Pen, row: &ReplicaRow, count: u32) -> Line {
        let (role, sign) = sign(row.readiness, pen.style.unicode);
        let line = Line::new(role, sign)
            .and(Role::Plain, " ")
            .and(Role::Plain, &row.label)
            .to(2 + self.label + 2)
            .and(role, &pen.say(&row.state));
        if self.most == 0 {
            return line;
        }
        let digits = self.most.to_string().len().max(3);
        let line = line
            .to(2 + self.label + 2 + self.state + 1)
            .and(Role::Plain, &format!("{count:>digits$}"))
            .and(Role::Plain, " ");
        let room = pen.style.width.saturating_sub(line.width() + 1);
        // All bars have one scale, so all of them leave room for what stands behind one.
        let beside = room.saturating_sub(self.behind);
        let room = if beside >= SHORTEST_BAR { beside } else { room }.min(LONGEST_BAR);
        let cells = (f64::from(count) / f64::from(self.most) * room as f64).round() as usize;
        let block = if pen.style.unicode { "█" } else { "#" };
        line.and(Role::Code, &block.repeat(cells.max(usize::from(count > 0 && room > 0))))
    }
}

/// A node, and a row for each replica on it, whichever service that is of.
fn node(pen: Pen, state: &State, table: &Table, group: &Group<'_, ReplicaRow>) -> Vec<Line> {
    let rows =
        group.rows.iter().flat_map(|row| with_ports(pen, table.row(pen, row, asked(state, row)), &[row]));
    group.head(pen, 0).into_iter().chain(rows).collect()
}

/// Requests that the replica got.
fn asked(state: &State, row: &ReplicaRow) -> u32 {
    state.requests.get(&row.label).copied().unwrap_or(0)
}

/// A replica's line with the ports that it publishes, behind it or below it.
fn with_ports(pen: Pen, line: Line, own: &[&ReplicaRow]) -> Vec<Line> {
    let ports = ports(pen, own);
    if ports.is_empty() {
        return vec![line];
    }
    let longer = line.clone().and(Role::Plain, "  ").and(Role::Dim, &ports);
    if longer.width() <= pen.style.width {
        return vec![longer];
    }
    vec![line, Line::default().to(4).and(Role::Dim, &ports)]
}

/// A row a replica; a service that has one replica needs no head of its own.
fn service(pen: Pen, state: &State, table: &Table, rows: &[ReplicaRow], name: &str) -> Vec<Line> {
    let own: Vec<&ReplicaRow> = rows.iter().filter(|row| row.service == name).collect();
    let drawn = own.iter().map(|row| table.row(pen, row, asked(state, row)));
    if own.len() > 1 {
        return std::iter::once(service_head(pen, &own, name)).chain(drawn).collect();
    }
    drawn.flat_map(|line| with_ports(pen, line, &own)).collect()
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
