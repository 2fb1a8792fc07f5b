//! Ctrl-C at the worst moments: the program ends soon and with 130, nothing it started goes on, and
//! the next command works.

use std::os::unix::process::CommandExt;
use std::process::{Child, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};

use super::lab::Lab;
use super::outside::docker;
use crate::harness::wait_for;

/// How soon "soon" is, on a busy machine.
const SOON: Duration = Duration::from_secs(15);
/// The variable by which a started program's children are known.
const MARK: &str = "WORKSHOP_TEST_MARK";

struct Started {
    child: Child,
    mark: String,
}

impl Started {
    fn new(lab: &Lab, args: &[String]) -> Self {
        let mark = format!("{}-{}", lab.name, super::lab::free_port());
        let mut command = lab.command();
        command.args(args).env(MARK, &mark).process_group(0);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
        Self { child, mark }
    }

    /// What Ctrl-C at a terminal does: the signal goes to the whole group.
    #[track_caller]
    fn interrupt(mut self) {
        let group = Pid::from_child(&self.child);
        kill_process_group(group, Signal::INT).expect("the group is there");
        let mut status = None;
        wait_for("the end", SOON, || {
            status = self.child.try_wait().expect("a child");
            status.is_some()
        });
        assert_eq!(status.and_then(|status| status.code()), Some(130));
        wait_for("the end of its children", SOON, || self.alive().is_empty());
    }

    /// Command lines of processes that came of this one.
    fn alive(&self) -> Vec<String> {
        let mark = format!("{MARK}={}", self.mark);
        let processes = std::fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok);
        processes
            .filter(|entry| {
                let environment = std::fs::read(entry.path().join("environ")).unwrap_or_default();
                environment.split(|byte| *byte == 0).any(|one| one == mark.as_bytes())
            })
            .filter_map(|entry| std::fs::read_to_string(entry.path().join("cmdline")).ok())
            .filter(|line| !line.is_empty())
            .collect()
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn ctrl_c_ends_apply_and_a_check_under_way_and_leaves_nothing_running() {
    let Some(lab) = Lab::at("scale-to-3") else { return };
    let apply = Started::new(&lab, &["apply".to_owned(), "--yes".to_owned()]);
    wait_for("a first container", Duration::from_secs(60), || !lab.containers().is_empty());
    apply.interrupt();
    lab.run(["status"]).code(0);
    lab.run(["apply", "--yes"]).code(0);
    let started = || docker(&["inspect", "-f", "{{.State.StartedAt}}", &lab.replica("backend-1")]);
    let before = started();
    let steady = r#"steady = { path = "/api/posts", rate = 50, from = { service = "backend", replicas = 3 }, after = "120s" }"#;
    let check = Started::new(&lab, &lab.probe_args(&["docker restart {backend-1}"], steady));
    wait_for("the check's own restart", Duration::from_secs(60), || started() != before);
    check.interrupt();
    lab.run(["check"]).code(0);
}
