//! The processes of a [`Place`]: found by what they are, never by a number in a file. A number may be
//! an innocent's by now; a process that was started as this place's supervisor, or that holds a
//! replica's lock and was started as that replica, is nobody else's.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::binary::{REPLICA, REPLICA_VARIABLE, SUPERVISOR};
use super::place::{self, Place};
use super::signals;

/// The name of a replica's lock in its folder.
pub(super) const LOCK: &str = "lock";

/// How long replicas may take to see that their supervisor is gone.
const ORPHANS: Duration = Duration::from_secs(1);
/// How long a process may take to be gone once it is killed.
const KILLED: Duration = Duration::from_secs(5);
const POLL: Duration = Duration::from_millis(20);

/// What keeps a process from answering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Somebody suspended it.
    Stopped,
    /// A debugger holds it.
    Traced,
    Other,
}

/// The supervisor of a place, if one lives.
pub(super) fn supervisor(place: &Place) -> Option<Process> {
    processes(|one| one.is_supervisor(place.root())).into_iter().next()
}

/// Ends the supervisor of a place that does not answer, and what it ran. The ids of replicas (cut)
/// whose locks are held by processes that are not known: they are left alone.
///
/// # Errors
/// The lock is held and its holder is not known to be the supervisor, or does not end.
pub(super) async fn end(place: &Place) -> Result<Vec<String>, ()> {
    let free = |place: &Place| matches!(place.lock(), Ok(Some(_)));
    if let Some(supervisor) = supervisor(place) {
        supervisor.kill();
        let deadline = Instant::now() + KILLED;
        while !free(place) && Instant::now() < deadline {
            tokio::time::sleep(POLL).await;
        }
    }
    if !free(place) {
        return Err(());
    }
    let left = clear(place).await;
    place.close();
    Ok(left)
}

/// Ends what a supervisor that died may have left, and forgets it. A replica ends by itself when
/// its supervisor does, unless it hangs. The ids of those that are left alone.
pub(super) async fn clear(place: &Place) -> Vec<String> {
    let deadline = Instant::now() + ORPHANS;
    let mut left = Vec::new();
    for id in place.replica_ids() {
        let dir = place.replica(&id);
        while lives(&dir) && Instant::now() < deadline {
            tokio::time::sleep(POLL).await;
        }
        if lives(&dir) {
            end_replica(&dir, &id).await;
        }
        if lives(&dir) {
            left.push(id);
        } else {
            let _ = std::fs::remove_dir_all(&dir);
        }
    }
    left
}

async fn end_replica(dir: &Path, id: &str) {
    let lock = dir.join(LOCK);
    let deadline = Instant::now() + KILLED;
    while lives(dir) && Instant::now() < deadline {
        let own = processes(|one| one.is_of_replica(&lock, id));
        if own.is_empty() {
            return;
        }
        own.iter().for_each(Process::kill_all);
        tokio::time::sleep(POLL).await;
    }
}

fn lives(dir: &Path) -> bool {
    dir.join(LOCK).exists() && matches!(place::try_lock(&dir.join(LOCK)), Ok(None))
}

/// The workspace whose stack a process is of, as its command line says it.
pub(super) fn workspace_of(pid: u32) -> Option<PathBuf> {
    let looked = Looked::at(pid)?;
    let root = looked.root().or_else(|| looked.lock()?.ancestors().nth(3).map(Path::to_owned))?;
    root.ancestors().nth(2).map(Path::to_owned)
}

#[cfg(target_os = "linux")]
use linux::{Looked, processes};
#[cfg(target_os = "linux")]
pub(super) use linux::{Process, standing};

#[cfg(not(target_os = "linux"))]
use listed::{Looked, processes};
#[cfg(not(target_os = "linux"))]
pub use listed::{Process, standing};

#[cfg(target_os = "linux")]
mod linux {
    use std::os::fd::OwnedFd;
    use std::os::unix::ffi::OsStringExt;
    use std::os::unix::fs::MetadataExt;

    use rustix::process::{PidfdFlags, Signal, geteuid};

    use super::signals::process_id;
    use super::{Path, PathBuf, REPLICA, REPLICA_VARIABLE, SUPERVISOR, Standing};

    /// A command line and an environment are never longer.
    const LARGEST: u64 = 8 << 20;

    /// A process that was looked at: the handle is that one's, whoever gets its number later.
    pub(crate) struct Process {
        pub pid: u32,
        handle: Option<OwnedFd>,
        /// It leads a group of its own.
        leads: bool,
    }

    impl Process {
        pub(crate) fn kill(&self) {
            let _ = match (&self.handle, process_id(self.pid)) {
                (Some(handle), _) => rustix::process::pidfd_send_signal(handle, Signal::KILL),
                (None, Some(pid)) => rustix::process::kill_process(pid, Signal::KILL),
                (None, None) => Ok(()),
            };
        }

        /// It and what it has started: a replica leads a group of its own.
        pub(crate) fn kill_all(&self) {
            // As long as it stands still its number, and so its group's, is nobody else's.
            let is_there = self
                .handle
                .as_ref()
                .is_none_or(|handle| rustix::process::pidfd_send_signal(handle, Signal::STOP).is_ok());
            if let Some(pid) = process_id(self.pid).filter(|_| self.leads && is_there) {
                let _ = rustix::process::kill_process_group(pid, Signal::KILL);
            }
            self.kill();
        }
    }

    /// What the system says of a process of this user's.
    pub(super) struct Looked {
        dir: PathBuf,
        args: Vec<Vec<u8>>,
    }

    impl Looked {
        pub(super) fn at(pid: u32) -> Option<Self> {
            let dir = PathBuf::from(format!("/proc/{pid}"));
            if dir.metadata().ok()?.uid() != geteuid().as_raw() {
                return None;
            }
            let args = parts(&dir.join("cmdline"))?;
            Some(Self { dir, args })
        }

        fn word(&self, at: usize) -> &[u8] {
            self.args.get(at).map_or(b"", Vec::as_slice)
        }

        pub(super) fn is_supervisor(&self, root: &Path) -> bool {
            // Its folder is known by what it is: it may have another name by now.
            self.word(1) == SUPERVISOR.as_bytes() && same_file(&self.dir.join("cwd"), root)
        }

        /// The folder of the place that it is the supervisor of.
        pub(super) fn root(&self) -> Option<PathBuf> {
            let named = (self.word(1) == SUPERVISOR.as_bytes()).then(|| self.word(2).to_vec())?;
            Some(PathBuf::from(std::ffi::OsString::from_vec(named)))
        }

        /// The lock of the replica that it was started as.
        pub(super) fn lock(&self) -> Option<PathBuf> {
            let named = (self.word(1) == REPLICA.as_bytes()).then(|| self.word(2).to_vec())?;
            Some(PathBuf::from(std::ffi::OsString::from_vec(named)))
        }

        /// It holds the lock, and was started as that replica or by it.
        pub(super) fn is_of_replica(&self, lock: &Path, id: &str) -> bool {
            let own = || {
                self.lock().is_some()
                    || parts(&self.dir.join("environ")).unwrap_or_default().iter().any(|variable| {
                        let value = variable.strip_prefix(format!("{REPLICA_VARIABLE}=").as_bytes());
                        value.is_some_and(|value| value.starts_with(id.as_bytes()))
                    })
            };
            self.holds(lock) && own()
        }

        fn holds(&self, file: &Path) -> bool {
            let open = std::fs::read_dir(self.dir.join("fd")).into_iter().flatten().filter_map(Result::ok);
            open.into_iter().any(|entry| same_file(&entry.path(), file))
        }

        fn leads(&self) -> bool {
            const GROUP: usize = 2;
            let own = self.dir.file_name().and_then(|name| name.to_str()).map(str::to_owned);
            stat(&self.dir).and_then(|fields| fields.get(GROUP).cloned()) == own
        }
    }

    fn parts(path: &Path) -> Option<Vec<Vec<u8>>> {
        let bytes = workshop_disk::bytes(path, LARGEST).ok()?;
        Some(bytes.split(|byte| *byte == 0).map(<[u8]>::to_vec).collect())
    }

    fn same_file(a: &Path, b: &Path) -> bool {
        let key = |path: &Path| path.metadata().map(|meta| (meta.dev(), meta.ino())).ok();
        key(a).is_some_and(|a| key(b) == Some(a))
    }

    /// The fields of `stat` behind the name, which may hold anything: the first is the state.
    fn stat(dir: &Path) -> Option<Vec<String>> {
        let text = workshop_disk::bytes(&dir.join("stat"), LARGEST).ok()?;
        let text = String::from_utf8_lossy(&text).into_owned();
        Some(text.rsplit_once(')')?.1.split_ascii_whitespace().map(str::to_owned).collect())
    }

    pub(crate) fn standing(pid: u32) -> Standing {
        let fields = stat(&PathBuf::from(format!("/proc/{pid}"))).unwrap_or_default();
        match fields.first().map(String::as_str) {
            Some("T") => Standing::Stopped,
            Some("t") => Standing::Traced,
            _ => Standing::Other,
        }
    }

    /// Those processes of this user's that `wanted` names, but for this one.
    pub(super) fn processes(wanted: impl Fn(&Looked) -> bool) -> Vec<Process> {
        let entries = std::fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok);
        let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        let found = pids.filter(|pid| *pid != std::process::id()).filter_map(|number| {
            // First the handle, then the look: what is looked at is what is signalled.
            let handle = rustix::process::pidfd_open(process_id(number)?, PidfdFlags::empty()).ok();
            let looked = Looked::at(number)?;
            wanted(&looked).then(|| Process { pid: number, handle, leads: looked.leads() })
        });
        found.collect()
    }
}

/// Where there is no `/proc`: by what `ps` lists.
#[cfg(any(test, not(target_os = "linux")))]
#[cfg_attr(target_os = "linux", allow(dead_code))]
mod listed {
    use super::{Path, PathBuf, REPLICA, SUPERVISOR, Standing, signals};

    pub(crate) struct Process {
        pub pid: u32,
    }

    impl Process {
        pub(crate) fn kill(&self) {
            signals::send(self.pid, "SIGKILL");
        }

        pub(crate) fn kill_all(&self) {
            signals::send_to_group(self.pid, "SIGKILL");
        }
    }

    /// A line of the list: `PID COMMAND…`.
    pub(crate) struct Looked {
        pub pid: u32,
        command: String,
    }

    impl Looked {
        pub(crate) fn at(pid: u32) -> Option<Self> {
            list(&["-ww", "-p", &pid.to_string(), "-o", "pid=,command="]).pop()
        }

        pub(crate) fn of(line: &str) -> Option<Self> {
            let (pid, command) = line.trim_start().split_once(' ')?;
            Some(Self { pid: pid.parse().ok()?, command: command.trim().to_owned() })
        }

        pub(crate) fn is_supervisor(&self, root: &Path) -> bool {
            self.command.ends_with(&format!(" {SUPERVISOR} {}", root.display()))
        }

        pub(crate) fn root(&self) -> Option<PathBuf> {
            Some(PathBuf::from(self.command.split_once(&format!(" {SUPERVISOR} "))?.1))
        }

        pub(crate) fn lock(&self) -> Option<PathBuf> {
            let rest = self.command.split_once(&format!(" {REPLICA} "))?.1;
            let end = rest.find("/lock ")? + "/lock".len();
            Some(PathBuf::from(&rest[..end]))
        }

        pub(crate) fn is_of_replica(&self, lock: &Path, _: &str) -> bool {
            self.lock().is_some_and(|own| own == lock)
        }
    }

    fn list(args: &[&str]) -> Vec<Looked> {
        let output = std::process::Command::new("ps").args(args).output();
        let text =
            output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
        text.lines().filter_map(Looked::of).collect()
    }

    pub(crate) fn standing(pid: u32) -> Standing {
        let output = std::process::Command::new("ps").args(["-p", &pid.to_string(), "-o", "state="]).output();
        match output.ok().and_then(|output| output.stdout.first().copied()) {
            Some(b'T') => Standing::Stopped,
            _ => Standing::Other,
        }
    }

    pub(crate) fn processes(wanted: impl Fn(&Looked) -> bool) -> Vec<Process> {
        let all = list(&["-x", "-ww", "-o", "pid=,command="]);
        all.iter().filter(|one| wanted(one)).map(|one| Process { pid: one.pid }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_is_read() {
        let look = |line: &str| listed::Looked::of(line).unwrap();
        let root = Path::new("/내 w/engine");
        let supervisor = look("  12 workshop-supervisor __supervisor /내 w/engine");
        assert!(supervisor.pid == 12 && supervisor.is_supervisor(root));
        assert!(!look("12 vi __supervisor /other").is_supervisor(root));
        let replica = look("7 nginx __replica /내 w/engine/replicas/ab/lock nginx /x/front.json");
        assert!(replica.is_of_replica(Path::new("/내 w/engine/replicas/ab/lock"), "ab"));
        assert!(!look("7 sleep 100").is_of_replica(Path::new("/lock"), ""));
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn who_holds_a_lock_and_is_not_known_is_left_alone() {
        let temp = tempfile::tempdir().unwrap();
        let place = Place::within(temp.path());
        place.prepare().unwrap();
        let dir = place.replica("0123456789ab");
        place::folder(&dir).unwrap();
        // An innocent, named by a file as an earlier version wrote it, and a lock that is held here.
        let mut innocent = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        for pid in [innocent.id().to_string(), "-1".into(), "0".into(), "1".into(), u64::MAX.to_string()] {
            std::fs::write(dir.join("pid"), pid).unwrap();
            let lock = place::try_lock(&dir.join(LOCK)).unwrap().unwrap();
            assert_eq!(clear(&place).await, ["0123456789ab"]);
            drop(lock);
        }
        assert_eq!(innocent.try_wait().unwrap(), None);
        assert_eq!(clear(&place).await, [""; 0]);
        assert!(!dir.exists());
        innocent.kill().unwrap();
        innocent.wait().unwrap();
    }
}
