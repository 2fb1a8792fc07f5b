//! What a lesson wants in `.env`: secrets that the runner makes up and shows nowhere, and ports of
//! which no two are the same.

use super::foreign::lessons;
use super::sandbox;
use crate::harness::Sandbox;

/// Lesson 06 with a secret for its database URL, all of it done by `apply` up to that step.
fn with_a_secret() -> (Sandbox, String) {
    let sandbox = sandbox();
    let change = |text: String| {
        text.replace("\nports =", "\nsecrets = [\"DATABASE_URL\", \"OTHER_PASSWORD\"]\nports =")
    };
    let lessons = lessons(&sandbox, change).to_str().unwrap().to_owned();
    sandbox.run_agreed(["start", "06", "--lessons", &lessons]).code(0);
    let sandbox = sandbox.kept_on_docker();
    sandbox.run(["apply", "--yes", "--lessons", &lessons]).code(0);
    (sandbox, lessons)
}

fn value(sandbox: &Sandbox, name: &str) -> String {
    let env = sandbox.read(".env");
    env.lines().find_map(|line| line.strip_prefix(&format!("{name}="))).expect("it is in .env").to_owned()
}

#[test]
fn secrets_are_made_up_once_and_are_the_learners_alone() {
    let (sandbox, lessons) = with_a_secret();
    let (one, other) = (value(&sandbox, "DATABASE_URL"), value(&sandbox, "OTHER_PASSWORD"));
    for secret in [&one, &other] {
        assert!(secret.len() >= 24 && secret.bytes().all(|b| b.is_ascii_hexdigit()), "{secret}");
    }
    assert_ne!(one, other);
    let env = sandbox.read(".env");
    sandbox.run(["check", "--lessons", &lessons]).code(0);
    assert_eq!(sandbox.read(".env"), env, "what is there is left");
    // One that the learner took out comes back as it was, for data may have been made with it; one
    // that he chose stays.
    sandbox.write(
        ".env",
        env.replace(&one, "mine-and-nobodys").replace(&format!("OTHER_PASSWORD={other}\n"), ""),
    );
    sandbox.run(["check", "--lessons", &lessons]).code(0);
    assert_eq!(value(&sandbox, "DATABASE_URL"), "mine-and-nobodys");
    assert_eq!(value(&sandbox, "OTHER_PASSWORD"), other);
}

#[test]
fn nobody_else_may_read_the_file_or_what_the_journal_keeps_of_it() {
    use std::os::unix::fs::PermissionsExt;
    let (sandbox, _) = with_a_secret();
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&sandbox.path(".env")), 0o600);
    let secret = value(&sandbox, "OTHER_PASSWORD");
    let private = sandbox.root().join(".workshop");
    let kept: Vec<_> = workshop::workspace::files::walk(&private)
        .unwrap()
        .into_iter()
        .map(|path| private.join(path))
        .filter(|path| String::from_utf8_lossy(&std::fs::read(path).unwrap()).contains(&secret))
        .collect();
    assert!(!kept.is_empty(), "the journal has what was written");
    for path in kept {
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[test]
fn no_command_shows_a_secret() {
    let (sandbox, lessons) = with_a_secret();
    let secrets = ["DATABASE_URL", "OTHER_PASSWORD"].map(|name| value(&sandbox, name));
    let step = "database-from-environment";
    let silent = |args: &[&str]| {
        let run = sandbox.run(args.iter().chain(&["--lessons", &lessons]));
        for secret in &secrets {
            assert!(!run.stdout.contains(secret) && !run.stderr.contains(secret), "{args:?}: {run:?}");
        }
        run
    };
    for step in ["remove-container-name", "unpublish-backend", "appnet", step] {
        silent(&["goto", step]).code(0);
        silent(&["diff"]).code(0);
        silent(&["apply", "--yes"]);
    }
    // Without the runner's care this would say the value.
    let run = silent(&["check", "--step", step]).says("pass DATABASE_URL comes from the environment");
    assert!(run.stdout.contains("********"), "{run:?}");
    silent(&["check", "--step", step, "--json"]);
    silent(&["check", "--all", "--static", "--format", "junit"]);
    silent(&["status"]);
    silent(&["status", "--json"]);
    silent(&["demo", "06", "--dry-run"]);
    silent(&["doctor"]);
    silent(&["undo"]).code(0);
    silent(&["reset", "--yes"]);
    assert_eq!(value(&sandbox, "OTHER_PASSWORD"), secrets[1], "an undo and a reset leave .env");
}

#[test]
fn two_ports_of_a_lesson_get_two_substitutes() {
    let sandbox = sandbox();
    let held = std::net::TcpListener::bind("0.0.0.0:0").unwrap();
    let port = held.local_addr().unwrap().port();
    let two = format!("wanted = {port} }}, {{ variable = \"SECOND_PORT\", wanted = {port} }}");
    let lessons = lessons(&sandbox, |text| text.replace("wanted = 80 }", &two));
    let lessons = lessons.to_str().unwrap();
    sandbox.run_agreed(["start", "06", "--lessons", lessons]).code(0);
    let run = sandbox.run(["apply", "--yes", "--lessons", lessons]).code(0);
    let (first, second) = (value(&sandbox, "FRONTEND_PORT"), value(&sandbox, "SECOND_PORT"));
    assert!(first != second && first != port.to_string() && second != port.to_string(), "{first} {second}");
    // Only the entry's is for the browser.
    let run = run.says(&format!(".env says {first}. That is the port for your browser"));
    run.says(&format!(".env says SECOND_PORT={second}."));
    let env = sandbox.read(".env");
    sandbox.write(".env", env.replace(&first, &port.to_string()).replace(&second, &port.to_string()));
    // The doctor says it of each, and sets both with a yes.
    sandbox
        .run(["doctor", "--lessons", lessons])
        .code(3)
        .says("write FRONTEND_PORT=")
        .says("write SECOND_PORT=");
    sandbox.run(["doctor", "--yes", "--lessons", lessons]).says("FRONTEND_PORT=").says("SECOND_PORT=");
    let (first, second) = (value(&sandbox, "FRONTEND_PORT"), value(&sandbox, "SECOND_PORT"));
    assert!(first != second && first != port.to_string() && second != port.to_string(), "{first} {second}");
}

#[test]
fn a_taken_port_is_the_machines_fault_and_the_doctor_helps_before_the_files_are_there() {
    let sandbox = sandbox();
    let held = std::net::TcpListener::bind("0.0.0.0:0").unwrap();
    let port = held.local_addr().unwrap().port();
    let lessons = lessons(&sandbox, |text| {
        text.replace("wanted = 80 }", &format!("wanted = {port} }}")).replace("confirm = {}", "ports = {}")
    });
    let lessons = lessons.to_str().unwrap();
    sandbox.run_agreed(["start", "06", "--lessons", lessons]).code(0);
    let check = || sandbox.run(["check", "--step", "ai-assistant", "--lessons", lessons]);
    // Nobody has said yet that it shall be this one.
    check().code(0).says("is not available here");
    sandbox.write(".env", format!("FRONTEND_PORT={port}\n"));
    let run = check().code(3).says(&format!("port {port} (FRONTEND_PORT) is taken"));
    run.says("workshop doctor");
    sandbox.run(["doctor", "--yes", "--lessons", lessons]).says("FRONTEND_PORT=");
    let chosen = value(&sandbox, "FRONTEND_PORT");
    assert_ne!(chosen, port.to_string());
    check().code(0).says("is free");
    // The port is kept when the files come.
    sandbox.run(["apply", "--yes", "--lessons", lessons]).code(0);
    assert_eq!(value(&sandbox, "FRONTEND_PORT"), chosen);
}
