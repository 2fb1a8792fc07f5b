//! The line-mode guide: a step, then what the learner may do with it, until it is passed.

use super::error::{AppError, exit};
use super::learn::offers;
use super::{App, Session};
use crate::check::Outcome;
use crate::event::{Event, Tone};
use crate::session::Scope;
use crate::text::Text;

/// What a step's menu offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Choice {
    Check,
    Apply,
    Answer,
    Confirm,
    Hint,
    Diff,
    Prompt,
    Skip,
    Quit,
}

impl Choice {
    const fn key(self) -> &'static str {
        match self {
            Self::Check => "menu-check",
            Self::Apply => "menu-apply",
            Self::Answer => "menu-answer",
            Self::Confirm => "menu-confirm",
            Self::Hint => "menu-hint",
            Self::Diff => "menu-diff",
            Self::Prompt => "menu-prompt",
            Self::Skip => "menu-skip",
            Self::Quit => "menu-quit",
        }
    }
}

/// Where the guide goes after a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    Stay,
    /// On, when what was found has been read.
    Passed,
    On,
    Quit,
}

impl App {
    pub(super) async fn guide(&self, mut desk: Session) -> Result<u8, AppError> {
        while !desk.is_finished() {
            self.show_step(&desk);
            let turn = self.step_menu(&mut desk).await?;
            match turn {
                Turn::Quit => {
                    self.notice(Tone::Info, Text::new("app-quit"));
                    return Ok(exit::PASS);
                }
                Turn::Passed | Turn::On | Turn::Stay => {}
            }
            if !desk.advance() {
                break;
            }
            self.save(&desk.workspace, &desk.progress)?;
            if turn == Turn::Passed {
                self.asker.pause(&Text::new("ask-go-on"))?;
            }
        }
        if desk.is_finished() {
            self.say_finished(&desk);
        }
        Ok(exit::PASS)
    }

    async fn step_menu(&self, desk: &mut Session) -> Result<Turn, AppError> {
        loop {
            let choices = choices(desk);
            let items: Vec<String> =
                choices.iter().map(|choice| self.say(&Text::new(choice.key()))).collect();
            let chosen = self.asker.choose(&self.say(&Text::new("menu-question")), &items)?;
            let Some(choice) = chosen.map(|place| choices[place]) else { return Ok(Turn::Quit) };
            match self.turn(desk, choice).await {
                Ok(Turn::Stay) => {}
                Ok(turn) => return Ok(turn),
                // What went wrong is said, and the learner is where he was.
                Err(AppError::Interrupted) => return Err(AppError::Interrupted),
                Err(error) => self.emit(Event::Failure(error.failure())),
            }
        }
    }

    async fn turn(&self, desk: &mut Session, choice: Choice) -> Result<Turn, AppError> {
        let index = desk.current();
        // Files may have been saved while the menu was open.
        desk.look_again();
        match choice {
            Choice::Check => return self.check_here(desk, index).await,
            Choice::Apply => {
                if self.do_step(desk, index).await? {
                    return self.check_here(desk, index).await;
                }
            }
            Choice::Answer => {
                self.ask_questions(desk)?;
                return self.check_here(desk, index).await;
            }
            Choice::Confirm => {
                self.ask_confirms(desk)?;
                return self.check_here(desk, index).await;
            }
            Choice::Hint => self.one_hint(desk)?,
            Choice::Diff => {
                let plan = desk.plan_step(index)?;
                self.emit(Event::Diff(plan.diff));
            }
            Choice::Prompt => {
                self.prompt()?;
            }
            Choice::Skip => {
                desk.skip(&desk.progress.step.clone());
                return Ok(Turn::On);
            }
            Choice::Quit => return Ok(Turn::Quit),
        }
        Ok(Turn::Stay)
    }

    async fn check_here(&self, desk: &mut Session, index: usize) -> Result<Turn, AppError> {
        let run = self.check_steps(desk, &[index], &|_| Scope::All).await?;
        let outcome = run.outcome;
        self.emit(Event::CheckRun(run));
        Ok(if outcome == Outcome::Pass { Turn::Passed } else { Turn::Stay })
    }
}

fn choices(desk: &Session) -> Vec<Choice> {
    let index = desk.current();
    let offers = offers(desk, index);
    // A file is changed by hand first, a copy or a command is mostly left to the runner.
    let step = &desk.lesson.file.steps[index];
    let by_hand = step.edit.is_some() && step.run.is_empty();
    let all = [
        (Choice::Answer, offers.question),
        (Choice::Confirm, offers.confirm),
        (Choice::Apply, offers.apply && !by_hand),
        (Choice::Check, !offers.question && !offers.confirm),
        (Choice::Apply, offers.apply && by_hand),
        (Choice::Hint, offers.hints > 0),
        (Choice::Diff, offers.diff),
        (Choice::Prompt, offers.prompt),
        (Choice::Skip, true),
        (Choice::Quit, true),
    ];
    all.into_iter().filter(|(_, offered)| *offered).map(|(choice, _)| choice).collect()
}
