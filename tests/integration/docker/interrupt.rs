//! Ctrl-C at the worst moments: the program ends soon and with 130, nothing it started goes on, and
//! the next command works.

use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};

use super::lab::Lab;
use super::outside::docker;
use crate::harness::wait_for;

/// How soon "soon" is, on a busy machine.
const SOON: Duration = Duration::from_secs(15);

struct Started {
    child: Child,
    /// The folder that the program's children work in, by which they are known.
    dir: PathBuf,
}

impl Started {
    fn new(lab: &Lab, args: &[String]) -> Self {
        let mut command = lab.command();
        command.args(args).process_group(0);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
        Self { child, dir: std::fs::canonicalize(lab.sandbox.root()).expect("a folder") }
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

    /// Command lines of processes in that folder.
    fn alive(&self) -> Vec<String> {
        let processes = std::fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok);
        processes
            .filter(|entry| {
                std::fs::read_link(entry.path().join("cwd")).is_ok_and(|dir| dir.starts_with(&self.dir))
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
