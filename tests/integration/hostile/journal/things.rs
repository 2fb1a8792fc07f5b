//! A folder, a pipe, a link, or a file of two gigabytes where a file should be: what it is is said,
//! and `reset` is a way on that loses none of it.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use crate::cli::at_step;
use crate::harness::Sandbox;

/// Something that stands in the way at a path, what is said about it, and where it shows.
struct Thing {
    words: &'static str,
    make: fn(&Path),
}

fn things() -> Vec<Thing> {
    vec![
        Thing {
            words: "is a folder",
            make: |path| {
                fs::create_dir(path).unwrap();
                fs::write(path.join("mine.txt"), "mine\n").unwrap();
            },
        },
        Thing {
            words: "is not an ordinary file",
            make: |path| {
                let made = std::process::Command::new("mkfifo").arg(path).status();
                assert!(made.is_ok_and(|status| status.success()));
            },
        },
        Thing {
            words: "is not an ordinary file",
            make: |path| drop(std::os::unix::net::UnixListener::bind(path).unwrap()),
        },
        Thing { words: "not an ordinary file", make: |path| symlink("/dev/zero", path).unwrap() },
        Thing { words: "leads to nothing", make: |path| symlink("nowhere", path).unwrap() },
        Thing { words: "2048.0 MiB", make: |path| fs::File::create(path).unwrap().set_len(2 << 30).unwrap() },
    ]
}

/// The kind and the length of what lies there, and what leads out of it.
fn kind(path: &Path) -> (fs::FileType, Option<std::path::PathBuf>, bool) {
    let meta = fs::symlink_metadata(path).unwrap();
    (meta.file_type(), fs::read_link(path).ok(), path.join("mine.txt").exists())
}

#[test]
fn what_stands_in_a_files_place_is_said_and_reset_moves_it_aside() {
    for (number, thing) in things().into_iter().enumerate() {
        let sandbox = at_step("remove-container-name");
        let file = "docker-compose.yml";
        let whole = sandbox.read(file);
        fs::remove_file(sandbox.path(file)).unwrap();
        (thing.make)(&sandbox.path(file));
        let was = kind(&sandbox.path(file));
        sandbox.run(["check", "--static"]).code(1).says(thing.words).says("workshop reset");
        sandbox.run(["apply", "--yes"]).code(1).says(thing.words).says("workshop reset");
        if number == 0 {
            sandbox.run(["start", "06", "--at", "nginx-upstream"]).code(2).says("--yes");
            sandbox.run(["reset"]).code(2).says("docker-compose.yml.aside-1");
        }
        // No engine answers here, which is said as well.
        sandbox.run(["reset", "--yes"]).code(3).says("docker-compose.yml.aside-1");
        assert_eq!(sandbox.read(file), whole, "{number}");
        assert_eq!(kind(&sandbox.path("docker-compose.yml.aside-1")), was, "{number}");
        sandbox.run(["check", "--static"]).code(1);
        sandbox.run(["undo"]).code(0);
        assert_eq!(kind(&sandbox.path(file)), was, "{number}: undo brings that back too");
        assert!(fs::symlink_metadata(sandbox.path("docker-compose.yml.aside-1")).is_err(), "{number}");
    }
}

#[test]
fn a_file_in_a_folders_place_makes_room_too() {
    let sandbox = at_step("nginx-upstream");
    let whole = sandbox.tree();
    fs::remove_dir_all(sandbox.path("frontend")).unwrap();
    sandbox.write("frontend", "mine\n");
    sandbox.write("frontend.aside-1", "taken\n");
    for args in [&["check", "--static"][..], &["apply", "--yes"]] {
        sandbox.run(args).code(1).says("frontend is a file").says("workshop reset");
    }
    sandbox.run(["start", "06", "--at", "nginx-upstream", "--yes"]).code(0).says("frontend.aside-2");
    assert_eq!(sandbox.read("frontend.aside-2"), "mine\n");
    assert_eq!(sandbox.read("frontend.aside-1"), "taken\n");
    assert_eq!(sandbox.tree()["frontend/nginx.conf"], whole["frontend/nginx.conf"]);
    sandbox.run(["undo"]).code(0);
    assert_eq!(sandbox.read("frontend"), "mine\n");
}

#[test]
fn a_thing_that_came_after_the_write_is_no_dead_end_for_undo() {
    let sandbox = at_step("remove-container-name");
    let whole = sandbox.read("docker-compose.yml");
    sandbox.run(["apply", "--yes"]).code(0);
    fs::remove_file(sandbox.path("docker-compose.yml")).unwrap();
    fs::create_dir(sandbox.path("docker-compose.yml")).unwrap();
    sandbox.run(["undo"]).code(1).says("workshop undo --force");
    sandbox.run(["undo", "--force"]).code(0).says("docker-compose.yml.aside-1");
    assert_eq!(sandbox.read("docker-compose.yml"), whole);
    assert!(sandbox.path("docker-compose.yml.aside-1").is_dir());
}

#[test]
fn names_that_differ_in_case_or_are_no_utf8() {
    use std::os::unix::ffi::OsStrExt;
    let sandbox = at_step("remove-container-name");
    fs::write(sandbox.path("").join(std::ffi::OsStr::from_bytes(b"\xb0\xa1.yml")), "x").unwrap();
    fs::rename(sandbox.path("docker-compose.yml"), sandbox.path("Docker-Compose.yml")).unwrap();
    sandbox.run(["check", "--static"]).code(1).says("Docker-Compose.yml is, and upper and lower case");
    sandbox.run(["reset", "--yes"]).code(3).says("unix:///nonexistent");
    sandbox.run(["apply", "--yes"]).code(0);
}

#[test]
fn other_names_in_the_journal_block_nothing() {
    let sandbox = at_step("remove-container-name");
    let journal = sandbox.root().join(".workshop/journal");
    for name in ["007", "7", "00007", "18446744073709551615", "notes"] {
        fs::create_dir(journal.join(name)).unwrap();
    }
    for args in [&["status"][..], &["apply", "--yes"], &["undo"], &["reset", "--yes"], &["undo"]] {
        // No engine answers here.
        let run = sandbox.run(args).code(if args[0] == "reset" { 3 } else { 0 });
        assert!(!run.stderr.contains("journal") && !run.stdout.contains("journal"), "{run:?}");
    }
    assert!(journal.join("007").is_dir());
}

/// As a cloned repository could bring it along.
#[test]
fn a_planted_entry_writes_nothing_outside_and_reads_nothing_from_there() {
    let secret = tempfile::NamedTempFile::new().unwrap();
    fs::write(secret.path(), "secret\n").unwrap();
    let sandbox = at_step("remove-container-name");
    let before = sandbox.tree();
    for (number, path, content) in [
        ("0901", "../.bash_profile", "0.before".to_owned()),
        ("0902", "copied.txt", secret.path().display().to_string()),
        ("0903", "copied.txt", "../../progress.json".to_owned()),
    ] {
        let dir = sandbox.root().join(".workshop/journal").join(number);
        fs::create_dir(&dir).unwrap();
        let manifest = format!(
            r#"{{"format": 1, "time": 1, "kind": "apply", "label": "x", "made_folders": [], "removes_folders": [],
                "files": [{{"path": "{path}", "before": {{"file": "{content}", "mode": 438}}, "after": null}}]}}"#
        );
        fs::write(dir.join("manifest.json"), manifest).unwrap();
        fs::write(dir.join("0.before"), "planted\n").unwrap();
        fs::write(dir.join("state"), "pending\n").unwrap();
        sandbox.run(["status"]).code(0).says(&format!("{number}.broken"));
        assert!(sandbox.tree() == before, "{number}");
        assert!(!sandbox.root().join(".bash_profile").exists(), "{number}");
    }
}

#[test]
fn a_damaged_entry_is_named_by_undo_and_the_next_one_goes_on() {
    let sandbox = at_step("remove-container-name");
    sandbox.run(["apply", "--yes"]).code(0);
    let journal = sandbox.root().join(".workshop/journal");
    let last = fs::read_dir(&journal).unwrap().map(|entry| entry.unwrap().path()).max().unwrap();
    // Without the learner's own file in it the copies are looked at by `undo` alone.
    fs::remove_file(last.join("0.file")).unwrap();
    let mut bytes = fs::read(last.join("0.before")).unwrap();
    bytes[10] ^= 4;
    fs::write(last.join("0.before"), bytes).unwrap();
    let files = sandbox.tree();
    sandbox.run(["undo"]).code(3).says("damaged").says(".broken").says("workshop undo");
    assert!(sandbox.tree() == files);
    sandbox.run(["undo"]).code(1).says("workshop undo --force");
}

/// On a disk that is full nothing is lost, and once there is room all goes on.
#[test]
fn a_full_disk_changes_nothing() {
    let disk = tempfile::tempdir().unwrap();
    let mounted = std::process::Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=1m,mode=755", "none"])
        .arg(disk.path())
        .output()
        .is_ok_and(|output| output.status.success());
    if !mounted {
        eprintln!("skipped: no disk of its own can be mounted here");
        return;
    }
    let _guard = Mounted(disk.path().to_owned());
    let template = at_step("remove-container-name");
    crate::harness::copy_tree(template.root(), disk.path());
    let run = |args: &[&str]| {
        let mut command = template.command();
        crate::harness::Run::of(command.current_dir(disk.path()).args(args))
    };
    // It notices first that it is a copy.
    run(&["status"]).code(0);
    let compose = disk.path().join("workshop/docker-compose.yml");
    let whole = fs::read(&compose).unwrap();
    let filler = disk.path().join("filler");
    let mut size = 1 << 20;
    while size > 1024 {
        let mut file = fs::File::options().append(true).create(true).open(&filler).unwrap();
        if std::io::Write::write_all(&mut file, &vec![1; size]).is_err() {
            size /= 2;
        }
    }
    for _ in 0..3 {
        let said = run(&["apply", "--yes"]);
        assert_eq!(said.status, Some(3), "{said:?}");
        assert_eq!(fs::read(&compose).unwrap(), whole);
    }
    fs::remove_file(&filler).unwrap();
    run(&["apply", "--yes"]).code(0);
    run(&["undo"]).code(0);
    assert_eq!(fs::read(&compose).unwrap(), whole);
}

struct Mounted(std::path::PathBuf);

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg(&self.0).status();
    }
}

#[test]
fn a_folder_that_may_not_be_written_is_named() {
    let sandbox: Sandbox = at_step("remove-container-name");
    let disk = std::process::Command::new("mount")
        .args(["--bind", "-o", "ro"])
        .arg(sandbox.path(""))
        .arg(sandbox.path(""))
        .output()
        .is_ok_and(|output| output.status.success());
    if !disk {
        eprintln!("skipped: nothing can be mounted here");
        return;
    }
    let _guard = Mounted(sandbox.path(""));
    let before = sandbox.tree();
    sandbox.run(["apply", "--yes"]).code(3).says("no permission to write in the folder");
    sandbox.run(["reset", "--yes"]);
    assert!(sandbox.tree() == before);
}
