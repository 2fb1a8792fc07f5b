//! The files and the stack that a step starts from, built.

use crate::app::back::Half;
use crate::app::error::AppError;
use crate::app::steps::find_step;
use crate::app::{Ctx, back, consent, doing, environment};
use crate::engine::StackCommand;
use crate::event::Tone;
use crate::session::Session;
use crate::session::start::state_commands;
use crate::text::Text;

/// Builds the files and the stack that `step` expects at its start.
pub(crate) async fn build(ctx: &Ctx, session: &mut Session, step: &str) -> Result<(), AppError> {
    let index = find_step(&session.lesson, step)?;
    let commands = state_commands(&session.lesson.file, index);
    build_with(ctx, session, index, &commands).await
}

/// The same, with `commands` to bring the stack there.
pub(crate) async fn build_with(
    ctx: &Ctx,
    session: &mut Session,
    index: usize,
    commands: &[StackCommand],
) -> Result<(), AppError> {
    if session.lesson.is_foreign() {
        consent::consent(ctx, session)?;
    }
    let id = session.lesson.file.steps[index].id.clone();
    if session.lesson.file.steps[..index].iter().any(|step| step.create) {
        let plan = session.plan_reset(index)?;
        if !plan.is_empty() {
            ctx.notice(Tone::Info, Text::new("app-will-build").with("count", plan.diff.files.len()));
            doing::say_asides(ctx, &plan);
            if session.workspace.is_created() && !ctx.confirm(Text::new("ask-build"))? {
                return Err(AppError::Usage(Text::new("app-left-as-it-was")));
            }
            doing::write(ctx, session, &id, plan)?;
        }
        environment::renew_env(ctx, session)?;
        environment::ensure_env(ctx, session)?;
    }
    if !commands.is_empty() {
        // The files are those that the commands will find.
        consent::consent(ctx, session)?;
        back::pay(ctx, session).await?;
    }
    let half = Half {
        text: Text::new("half-build").with("step", id.as_str()),
        next: Text::new("next-rebuild")
            .with("lesson", session.lesson.file.id.as_str())
            .with("step", id.as_str()),
    };
    back::during(ctx, half, environment::run_commands(ctx, session, commands)).await?;
    session.begin_at(index);
    if !state_commands(&session.lesson.file, index).is_empty() {
        session.take_baseline().await;
    }
    Ok(())
}
