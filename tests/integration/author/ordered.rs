//! A step that does more than one thing after another: an edit, a command, requests, a check that must
//! hold between, another edit, and a command again. It is recorded, moved, tested, done and undone.

use super::{Course, TOML};
use crate::harness::{Run, agreed};

const PAGE: &str = "workshop/web/index.html";
const PATCHES: &str = "lessons/01-shop/patches";
const IN_ORDER: &str = "edit = \"patches/03-two-pages.patch\"\nactions = [\n    { run = \"docker compose restart web\" },\n    \
     { check = \"shows-first\" },\n    { requests = [{ path = \"/\", times = 2 }] },\n    \
     { edit = \"patches/03-two-pages-2.patch\" },\n    { run = \"docker compose restart web\" },\n]\n";

/// The shop with a step whose two edits are recorded one after the other.
fn course() -> Course {
    let course = Course::new();
    course.author(&["insert", "two-pages", "--before", "take-it-down"]).code(0);
    course.author(&["edit", "two-pages"]).code(0);
    course.change("author/files/web/index.html", "<title>It runs", "<title>First");
    course.author(&["record"]).code(0);
    course.author(&["edit", "two-pages"]).code(0);
    course.change("author/files/web/index.html", "<h1>It runs", "<h1>Second");
    course.author(&["record", "--more"]).code(0).says("two-pages is recorded");
    let short =
        "edit = \"patches/03-two-pages.patch\"\nactions = [{ edit = \"patches/03-two-pages-2.patch\" }]\n";
    course.change(TOML, short, IN_ORDER);
    course.change(
        TOML,
        "confirm = {}",
        "http = [{ path = \"/\", text = { contains = \"<h1>Second\" } }]\nwithin = \"10s\"\n\n[[steps.checks]]\n\
         id = \"shows-first\"\nhttp = [{ path = \"/\", text = { contains = \"<title>First\" } }]\nwithin = \"3s\"",
    );
    for lang in ["ko", "en"] {
        let file = format!("lessons/01-shop/{lang}.md");
        let line = "- `shows-first`: **The first page.** It has the new title.\n";
        course.change(&file, "- `two-pages-is-done`", &format!("{line}- `two-pages-is-done`"));
    }
    course.validate().code(0);
    course
}

impl Course {
    /// As a learner.
    #[track_caller]
    fn learn(&self, line: &str) -> Run {
        let run = |more: &[String]| {
            let mut command = self.sandbox.command();
            Run::of(command.env("WORKSHOP_LESSONS", self.sandbox.root()).args(line.split(' ')).args(more))
        };
        agreed(run)
    }

    /// The learner's page: its title and its heading.
    #[track_caller]
    fn page(&self) -> (bool, bool) {
        let page = self.read(PAGE);
        (page.contains("<title>First"), page.contains("<h1>Second"))
    }
}

impl Drop for Stack<'_> {
    fn drop(&mut self) {
        self.0.learn("reset --all --yes");
    }
}

/// The learner's stack, taken down at the end.
struct Stack<'a>(&'a Course);

#[test]
fn its_edits_are_recorded_each_and_go_along() {
    let course = course();
    let patch = |name: &str| course.read(&format!("{PATCHES}/{name}.patch"));
    assert!(patch("03-two-pages").contains("+<head><meta charset=\"utf-8\"><title>First</title></head>"));
    assert!(!patch("03-two-pages").contains("+<body>"));
    assert!(patch("03-two-pages-2").contains("+<body><h1>Second</h1></body>"));
    // A change of the start goes through both.
    course.author(&["edit", "copy-the-app"]).code(0);
    course.change("author/files/web/index.html", "<html lang=\"en\">", "<html lang=\"en\" class=\"a\">");
    course.author(&["record"]).code(0);
    for name in ["03-two-pages", "03-two-pages-2"] {
        assert!(patch(name).contains(" <html lang=\"en\" class=\"a\">"), "{}", patch(name));
    }
    course.validate().code(0);
    // They move and are renamed with their step, and what stands between them stays.
    course.author(&["move", "two-pages", "--before", "bring-it-up"]).code(0);
    course.author(&["rename", "two-pages", "pages"]).code(0);
    let toml = course.read(TOML);
    let moved = IN_ORDER.replace("03-two-pages", "02-pages");
    assert!(toml.contains(&moved), "{toml}");
    assert!(patch("02-pages-2").contains("+<body><h1>Second"));
    assert!(!course.path(&format!("{PATCHES}/03-two-pages-2.patch")).exists());
    // One that is nothing any more is taken out of the list.
    course.author(&["edit", "pages"]).code(0);
    course.change("author/files/web/index.html", "<h1>Second", "<h1>It runs");
    course.author(&["record"]).code(0);
    assert!(!course.read(TOML).contains("02-pages-2"), "{}", course.read(TOML));
    assert!(course.read(TOML).contains("times = 2 }] },\n    { run ="), "{}", course.read(TOML));
    assert!(!course.path(&format!("{PATCHES}/02-pages-2.patch")).exists());
}

#[test]
fn it_is_played_by_the_author_and_by_a_demo() {
    let course = course();
    let run = course.test(&["--format", "junit"]).code(0);
    assert!(run.stdout.contains("name=\"shows-first\"") && run.stdout.contains("failures=\"0\""));
    let script = course.learn("demo 01 --dry-run --json").code(0).json();
    let step = &script["steps"][2];
    assert_eq!((step["edits"].as_array().map(Vec::len), step["requests"].as_u64()), (Some(2), Some(2)));
    assert_eq!(step["commands"].as_array().map(Vec::len), Some(2));
    let shown = course.learn("demo 01 --dry-run").code(0);
    shown.says(
        "restart web then this must hold: shows-first 2 requests, as a browser sends them web/index.html",
    );
    let demo = course.learn("demo 01 --auto --engine embedded").code(0);
    demo.says("4 of 4 steps");
    // Where what must hold between does not, it is the step's own action that fails.
    course.change(TOML, "contains = \"<title>First\"", "contains = \"nobody\"");
    let run = course.test(&[]).code(4);
    run.says("this must hold before the step goes on, and does not: The first page");
}

#[test]
fn a_learner_has_it_done_in_order_and_again_and_undone() {
    let course = course();
    let stack = Stack(&course);
    course.learn("start 01 --engine embedded --at two-pages --yes").code(0);
    assert_eq!(course.page(), (false, false));
    let json = course.learn("status --json").code(0).json();
    assert_eq!(json["status"]["steps"][2]["id"], "two-pages");

    // nginx answers nothing: what must hold after the first edit does not, and the rest is left.
    let conf = course.read("workshop/web/nginx.conf");
    course.write("workshop/web/nginx.conf", "server { listen 80; return 503; }\n");
    let stopped = course.learn("apply --yes").code(1);
    stopped
        .says("this must hold before the step goes on, and does not: The first page")
        .says("workshop apply --force");
    assert_eq!(course.page(), (true, false));
    course.write("workshop/web/nginx.conf", &conf);
    course.learn("apply --yes").code(0).says("The first page").says("2 requests");
    assert_eq!(course.page(), (true, true));
    course.learn("check").code(0).says("2 of 2 checks passed");

    // Once more: what must hold between is asked of the files as they are there.
    course.write("workshop/web/index.html", &format!("{}<!-- mine -->\n", course.read(PAGE)));
    course.learn("apply --yes").code(0);
    assert_eq!(course.page(), (true, true));
    assert!(course.read(PAGE).ends_with("<!-- mine -->\n"), "{}", course.read(PAGE));

    // Past it and back.
    course.learn("start 01 --at take-it-down --yes").code(0);
    assert_eq!(course.page(), (true, true));
    course.learn("start 01 --at two-pages --yes").code(0);
    assert_eq!(course.page(), (false, false));
    course.learn("goto take-it-down").code(0);
    course.learn("goto two-pages").code(0);
    course.learn("diff").code(0).says("<title>First").says("<h1>Second");
    course.learn("apply --yes").code(0);
    assert_eq!(course.page(), (true, true));
    course.learn("undo").code(0);
    assert_eq!(course.page(), (true, false));
    course.learn("undo").code(0);
    assert_eq!(course.page(), (false, false));

    // In place of a file that does not go with it.
    course.write(PAGE, "<html>mine</html>\n");
    course.learn("apply --yes").code(1).says("--force");
    course.learn("apply --yes --force").code(0);
    assert_eq!(course.page(), (true, true));
    drop(stack);
}

#[test]
fn what_cannot_be_in_the_list_is_a_fault_where_it_stands() {
    let course = course();
    let at = |place: &str, words: &str| course.validate().code(4).says(place).says(words);
    course.change(TOML, "{ check = \"shows-first\" }", "{ check = \"shows-frist\" }");
    at("lesson.toml:", "did you mean shows-first");
    course.change(TOML, "{ check = \"shows-frist\" }", "{ chek = \"shows-first\" }");
    at("lesson.toml:", "did you mean check");
    course.change(TOML, "{ chek = \"shows-first\" }", "{ run = \"docker compose watch\" }");
    at("lesson.toml:", "would not end by itself");
    course.change(TOML, "{ run = \"docker compose watch\" }", "{ check = \"two-pages-is-done\" }");
    course.change(
        TOML,
        "http = [{ path = \"/\", text = { contains = \"<h1>Second\" } }]\nwithin = \"10s\"",
        "confirm = {}",
    );
    at("lesson.toml:", "cannot stand between actions");
    course.change(TOML, "{ check = \"two-pages-is-done\" }", "{ edit = \"patches/03-two-pages.patch\" }");
    at("lesson.toml:", "is made twice");
    course.change(TOML, "{ edit = \"patches/03-two-pages.patch\" }", "{ edit = \"patches/other.patch\" }");
    at("patches/other.patch", "is missing");
}
