//! `completions`: what a shell completes with.

use crate::app::Ctx;
use crate::app::error::exit;
use crate::event::Event;

pub(crate) fn run(ctx: &Ctx, shell: clap_complete::Shell) -> u8 {
    ctx.emit(Event::Prompt(crate::app::complete::script(shell)));
    exit::PASS
}
