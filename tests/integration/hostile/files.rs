//! Files that never end, are something else, or are not ours to change.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use workshop::stack::compose::Env;
use workshop::stack::dotenv::DotEnv;

use crate::harness::Sandbox;

/// A learner's `.env` in CP949, with what a check would add missing.
const CP949: &[u8] = b"# \xc6\xf7\xc6\xae\xb4\xc2 8080\nGREETING=\xb0\xa1\n";

fn lesson() -> Sandbox {
    Sandbox::started("06").without_docker()
}

#[test]
fn a_check_keeps_every_byte_of_a_dotenv_in_another_encoding() {
    let sandbox = lesson();
    sandbox.write(".env", CP949);
    let run = sandbox.run(["check", "--all"]);
    assert!(matches!(run.status, Some(1 | 3)), "{run:?}");
    let after = std::fs::read(sandbox.path(".env")).unwrap();
    assert_eq!(&after[..CP949.len()], CP949);
    run.says("Wrote into .env: COMPOSE_PROJECT_NAME=workshop-");
    // Nothing is missing any more, so nothing is written and nothing said.
    let again = sandbox.run(["check", "--all"]);
    assert!(!again.stdout.contains("Wrote into .env"), "{again:?}");
    assert_eq!(std::fs::read(sandbox.path(".env")).unwrap(), after);
}

#[test]
fn looking_writes_nothing() {
    let sandbox = lesson();
    let before = sandbox.tree();
    for command in [
        &["status"][..],
        &["check", "--static", "--all"],
        &["diff"],
        &["hint"],
        &["doctor"],
        &["list"],
        &["prompt"],
    ] {
        sandbox.run(command);
        assert_eq!(sandbox.tree(), before, "{command:?}");
    }
}

#[test]
fn a_dotenv_that_compose_cannot_read_is_left_alone_and_named() {
    let wide: Vec<u8> = "\u{feff}PORT=80\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (bytes, words) in [(&wide[..], "UTF-16"), (b"A=1\nMY NAME=2\n", "MY NAME"), (b"A=\"open\n", "quote")]
    {
        let sandbox = lesson();
        sandbox.write(".env", bytes);
        sandbox.run(["check", "--all"]).code(1).says(words);
        assert_eq!(std::fs::read(sandbox.path(".env")).unwrap(), bytes, "{words}");
    }
}

/// What may lie where a file is expected, and never ends or is no file.
const ODDITIES: [&str; 5] = ["a pipe", "a link to a device", "a sparse file", "a folder", "a link to itself"];

fn make(oddity: &str, at: &Path) {
    match oddity {
        "a pipe" => assert!(Command::new("mkfifo").arg(at).status().unwrap().success()),
        "a link to a device" => std::os::unix::fs::symlink("/dev/zero", at).unwrap(),
        "a sparse file" => std::fs::File::create(at).unwrap().set_len(2 << 30).unwrap(),
        "a folder" => std::fs::create_dir(at).unwrap(),
        _ => std::os::unix::fs::symlink(at, at).unwrap(),
    }
}

#[test]
fn no_command_hangs_at_what_is_no_file() {
    let places = [
        "workshop/.env",
        "workshop/docker-compose.yml",
        "workshop/frontend/nginx.conf",
        "workshop/backend/Dockerfile",
        ".workshop/progress.json",
    ];
    for place in places {
        let sandbox = lesson();
        let at = sandbox.root().join(place);
        for what in ODDITIES {
            let _ = std::fs::remove_file(&at).or_else(|_| std::fs::remove_dir(&at));
            make(what, &at);
            for command in [&["status"][..], &["check", "--all"], &["apply", "--yes"], &["diff"], &["list"]] {
                let begun = Instant::now();
                let mut child = sandbox
                    .command()
                    .args(command)
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .spawn()
                    .unwrap();
                let ended = loop {
                    if let Some(status) = child.try_wait().unwrap() {
                        break status;
                    }
                    if begun.elapsed() > Duration::from_secs(30) {
                        child.kill().unwrap();
                        panic!("{command:?} hangs where {place} is {what}");
                    }
                    std::thread::park_timeout(Duration::from_millis(5));
                };
                assert!(matches!(ended.code(), Some(0..=4)), "{place} is {what}: {command:?}: {ended}");
            }
        }
    }
}

/// Lines of `.env` files, each a file of its own.
const LINES: [&str; 94] = [
    "P='it\\'s'",
    "P='a\\\\'",
    "P='a\\nb'",
    "P=\"a\\\"b\"",
    "P=\"a\\\\\"",
    "P=\"a\\nb\\tc\\0101\\x41\\e\\q\"",
    "P=a\t# y",
    "P=a # y",
    "P=a#y",
    "P= # y",
    "P=#y",
    "P='x' # c",
    "P='x'#c",
    "P='x' y",
    "P='x'y=1",
    "P = x",
    "P: x",
    "P:x",
    "export P=1",
    "export  P = 1",
    "exportP=1",
    "P=a b",
    "P=$HOME",
    "P=${HOME}/d",
    "P=${NOPE:-d}",
    "P=${NOPE",
    "P=$$x",
    "P='$HOME'",
    "P=\"$HOME\"",
    "P=\"\\$HOME\"",
    "P=\\$HOME",
    "P=a\\nb",
    "P",
    "HOME",
    "P =",
    "P.Q=1",
    "P-Q=1",
    "P[0]=1",
    "1P=1",
    "P==x",
    "P=\"a\nb\"",
    "P='a\nb'",
    "P=\"open",
    "P='open",
    "P=it's",
    "P=a\"b",
    "P= 'x'",
    "\u{feff}P=1",
    "P=1\r\n",
    "P=\"x\"\r\n",
    "  P=1",
    "\tP=1",
    "#P=1",
    " # c\nP=1",
    "P=x;y",
    "P=x\\",
    "P=\"a\\\nb\"",
    "한글=값",
    "P=값 # 주석",
    "P=\"\\u00e9\"",
    "P=a\u{00a0}",
    "P\u{00a0}=1",
    "P=`x`",
    "P=$(x)",
    "P=\"a\\ab\"",
    "P=\"\\077\"",
    "P=\"\\07\"",
    "P=\"\\0\"",
    "P=\"\\08\"",
    "P='\\''",
    "P=''",
    "P=\"\"",
    "P=\"\"x",
    "A=1\nP=$A",
    "HOME=/x\nP=$HOME",
    "P=${HOME:+set}",
    "P=${NOPE:?why}",
    "P=a$",
    "P=a$1",
    "P=\\",
    "P='a\\",
    "export P",
    "P=\"a'b\"",
    "P='a\"b'",
    "P=x\nP=y",
    "P=\"\\\\\"",
    "P=\"\\\\n\"",
    "P='\\\\n'",
    "Q='a\nP=2'\n",
    "P=a\u{b}b",
    "%P=1",
    "P Q=1",
    "P/Q=1",
    "P=\"$$HOME\"",
];

/// Compose does not ask its engine for this, so it need not answer.
fn compose_is_here() -> bool {
    let answer = Command::new("docker").args(["compose", "version"]).output();
    answer.is_ok_and(|answer| answer.status.success()) || crate::harness::docker_answers()
}

#[test]
fn a_dotenv_is_read_as_compose_reads_it() {
    if !compose_is_here() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("compose.yaml"), "services: {a: {image: x}}\n").unwrap();
    let config = std::env::var_os("DOCKER_CONFIG")
        .map_or_else(|| Path::new(&std::env::var_os("HOME").unwrap()).join(".docker"), Into::into);
    let outer = Env::from_iter([("HOME", "/home/mina")]);
    for line in LINES {
        let file = if line.ends_with('\n') { line.to_owned() } else { format!("{line}\n") };
        std::fs::write(folder.path().join(".env"), &file).unwrap();
        let said = Command::new("docker")
            .args(["compose", "config", "--environment"])
            .current_dir(folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", "/home/mina")
            .env("DOCKER_CONFIG", &config)
            .output()
            .unwrap();
        let read = DotEnv::parse(file.as_bytes(), &outer);
        assert_eq!(said.status.success(), read.faults.is_empty(), "{line:?}: {said:?} {read:?}");
        let said = String::from_utf8(said.stdout).unwrap();
        for entry in read.entries.iter().filter(|entry| entry.name != "HOME" && read.faults.is_empty()) {
            let value = &read.entry(&entry.name).unwrap().value;
            assert!(said.contains(&format!("{}={value}\n", entry.name)), "{line:?}: {entry:?}\n{said}");
        }
        // A value of several lines may look like anything.
        if read.entries.iter().any(|entry| entry.value.contains('\n')) {
            continue;
        }
        let set = said.lines().filter(|line| line.starts_with("P=")).count();
        assert_eq!(set, usize::from(read.entry("P").is_some() && read.faults.is_empty()), "{line:?}\n{said}");
    }
}
