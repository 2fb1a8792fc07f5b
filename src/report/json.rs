//! One JSON object a command, written at the end; `docs/check-report.md` describes it, and
//! `docs/check-report.schema.json` holds the object of `check` to its shape.

use serde_json::{Map, Value, json};

use super::sink::{Lost, Sink};
use super::text::plain_text;
use super::{Reporter, Streams};
use crate::check::Table;
use crate::engine::{Resource, ResourceKind};
use crate::event::{
    ChangeView, CheckReport, CheckRun, DemoRun, Event, Failure, Notice, ScriptStep, ScriptView, StatusView,
    StepReport, StepView, Tone,
};
use crate::lesson::markdown::Block;
use crate::text::visible::is_hidden;
use crate::text::{Lang, Text};

/// Collects events and writes them as one object.
pub(super) struct JsonReporter {
    out: Sink,
    lang: Lang,
    body: Map<String, Value>,
    run: Option<Map<String, Value>>,
    /// Step results outside a run of `check`.
    checked: Vec<Value>,
    notices: Vec<Value>,
    error: Option<Value>,
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
            error: None,
            written: false,
        }
    }

    fn say(&self, text: &Text) -> Value {
        Value::String(text.render(self.lang))
    }

    fn say_if(&self, text: Option<&Text>) -> Value {
        text.map_or(Value::Null, |text| self.say(text))
    }

    fn prose(&self, blocks: &[Block]) -> Value {
        Value::String(plain_text(blocks, self.lang))
    }

    fn set(&mut self, key: &str, value: Value) {
        self.body.insert(key.to_owned(), value);
    }

    /// Adds to the array at `key`.
    fn add(&mut self, key: &str, value: Value) {
        if let Value::Array(all) = self.body.entry(key).or_insert_with(|| json!([])) {
            all.push(value);
        }
    }

    fn run(&self, run: &CheckRun) -> Map<String, Value> {
        let steps: Vec<Value> = run.steps.iter().map(|step| self.step_report(step)).collect();
        object(json!({
            "lesson": run.lesson,
            "engine": run.engine,
            "verdict": run.outcome,
            "steps": steps,
        }))
    }

    /// The run of a demo: that of a check, with times.
    fn demo(&self, demo: &DemoRun) -> Map<String, Value> {
        let mut run = self.run(&demo.run);
        if let Some(Value::Array(steps)) = run.get_mut("steps") {
            for (step, ms) in steps.iter_mut().zip(&demo.ms) {
                step["ms"] = json!(ms);
            }
        }
        run.insert("ms".to_owned(), json!(demo.total_ms));
        run
    }

    fn script(&mut self, script: &ScriptView) {
        let step = |step: &ScriptStep| {
            let edit = |edit: &ChangeView| json!({ "file": edit.file, "added": edit.added, "removed": edit.removed });
            json!({
                "number": step.number,
                "id": step.id,
                "title": step.title,
                "minutes": step.minutes,
                "optional": step.optional,
                "copies": step.copies,
                "edits": step.edits.iter().map(edit).collect::<Vec<_>>(),
                "commands": step.commands,
                "requests": step.requests,
                "questions": step.questions,
                "checks": step.checks,
            })
        };
        let steps: Vec<Value> = script.steps.iter().map(step).collect();
        self.set("title", json!(script.title));
        self.set("steps", json!(steps));
        self.set("minutes", json!(script.steps.iter().map(|step| step.minutes).sum::<u32>()));
    }

    fn step_report(&self, step: &StepReport) -> Value {
        let checks: Vec<Value> = step.checks.iter().map(|check| self.check(check)).collect();
        let mut value = json!({ "id": step.id, "verdict": step.outcome, "checks": checks });
        if step.left_out > 0 {
            value["left_out"] = json!(step.left_out);
        }
        value
    }

    fn check(&self, check: &CheckReport) -> Value {
        let verdict = &check.verdict;
        let place = verdict.place.as_ref();
        let mut value = json!({
            "id": check.id,
            "title": check.title,
            "kind": check.kind,
            "verdict": verdict.outcome,
            "message": self.say(&verdict.message),
            "expected": self.say_if(verdict.expected.as_ref()),
            "observed": self.say_if(verdict.observed.as_ref()),
            "file": place.map(|place| &place.file),
            "line": place.map(|place| place.line),
            "column": place.map(|place| place.column),
            "ms": (check.ms * 1000.0).round() / 1000.0,
        });
        if !verdict.shares.is_empty() {
            let share = |share: &crate::check::Share| json!({ "label": share.label, "count": share.count });
            value["shares"] = verdict.shares.iter().map(share).collect();
        }
        if !verdict.lines.is_empty() {
            value["lines"] = json!(verdict.lines);
        }
        if !verdict.tables.is_empty() {
            let head = |table: &Table| table.head.iter().map(|text| self.say(text)).collect::<Value>();
            let table = |table: &Table| json!({ "head": head(table), "rows": table.rows });
            value["tables"] = verdict.tables.iter().map(table).collect();
        }
        value
    }

    fn step(&self, view: &StepView) -> Value {
        let offers = view.offers;
        json!({
            "lesson": view.lesson,
            "id": view.id,
            "number": view.number,
            "of": view.of,
            "title": view.title,
            "minutes": view.minutes,
            "optional": view.optional,
            "text": self.prose(&view.blocks),
            "edits": view.edits,
            "commands": view.commands,
            "offers": {
                "apply": offers.apply,
                "diff": offers.diff,
                "prompt": offers.prompt,
                "hints": offers.hints,
                "question": offers.question,
                "confirm": offers.confirm,
            },
        })
    }

    fn status(&self, view: &StatusView) -> Value {
        let steps = view.steps.iter().map(|step| {
            json!({
                "number": step.number,
                "id": step.id,
                "title": step.title,
                "state": step.state,
                "current": step.current,
            })
        });
        let replicas = view.stack.as_ref().ok().map(|replicas| {
            let replicas = replicas.iter().map(|replica| {
                json!({
                    "label": replica.label,
                    "state": self.say(&replica.state),
                    "published": replica.published,
                })
            });
            replicas.collect::<Value>()
        });
        json!({
            "lesson": view.lesson,
            "title": view.title,
            "root": view.root.to_string_lossy(),
            "engine": view.engine,
            "steps": steps.collect::<Value>(),
            "replicas": replicas,
            "stack_error": self.say_if(view.stack.as_ref().err()),
            "minutes_left": view.minutes_left,
        })
    }

    fn notice(&self, notice: &Notice) -> Value {
        let tone = match notice.tone {
            Tone::Done => "done",
            Tone::Info => "info",
            Tone::Warning => "warning",
            Tone::Next => "next",
        };
        json!({ "tone": tone, "text": self.say(&notice.text) })
    }

    fn failure(&self, failure: &Failure) -> Value {
        let place = failure.place.as_ref();
        json!({
            "exit": failure.exit,
            "message": self.say(&failure.text),
            "next": self.say_if(failure.next.as_ref()),
            "file": place.map(|place| &place.file),
            "line": place.map(|place| place.line),
            "column": place.map(|place| place.column),
        })
    }

    /// The command that runs now.
    fn command(&mut self) -> Option<&mut Value> {
        self.body.get_mut("commands")?.as_array_mut()?.last_mut()
    }

    fn command_event(&mut self, event: &Event) {
        match event {
            Event::CommandStarted { command } => {
                self.add("commands", json!({ "command": command, "code": null, "ms": null, "output": [] }));
            }
            Event::CommandOutput { stderr, line } => {
                let line = json!({ "stderr": stderr, "line": line });
                if let Some(Value::Array(output)) = self.command().map(|command| &mut command["output"]) {
                    output.push(line);
                }
            }
            Event::CommandFinished { code, ms, .. } => {
                if let Some(command) = self.command() {
                    command["code"] = json!(code);
                    command["ms"] = json!(ms);
                }
            }
            _ => {}
        }
    }

    fn overview(&mut self, event: &Event) {
        match event {
            Event::Lessons(lessons) => {
                let lesson = |lesson: &crate::event::LessonLine| {
                    json!({
                        "id": lesson.id,
                        "title": lesson.title,
                        "minutes": lesson.minutes,
                        "steps": lesson.steps,
                        "done": lesson.done.map(|(passed, _)| passed),
                        "skipped": lesson.done.map(|(_, skipped)| skipped),
                    })
                };
                self.set("list", lessons.iter().map(lesson).collect());
            }
            Event::Status(view) => self.set("status", self.status(view)),
            Event::Removal { resources, files } => {
                self.set("removal", json!({ "resources": resources_of(resources), "files": files }));
            }
            Event::Reset(view) => {
                let left = view.left.iter().map(|left| {
                    let mut value = resource(&left.resource);
                    value["reason"] = self.say_if(left.why.as_ref());
                    value
                });
                let value = json!({
                    "removed": resources_of(&view.removed),
                    "left": left.collect::<Value>(),
                    "unseen": self.say_if(view.unseen.as_ref()),
                    "kept": resources_of(&view.kept),
                    "files": view.files,
                });
                self.set("reset", value);
            }
            Event::Effects(view) => {
                let effect = |one: &crate::lesson::effects::Effect| {
                    json!({
                        "kind": one.kind,
                        "what": one.what,
                        "who": one.who,
                        "reaches_out": one.kind.reaches(),
                        "text": self.say(&one.text()),
                    })
                };
                let effects: Value = view.effects.iter().map(effect).collect();
                self.set("effects", json!({ "lesson": view.lesson, "digest": view.digest, "new": view.again, "list": effects }));
            }
            Event::Findings(findings) => {
                let finding = |one: &crate::engine::Finding| {
                    json!({
                        "subject": self.say(&one.subject),
                        "state": one.state,
                        "seen": self.say(&one.seen),
                        "fix": self.say_if(one.fix.as_ref()),
                    })
                };
                let findings: Value = findings.iter().map(finding).collect();
                self.set("findings", findings);
            }
            _ => {}
        }
    }

    fn object(&mut self) -> Value {
        let mut all = object(json!({ "format": 1 }));
        all.extend(self.run.take().unwrap_or_default());
        all.extend(std::mem::take(&mut self.body));
        if !all.contains_key("verdict") && !self.checked.is_empty() {
            all.insert("checked".to_owned(), std::mem::take(&mut self.checked).into());
        }
        if !self.notices.is_empty() {
            all.insert("notices".to_owned(), std::mem::take(&mut self.notices).into());
        }
        if let Some(error) = self.error.take() {
            all.insert("error".to_owned(), error);
        }
        Value::Object(all)
    }
}

impl Reporter for JsonReporter {
    fn event(&mut self, event: &Event) {
        match event {
            Event::Notice(notice) => self.notices.push(self.notice(notice)),
            Event::Intro { title, blocks } => {
                self.set("intro", json!({ "title": title, "text": self.prose(blocks) }));
            }
            Event::Step(view) => self.set("step", self.step(view)),
            Event::StepFinished(report) => self.checked.push(self.step_report(report)),
            Event::CheckRun(run) => self.run = Some(self.run(run)),
            Event::Demo(demo) => self.run = Some(self.demo(demo)),
            Event::Diff(view) => {
                self.body.entry("diff").or_insert_with(|| json!([]));
                for file in &view.files {
                    self.add("diff", json!({ "file": file.path, "unified": file.unified }));
                }
            }
            Event::Hint { number, of, blocks } => {
                self.set("hint", json!({ "number": number, "of": of, "text": self.prose(blocks) }));
            }
            Event::Prompt(prompt) => self.set("prompt", json!(prompt)),
            Event::Question(view) => self.set(
                "question",
                json!({ "id": view.id, "text": self.prose(&view.text), "choices": view.choices }),
            ),
            Event::Answer { right, explanation } => {
                self.set("answer", json!({ "right": right, "explanation": self.prose(explanation) }));
            }
            Event::Failure(failure) => self.error = Some(self.failure(failure)),
            // The step's result says it all again.
            Event::CheckStarted { .. } | Event::CheckFinished(_) => {}
            // The diff has it all, and the output.
            Event::Change(_) | Event::Progress(_) | Event::Waiting { .. } => {}
            // For eyes: what comes of the requests is in their check.
            Event::Traffic(_) | Event::Keys(_) | Event::LoadStarted(_) | Event::LoadProgress(_) => {}
            Event::Load(run) => self.set("load", super::json_load::load(run, self.lang)),
            Event::Script(script) => self.script(script),
            Event::Notes(notes) => {
                let notes: Vec<Value> = notes.steps.iter().map(|step| json!({ "number": step.number, "title": step.title, "minutes": step.minutes, "notes": step.notes })).collect();
                self.set("notes", json!(notes));
            }
            Event::CommandStarted { .. } | Event::CommandOutput { .. } | Event::CommandFinished { .. } => {
                self.command_event(event);
            }
            Event::Lessons(_)
            | Event::Status(_)
            | Event::Removal { .. }
            | Event::Effects(_)
            | Event::Reset(_)
            | Event::Findings(_) => self.overview(event),
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
fn shown(json: &str) -> String {
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

fn resource(one: &Resource) -> Value {
    let kind = match one.kind {
        ResourceKind::Container => "container",
        ResourceKind::Network => "network",
        ResourceKind::Volume => "volume",
        ResourceKind::Image => "image",
    };
    json!({ "kind": kind, "name": one.name })
}

fn resources_of(all: &[Resource]) -> Value {
    all.iter().map(resource).collect()
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
