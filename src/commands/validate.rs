//! `validate`: holds lessons to their rules, and says everything that is wrong, each with its place.

use crate::app::error::{AppError, exit};
use crate::app::{Ctx, consent};
use crate::author::cases;
use crate::event::{Event, Failure, Tone};
use crate::lesson::{Catalog, Lesson, LessonError};
use crate::text::Text;

/// Something that is wrong, and the line that it is about.
pub(crate) struct Fault {
    error: LessonError,
    place: Option<crate::check::Place>,
}

impl Fault {
    pub(crate) fn of(lesson: &Lesson, error: LessonError) -> Self {
        Self { place: error.place(|path| lesson.course_file(path)), error }
    }
}

/// Holds lessons to their rules.
pub(crate) fn run(ctx: &Ctx, lesson: Option<&str>) -> Result<u8, AppError> {
    let (catalog, names) = match lesson {
        Some(lesson) => {
            let (catalog, name) = ctx.library.resolve(lesson)?;
            (catalog, vec![name])
        }
        None => {
            let catalog = ctx.library.primary();
            let names = catalog.names()?;
            (catalog, names)
        }
    };
    let mut sound = true;
    for name in names {
        match catalog.find(&name) {
            Ok(lesson) => sound &= hold(ctx, &catalog, &lesson)?,
            Err(error @ LessonError::Unknown { .. }) => return Err(error.into()),
            Err(_) => {
                sound = false;
                faults_of(&catalog, &name).iter().for_each(|fault| say(ctx, fault));
            }
        }
    }
    if lesson.is_none() {
        for error in catalog.glossary_faults() {
            sound = false;
            say(ctx, &Fault { error, place: None });
        }
    }
    Ok(if sound { exit::PASS } else { exit::LESSON })
}

/// Whether the lesson keeps its rules; what is wrong is said.
fn hold(ctx: &Ctx, catalog: &Catalog, lesson: &Lesson) -> Result<bool, AppError> {
    let mut faults = lesson.faults();
    if let Catalog::Folder(root) = catalog {
        faults.extend(cases::faults(root, lesson));
    }
    for fault in &faults {
        say(ctx, &Fault::of(lesson, fault.clone()));
    }
    for (patch, moved) in lesson.moved_hunks().unwrap_or_default() {
        let text = Text::new("rule-hunk-moved").with("patch", format!("{patch}:{}", moved.line));
        let text = text.with("file", moved.path).with("said", moved.said).with("found", moved.found);
        ctx.notice(Tone::Warning, text);
    }
    if faults.is_empty() {
        let text = Text::new("app-sound").with("lesson", lesson.dir.as_str());
        ctx.notice(Tone::Done, text.with("count", lesson.file.steps.len()));
        if lesson.is_foreign() {
            let digest = consent::digest_of(lesson)?;
            ctx.notice(Tone::Info, Text::new("consent-digest").with("digest", digest));
        }
    }
    Ok(faults.is_empty())
}

/// What keeps a lesson from being read at all.
pub(crate) fn faults_of(catalog: &Catalog, name: &str) -> Vec<Fault> {
    let found = catalog.unreadable(name).into_iter();
    found.map(|error| Fault { place: error.place(|path| catalog.text(path)), error }).collect()
}

/// Says it as what it is: an error of the lesson's.
pub(crate) fn say(ctx: &Ctx, fault: &Fault) {
    let (text, place) = (fault.error.text(), fault.place.clone());
    ctx.emit(Event::Failure(Failure { exit: exit::LESSON, text, next: None, place }));
}
