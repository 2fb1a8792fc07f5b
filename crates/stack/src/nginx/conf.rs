//! A configuration file: [`NginxConf`].

use super::directive::Directive;
use super::tree;
use crate::SyntaxError;

/// A configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NginxConf {
    /// As written, in the file's order.
    pub directives: Vec<Directive>,
}

impl NginxConf {
    /// Reads a file.
    ///
    /// # Errors
    /// A missing `;`, a brace or a quote too few or too many, or a common directive with a number
    /// of arguments that it does not take.
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        Ok(Self { directives: tree::tree(text)? })
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
