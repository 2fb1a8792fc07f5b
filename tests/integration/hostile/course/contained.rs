//! What leads out of the course or the workspace, or would be obeyed by a tool of the learner's, is
//! refused and not asked.

use std::fs;

use super::{Course, count};

/// Refused as the course's fault, before anything is written.
#[track_caller]
fn refused(course: &Course, says: &str) {
    for args in [&["start", "66", "--yes"][..], &["validate"], &["start", "66", "--at", "up", "--yes"]] {
        course.run(args).code(4).says(says);
    }
    assert_eq!(count(&course.sandbox.path("")), 0);
    assert!(!course.sandbox.root().join(".workshop").exists(), "not even begun");
}

#[test]
fn paths_of_the_lesson_stay_in_the_course() {
    let course = Course::new();
    fs::create_dir(course.sandbox.root().join("secret")).expect("a folder");
    fs::write(course.sandbox.root().join("secret/key"), "private").expect("a key");
    let outside = course.sandbox.root().join("secret");
    for start in [
        "../secret",
        "..",
        ".",
        "/etc",
        "complete/../../secret",
        "complete\\\\..\\\\..",
        outside.to_str().unwrap(),
    ] {
        course.change("start = \"complete/start\"", &format!("start = \"{start}\""));
        refused(&course, "leads out of the course");
        course.change(
            "start = \"complete/start\"",
            &format!("start = \"complete/start\"\nfinish = \"{start}\""),
        );
        refused(&course, "leads out of the course");
    }
    course.change("create = true", "create = true\nedit = \"../../../secret/key\"");
    refused(&course, "leads out of the course");
    for check in [
        "tree = { has = [\"../../../etc/passwd\"] }",
        "file = { path = \"/etc/passwd\" }",
        "file = { path = \".git/config\" }",
    ] {
        course.change("tree = { has = [\"compose.yaml\"] }", check);
        refused(&course, "lesson.toml:1");
    }
    course.change("#top", "nginx = \"../../x\"");
    refused(&course, "points outside the workspace");
    for id in ["../x", "a b", "a\\u001bb", "", "\\u202e"] {
        course.change("id = \"66\"", &format!("id = \"{id}\""));
        course.run(&["list"]).code(4).says("cannot be an id");
    }
}

#[test]
fn what_the_system_obeys_is_not_the_lessons_to_set() {
    let course = Course::new();
    for name in ["PATH", "COMPOSE_FILE", "DOCKER_HOST", "docker_context", "LD_PRELOAD"] {
        course.change("#top", &format!("secrets = [\"{name}\"]"));
        refused(&course, "cannot be a variable of the lesson");
        course.change("#top", &format!("ports = [{{ variable = \"{name}\", wanted = 80 }}]"));
        refused(&course, "cannot be a variable of the lesson");
    }
    course.change("#top", "#top");
    for line in ["COMPOSE_FILE=/etc/x.yml", "COMPOSE_PROJECT_NAME=production", "DOCKER_HOST=tcp://evil:2375"]
    {
        course.write("complete/start/.env", &format!("A=b\n{line}\n"));
        course.run(&["start", "66"]).code(4).says("a lesson may not set it");
        course.run(&["validate"]).code(4).says("a lesson may not set it");
    }
}

#[test]
fn files_that_something_else_obeys_are_not_brought_along() {
    for name in [
        ".git/hooks/pre-commit",
        ".git/config",
        ".gitmodules",
        ".vscode/tasks.json",
        ".envrc",
        ".bashrc",
        ".npmrc",
        ".workshop/progress.json",
        ".ENV",
        "aux.conf",
        "a\u{202e}b",
        "a\u{200b}",
        "x\u{1b}[2K",
    ] {
        let course = Course::new();
        course.write(&format!("complete/start/{name}"), "x\n");
        let shown = if name.contains(['\u{202e}', '\u{200b}', '\u{1b}']) { "cannot be seen" } else { "" };
        refused(&course, shown);
    }
    for good in [".env", ".env.example", ".dockerignore", ".gitignore", "a/.gitkeep"] {
        let course = Course::new();
        course.write(&format!("complete/start/{good}"), "\n");
        course.run(&["validate"]).code(0);
    }
    let course = Course::new();
    course.write("complete/start/Compose.yaml", "\n");
    if count(&course.path("complete/start")) == 2 {
        refused(&course, "one file on some systems");
    }
}

#[test]
fn a_patch_writes_what_a_start_may() {
    for path in [
        ".git/hooks/pre-commit",
        ".git/config",
        ".gitmodules",
        ".workshop/x",
        "a/.envrc",
        "git~1/config",
        "COMPOSE.yaml",
    ] {
        let course = Course::new();
        course.change(
            "run = [\"docker compose up -d\"]",
            "edit = \"patches/1.patch\"\nrun = [\"docker compose up -d\"]",
        );
        course.write(
            "lessons/66-small/patches/1.patch",
            &format!("--- /dev/null\n+++ b/{path}\n@@ -0,0 +1 @@\n+evil\n"),
        );
        for args in [
            &["start", "66", "--yes"][..],
            &["start", "66", "--at", "up", "--yes"],
            &["demo", "66", "--auto", "--yes"],
            &["validate"],
        ] {
            course.run(args).code(4).says("1.patch");
        }
        assert_eq!(count(&course.sandbox.path("")), 0, "{path}");
    }
}

#[test]
fn links_and_what_never_ends_are_not_read() {
    use std::os::unix::fs::symlink;
    let secret = |course: &Course| {
        let path = course.sandbox.root().join("secret");
        fs::write(&path, "private").expect("a key");
        path
    };
    for place in ["complete/start/link", "lessons/66-small/link", "complete/start/deep/link"] {
        let course = Course::new();
        let path = course.path(place);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        symlink(secret(&course), &path).unwrap();
        refused(&course, "leads out of the course");
        fs::remove_file(&path).unwrap();
        symlink("/etc", &path).unwrap();
        refused(&course, "leads out of the course");
        fs::remove_file(&path).unwrap();
        symlink("/dev/zero", &path).unwrap();
        refused(&course, "leads out of the course");
        fs::remove_file(&path).unwrap();
        rustix::fs::mkfifoat(rustix::fs::CWD, &path, rustix::fs::Mode::RUSR).unwrap();
        refused(&course, "a course has files");
        fs::remove_file(&path).unwrap();
        fs::File::create(&path).unwrap().set_len(3 << 30).unwrap();
        refused(&course, "too much for a lesson");
    }
    // The folders themselves, and the file that is read first.
    let course = Course::new();
    fs::rename(course.path("complete"), course.sandbox.root().join("elsewhere")).unwrap();
    symlink("../elsewhere", course.path("complete")).unwrap();
    refused(&course, "leads out of the course");
    for (target, says) in
        [("/etc/passwd", "leads out of the course"), ("/dev/zero", "leads out of the course")]
    {
        let course = Course::new();
        fs::remove_file(course.path("lessons/66-small/lesson.toml")).unwrap();
        symlink(target, course.path("lessons/66-small/lesson.toml")).unwrap();
        refused(&course, says);
    }
    let course = Course::new();
    let toml = course.path("lessons/66-small/lesson.toml");
    fs::remove_file(&toml).unwrap();
    rustix::fs::mkfifoat(rustix::fs::CWD, &toml, rustix::fs::Mode::RUSR).unwrap();
    refused(&course, "a course has files");
}

#[test]
fn a_course_of_any_size_is_not_read() {
    let course = Course::new();
    for number in 0..5_100 {
        course.write(&format!("complete/start/f/{number}"), "");
    }
    refused(&course, "too much for a lesson");
}
