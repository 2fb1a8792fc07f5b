//! A program of this machine that a lesson declares for a service of its own: [`OwnProgram`], as
//! `[embedded.NAME]` of `lesson.toml` says it.
//!
//! It is told by its environment where to listen and where other services are, as the programs of
//! this binary are; its files are those that the service's Dockerfile copies.

pub(super) mod inside;
pub(super) mod keep;
mod runtime;
mod version;

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::machine::find;
pub(crate) use runtime::{Lack, Runtime};
pub use version::Requirement;
use workshop_text::near::did_you_mean;
use workshop_text::{Text, refused};

/// What stands for a service where there is no Docker: `app = "nginx"`, or `[embedded.app]` with a
/// command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StandIn {
    /// A program that this engine knows, by its name.
    Known(String),
    /// A program of this machine that the lesson names.
    Own(OwnProgram),
}

/// A program of this machine, as `[embedded.NAME]` declares it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OwnProgram {
    /// The program's name and its arguments; it runs where the Dockerfile's `WORKDIR` is.
    #[serde(deserialize_with = "command")]
    pub command: Vec<String>,
    /// Programs that have to be on this machine, with their versions.
    #[serde(default, deserialize_with = "needs")]
    pub needs: BTreeMap<String, Requirement>,
    /// The variables that tell it where to listen; none where it does not listen at all.
    #[serde(default)]
    pub listen: Option<Listen>,
    /// Variables whose host is another service.
    #[serde(default, deserialize_with = "variables")]
    pub names: Vec<String>,
}

/// The variables by which a program is told where to listen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Listen {
    /// The one that holds an address of this machine.
    #[serde(deserialize_with = "variable")]
    pub address: String,
    /// The one that holds the port. What the service itself says there is the container's port.
    #[serde(deserialize_with = "variable")]
    pub port: String,
}

/// What the supervisor has to know of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct OwnSpec {
    /// As it was called, with its arguments.
    pub command: Vec<String>,
    /// The folder in the container where it runs.
    pub workdir: String,
    pub listen: Option<Listen>,
    /// The container's port; none where it does not listen.
    pub port: Option<u16>,
    pub names: Vec<String>,
}

impl From<&str> for StandIn {
    fn from(name: &str) -> Self {
        Self::Known(name.to_owned())
    }
}

impl StandIn {
    /// The lesson's own program, where it is one.
    pub const fn own(&self) -> Option<&OwnProgram> {
        match self {
            Self::Own(own) => Some(own),
            Self::Known(_) => None,
        }
    }
}

impl OwnProgram {
    /// The program's name, as it is looked for on this machine.
    pub fn name(&self) -> &str {
        self.command.first().map_or("", String::as_str)
    }

    /// The command on one line, as a shell would take it.
    pub fn line(&self) -> String {
        one_line(&self.command)
    }

    /// The words of a compose file's `command` that start the same program, wherever the container
    /// has it; none for those that start another.
    pub(super) fn called(&self, words: &[String]) -> Option<Vec<String>> {
        let (first, rest) = words.split_first()?;
        is_program(first, self.name())
            .then(|| std::iter::once(self.name().to_owned()).chain(rest.iter().cloned()).collect())
    }

    /// The program's file on this machine, by its name.
    ///
    /// # Errors
    /// It, or another program that it needs, is not there or is too old.
    pub(super) fn found(&self) -> Result<BTreeMap<String, PathBuf>, Lack> {
        for (name, wanted) in &self.needs {
            Runtime::found(name, wanted)?;
        }
        let name = self.name();
        let path = find::program(&[name]).ok_or_else(|| Lack::missing(name))?;
        Ok(BTreeMap::from([(name.to_owned(), path)]))
    }

    /// Every program that it needs, its own among them.
    pub(super) fn needed(&self) -> BTreeMap<String, Requirement> {
        let mut all = self.needs.clone();
        all.entry(self.name().to_owned()).or_default();
        all
    }
}

/// Words on one line, as a shell would take them.
pub fn one_line(words: &[String]) -> String {
    shlex::try_join(words.iter().map(String::as_str)).unwrap_or_else(|_| words.join(" "))
}

/// Whether `word` calls the program of that name, wherever a container has it.
pub(super) fn is_program(word: &str, name: &str) -> bool {
    word == name || (word.starts_with('/') && word.rsplit('/').next() == Some(name))
}

impl<'de> Deserialize<'de> for StandIn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StandInVisitor)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for StandIn {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Program".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let own = generator.subschema_for::<OwnProgram>();
        schemars::json_schema!({
            "description": "What stands for a service where there is no Docker: a program that this engine knows, by its name, or a program of this machine.",
            "anyOf": [{ "type": "string" }, own],
        })
    }
}

struct StandInVisitor;

impl<'de> Visitor<'de> for StandInVisitor {
    type Value = StandIn;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a program's name, or a table with `command`")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<StandIn, E> {
        Ok(StandIn::Known(name.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<StandIn, A::Error> {
        OwnProgram::deserialize(MapAccessDeserializer::new(map)).map(StandIn::Own)
    }
}

/// A program is found by its name: a path would be another file on every machine.
fn command<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let words = Vec::<String>::deserialize(deserializer)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+');
    let is_name =
        |name: &String| name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.chars().all(plain);
    if !words.first().is_some_and(is_name) {
        let name = words.first().map_or("", String::as_str);
        return Err(refused::error(Text::new("rule-own-command").with("program", name)));
    }
    match words.iter().any(|word| word.contains(|c: char| c.is_control() && c != '\n' && c != '\t')) {
        true => Err(refused::error(Text::new("rule-own-control"))),
        false => Ok(words),
    }
}

fn needs<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, Requirement>, D::Error> {
    let needs = BTreeMap::<String, Requirement>::deserialize(deserializer)?;
    for name in needs.keys() {
        if Runtime::named(name).is_none() {
            let near = did_you_mean(name, Runtime::names());
            let known: Vec<String> = Runtime::names().map(str::to_owned).collect();
            let text = Text::new("rule-own-need").with("program", name.as_str()).with("near", near);
            return Err(refused::error(text.with("known", known)));
        }
    }
    Ok(needs)
}

/// A variable that is set for the program; not one by which the system decides what it is.
fn own_variable(name: &str) -> Result<String, Text> {
    let starts = name.starts_with(|c: char| c == '_' || c.is_ascii_alphabetic());
    let is_name = starts && name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric());
    let upper = name.to_ascii_uppercase();
    let obeyed =
        upper.starts_with("LD_") || upper.starts_with("DYLD_") || ["PATH", "HOME"].contains(&upper.as_str());
    match is_name && !obeyed {
        true => Ok(name.to_owned()),
        false => Err(Text::new("rule-own-variable").with("name", name)),
    }
}

fn variable<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    refused::read(deserializer, own_variable)
}

fn variables<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    refused::read_all(deserializer, own_variable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct File {
        embedded: BTreeMap<String, StandIn>,
    }

    fn read(text: &str) -> Result<StandIn, toml::de::Error> {
        toml::from_str::<File>(text).map(|mut file| file.embedded.remove("app").expect("app"))
    }

    #[test]
    fn a_lesson_names_a_program_or_declares_one() {
        assert_eq!(read("[embedded]\napp = \"nginx\"").unwrap(), StandIn::Known("nginx".to_owned()));
        let text = "[embedded.app]\ncommand = [\"python3\", \"-u\", \"app.py\"]\n\
                    needs = { python3 = \">=3.9\" }\n\
                    listen = { address = \"LISTEN_ADDRESS\", port = \"PORT\" }\nnames = [\"REDIS_URL\"]";
        let StandIn::Own(own) = read(text).unwrap() else { panic!("an own program") };
        assert_eq!((own.name(), own.line().as_str()), ("python3", "python3 -u app.py"));
        assert_eq!(own.listen.unwrap().port, "PORT");
        assert!(own.needs["python3"].to_string() == ">=3.9" && own.names == ["REDIS_URL"]);
    }

    #[test]
    fn what_is_wrong_in_it_is_said_where_it_stands() {
        let at = |line: &str, wrong: &str, says: &str| {
            let text = format!("[embedded.app]\ncommand = [\"python3\"]\n{line}");
            let text = if line.starts_with("command") { format!("[embedded.app]\n{line}") } else { text };
            let error = read(&text).unwrap_err();
            let span = error.span().expect("a place");
            assert!(text[span.start..].starts_with(wrong), "{error}");
            assert!(error.message().contains(says), "{error}");
        };
        at("comand = []", "comand", "unknown field");
        at("command = []", "[", "program");
        at("command = [\"/bin/sh\"]", "[", "/bin/sh");
        at("command = [\"../x\"]", "[", "../x");
        at("needs = { pyton3 = \"*\" }", "{", "python3");
        at("needs = { python3 = \"abc\" }", "\"abc\"", "abc");
        at("names = [\"LD_PRELOAD\"]", "\"LD_PRELOAD\"", "LD_PRELOAD");
        at("listen = { address = \"A B\", port = \"P\" }", "\"A B\"", "A B");
    }

    #[test]
    fn another_command_of_the_same_program_is_taken() {
        let own = OwnProgram {
            command: vec!["python3".to_owned(), "app.py".to_owned()],
            needs: BTreeMap::new(),
            listen: None,
            names: Vec::new(),
        };
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        assert_eq!(own.called(&words(&["/usr/bin/python3", "b.py"])), Some(words(&["python3", "b.py"])));
        for other in [&["sh", "-c", "x"][..], &["./python3"], &["bin/python3"], &["python3.11"], &[]] {
            assert_eq!(own.called(&words(other)), None, "{other:?}");
        }
    }
}
