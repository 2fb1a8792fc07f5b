//! Docker Labspace: `labspace.yaml` with `sections` and `variables`, and `project/`, which is the
//! workspace.

use std::collections::BTreeMap;

use super::markdown::{Dialect, Reader};
use super::source::{Source, said, unknown};
use super::{Left, Section, Tutorial};
use crate::author::AuthorError;
use crate::workspace::names;
use workshop_text::Text;

const KNOWN: [&str; 5] = ["title", "description", "sections", "services", "variables"];

pub(super) fn read(source: &Source) -> Result<Tutorial, AuthorError> {
    let is_own = |path: &&String| matches!(path.rsplit('/').next(), Some("labspace.yaml" | "labspace.yml"));
    let own = source.paths.iter().filter(is_own).min_by_key(|path| path.matches('/').count());
    let Some(own) = own.cloned() else {
        return Err(AuthorError::Refused(Text::new("import-no-labspace")));
    };
    let base = own.rsplit_once('/').map_or("", |(base, _)| base);
    let tree = source.tree(&own)?;
    let mut tutorial = Tutorial { title: said(&tree, "title"), ..Tutorial::default() };
    unknown(&tree, &KNOWN, &own, &mut tutorial.left);
    tutorial.intro = said(&tree, "description");
    for service in tree.get("services").map(|all| all.items()).unwrap_or_default() {
        let (title, url) = (said(service, "title"), said(service, "url"));
        if !url.is_empty() {
            tutorial.intro += &format!("\n\n[{}]({url})", if title.is_empty() { &url } else { &title });
        }
        unknown(service, &["id", "title", "url", "icon"], &own, &mut tutorial.left);
    }
    let variables: BTreeMap<String, String> = tree
        .get("variables")
        .map(|all| all.entries())
        .unwrap_or_default()
        .iter()
        .filter_map(|entry| Some((entry.key.value.clone(), entry.value.text()?.to_owned())))
        .collect();
    for section in tree.get("sections").map(|all| all.items()).unwrap_or_default() {
        unknown(section, &["title", "contentPath"], &own, &mut tutorial.left);
        let title = said(section, "title");
        let Some(content) = section.get("contentPath") else {
            let what = Text::new("import-no-text").with("title", title);
            tutorial.left.push(Left { file: own.clone(), line: section.span.line as usize, what });
            continue;
        };
        let found = match source.named(base, &own, content) {
            // A Labspace's own folder may be the one above.
            Err(_) if source.path("", content.text().unwrap_or_default()).is_some() => {
                source.named("", &own, content)
            }
            found => found,
        };
        match found {
            Ok((path, text)) => {
                let mut reader = Reader::new(Dialect::Labspace, &path, &mut tutorial.left);
                reader.variables.clone_from(&variables);
                let (heading, parts) = reader.read(&text);
                let title = if title.is_empty() { heading } else { title };
                tutorial.sections.push(Section { title, parts, verify: None });
            }
            Err(left) => tutorial.left.push(left),
        }
    }
    project(source, base, &mut tutorial)?;
    Ok(tutorial)
}

/// The files of `project/`, which lies beside the Labspace's folder or in it.
fn project(source: &Source, base: &str, tutorial: &mut Tutorial) -> Result<(), AuthorError> {
    let inside = format!("{base}/project/");
    let inside = inside.trim_start_matches('/');
    for path in &source.paths {
        let Some(rest) = path.strip_prefix("project/").or_else(|| path.strip_prefix(inside)) else {
            continue;
        };
        let is_secret = rest == ".env" || rest.ends_with("/.env");
        match names::fault(rest) {
            Some(what) => tutorial.left.push(Left { file: path.clone(), line: 0, what }),
            None if is_secret => {
                tutorial.left.push(Left { file: path.clone(), line: 0, what: Text::new("import-env") });
            }
            None => drop(tutorial.files.insert(rest.to_owned(), source.bytes(path)?)),
        }
    }
    Ok(())
}
