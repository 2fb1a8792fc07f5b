//! How Compose lays one file over another ([`over`]), by its own rules: mappings are merged, lists
//! joined, commands replaced, `!reset` and `!override` obeyed; of what may stand in a list once
//! ([`unique`]) the last counts.

use super::{Env, volume};
use crate::Spanned;
use crate::yaml::{Entry, Node, Scalar, Tag, Value};

/// Places whose lists are one thing, and are replaced as a whole.
const REPLACED: [&str; 3] = ["services.*.command", "services.*.entrypoint", "services.*.healthcheck.test"];

/// Places that may be a mapping or a list of `KEY=VALUE`, and are merged as lists of those.
const PAIRS: [&str; 14] = [
    "networks.*.labels",
    "volumes.*.labels",
    "services.*.annotations",
    "services.*.build.args",
    "services.*.build.additional_contexts",
    "services.*.build.labels",
    "services.*.build.extra_hosts",
    "services.*.deploy.labels",
    "services.*.environment",
    "services.*.extra_hosts",
    "services.*.labels",
    "services.*.sysctls",
    "configs.*.labels",
    "secrets.*.labels",
];

/// Places that may be one word or a list of them.
const WORDS: [&str; 6] = [
    "services.*.dns",
    "services.*.dns_opt",
    "services.*.dns_search",
    "services.*.env_file",
    "services.*.label_file",
    "services.*.tmpfs",
];

/// Places that may be a list of names or a mapping by name.
const NAMES: [&str; 2] = ["services.*.networks", "services.*.models"];

/// Lists in which each item counts once; by what, [`identity`] says.
const ONCE: [&str; 24] = [
    "services.*.annotations",
    "services.*.build.args",
    "services.*.build.additional_contexts",
    "services.*.build.labels",
    "services.*.build.tags",
    "services.*.build.platforms",
    "services.*.cap_add",
    "services.*.cap_drop",
    "services.*.configs",
    "services.*.deploy.labels",
    "services.*.devices",
    "services.*.dns",
    "services.*.dns_opt",
    "services.*.dns_search",
    "services.*.environment",
    "services.*.env_file",
    "services.*.expose",
    "services.*.labels",
    "services.*.ports",
    "services.*.profiles",
    "services.*.secrets",
    "services.*.sysctls",
    "services.*.tmpfs",
    "services.*.volumes",
];

/// Whether `path` is one of `patterns`, whose `*` is any one name.
fn is_one_of(path: &[&str], patterns: &[&str]) -> bool {
    patterns.iter().any(|pattern| {
        let names: Vec<&str> = pattern.split('.').collect();
        names.len() == path.len() && names.iter().zip(path).all(|(name, own)| *name == "*" || name == own)
    })
}

/// `own` laid over `base`; both stand at `path`, which is empty at the top of a file.
pub(super) fn over(base: &mut Node, mut own: Node, path: &[&str]) {
    match own.tag {
        Some(Tag::Reset) => return base.value = Value::Null,
        Some(Tag::Override) => {
            settle(&mut own);
            return *base = own;
        }
        None => {}
    }
    if is_one_of(path, &["services.*.build"]) {
        both(base, &mut own, as_context);
    } else if is_one_of(path, &PAIRS) {
        both(base, &mut own, as_pairs);
    } else if is_one_of(path, &WORDS) {
        both(base, &mut own, as_words);
    } else if is_one_of(path, &NAMES) {
        both(base, &mut own, as_mapping);
    } else if is_one_of(path, &["services.*.depends_on"]) {
        both(base, &mut own, as_conditions);
    }
    if own.is_null() {
        return;
    }
    match (&mut base.value, own.value) {
        (Value::Mapping(entries), Value::Mapping(more)) => {
            for entry in more {
                lay(entries, entry, path);
            }
        }
        (Value::Sequence(items), Value::Sequence(more)) if !is_one_of(path, &REPLACED) => items.extend(more),
        (_, value) => *base = Node { value, tag: None, span: own.span },
    }
}

fn lay(entries: &mut Vec<Entry>, entry: Entry, path: &[&str]) {
    let name = entry.key.value.clone();
    let at = entries.iter().position(|known| known.key.value == name);
    match (at, entry.value.tag) {
        (Some(at), Some(Tag::Reset)) => drop(entries.remove(at)),
        (None, Some(Tag::Reset)) => {}
        (Some(at), _) => {
            let known = &mut entries[at];
            // What is said again as it was stays where it was first said.
            let whole = !matches!(known.value.value, Value::Mapping(_) | Value::Sequence(_));
            let below: Vec<&str> = path.iter().copied().chain([name.as_str()]).collect();
            over(&mut known.value, entry.value, &below);
            if whole {
                known.key = entry.key;
                known.last_line = entry.last_line;
            }
        }
        (None, _) => {
            let mut entry = entry;
            settle(&mut entry.value);
            entries.push(entry);
        }
    }
}

/// Takes out what is reset where nothing was.
fn settle(node: &mut Node) {
    node.tag = None;
    match &mut node.value {
        Value::Mapping(entries) => {
            entries.retain(|entry| entry.value.tag != Some(Tag::Reset));
            entries.iter_mut().for_each(|entry| settle(&mut entry.value));
        }
        Value::Sequence(items) => {
            items.retain(|item| item.tag != Some(Tag::Reset));
            items.iter_mut().for_each(settle);
        }
        Value::Null | Value::Scalar(_) => {}
    }
}

fn both(base: &mut Node, own: &mut Node, change: fn(&mut Node)) {
    if std::mem::discriminant(&base.value) != std::mem::discriminant(&own.value) {
        change(base);
        change(own);
    }
}

/// A build that is a folder alone.
fn as_context(node: &mut Node) {
    if let Value::Scalar(_) = node.value {
        let span = node.span;
        let context = std::mem::replace(&mut node.value, Value::Null);
        node.value = Value::Mapping(vec![Entry {
            key: Spanned::new("context".to_owned(), span),
            value: Node { value: context, tag: None, span },
            last_line: span.line,
        }]);
    }
}

/// `{KEY: value}` as `[KEY=value]`.
fn as_pairs(node: &mut Node) {
    let Value::Mapping(entries) = &node.value else { return };
    let pair = |entry: &Entry| {
        let name = &entry.key.value;
        let text = match &entry.value.value {
            Value::Null => name.clone(),
            _ => format!("{name}={}", entry.value.text().unwrap_or_default()),
        };
        let scalar = Scalar { text, quoted: true, verbatim: None };
        Node { value: Value::Scalar(scalar), tag: None, span: entry.key.span }
    };
    node.value = Value::Sequence(entries.iter().map(pair).collect());
}

/// `word` as `[word]`.
fn as_words(node: &mut Node) {
    if let Value::Scalar(_) = node.value {
        let value = std::mem::replace(&mut node.value, Value::Null);
        node.value = Value::Sequence(vec![Node { value, tag: None, span: node.span }]);
    }
}

/// `[a, b]` as `{a: , b: }`, which the reader of a service takes for the same.
fn as_mapping(node: &mut Node) {
    let Value::Sequence(items) = &node.value else { return };
    let entry = |item: &Node| {
        Some(Entry {
            key: Spanned::new(item.text()?.to_owned(), item.span),
            value: Node { value: Value::Null, tag: None, span: item.span },
            last_line: item.span.line,
        })
    };
    node.value = Value::Mapping(items.iter().filter_map(entry).collect());
}

/// `[a]` as `{a: {condition: service_started}}`.
fn as_conditions(node: &mut Node) {
    as_mapping(node);
    let Value::Mapping(entries) = &mut node.value else { return };
    for entry in entries.iter_mut().filter(|entry| entry.value.is_null()) {
        let span = entry.key.span;
        let text = Scalar { text: "service_started".to_owned(), quoted: false, verbatim: None };
        entry.value.value = Value::Mapping(vec![Entry {
            key: Spanned::new("condition".to_owned(), span),
            value: Node { value: Value::Scalar(text), tag: None, span },
            last_line: span.line,
        }]);
    }
}

/// Takes out of the lists of a whole file what a later item takes the place of; what `env` makes of
/// an item's text counts.
pub(super) fn unique(root: &mut Node, env: &Env) {
    for service in below(root, "services") {
        let name = service.key.value.clone();
        walk(&mut service.value, &["services", &name], env);
    }
}

fn below<'n>(root: &'n mut Node, key: &str) -> &'n mut [Entry] {
    let Value::Mapping(top) = &mut root.value else { return &mut [] };
    match top.iter_mut().find(|entry| entry.key.value == key).map(|entry| &mut entry.value.value) {
        Some(Value::Mapping(entries)) => entries,
        _ => &mut [],
    }
}

fn walk(node: &mut Node, path: &[&str], env: &Env) {
    match &mut node.value {
        Value::Mapping(entries) => {
            for entry in entries {
                let name = entry.key.value.clone();
                let below: Vec<&str> = path.iter().copied().chain([name.as_str()]).collect();
                if below.len() <= 4 {
                    walk(&mut entry.value, &below, env);
                }
            }
        }
        Value::Sequence(items) if is_one_of(path, &ONCE) => {
            once(items, path.last().copied().unwrap_or(""), env)
        }
        _ => {}
    }
}

/// The last of those with one identity, in the place of the first.
fn once(items: &mut Vec<Node>, key: &str, env: &Env) {
    let mut places = std::collections::HashMap::new();
    let mut kept: Vec<Node> = Vec::with_capacity(items.len());
    for item in items.drain(..) {
        match identity(&item, key, env) {
            Some(name) => match places.get(&name) {
                Some(&at) => kept[at] = item,
                None => {
                    places.insert(name, kept.len());
                    kept.push(item);
                }
            },
            None => kept.push(item),
        }
    }
    *items = kept;
}

/// What makes an item of the list `key` the same as another one.
fn identity(item: &Node, key: &str, env: &Env) -> Option<String> {
    let field = |name: &str| item.get(name).and_then(Node::text).map(|text| env.expand(text));
    let text = item.text().map(|text| env.expand(text));
    let text = text.as_deref();
    match key {
        "volumes" => match text {
            Some(text) => volume::target_of(text).map(str::to_owned),
            None => field("target"),
        },
        "configs" | "secrets" => {
            let folder = if key == "secrets" { "/run/secrets/" } else { "/" };
            let named = || text.map(str::to_owned).or_else(|| field("source"));
            field("target").or_else(|| named().map(|name| format!("{folder}{name}")))
        }
        "ports" => Some(match text {
            Some(text) => text.to_owned(),
            None => format!(
                "{}:{}:{}/{}",
                field("host_ip").unwrap_or_else(|| "0.0.0.0".to_owned()),
                field("published").unwrap_or_default(),
                field("target").unwrap_or_default(),
                field("protocol").unwrap_or_else(|| "tcp".to_owned())
            ),
        }),
        "env_file" => text.map(str::to_owned).or_else(|| field("path")),
        "devices" => text.map(|text| text.split(':').nth(1).unwrap_or(text).to_owned()),
        _ => text.map(|text| text.split('=').next().unwrap_or(text).to_owned()),
    }
}
