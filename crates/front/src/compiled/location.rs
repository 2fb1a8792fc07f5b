//! Locations: what is in force in each, inheritance done.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use hyper::header::{HeaderName, HeaderValue};

use super::compiler::Compiler;
use super::realip::RealIp;
use super::scope::Scope;
use super::settings;
use super::{
    AccessLog, AddHeader, ErrorAnswer, ErrorPage, Fallback, Handler, Location, LocationConf, Mark, TryFiles,
};
use crate::conf::args;
use crate::conf::refusal::ConfError;
use crate::value::Value;
use workshop_stack::nginx::{Arg, Directive, Modifier, location_pattern};
use workshop_text::Text;

type Named = HashMap<Box<str>, Location>;

impl Compiler {
    /// The locations directly inside a block, and the named ones among them.
    pub(super) fn locations(
        &mut self,
        scope: &Scope<'_>,
        block: &Directive,
        outer: Option<(&str, Modifier)>,
    ) -> Result<(Vec<Location>, Named), ConfError> {
        let (mut plain, mut named) = (Vec::new(), HashMap::new());
        let mut seen = HashSet::new();
        for directive in block.inside().iter().filter(|directive| directive.name == "location") {
            let arg = args::arg(directive, directive.args.len().saturating_sub(1))?;
            let (modifier, pattern) =
                location_pattern(directive).ok_or_else(|| ConfError::value(directive, arg))?;
            placed(directive, arg, modifier, pattern, outer)?;
            let one_key = match modifier {
                Modifier::PrefixOverRegex => Modifier::Prefix,
                Modifier::Regex | Modifier::RegexIgnoringCase => Modifier::Regex,
                other => other,
            };
            if one_key != Modifier::Regex && !seen.insert((one_key == Modifier::Exact, pattern.to_owned())) {
                let message = Text::new("front-location-twice").with("pattern", pattern);
                return Err(ConfError::of_arg(
                    directive,
                    arg,
                    message,
                    format!("duplicate location \"{pattern}\""),
                ));
            }
            let location = self.location(scope, directive, arg, modifier, pattern)?;
            if modifier == Modifier::Named {
                named.insert(pattern.into(), location);
            } else {
                plain.push(location);
            }
        }
        Ok((plain, named))
    }

    fn location(
        &mut self,
        around: &Scope<'_>,
        directive: &Directive,
        arg: &Arg,
        modifier: Modifier,
        pattern: &str,
    ) -> Result<Location, ConfError> {
        let regex = match modifier {
            Modifier::Regex => Some(self.pattern(directive, arg, pattern, false)?),
            Modifier::RegexIgnoringCase => Some(self.pattern(directive, arg, pattern, true)?),
            _ => None,
        };
        let scope = around.inside(directive.inside());
        let mut conf = self.conf(&scope, pattern, modifier, None)?;
        conf.mark = Mark::of(directive);
        conf.rewrite = self.rewrite(&scope, directive.inside(), Some((pattern, modifier, &conf)))?;
        let (inner, _) = self.locations(&scope, directive, Some((pattern, modifier)))?;
        Ok(Location { modifier, pattern: pattern.into(), regex, inner, conf: conf.into() })
    }

    /// What is in force in a block. `parent` is the location that an `if` stands in.
    pub(super) fn conf(
        &mut self,
        scope: &Scope<'_>,
        prefix: &str,
        modifier: Modifier,
        parent: Option<&LocationConf>,
    ) -> Result<LocationConf, ConfError> {
        let switch = |name, default| scope.value(name, default, args::switch);
        let time = |name, seconds| scope.value(name, Duration::from_secs(seconds), args::time);
        Ok(LocationConf {
            handler: self.handler(scope, prefix, modifier, parent)?,
            mark: parent.and_then(|parent| parent.mark.clone()),
            prefix: prefix.into(),
            modifier,
            root: self.one(scope, "root")?.unwrap_or_else(|| Value::text(b"/etc/nginx/html")),
            alias: self.alias(scope, modifier)?,
            index: self.index(scope)?,
            try_files: self.try_files(scope)?,
            error_pages: self.error_pages(scope)?,
            recursive_error_pages: switch("recursive_error_pages", false)?,
            types: settings::types(scope)?,
            default_type: settings::default_type(scope)?,
            etag: switch("etag", true)?,
            if_modified_since: settings::if_modified_since(scope)?,
            log_not_found: switch("log_not_found", true)?,
            internal: scope.own("internal").next().is_some() || modifier == Modifier::Named,
            rewrite: Vec::new(),
            add_headers: self.add_headers(scope)?,
            expires: self.expires(scope)?,
            charset: self.charset(scope)?,
            server_tokens: scope.value("server_tokens", true, settings::server_tokens)?,
            absolute_redirect: switch("absolute_redirect", true)?,
            port_in_redirect: switch("port_in_redirect", true)?,
            server_name_in_redirect: switch("server_name_in_redirect", false)?,
            real_ip: RealIp::read(scope)?.map(Arc::new),
            rules: settings::rules(scope)?,
            limit_except: settings::limit_except(scope)?,
            access_logs: self.access_logs(scope)?,
            error_log: Arc::new(settings::error_log(scope)?),
            client_max_body_size: scope.value("client_max_body_size", 1 << 20, args::offset)?,
            client_body_timeout: time("client_body_timeout", 60)?,
            send_timeout: time("send_timeout", 60)?,
            keepalive_timeout: time("keepalive_timeout", 75)?,
            keepalive_requests: scope.value("keepalive_requests", 1000, args::number)?,
            keepalive_time: time("keepalive_time", 3600)?,
            keepalive_header: keepalive_header(scope)?,
            asks_password: scope.last("auth_basic").is_some_and(|directive| directive.arg(0) != Some("off")),
            resolver: scope.last("resolver").map(super::groups::resolver_valid).transpose()?,
        })
    }

    fn handler(
        &mut self,
        scope: &Scope<'_>,
        prefix: &str,
        modifier: Modifier,
        parent: Option<&LocationConf>,
    ) -> Result<Handler, ConfError> {
        if let Some(directive) = scope.own("proxy_pass").next() {
            let in_if = parent.is_some();
            return Ok(Handler::Proxy(Arc::new(self.proxy(scope, directive, prefix, modifier, in_if)?)));
        }
        // What is said of a proxy is held to its rules where none is, too.
        self.settings(scope)?;
        if scope.own("stub_status").next().is_some() {
            return Ok(Handler::StubStatus);
        }
        Ok(parent.map_or(Handler::Files, |parent| parent.handler.clone()))
    }

    fn one(&self, scope: &Scope<'_>, name: &str) -> Result<Option<Value>, ConfError> {
        let Some(directive) = scope.last(name) else { return Ok(None) };
        self.value(directive, args::arg(directive, 0)?).map(Some)
    }

    /// `alias` holds for its own location only; `root` and `alias` in one are nginx's "duplicate".
    fn alias(&self, scope: &Scope<'_>, modifier: Modifier) -> Result<Option<Value>, ConfError> {
        let Some(directive) = scope.own("alias").next() else { return Ok(None) };
        if let Some(root) = scope.own("root").next() {
            let message = Text::new("front-root-and-alias");
            let (later, earlier) = if root.span.line < directive.span.line
                || root.span.line == directive.span.line && root.span.column < directive.span.column
            {
                (directive, root)
            } else {
                (root, directive)
            };
            let words = format!(
                "\"{}\" directive is duplicate, \"{}\" directive was specified earlier",
                later.name, earlier.name
            );
            return Err(ConfError::of(later, message, words));
        }
        if modifier == Modifier::Named {
            let message = Text::new("front-not-here").with("name", "alias");
            let words = "the \"alias\" directive cannot be used inside the named location";
            return Err(ConfError::of(directive, message, words));
        }
        self.value(directive, args::arg(directive, 0)?).map(Some)
    }

    fn index(&self, scope: &Scope<'_>) -> Result<Vec<Value>, ConfError> {
        let directives = scope.all("index");
        if directives.is_empty() {
            return Ok(vec![Value::text(b"index.html")]);
        }
        let args = directives
            .into_iter()
            .flat_map(|directive| directive.args.iter().map(move |arg| (directive, arg)));
        args.map(|(directive, arg)| self.value(directive, arg)).collect()
    }

    /// `try_files` holds where it stands, and in the server's own conf; an `if` does not inherit it.
    fn try_files(&self, scope: &Scope<'_>) -> Result<Option<TryFiles>, ConfError> {
        let Some(directive) = scope.own("try_files").next() else { return Ok(None) };
        let Some((last, tries)) = directive.args.split_last() else { return Ok(None) };
        let tries = tries.iter().map(|arg| {
            let folder = arg.value.len() > 1 && arg.value.ends_with('/');
            let text = if folder { &arg.value[..arg.value.len() - 1] } else { &arg.value };
            Ok((self.value_of(directive, arg, text)?, folder))
        });
        let tries = tries.collect::<Result<Vec<_>, ConfError>>()?;
        let fallback = if let Some(code) = last.value.strip_prefix('=') {
            let code = code.parse().ok().filter(|code| (100..=999).contains(code));
            let code = code.ok_or_else(|| {
                ConfError::said(directive, last, format!("invalid code \"{}\"", last.value))
            })?;
            Fallback::Code(code)
        } else if last.value.starts_with('@') {
            Fallback::Named(last.value.as_str().into())
        } else {
            Fallback::Uri(self.value(directive, last)?)
        };
        Ok(Some(TryFiles { tries, last: fallback }))
    }

    fn error_pages(&self, scope: &Scope<'_>) -> Result<Arc<[ErrorPage]>, ConfError> {
        let mut pages = Vec::new();
        for directive in scope.all("error_page") {
            let Some((target, codes)) = directive.args.split_last() else { continue };
            let (answer, codes) = match codes.split_last() {
                Some((arg, rest)) if arg.value.starts_with('=') => {
                    let code = &arg.value[1..];
                    let answer = match code.parse() {
                        _ if code.is_empty() => ErrorAnswer::Handlers,
                        Ok(code) if (100..=999).contains(&code) => ErrorAnswer::Code(code),
                        _ => return Err(ConfError::value(directive, arg)),
                    };
                    (answer, rest)
                }
                _ => (ErrorAnswer::Same, codes),
            };
            let code = |arg: &Arg| {
                let code = arg.value.parse::<u16>().ok().filter(|code| (300..=599).contains(code));
                code.ok_or_else(|| ConfError::value(directive, arg))
            };
            let codes = codes.iter().map(code).collect::<Result<Vec<_>, _>>()?;
            if codes.is_empty() {
                return Err(ConfError::value(directive, target));
            }
            pages.push(ErrorPage { codes, answer, target: self.value(directive, target)? });
        }
        Ok(pages.into())
    }

    fn add_headers(&self, scope: &Scope<'_>) -> Result<Arc<[AddHeader]>, ConfError> {
        let mut headers = Vec::new();
        for directive in scope.all("add_header") {
            let (name, value) = (args::arg(directive, 0)?, args::arg(directive, 1)?);
            let always = match directive.args.get(2) {
                None => false,
                Some(arg) if arg.value == "always" => true,
                Some(arg) => return Err(ConfError::parameter(directive, arg)),
            };
            let parsed = HeaderName::from_bytes(name.value.as_bytes());
            let parsed =
                parsed.map_err(|_| ConfError::docker(directive, &format!("add_header {}", name.value)))?;
            let spelled = name.value.as_str().into();
            headers.push(AddHeader { name: parsed, spelled, value: self.value(directive, value)?, always });
        }
        Ok(headers.into())
    }

    fn access_logs(&self, scope: &Scope<'_>) -> Result<Arc<[AccessLog]>, ConfError> {
        let directives = scope.all("access_log");
        let combined = || self.formats.get("combined").cloned();
        if directives.is_empty() {
            let format = combined().into_iter();
            let log =
                |format| AccessLog { path: "/var/log/nginx/access.log".into(), format, condition: None };
            return Ok(format.map(log).collect());
        }
        let mut logs = Vec::new();
        for directive in directives {
            let path = args::arg(directive, 0)?;
            if path.value == "off" && directive.args.len() == 1 {
                return Ok(Arc::from([]));
            }
            if path.value.starts_with("syslog:") || path.value.contains('$') {
                return Err(ConfError::docker(directive, &format!("access_log {}", path.value)));
            }
            let mut format = combined();
            let mut condition = None;
            for (at, arg) in directive.args.iter().enumerate().skip(1) {
                match arg.value.split_once('=') {
                    Some(("buffer" | "flush" | "gzip", _)) => {}
                    Some(("if", text)) => condition = Some(self.value_of(directive, arg, text)?),
                    None if at == 1 => {
                        format = self.formats.get(&arg.value).cloned();
                        if format.is_none() {
                            let message = Text::new("front-log-format").with("name", arg.value.as_str());
                            let words = format!("unknown log format \"{}\"", arg.value);
                            return Err(ConfError::of_arg(directive, arg, message, words));
                        }
                    }
                    None if arg.value == "gzip" => {}
                    _ => return Err(ConfError::parameter(directive, arg)),
                }
            }
            let path = path.value.as_str().into();
            logs.extend(format.map(|format| AccessLog { path, format, condition }));
        }
        Ok(logs.into())
    }
}

/// The second argument of `keepalive_timeout`, as a header.
fn keepalive_header(scope: &Scope<'_>) -> Result<Option<HeaderValue>, ConfError> {
    let Some(directive) = scope.last("keepalive_timeout").filter(|directive| directive.args.len() > 1) else {
        return Ok(None);
    };
    let time = args::read(directive, 1, args::time)?;
    Ok(HeaderValue::from_str(&format!("timeout={}", time.as_secs())).ok())
}

/// nginx's rules of what may stand in what.
fn placed(
    directive: &Directive,
    arg: &Arg,
    modifier: Modifier,
    pattern: &str,
    outer: Option<(&str, Modifier)>,
) -> Result<(), ConfError> {
    let Some((outer, outer_modifier)) = outer else { return Ok(()) };
    let message = |key| Text::new(key).with("pattern", pattern).with("outer", outer);
    if outer_modifier == Modifier::Exact || outer_modifier == Modifier::Named {
        let kind = if outer_modifier == Modifier::Exact { "exact" } else { "named" };
        let words = format!("location \"{pattern}\" cannot be inside the {kind} location \"{outer}\"");
        return Err(ConfError::of_arg(directive, arg, message("front-location-inside"), words));
    }
    if modifier == Modifier::Named {
        let words = format!("named location \"{pattern}\" can be on the server level only");
        return Err(ConfError::of_arg(directive, arg, message("front-location-inside"), words));
    }
    let is_path =
        |modifier| matches!(modifier, Modifier::Prefix | Modifier::PrefixOverRegex | Modifier::Exact);
    if is_path(modifier) && is_path(outer_modifier) && !pattern.starts_with(outer) {
        let words = format!("location \"{pattern}\" is outside location \"{outer}\"");
        return Err(ConfError::of_arg(directive, arg, message("front-location-outside"), words));
    }
    Ok(())
}
