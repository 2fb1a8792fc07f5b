//! From directives to [`Compiled`]: [`compile`], and what is of the whole `http` block.

use std::sync::Arc;

use super::compiler::{Compiler, invalid_variable};
use super::scope::Scope;
use super::server::servers;
use super::{Compiled, Escape, Format, settings};
use crate::conf::refusal::ConfError;
use crate::value::{Own, Value, variable};
use workshop_stack::nginx::{Arg, Directive, NginxConf};
use workshop_text::Text;

/// nginx's own log format, which needs no `log_format`.
const COMBINED: &str = "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent \
                        \"$http_referer\" \"$http_user_agent\"";

/// Compiles a whole configuration whose directives were checked for their places.
pub(crate) fn compile(conf: &NginxConf) -> Result<Compiled, ConfError> {
    compiled(conf, false)
}

/// The same, to be asked and not to serve: TLS is understood, though not spoken.
pub(crate) fn compile_to_ask(conf: &NginxConf) -> Result<Compiled, ConfError> {
    compiled(conf, true)
}

fn compiled(conf: &NginxConf, only_asked: bool) -> Result<Compiled, ConfError> {
    let main = Scope::new(&conf.directives);
    let http = conf.directives.iter().find(|directive| directive.name == "http");
    let inside = http.map(Directive::inside).unwrap_or_default();
    let scope = main.inside(inside);
    let mut compiler = Compiler::new(only_asked);
    compiler.define(inside)?;
    let maps = inside.iter().filter(|directive| directive.name == "map");
    let maps = maps.map(|map| compiler.map(map)).collect::<Result<Vec<_>, _>>()?;
    compiler.formats(inside)?;
    for upstream in inside.iter().filter(|directive| directive.name == "upstream") {
        compiler.upstream(upstream, &scope)?;
    }
    let error_log = settings::error_log(&main)?;
    let (servers, ports) = servers(&mut compiler, &scope, inside)?;
    let Compiler { own, groups, keeps_headers, ignores_abort, refused, warnings, .. } = compiler;
    let captures = maps.iter().enumerate().flat_map(|(at, map)| {
        let slots = map.regex.iter().flat_map(|(pattern, _)| &pattern.named);
        slots.map(move |(_, slot)| (*slot, at))
    });
    Ok(Compiled {
        servers,
        ports,
        groups,
        map_captures: captures.collect(),
        maps,
        own: own.slots.len(),
        error_log,
        ignores_abort,
        keeps_headers: keeps_headers.get(),
        refused,
        warnings,
    })
}

impl Compiler {
    /// Learns the names of all variables that are set anywhere, so that a use may stand before.
    fn define(&mut self, directives: &[Directive]) -> Result<(), ConfError> {
        for directive in directives {
            match directive.name.as_str() {
                "set" => self.define_set(directive)?,
                "map" => {
                    let name = directive.args.get(1).and_then(|arg| arg.value.strip_prefix('$'));
                    let (Some(name), Some(arg)) = (name, directive.args.get(1)) else {
                        return Err(invalid_variable(directive, directive.args.get(1)));
                    };
                    if variable(name, &Own::default()).is_ok() {
                        return Err(taken_variable(directive, arg, name));
                    }
                    let next = self.own.maps.len();
                    self.own.maps.insert(name.to_ascii_lowercase(), next);
                    for name in directive.inside().iter().flat_map(|entry| named_groups(&entry.name)) {
                        self.own.slot(name);
                    }
                }
                "location" | "rewrite" | "if" | "server_name" | "proxy_redirect" => {
                    for arg in directive.args.iter().filter(|arg| arg.value.contains("(?")) {
                        for name in named_groups(&arg.value) {
                            self.own.slot(name);
                        }
                    }
                }
                _ => {}
            }
            if directive.name != "map" && directive.name != "types" {
                self.define(directive.inside())?;
            }
        }
        Ok(())
    }

    fn define_set(&mut self, directive: &Directive) -> Result<(), ConfError> {
        let Some(arg) = directive.args.first() else { return Ok(()) };
        let Some(name) = arg.value.strip_prefix('$').filter(|name| !name.is_empty()) else {
            return Err(invalid_variable(directive, Some(arg)));
        };
        if matches!(name, "args" | "limit_rate") {
            return Ok(());
        }
        if variable(name, &Own::default()).is_ok() {
            return Err(taken_variable(directive, arg, name));
        }
        self.own.slot(name);
        Ok(())
    }

    fn formats(&mut self, inside: &[Directive]) -> Result<(), ConfError> {
        let own = &self.own;
        let combined = Value::parse(COMBINED, own).unwrap_or_default();
        let combined = Format { value: combined, escape: Escape::Default };
        self.formats.insert("combined".to_owned(), Arc::new(combined));
        for directive in inside.iter().filter(|directive| directive.name == "log_format") {
            let Some((name, rest)) = directive.args.split_first() else { continue };
            if self.formats.contains_key(&name.value) {
                let message = Text::new("front-duplicate").with("name", name.value.as_str());
                let words = format!("duplicate \"log_format\" name \"{}\"", name.value);
                return Err(ConfError::of_arg(directive, name, message, words));
            }
            let (escape, rest) = match rest.first().and_then(|arg| arg.value.strip_prefix("escape=")) {
                None => (Escape::Default, rest),
                Some("default") => (Escape::Default, &rest[1..]),
                Some("json") => (Escape::Json, &rest[1..]),
                Some("none") => (Escape::None, &rest[1..]),
                Some(_) => return Err(ConfError::value(directive, &rest[0])),
            };
            let mut parts = Vec::new();
            for arg in rest {
                parts.extend(self.value(directive, arg)?.parts);
            }
            let format = Format { value: Value { parts: parts.into() }, escape };
            self.formats.insert(name.value.clone(), Arc::new(format));
        }
        Ok(())
    }
}

fn named_groups(pattern: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for rest in pattern.split("(?").skip(1) {
        let rest = rest.strip_prefix('P').unwrap_or(rest);
        let name = rest.strip_prefix('<').and_then(|rest| rest.split_once('>')).map(|(name, _)| name);
        names.extend(name.filter(|name| {
            !name.is_empty() && name.bytes().all(|byte| byte == b'_' || byte.is_ascii_alphanumeric())
        }));
    }
    names
}

fn taken_variable(directive: &Directive, arg: &Arg, name: &str) -> ConfError {
    let message = Text::new("front-variable-taken").with("name", name);
    ConfError::of_arg(directive, arg, message, format!("the duplicate \"{name}\" variable"))
}
