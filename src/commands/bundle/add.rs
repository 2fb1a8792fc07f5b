//! A bundle that is added: every part is held to its sum, the course is kept, and images are loaded once
//! somebody agreed. What is there already is passed over, so that it can be done again.

use std::path::Path;
use std::sync::Arc;

use super::work::{at_work, size};
use crate::app::Ctx;
use crate::app::error::{AppError, exit};
use crate::commands::add::say_added;
use crate::commands::course::{self, Fresh};
use crate::courses::bundle::{self, Manifest, Part, What};
use crate::courses::source::name_fault;
use crate::courses::{CourseError, Entry, Kind, Open};
use crate::engine::docker::{DockerEngine, ImageStore};
use crate::event::Tone;
use crate::lesson::catalog::Held;
use crate::lesson::{Catalog, Origin};
use crate::text::Text;
use crate::workspace::moment::now_millis;

/// Adds the bundle at `path`, as `name` where that is wanted.
///
/// # Errors
/// A part is not what it should be, or the course cannot be kept, or Docker does not take an image.
pub(in crate::commands) async fn run(
    ctx: &Ctx,
    path: &Path,
    manifest: Manifest,
    name: Option<&str>,
) -> Result<u8, AppError> {
    let name = name.unwrap_or(&manifest.name).to_owned();
    if let Some(fault) = name_fault(&name) {
        return Err(AppError::Usage(fault));
    }
    let shelf = ctx.library.shelf();
    let open = shelf.open()?;
    let known = shelf.entries()?.into_iter().find(|entry| entry.name == name);
    let is_again = known.as_ref().is_some_and(|entry| entry.digest == manifest.digest);
    if known.is_some() && !is_again {
        return Err(CourseError::Taken { name }.into());
    }
    let staging = open.staging()?;
    let (from, told, to) = (path.to_owned(), manifest.clone(), staging.path().to_owned());
    let words = Text::new("bundle-verifying").with("file", path.display().to_string());
    let course = at_work(ctx, words, move |go_on| Ok(bundle::verified(&from, &told, &to, go_on)?)).await?;
    ctx.notice(Tone::Done, Text::new("bundle-verified").with("count", manifest.parts.len()));
    if is_again {
        ctx.notice(Tone::Info, Text::new("course-same").with("name", name.as_str()));
    } else {
        let entry = Entry {
            name: name.clone(),
            source: path.to_string_lossy().into_owned(),
            kind: Kind::Bundle,
            rev: None,
            commit: None,
            pinned: false,
            digest: course.digest(),
            added_at: now_millis(),
        };
        let origin = Origin::Added { name, source: entry.source.clone() };
        let held = Arc::new(Held { origin, course });
        let fresh = Fresh { entry, catalog: Catalog::Held(Arc::clone(&held)), held };
        let heading = Text::new("course-added").with("name", fresh.entry.name.as_str());
        let view = course::view(ctx, heading, &fresh, None)?;
        open.put(fresh.entry.clone(), &fresh.held.course)?;
        say_added(ctx, view);
    }
    say_rest(ctx, path, &manifest);
    load(ctx, &open, path, &manifest).await
}

/// What else the bundle has, and what this machine has to have.
fn say_rest(ctx: &Ctx, path: &Path, manifest: &Manifest) {
    for part in &manifest.parts {
        if let What::Program { version, platform } = &part.what {
            let text = Text::new("bundle-program-lies").with("version", version.as_str());
            let text = text.with("platform", platform.as_str()).with("part", part.path.as_str());
            ctx.notice(Tone::Info, text.with("file", path.display().to_string()));
        }
    }
    if !manifest.programs.is_empty() {
        let text = Text::new("bundle-programs").with("programs", manifest.programs.clone());
        ctx.notice(Tone::Info, text);
    }
}

/// Loads the images that Docker does not have yet, once somebody agreed.
async fn load(ctx: &Ctx, open: &Open, path: &Path, manifest: &Manifest) -> Result<u8, AppError> {
    let images: Vec<(&Part, &str, &str)> = manifest.parts.iter().filter_map(image).collect();
    if images.is_empty() {
        return Ok(exit::PASS);
    }
    let again = Text::new("bundle-next-again").with("file", path.display().to_string());
    if let Err(error) = DockerEngine::new().available().await {
        let text = Text::new("bundle-no-docker").with("count", images.len()).with("why", error.text());
        ctx.notice(Tone::Warning, text);
        ctx.notice(Tone::Next, again);
        return Ok(exit::PASS);
    }
    let store = ImageStore::of_user()?;
    let mut missing = Vec::new();
    for (part, name, id) in images {
        if store.id(name)?.as_deref() == Some(id) {
            ctx.notice(Tone::Info, Text::new("bundle-has-it").with("name", name));
        } else {
            missing.push((part, name));
        }
    }
    if missing.is_empty() {
        return Ok(exit::PASS);
    }
    for (part, name) in &missing {
        let text = Text::new("bundle-would-load").with("name", *name).with("size", size(part.bytes));
        ctx.notice(Tone::Info, text);
    }
    if !ctx.global.yes && !ctx.interactive {
        ctx.notice(Tone::Info, Text::new("bundle-not-loaded"));
        ctx.notice(Tone::Next, again);
        return Ok(exit::PASS);
    }
    if !ctx.confirm_or_no(Text::new("ask-load").with("count", missing.len()))? {
        ctx.notice(Tone::Info, Text::new("bundle-not-loaded"));
        return Ok(exit::PASS);
    }
    for (part, name) in missing {
        one(ctx, open, path, manifest, part, name).await?;
    }
    for (variable, value) in &manifest.variables {
        if std::env::var(variable).ok().as_ref() != Some(value) {
            let text = Text::new("bundle-next-variable").with("variable", variable.as_str());
            ctx.notice(Tone::Next, text.with("value", value.as_str()));
        }
    }
    Ok(exit::PASS)
}

/// One image: out of the bundle, held to its sum, and into Docker.
async fn one(
    ctx: &Ctx,
    open: &Open,
    path: &Path,
    manifest: &Manifest,
    part: &Part,
    name: &str,
) -> Result<(), AppError> {
    let staging = open.staging()?;
    let file = staging.path().join("image.tar");
    let words = Text::new("bundle-loading").with("name", name);
    let (from, told, part) = (path.to_owned(), manifest.clone(), part.clone());
    at_work(ctx, words, move |go_on| {
        bundle::extract(&from, &told, &part.path, &file, go_on)?;
        let mut image = crate::workspace::disk::open(&file, part.bytes)
            .map_err(|unread| super::about(&file, &unread.into()))?;
        ImageStore::of_user()?.load(&mut image, &mut |done| go_on(done, part.bytes))?;
        Ok(())
    })
    .await?;
    ctx.notice(Tone::Done, Text::new("bundle-loaded").with("name", name));
    Ok(())
}

fn image(part: &Part) -> Option<(&Part, &str, &str)> {
    match &part.what {
        What::Image { name, id } => Some((part, name, id)),
        What::Course | What::Program { .. } => None,
    }
}
