//! Courses from anywhere: added from real folders, real git and real archives, kept, changed under a
//! learner, and gone.

mod archives;
mod bundles;
mod changing;
mod git;
mod kept;
mod playing;
mod side_by_side;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::harness::{Run, Sandbox};

/// A step of a course, and what it was called before.
pub(crate) type Step<'a> = (&'a str, &'a [&'a str]);

/// A learner's folder, with courses beside it that a test writes.
pub(crate) struct Home {
    pub sandbox: Sandbox,
    pub beside: tempfile::TempDir,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self { sandbox: Sandbox::new().without_docker(), beside: tempfile::tempdir().expect("a folder") }
    }

    /// A path beside the learner's folder, with a blank and Hangul in it.
    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.beside.path().join(name)
    }

    /// Where this user's courses are kept.
    pub(crate) fn data(&self) -> PathBuf {
        let data = self.sandbox.env().find(|(name, _)| *name == "XDG_DATA_HOME").expect("a data folder").1;
        Path::new(data).join("workshop")
    }

    #[track_caller]
    pub(crate) fn run(&self, line: &str) -> Run {
        self.sandbox.run(line.split(' '))
    }

    /// `add` with a source that may have blanks.
    #[track_caller]
    pub(crate) fn add(&self, source: &str, more: &[&str]) -> Run {
        self.sandbox.run(["add", source].iter().chain(more))
    }

    #[track_caller]
    pub(crate) fn add_path(&self, source: &Path, more: &[&str]) -> Run {
        self.add(source.to_str().expect("UTF-8"), more)
    }

    #[track_caller]
    pub(crate) fn agreed(&self, args: &[&str]) -> Run {
        self.sandbox.run_agreed(args)
    }

    /// The names of the added courses, as the list of courses has them.
    pub(crate) fn names(&self) -> Vec<String> {
        self.locked().iter().map(|one| one["name"].as_str().expect("a name").to_owned()).collect()
    }

    /// What the list of courses says.
    pub(crate) fn locked(&self) -> Vec<toml::Value> {
        let text = fs::read_to_string(self.data().join("courses.toml")).unwrap_or_default();
        let table: toml::Table = text.parse().expect("TOML");
        table.get("courses").and_then(toml::Value::as_array).cloned().unwrap_or_default()
    }

    /// What lies in the folder of courses besides the list and its lock: copies, and what is in the way.
    pub(crate) fn lies(&self) -> Vec<String> {
        let list = |dir: &Path| {
            let entries = fs::read_dir(dir).into_iter().flatten().filter_map(Result::ok);
            entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect::<Vec<_>>()
        };
        let mut all = list(&self.data());
        all.retain(|name| !["copies", "courses.toml", "lock"].contains(&name.as_str()));
        all.extend(list(&self.data().join("copies")));
        all
    }
}

/// Writes a course of one lesson into `root`.
pub(crate) fn write(root: &Path, folder: &str, id: &str, steps: &[Step<'_>]) {
    let lesson = root.join("lessons").join(folder);
    fs::create_dir_all(&lesson).expect("its folder");
    fs::create_dir_all(root.join("complete/start")).expect("its start");
    let compose =
        "services:\n  web:\n    image: nginx:alpine\n    ports: [\"127.0.0.1:${WEB_PORT:-8066}:80\"]\n";
    fs::write(root.join("complete/start/compose.yaml"), compose).expect("written");
    let head = format!(
        "format = 1\nid = \"{id}\"\nminutes = {}\nstart = \"complete/start\"\nengines = [\"docker\", \"embedded\"]\n\
         entry = {{ service = \"web\", port = 80 }}\n\n[embedded]\nweb = \"nginx\"\n",
        steps.len()
    );
    let step = |(number, (id, was)): (usize, &Step<'_>)| {
        let create = if number == 0 { "create = true\n" } else { "" };
        format!(
            "\n[[steps]]\nid = \"{id}\"\nwas = {was:?}\nminutes = 1\n{create}\
             checks = [{{ id = \"{id}-there\", tree = {{ has = [\"compose.yaml\"] }} }}]\n"
        )
    };
    let toml: String = std::iter::once(head).chain(steps.iter().enumerate().map(step)).collect();
    fs::write(lesson.join("lesson.toml"), toml).expect("written");
    for (lang, word) in [("en", "One"), ("ko", "하나")] {
        let title = root.file_name().expect("a name").to_string_lossy();
        let mut text = format!("# {title} {word}\n\n{word}.\n");
        for (id, _) in steps {
            text.push_str(&format!(
                "\n## {word} {{#{id}}}\n\n{word}.\n\n> [!TIP]\n> a\n\n> [!TIP]\n> b\n\n> [!TIP]\n> c\n\n\
                 ### {word} {{#checks}}\n\n- `{id}-there`: **{word}.**\n"
            ));
        }
        fs::write(lesson.join(format!("{lang}.md")), text).expect("written");
    }
}

/// Runs git in `dir`, as somebody who writes a course.
#[track_caller]
pub(crate) fn git(dir: &Path, words: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=author", "-c", "user.email=author@example.org", "-c", "commit.gpgsign=false"])
        .args(["-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always"])
        .args(words)
        .current_dir(dir)
        .output()
        .expect("git starts");
    assert!(output.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned()
}

/// All of `dir` in one commit of a repository there; the commit.
#[track_caller]
pub(crate) fn commit(dir: &Path) -> String {
    if !dir.join(".git").exists() {
        git(dir, &["init", "-q"]);
    }
    git(dir, &["add", "-A"]);
    git(dir, &["commit", "-q", "-m", "a version"]);
    git(dir, &["rev-parse", "HEAD"])
}
