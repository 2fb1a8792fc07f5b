//! `author`: what somebody does who writes a course. One file a verb; what they share is in [`course`].

mod course;
mod edit;
mod new;
mod page;
mod shape;
mod test;
mod translate;
mod watch;

pub(super) use course::root;
pub(super) use new::told;

use crate::app::Ctx;
use crate::app::error::{AppError, exit};
use crate::author::shape::Place;
use crate::cli;
use crate::event::Event;

pub(crate) async fn run(ctx: &Ctx, verb: Option<&cli::Author>) -> Result<u8, AppError> {
    let Some(verb) = verb else {
        ctx.emit(Event::Prompt(cli::help(ctx.lang, Some("author")).unwrap_or_default()));
        return Ok(exit::PASS);
    };
    match verb {
        cli::Author::New { name, from, languages } => new::run(ctx, name, from.as_deref(), languages),
        cli::Author::Edit { step, lesson } => edit::open(ctx, step, lesson.as_deref()),
        cli::Author::Record { step, from, lesson, more } => {
            edit::record(ctx, step.as_deref(), from.as_deref(), lesson.as_deref(), *more)
        }
        cli::Author::GoOn => edit::go_on(ctx),
        cli::Author::GiveUp => edit::give_up(ctx),
        cli::Author::Insert { step, before, after, lesson } => {
            let place = place(before.as_ref(), after.as_ref());
            shape::run(ctx, lesson.as_deref(), |author| author.inserted(step, &place), "author-inserted")
        }
        cli::Author::Move { step, before, after, lesson } => {
            let place = place(before.as_ref(), after.as_ref());
            shape::run(ctx, lesson.as_deref(), |author| author.moved(step, &place), "author-moved")
        }
        cli::Author::Rename { step, new, lesson } => {
            shape::run(ctx, lesson.as_deref(), |author| author.renamed(step, new), "author-renamed")
        }
        cli::Author::Remove { step, lesson } => {
            shape::run(ctx, lesson.as_deref(), |author| author.removed(step), "author-removed")
        }
        cli::Author::Watch { lesson, port } => watch::run(ctx, lesson.as_deref(), *port).await,
        cli::Author::Test { lesson, repeat, format: _ } => test::run(ctx, lesson.as_deref(), *repeat).await,
        cli::Author::Translate { done, to, lesson } => {
            translate::run(ctx, lesson.as_deref(), *to, done.as_deref())
        }
    }
}

fn place(before: Option<&String>, after: Option<&String>) -> Place {
    match (before, after) {
        (Some(step), _) => Place::Before(step.clone()),
        (None, Some(step)) => Place::After(step.clone()),
        (None, None) => Place::End,
    }
}
