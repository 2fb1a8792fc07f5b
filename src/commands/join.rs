//! `join`: into a room, after what it will be told was shown.

use workshop_room::protocol::{Join, Role};

use crate::app::error::{AppError, exit};
use crate::app::{Ctx, arrival, in_room};
use crate::event::Tone;
use crate::room::{Address, Client, Member, Seat};
use crate::text::Text;

pub(crate) async fn run(ctx: &Ctx, url: &str, code: &str, name: Option<String>) -> Result<u8, AppError> {
    let address = Address::read(url).map_err(|wrong| AppError::Usage(wrong.text()))?;
    let before = Seat::of(&ctx.registry);
    if let Some(seat) = before.as_ref().filter(|seat| seat.member.address == address)
        && seat.member.client().now().await.is_ok()
    {
        let member = &seat.member;
        let text = Text::new("in-room-already").with("room", member.room.as_str());
        ctx.notice(Tone::Info, text.with("name", member.name.as_str()));
        return Ok(exit::PASS);
    }
    ctx.notice(Tone::Info, Text::new("in-room-sends").with("address", address.shown()));
    ctx.notice(Tone::Info, Text::new("in-room-never"));
    ctx.notice(Tone::Info, Text::new("in-room-open"));
    if !ctx.confirm(Text::new("ask-join"))? {
        ctx.notice(Tone::Info, Text::new("in-room-not-joined"));
        return Ok(exit::NOT_YET);
    }
    let join = Join { code: code.to_owned(), name, role: Role::Learner };
    let joined = Client::join(address.clone(), &join).await;
    let joined = joined.map_err(|trouble| in_room::refused(&trouble, &address))?;
    // Out of the one before: nobody sits in two rooms.
    if let Some(before) = before {
        let _ = before.member.client().leave().await;
    }
    let member = Member::new(address, joined.token, joined.name, joined.room);
    let seat = Seat::take(&ctx.registry, member)?;
    let text = Text::new("in-room-joined").with("room", seat.member.room.as_str());
    ctx.notice(Tone::Done, text.with("name", seat.member.name.as_str()));
    let now = seat.member.client().now().await;
    tell_place(ctx, seat);
    if let Some(shown) = now.ok().and_then(|now| now.shown) {
        in_room::say_shown(ctx, &shown);
    }
    ctx.notice(Tone::Next, Text::new("next-in-room"));
    Ok(exit::PASS)
}

/// Where a lesson is under way in this folder, the room is told the step at hand.
fn tell_place(ctx: &Ctx, seat: Seat) {
    let ctx = ctx.in_room(seat);
    if arrival::peek(&ctx).is_some() {
        // What is wrong with the folder is said by the commands that are about it.
        let _ = ctx.session();
    }
    if let Some(room) = &ctx.room {
        room.finish();
    }
}
