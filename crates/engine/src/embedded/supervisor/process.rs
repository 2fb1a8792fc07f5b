//! A replica's process: started with its environment and its log, watched until it ends, ended.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use tokio::process::Command;

use super::address::{Addresses, can_listen};
use super::forward::Forward;
use super::{Supervisor, environment, health, life, now, share};
use crate::embedded::log::{Cutter, Writer};
use crate::embedded::programs::{Kind, PROGRAM, Plain, Program, REPLICA};
use crate::embedded::wire::{Bound, Failure, HealthState, Publish, ServiceSpec, State};
use crate::embedded::{kin, machine, place};
use workshop_disk::within;

/// What a start needs to know of its replica, taken out of the state.
struct Starting {
    id: String,
    spec: Arc<ServiceSpec>,
    dir: PathBuf,
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
        let child = match self.command(&starting, &published, &root).map_err(|error| system(&error))? {
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
            replica.view.state = State::Running;
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
        if replica.view.state == State::Running {
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
        let is_front = matches!(program(&starting.spec).kind, Kind::Front);
        for publish in &starting.spec.published {
            if is_of_nobody(&publish.host_ip) {
                let what = format!("failed to bind host port for {}", publish.host_ip);
                return Err(Failure::System { what, reason: "cannot assign requested address".to_owned() });
            }
            let port = self.host_port(starting, publish, &published)?;
            let bound = Bound { host_ip: publish.host_ip.clone(), host: port, target: publish.target };
            if !is_front {
                let real = self.state().replicas.get(&starting.id).map(|replica| {
                    let nowhere = std::net::SocketAddr::from((replica.address.ip, 0));
                    replica.address.ports.get(&publish.target).copied().unwrap_or(nowhere)
                });
                let listener = std::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, port))
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
        let loopback = std::net::Ipv4Addr::LOCALHOST;
        let Some((first, last)) = publish.host else {
            return can_listen(loopback, 0).map_err(|kind| system(&kind.into()));
        };
        let name = self.state().view(&starting.id).map(|view| view.name.clone()).unwrap_or_default();
        let mut refused = Failure::PortTaken { name: name.clone(), port: first, own: None };
        for port in first..=last {
            let own = self.state().replicas.values().find_map(|replica| {
                let has = replica.view.published.iter().any(|bound| bound.host == port);
                (has && replica.view.state == State::Running).then(|| replica.view.service.clone())
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

    /// The command of a replica's process; or the words with which it would have ended at once.
    fn command(
        &self,
        starting: &Starting,
        published: &Published,
        root: &Path,
    ) -> std::io::Result<Result<Command, String>> {
        let program = program(&starting.spec);
        let (workdir, env, arguments) = match &program.kind {
            Kind::Plain(plain) => {
                let workdir = root.join(plain.workdir.trim_start_matches('/'));
                match self.plain_environment(plain, starting, root) {
                    Ok(env) => (workdir, env, starting.spec.args.clone()),
                    Err(words) => return Ok(Err(words)),
                }
            }
            Kind::Machine(machine) => match self.keeper_spec(machine, starting, root) {
                Ok(spec) => {
                    let path = starting.dir.join(machine::SPEC);
                    let json = serde_json::to_vec(&spec)?;
                    // A password may be among the arguments.
                    place::private(&path, &json)?;
                    let mut env = starting.spec.env.clone();
                    env.insert("HOME".to_owned(), root.display().to_string());
                    env.entry("HOSTNAME".to_owned()).or_insert_with(|| starting.id[..12].to_owned());
                    (root.to_owned(), env, vec![path.display().to_string()])
                }
                Err(words) => return Ok(Err(words)),
            },
            Kind::Front => {
                let spec = starting.dir.join("front.json");
                // The supervisor's token for names is in it.
                place::private(&spec, &serde_json::to_vec(&self.front_spec(starting, published))?)?;
                (root.to_owned(), starting.spec.env.clone(), vec![spec.display().to_string()])
            }
        };
        std::fs::create_dir_all(&workdir)?;
        let mut command = own_command(program.name);
        command.arg(REPLICA).arg(starting.dir.join(kin::LOCK)).arg(program.name).args(arguments);
        command.env_clear().envs(env).env(kin::VARIABLE, &starting.id).current_dir(workdir);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        Ok(Ok(command))
    }

    /// What a keeper is told; or why its server could not start in a container, either.
    fn keeper_spec(
        &self,
        machine: &machine::Machine,
        starting: &Starting,
        root: &Path,
    ) -> Result<machine::KeeperSpec, String> {
        let spec = &starting.spec;
        let data = environment::locate(machine.data, &spec.mounts, root);
        if data.read_only {
            return Err(format!("{}: {} is on a read-only volume", spec.program, machine.data));
        }
        if let Err(error) = within::folder(&data.root, &data.path) {
            let reason = workshop_disk::reason(&error);
            return Err(format!("{}: {}: {reason}", spec.program, data.path.display()));
        }
        let port = machine.port_in(&spec.args);
        let address = self.address_of(&starting.id, port);
        Ok(machine::KeeperSpec {
            address: address.unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, port))),
            data: data.path,
            own: starting.dir.clone(),
            args: spec.args.clone(),
            tools: spec.tools.clone(),
        })
    }

    /// Where a port of a replica really is.
    pub(crate) fn address_of(&self, id: &str, port: u16) -> Option<SocketAddr> {
        self.state().replicas.get(id)?.address.ports.get(&port).copied()
    }

    fn plain_environment(
        &self,
        plain: &Plain,
        starting: &Starting,
        root: &Path,
    ) -> Result<BTreeMap<String, String>, String> {
        let state = self.state();
        let Some(replica) = state.replicas.get(&starting.id) else { return Ok(BTreeMap::new()) };
        environment::of(plain, &state, replica, root)
    }

    fn front_spec(&self, starting: &Starting, published: &Published) -> workshop_front::Spec {
        let state = self.state();
        let replica = state.replicas.get(&starting.id);
        let mut listen = Vec::new();
        let mut host = Ipv4Addr::LOCALHOST;
        if let Some(replica) = replica {
            host = replica.address.ip;
            listen.extend(replica.address.ports.iter().map(|(port, address)| workshop_front::Listen {
                port: *port,
                address: *address,
                gateway: None,
            }));
        }
        // As with Docker, whoever comes from this machine comes by the network's gateway.
        let gateway = Some(state.addresses.gateway().into());
        listen.extend(published.bound.iter().map(|bound| workshop_front::Listen {
            port: bound.target,
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, bound.host)),
            gateway,
        }));
        workshop_front::Spec {
            image: starting.spec.image.root.clone(),
            mounts: crate::embedded::desired::front_mounts(&starting.spec),
            listen,
            host: host.into(),
            hostname: starting.id[..12].to_owned(),
            names: workshop_front::NamesSpec::Http(workshop_front::HttpNames {
                url: format!("http://{}/names?replica={}", self.address, starting.id),
                token: self.names_token.clone(),
            }),
            follow_stdin: false,
        }
    }

    /// Ends a replica: with `signal` first, and by force when it has not ended within `grace`.
    pub(crate) async fn stop(&self, id: &str, signal: &str, grace: Duration) {
        let pid = {
            let mut state = self.state();
            let Some(replica) = state.replicas.get_mut(id) else { return };
            replica.told_to_end = true;
            if replica.view.state == State::Restarting {
                replica.view.state = State::Exited(0);
            }
            replica.view.pid.filter(|_| replica.view.state == State::Running)
        };
        if pid.is_none() {
            return;
        }
        self.signal(id, signal);
        if !self.gone(id, grace).await {
            self.signal(id, "SIGKILL");
            self.gone(id, Duration::from_secs(10)).await;
        }
    }

    /// Sends a replica a signal, and notes whether it shall stand still.
    pub(crate) fn signal(&self, id: &str, name: &str) {
        let pid = {
            let mut state = self.state();
            let Some(replica) = state.replicas.get_mut(id) else { return };
            match name.trim_start_matches("SIG") {
                "STOP" => replica.held = true,
                "CONT" => replica.held = false,
                _ => {}
            }
            replica.view.pid
        };
        if let Some(pid) = pid {
            self::signal(pid, name);
        }
    }

    /// The replica's process is no more, and its number may be another's from now on.
    pub(crate) fn reaped(&self, id: &str) {
        if let Some(replica) = self.state().replicas.get_mut(id) {
            replica.view.pid = None;
        }
    }

    /// Whether the replica does not run any more, within `limit`.
    pub(crate) async fn gone(&self, id: &str, limit: Duration) -> bool {
        let ended = |state: &super::State| {
            state.replicas.get(id).is_none_or(|replica| replica.view.state != State::Running)
        };
        self.until(limit, ended).await
    }

    pub(crate) fn ended(&self, id: &str, code: i32) {
        if let Some(replica) = self.state().replicas.get_mut(id) {
            replica.view.state = State::Exited(code);
            replica.view.pid = None;
            replica.view.published.clear();
            replica.view.networks.clear();
            replica.forwards.clear();
            if replica.view.health != HealthState::None {
                replica.view.health = HealthState::Unhealthy;
            }
        }
        self.touch();
    }
}

#[derive(Default)]
struct Published {
    bound: Vec<Bound>,
    forwards: Vec<Forward>,
}

/// The ports that a replica of `spec` listens at inside.
pub(super) fn listens(spec: &ServiceSpec) -> Vec<u16> {
    match &program(spec).kind {
        Kind::Plain(plain) => vec![plain.port_in(&spec.env)],
        Kind::Machine(machine) => vec![machine.port_in(&spec.args)],
        // A configuration that nobody can read listens nowhere; the front says so itself.
        Kind::Front => {
            let view = crate::embedded::desired::view(spec);
            workshop_front::examine(&view).map(|report| report.listens).unwrap_or_default()
        }
    }
}

/// The program of a service; the engine sends no service of another.
pub(super) fn program(spec: &ServiceSpec) -> &'static Program {
    Program::find(&spec.program).unwrap_or(&crate::embedded::programs::PROGRAMS[0])
}

/// This binary, under the name of what it is to be.
fn own_command(name: &str) -> Command {
    let mut command = Command::new(crate::embedded::client::own_binary());
    #[cfg(unix)]
    command.arg0(name);
    #[cfg(not(unix))]
    let _ = name;
    command
}

/// A command inside a replica: the service's own program with other arguments.
pub(super) fn program_command(spec: &ServiceSpec, arguments: &[String]) -> Command {
    let name = program(spec).name;
    let mut command = own_command(name);
    command.arg(PROGRAM).arg(name).args(arguments);
    command
}

/// Sends a signal by its name; one that is unknown, or a process that is gone, is no error.
#[cfg(unix)]
pub(crate) fn signal(pid: u32, name: &str) {
    if let (Some(pid), Some(signal)) = (process_id(pid), by_name(name)) {
        let _ = rustix::process::kill_process(pid, signal);
    }
}

/// The same for every process of a group, which is a replica and what it has started.
#[cfg(unix)]
pub(crate) fn signal_group(leader: u32, name: &str) {
    if let (Some(pid), Some(signal)) = (process_id(leader), by_name(name)) {
        let _ = rustix::process::kill_process_group(pid, signal);
    }
}

#[cfg(unix)]
fn process_id(pid: u32) -> Option<rustix::process::Pid> {
    i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw)
}

#[cfg(unix)]
fn by_name(name: &str) -> Option<rustix::process::Signal> {
    use rustix::process::Signal;

    Some(match name.trim_start_matches("SIG") {
        "TERM" => Signal::TERM,
        "KILL" => Signal::KILL,
        "QUIT" => Signal::QUIT,
        "INT" => Signal::INT,
        "HUP" => Signal::HUP,
        "USR1" => Signal::USR1,
        "USR2" => Signal::USR2,
        "STOP" => Signal::STOP,
        "CONT" => Signal::CONT,
        _ => return None,
    })
}

#[cfg(not(unix))]
pub fn signal(_: u32, _: &str) {}

#[cfg(not(unix))]
pub fn signal_group(_: u32, _: &str) {}

fn system(error: &std::io::Error) -> Failure {
    let reason = workshop_disk::reason(error);
    Failure::System { what: "start".to_owned(), reason }
}

/// An address that this machine does not have: Docker cannot publish a port there, and what is
/// published here on loopback alone would hide it.
fn is_of_nobody(host_ip: &str) -> bool {
    let address = host_ip.parse::<std::net::IpAddr>().ok().filter(|ip| !ip.is_unspecified());
    address.is_some_and(|ip| {
        let bound = std::net::TcpListener::bind((ip, 0));
        bound.is_err_and(|error| error.kind() == std::io::ErrorKind::AddrNotAvailable)
    })
}
