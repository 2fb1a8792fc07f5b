//! What `lesson.toml` may say, as people read it: the [`Reference`]. It is read from
//! `docs/lesson.schema.json`, which a test makes of the Rust types, so that the pages in `docs/`,
//! `workshop explain` and an editor say the same as the program that reads a lesson.

mod page;
#[cfg(test)]
pub(crate) mod schema;
mod shape;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;

use self::shape::Shape;
use crate::lesson::model::COMMON;
use workshop_text::Lang;
use workshop_text::near::nearest;

pub use self::page::{checks_page, lesson_page};

const SCHEMA: &str = include_str!("../../../../docs/lesson.schema.json");

/// The schema's sentences in Korean, by the English ones; a test holds them to be all.
const KOREAN: &str = include_str!("../../../../docs/lesson.ko.json");

/// A kind of check, or something else that `lesson.toml` may say.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Topic {
    /// As a lesson writes it; of what has no name there, what it is called.
    pub name: String,
    /// What it is, in one sentence; of a kind of check, what a pass proves.
    pub gist: String,
    /// More about it, a paragraph each.
    #[serde(skip)]
    details: Vec<String>,
    /// As a lesson writes it.
    pub examples: Vec<String>,
    #[serde(skip)]
    keys: Vec<Key>,
    /// What stands there, where it is no table of keys.
    #[serde(skip)]
    shape: Option<Shape>,
}

/// A key of a table.
#[derive(Clone, Debug, PartialEq)]
struct Key {
    name: String,
    about: String,
    shape: Shape,
    is_required: bool,
    /// What holds where it is left out, as a lesson would write it.
    default: Option<String>,
}

/// All of it.
#[derive(Debug)]
pub struct Reference {
    /// The file itself, and the tables in it, each before those that stand in it.
    pub lesson: Vec<Topic>,
    /// Every kind of check.
    pub kinds: Vec<Topic>,
    /// What several of them take.
    pub shared: Vec<Topic>,
}

/// The definitions that are parts of the file and no values that checks share.
const PARTS: [&str; 12] = [
    "Entry",
    "Door",
    "Port",
    "Image",
    "Program",
    "OwnProgram",
    "Listen",
    "Requirement",
    "Step",
    "Action",
    "Prediction",
    "Check",
];

impl Reference {
    /// What this program reads.
    pub fn of_this_program() -> &'static Self {
        static ALL: LazyLock<Reference> = LazyLock::new(|| {
            let schema = serde_json::from_str(SCHEMA).unwrap_or(Value::Null);
            Reference::read(&schema)
        });
        &ALL
    }

    fn read(schema: &Value) -> Self {
        let definitions = schema["$defs"].as_object().cloned().unwrap_or_default();
        let topic = |name: &str, value: &Value| Topic::read(name, value, &definitions);
        let mut root = topic("lesson.toml", schema);
        root.keys.iter_mut().filter(|key| key.name == "format").for_each(|key| key.default = None);
        let mut lesson = vec![root];
        let part = |name: &&str| Some((shape::spoken(name), definitions.get(*name)?));
        lesson.extend(PARTS.iter().filter_map(part).map(|(name, value)| topic(&name, value)));
        let check = &definitions.get("Check").cloned().unwrap_or_default();
        let all = check["properties"].as_object().cloned().unwrap_or_default();
        if let Some(check) = lesson.iter_mut().find(|topic| topic.name == "check") {
            check.keys.retain(|key| COMMON.contains(&key.name.as_str()));
        }
        let kinds = all.iter().filter(|(name, _)| !COMMON.contains(&name.as_str()));
        let kinds = kinds.map(|(name, value)| topic(name, value)).collect();
        let is_shared = |(name, value): &(&String, &Value)| {
            !PARTS.contains(&name.as_str()) && Shape::has_a_section(value)
        };
        let shared = definitions.iter().filter(is_shared);
        let shared = shared.map(|(name, value)| topic(&shape::spoken(name), value)).collect();
        Self { lesson, kinds, shared }
    }

    fn topics(&self) -> impl Iterator<Item = &Topic> {
        self.kinds.iter().chain(&self.lesson).chain(&self.shared)
    }

    /// What is called `name`: a kind of check, a part of the file or a value that checks share; else
    /// every part that has a key of that name, with that key alone.
    pub fn find(&self, name: &str) -> Vec<Topic> {
        let called: Vec<Topic> = self.topics().filter(|topic| topic.name == name).cloned().collect();
        if !called.is_empty() {
            return called;
        }
        let with_the_key = |topic: &Topic| {
            let keys: Vec<Key> = topic.keys.iter().filter(|key| key.name == name).cloned().collect();
            (!keys.is_empty()).then(|| Topic { keys, details: Vec::new(), ..topic.clone() })
        };
        self.lesson.iter().filter_map(with_the_key).collect()
    }

    /// Whatever can be explained and is spelt nearly so.
    pub fn near(&self, name: &str) -> Option<&str> {
        let keys = self.lesson.iter().flat_map(|topic| &topic.keys).map(|key| key.name.as_str());
        nearest(name, self.topics().map(|topic| topic.name.as_str()).chain(keys))
    }
}

impl Topic {
    fn read(name: &str, value: &Value, definitions: &serde_json::Map<String, Value>) -> Self {
        let mut about = About::read(value["description"].as_str().unwrap_or_default());
        let keys = keys(value, definitions);
        let shape = (keys.is_empty() && value["type"] != "object").then(|| Shape::read(value, definitions));
        let gist = if about.words.is_empty() { String::new() } else { about.words.remove(0) };
        Self { name: name.to_owned(), gist, details: about.words, examples: about.examples, keys, shape }
    }

    /// What it is in one sentence, in that language.
    pub fn gist(&self, lang: Lang) -> String {
        said(&self.gist, lang)
    }
}

/// A docstring, taken apart.
#[derive(Default)]
struct About {
    words: Vec<String>,
    examples: Vec<String>,
}

impl About {
    fn read(text: &str) -> Self {
        let mut about = Self::default();
        for part in text.split("\n\n").filter(|part| !part.is_empty()) {
            let code = part.strip_prefix("```toml\n").and_then(|code| code.strip_suffix("\n```"));
            match code {
                Some(code) => about.examples.push(code.to_owned()),
                None => about.words.push(part.to_owned()),
            }
        }
        about
    }
}

/// The keys of a table, `service` beside its `services` as one.
fn keys(value: &Value, definitions: &serde_json::Map<String, Value>) -> Vec<Key> {
    let Some(properties) = value["properties"].as_object() else { return Vec::new() };
    let required: Vec<&str> =
        value["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let either = value["oneOf"].as_array().is_some_and(|all| all.len() == 2);
    let twin =
        |name: &str| either && matches!(name, "service" | "services") && properties.contains_key("service");
    let key = |(name, value): (&String, &Value)| Key {
        name: name.clone(),
        about: value["description"].as_str().unwrap_or_default().to_owned(),
        shape: Shape::read(value, definitions),
        is_required: required.contains(&name.as_str()) || twin(name),
        default: default(value),
    };
    let all = properties.iter().filter(|(name, _)| !(twin(name) && *name == "service"));
    all.map(key).collect()
}

fn default(value: &Value) -> Option<String> {
    match value.get("default")? {
        Value::Array(items) if items.is_empty() => None,
        Value::Object(items) if items.is_empty() => None,
        other => Some(other.to_string()),
    }
}

/// A sentence of the schema in that language.
fn said(text: &str, lang: Lang) -> String {
    static WORDS: LazyLock<BTreeMap<String, String>> =
        LazyLock::new(|| serde_json::from_str(KOREAN).unwrap_or_default());
    match lang {
        Lang::Ko => WORDS.get(text).cloned().unwrap_or_else(|| text.to_owned()),
        Lang::En => text.to_owned(),
    }
}
