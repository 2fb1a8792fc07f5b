//! Consent to effects: asked before anything runs, no by itself, never given by `--yes`, kept by
//! digest, asked again when there is more.

use super::{Course, count};
use crate::harness::Sandbox;
use crate::terminal::screen::{Setup, Terminal};

const WAYS: [&[&str]; 5] = [
    &["start", "66"],
    &["start", "66", "--yes"],
    &["start", "66", "--at", "up", "--yes"],
    &["demo", "66", "--auto", "--yes"],
    &["start", "66", "--yes", "--json"],
];

#[test]
fn effects_are_shown_and_no_is_the_answer_of_who_says_nothing() {
    let course = Course::new();
    course.service(
        "volumes: [\"/:/host\", \"/var/run/docker.sock:/s\", \"./x:/x\"]\nprivileged: true\ncap_add: [SYS_ADMIN]\n\
         devices: [\"/dev/sda:/dev/sda\"]\nnetwork_mode: host\npid: host\nsecurity_opt: [seccomp=unconfined]\n\
         environment: [AWS_SECRET_ACCESS_KEY]\nenv_file: ../../secret\nrestart: always\nnew_key: evil\n\
         build: {context: ., ssh: [default], network: host}",
    );
    for args in WAYS {
        let run = course.run(args).code(2);
        for words in [
            "/",
            "docker.sock",
            "web runs with all privileges",
            "SYS_ADMIN",
            "/dev/sda",
            "network_mode: host",
            "pid: host",
            "seccomp=unconfined",
            "AWS_SECRET_ACCESS_KEY",
            "../../secret",
            "always",
            "new_key: evil",
            "ssh: default",
            "network: host",
            "docker compose up -d",
            "--agree ",
        ] {
            assert!(run.stdout.contains(words) || run.stderr.contains(words), "{args:?} {words}: {run:?}");
        }
        assert_eq!(count(&course.sandbox.path("")), 0);
    }
    let json = course.run(&["start", "66", "--json"]).json();
    assert_eq!(json["effects"]["lesson"], "66");
    let list = json["effects"]["list"].as_array().expect("a list");
    assert!(list.iter().any(|one| one["kind"] == "privileged" && one["reaches_out"] == true), "{list:?}");
    assert!(
        json["error"]["exit"] == 2
            && json["effects"]["digest"].as_str().is_some_and(|digest| digest.len() == 64)
    );
}

#[test]
fn only_the_digest_of_what_was_shown_agrees() {
    let course = Course::new();
    let digest = course.run(&["start", "66"]).digest().expect("a digest");
    for (wrong, code) in [("000000000000", 2), ("f", 2), ("", 2), ("not hexadecimal", 2), (&digest[..11], 2)]
    {
        course.run(&["start", "66", "--agree", wrong]).code(code);
        assert!(!course.sandbox.root().join(".workshop/progress.json").exists(), "{wrong}");
    }
    course.run(&["start", "66", "--agree", "000000000000"]).code(2).says(&digest);
    course.run(&["validate"]).code(0).says(&format!("--agree {digest}"));
    course.run(&["start", "66", "--agree", &digest[..12].to_uppercase()]).code(0);
    // Once is enough.
    course.run(&["apply", "--yes"]).code(0);
}

type Change<'c> = &'c dyn Fn(&Course);

#[test]
fn another_version_is_asked_about_again_whatever_is_other_in_it() {
    let changes: [(&str, Change<'_>, &str); 6] = [
        ("the compose file", &|course| course.service("volumes: [\"/:/host\"]"), "on this machine: /"),
        ("a file beside it", &|course| course.write("complete/start/app.sh", "evil"), "files: 2"),
        ("the text", &|course| course.write("lessons/66-small/note.txt", "x"), "runs: docker compose up -d"),
        (
            "refresh",
            &|course| drop(course.change("#top", "refresh = [\"docker compose exec -T web sh -c evil\"]")),
            "exec -T web sh -c evil",
        ),
        (
            "run",
            &|course| {
                drop(course.change("run = [\"docker compose up -d\"]", "run = [\"docker compose pull\"]"))
            },
            "docker compose pull",
        ),
        (
            "a check's own command",
            &|course| {
                let check = "exec = { service = \"web\", command = [\"evil\"] }";
                drop(course.change("replicas = { service = \"web\", equals = 1 }", check));
            },
            "exec -T web evil",
        ),
    ];
    for (what, change, says) in changes {
        let course = Course::new();
        course.agreed(&["start", "66"]).code(0);
        course.run(&["apply", "--yes"]).code(0);
        course.run(&["goto", "up"]).code(0);
        change(&course);
        let before = course.sandbox.tree();
        for args in [
            &["apply", "--yes"][..],
            &["reset", "--yes"],
            &["reset", "--all", "--yes"],
            &["start", "66", "--at", "up", "--yes"],
        ] {
            let run = course.run(args).code(2).says("--agree ");
            assert!(run.stdout.contains(says), "{what} {args:?}: {run:?}");
        }
        if what == "a check's own command" {
            course.run(&["check", "--yes"]).code(2).says("exec -T web evil");
        }
        assert_eq!(course.sandbox.tree(), before, "{what}");
        course.agreed(&["reset", "--yes"]).code(0);
    }
}

#[test]
fn the_learners_own_file_is_asked_about_where_it_does_more() {
    let course = Course::new();
    course.agreed(&["start", "66"]).code(0);
    course.run(&["apply", "--yes"]).code(0);
    course.run(&["goto", "up"]).code(0);
    let own = course.sandbox.read("compose.yaml");
    course.sandbox.write("compose.yaml", format!("{own}    volumes: [\"/etc:/x\"]\n"));
    let run = course
        .run(&["apply", "--yes"])
        .code(2)
        .says("Beyond what you agreed to")
        .says("on this machine: /etc");
    assert!(!run.stdout.contains("docker compose up -d"), "only what is new: {run:?}");
    // In a file of another name, too.
    course.sandbox.write("compose.yaml", &own);
    course.sandbox.write("compose.override.yaml", "services: {web: {privileged: true}}\n");
    course.run(&["apply", "--yes"]).code(2).says("all privileges");
    course.sandbox.write("compose.override.yaml", "services: [\n");
    course.run(&["apply", "--yes"]).code(1).says("nobody knows what it would do");
}

#[test]
fn a_cloned_repository_does_not_take_the_machine_through_a_lesson_of_ours() {
    let sandbox = Sandbox::started("06").kept_on_docker().without_docker();
    let own = sandbox.read("docker-compose.yml");
    sandbox.run(["goto", "scale-to-3"]).code(0);
    let evil =
        own.replace("  frontend:\n", "  frontend:\n    privileged: true\n    volumes: [\"/:/host\"]\n");
    assert_ne!(own, evil);
    sandbox.write("docker-compose.yml", &evil);
    for args in [&["apply", "--yes"][..], &["apply", "--yes", "--json"]] {
        let run = sandbox.run(args.iter().copied()).code(2);
        assert!(run.stdout.contains("all privileges"), "{run:?}");
        assert!(run.stdout.contains("--agree ") || run.stderr.contains("--agree "), "{run:?}");
        assert!(!run.stdout.contains("docker compose up"), "what the lesson does is not asked: {run:?}");
    }
    sandbox.run(["start", "06", "--at", "scale-to-5", "--yes"]);
    // Mere ports and images are the learner's own affair: it gets as far as the engine.
    sandbox.write(
        "docker-compose.yml",
        own.replace("nginx:alpine", "nginx:other").replace("8080:8080", "8081:8080"),
    );
    let run = sandbox.run(["apply", "--yes"]);
    assert!(run.digest().is_none(), "{run:?}");
}

#[test]
fn a_link_in_the_workspace_is_where_it_leads() {
    let sandbox = Sandbox::started("06").kept_on_docker().without_docker();
    sandbox.run(["goto", "scale-to-3"]).code(0);
    std::os::unix::fs::symlink("/etc", sandbox.path("data")).unwrap();
    let own = sandbox.read("docker-compose.yml");
    sandbox.write(
        "docker-compose.yml",
        own.replace("  frontend:\n", "  frontend:\n    volumes: [\"./data:/x\"]\n"),
    );
    sandbox.run(["apply", "--yes"]).code(2).says("data -> /etc");
}

#[test]
fn enter_is_no_at_a_terminal() {
    for (term, how) in [("dumb", "(yes: y, no: n)"), ("xterm-256color", "(y: yes, Enter: no)")] {
        for (keys, code) in [("\r", 2), ("n\r", 2)] {
            let course = Course::new();
            course.service("volumes: [\"/:/host\"]");
            let setup = Setup { term, ..Setup::default() };
            let lessons = course.path("");
            let args = ["--lessons", lessons.to_str().unwrap(), "start", "66", "--plain"];
            let mut terminal = Terminal::start(&course.sandbox, setup, &args);
            terminal.see("May it do all of the");
            terminal.see(how);
            terminal.see("on this machine: /");
            terminal.send(keys);
            assert_eq!(terminal.end(), code, "{term} {keys:?}");
            assert!(!course.sandbox.root().join(".workshop/progress.json").exists());
        }
    }
    let course = Course::new();
    let setup = Setup { term: "dumb", ..Setup::default() };
    let lessons = course.path("");
    let args = ["--lessons", lessons.to_str().unwrap(), "start", "66", "--plain"];
    let mut terminal = Terminal::start(&course.sandbox, setup, &args);
    terminal.see("May it do all of the");
    terminal.send("y\r");
    terminal.see("What now?");
    assert!(course.sandbox.root().join(".workshop/progress.json").exists());
}
