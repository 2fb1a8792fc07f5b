//! `upstream` blocks, and the group that a `proxy_pass` to a plain name is.

use std::sync::Arc;
use std::time::Duration;

use super::compiler::Compiler;
use super::scope::Scope;
use crate::conf::args;
use crate::conf::refusal::ConfError;
use crate::upstream::peers::{Method, Terms};
use crate::upstream::pool::Keepalive;
use crate::upstream::{Group, ServerLine};
use crate::value::Value;
use workshop_stack::nginx::{Directive, address};
use workshop_text::Text;

/// How long an answer of the DNS counts where no `valid` says so. Docker's DNS sends ten minutes
/// with each answer, of which a lesson would see nothing move.
const VALID: Duration = Duration::from_secs(1);

/// `FILE:LINE` of a directive.
pub(super) fn place(directive: &Directive) -> String {
    format!("{}:{}", directive.file.as_deref().unwrap_or("nginx.conf"), directive.span.line)
}

impl Compiler {
    /// An `upstream` block.
    pub(super) fn upstream(&mut self, directive: &Directive, around: &Scope<'_>) -> Result<(), ConfError> {
        let name = args::arg(directive, 0)?;
        let key = name.value.to_ascii_lowercase();
        if self.groups.contains_key(&key) {
            let message = Text::new("front-duplicate").with("name", name.value.as_str());
            let words = format!("duplicate upstream \"{}\"", name.value);
            return Err(ConfError::of_arg(directive, name, message, words));
        }
        let scope = around.inside(directive.inside());
        let (method, hash_key) = self.method(&scope)?;
        let servers = scope.own("server").map(server_line).collect::<Result<Vec<_>, _>>()?;
        if servers.is_empty() {
            let message = Text::new("front-no-servers").with("name", name.value.as_str());
            let words = "no servers are inside upstream";
            // nginx has read the block before it says so.
            let line = directive.last_line;
            return Err(ConfError { line, column: 1, ..ConfError::of(directive, message, words) });
        }
        backups(directive, &servers, &scope, &method)?;
        let valid = match resolving(directive, &scope, &servers, &name.value) {
            // Where a request goes can be said without it.
            Err(error) if self.only_asked && error.message.key.starts_with("front-resolve-") => {
                self.refused.get_or_insert(error);
                VALID
            }
            other => other?,
        };
        let keepalive = keepalive(&scope)?;
        let mut group = Group::new(name.value.clone(), servers, method, Some(keepalive));
        group.key = hash_key;
        group.valid = valid;
        self.upstreams.push(key.clone());
        self.groups.insert(key, Arc::new(group));
        Ok(())
    }

    /// How peers are chosen: what is said last, with nginx's warning where it is said twice.
    fn method(&mut self, scope: &Scope<'_>) -> Result<(Method, Option<Value>), ConfError> {
        let mut found = None;
        for directive in scope.nearest(&["least_conn", "ip_hash", "hash", "random"]) {
            if found.is_some() {
                self.warnings.push(format!("load balancing method redefined in {}", place(directive)));
            }
            found = Some(match directive.name.as_str() {
                "least_conn" => (Method::LeastConn, None),
                "ip_hash" => (Method::IpHash, None),
                "random" => (random(directive)?, None),
                _ => {
                    let key = self.value(directive, args::arg(directive, 0)?)?;
                    let consistent = match directive.args.get(1) {
                        None => false,
                        Some(arg) if arg.value == "consistent" => true,
                        Some(arg) => return Err(ConfError::parameter(directive, arg)),
                    };
                    (Method::Hash { consistent }, Some(key))
                }
            });
        }
        Ok(found.unwrap_or((Method::RoundRobin, None)))
    }

    /// The group that `http://host:port` is where no upstream has that name: one for all that name
    /// it, without connections that stay open, as in nginx.
    pub(super) fn plain_group(&mut self, host: &str, port: u16, directive: &Directive) -> Arc<Group> {
        let key = format!("{}:{port}", host.to_ascii_lowercase());
        let made = self.groups.entry(key).or_insert_with(|| {
            let line = ServerLine {
                host: host.to_owned(),
                port,
                resolve: false,
                terms: Terms::default(),
                place: place(directive),
            };
            Arc::new(Group::new(host.to_owned(), vec![line], Method::RoundRobin, None))
        });
        Arc::clone(made)
    }
}

fn random(directive: &Directive) -> Result<Method, ConfError> {
    match directive.args.first() {
        None => Ok(Method::Random { two: false }),
        Some(arg) if arg.value == "two" => match directive.args.get(1) {
            None => Ok(Method::Random { two: true }),
            Some(by) if by.value == "least_conn" => Ok(Method::Random { two: true }),
            Some(by) if by.value.starts_with("least_time") => Err(ConfError::docker(directive, "least_time")),
            Some(by) => Err(ConfError::parameter(directive, by)),
        },
        Some(arg) => Err(ConfError::parameter(directive, arg)),
    }
}

/// One `server` of an upstream.
fn server_line(directive: &Directive) -> Result<ServerLine, ConfError> {
    let written = args::arg(directive, 0)?;
    if written.value.starts_with("unix:") {
        return Err(ConfError::docker(directive, "server unix:"));
    }
    let (host, port) = address(&written.value);
    let bad_port = port.is_none() && written.value.contains(':') && !written.value.starts_with('[');
    if host.is_empty() || bad_port || port == Some(0) || host.contains(['/', '$']) {
        let what = if bad_port || port == Some(0) { "invalid port" } else { "invalid host" };
        let words = format!("{what} in upstream \"{}\"", written.value);
        return Err(ConfError::said(directive, written, words));
    }
    let mut terms = Terms::default();
    let mut resolve = false;
    for arg in &directive.args[1..] {
        let number = |text: &str| args::number(text).ok_or_else(|| ConfError::parameter(directive, arg));
        match arg.value.split_once('=') {
            Some(("weight", text)) => {
                terms.weight = Some(number(text)?)
                    .filter(|weight| *weight > 0)
                    .ok_or_else(|| ConfError::parameter(directive, arg))?;
            }
            Some(("max_fails", text)) => terms.max_fails = number(text)?,
            Some(("max_conns", text)) => terms.max_conns = number(text)?,
            Some(("fail_timeout", text)) => {
                let time = args::time(text).ok_or_else(|| ConfError::parameter(directive, arg))?;
                terms.fail_timeout = time.as_secs();
            }
            Some(("service" | "route" | "slow_start", _)) => {
                return Err(ConfError::docker(directive, &format!("server … {}", arg.value)));
            }
            None if arg.value == "backup" => terms.backup = true,
            None if arg.value == "down" => terms.down = true,
            None if arg.value == "resolve" => resolve = true,
            None if arg.value == "drain" => return Err(ConfError::docker(directive, "server … drain")),
            _ => return Err(ConfError::parameter(directive, arg)),
        }
    }
    terms.written = written.value.as_str().into();
    Ok(ServerLine { host, port: port.unwrap_or(80), resolve, terms, place: place(directive) })
}

/// What `resolve` needs; how long an answer counts.
fn resolving(
    directive: &Directive,
    scope: &Scope<'_>,
    servers: &[ServerLine],
    name: &str,
) -> Result<Duration, ConfError> {
    let resolver = scope.last("resolver");
    let valid = resolver.map_or(Ok(VALID), resolver_valid)?;
    let Some(at) = servers.iter().position(|server| server.resolve) else { return Ok(valid) };
    if scope.own("zone").next().is_none() {
        let message = Text::new("front-resolve-zone").with("name", name);
        let place = place(directive);
        let words = format!(
            "resolving names at run time requires upstream \"{name}\" in {place} to be in shared memory"
        );
        let line = scope.own("server").nth(at).unwrap_or(directive);
        return Err(ConfError::of(line, message, words));
    }
    if resolver.is_none() {
        let message = Text::new("front-resolve-resolver").with("name", name);
        let words = format!("no resolver defined to resolve names at run time in upstream \"{name}\"");
        return Err(ConfError::of(directive, message, words));
    }
    Ok(valid)
}

/// How long an answer of a `resolver` counts: any address means the stack's DNS.
pub(super) fn resolver_valid(directive: &Directive) -> Result<Duration, ConfError> {
    let mut valid = VALID;
    for arg in &directive.args {
        match arg.value.split_once('=') {
            Some(("valid", text)) => {
                valid = args::time(text)
                    .filter(|valid| !valid.is_zero())
                    .ok_or_else(|| ConfError::parameter(directive, arg))?;
            }
            Some(("status_zone", _)) => return Err(ConfError::docker(directive, "status_zone")),
            Some(("ipv6" | "ipv4", _)) | None => {}
            Some(_) => return Err(ConfError::parameter(directive, arg)),
        }
    }
    Ok(valid)
}

/// A `backup` has no meaning to a hash; nginx says so of one behind the method, and of one before it
/// only where nobody else is left.
fn backups(
    directive: &Directive,
    servers: &[ServerLine],
    scope: &Scope<'_>,
    method: &Method,
) -> Result<(), ConfError> {
    if matches!(method, Method::IpHash | Method::Hash { .. } | Method::Random { .. }) {
        let names = ["ip_hash", "hash", "random", "server"];
        let behind = scope.nearest(&names).into_iter().skip_while(|line| line.name == "server");
        for line in behind {
            if let Some(arg) = line.args.iter().skip(1).find(|arg| arg.value == "backup") {
                let message = Text::new("front-backup");
                let words = "balancing method does not support parameter \"backup\"";
                return Err(ConfError::of_arg(line, arg, message, words));
            }
        }
    }
    if servers.iter().all(|server| server.terms.backup) {
        let name = directive.arg(0).unwrap_or_default();
        let message = Text::new("front-no-servers").with("name", name);
        return Err(ConfError::of(directive, message, format!("no servers in upstream \"{name}\"")));
    }
    Ok(())
}

fn keepalive(scope: &Scope<'_>) -> Result<Keepalive, ConfError> {
    let mut keepalive = Keepalive::default();
    if let Some(directive) = scope.own("keepalive").next() {
        keepalive.idle = args::read(directive, 0, args::number)? as usize;
        keepalive.local = match directive.args.get(1) {
            None => false,
            Some(arg) if arg.value == "local" => true,
            Some(arg) => return Err(ConfError::parameter(directive, arg)),
        };
    }
    if let Some(directive) = scope.own("keepalive_requests").next() {
        keepalive.requests = args::read(directive, 0, args::number)?;
    }
    if let Some(directive) = scope.own("keepalive_time").next() {
        keepalive.time = args::read(directive, 0, args::time)?;
    }
    if let Some(directive) = scope.own("keepalive_timeout").next() {
        keepalive.timeout = args::read(directive, 0, args::time)?;
    }
    Ok(keepalive)
}
