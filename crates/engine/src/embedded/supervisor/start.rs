//! A replica's process, started: with its ports, its environment and its log, and with those who watch
//! it until it ends.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;

use super::address::{Addresses, can_listen};
use super::command::Starting;
use super::forward::Forward;
use super::program::{listens, program};
use super::shared::{Supervisor, now};
use super::{health, life, share};
use crate::embedded::log::{Cutter, Writer};
use crate::embedded::programs::ProgramKind;
use crate::embedded::wire::{Bound, Failure, HealthState, Publish, ReplicaState};

#[derive(Default)]
struct Published {
    bound: Vec<Bound>,
    forwards: Vec<Forward>,
}

impl Supervisor {
    /// Starts a replica that is not running.
    ///
    /// # Errors
    /// A published port cannot be had, or the system refuses the process.
    pub(crate) async fn start(self: &Arc<Self>, id: &str) -> Result<(), Failure> {
        let Some(starting) = self.prepare(id) else { return Ok(()) };
        let published = self.publish(&starting)?;
        let root = starting.dir.join("root");
        let child = match self.command(&starting, &published.bound, &root).map_err(|error| system(&error))? {
            Ok(mut command) => Some(command.spawn().map_err(|error| system(&error))?),
            // It would have ended at once in a container, too, with these words.
            Err(words) => {
                let mut cutter = Cutter::new(true);
                let line = cutter.push(format!("{words}\n").as_bytes());
                Writer::open(&starting.dir).map_err(|error| system(&error))?.write(&line);
                None
            }
        };
        let Some(child) = child else {
            self.ended(&starting.id, 1);
            return Ok(());
        };
        let pid = child.id();
        let started = now();
        {
            let mut state = self.state();
            let Some(replica) = state.replicas.get_mut(&starting.id) else { return Ok(()) };
            replica.view.state = ReplicaState::Running;
            replica.view.pid = pid;
            replica.view.started = Some(started);
            replica.view.health =
                if starting.spec.health.is_some() { HealthState::Starting } else { HealthState::None };
            replica.view.published = published.bound;
            replica.forwards = published.forwards;
        }
        self.touch();
        let logs = Writer::open(&starting.dir).map_err(|error| system(&error))?;
        if let (Some(limit), Some(pid)) = (starting.spec.cpu, pid) {
            tokio::spawn(share::hold(Arc::clone(self), starting.id.clone(), pid, limit));
        }
        tokio::spawn(life::watch(Arc::clone(self), starting.id.clone(), child, logs));
        if let Some(check) = starting.spec.health.clone() {
            tokio::spawn(health::watch(Arc::clone(self), starting.id, started, check));
        }
        Ok(())
    }

    /// Gives the replica its ports and its folder; none where it is gone or runs already.
    fn prepare(&self, id: &str) -> Option<Starting> {
        let mut state = self.state();
        let replica = state.replicas.get_mut(id)?;
        if replica.view.state == ReplicaState::Running {
            return None;
        }
        replica.told_to_end = false;
        replica.held = false;
        let ports = listens(&replica.spec);
        Addresses::renew(&mut replica.address, &ports);
        replica.view.ports.clone_from(&replica.address.ports);
        let ip = replica.address.ip.to_string();
        replica.view.networks =
            replica.spec.networks.keys().map(|network| (network.clone(), ip.clone())).collect();
        Some(Starting { id: id.to_owned(), spec: Arc::clone(&replica.spec), dir: self.place.replica(id) })
    }

    /// Takes the ports of this machine that the replica publishes.
    fn publish(self: &Arc<Self>, starting: &Starting) -> Result<Published, Failure> {
        let mut published = Published::default();
        let is_front = matches!(program(&starting.spec).kind, ProgramKind::Front);
        for publish in &starting.spec.published {
            if is_of_nobody(&publish.host_ip) {
                let what = format!("failed to bind host port for {}", publish.host_ip);
                return Err(Failure::System { what, reason: "cannot assign requested address".to_owned() });
            }
            let port = self.host_port(starting, publish, &published)?;
            let bound = Bound { host_ip: publish.host_ip.clone(), host: port, target: publish.target };
            if !is_front {
                let real = self.state().replicas.get(&starting.id).map(|replica| {
                    let nowhere = SocketAddr::from((replica.address.ip, 0));
                    replica.address.ports.get(&publish.target).copied().unwrap_or(nowhere)
                });
                let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
                    .and_then(|listener| {
                        listener.set_nonblocking(true)?;
                        tokio::net::TcpListener::from_std(listener)
                    })
                    .map_err(|error| system(&error))?;
                let own = Arc::clone(self);
                let seen = move || own.note_activity();
                published.forwards.extend(real.map(|real| Forward::start(listener, real, seen)));
            }
            published.bound.push(bound);
        }
        Ok(published)
    }

    fn host_port(&self, starting: &Starting, publish: &Publish, before: &Published) -> Result<u16, Failure> {
        let loopback = Ipv4Addr::LOCALHOST;
        let Some((first, last)) = publish.host else {
            return can_listen(loopback, 0).map_err(|kind| system(&kind.into()));
        };
        let name = self.state().view(&starting.id).map(|view| view.name.clone()).unwrap_or_default();
        let mut refused = Failure::PortTaken { name: name.clone(), port: first, own: None };
        for port in first..=last {
            let own = self.state().replicas.values().find_map(|replica| {
                let has = replica.view.published.iter().any(|bound| bound.host == port);
                (has && replica.view.state == ReplicaState::Running).then(|| replica.view.service.clone())
            });
            if own.is_some() || before.bound.iter().any(|bound| bound.host == port) {
                refused = Failure::PortTaken { name: name.clone(), port, own };
                continue;
            }
            match can_listen(loopback, port) {
                Ok(_) => return Ok(port),
                Err(std::io::ErrorKind::PermissionDenied) => {
                    refused = Failure::PortForbidden { name: name.clone(), port };
                }
                Err(_) => refused = Failure::PortTaken { name: name.clone(), port, own: None },
            }
        }
        Err(refused)
    }
}

fn system(error: &std::io::Error) -> Failure {
    let reason = workshop_disk::reason(error);
    Failure::System { what: "start".to_owned(), reason }
}

/// An address that this machine does not have: Docker cannot publish a port there, and what is
/// published here on loopback alone would hide it.
fn is_of_nobody(host_ip: &str) -> bool {
    let address = host_ip.parse::<IpAddr>().ok().filter(|ip| !ip.is_unspecified());
    address.is_some_and(|ip| {
        let bound = TcpListener::bind((ip, 0));
        bound.is_err_and(|error| error.kind() == std::io::ErrorKind::AddrNotAvailable)
    })
}
