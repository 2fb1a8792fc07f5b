//! What "do it for me" begins with: files that the step's change goes into, and the stack that the
//! step starts from. So it ends in a pass, whatever was done before.

use super::error::{AppError, exit};
use super::{App, Session};
use crate::engine::Detail;
use crate::event::Tone;
use crate::session::change::PlannedChange;
use crate::session::start::{self, state_commands};
use crate::text::Text;

impl App {
    /// What the step changes in the learner's files, and whether that is the lesson's own version
    /// in place of theirs: wanted with `over`, and asked for at a terminal where the step's change
    /// does not go into what is there.
    pub(super) fn step_plan(
        &self,
        desk: &Session,
        index: usize,
        over: bool,
    ) -> Result<(PlannedChange, bool), AppError> {
        if over {
            return Ok((self.instead(desk, index)?, true));
        }
        match desk.plan_step(index) {
            Ok(plan) => Ok((plan, false)),
            Err(error) => {
                let error = AppError::from(error);
                if error.exit() != exit::NOT_YET || !self.interactive || self.global.yes {
                    return Err(error);
                }
                self.notice(Tone::Warning, error.text());
                Ok((self.instead(desk, index)?, true))
            }
        }
    }

    fn instead(&self, desk: &Session, index: usize) -> Result<PlannedChange, AppError> {
        let plan = desk.plan_reset(index + 1)?;
        self.say_asides(&plan);
        Ok(plan)
    }

    /// The same error; where the learner's files are not the lesson's, with that as the way on, if
    /// none is known that is nearer.
    pub(super) fn or_instead(&self, desk: &Session, index: usize, error: AppError) -> AppError {
        match (error, self.way_on(desk, index)) {
            (AppError::Environment { text, next: None }, next) => AppError::Environment { text, next },
            (error, Some(next)) if error.exit() == exit::NOT_YET => {
                AppError::NotYet { text: error.text(), next: Some(next) }
            }
            (error, _) => error,
        }
    }

    /// How a step comes to pass with the lesson's files in place of the learner's, where they differ
    /// or cannot be read.
    pub(super) fn way_on(&self, desk: &Session, index: usize) -> Option<Text> {
        let plan = desk.plan_reset(index + 1).ok()?;
        let mut files: Vec<String> = plan.diff.files.iter().map(|file| file.path.clone()).collect();
        if self.env_is_wrong(desk) {
            files.push(".env".to_owned());
        }
        let step = desk.lesson.file.steps[index].id.as_str();
        let here = if desk.progress.step == step { "yes" } else { "no" };
        let text = Text::new("next-apply-over").with("step", step).with("here", here);
        (!files.is_empty()).then(|| text.with("files", files))
    }

    /// Brings the stack to where the step starts from, if its action is about that and it is not
    /// there; a step that tells what changed then compares with it.
    pub(super) async fn to_start(&self, desk: &mut Session, index: usize) -> Result<(), AppError> {
        let step = &desk.lesson.file.steps[index];
        let commands = state_commands(&desk.lesson.file, index);
        if commands.is_empty() || !start::needs_stack(step) {
            return Ok(());
        }
        let compares = start::compares(step);
        let observed = desk.engine.observe(&desk.project(), Detail::Listing).await?;
        // Changed files would make the step's own command start anew what it is to leave alone.
        let changed = compares && desk.plan_reset(index).is_ok_and(|plan| !plan.is_empty());
        let there = desk.is_at_start(index, &observed) && !changed;
        if !there {
            self.notice(Tone::Info, Text::new("app-to-start"));
            self.run_commands(desk, &commands).await?;
        }
        if compares || !there {
            desk.await_start(index).await?;
            self.save(&desk.workspace, &desk.progress)?;
        }
        Ok(())
    }
}
