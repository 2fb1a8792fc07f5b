//! `extends`: what a service takes over from another one ([`resolve`]), of the same file or of one
//! that was read for it ([`other_files`], [`inherit_from`]). Its own words are laid over those of the
//! other by the rules for files.

use std::collections::BTreeSet;

use super::merge;
use crate::yaml::{Entry, MAX_COPIED_NODES, Node, Value};
use crate::{Span, SyntaxError};
use workshop_text::Text;
use workshop_text::near::did_you_mean;

/// A service that extends one of another file.
pub(super) struct OtherFile {
    /// The one that extends.
    pub service: String,
    /// The file as it is written there.
    pub file: String,
    /// The one that is extended.
    pub base: String,
    /// Of the file's name.
    pub span: Span,
}

/// Every service that extends one of another file.
pub(super) fn other_files(root: &Node) -> Vec<OtherFile> {
    let services = root.get("services").map(Node::entries).unwrap_or_default();
    let other = |entry: &Entry| {
        let extends = entry.value.get("extends")?;
        let file = extends.get("file")?;
        Some(OtherFile {
            service: entry.key.value.clone(),
            file: file.text()?.to_owned(),
            base: extends.get("service")?.text()?.to_owned(),
            span: file.span,
        })
    };
    services.iter().filter_map(other).collect()
}

/// `service` takes over what `base`, of another file, says.
pub(super) fn inherit_from(root: &mut Node, service: &str, base: Node) {
    let Some(services) = services(root) else { return };
    if let Some(entry) = services.iter_mut().find(|entry| entry.key.value == service) {
        inherit(entry, base);
    }
}

/// Every service becomes what it is once it has taken over what it extends in this file.
///
/// # Errors
/// One extends a service that is not there, or itself in the end; or more than [`MAX_COPIED_NODES`]
/// nodes would be copied.
pub(super) fn resolve(root: &mut Node) -> Result<(), SyntaxError> {
    let Some(services) = services(root) else { return Ok(()) };
    let bases = services.iter().map(|entry| base(services, entry)).collect::<Result<Vec<_>, _>>()?;
    no_circle(services, &bases)?;
    let mut copied = 0;
    let mut whole = BTreeSet::new();
    for start in 0..services.len() {
        for service in line(start, &bases, &whole).into_iter().rev() {
            if let Some(base) = bases[service] {
                let from = services[base].value.clone();
                copied += size(&from);
                inherit(&mut services[service], from);
                if copied > MAX_COPIED_NODES {
                    let text = Text::new("stack-yaml-aliases").with("limit", MAX_COPIED_NODES);
                    return Err(SyntaxError::new(text, services[service].key.span));
                }
            }
            whole.insert(service);
        }
    }
    Ok(())
}

fn services(root: &mut Node) -> Option<&mut Vec<Entry>> {
    let Value::Mapping(top) = &mut root.value else { return None };
    match &mut top.iter_mut().find(|entry| entry.key.value == "services")?.value.value {
        Value::Mapping(services) => Some(services),
        _ => None,
    }
}

/// The place of the service that this one extends, where it is in this file.
fn base(services: &[Entry], service: &Entry) -> Result<Option<usize>, SyntaxError> {
    let Some(extends) = service.value.entries().iter().find(|entry| entry.key.value == "extends") else {
        return Ok(None);
    };
    let node = match &extends.value.value {
        Value::Mapping(_) if extends.value.entry("file").is_some() => return Ok(None),
        Value::Mapping(_) => extends.value.get("service"),
        _ => Some(&extends.value),
    };
    // What is no name at all is told by the table of keys.
    let Some((node, name)) = node.and_then(|node| Some((node, node.text()?))) else { return Ok(None) };
    let known = services.iter().map(|entry| entry.key.value.as_str());
    match known.clone().position(|known| known == name) {
        Some(found) => Ok(Some(found)),
        None => {
            let near = did_you_mean(name, known);
            let message = Text::new("stack-compose-no-service").with("name", name).with("near", near);
            Err(SyntaxError::new(message, node.span))
        }
    }
}

/// No service extends itself in the end.
fn no_circle(services: &[Entry], bases: &[Option<usize>]) -> Result<(), SyntaxError> {
    let mut good = vec![false; services.len()];
    for start in 0..services.len() {
        let (mut way, mut next) = (Vec::new(), Some(start));
        let mut on_way = BTreeSet::new();
        while let Some(here) = next.filter(|here| !good[*here]) {
            way.push(here);
            if !on_way.insert(here) {
                let begin = way.iter().position(|other| *other == here).unwrap_or_default();
                let names: Vec<&str> =
                    way[begin..].iter().map(|at| services[*at].key.value.as_str()).collect();
                let span = services[here]
                    .value
                    .entry("extends")
                    .map_or(services[here].key.span, |entry| entry.key.span);
                return Err(SyntaxError::new(
                    Text::new("stack-compose-extends-circle").with("names", names.join(" → ")),
                    span,
                ));
            }
            next = bases[here];
        }
        way.into_iter().for_each(|here| good[here] = true);
    }
    Ok(())
}

/// A service, the one that it extends, and so on, up to one that is whole.
fn line(start: usize, bases: &[Option<usize>], whole: &BTreeSet<usize>) -> Vec<usize> {
    let mut line = Vec::new();
    let mut next = Some(start);
    while let Some(service) = next.filter(|service| !whole.contains(service)) {
        line.push(service);
        next = bases[service];
    }
    line
}

/// Lays what the service says itself over `base`; what `base` extended in turn is in it already.
fn inherit(service: &mut Entry, base: Node) {
    let span = service.value.span;
    let own = std::mem::replace(&mut service.value, base);
    merge::over(&mut service.value, own, &["services", &service.key.value]);
    service.value.span = span;
    if let Value::Mapping(entries) = &mut service.value.value {
        entries.retain(|entry| entry.key.value != "extends");
    }
}

fn size(node: &Node) -> usize {
    let inside = node.entries().iter().map(|entry| size(&entry.value));
    1 + inside.sum::<usize>() + node.items().iter().map(size).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml;

    fn resolved(text: &str) -> Node {
        let mut root = yaml::parse(text).unwrap();
        resolve(&mut root).unwrap();
        root
    }

    #[test]
    fn what_is_not_said_is_taken_over_in_the_depth() {
        let file = resolved(
            "services:\n  b:\n    extends: a\n    environment:\n      TWO: here\n    ports: [\"2:2\"]\n    \
             command: [own]\n  a:\n    extends:\n      service: base\n    environment:\n      ONE: a\n      \
             TWO: a\n    ports: [\"1:1\"]\n    command: [first, second]\n  base:\n    image: x\n",
        );
        let text = |path: &str| file.get(path).and_then(Node::text).map(str::to_owned);
        assert_eq!(text("services.b.image").as_deref(), Some("x"));
        assert_eq!(text("services.b.environment.ONE").as_deref(), Some("a"));
        assert_eq!(text("services.b.environment.TWO").as_deref(), Some("here"));
        let items = |path: &str| file.get(path).unwrap().items().len();
        assert_eq!((items("services.b.ports"), items("services.b.command")), (2, 1));
        // Taken over, it still stands where it was written.
        assert_eq!(file.entry("services.b.environment.ONE").unwrap().key.span.line, 12);
    }

    #[test]
    fn what_cannot_be_taken_over_is_refused_or_left() {
        for text in ["services: nothing\n", "name: x\n"] {
            assert_eq!(resolved(text), yaml::parse(text).unwrap(), "{text}");
        }
        for (text, key, line) in [
            ("services:\n  a:\n    extends: a\n    image: x\n", "stack-compose-extends-circle", 3),
            ("services:\n  a:\n    extends: nobody\n", "stack-compose-no-service", 3),
            ("services:\n  a:\n    extends: b\n  b:\n    extends: a\n", "stack-compose-extends-circle", 3),
        ] {
            let error = resolve(&mut yaml::parse(text).unwrap()).unwrap_err();
            assert_eq!((error.message.key, error.span.line), (key, line), "{text}");
        }
        let other = yaml::parse("services:\n  a:\n    extends: {file: b.yml, service: c}\n").unwrap();
        let [found] = other_files(&other).try_into().unwrap_or_else(|_| panic!("one"));
        assert_eq!((found.service.as_str(), found.file.as_str(), found.base.as_str()), ("a", "b.yml", "c"));
    }

    #[test]
    fn a_file_that_would_grow_without_end_is_refused() {
        let mut text = "services:\n  s0:\n    labels: [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for number in 1..400 {
            let before = number - 1;
            text.push_str(&format!("  s{number}:\n    extends: s{before}\n    labels: [y]\n"));
        }
        let mut root = yaml::parse(&text).unwrap();
        assert_eq!(resolve(&mut root).unwrap_err().message.key, "stack-yaml-aliases");
    }
}
