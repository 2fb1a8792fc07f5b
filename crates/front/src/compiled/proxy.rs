//! `proxy_pass` and the `proxy_` directives in force for it.

use std::time::Duration;

use hyper::header::{self, HeaderName};

use super::compiler::Compiler;
use super::scope::Scope;
use super::{NextUpstream, Proxy, Redirect, SetHeader, Target};
use crate::conf::args;
use crate::conf::refusal::ConfError;
use crate::value::Value;
use workshop_stack::nginx::{Arg, Directive, Modifier, address, scheme, split_uri};
use workshop_text::Text;

const MINUTE: Duration = Duration::from_secs(60);

/// What an upstream says that a client does not hear, unless `proxy_pass_header` says so.
const HIDDEN: [&str; 10] = [
    "date",
    "server",
    "x-pad",
    "x-accel-expires",
    "x-accel-redirect",
    "x-accel-limit-rate",
    "x-accel-buffering",
    "x-accel-charset",
    "status",
    "keep-alive",
];

/// The parts of an address in a `proxy_pass` without variables.
struct Fixed<'a> {
    host: String,
    port: Option<u16>,
    /// Host and port as written.
    written: &'a str,
    uri: Option<&'a str>,
    tls: bool,
}

impl Compiler {
    /// A `proxy_pass` with all that is in force for it.
    pub(super) fn proxy(
        &mut self,
        scope: &Scope<'_>,
        directive: &Directive,
        prefix: &str,
        modifier: Modifier,
        in_if: bool,
    ) -> Result<Proxy, ConfError> {
        let arg = args::arg(directive, 0)?;
        let mut proxy = self.settings(scope)?;
        if arg.value.contains('$') {
            proxy.target = Target::Value(self.value(directive, arg)?);
            return Ok(proxy);
        }
        let fixed = fixed(directive, arg, self.only_asked)?;
        if fixed.uri.is_some() && (in_if || !path_like(modifier)) {
            let message = Text::new("front-proxy-uri");
            let words = "\"proxy_pass\" cannot have URI part in location given by regular expression, or \
                         inside named location, or inside \"if\" statement, or inside \"limit_except\" block";
            return Err(ConfError::of_arg(directive, arg, message, words));
        }
        let usual = if fixed.tls { 443 } else { 80 };
        let named = self.upstreams.contains(&fixed.host.to_ascii_lowercase());
        let group = match self.groups.get(&fixed.host.to_ascii_lowercase()).filter(|_| named) {
            Some(group) => {
                if let Some(port) = fixed.port {
                    let message = Text::new("front-upstream-port")
                        .with("name", fixed.host.as_str())
                        .with("port", port.to_string());
                    let words = format!("upstream \"{}\" may not have port {port}", fixed.host);
                    return Err(ConfError::of_arg(directive, arg, message, words));
                }
                std::sync::Arc::clone(group)
            }
            None => self.plain_group(&fixed.host, fixed.port.unwrap_or(usual), directive),
        };
        proxy.tls = fixed.tls;
        proxy.target = Target::Group(group);
        proxy.host = host_header(fixed.written, fixed.port, usual).into();
        proxy.port = fixed.port.unwrap_or(usual).to_string().into();
        proxy.uri =
            fixed.uri.map(|uri| if uri.starts_with('?') { format!("/{uri}") } else { uri.to_owned() }.into());
        proxy.redirects = self.redirects(scope, Some((prefix, arg.value.as_str(), path_like(modifier))))?;
        Ok(proxy)
    }

    /// What is in force for any proxy at a place; its target is still to be set.
    pub(super) fn settings(&mut self, scope: &Scope<'_>) -> Result<Proxy, ConfError> {
        let set_headers = self.set_headers(scope)?;
        let mut replaced: Vec<HeaderName> = set_headers.iter().map(|header| header.name.clone()).collect();
        replaced.extend([
            header::HOST,
            header::CONNECTION,
            header::CONTENT_LENGTH,
            header::TRANSFER_ENCODING,
            header::TE,
            header::EXPECT,
            header::UPGRADE,
            HeaderName::from_static("keep-alive"),
        ]);
        let method = match scope.last("proxy_method") {
            Some(directive) => Some(self.value(directive, args::arg(directive, 0)?)?),
            None => None,
        };
        Ok(Proxy {
            tag: self.tag(),
            target: Target::Value(Value::default()),
            tls: false,
            uri: None,
            host: "".into(),
            port: "".into(),
            set_headers,
            replaced,
            hidden: hidden(scope)?,
            method,
            http_11: http_version(scope)?,
            pass_headers: scope.value("proxy_pass_request_headers", true, args::switch)?,
            pass_body: scope.value("proxy_pass_request_body", true, args::switch)?,
            connect_timeout: scope.value("proxy_connect_timeout", MINUTE, args::time)?,
            read_timeout: scope.value("proxy_read_timeout", MINUTE, args::time)?,
            send_timeout: scope.value("proxy_send_timeout", MINUTE, args::time)?,
            buffer_size: scope.value("proxy_buffer_size", 4 << 10, args::bytes)?,
            next: next_upstream(scope)?,
            redirects: self.redirects(scope, None)?,
            ignore_client_abort: self.ignores_abort(scope)?,
            intercept_errors: scope.value("proxy_intercept_errors", false, args::switch)?,
        })
    }

    fn ignores_abort(&mut self, scope: &Scope<'_>) -> Result<bool, ConfError> {
        let ignores = scope.value("proxy_ignore_client_abort", false, args::switch)?;
        self.ignores_abort |= ignores;
        Ok(ignores)
    }

    fn set_headers(&self, scope: &Scope<'_>) -> Result<Vec<SetHeader>, ConfError> {
        let mut headers = Vec::new();
        for directive in scope.all("proxy_set_header") {
            let (name, value) = (args::arg(directive, 0)?, args::arg(directive, 1)?);
            let parsed = HeaderName::from_bytes(name.value.as_bytes());
            let parsed = parsed
                .map_err(|_| ConfError::docker(directive, &format!("proxy_set_header {}", name.value)))?;
            let spelled = name.value.as_str().into();
            headers.push(SetHeader { name: parsed, spelled, value: self.value(directive, value)? });
        }
        // Without a value of one's own the upstream hears the name in `proxy_pass`.
        if !headers.iter().any(|set| set.name == header::HOST) {
            let value = Value::parse("$proxy_host", &self.own).unwrap_or_default();
            headers.push(SetHeader { name: header::HOST, spelled: "Host".into(), value });
        }
        Ok(headers)
    }

    /// `around` is the location's path, the address of `proxy_pass`, and whether the path is one.
    fn redirects(
        &mut self,
        scope: &Scope<'_>,
        around: Option<(&str, &str, bool)>,
    ) -> Result<Vec<Redirect>, ConfError> {
        let mut redirects = Vec::new();
        let directives = scope.all("proxy_redirect");
        let by_default =
            around.filter(|(_, _, is_path)| *is_path).map(|(prefix, pass, _)| Redirect::Prefix {
                from: Value::text(
                    if pass_has_uri(pass) { pass.to_owned() } else { format!("{pass}/") }.as_bytes(),
                ),
                to: Value::text(if pass_has_uri(pass) { prefix.as_bytes() } else { b"/" }),
            });
        if directives.is_empty() {
            return Ok(by_default.into_iter().collect());
        }
        let mut by_default = by_default;
        for directive in directives {
            let first = args::arg(directive, 0)?;
            match (first.value.as_str(), directive.args.get(1)) {
                ("off", None) => return Ok(Vec::new()),
                ("default", None) => redirects.extend(by_default.take()),
                (_, None) => {
                    return Err(ConfError::parameter(directive, first));
                }
                (text, Some(to)) if text.starts_with('~') => {
                    let (text, ignoring_case) =
                        text[1..].strip_prefix('*').map_or((&text[1..], false), |t| (t, true));
                    let pattern = self.pattern(directive, first, text, ignoring_case)?;
                    redirects.push(Redirect::Regex { pattern, to: self.value(directive, to)? });
                }
                (_, Some(to)) => redirects.push(Redirect::Prefix {
                    from: self.value(directive, first)?,
                    to: self.value(directive, to)?,
                }),
            }
        }
        Ok(redirects)
    }
}

/// `$proxy_host`, which an upstream hears as `Host`: as written, without the scheme's own port.
pub(crate) fn host_header(written: &str, port: Option<u16>, usual: u16) -> &str {
    match written.rsplit_once(':') {
        Some((host, _)) if port == Some(usual) => host,
        _ => written,
    }
}

fn path_like(modifier: Modifier) -> bool {
    matches!(modifier, Modifier::Prefix | Modifier::PrefixOverRegex | Modifier::Exact)
}

fn pass_has_uri(pass: &str) -> bool {
    scheme(pass).is_some_and(|(_, rest)| split_uri(rest).1.is_some())
}

fn fixed<'a>(directive: &Directive, arg: &'a Arg, only_asked: bool) -> Result<Fixed<'a>, ConfError> {
    let Some((scheme, rest)) = scheme(&arg.value) else {
        let message = Text::new("front-proxy-scheme");
        return Err(ConfError::of_arg(directive, arg, message, "invalid URL prefix"));
    };
    let tls = scheme.eq_ignore_ascii_case("https");
    if tls && !only_asked {
        return Err(ConfError::docker(directive, "proxy_pass https://"));
    }
    if rest.starts_with("unix:") {
        return Err(ConfError::docker(directive, "proxy_pass http://unix:"));
    }
    let (written, uri) = split_uri(rest);
    let (host, port) = address(written);
    let bad_port = port.is_none() && written.contains(':') && !written.starts_with('[');
    if host.is_empty() || bad_port || port == Some(0) {
        let what = if host.is_empty() { "no host" } else { "invalid port" };
        let words = format!("{what} in upstream \"{rest}\"");
        return Err(ConfError::said(directive, arg, words));
    }
    Ok(Fixed { host, port, written, uri, tls })
}

fn http_version(scope: &Scope<'_>) -> Result<bool, ConfError> {
    let Some(directive) = scope.last("proxy_http_version") else { return Ok(true) };
    match directive.arg(0) {
        Some("1.0") => Ok(false),
        Some("1.1") => Ok(true),
        Some("2") => Err(ConfError::docker(directive, "proxy_http_version 2")),
        _ => Err(ConfError::value(directive, args::arg(directive, 0)?)),
    }
}

fn hidden(scope: &Scope<'_>) -> Result<Vec<HeaderName>, ConfError> {
    // nginx hides and passes names that no header has, too.
    let name = |directive: &Directive| {
        let arg = args::arg(directive, 0)?;
        HeaderName::from_bytes(arg.value.as_bytes())
            .map_err(|_| ConfError::docker(directive, &format!("{} {}", directive.name, arg.value)))
    };
    let passed = scope.all("proxy_pass_header").into_iter().map(name).collect::<Result<Vec<_>, _>>()?;
    let mut hidden: Vec<HeaderName> = HIDDEN.iter().copied().map(HeaderName::from_static).collect();
    hidden.retain(|name| !passed.contains(name));
    for directive in scope.all("proxy_hide_header") {
        hidden.push(name(directive)?);
    }
    Ok(hidden)
}

fn next_upstream(scope: &Scope<'_>) -> Result<NextUpstream, ConfError> {
    let mut next = NextUpstream::default();
    match scope.last("proxy_next_upstream") {
        None => (next.error, next.timeout) = (true, true),
        Some(directive) => {
            let mut off = false;
            for arg in &directive.args {
                match arg.value.as_str() {
                    "error" => next.error = true,
                    "timeout" => next.timeout = true,
                    "invalid_header" => next.invalid_header = true,
                    "non_idempotent" => next.non_idempotent = true,
                    "off" => off = true,
                    "updating" => {}
                    text => {
                        let status = text.strip_prefix("http_").and_then(|code| code.parse().ok());
                        next.statuses.push(status.ok_or_else(|| ConfError::value(directive, arg))?);
                    }
                }
            }
            if off {
                // Whatever stands beside it.
                next = NextUpstream::default();
            }
        }
    }
    next.tries = scope.value("proxy_next_upstream_tries", 0, args::number)?;
    let within = scope.value("proxy_next_upstream_timeout", Duration::ZERO, args::time)?;
    next.within = (!within.is_zero()).then_some(within);
    Ok(next)
}
