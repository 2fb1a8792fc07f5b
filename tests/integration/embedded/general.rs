//! The kinds of checks that fit any stack, on real replicas, a real database and a program of this
//! machine: each passes, and fails for its reason.

use std::path::Path;

use tempfile::TempDir;

use super::desk::Desk;
use crate::docker::lab::Asked;

const DATABASE: &str = r#"services:
  db:
    image: mysql:8.0
    environment: { MYSQL_ROOT_PASSWORD: rootpw99, MYSQL_DATABASE: shop, LEVEL: debug }
    healthcheck:
      test: ["CMD-SHELL", "mysqladmin ping -h 127.0.0.1 --silent || exit 1"]
      interval: 300ms
      retries: 200
"#;

/// What the lesson's stack is.
const HEAD: &str = "nginx = \"frontend/nginx.conf\"\nentry = { service = \"frontend\", port = 80 }\n\
                    [embedded]\nbackend = \"contoso-backend\"\nfrontend = \"nginx\"\n";

#[track_caller]
fn probe(desk: &Desk, course: &TempDir, check: &str) -> Asked {
    probe_in(desk, course, HEAD, check)
}

/// Asks one check that no lesson has, on the desk's stack, which `head` describes.
#[track_caller]
pub(super) fn probe_in(desk: &Desk, course: &TempDir, head: &str, check: &str) -> Asked {
    let dir = course.path().join("lessons/06-probe");
    std::fs::create_dir_all(&dir).expect("a folder");
    let toml = format!(
        "format = 1\nid = \"06\"\nminutes = 1\nstart = \"complete/step-05\"\nengines = [\"embedded\"]\n{head}\
         [[steps]]\nid = \"probe\"\nminutes = 1\n[[steps.checks]]\nid = \"it\"\n{check}\n"
    );
    std::fs::write(dir.join("lesson.toml"), toml).expect("written");
    for lang in ["ko", "en"] {
        let text = "# Probe\n\nOne check.\n\n## Probe {#probe}\n\nIt alone.\n";
        std::fs::write(dir.join(format!("{lang}.md")), text).expect("written");
    }
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("complete/step-05");
    crate::harness::copy_tree(&own, &course.path().join("complete/step-05"));
    let lessons = course.path().to_str().expect("UTF-8");
    let args = ["check", "--step", "probe", "--json", "--yes", "--lessons", lessons];
    let asked =
        crate::harness::agreed(|more| desk.run(args.iter().copied().chain(more.iter().map(String::as_str))));
    Asked::of(asked, "it")
}

#[test]
fn the_general_checks_look_at_what_runs() {
    let desk = Desk::new();
    let compose = desk.sandbox.read("docker-compose.yml");
    assert!(compose.contains("services:\n"), "{compose}");
    desk.sandbox.write("docker-compose.yml", compose.replacen("services:\n", DATABASE, 1));
    desk.compose("up -d --wait --scale backend=2").code(0);
    let course = TempDir::new().expect("a folder");
    let ask = |check: &str| probe(&desk, &course, check);

    ask("http = [{ method = \"POST\", path = \"/api/posts\", headers = { Accept = \"application/json\" }, \
         json = { username = \"w\", content = \"{run}\" }, status = [200, 201], keep = { id = \"$.id\" }, \
         has_headers = { X-Replica = { exists = true } } }, \
         { path = \"/api/posts/{id}\", has = { \"$.id\" = { same_as = \"id\" } }, \
         text = { contains = \"content\" } }]")
    .passes();
    ask("http = [{ path = \"/api/posts\", has_headers = { X-Replica = { exists = false } } }]")
        .not_yet(&["the header x-replica has another value"]);

    ask("variable = { service = \"db\", name = \"LEVEL\", is = \"debug\" }").passes();
    ask("variable = { service = \"db\", name = \"LEVEL\", is = \"info\" }").not_yet(&[
        "LEVEL has another value in db-1",
        "info",
        "debug",
    ]);
    let secret =
        ask("variable = { service = \"db\", name = \"MYSQL_ROOT_PASSWORD\", is = \"no\" }").not_yet(&[]);
    assert!(!secret.run.stdout.contains("rootpw99"), "{}", secret.run.stdout);

    ask("command = { in = \"db\", run = [\"printenv\", \"LEVEL\"], output = \"debug\" }").passes();
    ask("command = { in = \"db\", run = [\"printenv\", \"NOBODY\"] }").not_yet(&["db-1", "another code"]);
    desk.sandbox.write("note 가", "x");
    ask("command = { run = [\"ls\"], output = { contains = \"note 가\" } }").passes();
    ask("command = { run = [\"ls\"], code = 7 }").not_yet(&["`ls` ended with another code", "code 7"]);
    ask("command = { run = [\"no-such-program-here\"] }").environment(&["is not on this machine"]);

    let sql = |rules: &str, query: &str| {
        ask(&format!("sql = {{ service = \"db\", client = \"mysql\", query = \"{query}\", {rules} }}"))
    };
    sql("rows = [[1, \"a b\"]]", "SELECT 1, 'a b'").passes();
    sql("value = \"shop\"", "SELECT DATABASE()").passes();
    sql("count = 2", "SELECT 1").not_yet(&["db answered something else", "2 rows", "1 row"]);
    sql("count = 1", "SELECT * FROM nobody").not_yet(&["did not answer the query"]);

    ask("image = { service = \"backend\", root = false }").passes();
    desk.compose("down -v").code(0);
}
