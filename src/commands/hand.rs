//! `hand`: a hand raised for help or for "done", or taken down again.

use std::time::{Duration, Instant};

use workshop_room::protocol::Signal;

use crate::app::error::{AppError, exit};
use crate::app::{Ctx, in_room};
use crate::cli::Sign;
use crate::event::Tone;
use crate::room::Seat;
use crate::text::Text;

/// How long it is waited for that the room knows.
const WAIT: Duration = Duration::from_secs(3);
const LOOK: Duration = Duration::from_millis(50);

pub(crate) async fn run(ctx: &Ctx, sign: Sign) -> Result<u8, AppError> {
    let seat = in_room::seat(ctx)?;
    let (signal, key) = match sign {
        Sign::Help => (Signal::Help, "in-room-hand-help"),
        Sign::Done => (Signal::Done, "in-room-hand-done"),
        Sign::Down => (Signal::None, "in-room-hand-down"),
    };
    match ctx.session() {
        Ok(_) => {
            let number = ctx.room.as_ref().and_then(|room| room.raise(signal));
            if !is_taken(&seat, number).await {
                ctx.notice(Tone::Info, Text::new("in-room-later"));
                return Ok(exit::PASS);
            }
        }
        // Without a lesson there is no step that it could be kept with.
        Err(AppError::NotStarted) => {
            let told = seat.member.client().signal(signal).await;
            told.map_err(|trouble| in_room::refused(&trouble, &seat.member.address))?;
        }
        Err(error) => return Err(error),
    }
    ctx.notice(Tone::Done, Text::new(key));
    Ok(exit::PASS)
}

/// Whether what was added is no longer to be told.
async fn is_taken(seat: &Seat, number: Option<u64>) -> bool {
    let Some(number) = number else { return false };
    let until = Instant::now() + WAIT;
    while seat.outbox().numbers().contains(&number) {
        if Instant::now() > until {
            return false;
        }
        tokio::time::sleep(LOOK).await;
    }
    true
}
