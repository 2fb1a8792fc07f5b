//! Values of a compose file: read with their variables, and looked through for what they take.

use super::effect::Kind;
use super::place::Where;
use super::walk::{Said, Walk};
use workshop_stack::compose::Env;
use workshop_stack::yaml::{self, Node, Value};
use workshop_text::near::nearest;

impl Walk<'_> {
    /// A file that is read from this machine, where it is not the workspace's.
    pub(super) fn host_file(&mut self, node: &Node, said: &Said<'_>) {
        let path = self.text(node);
        if let Where::Outside(path) = self.view.place(&path, said.bases) {
            self.add(Kind::HostFile, path, said.who);
        }
    }

    /// `NAME` alone takes the value that the user's environment has.
    pub(super) fn passed_through(&mut self, node: &Node, who: &str) {
        for item in node.items() {
            let text = self.text(item);
            if !text.contains('=') && !text.is_empty() {
                self.variable(&text, who);
            }
        }
        for entry in node.entries().iter().filter(|entry| entry.value.is_null()) {
            self.variable(&entry.key.value, who);
        }
    }

    pub(super) fn variable(&mut self, name: &str, who: &str) {
        if !self.declared.contains(name) {
            self.add(Kind::Variable, name, who);
        }
    }

    /// The variables of every value in the file.
    pub(super) fn variables(&mut self, node: &Node, file: &str) {
        if let Some(text) = node.text().filter(|text| text.contains('$')) {
            for name in names_in(text, &self.env) {
                self.variable(&name, file);
            }
        }
        node.items().iter().for_each(|item| self.variables(item, file));
        node.entries().iter().for_each(|entry| self.variables(&entry.value, file));
    }

    /// Keys that nobody knows to be harmless, but for those that were looked at already.
    pub(super) fn unknown(&mut self, node: &Node, harmless: &[&str], who: &str, known: &[&str]) {
        for entry in node.entries() {
            let key = entry.key.value.as_str();
            if !harmless.contains(&key)
                && !known.contains(&key)
                && !key.starts_with("x-")
                && !entry.value.is_null()
            {
                let what = format!("{key}: {}", self.whole(&entry.value));
                let meant = nearest(key, harmless.iter().copied());
                self.add(if meant.is_some() { Kind::Misspelt } else { Kind::Unknown }, what, who);
            }
        }
    }

    pub(super) fn each(&mut self, node: &Node, kind: Kind, who: &str) {
        for item in listed(node) {
            let what = self.whole(item);
            self.add(kind, what, who);
        }
        for entry in node.entries() {
            let what = format!("{}: {}", entry.key.value, self.whole(&entry.value));
            self.add(kind, what, who);
        }
    }

    /// A scalar with its variables.
    pub(super) fn text(&self, node: &Node) -> String {
        let raw = node.text().unwrap_or_default();
        self.env.expanded(raw).map_or_else(|| raw.to_owned(), |(text, _)| text)
    }

    pub(super) fn is_no(&self, node: &Node) -> bool {
        node.is_null()
            || matches!(self.text(node).to_lowercase().as_str(), "false" | "no" | "off" | "n" | "0" | "")
                && node.entries().is_empty()
                && node.items().is_empty()
    }

    /// A value of any shape, on one line.
    pub(super) fn whole(&self, node: &Node) -> String {
        match &node.value {
            Value::Null => String::new(),
            Value::Scalar(_) => self.text(node),
            Value::Sequence(items) => {
                items.iter().map(|item| self.whole(item)).collect::<Vec<_>>().join(", ")
            }
            Value::Mapping(entries) => {
                let one = |entry: &yaml::Entry| format!("{}={}", entry.key.value, self.whole(&entry.value));
                entries.iter().map(one).collect::<Vec<_>>().join(" ")
            }
        }
    }

    /// `NAME=value` of a list, or the entries of a mapping.
    pub(super) fn pairs(&self, node: &Node) -> Vec<(String, String)> {
        pairs(node, &self.env)
    }

    pub(super) fn plain_pairs(&self, node: &Node) -> Vec<(String, String)> {
        pairs(node, &self.plain)
    }
}

pub(super) fn pairs(node: &Node, env: &Env) -> Vec<(String, String)> {
    let text = |node: &Node| {
        let raw = node.text().unwrap_or_default();
        env.expanded(raw).map_or_else(|| raw.to_owned(), |(text, _)| text)
    };
    let listed = node.items().iter().map(|item| {
        let text = text(item);
        let (name, value) = text.split_once('=').unwrap_or((&text, ""));
        (name.to_owned(), value.to_owned())
    });
    let mapped = node.entries().iter().map(|entry| (entry.key.value.clone(), text(&entry.value)));
    listed.chain(mapped).collect()
}

/// The variables in `text`, also those in the defaults of others.
fn names_in(text: &str, env: &Env) -> Vec<String> {
    // What a default holds is read only where it is taken: so every name is looked for as such too.
    let known = env.expanded(text).map(|(_, variables)| variables).unwrap_or_default();
    let mut names: Vec<String> = known.into_iter().map(|variable| variable.name).collect();
    let plain = text.replace("$$", "");
    for (at, _) in plain.match_indices('$') {
        let rest = plain[at + 1..].trim_start_matches('{');
        let name: String = rest.chars().take_while(|c| *c == '_' || c.is_ascii_alphanumeric()).collect();
        if !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit()) && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The items of a list, or the one value that stands in its place.
pub(super) fn listed(node: &Node) -> impl Iterator<Item = &Node> {
    let alone = matches!(node.value, Value::Scalar(_)).then_some(node);
    node.items().iter().chain(alone)
}
