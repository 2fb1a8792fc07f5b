//! Draws Markdown [`Block`]s as lines of a given width.

use super::code::highlight;
use super::pen::Pen;
use super::table;
use crate::lesson::markdown::{AlertKind, Block, Inline, plain};
use crate::report::line::{Line, Role, Span, width, wrap};

/// `blocks` in at most `columns`, an empty line between two. Code is never wrapped.
pub(crate) fn draw(pen: Pen, blocks: &[Block], columns: usize) -> Vec<Line> {
    let columns = columns.max(8);
    let mut lines = Vec::new();
    for block in blocks {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.extend(one(pen, block, columns));
    }
    lines
}

fn one(pen: Pen, block: &Block, columns: usize) -> Vec<Line> {
    match block {
        Block::Heading { level, text } => heading(*level, text, columns),
        Block::Paragraph(inlines) => flow(pen, inlines, Role::Plain, columns),
        Block::Code { alt: Some(alt), .. } if pen.style.in_words => {
            wrap(&[Span::plain(alt)], &Line::default(), &Line::default(), columns)
        }
        Block::Code { language, file, text, .. } => code(language, file.as_deref(), text),
        Block::List { start, items } => list(pen, *start, items, columns),
        Block::Alert { kind, blocks } => alert(pen, *kind, blocks, columns),
        Block::Table { head, rows } => table::draw(pen, head, rows, columns),
        Block::Rule => vec![Pen::rule(columns.min(20))],
    }
}

fn heading(level: u8, text: &[Inline], columns: usize) -> Vec<Line> {
    let words = plain(text);
    let mut lines = wrap(&[Span::new(Role::Heading, &words)], &Line::default(), &Line::default(), columns);
    if level <= 2 {
        lines.push(Pen::rule(width(&words).min(columns)));
    }
    lines
}

fn code(language: &str, file: Option<&str>, text: &str) -> Vec<Line> {
    let label = file.map(|file| Line::plain("    ").and(Role::Dim, file));
    let code = text.lines().map(|line| match line {
        "" => Line::default(),
        line => highlight(language, line).after(&Line::plain("    ")),
    });
    label.into_iter().chain(code).collect()
}

fn list(pen: Pen, start: Option<u64>, items: &[Vec<Block>], columns: usize) -> Vec<Line> {
    let markers: Vec<String> = (0..items.len() as u64)
        .map(|at| start.map_or_else(|| "- ".to_owned(), |first| format!("{}. ", first.saturating_add(at))))
        .collect();
    let indent = markers.iter().map(|marker| width(marker)).max().unwrap_or(0);
    let loose =
        items.iter().any(|item| item.iter().filter(|block| !matches!(block, Block::List { .. })).count() > 1);
    let mut lines = Vec::new();
    for (marker, item) in markers.iter().zip(items) {
        if loose && !lines.is_empty() {
            lines.push(Line::default());
        }
        let marker = Line::default().to(indent - width(marker)).and(Role::Dim, marker);
        let mut inner = item_lines(pen, item, columns.saturating_sub(indent), loose);
        if inner.is_empty() {
            inner.push(Line::default());
        }
        let rest = Line::default().to(indent);
        for (at, line) in inner.into_iter().enumerate() {
            lines.push(match at {
                0 => line.after(&marker),
                _ if line.is_blank() => line,
                _ => line.after(&rest),
            });
        }
    }
    lines
}

/// An item of a tight list holds its nested list without an empty line before it.
fn item_lines(pen: Pen, item: &[Block], columns: usize, loose: bool) -> Vec<Line> {
    if loose {
        return draw(pen, item, columns);
    }
    item.iter().flat_map(|block| one(pen, block, columns.max(8))).collect()
}

fn alert(pen: Pen, kind: AlertKind, blocks: &[Block], columns: usize) -> Vec<Line> {
    // `│` is two columns wide in some locales: one more is kept free for it.
    let (bar, taken) = if pen.style.unicode { ("│ ", 3) } else { ("| ", 2) };
    let label = match kind {
        AlertKind::Note => Some(("report-alert-note", Role::Hunk)),
        AlertKind::Tip => Some(("report-alert-tip", Role::Pass)),
        AlertKind::Important => Some(("report-alert-important", Role::Environment)),
        AlertKind::Warning => Some(("report-alert-warning", Role::Quoted)),
        AlertKind::Caution => Some(("report-alert-caution", Role::NotYet)),
        AlertKind::Quote => None,
    };
    let role = label.map_or(Role::Dim, |(_, role)| role);
    let bar = Line::new(role, bar);
    let label = label.map(|(key, role)| Line::new(role, &pen.word(key)).after(&bar));
    let body = draw(pen, blocks, columns.saturating_sub(taken));
    label.into_iter().chain(body.into_iter().map(|line| line.after(&bar))).collect()
}

/// Running text, wrapped.
pub(crate) fn flow(pen: Pen, inlines: &[Inline], role: Role, columns: usize) -> Vec<Line> {
    wrap(&spans(pen, inlines, role), &Line::default(), &Line::default(), columns)
}

/// Inline mark-up as spans. Without colour, code keeps its backticks, for nothing else would tell
/// it from the words around it. A link shows where it leads, unless that is within the document.
pub(crate) fn spans(pen: Pen, inlines: &[Inline], role: Role) -> Vec<Span> {
    let mut all = Vec::new();
    for inline in inlines {
        match inline {
            Inline::Text(text) => all.push(Span::new(role, text)),
            Inline::Code(code) if pen.style.color => all.push(Span::new(Role::Code, code)),
            Inline::Code(code) => all.push(Span::new(role, &format!("`{code}`"))),
            Inline::Strong(inner) => all.extend(spans(pen, inner, Role::Strong)),
            Inline::Emphasis(inner) => all.extend(spans(pen, inner, Role::Emphasis)),
            Inline::Link { text, url } => {
                all.extend(spans(pen, text, Role::Link));
                if url.contains("://") && plain(text) != *url {
                    all.push(Span::new(role, &format!(" ({url})")));
                }
            }
            Inline::Break => all.push(Span::plain("\n")),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::markdown::blocks;
    use crate::report::Style;
    use crate::text::Lang;
    use proptest::prelude::*;

    fn drawn(text: &str, columns: usize, unicode: bool) -> Vec<String> {
        let pen = Pen::new(Style { unicode, ..Style::PLAIN }, Lang::Ko);
        draw(pen, &blocks(text), columns).iter().map(|line| line.draw(false)).collect()
    }

    #[test]
    fn nested_lists_and_alerts_keep_their_margins() {
        let text = "9. one\n10. two\n\n    more words\n\n> [!TIP]\n> - a\n>   - b\n\n> quoted `code`\n";
        assert_eq!(
            drawn(text, 40, false),
            [
                " 9. one",
                "",
                "10. two",
                "",
                "    more words",
                "",
                "| 도움말",
                "| - a",
                "|   - b",
                "",
                "| quoted `code`"
            ]
        );
    }

    #[test]
    fn links_say_where_they_lead_unless_within_the_document() {
        let text = "[a](#b), [c](https://d.example/), <https://e.example/>";
        assert_eq!(drawn(text, 80, false), ["a, c (https://d.example/), https://e.example/"]);
    }

    #[test]
    fn a_table_too_wide_for_its_columns_becomes_a_list() {
        let text = "| aaaaaaaaaa | bbbbbbbbbb | cccccccccc |\n|-|-|-|\n| 1 | 2 | 3 |\n";
        assert_eq!(drawn(text, 20, false), ["aaaaaaaaaa: 1", "bbbbbbbbbb: 2", "cccccccccc: 3"]);
        assert_eq!(
            drawn("| 설정 | b |\n|-|-|\n| 둘 이상의 낱말 | 긴 낱말들이 여기 있습니다 |\n", 24, false),
            [
                "설정         b",
                "-----------  -----------",
                "둘 이상의    긴 낱말들이",
                "낱말         여기",
                "             있습니다",
            ]
        );
    }

    proptest! {
        #[test]
        fn no_prose_is_wider_than_its_columns(
            parts in prop::collection::vec(prop_oneof![
                "[가-힣a-z`*]{1,14}", Just(" ".to_owned()), Just("\n".to_owned()), Just("\n\n- ".to_owned()),
                Just("\n\n1. ".to_owned()), Just("\n> ".to_owned()), Just("\n\n> [!NOTE]\n> ".to_owned()),
                Just("\n\n| a | 나 |\n|-|-|\n| 긴 낱말이 든 칸 | xxxxxxxxxxxxxxxxxxxx |\n".to_owned()),
                Just("\n\n# ".to_owned()), Just("[a](https://example.org/a/long/path) ".to_owned()),
            ], 0..40),
            columns in 40usize..90,
            unicode: bool,
        ) {
            for line in drawn(&parts.concat(), columns, unicode) {
                prop_assert!(width(&line) <= columns, "{line}");
            }
        }
    }
}
