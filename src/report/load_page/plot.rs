//! A [`Plot`]: lines and areas as SVG that takes whatever width there is, its axes' words as HTML
//! around it.

use std::fmt::Write;

use super::escape;

/// Writes to a string, which cannot fail.
macro_rules! put {
    ($out:expr, $($word:tt)*) => {{
        let _ = write!($out, $($word)*);
    }};
}

/// The SVG's own units, whatever size it is shown in.
const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 300.0;

/// From 0 to `end`; each mark has its words and its place, 0 to 1.
pub(super) struct Axis {
    pub end: f64,
    pub marks: Vec<(String, f64)>,
}

/// Distances between marks of time, in seconds.
const STEPS: [u32; 15] = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200];
const MOST_MARKS: f64 = 6.0;

impl Axis {
    /// To an `end` of [`round_up`](crate::text::measure::round_up), with marks that are round, too.
    pub(super) fn even(end: f64, label: &dyn Fn(f64) -> String) -> Self {
        let first_digit = (end / 10f64.powf(end.log10().floor())).round();
        let parts = if first_digit == 2.0 { 4 } else { 5 };
        let mark = |at: u32| {
            let place = f64::from(at) / f64::from(parts);
            (label(end * place), place)
        };
        Self { end, marks: (0..=parts).map(mark).collect() }
    }

    /// From 0 to `end` seconds.
    pub(super) fn seconds(end: f64) -> Self {
        let few = |step: &u32| end / f64::from(*step) <= MOST_MARKS;
        let step = STEPS.into_iter().find(few).unwrap_or((end / MOST_MARKS).ceil() as u32);
        let places = (0..).map(|at| at * step).take_while(|at| f64::from(*at) <= end);
        Self { end, marks: places.map(|at| (at.to_string(), f64::from(at) / end)).collect() }
    }
}

pub(super) struct Series {
    /// Its class: the style sheet gives it its colour.
    class: &'static str,
    name: String,
    /// In units of the axes.
    points: Vec<(f64, f64)>,
    filled: bool,
}

impl Series {
    pub(super) const fn line(class: &'static str, name: String, points: Vec<(f64, f64)>) -> Self {
        Self { class, name, points, filled: false }
    }

    pub(super) const fn area(class: &'static str, name: String, points: Vec<(f64, f64)>) -> Self {
        Self { class, name, points, filled: true }
    }
}

/// A part of the x axis that says something when pointed at; places from 0 to 1.
pub(super) struct Band {
    pub from: f64,
    pub width: f64,
    pub words: String,
}

pub(super) struct Plot<'a> {
    pub name: String,
    pub x: &'a Axis,
    pub y: &'a Axis,
    pub x_name: String,
    pub series: Vec<Series>,
    pub bands: &'a [Band],
}

impl Plot<'_> {
    /// As HTML.
    pub(super) fn draw(&self) -> String {
        let mut out = String::from("<figure class=\"plot\">");
        put!(out, "<div class=\"y\">");
        for (words, place) in &self.y.marks {
            put!(out, "<span style=\"bottom:{:.2}%\">{}</span>", place * 100.0, escape(words));
        }
        put!(out, "</div>");
        self.svg(&mut out);
        put!(out, "<div class=\"x\">");
        for (words, place) in &self.x.marks {
            let side = match *place {
                ..0.02 => "first",
                0.98.. => "last",
                _ => "inner",
            };
            put!(out, "<span class=\"{side}\" style=\"left:{:.2}%\">{}</span>", place * 100.0, escape(words));
        }
        put!(out, "</div><figcaption>");
        for series in &self.series {
            put!(out, "<span class=\"key {}\">{}</span>", series.class, escape(&series.name));
        }
        put!(out, "<span class=\"unit\">{}</span></figcaption></figure>", escape(&self.x_name));
        out
    }

    fn svg(&self, out: &mut String) {
        put!(
            out,
            "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{}\">",
            escape(&self.name)
        );
        for (_, place) in &self.y.marks {
            let y = HEIGHT * (1.0 - place);
            put!(out, "<line class=\"grid\" x1=\"0\" x2=\"{WIDTH}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>");
        }
        for series in &self.series {
            self.series(out, series);
        }
        for band in self.bands {
            put!(
                out,
                "<rect class=\"band\" x=\"{:.2}\" width=\"{:.2}\" y=\"0\" height=\"{HEIGHT}\"><title>{}</title></rect>",
                band.from * WIDTH,
                band.width * WIDTH,
                escape(&band.words)
            );
        }
        out.push_str("</svg>");
    }

    fn series(&self, out: &mut String, series: &Series) {
        let mut line = String::new();
        let (mut first, mut last) = (0.0, 0.0);
        for (at, (x, y)) in series.points.iter().enumerate() {
            let x = (x / self.x.end).clamp(0.0, 1.0) * WIDTH;
            let y = (1.0 - (y / self.y.end).clamp(0.0, 1.0)) * HEIGHT;
            put!(line, "{}{x:.1} {y:.1}", if at == 0 { "M" } else { "L" });
            if at == 0 {
                first = x;
            }
            last = x;
        }
        if series.filled && !line.is_empty() {
            put!(
                out,
                "<path class=\"area {}\" d=\"{line}L{last:.1} {HEIGHT}L{first:.1} {HEIGHT}Z\"/>",
                series.class
            );
        }
        put!(out, "<path class=\"line {}\" d=\"{line}\"/>", series.class);
    }
}

/// A bar that is whole at 1.
pub(super) fn bar(share: f64) -> String {
    format!(
        "<svg viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
         <rect class=\"whole\" width=\"100\" height=\"10\"/>\
         <rect class=\"part\" width=\"{:.2}\" height=\"10\"/></svg>",
        share.clamp(0.0, 1.0) * 100.0
    )
}
