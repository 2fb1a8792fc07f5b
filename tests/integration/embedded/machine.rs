//! Programs of this machine in a replica's place: the real database and the real cache, what is
//! left of them when something dies, and what is said where they are missing.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::desk::{Desk, SOON, lives, signal};
use crate::harness::wait_for;

const COMPOSE: &str = r#"
services:
  mysql:
    image: mysql:8.0
    environment:
      MYSQL_ROOT_PASSWORD: "it's \\ \"root\""
      MYSQL_DATABASE: my_shop
      MYSQL_USER: shop
      MYSQL_PASSWORD: "p`w;--"
    volumes: ["mysql-data:/var/lib/mysql"]
    healthcheck:
      test: ["CMD-SHELL", "mysqladmin ping -h 127.0.0.1 --silent || exit 1"]
      interval: 300ms
      retries: 600
  redis:
    image: redis:7-alpine
    command: redis-server --appendonly yes --requirepass "s3 cret"
    environment: { PASSWORD: "s3 cret" }
    healthcheck:
      test: redis-cli -a "$$PASSWORD" ping 2>/dev/null | grep -q PONG
      interval: 300ms
      retries: 600
volumes: { mysql-data: }
"#;

/// A folder with the two of them; its path has a blank and letters that are no ASCII.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.sandbox.write("docker-compose.yml", COMPOSE);
    desk
}

/// Every process of this machine's programs whose replica lies in the desk's folder.
fn programs(desk: &Desk) -> Vec<u32> {
    let place = desk.place();
    let ours = |pid: &u32| {
        let linked = |name: &str| std::fs::read_link(format!("/proc/{pid}/{name}")).unwrap_or_default();
        let name = linked("exe").file_name().map(|name| name.to_string_lossy().into_owned());
        let known = ["mariadbd", "mysqld", "redis-server", "redis-check-rdb", "valkey-server"];
        linked("cwd").starts_with(&place) && name.is_some_and(|name| known.contains(&name.as_str()))
    };
    let entries = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(ours).filter(|pid| lives(*pid)).collect()
}

#[track_caller]
fn nothing_is_left(desk: &Desk) {
    wait_for("the machine's programs to end", SOON, || programs(desk).is_empty());
    let locks = std::fs::read_dir(desk.place().join("replicas")).into_iter().flatten();
    for lock in locks.filter_map(Result::ok).map(|entry| entry.path().join("lock")) {
        wait_for("its lock to be free", SOON, || {
            std::fs::File::open(&lock).map_or(true, |file| file.try_lock().is_ok())
        });
    }
}

#[track_caller]
fn query(desk: &Desk, args: &[&str]) -> String {
    let exec = ["compose", "exec", "-T", "mysql", "mysql", "-N"];
    desk.run(exec.iter().chain(args)).code(0).stdout
}

#[test]
fn they_start_in_their_folders_and_keep_what_they_hold() {
    let desk = desk();
    desk.compose("up -d --wait").code(0);
    let mine = query(&desk, &["-ushop", "-pp`w;--", "-e", "SELECT CURRENT_USER(), DATABASE()", "my_shop"]);
    assert_eq!(mine.trim(), "shop@%\tmy_shop");
    query(
        &desk,
        &["-ushop", "-pp`w;--", "-e", "CREATE TABLE t (n INT); INSERT INTO t VALUES (7)", "my_shop"],
    );
    let root = query(
        &desk,
        &["-pit's \\ \"root\"", "-e", "SELECT COUNT(*) FROM mysql.user WHERE user IN ('root', 'shop', '')"],
    );
    assert_eq!(root.trim(), "3", "root here and from everywhere, and the user; nobody without a password");
    let none = ["compose", "exec", "-T", "mysql", "mysql", "-uroot", "-e", "SELECT 1"];
    desk.run(none).code(1).says("Access denied");
    // A grant on my_shop is none on another database that its `_` would stand for.
    let other =
        ["compose", "exec", "-T", "mysql", "mysql", "-ushop", "-pp`w;--", "-e", "CREATE DATABASE my1shop"];
    desk.run(other).code(1).says("denied");

    let door = desk.place();
    let all: Vec<PathBuf> = walk(&door);
    assert!(all.iter().any(|path| path.ends_with("my_shop/t.ibd")), "the volume's folder holds it");
    assert!(!all.iter().any(|path| path.ends_with("first.sql")), "the SQL with the passwords is gone");
    for spec in all.iter().filter(|path| path.ends_with("machine.json")) {
        assert_eq!(spec.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    for pid in programs(&desk) {
        let command = std::fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap();
        assert!(!command.contains("root\""), "no password of the database in a listing: {command:?}");
        let environment = std::fs::read_to_string(format!("/proc/{pid}/environ")).unwrap();
        assert!(!environment.contains("PASSWORD"), "{environment:?}");
    }

    desk.compose("down").code(0);
    nothing_is_left(&desk);
    desk.compose("up -d --wait").code(0);
    let kept = query(&desk, &["-ushop", "-pp`w;--", "-e", "SELECT n FROM t", "my_shop"]);
    assert_eq!(kept.trim(), "7");
    desk.run([
        "compose",
        "exec",
        "redis",
        "redis-cli",
        "-a",
        "s3 cret",
        "--no-auth-warning",
        "SET",
        "a",
        "b",
    ])
    .code(0);
    desk.compose("restart redis").code(0);
    let read = ["compose", "exec", "redis", "redis-cli", "-a", "s3 cret", "--no-auth-warning", "GET", "a"];
    wait_for("what it wrote", SOON, || desk.run(read).stdout == "b\n");
    desk.compose("down -v").code(0);
    nothing_is_left(&desk);
}

fn walk(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).into_iter().flatten().filter_map(Result::ok);
    entries
        .flat_map(|entry| if entry.path().is_dir() { walk(&entry.path()) } else { vec![entry.path()] })
        .collect()
}

#[test]
fn they_end_with_stop_and_with_kill_as_a_container_does() {
    let desk = desk();
    desk.compose("up -d --wait").code(0);
    assert_eq!(programs(&desk).len(), 2);
    desk.compose("stop").code(0);
    let codes: Vec<_> = desk.replicas().iter().map(|one| one["ExitCode"].as_i64()).collect();
    assert_eq!(codes, [Some(0), Some(0)]);
    assert_eq!(programs(&desk), Vec::<u32>::new());
    desk.compose("logs mysql").code(0).says("Shutdown complete");
    desk.compose("start").code(0);
    wait_for("both", SOON, || desk.replicas().iter().all(|one| one["Health"] == "healthy"));
    desk.compose("kill").code(0);
    assert!(desk.replicas().iter().all(|one| one["ExitCode"] == 137), "{:?}", desk.replicas());
    nothing_is_left(&desk);
    // What was killed starts again and finds its data.
    desk.compose("up -d --wait").code(0);
}

#[test]
fn nothing_is_left_of_them_whoever_dies() {
    let desk = desk();
    let keepers = || [desk.processes("mysql"), desk.processes("redis")].concat();
    // The keepers alone.
    desk.compose("up -d --wait").code(0);
    keepers().into_iter().for_each(|pid| signal(pid, "KILL"));
    nothing_is_left(&desk);
    wait_for("their end to be seen", SOON, || desk.replicas().iter().all(|one| one["State"] == "exited"));
    // The supervisor alone: what it ran ends in order.
    desk.compose("up -d --wait").code(0);
    assert_eq!(programs(&desk).len(), 2);
    signal(desk.supervisor(), "KILL");
    nothing_is_left(&desk);
    // All of them at once.
    desk.compose("up -d --wait").code(0);
    let keepers = keepers();
    signal(desk.supervisor(), "STOP");
    keepers.into_iter().for_each(|pid| signal(pid, "KILL"));
    signal(desk.supervisor(), "KILL");
    nothing_is_left(&desk);
    // A program that hangs: the next supervisor knows it by the lock that it has of its keeper.
    desk.compose("up -d --wait").code(0);
    let (hanging, keepers) = (programs(&desk), [desk.processes("mysql"), desk.processes("redis")].concat());
    hanging.iter().chain(&keepers).for_each(|pid| signal(*pid, "STOP"));
    signal(desk.supervisor(), "KILL");
    desk.compose("up -d --wait").code(0);
    wait_for("the hanging ones to be killed", SOON, || !hanging.iter().any(|pid| lives(*pid)));
    // And the lesson's own way to begin anew.
    desk.run(["reset", "--yes"]).code(0);
    nothing_is_left(&desk);
}

#[test]
fn a_first_start_that_was_interrupted_is_made_again() {
    let desk = desk();
    desk.compose("up -d --wait").code(0);
    desk.compose("down").code(0);
    let volume = std::fs::read_dir(desk.place().join("volumes")).unwrap().next().unwrap().unwrap().path();
    let volume = volume.join("data");
    std::fs::write(volume.join(".workshop-first-start"), "").unwrap();
    std::fs::remove_file(volume.join("ibdata1")).unwrap();
    desk.compose("up -d --wait").code(0);
    assert!(!volume.join(".workshop-first-start").exists());
    assert_eq!(query(&desk, &["-ushop", "-pp`w;--", "-e", "SELECT 1", "my_shop"]).trim(), "1");
}

#[test]
fn what_is_wrong_at_a_first_start_is_said() {
    let desk = desk();
    let ends_with = |from: &str, to: &str, words: &str| {
        desk.sandbox.write("docker-compose.yml", COMPOSE.replace(from, to));
        desk.compose("up -d mysql").code(0);
        wait_for("its end", SOON, || desk.replicas()[0]["State"] == "exited");
        assert_eq!(desk.replicas()[0]["ExitCode"], 1);
        desk.compose("logs mysql").code(0).says(words);
        desk.compose("down -v").code(0);
    };
    ends_with("      MYSQL_ROOT_PASSWORD: \"it's \\\\ \\\"root\\\"\"\n", "", "MYSQL_ROOT_PASSWORD");
    ends_with("MYSQL_USER: shop", "MYSQL_USER: root", "MYSQL_USER is root");
    ends_with("      MYSQL_PASSWORD: \"p`w;--\"\n", "", "MYSQL_PASSWORD is not");
    ends_with("mysql-data:/var/lib/mysql", "mysql-data:/var/lib/mysql:ro", "read-only volume");
    // A folder that holds something else is left as it is.
    std::fs::create_dir_all(desk.sandbox.path("data")).unwrap();
    desk.sandbox.write("data/precious", "mine");
    ends_with("mysql-data:/var/lib/mysql", "./data:/var/lib/mysql", "it holds files and no database");
    assert_eq!(desk.sandbox.read("data/precious"), "mine");
    // A place that is no folder.
    desk.sandbox.write("file", "x");
    ends_with("mysql-data:/var/lib/mysql", "./file:/var/lib/mysql", "file");
    for (from, to, says) in [
        ("redis-server --append", "sh -c redis-server --append", "sh -c"),
        ("redis-server --append", "redis-server /etc/redis.conf --append", "/etc/redis.conf"),
        ("mysqladmin ping -h 127.0.0.1", "mysqladmin ping -h example.org", "healthcheck"),
        ("ping -h 127.0.0.1 --silent || exit 1", "ping; touch /tmp/x", "healthcheck"),
        ("mysql-data:/var/lib/mysql", "./data:/docker-entrypoint-initdb.d", "/docker-entrypoint-initdb.d"),
        ("image: redis:7-alpine", "build: ./data", "which is built"),
    ] {
        desk.sandbox.write("docker-compose.yml", COMPOSE.replace(from, to));
        desk.compose("up -d").code(1).says(says).says("docker-compose.yml:").says("--engine docker");
    }
    assert!(desk.replicas().is_empty());
}

/// A folder of programs: links to those of this machine.
fn folder_of(desk: &Desk, names: &[&str]) -> PathBuf {
    let folder = desk.sandbox.root().join("programs");
    std::fs::create_dir_all(&folder).unwrap();
    for name in names {
        let places = ["/usr/sbin", "/usr/bin", "/usr/local/bin"];
        let found = places.iter().map(|dir| Path::new(dir).join(name)).find(|path| path.exists());
        std::os::unix::fs::symlink(found.expect("a program of the machine"), folder.join(name)).unwrap();
    }
    folder
}

#[test]
fn a_program_that_is_missing_is_named_with_its_package() {
    let desk = desk();
    let none = desk.sandbox.root().join("no programs");
    let desk = desk.with_env("WORKSHOP_PROGRAMS", none.to_str().unwrap());
    let up = desk.compose("up -d").code(1);
    up.says("mariadbd is not on this machine").says("install mariadb-server");
    assert!(desk.replicas().is_empty(), "nothing was started");
    // A lesson that does not need it is not held up.
    crate::harness::Run::of(desk.command().arg("doctor")).code(0);
}

#[test]
fn before_a_lesson_begins_what_is_missing_for_one_of_them_is_a_note() {
    let sandbox = crate::harness::Sandbox::new().without_docker();
    let none = sandbox.root().join("no programs").display().to_string();
    let doctor = |args: &[&str]| {
        let mut command = sandbox.command();
        crate::harness::Run::of(command.env("WORKSHOP_PROGRAMS", &none).arg("doctor").args(args))
    };
    for engine in [&[][..], &["--engine", "embedded"]] {
        let run = doctor(engine).code(0);
        run.says("note mariadbd").says("install mariadb-server").says("note redis-server");
    }
    let mut start = sandbox.command();
    let start = crate::harness::Run::of(start.env("WORKSHOP_PROGRAMS", &none).args(["start", "07"])).code(3);
    start.says("mariadb-server").says("workshop doctor");
}

#[test]
fn a_lesson_that_needs_one_does_not_begin_without_it() {
    let sandbox = crate::harness::Sandbox::new().without_docker();
    let lessons = sandbox.root().join("lessons of mine");
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    crate::harness::copy_tree(&own.join("lessons"), &lessons.join("lessons"));
    crate::harness::copy_tree(&own.join("complete"), &lessons.join("complete"));
    let file = lessons.join("lessons/06-horizontal-scaling/lesson.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("[embedded]\n", "[embedded]\ndb = \"mysql\"\ncache = \"redis\"\n"))
        .unwrap();
    let run = |programs: &str, args: &[&str]| {
        let mut command = sandbox.command();
        command.env("WORKSHOP_PROGRAMS", programs).arg("--lessons").arg(&lessons).args(args);
        crate::harness::Run::of(&mut command)
    };
    let start = run("/nonexistent", &["start", "06"]).code(3);
    start.says("mariadbd").says("install mariadb-server");
    run("/nonexistent", &["start", "06", "--engine", "embedded"]).code(3).says("mariadb-server");
    let start = crate::harness::agreed(|more| {
        let args = ["start", "06"].into_iter().chain(more.iter().map(String::as_str));
        run("/usr/sbin:/usr/bin:/usr/local/bin", &args.collect::<Vec<_>>())
    });
    start.code(0);
    let doctor = run("/nonexistent", &["doctor"]).code(3);
    doctor.says("mariadb-server").says("redis-server");
    run("/usr/sbin:/usr/bin:/usr/local/bin", &["doctor"]).says("mariadbd");
}

#[test]
fn a_client_that_is_missing_is_stood_in_for_where_it_only_pings() {
    let desk = desk();
    let folder = folder_of(&desk, &["mariadbd", "mariadb-install-db", "redis-server"]);
    let desk = desk.with_env("WORKSHOP_PROGRAMS", folder.to_str().unwrap());
    desk.compose("up -d --wait").code(0);
    desk.compose("exec mysql mysqladmin ping").code(0).says("mysqld is alive");
    desk.compose("exec redis redis-cli ping").code(0).says("NOAUTH");
    let missing = desk.compose("exec redis redis-cli INFO").code(1);
    missing.says("redis-cli is not on this machine").says("install");
    desk.compose("exec mysql mysql -e status").code(1).says("mariadb is not on this machine");
}
