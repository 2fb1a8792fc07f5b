//! A test's own clusters, taken away when it ends however it ends, and what they leave on the machine.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::harness::{Run, Sandbox, wait_for};

/// How long what a swarm finds out by itself may take.
pub(super) const LIMIT: Duration = Duration::from_secs(90);

pub(super) struct Lab {
    pub sandbox: Sandbox,
    clusters: Vec<&'static str>,
}

impl Drop for Lab {
    fn drop(&mut self) {
        for name in &self.clusters {
            let _ = self.sandbox.command().args(["cluster", "down", "--name", name]).output();
        }
    }
}

impl Lab {
    /// `None` where there can be no clusters of these names.
    #[track_caller]
    pub(super) fn of(clusters: &[&'static str]) -> Option<Self> {
        let output = |program: &str, args: &[&str]| Command::new(program).args(args).output();
        let is_root = output("id", &["-u"]).is_ok_and(|said| said.stdout == b"0\n");
        let has = |program: &str| output(program, &["--version"]).is_ok_and(|said| said.status.success());
        let can = is_root && ["dockerd", "docker", "nsenter", "unshare"].into_iter().all(has);
        let wanted = std::env::var("WORKSHOP_TEST_ENGINES")
            .is_ok_and(|names| names.split(',').any(|name| name == "swarm"));
        assert!(can || !wanted, "WORKSHOP_TEST_ENGINES names swarm, and this machine cannot have one");
        if !wanted {
            eprintln!("skipped: WORKSHOP_TEST_ENGINES does not name swarm");
        }
        wanted.then(|| Self { sandbox: Sandbox::new(), clusters: clusters.to_vec() })
    }

    #[track_caller]
    pub(super) fn run(&self, name: &str, words: &str) -> Run {
        let words = words.split(' ').filter(|word| !word.is_empty());
        self.sandbox.run(["cluster", "--name", name].into_iter().chain(words))
    }

    /// The program at work, not waited for.
    pub(super) fn begun(&self, name: &str, words: &str) -> Child {
        let mut command = self.sandbox.command();
        command.args(["cluster", "--name", name]).args(words.split(' '));
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts")
    }

    /// The cluster as `status --json` has it.
    #[track_caller]
    pub(super) fn status(&self, name: &str) -> Value {
        self.run(name, "status --json").code(0).json()["cluster"].clone()
    }

    /// A field of a node: `status`, `link/state`.
    #[track_caller]
    pub(super) fn node(&self, name: &str, number: usize, field: &str) -> String {
        let status = self.status(name);
        let found = status.pointer(&format!("/nodes/{}/{field}", number - 1));
        found.map_or(String::new(), |value| value.as_str().map_or(value.to_string(), str::to_owned))
    }

    #[track_caller]
    pub(super) fn wait_node(&self, name: &str, number: usize, field: &str, wanted: &str) {
        let what = format!("node{number} of {name}: {field} {wanted}");
        wait_for(&what, LIMIT, || self.node(name, number, field) == wanted);
    }

    /// Docker's answer on a node.
    #[track_caller]
    pub(super) fn docker(&self, name: &str, number: usize, args: &[&str]) -> String {
        let host = format!("unix://{}/node{number}/docker.sock", self.folder(name).display());
        let said = Command::new("docker").args(["-H", &host]).args(args).output().expect("docker");
        assert!(said.status.success(), "{args:?}: {}", String::from_utf8_lossy(&said.stderr));
        String::from_utf8(said.stdout).expect("UTF-8")
    }

    pub(super) fn folder(&self, name: &str) -> PathBuf {
        self.clusters_folder().join(name)
    }

    fn clusters_folder(&self) -> PathBuf {
        let state = self.sandbox.env().find(|(name, _)| *name == "XDG_STATE_HOME").expect("a state folder").1;
        Path::new(state).join("workshop/clusters")
    }

    /// All that this machine has of the test's clusters.
    pub(super) fn traces(&self) -> Vec<String> {
        let state = self.clusters_folder().display().to_string();
        let entries = |dir: &str| fs::read_dir(dir).into_iter().flatten().filter_map(Result::ok);
        let mut found: Vec<String> =
            entries(&state).map(|entry| format!("folder {}", entry.path().display())).collect();
        let mounts = fs::read_to_string("/proc/self/mountinfo").expect("the mounts");
        found.extend(mounts.lines().filter(|line| line.contains(&state)).map(|line| format!("mount {line}")));
        for process in entries("/proc") {
            let arguments = fs::read(process.path().join("cmdline")).unwrap_or_default();
            let arguments = String::from_utf8_lossy(&arguments).replace('\0', " ");
            if arguments.contains(&state) {
                found.push(format!("process {} {arguments}", process.path().display()));
            }
        }
        found
    }

    /// Network namespaces and control groups of all clusters of this machine, and links in its own.
    pub(super) fn marks() -> Vec<String> {
        let listed = |dir: &Path| {
            let entries = fs::read_dir(dir).into_iter().flatten().filter_map(Result::ok);
            entries.map(|entry| entry.path()).collect::<Vec<_>>()
        };
        let is_ours = |path: &PathBuf| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            name.strip_prefix("workshop-").is_some_and(|rest| {
                rest.len() > 17 && rest.bytes().take(16).all(|byte| byte.is_ascii_hexdigit())
            })
        };
        let groups = listed(Path::new("/sys/fs/cgroup"));
        let places = groups.iter().flat_map(|group| listed(group)).chain(groups.clone());
        let mut marks: Vec<String> = places
            .chain(listed(Path::new("/run/netns")))
            .filter(is_ours)
            .map(|path| path.display().to_string())
            .collect();
        let links = listed(Path::new("/sys/class/net"));
        let is_cable = |path: &PathBuf| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let is_uplink =
                |rest: &str| rest.len() == 12 && rest.bytes().all(|byte| byte.is_ascii_hexdigit());
            name == "switch0" || name.starts_with("node") || name.strip_prefix("ws").is_some_and(is_uplink)
        };
        marks.extend(links.into_iter().filter(is_cable).map(|path| path.display().to_string()));
        marks
    }

    #[track_caller]
    pub(super) fn left_nothing(&self) {
        assert_eq!(self.traces(), Vec::<String>::new());
        assert_eq!(Self::marks(), Vec::<String>::new());
    }

    /// What of this machine's own Docker a swarm would change.
    pub(super) fn own_docker() -> String {
        let asked: [&[&str]; 3] = [
            &["info", "--format", "{{.Swarm.LocalNodeState}} {{.Swarm.NodeID}}"],
            &["network", "ls", "--filter", "driver=overlay", "--format", "{{.Name}}"],
            &["ps", "-aq", "--filter", "label=com.docker.swarm.service.name"],
        ];
        let said = asked.map(|args| Command::new("docker").args(args).output().expect("docker").stdout);
        said.map(|said| String::from_utf8(said).expect("UTF-8")).join("|")
    }
}

/// Only one test at a time makes clusters: each looks at all that there are.
pub(super) fn alone() -> std::sync::MutexGuard<'static, ()> {
    static ONE: std::sync::Mutex<()> = std::sync::Mutex::new(());
    ONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Sends a signal to a program of the test's own.
#[track_caller]
pub(super) fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([&format!("-{name}"), &child.id().to_string()]).status();
    assert!(sent.expect("kill").success());
}
