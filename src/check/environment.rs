//! `environment`: a service gets a variable, and from the environment.

use serde::Deserialize;

use super::files::Read;
use super::{Check, Needs, Verdict, World};
use crate::stack::compose::{ComposeFile, Env, EnvFile, EnvVar, Service};
use crate::text::Text;

/// `environment = { service = "backend", key = "DATABASE_URL", interpolated = true }`: the variable
/// is set, as a list or a map or in an `env_file`; with `interpolated` its value comes from the
/// environment (`${…}`, a name alone, or an `env_file`), not from the compose file's own text.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Environment {
    service: String,
    key: String,
    #[serde(default)]
    interpolated: bool,
}

impl Check for Environment {
    fn needs(&self) -> Needs {
        Needs::Files
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        let (file, service) = match world.files.service(&self.service) {
            Ok(found) => found,
            Err(verdict) => return *verdict,
        };
        match file.model.environment(&self.service, &self.key) {
            Some(variable) => self.value(file, variable),
            None => self.in_files(world, file, service),
        }
    }
}

impl Environment {
    fn value(&self, file: &Read<ComposeFile>, variable: &EnvVar) -> Verdict {
        let from_outside = variable.passed_through || !variable.variables.is_empty();
        let empty = variable.value.as_deref().unwrap_or_default().is_empty();
        let key = self.key.as_str();
        if self.interpolated && !from_outside {
            return Verdict::not_yet(Text::new("check-environment-fixed").with("key", key))
                .expected(Text::verbatim(format!("{key}: ${{{key}:-{}}}", variable.raw)))
                .observed(Text::verbatim(format!("{key}: {}", variable.raw)))
                .at(file.place(variable.span));
        }
        if empty {
            return Verdict::not_yet(Text::new("check-environment-empty").with("key", key))
                .observed(Text::verbatim(if variable.raw.is_empty() { key } else { &variable.raw }))
                .at(file.place(variable.span));
        }
        self.pass(variable.value.as_deref().unwrap_or_default())
    }

    fn pass(&self, value: &str) -> Verdict {
        Verdict::pass(
            Text::new("check-environment-pass").with("key", self.key.as_str()).with("service", self.service.as_str()),
        )
        .observed(Text::verbatim(value))
    }

    fn in_files(&self, world: &World<'_>, file: &Read<ComposeFile>, service: &Service) -> Verdict {
        if let Some(value) = from_env_files(world, service, &self.key) {
            return self.pass(&value);
        }
        let absent = |file: &&EnvFile| file.required && world.files.text(relative(&file.path.value)).is_err();
        if let Some(absent) = service.env_file.iter().find(absent) {
            let path = absent.path.value.as_str();
            return Verdict::not_yet(Text::new("check-environment-no-file").with("file", path))
                .at(file.place(absent.path.span));
        }
        let dotenv = world.files.text(".env").map(|text| Env::parse_dotenv(&text)).unwrap_or_default();
        let only_dotenv = dotenv.get(&self.key).is_some();
        let message =
            if only_dotenv { "check-environment-dotenv-only" } else { "check-environment-missing" };
        let text = Text::new(message).with("key", self.key.as_str());
        Verdict::not_yet(text.with("service", self.service.as_str()))
        .expected(Text::verbatim(format!("environment: - {}", self.key)))
        .observed(Text::new("check-none"))
        .at(file.place(service.name.span))
    }
}

fn relative(path: &str) -> &str {
    path.trim_start_matches("./")
}

/// The value of `key` in a service's `env_file`s; a later file wins, as in Compose.
pub fn from_env_files(world: &World<'_>, service: &Service, key: &str) -> Option<String> {
    let read = |path: &str| world.files.text(relative(path)).ok();
    let files = service.env_file.iter().rev();
    files
        .filter_map(|file| read(&file.path.value))
        .find_map(|text| Env::parse_dotenv(&text).get(key).map(str::to_owned))
        .filter(|value| !value.is_empty())
}
