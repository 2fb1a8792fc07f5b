//! The Dockerfile that a service of the compose file is built by.

use super::files::Read;
use super::{Verdict, World};
use crate::stack::compose::{ComposeFile, Service};
use crate::stack::dockerfile::Stages;
use crate::text::Text;

/// A service's Dockerfile with the arguments of its build, and the place of the stage that is
/// built in it.
pub struct Built {
    pub file: Read<Stages>,
    pub last: usize,
}

/// Reads it, or says why it cannot be judged: the service is not built, its folder is not in the
/// workspace, or the file is missing or has no such stage.
pub fn built(
    world: &World<'_>,
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
    let text = world.files.text(&path).map_err(|error| Box::new(world.files.unreadable(&error)))?;
    let model = Stages::parse(&text, &build.arguments());
    let file = Read { path, text, model, others: Vec::new() };
    match file.model.target(build.target.as_deref()) {
        Some(last) => Ok(Built { file, last }),
        None if file.model.stages.is_empty() => {
            let text = Text::new("check-built-no-stage").with("file", file.path.as_str());
            Err(Box::new(Verdict::not_yet(text)))
        }
        None => {
            let text = Text::new("check-built-no-target").with("file", file.path.as_str());
            let text = text.with("target", build.target.clone().unwrap_or_default());
            Err(Box::new(Verdict::not_yet(text).at(compose.place(build.span))))
        }
    }
}
