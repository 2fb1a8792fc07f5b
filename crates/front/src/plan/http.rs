//! From directives to a [`Plan`]: [`compile`], and what is of the whole `http` block.

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::scope::Scope;
use super::value::{BadVariable, Own, Value, Var};
use super::{ErrorLogSpec, Escape, Format, Pattern, Plan, server};
use crate::conf::ConfError;
use crate::log::Level;
use crate::upstream::Group;
use workshop_stack::nginx::{Arg, Directive, NginxConf, regex};
use workshop_text::Text;

/// nginx's own log format, which needs no `log_format`.
const COMBINED: &str = "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent \
                        \"$http_referer\" \"$http_user_agent\"";

/// What is known while a configuration is compiled.
pub(super) struct Compiler {
    pub own: Own,
    pub formats: HashMap<String, Arc<Format>>,
    pub groups: BTreeMap<String, Arc<Group>>,
    /// Names of the `upstream` blocks, in lower case.
    pub upstreams: Vec<String>,
    next_tag: usize,
    keeps_headers: Cell<bool>,
    pub ignores_abort: bool,
    /// What the front does not do is understood, for questions.
    pub only_asked: bool,
    /// What nginx refuses, and a plan to be asked can do without.
    pub refused: Option<ConfError>,
    /// nginx's own, without a place of their own in a report.
    pub warnings: Vec<String>,
}

/// Makes the plan of a whole configuration whose directives were checked for their places.
pub(crate) fn compile(conf: &NginxConf) -> Result<Plan, ConfError> {
    compiled(conf, false)
}

/// A plan to be asked and not to serve: TLS is understood, though not spoken.
pub(crate) fn compile_to_ask(conf: &NginxConf) -> Result<Plan, ConfError> {
    compiled(conf, true)
}

fn compiled(conf: &NginxConf, only_asked: bool) -> Result<Plan, ConfError> {
    let main = Scope::new(&conf.directives);
    let http = conf.directives.iter().find(|directive| directive.name == "http");
    let inside = http.map(Directive::inside).unwrap_or_default();
    let scope = main.inside(inside);
    let mut compiler = Compiler {
        own: Own::default(),
        formats: HashMap::new(),
        groups: BTreeMap::new(),
        upstreams: Vec::new(),
        next_tag: 0,
        keeps_headers: Cell::new(false),
        ignores_abort: false,
        only_asked,
        refused: None,
        warnings: Vec::new(),
    };
    compiler.define(inside)?;
    let maps = inside.iter().filter(|directive| directive.name == "map");
    let maps = maps.map(|map| compiler.map(map)).collect::<Result<Vec<_>, _>>()?;
    compiler.formats(inside)?;
    for upstream in inside.iter().filter(|directive| directive.name == "upstream") {
        compiler.upstream(upstream, &scope)?;
    }
    let error_log = error_log(&main)?;
    let (servers, ports) = server::servers(&mut compiler, &scope, inside)?;
    let Compiler { own, groups, keeps_headers, ignores_abort, refused, warnings, .. } = compiler;
    let captures = maps.iter().enumerate().flat_map(|(at, map)| {
        let slots = map.regex.iter().flat_map(|(pattern, _)| &pattern.named);
        slots.map(move |(_, slot)| (*slot, at))
    });
    Ok(Plan {
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

/// Where errors go at a place.
pub(super) fn error_log(scope: &Scope<'_>) -> Result<ErrorLogSpec, ConfError> {
    let mut targets = Vec::new();
    for directive in scope.all("error_log") {
        let path = directive.arg(0).unwrap_or_default();
        let level = match directive.args.get(1) {
            None => Level::Error,
            Some(arg) => Level::parse(&arg.value).ok_or_else(|| ConfError::value(directive, arg))?,
        };
        targets.push((path.into(), level));
    }
    if targets.is_empty() {
        targets.push(("/var/log/nginx/error.log".into(), Level::Error));
    }
    Ok(ErrorLogSpec { targets })
}

impl Compiler {
    pub(super) fn tag(&mut self) -> usize {
        self.next_tag += 1;
        self.next_tag
    }

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
                    if super::value::variable(name, &Own::default()).is_ok() {
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
        if super::value::variable(name, &Own::default()).is_ok() {
            return Err(taken_variable(directive, arg, name));
        }
        self.own.slot(name);
        Ok(())
    }

    /// An argument with its variables.
    pub(super) fn value(&self, directive: &Directive, arg: &Arg) -> Result<Value, ConfError> {
        self.value_of(directive, arg, &arg.value)
    }

    /// A part of an argument, with its variables.
    pub(super) fn value_of(&self, directive: &Directive, arg: &Arg, text: &str) -> Result<Value, ConfError> {
        let value = Value::parse(text, &self.own);
        let asks = |var: &Var| matches!(var, Var::SentHttp(_) | Var::UpstreamHttp(_));
        if value.as_ref().is_ok_and(|value| value.vars().any(asks)) {
            self.keeps_headers.set(true);
        }
        value.map_err(|bad| match bad {
            BadVariable::Unknown(name) => {
                let message = Text::new("front-variable").with("name", name.as_str());
                ConfError::of_arg(directive, arg, message, format!("unknown \"{name}\" variable"))
            }
            BadVariable::Malformed => invalid_variable(directive, Some(arg)),
        })
    }

    /// A regular expression with the variables that its named groups set.
    pub(super) fn pattern(
        &mut self,
        directive: &Directive,
        arg: &Arg,
        text: &str,
        ignoring_case: bool,
    ) -> Result<Pattern, ConfError> {
        let Some(regex) = regex(text, ignoring_case) else {
            let needs_docker = is_of_pcre(text);
            let (key, words) = match needs_docker {
                true => {
                    ("front-regex", format!("regular expression \"{text}\" is not supported without Docker"))
                }
                false => ("front-regex-broken", format!("pcre2_compile() failed: \"{text}\"")),
            };
            let message = Text::new(key).with("pattern", text);
            return Err(ConfError { needs_docker, ..ConfError::of_arg(directive, arg, message, words) });
        };
        let names = regex.capture_names().enumerate();
        let named = names.filter_map(|(at, name)| Some((at, self.own.slot(name?)))).collect();
        Ok(Pattern { regex, named })
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

/// Whether a pattern has what only nginx's own engine knows: looking around, going back, not giving
/// back.
fn is_of_pcre(pattern: &str) -> bool {
    let around = [
        "(?=", "(?!", "(?<=", "(?<!", "(?>", "(?|", "(?(", "(?R", "(?&", "(*", "\\K", "\\G", "\\g", "\\k",
        "++", "*+", "?+",
    ];
    let back = pattern.as_bytes().windows(2).any(|pair| pair[0] == b'\\' && matches!(pair[1], b'1'..=b'9'));
    back || around.iter().any(|part| pattern.contains(part))
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

fn invalid_variable(directive: &Directive, arg: Option<&Arg>) -> ConfError {
    let written = arg.map(|arg| arg.value.as_str()).unwrap_or_default();
    let message = Text::new("front-variable-name").with("name", written);
    let words = format!("invalid variable name \"{written}\"");
    arg.map_or_else(
        || ConfError::of(directive, message.clone(), words.clone()),
        |arg| ConfError::of_arg(directive, arg, message.clone(), words.clone()),
    )
}

fn taken_variable(directive: &Directive, arg: &Arg, name: &str) -> ConfError {
    let message = Text::new("front-variable-taken").with("name", name);
    ConfError::of_arg(directive, arg, message, format!("the duplicate \"{name}\" variable"))
}
