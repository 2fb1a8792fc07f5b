//! What a lesson does to a machine, as one list that a person can read: computed from its compose
//! files after each of its own edits ([`of_lesson`]) and from the learner's as they are now
//! ([`of_workspace`]). Nothing is run to find it out, and what is not understood is on the list.

mod beside;
mod build;
mod compose;
mod effect;
mod harmless;
mod place;
#[cfg(test)]
mod tests;
mod values;
mod walk;

pub use self::effect::{Effect, Effects, Kind, Unclear, digest, grouped};

use std::collections::BTreeSet;
use std::path::Path;

use self::place::View;
use self::walk::Walk;
use super::catalog::Lesson;
use super::error::LessonError;
use super::model::{LessonFile, is_obeyed};
use crate::workspace::files::{read_bytes, read_text};
use workshop_engine::StackCommand;
use workshop_engine::command::profiles;
use workshop_engine::embedded::own::{StandIn, one_line};
use workshop_engine::embedded::programs::{Program, ProgramKind};
use workshop_stack::compose::Env;
use workshop_text::Text;

/// Everything that the lesson itself would do, over all of its steps.
///
/// # Errors
/// A state of the lesson cannot be made or read: then it is faulty.
pub fn of_lesson(lesson: &Lesson, env: &Env) -> Result<Effects, LessonError> {
    let mut found = Effects::new();
    for files in lesson.every_state()? {
        let own = files.get(".env").map(|bytes| Env::of_dotenv(bytes, env));
        // All services are looked at, whatever profiles they have.
        let obeyed = |name: &&str| is_obeyed(name) && *name != "COMPOSE_PROFILES";
        if let Some(name) = own.iter().flat_map(Env::iter).map(|(name, _)| name).find(obeyed) {
            let reason = Text::new("rule-dotenv-obeyed").with("name", name).with("file", ".env");
            return Err(LessonError::Rule { file: lesson.start_folder_of(".env").to_owned(), reason });
        }
        let read = |path: &str| Some(String::from_utf8(files.get(path)?.clone()).map_err(|_| not_text(path)));
        let view = View { read: &read, real: None };
        found.extend(of_files(&view, &lesson.file, env, own.unwrap_or_default()).map_err(|unclear| {
            LessonError::Rule {
                file: lesson.dir.clone(),
                reason: Text::new("rule-compose-broken")
                    .with("file", unclear.file)
                    .with("line", unclear.line)
                    .with("reason", unclear.reason),
            }
        })?);
    }
    let named: BTreeSet<String> =
        found.iter().filter(|one| one.kind == Kind::Image).map(|one| one.what.clone()).collect();
    found.extend(
        of_toml(lesson).into_iter().filter(|one| one.kind != Kind::Image || !named.contains(&one.what)),
    );
    Ok(found)
}

/// What the learner's compose files in `dir` would do as they are now.
///
/// # Errors
/// One of them cannot be read.
pub fn of_workspace(dir: &Path, lesson: &LessonFile, env: &Env) -> Result<Effects, Unclear> {
    let read = |path: &str| match read_text(dir, path) {
        Ok(text) => Some(Ok(text)),
        Err(error) if error.is_missing() => None,
        Err(error) => Some(Err(error.text())),
    };
    // As bytes: Compose reads it in any encoding.
    let dotenv = read_bytes(dir, ".env").map(|bytes| Env::of_dotenv(&bytes, env)).unwrap_or_default();
    let mut found = of_files(&View { read: &read, real: Some(dir) }, lesson, env, dotenv)?;
    // One that is not set takes nothing from anybody.
    found.retain(|effect| effect.kind != Kind::Variable || env.get(&effect.what).is_some());
    Ok(found)
}

fn not_text(path: &str) -> Text {
    Text::new("lesson-not-text").with("file", path)
}

/// `env` is the user's own, `dotenv` the workspace's.
fn of_files(view: &View<'_>, lesson: &LessonFile, env: &Env, dotenv: Env) -> Result<Effects, Unclear> {
    let mut declared: BTreeSet<String> = lesson.ports.iter().map(|port| port.variable.clone()).collect();
    declared.extend(lesson.secrets.iter().cloned());
    for image in &lesson.images {
        declared.extend([Some(image.variable.clone()), image.unless.clone()].into_iter().flatten());
    }
    // A name that stands in `.env` is the workspace's own, unless the user's environment hides it.
    declared
        .extend(dotenv.iter().filter(|(name, _)| env.get(name).is_none()).map(|(name, _)| name.to_owned()));
    declared.insert("COMPOSE_PROJECT_NAME".to_owned());
    let project = dotenv.clone();
    let images = dotenv.iter().filter(|(name, _)| !lesson.images.iter().any(|image| image.variable == *name));
    let plain: Env = images.collect();
    let whole = env.clone().over(dotenv).over(lesson.stand_ins());
    let mut walk = Walk::new(view, whole, plain.over(lesson.stand_ins()), declared);
    let runs_programs = lesson.engines.iter().any(|engine| engine.runs_programs);
    if runs_programs && lesson.embedded.values().any(|stand_in| stand_in.own().is_some()) {
        let known = lesson.embedded.iter().filter(|(_, stand_in)| stand_in.own().is_none());
        walk.known = Some(known.map(|(service, _)| service.clone()).collect());
    }
    walk.project(&project)?;
    Ok(walk.found)
}

/// The programs of this machine that stand for services, and the lesson's own commands that run one
/// of its own programs: what is called inside a container is called here.
fn programs(lesson: &Lesson) -> Effects {
    let mut found = Effects::new();
    let mut own = BTreeSet::new();
    for (service, stand_in) in &lesson.file.embedded {
        match stand_in {
            StandIn::Own(program) => {
                found.insert(Effect::new(Kind::Program, program.line(), service));
                own.insert(service.as_str());
            }
            StandIn::Known(name) => {
                let is_machine = |program: &Program| matches!(program.kind, ProgramKind::Machine(_));
                if Program::find(name).is_some_and(is_machine) {
                    found.insert(Effect::new(Kind::Program, name, service));
                }
            }
        }
    }
    for command in lesson.commands() {
        if let StackCommand::Compose(args) = command
            && let (_, words) = profiles(&args)
            && words.first().is_some_and(|word| word == "exec")
            && let Some(at) = words.iter().position(|word| own.contains(word.as_str()))
        {
            found.insert(Effect::new(Kind::Program, one_line(&words[at + 1..]), words[at].as_str()));
        }
    }
    found
}

/// What a stack does that runs on the swarm of this docker context.
pub fn of_context(context: &str) -> Effect {
    Effect::new(Kind::Swarm, context, "")
}

/// What `lesson.toml` says beside the stack's files.
fn of_toml(lesson: &Lesson) -> Effects {
    let file = &lesson.file;
    let mut found = Effects::new();
    for command in lesson.commands() {
        found.insert(Effect::new(Kind::Command, command.to_string(), ""));
    }
    if file.engines.iter().any(|engine| engine.runs_programs) {
        found.extend(programs(lesson));
    }
    for entry in file.checks() {
        if let Some(program) = entry.spec.check().program() {
            found.insert(Effect::new(Kind::Program, program.join(" "), entry.id.as_str()));
        }
    }
    for image in file.images.iter().filter_map(|image| image.default.as_ref()) {
        found.insert(Effect::new(Kind::Image, image, ""));
    }
    let entry = &file.entry;
    let before = entry.before.iter().map(|door| format!("{}:{}", door.service, door.port));
    for asked in std::iter::once(format!("{}:{}", entry.service, entry.port)).chain(before) {
        found.insert(Effect::new(Kind::Requests, asked, ""));
    }
    let patched = file.steps.iter().flat_map(|step| lesson.patches(step).unwrap_or_default());
    let mut written: BTreeSet<String> = lesson.start_files().unwrap_or_default().into_keys().collect();
    written.extend(
        patched.flat_map(|patch| patch.files().iter().map(|file| file.path.clone()).collect::<Vec<_>>()),
    );
    found.insert(Effect::new(Kind::Writes, written.len().to_string(), ""));
    found
}
