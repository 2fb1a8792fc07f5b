//! The line-mode guide: a step, then what the learner may do with it, until it is passed.

use crate::app::error::{AppError, exit};
use crate::app::steps::offers;
use crate::app::{Ctx, checks, doing, environment, predictions, questions, steps};
use crate::check::Outcome;
use crate::commands::prompt;
use crate::commands::screen::{self, Opening};
use crate::event::{Event, Tone};
use crate::session::Scope;
use crate::session::Session;
use crate::text::Text;

/// What a step's menu offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Choice {
    Predict,
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
            Self::Predict => "menu-predict",
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

fn choices(session: &Session) -> Vec<Choice> {
    let index = session.current();
    let offers = offers(session, index);
    // A file is changed by hand first, a copy or a command is mostly left to the runner.
    let step = &session.lesson.file.steps[index];
    let by_hand = step.edits().next().is_some() && step.runs().next().is_none();
    let all = [
        (Choice::Predict, offers.prediction),
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

async fn guide(ctx: &Ctx, mut session: Session) -> Result<u8, AppError> {
    while !session.is_finished() {
        steps::show_step(ctx, &session);
        let turn = step_menu(ctx, &mut session).await?;
        match turn {
            Turn::Quit => {
                ctx.notice(Tone::Info, Text::new("app-quit"));
                return Ok(exit::PASS);
            }
            Turn::Passed | Turn::On | Turn::Stay => {}
        }
        if !session.advance() {
            break;
        }
        ctx.save(&session.workspace, &session.progress)?;
        if turn == Turn::Passed {
            ctx.asker.pause(&Text::new("ask-go-on"))?;
        }
    }
    if session.is_finished() {
        steps::say_finished(ctx, &session);
    }
    Ok(exit::PASS)
}

async fn step_menu(ctx: &Ctx, session: &mut Session) -> Result<Turn, AppError> {
    loop {
        let choices = choices(session);
        let items: Vec<String> = choices.iter().map(|choice| ctx.say(&Text::new(choice.key()))).collect();
        let chosen = ctx.asker.choose(&ctx.say(&Text::new("menu-question")), &items)?;
        let Some(choice) = chosen.map(|place| choices[place]) else { return Ok(Turn::Quit) };
        match turn(ctx, session, choice).await {
            Ok(Turn::Stay) => {}
            Ok(turn) => return Ok(turn),
            // What went wrong is said, and the learner is where he was.
            Err(AppError::Interrupted) => return Err(AppError::Interrupted),
            Err(error) => ctx.emit(Event::Failure(error.failure())),
        }
    }
}

async fn turn(ctx: &Ctx, session: &mut Session, choice: Choice) -> Result<Turn, AppError> {
    let index = session.current();
    // Files may have been saved while the menu was open.
    session.look_again();
    match choice {
        Choice::Predict => predictions::ask(ctx, session)?,
        Choice::Check => return check_here(ctx, session, index).await,
        Choice::Apply => {
            if doing::do_step(ctx, session, index).await? {
                return check_here(ctx, session, index).await;
            }
        }
        Choice::Answer => {
            questions::ask_questions(ctx, session)?;
            return check_here(ctx, session, index).await;
        }
        Choice::Confirm => {
            questions::ask_confirms(ctx, session)?;
            return check_here(ctx, session, index).await;
        }
        Choice::Hint => questions::one_hint(ctx, session)?,
        Choice::Diff => {
            let plan = session.plan_step(index)?;
            ctx.emit(Event::Diff(plan.diff));
        }
        Choice::Prompt => {
            prompt::run(ctx)?;
        }
        Choice::Skip => {
            session.skip(&session.progress.step.clone());
            return Ok(Turn::On);
        }
        Choice::Quit => return Ok(Turn::Quit),
    }
    Ok(Turn::Stay)
}

async fn check_here(ctx: &Ctx, session: &mut Session, index: usize) -> Result<Turn, AppError> {
    let run = checks::check_steps(ctx, session, &[index], &|_| Scope::All).await?;
    let outcome = run.outcome;
    ctx.emit(Event::CheckRun(run));
    Ok(if outcome == Outcome::Pass { Turn::Passed } else { Turn::Stay })
}

/// At a terminal: the step and its menu. Elsewhere: the step, and what to type next.
pub(crate) async fn at_step(ctx: &Ctx, mut session: Session) -> Result<u8, AppError> {
    environment::early_env(ctx, &mut session);
    if screen::is_wanted(ctx) {
        return screen::screen(ctx, session, Opening::default()).await;
    }
    if ctx.interactive {
        return guide(ctx, session).await;
    }
    if session.is_finished() {
        steps::say_finished(ctx, &session);
        return Ok(exit::PASS);
    }
    steps::show_step(ctx, &session);
    let step = session.lesson.file.steps.iter().find(|step| step.id == session.progress.step);
    let key = if step.is_some_and(|step| step.has_action()) { "next-check-or-apply" } else { "next-check" };
    ctx.notice(Tone::Next, Text::new(key));
    Ok(exit::PASS)
}
