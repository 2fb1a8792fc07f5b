//! What an image says of itself: [`ImageFacts`].

use std::collections::BTreeMap;

/// What is known of the image that a replica was made from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImageFacts {
    /// In bytes; `None` where the engine does not say.
    pub size: Option<u64>,
    /// The user that its process runs as, as the image has it; empty where it names none, which is root.
    pub user: String,
    /// Its labels, by name.
    pub labels: BTreeMap<String, String>,
    /// The variables that it sets, by name.
    pub env: BTreeMap<String, String>,
    /// The ports that it says it listens on: `8080/tcp`.
    pub exposed: Vec<String>,
    /// How many layers it has.
    pub layers: usize,
}

/// `NAME=value` as a map; a name alone has no value.
pub(crate) fn variables(all: &[String]) -> BTreeMap<String, String> {
    let pair = |line: &String| {
        let (name, value) = line.split_once('=').unwrap_or((line, ""));
        (name.to_owned(), value.to_owned())
    };
    all.iter().map(pair).collect()
}
