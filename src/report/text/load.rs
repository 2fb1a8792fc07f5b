//! Draws a load run: what is sent, how far it is, and what came of it.

use std::time::Duration;

use super::pen::Pen;
use super::plot::{Plot, draw};
use crate::check::Outcome;
use crate::event::LoadRun;
use crate::load::threshold::{self, Seen};
use crate::load::{ErrorKind, Load, Plan, Progress, Report, remarks};
use crate::report::line::{Line, Role, clean, cut, width};
use crate::text::Text;
use crate::text::measure::{bytes, count, percent, percent_exact, rate, round_up, time};

const INDENT: usize = 2;
const LONGEST_BAR: usize = 30;
/// More servers are summed up in a last line.
const MOST_SHARES: usize = 20;

/// What will be sent, and how.
pub(crate) fn started(pen: Pen, plan: &Plan) -> Vec<Line> {
    let request = format!("{} {}", plan.method, plan.shown_url());
    let mut lines = pen.paragraph(Role::Heading, &request, 0);
    lines.extend(pen.paragraph(Role::Dim, &pen.say(&shape(plan)), 0));
    lines
}

/// The load in a sentence.
pub(crate) fn shape(plan: &Plan) -> Text {
    let seconds = tenths(plan.measured().as_secs_f64());
    let text = match &plan.load {
        Load::Closed { connections } => Text::new("load-shape-closed").with("connections", *connections),
        Load::Open { rate: wanted, connections } => {
            Text::new("load-shape-open").with("rate", rate(*wanted)).with("connections", *connections)
        }
        Load::Stages(stages) => {
            let one = |stage: &crate::load::Stage| {
                format!("{} s:{}", tenths(stage.takes.as_secs_f64()), stage.users)
            };
            let stages: Vec<String> = stages.iter().map(one).collect();
            Text::new("load-shape-stages").with("users", plan.connections()).with("stages", stages)
        }
    };
    let text = text.with("seconds", seconds);
    if plan.warm_up.is_zero() {
        return text;
    }
    let warm_up = tenths(plan.warm_up.as_secs_f64());
    Text::new("load-shape-warm-up").with("shape", text).with("seconds", warm_up)
}

fn tenths(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// How far it is, in one line on any screen: what matters most stands first.
pub(crate) fn progress(pen: Pen, progress: &Progress) -> String {
    let key = match progress {
        Progress { warming_up: true, .. } => "load-progress-warm-up",
        Progress { draining: true, .. } => "load-progress-draining",
        _ => "load-progress",
    };
    let whole = |time: Duration| time.as_secs().to_string();
    let text = Text::new(key)
        .with("elapsed", whole(progress.elapsed.min(progress.total)))
        .with("total", tenths(progress.total.as_secs_f64()))
        .with("rate", rate(progress.rate))
        .with("p99", time(progress.p99, pen.style.unicode))
        .with("active", progress.active)
        .with("errors", count(progress.errors));
    // Two columns before it, and one that the cursor needs.
    cut(&pen.say(&text), pen.style.measure() - 3, pen.style.unicode).into_owned()
}

/// All of what came of it.
pub(crate) fn finished(pen: Pen, run: &LoadRun) -> Vec<Line> {
    let report = &run.report;
    let mut lines = overview(pen, report);
    for remark in remarks(&run.plan, report) {
        let first = Line::plain("  ").and(Role::Environment, "! ");
        lines.extend(pen.hanging(first, Role::Plain, &pen.say(&remark)));
    }
    let parts = [
        latency(pen, report),
        errors(pen, report),
        shares(pen, report),
        distribution(pen, report),
        over_time(pen, report),
        thresholds(pen, &run.thresholds),
    ];
    for part in parts.into_iter().filter(|part| !part.is_empty()) {
        lines.push(Line::default());
        lines.extend(part);
    }
    lines
}

fn heading(pen: Pen, key: &'static str) -> Line {
    Line::new(Role::Strong, &pen.word(key))
}

fn overview(pen: Pen, report: &Report) -> Vec<Line> {
    let mut rows = vec![
        ("load-throughput", Text::new("load-a-second").with("rate", rate(report.throughput))),
        (
            "load-requests",
            Text::new("load-requests-of")
                .with("requests", count(report.requests))
                .with("good", count(report.good))
                .with("failed", count(report.failed()))
                .with("share", percent(report.error_share())),
        ),
    ];
    if let (Some(intended), Some(sent)) = (report.intended_rate, report.sent_rate) {
        let text = Text::new("load-sent-of").with("sent", rate(sent)).with("intended", rate(intended));
        rows.push(("load-sent", text.with("missing", count(report.not_sent))));
    }
    let opened = Text::new("load-connections-opened")
        .with("connections", count(report.connections))
        .with("bytes", bytes(report.bytes));
    rows.push(("load-connections", opened));
    if let Some(usage) = report.generator {
        let text = Text::new("load-generator-used")
            .with("percent", percent(usage.busy_share))
            .with("threads", usage.threads);
        rows.push(("load-generator", text));
    }
    if let Some(busy) = report.host_busy {
        rows.push(("load-host", Text::new("load-host-busy").with("percent", percent(busy))));
    }
    let rows: Vec<_> =
        rows.into_iter().map(|(label, text)| (pen.word(label), Role::Plain, pen.say(&text))).collect();
    pen.rows(&rows, INDENT)
}

/// Labels left, values at the right edge of their column.
fn aligned(rows: &[(String, Role, String)]) -> Vec<Line> {
    let label = rows.iter().map(|(label, ..)| width(label)).max().unwrap_or(0);
    let value = rows.iter().map(|(.., value)| width(value)).max().unwrap_or(0);
    let row = |(name, role, text): &(String, Role, String)| {
        let column = INDENT + label + 2 + value - width(text);
        Line::plain(&" ".repeat(INDENT)).and(*role, name).to(column).and(Role::Plain, text)
    };
    rows.iter().map(row).collect()
}

fn latency(pen: Pen, report: &Report) -> Vec<Line> {
    if report.latency.max.is_zero() {
        return Vec::new();
    }
    let mut lines = vec![heading(pen, "load-latency")];
    let rows: Vec<_> = percentiles(report)
        .into_iter()
        .map(|(name, value)| (name_of(pen, name), Role::Dim, time(value, pen.style.unicode)))
        .collect();
    lines.extend(aligned(&rows));
    lines
}

/// Every percentile with its name; `mean` and `max` are words of a language.
pub(crate) fn percentiles(report: &Report) -> [(&'static str, Duration); 8] {
    let latency = &report.latency;
    [
        ("p50", latency.p50),
        ("p90", latency.p90),
        ("p95", latency.p95),
        ("p99", latency.p99),
        ("p99.9", latency.p99_9),
        ("p99.99", latency.p99_99),
        ("load-max", latency.max),
        ("load-mean", latency.mean),
    ]
}

fn name_of(pen: Pen, name: &'static str) -> String {
    if name.starts_with('p') { name.to_owned() } else { pen.word(name) }
}

/// The key of what an error is called.
pub(crate) const fn error_name(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Refused => "load-error-refused",
        ErrorKind::TimedOut => "load-error-timed-out",
        ErrorKind::Reset => "load-error-reset",
        ErrorKind::ClosedEarly => "load-error-closed-early",
        ErrorKind::Garbage => "load-error-garbage",
        ErrorKind::Status4xx => "load-error-status-4xx",
        ErrorKind::Status5xx => "load-error-status-5xx",
        ErrorKind::TooManyRedirects => "load-error-too-many-redirects",
        ErrorKind::Tls => "load-error-tls",
        ErrorKind::NameNotFound => "load-error-name-not-found",
        ErrorKind::NotOurs => "load-error-not-ours",
        ErrorKind::NoConnection => "load-error-no-connection",
    }
}

fn errors(pen: Pen, report: &Report) -> Vec<Line> {
    if report.errors.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![heading(pen, "load-errors")];
    let mut errors: Vec<_> = report.errors.iter().collect();
    errors.sort_by_key(|(_, number)| std::cmp::Reverse(**number));
    let rows: Vec<_> = errors
        .into_iter()
        .map(|(kind, number)| (pen.word(error_name(*kind)), Role::NotYet, count(*number)))
        .collect();
    lines.extend(aligned(&rows));
    lines
}

/// A row with a number, its share of all, and a bar.
struct Bar {
    label: String,
    number: u64,
}

/// `label  number  share  bar`; the bar stands last, since its blocks are wide in some locales.
fn bars(pen: Pen, rows: &[Bar], right: bool) -> Vec<Line> {
    let all: u64 = rows.iter().map(|row| row.number).sum::<u64>().max(1);
    let most = rows.iter().map(|row| row.number).max().unwrap_or(0).max(1);
    let numbers: Vec<String> = rows.iter().map(|row| count(row.number)).collect();
    let number = numbers.iter().map(|number| width(number)).max().unwrap_or(0);
    let share = width("100.0%");
    let room = pen.style.measure().saturating_sub(INDENT + number + share + 6);
    let label = rows.iter().map(|row| width(&row.label)).max().unwrap_or(0).min(room.saturating_sub(6));
    let longest = room.saturating_sub(label).clamp(1, LONGEST_BAR);
    let block = if pen.style.unicode { "█" } else { "#" };
    let one = |(row, words): (&Bar, &String)| {
        let name = cut(&row.label, label, pen.style.unicode);
        let start = INDENT + if right { label - width(&name) } else { 0 };
        let percent = percent(row.number as f64 / all as f64);
        let cells = (row.number as f64 / most as f64 * longest as f64).round() as usize;
        let cells = cells.max(usize::from(row.number > 0));
        let at = INDENT + label + 2;
        let line = Line::plain(&" ".repeat(start))
            .and(Role::Plain, &name)
            .to(at + number - width(words))
            .and(Role::Plain, words)
            .to(at + number + 2 + share - width(&percent))
            .and(Role::Dim, &percent);
        if cells == 0 {
            return line;
        }
        line.and(Role::Plain, "  ").and(Role::Code, &block.repeat(cells))
    };
    rows.iter().zip(&numbers).map(one).collect()
}

fn shares(pen: Pen, report: &Report) -> Vec<Line> {
    if report.shares.is_empty() {
        return Vec::new();
    }
    let mut rows: Vec<Bar> = report
        .shares
        .iter()
        .map(|(label, number)| Bar { label: clean(label).into_owned(), number: *number })
        .collect();
    if rows.len() > MOST_SHARES {
        let rest = rows.split_off(MOST_SHARES - 1);
        let label = pen.say(&Text::new("load-other-servers").with("count", rest.len()));
        rows.push(Bar { label, number: rest.iter().map(|row| row.number).sum() });
    }
    let mut lines = vec![heading(pen, "load-shares")];
    lines.extend(bars(pen, &rows, false));
    lines
}

fn distribution(pen: Pen, report: &Report) -> Vec<Line> {
    if report.distribution.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![heading(pen, "load-distribution")];
    let rows: Vec<Bar> = classes(report)
        .into_iter()
        .map(|(bound, number)| {
            let bound = Text::new("load-up-to").with("time", time(bound, pen.style.unicode));
            Bar { label: pen.say(&bound), number }
        })
        .collect();
    lines.extend(bars(pen, &rows, true));
    lines
}

/// The distribution in classes that end at 1, 2, 5, 10 … , empty ones between others included.
fn classes(report: &Report) -> Vec<(Duration, u64)> {
    let bounds = (0..).flat_map(|power| [1, 2, 5].map(|step| step * 10u64.pow(power)));
    let mut rows = Vec::new();
    let mut left = report.distribution.as_slice();
    for micros in bounds {
        let bound = Duration::from_micros(micros);
        // A fine class belongs where its upper bound is, give or take its own width.
        let inside = left.iter().take_while(|(upper, _)| *upper <= bound + bound / 50).count();
        let number: u64 = left[..inside].iter().map(|(_, number)| number).sum();
        left = &left[inside..];
        if number > 0 || !rows.is_empty() {
            rows.push((bound, number));
        }
        if left.is_empty() {
            break;
        }
    }
    rows
}

fn over_time(pen: Pen, report: &Report) -> Vec<Line> {
    let whole = report.elapsed.as_secs() as usize;
    let seconds = &report.seconds[..whole.min(report.seconds.len())];
    if seconds.len() < 3 {
        return Vec::new();
    }
    let ends = || {
        let at = |second: usize| pen.say(&Text::new("report-seconds").with("seconds", second));
        (at(0), at(seconds.len()))
    };
    let good: Vec<f64> = seconds.iter().map(|second| (second.requests - second.errors) as f64).collect();
    let slow: Vec<f64> = seconds.iter().map(|second| second.p99.as_secs_f64()).collect();
    let top = |values: &[f64]| round_up(values.iter().copied().fold(0.0, f64::max));
    let in_time = |value: f64| match value {
        0.0 => "0".to_owned(),
        _ => time(Duration::from_secs_f64(value), pen.style.unicode),
    };
    let mut lines = vec![heading(pen, "load-over-time-throughput")];
    let plot = Plot { values: &good, top: top(&good), label: &rate, ends: ends() };
    lines.extend(draw(pen, &plot, INDENT));
    if slow.iter().any(|value| *value > 0.0) {
        lines.push(Line::default());
        lines.push(heading(pen, "load-over-time-p99"));
        let plot = Plot { values: &slow, top: top(&slow), label: &in_time, ends: ends() };
        lines.extend(draw(pen, &plot, INDENT));
    }
    lines
}

fn thresholds(pen: Pen, all: &[threshold::Outcome]) -> Vec<Line> {
    if all.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![heading(pen, "load-thresholds")];
    let source = all.iter().map(|one| width(&clean(&one.source))).max().unwrap_or(0);
    for one in all {
        let outcome = if one.met { Outcome::Pass } else { Outcome::NotYet };
        let first = Line::plain("  ").with_line(pen.verdict(outcome)).and(Role::Plain, "  ");
        let column = first.width() + source + 2;
        let first = first.and(Role::Plain, &clean(&one.source)).to(column);
        lines.extend(pen.hanging(first, Role::Dim, &pen.say(&seen(pen.style.unicode, one.seen))));
    }
    lines
}

/// What was measured where a threshold asks.
pub(crate) fn seen(unicode: bool, seen: Seen) -> Text {
    let words = match seen {
        Seen::Time(value) => time(value, unicode),
        Seen::Share(share) => percent_exact(share),
        Seen::Number(number) => rate(number),
        Seen::Nothing => return Text::new("load-nothing-measured"),
    };
    Text::new("load-seen").with("seen", words)
}
