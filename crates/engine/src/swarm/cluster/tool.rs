//! The system's programs: whether they are there, and [`run`], which bounds their time and output.

use std::ffi::OsStr;
use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::ClusterError;

/// How long to wait before looking again.
pub(super) const PAUSE: Duration = Duration::from_millis(20);
/// How long a program that changes one thing may take.
pub(super) const SHORT: Duration = Duration::from_secs(15);
/// The most that is kept of what a program writes, in bytes.
const MOST: u64 = 1 << 20;

/// The programs, and the packages that have them.
const PROGRAMS: [(&str, &str); 6] = [
    ("ip", "iproute2"),
    ("nsenter", "util-linux"),
    ("unshare", "util-linux"),
    ("mount", "mount"),
    ("dockerd", "docker.io"),
    ("docker", "docker.io"),
];
/// Variables that lead the Docker client or engine elsewhere.
const ELSEWHERE: [&str; 5] =
    ["DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_TLS", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"];

/// Said by whoever wants a long work to stop.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// It is to stop.
    pub fn say(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    pub(super) fn ask(&self) -> Result<(), ClusterError> {
        if self.0.load(Ordering::SeqCst) { Err(ClusterError::Stopped) } else { Ok(()) }
    }
}

/// Whether this machine and user can have nodes.
pub(super) fn require() -> Result<(), ClusterError> {
    require_root()?;
    for (program, package) in PROGRAMS {
        if !is_installed(program) {
            return Err(ClusterError::Missing { program: program.into(), package: package.into() });
        }
    }
    Ok(())
}

/// Whether this user can change nodes.
pub(super) fn require_root() -> Result<(), ClusterError> {
    if !cfg!(target_os = "linux") {
        return Err(ClusterError::NotLinux);
    }
    if rustix::process::geteuid().is_root() { Ok(()) } else { Err(ClusterError::NotRoot) }
}

fn is_installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|dir| dir.join(program).is_file())
}

/// A program that is not led elsewhere by the environment, and hears no Ctrl-C of the terminal.
pub(super) fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    for name in ELSEWHERE {
        command.env_remove(name);
    }
    command.stdin(Stdio::null()).process_group(0);
    command
}

/// The client, about the engine at `host`.
pub(super) fn docker(host: &str) -> Command {
    let mut docker = command("docker");
    docker.args(["-H", host]);
    docker
}

/// `ip` with these words.
pub(super) fn ip<A: AsRef<OsStr>>(args: impl IntoIterator<Item = A>) -> Result<String, ClusterError> {
    let mut ip = command("ip");
    ip.args(args);
    run(ip, SHORT, &Stop::default())
}

/// Runs it to its end; what it wrote to standard output.
pub(super) fn run(mut command: Command, limit: Duration, stop: &Stop) -> Result<String, ClusterError> {
    stop.ask()?;
    let name = typed(&command);
    let refused = |reason: String| ClusterError::Refused { command: name.clone(), reason };
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let spawned = command.spawn().map_err(|error| refused(workshop_disk::reason(&error)))?;
    let mut child = Bound(spawned);
    let (out, err) = (collect(child.0.stdout.take()), collect(child.0.stderr.take()));
    let deadline = Instant::now() + limit;
    let status = loop {
        match child.0.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if Instant::now() > deadline => {
                return Err(ClusterError::TimedOut { command: name, seconds: limit.as_secs() });
            }
            Ok(None) => stop.ask()?,
            Err(error) => return Err(refused(workshop_disk::reason(&error))),
        }
        std::thread::sleep(PAUSE);
    };
    let (out, err) = (text(out), text(err));
    match status.success() {
        true => Ok(out),
        false => {
            Err(refused(err.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default().to_owned()))
        }
    }
}

/// A program that does not outlive the wait for it.
struct Bound(Child);

impl Drop for Bound {
    fn drop(&mut self) {
        if let Ok(None) = self.0.try_wait() {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }
}

fn collect(pipe: Option<impl Read + Send + 'static>) -> Option<JoinHandle<Vec<u8>>> {
    let mut pipe = pipe?;
    Some(std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = (&mut pipe).take(MOST).read_to_end(&mut bytes);
        // What is too much is read all the same, so that the program is not held up.
        let _ = io::copy(&mut pipe, &mut io::sink());
        bytes
    }))
}

fn text(reader: Option<JoinHandle<Vec<u8>>>) -> String {
    let bytes = reader.and_then(|reader| reader.join().ok()).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// As a person would type it.
fn typed(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}
