//! `demo --replay FILE`: a recording in the place of a demo, when the machine in the room fails.

use std::path::Path;

use crate::app::Ctx;
use crate::app::error::{AppError, exit};
use crate::demo::cast::Cast;
use crate::demo::pace::Pace;
use crate::demo::replay::Player;
use crate::demo::stage::Halt;
use crate::event::Tone;
use crate::report::{Streams, screen_size};
use crate::text::Text;

pub(crate) async fn replay(ctx: &Ctx, file: &Path, speed: Pace) -> Result<u8, AppError> {
    let cast = Cast::open(file)?;
    if !ctx.interactive {
        return Err(AppError::Usage(Text::new("app-replay-no-terminal")));
    }
    if let Some(line) = cast.cut {
        let path = file.display().to_string();
        ctx.notice(Tone::Warning, Text::new("cast-cut").with("path", path).with("line", line));
    }
    let Streams { out, style, .. } = Streams::standard(ctx.global.no_color);
    let player = Player::new(&cast, out, style, screen_size(), ctx.lang, speed);
    let player = player.map_err(|error| AppError::Terminal(error.to_string()))?;
    match player.play().await {
        Ok(()) | Err(Halt::Quit) => Ok(exit::PASS),
        Err(Halt::Interrupted) => Err(AppError::Interrupted),
    }
}
