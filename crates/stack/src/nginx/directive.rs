//! nginx's words and blocks as data: [`Directive`].

use std::sync::Arc;

use crate::Span;

/// A directive with its arguments, and its block if it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// Its first word, without quotes.
    pub name: String,
    /// What stands between the name and the `;` or the brace, in its order.
    pub args: Vec<Arg>,
    /// What stands between its braces; none where it ends with `;`.
    pub block: Option<Vec<Directive>>,
    /// Of the name.
    pub span: Span,
    /// The line of its `;` or of its closing brace.
    pub last_line: u32,
    /// The file that it stands in, where several were put together by their `include`s; none in
    /// one that was read alone.
    pub file: Option<Arc<str>>,
}

/// One argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arg {
    /// Without quotes and escapes.
    pub value: String,
    /// It stands in quotes, single or double.
    pub quoted: bool,
    /// As written, with quotes.
    pub span: Span,
}

impl Directive {
    /// The value of argument `at`, from 0.
    pub fn arg(&self, at: usize) -> Option<&str> {
        self.args.get(at).map(|arg| arg.value.as_str())
    }

    /// The value of an argument `name=value` behind the first.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.args.iter().skip(1).find_map(|arg| arg.value.strip_prefix(name)?.strip_prefix('='))
    }

    /// Whether a bare word is among the arguments behind the first.
    pub fn flag(&self, word: &str) -> bool {
        self.args.iter().skip(1).any(|arg| arg.value == word)
    }

    /// The directives inside; none where it has no block.
    pub fn inside(&self) -> &[Self] {
        self.block.as_deref().unwrap_or(&[])
    }
}
