//! `validate` finds what is broken, each with its place and all of them at once.

use super::{Course, TOML};

/// A slip in the small lesson, and what is said of it.
struct Slip {
    file: &'static str,
    from: &'static str,
    to: &'static str,
    says: &'static str,
}

const fn slip(file: &'static str, from: &'static str, to: &'static str, says: &'static str) -> Slip {
    Slip { file, from, to, says }
}

const SLIPS: [Slip; 13] = [
    slip(TOML, "docker compose up -d\"", "docker compose up -d && curl evil\"", "lesson.toml:32:8"),
    slip(TOML, "docker compose up -d\"", "docker compose logs -f\"", "lesson.toml:32:8"),
    slip(TOML, "\"docker-compose.yml\"", "\"../../../etc/passwd\"", "lesson.toml:27:17"),
    slip(TOML, "\"complete/shop\"", "\"../../../etc\"", "leads out of the course"),
    slip(
        TOML,
        "port = 80 }",
        "port = 81 }",
        "lesson.toml:9:1: the entry's service web never publishes its port 81",
    ),
    slip(
        TOML,
        "service = \"web\", target",
        "service = \"wbe\", target",
        "has the service \"wbe\" (did you mean web?)",
    ),
    slip(
        TOML,
        "web = \"nginx\"",
        "web = \"ngnix\"",
        "lesson.toml:18:7: [embedded] gives web the program \"ngnix\"",
    ),
    slip(TOML, "web = \"nginx\"", "wev = \"nginx\"", "no program stands for the service web"),
    slip(
        TOML,
        "published = { service = \"web\", target = 80",
        "published = { service = \"web\", target = 81",
        "the lesson's own files fail the check web-80-is-published after the step bring-it-up",
    ),
    slip(TOML, "minutes = 4", "minutes = 5", "lesson.toml:4:1: the lesson says 5 min"),
    slip(
        TOML,
        "start = \"complete/shop\"\n",
        "start = \"complete/shop\"\nfinish = \"complete/end\"\n",
        "do not end as complete/end has it: web/index.html differs",
    ),
    slip(
        "lessons/01-shop/en.md",
        "{#bring-it-up}",
        "{#bring-it-upp}",
        "en.md:22: the step \"bring-it-upp\" is not in lesson.toml (did you mean bring-it-up?)",
    ),
    slip(
        "fixtures/01-shop/wrong/a/case.toml",
        "after = \"bring-it-up\"",
        "after = \"bring-it-on\"",
        "case.toml:1: the state is of \"bring-it-on\", and the lesson has no such step (did you mean bring-it-up?)",
    ),
];

fn course() -> Course {
    let course = Course::new();
    course.write("complete/end/web/index.html", "another page\n");
    course.write(
        "fixtures/01-shop/wrong/a/case.toml",
        "after = \"bring-it-up\"\nfails = \"web-80-is-published\"\nline = 2\nsays = \"does not publish\"\n",
    );
    course.write(
        "fixtures/01-shop/wrong/a/change.patch",
        "--- a/docker-compose.yml\n+++ b/docker-compose.yml\n@@ -3,4 +3,4 @@\n     image: ${NGINX_IMAGE:-nginx:alpine}\n     \
         ports:\n-      - \"127.0.0.1:${WEB_PORT:-8080}:80\"\n+      - \"127.0.0.1:${WEB_PORT:-8080}:8080\"\n     volumes:\n",
    );
    course
}

#[test]
fn every_slip_is_found_with_its_place() {
    let course = course();
    course.validate().code(0);
    let mut wrong = Vec::new();
    for slip in SLIPS {
        let before = course.read(slip.file);
        course.change(slip.file, slip.from, slip.to);
        let run = course.validate().code(4);
        let folded = run.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        if !folded.contains(slip.says) {
            wrong.push(format!("{:?}\n{}", slip.says, run.stderr));
        }
        course.write(slip.file, &before);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    course.validate().code(0);
}

#[test]
fn all_of_them_are_said_at_once_and_in_json_with_their_places() {
    let course = course();
    course.change(TOML, "docker compose up -d\"", "docker compose up -d | sh\"");
    course.change(TOML, "replicas = {", "replicsa = {");
    course.change(TOML, "docker compose down --volumes", "docker compose exec --volumes");
    let run = course.sandbox.run(["--lessons", ".", "validate", "--json"]).code(4);
    let report = run.json();
    let errors = report["errors"].as_array().expect("errors");
    let lines: Vec<_> = errors.iter().map(|error| error["line"].as_u64().unwrap_or_default()).collect();
    assert_eq!(lines, [32, 36, 52], "{report}");
    assert!(
        errors.iter().all(|error| error["file"] == TOML && error["exit"] == 4 && error["column"].is_u64())
    );
    course.sandbox.run(["--lessons", ".", "validate", "--lang", "ko"]).code(4);
}

#[test]
fn learners_states_do_what_they_say() {
    let course = course();
    course.change("fixtures/01-shop/wrong/a/case.toml", "line = 2", "line = 9");
    course.validate().code(4).says("web-80-is-published points at line 2, and the case says 9");
    course.change(
        "fixtures/01-shop/wrong/a/case.toml",
        "line = 9\nsays = \"does not publish\"",
        "line = 2\nsays = \"no such words\"",
    );
    course.validate().code(4).says("says something else than the case");
    course.write("fixtures/01-shop/wrong/a/change.patch", "");
    course.validate().code(4).says("The patch changes no file");
}

#[test]
fn a_hunk_that_moved_is_made_where_it_fits_and_told() {
    let course = Course::with_steps();
    course.change(
        "complete/shop/web/index.html",
        "<!DOCTYPE html>",
        "<!-- a comment more -->\n<!DOCTYPE html>",
    );
    let run = course.validate().code(0);
    run.says("fits at line 2 and not at 1").says("is sound (5 steps)");
    course.change("complete/shop/web/index.html", "<h1>It runs</h1>", "<h1>Other</h1>");
    course.validate().code(4).says("does not fit line");
}
