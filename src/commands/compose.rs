//! `compose`: the right Compose for the engine, in the workspace, with the terminal handed through.

use std::process::Stdio;

use crate::app::environment::half_run;
use crate::app::error::{AppError, exit};
use crate::app::{Ctx, back, environment};
use crate::engine::StackCommand;
use crate::engine::command::profiles;
use crate::event::Tone;
use crate::report::HandedThrough;
use crate::signals;
use crate::text::Text;

/// The right Compose for the engine, in the workspace, with the terminal handed through.
pub(crate) async fn run(ctx: &Ctx, args: &[String]) -> Result<u8, AppError> {
    let mut session = ctx.session()?;
    if !session.workspace.is_created() {
        return Err(AppError::Usage(Text::new("app-no-files-yet")));
    }
    environment::ensure_env(ctx, &mut session)?;
    ctx.save(&session.workspace, &session.progress)?;
    environment::look_at_the_shell(ctx, &session);
    back::pay(ctx, &mut session).await?;
    let project = session.project();
    let Some(program) = session.engine.compose_program(&project, args).await? else {
        let command = StackCommand::Compose(args.to_vec());
        let mut output = HandedThrough::standard();
        let half = half_run(&command, &session);
        let work = back::during(ctx, half, session.engine.run(&project, &command, &mut output));
        let end = tokio::select! {
            biased;
            () = signals::ended(), if is_half_done(args) => return Err(AppError::Interrupted),
            end = work => end?,
        };
        // Compose's own words are English; what they mean is said in the learner's language.
        if let Some(trouble) = &end.trouble {
            ctx.notice(Tone::Warning, trouble.text());
        }
        let code = end.code.and_then(|code| u8::try_from(code).ok()).unwrap_or(exit::INTERRUPTED);
        return output.finish().map(|()| code).or_else(|lost| match code {
            exit::PASS => Err(lost.into()),
            code => Ok(code),
        });
    };
    let name = program.get_program().to_string_lossy().into_owned();
    let mut command = tokio::process::Command::from(program);
    let status = command.stdin(Stdio::inherit()).status().await.map_err(|error| AppError::Environment {
        text: Text::new("engine-refused").with("reason", Text::verbatim(format!("{name}: {error}"))),
        next: Some(Text::new("next-doctor")),
    })?;
    let code = status.code().unwrap_or(i32::from(exit::INTERRUPTED));
    Ok(u8::try_from(code).unwrap_or(exit::NOT_YET))
}

/// Whether a command that is cut off may have changed the stack half-way. One that stays in front
/// hears Ctrl-C itself.
fn is_half_done(args: &[String]) -> bool {
    const CHANGES: [&str; 10] =
        ["up", "down", "build", "create", "start", "stop", "restart", "kill", "rm", "scale"];
    let in_front = !args.iter().any(|arg| matches!(arg.as_str(), "-d" | "--detach" | "--wait"));
    profiles(args)
        .1
        .first()
        .is_some_and(|word| CHANGES.contains(&word.as_str()) && !(word == "up" && in_front))
}
