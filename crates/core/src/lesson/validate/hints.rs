//! The rule for hints: the last one of a step with an edit has the exact lines, so that whoever asks
//! for all of them can go on.

use super::{Faults, pairs};
use crate::lesson::markdown::{Block, Inline, Prose};
use crate::workspace::patch::Patch;
use workshop_text::{Lang, Text};

impl Faults<'_> {
    /// Every line that the step's patch adds stands in its last hint; blank lines and comments need not.
    pub(super) fn last_hints(&mut self, lang: Lang, prose: &Prose) {
        let mut lacking = Vec::new();
        for (spec, step) in pairs(&self.lesson.file.steps, prose) {
            let Ok(patches) = self.lesson.patches(spec) else { continue };
            let hint = step.hints.last().map(|hint| code(hint)).unwrap_or_default();
            let missing: Vec<&str> = patches
                .iter()
                .flat_map(Patch::added)
                .map(without_comment)
                .filter(|line| !line.is_empty() && !hint.iter().any(|said| says(said, line)))
                .collect();
            if let Some(first) = missing.first() {
                let text = Text::new("rule-last-hint").with("id", spec.id.as_str());
                lacking.push(text.with("line", *first).with("count", missing.len()));
            }
        }
        let file = format!("{}.md", lang.code());
        lacking.into_iter().for_each(|text| self.add(&file, text));
    }
}

/// Whether a line or a piece of code has the line: as the whole of it, or within words.
fn says(said: &Code, line: &str) -> bool {
    match said {
        Code::Line(said) => without_comment(said) == line,
        Code::Inline(said) => said.contains(line),
    }
}

/// Code in a hint: a line of a block, or a piece within words.
enum Code {
    Line(String),
    Inline(String),
}

/// What the line does: YAML and nginx begin a comment with the same sign.
fn without_comment(line: &str) -> &str {
    let line = line.trim();
    if line.starts_with('#') {
        return "";
    }
    line.split(" #").next().unwrap_or(line).trim_end()
}

fn code(blocks: &[Block]) -> Vec<Code> {
    let mut found = Vec::new();
    for block in blocks {
        match block {
            // A hint may show the edit itself.
            Block::Code { language, text, .. } if language == "diff" => {
                let added = text.lines().filter_map(|line| line.strip_prefix('+'));
                found.extend(added.map(|line| Code::Line(line.to_owned())));
            }
            Block::Code { text, .. } => found.extend(text.lines().map(|line| Code::Line(line.to_owned()))),
            Block::Paragraph(inlines) => pieces(inlines, &mut found),
            Block::List { items, .. } => items.iter().for_each(|item| found.extend(code(item))),
            Block::Alert { blocks, .. } => found.extend(code(blocks)),
            Block::Heading { .. } | Block::Table { .. } | Block::Rule => {}
        }
    }
    found
}

fn pieces(inlines: &[Inline], found: &mut Vec<Code>) {
    for inline in inlines {
        match inline {
            Inline::Code(piece) => found.push(Code::Inline(piece.clone())),
            Inline::Strong(inner) | Inline::Emphasis(inner) | Inline::Link { text: inner, .. } => {
                pieces(inner, found);
            }
            Inline::Text(_) | Inline::Break => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::markdown::blocks;

    #[test]
    fn a_line_is_said_by_a_block_or_within_words() {
        let hint = code(&blocks(
            "Write `zone x 64k;`:\n\n```nginx\nserver a:1 resolve;  # one\n```\n\n- and `listen 80;`\n",
        ));
        let has = |line: &str| hint.iter().any(|said| says(said, line));
        for line in ["zone x 64k;", "server a:1 resolve;", "listen 80;"] {
            assert!(has(line), "{line}");
        }
        assert!(!has("server a:1;") && !has("# one"));
        let edit = code(&blocks("```diff\n-a: 1\n+a: 2\n```\n"));
        let has = |line: &str| edit.iter().any(|said| says(said, line));
        assert!(has("a: 2") && !has("a: 1"));
        assert_eq!(without_comment("   # only words"), "");
        assert_eq!(without_comment("  a: b   # words"), "a: b");
    }
}
