//! What a command of a swarm is about: the stack's own things, a node, a file, an image; and the
//! placeholders that stand for names which a lesson cannot know.

use super::{is_service, placeholder};

/// Stands for the project's name.
pub(crate) const STACK: &str = "{stack}";
const NODE_OF: &str = "{node-of-";

/// `{stack}_backend`: a service, a config or a secret of the stack.
pub(super) fn is_own(word: &str) -> bool {
    own(word).is_some_and(is_service)
}

fn own(word: &str) -> Option<&str> {
    word.strip_prefix(STACK)?.strip_prefix('_')
}

/// `backend=6` of `{stack}_backend=6`.
pub(super) fn own_scale(word: &str) -> Option<&str> {
    own(word)
}

/// `node2`, or `{node-of-backend-1}`.
pub(super) fn is_node(word: &str) -> bool {
    node_of(word).is_some() || (!word.starts_with('{') && is_service(word))
}

/// The service and the index of `{node-of-backend-1}`.
fn node_of(word: &str) -> Option<(String, u32)> {
    placeholder(&format!("{{{}", word.strip_prefix(NODE_OF)?))
}

/// A path from the workspace to a file in it, with nothing in it that leads out.
pub(super) fn is_path(word: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || "._-/".contains(c);
    word.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.')
        && word.len() <= 200
        && word.chars().all(plain)
        && word.split('/').all(|part| !part.is_empty() && part != "..")
}

/// An image's name, with its registry, tag or digest.
pub(super) fn is_image(word: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || "._-/:@".contains(c);
    word.starts_with(|c: char| c.is_ascii_alphanumeric()) && word.len() <= 255 && word.chars().all(inner)
}

/// The words with the project's name, and with the node of each replica that `node` knows.
pub(crate) fn filled(
    words: &[String],
    project: &str,
    node: &dyn Fn(&str, u32) -> Option<String>,
) -> Vec<String> {
    let fill = |word: &String| match node_of(word) {
        Some((service, index)) => node(&service, index).unwrap_or_else(|| word.clone()),
        None => word.replace(STACK, project),
    };
    words.iter().map(fill).collect()
}

/// The replicas on whose nodes the command is done.
pub(crate) fn replicas_named(words: &[String]) -> Vec<(String, u32)> {
    words.iter().filter_map(|word| node_of(word)).collect()
}
