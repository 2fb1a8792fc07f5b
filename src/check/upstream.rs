//! `upstream`: the group of servers behind a path.

use std::time::Duration;

use serde::Deserialize;

use super::files::Read;
use super::{Check, Needs, Verdict, World};
use crate::lesson::model::parse_duration;
use crate::stack::Span;
use crate::stack::nginx::{Location, NginxConf, ProxyTarget, Resolver, Target, Upstream as Group};
use crate::text::Text;

/// How long a name's address may count. Without `valid`, Docker's DNS says ten minutes, and a lesson
/// would be over before nginx saw a new replica.
const LONGEST_VALID: Duration = Duration::from_secs(10);

/// `upstream = { path = "/api/posts", has = "resolve" }`: the path is passed on to an `upstream`
/// group (`has = "group"`), that keeps connections (`keepalive`), or that looks its servers' names
/// up again while it runs (`resolve`, which needs `zone` and a `resolver`).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upstream {
    path: String,
    has: Feature,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Feature {
    Group,
    Keepalive,
    Resolve,
}

impl Check for Upstream {
    fn needs(&self) -> Needs {
        Needs::Files
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        let (file, location) = match world.files.location(&self.path) {
            Ok(found) => found,
            Err(verdict) => return *verdict,
        };
        let Some(proxied) = location.proxy_target() else {
            return Verdict::not_yet(Text::new("check-proxy-none").with("path", self.path.as_str()))
                .at(file.place(location.directive.span));
        };
        let Some(group) = group(&proxied.target) else {
            return self.no_group(file, &proxied);
        };
        match self.has {
            Feature::Group => Verdict::pass(Text::new("check-upstream-group-pass").with("name", group.name.value.as_str())),
            Feature::Keepalive => keepalive(file, group),
            Feature::Resolve => resolve(file, group, &location),
        }
    }
}

impl Upstream {
    fn no_group(&self, file: &Read<NginxConf>, proxied: &ProxyTarget) -> Verdict {
        let unused = file.model.upstreams().into_iter().next().map(|group| group.name.value);
        let text = match unused {
            Some(name) => Text::new("check-upstream-unused").with("name", name),
            None => Text::new("check-upstream-no-group"),
        };
        Verdict::not_yet(text.with("path", self.path.as_str()))
            .expected(Text::verbatim("upstream NAME { server ...; }  proxy_pass http://NAME;"))
            .at(file.place(proxied.span))
    }
}

fn group(target: &Target) -> Option<&Group> {
    match target {
        Target::Upstream(group) => Some(group),
        Target::Variable { value: Some(value), .. } => group_of(value),
        _ => None,
    }
}

fn group_of(value: &Target) -> Option<&Group> {
    if let Target::Upstream(group) = value { Some(group) } else { None }
}

fn keepalive(file: &Read<NginxConf>, group: &Group) -> Verdict {
    match &group.keepalive {
        Some(count) if count.value > 0 => {
            Verdict::pass(Text::new("check-upstream-keepalive-pass").with("count", count.value))
        }
        Some(count) => Verdict::not_yet(Text::new("check-nginx-other").with("directive", "keepalive"))
            .expected(Text::verbatim("keepalive 32;"))
            .observed(Text::verbatim(format!("keepalive {};", count.value)))
            .at(file.place(count.span)),
        None => lacks(file, group, "keepalive 32;", group.name.span),
    }
}

/// Each of the three things that looking a name up again needs, in the order of their absence.
fn resolve(file: &Read<NginxConf>, group: &Group, location: &Location<'_>) -> Verdict {
    if let Some(server) = group.servers.iter().find(|server| !server.resolve && !is_address(&server.host)) {
        let wanted = format!("server {}:{} resolve;", server.host, server.port.unwrap_or(80));
        return lacks(file, group, &wanted, server.span);
    }
    if group.zone.is_none() {
        return lacks(file, group, "zone NAME 64k;", group.name.span);
    }
    let http = || location.server.conf.http().filter(|directive| directive.name == "resolver").last();
    let Some(resolver) = group.resolver.clone().or_else(|| http().and_then(Resolver::read)) else {
        return no_resolver(file, group, location);
    };
    let valid = resolver.valid.as_deref().and_then(parse_duration);
    if valid.is_none_or(|valid| valid > LONGEST_VALID) {
        let seen = resolver.valid.map_or_else(|| Text::new("check-none"), |valid| Text::verbatim(format!("valid={valid}")));
        return Verdict::not_yet(Text::new("check-upstream-stale").with("name", group.name.value.as_str()))
            .expected(Text::verbatim("resolver 127.0.0.11 valid=1s;"))
            .observed(seen)
            .at(file.place(resolver.span));
    }
    Verdict::pass(Text::new("check-upstream-resolve-pass").with("name", group.name.value.as_str()))
}

/// A group sees its own resolver and that of `http`, but none further in.
fn no_resolver(file: &Read<NginxConf>, group: &Group, location: &Location<'_>) -> Verdict {
    let wanted = "resolver 127.0.0.11 valid=1s;";
    let Some(inner) = location.effective("resolver") else { return lacks(file, group, wanted, group.name.span) };
    Verdict::not_yet(Text::new("check-upstream-resolver-inside").with("name", group.name.value.as_str()))
        .expected(Text::verbatim(wanted))
        .at(file.place(inner.span))
}

fn is_address(host: &str) -> bool {
    host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok() || host.starts_with("unix:")
}

fn lacks(file: &Read<NginxConf>, group: &Group, wanted: &str, span: Span) -> Verdict {
    Verdict::not_yet(Text::new("check-upstream-lacks").with("name", group.name.value.as_str()).with("directive", wanted))
        .expected(Text::verbatim(wanted))
        .at(file.place(span))
}
