//! A `lesson.toml` as text whose steps can be changed: what is not meant stays as it was written,
//! comments and all. Places come from the reader's spans; nothing is printed back from a model.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::AuthorError;
use crate::lesson::places::each_text;
use workshop_text::Text;

/// A `lesson.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    text: String,
}

/// Where one step stands in the text.
#[derive(Clone, Debug)]
struct Block {
    /// From the comments above `[[steps]]` to the next step.
    whole: Range<usize>,
    /// The value of `id`, quotes included.
    id: Range<usize>,
    /// Behind the line of the id.
    after_id: usize,
}

impl Source {
    /// The text of a `lesson.toml` that can be read.
    ///
    /// # Errors
    /// Its steps are not each a `[[steps]]` of its own.
    pub fn new(text: impl Into<String>) -> Result<Self, AuthorError> {
        let source = Self { text: text.into() };
        source.blocks().map(|_| source)
    }

    /// As it is written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Gives the step at `index` a key with this value, in place of the one that it has.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn set(&mut self, index: usize, key: &str, value: &str) -> Result<(), AuthorError> {
        match self.value(index, key)? {
            Some(span) => self.text.replace_range(span, value),
            None => {
                let at = self.block(index)?.after_id;
                self.text.insert_str(at, &format!("{key} = {value}\n"));
            }
        }
        Ok(())
    }

    /// Takes a key of the step away, with its line.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn unset(&mut self, index: usize, key: &str) -> Result<(), AuthorError> {
        if let Some(span) = self.value(index, key)? {
            let from = self.text[..span.start].rfind('\n').map_or(0, |at| at + 1);
            let to = self.text[span.end..].find('\n').map_or(self.text.len(), |at| span.end + at + 1);
            self.text.replace_range(from..to, "");
        }
        Ok(())
    }

    /// Gives the step's edit at `at`, counted from 0, this value; where it has none there, one more,
    /// behind what it does.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn set_edit(&mut self, index: usize, at: usize, value: &str) -> Result<(), AuthorError> {
        if let Some((span, _)) = self.edits(index)?.get(at).cloned() {
            self.text.replace_range(span, value);
            return Ok(());
        }
        if at == 0 && self.actions(index)?.is_empty() {
            return self.set(index, "edit", value);
        }
        if let Some((_, last)) = self.actions(index)?.last() {
            self.text.insert_str(last.end, &format!(", {{ edit = {value} }}"));
            return Ok(());
        }
        let ends = ["id", "edit", "run"].map(|key| self.value(index, key));
        let ends: Vec<_> = ends.into_iter().collect::<Result<_, _>>()?;
        let end = ends.into_iter().flatten().map(|span| span.end).max().ok_or_else(unusual)?;
        let line = self.text[end..].find('\n').map_or(self.text.len(), |at| end + at + 1);
        self.text.insert_str(line, &format!("actions = [{{ edit = {value} }}]\n"));
        Ok(())
    }

    /// Takes the step's edit at `at` away, where it has one.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn unset_edit(&mut self, index: usize, at: usize) -> Result<(), AuthorError> {
        match self.edits(index)?.get(at).cloned() {
            None => Ok(()),
            Some((_, None)) => self.unset(index, "edit"),
            Some((_, Some(mut action))) => {
                // With the comma that follows, or the one before where it is the last.
                let rest = &self.text[action.end..];
                if let Some(comma) =
                    rest.find(|c: char| !c.is_whitespace()).filter(|at| rest[*at..].starts_with(','))
                {
                    let after = &rest[comma + 1..];
                    action.end += comma + 1 + (after.len() - after.trim_start().len());
                } else if self.text[..action.start].trim_end().ends_with(',') {
                    action.start = self.text[..action.start].trim_end().len() - 1;
                }
                self.text.replace_range(action, "");
                Ok(())
            }
        }
    }

    /// The value of each of a step's edits, with the action that it is in where it is in one.
    #[expect(clippy::type_complexity, reason = "two places, the second of which may be none")]
    fn edits(&self, index: usize) -> Result<Vec<(Range<usize>, Option<Range<usize>>)>, AuthorError> {
        let first = self.value(index, "edit")?.map(|span| (span, None));
        let more = self.actions(index)?.into_iter().filter_map(|(edit, action)| Some((edit?, Some(action))));
        Ok(first.into_iter().chain(more).collect())
    }

    /// Each of a step's `actions`, with the value of its `edit` where it is one.
    #[expect(clippy::type_complexity, reason = "two places, the first of which may be none")]
    fn actions(&self, index: usize) -> Result<Vec<(Option<Range<usize>>, Range<usize>)>, AuthorError> {
        let table = parsed(&self.text)?;
        let step = steps(table.get_ref()).get(index).and_then(|step| step.get_ref().as_table());
        let actions = step.and_then(|step| step.get("actions")).and_then(|value| value.get_ref().as_array());
        let edit = |action: &Spanned<DeValue<'_>>| Some(action.get_ref().as_table()?.get("edit")?.span());
        Ok(actions.into_iter().flat_map(|all| all.iter()).map(|one| (edit(one), one.span())).collect())
    }

    /// Gives the step another id, and keeps the old one under `was`.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn rename(&mut self, index: usize, old: &str, new: &str) -> Result<(), AuthorError> {
        let measured = format!("{old}/");
        let table = parsed(&self.text)?;
        let mut spans = Vec::new();
        each_text(table.get_ref(), &mut |key, value, span| {
            if key == "resolved_by" && value.starts_with(&measured) {
                spans.push((span, quoted(&format!("{new}/{}", &value[measured.len()..]))));
            }
        });
        spans.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
        for (span, value) in spans {
            self.text.replace_range(span, &value);
        }
        let was = match self.value(index, "was")? {
            Some(span) => {
                let before = self.text[span].trim_end_matches(']').trim_end().to_owned();
                format!("{before}{}{}]", if before.ends_with('[') { "" } else { ", " }, quoted(old))
            }
            None => format!("[{}]", quoted(old)),
        };
        self.set(index, "was", &was)?;
        let id = self.block(index)?.id;
        self.text.replace_range(id, &quoted(new));
        Ok(())
    }

    /// Puts the steps into this order; a step that is not named is taken out.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn reorder(&mut self, order: &[usize]) -> Result<(), AuthorError> {
        let blocks = self.blocks()?;
        let Some(first) = blocks.first().map(|block| block.whole.start) else { return Ok(()) };
        let mut steps: Vec<String> =
            order.iter().map(|index| ended(&self.text[blocks[*index].whole.clone()])).collect();
        let mut rest = self.text.clone();
        for block in blocks.iter().rev() {
            rest.replace_range(block.whole.clone(), "");
        }
        let after = rest.split_off(first.min(rest.len()));
        if after.trim().is_empty()
            && let Some(last) = steps.last_mut()
        {
            *last = format!("{}\n", last.trim_end());
        }
        self.text = format!("{rest}{}{after}", steps.concat());
        Ok(())
    }

    /// Puts a step, written as a whole, before the one at `index`; behind all where there is none.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn insert(&mut self, index: usize, step: &str) -> Result<(), AuthorError> {
        let blocks = self.blocks()?;
        let at = match blocks.get(index) {
            Some(block) => block.whole.start,
            None => blocks.last().map_or(self.text.len(), |block| block.whole.end),
        };
        let before = &self.text[..at];
        let gap = if before.is_empty() || before.ends_with("\n\n") {
            ""
        } else if before.ends_with('\n') {
            "\n"
        } else {
            "\n\n"
        };
        let step = if self.text[at..].trim().is_empty() { step.to_owned() } else { ended(step) };
        self.text.insert_str(at, &format!("{gap}{step}"));
        Ok(())
    }

    /// Writes another number of minutes at the top.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn set_minutes(&mut self, minutes: u32) -> Result<(), AuthorError> {
        let span = parsed(&self.text)?.get_ref().get("minutes").map(Spanned::span);
        if let Some(span) = span {
            self.text.replace_range(span, &minutes.to_string());
        }
        Ok(())
    }

    fn value(&self, index: usize, key: &str) -> Result<Option<Range<usize>>, AuthorError> {
        let table = parsed(&self.text)?;
        let step = steps(table.get_ref()).get(index).and_then(|step| step.get_ref().as_table());
        Ok(step.and_then(|step| step.get(key)).map(Spanned::span))
    }

    fn block(&self, index: usize) -> Result<Block, AuthorError> {
        self.blocks()?.get(index).cloned().ok_or_else(unusual)
    }

    fn blocks(&self) -> Result<Vec<Block>, AuthorError> {
        let table = parsed(&self.text)?;
        let mut starts = Vec::new();
        for step in steps(table.get_ref()) {
            let step = step.get_ref().as_table().ok_or_else(unusual)?;
            let first = step.keys().map(|key| key.span().start).min().ok_or_else(unusual)?;
            let header = self.header(first).filter(|line| self.text[*line..].starts_with("[["));
            let id = step.get("id").ok_or_else(unusual)?.span();
            starts.push((self.with_comments(header.ok_or_else(unusual)?), id));
        }
        // Where another table follows the steps, the last of them ends there.
        let last = starts.last().map_or(0, |(start, _)| *start);
        let others = table.get_ref().keys().filter(|key| key.get_ref() != "steps");
        let end = others.map(|key| key.span().start).filter(|at| *at > last).min();
        let end = end.map_or(self.text.len(), |at| self.with_comments(self.line(at)));
        let ends = starts.iter().skip(1).map(|(start, _)| *start).chain([end]);
        let block = |((start, id), end): (&(usize, Range<usize>), usize)| Block {
            whole: *start..end,
            after_id: self.text[id.end..].find('\n').map_or(self.text.len(), |at| id.end + at + 1),
            id: id.clone(),
        };
        Ok(starts.iter().zip(ends).map(block).collect())
    }

    fn line(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |end| end + 1)
    }

    /// The line of the header above the key at `at`.
    fn header(&self, at: usize) -> Option<usize> {
        let mut line = self.line(at);
        while line > 0 {
            line = self.line(line - 1);
            if self.text[line..].starts_with('[') {
                return Some(line);
            }
        }
        None
    }

    /// The first of the comment lines right above `line`.
    fn with_comments(&self, line: usize) -> usize {
        let mut first = line;
        while first > 0 && self.text[self.line(first - 1)..].starts_with('#') {
            first = self.line(first - 1);
        }
        first
    }
}

/// A text as TOML has it.
pub fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// With an empty line behind it.
fn ended(step: &str) -> String {
    format!("{}\n\n", step.trim_end())
}

fn unusual() -> AuthorError {
    AuthorError::Refused(Text::new("author-steps-form"))
}

fn parsed(text: &str) -> Result<Spanned<DeTable<'_>>, AuthorError> {
    DeTable::parse(text).map_err(|error| {
        AuthorError::Refused(Text::new("author-toml").with("reason", error.message().to_owned()))
    })
}

fn steps<'a, 'i>(table: &'a DeTable<'i>) -> &'a [Spanned<DeValue<'i>>] {
    table.get("steps").and_then(|steps| steps.get_ref().as_array()).map_or(&[], |steps| steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# A lesson.\nformat = 1\nminutes = 3 # in all\n\n# The first.\n[[steps]]\n# its name\n\
        id = \"one\" # here\nminutes = 1\n\n[[steps.checks]]\nid = \"a\"\nconfirm = {}\n\n[[steps]]\nid = 'two'\n\
        edit = \"patches/02-two.patch\"  # made by a tool\n\n[[steps.predictions]]\nid = \"g\"\n\
        resolved_by = \"one/a\"\n\n# what runs where\n[embedded]\nweb = \"nginx\"\n";

    fn source() -> Source {
        Source::new(TEXT).unwrap()
    }

    #[test]
    fn steps_change_places_with_their_comments() {
        let mut text = source();
        text.reorder(&[1, 0]).unwrap();
        let (two, one) = (text.text().find("id = 'two'").unwrap(), text.text().find("# The first.").unwrap());
        assert!(two < one && one < text.text().find("# what runs where").unwrap(), "{}", text.text());
        text.reorder(&[1, 0]).unwrap();
        assert_eq!(text.text(), TEXT);
        text.reorder(&[1]).unwrap();
        assert!(!text.text().contains("The first") && text.text().contains("# A lesson."));
    }

    #[test]
    fn values_are_put_in_and_taken_out() {
        let mut text = source();
        text.set(0, "edit", "\"patches/01-one.patch\"").unwrap();
        text.set(1, "edit", "\"x\"").unwrap();
        assert!(text.text().contains("id = \"one\" # here\nedit = \"patches/01-one.patch\"\n"));
        assert!(text.text().contains("edit = \"x\"  # made by a tool\n"));
        text.unset(0, "edit").unwrap();
        text.set(1, "edit", "\"patches/02-two.patch\"").unwrap();
        assert_eq!(text.text(), TEXT);
        text.set_minutes(7).unwrap();
        assert!(text.text().contains("minutes = 7 # in all"));
    }

    #[test]
    fn a_step_that_is_renamed_says_what_it_was() {
        let mut text = source();
        text.rename(0, "one", "eins").unwrap();
        assert!(text.text().contains("id = \"eins\" # here\nwas = [\"one\"]\n"), "{}", text.text());
        assert!(text.text().contains("resolved_by = \"eins/a\""));
        text.rename(0, "eins", "uno").unwrap();
        assert!(text.text().contains("was = [\"one\", \"eins\"]\n"), "{}", text.text());
    }

    #[test]
    fn a_step_comes_in_where_it_is_wanted() {
        for (at, before) in [(0, "# The first."), (1, "[[steps]]\nid = 'two'"), (2, "# what runs where")] {
            let mut text = source();
            text.insert(at, "[[steps]]\nid = \"new\"\n").unwrap();
            assert!(text.text().contains(&format!("id = \"new\"\n\n{before}")), "{}", text.text());
        }
        assert!(Source::new("steps = [{ id = \"a\" }]\n").is_err());
    }

    #[test]
    fn edits_stand_under_their_key_or_among_the_actions() {
        let actions = "actions = [{ check = \"a\" }, { edit = \"p2\" }, { run = \"docker compose stop\" }]\n";
        let whole = TEXT.replace("edit = \"patches/02-two.patch\"", &format!("{actions}edit = \"p1\""));
        let mut text = Source::new(whole.clone()).unwrap();
        text.set_edit(1, 2, "\"p3\"").unwrap();
        text.set_edit(1, 1, "\"q2\"").unwrap();
        text.set_edit(1, 0, "\"q1\"").unwrap();
        let wanted = "actions = [{ check = \"a\" }, { edit = \"q2\" }, { run = \"docker compose stop\" }, \
                      { edit = \"p3\" }]\nedit = \"q1\"  # made by a tool\n";
        assert!(text.text().contains(wanted), "{}", text.text());
        text.unset_edit(1, 2).unwrap();
        text.unset_edit(1, 1).unwrap();
        let wanted = "actions = [{ check = \"a\" }, { run = \"docker compose stop\" }]\nedit = \"q1\"";
        assert!(text.text().contains(wanted), "{}", text.text());
        text.unset_edit(1, 0).unwrap();
        assert!(!text.text().contains("edit ="), "{}", text.text());
        // A step with none gets it under its key; one more makes the list.
        let mut text = source();
        text.set_edit(0, 0, "\"p\"").unwrap();
        text.set_edit(1, 1, "\"p2\"").unwrap();
        assert!(text.text().contains("id = \"one\" # here\nedit = \"p\"\n"), "{}", text.text());
        let wanted = "edit = \"patches/02-two.patch\"  # made by a tool\nactions = [{ edit = \"p2\" }]\n";
        assert!(text.text().contains(wanted), "{}", text.text());
    }
}
