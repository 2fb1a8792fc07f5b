//! Whose file: the compose files that Compose is told to read in a workspace ([`ComposeFiles`]), and the
//! variables that stand in them.
//!
//! Left alone, Compose goes on to the folders above where it finds none, and takes whatever the
//! `COMPOSE_FILE` of a shell says. So it is always told: the files are those that it would find by
//! itself in this folder, or that the folder's own `.env` names, as long as they lie in the folder.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

use crate::EngineError;
use workshop_stack::compose::project::{self, SEPARATOR};
use workshop_stack::compose::{COMPOSE_NAMES, Env, steers};
use workshop_stack::yaml::{self, Node, Value};

/// The size of a file that is looked through for variables.
const LARGEST: u64 = 4 << 20;
/// Files that are looked through, with all that they include.
const MOST_FILES: usize = 64;

/// The compose files of a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ComposeFiles {
    dir: PathBuf,
    /// As Compose is given them, relative to the folder; none where there is none.
    names: Vec<String>,
    /// What stands between them in `COMPOSE_FILE`.
    separator: String,
    env: Env,
}

impl ComposeFiles {
    /// Those of the workspace in `dir`, which is canonical.
    ///
    /// # Errors
    /// [`EngineError::FileOutside`]: the `.env` there names one that is not in the folder, or first
    /// one that is deeper in it, which would make that folder the project's.
    pub(crate) fn of(dir: &Path) -> Result<Self, EngineError> {
        let text = workshop_disk::bytes(&dir.join(".env"), LARGEST).unwrap_or_default();
        let outer = Env::of_process();
        let dotenv = Env::of_dotenv(&text, &outer);
        let said = |name: &str| dotenv.get(name).filter(|value| !value.is_empty()).map(str::to_owned);
        let separator = said("COMPOSE_PATH_SEPARATOR").unwrap_or_else(|| SEPARATOR.to_owned());
        let names = project::names(&dotenv, |name| dir.join(name).exists());
        // One that it found by itself may be a link to wherever the learner keeps it.
        if said("COMPOSE_FILE").is_some()
            && let Some(file) = stray(dir, &names)
        {
            return Err(EngineError::FileOutside { file });
        }
        Ok(Self { dir: dir.to_owned(), names, separator, env: outer.over(dotenv) })
    }

    /// These files, whatever Compose would find.
    pub(crate) fn named(dir: &Path, names: Vec<String>) -> Self {
        let text = workshop_disk::bytes(&dir.join(".env"), LARGEST).unwrap_or_default();
        let outer = Env::of_process();
        let env = outer.clone().over(Env::of_dotenv(&text, &outer));
        Self { dir: dir.to_owned(), names, separator: SEPARATOR.to_owned(), env }
    }

    /// Those variables, as Compose would have them: of the environment, else of the folder's `.env`.
    pub(crate) fn values(&self) -> Vec<(OsString, OsString)> {
        let value = |name: String| Some((OsString::from(&name), OsString::from(self.env.get(&name)?)));
        self.wanted().into_iter().filter_map(value).collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// What Compose is told. Where there is no file it is one that is not there, so that it looks
    /// nowhere else.
    pub(crate) fn variables(&self) -> [(&'static str, String); 2] {
        let none = || COMPOSE_NAMES[2].to_owned();
        let list = if self.is_empty() { none() } else { self.names.join(&self.separator) };
        [("COMPOSE_FILE", list), ("COMPOSE_PATH_SEPARATOR", self.separator.clone())]
    }

    /// The names of the variables that these files, and those that they lead to, take from the
    /// environment: in values (`${NAME}`), and passed on by name alone (`environment: [NAME]`).
    pub(crate) fn wanted(&self) -> BTreeSet<String> {
        let mut search = Search { env: &self.env, names: BTreeSet::new(), seen: BTreeSet::new() };
        for name in &self.names {
            search.compose_file(&self.dir.join(name));
        }
        search.names
    }
}

/// The first of `names` that leads out of `dir`, or a first one that is not right in it.
pub(crate) fn stray(dir: &Path, names: &[String]) -> Option<String> {
    let real = |name: &String| {
        let path = dir.join(name);
        let plain = |path: &Path| path.components().all(|part| part != Component::ParentDir);
        std::fs::canonicalize(&path).ok().or_else(|| plain(&path).then_some(path))
    };
    // `-` is Compose's standard input.
    let is_stray = |at: usize, name: &String| match real(name).filter(|_| name != "-") {
        Some(path) if at == 0 => path.parent() != Some(dir),
        Some(path) => !path.starts_with(dir),
        None => true,
    };
    names.iter().enumerate().find(|(at, name)| is_stray(*at, name)).map(|(_, name)| name.clone())
}

struct Search<'a> {
    env: &'a Env,
    names: BTreeSet<String>,
    seen: BTreeSet<PathBuf>,
}

impl Search<'_> {
    /// The text of a file that is looked through for the first time.
    fn text(&mut self, path: &Path) -> Option<String> {
        let is_new = self.seen.len() < MOST_FILES && self.seen.insert(path.to_owned());
        let bytes = is_new.then(|| workshop_disk::bytes(path, LARGEST).ok())??;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        // Of a comment, too: a name more is no harm, and a file that cannot be parsed is seen as well.
        for at in text.match_indices('$').map(|(at, _)| at) {
            let rest = &text[at + 1..];
            self.name(leading_name(rest.strip_prefix('{').unwrap_or(rest)));
        }
        Some(text)
    }

    fn name(&mut self, name: &str) {
        if !name.is_empty() && !steers(name) {
            self.names.insert(name.to_owned());
        }
    }

    fn compose_file(&mut self, path: &Path) {
        let documents = self.text(path).and_then(|text| yaml::documents(&text).ok()).unwrap_or_default();
        for root in documents {
            self.walk(&root, path.parent().unwrap_or(Path::new("")));
        }
    }

    /// A file of `env_file`: a line may be a name alone.
    fn env_file(&mut self, path: &Path) {
        let Some(text) = self.text(path) else { return };
        for line in text.lines().map(str::trim) {
            let line = line.strip_prefix("export ").map_or(line, str::trim_start);
            if leading_name(line) == line {
                self.name(line);
            }
        }
    }

    fn walk(&mut self, node: &Node, dir: &Path) {
        for item in node.items() {
            self.walk(item, dir);
        }
        for entry in node.entries() {
            match entry.key.value.as_str() {
                "environment" | "args" => self.passed_on(&entry.value),
                "env_file" => self.each_path(&entry.value, dir, Self::env_file),
                "include" | "extends" => self.each_path(&entry.value, dir, Self::compose_file),
                _ => {}
            }
            self.walk(&entry.value, dir);
        }
    }

    /// `[NAME, NAME=value]`, `{NAME: , NAME: value}`, and `NAME` of a secret or a config.
    fn passed_on(&mut self, node: &Node) {
        for word in node.items().iter().chain([node]).filter_map(Node::text) {
            if leading_name(word) == word {
                self.name(word);
            }
        }
        for entry in node.entries().iter().filter(|entry| entry.value.is_null()) {
            self.name(&entry.key.value);
        }
    }

    /// A path, a list of them, or mappings that have them at `path` or `file`.
    fn each_path(&mut self, node: &Node, dir: &Path, each: fn(&mut Self, &Path)) {
        match &node.value {
            Value::Scalar(scalar) => {
                let path = dir.join(self.env.expand(&scalar.text));
                each(self, &path);
            }
            Value::Sequence(items) => items.iter().for_each(|item| self.each_path(item, dir, each)),
            Value::Mapping(entries) => {
                for entry in
                    entries.iter().filter(|entry| ["path", "file"].contains(&entry.key.value.as_str()))
                {
                    self.each_path(&entry.value, dir, each);
                }
            }
            Value::Null => {}
        }
    }
}

fn leading_name(text: &str) -> &str {
    let starts = text.starts_with(|c: char| c == '_' || c.is_ascii_alphabetic());
    let end = text.find(|c: char| c != '_' && !c.is_ascii_alphanumeric()).unwrap_or(text.len());
    if starts { &text[..end] } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Folder(tempfile::TempDir, PathBuf);

    impl Folder {
        fn with(files: &[(&str, &str)]) -> Self {
            let temp = tempfile::tempdir().unwrap();
            let dir = std::fs::canonicalize(temp.path()).unwrap().join("ws");
            for (name, text) in files {
                let path = dir.join(name);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, text).unwrap();
            }
            Self(temp, dir)
        }

        fn told(&self) -> Result<String, String> {
            match ComposeFiles::of(&self.1) {
                Ok(files) => Ok(files.variables()[0].1.clone()),
                Err(EngineError::FileOutside { file }) => Err(file),
                Err(other) => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn compose_is_told_the_files_that_it_would_find_by_itself() {
        let folder = Folder::with(&[("x", "")]);
        assert!(ComposeFiles::of(&folder.1).unwrap().is_empty());
        assert_eq!(folder.told().unwrap(), "docker-compose.yml");
        let both = [("compose.yaml", ""), ("docker-compose.yml", "")];
        assert_eq!(Folder::with(&both).told().unwrap(), "compose.yaml");
        let more =
            [("docker-compose.yml", ""), ("docker-compose.override.yml", ""), ("compose.override.yaml", "")];
        let wanted = format!("docker-compose.yml{SEPARATOR}compose.override.yaml");
        assert_eq!(Folder::with(&more).told().unwrap(), wanted);
        assert_eq!(
            Folder::with(&[("docker-compose.override.yml", "")]).told().unwrap(),
            "docker-compose.yml"
        );
    }

    #[test]
    fn the_folders_own_choice_holds_as_long_as_it_stays_in_the_folder() {
        let told = |dotenv: &str| {
            let files = [(".env", dotenv), ("a.yml", ""), ("deep/b.yml", ""), ("../outside/c.yml", "")];
            Folder::with(&files).told()
        };
        assert_eq!(told("COMPOSE_FILE=a.yml").unwrap(), "a.yml");
        assert_eq!(told("COMPOSE_FILE=").unwrap(), "docker-compose.yml");
        assert_eq!(
            told("COMPOSE_PATH_SEPARATOR=,\nCOMPOSE_FILE=a.yml,deep/b.yml").unwrap(),
            "a.yml,deep/b.yml"
        );
        assert_eq!(told("export COMPOSE_FILE='not-there.yml'").unwrap(), "not-there.yml");
        for (list, file) in [
            ("../outside/c.yml", "../outside/c.yml"),
            ("/etc/passwd", "/etc/passwd"),
            ("a.yml:../outside/c.yml", "../outside/c.yml"),
            ("a.yml:../not-there/c.yml", "../not-there/c.yml"),
            ("deep/b.yml", "deep/b.yml"),
            ("-", "-"),
        ] {
            let dotenv = format!("COMPOSE_PATH_SEPARATOR=:\nCOMPOSE_FILE={list}");
            assert_eq!(told(&dotenv).unwrap_err(), file);
        }
    }

    #[test]
    fn a_link_that_the_folder_names_is_followed_before_it_is_believed() {
        let folder = Folder::with(&[(".env", "COMPOSE_FILE=link.yml"), ("../outside/c.yml", "")]);
        std::os::unix::fs::symlink(folder.0.path().join("outside/c.yml"), folder.1.join("link.yml")).unwrap();
        assert_eq!(folder.told().unwrap_err(), "link.yml");
    }

    #[test]
    fn the_variables_of_the_files_are_known_by_every_way_in_which_they_are_taken() {
        let folder = Folder::with(&[
            (
                "compose.yaml",
                concat!(
                    "include: [more.yaml, {path: [deep/again.yaml]}]\n",
                    "services:\n",
                    "  a:\n",
                    "    image: \"${IMAGE:-${FALLBACK:-x}}$TAG $$ESCAPED ${COMPOSE_PROJECT_NAME}\"\n",
                    "    environment: [LISTED, SET=1, OTHER=$IN_VALUE, DOCKER_HOST]\n",
                    "    build: {args: {MAPPED: , FIXED: 1}}\n",
                    "    env_file: [a.env, {path: b.env}]\n",
                    "    extends: {file: base.yaml, service: z}\n",
                    "secrets: {s: {environment: SECRET}}\n",
                ),
            ),
            ("compose.override.yaml", "services: {a: {user: $OVERRIDDEN"),
            ("more.yaml", "services: {b: {image: $INCLUDED}}\ninclude: compose.yaml\n"),
            ("deep/again.yaml", "services: {c: {image: $DEEP, env_file: c.env}}\n"),
            ("deep/c.env", "X=$IN_DEEP_FILE\n"),
            ("base.yaml", "services: {z: {image: $EXTENDED}}\n"),
            ("a.env", "A=$IN_FILE\nBARE\n# comment\nexport ALONE\nX=1\n"),
            ("b.env", "B=${IN_OTHER:?}\n"),
        ]);
        let wanted = ComposeFiles::of(&folder.1).unwrap().wanted();
        let names: Vec<&str> = wanted.iter().map(String::as_str).collect();
        assert_eq!(
            names,
            [
                "ALONE",
                "BARE",
                "DEEP",
                "ESCAPED",
                "EXTENDED",
                "FALLBACK",
                "IMAGE",
                "INCLUDED",
                "IN_DEEP_FILE",
                "IN_FILE",
                "IN_OTHER",
                "IN_VALUE",
                "LISTED",
                "MAPPED",
                "OVERRIDDEN",
                "SECRET",
                "TAG",
            ]
        );
    }
}
