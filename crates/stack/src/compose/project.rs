//! The effective project ([`load`]): every file that Compose reads, laid over one another as it does
//! it: overrides, several documents in a file, `extends` (also of other files) and `include`.

use std::collections::BTreeSet;

use super::{COMPOSE_NAMES, ComposeFile, Env, OVERRIDE_NAMES, extends, hold, merge};
use crate::yaml::{self, Node, Value};
use crate::{Span, SyntaxError, narrow};
use workshop_text::Text;

/// What stands between the names in `COMPOSE_FILE` where nothing else is said.
pub const SEPARATOR: &str = ":";
/// Files that one project may be made of.
const MOST_FILES: usize = 64;

/// One file of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Relative to the project's folder.
    pub path: String,
    /// The whole file, as it was read.
    pub text: String,
    /// How many lines lie before it: places in the model are counted through all files.
    pub before: u32,
}

/// A project and the files that it was read from, in Compose's order; at least one.
#[derive(Clone, Debug)]
pub struct Project {
    /// What the files say together.
    pub model: ComposeFile,
    /// Every file that was read as YAML, in the order of reading.
    pub sources: Vec<Source>,
}

/// Why there is no project.
#[derive(Clone, Debug)]
pub enum Unread<E> {
    /// A file cannot be had, the first or one that another names there.
    File {
        /// Relative to the project's folder.
        path: String,
        /// What reading it came to.
        error: E,
        /// The file that names it, and where in it; none where it is one of the first.
        named_at: Option<Box<(Source, Span)>>,
    },
    /// Compose would not take it; the place is one in that file.
    Broken {
        /// The file that it is about.
        source: Source,
        /// What Compose would not take.
        error: SyntaxError,
    },
}

/// The files that Compose reads in a folder: those that `env` (its `.env` file) names, else the first
/// of its own names that `exists`, with the override beside it.
pub fn names(env: &Env, exists: impl Fn(&str) -> bool) -> Vec<String> {
    let said = |name: &str| env.get(name).filter(|value| !value.is_empty());
    if let Some(list) = said("COMPOSE_FILE") {
        let between = said("COMPOSE_PATH_SEPARATOR").unwrap_or(SEPARATOR);
        return list.split(between).map(str::to_owned).collect();
    }
    let found = |names: [&'static str; 4]| names.into_iter().find(|name| exists(name));
    let file = found(COMPOSE_NAMES);
    file.into_iter().chain(file.and_then(|_| found(OVERRIDE_NAMES))).map(str::to_owned).collect()
}

/// Reads the project that `names` are the files of. `open` gives the text of a file, by its path
/// relative to the project's folder.
///
/// # Errors
/// A file cannot be had, or Compose would refuse what they say.
pub fn load<E>(
    names: &[String],
    env: &Env,
    open: impl Fn(&str) -> Result<String, E>,
) -> Result<Project, Unread<E>> {
    let mut reader = Reader { env, open, sources: Vec::new(), lines: 0, included: Env::default() };
    let mut root = None;
    for name in names {
        reader.lay(&mut root, &joined("", name), None, &Chain::default())?;
    }
    let nothing = || reader.broken(SyntaxError::new(Text::new("stack-yaml-empty"), Span::new(1, 1, 1)));
    let mut root = root.ok_or_else(nothing)?;
    let env = &env.clone().over(std::mem::take(&mut reader.included));
    merge::unique(&mut root, env);
    let read = ComposeFile::of_root(root, env).and_then(|model| {
        hold_env_files(&model, env, |path| (reader.open)(path).is_ok())?;
        Ok(model)
    });
    match read {
        Ok(model) => Ok(Project { model, sources: reader.sources }),
        Err(error) => Err(reader.broken(error)),
    }
}

/// Compose does not start without the files of variables that it needs. What leads out of the folder is
/// not looked for, and `.env` is the runner's to write.
fn hold_env_files(file: &ComposeFile, env: &Env, exists: impl Fn(&str) -> bool) -> Result<(), SyntaxError> {
    let active = file.services.iter().filter(|service| hold::is_active(service, env));
    let needed = active.flat_map(|service| &service.env_file).filter(|file| file.required);
    for file in needed {
        let path = super::plain_path(&file.path.value);
        let own = !path.starts_with(['/', '~']) && !path.starts_with("..") && path != ".env";
        if own && !exists(&path) {
            let text = Text::new("stack-compose-env-file").with("name", path);
            return Err(SyntaxError::new(text, file.path.span));
        }
    }
    Ok(())
}

/// The files that led to the one at hand, outermost first.
#[derive(Clone, Default)]
struct Chain(Vec<String>);

struct Reader<'e, O> {
    env: &'e Env,
    open: O,
    sources: Vec<Source>,
    lines: u32,
    /// What the included projects' own files of variables say. It is taken for every file: one that
    /// asks for such a variable and includes the project gets it, too.
    included: Env,
}

impl<E, O: Fn(&str) -> Result<String, E>> Reader<'_, O> {
    /// An error at a place counted through all files, told as one of its own file.
    fn broken(&self, error: SyntaxError) -> Unread<E> {
        let (source, span) = self.own(error.span);
        Unread::Broken { source, error: SyntaxError::new(error.message, span) }
    }

    fn own(&self, span: Span) -> (Source, Span) {
        let source = self.sources.iter().rev().find(|source| source.before < span.line);
        let source = source.or_else(|| self.sources.first()).cloned();
        let source = source.unwrap_or_else(|| Source {
            path: COMPOSE_NAMES[2].to_owned(),
            text: String::new(),
            before: 0,
        });
        let line = span.line.saturating_sub(source.before).max(1);
        (source, Span { line, ..span })
    }

    /// The documents of a file, their places counted through all files.
    fn documents(&mut self, path: &str, named_at: Option<Span>) -> Result<Vec<Node>, Unread<E>> {
        let from = |reader: &Self| named_at.map(|span| Box::new(reader.own(span)));
        if self.sources.len() >= MOST_FILES {
            let text = Text::new("stack-compose-files").with("limit", MOST_FILES);
            return Err(self.broken(SyntaxError::new(text, named_at.unwrap_or(Span::new(1, 1, 1)))));
        }
        let text = (self.open)(path).map_err(|error| Unread::File {
            path: path.to_owned(),
            error,
            named_at: from(self),
        })?;
        let before = self.lines;
        self.lines += narrow(text.lines().count()) + 1;
        self.sources.push(Source { path: path.to_owned(), text: text.clone(), before });
        let shifted = |error: SyntaxError| {
            SyntaxError::new(error.message, Span { line: error.span.line + before, ..error.span })
        };
        let mut documents = yaml::documents(&text).map_err(|error| self.broken(shifted(error)))?;
        documents.iter_mut().for_each(|document| document.shift(before));
        Ok(documents)
    }

    /// Lays the file at `path` over what is there.
    fn lay(
        &mut self,
        root: &mut Option<Node>,
        path: &str,
        named_at: Option<Span>,
        chain: &Chain,
    ) -> Result<(), Unread<E>> {
        let chain = self.enter(chain, path, named_at)?;
        for mut document in self.documents(path, named_at)? {
            self.extend(&mut document, path, &chain)?;
            self.include(&mut document, path, &chain)?;
            match root {
                Some(root) => merge::over(root, document, &[]),
                None => {
                    // What is reset where nothing was is not there.
                    let mut first =
                        Node { value: Value::Mapping(Vec::new()), tag: None, span: document.span };
                    merge::over(&mut first, document, &[]);
                    *root = Some(first);
                }
            }
        }
        Ok(())
    }

    fn enter(&self, chain: &Chain, path: &str, named_at: Option<Span>) -> Result<Chain, Unread<E>> {
        if chain.0.iter().any(|before| before == path) {
            let files = chain.0.iter().map(String::as_str).chain([path]).collect::<Vec<_>>().join(" → ");
            let text = Text::new("stack-compose-include-circle").with("files", files);
            return Err(self.broken(SyntaxError::new(text, named_at.unwrap_or(Span::new(1, 1, 1)))));
        }
        let mut chain = chain.clone();
        chain.0.push(path.to_owned());
        Ok(chain)
    }

    /// Each service with what it extends, in this file or another.
    fn extend(&mut self, document: &mut Node, path: &str, chain: &Chain) -> Result<(), Unread<E>> {
        for other in extends::other_files(document) {
            let file = joined(folder(path), &self.env.expand(&other.file));
            let mut base = None;
            self.lay(&mut base, &file, Some(other.span), chain)?;
            let Some(mut base) = base else { continue };
            rebase(&mut base, &step(folder(path), folder(&file)));
            let service = base.get(&format!("services.{}", other.base)).cloned();
            let missing = || {
                let text = Text::new("stack-compose-extends-unknown")
                    .with("service", other.base.as_str())
                    .with("file", file.as_str());
                SyntaxError::new(text, other.span)
            };
            let service = service.ok_or_else(|| self.broken(missing()))?;
            extends::inherit_from(document, &other.service, service);
        }
        extends::resolve(document).map_err(|error| self.broken(error))
    }

    /// What `include` brings, which may say nothing else about what is here already.
    fn include(&mut self, document: &mut Node, path: &str, chain: &Chain) -> Result<(), Unread<E>> {
        let Some(included) = take(document, "include") else { return Ok(()) };
        for item in included.items() {
            let files: Vec<&Node> = match (item.text(), item.get("path")) {
                (Some(_), _) => vec![item],
                (None, Some(path)) if path.text().is_some() => vec![path],
                (None, Some(path)) => path.items().iter().collect(),
                (None, None) => Vec::new(),
            };
            let mut root = None;
            let mut home = None;
            for file in files {
                let name = joined(folder(path), &self.env.expand(file.text().unwrap_or_default()));
                home.get_or_insert_with(|| folder(&name).to_owned());
                self.lay(&mut root, &name, Some(file.span), chain)?;
            }
            let Some(mut root) = root else { continue };
            let said = item.get("project_directory").and_then(Node::text);
            let said = said.map(|dir| joined(folder(path), &self.env.expand(dir)));
            let home = said.or(home).unwrap_or_default();
            self.variables(item.get("env_file"), folder(path), &home);
            rebase(&mut root, &step(folder(path), &home));
            merge::unique(&mut root, self.env);
            self.import(document, root)?;
        }
        Ok(())
    }

    /// The variables of an included project: those of the files that are named, else of its `.env`.
    fn variables(&mut self, named: Option<&Node>, here: &str, home: &str) {
        let named = named.map(|node| match node.items() {
            [] => vec![node],
            items => items.iter().collect(),
        });
        let files: Vec<String> = match named {
            Some(nodes) => nodes
                .into_iter()
                .filter_map(Node::text)
                .map(|name| joined(here, &self.env.expand(name)))
                .collect(),
            None => vec![joined(home, ".env")],
        };
        for file in files {
            let Ok(text) = (self.open)(&file) else { continue };
            let said = Env::of_dotenv(text.as_bytes(), self.env);
            self.included = said.over(std::mem::take(&mut self.included));
        }
    }

    fn import(&self, document: &mut Node, other: Node) -> Result<(), Unread<E>> {
        const KINDS: [&str; 6] = ["services", "networks", "volumes", "configs", "secrets", "models"];
        for kind in KINDS {
            for entry in other.get(kind).map(Node::entries).unwrap_or_default() {
                let name = &entry.key.value;
                match document.entry(&format!("{kind}.{name}")) {
                    Some(known) if !alike(&known.value, &entry.value) => {
                        let text =
                            Text::new("stack-compose-include-twice").with("name", format!("{kind}.{name}"));
                        return Err(self.broken(SyntaxError::new(text, known.key.span)));
                    }
                    Some(_) => {}
                    None => put(document, kind, entry.clone()),
                }
            }
        }
        Ok(())
    }
}

/// Says the same, wherever it stands.
fn alike(one: &Node, other: &Node) -> bool {
    match (&one.value, &other.value) {
        (Value::Scalar(one), Value::Scalar(other)) => one.text == other.text,
        (Value::Sequence(one), Value::Sequence(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| alike(one, other))
        }
        (Value::Mapping(entries), Value::Mapping(others)) => {
            let same = |entry: &yaml::Entry| {
                let found = others.iter().find(|known| known.key.value == entry.key.value);
                found.is_some_and(|known| alike(&entry.value, &known.value))
            };
            entries.len() == others.len() && entries.iter().all(same)
        }
        (one, other) => one == other,
    }
}

fn take(document: &mut Node, key: &str) -> Option<Node> {
    let Value::Mapping(top) = &mut document.value else { return None };
    let at = top.iter().position(|entry| entry.key.value == key)?;
    Some(top.remove(at).value)
}

fn put(document: &mut Node, kind: &str, entry: yaml::Entry) {
    let span = document.span;
    let Value::Mapping(top) = &mut document.value else { return };
    let at = top.iter().position(|known| known.key.value == kind).unwrap_or_else(|| {
        let key = crate::Spanned::new(kind.to_owned(), entry.key.span);
        let value = Node { value: Value::Mapping(Vec::new()), tag: None, span };
        top.push(yaml::Entry { key, value, last_line: entry.last_line });
        top.len() - 1
    });
    let known = &mut top[at].value;
    match &mut known.value {
        Value::Mapping(entries) => entries.push(entry),
        other => *other = Value::Mapping(vec![entry]),
    }
}

/// The folder of a file, as a path relative to the project's; empty for the project's own.
fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// `path` as it is seen from `folder`, written one way.
fn joined(folder: &str, path: &str) -> String {
    if path.starts_with('/') || folder.is_empty() {
        return super::plain_path(path);
    }
    super::plain_path(&format!("{folder}/{path}"))
}

/// The way from one folder of the project to another below it.
fn step(from: &str, to: &str) -> String {
    match to.strip_prefix(from).filter(|_| !from.is_empty()) {
        Some(rest) => rest.trim_start_matches('/').to_owned(),
        None => to.to_owned(),
    }
}

/// The paths in a file that lies in `folder`, as they are seen from where it is taken into.
fn rebase(root: &mut Node, folder: &str) {
    if folder.is_empty() {
        return;
    }
    let mut known = BTreeSet::new();
    for kind in ["services", "configs", "secrets"] {
        let names = root.get(kind).map(Node::entries).unwrap_or_default();
        known.extend(names.iter().map(|entry| format!("{kind}.{}", entry.key.value)));
    }
    for path in known {
        let keys: &[&str] = match path.starts_with("services.") {
            true => &["build", "build.context", "env_file", "label_file", "volumes"],
            false => &["file"],
        };
        for key in keys {
            if let Some(node) = find(root, &format!("{path}.{key}")) {
                rebase_in(node, folder, *key == "volumes");
            }
        }
    }
}

fn find<'n>(root: &'n mut Node, path: &str) -> Option<&'n mut Node> {
    // Keys may have dots in them: the kind, the service's name, the rest.
    let (kind, rest) = path.split_once('.')?;
    let entry = |node: &'n mut Node, key: &str| match &mut node.value {
        Value::Mapping(entries) => {
            entries.iter_mut().find(|entry| entry.key.value == key).map(|entry| &mut entry.value)
        }
        _ => None,
    };
    let kind = entry(root, kind)?;
    let (name, key) = rest.rsplit_once('.').filter(|(_, key)| *key != "context").or_else(|| {
        let name = rest.strip_suffix(".build.context")?;
        Some((name, "build.context"))
    })?;
    let service = entry(kind, name)?;
    key.split('.').try_fold(service, entry)
}

fn rebase_in(node: &mut Node, folder: &str, mounts: bool) {
    match &mut node.value {
        Value::Scalar(scalar) => {
            let text = &scalar.text;
            let moved = match mounts {
                false => relative(text).then(|| joined(folder, text)),
                true if text.starts_with('.') => {
                    let (source, rest) = text.split_once(':').unwrap_or((text, ""));
                    Some(format!("./{}:{rest}", joined(folder, source)))
                }
                true => None,
            };
            if let Some(moved) = moved {
                scalar.text = moved;
                scalar.verbatim = None;
            }
        }
        Value::Sequence(items) => items.iter_mut().for_each(|item| rebase_in(item, folder, mounts)),
        Value::Mapping(entries) => {
            let bind =
                entries.iter().any(|entry| entry.key.value == "type" && entry.value.text() == Some("bind"));
            let is_path = |key: &str| (mounts && bind && key == "source") || (!mounts && key == "path");
            for entry in entries.iter_mut().filter(|entry| is_path(&entry.key.value)) {
                rebase_in(&mut entry.value, folder, false);
            }
        }
        Value::Null => {}
    }
}

/// A path that is seen from the file's folder: not from the root, the home or another machine.
fn relative(path: &str) -> bool {
    !path.starts_with(['/', '~', '$']) && !path.contains("://") && !path.starts_with("git@")
}
