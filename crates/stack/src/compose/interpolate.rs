//! Compose's variables in values: `$VAR`, `${VAR:-default}` and its kin, `$$` for a dollar sign.
//!
//! Rules: docs.docker.com/reference/compose-file/interpolation, and the template of compose-go where
//! the page is silent (a `$` that begins no name is itself; only `${` must be well formed).

use super::Env;
use crate::Span;
use workshop_text::Text;

/// Defaults within defaults deeper than this are refused.
const MAX_NESTING: usize = 20;

/// A variable that a value was made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Without `$` and braces.
    pub name: String,
    /// The file says what to take where it is not set (`:-` or `-`).
    pub has_default: bool,
}

/// A value after interpolation, and what it was made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interpolated {
    /// With its variables put in.
    pub value: String,
    /// As it stands in the file, after YAML's unescaping.
    pub raw: String,
    /// Those that the value names, in the order in which they were read.
    pub variables: Vec<Variable>,
    /// Of the scalar in the file.
    pub span: Span,
}

/// Why a value cannot be interpolated, and the bytes of it that are wrong.
#[derive(Debug)]
pub(super) struct Failure {
    pub message: Text,
    pub start: usize,
    pub end: usize,
}

/// Replaces the variables in `raw`.
pub(super) fn expand(raw: &str, env: &Env, variables: &mut Vec<Variable>) -> Result<String, Failure> {
    let mut out = String::with_capacity(raw.len());
    let template = Template { raw, env };
    template.expand(0, raw.len(), 0, variables, &mut out)?;
    Ok(out)
}

struct Template<'t> {
    raw: &'t str,
    env: &'t Env,
}

impl<'t> Template<'t> {
    fn expand(
        &self,
        start: usize,
        end: usize,
        depth: usize,
        variables: &mut Vec<Variable>,
        out: &mut String,
    ) -> Result<(), Failure> {
        let mut here = start;
        while let Some(dollar) = self.raw[here..end].find('$').map(|at| here + at) {
            out.push_str(&self.raw[here..dollar]);
            let rest = &self.raw[dollar + 1..end];
            here = if rest.starts_with('$') {
                out.push('$');
                dollar + 2
            } else if rest.starts_with('{') {
                let close = self.closing(dollar, end)?;
                self.braced(dollar, close, depth, variables, out)?;
                close + 1
            } else {
                let name = leading_name(rest);
                if name.is_empty() {
                    out.push('$');
                } else {
                    variables.push(Variable { name: name.to_owned(), has_default: false });
                    out.push_str(self.env.get(name).unwrap_or_default());
                }
                dollar + 1 + name.len()
            };
        }
        out.push_str(&self.raw[here..end]);
        Ok(())
    }

    /// The brace that closes the `${` at `dollar`.
    fn closing(&self, dollar: usize, end: usize) -> Result<usize, Failure> {
        let bytes = self.raw.as_bytes();
        let mut depth = 0usize;
        let mut here = dollar;
        while here < end {
            match bytes[here] {
                b'$' if bytes.get(here + 1) == Some(&b'{') => {
                    depth += 1;
                    here += 1;
                }
                b'}' => {
                    depth -= 1;
                    if depth == 0 {
                        return Ok(here);
                    }
                }
                _ => {}
            }
            if depth > MAX_NESTING {
                break;
            }
            here += 1;
        }
        Err(self.failure("stack-variable-unclosed", dollar, end))
    }

    /// `${…}` from its dollar sign to its closing brace.
    fn braced(
        &self,
        dollar: usize,
        close: usize,
        depth: usize,
        variables: &mut Vec<Variable>,
        out: &mut String,
    ) -> Result<(), Failure> {
        let inner = &self.raw[dollar + 2..close];
        let name = leading_name(inner);
        let rest = &inner[name.len()..];
        let (colon, operator) = match rest.strip_prefix(':') {
            Some(after) => (true, after.chars().next()),
            None => (false, rest.chars().next()),
        };
        let well_formed = matches!((operator, colon), (Some('-' | '?' | '+'), _) | (None, false));
        if name.is_empty() || !well_formed || depth >= MAX_NESTING {
            return Err(self.failure("stack-variable-malformed", dollar, close + 1));
        }
        variables.push(Variable { name: name.to_owned(), has_default: operator == Some('-') });
        let set = self.env.get(name).filter(|value| !(colon && value.is_empty()));
        let word = dollar + 2 + name.len() + usize::from(colon) + 1;
        match (operator, set) {
            (Some('+'), Some(_)) | (Some('-'), None) => self.expand(word, close, depth + 1, variables, out),
            (Some('+'), None) => Ok(()),
            (Some('?'), None) => {
                let mut reason = String::new();
                self.expand(word, close, depth + 1, variables, &mut reason)?;
                let mut failure = self.failure("stack-variable-required", dollar, close + 1);
                failure.message =
                    Text::new("stack-variable-required").with("name", name).with("reason", reason);
                Err(failure)
            }
            (_, value) => {
                out.push_str(value.unwrap_or_default());
                Ok(())
            }
        }
    }

    fn failure(&self, key: &'static str, start: usize, end: usize) -> Failure {
        let message = Text::new(key).with("text", &self.raw[start..end]);
        Failure { message, start, end }
    }
}

fn leading_name(text: &str) -> &str {
    let starts = text.starts_with(|c: char| c == '_' || c.is_ascii_alphabetic());
    let end = text.find(|c: char| c != '_' && !c.is_ascii_alphanumeric()).unwrap_or(text.len());
    if starts { &text[..end] } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(raw: &str) -> Result<String, Failure> {
        let env = Env::from_iter([("SET", "s"), ("EMPTY", ""), ("HOME", "/home/mina")]);
        expand(raw, &env, &mut Vec::new())
    }

    #[test]
    fn every_form_of_compose() {
        for (raw, wanted) in [
            ("$SET-${SET}", "s-s"),
            ("${NOPE}|$NOPE|", "||"),
            ("${EMPTY:-d}${EMPTY-d}${NOPE-d}", "dd"),
            ("${SET:+r}${EMPTY:+r}${EMPTY+r}${NOPE+r}", "rr"),
            ("${SET:?why}${EMPTY?why}", "s"),
            ("${NOPE:-${EMPTY:-c}}", "c"),
            ("${X:-a}}", "a}"),
            ("${X-$HOME/b}", "/home/mina/b"),
            ("a$$b $-a $ $1", "a$b $-a $ $1"),
            ("한글 ${NOPE:-값}", "한글 값"),
        ] {
            assert_eq!(expanded(raw).expect(raw), wanted, "{raw}");
        }
    }

    #[test]
    fn what_is_malformed_is_named_with_its_place() {
        for (raw, key, start, end) in [
            ("a ${A", "stack-variable-unclosed", 2, 5),
            ("${}", "stack-variable-malformed", 0, 3),
            ("${A B}", "stack-variable-malformed", 0, 6),
            ("x${A:}", "stack-variable-malformed", 1, 6),
            ("${NOPE:?need it}", "stack-variable-required", 0, 16),
            ("${NOPE:-${}}", "stack-variable-malformed", 8, 11),
        ] {
            let failure = expanded(raw).expect_err(raw);
            assert_eq!((failure.message.key, failure.start, failure.end), (key, start, end), "{raw}");
        }
        assert!(expanded(&"${A:-".repeat(10_000)).is_err());
    }
}
