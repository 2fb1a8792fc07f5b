//! `proxy`: where nginx passes a path on to.

use serde::Deserialize;

use super::kind::{Check, World};
use super::reach::nginx_apart;
use super::read::Read;
use super::served::Told;
use crate::verdict::Verdict;
use workshop_front::Fate;
use workshop_stack::nginx::{Location, Modifier, NginxConf, ProxyTarget, Target};
use workshop_text::Text;

/// The location that serves the path passes it on, unchanged, to that service by its name.
///
/// Directly, through an upstream (every server of it), or through a variable.
///
/// ```toml
/// proxy = { path = "/api/posts", service = "backend", port = 8080 }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Proxy {
    /// The path of a request, from `/`.
    path: String,
    /// The service that it goes to.
    service: String,
    /// The port inside its container.
    port: u16,
}

impl Check for Proxy {
    /// nginx's own steps decide; where they say no, the file's words say why.
    fn judge(&self, world: &World<'_>) -> Verdict {
        let verdict = self.told(world);
        let apart = nginx_apart(&world.app.files, &self.service).filter(|_| verdict.is_pass());
        apart.unwrap_or(verdict)
    }
}

impl Proxy {
    fn told(&self, world: &World<'_>) -> Verdict {
        let written = self.written(world);
        let Ok(served) = world.app.served() else { return written };
        let Some(told) = served.told(&self.path) else { return written };
        match told.iter().find_map(|told| Some((told, self.trouble(told)?))) {
            None if written.is_pass() || written.message.key == "check-proxy-path-changed" => self.passes(),
            None => written,
            Some(_) if !written.is_pass() => written,
            Some((told, message)) => Verdict::not_yet(message).at(served.place(told.answered.block.as_ref())),
        }
    }
}

impl Proxy {
    fn passes(&self) -> Verdict {
        let text = Text::new("check-proxy-pass").with("path", self.path.as_str());
        Verdict::pass(text.with("service", self.service.as_str()))
    }

    /// Why a request does not reach the service as it came.
    fn trouble(&self, told: &Told) -> Option<Text> {
        let about =
            |key| Text::new(key).with("request", told.request()).with("service", self.service.as_str());
        let passed = match &told.answered.fate {
            Fate::Closed => return Some(about("check-proxy-closes")),
            Fate::Status { status, .. } => {
                return Some(about("check-proxy-answers").with("status", status.to_string()));
            }
            Fate::Passed(passed) => passed,
        };
        if passed.tls {
            return Some(about("check-proxy-tls"));
        }
        let mut asked = passed.servers.iter().filter(|server| !server.down).peekable();
        if asked.peek().is_none() {
            return Some(about("check-proxy-all-down"));
        }
        let wanted = |host: &str, port: u16| host.eq_ignore_ascii_case(&self.service) && port == self.port;
        if let Some(other) = asked.find(|server| !wanted(&server.host, server.port)) {
            let seen = format!("{}:{}", other.host, other.port);
            return Some(about("check-proxy-other-host").with("seen", seen));
        }
        (passed.target != told.target)
            .then(|| about("check-proxy-other-target").with("seen", passed.target.as_str()))
    }

    /// What the file says of the path, word by word.
    fn written(&self, world: &World<'_>) -> Verdict {
        let (file, location) = match world.app.location_as_written(&self.path) {
            Ok(found) => found,
            Err(verdict) => return *verdict,
        };
        let Some(proxied) = location.proxy_target() else {
            return Verdict::not_yet(Text::new("check-proxy-none").with("path", self.path.as_str()))
                .expected(Text::verbatim(format!("proxy_pass http://{}:{};", self.service, self.port)))
                .at(file.place(location.directive.span));
        };
        let refused = port_behind_upstream(file, &proxied).or_else(|| self.wrong_host(file, &proxied));
        if let Some(verdict) = refused {
            return verdict;
        }
        if !keeps_path(&location, &proxied) {
            return Verdict::not_yet(
                Text::new("check-proxy-path-changed")
                    .with("path", self.path.as_str())
                    .with("uri", proxied.uri.clone().unwrap_or_default()),
            )
            .at(file.place(proxied.span));
        }
        self.passes()
    }

    fn wrong_host(&self, file: &Read<NginxConf>, proxied: &ProxyTarget) -> Option<Verdict> {
        let goes = addresses(&proxied.target);
        let wanted = (self.service.clone(), self.port);
        let wrong = goes.iter().find(|address| **address != wanted);
        if wrong.is_none() && !goes.is_empty() {
            return None;
        }
        let seen = wrong
            .map_or_else(|| Text::new("check-none"), |(host, port)| Text::verbatim(format!("{host}:{port}")));
        let own_container =
            wrong.is_some_and(|(host, _)| matches!(host.as_str(), "localhost" | "127.0.0.1" | "::1"));
        let text = Text::new(if own_container { "check-proxy-localhost" } else { "check-proxy-elsewhere" })
            .with("path", self.path.as_str())
            .with("service", self.service.as_str())
            .with("seen", seen.clone());
        let span = match &proxied.target {
            Target::Upstream(upstream) => {
                let servers = upstream.servers.iter();
                let odd = |server: &&workshop_stack::nginx::UpstreamServer| {
                    (server.host.clone(), server.port.unwrap_or(80)) != wanted
                };
                servers.clone().find(odd).map_or(upstream.span, |server| server.span)
            }
            _ => proxied.span,
        };
        let expected = Text::verbatim(format!("{}:{}", self.service, self.port));
        Some(Verdict::not_yet(text).expected(expected).observed(seen).at(file.place(span)))
    }
}

/// nginx refuses to start with a port behind an upstream's name: each server of the group has its own.
fn port_behind_upstream(file: &Read<NginxConf>, proxied: &ProxyTarget) -> Option<Verdict> {
    let (Target::Upstream(upstream), Some(port)) = (&proxied.target, proxied.written_port) else {
        return None;
    };
    let name = upstream.name.value.as_str();
    let text = Text::new("check-proxy-upstream-port").with("name", name).with("port", port.to_string());
    let verdict =
        Verdict::not_yet(text).expected(Text::verbatim(format!("proxy_pass {}://{name};", proxied.scheme)));
    Some(verdict.observed(Text::verbatim(format!("{name}:{port}"))).at(file.place(proxied.span)))
}

/// Every host and port that a target leads to; none where that cannot be said.
fn addresses(target: &Target) -> Vec<(String, u16)> {
    match target {
        Target::Upstream(upstream) => {
            upstream.servers.iter().map(|server| (server.host.clone(), server.port.unwrap_or(80))).collect()
        }
        Target::Host { name, port } => vec![(name.clone(), *port)],
        Target::Unix(path) => vec![(format!("unix:{path}"), 0)],
        Target::Variable { value, .. } => value.as_ref().map(|value| addresses(value)).unwrap_or_default(),
    }
}

/// Without a URI nginx passes the path on as it is; with one it replaces the location's part of it.
fn keeps_path(location: &Location<'_>, proxied: &ProxyTarget) -> bool {
    match &proxied.uri {
        None => true,
        Some(uri) if uri.contains("$request_uri") || uri.contains("$uri") => true,
        Some(uri) => {
            matches!(location.modifier, Modifier::Prefix | Modifier::PrefixOverRegex | Modifier::Exact)
                && *uri == location.pattern
        }
    }
}
