//! `extends`: what a service takes over from another one of the same file ([`resolve`]). Unlike a
//! merge key it goes into the depth: mappings are merged, lists are joined. What another file
//! gives (`extends: { file: … }`) is not seen.

use std::collections::BTreeSet;

use crate::stack::SyntaxError;
use crate::stack::yaml::{Entry, MAX_COPIED_NODES, Node, Value};
use crate::text::Text;
use crate::text::near::did_you_mean;

/// Lists that are replaced as a whole, as Compose does: they are one command.
const REPLACED: [&str; 3] = ["command", "entrypoint", "test"];

/// The file with every service as it is once it has taken over what it extends.
///
/// # Errors
/// A service extends one that is not there, or itself in the end; more than [`MAX_COPIED_NODES`] nodes would be copied.
pub(super) fn resolve(mut root: Node) -> Result<Node, SyntaxError> {
    let Value::Mapping(top) = &mut root.value else { return Ok(root) };
    let Some(services) = top.iter_mut().find(|entry| entry.key.value == "services") else { return Ok(root) };
    let Value::Mapping(services) = &mut services.value.value else { return Ok(root) };
    let bases = services.iter().map(|entry| base(services, entry)).collect::<Result<Vec<_>, _>>()?;
    no_circle(services, &bases)?;
    let mut copied = 0;
    let mut whole = BTreeSet::new();
    for start in 0..services.len() {
        for service in line(start, &bases, &whole).into_iter().rev() {
            if let Some(base) = bases[service] {
                let from = services[base].value.clone();
                inherit(&mut services[service].value, &from, &mut copied);
                if copied > MAX_COPIED_NODES {
                    let text = Text::new("stack-yaml-aliases").with("limit", MAX_COPIED_NODES);
                    return Err(SyntaxError::new(text, services[service].key.span));
                }
            }
            whole.insert(service);
        }
    }
    Ok(root)
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

/// Adds to `own` what it does not say itself.
fn inherit(own: &mut Node, base: &Node, copied: &mut usize) {
    match (&mut own.value, &base.value) {
        (Value::Mapping(own), Value::Mapping(base)) => {
            for entry in base {
                match own.iter_mut().find(|known| known.key.value == entry.key.value) {
                    Some(known) if REPLACED.contains(&known.key.value.as_str()) => {}
                    Some(known) => inherit(&mut known.value, &entry.value, copied),
                    None => {
                        *copied += size(&entry.value);
                        own.push(entry.clone());
                    }
                }
            }
        }
        (Value::Sequence(own), Value::Sequence(base)) => {
            *copied += base.iter().map(size).sum::<usize>();
            own.splice(0..0, base.iter().cloned());
        }
        _ => {}
    }
}

fn size(node: &Node) -> usize {
    let inside = node.entries().iter().map(|entry| size(&entry.value));
    1 + inside.sum::<usize>() + node.items().iter().map(size).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stack::yaml;

    fn resolved(text: &str) -> Node {
        resolve(yaml::parse(text).unwrap()).unwrap()
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
    fn circles_and_unknown_names_are_refused_and_other_files_left_alone() {
        let refused = |text: &str| resolve(yaml::parse(text).unwrap()).unwrap_err().message.key;
        assert_eq!(
            refused("services:\n  a:\n    extends: a\n    image: x\n"),
            "stack-compose-extends-circle"
        );
        let both = "services:\n  a:\n    extends: b\n  b:\n    extends: a\n    image: x\n";
        assert_eq!(refused(both), "stack-compose-extends-circle");
        assert_eq!(refused("services:\n  a:\n    extends: nobody\n"), "stack-compose-no-service");
        for text in [
            "services:\n  a:\n    extends: {file: b.yml, service: a}\n    image: x\n",
            "services: nothing\n",
            "name: x\n",
        ] {
            assert_eq!(resolved(text), yaml::parse(text).unwrap(), "{text}");
        }
    }

    #[test]
    fn a_file_that_would_grow_without_end_is_refused() {
        let mut text = "services:\n  s0:\n    labels: [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for number in 1..400 {
            let before = number - 1;
            text.push_str(&format!("  s{number}:\n    extends: s{before}\n    labels: [y]\n"));
        }
        assert_eq!(resolve(yaml::parse(&text).unwrap()).unwrap_err().message.key, "stack-yaml-aliases");
    }
}
