//! Ports of this machine: whether an engine could publish one, and another where it could not.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::time::Duration;

use super::{EngineKind, embedded};

/// Ports that are tried when the wanted one is taken.
const OTHERS: std::ops::Range<u16> = 8080..8180;

/// What comes of publishing a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// Nothing listens there, and it may be opened.
    Free,
    /// Something listens there.
    Taken,
    /// Only root may open it, and it is us who would.
    NotAllowed,
}

/// Whether `engine` could publish `port`: at its address, and with its rights or this user's.
pub fn opening(port: u16, engine: EngineKind) -> Opening {
    let answers = || {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        TcpStream::connect_timeout(&address, Duration::from_millis(300)).is_ok()
    };
    let bound = TcpListener::bind((engine.publishes_at, port)).map(drop);
    match bound.map_err(|error| error.kind()) {
        Err(ErrorKind::PermissionDenied) if !engine.has_rights => Opening::NotAllowed,
        Err(ErrorKind::PermissionDenied) if !answers() => Opening::Free,
        Err(_) => Opening::Taken,
        // Some systems let one program have the loopback address of another's port.
        Ok(()) if engine.publishes_at.is_loopback() && answers() => Opening::Taken,
        Ok(()) => Opening::Free,
    }
}

/// `wanted` where nothing has it, else the first free one of a few others; none of `given`, which
/// are the stack's already. `wanted` itself where all are taken.
pub fn free(wanted: u16, engine: EngineKind, given: &[u16]) -> u16 {
    let is_free = |port: &u16| !given.contains(port) && opening(*port, engine) == Opening::Free;
    std::iter::once(wanted).chain(OTHERS).find(is_free).unwrap_or(wanted)
}

/// Who listens at a port of this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// The stack of a workspace, by its folder.
    Stack(PathBuf),
    /// Any other program.
    Program {
        /// The name of its process, as the system lists it.
        name: String,
        /// The process's id.
        pid: u32,
    },
}

/// Who listens at `port`; `None` where the system does not tell, as of another user's programs.
pub fn holder(port: u16) -> Option<Holder> {
    let pid = listener(port)?;
    if let Some(workspace) = embedded::workspace_of(pid) {
        return Some(Holder::Stack(workspace));
    }
    let name = workshop_disk::bytes(format!("/proc/{pid}/comm").as_ref(), 1 << 10).ok()?;
    Some(Holder::Program { name: String::from_utf8_lossy(&name).trim().to_owned(), pid })
}

/// The process that listens at the port: the one that has a socket which the system's tables name.
#[cfg(target_os = "linux")]
fn listener(port: u16) -> Option<u32> {
    const LISTENS: &str = "0A";
    const LARGEST: u64 = 64 << 20;
    let tables =
        ["/proc/net/tcp", "/proc/net/tcp6"].map(|table| workshop_disk::bytes(table.as_ref(), LARGEST));
    let tables = tables.map(|table| String::from_utf8_lossy(&table.unwrap_or_default()).into_owned());
    let at = format!(":{port:04X}");
    let sockets: Vec<String> = tables
        .iter()
        .flat_map(|table| table.lines())
        .map(|line| line.split_ascii_whitespace().collect::<Vec<_>>())
        .filter(|row| row.len() > 9 && row[3] == LISTENS && row[1].ends_with(&at))
        .map(|row| format!("socket:[{}]", row[9]))
        .collect();
    let has = |pid: &u32| {
        let open = std::fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().filter_map(Result::ok);
        open.filter_map(|entry| std::fs::read_link(entry.path()).ok())
            .any(|target| sockets.iter().any(|socket| target.as_os_str() == socket.as_str()))
    };
    let all = std::fs::read_dir("/proc").ok()?.filter_map(Result::ok);
    let mut pids = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    (!sockets.is_empty()).then(|| pids.find(has)).flatten()
}

#[cfg(not(target_os = "linux"))]
const fn listener(_: u16) -> Option<u32> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_ports_of_one_stack_never_get_the_same_substitute() {
        let taken = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).unwrap();
        let wanted = taken.local_addr().unwrap().port();
        for engine in EngineKind::ALL {
            assert_eq!(opening(wanted, engine), Opening::Taken, "{engine:?}");
            let first = free(wanted, engine, &[]);
            let second = free(wanted, engine, &[first]);
            assert_ne!(first, wanted, "{engine:?}");
            assert!(second != first && second != wanted, "{engine:?}: {first}, {second}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn who_listens_is_told() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let Some(Holder::Program { pid, .. }) = holder(port) else { panic!("this program") };
        assert_eq!(pid, std::process::id());
        drop(listener);
        assert_eq!(holder(port), None);
    }

    #[test]
    fn a_port_that_the_stack_has_given_away_is_not_free_to_it() {
        let free_one = {
            let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).unwrap();
            listener.local_addr().unwrap().port()
        };
        assert_ne!(free(free_one, EngineKind::DOCKER, &[free_one]), free_one);
    }
}
