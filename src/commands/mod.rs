//! One file a verb of the command line: a function `run` that gets the run of the program and what
//! was typed after the verb.

mod add;
mod answer;
mod apply;
mod author;
mod bundle;
mod catch_up;
mod check;
mod cluster;
mod completions;
mod compose;
mod course;
mod demo;
mod diff;
mod doctor;
mod explain;
mod glossary;
mod go_on;
mod goto;
mod guide;
mod hand;
mod handout;
mod help;
mod hint;
mod import;
mod join;
mod leave;
mod list;
mod load;
mod manual;
mod next;
mod notes;
mod picture;
mod prompt;
mod remove;
mod reset;
mod room;
mod screen;
mod start;
mod status;
mod undo;
mod update;
mod validate;
mod vote;
mod watch;

use std::sync::PoisonError;

use crate::app::error::AppError;
use crate::app::{Ctx, Io, arrival, back, in_room};
use crate::cli::{self, Cli, Verb};
use crate::event::Event;
use crate::report::usage::ended;
use crate::signals;

/// Does what the command line says; the exit code.
pub(crate) async fn run(cli: Cli, io: Io) -> u8 {
    let verb = cli.command.clone();
    let ctx = Ctx::new(cli.global, verb.as_ref(), io);
    // Compose hears Ctrl-C itself, and says how it ended; a demo takes its stack down first; a load
    // run says what it has measured, a room where its table is; a cluster is whole again first.
    let own = matches!(
        verb,
        Some(
            Verb::Compose { .. }
                | Verb::Demo(_)
                | Verb::Notes { .. }
                | Verb::Load(_)
                | Verb::Room(_)
                | Verb::Cluster { .. }
                | Verb::Author { verb: Some(cli::Author::Test { .. }) }
        )
    );
    let outcome = tokio::select! {
        // In this order: a question waits for its answer without giving way, so signals must be
        // heard before the command begins.
        biased;
        () = signals::ended(), if !own => Err(AppError::Interrupted),
        outcome = dispatch(&ctx, verb) => outcome,
    };
    let outcome = match outcome {
        Err(AppError::Interrupted) => Err(back::interrupted(&ctx, signals::ended()).await),
        outcome => outcome,
    };
    let code = outcome.unwrap_or_else(|error| {
        ctx.emit(Event::Failure(error.failure()));
        error.exit()
    });
    if let Some(room) = &ctx.room {
        room.finish();
    }
    let mut reporter = ctx.reporter.lock().unwrap_or_else(PoisonError::into_inner);
    ended(reporter.finish(), code, ctx.lang)
}

async fn dispatch(ctx: &Ctx, verb: Option<Verb>) -> Result<u8, AppError> {
    if verb.as_ref().is_none_or(Verb::is_about_a_workspace) {
        in_room::say_ended(ctx);
        arrival::arrive(ctx).await?;
    }
    match verb {
        None => go_on::run(ctx).await,
        Some(Verb::List) => list::run(ctx),
        Some(Verb::Add(add)) => add::run(ctx, &add).await,
        Some(Verb::Bundle(bundle)) => bundle::run(ctx, &bundle).await,
        Some(Verb::Update(update)) => update::run(ctx, &update).await,
        Some(Verb::Remove { name }) => remove::run(ctx, &name),
        Some(Verb::Start { lesson, at }) => start::run(ctx, &lesson, at.as_deref()).await,
        Some(Verb::Check(check)) => check::run(ctx, &check).await,
        Some(Verb::Apply { step, force }) => apply::run(ctx, step.as_deref(), force).await,
        Some(Verb::Diff { step }) => diff::run(ctx, step.as_deref()),
        Some(Verb::Hint) => hint::run(ctx),
        Some(Verb::Prompt) => prompt::run(ctx),
        Some(Verb::Answer { question, choice }) => answer::run(ctx, question.zip(choice)),
        Some(Verb::Next { skip }) => next::run(ctx, skip).await,
        Some(Verb::Goto { step }) => goto::run(ctx, &step).await,
        Some(Verb::Status) => status::run(ctx).await,
        Some(Verb::Picture) => picture::run(ctx).await,
        Some(Verb::Reset { all }) => reset::run(ctx, all).await,
        Some(Verb::Undo { force }) => undo::run(ctx, force),
        Some(Verb::Demo(demo)) => demo::run(ctx, &demo).await,
        Some(Verb::Notes { lesson }) => notes::run(ctx, lesson.as_deref()).await,
        Some(Verb::Join { url, code, name }) => join::run(ctx, &url, &code, name).await,
        Some(Verb::Leave) => leave::run(ctx).await,
        Some(Verb::Hand { sign }) => hand::run(ctx, sign).await,
        Some(Verb::CatchUp) => catch_up::run(ctx).await,
        Some(Verb::Vote { answer }) => vote::run(ctx, answer.as_deref()).await,
        Some(Verb::Doctor) => doctor::run(ctx).await,
        Some(Verb::Load(load)) => load::run(ctx, &load).await,
        Some(Verb::Compose { args }) => compose::run(ctx, &args).await,
        Some(Verb::Validate { lesson }) => validate::run(ctx, lesson.as_deref()),
        Some(Verb::Author { verb }) => author::run(ctx, verb.as_ref()).await,
        Some(Verb::Explain { name }) => explain::run(ctx, name.as_deref()),
        Some(Verb::Import { format, dir, out }) => import::run(ctx, format, &dir, out.as_deref()),
        Some(Verb::Glossary { word }) => glossary::run(ctx, word.as_deref()),
        Some(Verb::Handout { lesson }) => handout::run(ctx, &lesson),
        Some(Verb::Room(room)) => room::run(ctx, &room).await,
        Some(Verb::Cluster { name, verb }) => cluster::run(ctx, name, verb).await,
        Some(Verb::Completions { shell }) => Ok(completions::run(ctx, shell)),
        Some(Verb::Man { command }) => help::man(ctx, command.as_deref()),
        Some(Verb::Help { command }) => help::run(ctx, command.as_deref()),
    }
}
