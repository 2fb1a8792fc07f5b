//! What commands share about the room that a learner is in.

use workshop_room::protocol::{Now, Shown, Votes};

use crate::app::Ctx;
use crate::app::error::AppError;
use crate::event::Tone;
use crate::room::{Address, Seat, Trouble};
use crate::text::Text;

/// Says it once where the room has ended since the last command.
pub(crate) fn say_ended(ctx: &Ctx) {
    if let Some(member) = Seat::ended(&ctx.registry) {
        ctx.notice(Tone::Warning, Text::new("in-room-ended").with("room", member.room));
        ctx.notice(Tone::Next, Text::new("next-join"));
    }
}

/// The learner's place in a room.
///
/// # Errors
/// There is none.
pub(crate) fn seat(ctx: &Ctx) -> Result<Seat, AppError> {
    Seat::of(&ctx.registry).ok_or_else(|| AppError::Usage(Text::new("in-room-none")))
}

/// Why the room did not do what was asked, and what to do next.
pub(crate) fn refused(trouble: &Trouble, address: &Address) -> AppError {
    let text = trouble.text(address);
    match trouble {
        Trouble::Refused(word) if word == "poll-over" => AppError::NotYet { text, next: None },
        Trouble::Refused(word) if word == "code-wrong" => AppError::Usage(text),
        Trouble::Refused(_) if trouble.is_unknown() => {
            AppError::Environment { text, next: Some(Text::new("next-join")) }
        }
        Trouble::Refused(_) => AppError::Environment { text, next: None },
        Trouble::Away | Trouble::Silent | Trouble::Other => {
            AppError::Environment { text, next: Some(Text::new("next-room-away")) }
        }
    }
}

/// What the room says now.
///
/// # Errors
/// The learner is in none, or it does not answer.
pub(crate) async fn now(ctx: &Ctx) -> Result<(Seat, Now), AppError> {
    let seat = seat(ctx)?;
    let now = seat.member.client().now().await;
    let now = now.map_err(|trouble| refused(&trouble, &seat.member.address))?;
    Ok((seat, now))
}

/// Where the presenter is, and how to come there.
pub(crate) fn say_shown(ctx: &Ctx, shown: &Shown) {
    let text = Text::new("in-room-shown").with("number", shown.position).with("of", shown.of);
    ctx.notice(Tone::Info, text.with("title", shown.title.as_str()).with("lesson", shown.lesson.as_str()));
}

/// What was voted so far, the most first.
pub(crate) fn say_votes(ctx: &Ctx, votes: &[Votes]) {
    let mut votes: Vec<&Votes> = votes.iter().filter(|vote| vote.count > 0).collect();
    votes.sort_by_key(|vote| std::cmp::Reverse(vote.count));
    for vote in votes {
        let text = Text::new("in-room-votes").with("count", vote.count).with("answer", vote.answer.as_str());
        ctx.notice(Tone::Info, text);
    }
}

/// For `status`: which room, where its presenter is, and what it was not told yet. Asked beside
/// everything else, and not waited for long.
pub(crate) struct Standing {
    seat: Seat,
    now: Result<Now, Trouble>,
}

impl Standing {
    /// `None` where the learner is in no room.
    pub(crate) async fn ask(ctx: &Ctx) -> Option<Self> {
        let seat = Seat::of(&ctx.registry)?;
        let now = tokio::time::timeout(std::time::Duration::from_secs(2), seat.member.client().now()).await;
        Some(Self { now: now.unwrap_or(Err(Trouble::Silent)), seat })
    }

    pub(crate) fn say(&self, ctx: &Ctx) {
        let member = &self.seat.member;
        let text =
            Text::new("in-room-in").with("room", member.room.as_str()).with("name", member.name.as_str());
        ctx.notice(Tone::Info, text);
        match &self.now {
            Ok(now) => {
                if let Some(shown) = &now.shown {
                    say_shown(ctx, shown);
                    ctx.notice(Tone::Next, Text::new("next-catch-up"));
                }
                if now.poll.as_ref().is_some_and(|poll| poll.answer.is_none()) {
                    ctx.notice(Tone::Next, Text::new("next-vote"));
                }
            }
            Err(trouble) => ctx.notice(Tone::Warning, trouble.text(&member.address)),
        }
        let waiting = self.seat.outbox().numbers().len();
        if waiting > 0 && self.now.is_err() {
            ctx.notice(Tone::Info, Text::new("in-room-waiting").with("count", waiting));
        }
    }
}
