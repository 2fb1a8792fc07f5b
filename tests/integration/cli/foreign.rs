//! Lessons from a folder: shown and agreed to before anything runs; and the port that a lesson
//! wants while somebody else has it.

use std::path::{Path, PathBuf};

use super::sandbox;
use crate::harness::{Sandbox, copy_tree};

/// A copy of the lessons, which a test may change.
pub(crate) fn lessons(sandbox: &Sandbox, change: impl Fn(String) -> String) -> PathBuf {
    let root = sandbox.root().join("lessons of mine");
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    copy_tree(&here.join("lessons"), &root.join("lessons"));
    copy_tree(&here.join("complete/step-05"), &root.join("complete/step-05"));
    copy_tree(&here.join("complete/step-06"), &root.join("complete/step-06"));
    let file = root.join("lessons/06-horizontal-scaling/lesson.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(file, change(text)).unwrap();
    root
}

#[test]
fn a_lesson_from_a_folder_is_agreed_to_before_anything_runs() {
    let sandbox = sandbox();
    let lessons = lessons(&sandbox, |text| text);
    let lessons = lessons.to_str().unwrap();
    // A yes to everything else is none to this.
    for yes in [&[][..], &["--yes"]] {
        let run =
            sandbox.run(["start", "06", "--lessons", lessons].iter().chain(yes)).code(2).says("--agree ");
        let run = run.says("runs: docker compose up -d --build --scale backend=3");
        run.says("runs: docker compose down --rmi local --volumes --remove-orphans");
    }
    sandbox.run(["status", "--lessons", lessons]).code(2).says("No lesson has been started here");
    sandbox.run_agreed(["start", "06", "--lessons", lessons]).code(0).says("Step 1 of 35");
    // Agreed to once, it is not asked again.
    sandbox.run(["check", "--lessons", lessons]).code(1);
}

#[test]
fn a_lesson_that_changed_hands_is_not_run_either() {
    let sandbox = sandbox();
    sandbox.run(["start", "06"]).code(0);
    sandbox.run(["apply", "--yes"]).code(0);
    let lessons = lessons(&sandbox, |text| text.replace("backend=3", "backend=4"));
    let lessons = lessons.to_str().unwrap();
    let mark = sandbox.root().join("ran");
    // Reading files needs no consent; what runs a command of the lesson does.
    sandbox.run(["check", "--lessons", lessons]).code(0);
    for args in [&["apply", "--step", "scale-to-3"][..], &["check", "--step", "scale-to-2"]] {
        let run = sandbox.run(args.iter().copied().chain(["--lessons", lessons]));
        // The lesson in the program was trusted as part of it; this one is somebody else's.
        run.code(2).says("runs: docker compose up -d --build --scale backend=4");
        assert!(!mark.exists());
    }
}

#[test]
fn a_faulty_lesson_is_the_lessons_fault() {
    let sandbox = sandbox();
    let lessons = lessons(&sandbox, |text| text.replace("minutes = 72", "minuets = 72"));
    let lessons = lessons.to_str().unwrap();
    sandbox.run_agreed(["start", "06", "--lessons", lessons]).code(4).says("lesson.toml:4").says("minuets");
    sandbox.run(["list", "--lessons", "no/such/folder"]).code(4).says("no/such/folder");
}

#[test]
fn a_port_that_is_taken_gets_another_in_env() {
    let sandbox = sandbox();
    let held = std::net::TcpListener::bind("0.0.0.0:0").unwrap();
    let port = held.local_addr().unwrap().port();
    let lessons = lessons(&sandbox, |text| text.replace("wanted = 80 }", &format!("wanted = {port} }}")));
    let lessons = lessons.to_str().unwrap();
    sandbox.run_agreed(["start", "06", "--lessons", lessons]).code(0);
    let run = sandbox.run(["apply", "--yes", "--lessons", lessons]).code(0);
    let env = sandbox.read(".env");
    let other = env.lines().find_map(|line| line.strip_prefix("FRONTEND_PORT=")).expect("a port in .env");
    assert_ne!(other, port.to_string());
    run.says(&format!("Port {port} is taken, so .env says {other}"));
    // Said once; what stands in .env is the learner's.
    let again = sandbox.run(["check", "--lessons", lessons]).code(0);
    assert!(!again.stderr.contains("taken") && !again.stdout.contains("taken"), "{again:?}");
    assert_eq!(sandbox.read(".env"), env);

    sandbox.write(".env", env.replace(other, &port.to_string()));
    let doctor = sandbox
        .run(["doctor", "--lessons", lessons])
        .code(3)
        .says(&format!("(process {})", std::process::id()));
    doctor.says("write FRONTEND_PORT=");
    drop(held);
    sandbox.run(["doctor", "--lessons", lessons]).says(&format!("port {port} free"));
}

#[test]
fn a_port_of_the_environments_is_not_written_down() {
    let sandbox = sandbox().with_env("FRONTEND_PORT", "18080");
    sandbox.run(["start", "06"]).code(0);
    sandbox.run(["apply", "--yes"]).code(0);
    assert!(!sandbox.read(".env").contains("FRONTEND_PORT"));
}
