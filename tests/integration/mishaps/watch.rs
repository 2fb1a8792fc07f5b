//! `check --watch`: a save is noticed however the editor makes it, and Ctrl-C ends it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::cli::at_step;
use crate::harness::{Sandbox, wait_for};

const LIMIT: Duration = Duration::from_secs(5);

/// Ctrl-C.
pub(crate) fn interrupt(child: &Child) {
    let pid = rustix::process::Pid::from_child(child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).expect("it runs");
}

/// A watching program; it ends with the test.
struct Watch {
    child: Child,
    said: Arc<Mutex<String>>,
}

impl Watch {
    fn start(sandbox: &Sandbox) -> Self {
        let mut command = sandbox.command();
        command.args(["check", "--watch"]).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let said = Arc::new(Mutex::new(String::new()));
        let (lines, kept) = (BufReader::new(child.stdout.take().unwrap()).lines(), Arc::clone(&said));
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                *kept.lock().unwrap() += &format!("{line}\n");
            }
        });
        Self { child, said }
    }

    fn count(&self, words: &str) -> usize {
        self.said.lock().unwrap().matches(words).count()
    }

    /// Waits until `words` were said `count` times in all.
    #[track_caller]
    fn hears(&self, words: &str, count: usize) -> Duration {
        let begun = Instant::now();
        let what = format!("{words:?} {count} times");
        wait_for(&what, LIMIT, || self.count(words) >= count);
        begun.elapsed()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const PASS: &str = "✓ pass         Step 5";
const NOT_YET: &str = "✗ not yet      Step 5";

#[test]
fn a_save_is_checked_however_it_is_made() {
    let sandbox = at_step("remove-container-name");
    let wrong = sandbox.read("docker-compose.yml");
    let right = wrong.replace("    container_name: ${COMPOSE_PROJECT_NAME:-contoso}-backend\n", "");
    let watch = Watch::start(&sandbox);
    watch.hears(NOT_YET, 1);
    let mut times = Vec::new();

    sandbox.write("docker-compose.yml", &right);
    times.push(watch.hears(PASS, 1));
    // As vim and VS Code do: a new file takes the old one's place.
    sandbox.write(".docker-compose.yml.swp", &wrong);
    std::fs::rename(sandbox.path(".docker-compose.yml.swp"), sandbox.path("docker-compose.yml")).unwrap();
    times.push(watch.hears(NOT_YET, 2));
    // Half of it is on disk for a while; what counts is the whole.
    let before = watch.count("✗");
    sandbox.write("docker-compose.yml", &right[..right.find("healthcheck").unwrap() + 4]);
    wait_for("the half is seen", LIMIT, || watch.count("✗") > before || watch.count("✓") > 0);
    sandbox.write("docker-compose.yml", &right);
    let passes = watch.count(PASS);
    times.push(watch.hears(PASS, passes.max(2)));
    // The file is not there between two moments.
    std::fs::remove_file(sandbox.path("docker-compose.yml")).unwrap();
    watch.hears("docker-compose.yml is not there", 1);
    let passes = watch.count(PASS);
    sandbox.write("docker-compose.yml", &right);
    times.push(watch.hears(PASS, passes + 1));
    eprintln!("from a save to its verdict: {times:?}");
}

#[test]
fn ctrl_c_ends_watching() {
    let sandbox = at_step("remove-container-name");
    let mut watch = Watch::start(&sandbox);
    watch.hears(NOT_YET, 1);
    interrupt(&watch.child);
    let mut ended = None;
    wait_for("it ends", Duration::from_secs(3), || {
        ended = watch.child.try_wait().unwrap();
        ended.is_some()
    });
    assert_eq!(ended.and_then(|status| status.code()), Some(130));
    sandbox.run(["status"]).code(0).says("> 5 open");
}
