//! Where a replica listens: an address of its own on the loopback network, where the system has
//! more than one (Linux), else a free port of `127.0.0.1`.
//!
//! The container's own port is kept where it is free there, so that addresses in logs read as they
//! would in a container; where it is not, another stands for it, and names lead to that one.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::path::Path;

/// Where one replica is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub ip: Ipv4Addr,
    /// The container's port → where it really is.
    pub ports: BTreeMap<u16, SocketAddr>,
}

/// Gives addresses out, each to one replica.
#[derive(Debug)]
pub(super) struct Addresses {
    /// The second number of every address: one a workspace.
    network: u8,
    /// Held as long as this supervisor lives: no other one of this machine gives the same addresses
    /// out. That a port is free is not enough: a server that is starting has not taken it yet.
    _claim: Option<UdpSocket>,
    next: u16,
    /// Where a service's replica of that number was: one that is made anew is found there again by
    /// those that looked its name up once.
    before: BTreeMap<(String, u32), Address>,
}

/// Addresses that are tried before another port is taken.
const TRIES: usize = 4;
/// Networks that there are: 127.64 and above, far from what people use by hand.
const NETWORKS: u64 = 190;
/// Whoever holds this UDP port of a network's gateway has the network.
const CLAIM: u16 = 20_064;

impl Addresses {
    pub(super) fn new(place: &Path) -> Self {
        let sum = crate::project::fnv1a(place.as_os_str().as_encoded_bytes());
        let mut networks = (0..NETWORKS).map(|step| 64 + ((sum % NETWORKS + step) % NETWORKS) as u8);
        let first = networks.clone().next().unwrap_or(64);
        let claimed = networks.find_map(|network| {
            let claim = UdpSocket::bind((gateway(network), CLAIM)).ok()?;
            Some((network, Some(claim)))
        });
        // Where the loopback network is one address alone, there is nothing to claim.
        let (network, claim) = claimed.unwrap_or((first, None));
        Self { network, _claim: claim, next: 1, before: BTreeMap::new() }
    }

    /// What a client of a published port looks like from inside: a bridge network's gateway.
    pub(super) const fn gateway(&self) -> Ipv4Addr {
        gateway(self.network)
    }

    /// An address for a service's replica of that number: the one that it had, else a new one.
    pub(super) fn of(
        &mut self,
        service: &str,
        index: u32,
        used: &BTreeSet<Ipv4Addr>,
        ports: &[u16],
    ) -> Address {
        let key = (service.to_owned(), index);
        let had = self.before.get(&key).filter(|address| !used.contains(&address.ip)).cloned();
        let address = match had {
            Some(mut address) => {
                Self::renew(&mut address, ports);
                address
            }
            None => {
                let mut kept: BTreeSet<Ipv4Addr> = self.before.values().map(|address| address.ip).collect();
                kept.extend(used);
                self.home(service, index, &kept, ports).unwrap_or_else(|| self.take(&kept, ports))
            }
        };
        self.before.insert(key, address.clone());
        address
    }

    fn candidate(&mut self) -> Ipv4Addr {
        self.next = if self.next % 256 >= 254 { self.next + 3 } else { self.next + 1 };
        let [third, fourth] = self.next.to_be_bytes();
        Ipv4Addr::new(127, self.network, third, fourth.max(1))
    }

    /// The address that is a service's by its name: a supervisor after this one gives it the same,
    /// since others may have written it down (a database writes down where it replicates from). None
    /// where somebody is there.
    fn home(&self, service: &str, index: u32, used: &BTreeSet<Ipv4Addr>, ports: &[u16]) -> Option<Address> {
        let sum = crate::project::fnv1a(format!("{service}/{index}").as_bytes());
        // Beyond those that are given out in turn.
        let (third, fourth) = (16 + sum % 224, 1 + (sum >> 16) % 254);
        let ip = Ipv4Addr::new(127, self.network, third as u8, fourth as u8);
        let is_free = !used.contains(&ip) && ports.iter().all(|port| can_listen(ip, *port).is_ok());
        let at = |port: &u16| (*port, SocketAddr::from((ip, *port)));
        (is_free && can_listen(ip, 0).is_ok()).then(|| Address { ip, ports: ports.iter().map(at).collect() })
    }

    /// An address that none of `used` is, with `ports` free there.
    fn take(&mut self, used: &BTreeSet<Ipv4Addr>, ports: &[u16]) -> Address {
        for _ in 0..TRIES {
            let ip = std::iter::repeat_with(|| self.candidate()).find(|ip| !used.contains(ip));
            let ip = ip.unwrap_or(Ipv4Addr::LOCALHOST);
            if ports.iter().all(|port| can_listen(ip, *port).is_ok()) {
                let ports = ports.iter().map(|port| (*port, SocketAddr::from((ip, *port)))).collect();
                return Address { ip, ports };
            }
        }
        let own = std::iter::repeat_with(|| self.candidate()).find(|ip| !used.contains(ip));
        let own = own.unwrap_or(Ipv4Addr::LOCALHOST);
        let ip = if can_listen(own, 0).is_ok() { own } else { Ipv4Addr::LOCALHOST };
        Address { ip, ports: ports.iter().map(|port| (*port, somewhere(ip, *port))).collect() }
    }

    /// The same address again, with another port where the old one is taken by now.
    pub(super) fn renew(address: &mut Address, ports: &[u16]) {
        let ip = address.ip;
        let at = |port: &u16| {
            let before = address.ports.get(port).copied();
            before
                .filter(|before| can_listen(ip, before.port()).is_ok())
                .unwrap_or_else(|| somewhere(ip, *port))
        };
        address.ports = ports.iter().map(|port| (*port, at(port))).collect();
    }
}

const fn gateway(network: u8) -> Ipv4Addr {
    Ipv4Addr::new(127, network, 0, 1)
}

/// `port` at `ip` if it is free there, else any free one.
fn somewhere(ip: Ipv4Addr, port: u16) -> SocketAddr {
    let found = can_listen(ip, port).or_else(|_| can_listen(ip, 0)).unwrap_or(port);
    SocketAddr::from((ip, found))
}

/// Whether this process could listen there; the port, which is a free one for 0.
pub(super) fn can_listen(ip: Ipv4Addr, port: u16) -> Result<u16, ErrorKind> {
    let address = SocketAddr::from((IpAddr::V4(ip), port));
    let listener = TcpListener::bind(address).map_err(|error| error.kind())?;
    listener.local_addr().map(|address| address.port()).map_err(|error| error.kind())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_workspaces_whose_names_come_to_the_same_have_different_networks() {
        let place = Path::new("/two/.workshop/engine");
        let (one, other) = (Addresses::new(place), Addresses::new(place));
        assert_ne!(one.gateway(), other.gateway());
        let before = one.gateway();
        drop(one);
        assert_eq!(Addresses::new(place).gateway(), before, "what is given back is there again");
    }

    #[test]
    fn every_replica_has_an_address_of_its_own_and_a_taken_port_has_a_stand_in() {
        let mut addresses = Addresses::new(Path::new("/somewhere/.workshop/engine"));
        let mut used = BTreeSet::new();
        for _ in 0..600 {
            let address = addresses.take(&used, &[]);
            assert!(address.ip.is_loopback() && !address.ip.octets().ends_with(&[0]));
            assert!(used.insert(address.ip), "{address:?} twice");
        }
        let one = addresses.of("db", 1, &used, &[]);
        assert_ne!(addresses.of("db", 2, &used, &[]), one);
        assert_eq!(addresses.of("db", 1, &used, &[]), one, "what is made anew is where it was");
        used.insert(one.ip);
        assert_ne!(addresses.of("db", 1, &used, &[]), one, "unless somebody is there");
        // Somebody listens at this port of every address.
        let everywhere = TcpListener::bind("0.0.0.0:0").unwrap();
        let port = everywhere.local_addr().unwrap().port();
        let mut address = addresses.take(&BTreeSet::new(), &[port]);
        let stand_in = address.ports[&port];
        assert_ne!(stand_in.port(), port);
        let taken = TcpListener::bind(stand_in).unwrap();
        Addresses::renew(&mut address, &[port]);
        assert_ne!(address.ports[&port], stand_in);
        drop(taken);
    }
}
