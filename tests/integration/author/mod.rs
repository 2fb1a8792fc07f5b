//! `workshop author` from outside: a course is made, its steps are recorded and moved, tested and
//! watched, as somebody would who has the program and a folder.

mod edit;
mod import;
mod ordered;
mod profiles;
mod sound;
mod watching;

use std::fs;
use std::path::PathBuf;

use crate::front::server::free_port;
use crate::harness::{Run, Sandbox, agreed};

/// A course in a folder with a space and Hangul in its name.
pub(super) struct Course {
    pub(super) sandbox: Sandbox,
}

impl Course {
    /// An empty folder.
    #[track_caller]
    pub(super) fn empty() -> Self {
        let port = free_port().to_string();
        Self { sandbox: Sandbox::new().without_docker().with_env("WEB_PORT", port) }
    }

    /// With the lesson that `author new` makes of nothing.
    #[track_caller]
    pub(super) fn new() -> Self {
        let course = Self::empty();
        course.author(&["new", "shop"]).code(0);
        course
    }

    /// With two steps that change the page of the shop, `title` and `footer`, recorded.
    #[track_caller]
    pub(super) fn with_steps() -> Self {
        let course = Self::new();
        for (step, before, after) in
            [("title", "<h1>It runs</h1>", "<h1>Shop</h1>"), ("footer", "</body>", "<p>end</p></body>")]
        {
            course.author(&["insert", step, "--before", "take-it-down"]).code(0);
            course.author(&["edit", step]).code(0);
            course.change("author/files/web/index.html", before, after);
            course.author(&["record"]).code(0);
        }
        course
    }

    #[track_caller]
    pub(super) fn author(&self, args: &[&str]) -> Run {
        self.sandbox.run(["author"].iter().chain(args))
    }

    #[track_caller]
    pub(super) fn validate(&self) -> Run {
        self.sandbox.run(["--lessons", ".", "validate"])
    }

    /// Agreeing to what the lesson does.
    #[track_caller]
    pub(super) fn test(&self, args: &[&str]) -> Run {
        let args = ["author", "test", "--engine", "embedded"].iter().chain(args);
        agreed(|more| Run::of(self.sandbox.command().args(args.clone()).args(more)))
    }

    pub(super) fn path(&self, path: &str) -> PathBuf {
        self.sandbox.root().join(path)
    }

    #[track_caller]
    pub(super) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    #[track_caller]
    pub(super) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("its folder");
        fs::write(path, text).expect("written");
    }

    #[track_caller]
    pub(super) fn change(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{path} has no {from:?}:\n{text}");
        self.write(path, &text.replacen(from, to, 1));
    }
}

pub(super) const TOML: &str = "lessons/01-shop/lesson.toml";

#[test]
fn a_lesson_of_nothing_is_sound_and_plays() {
    let course = Course::new();
    course.validate().code(0).says("lessons/01-shop is sound (3 steps)");
    assert!(course.read(TOML).contains("ports = [{ variable = \"WEB_PORT\", wanted = 8080 }]"));
    let run = course.test(&["--format", "junit", "--repeat", "3"]).code(0);
    for name in ["01/embedded/bring-it-up", "web-runs", "it-answers", "nothing-is-left"] {
        assert!(run.stdout.contains(&format!("name=\"{name}\"")), "{name}:\n{}", run.stdout);
    }
    assert!(run.stdout.contains("failures=\"0\""), "{}", run.stdout);
    // Nothing of it stays.
    let left: Vec<_> = fs::read_dir(course.sandbox.root()).expect("the course").flatten().collect();
    let names: Vec<_> = left.iter().map(|entry| entry.file_name()).collect();
    assert!(names.iter().all(|name| name == "lessons" || name == "complete"), "{names:?}");
    course.author(&["new", "shop"]).code(2).says("a lesson or a start called shop");
    course.author(&["new", "no/name"]).code(2).says("cannot be the name of a lesson");
}

#[test]
fn a_lesson_of_a_project_has_what_can_be_read_off_its_files() {
    let course = Course::empty();
    course.write(
        "project/compose.yaml",
        "services:\n  api:\n    build: ./api\n    ports: [\"${API_PORT:-8099}:8000\"]\n    environment:\n      \
         PASSWORD: ${DB_PASSWORD:?set it}\n    deploy: { replicas: 2 }\n  db:\n    image: redis:7\n    ports: \
         [\"127.0.0.1:6400:6379\"]\n",
    );
    course
        .write("project/api/Dockerfile", "FROM python:3-slim\nCOPY app.py .\nCMD [\"python\", \"app.py\"]\n");
    course.write("project/api/app.py", "print(1)\n");
    course.write("project/.env", "DB_PASSWORD=secret\n");
    course.write("project/.git/config", "x");
    let made = course.author(&["new", "api", "--from", "project", "--languages", "en"]).code(0);
    made.says("Left out: .env").says("DB_PASSWORD");
    let toml = course.read("lessons/01-api/lesson.toml");
    for wanted in [
        "languages = [\"en\"]",
        "entry = { service = \"api\", port = 8000 }",
        "ports = [{ variable = \"API_PORT\", wanted = 8099 }]",
        "secrets = [\"DB_PASSWORD\"]",
        "tree = { has = [\"compose.yaml\", \"api/Dockerfile\"] }",
        "run = [\"docker compose up -d --build\"]",
        "replicas = { service = \"api\", equals = 2 }",
        "published = { service = \"db\", target = 6379 }",
    ] {
        assert!(toml.contains(wanted), "{wanted}:\n{toml}");
    }
    assert!(!course.path("lessons/01-api/ko.md").exists());
    assert!(!course.path("complete/api/.env").exists());
    course.validate().code(0);
    course.author(&["new", "other", "--from", "nowhere"]).code(2).says("no folder nowhere");
    course.write("empty/x", "");
    course.author(&["new", "other", "--from", "empty"]).code(2).says("has no Compose file");
}

#[test]
fn a_check_that_is_not_always_so_is_named() {
    let course = Course::new();
    // Requests go to two servers by turns; one of them says no.
    course.write(
        "complete/shop/web/nginx.conf",
        "upstream both {\n    server 127.0.0.1:8081;\n    server 127.0.0.1:8082;\n}\nserver { listen 8081; return 200 \
         yes; }\nserver { listen 8082; return 418 no; }\nserver {\n    listen 80;\n    location / { proxy_pass \
         http://both; }\n}\n",
    );
    let run = course.test(&["--repeat", "10"]).code(4);
    run.says("it-answers is flaky: it passed 5 of 10 times");
}

#[test]
fn a_step_that_leaves_nothing_open_is_named() {
    let course = Course::new();
    course.author(&["insert", "look", "--before", "take-it-down"]).code(0);
    course.change(
        TOML,
        "id = \"look\"\nminutes = 1\n",
        "id = \"look\"\nminutes = 1\nrun = [\"docker compose ps\"]\n",
    );
    course.change(TOML, "confirm = {}", "published = { service = \"web\", target = 80 }");
    let run = course.test(&[]).code(4);
    run.says("nothing of the step is open before it is done: look-is-done pass already");
}
