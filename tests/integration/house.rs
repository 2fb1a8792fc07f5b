//! The house as its manifests and sources have it: what docs/design.md draws of it is true, and no
//! crate names a dependency that its sources do not.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A package of the workspace: its folder, from the repository's root, and its manifest.
struct Package {
    dir: PathBuf,
    manifest: toml::Table,
}

impl Package {
    fn at(dir: PathBuf) -> Self {
        let text = fs::read_to_string(root().join(&dir).join("Cargo.toml")).expect("a manifest");
        Self { dir, manifest: text.parse().expect("TOML") }
    }

    fn name(&self) -> &str {
        self.manifest["package"]["name"].as_str().expect("a name")
    }

    /// The names in every table of dependencies, those of a target too; of tests only if `tests`.
    fn dependencies(&self, tests: bool) -> BTreeSet<String> {
        let targets = self.manifest.get("target").and_then(toml::Value::as_table);
        let targets = targets.into_iter().flat_map(toml::Table::values).filter_map(toml::Value::as_table);
        let tables = std::iter::once(&self.manifest).chain(targets);
        let kinds: &[&str] = if tests { &["dependencies", "dev-dependencies"] } else { &["dependencies"] };
        tables
            .flat_map(|table| kinds.iter().filter_map(|kind| table.get(*kind)?.as_table()))
            .flat_map(|table| table.keys().cloned())
            .collect()
    }

    /// All of its Rust, tests and build script among it.
    fn sources(&self) -> String {
        let dir = root().join(&self.dir);
        let mut text = fs::read_to_string(dir.join("build.rs")).unwrap_or_default();
        for part in ["src", "tests"] {
            collect(&dir.join(part), &mut text);
        }
        text
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn collect(dir: &Path, text: &mut String) {
    for entry in fs::read_dir(dir).into_iter().flatten().filter_map(Result::ok) {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, text);
        } else if path.extension().is_some_and(|end| end == "rs") {
            text.push_str(&fs::read_to_string(&path).expect("Rust"));
        }
    }
}

/// The program and its crates.
fn packages() -> Vec<Package> {
    let crates = fs::read_dir(root().join("crates")).expect("the crates").filter_map(Result::ok);
    let dirs = crates.map(|entry| Path::new("crates").join(entry.file_name()));
    std::iter::once(PathBuf::new()).chain(dirs).map(Package::at).collect()
}

/// The lines of the picture in docs/design.md: `core -> engine, front`, one a crate.
fn drawn() -> BTreeMap<String, BTreeSet<String>> {
    let text = fs::read_to_string(root().join("docs/design.md")).expect("docs/design.md");
    let picture = text.split("```crates\n").nth(1).and_then(|rest| rest.split("```").next());
    let lines = picture.expect("a block `crates`").lines().map(|line| {
        let (name, uses) = line.split_once("->").unwrap_or((line, ""));
        let uses = uses.split(',').map(str::trim).filter(|name| !name.is_empty() && *name != "nothing");
        (name.trim().to_owned(), uses.map(str::to_owned).collect())
    });
    lines.collect()
}

#[test]
fn the_picture_of_the_crates_is_true() {
    let short = |name: &str| name.strip_prefix("workshop-").map(str::to_owned);
    let found: BTreeMap<String, BTreeSet<String>> = packages()
        .iter()
        .map(|package| {
            let name = short(package.name()).unwrap_or_else(|| package.name().to_owned());
            (name, package.dependencies(false).iter().filter_map(|name| short(name)).collect())
        })
        .collect();
    assert_eq!(drawn(), found, "docs/design.md draws other arrows than the manifests have");
}

#[test]
fn every_dependency_is_used() {
    let mut unused = Vec::new();
    for package in packages() {
        let sources = package.sources();
        for name in package.dependencies(true) {
            let used = name.replace('-', "_");
            let is_named = |(at, _): (usize, &str)| {
                let before = sources[..at].chars().next_back();
                let after = sources[at + used.len()..].chars().next();
                !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
                    && !after.is_some_and(|c| c.is_alphanumeric() || c == '_')
            };
            if !sources.match_indices(used.as_str()).any(is_named) {
                unused.push(format!("{}: {name}", package.name()));
            }
        }
    }
    assert!(unused.is_empty(), "named in a manifest and nowhere in the sources:\n{}", unused.join("\n"));
}

/// The pages that are written for people, from the repository's root.
fn pages() -> Vec<PathBuf> {
    let docs = fs::read_dir(root().join("docs")).expect("docs").filter_map(Result::ok);
    let docs = docs.map(|entry| Path::new("docs").join(entry.file_name()));
    let docs = docs.filter(|path| path.extension().is_some_and(|end| end == "md"));
    docs.chain(["README.md", "README.ko.md", "CONTRIBUTING.md"].map(PathBuf::from)).collect()
}

/// A newcomer who follows a path must find something there.
#[test]
fn every_path_that_the_documents_name_is_there() {
    let mut gone = Vec::new();
    for file in pages() {
        let text = fs::read_to_string(root().join(&file)).expect("a document");
        // What stands in backticks is every second part.
        for path in text.split('`').skip(1).step_by(2) {
            let tops = ["src/", "crates/", "tests/", "docs/", "fixtures/", "benches/", ".ci/"];
            let is_path = tops.iter().any(|top| path.starts_with(top))
                && path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte));
            if is_path && !root().join(path).exists() {
                gone.push(format!("{}: {path}", file.display()));
            }
        }
    }
    assert!(gone.is_empty(), "{gone:#?}");
}

/// The same for links and pictures, and for the headings that a link leads to.
#[test]
fn every_link_in_the_documents_leads_somewhere() {
    let link = regex::Regex::new(r#"(?:\]\(|src="|srcset=")([^)":]+)[)"]"#).expect("a pattern");
    let mut gone = Vec::new();
    for file in pages() {
        let text = fs::read_to_string(root().join(&file)).expect("a document");
        let beside = root().join(file.parent().expect("a folder"));
        for found in link.captures_iter(&text) {
            let (path, heading) = found[1].split_once('#').unwrap_or((&found[1], ""));
            let target = if path.is_empty() { root().join(&file) } else { beside.join(path) };
            let headings = || headings(&fs::read_to_string(&target).unwrap_or_default());
            if !target.exists() || !heading.is_empty() && !headings().contains(heading) {
                gone.push(format!("{}: {}", file.display(), &found[1]));
            }
        }
    }
    assert!(gone.is_empty(), "{gone:#?}");
}

/// What a code host calls the headings of a page.
fn headings(text: &str) -> BTreeSet<String> {
    let titles = text.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#'));
    let letters = |title: &str| -> String {
        let kept = title.trim().chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
        kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
    };
    titles.map(letters).collect()
}
