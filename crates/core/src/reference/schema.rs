//! The JSON schema of `lesson.toml`, made of the types that read it; here stand the parts of it that
//! no type says by its fields, because it is read by hand.

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use crate::check::CheckSpec;
use crate::check::address::METHODS;
use crate::check::probe::RequestSpec;
use crate::check::services::Services;
use crate::check::values::Time;
use crate::check::wanted::{Rules, Wanted};
use crate::lesson::LessonFile;
use crate::lesson::action::Action;
use crate::lesson::model::{CheckEntry, FORMAT};
use workshop_engine::{EngineKind, StackCommand};
use workshop_stack::compose::Condition;
use workshop_text::Lang;

/// The whole, as `docs/lesson.schema.json` has it.
pub(super) fn whole() -> Value {
    let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<LessonFile>();
    schema.insert("title".to_owned(), "lesson.toml".into());
    let mut schema = schema.to_value();
    both_names(&mut schema);
    schema["properties"]["format"]["const"] = FORMAT.into();
    tidy(&mut schema);
    schema
}

/// A check's services stand under `service` or under `services`, and under one of them alone.
fn both_names(value: &mut Value) {
    let services = format!("#/$defs/{}", Services::schema_name());
    if let Value::Object(object) = value {
        let found = object.get("properties").and_then(|all| all.get("services")).cloned();
        if let Some(found) = found.filter(|one| one["$ref"] == services.as_str()) {
            object["properties"]["service"] = found;
            if let Some(Value::Array(required)) = object.get_mut("required") {
                required.retain(|name| name != "services");
            }
            object.insert("oneOf".into(), json!([{ "required": ["services"] }, { "required": ["service"] }]));
        }
    }
    children(value, both_names);
}

/// Without what says nothing to a reader: the widths of numbers, `null` where a key may be left out.
fn tidy(value: &mut Value) {
    if let Value::Object(object) = value {
        if object.get("format").is_some_and(Value::is_string) {
            object.remove("format");
        }
        if let Some(Value::Array(types)) = object.get_mut("type") {
            types.retain(|kind| kind != "null");
            if let [one] = types.as_slice() {
                object["type"] = one.clone();
            }
        }
        if let Some(Value::Array(forms)) = object.get_mut("anyOf") {
            forms.retain(|form| *form != json!({ "type": "null" }));
            if let [Value::Object(one)] = forms.as_slice() {
                let one = one.clone();
                object.remove("anyOf");
                object.extend(one);
            }
        }
        if object.get("default").is_some_and(Value::is_null) {
            object.remove("default");
        }
        if let Some(Value::String(text)) = object.get_mut("description") {
            *text = unwrapped(text);
        }
    }
    children(value, tidy);
}

fn children(value: &mut Value, each: fn(&mut Value)) {
    match value {
        Value::Object(object) => object.values_mut().for_each(each),
        Value::Array(items) => items.iter_mut().for_each(each),
        _ => {}
    }
}

/// A paragraph a line, as a docstring means it; a block of code as it is.
fn unwrapped(text: &str) -> String {
    let mut paragraphs: Vec<String> = Vec::new();
    let (mut is_code, mut begins) = (false, true);
    for line in text.lines() {
        let fence = line.starts_with("```");
        match paragraphs.last_mut() {
            Some(last) if is_code || (!begins && fence) => *last += &format!("\n{line}"),
            Some(last) if !begins && !line.is_empty() => *last += &format!(" {line}"),
            _ if !line.is_empty() => paragraphs.push(line.to_owned()),
            _ => {}
        }
        is_code ^= fence;
        begins = !is_code && (fence || line.is_empty());
    }
    paragraphs.join("\n\n")
}

fn words<'a>(words: impl IntoIterator<Item = &'a str>) -> Schema {
    let words: Vec<&str> = words.into_iter().collect();
    json_schema!({ "type": "string", "enum": words })
}

fn list(items: &Schema) -> Schema {
    json_schema!({ "type": "array", "items": items, "minItems": 1 })
}

/// The engines that a lesson may name.
pub(crate) fn engines(_: &mut SchemaGenerator) -> Schema {
    list(&words(EngineKind::ALL.map(EngineKind::name)))
}

/// The languages that a lesson may be written in.
pub(crate) fn languages(_: &mut SchemaGenerator) -> Schema {
    let mut schema = list(&words(Lang::ALL.map(Lang::code)));
    schema.insert("default".to_owned(), json!(Lang::ALL.map(Lang::code)));
    schema
}

/// What a service may wait for.
pub(crate) fn conditions(_: &mut SchemaGenerator) -> Schema {
    words(Condition::WORDS)
}

/// The methods that a request may have.
pub(crate) fn methods(_: &mut SchemaGenerator) -> Schema {
    let mut schema = words(METHODS);
    schema.insert("default".to_owned(), "GET".into());
    schema
}

impl JsonSchema for Wanted {
    fn schema_name() -> Cow<'static, str> {
        "Wanted".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let rules = generator.subschema_for::<Rules>();
        json_schema!({
            "description": "What a value has to be. A value alone has to be equal; a table says more, and all that stands there has to hold.",
            "anyOf": [{ "type": ["string", "number", "boolean", "array"] }, rules],
        })
    }
}

impl JsonSchema for CheckEntry {
    fn schema_name() -> Cow<'static, str> {
        "Check".into()
    }

    /// Every kind is a key of its own, and exactly one stands there.
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let common = generator.subschema_for::<Common>();
        let common = common.pointer("").and_then(Value::as_object).cloned().unwrap_or_default();
        let mut properties = common.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
        let mut one = Vec::new();
        for (kind, schema) in CheckSpec::schemas(generator) {
            one.push(json!({ "required": [kind] }));
            properties.insert(kind.to_owned(), schema.to_value());
        }
        let mut all = Map::new();
        all.insert(
            "description".into(),
            "One check of a step: its id, its kind, and how patient it is.".into(),
        );
        all.insert("type".into(), "object".into());
        all.insert("properties".into(), properties.into());
        all.insert("required".into(), json!(["id"]));
        all.insert("additionalProperties".into(), false.into());
        all.insert("oneOf".into(), one.into());
        all.into()
    }
}

impl JsonSchema for Action {
    fn schema_name() -> Cow<'static, str> {
        "Action".into()
    }

    /// Exactly one of its keys stands there.
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = generator.subschema_for::<Actions>();
        let keys = schema.pointer("/properties").and_then(Value::as_object).cloned().unwrap_or_default();
        let one: Vec<Value> = keys.keys().map(|key| json!({ "required": [key] })).collect();
        schema.insert("additionalProperties".to_owned(), false.into());
        schema.insert("oneOf".to_owned(), one.into());
        schema
    }
}

/// One thing that a step does: one of these keys stands there.
///
/// A check is one of the step's own, which is asked here and at its end: where it does not hold, what
/// comes after it is left, and `workshop apply` does the step again from its beginning.
///
/// ```toml
/// edit = "patches/03-one.patch"
/// run = ["docker compose up -d"]
/// actions = [{ check = "it-answers" }, { edit = "patches/03-two.patch" }, { run = "docker compose up -d" }]
/// ```
#[derive(JsonSchema)]
#[schemars(inline)]
#[expect(dead_code, reason = "its fields are told, never read")]
struct Actions {
    /// A unified diff, relative to the lesson's folder.
    edit: Option<String>,
    /// A command on the stack.
    run: Option<StackCommand>,
    /// Requests that stand for what a learner does in the browser.
    requests: Option<Vec<RequestSpec>>,
    /// The id of a check of this step that must hold here.
    check: Option<String>,
}

/// What every check may say beside its kind, as [`CheckEntry`] reads it by hand.
#[derive(JsonSchema)]
#[schemars(inline)]
#[expect(dead_code, reason = "its fields are told, never read")]
struct Common {
    /// As it is typed, and as the prose names it.
    id: String,
    /// It is asked again until it passes or this time is over, while what it sees is settling.
    #[schemars(default)]
    within: Option<Time>,
    /// A pass must hold this long.
    #[schemars(default)]
    hold: Option<Time>,
    /// What a pass is worth to a grader; one where it does not say, and none for an optional step or
    /// for what the learner answers.
    points: Option<u32>,
}
