//! Carries a change through the steps behind it: each later step's edit is made in the changed files
//! by the three-way merge that learners' files get. Pure: [`carry`] is states in, states out.

use std::collections::BTreeMap;

use similar::{DiffOp, TextDiff};

use crate::workspace::merge::{self, merge};
use crate::workspace::names::FileTree;

/// Files that an author wants otherwise than they were; `None` where one is not to be there.
pub type Overlay = BTreeMap<String, Option<Vec<u8>>>;

/// A file in which a later step's edit and the change want different things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConflictFile {
    /// Relative to the workspace.
    pub path: String,
    /// The lines at which the conflicts begin in the file with its marks, from 1.
    pub lines: Vec<usize>,
}

/// A step whose edit does not go into the changed files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The step's place in the lesson as it was, from 0.
    pub step: usize,
    /// In order of their paths.
    pub files: Vec<ConflictFile>,
    /// The step's end as far as it goes, with marks where it does not.
    pub tree: FileTree,
}

/// What [`carry`] starts from.
#[derive(Clone, Copy, Debug)]
pub struct Lessons<'a> {
    /// The files at the start and after each step, as the lesson has them.
    pub old: &'a [FileTree],
    /// Which steps there are to be, by their old places, in the new order.
    pub order: &'a [usize],
    /// What the start is to be, where that changes.
    pub start: Option<&'a Overlay>,
    /// By a step's old place: what its end is to be.
    pub ends: &'a BTreeMap<usize, Overlay>,
}

/// The files at the new start and after each step of the new order.
///
/// # Errors
/// The first step whose edit does not go in.
pub fn carry(lessons: &Lessons<'_>) -> Result<Vec<FileTree>, Box<Conflict>> {
    let Lessons { old, order, start, ends } = *lessons;
    let mut states = vec![start.map_or_else(|| old[0].clone(), |start| laid_over(&old[0], start))];
    for step in order.iter().copied() {
        let ours = &states[states.len() - 1];
        let state = match ends.get(&step) {
            Some(overlay) => laid_over(&old[step + 1], overlay),
            None => merged(&old[step], ours, &old[step + 1])
                .map_err(|(tree, files)| Box::new(Conflict { step, files, tree }))?,
        };
        states.push(state);
    }
    Ok(states)
}

/// The files with others in their place.
pub fn laid_over(files: &FileTree, overlay: &Overlay) -> FileTree {
    let mut files = files.clone();
    for (path, bytes) in overlay {
        match bytes {
            Some(bytes) => files.insert(path.clone(), bytes.clone()),
            None => files.remove(path),
        };
    }
    files
}

/// What lies over `before` to make `after` of it.
pub fn overlay(before: &FileTree, after: &FileTree) -> Overlay {
    let changed = after.iter().filter(|(path, bytes)| before.get(*path) != Some(*bytes));
    let gone = before.keys().filter(|path| !after.contains_key(*path));
    let changed = changed.map(|(path, bytes)| (path.clone(), Some(bytes.clone())));
    changed.chain(gone.map(|path| (path.clone(), None))).collect()
}

/// `base` → `theirs`, made in `ours`; where that does not go, all that does, with marks.
///
/// # Errors
/// The files with marks, and where they are.
pub fn merged(
    base: &FileTree,
    ours: &FileTree,
    theirs: &FileTree,
) -> Result<FileTree, (FileTree, Vec<ConflictFile>)> {
    let mut tree = ours.clone();
    let mut conflicts = Vec::new();
    for (path, wanted) in overlay(base, theirs) {
        let (before, own) = (base.get(&path), ours.get(&path));
        if own == before {
            match wanted {
                Some(bytes) => tree.insert(path, bytes),
                None => tree.remove(&path),
            };
        } else if own != wanted.as_ref() {
            match text_merged(before, own, wanted.as_ref()) {
                Ok(text) => drop(tree.insert(path, text.into_bytes())),
                Err((text, lines)) => {
                    tree.insert(path.clone(), text);
                    conflicts.push(ConflictFile { path, lines });
                }
            }
        }
    }
    if conflicts.is_empty() { Ok(tree) } else { Err((tree, conflicts)) }
}

fn text_merged(
    base: Option<&Vec<u8>>,
    ours: Option<&Vec<u8>>,
    theirs: Option<&Vec<u8>>,
) -> Result<String, (Vec<u8>, Vec<usize>)> {
    let text = |bytes: Option<&Vec<u8>>| {
        std::str::from_utf8(bytes.map_or(&[], Vec::as_slice)).ok().map(str::to_owned)
    };
    let (Some(b), Some(o), Some(t)) = (text(base), text(ours), text(theirs)) else {
        // What is no text has no lines to mark: the author's own stays, and is named.
        return Err((ours.or(theirs).cloned().unwrap_or_default(), vec![1]));
    };
    match merge(&b, &o, &t) {
        Ok(text) if base.is_some() && ours.is_some() && theirs.is_some() => Ok(text),
        Err(_) if base.is_some() && ours.is_some() && theirs.is_some() => {
            let (text, lines) = marked(&b, &o, &t);
            Err((text.into_bytes(), lines))
        }
        _ => {
            let conflict = merge::Conflict { base: b, ours: o.clone(), theirs: t, line: 1 };
            let (text, lines) = with_marks(&o, &[conflict]);
            Err((text.into_bytes(), lines))
        }
    }
}

const OURS: &str = "<<<<<<< changed before";
const BETWEEN: &str = "=======";
const THEIRS: &str = ">>>>>>> this step";

/// Lines at which a text has marks of a conflict, from 1.
pub fn marks(text: &str) -> Vec<usize> {
    let is_mark = |line: &str| [OURS, THEIRS].iter().any(|mark| line.trim_end() == *mark);
    (1..).zip(text.lines()).filter(|(_, line)| is_mark(line)).map(|(number, _)| number).collect()
}

/// The edit made hunk by hunk: those that go in are in, the others stand between marks.
fn marked(base: &str, ours: &str, theirs: &str) -> (String, Vec<usize>) {
    let old: Vec<&str> = base.split_inclusive('\n').collect();
    let new: Vec<&str> = theirs.split_inclusive('\n').collect();
    let ops: Vec<DiffOp> = TextDiff::from_lines(base, theirs).ops().to_vec();
    let mut taken = vec![false; ops.len()];
    let made = |taken: &[bool]| -> String {
        let lines = ops.iter().zip(taken).flat_map(|(op, taken)| match taken {
            true => &new[op.new_range()],
            false => &old[op.old_range()],
        });
        lines.copied().collect()
    };
    let mut text = ours.to_owned();
    let mut left = Vec::new();
    for index in (0..ops.len()).filter(|index| !matches!(ops[*index], DiffOp::Equal { .. })) {
        let before = made(&taken);
        taken[index] = true;
        match merge(&before, &text, &made(&taken)) {
            Ok(merged) => text = merged,
            Err(conflicts) => {
                taken[index] = false;
                left.extend(conflicts);
            }
        }
    }
    with_marks(&text, &left)
}

fn with_marks(text: &str, conflicts: &[merge::Conflict]) -> (String, Vec<usize>) {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let mut sorted: Vec<&merge::Conflict> = conflicts.iter().collect();
    sorted.sort_by_key(|conflict| conflict.line);
    for conflict in sorted.iter().rev() {
        let from = conflict.line.saturating_sub(1).min(lines.len());
        let own: Vec<String> = conflict.ours.split_inclusive('\n').map(str::to_owned).collect();
        // Where the merge speaks of lines in its own words, none of the file's are lost.
        let count = if lines[from..].starts_with(&own) { own.len() } else { 0 };
        let inside: String = lines.splice(from..from + count, []).collect();
        let block = [OURS, &inside, BETWEEN, &conflict.theirs, THEIRS];
        let block = block.iter().filter(|part| !part.is_empty()).map(|part| part.trim_end_matches('\n'));
        let block: Vec<String> = block.flat_map(str::lines).map(|line| format!("{line}\n")).collect();
        if from > 0 && !lines[from - 1].ends_with('\n') {
            lines[from - 1].push('\n');
        }
        lines.splice(from..from, block);
    }
    let text = lines.concat();
    let begins = (1..).zip(text.lines()).filter(|(_, line)| *line == OURS).map(|(number, _)| number);
    let begins = begins.collect();
    (text, begins)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> FileTree {
        files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
    }

    fn text(tree: &FileTree, path: &str) -> String {
        String::from_utf8(tree[path].clone()).unwrap()
    }

    /// A start and two steps that each change a line.
    fn lesson() -> Vec<FileTree> {
        vec![
            tree(&[("x", "a\nb\nc\nd\ne\n")]),
            tree(&[("x", "A\nb\nc\nd\ne\n")]),
            tree(&[("x", "A\nb\nc\nD\ne\n"), ("y", "new\n")]),
        ]
    }

    #[test]
    fn a_change_at_the_start_is_in_every_later_state() {
        let old = lesson();
        let start = overlay(&old[0], &tree(&[("x", "# a comment\na\nb\nc\nd\ne\n")]));
        let ends = BTreeMap::new();
        let new = carry(&Lessons { old: &old, order: &[0, 1], start: Some(&start), ends: &ends }).unwrap();
        assert_eq!(text(&new[2], "x"), "# a comment\nA\nb\nc\nD\ne\n");
        assert_eq!(text(&new[2], "y"), "new\n");
    }

    #[test]
    fn steps_change_places_where_they_do_not_touch() {
        let old = lesson();
        let ends = BTreeMap::new();
        let new = carry(&Lessons { old: &old, order: &[1, 0], start: None, ends: &ends }).unwrap();
        assert_eq!(text(&new[1], "x"), "a\nb\nc\nD\ne\n");
        assert_eq!(new[2], old[2]);
    }

    #[test]
    fn a_conflict_keeps_what_goes_in_and_marks_what_does_not() {
        let old = lesson();
        let end = tree(&[("x", "A\nb\nc\nother\ne\n")]);
        let ends = BTreeMap::from([(0, overlay(&old[1], &end))]);
        let lessons = Lessons { old: &old, order: &[0, 1], start: None, ends: &ends };
        let conflict = carry(&lessons).unwrap_err();
        assert_eq!((conflict.step, conflict.files.len()), (1, 1));
        let marked = text(&conflict.tree, "x");
        assert_eq!(conflict.files[0], ConflictFile { path: "x".into(), lines: vec![4] });
        assert_eq!(marked, "A\nb\nc\n<<<<<<< changed before\nother\n=======\nD\n>>>>>>> this step\ne\n");
        assert_eq!(marks(&marked), [4, 8]);
        assert_eq!(text(&conflict.tree, "y"), "new\n");
        // What the author makes of it is the step's end.
        let solved = laid_over(&old[2], &overlay(&old[2], &tree(&[("x", "A\nb\nc\nboth\ne\n")])));
        let ends = BTreeMap::from([(0, overlay(&old[1], &end)), (1, overlay(&old[2], &solved))]);
        let new = carry(&Lessons { ends: &ends, ..lessons }).unwrap();
        assert_eq!(new, [old[0].clone(), end, solved]);
    }

    #[test]
    fn a_file_that_one_removes_and_the_other_changes_is_a_conflict() {
        let (base, ours) = (tree(&[("x", "a\n")]), tree(&[]));
        let (_, files) = merged(&base, &ours, &tree(&[("x", "b\n")])).unwrap_err();
        assert_eq!(files, [ConflictFile { path: "x".into(), lines: vec![1] }]);
        assert_eq!(merged(&base, &ours, &base).unwrap(), ours);
    }
}
