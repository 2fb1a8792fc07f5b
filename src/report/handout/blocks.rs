//! Markdown [`Block`]s as HTML.

use crate::lesson::markdown::{AlertKind, Block, Inline, blocks};
use crate::report::html::escape;
use crate::text::{Lang, Text};

/// Languages of the blocks that hold commands to type.
const SHELLS: [&str; 3] = ["console", "sh", "bash"];

/// Draws prose in one language. `fails` is a command that is meant to fail: where it is to be
/// typed, that is said.
#[derive(Clone, Copy)]
pub(super) struct Drawer<'a> {
    pub lang: Lang,
    pub fails: Option<&'a str>,
}

impl Drawer<'_> {
    pub(super) fn all(self, blocks: &[Block]) -> String {
        blocks.iter().map(|block| self.one(block)).collect()
    }

    fn one(self, block: &Block) -> String {
        match block {
            // A step is an h2, so what is in it begins at h3.
            Block::Heading { level, text } => {
                let level = (*level).clamp(3, 6);
                format!("<h{level}>{}</h{level}>\n", inlines(text))
            }
            Block::Paragraph(text) => format!("<p>{}</p>\n", inlines(text)),
            Block::Code { alt: Some(alt), text, .. } => drawing(alt, text),
            Block::Code { language, file, text, .. } => self.code(language, file.as_deref(), text),
            Block::List { start, items } => {
                let items: String =
                    items.iter().map(|item| format!("<li>{}</li>\n", self.item(item))).collect();
                match start {
                    None => format!("<ul>\n{items}</ul>\n"),
                    Some(start) => format!("<ol start=\"{start}\">\n{items}</ol>\n"),
                }
            }
            Block::Alert { kind, blocks } => self.alert(*kind, blocks),
            Block::Table { head, rows } => table(head, rows),
            Block::Rule => "<hr>\n".to_owned(),
        }
    }

    /// What a tight item says needs no paragraph of its own.
    fn item(self, blocks: &[Block]) -> String {
        match blocks {
            [Block::Paragraph(text), rest @ ..] => format!("{}{}", inlines(text), self.all(rest)),
            all => self.all(all),
        }
    }

    fn code(self, language: &str, file: Option<&str>, text: &str) -> String {
        let is_shell = SHELLS.contains(&language);
        let fails = self.fails.is_some_and(|fails| is_shell && text.lines().any(|line| is_the(line, fails)));
        let class = match () {
            () if fails => "shell fails",
            () if is_shell => "shell",
            () if file.is_none() && is_drawing(text) => "drawing",
            () => "code",
        };
        let label = match (file, fails) {
            (Some(file), _) => format!("<figcaption>{}</figcaption>", escape(file)),
            (None, true) => format!("<figcaption>{}</figcaption>", self.meant_to_fail()),
            (None, false) => String::new(),
        };
        format!(
            "<figure class=\"{class}\">{label}<pre>{}</pre></figure>\n",
            escape(text.trim_end_matches('\n'))
        )
    }

    pub(super) fn meant_to_fail(self) -> String {
        escape(&Text::new("handout-fails").render(self.lang))
    }

    fn alert(self, kind: AlertKind, blocks: &[Block]) -> String {
        let key = match kind {
            AlertKind::Note => Some("report-alert-note"),
            AlertKind::Tip => Some("report-alert-tip"),
            AlertKind::Important => Some("report-alert-important"),
            AlertKind::Warning => Some("report-alert-warning"),
            AlertKind::Caution => Some("report-alert-caution"),
            AlertKind::Quote => None,
        };
        let head = key.map(|key| format!("<b>{}</b>", escape(&Text::new(key).render(self.lang))));
        format!("<blockquote>{}{}</blockquote>\n", head.unwrap_or_default(), self.all(blocks))
    }
}

/// Whether a line to type is the command, with whatever stands around it.
fn is_the(line: &str, command: &str) -> bool {
    line.trim().trim_start_matches("$ ").split(" #").next().is_some_and(|line| line.trim() == command)
}

/// A picture of letters, which a screen reader reads as the words for it.
fn drawing(alt: &str, text: &str) -> String {
    let (alt, text) = (escape(alt), escape(text.trim_end_matches('\n')));
    format!(
        "<figure class=\"drawing\" role=\"img\" aria-label=\"{alt}\"><pre aria-hidden=\"true\">{text}</pre></figure>\n"
    )
}

/// Lines and boxes: a picture, not code.
fn is_drawing(text: &str) -> bool {
    let has = |sign: &str| text.lines().any(|line| line.trim_start().starts_with(sign));
    text.contains(|c: char| ('\u{2500}'..='\u{259f}').contains(&c)) || has("+--") || has("|")
}

fn table(head: &[Vec<Inline>], rows: &[Vec<Vec<Inline>>]) -> String {
    let row = |cells: &[Vec<Inline>], tag: &str| -> String {
        let cells: String = cells.iter().map(|cell| format!("<{tag}>{}</{tag}>", inlines(cell))).collect();
        format!("<tr>{cells}</tr>\n")
    };
    let body: String = rows.iter().map(|cells| row(cells, "td")).collect();
    format!("<table>\n<thead>{}</thead>\n<tbody>\n{body}</tbody>\n</table>\n", row(head, "th"))
}

/// One line that may have code in backticks.
pub(super) fn line(words: &str) -> String {
    match blocks(words).as_slice() {
        [Block::Paragraph(text)] => inlines(text),
        _ => escape(words),
    }
}

fn inlines(all: &[Inline]) -> String {
    all.iter().map(inline).collect()
}

fn inline(inline: &Inline) -> String {
    match inline {
        Inline::Text(text) => escape(text),
        Inline::Code(code) => format!("<code>{}</code>", escape(code)),
        Inline::Strong(inner) => format!("<strong>{}</strong>", inlines(inner)),
        Inline::Emphasis(inner) => format!("<em>{}</em>", inlines(inner)),
        Inline::Link { text, url } => link(url, &inlines(text)),
        Inline::Break => "<br>".to_owned(),
    }
}

/// A link to a page; on paper its address is what is of use. Anything else than a page is words.
pub(super) fn link(url: &str, words: &str) -> String {
    if !["http://", "https://"].iter().any(|begin| url.starts_with(begin)) {
        return words.to_owned();
    }
    let url = escape(url);
    format!("<a href=\"{url}\">{words}</a> <span class=\"url\">{url}</span>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_becomes_html_and_text_stays_text() {
        let drawer = Drawer { lang: Lang::En, fails: Some("docker compose up -d --scale a=3") };
        let html = |text: &str| drawer.all(&blocks(text));
        assert_eq!(html("a <b> & `c<d>`\n"), "<p>a  &amp; <code>c&lt;d&gt;</code></p>\n");
        assert_eq!(html("- *x*\n- y\n"), "<ul>\n<li><em>x</em></li>\n<li>y</li>\n</ul>\n");
        assert!(html("3. x\n").starts_with("<ol start=\"3\">"));
        assert!(html("[a](https://x.dev/?b=1&c)").contains("href=\"https://x.dev/?b=1&amp;c\""));
        assert_eq!(html("[a](javascript:alert)"), "<p>a</p>\n");
        let failing = html("```sh\ndocker compose up -d --scale a=3   # why?\n```\n");
        assert!(failing.contains("class=\"shell fails\""), "{failing}");
        assert!(!html("```sh\ndocker compose up -d\n```\n").contains("fails"));
        assert!(html("```text\n┌──┐\n```\n").contains("class=\"drawing\""));
        let said = html("```text alt=\"one & two\"\n+--+\n```\n");
        assert!(said.contains("role=\"img\" aria-label=\"one &amp; two\"><pre aria-hidden"), "{said}");
        assert!(html("| a | b |\n|-|-|\n| `1` | 2 |\n").contains("<td><code>1</code></td><td>2</td>"));
    }
}
