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

/// A newcomer who follows a path must find something there.
#[test]
fn every_path_that_the_documents_name_is_there() {
    let docs = fs::read_dir(root().join("docs")).expect("docs").filter_map(Result::ok);
    let docs = docs.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|end| end == "md"));
    let own = ["README.md", "CONTRIBUTING.md"].map(|name| root().join(name));
    let mut gone = Vec::new();
    for file in docs.chain(own) {
        let text = fs::read_to_string(&file).expect("a document");
        // What stands in backticks is every second part.
        for path in text.split('`').skip(1).step_by(2) {
            let tops = ["src/", "crates/", "tests/", "docs/", "fixtures/", "benches/", ".ci/"];
            let is_path = tops.iter().any(|top| path.starts_with(top))
                && path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte));
            if is_path && !root().join(path).exists() {
                gone.push(format!("{}: {path}", file.file_name().expect("a name").display()));
            }
        }
    }
    assert!(gone.is_empty(), "{gone:#?}");
}
