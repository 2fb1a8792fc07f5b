//! Small tutorials of our own in both formats, broken and hostile ones among them.

use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::markdown::{Dialect, Reader};
use super::*;
use crate::lesson::Catalog;
use workshop_text::Lang;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/import").join(name)
}

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("its folder");
        std::fs::write(path, text).expect("the file");
    }
    dir
}

fn import(format: Format, from: &Path) -> Result<(Imported, tempfile::TempDir), AuthorError> {
    let root = tempfile::tempdir().expect("a course");
    let imported = Import { format, from, root: root.path() }.make()?;
    for (path, bytes) in &imported.made.changes {
        let path = root.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("its folder");
        std::fs::write(path, bytes.as_deref().unwrap_or_default()).expect("the file");
    }
    Ok((imported, root))
}

/// What is left, as `file:line key`.
fn left(imported: &Imported) -> Vec<String> {
    imported.left.iter().map(|left| format!("{} {}", left.place(), left.what.key)).collect()
}

#[track_caller]
fn is_sound(imported: &Imported, root: &Path) {
    let lesson = Catalog::Folder(root.to_owned()).find(&imported.made.id).expect("the lesson");
    let faults: Vec<String> = lesson.faults().iter().map(|fault| fault.text().render(Lang::En)).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn a_labspace_becomes_steps_and_what_is_left_is_told_with_its_place() {
    let (imported, root) = import(Format::Labspace, &fixture("labspace")).expect("imported");
    is_sound(&imported, root.path());
    let lesson = Catalog::Folder(root.path().to_owned()).find("01").expect("the lesson");
    let ids: Vec<&str> = lesson.file.steps.iter().map(|step| step.id.as_str()).collect();
    assert_eq!(ids, ["copy-the-app", "bring-it-up", "another-page-1-2", "another-page-2-2", "take-it-down"]);
    let run = |index: usize| lesson.file.steps[index].runs().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        (run(1), run(2)),
        (vec!["docker compose up -d".to_owned()], vec!["docker compose ps".to_owned()])
    );
    assert!(lesson.file.steps[2].edits().count() == 1 && lesson.file.steps[3].edits().count() == 1);
    let prose = std::fs::read_to_string(root.path().join(&imported.made.dir).join("en.md")).expect("en.md");
    for said in [
        "[The page](http://localhost:8080)",
        "Look at the configuration (`web/nginx.conf:1`)",
        "See [the page](http://localhost:8080).",
        "> [!NOTE]\n> It takes a moment.",
        "<h1>Hello, $$name$$</h1>",
        "Only with a name.",
        "### Write it",
    ] {
        assert!(prose.contains(said), "{said} in {prose}");
    }
    assert!(!prose.contains(":::"), "{prose}");
    assert_eq!(
        left(&imported),
        [
            "labspace/labspace.yaml:4 import-key",
            "labspace/docs/01-up.md:5 import-option",
            "labspace/docs/02-page.md:3 import-comment",
            "labspace/docs/02-page.md:5 import-directive",
            "labspace/docs/02-page.md:9 import-variable",
            "labspace/docs/02-page.md:25 import-directive",
            "labspace/labspace.yaml:20 import-file-missing",
            "labspace/docs/01-up.md:23 import-command",
            "labspace/docs/02-page.md:31 rule-file-outside",
        ]
    );
}

#[test]
fn a_scenario_becomes_steps_and_its_test_a_program_to_agree_to() {
    let (imported, root) = import(Format::Killercoda, &fixture("killercoda")).expect("imported");
    is_sound(&imported, root.path());
    let lesson = Catalog::Folder(root.path().to_owned()).find("01").expect("the lesson");
    let run: Vec<String> = lesson.file.steps[1].runs().map(ToString::to_string).collect();
    assert_eq!(run, ["docker compose up -d", "docker compose ps"]);
    let verify = lesson.file.steps[2].checks.iter().find_map(|entry| entry.spec.check().program());
    assert_eq!(verify.map(|words| words[..2].to_vec()), Some(vec!["bash".to_owned(), "-c".to_owned()]));
    let start = &imported.made.start;
    assert!(root.path().join(start).join("web/nginx.conf").is_file());
    let prose = std::fs::read_to_string(root.path().join(&imported.made.dir).join("ko.md")).expect("ko.md");
    assert!(!prose.contains("{{") && prose.contains("`ls`도 해 보세요"), "{prose}");
    assert_eq!(
        left(&imported),
        [
            "index.json:21 import-key",
            "index.json:5 import-script",
            "intro.md:1 import-command-page",
            "index.json:15 import-chmod",
            "index.json:16 import-asset-elsewhere",
            "index.json:17 import-file-missing",
            "hello/text.md:12 import-command",
            "hello/verify.sh:1 import-verify",
        ]
    );
}

#[test]
fn a_lesson_may_write_its_compose_file_in_a_step() {
    let course = folder(&[
        ("labspace.yaml", "title: From nothing\nsections:\n  - { title: Write it, contentPath: a.md }\n"),
        (
            "a.md",
            "```yaml save-as=compose.yaml\nservices:\n  web:\n    image: nginx:alpine\n    ports: [\"127.0.0.1:${WEB_PORT:-8080}:80\"]\n```\n\n```bash\ndocker compose up -d\n```\n",
        ),
    ]);
    let (imported, root) = import(Format::Labspace, course.path()).expect("imported");
    is_sound(&imported, root.path());
    assert_eq!(left(&imported), Vec::<String>::new());
}

#[test]
fn a_heading_that_is_underlined_is_no_step_of_its_own() {
    let page = "The title\n=========\n\nWords.\n\nA part\n---\n\n- a\n\n---\n\n<details>\n<summary>x</summary>\ny\n</details>\n";
    let course =
        folder(&[("labspace.yaml", "title: x\nsections:\n  - { contentPath: a.md }\n"), ("a.md", page)]);
    let (imported, root) = import(Format::Labspace, course.path()).expect("imported");
    is_sound(&imported, root.path());
    let prose = std::fs::read_to_string(root.path().join(&imported.made.dir).join("en.md")).expect("en.md");
    for said in ["## The title {#the-title}", "### A part\n", "\n---\n", "<details>"] {
        assert!(prose.contains(said), "{said} in {prose}");
    }
}

#[test]
fn what_is_no_tutorial_or_broken_is_refused_with_its_place() {
    let refused = |format, files: &[(&str, &str)]| {
        let dir = folder(files);
        match import(format, dir.path()) {
            Err(error) => error.text().render(Lang::En),
            Ok((imported, _)) => panic!("{files:?} became {imported:?}"),
        }
    };
    assert!(refused(Format::Labspace, &[("a", "")]).contains("labspace.yaml"));
    assert!(refused(Format::Killercoda, &[("a", "")]).contains("index.json"));
    assert!(refused(Format::Labspace, &[("labspace.yaml", "title: [\n")]).contains("labspace.yaml:"));
    assert!(refused(Format::Labspace, &[("labspace.yaml", "title: a\n")]).contains("no section"));
    assert!(refused(Format::Killercoda, &[("index.json", "{\n \"title\": }\n")]).contains("index.json:2"));
    assert!(refused(Format::Killercoda, &[("index.json", "[]")]).contains("index.json"));
    assert!(
        refused(Format::Killercoda, &[("index.json", "{\"details\": {\"steps\": \"x\"}}")])
            .contains("no section")
    );
}

#[test]
fn nothing_outside_of_the_tutorial_is_read_or_written() {
    let dir = folder(&[
        ("secret", "hunter2"),
        (
            "course/index.json",
            "{\"title\": \"x\", \"details\": {\"intro\": {\"text\": \"../secret\"}, \"steps\": [\
             {\"title\": \"a\", \"text\": \"/etc/passwd\"}, {\"title\": \"b\", \"text\": \"b.md\", \"verify\": \"link\"}], \
             \"assets\": {\"host01\": [{\"file\": \"../../secret\", \"target\": \"/root\"}, \
             {\"file\": \"a\", \"target\": \"/root/../../etc\"}, {\"file\": \"a\", \"target\": \"/root/.ssh\"}]}}}",
        ),
        ("course/b.md", "# B\n"),
        ("course/assets/a", "x"),
    ]);
    #[cfg(unix)]
    std::os::unix::fs::symlink(dir.path().join("secret"), dir.path().join("course/link")).expect("a link");
    let (imported, _root) = import(Format::Killercoda, &dir.path().join("course")).expect("imported");
    for (path, bytes) in &imported.made.changes {
        let text = String::from_utf8_lossy(bytes.as_deref().unwrap_or_default()).into_owned();
        assert!(!text.contains("hunter2") && !text.contains("root:x:"), "{path}: {text}");
        assert!(!path.contains("..") && !path.contains(".ssh") && !path.starts_with('/'), "{path}");
    }
    assert_eq!(
        imported.left.iter().filter(|left| left.what.key == "import-file-missing").count(),
        4,
        "{:?}",
        left(&imported)
    );
}

#[test]
fn a_link_and_a_secret_of_a_project_stay_behind() {
    let dir = folder(&[
        ("labspace/labspace.yaml", "title: x\nsections:\n  - { title: a, contentPath: a.md }\n"),
        ("labspace/a.md", "# A\n"),
        ("project/.env", "TOKEN=hunter2\n"),
        ("project/app.txt", "x\n"),
    ]);
    let (imported, _root) = import(Format::Labspace, dir.path()).expect("imported");
    assert!(!format!("{:?}", imported.made.changes).contains("hunter2"));
    assert!(left(&imported).contains(&"project/.env import-env".to_owned()), "{:?}", left(&imported));
}

proptest! {
    #[test]
    fn any_text_is_imported_or_refused(
        text in "(\\PC|\n|```|`|:::|\\$\\$|\\{\\{exec\\}\\}|# |save-as=|docker compose up -d|\\[|\\]|\\{|\\}|> |<!--){0,60}"
    ) {
        for dialect in [Dialect::Labspace, Dialect::Killercoda] {
            let mut left = Vec::new();
            let (_, parts) = Reader::new(dialect, "a.md", &mut left).read(&text);
            let lines = text.lines().count();
            prop_assert!(left.iter().all(|left| left.line >= 1 && left.line <= lines));
            for part in &parts {
                if let Part::Run { commands, .. } = part {
                    prop_assert!(commands.iter().all(|(line, _)| *line >= 1 && *line <= lines + 1));
                }
            }
        }
    }

    #[test]
    fn a_folder_of_any_text_is_imported_or_refused(own in "(\\PC|\n|: |- |sections|contentPath|a\\.md|\\{|\\}|\\[|\\]|\"|,){0,60}", page in "(\\PC|\n|```bash\n|```\n|```text save-as=x\n|# ){0,40}") {
        let sections = format!("title: x\nsections:\n  - {{ title: a, contentPath: a.md }}\n{own}");
        for (format, name, text) in [
            (Format::Labspace, "labspace.yaml", own.as_str()),
            (Format::Labspace, "labspace.yaml", sections.as_str()),
            (Format::Killercoda, "index.json", own.as_str()),
            (Format::Killercoda, "index.json", "{\"title\": \"x\", \"details\": {\"steps\": [{\"text\": \"a.md\"}]}}"),
        ] {
            let dir = folder(&[(name, text), ("a.md", &page)]);
            let root = tempfile::tempdir().expect("a course");
            let _ = Import { format, from: dir.path(), root: root.path() }.make();
        }
    }
}
