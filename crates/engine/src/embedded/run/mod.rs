//! Compose's words, done: [`UnderWay`] reads the learner's files, asks the supervisor, and writes
//! what Compose would write. Here a word is led to what does it.

mod act;
mod arguments;
mod down;
mod list;
mod logs;
mod moment;
mod under_way;
mod up;

pub use arguments::compose_words;
pub(super) use under_way::UnderWay;

use self::arguments::{Up, Word};
use super::refusal::{Refusal, Stopped, said};
use super::wire::Action;
use crate::{CommandEnd, EngineError, Output};

/// Lines of standard error that are remembered.
const TAIL: usize = 20;

/// Remembers the last lines of standard error.
struct Tail<'a> {
    to: &'a mut dyn Output,
    errors: Vec<String>,
}

impl Output for Tail<'_> {
    fn line(&mut self, stderr: bool, line: &str) {
        if stderr {
            self.errors.push(line.to_owned());
            self.errors.drain(..self.errors.len().saturating_sub(TAIL));
        }
        self.to.line(stderr, line);
    }
}

impl UnderWay<'_> {
    /// Runs the arguments behind `compose`.
    ///
    /// # Errors
    /// The engine itself is in the way; a refusal is an end of the command, not an error.
    pub(super) async fn run(mut self, args: &[String]) -> Result<CommandEnd, EngineError> {
        let words = match arguments::parse(args) {
            Ok(words) => words,
            Err(error) => return Ok(self.usage(&error)),
        };
        let mut output = Tail { to: self.output, errors: Vec::new() };
        let under_way = UnderWay { output: &mut output, profiles: words.profiles, ..self };
        match under_way.word(words.word).await {
            Ok(code) => Ok(CommandEnd { code: Some(code), stderr_tail: output.errors, trouble: None }),
            Err(stopped) => stopped.end(&mut output),
        }
    }

    /// A help that was asked for, or what is not one of this engine's words.
    fn usage(&mut self, error: &clap::Error) -> CommandEnd {
        let text = error.to_string();
        if error.exit_code() == 0 {
            text.trim_end().lines().for_each(|line| self.output.line(false, line));
            return CommandEnd { code: Some(0), stderr_tail: Vec::new(), trouble: None };
        }
        // What is wrong, and the arguments that are missing; then clap's own tips and usage.
        let said = text.lines().take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
        let first = said.trim_start_matches("error: ").to_owned();
        self.output.line(true, &first);
        let near = text.lines().find_map(|line| line.trim().strip_prefix("tip: a similar "));
        if let Some(near) = near {
            self.output.line(true, &format!("a similar {near}"));
        }
        self.output
            .line(true, "`workshop compose --help` lists what the embedded engine has; Docker has more");
        CommandEnd { code: Some(1), stderr_tail: vec![first], trouble: None }
    }

    async fn word(mut self, word: Word) -> Result<i32, Stopped> {
        match word {
            Word::Up(up) => return self.up(up).await,
            Word::Create(create) => {
                return self.up(Up { no_start: true, ..Up::detached(create.making) }).await;
            }
            Word::Down(down) => self.down(down).await?,
            Word::Build { services } => self.build(&services)?,
            Word::Scale { scales, no_deps } => return self.scale(scales, no_deps).await,
            Word::Ps(ps) => {
                self.known(&ps.only)?;
                let stack = self.stack().await?;
                self.show(list::ps(&stack, &ps));
            }
            Word::Logs(wanted) => {
                let stack = self.stack().await?;
                self.known(&wanted.services)?;
                wanted.hold_to(&stack).map_err(said)?;
                logs::show(self.place, &stack, &wanted, self.output).await;
            }
            Word::Start(chosen) => self.act(Action::Start, chosen, None).await?,
            Word::Stop { chosen, timeout } => self.act(Action::Stop, chosen, timeout).await?,
            Word::Restart { chosen, timeout, no_deps } => self.restart(chosen, timeout, no_deps).await?,
            Word::Kill { chosen, signal } => self.act(Action::Kill(signal), chosen, None).await?,
            Word::Rm(rm) => self.rm(rm).await?,
            Word::Port { index, service, port } => {
                let stack = self.stack().await?;
                self.show([list::port(&stack, &service, index, port).map_err(said)?]);
            }
            Word::Config { quiet, services, volumes } => {
                let lines = self.config(quiet, services, volumes)?;
                self.show(lines);
            }
            Word::Images { services } => {
                let stack = self.stack().await?;
                self.show(list::images(&stack, &services));
            }
            Word::Top { services } => {
                let stack = self.stack().await?;
                self.show(list::top(&stack, &services));
            }
            Word::Exec { no_tty: _, index, service, command } => {
                return self.exec(&service, index, &command).await;
            }
            Word::Version { short } => self.show([version(short)]),
        }
        Ok(0)
    }

    fn config(&self, quiet: bool, services: bool, volumes: bool) -> Result<Vec<String>, Refusal> {
        let desired = self.desired()?;
        Ok(if services {
            desired.selected(&[], false)?.into_iter().map(|one| one.name.value.clone()).collect()
        } else if volumes {
            desired.file.volumes.into_iter().map(|one| one.key.value).collect()
        } else if quiet {
            Vec::new()
        } else {
            vec!["the compose file is valid; use --services or --volumes, Docker shows it whole".to_owned()]
        })
    }
}

fn version(short: bool) -> String {
    let version = env!("CARGO_PKG_VERSION");
    if short { version.to_owned() } else { format!("workshop compose (embedded engine) {version}") }
}
