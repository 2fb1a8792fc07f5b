//! What the learner's compose file asks for, as services that this engine can run: [`Desired`].
//!
//! What Compose refuses is refused here, for the same reason and before anything is done; what this
//! engine does not have is named, and never passed over.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::front;
use super::health;
use super::image::{self, BuildError, Built, Recipe};
use super::keys;
use super::place::Place;
use super::programs::{Kind, Program};
use super::wire::{Image, Mount, Publish, Restart, ServiceSpec, Wanted};
use crate::engine::{Project, Trouble};
use crate::stack::Span;
use crate::stack::compose::{Build, ComposeFile, Condition, Env, MountKind, Service};
use crate::text::Text;

/// How long a replica may take to end by itself, where the file does not say.
const GRACE: Duration = Duration::from_secs(10);

/// Why a stack cannot be what the file says: the line that is written, and whose fault it is.
#[derive(Debug)]
pub struct Refusal {
    pub line: String,
    pub trouble: Trouble,
}

/// Docker's or Compose's own words for a file that is not right.
fn invalid(line: impl Into<String>) -> Refusal {
    let line = line.into();
    Refusal { trouble: Trouble::ComposeFileInvalid { detail: line.clone() }, line }
}

/// Which images are made before anything starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Building {
    /// All that have a build.
    All,
    /// Those that were never made.
    Missing,
    None,
}

/// A compose file that was read, for one project.
pub struct Desired<'a> {
    pub project: &'a Project,
    pub place: &'a Place,
    pub file: ComposeFile,
    /// Its name, for messages.
    name: String,
    env: Env,
    programs: &'a BTreeMap<String, String>,
}

impl<'a> Desired<'a> {
    /// Reads the compose file of the project's folder.
    ///
    /// # Errors
    /// There is none, or Compose would not take it.
    pub fn read(
        project: &'a Project,
        place: &'a Place,
        programs: &'a BTreeMap<String, String>,
    ) -> Result<Self, Refusal> {
        let names = crate::stack::compose::COMPOSE_NAMES;
        let Some(name) = names.into_iter().find(|name| project.dir.join(name).is_file()) else {
            return Err(invalid("no configuration file provided: not found"));
        };
        let text = std::fs::read_to_string(project.dir.join(name))
            .map_err(|error| invalid(format!("{name}: {}", crate::workspace::disk::reason(&error))))?;
        let dotenv = std::fs::read_to_string(project.dir.join(".env")).unwrap_or_default();
        let env = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect::<Env>()
            .over(Env::parse_dotenv(&dotenv));
        let file = ComposeFile::parse(&text, &env).map_err(|error| {
            let place = format!("{name}:{}:{}", error.span.line, error.span.column);
            let reason = error.message.clone();
            Refusal {
                line: format!("{place}: {}", reason.render(crate::text::Lang::En)),
                trouble: Trouble::Refused { place, reason, environment: false },
            }
        })?;
        let desired = Self { project, place, file, name: name.to_owned(), env, programs };
        desired.hold_to_compose()?;
        Ok(desired)
    }

    fn at(&self, span: Span) -> String {
        format!("{}:{}:{}", self.name, span.line, span.column)
    }

    /// Something that only a container has, with its place.
    fn not_here(&self, span: Span, what: impl Into<String>) -> Refusal {
        let (place, what) = (self.at(span), what.into());
        let line = format!("{place}: {what}: the embedded engine does not have this; Docker does");
        let reason = Text::new("embedded-not-here").with("what", what);
        Refusal { line, trouble: Trouble::Refused { place, reason, environment: true } }
    }

    /// What Compose says of the whole file before it does anything.
    fn hold_to_compose(&self) -> Result<(), Refusal> {
        keys::hold(&self.file.root).map_err(|wrong| match wrong {
            keys::Wrong::Unknown(line) => invalid(format!("validating {}: {line}", self.name)),
            keys::Wrong::NotHere { span, what } => self.not_here(span, what),
        })?;
        for service in &self.file.services {
            let name = &service.name.value;
            for network in &service.networks {
                let key = &network.key.value;
                if self.file.network(key).is_none() && !(network.implicit || key == "default") {
                    return Err(invalid(format!(
                        "service \"{name}\" refers to undefined network {key}: invalid compose project"
                    )));
                }
            }
            for mount in service.volumes.iter().filter(|mount| mount.kind == MountKind::Volume) {
                let key = mount.source.as_deref().unwrap_or_default();
                if !self.file.volumes.iter().any(|volume| volume.key.value == key) {
                    return Err(invalid(format!(
                        "service \"{name}\" refers to undefined volume {key}: invalid compose project"
                    )));
                }
            }
            for dependency in &service.depends_on {
                let other = &dependency.service.value;
                if self.file.service(other).is_none() {
                    return Err(invalid(format!(
                        "service \"{name}\" depends on undefined service \"{other}\": invalid compose project"
                    )));
                }
            }
            if service.build.is_none() && service.image.is_none() {
                return Err(invalid(format!(
                    "service \"{name}\" has neither an image nor a build context specified: invalid compose project"
                )));
            }
        }
        self.order().map(|_| ())
    }

    /// Every service behind those that it depends on.
    pub fn order(&self) -> Result<Vec<&Service>, Refusal> {
        let mut ordered: Vec<&Service> = Vec::new();
        let mut rest: Vec<&Service> = self.file.services.iter().collect();
        while !rest.is_empty() {
            let done: BTreeSet<&str> = ordered.iter().map(|service| service.name.value.as_str()).collect();
            let free = |service: &&&Service| {
                service.depends_on.iter().all(|other| done.contains(other.service.value.as_str()))
            };
            let Some(next) = rest.iter().position(|service| free(&service)) else {
                let names: Vec<&str> = rest.iter().map(|service| service.name.value.as_str()).collect();
                return Err(invalid(format!("dependency cycle detected: {}", names.join(" -> "))));
            };
            ordered.push(rest.remove(next));
        }
        Ok(ordered)
    }

    /// Which services a command is about: those named, those that they depend on with `with_dependencies`,
    /// and all that no profile keeps back where none is named.
    ///
    /// # Errors
    /// There is no service of a name.
    pub fn selected(&self, names: &[String], with_dependencies: bool) -> Result<Vec<&Service>, Refusal> {
        for name in names {
            if self.file.service(name).is_none() {
                return Err(invalid(format!("no such service: {name}")));
            }
        }
        let profiles = self.env.get("COMPOSE_PROFILES").unwrap_or_default();
        let active = |service: &Service| {
            service.profiles.is_empty()
                || service.profiles.iter().any(|profile| profiles.split(',').any(|on| on == profile.value))
        };
        let mut wanted: BTreeSet<&str> = match names {
            [] => self
                .file
                .services
                .iter()
                .filter(|one| active(one))
                .map(|one| one.name.value.as_str())
                .collect(),
            names => names.iter().map(String::as_str).collect(),
        };
        let order = self.order()?;
        if with_dependencies {
            for service in order.iter().rev() {
                if wanted.contains(service.name.value.as_str()) {
                    wanted.extend(service.depends_on.iter().map(|other| other.service.value.as_str()));
                }
            }
        }
        Ok(order.into_iter().filter(|service| wanted.contains(service.name.value.as_str())).collect())
    }

    /// A network's real name.
    pub fn network(&self, key: &str) -> String {
        let named = self.file.network(key).filter(|network| {
            network.external || self.file.root.get(&format!("networks.{key}.name")).is_some()
        });
        named.map_or_else(|| format!("{}_{key}", self.project.name), |network| network.name.clone())
    }

    /// A volume's real name.
    pub fn volume(&self, key: &str) -> String {
        let named =
            self.file.volumes.iter().find(|volume| volume.key.value == key).filter(|volume| {
                volume.external || self.file.root.get(&format!("volumes.{key}.name")).is_some()
            });
        named.map_or_else(|| format!("{}_{key}", self.project.name), |volume| volume.name.clone())
    }

    /// The volumes of the file by real name, with their folders.
    pub fn volumes(&self) -> BTreeMap<String, PathBuf> {
        let names = self.file.volumes.iter().map(|volume| self.volume(&volume.key.value));
        names.map(|name| (name.clone(), self.place.volumes().join(name))).collect()
    }

    /// The program that stands for a service: the lesson's, else the one of its image's name.
    pub fn program(&self, service: &Service) -> Result<&'static Program, Refusal> {
        let name = &service.name.value;
        if let Some(program) = self.programs.get(name).and_then(|program| Program::find(program)) {
            return Ok(program);
        }
        let image = service.image.as_ref().filter(|_| service.build.is_none());
        match image {
            Some(image) => Program::of_image(&image.value).ok_or_else(|| {
                self.not_here(image.span, format!("a program for the image {} (service {name})", image.value))
            }),
            None => {
                Err(self
                    .not_here(service.name.span, format!("a program for the service {name}, which is built")))
            }
        }
    }

    /// Makes images anew (or only those that were never made); says each by name.
    ///
    /// # Errors
    /// What Docker would refuse, and what needs a container.
    pub fn build(
        &self,
        services: &[&Service],
        building: Building,
        say: &mut dyn FnMut(String),
    ) -> Result<(), Refusal> {
        for service in services {
            let Some(recipe) = &service.build else { continue };
            let program = self.program(service)?;
            let name = self.image_name(service);
            if building == Building::Missing && image::latest(self.place, &name).is_some() {
                continue;
            }
            if building == Building::None {
                if image::latest(self.place, &name).is_none() {
                    return Err(invalid(format!("No such image: {name}:latest")));
                }
                continue;
            }
            let built = match &program.kind {
                Kind::Front => self.build_files(service, recipe, &name)?,
                Kind::Plain(_) => self.take_program(service, recipe, program, &name, say)?,
            };
            image::set_latest(self.place, &built).map_err(|error| self.io(&error))?;
            say(format!(" Image {name}  Built"));
        }
        Ok(())
    }

    fn io(&self, error: &std::io::Error) -> Refusal {
        let line = crate::workspace::disk::reason(error);
        Refusal { trouble: Trouble::Other { line: line.clone() }, line }
    }

    fn build_files(&self, service: &Service, build: &Build, name: &str) -> Result<Built, Refusal> {
        let args = build.args.iter().filter_map(|arg| Some((arg.name.value.clone(), arg.value.clone()?)));
        let args: BTreeMap<String, String> = args.collect();
        let recipe = Recipe {
            service: &service.name.value,
            name,
            context: self.project.dir.join(&build.context),
            dockerfile: build.dockerfile.as_deref().unwrap_or("Dockerfile"),
            args: &args,
            is_base: |image| {
                Program::of_image(image).is_some_and(|program| matches!(program.kind, Kind::Front))
            },
            is_command: is_front_command,
            base_files: &super::base::FILES,
        };
        image::build(self.place, &recipe).map_err(|error| self.build_refused(service, build, error))
    }

    fn build_refused(&self, service: &Service, build: &Build, error: BuildError) -> Refusal {
        let failed = |detail: String| Refusal {
            line: format!("target {}: failed to solve: {detail}", service.name.value),
            trouble: Trouble::BuildFailed { service: Some(service.name.value.clone()), detail },
        };
        match error {
            BuildError::Refused(detail) => failed(detail),
            BuildError::Io(error) => self.io(&error),
            BuildError::UnknownBase { file, base } => {
                let mut refusal =
                    self.not_here(build.span, format!("a program for the base image {base} ({file})"));
                refusal.line.insert_str(0, "failed to solve: ");
                refusal
            }
            BuildError::Dockerfile { file, trouble } => match trouble {
                super::dockerfile::Trouble::Wrong { line, what } => failed(format!("{file}:{line}: {what}")),
                super::dockerfile::Trouble::NeedsDocker { line, what } => {
                    let place = format!("{file}:{line}");
                    let text =
                        format!("{place}: {what}: the embedded engine does not have this; Docker does");
                    let reason = Text::new("embedded-not-here").with("what", what);
                    Refusal { line: text, trouble: Trouble::Refused { place, reason, environment: true } }
                }
            },
        }
    }

    /// The program is in this binary; that it is the same as the source at hand is looked at.
    fn take_program(
        &self,
        service: &Service,
        build: &Build,
        program: &Program,
        name: &str,
        say: &mut dyn FnMut(String),
    ) -> Result<Built, Refusal> {
        let context = self.project.dir.join(&build.context);
        if !context.is_dir() {
            let path = context.display();
            let error = BuildError::Refused(format!("unable to prepare context: path \"{path}\" not found"));
            return Err(self.build_refused(service, build, error));
        }
        if program.differs(&context) {
            say(format!(
                "{}: {} differs from the source of the program that runs here: the embedded engine runs the \
                 lesson's own; Docker builds yours",
                service.name.value, build.context
            ));
        }
        let image = image::bare(self.place, name, program.name);
        std::fs::create_dir_all(&image.root).map_err(|error| self.io(&error))?;
        Ok(Built { image, env: BTreeMap::new() })
    }

    fn image_name(&self, service: &Service) -> String {
        let own = || format!("{}-{}", self.project.name, service.name.value);
        service.image.as_ref().map_or_else(own, |image| image.value.clone())
    }

    fn image(&self, service: &Service, program: &Program) -> Result<Built, Refusal> {
        let name = self.image_name(service);
        if service.build.is_some() {
            let missing = || invalid(format!("No such image: {name}:latest"));
            return image::latest(self.place, &name).ok_or_else(missing);
        }
        let image: Image = match &program.kind {
            Kind::Plain(_) => image::bare(self.place, &name, program.name),
            Kind::Front => {
                image::base(self.place, &name, &super::base::FILES).map_err(|error| self.io(&error))?
            }
        };
        Ok(Built { image, env: BTreeMap::new() })
    }

    /// A service as the supervisor runs it, `replicas` times. Its image has been made.
    ///
    /// # Errors
    /// What Compose refuses, and what this engine does not have.
    pub fn wanted(&self, service: &Service, replicas: u32) -> Result<Wanted, Refusal> {
        let program = self.program(service)?;
        let name = &service.name.value;
        if let Some(one) =
            service.depends_on.iter().find(|one| one.condition == Condition::CompletedSuccessfully)
        {
            return Err(self.not_here(one.service.span, "service_completed_successfully"));
        }
        let built = self.image(service, program)?;
        let args = self.arguments(service, program)?;
        let mut env = built.env;
        env.extend(self.environment(service)?);
        let health = health::of(service, program).map_err(|(span, what)| self.not_here(span, what))?;
        let after = service.depends_on.iter();
        let after =
            after.map(|one| (one.service.value.clone(), one.condition == Condition::Healthy)).collect();
        let spec = ServiceSpec {
            service: name.clone(),
            program: program.name.to_owned(),
            args,
            image: built.image,
            env,
            mounts: self.mounts(service)?,
            networks: self.networks(service)?,
            published: self.published(service)?,
            health,
            container_name: service.container_name.as_ref().map(|name| name.value.clone()),
            restart: restart(service),
            stop_grace: service.stop_grace_period.unwrap_or(GRACE),
        };
        Ok(Wanted { spec, replicas, after })
    }

    /// A name is one container's: a service that has one cannot have more.
    ///
    /// # Errors
    /// It has, and shall.
    pub fn may_scale(&self, service: &Service, replicas: u32) -> Result<(), Refusal> {
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
    pub fn examine_front(&self, spec: &ServiceSpec, say: &mut dyn FnMut(String)) -> Result<(), Refusal> {
        if !Program::find(&spec.program).is_some_and(|program| matches!(program.kind, Kind::Front)) {
            return Ok(());
        }
        match front::examine(&view(spec)) {
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

    fn arguments(&self, service: &Service, program: &Program) -> Result<Vec<String>, Refusal> {
        let Some(command) = &service.command else { return Ok(Vec::new()) };
        let words = &command.value;
        match &program.kind {
            Kind::Front if is_front_command(words) => Ok(Vec::new()),
            Kind::Front => Err(self.not_here(command.span, format!("command: {}", words.join(" ")))),
            Kind::Plain(plain) => {
                let rest = words.strip_prefix(&[plain.path.to_owned()][..]).unwrap_or(words);
                Ok(rest.to_vec())
            }
        }
    }

    /// The files of variables first, then the service's own.
    fn environment(&self, service: &Service) -> Result<BTreeMap<String, String>, Refusal> {
        let mut env = BTreeMap::new();
        for file in &service.env_file {
            let path = self.project.dir.join(&file.path.value);
            match std::fs::read_to_string(&path) {
                Ok(text) => {
                    let read = Env::parse_dotenv(&text);
                    env.extend(read.iter().map(|(name, value)| (name.to_owned(), value.to_owned())));
                }
                Err(_) if !file.required => {}
                Err(_) => return Err(invalid(format!("env file {} not found", path.display()))),
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

    fn mounts(&self, service: &Service) -> Result<Vec<Mount>, Refusal> {
        let mut mounts = Vec::new();
        for mount in &service.volumes {
            let source = mount.source.as_deref().unwrap_or_default();
            let (path, volume) = match mount.kind {
                MountKind::Volume => {
                    let name = self.volume(source);
                    (self.place.volumes().join(&name), Some(name))
                }
                MountKind::Bind => (bound(&self.project.dir, source), None),
                // Each replica has a folder of its own there anyway.
                MountKind::Tmpfs | MountKind::Anonymous => continue,
                MountKind::Other => return Err(self.not_here(mount.span, "this kind of mount")),
            };
            if mount.kind == MountKind::Bind && !path.starts_with(&self.project.dir) {
                return Err(
                    self.not_here(mount.span, format!("a folder outside of the workspace ({source})"))
                );
            }
            if mount.kind == MountKind::Bind && !path.exists() {
                std::fs::create_dir_all(&path).map_err(|error| self.io(&error))?;
            }
            mounts.push(Mount {
                target: mount.target.clone(),
                source: path,
                read_only: mount.read_only,
                volume,
            });
        }
        Ok(mounts)
    }

    fn networks(&self, service: &Service) -> Result<BTreeMap<String, Vec<String>>, Refusal> {
        if let Some(mode) = service.network_mode.as_ref().filter(|mode| mode.value != "none") {
            return Err(self.not_here(mode.span, format!("network_mode: {}", mode.value)));
        }
        let network =
            |one: &crate::stack::compose::Attachment| (self.network(&one.key.value), one.aliases.clone());
        Ok(service.networks.iter().map(network).collect())
    }

    fn published(&self, service: &Service) -> Result<Vec<Publish>, Refusal> {
        let mut published = Vec::new();
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

/// The files of a replica of the front, as it sees them.
pub fn view(spec: &ServiceSpec) -> front::View {
    front::View::new(&spec.image.root, &front_mounts(spec))
}

/// The mounts of a replica of the front, as it wants them.
pub fn front_mounts(spec: &ServiceSpec) -> Vec<front::Mount> {
    let mount = |mount: &Mount| front::Mount { target: mount.target.clone(), source: mount.source.clone() };
    spec.mounts.iter().map(mount).collect()
}

/// A bind mount's path on this machine; a link that leads out of the workspace is seen through.
fn bound(dir: &Path, source: &str) -> PathBuf {
    let path = dir.join(source);
    std::fs::canonicalize(&path).unwrap_or_else(|_| {
        // Not there yet: its parts one by one, without `..`.
        let mut clean = PathBuf::new();
        for part in path.components() {
            match part {
                std::path::Component::ParentDir => {
                    clean.pop();
                }
                std::path::Component::CurDir => {}
                part => clean.push(part),
            }
        }
        clean
    })
}

fn restart(service: &Service) -> Restart {
    let policy = service.restart.as_ref().map_or("no", |policy| policy.value.as_str());
    match policy.split(':').next().unwrap_or_default() {
        "always" | "unless-stopped" => Restart::Always,
        "on-failure" => Restart::OnFailure,
        _ => Restart::No,
    }
}

/// What the official image runs, and its like.
fn is_front_command(words: &[String]) -> bool {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    matches!(words.as_slice(), ["nginx"] | ["nginx", "-g", "daemon off;"] | ["/docker-entrypoint.sh", ..])
}
