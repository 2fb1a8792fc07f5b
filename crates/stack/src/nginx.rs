//! What an nginx configuration means: [`NginxConf`], for a file of `conf.d` (its top level is the
//! `http` context) and for a whole `nginx.conf` with an `http` block alike.
//!
//! Read by nginx's own rules of words and blocks, inheritance and precedence. What an `include`
//! brings is not seen here, only that there is one. [`directives`] is the one table of nginx's
//! directives; [`verify`] says what nginx would refuse at its start.

mod access;
pub mod directives;
mod lexer;
mod location;
mod proxy;
#[cfg(test)]
mod tests;
mod time;
mod tree;
mod upstream;
mod verify;

use std::sync::Arc;

use super::{Span, SyntaxError};

pub use location::regex;
pub use location::{Candidate, Location, Modifier, Server, choose, location_pattern};
pub use proxy::{ProxyTarget, Resolver, Target};
pub use proxy::{address, scheme, split_uri};
pub use time::time;
pub(crate) use time::{Unit, time_in};
pub use upstream::{Method, Upstream, UpstreamServer, Zone};
pub use verify::{Refusal, verify};

/// A configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NginxConf {
    /// As written, in the file's order.
    pub directives: Vec<Directive>,
    /// In the file's order, those inside blocks included.
    pub comments: Vec<Comment>,
}

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

/// A comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Counted from 1.
    pub line: u32,
    /// Of the `#`, in characters from 1.
    pub column: u32,
    /// After the `#`, trimmed.
    pub text: String,
    /// Nothing but the comment is on its line.
    pub own_line: bool,
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

impl NginxConf {
    /// Reads a file.
    ///
    /// # Errors
    /// A missing `;`, a brace or a quote too few or too many, or a common directive with a number
    /// of arguments that it does not take.
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        let (directives, comments) = tree::tree(text)?;
        Ok(Self { directives, comments })
    }

    /// The directives of the `http` context: those inside `http` blocks, and those at the top.
    pub fn http(&self) -> impl Iterator<Item = &Directive> {
        self.directives.iter().flat_map(|directive| {
            if directive.name == "http" { directive.inside() } else { std::slice::from_ref(directive) }
        })
    }

    /// Whether a `resolver` stands in the `http` context, where upstreams find it.
    pub fn http_resolver(&self) -> bool {
        self.http().any(|directive| directive.name == "resolver")
    }

    /// In the file's order.
    pub fn upstreams(&self) -> Vec<Upstream> {
        self.http().filter(|directive| directive.name == "upstream").filter_map(Upstream::read).collect()
    }

    /// The upstream of that name; nginx does not mind upper and lower case.
    pub fn upstream(&self, name: &str) -> Option<Upstream> {
        self.upstreams().into_iter().find(|upstream| upstream.name.value.eq_ignore_ascii_case(name))
    }

    /// In the file's order.
    pub fn servers(&self) -> Vec<Server<'_>> {
        let is_server = |directive: &&Directive| directive.name == "server" && directive.block.is_some();
        self.http().filter(is_server).map(|directive| Server { conf: self, directive }).collect()
    }

    /// The server that answers a request whose host no `server_name` claims: the one that listens
    /// as `default_server`, else the first.
    pub fn default_server(&self) -> Option<Server<'_>> {
        let servers = self.servers();
        let wanted = |server: &&Server<'_>| {
            server.own("listen").any(|listen| listen.flag("default_server") || listen.flag("default"))
        };
        servers.iter().find(wanted).or_else(|| servers.first()).copied()
    }

    /// Where the default server sends a request for `path`.
    pub fn location_for(&self, path: &str) -> Option<Location<'_>> {
        self.default_server()?.location_for(path)
    }

    /// What the file includes from elsewhere, anywhere in it.
    pub fn includes(&self) -> Vec<&Directive> {
        let mut found = Vec::new();
        let mut rest: Vec<&Directive> = self.directives.iter().rev().collect();
        while let Some(directive) = rest.pop() {
            if directive.name == "include" {
                found.push(directive);
            }
            rest.extend(directive.inside().iter().rev());
        }
        found
    }
}
