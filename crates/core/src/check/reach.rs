//! Who can reach whom by what the compose file says: a container another one by its name, and the
//! host a container by a port. The only place that puts networks, modes, names and ports together.

use std::net::IpAddr;

use super::files::Files;
use super::read::Read;
use crate::verdict::Verdict;
use workshop_stack::Span;
use workshop_stack::compose::{ComposeFile, Port, Service};
use workshop_text::Text;

/// Why the host does not reach a port of a service, and where that is said.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Closed<'m> {
    /// No entry of `ports` is for it.
    Missing,
    /// One is, of another protocol.
    Protocol(&'m Port),
    /// At an address that is not this machine's own.
    Address(&'m Port),
    /// Every network of the service is `internal`.
    Internal(&'m str, Span),
    /// It has no network of its own: `network_mode`, and its value.
    Mode(&'m str, Span),
}

/// Why one service does not find another.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Apart<'m> {
    /// They share no network.
    Networks(Span),
    /// One of them has no network with names.
    Mode(&'m str, &'m str, Span),
    /// Another service has the name, too.
    Clash(&'m str, Span),
}

fn mode(service: &Service) -> Option<(&str, Span)> {
    service.network_mode.as_ref().map(|mode| (mode.value.as_str(), mode.span))
}

/// The service whose network another uses: itself, or that of `network_mode: service:NAME`.
fn network_of<'m>(model: &'m ComposeFile, service: &'m Service) -> &'m Service {
    let other = mode(service).and_then(|(mode, _)| mode.strip_prefix("service:"));
    other.and_then(|name| model.service(name)).unwrap_or(service)
}

fn is_internal(model: &ComposeFile, network: &str) -> bool {
    let said = model.root.get(&format!("networks.{network}.internal"));
    said.and_then(|node| node.text()).is_some_and(|text| text.eq_ignore_ascii_case("true"))
}

/// The port of this machine by which `service`'s TCP port `target` is reached.
///
/// # Errors
/// Why there is none.
pub(super) fn from_host<'m>(
    model: &'m ComposeFile,
    service: &'m Service,
    target: u16,
) -> Result<(), Closed<'m>> {
    let service = network_of(model, service);
    if let Some((mode, span)) = mode(service).filter(|(mode, _)| !matches!(*mode, "bridge" | "default")) {
        return Err(Closed::Mode(mode, span));
    }
    let all: Vec<&Port> = service.ports.iter().filter(|port| port.target.contains(target)).collect();
    let Some(first) = all.first() else { return Err(Closed::Missing) };
    let Some(tcp) = all.iter().find(|port| port.protocol == "tcp") else {
        return Err(Closed::Protocol(first));
    };
    let own = |port: &&&Port| {
        let ip = port.host_ip.as_deref().and_then(|ip| ip.parse::<IpAddr>().ok());
        port.protocol == "tcp" && ip.is_none_or(|ip| ip.is_loopback() || ip.is_unspecified())
    };
    if !all.iter().any(|port| own(&port)) {
        return Err(Closed::Address(tcp));
    }
    let inside = |network: &&workshop_stack::compose::Attachment| is_internal(model, &network.key.value);
    if !service.networks.is_empty() && service.networks.iter().all(|network| inside(&network)) {
        let network = &service.networks[0].key;
        let written = model.root.entry(&format!("networks.{}.internal", network.value));
        return Err(Closed::Internal(&network.value, written.map_or(network.span, |entry| entry.key.span)));
    }
    Ok(())
}

/// Whether the containers of `from` find those of `to`, and nobody else, by the name `host`.
///
/// # Errors
/// Why they do not.
pub(super) fn by_name<'m>(
    model: &'m ComposeFile,
    from: &'m Service,
    to: &'m Service,
    host: &str,
) -> Result<(), Apart<'m>> {
    for service in [from, to] {
        let own = network_of(model, service);
        if let Some((mode, span)) = mode(own) {
            return Err(Apart::Mode(&service.name.value, mode, span));
        }
    }
    let (here, there) = (network_of(model, from), network_of(model, to));
    let shared = model.shared_networks(&here.name.value, &there.name.value);
    if shared.is_empty() {
        let span = there.networks.first().map_or(to.name.span, |network| network.key.span);
        return Err(Apart::Networks(span));
    }
    // One that is on a shared network by the same name is asked as often; nginx that asks itself is
    // refused there, and asks the next.
    let clash =
        model.services.iter().filter(|other| ![&to.name, &from.name].contains(&&other.name)).find_map(
            |other| {
                let attached = other.networks.iter().filter(|on| {
                    let real =
                        model.network(&on.key.value).map_or(on.key.value.as_str(), |network| &network.name);
                    shared.iter().any(|name| name == real)
                });
                let mut called =
                    attached.filter(|on| on.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(host)));
                called.next().map(|on| (other.name.value.as_str(), on.key.span))
            },
        );
    match clash {
        Some((other, span)) => Err(Apart::Clash(other, span)),
        None => Ok(()),
    }
}

/// Why nginx, in the lesson's entry, does not find the service `to` by its name, if so.
pub(super) fn nginx_apart(files: &Files, to: &str) -> Option<Verdict> {
    let file = files.compose().ok()?;
    apart(file, file.model.service(files.entry()?)?, file.model.service(to)?, to)
}

/// Why `from` does not find `to`, and nobody else, by the name `host`, if so.
pub(super) fn apart(file: &Read<ComposeFile>, from: &Service, to: &Service, host: &str) -> Option<Verdict> {
    let apart = by_name(&file.model, from, to, host).err()?;
    let about = |key| {
        let text = Text::new(key).with("from", from.name.value.as_str());
        text.with("to", to.name.value.as_str()).with("host", host)
    };
    let (text, span) = match apart {
        Apart::Networks(span) => (about("check-reach-networks"), span),
        Apart::Mode(service, mode, span) => {
            (about("check-reach-mode").with("service", service).with("mode", mode), span)
        }
        Apart::Clash(other, span) => (about("check-reach-clash").with("other", other), span),
    };
    Some(Verdict::not_yet(text).at(file.place(span)))
}
