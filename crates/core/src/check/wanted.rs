//! What a value has to be: [`Wanted`], by one mechanism for every kind that looks at values.

use std::fmt;

use regex::Regex;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::address::Kept;
use workshop_text::{Text, refused};

/// What a value has to be. A value alone has to be equal; a table says more: `{ equals = … }`,
/// `{ contains = "…" }` and `{ lacks = "…" }` (one text or several), `{ regex = "…" }`,
/// `{ exists = false }`, and against what an earlier request kept `{ same_as = "name" }` and
/// `{ differs_from = "name" }`. All that stand there have to hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wanted {
    rules: Rules,
}

/// What a value has to be, as a table: all that stands there has to hold.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Rules {
    /// It is this value.
    equals: Option<Value>,
    /// One text or several, each of which is a part of it.
    #[serde(default)]
    contains: Texts,
    /// One text or several, none of which is a part of it.
    #[serde(default)]
    lacks: Texts,
    /// It matches this.
    regex: Option<Pattern>,
    /// It is there, or it is not.
    exists: Option<bool>,
    /// It is what an earlier request kept by this name.
    same_as: Option<String>,
    /// It is not what an earlier request kept by this name.
    differs_from: Option<String>,
}

/// One text or several.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(from = "OneOrMore")]
pub(crate) struct Texts(pub(crate) Vec<String>);

#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub(crate) enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl From<OneOrMore> for Texts {
    fn from(given: OneOrMore) -> Self {
        match given {
            OneOrMore::One(text) => Self(vec![text]),
            OneOrMore::More(texts) => Self(texts),
        }
    }
}

/// A regular expression, as the crate `regex` has them.
#[derive(Clone, Debug)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Pattern(#[cfg_attr(test, schemars(with = "String"))] pub(crate) Regex);

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        refused::read(deserializer, |text| match Regex::new(text) {
            Ok(regex) => Ok(Self(regex)),
            Err(_) => Err(Text::new("rule-regex").with("pattern", text)),
        })
    }
}

impl Wanted {
    /// It has to be this.
    pub(crate) fn equal_to(value: Value) -> Self {
        Self { rules: Rules { equals: Some(value), ..Rules::default() } }
    }

    /// What `seen` is not, of what it has to be; nothing where all of it holds.
    pub(crate) fn fault(&self, seen: Option<&Value>, kept: &Kept) -> Option<Text> {
        let rules = &self.rules;
        let Some(value) = seen else {
            return (rules.exists != Some(false)).then(|| self.first());
        };
        if rules.exists == Some(false) {
            return Some(Text::new("wanted-absent"));
        }
        let text = written(value);
        let equals = || rules.equals.as_ref().filter(|wanted| !equal(value, wanted)).map(equals_text);
        let lacks = || rules.lacks.0.iter().find(|part| text.contains(part.as_str()));
        equals()
            .or_else(|| self.missing_part(&text).map(|part| Text::new("wanted-contains").with("text", part)))
            .or_else(|| lacks().map(|part| Text::new("wanted-lacks").with("text", part.as_str())))
            .or_else(|| rules.regex.as_ref().filter(|pattern| !pattern.0.is_match(&text)).map(pattern_text))
            .or_else(|| against("wanted-same", rules.same_as.as_ref()?, kept, |other| *other == text))
            .or_else(|| against("wanted-differs", rules.differs_from.as_ref()?, kept, |other| *other != text))
    }

    /// The same of a source that knows texts alone: `5` and `true` stand for their words.
    pub(crate) fn fault_in_text(&self, seen: Option<&str>) -> Option<Text> {
        let equals = self.rules.equals.as_ref().map(|value| Value::String(written(value)));
        let as_text = Self { rules: Rules { equals, ..self.rules.clone() } };
        let seen = seen.map(|text| Value::String(text.to_owned()));
        as_text.fault(seen.as_ref(), &Kept::new())
    }

    fn missing_part(&self, text: &str) -> Option<&str> {
        self.rules.contains.0.iter().find(|part| !text.contains(part.as_str())).map(String::as_str)
    }

    /// What it wants, where nothing is there: the first of its rules.
    fn first(&self) -> Text {
        let rules = &self.rules;
        let contains = || Some(Text::new("wanted-contains").with("text", rules.contains.0.first()?.as_str()));
        rules
            .equals
            .as_ref()
            .map(equals_text)
            .or_else(contains)
            .or_else(|| rules.regex.as_ref().map(pattern_text))
            .unwrap_or_else(|| Text::new("wanted-exists"))
    }
}

fn equals_text(wanted: &Value) -> Text {
    Text::verbatim(wanted.to_string())
}

fn pattern_text(pattern: &Pattern) -> Text {
    Text::new("wanted-regex").with("pattern", pattern.0.as_str())
}

fn against(key: &'static str, name: &str, kept: &Kept, holds: impl Fn(&String) -> bool) -> Option<Text> {
    match kept.get(name) {
        Some(other) if holds(other) => None,
        Some(other) => Some(Text::new(key).with("name", name).with("value", other.as_str())),
        None => Some(Text::new("wanted-not-kept").with("name", name)),
    }
}

/// Equal as JSON, where 1 and 1.0 are the same number.
fn equal(seen: &Value, wanted: &Value) -> bool {
    match (seen.as_f64(), wanted.as_f64()) {
        (Some(seen), Some(wanted)) => seen == wanted,
        _ => seen == wanted,
    }
}

/// A text as it is, anything else as JSON.
pub(crate) fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

impl<'de> Deserialize<'de> for Wanted {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WantedVisitor)
    }
}

struct WantedVisitor;

impl<'de> Visitor<'de> for WantedVisitor {
    type Value = Wanted;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value, or a table of equals, contains, lacks, regex, exists, same_as, differs_from")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Wanted, E> {
        Ok(Wanted::equal_to(text.into()))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Wanted, E> {
        Ok(Wanted::equal_to(value.into()))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Wanted, E> {
        Ok(Wanted::equal_to(value.into()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Wanted, E> {
        Ok(Wanted::equal_to(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Wanted, E> {
        Ok(Wanted::equal_to(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Wanted, A::Error> {
        Value::deserialize(SeqAccessDeserializer::new(items)).map(Wanted::equal_to)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Wanted, A::Error> {
        let rules = Rules::deserialize(MapAccessDeserializer::new(map))?;
        match rules == Rules::default() {
            true => Err(refused::error(Text::new("rule-wanted-empty"))),
            false => Ok(Wanted { rules }),
        }
    }
}

/// Where a value stands in JSON: a pointer as RFC 6901 has it (`/items/0/id`), written so or as
/// `$.items[0].id`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Pointer(String);

impl Pointer {
    /// As RFC 6901 writes it.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// A key of an object at the top.
    pub(crate) fn of_key(key: &str) -> Self {
        Self(format!("/{}", key.replace('~', "~0").replace('/', "~1")))
    }

    fn parse(text: &str) -> Result<Self, Text> {
        if text.is_empty() || text.starts_with('/') {
            return Ok(Self(text.to_owned()));
        }
        let refused = || Text::new("rule-pointer").with("pointer", text);
        let path = text.strip_prefix('$').ok_or_else(refused)?;
        let mut pointer = String::new();
        let mut rest = path;
        while !rest.is_empty() {
            let (part, after) = if let Some(inner) = rest.strip_prefix('[') {
                let (index, after) = inner.split_once(']').ok_or_else(refused)?;
                if index.is_empty() || !index.bytes().all(|byte| byte.is_ascii_digit()) {
                    return Err(refused());
                }
                (index, after)
            } else {
                let name = rest.strip_prefix('.').ok_or_else(refused)?;
                name.split_at(name.find(['.', '[']).unwrap_or(name.len()))
            };
            if part.is_empty() {
                return Err(refused());
            }
            pointer.push('/');
            pointer.push_str(&part.replace('~', "~0").replace('/', "~1"));
            rest = after;
        }
        Ok(Self(pointer))
    }
}

impl<'de> Deserialize<'de> for Pointer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        refused::read(deserializer, Self::parse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[derive(Deserialize)]
    struct Holder {
        x: Wanted,
    }

    fn wanted(text: &str) -> Wanted {
        let text = format!("x = {text}\n");
        toml::from_str::<Holder>(&text).unwrap_or_else(|error| panic!("{text}: {error}")).x
    }

    #[test]
    fn each_rule_holds_for_one_value_and_not_for_another() {
        let kept = Kept::from([("id".to_owned(), "7".to_owned())]);
        for (rule, good, bad, key) in [
            ("1", json!(1.0), json!("1"), "verbatim"),
            ("[1, 2]", json!([1, 2]), json!([2, 1]), "verbatim"),
            ("{ equals = { a = 1 } }", json!({ "a": 1 }), json!({ "a": 2 }), "verbatim"),
            ("{ contains = \"b\" }", json!("abc"), json!("ac"), "wanted-contains"),
            ("{ contains = [\"a\", \"b\"] }", json!("abc"), json!("a"), "wanted-contains"),
            ("{ lacks = \"b\" }", json!("ac"), json!("abc"), "wanted-lacks"),
            ("{ regex = '^\\d+$' }", json!("12"), json!("12x"), "wanted-regex"),
            ("{ same_as = \"id\" }", json!(7), json!(8), "wanted-same"),
            ("{ differs_from = \"id\" }", json!("8"), json!("7"), "wanted-differs"),
        ] {
            let rule = wanted(rule);
            assert_eq!(rule.fault(Some(&good), &kept), None, "{rule:?}");
            let fault = rule.fault(Some(&bad), &kept).unwrap_or_else(|| panic!("{rule:?} holds for {bad}"));
            assert!(key == "verbatim" || fault.key == key, "{rule:?}: {}", fault.key);
            assert!(rule.fault(None, &kept).is_some(), "{rule:?} holds for nothing");
        }
        let absent = wanted("{ exists = false }");
        assert_eq!(absent.fault(None, &kept), None);
        assert_eq!(absent.fault(Some(&json!(1)), &kept).map(|text| text.key), Some("wanted-absent"));
        let unknown = wanted("{ same_as = \"nobody\" }").fault(Some(&json!(1)), &kept);
        assert_eq!(unknown.map(|text| text.key), Some("wanted-not-kept"));
    }

    #[test]
    fn what_cannot_be_meant_is_refused_where_it_stands() {
        for (bad, at) in
            [("x = { contians = \"a\" }", "contians"), ("x = { regex = \"(\" }", "\"(\""), ("x = {}", "{}")]
        {
            let error = toml::from_str::<Holder>(bad).err().unwrap_or_else(|| panic!("{bad} is read"));
            let start = error.span().unwrap_or_else(|| panic!("{bad}: no place")).start;
            assert!(bad[start..].starts_with(at), "{bad}: {error}");
        }
    }

    #[test]
    fn a_pointer_is_written_in_two_ways() {
        for (text, pointer) in
            [("/a/0", "/a/0"), ("$.a[0].b", "/a/0/b"), ("$", ""), ("$[1]", "/1"), ("$.a/b", "/a~1b")]
        {
            assert_eq!(Pointer::parse(text).map(|found| found.0).ok().as_deref(), Some(pointer), "{text}");
        }
        for bad in ["a", "$a", "$.", "$.a..b", "$.a[x]", "$.a[0", "$.a[]"] {
            assert!(Pointer::parse(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_pointer_or_refused(text in "[$./\\[\\]a0~]{0,12}|\\PC{0,12}") {
            if let Ok(pointer) = Pointer::parse(&text) {
                prop_assert!(pointer.0.is_empty() || pointer.0.starts_with('/'));
            }
        }
    }
}
