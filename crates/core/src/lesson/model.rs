//! What `lesson.toml` says: a [`LessonFile`] of steps, each with its edit, commands and checks.
//! Unknown keys are errors, reported where they stand.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::action::Action;
use super::prediction::Prediction;
use crate::check::CheckSpec;
use crate::check::address::RequestPath;
use crate::check::probe::RequestSpec;
use crate::check::refused::Because;
use crate::check::values::{Time, workspace_path};
use crate::workspace::names;
use workshop_engine::embedded::own::StandIn;
use workshop_engine::{EngineKind, StackCommand};
use workshop_stack::compose::Env;
use workshop_text::near::did_you_mean;
use workshop_text::refused;
use workshop_text::{Lang, Text};

/// The format of `lesson.toml` that this program reads.
pub const FORMAT: u32 = 1;

/// A whole `lesson.toml`.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LessonFile {
    /// The format of the file; 1 is the only one that is read.
    pub format: u32,
    /// The lesson as it is typed: `06`.
    #[serde(deserialize_with = "id")]
    pub id: String,
    /// What it takes where the steps do not say.
    pub minutes: u32,
    /// The folder that a learner starts from, relative to the course: `complete/step-05`; or several,
    /// each laid over the one before it.
    pub start: Start,
    /// The folder of the files that differ once the lesson is done, where there is one.
    #[serde(default, deserialize_with = "course_path_if")]
    pub finish: Option<String>,
    /// The languages that it is written in: a file `LANG.md` each. All of them where it does not say.
    #[serde(default = "every_language", deserialize_with = "languages")]
    #[cfg_attr(test, schemars(schema_with = "crate::reference::schema::languages"))]
    pub languages: Vec<Lang>,
    /// The engines that it can run on.
    #[cfg_attr(test, schemars(schema_with = "crate::reference::schema::engines"))]
    pub engines: Vec<EngineKind>,
    /// The nginx configuration that the checks read, relative to the workspace.
    #[serde(default, deserialize_with = "workspace_path_if")]
    pub nginx: Option<String>,
    /// Where requests come in.
    pub entry: Entry,
    /// The ports of this machine that the stack publishes; the entry's is the first.
    #[serde(default)]
    pub ports: Vec<Port>,
    /// Variables of `.env` whose values the runner makes up, and never shows.
    #[serde(default, deserialize_with = "variables")]
    pub secrets: Vec<String>,
    /// Commands by which services that run take in files that were changed under them.
    #[serde(default)]
    pub refresh: Vec<StackCommand>,
    /// Base images that a first build needs.
    #[serde(default)]
    pub images: Vec<Image>,
    /// Service → the program that stands for it where there is no Docker.
    #[serde(default)]
    pub embedded: BTreeMap<String, StandIn>,
    /// In the order in which they are done.
    pub steps: Vec<StepSpec>,
}

impl LessonFile {
    /// The folders of the course that the lesson in `dir` is made of, relative to the course's root.
    pub fn folders<'a>(&'a self, dir: &'a str) -> Vec<&'a str> {
        std::iter::once(dir).chain(self.start.folders()).chain(self.finish.as_deref()).collect()
    }

    /// What stands in `.env` once the runner has seen to it: the lesson's ports, and something for
    /// each of its secrets.
    pub fn stand_ins(&self) -> Env {
        let ports = self.ports.iter().map(|port| (port.variable.clone(), port.wanted.to_string()));
        let secrets = self.secrets.iter().map(|name| (name.clone(), "********".to_owned()));
        ports.chain(secrets).collect()
    }

    /// The language in which it is read by somebody who wants `lang`.
    pub fn spoken(&self, lang: Lang) -> Lang {
        let is_there = self.languages.contains(&lang);
        self.languages.first().copied().filter(|_| !is_there).unwrap_or(lang)
    }

    /// The checks of all steps, in the lesson's order.
    pub fn checks(&self) -> impl Iterator<Item = &CheckEntry> {
        self.steps.iter().flat_map(|step| &step.checks)
    }

    /// The predictions that the check `check` of the step `step` measures, each with the step that
    /// asks it.
    pub fn measured_by<'a>(
        &'a self,
        step: &'a str,
        check: &'a str,
    ) -> impl Iterator<Item = (&'a StepSpec, &'a Prediction)> {
        let all = self.steps.iter().flat_map(|asks| asks.predictions.iter().map(move |one| (asks, one)));
        all.filter(move |(_, one)| one.is_resolved_by(step, check))
    }

    /// What the steps take together; where they do not say, what the lesson says.
    pub fn minutes(&self) -> u32 {
        match self.steps.iter().map(|step| step.minutes).sum() {
            0 => self.minutes,
            sum => sum,
        }
    }
}

/// Where requests come in: a service and the port inside its container.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its name in the compose file.
    #[serde(deserialize_with = "crate::check::services::name")]
    pub service: String,
    /// Inside the container.
    pub port: u16,
    /// What `workshop load` asks for where nothing else is said; once the stack runs, it succeeds.
    #[serde(default)]
    pub path: RequestPath,
    /// Where they come in as long as `service` is not there: the lesson puts it in front later on.
    pub before: Option<Door>,
}

/// A service and the port inside its container.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Door {
    /// Its name in the compose file.
    #[serde(deserialize_with = "crate::check::services::name")]
    pub service: String,
    /// Inside the container.
    pub port: u16,
}

/// A published port, by the variable of `.env` that holds it.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Port {
    /// Its name in `.env`.
    #[serde(deserialize_with = "variable")]
    pub variable: String,
    /// The port of this machine where nothing else is set.
    pub wanted: u16,
}

/// A base image that a first build needs, by the variable that may name another.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Image {
    /// Its name in `.env` or the environment.
    #[serde(deserialize_with = "variable")]
    pub variable: String,
    /// The image where the variable is not set; none is needed then where it does not say.
    pub default: Option<String>,
    /// Not needed where this variable is set.
    pub unless: Option<String>,
}

/// One step: what it changes, runs and checks.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Step"))]
#[serde(deny_unknown_fields)]
pub struct StepSpec {
    /// As it is typed, and as the prose names it.
    #[serde(deserialize_with = "id")]
    pub id: String,
    /// What its id was before, the oldest first.
    #[serde(default, deserialize_with = "ids")]
    pub was: Vec<String>,
    /// What it takes; 0 where it is not to be said.
    pub minutes: u32,
    /// It never holds a learner up.
    #[serde(default)]
    pub optional: bool,
    /// A talk that is short of time goes on without it.
    #[serde(default)]
    pub leave_out: bool,
    /// Its action is to copy the lesson's start into the workspace.
    #[serde(default)]
    pub create: bool,
    /// A unified diff, relative to the lesson's folder.
    #[serde(default, deserialize_with = "course_path_if")]
    pub(super) edit: Option<String>,
    /// Commands of its action, in order, after the edit.
    #[serde(default)]
    pub(super) run: Vec<StackCommand>,
    /// Commands that bring a stack with this step's files to what is inside it afterwards (data,
    /// accounts, who follows whom), where nobody played the steps before: those of the last step that
    /// has any are run, once the stack is up.
    #[serde(default)]
    pub setup: Vec<StackCommand>,
    /// Requests that stand for what a learner does in the browser.
    #[serde(default)]
    pub(super) requests: Vec<RequestSpec>,
    /// What it does after its edit, commands and requests, in this order: more of them, and checks that
    /// must hold between them.
    #[serde(default)]
    pub(super) actions: Vec<Action>,
    /// What the learner is asked to expect, before anything of the step is done.
    #[serde(default)]
    pub predictions: Vec<Prediction>,
    /// After its checks it is shown who knows which address.
    #[serde(default)]
    pub picture: bool,
    /// In the order in which they are asked and shown.
    pub checks: Vec<CheckEntry>,
}

impl StepSpec {
    /// Why the last of its commands has to fail, where a check of its says that it has to.
    pub fn refusal(&self) -> Option<Because> {
        self.checks.iter().find_map(|entry| match &entry.spec {
            CheckSpec::Refused(check) => Some(check.because()),
            _ => None,
        })
    }

    /// What a pass of `entry` is worth to a grader. Where the lesson does not say: one point, and
    /// none for an optional step or for what the learner answers, which no repository carries.
    pub fn points(&self, entry: &CheckEntry) -> u32 {
        entry.points.unwrap_or(u32::from(!self.optional && !entry.is_asked()))
    }
}

/// What every check may have, whatever its kind is.
pub const COMMON: [&str; 4] = ["id", "within", "hold", "points"];

/// One check of a step: its id, its kind, and how patient it is.
#[derive(Clone, Debug)]
pub struct CheckEntry {
    /// As it is typed, and as the prose names it.
    pub id: String,
    /// Its kind, with what the lesson wrote for it.
    pub spec: CheckSpec,
    /// It is asked again until it passes or this time is over, while what it sees is settling.
    pub within: Duration,
    /// A pass must hold this long.
    pub hold: Duration,
    /// What a pass is worth to a grader, where the lesson says; see [`StepSpec::points`].
    pub points: Option<u32>,
}

impl CheckEntry {
    /// The learner answers it, and nothing is looked at.
    pub const fn is_asked(&self) -> bool {
        matches!(self.spec, CheckSpec::Question(_) | CheckSpec::Confirm(_))
    }
}

impl<'de> Deserialize<'de> for CheckEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(CheckVisitor)
    }
}

struct CheckVisitor;

impl<'de> Visitor<'de> for CheckVisitor {
    type Value = CheckEntry;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a check: an id and one of its kinds")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<CheckEntry, A::Error> {
        let (mut id, mut spec, mut within, mut hold) = (None, None, Duration::ZERO, Duration::ZERO);
        let mut points = None;
        while let Some(Key(key)) = map.next_key()? {
            match key.as_str() {
                "id" => id = Some(map.next_value::<Id>()?.0),
                "within" => within = map.next_value::<Time>()?.0,
                "hold" => hold = map.next_value::<Time>()?.0,
                "points" => points = Some(map.next_value()?),
                kind => {
                    if let Some(first) = &spec {
                        let kinds = vec![CheckSpec::kind(first).to_owned(), kind.to_owned()];
                        return Err(refused::error(Text::new("rule-two-kinds").with("kinds", kinds)));
                    }
                    spec = Some(CheckSpec::read(kind, &mut map)?);
                }
            }
        }
        let id = id.ok_or_else(|| de::Error::missing_field("id"))?;
        let spec = spec.ok_or_else(|| refused::error(Text::new("rule-no-kind")))?;
        Ok(CheckEntry { id, spec, within, hold, points })
    }
}

/// A key of a check. One that is unknown is refused as it is read, for there its place is known.
struct Key(String);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_identifier(KeyVisitor)
    }
}

struct KeyVisitor;

impl Visitor<'_> for KeyVisitor {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("id, within, hold, points or a kind of check")
    }

    fn visit_str<E: de::Error>(self, key: &str) -> Result<Key, E> {
        if COMMON.contains(&key) || CheckSpec::KINDS.contains(&key) {
            return Ok(Key(key.to_owned()));
        }
        let known = CheckSpec::KINDS.iter().chain(&COMMON).copied();
        Err(refused::error(
            Text::new("rule-unknown-kind").with("word", key).with("near", did_you_mean(key, known)),
        ))
    }
}

/// The id of a lesson, a step or a check: it is typed, and stands in files' names.
struct Id(String);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        id(deserializer).map(Self)
    }
}

pub(super) fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    refused::read(deserializer, held)
}

fn ids<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    refused::read_all(deserializer, held)
}

fn held(id: &str) -> Result<String, Text> {
    if is_id(id) { Ok(id.to_owned()) } else { Err(Text::new("rule-id").with("id", id)) }
}

/// Whether a lesson, a step or a check can have this id.
pub fn is_id(id: &str) -> bool {
    let inner = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    id.starts_with(char::is_alphanumeric) && id.chars().count() <= 64 && id.chars().all(inner)
}

fn every_language() -> Vec<Lang> {
    Lang::ALL.to_vec()
}

fn languages<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Lang>, D::Error> {
    let languages = Vec::<Lang>::deserialize(deserializer)?;
    if languages.is_empty() {
        Err(de::Error::custom("a lesson is written in a language"))
    } else {
        Ok(languages)
    }
}

/// The folders that a learner starts from, each laid over the one before it; at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Start(#[cfg_attr(test, schemars(with = "crate::check::wanted::OneOrMore"))] Vec<String>);

impl Start {
    /// Relative to the course's root, the lowest first.
    pub fn folders(&self) -> impl DoubleEndedIterator<Item = &str> + Clone {
        self.0.iter().map(String::as_str)
    }

    /// The one on top.
    pub fn top(&self) -> &str {
        self.folders().next_back().unwrap_or_default()
    }
}

impl fmt::Display for Start {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" + "))
    }
}

impl<'de> Deserialize<'de> for Start {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(transparent)]
        struct Folder(#[serde(deserialize_with = "course_path")] String);

        struct OneOrMore;
        impl<'de> Visitor<'de> for OneOrMore {
            type Value = Start;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a folder of the course, or a list of them")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Start, E> {
                let Folder(folder) = Folder::deserialize(de::value::StrDeserializer::new(text))?;
                Ok(Start(vec![folder]))
            }
            fn visit_seq<A: de::SeqAccess<'de>>(self, mut all: A) -> Result<Start, A::Error> {
                let mut folders = Vec::new();
                while let Some(Folder(folder)) = all.next_element()? {
                    folders.push(folder);
                }
                if folders.is_empty() {
                    return Err(de::Error::invalid_length(0, &self));
                }
                Ok(Start(folders))
            }
        }
        deserializer.deserialize_any(OneOrMore)
    }
}

/// A folder or file of the course, from its root.
pub(super) fn course_path<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    refused::read(deserializer, |text| match names::fault(text) {
        None => Ok(text.to_owned()),
        Some(_) => Err(Text::new("rule-course-path").with("path", text)),
    })
}

fn course_path_if<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    course_path(deserializer).map(Some)
}

fn workspace_path_if<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    workspace_path(deserializer).map(Some)
}

fn free(name: &str) -> Result<String, Text> {
    if is_obeyed(name) {
        Err(Text::new("rule-variable-obeyed").with("name", name))
    } else {
        Ok(name.to_owned())
    }
}

/// A variable that the runner may write into `.env`: none that Compose or Docker obeys.
fn variable<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    refused::read(deserializer, free)
}

fn variables<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    refused::read_all(deserializer, free)
}

/// Whether a tool that brings the stack up changes what it does by this variable: which files it
/// reads, which project and which engine it acts on.
pub(crate) fn is_obeyed(variable: &str) -> bool {
    let name = variable.to_ascii_uppercase();
    ["COMPOSE_", "DOCKER_", "BUILDKIT_", "BUILDX_", "LD_", "DYLD_"]
        .iter()
        .any(|begin| name.starts_with(begin))
        || [
            "PATH",
            "HOME",
            "SHELL",
            "PWD",
            "TMPDIR",
            "TEMP",
            "TMP",
            "SSH_AUTH_SOCK",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "NO_PROXY",
            "ALL_PROXY",
        ]
        .contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_is_one_folder_or_several_in_the_course() {
        #[derive(Debug, Deserialize)]
        struct Only {
            start: Start,
        }
        let read = |text: &str| toml::from_str::<Only>(text).map(|only| only.start);
        assert_eq!(read("start = 'complete/a'").unwrap().folders().collect::<Vec<_>>(), ["complete/a"]);
        let two = read("start = ['complete/a', 'complete/b']").unwrap();
        assert_eq!((two.top(), two.to_string().as_str()), ("complete/b", "complete/a + complete/b"));
        for wrong in ["start = []", "start = ['complete/a', '../b']", "start = '/b'", "start = 3"] {
            read(wrong).unwrap_err();
        }
    }

    #[test]
    fn a_typo_is_reported_where_it_stands() {
        let text = "id = \"x\"\ncompose = { abscent = \"services.backend\" }\n";
        let error = toml::from_str::<CheckEntry>(text).unwrap_err();
        let at = error.span().unwrap();
        assert!(text[at.start..].starts_with("abscent"), "{error}");
        let error = toml::from_str::<CheckEntry>("id = \"x\"\nreplicsa = 3\n").unwrap_err();
        assert!(error.message().contains("replicsa"), "{error}");
    }
}
