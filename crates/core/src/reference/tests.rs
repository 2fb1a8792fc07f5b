//! The reference is what the types say, in both languages, and its examples are what it says.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::*;
use crate::check::CheckSpec;
use crate::lesson::markdown;
use crate::lesson::model::CheckEntry;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Holds a file of `docs/` to what it has to say; with `UPDATE_SNAPSHOTS` it is written so.
fn held(name: &str, wanted: &str) {
    let path = root().join("docs").join(name);
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() && found != wanted {
        std::fs::write(&path, wanted).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        return;
    }
    let differs = similar::TextDiff::from_lines(found.as_str(), wanted);
    assert!(
        found == wanted,
        "docs/{name} says something else than the types; UPDATE_SNAPSHOTS=1 cargo test -p workshop-core \
         --lib reference, twice, takes on what they say:\n{}",
        differs.unified_diff().header("the page", "the types")
    );
}

#[test]
fn the_schema_is_what_the_types_say() {
    let text = serde_json::to_string_pretty(&schema::whole()).expect("JSON");
    held("lesson.schema.json", &format!("{text}\n"));
}

#[test]
fn the_pages_are_what_the_schema_says() {
    held("lesson.md", &lesson_page());
    held("checks.md", &checks_page());
}

/// Every sentence of the schema, and every name that it gives for people.
fn sentences() -> BTreeSet<String> {
    fn walk(value: &Value, all: &mut BTreeSet<String>) {
        if let Some(text) = value["description"].as_str() {
            all.extend(About::read(text).words);
        }
        match value {
            Value::Object(object) => object.values().for_each(|value| walk(value, all)),
            Value::Array(items) => items.iter().for_each(|value| walk(value, all)),
            _ => {}
        }
    }
    let schema: Value = serde_json::from_str(SCHEMA).expect("JSON");
    let mut told = BTreeSet::new();
    walk(&schema, &mut told);
    let all = Reference::of_this_program();
    let shown: String = all.topics().map(|topic| topic.markdown(Lang::En)).collect();
    told.retain(|sentence| shown.contains(sentence.as_str()));
    told.extend(all.shared.iter().map(|topic| topic.name.clone()));
    told.extend(all.lesson.iter().skip(1).map(|topic| topic.name.clone()));
    told
}

#[test]
fn every_sentence_is_there_in_korean() {
    let korean: BTreeMap<String, String> = serde_json::from_str(KOREAN).expect("JSON");
    let sentences = sentences();
    let lacks: Vec<_> = sentences.iter().filter(|sentence| !korean.contains_key(*sentence)).collect();
    assert!(lacks.is_empty(), "docs/lesson.ko.json has no Korean for: {lacks:#?}");
    let unused: Vec<_> = korean.keys().filter(|sentence| !sentences.contains(*sentence)).collect();
    assert!(unused.is_empty(), "docs/lesson.ko.json has what no type says any more: {unused:#?}");
}

#[test]
fn every_kind_is_explained_and_has_examples_that_are_read() {
    let all = Reference::of_this_program();
    let names: Vec<&str> = all.kinds.iter().map(|kind| kind.name.as_str()).collect();
    assert_eq!(names, CheckSpec::KINDS);
    let schema: Value = serde_json::from_str(SCHEMA).expect("JSON");
    let mut check = schema["$defs"]["Check"].clone();
    check["$defs"] = schema["$defs"].clone();
    let check = jsonschema::validator_for(&check).expect("a schema");
    for kind in &all.kinds {
        assert!(
            !kind.gist.is_empty() && !kind.examples.is_empty(),
            "{} has no sentence or no example",
            kind.name
        );
        for example in &kind.examples {
            let text = format!("id = \"x\"\n{example}\n");
            let entry: CheckEntry =
                toml::from_str(&text).unwrap_or_else(|error| panic!("{example}: {error}"));
            assert_eq!(entry.spec.kind(), kind.name, "{example}");
            let value: Value = toml::from_str(&text).expect("TOML");
            check.validate(&value).unwrap_or_else(|error| panic!("{example}: {error}"));
        }
        for lang in Lang::ALL {
            assert!(!markdown::blocks(&kind.markdown(lang)).is_empty(), "{}", kind.name);
        }
    }
    for key in all.topics().flat_map(|topic| topic.keys.iter().map(move |key| (topic, key))) {
        let is_told = !key.1.about.is_empty() || key.1.name == "services";
        assert!(is_told, "nothing is said of `{}` of {}", key.1.name, key.0.name);
    }
}

/// Every `lesson.toml` of this repository.
fn lessons() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let courses = std::fs::read_dir(root().join("courses")).expect("courses").filter_map(Result::ok);
    for course in courses.map(|entry| entry.path()).chain([root()]) {
        let Ok(lessons) = std::fs::read_dir(course.join("lessons")) else { continue };
        let files = lessons.filter_map(Result::ok).map(|entry| entry.path().join("lesson.toml"));
        found.extend(files.filter(|file| file.is_file()));
    }
    found
}

#[test]
fn the_schema_takes_the_lessons_there_are_and_refuses_a_typo() {
    let schema: Value = serde_json::from_str(SCHEMA).expect("JSON");
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    let lessons = lessons();
    assert!(lessons.len() >= 3, "{lessons:?}");
    for file in lessons {
        let text = std::fs::read_to_string(&file).expect("a lesson");
        let mut value: Value = toml::from_str(&text).expect("TOML");
        schema
            .validate(&value)
            .unwrap_or_else(|error| panic!("{}: {error} at {}", file.display(), error.instance_path));
        value["minuets"] = 1.into();
        assert!(!schema.is_valid(&value), "{}", file.display());
    }
    for bad in [
        "replicas = { service = \"a\", services = [\"b\"], equals = 1 }",
        "replicas = { equals = 1 }",
        "replicsa = { service = \"a\", equals = 1 }",
        "tree = { has = \"a\" }",
        "tree = { has = [\"a\"] }\nconfirm = {}",
    ] {
        let text = format!(
            "format = 1\nid = \"x\"\nminutes = 1\nstart = \"a\"\nengines = [\"docker\"]\n\
            entry = {{ service = \"a\", port = 1 }}\n[[steps]]\nid = \"a\"\nminutes = 1\n[[steps.checks]]\nid = \"a\"\n{bad}\n"
        );
        let value: Value = toml::from_str(&text).expect("TOML");
        assert!(!schema.is_valid(&value), "{bad}");
    }
}

#[test]
fn a_kind_a_part_and_a_key_are_found_by_their_names() {
    let all = Reference::of_this_program();
    let names = |name| all.find(name).into_iter().map(|topic| topic.name).collect::<Vec<_>>();
    assert_eq!(names("replicas"), ["replicas"]);
    assert_eq!(names("request"), ["request"]);
    assert_eq!(names("edit"), ["step", "action"]);
    assert_eq!(names("minutes"), ["lesson.toml", "step"]);
    assert!(names("replicsa").is_empty());
    assert_eq!(all.near("replicsa"), Some("replicas"));
    assert_eq!(all.near("secrest"), Some("secrets"));
}
