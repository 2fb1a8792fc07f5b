//! Every word of Compose with every option and argument that it may have here: what is written, to
//! which stream, with which exit code, and what is left of the stack. The codes are
//! those of Compose 2.40; where it panics (`--scale backend=-1`), takes what makes no sense
//! (`logs -n x`, `ps --format yaml`) or asks a terminal (`rm`), the word is refused here.

use super::desk::Desk;

/// A command line, its exit code, and words of its output (standard output and error together).
type Row = (&'static str, i32, &'static str);

#[track_caller]
fn all(desk: &Desk, rows: &[Row]) {
    for (line, code, says) in rows {
        desk.compose(line).code(*code).says(says);
    }
}

/// The services that have replicas, with their number.
fn there(desk: &Desk) -> Vec<(String, usize)> {
    let mut counts = std::collections::BTreeMap::new();
    for one in desk.replicas() {
        *counts.entry(one["Service"].as_str().expect("a name").to_owned()).or_insert(0) += 1;
    }
    counts.into_iter().collect()
}

fn counts(of: &[(&str, usize)]) -> Vec<(String, usize)> {
    of.iter().map(|(service, count)| ((*service).to_owned(), *count)).collect()
}

#[test]
fn a_wrong_argument_is_told_as_what_it_is_and_changes_nothing() {
    let desk = Desk::new();
    desk.compose("up -d --build --scale backend=2").code(0);
    let before = desk.processes("backend");
    all(
        &desk,
        &[
            ("up -d --scale backend", 1, "lacks the number: write `--scale backend=3`"),
            ("up -d --scale backend=", 1, "lacks the number"),
            ("up -d --scale backend=x", 1, "a whole number from 0 on"),
            ("up -d --scale backend=-1", 1, "a whole number from 0 on"),
            ("up -d --scale backend=1.5", 1, "a whole number from 0 on"),
            ("up -d --scale =2", 1, "not a service and a number"),
            ("up -d --scale backend=2=3", 1, "not a service and a number"),
            ("up -d --scale bakend=2", 1, "no such service: bakend (did you mean backend?)"),
            ("up -d --scale frontend=1 backend", 1, "no such service: frontend: disabled"),
            ("up -d --scale", 1, "--scale"),
            ("scale backend", 1, "lacks the number"),
            ("scale backend=x", 1, "a whole number"),
            ("scale bakend=2", 1, "did you mean backend?"),
            ("scale", 1, "SERVICE=REPLICAS"),
            ("up -d bakend", 1, "did you mean backend?"),
            ("up -d --buidl", 1, "--build"),
            ("up -d --wait --no-start", 1, "cannot be used with"),
            ("up -d --build --no-build", 1, "cannot be used with"),
            ("up -d --force-recreate --no-recreate", 1, "cannot be used with"),
            ("up -d -t x", 1, "x"),
            ("up -d --attach backend", 1, "--attach"),
            ("create -d", 1, "-d"),
            ("create --no-deps", 1, "--no-deps"),
            ("create -t 1", 1, "-t"),
            ("down bakend", 1, "did you mean backend?"),
            ("down -v bakend", 1, "did you mean backend?"),
            ("down --rmi foo", 1, "foo"),
            ("down --rmi", 1, "--rmi"),
            ("build bakend", 1, "did you mean backend?"),
            ("ps bakend", 1, "did you mean backend?"),
            ("ps --format yaml", 1, "yaml"),
            ("logs bakend", 1, "did you mean backend?"),
            ("logs -n x backend", 1, "a number of lines, or all"),
            ("logs --since abc backend", 1, "failed to parse value as time or duration"),
            ("logs --index 1", 1, "--index requires one service to be selected"),
            ("logs --index 7 backend", 1, "service \"backend\" is not running container #7"),
            ("start -t 1 backend", 1, "-t"),
            ("start bakend", 1, "did you mean backend?"),
            ("stop -s TERM backend", 1, "-s"),
            ("stop bakend", 1, "did you mean backend?"),
            ("restart -s TERM backend", 1, "-s"),
            ("restart -t x", 1, "x"),
            ("restart bakend", 1, "did you mean backend?"),
            ("kill -t 1 backend", 1, "-t"),
            ("kill -s FOO backend", 1, "Invalid signal: FOO"),
            ("kill --no-deps backend", 1, "--no-deps"),
            ("kill bakend", 1, "did you mean backend?"),
            ("rm -f bakend", 1, "did you mean backend?"),
            ("rm backend", 0, "No stopped containers"),
            ("port bakend 80", 1, "service \"bakend\" is not running"),
            ("port frontend x", 1, "x"),
            ("port --index 7 frontend 80", 1, "is not running container #7"),
            ("port --protocol udp frontend 80", 1, "--protocol"),
            ("exec bakend true", 1, "service \"bakend\" is not running"),
            ("exec backend", 1, "COMMAND"),
            ("exec --index 9 backend hostname", 1, "is not running"),
            ("config --services --volumes", 1, "cannot be used with"),
            ("config backend", 1, "backend"),
            ("version foo", 1, "foo"),
            ("watch", 1, "watch"),
            ("-f other.yml up", 1, "-f"),
        ],
    );
    assert_eq!(desk.processes("backend"), before, "none of them changed anything");
    assert_eq!(there(&desk), counts(&[("backend", 2), ("frontend", 1)]));
}

#[test]
fn a_wrong_scale_is_not_blamed_on_the_file() {
    let desk = Desk::new();
    for (line, ko, en) in [
        ("up -d --scale backend", "개수가 없습니다", "lacks the number"),
        ("up -d --scale bakend=3", "backend[을/를]", "did you mean backend?"),
    ] {
        desk.compose(line).code(1).says(en);
        assert!(!desk.compose(line).stderr.contains("compose file is not"), "{line}");
        let ko = ko.replace("[을/를]", "");
        let said =
            crate::harness::Run::of(desk.command().args(["--lang", "ko", "compose"]).args(line.split(' ')));
        said.code(1).says(&ko);
    }
}

#[test]
fn down_takes_what_is_named_and_nothing_else() {
    let desk = Desk::new();
    let up = || desk.compose("up -d --build --scale backend=2").code(0);
    up();
    desk.compose("down -t 0 frontend").code(0).says("Resource is still in use");
    assert_eq!(there(&desk), counts(&[("backend", 2)]));
    let volume = |desk: &Desk| std::fs::read_dir(desk.place().join("volumes")).map_or(0, Iterator::count);
    let volumes = volume(&desk);
    assert!(volumes > 0, "backend has one");
    up();
    desk.compose("down -t 0 -v frontend").code(0);
    assert_eq!((there(&desk), volume(&desk)), (counts(&[("backend", 2)]), volumes), "not frontend's");
    up();
    desk.compose("down -t 0 -v backend").code(0);
    assert_eq!((there(&desk), volume(&desk)), (counts(&[("frontend", 1)]), volumes - 1));
    desk.compose("down -t 0 --rmi local frontend").code(0).says("-frontend").says("Network");
    assert!(desk.door().is_none(), "nothing is left, so nobody is at work");
    desk.compose("down").code(0);
}

#[test]
fn a_service_that_left_the_file_is_an_orphan() {
    let desk = Desk::new();
    desk.compose("up -d --build").code(0);
    let whole = desk.sandbox.read("docker-compose.yml");
    let only = "services:\n  backend:\n    build: ./backend\n";
    desk.sandbox.write("docker-compose.yml", only);
    let orphan = "Found orphan containers";
    desk.compose("up -d").code(0).says(orphan).says("-frontend-1");
    desk.compose("stop -t 0").code(0);
    assert_eq!(desk.processes("frontend").len(), 1, "another file's replica is left alone");
    desk.compose("logs frontend").code(1).says("no such service: frontend");
    desk.compose("down -t 0").code(0).says("Resource is still in use");
    assert_eq!(there(&desk), counts(&[("frontend", 1)]));
    let again = desk.compose("up -d --remove-orphans").code(0);
    assert!(!again.stderr.contains(orphan), "{}", again.stderr);
    assert_eq!(there(&desk), counts(&[("backend", 1)]));
    desk.sandbox.write("docker-compose.yml", whole);
    desk.compose("up -d").code(0);
    desk.sandbox.write("docker-compose.yml", only);
    desk.compose("down -t 0 --remove-orphans").code(0);
    assert!(desk.door().is_none());
}

#[test]
fn what_there_is_nothing_of_is_said_as_compose_says_it() {
    let desk = Desk::new();
    all(
        &desk,
        &[
            ("ps", 0, "NAME IMAGE"),
            ("logs", 0, ""),
            ("stop", 0, ""),
            ("stop backend", 0, ""),
            ("restart backend", 0, ""),
            ("start", 1, "service \"backend\" has no container to start"),
            ("start backend", 1, "service \"backend\" has no container to start"),
            ("kill", 0, "no container to kill"),
            ("rm -f", 0, "No stopped containers"),
            ("top", 0, ""),
            ("down", 0, ""),
            ("down -v", 0, ""),
        ],
    );
    desk.compose("create --build backend").code(0);
    assert_eq!(there(&desk), counts(&[("backend", 1)]));
    let asked = desk.compose("rm").code(1);
    assert!(asked.stdout.starts_with("Going to remove ") && asked.stderr.contains("-f"), "{asked:?}");
    assert_eq!(there(&desk).len(), 1);
    desk.compose("rm -fsv").code(0);
    assert!(there(&desk).is_empty());
}

#[test]
fn logs_are_on_standard_output_and_between_two_moments() {
    let desk = Desk::new();
    desk.compose("up -d --build").code(0);
    desk.healthy(1);
    let logs = desk.compose("logs frontend").code(0);
    assert!(logs.stdout.contains("start worker process") && logs.stderr.is_empty(), "{logs:?}");
    assert_eq!(desk.compose("logs --since 2100-01-01T00:00:00Z").code(0).stdout, "");
    assert_eq!(desk.compose("logs --until 2001-01-01T00:00:00Z").code(0).stdout, "");
    assert_eq!(desk.compose("logs -n 0").code(0).stdout, "");
    assert!(!desk.compose("logs --since 1h --until 0s backend").code(0).stdout.is_empty());
}

#[test]
fn a_restart_takes_along_what_asks_for_it() {
    let desk = Desk::new();
    let asked = "      backend: { condition: service_started, restart: true }";
    desk.edit("docker-compose.yml", "      - backend", asked);
    desk.compose("up -d --build --wait").code(0);
    let front = desk.processes("frontend");
    desk.compose("restart -t 0 --no-deps backend").code(0);
    assert_eq!(desk.processes("frontend"), front);
    desk.compose("restart -t 0 backend").code(0);
    assert_ne!(desk.processes("frontend"), front);
}

#[test]
fn a_reload_that_cannot_find_a_name_says_so_and_fails() {
    let desk = Desk::new();
    let mount = "    volumes:\n      - ./frontend/nginx.conf:/etc/nginx/conf.d/default.conf:ro\n";
    let depends = "    depends_on:\n      - backend";
    desk.edit("docker-compose.yml", depends, &format!("{mount}{depends}"));
    desk.compose("up -d --build").code(0);
    let write = |upstream: &str, pass: &str| {
        let text =
            format!("{upstream}\nserver {{ listen 80; location / {{ proxy_pass http://{pass}; }} }}\n");
        desk.sandbox.write("frontend/nginx.conf", text);
    };
    let refused = |name: &str, line: u32| {
        let says = format!("host not found in upstream \"{name}\" in /etc/nginx/conf.d/default.conf:{line}");
        for line in ["exec frontend nginx -s reload", "exec frontend nginx -t"] {
            assert!(desk.compose(line).code(1).stderr.contains(&says), "{says}");
        }
    };
    desk.compose("exec frontend nginx -s reload").code(0);
    write("upstream gone { server gone:8080; }", "gone");
    refused("gone:8080", 1);
    write("", "nobody:8080");
    refused("nobody", 2);
    write("upstream pool { server backend:8080; }", "pool");
    desk.compose("exec frontend nginx -s reload").code(0);
    desk.compose("stop -t 0 backend").code(0);
    refused("backend:8080", 1);
}
