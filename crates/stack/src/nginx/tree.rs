//! From words to directives. A forgotten `;` or brace is found here, and said where it belongs.

use super::directive::{Arg, Directive};
use super::directives::{self, Found, Rule, place};
use super::lexer::{Kind, Lexer, Token};
use crate::{BOM, Lines, Span, Spanned, SyntaxError};
use workshop_text::Text;

/// Blocks within blocks deeper than this are refused; a real file has four levels.
const MAX_DEPTH: usize = 64;

struct Word {
    value: String,
    quoted: bool,
    start: usize,
    end: usize,
}

/// A block whose closing brace has not come yet.
struct Open {
    directive: Directive,
    /// Where its directives stand.
    place: Inside,
    start: usize,
    inside: Vec<Directive>,
}

/// What is known of the place that a directive stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Inside {
    /// The top of a file, which may be included anywhere.
    Top,
    /// A bit of [`place`].
    Place(u16),
    /// Entries of a table, or another kind of server: nothing is known of its lines.
    Opaque,
}

struct Builder<'t> {
    text: &'t str,
    lines: &'t Lines<'t>,
    stack: Vec<Open>,
    top: Vec<Directive>,
    words: Vec<Word>,
    /// The first block that was closed by a brace at another indentation than its own, and that
    /// brace: where braces do not add up, this is where it began.
    crooked: Option<(Spanned<String>, usize)>,
}

fn unclosed(name: &str, span: Span) -> SyntaxError {
    SyntaxError::new(Text::new("stack-nginx-unclosed-block").with("name", name).with("line", span.line), span)
}

pub(super) fn tree(text: &str) -> Result<Vec<Directive>, SyntaxError> {
    let lines = Lines::new(text);
    if text.starts_with(BOM) {
        return Err(SyntaxError::new(Text::new("stack-nginx-bom"), Span::new(1, 1, 1)));
    }
    let mut lexer = Lexer::new(text, &lines);
    let mut builder =
        Builder { text, lines: &lines, stack: Vec::new(), top: Vec::new(), words: Vec::new(), crooked: None };
    while let Some(token) = lexer.next()? {
        let Token { kind, start, end } = token;
        match kind {
            Kind::Word { value, quoted } => builder.words.push(Word { value, quoted, start, end }),
            Kind::Semicolon => builder.semicolon(start)?,
            Kind::Open => {
                let name = builder.open(start)?;
                if name.ends_with("_by_lua_block") && lexer.skip_raw_block() {
                    builder.close(start, true)?;
                }
            }
            Kind::Close => builder.close(start, false)?,
        }
    }
    builder.end()?;
    Ok(builder.top)
}

impl Builder<'_> {
    fn span(&self, start: usize, end: usize) -> Span {
        self.lines.span(start, end)
    }

    fn error(&self, key: &'static str, start: usize, end: usize) -> SyntaxError {
        SyntaxError::new(Text::new(key), self.span(start, end))
    }

    /// The words so far as a directive, if they are one.
    fn directive(&mut self, terminator: usize, has_block: bool) -> Result<(Directive, usize), SyntaxError> {
        let words = std::mem::take(&mut self.words);
        let Some(first) = words.first() else {
            let key = if has_block { "stack-nginx-nameless-block" } else { "stack-nginx-extra-semicolon" };
            return Err(self.error(key, terminator, terminator + 1));
        };
        if self.here() != Inside::Opaque {
            self.joined(&words)?;
            self.counted(&words, terminator, has_block)?;
        }
        let args = words[1..].iter().map(|word| Arg {
            value: word.value.clone(),
            quoted: word.quoted,
            span: self.span(word.start, word.end),
        });
        let directive = Directive {
            name: first.value.clone(),
            args: args.collect(),
            block: None,
            span: self.span(first.start, first.end),
            last_line: self.lines.line(terminator),
            file: None,
        };
        Ok((directive, first.start))
    }

    fn semicolon(&mut self, at: usize) -> Result<(), SyntaxError> {
        let (directive, _) = self.directive(at, false)?;
        self.push(directive);
        Ok(())
    }

    fn push(&mut self, directive: Directive) {
        self.stack.last_mut().map_or(&mut self.top, |open| &mut open.inside).push(directive);
    }

    fn open(&mut self, at: usize) -> Result<String, SyntaxError> {
        let (directive, start) = self.directive(at, true)?;
        if self.stack.len() >= MAX_DEPTH {
            let message = Text::new("stack-nginx-depth").with("limit", MAX_DEPTH);
            return Err(SyntaxError::new(message, directive.span));
        }
        let name = directive.name.clone();
        let place = self.within(&name);
        self.stack.push(Open { directive, place, start, inside: Vec::new() });
        Ok(name)
    }

    fn close(&mut self, at: usize, raw: bool) -> Result<(), SyntaxError> {
        if let Some(last) = self.words.last() {
            return Err(self.missing_semicolon(last));
        }
        let Some(Open { mut directive, start, inside, .. }) = self.stack.pop() else {
            let at = self.crooked.as_ref().map_or(at, |(_, brace)| *brace);
            return Err(self.error("stack-nginx-extra-brace", at, at + 1));
        };
        if !raw
            && self.crooked.is_none()
            && self.indent(start).zip(self.indent(at)).is_some_and(|(a, b)| a != b)
        {
            self.crooked = Some((Spanned::new(directive.name.clone(), directive.span), at));
        }
        directive.block = Some(inside);
        directive.last_line = self.lines.line(at);
        self.push(directive);
        Ok(())
    }

    /// The blanks before `at`, if nothing else is before it on its line.
    fn indent(&self, at: usize) -> Option<&str> {
        let before = &self.text[..at];
        let above = before.trim_end_matches([' ', '\t']);
        (above.is_empty() || above.ends_with('\n')).then(|| &before[above.len()..])
    }

    fn end(&mut self) -> Result<(), SyntaxError> {
        if let Some(last) = self.words.last() {
            return Err(self.missing_semicolon(last));
        }
        let Some(innermost) = self.stack.last() else { return Ok(()) };
        let innermost = Spanned::new(innermost.directive.name.clone(), innermost.directive.span);
        let (name, _) = self.crooked.take().unwrap_or((innermost, 0));
        Err(unclosed(&name.value, name.span))
    }

    /// "missing `;` at the end of line N", right behind the word before it.
    fn missing_semicolon(&self, before: &Word) -> SyntaxError {
        let span = self.span(before.end, before.end + 1);
        // A word over several lines (in quotes) ends on its last.
        let message = Text::new("stack-nginx-semicolon").with("line", span.line);
        SyntaxError::new(message, span)
    }

    fn here(&self) -> Inside {
        self.stack.last().map_or(Inside::Top, |open| open.place)
    }

    /// The place inside a block named so that stands here.
    fn within(&self, name: &str) -> Inside {
        let around = match self.here() {
            Inside::Opaque => return Inside::Opaque,
            // A `server` at a file's top is one of `http`; an `if` there may be of either kind.
            Inside::Top => place::HTTP,
            Inside::Place(place) => place,
        };
        directives::inside(name, around).map_or(Inside::Opaque, Inside::Place)
    }

    /// Whether a directive of that name may stand here.
    fn fits_here(&self, name: &str) -> bool {
        match self.here() {
            Inside::Top => directives::is_known(name),
            Inside::Place(place) => matches!(directives::find(name, place), Found::Taken(_)),
            Inside::Opaque => false,
        }
    }

    /// The rule that a directive is held to: of this place, or the one that fits best.
    fn rule(&self, name: &str, count: usize, has_block: bool) -> Option<&'static Rule> {
        if let Inside::Place(place) = self.here()
            && let Found::Taken(rule) = directives::find(name, place)
        {
            return Some(rule);
        }
        let rules = directives::named(name);
        rules
            .iter()
            .find(|rule| rule.block == has_block && rule.takes.takes(count))
            .or(rules.first())
            .copied()
    }

    /// Two directives in one: a line that begins with a directive's name, inside another's arguments.
    fn joined(&self, words: &[Word]) -> Result<(), SyntaxError> {
        for pair in words.windows(2) {
            let [before, word] = pair else { continue };
            let new_line = self.lines.line(before.end - 1) < self.lines.line(word.start);
            if new_line && !word.quoted && self.fits_here(&word.value) {
                return Err(self.missing_semicolon(before));
            }
        }
        Ok(())
    }

    /// Holds a known directive to the number of arguments that nginx takes.
    fn counted(&self, words: &[Word], terminator: usize, has_block: bool) -> Result<(), SyntaxError> {
        let name = &words[0];
        let Some(rule) = self.rule(&name.value, words.len() - 1, has_block) else { return Ok(()) };
        if rule.block != has_block {
            let mut others = directives::named(&name.value).iter();
            let is_block_elsewhere = others.any(|other| other.block && other.places != rule.places);
            if let (true, true, Some(open)) = (has_block, is_block_elsewhere, self.stack.last()) {
                // `server {` in an `upstream` belongs outside: it is the brace before it that lacks.
                return Err(unclosed(&open.directive.name, open.directive.span));
            }
            let key = if has_block { "stack-nginx-unexpected-block" } else { "stack-nginx-block-expected" };
            let message = Text::new(key).with("name", name.value.as_str());
            return Err(SyntaxError::new(message, self.span(terminator, terminator + 1)));
        }
        let count = words.len() - 1;
        let (_, most) = rule.takes.bounds();
        if let Some(most) = most.filter(|most| count > *most) {
            // The word that is too many may begin the next line, or be another directive's name.
            let extra = (most + 1..words.len()).find(|at| {
                let new_line = self.lines.line(words[at - 1].end - 1) < self.lines.line(words[*at].start);
                new_line || self.fits_here(&words[*at].value)
            });
            if let Some(extra) = extra {
                return Err(self.missing_semicolon(&words[extra - 1]));
            }
        }
        if rule.takes.takes(count) {
            return Ok(());
        }
        let message = Text::new("stack-nginx-arguments")
            .with("name", name.value.as_str())
            .with("wanted", rule.takes.describe())
            .with("count", count);
        let at = most.and_then(|most| words.get(most + 1)).unwrap_or(name);
        Err(SyntaxError::new(message, self.span(at.start, at.end)))
    }
}
