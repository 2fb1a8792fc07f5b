//! What the learner's compose file asks for, as services that this engine can run: [`Desired`].
//!
//! What Compose refuses is refused here, for the same reason and before anything is done; what this
//! engine does not have is named, and never passed over.

mod base;
mod build;
mod healthcheck;
mod keys;
mod own;
mod service;

use std::collections::{BTreeMap, BTreeSet};

use super::naming;
use super::own::{OwnProgram, StandIn};
use super::place::Place;
use super::programs::Program;
use super::refusal::{Refusal, invalid, needs_docker, refusal};
use crate::{Project, Trouble};
use workshop_disk::Unread;
use workshop_disk::files::{LIMIT, is_plain};
use workshop_stack::Span;
use workshop_stack::compose::project::{self, Source};
use workshop_stack::compose::{ComposeFile, Env, MountKind, Service, is_active};
use workshop_stack::dotenv::DotEnv;
use workshop_stack::yaml::Node;
use workshop_text::near::did_you_mean;
use workshop_text::{Lang, Text};

/// Which images are made before anything starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Building {
    /// All that have a build.
    All,
    /// Those that were never made.
    Missing,
    None,
}

/// A compose file that was read, for one project.
pub(super) struct Desired<'a> {
    pub project: &'a Project,
    pub place: &'a Place,
    pub file: ComposeFile,
    /// The first file's name, for messages.
    name: String,
    sources: Vec<Source>,
    env: Env,
    programs: &'a BTreeMap<String, StandIn>,
}

impl<'a> Desired<'a> {
    /// Reads the compose file of the project's folder.
    ///
    /// # Errors
    /// There is none, or Compose would not take it.
    pub(super) fn read(
        project: &'a Project,
        place: &'a Place,
        programs: &'a BTreeMap<String, StandIn>,
        profiles: &[String],
    ) -> Result<Self, Refusal> {
        let unread = |name: &str, unread: Unread| invalid(format!("{name}: {unread}"));
        let dotenv = match workshop_disk::bytes(&project.dir.join(".env"), LIMIT) {
            Ok(bytes) => bytes,
            Err(error) if error.is_missing() => Vec::new(),
            Err(error) => return Err(unread(".env", error)),
        };
        let outer = Env::of_process();
        if let Some(error) = DotEnv::syntax_error(&dotenv, &outer) {
            let reason = error.message.render(Lang::En);
            return Err(invalid(format!("failed to read .env: line {}: {reason}", error.span.line)));
        }
        let said = Env::of_dotenv(&dotenv, &outer);
        let names = project::names(&said, |name| project.dir.join(name).exists());
        let Some(name) = names.first().cloned() else {
            return Err(invalid("no configuration file provided: not found"));
        };
        let mut env = outer.over(said);
        if !profiles.is_empty() {
            // Here a comma is a part of the name, and none has one.
            let named: Vec<&str> =
                profiles.iter().map(String::as_str).filter(|name| !name.contains(',')).collect();
            env.set("COMPOSE_PROFILES", &named.join(","));
        }
        let open = |path: &str| match is_plain(path) {
            true => workshop_disk::text(&project.dir.join(path), LIMIT).map_err(|error| unread(path, error)),
            false => Err(invalid(format!("{path}: it is not in this folder"))),
        };
        let read = project::load(&names, &env, open).map_err(|unread| match unread {
            project::Unread::File { error, .. } => error,
            project::Unread::Broken { source, error } => {
                let place = format!("{}:{}:{}", source.path, error.span.line, error.span.column);
                let reason = error.message;
                Refusal {
                    line: format!("{place}: {}", reason.render(Lang::En)),
                    trouble: Trouble::Refused { place, reason, environment: false },
                }
            }
        })?;
        let (file, sources) = (read.model, read.sources);
        let desired = Self { project, place, file, name, sources, env, programs };
        desired.hold_to_compose()?;
        Ok(desired)
    }

    fn at(&self, span: Span) -> String {
        let source = self.sources.iter().rev().find(|source| source.before < span.line);
        let (path, before) = source.map_or((self.name.as_str(), 0), |source| (&source.path, source.before));
        format!("{path}:{}:{}", span.line - before, span.column)
    }

    /// Something that only a container has, with its place.
    fn not_here(&self, span: Span, what: impl Into<String>) -> Refusal {
        needs_docker(self.at(span), what)
    }

    /// What Compose and Docker say of the whole file before anything is done, beyond what reading it
    /// has refused.
    fn hold_to_compose(&self) -> Result<(), Refusal> {
        keys::hold(&self.file.root).map_err(|wrong| match wrong {
            keys::Wrong::Unknown(line) => invalid(format!("validating {}: {line}", self.name)),
            keys::Wrong::NotHere { span, what } => self.not_here(span, what),
        })?;
        self.hold_names()?;
        self.order().map(|_| ())
    }

    /// The keys of the file that change nothing here, as `services.NAME.KEY`.
    pub(super) fn without_effect(&self) -> Vec<String> {
        keys::without_effect(&self.file.root)
    }

    /// Names by Docker's and Compose's rules, in their words.
    fn hold_names(&self) -> Result<(), Refusal> {
        naming::project(&self.project.name).map_err(invalid)?;
        let schema = |words: String| invalid(format!("validating {}: {words}", self.name));
        for section in ["services", "networks", "volumes"] {
            for entry in self.file.root.get(section).map(Node::entries).unwrap_or_default() {
                let name = &entry.key.value;
                if !name.starts_with("x-") {
                    naming::key(section, name).map_err(schema)?;
                }
            }
        }
        for service in &self.file.services {
            let name = &service.name.value;
            if let Some(container) = &service.container_name {
                naming::container(name, &container.value).map_err(schema)?;
            }
            let image = service.image.as_ref().map(|image| &image.value);
            match image.map(|image| (image, naming::image(image))) {
                Some((image, Err(words))) if service.build.is_some() => {
                    return Err(invalid(format!("invalid tag \"{image}\": {words}")));
                }
                Some((image, Err(words))) => {
                    return Err(invalid(format!("unable to get image '{image}': {words}")));
                }
                _ => {}
            }
        }
        self.volumes().iter().try_for_each(|name| naming::volume(name).map_err(invalid))
    }

    /// Every service behind those that it depends on.
    pub(super) fn order(&self) -> Result<Vec<&Service>, Refusal> {
        let mut ordered: Vec<&Service> = Vec::new();
        let mut rest: Vec<&Service> = self.file.services.iter().collect();
        while !rest.is_empty() {
            let done: BTreeSet<&str> = ordered.iter().map(|service| service.name.value.as_str()).collect();
            let free = |service: &&&Service| {
                service.follows().all(|other| done.contains(other) || self.file.service(other).is_none())
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
    pub(super) fn selected(
        &self,
        names: &[String],
        with_dependencies: bool,
    ) -> Result<Vec<&Service>, Refusal> {
        for name in names {
            if self.file.service(name).is_none() {
                let known = self.file.services.iter().map(|service| service.name.value.as_str());
                let near = did_you_mean(name, known);
                let line = format!("no such service: {name}{}", near.render(Lang::En));
                let reason =
                    Text::new("embedded-no-service").with("service", name.as_str()).with("near", near);
                return Err(refusal(line, reason));
            }
        }
        let mut wanted: BTreeSet<&str> = match names {
            [] => self
                .file
                .services
                .iter()
                .filter(|one| is_active(one, &self.env))
                .map(|one| one.name.value.as_str())
                .collect(),
            names => names.iter().map(String::as_str).collect(),
        };
        let order = self.order()?;
        if with_dependencies {
            for service in order.iter().rev() {
                if wanted.contains(service.name.value.as_str()) {
                    wanted.extend(service.follows());
                }
            }
        }
        Ok(order.into_iter().filter(|service| wanted.contains(service.name.value.as_str())).collect())
    }

    /// A network's real name.
    pub(super) fn network(&self, key: &str) -> String {
        let named = self.file.network(key).filter(|network| {
            network.external || self.file.root.get(&format!("networks.{key}.name")).is_some()
        });
        named.map_or_else(|| format!("{}_{key}", self.project.name), |network| network.name.clone())
    }

    /// A volume's real name.
    pub(super) fn volume(&self, key: &str) -> String {
        let named =
            self.file.volumes.iter().find(|volume| volume.key.value == key).filter(|volume| {
                volume.external || self.file.root.get(&format!("volumes.{key}.name")).is_some()
            });
        named.map_or_else(|| format!("{}_{key}", self.project.name), |volume| volume.name.clone())
    }

    /// Whether somebody else makes that volume.
    pub(super) fn is_external(&self, key: &str) -> bool {
        self.file.volumes.iter().any(|volume| volume.key.value == key && volume.external)
    }

    /// The volumes of the file by real name.
    pub(super) fn volumes(&self) -> Vec<String> {
        self.file.volumes.iter().map(|volume| self.volume(&volume.key.value)).collect()
    }

    /// The volumes that services mount, by real name.
    pub(super) fn volumes_of(&self, services: &[&Service]) -> Vec<String> {
        let mounts = services.iter().flat_map(|service| &service.volumes);
        let named = mounts.filter(|mount| mount.kind == MountKind::Volume);
        let names: BTreeSet<String> =
            named.filter_map(|mount| Some(self.volume(mount.source.as_deref()?))).collect();
        names.into_iter().collect()
    }

    /// The volumes of the file by real name, but for those that are not the project's.
    pub(super) fn own_volumes(&self) -> Vec<String> {
        let own = self.file.volumes.iter().filter(|volume| !volume.external);
        own.map(|volume| self.volume(&volume.key.value)).collect()
    }

    /// `services`, and those that depend on one of them with `restart: true`, as `restart` takes them.
    pub(super) fn restarted_with(&self, services: &[String]) -> Vec<String> {
        let mut all = services.to_vec();
        for service in self.order().unwrap_or_default() {
            let name = &service.name.value;
            let follows = service.depends_on.iter().any(|other| {
                let other = &other.service.value;
                let asked = self.file.root.get(&format!("services.{name}.depends_on.{other}.restart"));
                all.contains(other) && asked.and_then(Node::text) == Some("true")
            });
            if follows && !all.contains(name) {
                all.push(name.clone());
            }
        }
        all
    }

    /// The lesson's own program for a service, where it is one.
    fn own(&self, service: &Service) -> Option<&'a OwnProgram> {
        self.programs.get(&service.name.value).and_then(StandIn::own)
    }

    /// The program that stands for a service: the lesson's, else the one of its image's name.
    pub(super) fn program(&self, service: &Service) -> Result<&'static Program, Refusal> {
        let name = &service.name.value;
        if let Some(program) = self.programs.get(name).and_then(Program::of) {
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
}
