//! The first rows (lesson, progress, time) and the last (what goes on, and the keys).

use ratatui::Frame;
use ratatui::layout::Rect;

use super::paint;
use super::state::{Asked, CheckState, Here, Layer, State};
use crate::event::{StepState, Tone};
use crate::report::line::{Line, Role, cut, width};
use crate::text::Text;

/// The longest bar of the lesson's steps.
const BAR: usize = 20;

pub(super) fn too_small(frame: &mut Frame<'_>, state: &State) {
    let area = frame.area();
    let words = Text::new("screen-too-small").render(state.lang);
    let pen = paint::pen(state, area.width);
    let lines = pen.paragraph(Role::Plain, &words, 0);
    let lines = paint::fitted(lines, area.width.into(), state.style.unicode);
    paint::put(frame, area, &lines, 0, state.style.color);
}

pub(super) fn head(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let color = state.style.color;
    let rule = Line::new(Role::Dim, &paint::rule(area.width, state.style.unicode));
    paint::put_line(frame, area, 1, &rule, color);
    let Some(here) = &state.here else { return };
    let columns = usize::from(area.width);
    let say = |text: Text| text.render(state.lang);
    let number = say(Text::new("report-step-of").with("number", here.step.number).with("of", here.step.of));
    let left = say(Text::new("screen-minutes-left").with("minutes", here.status.minutes_left));
    let spent = say(Text::new("screen-minutes-spent").with("minutes", state.minutes.to_string()));
    // What is worth least goes first where there is little room.
    let wide =
        [Some(number.clone()), bar(here, state.style.unicode, columns), Some(left.clone()), Some(spent)];
    let middle = [Some(number.clone()), Some(left), None, None];
    let narrow = [Some(number), None, None, None];
    let choices =
        [wide, middle, narrow].map(|parts| parts.into_iter().flatten().collect::<Vec<_>>().join("  "));
    let lesson = format!(" {}  ", here.step.lesson);
    let fits = |right: &&String| width(&lesson) + width(&here.status.title) + width(right) + 4 <= columns;
    let right = choices.iter().find(fits).unwrap_or(&choices[2]);
    let room = columns.saturating_sub(width(&lesson) + width(right) + 3);
    let title = cut(&here.status.title, room, state.style.unicode);
    let line = Line::new(Role::Dim, &lesson)
        .and(Role::Heading, &title)
        .to(columns.saturating_sub(width(right) + 1))
        .and(Role::Plain, right);
    paint::put_line(frame, area, 0, &line, color);
}

/// A sign a step: done, at hand, to come.
fn bar(here: &Here, unicode: bool, columns: usize) -> Option<String> {
    let steps = &here.status.steps;
    if steps.is_empty() || columns < 76 {
        return None;
    }
    let done = steps.iter().filter(|step| step.state != StepState::Open).count();
    let cells = BAR.min(steps.len());
    let full = done * cells / steps.len();
    let (full_sign, open_sign) = if unicode { ("━", "─") } else { ("#", "-") };
    let bar = format!("{}{}", full_sign.repeat(full), open_sign.repeat(cells - full));
    Some(format!("{bar} {}%", done * 100 / steps.len()))
}

/// In the rule below the first row: how many rows of what stands in front are still to come.
pub(super) fn more(frame: &mut Frame<'_>, state: &State, left: usize) {
    if left == 0 {
        return;
    }
    let area = frame.area();
    let words = format!(" {} ", Text::new("screen-more").with("count", left).render(state.lang));
    let x = area.right().saturating_sub(u16::try_from(width(&words)).unwrap_or(0) + 2);
    let place = Rect { x, y: area.y + 1, width: area.right() - x, height: 1 };
    paint::put_line(frame, place, 0, &Line::new(Role::Dim, &words), state.style.color);
}

pub(super) fn foot(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let color = state.style.color;
    let (status, keys) = match &state.layer {
        Some(layer) => layer_rows(state, layer, area.width),
        None => (status(state), keys(state, area.width)),
    };
    let status = fade(status, area.width, state.style.unicode);
    paint::put_line(frame, area, 0, &status, color);
    paint::put_line(frame, area, 1, &fade(keys, area.width, state.style.unicode), color);
}

/// A line that ends before the screen does.
fn fade(line: Line, columns: u16, unicode: bool) -> Line {
    if line.width() < usize::from(columns) {
        return line;
    }
    let mut out = Line::default();
    for span in line.spans() {
        let room = usize::from(columns).saturating_sub(out.width() + 1);
        out = out.and(span.role, &cut(span.text(), room, unicode));
        if width(span.text()) > room {
            break;
        }
    }
    out
}

/// What goes on, or what is to be known.
fn status(state: &State) -> Line {
    let say = |text: &Text| text.render(state.lang);
    let line = Line::plain(" ");
    if let Some(doing) = &state.running {
        let sign = if state.style.unicode { "● " } else { "* " };
        let cancel = say(&Text::new("screen-cancel"));
        let at = state.at.iter().map(|at| format!("  {}", say(at))).collect::<String>();
        return line
            .and(Role::Heading, sign)
            .and(Role::Plain, &say(doing))
            .and(Role::Dim, &format!("  {cancel}"))
            .and(Role::Plain, &at);
    }
    if let Some(note) = &state.note {
        let (role, sign) = match note.tone {
            Tone::Done => (Role::Pass, if state.style.unicode { "✓ " } else { "+ " }),
            Tone::Warning => (Role::Quoted, "! "),
            Tone::Info => (Role::Plain, ""),
            Tone::Next => (Role::Heading, "> "),
        };
        return line.and(role, sign).and(Role::Plain, &say(&note.text));
    }
    let (passed, of) = state.passed();
    let asked = state.checks.iter().any(|check| matches!(check.state, CheckState::Answered(_)));
    let open = state.checks.iter().any(|check| matches!(check.state, CheckState::Open));
    let line = match (state.is_done(), asked) {
        (true, _) => line
            .and(Role::Pass, &format!("{} ", tick(state)))
            .and(Role::Pass, &say(&Text::new("screen-status-done"))),
        (false, true) if state.is_outdated() => {
            line.and(Role::Quoted, &say(&Text::new("screen-status-before")))
        }
        (false, false) => {
            let reads = state.here.as_ref().is_some_and(|here| here.reads_files);
            let key = if reads { "screen-status-open" } else { "screen-status-stack" };
            line.and(Role::Dim, &say(&Text::new(key)))
        }
        (false, true) if open && passed > 0 && of > passed => {
            line.and(Role::Plain, &say(&Text::new("screen-status-live")))
        }
        (false, true) => line.and(Role::NotYet, &say(&Text::new("screen-status-not-yet"))),
    };
    match &state.saved {
        Some(clock) => {
            let words = say(&Text::new("screen-saved").with("clock", clock.as_str()));
            line.and(Role::Dim, &format!("  {words}"))
        }
        None => line,
    }
}

const fn tick(state: &State) -> &'static str {
    if state.style.unicode { "✓" } else { "+" }
}

/// As many keys with their words as there is room for; the help has the rest.
fn keys(state: &State, columns: u16) -> Line {
    let say = |key: &'static str| Text::new(key).render(state.lang);
    let mut all: Vec<(&str, String)> = Vec::new();
    let enter = likeliest(state).map(Likeliest::words);
    all.extend(enter.map(|key| ("Enter", say(key))));
    let Some(here) = &state.here else { return Line::default() };
    let offers = here.step.offers;
    let hints = offers.hints.saturating_sub(here.hints.len());
    let offered = [
        (!state.checks.is_empty(), "c", "screen-key-check"),
        (offers.apply, "a", "screen-key-apply"),
        (hints > 0, "h", "screen-key-hint"),
        (offers.diff, "d", "screen-key-diff"),
        (here.predictions > 0, "y", "screen-key-predict"),
        (here.predictions == 0 && (offers.question || offers.confirm), "y", "screen-key-answer"),
        (true, "n", "screen-key-next"),
        (offers.prompt, "p", "screen-key-prompt"),
        (true, "l", "screen-key-logs"),
        (true, "g", "screen-key-steps"),
        (true, "s", "screen-key-scale"),
        (true, "o", "screen-key-open"),
        (true, "u", "screen-key-undo"),
        (true, "r", "screen-key-reset"),
        (true, "z", "screen-key-zoom"),
    ];
    // What Enter does needs no second key where there is so little room.
    let offered = offered.into_iter().filter(|(there, _, word)| *there && Some(*word) != enter);
    all.extend(offered.map(|(_, key, word)| (key, say(word))));
    let last = [("?", say("screen-key-help")), ("q", say("screen-key-quit"))];
    if state.zoom {
        all.insert(0, ("z", say("screen-key-unzoom")));
    }
    row(&all, &last, columns)
}

/// What Enter can do at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Likeliest {
    Next,
    Predict,
    Answer,
    Confirm,
    Apply,
    Check,
}

impl Likeliest {
    /// The key of its words.
    const fn words(self) -> &'static str {
        match self {
            Self::Next => "screen-key-next",
            Self::Predict => "screen-key-predict",
            Self::Answer => "screen-key-answer",
            Self::Confirm => "screen-key-confirm",
            Self::Apply => "screen-key-apply",
            Self::Check => "screen-key-check",
        }
    }
}

/// What Enter does now.
pub(crate) fn likeliest(state: &State) -> Option<Likeliest> {
    let here = state.here.as_ref()?;
    let offers = here.step.offers;
    let by_hand = !here.step.edits.is_empty() && here.step.commands.is_empty();
    Some(match () {
        () if here.finished => return None,
        () if state.is_done() => Likeliest::Next,
        () if here.predictions > 0 => Likeliest::Predict,
        () if offers.question && here.questions > 0 => Likeliest::Answer,
        () if offers.confirm && !here.confirmed => Likeliest::Confirm,
        () if offers.apply && !by_hand => Likeliest::Apply,
        () if state.checks.is_empty() => Likeliest::Next,
        () => Likeliest::Check,
    })
}

/// Keys and their words; `last` always, the others as far as there is room.
fn row(all: &[(&str, String)], last: &[(&str, String)], columns: u16) -> Line {
    let one = |(key, word): &(&str, String)| {
        Line::new(Role::Code, key).and(Role::Plain, " ").and(Role::Dim, word).and(Role::Plain, "  ")
    };
    let end = last.iter().map(one).fold(Line::default(), Line::with_line);
    let mut line = Line::plain(" ");
    for next in all.iter().map(one) {
        if line.width() + next.width() + end.width() >= usize::from(columns) {
            break;
        }
        line = line.with_line(next);
    }
    line.with_line(end)
}

/// The last rows while something stands in front: its question, and its keys.
fn layer_rows(state: &State, layer: &Layer, columns: u16) -> (Line, Line) {
    let say = |key: &'static str| Text::new(key).render(state.lang);
    let ask = |question: &str| Line::plain(" ").and(Role::Heading, "? ").and(Role::Strong, question);
    let key = |key: &'static str, word: &'static str| (key, say(word));
    let close = key("Esc", "screen-key-back");
    let scroll = if state.style.unicode { "↑↓" } else { "PgUp/PgDn" };
    let (status, all, last) = match layer {
        Layer::Asked(Asked { question, typed: Some(words), .. }) => {
            let line = ask(question).and(Role::Plain, &format!(" {words}")).and(Role::Heading, "_");
            (line, vec![("Enter", say("screen-key-take"))], vec![close])
        }
        Layer::Asked(asked) if asked.items.is_empty() => {
            let yes = key("y", "ask-yes");
            let no = key(if asked.enter_is_yes { "n" } else { "Enter, n" }, "ask-no");
            (ask(&asked.question), vec![yes, (scroll, say("screen-key-scroll"))], vec![no])
        }
        Layer::Asked(asked) => {
            let numbers = vec![("1-9", say("screen-key-choose")), ("Enter", say("screen-key-take"))];
            (ask(&asked.question), numbers, vec![close])
        }
        Layer::Sure(text) => {
            (ask(&text.render(state.lang)), vec![key("y", "ask-yes")], vec![key("n", "ask-no")])
        }
        Layer::Scale { service, now, wanted } => {
            let text = Text::new("screen-scale")
                .with("service", service.as_str())
                .with("now", *now)
                .with("wanted", wanted.as_str());
            let all = vec![("+ - 0-9", say("screen-key-number")), ("Enter", say("screen-key-scale"))];
            (ask(&text.render(state.lang)), all, vec![close])
        }
        Layer::Steps { filter, .. } => {
            let words = Text::new("screen-search").with("filter", filter.as_str());
            let words = Line::plain(" ").and(Role::Heading, "/ ").and(Role::Plain, &words.render(state.lang));
            (words, vec![("Enter", say("screen-key-go")), (scroll, say("screen-key-choose"))], vec![close])
        }
        Layer::Logs => logs_row(state, scroll, close),
        Layer::Intro { .. } => (
            Line::default(),
            vec![key("Enter", "screen-key-begin"), (scroll, say("screen-key-scroll"))],
            vec![key("?", "screen-key-help"), key("q", "screen-key-quit")],
        ),
        Layer::Diff(_) => {
            let all = vec![key("a", "screen-key-apply"), (scroll, say("screen-key-scroll"))];
            (status(state), all, vec![close])
        }
        Layer::Prompt(_) | Layer::Help => {
            (status(state), vec![(scroll, say("screen-key-scroll"))], vec![close])
        }
    };
    (status, row(&all, &last, columns))
}

type Rows = (Line, Vec<(&'static str, String)>, Vec<(&'static str, String)>);

fn logs_row(state: &State, scroll: &'static str, close: (&'static str, String)) -> Rows {
    let say = |key: &'static str| Text::new(key).render(state.lang);
    let logs = &state.logs;
    let line = Line::plain(" ");
    let status = match (logs.typing, logs.filter.is_empty(), logs.back) {
        (true, ..) => line.and(Role::Heading, "/ ").and(Role::Plain, &logs.filter).and(Role::Heading, "_"),
        (_, false, _) => {
            let words = Text::new("screen-logs-filtered").with("filter", logs.filter.as_str());
            line.and(Role::Plain, &words.render(state.lang))
        }
        (_, _, 0) => line.and(Role::Dim, &say("screen-logs-following")),
        _ => line.and(Role::Quoted, &say("screen-logs-held")),
    };
    let all = match logs.typing {
        true => vec![("Enter", say("screen-key-take"))],
        false => vec![
            ("/", say("screen-key-filter")),
            (scroll, say("screen-key-scroll")),
            ("End", say("screen-key-follow")),
        ],
    };
    (status, all, vec![close])
}
