//! A load run as one page that needs nothing else: no script, no font, no request. Plots are SVG
//! made here; their words stand in HTML beside them, so that they keep their size on any screen.

mod plot;

use std::time::{Duration, SystemTime};

use self::plot::{Axis, Band, Plot, Series};
use super::html::escape;
use super::text::load::{error_name, percentiles, seen, shape};
use crate::event::LoadRun;
use crate::load::{Load, Report, Second, remarks};
use crate::text::measure::{bytes, count, percent, rate, round_up, time};
use crate::text::{Lang, Text};

/// By this a page is known as one of ours.
const MARKER: &str = "<meta name=\"generator\" content=\"workshop load\">";
const STYLE: &str = include_str!("style.css");
/// More seconds than this are put together for the plots.
const MOST_POINTS: usize = 600;

/// Whether `page` was written here.
pub(crate) fn is_ours(page: &[u8]) -> bool {
    let head = &page[..page.len().min(1024)];
    head.windows(MARKER.len()).any(|window| window == MARKER.as_bytes())
}

/// The whole page.
pub(crate) fn render(run: &LoadRun, lang: Lang) -> String {
    let say = Say(lang);
    let title = format!("{}: {} {}", say.word("load-page-title"), run.plan.method, run.plan.shown_url());
    let parts = [
        say.head(run),
        say.facts(run),
        say.remarks(run),
        say.thresholds(run),
        say.over_time(run),
        say.percentiles(&run.report),
        say.shares(&run.report),
        say.errors(&run.report),
        say.plan(run),
    ];
    let written = match run.engine {
        Some(engine) => Text::new("load-page-written-engine").with("engine", engine.name()),
        None => Text::new("load-page-written"),
    };
    let written = written.with("version", env!("CARGO_PKG_VERSION")).with("date", date(run.at));
    format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n{MARKER}\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n\
         <link rel=\"icon\" href=\"data:,\">\n<title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <main>\n{}</main>\n<footer>{}</footer>\n</body>\n</html>\n",
        lang.code(),
        escape(&title),
        parts.concat(),
        escape(&say.text(&written)),
    )
}

/// The minute, by the clock of the one who measured.
fn date(at: SystemTime) -> String {
    jiff::Timestamp::try_from(at).map_or_else(
        |_| String::new(),
        |at| at.to_zoned(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d %H:%M %Z").to_string(),
    )
}

/// The page's parts, in a language.
#[derive(Clone, Copy)]
struct Say(Lang);

impl Say {
    fn word(self, key: &'static str) -> String {
        self.text(&Text::new(key))
    }

    fn text(self, text: &Text) -> String {
        text.render(self.0)
    }

    fn head(self, run: &LoadRun) -> String {
        let request = format!("{} {}", run.plan.method, run.plan.shown_url());
        format!(
            "<header><p class=\"kind\">{}</p><h1>{}</h1><p>{}</p></header>\n",
            escape(&self.word("load-page-title")),
            escape(&request),
            escape(&self.text(&shape(&run.plan)))
        )
    }

    /// The numbers that are looked for first.
    fn facts(self, run: &LoadRun) -> String {
        let report = &run.report;
        let latency = |value: Duration| if value.is_zero() { "-".to_owned() } else { time(value, true) };
        let mut facts = vec![
            (self.word("load-throughput"), format!("{}/s", rate(report.throughput))),
            ("p50".to_owned(), latency(report.latency.p50)),
            ("p99".to_owned(), latency(report.latency.p99)),
            (self.word("load-requests"), count(report.requests)),
            (self.word("load-errors"), percent(report.error_share())),
        ];
        if let (Some(sent), Some(intended)) = (report.sent_rate, report.intended_rate) {
            facts.push((self.word("load-sent"), format!("{} / {}", rate(sent), rate(intended))));
        }
        if let Some(usage) = report.generator {
            facts.push((self.word("load-generator"), percent(usage.busy_share)));
        }
        if let Some(busy) = report.host_busy {
            facts.push((self.word("load-host"), percent(busy)));
        }
        let facts = facts
            .iter()
            .map(|(name, value)| format!("<div><dt>{}</dt><dd>{}</dd></div>", escape(name), escape(value)));
        format!("<dl class=\"facts\">{}</dl>\n", facts.collect::<String>())
    }

    fn remarks(self, run: &LoadRun) -> String {
        let remarks = remarks(&run.plan, &run.report);
        if remarks.is_empty() {
            return String::new();
        }
        let items = remarks.iter().map(|remark| format!("<li>{}</li>", escape(&self.text(remark))));
        format!("<ul class=\"remarks\">{}</ul>\n", items.collect::<String>())
    }

    fn thresholds(self, run: &LoadRun) -> String {
        if run.thresholds.is_empty() {
            return String::new();
        }
        let rows = run.thresholds.iter().map(|one| {
            let (class, sign, key) = match one.met {
                true => ("met", "✓", "load-page-met"),
                false => ("missed", "✗", "load-page-not-met"),
            };
            format!(
                "<tr class=\"{class}\"><td>{sign} {}</td><th scope=\"row\"><code>{}</code></th><td>{}</td></tr>",
                escape(&self.word(key)),
                escape(&one.source),
                escape(&self.text(&seen(true, one.seen)))
            )
        });
        self.section("load-thresholds", &format!("<table>{}</table>", rows.collect::<String>()))
    }

    fn section(self, heading: &'static str, inner: &str) -> String {
        format!("<section id=\"{heading}\"><h2>{}</h2>\n{inner}\n</section>\n", escape(&self.word(heading)))
    }

    fn over_time(self, run: &LoadRun) -> String {
        let report = &run.report;
        let whole = (report.elapsed.as_secs() as usize).min(report.seconds.len());
        let points = put_together(&report.seconds[..whole]);
        if points.len() < 2 {
            let short = escape(&self.word("load-page-short"));
            return self.section("load-over-time-throughput", &format!("<p>{short}</p>"));
        }
        let end = f64::from(points.last().map_or(0, |point| point.second.at)) + 1.0;
        let x = Axis::seconds(end);
        let bands: Vec<Band> = points.iter().map(|point| self.band(point, end)).collect();
        let good = |point: &Point| (point.second.requests - point.second.errors) as f64 / point.seconds;
        let failed = |point: &Point| point.second.errors as f64 / point.seconds;
        let mut answers = vec![Series::area("good", self.word("load-page-good"), line(&points, good))];
        if report.failed() > 0 {
            answers.push(Series::line("failed", self.word("load-page-failed"), line(&points, failed)));
        }
        let top = points.iter().map(|point| good(point).max(failed(point))).fold(0.0, f64::max);
        let throughput = Plot {
            name: self.word("load-over-time-throughput"),
            x: &x,
            y: &Axis::even(round_up(top), &rate),
            x_name: self.word("load-page-seconds"),
            series: answers,
            bands: &bands,
        };
        let mut page = self.section("load-over-time-throughput", &throughput.draw());
        if let Load::Stages(_) = run.plan.load {
            page += &self.users(&points, &x, &bands);
        }
        page + &self.latency(&points, &x, &bands)
    }

    fn latency(self, points: &[Point], x: &Axis, bands: &[Band]) -> String {
        let seconds = |value: Duration| value.as_secs_f64();
        let top = points.iter().map(|point| seconds(point.second.p99)).fold(0.0, f64::max);
        let plot = Plot {
            name: self.word("load-page-over-time-latency"),
            x,
            y: &Axis::even(round_up(top), &in_time),
            x_name: self.word("load-page-seconds"),
            series: vec![
                Series::line("p99", "p99".to_owned(), line(points, |point| seconds(point.second.p99))),
                Series::line("p50", "p50".to_owned(), line(points, |point| seconds(point.second.p50))),
            ],
            bands,
        };
        self.section("load-page-over-time-latency", &plot.draw())
    }

    /// How many virtual users there were; only where that changes.
    fn users(self, points: &[Point], x: &Axis, bands: &[Band]) -> String {
        let most = points.iter().map(|point| point.second.active).max().unwrap_or(0);
        let plot = Plot {
            name: self.word("load-page-users"),
            x,
            y: &Axis::even(round_up(f64::from(most)), &rate),
            x_name: self.word("load-page-seconds"),
            series: vec![Series::area(
                "users",
                self.word("load-page-users"),
                line(points, |point| f64::from(point.second.active)),
            )],
            bands,
        };
        self.section("load-page-users", &plot.draw())
    }

    /// What is shown where one points at a second.
    fn band(self, point: &Point, end: f64) -> Band {
        let second = &point.second;
        let words = format!(
            "{} s: {}/s, p50 {}, p99 {}, {} {}",
            second.at,
            rate(second.requests as f64 / point.seconds),
            time(second.p50, true),
            time(second.p99, true),
            self.word("load-errors"),
            count(second.errors)
        );
        Band { from: f64::from(second.at) / end, width: point.seconds / end, words }
    }

    fn percentiles(self, report: &Report) -> String {
        let all: u64 = report.distribution.iter().map(|(_, number)| number).sum();
        if all == 0 {
            return self
                .section("load-latency", &format!("<p>{}</p>", escape(&self.word("load-page-nothing"))));
        }
        // Each nine after the first takes as much room as all before it: that is where the tail is.
        let nines = |below: u64| -((all - below) as f64 / all as f64).log10();
        let end = (all as f64).log10().max(1.0);
        let mut below = 0;
        let mut line = vec![(0.0, 0.0)];
        for (bound, number) in &report.distribution {
            let from = nines(below);
            below += number;
            let value = bound.min(&report.latency.max).as_secs_f64();
            line.push((from, value));
            line.push((if below == all { end } else { nines(below) }, value));
        }
        if let Some(first) = line.get(1).copied() {
            line[0] = (0.0, first.1);
        }
        // A mark at the very end would stand in the way of the one before it.
        let marks = [("0", 0.0), ("90", 1.0), ("99", 2.0), ("99.9", 3.0), ("99.99", 4.0), ("99.999", 5.0)];
        let marks =
            marks.iter().filter(|(_, at)| *at <= end * 0.97).map(|(name, at)| ((*name).to_owned(), at / end));
        let plot = Plot {
            name: self.word("load-page-percentiles"),
            x: &Axis { end, marks: marks.collect() },
            y: &Axis::even(round_up(report.latency.max.as_secs_f64()), &in_time),
            x_name: self.word("load-page-class"),
            series: vec![Series::area("latency", self.word("load-latency"), line)],
            bands: &[],
        };
        let rows = percentiles(report).into_iter().map(|(name, value)| {
            let name = if name.starts_with('p') { name.to_owned() } else { self.word(name) };
            format!(
                "<tr><th scope=\"row\">{}</th><td>{}</td></tr>",
                escape(&name),
                escape(&time(value, true))
            )
        });
        let table = format!("<table class=\"numbers\">{}</table>", rows.collect::<String>());
        self.section("load-page-percentiles", &(plot.draw() + &table))
    }

    fn shares(self, report: &Report) -> String {
        let all: u64 = report.shares.values().sum();
        if all == 0 {
            return String::new();
        }
        let rows = report.shares.iter().map(|(server, number)| {
            let share = *number as f64 / all as f64;
            format!(
                "<tr><th scope=\"row\">{}</th><td class=\"bar\">{}</td><td>{}</td><td>{}</td></tr>",
                escape(server),
                plot::bar(share),
                count(*number),
                escape(&percent(share))
            )
        });
        self.section("load-shares", &format!("<table class=\"shares\">{}</table>", rows.collect::<String>()))
    }

    fn errors(self, report: &Report) -> String {
        if report.errors.is_empty() {
            return String::new();
        }
        let rows = report.errors.iter().map(|(kind, number)| {
            let name = escape(&self.word(error_name(*kind)));
            format!("<tr><th scope=\"row\">{name}</th><td>{}</td></tr>", count(*number))
        });
        let table = format!("<table class=\"numbers\">{}</table>", rows.collect::<String>());
        self.section("load-errors", &table)
    }

    fn plan(self, run: &LoadRun) -> String {
        let (plan, report) = (&run.plan, &run.report);
        let kept = if plan.keep_alive { "load-page-kept" } else { "load-page-not-kept" };
        let opened = Text::new("load-connections-opened")
            .with("connections", count(report.connections))
            .with("bytes", bytes(report.bytes));
        let rows = [
            ("load-page-request", format!("{} {}", plan.method, plan.shown_url())),
            ("load-page-load", self.text(&shape(plan))),
            ("load-page-timeout", time(plan.timeout, true)),
            ("load-page-keep-alive", format!("{}; {}", self.word(kept), self.text(&opened))),
        ];
        let rows = rows.iter().map(|(name, value)| {
            let name = escape(&self.word(name));
            format!("<tr><th scope=\"row\">{name}</th><td>{}</td></tr>", escape(value))
        });
        self.section("load-page-plan", &format!("<table>{}</table>", rows.collect::<String>()))
    }
}

fn in_time(seconds: f64) -> String {
    if seconds == 0.0 { "0".to_owned() } else { time(Duration::from_secs_f64(seconds), true) }
}

/// One second of a run, or some that are put together.
struct Point {
    second: Second,
    seconds: f64,
}

/// A value of each point, in the middle of its time.
fn line(points: &[Point], value: impl Fn(&Point) -> f64) -> Vec<(f64, f64)> {
    points.iter().map(|point| (f64::from(point.second.at) + point.seconds / 2.0, value(point))).collect()
}

/// Few enough points for a plot: counts summed up, the greatest latencies kept.
fn put_together(seconds: &[Second]) -> Vec<Point> {
    let each = seconds.len().div_ceil(MOST_POINTS).max(1);
    let one = |part: &[Second]| {
        let sum = |all: Second, next: &Second| Second {
            at: all.at,
            requests: all.requests + next.requests,
            errors: all.errors + next.errors,
            p50: all.p50.max(next.p50),
            p99: all.p99.max(next.p99),
            active: all.active.max(next.active),
        };
        let second = part[1..].iter().fold(part[0], sum);
        Point { second, seconds: part.len() as f64 }
    };
    seconds.chunks(each).map(one).collect()
}

#[cfg(test)]
mod tests;
