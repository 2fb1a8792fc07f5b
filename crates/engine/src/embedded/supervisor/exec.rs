//! Commands inside a replica, run: what a health check asks, and what somebody calls with `exec`.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;

use super::program::{program, program_command};
use super::shared::Supervisor;
use super::{environment, fetch, names};
use crate::embedded::front;
use crate::embedded::inside::{self, Inside, Setting, script};
use crate::embedded::machine::{Machine, child, ping};
use crate::embedded::own::inside::led_home;
use crate::embedded::own::keep;
use crate::embedded::programs::ProgramKind;
use crate::embedded::wire::{Ended, ExecAnswer, ExecRequest, PATIENCE, ReplicaState, ServiceSpec};

/// The most that is kept of each of the two outputs, in bytes.
const MOST: usize = 64 << 10;

impl Supervisor {
    /// What `exec` calls.
    pub(crate) async fn exec(self: &Arc<Self>, request: &ExecRequest) -> ExecAnswer {
        let spec = {
            let state = self.state();
            let replica = state.replicas.get(&request.id);
            let running = replica.filter(|replica| replica.view.state == ReplicaState::Running);
            let Some(replica) = running else { return ExecAnswer::NotRunning };
            Arc::clone(&replica.spec)
        };
        let program = program(&spec);
        let called = spec.own.as_ref().and_then(|own| own.command.first()).map(String::as_str);
        let setting = Setting { service: &spec.service, args: &spec.args, own: called };
        let not_here = || ExecAnswer::NotHere { known: inside::known(program, &setting) };
        let run = async {
            if let (Some(call), ProgramKind::Machine(_)) = (script::called(&request.command), &program.kind) {
                return self.script(&request.id, &spec, &setting, &call).await;
            }
            let Some(command) = inside::understand(program, &setting, &request.command) else {
                return Err(not_here());
            };
            self.is_there(&spec, &command)?;
            Ok(self.run(&request.id, &spec, &command).await)
        };
        match tokio::time::timeout(PATIENCE, run).await {
            Ok(Ok(Some(ended))) => ExecAnswer::Ended(ended),
            Ok(Ok(None)) => ExecAnswer::NotRunning,
            Ok(Err(answer)) => answer,
            Err(_) => ExecAnswer::TookTooLong { seconds: PATIENCE.as_secs() },
        }
    }

    /// Whether this machine has the client that a command calls.
    ///
    /// # Errors
    /// It is missing; the answer says what would install it.
    pub(super) fn is_there(&self, spec: &ServiceSpec, command: &Inside) -> Result<(), ExecAnswer> {
        match (command, &program(spec).kind) {
            (Inside::Client { name, args, .. }, ProgramKind::Machine(machine))
                if !spec.tools.contains_key(name) && pinged(machine, name, args).is_none() =>
            {
                Err(ExecAnswer::Missing { program: name.clone(), install: machine.packages.command() })
            }
            _ => Ok(()),
        }
    }

    /// Runs a command in the replica's place; none where it is gone, or cannot be asked.
    pub(crate) async fn run(
        self: &Arc<Self>,
        id: &str,
        spec: &ServiceSpec,
        command: &Inside,
    ) -> Option<Ended> {
        match command {
            Inside::Own(arguments) => output(self.own_command(id, spec, arguments)?).await.ok(),
            Inside::Reload => Some(self.reload(id, spec)),
            Inside::Test => Some(self.examined(id, spec)),
            Inside::Request(request) => {
                let address = self.address_of(id, request.port);
                Some(fetch::send(request, address).await)
            }
            Inside::Client { name, args, to } => self.client(id, spec, name, args, to.as_deref()).await,
            Inside::Environment(names) => Some(variables(&self.environment(id, spec), names)),
            Inside::Files(paths) => Some(files(spec, paths)),
            Inside::Hostname => Some(said(0, format!("{}\n", id.get(..12)?), "")),
        }
    }

    /// What the container would have in its environment.
    pub(super) fn environment(&self, id: &str, spec: &ServiceSpec) -> BTreeMap<String, String> {
        let mut env = spec.env.clone();
        env.entry("HOSTNAME".to_owned()).or_insert_with(|| id.get(..12).unwrap_or(id).to_owned());
        env
    }

    /// The service's own program, as its replica was started.
    fn own_command(&self, id: &str, spec: &ServiceSpec, arguments: &[String]) -> Option<Command> {
        let root = self.place.replica(id).join("root");
        let told = match (&program(spec).kind, &spec.own) {
            (ProgramKind::Plain(plain), _) => plain.told(&spec.env),
            (ProgramKind::Own, Some(own)) => own.told(),
            _ => return None,
        };
        let env = {
            let state = self.state();
            environment::of(&told, &state, state.replicas.get(id)?, &root).ok()?
        };
        let Some(own) = &spec.own else {
            let mut command = program_command(spec, arguments);
            command.env_clear().envs(env).current_dir(root);
            return Some(command);
        };
        let at = own.port.and_then(|port| Some((port, self.address_of(id, port)?)));
        let words = at.map_or_else(|| arguments.to_vec(), |(port, at)| led_home(arguments, port, at));
        let mut command: Command = child::command(spec.tools.values().next()?, words).into();
        command.env_clear().envs(keep::environment(env, &root)).current_dir(keep::workdir(own, &root));
        Some(command)
    }

    async fn client(
        &self,
        id: &str,
        spec: &ServiceSpec,
        name: &str,
        args: &[String],
        to: Option<&str>,
    ) -> Option<Ended> {
        if spec.tools.contains_key(name) {
            return match self.client_command(id, spec, name, args, to)? {
                Ok(command) => output(command).await.ok(),
                Err(unknown) => Some(unknown),
            };
        }
        let ProgramKind::Machine(machine) = &program(spec).kind else { return None };
        let (protocol, password) = pinged(machine, name, args)?;
        let password = password.or_else(|| spec.env.get("REDISCLI_AUTH").cloned());
        let at = self.address_of(id, machine.port_in(&spec.args))?;
        Some(match ping::ping(protocol, at, password.as_deref()).await {
            Ok(answer) => said(0, answer, ""),
            Err(error) => said(1, String::new(), &format!("{}\n", workshop_disk::reason(&error))),
        })
    }

    /// A client of this machine, led to the replica, or to another service; none where the replica
    /// or the client is gone, what a client would say where nobody has the other's name.
    pub(super) fn client_command(
        &self,
        id: &str,
        spec: &ServiceSpec,
        name: &str,
        args: &[String],
        to: Option<&str>,
    ) -> Option<Result<Command, Ended>> {
        let ProgramKind::Machine(machine) = &program(spec).kind else { return None };
        let path = spec.tools.get(name)?;
        let find = |host: &str, port: u16| {
            names::lookup(&self.state(), id, host, port)
                .addresses
                .first()
                .copied()
                .filter(|at| at.port() != 0)
        };
        let at = match to {
            None => self.address_of(id, machine.port_in(&spec.args))?,
            Some(host) => match find(host, machine.port) {
                Some(at) => at,
                None => {
                    return Some(Err(said(1, String::new(), &format!("{name}: unknown host '{host}'\n"))));
                }
            },
        };
        let (_, client) = machine.client(name)?;
        let args: Vec<String> = match client.names {
            Some(led) => {
                let state = self.state();
                let asking = state.replicas.get(id)?;
                // Written down by a server: it may be one that does not run now.
                let written = |host: &str, port: u16| names::once_and_for_all(&state, asking, host, port);
                args.iter().map(|word| led(word, &written)).collect()
            }
            None => args.to_vec(),
        };
        let root = self.place.replica(id).join("root");
        let mut command: Command = child::command(path, client.led_to(at, path, &args)).into();
        command.env_clear().envs(self.environment(id, spec)).env("HOME", &root);
        // A client that looks for its server by the environment would find another one.
        for elsewhere in ["MYSQL_HOST", "MYSQL_TCP_PORT", "MYSQL_UNIX_PORT", "MYSQL_HOME"] {
            command.env_remove(elsewhere);
        }
        command.current_dir(root);
        Some(Ok(command))
    }

    /// nginx looks at the files before it tells the one that runs.
    fn reload(&self, id: &str, spec: &ServiceSpec) -> Ended {
        let looked = self.examined(id, spec);
        if looked.code != Some(0) {
            return looked;
        }
        self.signal(id, "SIGHUP");
        said(0, String::new(), "")
    }

    /// `nginx -t`: whether nginx would start with these files, every name that it looks up included.
    fn examined(&self, id: &str, spec: &ServiceSpec) -> Ended {
        let file = "/etc/nginx/nginx.conf";
        let report = match workshop_front::examine(&front::view(spec)) {
            Ok(report) => report,
            Err(error) => return said(1, String::new(), &format!("nginx: [emerg] {}\n", error.nginx_line())),
        };
        let state = self.state();
        let mut needs = report.needs.iter();
        let missing = needs.find(|one| names::lookup(&state, id, &one.host, one.port).addresses.is_empty());
        match missing {
            Some(one) => said(1, String::new(), &format!("nginx: [emerg] {}\n", one.not_found)),
            None => {
                let first = format!("nginx: the configuration file {file} syntax is ok");
                let second = format!("nginx: configuration file {file} test is successful");
                said(0, String::new(), &format!("{first}\n{second}\n"))
            }
        }
    }
}

pub(super) fn said(code: i32, stdout: String, stderr: &str) -> Ended {
    Ended { code: Some(code), stdout, stderr: stderr.to_owned() }
}

/// `cat`: the files of nginx's container, one after the other; 1 where one cannot be read.
fn files(spec: &ServiceSpec, paths: &[String]) -> Ended {
    let view = front::view(spec);
    let (mut stdout, mut stderr) = (String::new(), String::new());
    for path in paths {
        match view.read(path) {
            Ok(bytes) => stdout.push_str(&String::from_utf8_lossy(&bytes)),
            Err(error) => {
                let reason = workshop_disk::reason(&error);
                stderr.push_str(&format!("cat: can't open '{path}': {reason}\n"));
            }
        }
    }
    said(i32::from(!stderr.is_empty()), stdout, &stderr)
}

/// `printenv`: all variables, or the values of some; 1 where one is not set.
fn variables(env: &BTreeMap<String, String>, names: &[String]) -> Ended {
    if names.is_empty() {
        return said(0, env.iter().map(|(name, value)| format!("{name}={value}\n")).collect(), "");
    }
    let values: Vec<&String> = names.iter().filter_map(|name| env.get(name)).collect();
    let all = values.len() == names.len();
    said(i32::from(!all), values.into_iter().map(|value| format!("{value}\n")).collect(), "")
}

/// How this engine itself asks what a client is called for, and with which password: where it is
/// a `ping` and no more.
fn pinged(machine: &Machine, name: &str, args: &[String]) -> Option<(ping::Protocol, Option<String>)> {
    let protocol = machine.client(name)?.1.ping?;
    let mut password = None;
    let mut rest = args.iter().map(String::as_str);
    while let Some(word) = rest.next() {
        match word {
            "-a" | "--pass" => password = Some(rest.next()?.to_owned()),
            "ping" | "PING" => {}
            _ if word.starts_with('-') => {}
            _ => return None,
        }
    }
    args.iter().any(|word| word.eq_ignore_ascii_case("ping")).then_some((protocol, password))
}

/// Runs a command to its end, without input.
async fn output(mut command: Command) -> std::io::Result<Ended> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn()?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let (stdout, stderr, status) = tokio::join!(first(out), first(err), child.wait());
    use std::os::unix::process::ExitStatusExt;
    let status = status?;
    // A command that a signal ended has no code of its own.
    let code = if status.signal().is_some() { None } else { status.code() };
    Ok(Ended { code, stdout, stderr })
}

/// The first of what comes; the rest is read and forgotten.
pub(super) async fn first(pipe: Option<impl AsyncRead + Unpin>) -> String {
    let Some(mut pipe) = pipe else { return String::new() };
    let (mut kept, mut chunk) = (Vec::new(), vec![0; 16 << 10]);
    while let Ok(count @ 1..) = pipe.read(&mut chunk).await {
        let room = MOST.saturating_sub(kept.len());
        kept.extend_from_slice(&chunk[..count.min(room)]);
    }
    String::from_utf8_lossy(&kept).into_owned()
}
