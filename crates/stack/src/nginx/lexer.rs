//! An nginx file as words and marks, by the rules of nginx itself (`ngx_conf_read_token`): a `#` or
//! a `}` inside a word is part of it, a quote only quotes at a word's start, `${name}` is one word.

use crate::{Lines, SyntaxError};
use workshop_text::Text;

/// One piece of a file, from byte `start` to byte `end`.
#[derive(Debug)]
pub(super) struct Token {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Word { value: String, quoted: bool },
    Semicolon,
    Open,
    Close,
}

pub(super) struct Lexer<'t> {
    text: &'t str,
    lines: &'t Lines<'t>,
    here: usize,
}

fn space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

impl<'t> Lexer<'t> {
    pub(super) const fn new(text: &'t str, lines: &'t Lines<'t>) -> Self {
        Self { text, lines, here: 0 }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// The next token; none at the end of the file.
    pub(super) fn next(&mut self) -> Result<Option<Token>, SyntaxError> {
        while let Some(byte) = self.byte(self.here) {
            let start = self.here;
            let mark = |kind| Token { kind, start, end: start + 1 };
            let token = match byte {
                byte if space(byte) => {
                    self.here += 1;
                    continue;
                }
                b'#' => {
                    self.comment();
                    continue;
                }
                b';' => mark(Kind::Semicolon),
                b'{' => mark(Kind::Open),
                b'}' => mark(Kind::Close),
                quote @ (b'"' | b'\'') => self.quoted(quote)?,
                _ => self.plain(),
            };
            self.here = token.end;
            return Ok(Some(token));
        }
        Ok(None)
    }

    fn comment(&mut self) {
        let start = self.here;
        self.here = self.lines.range(self.lines.line(start)).end.max(start + 1);
    }

    fn plain(&self) -> Token {
        let start = self.here;
        let mut end = start;
        let mut after_dollar = false;
        while let Some(byte) = self.byte(end) {
            match byte {
                b'{' if after_dollar => after_dollar = false,
                b'\\' => {
                    end += 1;
                    after_dollar = false;
                }
                byte if space(byte) || byte == b';' || byte == b'{' => break,
                byte => after_dollar = byte == b'$',
            }
            end += 1;
        }
        let end = end.min(self.text.len());
        let value = unescaped(&self.text[start..end]);
        Token { kind: Kind::Word { value, quoted: false }, start, end }
    }

    fn quoted(&self, quote: u8) -> Result<Token, SyntaxError> {
        let start = self.here;
        let mut close = start + 1;
        loop {
            match self.byte(close) {
                None => return Err(self.unclosed(start)),
                Some(b'\\') => close += 2,
                Some(byte) if byte == quote => break,
                Some(_) => close += 1,
            }
        }
        let end = close + 1;
        let follows = self.byte(end).is_none_or(|byte| space(byte) || matches!(byte, b';' | b'{' | b')'));
        if !follows {
            if self.lines.line(start) < self.lines.line(close) {
                return Err(self.unclosed(start));
            }
            return Err(SyntaxError::new(
                Text::new("stack-nginx-after-quote"),
                self.lines.span(end, end + 1),
            ));
        }
        let value = unescaped(&self.text[start + 1..close]);
        Ok(Token { kind: Kind::Word { value, quoted: true }, start, end })
    }

    fn unclosed(&self, open: usize) -> SyntaxError {
        let end = self.lines.range(self.lines.line(open)).end;
        let width = self.text[open..end.max(open + 1)].trim_end().len();
        let message = Text::new("stack-nginx-quote").with("quote", &self.text[open..=open]);
        SyntaxError::new(message, self.lines.span(open, open + width))
    }

    /// Passes over a block of another language (`content_by_lua_block`), whose brace was just read,
    /// to behind the brace that closes it.
    pub(super) fn skip_raw_block(&mut self) -> bool {
        let mut depth = 1usize;
        while let Some(byte) = self.byte(self.here) {
            self.here += 1;
            match byte {
                b'{' => depth += 1,
                b'}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return true;
            }
        }
        false
    }
}

/// nginx unescapes quotes, backslashes and three white spaces; any other backslash stays (regexes).
fn unescaped(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut letters = raw.chars().peekable();
    while let Some(letter) = letters.next() {
        let replaced = match (letter, letters.peek()) {
            ('\\', Some(quote @ ('"' | '\'' | '\\'))) => Some(*quote),
            ('\\', Some('t')) => Some('\t'),
            ('\\', Some('r')) => Some('\r'),
            ('\\', Some('n')) => Some('\n'),
            _ => None,
        };
        if replaced.is_some() {
            letters.next();
        }
        out.push(replaced.unwrap_or(letter));
    }
    out
}
