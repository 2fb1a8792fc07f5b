//! `environment`: a service gets a variable, and from the environment.

use serde::Deserialize;

use super::kind::{Check, World};
use super::reach::apart;
use super::read::Read;
use super::services::Services;
use crate::verdict::Verdict;
use workshop_stack::Span;
use workshop_stack::compose::{ComposeFile, Env, EnvFile, Service};
use workshop_text::Text;

/// Each of the services has the variable set, in the way that is asked for.
///
/// It may be set in a list, in a map or in an `env_file`.
///
/// ```toml
/// environment = { service = "backend", key = "DATABASE_URL", interpolated = true }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Environment {
    #[serde(alias = "service")]
    services: Services,
    /// The variable.
    key: String,
    /// Its value must come from the environment (`${…}`, a name alone, or an `env_file`), not from the
    /// compose file's own text.
    #[serde(default)]
    interpolated: bool,
    /// The value must be the name of this service as others see it, and nothing else, on a network that
    /// both are on.
    names: Option<String>,
    /// Variables that the service must have beside it: an `environment` of a service's own hides all
    /// of one that it shares.
    #[serde(default)]
    keeps: Vec<String>,
}

/// A variable as a service gets it.
struct Given {
    value: String,
    /// Where it says so in the compose file.
    span: Span,
}

impl Check for Environment {
    fn judge(&self, world: &World<'_>) -> Verdict {
        let mut values: Vec<String> = Vec::new();
        for service in self.services.iter() {
            match self.one(world, service) {
                Ok(given) if values.contains(&given.value) => {}
                Ok(given) => values.push(given.value),
                Err(verdict) => return *verdict,
            }
        }
        let text = match &self.names {
            Some(target) => {
                self.services.text("check-environment-names-pass").with("target", target.as_str())
            }
            None => self.services.text("check-environment-pass"),
        };
        Verdict::pass(text.with("key", self.key.as_str())).observed(Text::verbatim(values.join(", ")))
    }
}

impl Environment {
    fn one(&self, world: &World<'_>, name: &str) -> Result<Given, Box<Verdict>> {
        let (file, service) = world.app.service(name)?;
        let given = match file.model.environment(name, &self.key) {
            Some(_) => self.own(file, name)?,
            None => match from_env_files(world, service, &self.key) {
                Some(value) => Given { value, span: service.name.span },
                None => return Err(Box::new(self.missing(world, file, service))),
            },
        };
        let has = |key: &String| {
            file.model.environment(name, key).is_some() || from_env_files(world, service, key).is_some()
        };
        if let Some(lost) = self.keeps.iter().find(|key| !has(key)) {
            let text = Text::new("check-environment-hides").with("service", name).with("lost", lost.as_str());
            let verdict = Verdict::not_yet(text.with("key", self.key.as_str()));
            return Err(Box::new(verdict.at(file.place(given.span))));
        }
        match &self.names {
            Some(target) => self.names(world, file, name, target, given),
            None => Ok(given),
        }
    }

    /// What the compose file itself says.
    fn own(&self, file: &Read<ComposeFile>, name: &str) -> Result<Given, Box<Verdict>> {
        let key = self.key.as_str();
        let variable = file.model.environment(name, key).expect("the caller saw it");
        let from_outside = variable.passed_through || !variable.variables.is_empty();
        if self.interpolated && !from_outside {
            let verdict = Verdict::not_yet(Text::new("check-environment-fixed").with("key", key))
                .expected(Text::verbatim(format!("{key}: ${{{key}:-{}}}", variable.raw)))
                .observed(Text::verbatim(format!("{key}: {}", variable.raw)));
            return Err(Box::new(verdict.at(file.place(variable.span))));
        }
        let value = variable.value.clone().unwrap_or_default();
        if value.is_empty() {
            let seen = if variable.raw.is_empty() { key } else { &variable.raw };
            let verdict = Verdict::not_yet(Text::new("check-environment-empty").with("key", key));
            return Err(Box::new(verdict.observed(Text::verbatim(seen)).at(file.place(variable.span))));
        }
        Ok(Given { value, span: variable.span })
    }

    fn missing(&self, world: &World<'_>, file: &Read<ComposeFile>, service: &Service) -> Verdict {
        let absent =
            |file: &&EnvFile| file.required && world.app.files.text(relative(&file.path.value)).is_err();
        if let Some(absent) = service.env_file.iter().find(absent) {
            let path = absent.path.value.as_str();
            return Verdict::not_yet(Text::new("check-environment-no-file").with("file", path))
                .at(file.place(absent.path.span));
        }
        let outer = Env::of_process();
        let dotenv = world.app.files.dotenv().map(|text| Env::of_dotenv(text, &outer)).unwrap_or_default();
        let only_dotenv = dotenv.get(&self.key).is_some();
        let message = if only_dotenv { "check-environment-dotenv-only" } else { "check-environment-missing" };
        let text = Text::new(message).with("key", self.key.as_str());
        Verdict::not_yet(text.with("service", service.name.value.as_str()))
            .expected(Text::verbatim(format!("environment: [{}]", self.key)))
            .observed(Text::new("check-none"))
            .at(file.place(service.name.span))
    }

    /// The value leads to the service `target`: by one of its names, and over a network.
    fn names(
        &self,
        world: &World<'_>,
        file: &Read<ComposeFile>,
        name: &str,
        target: &str,
        given: Given,
    ) -> Result<Given, Box<Verdict>> {
        let (_, wanted) = world.app.service(target)?;
        let host = host_of(&given.value);
        let text = |key| {
            let text = Text::new(key).with("key", self.key.as_str()).with("seen", host);
            text.with("service", name).with("target", target)
        };
        let shared = file.model.shared_networks(name, target);
        let known =
            |host: &str| names_of(file, wanted, &shared).iter().any(|known| known.eq_ignore_ascii_case(host));
        // A program that takes a host's name takes no port with it.
        let key = if given.value != host && known(host) {
            "check-environment-names-more"
        } else if !known(host) {
            let own_container = matches!(host, "localhost" | "127.0.0.1" | "::1" | "0.0.0.0");
            if own_container { "check-environment-names-localhost" } else { "check-environment-names-other" }
        } else if shared.is_empty() {
            "check-environment-names-apart"
        } else {
            let from = file.model.service(name).and_then(|from| apart(file, from, wanted, host));
            return from.map_or(Ok(given), |verdict| Err(Box::new(verdict)));
        };
        let verdict = Verdict::not_yet(text(key)).expected(Text::verbatim(format!("{}: {target}", self.key)));
        Err(Box::new(verdict.observed(Text::verbatim(given.value.as_str())).at(file.place(given.span))))
    }
}

/// The names by which others find a service: its own, its container's, and its aliases on the
/// networks that they share.
fn names_of<'a>(file: &'a Read<ComposeFile>, service: &'a Service, shared: &[String]) -> Vec<&'a str> {
    let real = |key: &'a str| file.model.network(key).map_or(key, |network| network.name.as_str());
    let aliases = service
        .networks
        .iter()
        .filter(|on| shared.iter().any(|name| name == real(&on.key.value)))
        .flat_map(|on| on.aliases.iter().map(String::as_str));
    let container = service.container_name.iter().map(|name| name.value.as_str());
    std::iter::once(service.name.value.as_str()).chain(container).chain(aliases).collect()
}

/// The host in a host's name, `host:port` or a URL (also with a user, or of several parts: `jdbc:mysql://…`).
fn host_of(value: &str) -> &str {
    let rest = value.split_once("://").map_or(value, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let address = authority.rsplit_once('@').map_or(authority, |(_, address)| address);
    if let Some((inside, _)) = address.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return inside;
    }
    match address.split_once(':') {
        // More than one colon: an address of the sixth version without its brackets.
        Some((host, port)) if !port.contains(':') => host,
        _ => address,
    }
}

fn relative(path: &str) -> &str {
    path.trim_start_matches("./")
}

/// The value of `key` in a service's `env_file`s; a later file wins, as in Compose.
pub(crate) fn from_env_files(world: &World<'_>, service: &Service, key: &str) -> Option<String> {
    let outer = world.app.files.env();
    let read = |path: &str| world.app.files.bytes(relative(path)).ok();
    let files = service.env_file.iter().rev();
    files
        .filter_map(|file| read(&file.path.value))
        .find_map(|text| Env::of_dotenv(&text, &outer).get(key).map(str::to_owned))
        .filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::host_of;

    #[test]
    fn the_host_in_a_value() {
        for (value, host) in [
            ("mysql", "mysql"),
            ("mysql:3306", "mysql"),
            ("mysql://shortener:p%40ss@mysql:3306/shortener?ssl=off", "mysql"),
            ("jdbc:mysql://mysql/shortener", "mysql"),
            ("redis://:secret@redis", "redis"),
            ("[::1]:6379", "::1"),
            ("::1", "::1"),
            ("", ""),
        ] {
            assert_eq!(host_of(value), host, "{value}");
        }
    }
}
