//! What Compose refuses though every key is right by itself: names that lead nowhere, services that
//! wait for each other, settings that contradict each other ([`hold`]).

use super::read::Place;
use super::schema::size;
use super::{ComposeFile, Env, MountKind, Service};
use crate::{Span, Spanned, SyntaxError};
use workshop_text::Text;
use workshop_text::near::did_you_mean;

/// # Errors
/// The first contradiction among the services that no profile keeps back, with its place.
pub(super) fn hold(file: &ComposeFile, env: &Env) -> Result<(), SyntaxError> {
    let root = Place { node: &file.root, path: String::new(), env };
    let held = Held { file, root, active: file.services.iter().filter(|one| is_active(one, env)).collect() };
    held.resources()?;
    held.active.iter().try_for_each(|service| held.service(service))?;
    held.container_names()?;
    held.cycles()
}

/// Whether a profile of the service is on, or it has none.
pub fn is_active(service: &Service, env: &Env) -> bool {
    let on = env.get("COMPOSE_PROFILES").unwrap_or_default();
    let is_on = |profile: &Spanned<String>| on.split(',').any(|on| on == "*" || on.trim() == profile.value);
    service.profiles.is_empty() || service.profiles.iter().any(is_on)
}

struct Held<'a> {
    file: &'a ComposeFile,
    root: Place<'a>,
    active: Vec<&'a Service>,
}

impl<'a> Held<'a> {
    fn names(&self, section: &str) -> Vec<&'a str> {
        let section = self.file.root.entries().iter().find(|entry| entry.key.value == section);
        let entries = section.map(|entry| entry.value.entries()).unwrap_or_default();
        entries.iter().map(|entry| entry.key.value.as_str()).collect()
    }

    fn declared(&self, section: &'static str, name: &str, span: Span) -> Result<(), SyntaxError> {
        let known = self.names(section);
        if known.contains(&name) {
            return Ok(());
        }
        let near = did_you_mean(name, known);
        let message = Text::new("stack-compose-undeclared").with("section", section).with("name", name);
        Err(SyntaxError::new(message.with("near", near), span))
    }

    /// The service `name` is there, and no profile keeps it back.
    fn there(&self, name: &str, span: Span, optional: bool) -> Result<(), SyntaxError> {
        let key = match self.file.service(name) {
            Some(_) if optional || self.active.iter().any(|one| one.name.value == name) => return Ok(()),
            Some(_) => "stack-compose-service-off",
            None => "stack-compose-no-service",
        };
        let near = did_you_mean(name, self.file.services.iter().map(|one| one.name.value.as_str()));
        Err(SyntaxError::new(Text::new(key).with("name", name).with("near", near), span))
    }

    /// The service as it is written.
    fn place(&self, service: &Service) -> Option<Place<'a>> {
        self.root.key("services")?.key(&service.name.value)
    }

    fn service(&self, service: &'a Service) -> Result<(), SyntaxError> {
        let Some(place) = self.place(service) else { return Ok(()) };
        let name = service.name.value.as_str();
        if service.build.is_none() && service.image.is_none() && place.key("provider").is_none() {
            return Err(SyntaxError::new(
                Text::new("stack-compose-no-image").with("name", name),
                service.name.span,
            ));
        }
        for network in service.networks.iter().filter(|one| !one.implicit && one.key.value != "default") {
            self.declared("networks", &network.key.value, network.key.span)?;
        }
        for mount in service.volumes.iter().filter(|mount| mount.kind == MountKind::Volume) {
            self.declared("volumes", mount.source.as_deref().unwrap_or_default(), mount.span)?;
        }
        for section in ["secrets", "configs"] {
            let of_build = place.key("build").and_then(|build| build.key(section));
            for list in place.key(section).into_iter().chain(of_build) {
                for item in list.items()? {
                    let source = item.key("source").unwrap_or(item);
                    if let Ok(source) = source.string() {
                        self.declared(section, &source.value, source.span)?;
                    }
                }
            }
        }
        for (other, optional) in needed(service, &place) {
            self.there(&other.value, other.span, optional)?;
        }
        contradictions(service, &place)
    }

    fn container_names(&self) -> Result<(), SyntaxError> {
        let mut seen = std::collections::HashMap::new();
        for service in &self.active {
            let Some(name) = &service.container_name else { continue };
            if let Some(other) = seen.insert(name.value.as_str(), service.name.value.as_str()) {
                let message = Text::new("stack-compose-same-name").with("name", name.value.as_str());
                return Err(SyntaxError::new(message.with("other", other), name.span));
            }
        }
        Ok(())
    }

    /// Takes away, again and again, what waits for nothing that is left.
    fn cycles(&self) -> Result<(), SyntaxError> {
        let needs = |service: &&'a Service| {
            let place = self.place(service);
            let all = place.map(|place| needed(service, &place)).unwrap_or_default();
            (*service, all.into_iter().map(|(other, _)| other).collect::<Vec<_>>())
        };
        let mut left: Vec<(&Service, Vec<Spanned<String>>)> = self.active.iter().map(needs).collect();
        loop {
            let names: std::collections::HashSet<String> =
                left.iter().map(|(service, _)| service.name.value.clone()).collect();
            let before = left.len();
            left.retain(|(_, needs)| needs.iter().any(|other| names.contains(&other.value)));
            if left.len() == before {
                break;
            }
        }
        let Some((first, needs)) = left.first() else { return Ok(()) };
        let round = self.round(first.name.value.as_str(), &left);
        let span = needs
            .iter()
            .find(|other| round.contains(&other.value))
            .map_or(first.name.span, |other| other.span);
        Err(SyntaxError::new(Text::new("stack-compose-cycle").with("names", round.join(" → ")), span))
    }

    /// The way around, from a service that waits for itself in the end.
    fn round(&self, start: &str, left: &[(&Service, Vec<Spanned<String>>)]) -> Vec<String> {
        let mut way = vec![start.to_owned()];
        while let Some((_, needs)) = left.iter().find(|(service, _)| Some(&service.name.value) == way.last())
        {
            let next =
                needs.iter().find(|other| left.iter().any(|(service, _)| service.name.value == other.value));
            let Some(next) = next.map(|next| next.value.clone()) else { break };
            let begin = way.iter().position(|name| *name == next);
            way.push(next);
            if let Some(begin) = begin {
                way.drain(..begin);
                break;
            }
        }
        way
    }
}

/// The services that must be there for this one, and whether a profile may keep them back.
fn needed(service: &Service, place: &Place<'_>) -> Vec<(Spanned<String>, bool)> {
    let optional = |name: &str| {
        let required = place.key("depends_on").and_then(|all| all.key(name)?.key("required"));
        required.is_some_and(|required| required.boolean() == Ok(false))
    };
    let said = service.depends_on.iter().map(|dependency| &dependency.service);
    let said = said.map(|other| (other.clone(), optional(&other.value)));
    said.chain(service.implied.iter().map(|other| (other.clone(), false))).collect()
}

/// Of `one` and `other` only one can be said.
fn both<T>(place: &Place<'_>, one: &str, other: &str, span: Span) -> Result<T, SyntaxError> {
    let message = Text::new("stack-compose-both").with("path", place.path.as_str());
    Err(SyntaxError::new(message.with("one", one).with("other", other), span))
}

fn contradictions(service: &Service, place: &Place<'_>) -> Result<(), SyntaxError> {
    if let (Some(scale), Some(replicas)) = (&service.scale, &service.replicas)
        && scale.value != replicas.value
    {
        return both(place, "scale", "deploy.replicas", scale.span);
    }
    if let (Some(name), true) = (&service.container_name, service.wanted_replicas() > 1) {
        let other = if service.scale.is_some() { "scale" } else { "deploy.replicas" };
        return both(place, "container_name", other, name.span);
    }
    if let (Some(mode), Some(_)) = (&service.network_mode, place.key("networks")) {
        return both(place, "network_mode", "networks", mode.span);
    }
    let mut targets = std::collections::HashSet::new();
    if let Some(twice) = service.volumes.iter().find(|mount| !targets.insert(mount.target.as_str())) {
        let message = Text::new("stack-compose-mounted-twice").with("target", twice.target.as_str());
        return Err(SyntaxError::new(message, twice.span));
    }
    if let Some(build) = place.key("build")
        && let (Some(inline), Some(_)) = (build.key("dockerfile_inline"), build.key("dockerfile"))
    {
        return both(place, "build.dockerfile", "build.dockerfile_inline", inline.node.span);
    }
    limits(place)?;
    watches(place)?;
    if let Some(test) = place.key("healthcheck").and_then(|check| check.key("test"))
        && let Some(first) = test.items().ok().and_then(|items| items.first()?.string().ok())
        && !matches!(first.value.as_str(), "CMD" | "CMD-SHELL" | "NONE")
    {
        return Err(SyntaxError::new(Text::new("stack-compose-test").with("path", test.path), first.span));
    }
    Ok(())
}

/// What is said both in the service's own way and in that of `deploy`, and not the same.
fn limits(place: &Place<'_>) -> Result<(), SyntaxError> {
    for (own, kind, limit) in [
        ("cpus", "limits", "cpus"),
        ("mem_limit", "limits", "memory"),
        ("pids_limit", "limits", "pids"),
        ("mem_reservation", "reservations", "memory"),
    ] {
        let limits = place.key("deploy").and_then(|deploy| deploy.key("resources")?.key(kind));
        let (Some(own_place), Some(limits)) = (place.key(own), limits) else { continue };
        // Among limits, one that is not said is none.
        let there = limits.key(limit).map(|place| place.string()).transpose()?;
        let there = there.map_or_else(|| "0".to_owned(), |text| text.value);
        let same = |one: &str, other: &str| {
            one == other
                || size(one).zip(size(other)).is_some_and(|(one, other)| (one - other).abs() < f64::EPSILON)
        };
        if !same(&own_place.string()?.value, &there) {
            return both(place, own, &format!("deploy.resources.{kind}.{limit}"), own_place.node.span);
        }
    }
    Ok(())
}

/// What is copied needs to be told where to.
fn watches(place: &Place<'_>) -> Result<(), SyntaxError> {
    let Some(all) = place.key("develop").and_then(|develop| develop.key("watch")) else { return Ok(()) };
    for watch in all.items()? {
        let action = watch.key("action").map(|action| action.string()).transpose()?;
        if watch.key("target").is_none() && action.is_some_and(|action| action.value.starts_with("sync")) {
            let message = Text::new("stack-compose-missing-key").with("path", watch.path.as_str());
            return Err(SyntaxError::new(message.with("key", "target"), watch.node.span));
        }
    }
    Ok(())
}

impl Held<'_> {
    /// What is declared at the top: outside things have nothing of their own, and a secret has one source.
    fn resources(&self) -> Result<(), SyntaxError> {
        for (section, sources) in [
            ("networks", &[][..]),
            ("volumes", &[]),
            ("secrets", &["file", "environment"]),
            ("configs", &["file", "environment", "content"]),
        ] {
            let Some(all) = self.root.key(section) else { continue };
            for (key, place) in all.entries()? {
                let external = match place.key("external") {
                    Some(external) => !external.node.entries().is_empty() || external.boolean()?,
                    None => false,
                };
                let entries = place.node.entries().iter();
                let other = entries.map(|entry| &entry.key).find(|key| {
                    let word = key.value.as_str();
                    !matches!(word, "external" | "name" | "labels") && !word.starts_with("x-")
                });
                if let Some(other) = other.filter(|_| external && section == "volumes") {
                    return both(&place, "external", &other.value, other.span);
                }
                let given: Vec<&str> =
                    sources.iter().copied().filter(|source| place.key(source).is_some()).collect();
                let driven = place.key("driver").is_some();
                if !sources.is_empty() && !external && !driven && given.len() != 1 {
                    let message = Text::new("stack-compose-one-source").with("path", place.path.as_str());
                    return Err(SyntaxError::new(message.with("words", sources.join(", ")), key.span));
                }
            }
        }
        Ok(())
    }
}
