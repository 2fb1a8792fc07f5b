//! `help` and `man`: a command's words, short and long.

use crate::app::Ctx;
use crate::app::error::{AppError, exit};
use crate::commands::manual;
use crate::event::Event;
use crate::text::Text;
use crate::text::near::did_you_mean;

pub(crate) fn run(ctx: &Ctx, command: Option<&str>) -> Result<u8, AppError> {
    let words = crate::cli::help(ctx.lang, command).ok_or_else(|| no_such_command(ctx, command))?;
    ctx.emit(Event::Prompt(words));
    Ok(exit::PASS)
}

pub(crate) fn man(ctx: &Ctx, command: Option<&str>) -> Result<u8, AppError> {
    let page = manual::page(ctx.lang, command).ok_or_else(|| no_such_command(ctx, command))?;
    ctx.emit(Event::Prompt(page));
    Ok(exit::PASS)
}

fn no_such_command(ctx: &Ctx, command: Option<&str>) -> AppError {
    let what = command.unwrap_or_default();
    let all = crate::cli::localised(ctx.lang);
    let near = did_you_mean(what, all.get_subcommands().map(clap::Command::get_name));
    AppError::Usage(Text::new("usage-unknown-command").with("what", what).with("near", near))
}
