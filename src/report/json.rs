//! One JSON object a command, written at the end; `docs/check-report.md` describes it, and
//! `docs/check-report.schema.json` holds the object of `check` to its shape. It is what the events
//! are as data, in the reader's language, without what a report does not need.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::sink::{Lost, Sink};
use super::text::plain_text;
use super::{Reporter, Streams};
use crate::event::{
    CheckRun, CourseView, DemoRun, DiffView, EffectsView, Event, LessonLine, LoadRun, ScriptView, StepReport,
};
use crate::lesson::effects::Effect;
use crate::lesson::markdown::{Block, Entry};
use crate::load::{Plan, remarks};
use crate::reference::Topic;
use crate::text::visible::is_hidden;
use crate::text::{Lang, spoken};

/// Collects events and writes them as one object.
pub(super) struct JsonReporter {
    out: Sink,
    lang: Lang,
    body: Map<String, Value>,
    run: Option<Value>,
    /// Step results outside a run of `check`.
    checked: Vec<Value>,
    notices: Vec<Value>,
    errors: Vec<Value>,
    written: bool,
}

impl JsonReporter {
    pub(super) fn new(streams: Streams, lang: Lang) -> Self {
        Self {
            out: Sink::out(streams.out, streams.style),
            lang,
            body: Map::new(),
            run: None,
            checked: Vec::new(),
            notices: Vec::new(),
            errors: Vec::new(),
            written: false,
        }
    }

    /// What serialises, in the reader's language.
    fn data(&self, data: impl Serialize) -> Value {
        spoken(self.lang, || json!(data))
    }

    fn prose(&self, blocks: &[Block]) -> Value {
        Value::String(plain_text(blocks, self.lang))
    }

    fn set(&mut self, key: &str, value: Value) {
        self.body.insert(key.to_owned(), value);
    }

    /// Sets `key` to what `data` is, its prose at `part` as plain text.
    fn set_prose(&mut self, key: &str, data: impl Serialize, part: &str, blocks: &[Block]) {
        let mut value = self.data(data);
        value[part] = self.prose(blocks);
        self.set(key, value);
    }

    /// The array at `key`.
    fn array(&mut self, key: &str) -> Option<&mut Vec<Value>> {
        self.body.entry(key).or_insert_with(|| json!([])).as_array_mut()
    }

    fn step_report(&self, step: &StepReport) -> Value {
        let mut value = self.data(step);
        leave_out(&mut value, &["number", "title"]);
        each(&mut value["checks"], |check| leave_out(check, &["step", "width", "source", "points"]));
        value
    }

    fn run(&self, run: &CheckRun) -> Value {
        let mut value = self.data(run);
        value["steps"] = run.steps.iter().map(|step| self.step_report(step)).collect();
        value
    }

    /// The run of a demo: that of a check, with times.
    fn demo(&self, demo: &DemoRun) -> Value {
        let mut run = self.run(&demo.run);
        let mut times = demo.ms.iter();
        each(&mut run["steps"], |step| step["ms"] = json!(times.next()));
        run["ms"] = json!(demo.total_ms);
        run
    }

    fn script(&mut self, script: &ScriptView) {
        let mut steps = self.data(&script.steps);
        each(&mut steps, |step| each(&mut step["edits"], |edit| leave_out(edit, &["lines"])));
        self.set("title", json!(script.title));
        self.set("steps", steps);
        self.set("minutes", json!(script.steps.iter().map(|step| step.minutes).sum::<u32>()));
    }

    fn lessons(&mut self, lessons: &[LessonLine]) {
        let lesson = |lesson: &LessonLine| {
            let mut value = self.data(lesson);
            value["done"] = json!(lesson.done.map(|(passed, _)| passed));
            value["skipped"] = json!(lesson.done.map(|(_, skipped)| skipped));
            value
        };
        let list = lessons.iter().map(lesson).collect();
        self.set("list", list);
    }

    fn course(&mut self, view: &CourseView) {
        let mut value = self.data(view);
        each(&mut value["lessons"], |lesson| leave_out(lesson, &["done"]));
        value["effects"] = view.effects.iter().map(|effect| self.effect(effect)).collect();
        value["changes"] = view
            .changes
            .iter()
            .map(|change| {
                let mut value = self.data(change);
                value["text"] = self.data(change.text());
                value
            })
            .collect();
        if let Some(all) = self.array("courses") {
            all.push(value);
        }
    }

    fn effect(&self, one: &Effect) -> Value {
        let mut value = self.data(one);
        value["reaches_out"] = json!(one.kind.reaches());
        value["text"] = self.data(one.text());
        value
    }

    fn effects(&mut self, view: &EffectsView) {
        let list: Value = view.effects.iter().map(|effect| self.effect(effect)).collect();
        let value = json!({ "lesson": view.lesson, "digest": view.digest, "new": view.again, "list": list });
        self.set("effects", value);
    }

    fn glossary(&mut self, entries: &[Entry], explained: bool) {
        let entry = |entry: &Entry| {
            let mut value = json!({ "id": entry.id, "names": entry.names });
            if explained {
                value["text"] = self.prose(&entry.blocks);
            }
            value
        };
        let list: Value = entries.iter().map(entry).collect();
        self.set("glossary", list);
    }

    fn reference(&mut self, topics: &[Topic], explained: bool) {
        let topic = |topic: &Topic| {
            let mut value = json!({ "name": topic.name, "gist": topic.gist(self.lang) });
            if explained {
                value["text"] = topic.markdown(self.lang).into();
                value["examples"] = json!(topic.examples);
            }
            value
        };
        let list: Value = topics.iter().map(topic).collect();
        self.set("reference", list);
    }

    fn load(&mut self, run: &LoadRun) {
        let plan = Plan { duration: run.plan.measured(), ..run.plan.clone() };
        let mut value = self.data(run);
        value["plan"] = self.data(plan);
        value["failed"] = json!(run.report.failed());
        value["remarks"] = self.data(remarks(&run.plan, &run.report));
        leave_out(&mut value, &["at"]);
        self.set("load", value);
    }

    fn diff(&mut self, view: &DiffView) {
        let files: Vec<Value> = view.files.iter().map(|file| self.data(file)).collect();
        if let Some(all) = self.array("diff") {
            all.extend(files);
        }
    }

    fn command_started(&mut self, command: &str) {
        if let Some(all) = self.array("commands") {
            all.push(json!({ "command": command, "code": null, "ms": null, "output": [] }));
        }
    }

    fn command_output(&mut self, line: Value) {
        if let Some(output) = self.command().and_then(|command| command["output"].as_array_mut()) {
            output.push(line);
        }
    }

    /// The command that runs now.
    fn command(&mut self) -> Option<&mut Value> {
        self.body.get_mut("commands")?.as_array_mut()?.last_mut()
    }

    fn object(&mut self) -> Value {
        let mut all = Map::from_iter([("format".to_owned(), json!(1))]);
        if let Some(Value::Object(run)) = self.run.take() {
            all.extend(run);
        }
        all.extend(std::mem::take(&mut self.body));
        if !all.contains_key("verdict") && !self.checked.is_empty() {
            all.insert("checked".to_owned(), std::mem::take(&mut self.checked).into());
        }
        if !self.notices.is_empty() {
            all.insert("notices".to_owned(), std::mem::take(&mut self.notices).into());
        }
        let errors = std::mem::take(&mut self.errors);
        if let Some(error) = errors.first() {
            all.insert("error".to_owned(), error.clone());
        }
        // One with a place may be one of many: whoever reads places reads them all here.
        if errors.len() > 1 || errors.iter().any(|error| !error["file"].is_null()) {
            all.insert("errors".to_owned(), errors.into());
        }
        Value::Object(all)
    }
}

impl Reporter for JsonReporter {
    fn event(&mut self, event: &Event) {
        match event {
            Event::Notice(notice) => self.notices.push(self.data(notice)),
            Event::Lessons(lessons) => self.lessons(lessons),
            Event::Course(view) => self.course(view),
            Event::Intro { title, blocks } => {
                self.set_prose("intro", json!({ "title": title }), "text", blocks);
            }
            Event::Step(view) => self.set_prose("step", view, "text", &view.blocks),
            Event::StepFinished(report) => self.checked.push(self.step_report(report)),
            Event::CheckRun(run) => self.run = Some(self.run(run)),
            Event::Demo(demo) => self.run = Some(self.demo(demo)),
            Event::Diff(view) => self.diff(view),
            Event::CommandStarted { command } => self.command_started(command),
            Event::CommandOutput { stderr, line } => {
                self.command_output(json!({ "stderr": stderr, "line": line }));
            }
            Event::CommandFinished { code, ms, command: _ } => {
                if let Some(command) = self.command() {
                    command["code"] = json!(code);
                    command["ms"] = json!(ms);
                }
            }
            Event::Hint { number, of, blocks } => {
                self.set_prose("hint", json!({ "number": number, "of": of }), "text", blocks);
            }
            Event::Prompt(prompt) => self.set("prompt", json!(prompt)),
            Event::Question(view) if view.guess.is_some() => {
                let mut value = self.data(view);
                value["text"] = self.prose(&view.text);
                if let Some(all) = self.array("predictions") {
                    all.push(value);
                }
            }
            Event::Question(view) => self.set_prose("question", view, "text", &view.text),
            Event::Answer { right, explanation } => {
                self.set_prose("answer", json!({ "right": right }), "explanation", explanation);
            }
            Event::Status(view) => self.set("status", self.data(view)),
            Event::Removal { resources, files } => {
                self.set("removal", json!({ "resources": resources, "files": files }));
            }
            Event::Effects(view) => self.effects(view),
            Event::Reset(view) => self.set("reset", self.data(view)),
            Event::Cluster(cluster) => self.set("cluster", self.data(cluster)),
            Event::Findings(findings) => self.set("findings", self.data(findings)),
            Event::Picture(picture) => self.set("picture", self.data(picture)),
            Event::Load(run) => self.load(run),
            Event::Script(script) => self.script(script),
            Event::Glossary { entries, explained } => self.glossary(entries, *explained),
            Event::Reference { topics, explained } => self.reference(topics, *explained),
            Event::Notes(notes) => self.set("notes", self.data(&notes.steps)),
            Event::Failure(failure) => {
                let mut value = self.data(failure);
                leave_out(&mut value, &["width", "source"]);
                self.errors.push(value);
            }
            // The step's result says it all again.
            Event::CheckStarted { .. } | Event::CheckFinished(_) => {}
            // The diff has it all, and the output.
            Event::Change(_) | Event::Progress(_) | Event::Waiting { .. } => {}
            // For eyes: what comes of the requests is in their check.
            Event::Traffic(_) | Event::Keys(_) | Event::LoadStarted(_) | Event::LoadProgress(_) => {}
        }
    }

    fn finish(&mut self) -> Result<(), Lost> {
        if !std::mem::replace(&mut self.written, true) {
            let mut text = shown(&self.object().to_string());
            text.push('\n');
            self.out.raw(&text);
        }
        self.out.finish()
    }
}

/// JSON with what a terminal would obey or not show written as `\u….`: such signs can only stand in
/// strings, so it says the same.
pub(super) fn shown(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + 1);
    for c in json.chars() {
        if is_hidden(c) {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
        } else {
            out.push(c);
        }
    }
    out
}

/// What a listener may need and this report does not have.
fn leave_out(value: &mut Value, keys: &[&str]) {
    if let Value::Object(map) = value {
        keys.iter().for_each(|key| drop(map.shift_remove(*key)));
    }
}

fn each(array: &mut Value, change: impl FnMut(&mut Value)) {
    array.as_array_mut().into_iter().flatten().for_each(change);
}
