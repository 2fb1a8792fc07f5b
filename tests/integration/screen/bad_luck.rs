//! What must not garble the screen or leave the terminal behind.

use std::io::Write;
use std::time::{Duration, Instant};

use super::live::with_three;
use super::{ESC, Folder, quit};
use crate::harness::wait_for;
use crate::terminal::screen::{Setup, Terminal};

fn signal(pid: &str, name: &str) {
    let status = std::process::Command::new("kill").args([&format!("-{name}"), pid]).status();
    assert!(status.is_ok_and(|status| status.success()), "kill -{name} {pid}");
}

#[test]
fn sigterm_leaves_the_terminal_as_it_was() {
    let folder = Folder::at("remove-container-name");
    let mut terminal = Terminal::shell(&folder.sandbox, Setup::default(), &["start", "06"]);
    terminal.frame("Step 5 of 35");
    assert!(terminal.cursor_is_hidden());
    terminal.terminate_program();
    terminal.see("ended with 130");
    assert!(!terminal.cursor_is_hidden());
    terminal.is_sane();
}

#[test]
fn a_stop_and_a_continue_draw_everything_again() {
    let folder = Folder::at("nginx-upstream");
    let mut terminal = folder.open(Setup::default(), &[]);
    terminal.frame("Nothing is running");
    let before = terminal.text();
    let pid = terminal.pid().to_string();
    signal(&pid, "STOP");
    let drawn = terminal.raw().len();
    signal(&pid, "CONT");
    terminal.wait_until("it is drawn again", |terminal| {
        terminal.raw().len() > drawn + 500 && terminal.text() == before
    });
    quit(&mut terminal);
}

#[test]
fn a_storm_of_sizes_ends_in_a_whole_picture() {
    let folder = Folder::at("remove-container-name");
    let mut terminal = folder.open(Setup { columns: 80, lang: "ko", ..Setup::default() }, &[]);
    terminal.frame("5/35단계");
    for round in 0..40u16 {
        terminal.resize(40 + round * 4, 12 + round);
    }
    terminal.resize(39, 24);
    terminal.frame("창이 너무 작습니다");
    terminal.resize(100, 30);
    terminal.frame_of("everything is there again", |rows| {
        rows[0].contains("5/35단계") && rows[28].contains("저장하면") && rows[29].contains("끝내기")
    });
    quit(&mut terminal);
}

#[test]
fn a_stack_that_dies_is_said_to_be_dead_and_the_keys_go_on() {
    let (folder, mut terminal) = with_three();
    let door = std::fs::read(folder.sandbox.root().join(".workshop/engine/supervisor.json")).expect("a door");
    let door: serde_json::Value = serde_json::from_slice(&door).expect("JSON");
    signal(&door["pid"].to_string(), "KILL");
    terminal.frame_of("it is seen", |rows| !rows.join("\n").contains("4/4 ready"));
    terminal.send("?");
    terminal.frame("all steps: search and jump");
    terminal.send(ESC);
    terminal.frame("Checks");
    quit(&mut terminal);
}

#[test]
fn a_flood_of_log_lines_does_not_hold_up_the_keys() {
    let (folder, mut terminal) = with_three();
    let replicas = folder.sandbox.root().join(".workshop/engine/replicas");
    let one = std::fs::read_dir(replicas).expect("replicas").next().expect("one").expect("one").path();
    let path = one.join("log");
    terminal.send("l");
    terminal.frame("All replicas");
    let writer = std::thread::spawn(move || {
        let mut file = std::fs::OpenOptions::new().append(true).open(path).expect("its log");
        let end = Instant::now() + Duration::from_secs(2);
        let mut number = 0;
        while Instant::now() < end {
            for _ in 0..100 {
                number += 1;
                let at = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("now");
                let _ = writeln!(file, "{:020} o flood {number} {}", at.as_nanos(), "가".repeat(60));
            }
            std::thread::park_timeout(Duration::from_millis(50));
        }
        number
    });
    terminal.frame("flood");
    for (key, wanted) in [("/", "take it"), (ESC, "follow")] {
        terminal.send(key);
        terminal.frame(wanted);
    }
    assert!(!writer.is_finished(), "the keys waited for the end of the flood");
    let last = writer.join().expect("it writes");
    terminal.frame(&format!("flood {last} "));
    terminal.send(ESC);
    terminal.frame("Checks");
    wait_for("it is small", Duration::from_secs(5), || resident(terminal.pid()) < 80 << 10);
    quit(&mut terminal);
}

/// Resident memory in KiB.
fn resident(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}
