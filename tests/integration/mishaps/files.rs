//! Files of the learner's that are broken, huge, or not there.

use crate::cli::at_step;
use crate::harness::Sandbox;

/// Checks the step, with `file` as `content`: not yet, the file named, and the file left as it is.
#[track_caller]
fn spoiled(sandbox: &Sandbox, file: &str, content: &[u8], words: &[&str]) {
    sandbox.write(file, content);
    for lang in ["ko", "en"] {
        let run = sandbox.run(["check", "--static", "--lang", lang]).code(1).says(file);
        for word in words.iter().filter(|_| lang == "en") {
            assert!(run.stdout.contains(word), "{word:?} is not in {}", run.stdout);
        }
    }
    assert!(sandbox.tree()[file] == content, "a check changes nothing");
}

#[test]
fn a_broken_compose_file_is_shown_where_it_breaks() {
    let sandbox = at_step("remove-container-name");
    let file = "docker-compose.yml";
    let whole = sandbox.read(file);
    let cases: [(&str, &[&str]); 6] = [
        ("services:\n  backend:\n\tbuild: .\n", &["tab", "docker-compose.yml:3"]),
        ("services:\n  backend: {}\n  backend: {}\n", &["line 2", "docker-compose.yml:3:3"]),
        ("services:\n  backend: [1, 2\n  frontend: {}\n", &["docker-compose.yml:"]),
        ("services:\n  backend:\n    build: \"x\n", &["docker-compose.yml:"]),
        ("", &["empty"]),
        ("just words\n", &["docker-compose.yml"]),
    ];
    for (content, words) in cases {
        spoiled(&sandbox, file, content.as_bytes(), words);
    }
    spoiled(&sandbox, file, b"services:\n  backend: \xff\xfe\n", &["UTF-8"]);
    spoiled(&sandbox, file, b"\0\0\0\0binary", &["UTF-8"]);
    sandbox.run(["apply", "--yes"]).code(1).says(file).says("workshop reset");
    sandbox.run(["reset", "--yes"]).code(3);
    assert_eq!(sandbox.read(file), whole);
    sandbox.run(["undo"]).code(0);
    assert!(sandbox.tree()[file] == b"\0\0\0\0binary", "even that comes back");
}

#[test]
fn a_broken_nginx_file_is_shown_where_it_breaks() {
    let sandbox = at_step("nginx-upstream");
    let file = "frontend/nginx.conf";
    let whole = sandbox.read(file);
    let listen = whole.find("listen").expect("a listen directive");
    let semicolon = listen + whole[listen..].find(';').expect("its semicolon");
    let mut open = whole.clone();
    open.remove(semicolon);
    spoiled(&sandbox, file, open.as_bytes(), &["nginx.conf:", ";"]);
    let brace = whole.rfind('}').unwrap();
    spoiled(&sandbox, file, &whole.as_bytes()[..brace], &["nginx.conf:", "brace"]);
    spoiled(&sandbox, file, format!("{whole}\n}}\n").as_bytes(), &["nginx.conf:"]);
    spoiled(&sandbox, file, b"\xff\xfe\0l\0i", &["UTF-8"]);
    // To nginx a file without a word is right; it only proxies nothing.
    sandbox.write(file, "");
    sandbox.run(["check"]).code(1).says("/api/posts");
}

#[test]
fn a_huge_file_is_not_read() {
    let sandbox = at_step("remove-container-name");
    for file in ["docker-compose.yml", "frontend/nginx.conf", ".env"] {
        let whole = std::fs::read(sandbox.path(file)).unwrap();
        let huge = std::fs::File::create(sandbox.path(file)).unwrap();
        huge.set_len(50 << 20).unwrap();
        let run = sandbox.run(["check", "--static"]);
        assert!(matches!(run.status, Some(0 | 1)), "{file}: {run:?}");
        if file == "docker-compose.yml" {
            run.code(1).says("50.0 MiB");
            sandbox.run(["apply", "--yes"]).code(1).says("50.0 MiB").says("workshop reset");
        }
        assert_eq!(std::fs::metadata(sandbox.path(file)).unwrap().len(), 50 << 20);
        sandbox.write(file, whole);
    }
}

#[test]
fn a_file_that_went_away_is_named_and_reset_brings_it_back() {
    let sandbox = at_step("remove-container-name");
    let whole = sandbox.tree();
    std::fs::remove_file(sandbox.path("docker-compose.yml")).unwrap();
    sandbox.run(["check"]).code(1).says("docker-compose.yml is not there");
    sandbox.run(["apply", "--yes"]).code(1).says("workshop reset");
    sandbox.run(["diff"]).code(1).says("docker-compose.yml");
    sandbox.run(["reset", "--yes"]).code(3);
    assert!(sandbox.tree() == whole);
    std::fs::remove_dir_all(sandbox.path("")).unwrap();
    sandbox.run(["check"]).code(1);
    sandbox.run(["status"]).code(0);
    sandbox.run(["reset", "--yes"]).code(3);
    let back = sandbox.tree();
    assert!(
        whole.iter().filter(|(path, _)| *path != ".env").all(|(path, text)| back.get(path) == Some(text))
    );
}

#[test]
fn things_that_are_no_files_stand_in_the_way() {
    let sandbox = at_step("remove-container-name");
    std::fs::remove_file(sandbox.path("docker-compose.yml")).unwrap();
    std::fs::create_dir(sandbox.path("docker-compose.yml")).unwrap();
    sandbox.run(["check"]).code(1).says("docker-compose.yml is a folder");
    sandbox.run(["apply", "--yes"]).code(1).says("docker-compose.yml is a folder");
    std::fs::remove_dir(sandbox.path("docker-compose.yml")).unwrap();
    // Opening a pipe would wait for its other end.
    let made = std::process::Command::new("mkfifo").arg(sandbox.path("docker-compose.yml")).status();
    assert!(made.is_ok_and(|status| status.success()));
    sandbox.run(["check"]).code(1).says("docker-compose.yml is not an ordinary file");
    sandbox.run(["apply", "--yes"]).code(1);

    let target = tempfile::tempdir().unwrap();
    std::fs::write(target.path().join("outside.yml"), "services: {}\n").unwrap();
    std::fs::remove_file(sandbox.path("docker-compose.yml")).unwrap();
    std::os::unix::fs::symlink(target.path().join("outside.yml"), sandbox.path("docker-compose.yml"))
        .unwrap();
    sandbox.run(["reset", "--yes"]).says("docker-compose.yml points outside the workspace");
    let outside = std::fs::read_to_string(target.path().join("outside.yml")).unwrap();
    assert_eq!(outside, "services: {}\n", "nothing outside of the workspace is written");
}

#[test]
fn a_file_where_the_folder_should_be_is_named() {
    let sandbox = at_step("remove-container-name");
    std::fs::remove_dir_all(sandbox.path("")).unwrap();
    let folder = sandbox.root().join("workshop");
    std::fs::write(&folder, "mine\n").unwrap();
    sandbox.run(["check"]).code(1);
    for args in [&["reset", "--yes"][..], &["apply", "--yes"]] {
        let run = sandbox.run(args);
        assert!(matches!(run.status, Some(1 | 3)), "{run:?}");
        run.says("workshop");
    }
    sandbox.run(["status"]).code(0);
    assert_eq!(std::fs::read_to_string(&folder).unwrap(), "mine\n");
    std::fs::remove_file(&folder).unwrap();
    sandbox.run(["reset", "--yes"]).code(3);
}
