//! Whether `docker compose up` brings a service up as the lesson wants it: started at all, as often
//! as wanted, built, and able to be scaled. What every check about a service asks first.

use super::built;
use super::files::Files;
use super::read::Read;
use crate::verdict::Verdict;
use workshop_stack::Span;
use workshop_stack::compose::{ComposeFile, Service};
use workshop_text::Text;

/// Why the service does not come up so, if it does not.
pub(super) fn trouble(files: &Files, file: &Read<ComposeFile>, service: &Service) -> Option<Verdict> {
    let (text, span) = match profile(files, service)
        .or_else(|| count(files, service))
        .or_else(|| external(file, service))
        .or_else(|| address(files, file, service))
        .or_else(|| hostname(files, file, service))
    {
        Some(found) => found,
        None => return built::trouble(files, file, service),
    };
    Some(Verdict::not_yet(text.with("service", service.name.value.as_str())).at(file.place(span)))
}

fn profile(files: &Files, service: &Service) -> Option<(Text, Span)> {
    let first = service.profiles.first()?;
    let env = files.env();
    let active = env.get("COMPOSE_PROFILES").unwrap_or_default();
    // Or the lesson's own commands turn it on.
    let named = files.demands.profiles.iter().map(String::as_str);
    let on: Vec<&str> = active.split(',').map(str::trim).chain(named).collect();
    let started =
        service.profiles.iter().any(|profile| on.iter().any(|on| *on == "*" || *on == profile.value));
    (!started)
        .then(|| (Text::new("check-standing-profile").with("profile", first.value.as_str()), first.span))
}

/// A number that the lesson's commands do not say themselves.
fn count(files: &Files, service: &Service) -> Option<(Text, Span)> {
    let wanted = files.wanted(&service.name.value)?;
    let said = service.scale.as_ref().or(service.replicas.as_ref())?;
    let count = service.wanted_replicas();
    (count != wanted)
        .then(|| (Text::new("check-standing-count").with("count", count).with("wanted", wanted), said.span))
}

/// A network or a volume that somebody else is said to make: nobody does.
fn external(file: &Read<ComposeFile>, service: &Service) -> Option<(Text, Span)> {
    let networks = service.networks.iter().filter_map(|on| file.model.network(&on.key.value));
    let mounted = service.volumes.iter().filter_map(|mount| mount.source.as_deref());
    let volumes =
        mounted.filter_map(|name| file.model.volumes.iter().find(|volume| volume.key.value == name));
    let found = networks
        .map(|network| ("check-standing-external-network", network))
        .chain(volumes.map(|volume| ("check-standing-external-volume", volume)))
        .find(|(_, resource)| resource.external)?;
    Some((Text::new(found.0).with("name", found.1.name.as_str()), found.1.key.span))
}

/// One host name for all replicas: nobody can tell them apart then.
fn hostname(files: &Files, file: &Read<ComposeFile>, service: &Service) -> Option<(Text, Span)> {
    let name = service.name.value.as_str();
    let written =
        file.model.root.entry(&format!("services.{name}.hostname")).filter(|_| files.scales(name))?;
    let said = written.value.text()?;
    Some((Text::new("check-standing-hostname").with("hostname", said), written.key.span))
}

/// A fixed address: no network gives it without a subnet of the file's own, and one replica alone
/// can have it.
fn address(files: &Files, file: &Read<ComposeFile>, service: &Service) -> Option<(Text, Span)> {
    let name = service.name.value.as_str();
    service.networks.iter().filter(|on| !on.implicit).find_map(|on| {
        let network = on.key.value.as_str();
        let keys = ["ipv4_address", "ipv6_address"];
        let key = |key: &str| file.model.root.entry(&format!("services.{name}.networks.{network}.{key}"));
        let written = keys.into_iter().find_map(key)?;
        let text = |key| {
            let address = written.value.text().unwrap_or_default();
            Some((Text::new(key).with("address", address).with("network", network), written.key.span))
        };
        if files.scales(name) {
            return text("check-standing-address-one");
        }
        let subnets = file.model.root.get(&format!("networks.{network}.ipam.config"));
        let given =
            subnets.is_some_and(|config| config.items().iter().any(|one| one.get("subnet").is_some()));
        if given { None } else { text("check-standing-address-subnet") }
    })
}
