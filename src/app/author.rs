//! What is not about a lesson's steps: Compose itself, an author's validation, shell completions
//! and the manual page.

use std::process::Stdio;

use super::environment::half_run;
use super::error::{AppError, exit};
use super::{App, manual};
use crate::engine::StackCommand;
use crate::event::{Event, Tone};
use crate::report::HandedThrough;
use crate::signals;
use crate::text::Text;
use crate::text::near::did_you_mean;

impl App {
    /// The right Compose for the engine, in the workspace, with the terminal handed through.
    pub(super) async fn compose(&self, args: &[String]) -> Result<u8, AppError> {
        let mut desk = self.desk()?;
        if !desk.workspace.is_created() {
            return Err(AppError::Usage(Text::new("app-no-files-yet")));
        }
        self.ensure_env(&mut desk)?;
        self.save(&desk.workspace, &desk.progress)?;
        self.look_at_the_shell(&desk);
        self.pay(&mut desk).await?;
        let project = desk.project();
        let Some(program) = desk.engine.compose_program(&project, args).await? else {
            let command = StackCommand::Compose(args.to_vec());
            let mut output = HandedThrough::standard();
            let half = half_run(&command, &desk);
            let work = self.during(half, desk.engine.run(&project, &command, &mut output));
            let end = tokio::select! {
                biased;
                () = signals::ended(), if is_half_done(args) => return Err(AppError::Interrupted),
                end = work => end?,
            };
            // Compose's own words are English; what they mean is said in the learner's language.
            if let Some(trouble) = &end.trouble {
                self.notice(Tone::Warning, trouble.text());
            }
            let code = end.code.and_then(|code| u8::try_from(code).ok()).unwrap_or(exit::INTERRUPTED);
            return output.finish().map(|()| code).or_else(|lost| match code {
                exit::PASS => Err(lost.into()),
                code => Ok(code),
            });
        };
        let name = program.get_program().to_string_lossy().into_owned();
        let mut command = tokio::process::Command::from(program);
        let status =
            command.stdin(Stdio::inherit()).status().await.map_err(|error| AppError::Environment {
                text: Text::new("engine-refused").with("reason", Text::verbatim(format!("{name}: {error}"))),
                next: Some(Text::new("next-doctor")),
            })?;
        let code = status.code().unwrap_or(i32::from(exit::INTERRUPTED));
        Ok(u8::try_from(code).unwrap_or(exit::NOT_YET))
    }

    /// Holds lessons to their rules.
    pub(super) fn validate(&self, lesson: Option<&str>) -> Result<u8, AppError> {
        let names = match lesson {
            Some(lesson) => vec![lesson.to_owned()],
            None => self.catalog.names()?,
        };
        let mut sound = true;
        for name in names {
            let lesson = self.catalog.find(&name)?;
            let faults = lesson.faults();
            sound &= faults.is_empty();
            for fault in &faults {
                self.notice(Tone::Warning, fault.text());
            }
            if faults.is_empty() {
                let text = Text::new("app-sound").with("lesson", lesson.dir.as_str());
                self.notice(Tone::Done, text.with("count", lesson.file.steps.len()));
                if lesson.is_foreign() {
                    let digest = self.digest_of(&lesson)?;
                    self.notice(Tone::Info, Text::new("consent-digest").with("digest", digest));
                }
            }
        }
        Ok(if sound { exit::PASS } else { exit::LESSON })
    }

    pub(super) fn completions(&self, shell: clap_complete::Shell) -> u8 {
        self.emit(Event::Prompt(super::complete::script(shell)));
        exit::PASS
    }

    pub(super) fn help(&self, command: Option<&str>) -> Result<u8, AppError> {
        let words = crate::cli::help(self.lang, command).ok_or_else(|| self.no_such_command(command))?;
        self.emit(Event::Prompt(words));
        Ok(exit::PASS)
    }

    pub(super) fn man(&self, command: Option<&str>) -> Result<u8, AppError> {
        let page = manual::page(self.lang, command).ok_or_else(|| self.no_such_command(command))?;
        self.emit(Event::Prompt(page));
        Ok(exit::PASS)
    }

    fn no_such_command(&self, command: Option<&str>) -> AppError {
        let what = command.unwrap_or_default();
        let all = crate::cli::localised(self.lang);
        let near = did_you_mean(what, all.get_subcommands().map(clap::Command::get_name));
        AppError::Usage(Text::new("usage-unknown-command").with("what", what).with("near", near))
    }
}

/// Whether a command that is cut off may have changed the stack half-way. One that stays in front
/// hears Ctrl-C itself.
fn is_half_done(args: &[String]) -> bool {
    const CHANGES: [&str; 10] =
        ["up", "down", "build", "create", "start", "stop", "restart", "kill", "rm", "scale"];
    let in_front = !args.iter().any(|arg| matches!(arg.as_str(), "-d" | "--detach" | "--wait"));
    args.first().is_some_and(|word| CHANGES.contains(&word.as_str()) && !(word == "up" && in_front))
}
