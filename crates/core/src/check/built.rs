//! The Dockerfile that a service of the compose file is built by, and why Docker would not build it.

use std::collections::BTreeMap;

use super::files::Files;
use super::read::{Read, broken};
use crate::verdict::Verdict;
use workshop_stack::compose::{Build, ComposeFile, Service};
use workshop_stack::dockerfile::{self, Base, Stage, Stages, StartFault};
use workshop_text::Text;

/// A service's Dockerfile with the arguments of its build, and the place of the stage that is
/// built in it.
pub(super) struct Built {
    pub file: Read<Stages>,
    pub last: usize,
}

/// Reads it, or says why it cannot be judged: the service is not built, its folder is not in the
/// workspace, the file is missing or has no such stage, or Docker takes it for none.
pub(super) fn built(
    files: &Files,
    compose: &Read<ComposeFile>,
    service: &Service,
) -> Result<Built, Box<Verdict>> {
    let name = service.name.value.as_str();
    let refused = |key, span| {
        let text = Text::new(key).with("service", name);
        Box::new(Verdict::not_yet(text).at(compose.place(span)))
    };
    let Some(build) = &service.build else { return Err(refused("check-built-not", service.name.span)) };
    let Some(path) = build.dockerfile_path() else {
        let key = if build.inline.is_some() { "check-built-inline" } else { "check-built-elsewhere" };
        return Err(refused(key, build.inline.unwrap_or(build.span)));
    };
    let text = files.text(&path).map_err(|error| {
        let verdict = files.unreadable(&error);
        Box::new(if verdict.place.is_none() { verdict.at(compose.place(build.span)) } else { verdict })
    })?;
    let model = Stages::parse(&text, &build.arguments());
    if dockerfile::instructions(&text).is_empty() {
        let text = Text::new("check-built-no-stage").with("file", path.as_str());
        return Err(Box::new(Verdict::not_yet(text)));
    }
    if let Some(error) = dockerfile::refusal(&text, &model) {
        return Err(Box::new(broken(&path, &text, error)));
    }
    let file = Read { path, text, model, others: Vec::new() };
    match file.model.target(build.target.as_deref()) {
        Some(last) => Ok(Built { file, last }),
        None => {
            let text = Text::new("check-built-no-target").with("file", file.path.as_str());
            let text = text.with("target", build.target.clone().unwrap_or_default());
            Err(Box::new(Verdict::not_yet(text).at(compose.place(build.span))))
        }
    }
}

/// Why a service that is built from the workspace is not built, or does not start, if so.
pub(super) fn trouble(files: &Files, compose: &Read<ComposeFile>, service: &Service) -> Option<Verdict> {
    let build = service.build.as_ref().filter(|build| build.dockerfile_path().is_some())?;
    match built(files, compose, service) {
        Ok(built) => missing_source(files, build, &built).or_else(|| start(compose, service, &built)),
        Err(verdict) => Some(*verdict),
    }
}

/// The stages that the last one is made of.
fn needed(built: &Built) -> Vec<&Stage> {
    let stages = &built.file.model;
    let (mut open, mut seen) = (vec![built.last], BTreeMap::new());
    while let Some(place) = open.pop() {
        let Some(stage) = stages.stages.get(place).filter(|_| seen.insert(place, ()).is_none()) else {
            continue;
        };
        open.extend(stage.copies.iter().filter_map(|copy| copy.stage));
        if let Base::Stage(before) = stage.base {
            open.push(before);
        }
    }
    seen.keys().map(|place| &stages.stages[*place]).collect()
}

/// A file that a `COPY` wants from the build's folder, and that is not there.
fn missing_source(files: &Files, build: &Build, built: &Built) -> Option<Verdict> {
    let folder = files.dir.join(build.folder());
    let is_plain =
        |source: &str| !source.contains(['*', '?', '[', '$', '<', '\\']) && !source.contains("://");
    let puts = needed(built).into_iter().flat_map(|stage| &stage.puts).filter(|put| put.from.is_none());
    let (put, source) =
        puts.flat_map(|put| put.sources.iter().map(move |source| (put, source))).find(|(_, source)| {
            is_plain(source)
                && !folder.join(source.trim_start_matches(['/', '.'])).exists()
                && !folder.join(source.trim_start_matches('/')).exists()
        })?;
    let text = Text::new("check-built-no-source").with("source", source.as_str());
    let text = text.with("folder", build.folder());
    Some(Verdict::not_yet(text).at(built.file.place(put.span)))
}

/// What an image of nothing but its own files starts: it has no shell, and no command of its own.
fn start(compose: &Read<ComposeFile>, service: &Service, built: &Built) -> Option<Verdict> {
    let name = service.name.value.as_str();
    let own = compose.model.root.entry(&format!("services.{name}.entrypoint")).is_some();
    if own || service.command.is_some() {
        return None;
    }
    let about = |key, span| {
        let text = Text::new(key).with("service", name).with("file", built.file.path.as_str());
        Verdict::not_yet(text).at(built.file.place(span))
    };
    Some(match built.file.model.start_fault(built.last)? {
        StartFault::NoShell(span) => about("check-built-no-shell", span),
        StartFault::NoStart(span) => about("check-built-no-start", span),
        StartFault::NoProgram { program, span, put } => {
            let mut verdict = about("check-built-no-program", span);
            verdict.message = verdict.message.with("program", program);
            verdict.observed(Text::verbatim(put.join(", ")))
        }
    })
}
