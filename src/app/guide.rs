//! The line-mode guide: a step, then what the learner may do with it, until it is passed.

use super::error::{AppError, exit};
use super::learn::{is_finished, offers};
use super::{App, Desk};
use crate::check::Outcome;
use crate::event::{Event, StepState, Tone};
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
    pub(super) async fn guide(&self, mut desk: Desk) -> Result<u8, AppError> {
        while !is_finished(&desk) {
            self.show_step(&desk);
            let turn = self.step_menu(&mut desk).await?;
            match turn {
                Turn::Quit => {
                    self.notice(Tone::Info, Text::new("app-quit"));
                    return Ok(exit::PASS);
                }
                Turn::Passed | Turn::On | Turn::Stay => {}
            }
            if !self.advance(&mut desk) {
                break;
            }
            self.save(&desk.workspace, &desk.progress)?;
            if turn == Turn::Passed {
                self.asker.pause(&Text::new("ask-go-on"))?;
            }
        }
        if is_finished(&desk) {
            self.say_finished(&desk);
        }
        Ok(exit::PASS)
    }

    /// On to the next step that is not done; false when this was the last of the lesson.
    pub(super) fn advance(&self, desk: &mut Desk) -> bool {
        let before = desk.progress.step.clone();
        self.leave(desk, true);
        if desk.progress.step != before {
            return true;
        }
        let open = desk.lesson.file.steps.iter().find(|step| {
            desk.progress.steps.get(&step.id).is_none_or(|record| record.state == StepState::Open)
        });
        match open {
            Some(step) => {
                desk.progress.step = step.id.clone();
                true
            }
            None => false,
        }
    }

    async fn step_menu(&self, desk: &mut Desk) -> Result<Turn, AppError> {
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

    async fn turn(&self, desk: &mut Desk, choice: Choice) -> Result<Turn, AppError> {
        let index = self.session(desk).current();
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
                let plan = self.session(desk).plan_step(index)?;
                self.emit(Event::Diff(plan.diff));
            }
            Choice::Prompt => {
                self.prompt()?;
            }
            Choice::Skip => {
                let step = desk.progress.step.clone();
                let state = &mut desk.progress.steps.entry(step).or_default().state;
                // What is passed stays passed.
                if *state == StepState::Open {
                    *state = StepState::Skipped;
                }
                return Ok(Turn::On);
            }
            Choice::Quit => return Ok(Turn::Quit),
        }
        Ok(Turn::Stay)
    }

    async fn check_here(&self, desk: &mut Desk, index: usize) -> Result<Turn, AppError> {
        let run = self.check_steps(desk, &[index], &|_| Scope::All).await?;
        let outcome = run.outcome;
        self.emit(Event::CheckRun(run));
        Ok(if outcome == Outcome::Pass { Turn::Passed } else { Turn::Stay })
    }
}

fn choices(desk: &Desk) -> Vec<Choice> {
    let index = desk.lesson.step_index(&desk.progress.step).unwrap_or(0);
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
