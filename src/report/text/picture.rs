//! Who knows which address: a row an address, and below it in sentences what follows from it. No cell
//! is told by a sign or a colour alone.

use super::pen::Pen;
use crate::picture::{Group, Held, Lookup, Name, Picture, Row, Source};
use crate::report::line::{Line, Role, width};
use crate::text::Text;

const GAP: usize = 2;

/// All of it, for a page of lines.
pub(crate) fn picture(pen: Pen, view: &Picture) -> Vec<Line> {
    let mut lines = pen.paragraph(Role::Heading, &pen.word("picture-title"), 0);
    if view.is_empty() {
        lines.extend(pen.paragraph(Role::Plain, &pen.word("picture-nothing"), 0));
        return lines;
    }
    let drawn = || view.groups.iter().filter(|group| !group.rows.is_empty());
    for group in drawn() {
        lines.push(Line::default());
        let head = Text::new("picture-group").with("name", group.name.as_str());
        lines.extend(pen.paragraph(Role::Strong, &pen.say(&head.with("proxy", view.proxy.as_str())), 0));
        lines.extend(table(pen, group, Columns::ALL));
        lines.extend(said(pen, &facts(view, group)));
    }
    lines.push(Line::default());
    let requests = match view.requests_of {
        Some(seconds) => Text::new("picture-requests-of").with("time", ago(seconds)),
        None => Text::new("picture-requests-here"),
    };
    let mut last = vec![requests];
    if drawn().any(|group| !group.rests_known) {
        last.push(Text::new("picture-rests-untold"));
    }
    if view.changed {
        last.push(Text::new("picture-changed"));
    }
    lines.extend(said(pen, &last));
    lines
}

/// A row an address, with the two that may know it and nothing else.
pub(crate) fn known(pen: Pen, group: &Group) -> Vec<Line> {
    table(pen, group, Columns { address: false, requests: false })
}

fn said(pen: Pen, texts: &[Text]) -> Vec<Line> {
    texts.iter().flat_map(|text| pen.paragraph(Role::Plain, &pen.say(text), 0)).collect()
}

/// Columns beside the name and the two that know.
#[derive(Clone, Copy)]
struct Columns {
    address: bool,
    requests: bool,
}

impl Columns {
    const ALL: Self = Self { address: true, requests: true };
}

/// A cell, and whether it stands at the right of its column.
type Cell = (Role, String, bool);

fn table(pen: Pen, group: &Group, columns: Columns) -> Vec<Line> {
    let mut rows = vec![head(pen, columns)];
    rows.extend(group.rows.iter().map(|row| cells(pen, row, columns)));
    let count = rows[0].len();
    let widest = |at: usize| rows.iter().map(|row| width(&row[at].1)).max().unwrap_or(0);
    let widths: Vec<usize> = (0..count).map(widest).collect();
    let whole = widths.iter().sum::<usize>() + GAP * count;
    if columns.address && whole > pen.style.measure() {
        // What DNS and nginx know is the point of it; an address only tells them apart.
        return table(pen, group, Columns { address: false, ..columns });
    }
    let line = |row: &Vec<Cell>| {
        let mut line = Line::default();
        let mut column = GAP;
        for ((role, text, right), width_of) in row.iter().zip(&widths) {
            let before = if *right { width_of - width(text) } else { 0 };
            line = line.to(column + before).and(*role, text);
            column += width_of + GAP;
        }
        line
    };
    rows.iter().map(line).collect()
}

fn head(pen: Pen, columns: Columns) -> Vec<Cell> {
    let word = |key| (Role::Dim, pen.word(key), false);
    let mut cells = vec![word("picture-replica")];
    if columns.address {
        cells.push(word("picture-address"));
    }
    cells.extend([word("picture-dns"), word("picture-nginx")]);
    if columns.requests {
        cells.push((Role::Dim, pen.word("picture-requests"), true));
    }
    cells
}

fn cells(pen: Pen, row: &Row, columns: Columns) -> Vec<Cell> {
    let mut cells = vec![(Role::Plain, label(pen, row), false)];
    if columns.address {
        cells.push((Role::Dim, row.address.clone(), false));
    }
    let known = |held: Held| match held {
        Held::Yes => (Role::Pass, pen.word("picture-yes"), false),
        Held::No => (Role::NotYet, pen.word("picture-no"), false),
        Held::Unknown => (Role::Quoted, pen.word("picture-unknown"), false),
    };
    cells.push(known(match row.named {
        Some(true) => Held::Yes,
        Some(false) => Held::No,
        None => Held::Unknown,
    }));
    cells.push(match &row.rests {
        Some(rest) => (Role::Quoted, pen.say(&Text::new("picture-rests").with("left", rest.left)), false),
        None => known(row.held),
    });
    if columns.requests {
        let count = row.requests.map_or_else(|| "-".to_owned(), |count| count.to_string());
        cells.push((Role::Plain, count, true));
    }
    cells
}

/// A replica's name; of one that is gone and not known, the name that led there.
fn label(pen: Pen, row: &Row) -> String {
    match row.runs || row.named != Some(false) {
        true => row.label().to_owned(),
        false => pen.say(&Text::new("picture-gone").with("host", row.label())),
    }
}

/// Everything that there is to say of a group.
fn facts(view: &Picture, group: &Group) -> Vec<Text> {
    let mut facts: Vec<Text> = group.names.iter().map(named).collect();
    facts.extend(list(view, group));
    facts.extend(amiss(group));
    facts.extend(match group.source {
        Source::Told => None,
        Source::Follows => Some(Text::new("picture-follows")),
        Source::WorkedOut => Some(Text::new("picture-worked-out")),
    });
    facts
}

/// What the name service has for a name.
fn named(name: &Name) -> Text {
    match name.addresses {
        Some(count) => Text::new("picture-names").with("count", count).with("host", name.host.as_str()),
        None => Text::new("picture-names-unasked").with("host", name.host.as_str()),
    }
}

/// What the proxy has, and how it came by it.
fn list(view: &Picture, group: &Group) -> Vec<Text> {
    let count = group.rows.iter().filter(|row| row.held == Held::Yes).count();
    let list = Text::new("picture-list").with("count", count);
    let Some(first) = group.names.first() else { return vec![list] };
    match first.lookup {
        Lookup::Once => {
            let ago = view.since.map(|since| Text::new("picture-once").with("ago", ago(since)));
            std::iter::once(list).chain(ago).collect()
        }
        Lookup::Again { every_ms: Some(ms) } => {
            vec![list, Text::new("picture-again").with("every", every(ms))]
        }
        Lookup::Again { every_ms: None } => vec![list, Text::new("picture-again-dns")],
        Lookup::ForRequests => vec![Text::new("picture-for-requests")],
    }
}

/// What the two do not agree about, who rests, and what is not known.
fn amiss(group: &Group) -> Vec<Text> {
    let labels = |rows: &mut dyn Iterator<Item = &Row>| -> Vec<String> {
        rows.map(|row| row.label().to_owned()).collect()
    };
    let about = |key, names: Vec<String>| {
        let count = names.len();
        (count > 0).then(|| Text::new(key).with("count", count).with("names", names))
    };
    let unheard = if group.looks_up_once() { "picture-unheard-once" } else { "picture-unheard-again" };
    let mut unknown = group.rows.iter().filter(|row| row.held == Held::Unknown);
    let which = [
        about(unheard, labels(&mut group.unheard_of())),
        about("picture-outlived", group.outlived().map(Row::place).collect()),
        about("picture-unknown-which", labels(&mut unknown)),
    ];
    let rests = group.rows.iter().filter_map(|row| {
        let rest = row.rests?;
        let text = Text::new("picture-rest").with("who", row.place());
        Some(text.with("left", rest.left).with("of", rest.of))
    });
    which.into_iter().flatten().chain(rests).collect()
}

fn ago(seconds: u64) -> Text {
    match seconds {
        0..120 => Text::new("picture-seconds").with("count", seconds),
        120..7200 => Text::new("picture-minutes").with("count", seconds / 60),
        _ => Text::new("picture-hours").with("count", seconds / 3600),
    }
}

fn every(ms: u64) -> Text {
    match ms % 1000 {
        0 => ago(ms / 1000),
        _ => Text::new("picture-ms").with("count", ms),
    }
}
