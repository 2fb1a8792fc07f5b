//! The command of a replica's process: what it is told by its environment, by its arguments, or by a
//! file in its folder.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;

use tokio::process::Command;

use super::environment;
use super::program::{own_command, program};
use super::shared::Supervisor;
use crate::embedded::binary::{REPLICA, REPLICA_VARIABLE};
use crate::embedded::machine::{KeeperSpec, Machine, SPEC};
use crate::embedded::own::keep;
use crate::embedded::programs::ProgramKind;
use crate::embedded::told::Told;
use crate::embedded::wire::{Bound, ServiceSpec};
use crate::embedded::{front, kin, place};
use workshop_disk::within;

/// A keeper's spec, and the environment of what it keeps.
type OwnStart = (KeeperSpec, BTreeMap<String, String>);

/// What a start needs to know of its replica, taken out of the state.
pub(super) struct Starting {
    pub id: String,
    pub spec: Arc<ServiceSpec>,
    pub dir: PathBuf,
}

impl Supervisor {
    /// The command of a replica's process; or the words with which it would have ended at once.
    pub(super) fn command(
        &self,
        starting: &Starting,
        bound: &[Bound],
        root: &Path,
    ) -> std::io::Result<Result<Command, String>> {
        let program = program(&starting.spec);
        let (workdir, env, arguments) = match &program.kind {
            ProgramKind::Plain(plain) => {
                let workdir = root.join(plain.workdir.trim_start_matches('/'));
                match self.told_environment(&plain.told(&starting.spec.env), starting, root) {
                    Ok(env) => (workdir, env, starting.spec.args.clone()),
                    Err(words) => return Ok(Err(words)),
                }
            }
            ProgramKind::Machine(machine) => match self.keeper_spec(machine, starting, root) {
                Ok(spec) => {
                    let path = starting.dir.join(SPEC);
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
            ProgramKind::Own => match self.own_spec(starting, root)? {
                Ok((spec, env)) => {
                    let path = starting.dir.join(SPEC);
                    place::private(&path, &serde_json::to_vec(&spec)?)?;
                    (root.to_owned(), env, vec![path.display().to_string()])
                }
                Err(words) => return Ok(Err(words)),
            },
            ProgramKind::Front => {
                let spec = starting.dir.join("front.json");
                // The supervisor's token for names is in it.
                place::private(&spec, &serde_json::to_vec(&self.front_spec(starting, bound))?)?;
                (root.to_owned(), starting.spec.env.clone(), vec![spec.display().to_string()])
            }
        };
        std::fs::create_dir_all(&workdir)?;
        let mut command = own_command(program.name);
        command.arg(REPLICA).arg(starting.dir.join(kin::LOCK)).arg(program.name).args(arguments);
        command.env_clear().envs(env).env(REPLICA_VARIABLE, &starting.id).current_dir(workdir);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        command.process_group(0);
        Ok(Ok(command))
    }

    /// What the keeper of a lesson's own program is told, and the program's environment.
    fn own_spec(&self, starting: &Starting, root: &Path) -> std::io::Result<Result<OwnStart, String>> {
        let spec = &starting.spec;
        let Some(own) = &spec.own else { return Ok(Err("no program".to_owned())) };
        let data = keep::settle(own, &spec.mounts, root)?;
        let nowhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let keeper = KeeperSpec {
            address: own.port.and_then(|port| self.address_of(&starting.id, port)).unwrap_or(nowhere),
            data,
            own: starting.dir.clone(),
            args: spec.args.clone(),
            tools: spec.tools.clone(),
        };
        let env = self.told_environment(&own.told(), starting, root);
        Ok(env.map(|env| (keeper, keep::environment(env, root))))
    }

    /// What a keeper is told; or why its server could not start in a container, either.
    fn keeper_spec(&self, machine: &Machine, starting: &Starting, root: &Path) -> Result<KeeperSpec, String> {
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
        Ok(KeeperSpec {
            address: address.unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, port))),
            data: data.path,
            own: starting.dir.clone(),
            args: spec.args.clone(),
            tools: spec.tools.clone(),
        })
    }

    fn told_environment(
        &self,
        told: &Told<'_>,
        starting: &Starting,
        root: &Path,
    ) -> Result<BTreeMap<String, String>, String> {
        let state = self.state();
        let Some(replica) = state.replicas.get(&starting.id) else { return Ok(BTreeMap::new()) };
        environment::of(told, &state, replica, root)
    }

    fn front_spec(&self, starting: &Starting, bound: &[Bound]) -> workshop_front::Spec {
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
        listen.extend(bound.iter().map(|bound| workshop_front::Listen {
            port: bound.target,
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, bound.host)),
            gateway,
        }));
        workshop_front::Spec {
            image: starting.spec.image.root.clone(),
            mounts: front::mounts(&starting.spec),
            listen,
            host: host.into(),
            hostname: starting.id[..12].to_owned(),
            names: workshop_front::NamesSpec::Http(workshop_front::HttpNames {
                url: format!("http://{}/names?replica={}", self.address, starting.id),
                token: self.names_token.clone(),
            }),
            follow_stdin: false,
            held: Some(starting.dir.join(front::HELD)),
        }
    }
}
