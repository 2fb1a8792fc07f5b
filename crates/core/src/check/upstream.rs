//! `upstream`: the group of servers behind a path.

use std::time::Duration;

use serde::Deserialize;

use super::kind::{Check, World};
use super::read::Read;
use crate::verdict::Verdict;
use workshop_stack::Span;
use workshop_stack::nginx::{
    Location, Method, NginxConf, ProxyTarget, Resolver, Target, Upstream as Group, time,
};
use workshop_text::Text;

/// How long a name's address may count. Without `valid`, Docker's DNS says ten minutes, and a lesson
/// would be over before nginx saw a new replica.
const LONGEST_VALID: Duration = Duration::from_secs(10);

/// Who knows the stack's names in every container.
const DOCKERS_DNS: &str = "127.0.0.11";

/// The path is passed on to an `upstream` group that has this feature.
///
/// ```toml
/// upstream = { path = "/api/posts", has = "resolve" }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Upstream {
    /// The path of a request, from `/`.
    path: String,
    /// What the group has to be or to have.
    has: Feature,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
enum Feature {
    /// It is a group, whatever else it says.
    Group,
    /// It keeps connections.
    Keepalive,
    /// It looks its servers' names up again while it runs: `resolve`, which needs `zone` and a
    /// `resolver`.
    Resolve,
    /// No other way of choosing is said.
    RoundRobin,
    /// It chooses the server with the fewest connections.
    LeastConn,
    /// It chooses by the client's address.
    IpHash,
}

impl Upstream {
    /// Whether it says what `resolve` lacks.
    pub(crate) fn explains_resolve(&self) -> bool {
        self.has == Feature::Resolve
    }
}

impl Check for Upstream {
    fn judge(&self, world: &World<'_>) -> Verdict {
        let (file, group, location) = match behind(world, &self.path) {
            Ok(found) => found,
            Err(verdict) => return *verdict,
        };
        let verdict = match self.has {
            Feature::Group => {
                Verdict::pass(Text::new("check-upstream-group-pass").with("name", group.name.value.as_str()))
            }
            Feature::Keepalive => keepalive(file, &group),
            Feature::Resolve => resolve(file, &group, &location),
            Feature::RoundRobin => method(file, &group, &Method::RoundRobin),
            Feature::LeastConn => method(file, &group, &Method::LeastConn),
            Feature::IpHash => method(file, &group, &Method::IpHash),
        };
        // nginx does not start, and nothing here has said why.
        let refused = world.app.location(&self.path).err().filter(|_| verdict.is_pass());
        refused.map_or(verdict, |refused| *refused)
    }
}

/// The group that a path is passed on to, with the file and the location; or why there is none.
pub(super) fn behind<'a>(
    world: &World<'a>,
    path: &str,
) -> Result<(&'a Read<NginxConf>, Group, Location<'a>), Box<Verdict>> {
    let (file, location) = world.app.location_as_written(path)?;
    let Some(proxied) = location.proxy_target() else {
        let text = Text::new("check-proxy-none").with("path", path);
        return Err(Box::new(Verdict::not_yet(text).at(file.place(location.directive.span))));
    };
    match group(&proxied.target) {
        Some(group) => Ok((file, group.clone(), location)),
        None => Err(Box::new(no_group(file, &proxied, path))),
    }
}

fn no_group(file: &Read<NginxConf>, proxied: &ProxyTarget, path: &str) -> Verdict {
    let unused = file.model.upstreams().into_iter().next().map(|group| group.name.value);
    let text = match &unused {
        Some(name) => Text::new("check-upstream-unused").with("name", name.as_str()),
        None => Text::new("check-upstream-no-group"),
    };
    let wanted = match (&unused, &proxied.target) {
        (Some(name), _) => format!("proxy_pass http://{name};"),
        (None, Target::Host { name, port }) => {
            format!("upstream {name}_pool {{ server {name}:{port}; }}  proxy_pass http://{name}_pool;")
        }
        (None, _) => "upstream app { server app:80; }  proxy_pass http://app;".to_owned(),
    };
    Verdict::not_yet(text.with("path", path)).expected(Text::verbatim(wanted)).at(file.place(proxied.span))
}

/// How the group chooses a server.
fn method(file: &Read<NginxConf>, group: &Group, wanted: &Method) -> Verdict {
    let named = |method: &Method| match method {
        Method::RoundRobin => "round robin".to_owned(),
        Method::LeastConn => "least_conn".to_owned(),
        Method::IpHash => "ip_hash".to_owned(),
        Method::Hash(key) => format!("hash {key}"),
        Method::Random => "random".to_owned(),
        Method::Other(name) => name.clone(),
    };
    let name = group.name.value.as_str();
    if group.method == *wanted {
        return Verdict::pass(
            Text::new("check-upstream-method-pass").with("name", name).with("method", named(wanted)),
        );
    }
    let text = Text::new("check-upstream-method").with("name", name).with("method", named(&group.method));
    // Round robin is what is left where no directive says another.
    let expected = match wanted {
        Method::RoundRobin => Text::new("check-upstream-method-none"),
        _ => Text::verbatim(format!("{};", named(wanted))),
    };
    let span = group.method_span.unwrap_or(group.name.span);
    Verdict::not_yet(text.with("wanted", named(wanted)))
        .expected(expected)
        .observed(Text::verbatim(named(&group.method)))
        .at(file.place(span))
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
        return lacks(file, group, &format!("zone {} 64k;", group.name.value), group.name.span);
    }
    let http = || location.server.conf.http().filter(|directive| directive.name == "resolver").last();
    let Some(resolver) = group.resolver.clone().or_else(|| http().and_then(Resolver::read)) else {
        return no_resolver(file, group, location);
    };
    if !resolver.addresses.iter().any(|address| address.trim_end_matches(":53") == DOCKERS_DNS) {
        let text = Text::new("check-upstream-resolver-other").with("name", group.name.value.as_str());
        return Verdict::not_yet(text)
            .expected(Text::verbatim("resolver 127.0.0.11 valid=1s;"))
            .observed(Text::verbatim(resolver.addresses.join(" ")))
            .at(file.place(resolver.span));
    }
    let valid = resolver.valid.as_deref().and_then(time);
    if valid.is_none_or(|valid| valid > LONGEST_VALID) {
        let seen = resolver
            .valid
            .map_or_else(|| Text::new("check-none"), |valid| Text::verbatim(format!("valid={valid}")));
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
    let Some(inner) = location.effective("resolver") else {
        return lacks(file, group, wanted, group.name.span);
    };
    Verdict::not_yet(Text::new("check-upstream-resolver-inside").with("name", group.name.value.as_str()))
        .expected(Text::verbatim(wanted))
        .at(file.place(inner.span))
}

fn is_address(host: &str) -> bool {
    host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok() || host.starts_with("unix:")
}

fn lacks(file: &Read<NginxConf>, group: &Group, wanted: &str, span: Span) -> Verdict {
    Verdict::not_yet(
        Text::new("check-upstream-lacks").with("name", group.name.value.as_str()).with("directive", wanted),
    )
    .expected(Text::verbatim(wanted))
    .at(file.place(span))
}
