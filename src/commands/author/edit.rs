//! `author edit`, `record`, `go-on` and `give-up`: a step's files are opened, changed, and recorded; the
//! steps behind it come along.

use std::path::{Path, PathBuf};

use super::course::{desk, open as open_lesson, root, told};
use crate::app::Ctx;
use crate::app::error::{AppError, exit};
use crate::author::change::ChangeError;
use crate::author::desk::{State, read_folder, unsolved};
use crate::author::{Author, AuthorError, Desk, carry};
use crate::event::Tone;
use crate::lesson::catalog::FileTree;
use crate::text::Text;

/// Lays the end of a step on the desk.
pub(super) fn open(ctx: &Ctx, step: &str, lesson: Option<&str>) -> Result<u8, AppError> {
    let author = open_lesson(ctx, lesson)?;
    let index = author.step(step)?;
    let desk = desk(ctx)?;
    if let Some(state) = desk.state()? {
        let text = Text::new("author-busy").with("step", state.step);
        return Err(AppError::NotYet { text, next: Some(Text::new("author-next-record")) });
    }
    let id = author.lesson.file.steps[index].id.clone();
    let state = State {
        lesson: author.lesson.dir.clone(),
        step: id.clone(),
        digest: author.digest(),
        ..State::default()
    };
    desk.lay(state, &author.states[index + 1])?;
    let dir = shown(&desk);
    ctx.notice(Tone::Done, Text::new("author-opened").with("step", id.as_str()).with("dir", dir));
    ctx.notice(Tone::Next, Text::new("author-next-record"));
    Ok(exit::PASS)
}

/// Makes what changed in the author's files the step's edit.
pub(super) fn record(
    ctx: &Ctx,
    step: Option<&str>,
    from: Option<&Path>,
    lesson: Option<&str>,
    more: bool,
) -> Result<u8, AppError> {
    let desk = desk(ctx)?;
    if let Some(state) = desk.state()? {
        return record_open(ctx, &desk, State { more: more || state.more, ..state }, step, from);
    }
    let author = open_lesson(ctx, lesson)?;
    let Some(step) = step else {
        return Err(AppError::NotYet {
            text: Text::new("author-nothing-open"),
            next: Some(Text::new("author-next-open")),
        });
    };
    let index = author.step(step)?;
    let root = root(ctx)?;
    let dir = from.map_or_else(|| root.join("workshop"), PathBuf::from);
    if !dir.is_dir() {
        let text = Text::new("author-no-folder").with("dir", dir.display().to_string());
        return Err(AppError::NotYet { text, next: Some(Text::new("author-next-open")) });
    }
    let mut files = read(ctx, &dir)?;
    // The runner writes ports and secrets of its own into a learner's `.env`.
    match author.states[index + 1].get(".env") {
        Some(own) => files.insert(".env".to_owned(), own.clone()),
        None => files.remove(".env"),
    };
    let state = State {
        lesson: author.lesson.dir.clone(),
        step: author.lesson.file.steps[index].id.clone(),
        digest: author.digest(),
        more,
        ..State::default()
    };
    taken(ctx, &desk, &author, state, &files)
}

fn record_open(
    ctx: &Ctx,
    desk: &Desk,
    state: State,
    step: Option<&str>,
    from: Option<&Path>,
) -> Result<u8, AppError> {
    if let Some(conflict) = &state.conflict {
        let text = Text::new("author-conflict-open").with("step", conflict.as_str());
        return Err(AppError::NotYet { text, next: Some(Text::new("author-next-go-on")) });
    }
    let author = same(ctx, &state)?;
    let is_same = match step {
        Some(step) => author.lesson.file.steps[author.step(step)?].id == state.step,
        None => true,
    };
    if !is_same || from.is_some() {
        let text = Text::new("author-busy").with("step", state.step);
        return Err(AppError::NotYet { text, next: Some(Text::new("author-next-record")) });
    }
    let files = read(ctx, &desk.files_dir())?;
    taken(ctx, desk, &author, state, &files)
}

/// Goes on after a conflict: what lies on the desk is that step's end.
pub(super) fn go_on(ctx: &Ctx) -> Result<u8, AppError> {
    let desk = desk(ctx)?;
    let state = desk.state()?.filter(|state| state.conflict.is_some());
    let Some(state) = state else {
        return Err(AppError::Usage(Text::new("author-no-conflict")));
    };
    let author = same(ctx, &state)?;
    let files = read(ctx, &desk.files_dir())?;
    taken(ctx, &desk, &author, state, &files)
}

/// Forgets what is edited; the lesson is as it was.
pub(super) fn give_up(ctx: &Ctx) -> Result<u8, AppError> {
    let desk = desk(ctx)?;
    let Some(state) = desk.state()? else {
        return Err(AppError::Usage(Text::new("author-nothing-open")));
    };
    if !ctx.confirm_or_no(Text::new("author-ask-give-up").with("step", state.step.as_str()))? {
        ctx.notice(Tone::Info, Text::new("author-kept-open").with("step", state.step));
        return Ok(exit::PASS);
    }
    desk.clear()?;
    ctx.notice(Tone::Done, Text::new("author-given-up").with("step", state.step));
    Ok(exit::PASS)
}

/// The lesson that is edited, where its files are as they were then.
fn same(ctx: &Ctx, state: &State) -> Result<Author, AppError> {
    let name = state.lesson.rsplit('/').next().unwrap_or(&state.lesson);
    let author = open_lesson(ctx, Some(name))?;
    if author.digest() == state.digest {
        return Ok(author);
    }
    let text = Text::new("author-changed").with("lesson", state.lesson.as_str());
    Err(AppError::NotYet { text, next: Some(Text::new("author-next-give-up")) })
}

fn read(ctx: &Ctx, dir: &Path) -> Result<FileTree, AppError> {
    let (files, left_out) = read_folder(dir)?;
    if !left_out.is_empty() {
        ctx.notice(Tone::Info, Text::new("author-left-out").with("names", left_out));
    }
    match unsolved(&files) {
        None => Ok(files),
        Some((path, line)) => {
            let text = Text::new("author-unsolved").with("place", format!("{path}:{line}"));
            Err(AppError::NotYet { text, next: Some(Text::new("author-next-go-on")) })
        }
    }
}

/// Takes `files` as the end of the step that is edited, or in conflict, and carries it on.
fn taken(
    ctx: &Ctx,
    desk: &Desk,
    author: &Author,
    mut state: State,
    files: &FileTree,
) -> Result<u8, AppError> {
    let step = state.conflict.take().unwrap_or_else(|| state.step.clone());
    let index = author.step(&step)?;
    let overlay = carry::overlay(&author.states[index + 1], files);
    if overlay.is_empty() && state.ends.is_empty() {
        desk.clear()?;
        ctx.notice(Tone::Info, Text::new("author-no-change").with("step", step));
        return Ok(exit::PASS);
    }
    state.ends.insert(step, overlay);
    let mut wanted = author.wanted()?;
    wanted.ends.clone_from(&state.ends);
    wanted.more = state.more.then(|| state.step.clone());
    match author.changed(wanted) {
        Ok(carried) => {
            desk.write(&carried.changes, true)?;
            told(ctx, &carried, Text::new("author-recorded").with("step", state.step));
            let lesson = author.lesson.file.id.clone();
            ctx.notice(Tone::Next, Text::new("author-next-test").with("lesson", lesson));
            Ok(exit::PASS)
        }
        Err(ChangeError::Author(error)) => Err(error.into()),
        Err(ChangeError::Conflict(conflict)) => {
            let text = author.conflict(&conflict, "author-conflict");
            state.conflict = Some(author.lesson.file.steps[conflict.step].id.clone());
            desk.lay(state, &conflict.tree)?;
            Err(AppError::NotYet {
                text: text.with("dir", shown(desk)),
                next: Some(Text::new("author-next-go-on")),
            })
        }
    }
}

fn shown(desk: &Desk) -> String {
    desk.files_dir().display().to_string()
}

impl From<AuthorError> for AppError {
    fn from(error: AuthorError) -> Self {
        match error {
            AuthorError::Lesson(error) => Self::Lesson(error),
            AuthorError::Refused(text) => Self::Usage(text),
            AuthorError::Lock(error) => Self::Lock(error),
            error @ AuthorError::Disk { .. } => Self::Environment { text: error.text(), next: None },
        }
    }
}
