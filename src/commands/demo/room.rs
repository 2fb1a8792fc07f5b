//! Which room a demo tells: the one that its presenter has open on this machine, where that is wanted.

use std::sync::Arc;

use workshop_room::protocol::Shown;

use crate::app::Ctx;
use crate::app::error::AppError;
use crate::cli;
use crate::event::{Event, StepView};
use crate::room::{Client, Presenter};
use crate::text::Text;

/// The room that this demo tells: this user's open one, where that is wanted. Asked at a terminal;
/// elsewhere only `--room` is a yes.
///
/// # Errors
/// A room is wanted, and none is open.
pub(crate) fn wanted(ctx: &Ctx, args: &cli::Demo) -> Result<Option<Client>, AppError> {
    if args.no_room {
        return Ok(None);
    }
    let Some(client) = Presenter::open(&ctx.registry) else {
        let none =
            AppError::NotYet { text: Text::new("demo-room-none"), next: Some(Text::new("next-demo-room")) };
        return if args.room { Err(none) } else { Ok(None) };
    };
    let question = Text::new("ask-demo-room").with("address", client.address().shown());
    let wanted = args.room || (ctx.interactive && ctx.asker.confirm(&ctx.say(&question))?);
    Ok(wanted.then_some(client))
}

/// Plays a demo that goes by itself, and tells the room, where there is one, its steps.
pub(crate) async fn telling<T>(ctx: &Ctx, room: Option<Client>, play: impl AsyncFnOnce(&Ctx) -> T) -> T {
    let Some(client) = room else { return play(ctx).await };
    // Nobody is at the keys that a phone would press.
    let (room, _) = Presenter::begin(client);
    let room = Arc::new(room);
    let heard = Arc::clone(&room);
    let emit = ctx.emit.clone().and(move |event| {
        if let Event::Step(view) = event {
            heard.show(of_view(view));
        }
    });
    let played = play(&ctx.with_emit(emit)).await;
    room.end().await;
    played
}

fn of_view(view: &StepView) -> Shown {
    Shown {
        lesson: view.lesson.clone(),
        step: view.id.clone(),
        title: view.title.clone(),
        position: u32::try_from(view.number).unwrap_or(u32::MAX),
        of: u32::try_from(view.of).unwrap_or(u32::MAX),
        notes: String::new(),
        clock: String::new(),
    }
}
