//! Killercoda and Katacoda: `index.json` with `details.intro`, `details.steps` and their tests,
//! `details.finish`, and `details.assets`, which lie in `assets/`.

use super::markdown::{Dialect, Reader};
use super::source::{Source, said, unknown};
use super::{Left, Part, Section, Tutorial};
use crate::author::AuthorError;
use crate::workspace::names;
use workshop_stack::yaml::Node;
use workshop_text::Text;

const OWN: &str = "index.json";

pub(super) fn read(source: &Source) -> Result<Tutorial, AuthorError> {
    if !source.paths.iter().any(|path| path == OWN) {
        return Err(AuthorError::Refused(Text::new("import-no-killercoda")));
    }
    let tree = source.tree(OWN)?;
    let mut tutorial =
        Tutorial { title: said(&tree, "title"), intro: said(&tree, "description"), ..Tutorial::default() };
    unknown(&tree, &["title", "description", "details"], OWN, &mut tutorial.left);
    if let Some(details) = tree.get("details") {
        unknown(details, &["intro", "steps", "finish", "assets"], OWN, &mut tutorial.left);
        if let Some(intro) = details.get("intro") {
            tutorial.intro += &format!("\n\n{}", page(source, intro, &mut tutorial.left));
        }
        for step in details.get("steps").map(Node::items).unwrap_or_default() {
            let section = section(source, step, &mut tutorial.left);
            tutorial.sections.extend(section);
        }
        if let Some(finish) = details.get("finish") {
            tutorial.outro = page(source, finish, &mut tutorial.left);
        }
        if let Some(assets) = details.get("assets") {
            self::assets(source, assets, &mut tutorial)?;
        }
    }
    Ok(tutorial)
}

/// A page that is read alone: its commands stay words.
fn page(source: &Source, node: &Node, left: &mut Vec<Left>) -> String {
    let Some(section) = section(source, node, left) else { return String::new() };
    let words = section.parts.into_iter().map(|part| match part {
        Part::Words(words) => words,
        Part::Run { block, commands, file } => {
            for (line, command) in commands {
                let what = Text::new("import-command-page").with("command", command);
                left.push(Left { file: file.clone(), line, what });
            }
            format!("```sh\n{block}```\n")
        }
        Part::Save { language, text, .. } => format!("```{language}\n{text}```\n"),
    });
    words.collect::<Vec<_>>().join("\n")
}

fn section(source: &Source, node: &Node, left: &mut Vec<Left>) -> Option<Section> {
    unknown(node, &["title", "text", "verify", "foreground", "background", "courseData", "code"], OWN, left);
    for key in ["foreground", "background", "courseData", "code"] {
        if let Some(script) = node.get(key) {
            let what =
                Text::new("import-script").with("key", key).with("script", script.text().unwrap_or_default());
            left.push(Left { file: OWN.to_owned(), line: script.span.line as usize, what });
        }
    }
    let title = said(node, "title");
    let Some(text) = node.get("text") else {
        let what = Text::new("import-no-text").with("title", title);
        left.push(Left { file: OWN.to_owned(), line: node.span.line as usize, what });
        return None;
    };
    let (path, words) = source.named("", OWN, text).map_err(|one| left.push(one)).ok()?;
    let (heading, parts) = Reader::new(Dialect::Killercoda, &path, left).read(&words);
    let verify = node
        .get("verify")
        .and_then(|script| source.named("", OWN, script).map_err(|one| left.push(one)).ok());
    Some(Section { title: if title.is_empty() { heading } else { title }, parts, verify })
}

/// Files that lie where the learner begins: those below a home folder become the workspace's.
fn assets(source: &Source, node: &Node, tutorial: &mut Tutorial) -> Result<(), AuthorError> {
    for host in node.entries() {
        for asset in host.value.items() {
            let (file, target) = (said(asset, "file"), said(asset, "target"));
            let line = asset.span.line as usize;
            let mut leave = |what: Text| {
                tutorial.left.push(Left { file: OWN.to_owned(), line, what });
            };
            unknown_asset(asset, &mut leave);
            let home = ["/root", "/home/ubuntu", "~", "/home/scrapbook/tutorial"];
            let below = home.iter().find_map(|home| match target.strip_prefix(home)? {
                "" => Some(""),
                rest => rest.strip_prefix('/'),
            });
            let Some(below) = below else {
                leave(Text::new("import-asset-elsewhere").with("file", file).with("target", target));
                continue;
            };
            let found = matching(source, &file);
            if found.is_empty() {
                leave(Text::new("import-file-missing").with("file", file));
            }
            for path in found {
                let name = path.rsplit('/').next().unwrap_or(&path);
                let goal = [below.trim_matches('/'), name];
                let goal = goal.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/");
                match names::fault(&goal) {
                    Some(what) => leave(what),
                    None if name == ".env" => leave(Text::new("import-env")),
                    None => drop(tutorial.files.insert(goal, source.bytes(&path)?)),
                }
            }
        }
    }
    Ok(())
}

fn unknown_asset(asset: &Node, leave: &mut impl FnMut(Text)) {
    for entry in asset.entries() {
        match entry.key.value.as_str() {
            "file" | "target" => {}
            "chmod" => leave(Text::new("import-chmod").with("mode", entry.value.text().unwrap_or_default())),
            key => leave(Text::new("import-key").with("key", key)),
        }
    }
}

/// The files of `assets/` that `file` names; its last part may have one `*`.
fn matching(source: &Source, file: &str) -> Vec<String> {
    match file.split_once('*') {
        None => source.path("assets", file).into_iter().filter(|path| path.starts_with("assets/")).collect(),
        Some((before, after)) => {
            let begin = format!("assets/{before}");
            let is_meant = |path: &&String| {
                let rest = path.strip_prefix(&begin).and_then(|rest| rest.strip_suffix(after));
                rest.is_some_and(|rest| !rest.contains('/'))
            };
            source.paths.iter().filter(is_meant).cloned().collect()
        }
    }
}
