//! `bundle`: a course as one file that needs no network, with whole images and this program where they
//! are wanted. Parts that are ready are kept beside the file until it is, so that a run that was ended
//! is gone on with.

pub(super) mod add;
mod images;
pub(super) mod work;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use self::images::{Packed, pack};
use self::work::{at_work, size};
use super::course;
use crate::app::consent::environment;
use crate::app::error::{AppError, exit};
use crate::app::{Ctx, choice};
use crate::cli::Bundle;
use crate::courses::bundle::{self, Manifest, Part, What};
use crate::courses::source::Source;
use crate::courses::{CourseError, course_at};
use crate::engine::embedded::own::StandIn;
use crate::engine::embedded::programs::{Program, ProgramKind};
use crate::event::Tone;
use crate::lesson::catalog::Held;
use crate::lesson::effects::{self, Kind};
use crate::lesson::{Catalog, Lesson, LessonError, Origin};
use crate::text::Text;
use crate::workspace::disk;

pub(crate) async fn run(ctx: &Ctx, wanted: &Bundle) -> Result<u8, AppError> {
    let (name, held) = held(ctx, &wanted.course)?;
    let catalog = Catalog::Held(Arc::clone(&held));
    let lessons = catalog.names()?.iter().map(|name| catalog.find(name)).collect::<Result<Vec<_>, _>>()?;
    let out = course::here(ctx)?.join(&wanted.output);
    let parts = Parts::beside(&out)?;
    let mut manifest = Manifest::new(&name, held.origin.source().unwrap_or_default(), &held.course);
    manifest.programs = programs(&lessons);
    let mut files = Vec::new();
    let tar = parts.dir.join("course.tar");
    bundle::write_course(&held.course, &tar)?;
    add(&mut manifest, &mut files, What::Course, "course.tar", tar)?;
    if wanted.images {
        manifest.variables = variables(&lessons);
        for (number, name) in images(&lessons)?.into_iter().enumerate() {
            let Packed { path, id, bytes, sha256 } = pack(ctx, &parts.dir, &name).await?;
            let what = What::Image { name, id };
            manifest.parts.push(Part { what, path: format!("images/{number}.tar"), bytes, sha256 });
            files.push(path);
        }
    }
    if wanted.program {
        let program = std::env::current_exe().map_err(|error| about(Path::new("workshop"), &error))?;
        let platform = format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH);
        let what = What::Program { version: env!("WORKSHOP_VERSION").to_owned(), platform };
        add(&mut manifest, &mut files, what, "program/workshop", program)?;
    }
    let (to, told, tmp) = (out.clone(), manifest.clone(), parts.dir.clone());
    let words = Text::new("bundle-writing").with("file", out.display().to_string());
    at_work(ctx, words, move |go_on| Ok(bundle::write(&to, &manifest, &files, &tmp, go_on)?)).await?;
    parts.done();
    say(ctx, &out, &told);
    Ok(exit::PASS)
}

/// What is in the bundle, and what the other machine needs beside it.
fn say(ctx: &Ctx, out: &Path, manifest: &Manifest) {
    let bytes = std::fs::metadata(out).map_or(0, |meta| meta.len());
    let text = Text::new("bundle-done").with("file", out.display().to_string()).with("size", size(bytes));
    ctx.notice(Tone::Done, text.with("name", manifest.name.as_str()));
    for part in &manifest.parts {
        let text = match &part.what {
            What::Course => continue,
            What::Image { name, .. } => Text::new("bundle-has-image").with("name", name.as_str()),
            What::Program { version, platform } => Text::new("bundle-has-program")
                .with("version", version.as_str())
                .with("platform", platform.as_str()),
        };
        ctx.notice(Tone::Info, text.with("size", size(part.bytes)));
    }
    if !manifest.programs.is_empty() {
        let text = Text::new("bundle-programs").with("programs", manifest.programs.clone());
        ctx.notice(Tone::Info, text);
    }
    let next = Text::new("bundle-next").with("file", out.display().to_string());
    ctx.notice(Tone::Next, next);
}

/// The course that `wanted` names, or that lies in that folder.
fn held(ctx: &Ctx, wanted: &str) -> Result<(String, Arc<Held>), AppError> {
    let shelf = ctx.library.shelf();
    let entries = shelf.entries()?;
    if let Some(entry) = entries.iter().find(|entry| entry.name == wanted)
        && let Catalog::Held(held) = shelf.catalog(entry)?
    {
        return Ok((entry.name.clone(), held));
    }
    match Source::read(wanted, None, &course::here(ctx)?) {
        Ok(source @ Source::Folder(_)) => {
            let path = PathBuf::from(source.shown());
            let origin = Origin::Added { name: source.name(), source: source.shown() };
            Ok((source.name(), Arc::new(Held { origin, course: course_at(&path)? })))
        }
        _ => {
            let known = entries.into_iter().map(|entry| entry.name).collect();
            Err(CourseError::Unknown { wanted: wanted.to_owned(), known }.into())
        }
    }
}

fn add(
    manifest: &mut Manifest,
    files: &mut Vec<PathBuf>,
    what: What,
    path: &str,
    file: PathBuf,
) -> Result<(), AppError> {
    let (bytes, sha256) = bundle::summed(&file)?;
    manifest.parts.push(Part { what, path: path.to_owned(), bytes, sha256 });
    files.push(file);
    Ok(())
}

/// The images that the lessons' builds and compose files name, as this environment resolves them.
fn images(lessons: &[Lesson]) -> Result<Vec<String>, LessonError> {
    let env = environment();
    let mut all = Vec::new();
    for lesson in lessons {
        all.extend(choice::images(lesson, None));
        let own = effects::of_lesson(lesson, &env)?;
        all.extend(own.into_iter().filter(|effect| effect.kind == Kind::Image).map(|effect| effect.what));
    }
    all.sort();
    all.dedup();
    Ok(all)
}

/// The variables of the environment that name images.
fn variables(lessons: &[Lesson]) -> Vec<(String, String)> {
    let named = lessons.iter().flat_map(|lesson| &lesson.file.images).map(|image| &image.variable);
    let mut all: Vec<_> = named
        .filter_map(|name| Some((name.clone(), std::env::var(name).ok().filter(|value| !value.is_empty())?)))
        .collect();
    all.sort();
    all.dedup();
    all
}

/// The programs that a machine without Docker has to have: nothing of them is packed.
fn programs(lessons: &[Lesson]) -> Vec<String> {
    let mut all = Vec::new();
    for stand_in in lessons.iter().flat_map(|lesson| lesson.file.embedded.values()) {
        match stand_in {
            StandIn::Known(name) => {
                let program = Program::find(name);
                let is_machine = program.is_some_and(|one| matches!(one.kind, ProgramKind::Machine(_)));
                all.extend(is_machine.then(|| name.clone()));
            }
            StandIn::Own(own) => {
                all.extend(own.command.first().cloned());
                all.extend(own.needs.keys().cloned());
            }
        }
    }
    all.sort();
    all.dedup();
    all
}

fn about(path: &Path, error: &std::io::Error) -> AppError {
    CourseError::Io { path: path.display().to_string(), reason: disk::reason(error) }.into()
}

/// Where parts lie until the file is there.
struct Parts {
    dir: PathBuf,
}

impl Parts {
    fn beside(out: &Path) -> Result<Self, AppError> {
        let name = out.file_name().map(|name| name.to_string_lossy().into_owned());
        let Some(name) = name.filter(|_| !out.is_dir()) else {
            return Err(AppError::Usage(Text::new("bundle-no-file").with("file", out.display().to_string())));
        };
        let dir = out.with_file_name(format!(".{name}.parts"));
        disk::private_folder(&dir).map_err(|error| about(&dir, &error))?;
        disk::remove_temporaries(&dir);
        Ok(Self { dir })
    }

    fn done(self) {
        let _ = std::fs::remove_dir_all(self.dir);
    }
}
