//! Ports of this machine: whether an engine could publish one, and another where it could not.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use super::EngineKind;

/// Ports that are tried when the wanted one is taken.
const OTHERS: std::ops::Range<u16> = 8080..8180;

/// What comes of publishing a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    Free,
    Taken,
    /// Only root may open it, and it is us who would.
    NotAllowed,
}

/// Whether `engine` could publish `port`. Docker opens it by itself, on every address and with
/// rights of its own; the embedded engine's processes are this user's, on the loopback address.
pub fn opening(port: u16, engine: EngineKind) -> Opening {
    let answers = || {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        TcpStream::connect_timeout(&address, Duration::from_millis(300)).is_ok()
    };
    let address = match engine {
        EngineKind::Docker => Ipv4Addr::UNSPECIFIED,
        EngineKind::Embedded => Ipv4Addr::LOCALHOST,
    };
    let bound = TcpListener::bind((address, port)).map(drop).map_err(|error| error.kind());
    let not_allowed = bound == Err(std::io::ErrorKind::PermissionDenied);
    match engine {
        EngineKind::Docker if bound.is_ok() || (not_allowed && !answers()) => Opening::Free,
        EngineKind::Embedded if not_allowed => Opening::NotAllowed,
        // Some systems let one program have the loopback address of another's port.
        EngineKind::Embedded if bound.is_ok() && !answers() => Opening::Free,
        _ => Opening::Taken,
    }
}

/// `wanted` where nothing has it, else the first free one of a few others; none of `given`, which
/// are the stack's already. `wanted` itself where all are taken.
pub fn free(wanted: u16, engine: EngineKind, given: &[u16]) -> u16 {
    let is_free = |port: &u16| !given.contains(port) && opening(*port, engine) == Opening::Free;
    std::iter::once(wanted).chain(OTHERS).find(is_free).unwrap_or(wanted)
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

    #[test]
    fn a_port_that_the_stack_has_given_away_is_not_free_to_it() {
        let free_one = {
            let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).unwrap();
            listener.local_addr().unwrap().port()
        };
        assert_ne!(free(free_one, EngineKind::Docker, &[free_one]), free_one);
    }
}
