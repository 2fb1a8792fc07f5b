//! A lesson's `LANG.md` as text whose steps can be moved, renamed and taken out, and whose blocks
//! that show files are kept as the files are.

use std::ops::Range;

use similar::{DiffOp, TextDiff};

use crate::lesson::markdown::{Prose, ProseError};
use crate::workspace::names::FileTree;

/// A `LANG.md` in parts: what stands before the first step, and each step as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sections {
    /// Title and introduction.
    pub head: String,
    /// Each step's id and text, its heading first.
    pub steps: Vec<(String, String)>,
}

impl Sections {
    /// The parts of `text`.
    ///
    /// # Errors
    /// It is not a lesson's prose.
    pub fn read(text: &str) -> Result<Self, ProseError> {
        let prose = Prose::parse(text)?;
        let ends = line_starts(text);
        let start = |line: usize| ends.get(line - 1).copied().unwrap_or(text.len());
        let starts: Vec<usize> = prose.steps.iter().map(|step| start(step.line)).collect();
        let head = text[..starts.first().copied().unwrap_or(text.len())].to_owned();
        let next = starts.iter().skip(1).copied().chain([text.len()]);
        let steps = prose.steps.iter().zip(starts.iter().zip(next));
        let steps = steps.map(|(step, (from, to))| (step.id.clone(), text[*from..to].to_owned())).collect();
        Ok(Self { head, steps })
    }

    /// The parts as one text again.
    pub fn text(&self) -> String {
        let mut text = self.head.clone();
        for (_, step) in &self.steps {
            if !text.is_empty() && !text.ends_with("\n\n") {
                text.push_str(if text.ends_with('\n') { "\n" } else { "\n\n" });
            }
            text.push_str(step);
        }
        format!("{}\n", text.trim_end())
    }

    /// Puts the steps into the order of these ids; one that is not named is taken out.
    pub fn reorder(&mut self, ids: &[&str]) {
        let found = |id: &&str| self.steps.iter().find(|(own, _)| own == id).cloned();
        self.steps = ids.iter().filter_map(found).collect();
    }

    /// Gives the step another id in its heading.
    pub fn rename(&mut self, old: &str, new: &str) {
        for (id, text) in self.steps.iter_mut().filter(|(id, _)| id == old) {
            *text = text.replacen(&format!("{{#{old}"), &format!("{{#{new}"), 1);
            *id = new.to_owned();
        }
    }
}

fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect()
}

/// The states around a step's edit, as they were and as they are.
#[derive(Clone, Copy, Debug)]
pub struct Around<'a> {
    /// After the step, before the change.
    pub old: &'a FileTree,
    /// Before the step, now.
    pub before: &'a FileTree,
    /// After the step, now.
    pub after: &'a FileTree,
}

/// A step's text with its blocks that show files as they are now: what showed a part of a file shows
/// that part of the new one, an empty block what the step changes, and the last hint's `diff` block the
/// whole edit.
pub fn refreshed(step: &str, around: Around<'_>) -> String {
    // The heading of a step is enough of a lesson for its blocks to be read.
    let Ok(prose) = Prose::parse(&format!("# x\n{step}")) else { return step.to_owned() };
    let mut lines: Vec<String> = step.split_inclusive('\n').map(str::to_owned).collect();
    let mut changes: Vec<(Range<usize>, Vec<String>)> = Vec::new();
    for excerpt in prose.steps.iter().flat_map(|step| &step.excerpts) {
        // One line lies before, and lines are counted from one.
        let fence = excerpt.line - 2;
        let count = excerpt.text.lines().count();
        if let Some(text) = shown(&excerpt.file, &excerpt.text, around)
            && let Some(prefix) = prefix(&lines, fence)
        {
            let new =
                text.lines().map(|line| format!("{}\n", format!("{prefix}{line}").trim_end())).collect();
            changes.push((fence + 1..(fence + 1 + count).min(lines.len()), new));
        }
    }
    if let Some((range, prefix)) = diff_block(&lines) {
        let edit = edit_lines(around.before, around.after);
        let new = edit.iter().map(|line| format!("{}\n", format!("{prefix}{line}").trim_end())).collect();
        changes.push((range, new));
    }
    changes.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    for (range, new) in changes {
        lines.splice(range, new);
    }
    lines.concat()
}

/// What stands before a fence, on each line of its block, too: blanks, or the sign of a quote.
fn prefix(lines: &[String], fence: usize) -> Option<String> {
    let line = lines.get(fence)?;
    let at = line.find("```").or_else(|| line.find("~~~"))?;
    let prefix = &line[..at];
    prefix.chars().all(|c| matches!(c, ' ' | '\t' | '>')).then(|| prefix.to_owned())
}

/// What a block about `file` is to show instead; nothing where it is right, or never was.
fn shown(file: &str, block: &str, around: Around<'_>) -> Option<String> {
    let read = |files: &FileTree| files.get(file).and_then(|bytes| String::from_utf8(bytes.clone()).ok());
    let after = read(around.after)?;
    let block = block.trim_end_matches('\n');
    if block.is_empty() {
        return changed_part(&read(around.before).unwrap_or_default(), &after);
    }
    if after.contains(block) {
        return None;
    }
    let old = read(around.old)?;
    let at = old.find(block)?;
    let first = old[..at].matches('\n').count();
    let last = first + block.lines().count();
    Some(part(&old, &after, first..last))
}

/// The lines of `new` that stand for these lines of `old`.
fn part(old: &str, new: &str, lines: Range<usize>) -> String {
    let diff = TextDiff::from_lines(old, new);
    let (mut from, mut to) = (None, 0);
    for op in diff.ops() {
        let (was, is) = (op.old_range(), op.new_range());
        if was.start >= lines.end {
            break;
        }
        if was.end <= lines.start {
            continue;
        }
        let (skip, short) = match op {
            DiffOp::Equal { .. } => {
                (lines.start.saturating_sub(was.start), was.end.saturating_sub(lines.end))
            }
            _ => (0, 0),
        };
        from.get_or_insert(is.start + skip);
        to = is.end - short;
    }
    let from = from.unwrap_or(0);
    new.lines().skip(from).take(to.saturating_sub(from)).map(|line| format!("{line}\n")).collect()
}

/// From the first to the last line that is new.
fn changed_part(old: &str, new: &str) -> Option<String> {
    let diff = TextDiff::from_lines(old, new);
    let new_lines =
        diff.ops().iter().filter(|op| !matches!(op, DiffOp::Equal { .. } | DiffOp::Delete { .. }));
    let ranges: Vec<Range<usize>> = new_lines.map(DiffOp::new_range).collect();
    let (first, last) = (ranges.first()?.start, ranges.last()?.end);
    Some(new.lines().skip(first).take(last - first).map(|line| format!("{line}\n")).collect())
}

/// The inside of the last `diff` block that stands in a hint, and what its lines begin with.
fn diff_block(lines: &[String]) -> Option<(Range<usize>, String)> {
    let opens = |line: &String| line.starts_with('>') && line.trim_end().ends_with("```diff");
    let fence = lines.iter().rposition(opens)?;
    let prefix = prefix(lines, fence)?;
    let closes = |line: &String| line.trim_start_matches(['>', ' ']).trim_end() == "```";
    let end = lines[fence + 1..].iter().position(closes)?;
    Some((fence + 1..fence + 1 + end, prefix))
}

/// The edit line by line, each file under its name.
fn edit_lines(before: &FileTree, after: &FileTree) -> Vec<String> {
    let mut all = Vec::new();
    let text = |files: &FileTree, path: &str| {
        files.get(path).map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default()
    };
    for path in super::carry::overlay(before, after).keys() {
        let (old, new) = (text(before, path), text(after, path));
        let diff = TextDiff::from_lines(&old, &new);
        all.push(format!("# {path}"));
        for hunk in diff.unified_diff().context_radius(1).iter_hunks() {
            let line =
                |change: similar::Change<&str>| format!("{}{}", change.tag(), change.value().trim_end());
            all.extend(hunk.iter_changes().map(line));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    const MD: &str = "# T\n\nIntro.\n\n## One {#one}\n\nText.\n\n```yaml a.yml\nb: 2\nc: 3\n```\n\n## Two {#two}\n\nMore.\n";

    fn tree(text: &str) -> FileTree {
        FileTree::from([("a.yml".to_owned(), text.as_bytes().to_vec())])
    }

    #[test]
    fn parts_make_the_text_again() {
        let mut parts = Sections::read(MD).unwrap();
        assert_eq!(parts.text(), MD);
        parts.rename("one", "eins");
        assert!(parts.text().contains("## One {#eins}\n"));
        parts.reorder(&["two", "eins"]);
        assert!(parts.text().ends_with(
            "## Two {#two}\n\nMore.\n\n## One {#eins}\n\nText.\n\n```yaml a.yml\nb: 2\nc: 3\n```\n"
        ));
    }

    #[test]
    fn a_block_shows_what_became_of_its_part() {
        let step = "## One {#one}\n\n- x\n\n  ```yaml a.yml\n  b: 2\n  c: 3\n  ```\n";
        let old = tree("a: 1\nb: 2\nc: 3\nd: 4\n");
        let after = tree("a: 1\nb: 2\nx: 9\nc: 5\nd: 4\n");
        let around = Around { old: &old, before: &old, after: &after };
        assert_eq!(refreshed(step, around), step.replace("  c: 3\n", "  x: 9\n  c: 5\n"));
        assert_eq!(refreshed(step, Around { after: &old, ..around }), step);
    }

    #[test]
    fn an_empty_block_and_the_last_hint_get_the_edit() {
        let step = "## One {#one}\n\n```yaml a.yml\n```\n\n> [!TIP]\n> So:\n>\n> ```diff\n> ```\n";
        let (before, after) = (tree("a: 1\nb: 2\n"), tree("a: 1\nb: 3\nc: 4\n"));
        let around = Around { old: &before, before: &before, after: &after };
        let new = refreshed(step, around);
        assert!(new.contains("```yaml a.yml\nb: 3\nc: 4\n```"), "{new}");
        assert!(new.contains("> ```diff\n> # a.yml\n>  a: 1\n> -b: 2\n> +b: 3\n> +c: 4\n> ```\n"), "{new}");
        assert_eq!(refreshed(&new, around), new);
    }
}
