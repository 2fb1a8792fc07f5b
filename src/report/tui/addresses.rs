//! Who knows which address, small enough to stand beside the stack: a column a replica, a row each
//! for DNS and nginx, and in few words what is not as it should be. The whole of it is a key away.

use crate::picture::{Group, Held, Picture, Row};
use crate::report::line::{Line, Role, width};
use crate::report::text::pen::Pen;
use crate::report::text::picture;
use crate::text::Text;

/// Between two columns.
const GAP: usize = 1;

/// Nothing where nothing is balanced.
pub(super) fn lines(pen: Pen, view: &Picture) -> Vec<Line> {
    let mut lines = Vec::new();
    for group in view.groups.iter().filter(|group| !group.rows.is_empty()) {
        let (service, numbers) = match one_service(group) {
            Some(service) => (service, true),
            None => (group.name.as_str(), false),
        };
        let head = Text::new("screen-picture").with("service", service);
        lines.push(Line::default());
        lines.extend(pen.paragraph(Role::Strong, &pen.say(&head), 0));
        let across = numbers.then(|| across(pen, group, service)).flatten();
        lines.extend(across.unwrap_or_else(|| picture::known(pen, group)));
        lines.extend(amiss(group).iter().flat_map(|text| pen.paragraph(Role::Plain, &pen.say(text), 0)));
    }
    if view.changed && !lines.is_empty() {
        lines.extend(pen.paragraph(Role::Plain, &pen.word("screen-picture-changed"), 0));
    }
    lines
}

/// The service that all of the group's replicas are of, where its replicas are told apart by number.
fn one_service(group: &Group) -> Option<&str> {
    let labels = group.rows.iter().filter_map(|row| row.replica.as_deref());
    let mut all = labels.filter_map(|label| Some(label.rsplit_once('-')?.0));
    let first = all.next()?;
    (all.all(|other| other == first) && group.names.len() == 1).then_some(first)
}

/// A column a replica; `None` where there is no room for all.
fn across(pen: Pen, group: &Group, service: &str) -> Option<Vec<Line>> {
    let words = ["picture-dns", "picture-nginx"].map(|key| pen.word(key));
    let first = words.iter().map(|word| width(word)).max().unwrap_or(0) + 2;
    let columns: Vec<[(Role, String); 3]> = group.rows.iter().map(|row| column(pen, row, service)).collect();
    let widest = columns.iter().flatten().map(|(_, text)| width(text)).max().unwrap_or(1).max(2);
    if first + columns.len() * (widest + GAP) > pen.style.width {
        return None;
    }
    let heads = ["", &words[0], &words[1]];
    let line = |at: usize| {
        let mut line = Line::new(Role::Dim, heads[at]);
        for (number, cells) in columns.iter().enumerate() {
            let (role, text) = &cells[at];
            let end = first + number * (widest + GAP) + widest;
            line = line.to(end - width(text)).and(*role, text);
        }
        line
    };
    Some((0..3).map(line).collect())
}

/// A replica's number (of one that is gone, the end of its address), and who knows it.
fn column(pen: Pen, row: &Row, service: &str) -> [(Role, String); 3] {
    let number = row.replica.as_deref().and_then(|label| label.strip_prefix(service)?.strip_prefix('-'));
    let end = || format!(".{}", row.address.rsplit(['.', ':']).next().unwrap_or_default());
    let head = number.map_or_else(end, str::to_owned);
    let named = match row.named {
        Some(true) => Held::Yes,
        Some(false) => Held::No,
        None => Held::Unknown,
    };
    let held = match &row.rests {
        Some(rest) => (Role::Quoted, pen.say(&Text::new("screen-picture-seconds").with("count", rest.left))),
        None => sign(pen, row.held),
    };
    [(Role::Dim, head), sign(pen, named), held]
}

fn sign(pen: Pen, held: Held) -> (Role, String) {
    let (role, sign) = match (held, pen.style.unicode) {
        (Held::Yes, true) => (Role::Pass, "✓"),
        (Held::Yes, false) => (Role::Pass, "+"),
        (Held::No, _) => (Role::NotYet, "-"),
        (Held::Unknown, _) => (Role::Quoted, "?"),
    };
    (role, sign.to_owned())
}

/// In few words what the two do not agree about, and who rests.
fn amiss(group: &Group) -> Vec<Text> {
    let unheard: Vec<String> = group.unheard_of().map(|row| row.label().to_owned()).collect();
    let outlived: Vec<String> = group.outlived().map(Row::place).collect();
    let about = |key, names: Vec<String>| (!names.is_empty()).then(|| Text::new(key).with("names", names));
    let rests = group.rows.iter().filter_map(|row| {
        let rest = row.rests?;
        Some(Text::new("screen-picture-rests").with("who", row.place()).with("left", rest.left))
    });
    let which = [about("screen-picture-unheard", unheard), about("screen-picture-outlived", outlived)];
    which.into_iter().flatten().chain(rests).collect()
}
