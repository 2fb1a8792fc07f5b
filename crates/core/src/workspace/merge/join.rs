//! Joins what the two sides did to a base: the second half of a merge.

use std::borrow::Cow;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::Conflict;
use super::align::{Fate, Insert, Side};
use super::line::{Line, split};

/// One line of the result; an `end` of `None` takes the usual line end of the learner's file.
struct Out<'a> {
    text: Cow<'a, str>,
    end: Option<&'a str>,
}

pub(super) struct Join<'a> {
    base: Vec<Line<'a>>,
    ours: Side<'a>,
    theirs: Side<'a>,
    out: Vec<Out<'a>>,
    conflicts: Vec<Conflict>,
    /// Nothing was agreed on since the last conflict, so the next one belongs to it.
    open: bool,
    /// The learner's next line, from 0.
    at: usize,
}

/// Lines of the two sides that stand in one gap, the learner's first.
struct Chunk {
    ours: Range<usize>,
    theirs: Range<usize>,
    /// Both are the same lines.
    same: bool,
}

impl Chunk {
    fn new(ours: Range<usize>, theirs: Range<usize>) -> Self {
        Self { ours, theirs, same: false }
    }
}

impl<'a> Join<'a> {
    pub(super) fn new(base: &'a str, ours: &'a str, theirs: &'a str) -> Self {
        let base = split(base);
        let ours = Side::new(&base, split(ours));
        let theirs = Side::new(&base, split(theirs));
        Self { base, ours, theirs, out: Vec::new(), conflicts: Vec::new(), open: false, at: 0 }
    }

    pub(super) fn run(mut self) -> Result<String, Vec<Conflict>> {
        meet(&mut self.ours, &mut self.theirs);
        self.drop_what_is_made_already();
        for gap in 0..=self.base.len() {
            self.gap(gap);
            if gap < self.base.len() {
                self.line(gap);
            }
        }
        if self.conflicts.is_empty() { Ok(self.finish()) } else { Err(self.conflicts) }
    }

    // ── lines ──────────────────────────────────────────────────────────────────────────────

    fn line(&mut self, at: usize) {
        let (base, ours, theirs) = (self.base[at], self.ours.fate[at], self.theirs.fate[at]);
        match (ours, theirs) {
            (Fate::Gone, Fate::Gone | Fate::Kept(_)) => self.open = false,
            (Fate::Kept(o), Fate::Gone) => {
                let line = self.ours.lines[o];
                self.agree(o);
                if !line.comment.is_empty() && line.comment.trim() != base.comment.trim() {
                    let text = format!("{}{}", line.indent(), line.comment.trim_start());
                    self.out.push(Out { text: text.into(), end: Some(line.end) });
                }
            }
            (Fate::Kept(o) | Fate::Changed(o), Fate::Kept(t)) => {
                let text = ours_with_comment(base, self.ours.lines[o], self.theirs.lines[t]);
                self.agree(o);
                self.out.push(Out { text, end: Some(self.ours.lines[o].end) });
            }
            (Fate::Kept(o), Fate::Changed(t)) => {
                let text = theirs_with_comment(base, self.ours.lines[o], self.theirs.lines[t]);
                self.agree(o);
                self.out.push(Out { text, end: Some(self.ours.lines[o].end) });
            }
            (Fate::Changed(o), Fate::Changed(t)) if self.ours.lines[o].code == self.theirs.lines[t].code => {
                let text = ours_with_comment(base, self.ours.lines[o], self.theirs.lines[t]);
                self.agree(o);
                self.out.push(Out { text, end: Some(self.ours.lines[o].end) });
            }
            (ours, theirs) => {
                let lines = |fate| match fate {
                    Fate::Kept(at) | Fate::Changed(at) => at..at + 1,
                    Fate::Gone => 0..0,
                };
                self.conflict(at..at + 1, lines(ours), lines(theirs));
            }
        }
    }

    fn agree(&mut self, ours: usize) {
        self.open = false;
        self.at = ours + 1;
    }

    // ── gaps ───────────────────────────────────────────────────────────────────────────────

    fn gap(&mut self, gap: usize) {
        let (ours, theirs) = (self.ours.inserts[gap].clone(), self.theirs.inserts[gap].clone());
        if ours.is_none() && theirs.is_none() {
            return;
        }
        let lines = |insert: &Option<Insert>| insert.as_ref().map_or(0..0, |insert| insert.lines.clone());
        let (o, t) = (lines(&ours), lines(&theirs));
        match self.arrange(gap, ours.as_ref(), theirs.as_ref()) {
            Some(chunks) => {
                self.open = false;
                for chunk in chunks {
                    self.put(chunk);
                }
                self.at = self.at.max(o.end);
            }
            None => self.conflict(gap..gap, o, t),
        }
    }

    /// In which order the lines of both sides follow each other, or `None` where they conflict.
    fn arrange(&self, gap: usize, ours: Option<&Insert>, theirs: Option<&Insert>) -> Option<Vec<Chunk>> {
        let (Some(o), Some(t)) = (ours, theirs) else {
            let lines = |insert: Option<&Insert>| insert.map_or(0..0, |insert| insert.lines.clone());
            let chunk = Chunk::new(lines(ours), lines(theirs));
            let clash = ours.is_some_and(|o| self.ours_clashes(o))
                || theirs.is_some_and(|t| self.theirs_clashes(t))
                || self.orphaned(&chunk);
            return (!clash).then(|| vec![chunk]);
        };
        if contains(self.ours.text(o.lines.clone()), self.theirs.text(t.lines.clone())) {
            return Some(vec![Chunk::new(o.lines.clone(), 0..0)]);
        }
        let chunks = self.chunks(o.lines.clone(), t.lines.clone());
        if !chunks.iter().any(|chunk| chunk.same) && !self.notes(o, t) {
            return self.side_by_side(gap, o, t);
        }
        let clash = chunks.iter().filter(|chunk| !chunk.same).any(|chunk| {
            let both_code =
                self.ours.has_code(chunk.ours.clone()) && self.theirs.has_code(chunk.theirs.clone());
            both_code || self.orphaned(chunk)
        });
        (!clash && !self.repeats(&chunks)).then_some(chunks)
    }

    /// One of two insertions is only comments and blank lines, and the other disturbs nothing.
    fn notes(&self, o: &Insert, t: &Insert) -> bool {
        let ours = !self.ours.has_code(o.lines.clone()) && !self.theirs_clashes(t);
        let theirs = !self.theirs.has_code(t.lines.clone()) && !self.ours_clashes(o);
        ours || theirs
    }

    /// Two insertions with nothing in common: both stay where one of them belongs to a change
    /// beside the gap and the other does not.
    fn side_by_side(&self, gap: usize, o: &Insert, t: &Insert) -> Option<Vec<Chunk>> {
        let (ours, theirs) = (Chunk::new(o.lines.clone(), 0..0), Chunk::new(0..0, t.lines.clone()));
        let first = |tied: &Insert| match (tied.after_change, tied.before_change) {
            (true, false) if tied.replaced.is_empty() => Some(true),
            (false, _) if gap == tied.replaced.start => Some(false),
            _ => None,
        };
        let theirs_first = match (o.is_pure(), t.is_pure()) {
            (true, false) => first(t)?,
            (false, true) => !first(o)?,
            _ => return None,
        };
        let clash =
            self.ours_clashes(o) || self.theirs_clashes(t) || self.orphaned(&ours) || self.orphaned(&theirs);
        (!clash).then(|| if theirs_first { vec![theirs, ours] } else { vec![ours, theirs] })
    }

    /// The learner rewrote lines that the edit removes or changes.
    fn ours_clashes(&self, insert: &Insert) -> bool {
        self.ours.has_code(insert.lines.clone())
            && self.theirs.fate[insert.replaced.clone()].iter().any(|fate| !matches!(fate, Fate::Kept(_)))
    }

    /// The edit rewrites lines of which the learner left nothing.
    fn theirs_clashes(&self, insert: &Insert) -> bool {
        self.theirs.has_code(insert.lines.clone())
            && !insert.replaced.is_empty()
            && self.ours.fate[insert.replaced.clone()].iter().all(|fate| *fate == Fate::Gone)
    }

    /// Inserted code whose parent line the other side removed or made into something else.
    fn orphaned(&self, chunk: &Chunk) -> bool {
        let lost = |side: &Side<'_>, other: &Side<'_>, lines: Range<usize>| {
            lines.filter(|&at| !side.lines[at].is_note()).any(|at| {
                let Some(parent) = side.parent(at) else { return false };
                let Some(base) = side.origin[parent] else { return false };
                match other.fate[base] {
                    Fate::Kept(_) => false,
                    Fate::Gone => true,
                    Fate::Changed(now) => {
                        let now = &other.lines[now];
                        now.head() != self.base[base].head() && now.code != side.lines[parent].code
                    }
                }
            })
        };
        lost(&self.ours, &self.theirs, chunk.ours.clone())
            || lost(&self.theirs, &self.ours, chunk.theirs.clone())
    }

    /// The two insertions cut at their common lines: those, and what each has between them.
    fn chunks(&self, o: Range<usize>, t: Range<usize>) -> Vec<Chunk> {
        let codes = |lines: &[Line<'a>]| lines.iter().map(|line| line.code).collect::<Vec<_>>();
        let ours = codes(self.ours.text(o.clone()));
        let theirs = codes(self.theirs.text(t.clone()));
        let mut chunks = Vec::new();
        let (mut from, mut to) = (o.start, t.start);
        for op in capture_diff_slices(Algorithm::Myers, &ours, &theirs) {
            let DiffOp::Equal { old_index, new_index, len } = op else { continue };
            let (ours, theirs) = (o.start + old_index, t.start + new_index);
            chunks.push(Chunk::new(from..ours, to..theirs));
            chunks.push(Chunk { ours: ours..ours + len, theirs: theirs..theirs + len, same: true });
            (from, to) = (ours + len, theirs + len);
        }
        chunks.push(Chunk::new(from..o.end, to..t.end));
        chunks
    }

    /// The same line, at two places of one gap, would come twice.
    fn repeats(&self, chunks: &[Chunk]) -> bool {
        let single = || chunks.iter().filter(|chunk| !chunk.same);
        let mut theirs = single().flat_map(|chunk| self.theirs.text(chunk.theirs.clone()));
        theirs.any(|line| {
            let mut ours = single().flat_map(|chunk| self.ours.text(chunk.ours.clone()));
            is_telling(line) && ours.any(|own| own.code == line.code)
        })
    }

    /// The learner has the whole of an insertion already, at another place of the same block.
    fn drop_what_is_made_already(&mut self) {
        for gap in 0..self.theirs.inserts.len() {
            let Some(insert) = self.theirs.inserts[gap].clone() else { continue };
            if !insert.is_pure() || self.ours.inserts[gap].is_some() {
                continue;
            }
            let Some(first) = insert.lines.clone().find(|&at| !self.theirs.lines[at].is_note()) else {
                continue;
            };
            let Some(block) = block(&self.theirs, first) else { continue };
            let wanted = self.theirs.text(insert.lines.clone());
            let made = self.ours.inserts.iter().flatten().any(|own| {
                let lines = self.ours.text(own.lines.clone());
                let at =
                    own.lines.clone().find(|&at| self.ours.lines[at].code == self.theirs.lines[first].code);
                contains(lines, wanted) && at.is_some_and(|at| self::block(&self.ours, at) == Some(block))
            });
            if made {
                self.theirs.inserts[gap] = None;
            }
        }
    }

    // ── output ─────────────────────────────────────────────────────────────────────────────

    fn put(&mut self, chunk: Chunk) {
        let own = &self.ours.lines[chunk.ours];
        self.out.extend(own.iter().map(|line| Out { text: line.text.into(), end: Some(line.end) }));
        if chunk.same {
            return;
        }
        let new = self.theirs.lines[chunk.theirs].iter();
        let new = new.filter(|line| !(line.is_comment() && own.iter().any(|own| own.code == line.code)));
        self.out.extend(new.map(|line| Out { text: line.text.into(), end: None }));
    }

    fn conflict(&mut self, base: Range<usize>, ours: Range<usize>, theirs: Range<usize>) {
        let text = |lines: &[Line<'_>]| -> String {
            lines.iter().map(|line| format!("{}{}", line.text, line.end)).collect()
        };
        let line = if ours.is_empty() { self.at } else { ours.start } + 1;
        self.at = self.at.max(ours.end);
        let new = Conflict {
            base: text(&self.base[base]),
            ours: text(self.ours.text(ours)),
            theirs: text(self.theirs.text(theirs)),
            line,
        };
        match self.conflicts.last_mut().filter(|_| self.open) {
            Some(last) => {
                last.base += &new.base;
                last.ours += &new.ours;
                last.theirs += &new.theirs;
            }
            None => self.conflicts.push(new),
        }
        self.open = true;
    }

    fn finish(self) -> String {
        let ours = &self.ours.lines;
        let sample = if ours.is_empty() { &self.theirs.lines } else { ours };
        let crlf = sample.iter().filter(|line| line.end == "\r\n").count();
        let usual =
            if crlf * 2 > sample.iter().filter(|line| !line.end.is_empty()).count() { "\r\n" } else { "\n" };
        let ends_open = sample.last().is_some_and(|line| line.end.is_empty());
        let mut text = String::new();
        let last = self.out.len().saturating_sub(1);
        for (at, line) in self.out.iter().enumerate() {
            text.push_str(&line.text);
            let end = line.end.filter(|end| !end.is_empty()).unwrap_or(usual);
            if at < last || !ends_open {
                text.push_str(end);
            }
        }
        text
    }
}

/// The base line that a line stands under; `None` where that is a line of the side's own.
fn block(side: &Side<'_>, at: usize) -> Option<Option<usize>> {
    match side.parent(at) {
        None => Some(None),
        Some(parent) => side.origin[parent].map(Some),
    }
}

/// More than a closing bracket, which many places have.
fn is_telling(line: &Line<'_>) -> bool {
    !line.is_note() && line.head().len() > 1
}

/// All code of `part` is in `whole`, each line as often.
fn contains(whole: &[Line<'_>], part: &[Line<'_>]) -> bool {
    let mut left: Vec<&str> = whole.iter().map(|line| line.code).collect();
    let mut code = part.iter().filter(|line| !line.is_note()).peekable();
    code.peek().is_some()
        && code.all(|line| match left.iter().position(|own| *own == line.code) {
            Some(at) => {
                left.swap_remove(at);
                true
            }
            None => false,
        })
}

/// An insertion beside removed lines may stand in several gaps. Where both sides inserted some of
/// the same code, ours moves to the gap of theirs, so that it is seen to be the same.
fn meet(ours: &mut Side<'_>, theirs: &mut Side<'_>) {
    let reach = |insert: &Insert| insert.replaced.start..=insert.replaced.end;
    for gap in 0..theirs.inserts.len() {
        let Some(t) = theirs.inserts[gap].clone() else { continue };
        let twin = (0..ours.inserts.len()).find(|&own| {
            ours.inserts[own].as_ref().is_some_and(|o| {
                let near = reach(o).contains(&gap) || reach(&t).contains(&own);
                let theirs = theirs.text(t.lines.clone());
                let shared = ours
                    .text(o.lines.clone())
                    .iter()
                    .any(|line| is_telling(line) && theirs.iter().any(|other| other.code == line.code));
                near && shared
            })
        });
        let Some(own) = twin.filter(|own| *own != gap) else { continue };
        let ours_reaches = ours.inserts[own].as_ref().is_some_and(|o| reach(o).contains(&gap));
        if ours_reaches && ours.inserts[gap].is_none() {
            ours.inserts[gap] = ours.inserts[own].take();
        } else if !ours_reaches && theirs.inserts[own].is_none() {
            theirs.inserts[own] = theirs.inserts[gap].take();
        }
    }
}

/// The learner's code with the comment that the edit wants, unless the learner has an own one.
fn ours_with_comment<'a>(base: Line<'a>, ours: Line<'a>, theirs: Line<'a>) -> Cow<'a, str> {
    let (b, o, t) = (base.comment.trim(), ours.comment.trim(), theirs.comment.trim());
    if ours.text == base.text {
        theirs.text.into()
    } else if t == b || t == o || (t.is_empty() && o != b) {
        ours.text.into()
    } else if o == b || o.is_empty() {
        format!("{}{}", ours.code, theirs.comment).into()
    } else {
        format!("{}{}{}", ours.code, theirs.comment, ours.comment).into()
    }
}

/// The edit's line with the learner's own trailing comment.
fn theirs_with_comment<'a>(base: Line<'a>, ours: Line<'a>, theirs: Line<'a>) -> Cow<'a, str> {
    let (b, o, t) = (base.comment.trim(), ours.comment.trim(), theirs.comment.trim());
    if o == b || o == t || o.is_empty() {
        theirs.text.into()
    } else if t == b {
        format!("{}{}", theirs.code, ours.comment).into()
    } else {
        format!("{}{}{}", theirs.code, theirs.comment, ours.comment).into()
    }
}
