//! What one side made of the base: a [`Side`] says of every base line whether it was kept, changed
//! or removed, and of every gap between two base lines what was inserted there.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::line::Line;

/// What became of a base line, with the index of the side's own line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// The code is the same; the trailing comment may differ.
    Kept(usize),
    Changed(usize),
    Gone,
}

/// Lines that a side has and the base has not.
#[derive(Clone, Debug)]
pub(super) struct Insert {
    /// Indices of the side's lines.
    pub lines: Range<usize>,
    /// The base lines that were removed where these came in; the insertion may stand in any gap
    /// `replaced.start..=replaced.end`. Empty for a pure insertion.
    pub replaced: Range<usize>,
    /// The base line directly before (after) was changed in the same hunk.
    pub after_change: bool,
    pub before_change: bool,
}

impl Insert {
    /// Nothing of the base was touched beside it.
    pub(super) fn is_pure(&self) -> bool {
        self.replaced.is_empty() && !self.after_change && !self.before_change
    }
}

#[derive(Debug)]
pub(super) struct Side<'a> {
    pub lines: Vec<Line<'a>>,
    /// By base line.
    pub fate: Vec<Fate>,
    /// By gap; gap `g` lies before base line `g`, and there is one more gap than base lines.
    pub inserts: Vec<Option<Insert>>,
    /// By the side's own line: the base line that it came from.
    pub origin: Vec<Option<usize>>,
}

/// Above this many pairs in one hunk, resemblance is not looked for: it grows with the product.
const PAIRS_MAX: usize = 40_000;

impl<'a> Side<'a> {
    pub(super) fn new(base: &[Line<'_>], lines: Vec<Line<'a>>) -> Self {
        let mut side = Self {
            fate: vec![Fate::Gone; base.len()],
            inserts: vec![None; base.len() + 1],
            origin: vec![None; lines.len()],
            lines,
        };
        let old: Vec<&str> = base.iter().map(|line| line.code).collect();
        let new: Vec<&str> = side.lines.iter().map(|line| line.code).collect();
        let (mut from, mut to) = (0, 0);
        for op in capture_diff_slices(Algorithm::Histogram, &old, &new) {
            let DiffOp::Equal { old_index, new_index, len } = op else { continue };
            side.hunk(base, from..old_index, to..new_index);
            for step in 0..len {
                side.fate[old_index + step] = Fate::Kept(new_index + step);
                side.origin[new_index + step] = Some(old_index + step);
            }
            (from, to) = (old_index + len, new_index + len);
        }
        let end = side.lines.len();
        side.hunk(base, from..base.len(), to..end);
        side
    }

    /// Splits one hunk into changed lines, removed lines and inserted lines.
    fn hunk(&mut self, base: &[Line<'_>], old: Range<usize>, new: Range<usize>) {
        let pairs = pairs(base, old.clone(), &self.lines, new.clone());
        let (mut from, mut to, mut after_change) = (old.start, new.start, false);
        for (i, j) in pairs {
            self.insert(from..i, to..j, (after_change, true));
            self.fate[i] = Fate::Changed(j);
            self.origin[j] = Some(i);
            (from, to, after_change) = (i + 1, j + 1, true);
        }
        self.insert(from..old.end, to..new.end, (after_change, false));
    }

    fn insert(&mut self, replaced: Range<usize>, lines: Range<usize>, changes: (bool, bool)) {
        if lines.is_empty() {
            return;
        }
        let gap = replaced.start;
        let (after_change, before_change) = changes;
        self.inserts[gap] = Some(Insert { lines, replaced, after_change, before_change });
    }

    pub(super) fn text(&self, lines: Range<usize>) -> &[Line<'a>] {
        &self.lines[lines]
    }

    /// The line that `index` stands under by indentation: the nearest code line before it that is
    /// indented less (a YAML list item may be as far in as its key).
    pub(super) fn parent(&self, index: usize) -> Option<usize> {
        let line = &self.lines[index];
        let depth = line.indent().len();
        (0..index).rev().find(|&at| {
            let above = &self.lines[at];
            let further_out = above.indent().len() < depth;
            let key_of_list = line.is_list_item() && above.indent().len() == depth && !above.is_list_item();
            !above.is_note() && (further_out || key_of_list)
        })
    }

    pub(super) fn has_code(&self, lines: Range<usize>) -> bool {
        self.text(lines).iter().any(|line| !line.is_note())
    }
}

/// Which lines of a hunk are the same line, changed: the best order-keeping matching by
/// resemblance, and where as many lines are left between two matches on both sides, one by one.
/// Notes are never paired: a comment is somebody's own, not a version of another.
fn pairs(base: &[Line<'_>], old: Range<usize>, side: &[Line<'_>], new: Range<usize>) -> Vec<(usize, usize)> {
    let code = |lines: &[Line<'_>], range: Range<usize>| -> Vec<usize> {
        range.filter(|&at| !lines[at].is_note()).collect()
    };
    let (old, new) = (code(base, old), code(side, new));
    let mut found = Vec::new();
    let (mut i, mut j) = (0, 0);
    for (next_i, next_j) in
        alike(&old, &new, |i, j| likeness(&base[i], &side[j])).into_iter().chain([(old.len(), new.len())])
    {
        if next_i - i == next_j - j {
            found.extend((i..next_i).zip(j..next_j).map(|(i, j)| (old[i], new[j])));
        }
        if next_i < old.len() {
            found.push((old[next_i], new[next_j]));
        }
        (i, j) = (next_i + 1, next_j + 1);
    }
    found
}

/// The order-keeping matching of `old` and `new` with the most likeness, as positions in them.
fn alike(old: &[usize], new: &[usize], like: impl Fn(usize, usize) -> u32) -> Vec<(usize, usize)> {
    if old.len() * new.len() > PAIRS_MAX {
        return Vec::new();
    }
    let (height, width) = (old.len(), new.len());
    let like: Vec<Vec<u32>> = old.iter().map(|&i| new.iter().map(|&j| like(i, j)).collect()).collect();
    // best[i][j]: the most that old[i..] and new[j..] can score.
    let mut best = vec![vec![0u32; width + 1]; height + 1];
    for i in (0..height).rev() {
        for j in (0..width).rev() {
            let paired = if like[i][j] > 0 { like[i][j] + best[i + 1][j + 1] } else { 0 };
            best[i][j] = paired.max(best[i + 1][j]).max(best[i][j + 1]);
        }
    }
    let (mut found, mut i, mut j) = (Vec::new(), 0, 0);
    while i < height && j < width {
        if like[i][j] > 0 && best[i][j] == like[i][j] + best[i + 1][j + 1] {
            found.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if best[i][j] == best[i + 1][j] {
            i += 1;
        } else {
            j += 1;
        }
    }
    found
}

/// How much two lines look like one line changed; 0 for not at all.
fn likeness(a: &Line<'_>, b: &Line<'_>) -> u32 {
    let shared = dice(a.code.trim(), b.code.trim());
    let same_head = a.head() == b.head() && a.is_list_item() == b.is_list_item();
    let indent = u32::from(a.indent() == b.indent()) * 10;
    match (same_head, shared) {
        (true, shared) => 100 + shared + indent,
        (false, 60..) => shared + indent,
        (false, _) => 0,
    }
}

/// Twice the character pairs in common over all character pairs, in percent (Dice, 1945).
fn dice(a: &str, b: &str) -> u32 {
    let grams = |text: &str| {
        let mut all: Vec<(char, char)> = text.chars().zip(text.chars().skip(1)).collect();
        all.sort_unstable();
        all
    };
    let (a, b) = (grams(a), grams(b));
    let total = a.len() + b.len();
    let (mut i, mut j, mut common) = (0, 0, 0usize);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => (i, j, common) = (i + 1, j + 1, common + 1),
        }
    }
    (200 * common).checked_div(total).and_then(|percent| u32::try_from(percent).ok()).unwrap_or(0)
}
