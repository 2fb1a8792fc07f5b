//! A YAML file as a tree of [`Node`]s that know where they were written, for one mapping at the top.
//!
//! Built on the events of `granit-parser`; anchors, aliases and `<<` merge keys are resolved (each
//! node keeps the place that defined it), and what a learner gets wrong is said in our words, at
//! the cause rather than where the scanner gave up. Bounded: depth, and nodes copied by aliases.

mod build;
mod comments;
mod error;
mod node;
mod plain;
#[cfg(test)]
mod tests;

use super::SyntaxError;

pub use comments::{Comment, comments, comments_near};
pub(crate) use node::MAX_COPIED_NODES;
pub use node::{Entry, MAX_DEPTH, Node, Scalar, Tag, Value};
pub use plain::Plain;

/// The first document of a file.
pub fn parse(text: &str) -> Result<Node, SyntaxError> {
    Ok(documents(text)?.remove(0))
}

/// Reads a whole file of one document or several (`---` between two). A byte-order mark is skipped.
///
/// # Errors
/// Broken YAML, a duplicate key, nothing at all, a document that is no mapping, or too much nesting
/// or copying.
pub fn documents(text: &str) -> Result<Vec<Node>, SyntaxError> {
    build::trees(text.trim_start_matches(super::BOM))
}
