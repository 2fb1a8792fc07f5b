//! What stands behind a key: a [`Shape`], and how it is said.

use serde_json::{Map, Value};

use super::said;
use workshop_text::{Lang, Text};

/// What a value is made of.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    Text,
    Whole,
    Number,
    Truth,
    Anything,
    /// One of these words, each with what it means (which may go without saying).
    Words(Vec<(String, String)>),
    List(Box<Shape>),
    /// Names of the lesson's own, each with such a value.
    Table(Box<Shape>),
    /// One of these shapes.
    Either(Vec<Shape>),
    /// What has a section of its own, by its name for people.
    Named(String),
}

impl Shape {
    pub(super) fn read(value: &Value, definitions: &Map<String, Value>) -> Self {
        let read = |value: &Value| Self::read(value, definitions);
        if let Some(name) = value["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
            return match definitions.get(name) {
                Some(found) if !Self::has_a_section(found) => read(found),
                _ => Self::Named(spoken(name)),
            };
        }
        for key in ["oneOf", "anyOf"] {
            if let Some(forms) = value[key].as_array().filter(|_| value.get("properties").is_none()) {
                let word = |form: &Value| {
                    let about = form["description"].as_str().unwrap_or_default().to_owned();
                    Some((form["const"].as_str()?.to_owned(), about))
                };
                let words: Option<Vec<_>> = forms.iter().map(word).collect();
                return words.map_or_else(|| Self::either(forms.iter().map(read)), Self::Words);
            }
        }
        if let Some(words) = value["enum"].as_array() {
            let words = words.iter().filter_map(Value::as_str);
            return Self::Words(words.map(|word| (word.to_owned(), String::new())).collect());
        }
        match &value["type"] {
            Value::Array(types) => Self::either(types.iter().map(|kind| Self::of(kind, value, &read))),
            kind => Self::of(kind, value, &read),
        }
    }

    fn either(shapes: impl Iterator<Item = Self>) -> Self {
        let flat = shapes.flat_map(|shape| match shape {
            Self::Either(inner) => inner,
            other => vec![other],
        });
        Self::Either(flat.collect())
    }

    fn of(kind: &Value, value: &Value, read: &impl Fn(&Value) -> Self) -> Self {
        let inner = |key: &str| Box::new(value.get(key).map_or(Self::Anything, read));
        match kind.as_str() {
            Some("string") => Self::Text,
            Some("integer") => Self::Whole,
            Some("number") => Self::Number,
            Some("boolean") => Self::Truth,
            Some("array") => Self::List(inner("items")),
            Some("object") => Self::Table(inner("additionalProperties")),
            _ => Self::Anything,
        }
    }

    /// Whether a definition is told by itself: a table of keys, or what has a form of its own. One
    /// text or several, and words to choose from, are told where they stand.
    pub(super) fn has_a_section(definition: &Value) -> bool {
        let is_table = definition.get("properties").is_some();
        let has_form = definition["type"] == "string" && definition.get("enum").is_none();
        let chooses = definition["anyOf"].as_array().is_some_and(|forms| {
            forms.iter().any(|form| form["$ref"].is_string() || form.get("properties").is_some())
        });
        (is_table || has_form || chooses) && definition["description"].is_string()
    }

    /// In words; `named` says what has a section of its own.
    pub(super) fn words(&self, lang: Lang, named: &impl Fn(&str) -> String) -> String {
        let say = |key| Text::new(key).render(lang);
        let of = |key, inner: &Self| Text::new(key).with("of", inner.words(lang, named)).render(lang);
        match self {
            Self::Text => say("reference-text"),
            Self::Whole => say("reference-whole"),
            Self::Number => say("reference-number"),
            Self::Truth => say("reference-truth"),
            Self::Anything => say("reference-anything"),
            Self::Words(words) => either(lang, words.iter().map(|(word, _)| format!("`{word}`")).collect()),
            Self::List(inner) => of("reference-list", inner),
            Self::Table(inner) => of("reference-table", inner),
            Self::Either(shapes) => {
                either(lang, shapes.iter().map(|shape| shape.words(lang, named)).collect())
            }
            Self::Named(name) => named(&said(name, lang)),
        }
    }

    /// The words to choose from that have a meaning of their own.
    pub(super) fn choices(&self) -> Vec<&(String, String)> {
        match self {
            Self::Words(words) => words.iter().filter(|(_, about)| !about.is_empty()).collect(),
            Self::List(inner) | Self::Table(inner) => inner.choices(),
            _ => Vec::new(),
        }
    }
}

fn either(lang: Lang, mut words: Vec<String>) -> String {
    match (words.pop(), words.is_empty()) {
        (Some(last), false) => {
            Text::new("reference-either").with("some", words.join(", ")).with("last", last).render(lang)
        }
        (last, _) => last.unwrap_or_default(),
    }
}

/// A definition's name for people: `RequestPath` as `request path`.
pub(super) fn spoken(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}
