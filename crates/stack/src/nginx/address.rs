//! Addresses as nginx writes them, and who resolves the names in them.

use super::directive::Directive;
use crate::Span;

/// Who resolves names while nginx runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolver {
    /// As written, each with its port if it has one.
    pub addresses: Vec<String>,
    /// How long an answer counts (`1s`); what the DNS server says where it is not given.
    pub valid: Option<String>,
    /// Of the word `resolver`.
    pub span: Span,
}

impl Resolver {
    /// What a `resolver` directive says; none where it names no address.
    pub fn read(directive: &Directive) -> Option<Self> {
        let is_address = |value: &&str| !value.contains('=');
        let values = || directive.args.iter().map(|arg| arg.value.as_str());
        let valid = values().find_map(|value| value.strip_prefix("valid=")).map(str::to_owned);
        let addresses: Vec<_> = values().filter(is_address).map(str::to_owned).collect();
        (!addresses.is_empty()).then_some(Self { addresses, valid, span: directive.span })
    }
}

/// A variable's name behind its `$`, and how many bytes it takes there (`{name}` has two more).
pub(super) fn variable(text: &str) -> (&str, usize) {
    if let Some((name, _)) = text.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
        return (name, name.len() + 2);
    }
    let end = text.find(|c: char| c != '_' && !c.is_ascii_alphanumeric()).unwrap_or(text.len());
    (&text[..end], end)
}

/// The scheme, as written, and what follows its `://`; none where it is neither `http` nor `https`.
pub fn scheme(address: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = address.split_once("://")?;
    matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https").then_some((scheme, rest))
}

/// Host and URI: the URI begins at the first `/` or `?`, or at a variable that holds a path; a
/// socket's path ends at a colon.
pub fn split_uri(rest: &str) -> (&str, Option<&str>) {
    if rest.starts_with("unix:") {
        let colon = rest.rfind(':').filter(|at| *at > "unix:".len());
        return colon.map_or((rest, None), |at| (&rest[..at], Some(&rest[at + 1..])));
    }
    let mut starts = rest.char_indices().filter(|(at, letter)| match letter {
        '/' | '?' => true,
        '$' => holds_path(variable(&rest[at + 1..]).0),
        _ => false,
    });
    let at = starts.next().map(|(at, _)| at);
    at.map_or((rest, None), |at| (&rest[..at], Some(&rest[at..])))
}

/// nginx's own variables for a request's path, and a pattern's captures.
fn holds_path(variable: &str) -> bool {
    let capture = variable.starts_with(|c: char| c.is_ascii_digit());
    capture
        || matches!(variable, "request_uri" | "uri" | "document_uri" | "is_args" | "args" | "query_string")
}

/// `name:port`, `[::1]:port`, or either without a port.
pub fn address(text: &str) -> (String, Option<u16>) {
    if let Some((inside, after)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return (inside.to_owned(), after.strip_prefix(':').and_then(|port| port.parse().ok()));
    }
    match text.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => {
            (host.to_owned(), port.parse().ok())
        }
        _ => (text.to_owned(), None),
    }
}
