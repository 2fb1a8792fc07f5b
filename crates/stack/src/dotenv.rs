//! `.env` files by Compose's own grammar (compose-go's `dotenv`), read from bytes and with the place
//! of every value, so that one value can be changed and every other byte stays: [`DotEnv`].
//!
//! What Compose refuses is a [`Fault`] with its line; what follows it is read all the same, since a
//! message about one line should not hide the next.

use std::ops::Range;

use super::compose::Env;
use super::{Span, SyntaxError, source_line};
use workshop_text::Text;

/// A variable that a file sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Without `export` and the sign behind it.
    pub name: String,
    /// After quotes, escapes and variables.
    pub value: String,
    /// Counted from 1.
    pub line: u32,
    /// The bytes of the value as it is written, quotes included; empty where nothing is.
    pub place: Range<usize>,
}

/// A line that Compose does not take; the whole file is refused for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// Counted from 1.
    pub line: u32,
    /// Why, as a message.
    pub reason: Text,
}

/// A file as it was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DotEnv {
    /// In the file's order; of two with one name the last counts.
    pub entries: Vec<Entry>,
    /// In the file's order.
    pub faults: Vec<Fault>,
}

/// What UTF-16 starts with: Compose cannot read it, and nothing can be added to it.
const WIDE: [&[u8]; 2] = [b"\xff\xfe", b"\xfe\xff"];
/// A value of more bytes is refused, and one more where all have so many: each line may double the
/// one above, or say it again.
const LONGEST: usize = 1 << 20;
const MOST: usize = 8 << 20;
const BOM: &[u8] = b"\xef\xbb\xbf";

impl DotEnv {
    /// Reads `bytes`. A name alone takes its value from `outer`, and so do the variables in values,
    /// before the lines above.
    pub fn parse(bytes: &[u8], outer: &Env) -> Self {
        let mut reader = Reader {
            bytes,
            at: 0,
            counted: (0, 1),
            outer,
            known: outer.clone(),
            total: 0,
            found: Self::default(),
        };
        if bytes.starts_with(BOM) {
            reader.at = BOM.len();
        }
        if WIDE.iter().any(|mark| bytes.starts_with(mark)) {
            reader.fault(0, Text::new("dotenv-wide"));
            return reader.found;
        }
        while reader.reach_statement() {
            reader.statement();
        }
        reader.found
    }

    /// What is wrong with `bytes` for Compose; of several the first.
    pub fn syntax_error(bytes: &[u8], outer: &Env) -> Option<SyntaxError> {
        let fault = Self::parse(bytes, outer).faults.into_iter().next()?;
        let text = String::from_utf8_lossy(bytes);
        let width = source_line(&text, fault.line).trim_end().chars().count();
        let span = Span::new(fault.line, 1, u32::try_from(width).unwrap_or(1));
        Some(SyntaxError { message: fault.reason, span })
    }

    /// The value of `name`, and where it stands.
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().rev().find(|entry| entry.name == name)
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    /// A place, and the line that it is in: lines are counted once.
    counted: (usize, u32),
    outer: &'a Env,
    /// What a value is expanded with: the lines above, where `outer` has nothing.
    known: Env,
    /// Bytes of all values so far.
    total: usize,
    found: DotEnv,
}

/// Blank, and no line's end: compose-go's own list, of which two are beyond ASCII.
fn is_blank(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\u{b}' | '\u{c}' | '\r' | '\u{85}' | '\u{a0}')
}

impl Reader<'_> {
    fn rest(&self) -> &[u8] {
        &self.bytes[self.at..]
    }

    fn line_end(&self, from: usize) -> usize {
        self.bytes[from..].iter().position(|byte| *byte == b'\n').map_or(self.bytes.len(), |end| from + end)
    }

    fn next_line(&mut self) {
        self.at = (self.line_end(self.at) + 1).min(self.bytes.len());
    }

    fn fault(&mut self, at: usize, reason: Text) {
        let line = self.line_of(at);
        self.found.faults.push(Fault { line, reason });
    }

    /// Of places that come one after the other.
    fn line_of(&mut self, at: usize) -> u32 {
        let (from, line) = self.counted;
        let more = self.bytes[from.min(at)..at].iter().filter(|byte| **byte == b'\n').count();
        let line = line.saturating_add(u32::try_from(more).unwrap_or(u32::MAX));
        self.counted = (at.max(from), line);
        line
    }

    /// Past blank lines and comments; false at the end.
    fn reach_statement(&mut self) -> bool {
        loop {
            let blank = blanks(self.rest(), char::is_whitespace);
            self.at += blank;
            match self.rest().first() {
                None => return false,
                Some(b'#') => self.next_line(),
                Some(_) => return true,
            }
        }
    }

    fn statement(&mut self) {
        let begun = self.at;
        if let Some(after) = self.rest().strip_prefix(b"export")
            && blanks(after, is_blank) > 0
        {
            self.at += b"export".len();
            self.at += blanks(self.rest(), is_blank);
        }
        match self.name() {
            Ok((name, inherits)) if inherits => {
                self.inherit(begun, name);
            }
            Ok((name, _)) => self.value_of(begun, name),
            Err(reason) => {
                self.fault(begun, reason);
                self.next_line();
            }
        }
    }

    /// The name up to `=` or `:`, which is passed; or up to the line's end, where its value comes
    /// from outside.
    fn name(&mut self) -> Result<(String, bool), Text> {
        let line = String::from_utf8_lossy(&self.bytes[self.at..self.line_end(self.at)]).into_owned();
        let mut end = line.len();
        let mut inherits = true;
        for (at, letter) in line.char_indices() {
            match letter {
                '=' | ':' => {
                    (end, inherits) = (at, false);
                    break;
                }
                '_' | '.' | '-' | '[' | ']' => {}
                _ if is_blank(letter) || letter.is_alphanumeric() => {}
                _ => {
                    let text = Text::new("dotenv-name").with("letter", letter.escape_debug().to_string());
                    return Err(text.with("text", line.trim_end()));
                }
            }
        }
        let name = line[..end].trim_end().to_owned();
        if name.contains(' ') {
            return Err(Text::new("dotenv-blank").with("name", name));
        }
        if inherits {
            self.next_line();
        } else {
            // Everything before is one character of one byte, or was read as it stands.
            self.at += line[..end].len() + 1;
            self.at += blanks(self.rest(), is_blank);
        }
        Ok((name, inherits))
    }

    fn inherit(&mut self, begun: usize, name: String) {
        if let Some(value) = self.outer.get(&name).map(str::to_owned) {
            let end = self.line_end(begun);
            self.keep(begun, name, value, end..end);
        }
    }

    fn keep(&mut self, begun: usize, name: String, value: String, place: Range<usize>) {
        self.total = self.total.saturating_add(value.len());
        if self.outer.get(&name).is_none() {
            self.known.set(&name, &value);
        }
        let line = self.line_of(begun);
        self.found.entries.push(Entry { name, value, line, place });
    }

    fn value_of(&mut self, begun: usize, name: String) {
        let start = self.at;
        let quote = self.rest().first().copied().filter(|first| matches!(first, b'"' | b'\''));
        let Some(quote) = quote else {
            let line = &self.bytes[start..self.line_end(start)];
            let written = written(line);
            let value = String::from_utf8_lossy(written).into_owned();
            let place = start..start + written.len();
            self.next_line();
            return self.keep_expanded(begun, name, &value, place);
        };
        let Some((inner, length)) = quoted(&self.bytes[start..], quote) else {
            let line = String::from_utf8_lossy(&self.bytes[start..self.line_end(start)]).into_owned();
            self.fault(begun, Text::new("dotenv-open").with("text", line.trim_end()));
            return self.next_line();
        };
        let value = String::from_utf8_lossy(&inner).into_owned();
        self.at = start + length;
        let place = start..self.at;
        match quote {
            b'\'' => self.keep(begun, name, value, place),
            _ => self.keep_expanded(begun, name, &unescaped(&value), place),
        }
    }

    fn keep_expanded(&mut self, begun: usize, name: String, value: &str, place: Range<usize>) {
        match self.known.try_expand(value) {
            Ok(value) if value.len() > LONGEST || self.total > MOST => {
                self.fault(begun, Text::new("dotenv-long").with("name", name))
            }
            Ok(value) => self.keep(begun, name, value, place),
            Err(reason) => self.fault(begun, reason),
        }
    }
}

/// How many bytes at the start of `bytes` are such letters.
fn blanks(bytes: &[u8], is: impl Fn(char) -> bool) -> usize {
    let valid = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
    };
    valid.find(|letter| !is(letter)).unwrap_or(valid.len())
}

/// A value without quotes: up to a blank and `#`, without the white space around it.
fn written(line: &[u8]) -> &[u8] {
    let end = line.windows(2).position(|two| two == b" #").unwrap_or(line.len());
    match std::str::from_utf8(&line[..end]) {
        Ok(text) => text.trim_end().as_bytes(),
        Err(_) => line[..end].trim_ascii_end(),
    }
}

/// What stands between the quotes, and the length with both. A quote behind a backslash is one of
/// the value; every other backslash stays.
fn quoted(bytes: &[u8], quote: u8) -> Option<(Vec<u8>, usize)> {
    let mut inner = Vec::new();
    let mut escaped = false;
    for (at, byte) in bytes.iter().copied().enumerate().skip(1) {
        match byte {
            _ if byte == quote && !escaped => return Some((inner, at + 1)),
            _ if byte == quote => inner.push(byte),
            b'\\' if !escaped => {
                escaped = true;
                continue;
            }
            _ => {
                if escaped {
                    inner.push(b'\\');
                }
                inner.push(byte);
            }
        }
        escaped = false;
    }
    None
}

/// The escapes of double quotes, those that Go's own `strconv` has among them.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let (said, length) = escape(&rest[at + 1..]);
        match said {
            Some(said) => out.push_str(&said),
            None => out.push_str(&rest[at..=at + length]),
        }
        rest = &rest[at + 1 + length..];
    }
    out.push_str(rest);
    out
}

/// What the escape behind a backslash says, where it is one, and its length without the backslash.
fn escape(after: &str) -> (Option<String>, usize) {
    let one = |letter: char| (Some(letter.to_string()), 1);
    match after.chars().next() {
        Some('a') => one('\u{7}'),
        Some('b') => one('\u{8}'),
        Some('f') => one('\u{c}'),
        Some('n') => one('\n'),
        Some('r') => one('\r'),
        Some('t') => one('\t'),
        Some('v') => one('\u{b}'),
        Some('"') => one('"'),
        Some('\\') => one('\\'),
        // Two dollar signs are one for the variables that are looked for next.
        Some('$') => (Some("$$".to_owned()), 1),
        Some('0') => {
            let digits: String = after[1..].chars().take(3).take_while(char::is_ascii_digit).collect();
            let number =
                u32::from_str_radix(&digits, 8).ok().filter(|number| digits.len() == 3 && *number < 256);
            let letter = number.and_then(char::from_u32).map(String::from);
            // Where it is no number of Go's, the zero is gone all the same.
            (Some(letter.unwrap_or_else(|| format!("\\{digits}"))), 1 + digits.len())
        }
        Some(letter) => (None, letter.len_utf8()),
        None => (None, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, String)> {
        let outer = Env::from_iter([("HOME", "/home/mina"), ("LANG", "ko")]);
        let read = DotEnv::parse(text.as_bytes(), &outer);
        assert!(read.faults.is_empty(), "{text:?}: {:?}", read.faults);
        read.entries.into_iter().map(|entry| (entry.name, entry.value)).collect()
    }

    /// Held against `docker compose config --environment` of Compose 2.40 by
    /// `hostile::files::dotenv_is_read_as_compose_reads_it`.
    #[test]
    fn values_as_compose_reads_them() {
        for (text, name, value) in [
            ("P=#secret", "P", "#secret"),
            ("P= # comment", "P", "# comment"),
            ("P=a # comment", "P", "a"),
            ("P=a\t# none", "P", "a\t# none"),
            ("P=${HOME}/data", "P", "/home/mina/data"),
            ("P=$HOME/data", "P", "/home/mina/data"),
            (r"P='it\'s'", "P", "it's"),
            (r"P='a\nb'", "P", r"a\nb"),
            (r#"P="a\nb\$HOME $HOME""#, "P", "a\nb$HOME /home/mina"),
            ("P='$HOME # x' # c", "P", "$HOME # x"),
            ("P=\"one\ntwo\"", "P", "one\ntwo"),
            ("export P : x y ", "P", "x y"),
            ("\u{feff}P=1\r\n", "P", "1"),
            ("LANG\nP=1", "LANG", "ko"),
            ("A=1\nP=${A}${NOPE:-2}", "P", "12"),
            (r#"P="\0101\077\x41""#, "P", r"A\77\x41"),
            ("P='x'y=1", "y", "1"),
            ("P=", "P", ""),
            ("한글=값", "한글", "값"),
        ] {
            let found = read(text);
            let entry = found.iter().find(|(found, _)| found == name);
            assert_eq!(entry.map(|(_, value)| value.as_str()), Some(value), "{text:?}");
        }
    }

    #[test]
    fn what_compose_refuses_is_a_fault_with_its_line() {
        for (text, line, key) in [
            ("A=1\nB C=2\n", 2, "dotenv-blank"),
            ("\n# c\nP=\"open\nQ=1\n", 3, "dotenv-open"),
            ("A!=1\n", 1, "dotenv-name"),
            ("A=${B\n", 1, "stack-variable-unclosed"),
            ("\u{0}A=1", 1, "dotenv-name"),
        ] {
            let read = DotEnv::parse(text.as_bytes(), &Env::default());
            let fault = read.faults.first().unwrap_or_else(|| panic!("{text:?} is taken"));
            assert_eq!((fault.line, fault.reason.key), (line, key), "{text:?}");
        }
        let wide: Vec<u8> = "\u{feff}A=1".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(DotEnv::parse(&wide, &Env::default()).faults[0].reason.key, "dotenv-wide");
    }

    #[test]
    fn lines_that_double_the_one_above_come_to_an_end() {
        let lines: String = (1..200).map(|n| format!("A{n}=$A{0}$A{0}\n", n - 1)).collect();
        let read = DotEnv::parse(format!("A0=xxxxxxxx\n{lines}").as_bytes(), &Env::default());
        assert_eq!(read.faults[0].reason.key, "dotenv-long");
        let again = format!("A={}\n{}", "x".repeat(1 << 19), "B=$A\n".repeat(5000));
        let read = DotEnv::parse(again.as_bytes(), &Env::default());
        assert!(read.entries.iter().map(|entry| entry.value.len()).sum::<usize>() < 10 << 20);
    }

    #[test]
    fn what_is_no_utf8_is_read_around() {
        let read = DotEnv::parse(b"# \xb0\xa1\nA=\xb0\xa1\nB=2\n", &Env::default());
        assert_eq!(read.entry("B").map(|entry| (entry.value.as_str(), entry.line)), Some(("2", 3)));
        assert_eq!(read.entry("A").map(|entry| entry.place.clone()), Some(7..9));
    }

    #[test]
    fn a_place_is_where_the_value_stands() {
        let text = "A = 'x y' # c\nB=1 # d\nC=\n";
        let read = DotEnv::parse(text.as_bytes(), &Env::default());
        let written: Vec<&str> = read.entries.iter().map(|entry| &text[entry.place.clone()]).collect();
        assert_eq!(written, ["'x y'", "1", ""]);
    }
}
