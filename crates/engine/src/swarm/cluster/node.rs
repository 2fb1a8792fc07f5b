//! One node: a `dockerd` that finds itself on a machine of its own.

use std::fs;
use std::io;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use super::ClusterError;
use super::place::{Place, node_name, unusable};
use super::tool::{self, Stop};

/// How long an engine may take until it answers.
const ANSWERS_WITHIN: Duration = Duration::from_secs(60);

/// What the first process of a node's namespaces does. `$1` is the node's name, `$2` its folder, the
/// rest are arguments of `dockerd`.
///
/// The shell stays, as the first process that takes in the orphans of the rest; when the engine ends,
/// so does it, and the system ends all that was in there. `/run` is the node's own, since Docker has
/// sockets at fixed places there. A name server that does not answer at once is never waited for.
const BOOT: &str = r#"set -e
echo "$1" > /proc/sys/kernel/hostname
names=$(readlink -m /etc/resolv.conf)
mount -t tmpfs -o mode=755 tmpfs /run
case $names in /run/*) mkdir -p "${names%/*}"; : > "$names" ;; esac
mount --bind "$2/resolv.conf" "$names"
if [ -d /etc/docker ]; then mount --bind "$2/etc" /etc/docker; fi
shift 2
dockerd "$@"
exit $?
"#;

/// Makes a node's folder, with the files that its engine reads.
pub(super) fn prepare(place: &Place, node: u8, driver: Option<&str>) -> Result<(), ClusterError> {
    let dir = place.node_dir(node);
    let about = |error: io::Error| unusable(&dir, &error);
    for folder in [dir.clone(), dir.join("etc"), dir.join("data")] {
        workshop_disk::private_folder(&folder).map_err(about)?;
    }
    let config = match driver {
        Some(driver) => serde_json::json!({ "storage-driver": driver }),
        None => serde_json::json!({}),
    };
    let files = [("daemon.json", config.to_string()), ("resolv.conf", "nameserver 127.0.0.1\n".to_owned())];
    for (name, content) in files {
        workshop_disk::write(&dir.join(name), content.as_bytes(), Some(0o644), &dir).map_err(about)?;
    }
    Ok(())
}

/// Starts a node's engine; it outlives this program. What comes back lives as long as the engine.
pub(super) fn start(place: &Place, node: u8) -> Result<Child, ClusterError> {
    let dir = place.node_dir(node);
    let about = |error: io::Error| unusable(&dir, &error);
    let log = fs::OpenOptions::new().create(true).append(true).open(place.log(node)).map_err(about)?;
    let errors = log.try_clone().map_err(about)?;
    let mut boot = tool::command("nsenter");
    boot.arg(format!("--net=/run/netns/{}", place.namespace(node))).args(["--", "unshare"]);
    boot.args(["--mount", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc"]);
    boot.args(["--propagation", "private", "--", "sh", "-c", BOOT, "sh"]);
    boot.arg(node_name(node)).arg(&dir);
    boot.arg("--config-file").arg(dir.join("daemon.json")).arg("--data-root").arg(dir.join("data"));
    boot.args(["--exec-root", "/run/docker/exec", "--pidfile", "/run/docker.pid"]);
    boot.args(["--exec-opt", "native.cgroupdriver=cgroupfs", "-H"]).arg(place.host(node));
    boot.arg("--cgroup-parent").arg(format!("/{}", place.group(node)));
    boot.current_dir("/").stdout(Stdio::from(log)).stderr(Stdio::from(errors));
    boot.spawn().map_err(|error| ClusterError::NodeFailed {
        node: node_name(node),
        reason: workshop_disk::reason(&error),
    })
}

/// Waits until a node's engine answers.
pub(super) fn wait(place: &Place, node: u8, engine: &mut Child, stop: &Stop) -> Result<(), ClusterError> {
    let deadline = Instant::now() + ANSWERS_WITHIN;
    let failed = || ClusterError::NodeFailed { node: node_name(node), reason: place.last_words(node) };
    loop {
        if place.socket(node).exists() {
            let mut asked = tool::docker(&place.host(node));
            asked.args(["version", "--format", "{{.Server.Version}}"]);
            if tool::run(asked, tool::SHORT, stop).is_ok() {
                return Ok(());
            }
        }
        stop.ask()?;
        if Instant::now() > deadline || !matches!(engine.try_wait(), Ok(None)) {
            return Err(failed());
        }
        std::thread::sleep(tool::PAUSE);
    }
}
