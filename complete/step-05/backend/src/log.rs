//! The log: one [`Line`] an event on standard output, in logfmt
//! (`key=value key="other value"`), flushed as it is written.

use std::fmt::{Display, Write as _};
use std::io::Write as _;

/// A line being put together; [`Line::print`] writes it.
#[must_use]
pub struct Line(String);

impl Line {
    /// A line of the given level (`info`, `error`), stamped with the time.
    pub fn new(level: &str) -> Self {
        Self(format!("time={} level={level}", now()))
    }

    /// Adds `key=value`. The value may come from a stranger: what could end
    /// the line, or be read as another field, is quoted and escaped.
    pub fn field(mut self, key: &str, value: impl Display) -> Self {
        let value = value.to_string();
        self.0.push(' ');
        self.0.push_str(key);
        self.0.push('=');
        if is_plain(&value) {
            self.0.push_str(&value);
        } else {
            push_quoted(&mut self.0, &value);
        }
        self
    }

    /// Writes the line in one piece. A closed standard output is no reason to
    /// stop serving, so an error is ignored.
    pub fn print(mut self) {
        self.0.push('\n');
        let mut out = std::io::stdout().lock();
        let _ = out.write_all(self.0.as_bytes());
        let _ = out.flush();
    }
}

/// The time now, in RFC 3339, UTC, with milliseconds.
pub fn now() -> String {
    format!("{:.3}", jiff::Timestamp::now())
}

fn is_plain(value: &str) -> bool {
    !value.is_empty()
        && value.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'=' | b'\\'))
}

fn push_quoted(out: &mut String, value: &str) {
    out.push('"');
    for c in value.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // Controls, and the characters that reorder or break a line.
            _ if c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}') => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::Line;

    #[test]
    fn a_value_cannot_forge_a_field_or_a_line() {
        let line = |value: &str| Line(String::new()).field("k", value).0;
        assert_eq!(line("/api/posts"), " k=/api/posts");
        assert_eq!(line(""), r#" k="""#);
        assert_eq!(line("a b"), r#" k="a b""#);
        assert_eq!(line("a=b"), r#" k="a=b""#);
        assert_eq!(line("x\nlevel=info"), r#" k="x\nlevel=info""#);
        assert_eq!(line("\"\\\u{1b}[2J"), r#" k="\"\\\u001b[2J""#);
        assert_eq!(line("안녕"), r#" k="안녕""#);
    }
}
