//! One service of the file as the supervisor runs it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::build::is_front_command;
use super::{Desired, healthcheck, keys};
use crate::Trouble;
use crate::embedded::front;
use crate::embedded::inside::Setting;
use crate::embedded::machine::Machine;
use crate::embedded::own::OwnProgram;
use crate::embedded::programs::{Program, ProgramKind};
use crate::embedded::refusal::{Refusal, invalid, lacks, program_missing};
use crate::embedded::wire::{Mount, Publish, Restart, ServiceSpec, Wanted};
use workshop_disk::files::LIMIT;
use workshop_disk::within;
use workshop_stack::compose::{self, Attachment, Condition, Env, MountKind, Service};

/// How long a replica may take to end by itself, where the file does not say.
const GRACE: Duration = Duration::from_secs(10);

impl Desired<'_> {
    /// A service as the supervisor runs it, `replicas` times. Its image has been made.
    ///
    /// # Errors
    /// What Compose refuses, and what this engine does not have.
    pub(crate) fn wanted(&self, service: &Service, replicas: u32) -> Result<Wanted, Refusal> {
        let program = self.program(service)?;
        let name = &service.name.value;
        if let Some(one) =
            service.depends_on.iter().find(|one| one.condition == Condition::CompletedSuccessfully)
        {
            return Err(self.not_here(one.service.span, one.condition.word()));
        }
        let own = self.own(service);
        let tools = self.tools(program, own)?;
        let built = self.image(service, program)?;
        let args = self.arguments(service, program, own)?;
        let mut env = built.env.clone();
        env.extend(self.environment(service)?);
        let own = own.map(|own| self.own_spec(service, own, &built, &args, &env)).transpose()?;
        let called = own.as_ref().and_then(|own| own.command.first()).map(String::as_str);
        let setting = Setting { service: name, args: &args, own: called };
        let health = healthcheck::of(service, program, &setting, &env)
            .map_err(|(span, what)| self.not_here(span, what))?;
        let after = service.depends_on.iter();
        let after = after.map(|one| (one.service.value.clone(), one.condition == Condition::Healthy));
        let implied = service.implied.iter().map(|other| (other.value.clone(), false));
        let after = after.chain(implied).collect();
        let spec = ServiceSpec {
            service: name.clone(),
            program: program.name.to_owned(),
            args,
            tools,
            own,
            cpu: service.cpus.as_ref().and_then(|cpus| thousandths(cpus.value)),
            image: built.image,
            env,
            mounts: self.mounts(service, program)?,
            networks: self.networks(service, replicas)?,
            published: self.published(service)?,
            health,
            container_name: service.container_name.as_ref().map(|name| name.value.clone()),
            restart: restart(service),
            stop_grace: service.stop_grace_period.unwrap_or(GRACE),
            beside: self
                .file
                .root
                .get("services")
                .and_then(|all| all.entry(name))
                .map_or_else(BTreeMap::new, |entry| keys::beside(&entry.value)),
        };
        Ok(Wanted { spec, replicas, after })
    }

    /// A name is one container's: a service that has one cannot have more.
    ///
    /// # Errors
    /// It has, and shall.
    pub(crate) fn may_scale(&self, service: &Service, replicas: u32) -> Result<(), Refusal> {
        let name = &service.name.value;
        if let Some(container) = service.container_name.as_ref().filter(|_| replicas > 1) {
            return Err(Refusal {
                line: format!(
                    "The \"{name}\" service is using the custom container name \"{}\". Docker requires each \
                     container to have a unique name. Remove the custom name to scale the service",
                    container.value
                ),
                trouble: Trouble::ContainerNameWithReplicas { service: name.clone() },
            });
        }
        Ok(())
    }

    /// Looks at the configuration of a service that the front stands for: what of it needs real
    /// nginx is refused; what is wrong in it the front says itself when it starts, as nginx does.
    ///
    /// # Errors
    /// A directive that the front does not have, with its place.
    pub(crate) fn examine_front(
        &self,
        spec: &ServiceSpec,
        say: &mut dyn FnMut(String),
    ) -> Result<(), Refusal> {
        if !Program::find(&spec.program).is_some_and(|program| matches!(program.kind, ProgramKind::Front)) {
            return Ok(());
        }
        match workshop_front::examine(&front::view(spec)) {
            Ok(report) if report.no_effect.is_empty() => Ok(()),
            Ok(report) => {
                let mut names: Vec<&str> =
                    report.no_effect.iter().map(|one| one.directive.as_str()).collect();
                names.sort_unstable();
                names.dedup();
                say(format!(" no effect here: {} ({})", names.join(", "), spec.service));
                Ok(())
            }
            Err(error) if error.needs_docker => {
                let place = format!("{}:{}:{}", error.file, error.line, error.column);
                let line = error.nginx_line();
                Err(Refusal {
                    line,
                    trouble: Trouble::Refused { place, reason: error.message, environment: true },
                })
            }
            Err(_) => Ok(()),
        }
    }

    fn arguments(
        &self,
        service: &Service,
        program: &Program,
        own: Option<&OwnProgram>,
    ) -> Result<Vec<String>, Refusal> {
        let Some(command) = &service.command else {
            return Ok(own.map(|own| own.command[1..].to_vec()).unwrap_or_default());
        };
        let words = &command.value;
        match &program.kind {
            ProgramKind::Own => {
                let called = own.and_then(|own| own.called(words));
                let other = || self.not_here(command.span, format!("command: {}", words.join(" ")));
                Ok(called.ok_or_else(other)?.split_off(1))
            }
            ProgramKind::Front if is_front_command(words) => Ok(Vec::new()),
            ProgramKind::Front => Err(self.not_here(command.span, format!("command: {}", words.join(" ")))),
            ProgramKind::Machine(machine) => machine
                .arguments(words)
                .map_err(|what| self.not_here(command.span, format!("command: {what}"))),
            ProgramKind::Plain(plain) => {
                let rest = words.strip_prefix(&[plain.path.to_owned()][..]).unwrap_or(words);
                Ok(rest.to_vec())
            }
        }
    }

    /// The programs of this machine that it needs.
    ///
    /// # Errors
    /// The server is not there.
    fn tools(
        &self,
        program: &Program,
        own: Option<&OwnProgram>,
    ) -> Result<BTreeMap<String, PathBuf>, Refusal> {
        if let Some(own) = own {
            return own.found().map_err(|lack| lacks(&lack));
        }
        let ProgramKind::Machine(machine) = &program.kind else { return Ok(BTreeMap::new()) };
        let tools = machine.found();
        match tools.contains_key(machine.server_name()) {
            true => Ok(tools),
            false => Err(program_missing(machine)),
        }
    }

    /// The files of variables first, then the service's own.
    fn environment(&self, service: &Service) -> Result<BTreeMap<String, String>, Refusal> {
        let mut env = BTreeMap::new();
        for file in &service.env_file {
            let path = within::cleaned(&self.project.dir.join(&file.path.value));
            if !path.starts_with(&self.project.dir) {
                let what = format!("a file outside of the workspace ({})", file.path.value);
                return Err(self.not_here(file.path.span, what));
            }
            match within::bytes(&self.project.dir, &path, LIMIT) {
                Ok(bytes) => {
                    let read = Env::of_dotenv(&bytes, &self.env);
                    env.extend(read.iter().map(|(name, value)| (name.to_owned(), value.to_owned())));
                }
                Err(unread) if unread.is_missing() && !file.required => {}
                Err(unread) if unread.is_missing() => {
                    return Err(invalid(format!("env file {} not found", path.display())));
                }
                Err(unread) => return Err(invalid(format!("env file {}: {unread}", path.display()))),
            }
        }
        for variable in &service.environment {
            match &variable.value {
                Some(value) => env.insert(variable.name.value.clone(), value.clone()),
                None => env.remove(&variable.name.value),
            };
        }
        Ok(env)
    }

    fn mounts(&self, service: &Service, program: &Program) -> Result<Vec<Mount>, Refusal> {
        let mut mounts = Vec::new();
        for mount in &service.volumes {
            if matches!(program.kind, ProgramKind::Own) {
                self.may_link(mount, &service.volumes)?;
            }
            if let ProgramKind::Machine(machine) = &program.kind {
                self.may_mount(mount, machine)?;
            }
            let is_front = matches!(program.kind, ProgramKind::Front);
            if let Some((source, volume)) = self.source(mount, is_front)? {
                let target = within::normal(&mount.target);
                mounts.push(Mount { target, source, read_only: mount.read_only, volume });
            }
        }
        Ok(mounts)
    }

    /// Whether a program of the machine reads what is mounted there.
    fn may_mount(&self, mount: &compose::Mount, machine: &Machine) -> Result<(), Refusal> {
        if let Some(path) = machine.not_mounted.iter().find(|path| is_below(&mount.target, path)) {
            return Err(self.not_here(mount.span, format!("files at {path}")));
        }
        // A database's own files are no mounts of their own.
        let below = mount.target.strip_prefix(machine.data);
        if below.is_some_and(|rest| rest.trim_end_matches('/').starts_with('/')) {
            return Err(self.not_here(mount.span, format!("a mount below {}", machine.data)));
        }
        Ok(())
    }

    /// The path of this machine that is mounted, and the volume's name where it is one; none where
    /// each replica has a folder of its own there anyway.
    fn source(
        &self,
        mount: &compose::Mount,
        is_front: bool,
    ) -> Result<Option<(PathBuf, Option<String>)>, Refusal> {
        let source = mount.source.as_deref().unwrap_or_default();
        match mount.kind {
            MountKind::Volume => {
                let name = self.volume(source);
                if self.is_external(source) && !self.place.volume_names().contains(&name) {
                    return Err(invalid(format!("external volume \"{name}\" not found")));
                }
                Ok(Some((self.place.volume(&name), Some(name))))
            }
            MountKind::Bind => {
                let path = bound(&self.project.dir, source);
                if !path.starts_with(&self.project.dir) {
                    let what = format!("a folder outside of the workspace ({source})");
                    return Err(self.not_here(mount.span, what));
                }
                if !path.exists() {
                    within::folder(&self.project.dir, &path).map_err(|error| self.io(&error))?;
                }
                Ok(Some((path, None)))
            }
            // It hides the files of the image from nginx.
            MountKind::Tmpfs if is_front => {
                Ok(Some((self.place.nothing().map_err(|error| self.io(&error))?, None)))
            }
            MountKind::Tmpfs | MountKind::Anonymous => Ok(None),
            MountKind::Other => Err(self.not_here(mount.span, "this kind of mount")),
        }
    }

    fn networks(&self, service: &Service, replicas: u32) -> Result<BTreeMap<String, Vec<String>>, Refusal> {
        if let Some(mode) = service.network_mode.as_ref().filter(|mode| mode.value != "none") {
            return Err(self.not_here(mode.span, format!("network_mode: {}", mode.value)));
        }
        service.networks.iter().try_for_each(|one| self.may_attach(service, one, replicas))?;
        let network = |one: &Attachment| (self.network(&one.key.value), one.aliases.clone());
        Ok(service.networks.iter().map(network).collect())
    }

    /// Whether Docker would give the service that network as the file says it.
    fn may_attach(&self, service: &Service, on: &Attachment, replicas: u32) -> Result<(), Refusal> {
        let (name, key) = (service.name.value.as_str(), on.key.value.as_str());
        // Nobody else makes networks here.
        if let Some(network) = self.file.network(key).filter(|network| network.external) {
            let words = "declared as external, but could not be found";
            return Err(invalid(format!("network {} {words}", network.name)));
        }
        let address = |address: &str| {
            let path = format!("services.{name}.networks.{key}.{address}");
            self.file.root.entry(&path).is_some()
        };
        if !address("ipv4_address") && !address("ipv6_address") {
            return Ok(());
        }
        let config = self.file.root.get(&format!("networks.{key}.ipam.config"));
        let words = match config
            .is_some_and(|config| config.items().iter().any(|one| one.get("subnet").is_some()))
        {
            true if replicas <= 1 => return Ok(()),
            true => "Address already in use",
            false => {
                "user specified IP address is supported only when connecting to networks with user configured \
                 subnets"
            }
        };
        Err(invalid(format!("Error response from daemon: {words}")))
    }

    /// Docker opens no port for a container whose networks are all `internal`.
    fn is_inside(&self, service: &Service) -> bool {
        let internal = |on: &Attachment| {
            let said = self.file.root.get(&format!("networks.{}.internal", on.key.value));
            said.and_then(|node| node.text()).is_some_and(|text| text.eq_ignore_ascii_case("true"))
        };
        !service.networks.is_empty() && service.networks.iter().all(internal)
    }

    fn published(&self, service: &Service) -> Result<Vec<Publish>, Refusal> {
        let mut published = Vec::new();
        if self.is_inside(service) {
            return Ok(published);
        }
        for port in &service.ports {
            if port.protocol != "tcp" {
                return Err(self.not_here(port.span, format!("a port with {}", port.protocol)));
            }
            let host_ip = port.host_ip.clone().unwrap_or_else(|| "0.0.0.0".to_owned());
            let count = port.target.last - port.target.first;
            for offset in 0..=count {
                let host = port.published.map(|host| match count {
                    // A run with one target: each replica takes one of it.
                    0 => (host.first, host.last),
                    _ => (host.first.saturating_add(offset), host.first.saturating_add(offset)),
                });
                published.push(Publish {
                    host_ip: host_ip.clone(),
                    host,
                    target: port.target.first + offset,
                });
            }
        }
        Ok(published)
    }
}

pub(super) fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A bind mount's path on this machine; a link that leads out of the workspace is seen through.
fn bound(dir: &Path, source: &str) -> PathBuf {
    let path = dir.join(source);
    std::fs::canonicalize(&path).unwrap_or_else(|_| within::cleaned(&path))
}

/// Cores as thousandths of one; Docker's own finest step is far below what a person writes, and
/// zero is no limit.
fn thousandths(cores: f64) -> Option<u32> {
    let thousandths = (cores * 1000.0).round().clamp(0.0, f64::from(u32::MAX)) as u32;
    (thousandths > 0).then_some(thousandths)
}

fn restart(service: &Service) -> Restart {
    let policy = service.restart.as_ref().map_or("no", |policy| policy.value.as_str());
    match policy.split(':').next().unwrap_or_default() {
        "always" | "unless-stopped" => Restart::Always,
        "on-failure" => Restart::OnFailure,
        _ => Restart::No,
    }
}
