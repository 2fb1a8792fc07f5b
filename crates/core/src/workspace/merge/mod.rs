//! Three-way merge of text, made for lessons: the edit is `base` → `theirs`, the learner has
//! `ours`, and the learner's other changes and comments survive. [`merge`] is pure.
//!
//! It is finer than diff3. What each side did is read line by line (`align::Side`): a line was
//! kept, changed or removed, and lines were inserted between two. The two readings are then joined
//! line by line and gap by gap, so that neighbours do not disturb each other, a change that both
//! made is made once, and a comment is never lost. Where joining would leave something without
//! meaning (an item whose list the edit removes), it is a [`Conflict`] all the same.

mod align;
mod join;
mod line;
mod order;
#[cfg(test)]
mod tests;
mod wording;

use join::Join;

/// A place where the edit and the learner want different things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The lines as the lesson had them; empty where both inserted.
    pub base: String,
    /// The lines as the learner has them; empty where the learner removed them.
    pub ours: String,
    /// The lines as the edit wants them; empty where it removes them.
    pub theirs: String,
    /// The line in `ours`, from 1, at which it starts.
    pub line: usize,
}

const BOM: char = '\u{feff}';

/// The learner's text with the edit `base` → `theirs` made in it.
///
/// Line ends, byte order mark and a missing final newline stay as `ours` has them.
pub fn merge(base: &str, ours: &str, theirs: &str) -> Result<String, Vec<Conflict>> {
    if ours == base {
        return Ok(theirs.to_owned());
    }
    if base == theirs || ours == theirs {
        return Ok(ours.to_owned());
    }
    merge_lines(base, ours, theirs).or_else(|conflicts| {
        // What means the same is no change, however it is written.
        let (base, theirs) = (&wording::like(ours, base), &wording::like(ours, theirs));
        if let Ok(merged) = merge_lines(base, ours, theirs) {
            return Ok(merged);
        }
        // Line by line a moved service is removed in one place and new in another; in the learner's
        // order it is neither.
        let moved = order::like(ours, base).zip(order::like(ours, theirs));
        moved.and_then(|(base, theirs)| merge_lines(&base, ours, &theirs).ok()).ok_or(conflicts)
    })
}

fn merge_lines(base: &str, ours: &str, theirs: &str) -> Result<String, Vec<Conflict>> {
    let bare = |text| str::strip_prefix(text, BOM).unwrap_or(text);
    let merged = Join::new(bare(base), bare(ours), bare(theirs)).run()?;
    Ok(if ours.starts_with(BOM) { format!("{BOM}{merged}") } else { merged })
}
