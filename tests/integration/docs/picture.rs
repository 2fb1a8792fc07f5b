//! A terminal's screen as an SVG: letters as text, lines and bars as shapes, each at its cell.

use std::fmt::Write;
use std::sync::LazyLock;

use regex::Regex;
use roxmltree::Node;
use vt100::{Cell, Color, Screen};

/// A cell, in the picture's own units.
const WIDTH: u16 = 8;
const HEIGHT: u16 = 18;
const MARGIN: u16 = 12;
/// How far below a row's top its letters stand.
const BASELINE: u16 = 13;

/// The colours of a page that the picture stands on.
pub(super) struct Theme {
    pub name: &'static str,
    ground: &'static str,
    edge: &'static str,
    ink: &'static str,
    /// Red, green, yellow, blue, magenta, cyan: a terminal's colours 1 to 6.
    colors: [&'static str; 6],
}

/// As a code host has them.
pub(super) const THEMES: [Theme; 2] = [
    Theme {
        name: "light",
        ground: "#ffffff",
        edge: "#d1d9e0",
        ink: "#1f2328",
        colors: ["#cf222e", "#1a7f37", "#9a6700", "#0969da", "#8250df", "#1b7c83"],
    },
    Theme {
        name: "dark",
        ground: "#0d1117",
        edge: "#3d444d",
        ink: "#e6edf3",
        colors: ["#ff7b72", "#3fb950", "#d29922", "#58a6ff", "#bc8cff", "#39c5cf"],
    },
];

/// Neighbours in a row that look alike.
struct Piece {
    column: u16,
    end: u16,
    text: String,
    class: String,
    wide: bool,
}

impl Piece {
    fn of(column: u16, cell: &Cell) -> Self {
        let wide = cell.is_wide();
        let class = class(cell);
        Self { column, end: column + 1 + u16::from(wide), text: cell.contents().to_owned(), class, wide }
    }

    /// The line or bar that all of it is.
    fn shape(&self) -> Option<char> {
        self.text.chars().next().filter(|first| ('\u{2500}'..='\u{259f}').contains(first))
    }

    /// Takes in the next one, where both can be drawn at once.
    fn take(&mut self, next: &Self) -> bool {
        let blanks = next.column - self.end;
        let alike = self.class == next.class && self.wide == next.wide && self.shape() == next.shape();
        let one = if self.wide || self.shape().is_some() { blanks == 0 } else { blanks <= 1 };
        if alike && one {
            self.text.extend(std::iter::repeat_n(' ', blanks.into()));
            self.text.push_str(&next.text);
            self.end = next.end;
        }
        alike && one
    }

    fn draw(&self, row: u16) -> String {
        let (x, y) = (MARGIN + self.column * WIDTH, MARGIN + row * HEIGHT);
        let (width, class) = ((self.end - self.column) * WIDTH, &self.class);
        let bar = |x: u16, y: u16, width: u16, height: u16| {
            format!("<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>\n")
        };
        match self.shape() {
            Some('─') => return bar(x, y + HEIGHT / 2, width, 1),
            Some('━') => return bar(x, y + HEIGHT / 2 - 1, width, 4),
            Some('│') => return bar(x + WIDTH / 2, y, 1, HEIGHT),
            Some('█') => return bar(x, y + 3, width, HEIGHT - 6),
            Some(_) | None => {}
        }
        let text = self.text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let y = y + BASELINE;
        if self.wide {
            // Each at its place: a font's Hangul is narrower than two of its letters.
            let places = (self.column..self.end).step_by(2).map(|column| MARGIN + column * WIDTH);
            let places = places.map(|x| x.to_string()).collect::<Vec<_>>().join(" ");
            return format!("<text class=\"{class} w\" x=\"{places}\" y=\"{y}\">{text}</text>\n");
        }
        format!("<text class=\"{class}\" x=\"{x}\" y=\"{y}\" textLength=\"{width}\">{text}</text>\n")
    }
}

/// How a cell looks: its colour, and whether it is bold, dim or underlined.
fn class(cell: &Cell) -> String {
    let color = match cell.fgcolor() {
        Color::Idx(index @ 1..=6) => format!("c{index}"),
        Color::Default | Color::Idx(_) | Color::Rgb(..) => "c0".to_owned(),
    };
    let marks = [(cell.bold(), " b"), (cell.dim(), " d"), (cell.underline(), " u")];
    marks.iter().filter(|(is, _)| *is).fold(color, |class, (_, mark)| class + mark)
}

fn pieces(screen: &Screen, row: u16) -> Vec<Piece> {
    let cells = (0..screen.size().1).filter_map(|column| Some((column, screen.cell(row, column)?)));
    let inked = cells.filter(|(_, cell)| !cell.contents().trim().is_empty());
    inked.map(|(column, cell)| Piece::of(column, cell)).fold(Vec::new(), |mut pieces, next| {
        if !pieces.last_mut().is_some_and(|last: &mut Piece| last.take(&next)) {
            pieces.push(next);
        }
        pieces
    })
}

/// The screen in a frame.
pub(super) fn draw(screen: &Screen, theme: &Theme) -> String {
    let (rows, columns) = screen.size();
    let (width, height) = (columns * WIDTH + 2 * MARGIN, rows * HEIGHT + 2 * MARGIN);
    let Theme { ground, edge, ink, colors, .. } = theme;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">\n\
         <style>\n\
         text {{ font: 13.3px ui-monospace, SFMono-Regular, Menlo, Consolas, \"DejaVu Sans Mono\", monospace; white-space: pre }}\n\
         .w {{ font-size: 15px }} .b {{ font-weight: bold }} .d {{ opacity: .65 }} .u {{ text-decoration: underline }}\n\
         .c0 {{ fill: {ink} }}"
    );
    for (index, color) in colors.iter().enumerate() {
        let _ = write!(svg, " .c{} {{ fill: {color} }}", index + 1);
    }
    let _ = write!(
        svg,
        "\n</style>\n<rect x=\".5\" y=\".5\" width=\"{}\" height=\"{}\" rx=\"8\" fill=\"{ground}\" stroke=\"{edge}\"/>\n",
        width - 1,
        height - 1
    );
    (0..rows).for_each(|row| svg.extend(pieces(screen, row).iter().map(|piece| piece.draw(row))));
    svg + "</svg>\n"
}

/// What is another one at every run, in lines of a word and its look, and what stands in its place.
static VOLATILE: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    let rules = [
        // Also whether it is said at all: what took no time has none.
        (r"(?m)^[0-9.]+ .*\n(s|ms|초) .*\n", ""),
        (r"(?m)^[0-9]+( .*\n(more|min|줄|분\S*) )", "N$1"),
        (r"(?m)^[0-9]{5} ", "PORT "),
    ];
    rules.map(|(pattern, with)| (Regex::new(pattern).expect("a pattern"), with)).into()
});

/// What is the same in every picture of that screen: its style, and each word with its look, those
/// on the left first.
#[track_caller]
pub(super) fn lasting(svg: &str) -> Vec<String> {
    let document = roxmltree::Document::parse(svg).expect("an SVG");
    let x = |node: &Node| -> u16 {
        let first = node.attribute("x").and_then(|places| places.split(' ').next()?.parse().ok());
        first.unwrap_or_default()
    };
    let line = document.descendants().find(|node| node.attribute("width") == Some("1"));
    let middle = line.map_or(u16::MAX, |line| x(&line));
    let texts = document.descendants().filter(|node| node.has_tag_name("text"));
    let (left, right): (Vec<Node>, Vec<Node>) = texts.partition(|node| x(node) < middle);
    let words = left.iter().chain(&right).flat_map(|node| {
        let class = node.attribute("class").unwrap_or_default();
        let words = node.text().unwrap_or_default().split_whitespace();
        words.map(move |word| format!("{word}  ({class})\n"))
    });
    let words = VOLATILE
        .iter()
        .fold(words.collect::<String>(), |words, (what, with)| what.replace_all(&words, *with).into_owned());
    let style = svg.split("</style>").next().unwrap_or_default();
    style.lines().chain(words.lines()).map(str::to_owned).collect()
}
