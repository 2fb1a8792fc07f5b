//! `leave`: out of the room, which forgets what it was told.

use crate::app::error::{AppError, exit};
use crate::app::{Ctx, in_room};
use crate::event::Tone;
use crate::room::Seat;
use crate::text::Text;

pub(crate) async fn run(ctx: &Ctx) -> Result<u8, AppError> {
    let seat = in_room::seat(ctx)?;
    // Forgotten here first: whatever the room does, nothing more is told.
    Seat::give_up(&ctx.registry);
    let room = || seat.member.room.clone();
    match seat.member.client().leave().await {
        Ok(()) => ctx.notice(Tone::Done, Text::new("in-room-left").with("room", room())),
        Err(trouble) if trouble.is_unknown() => {
            ctx.notice(Tone::Done, Text::new("in-room-left").with("room", room()));
        }
        Err(trouble) => {
            ctx.notice(Tone::Done, Text::new("in-room-left-here").with("room", room()));
            ctx.notice(Tone::Warning, trouble.text(&seat.member.address));
        }
    }
    Ok(exit::PASS)
}
