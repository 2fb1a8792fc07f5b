//! What changes something: check, apply and undo, and the state that a step starts from.

use std::slice;

use super::back::Half;
use super::error::{AppError, exit};
use super::learn::{commands, find_step, other_projects};
use super::{App, Session, worst};
use crate::check::{Needs, Outcome};
use crate::cli;
use crate::engine::{Detail, EngineError, StackCommand};
use crate::event::{About, CheckRun, Event, Notice, StepReport, Tone};
use crate::lesson::action::Action;
use crate::lesson::model::CheckEntry;
use crate::session::Scope;
use crate::session::start::state_commands;
use crate::text::Text;

impl App {
    pub(super) async fn check(&self, args: &cli::Check) -> Result<u8, AppError> {
        let mut desk = self.desk()?;
        if args.watch {
            return self.watch(&mut desk).await;
        }
        let current = desk.current();
        let steps: Vec<usize> = match &args.step {
            Some(step) => vec![find_step(&desk.lesson, step)?],
            None if args.all => (0..desk.lesson.file.steps.len()).collect(),
            None => vec![current],
        };
        // Earlier and later steps had another stack: of those only the files are looked at.
        let scope = |index: usize| match () {
            () if args.only_static || (args.all && index != current) => Scope::Static,
            () => Scope::All,
        };
        let run = self.check_steps(&mut desk, &steps, &scope).await?;
        let code = worst(run.outcome);
        let judged: Vec<usize> = run.steps.iter().map(|report| report.number - 1).collect();
        let left_out = steps.iter().filter(|index| !judged.contains(index));
        let left_out: usize = left_out.map(|index| desk.lesson.file.steps[*index].checks.len()).sum();
        let passed_here = run.outcome == Outcome::Pass && steps == [current] && !args.only_static;
        if left_out > 0 {
            self.notice(Tone::Info, Text::new("report-left-out").with("count", left_out));
        }
        self.emit(Event::CheckRun(run));
        if passed_here {
            self.notice(Tone::Next, Text::new("next-next"));
        } else if code == exit::NOT_YET && steps == [current] {
            self.notice(Tone::Next, Text::new("next-hint"));
        }
        Ok(code)
    }

    pub(super) async fn check_steps(
        &self,
        desk: &mut Session,
        steps: &[usize],
        scope: &dyn Fn(usize) -> Scope,
    ) -> Result<CheckRun, AppError> {
        // A check that runs something, and any that a lesson from elsewhere has asked of the stack.
        let acts = |entry: &CheckEntry| {
            let check = entry.spec.check();
            let asks = desk.lesson.is_foreign() && matches!(check.needs(), Needs::Probe(_));
            asks || check.needs().is_disruptive() || !check.commands().is_empty()
        };
        let wanted = |index: &usize| {
            scope(*index) == Scope::All && desk.lesson.file.steps[*index].checks.iter().any(acts)
        };
        if steps.iter().any(wanted) {
            self.consent_to_checks(desk)?;
        }
        let steps_live = steps.iter().any(|index| scope(*index) == Scope::All);
        match steps_live {
            true => self.ensure_env(desk)?,
            false => self.early_env(desk),
        }
        if steps_live {
            self.pay(desk).await?;
        }
        let mut reports: Vec<StepReport> = Vec::new();
        let before = desk.progress.clone();
        desk.look_again();
        for index in steps {
            let report = desk.check_step(*index, scope(*index)).await;
            desk.record(&report).await;
            // A step of which nothing was asked has no verdict.
            if !report.checks.is_empty() {
                reports.push(report);
            }
        }
        // Where the engine was not in the way: asked again, it would only be waited for again.
        let answers = reports.iter().all(|report| report.outcome != Outcome::Environment);
        if steps_live
            && answers
            && let Ok(observed) = desk.engine.observe(&desk.project(), Detail::Listing).await
        {
            if let Some(others) = other_projects(&observed) {
                self.notice(Tone::Warning, others);
            }
            if reports.iter().all(|report| report.outcome == Outcome::Pass) {
                self.keep_secrets(desk, &observed);
            }
        }
        let optional = |report: &&StepReport| {
            let index = report.number - 1;
            steps.len() > 1 && desk.lesson.file.steps[index].optional
        };
        let outcome = reports.iter().filter(|report| !optional(report)).map(|report| report.outcome).max();
        let run = CheckRun {
            lesson: desk.lesson.file.id.clone(),
            engine: desk.engine.kind(),
            outcome: outcome.unwrap_or(Outcome::Pass),
            steps: reports,
        };
        // A look at saved files that finds nothing new leaves what another terminal writes meanwhile.
        let is_new = steps_live || before != desk.progress;
        // What was seen is said, also where it cannot be kept.
        if is_new && let Err(error) = self.save(&desk.workspace, &desk.progress) {
            self.emit(Event::CheckRun(run));
            return Err(error);
        }
        Ok(run)
    }

    /// With `over` also where the learner's files do not go with the lesson's.
    pub(super) async fn apply(&self, step: Option<&str>, over: bool) -> Result<u8, AppError> {
        let mut desk = self.desk()?;
        let index = self.wanted_step(&desk, step)?;
        let done = self.do_step_with(&mut desk, index, over).await;
        if !done.map_err(|error| if over { error } else { self.or_instead(&desk, index, error) })? {
            return Ok(exit::NOT_YET);
        }
        let run = self.check_steps(&mut desk, &[index], &|_| Scope::All).await?;
        let code = worst(run.outcome);
        self.emit(Event::CheckRun(run));
        if code == exit::PASS {
            self.notice(Tone::Next, Text::new("next-next"));
        } else if let Some(next) = self.way_on(&desk, index).filter(|_| code == exit::NOT_YET && !over) {
            self.notice(Tone::Next, next);
        }
        Ok(code)
    }

    /// Shows what the step would do, asks, and does it. False when the learner said no.
    pub(super) async fn do_step(&self, desk: &mut Session, index: usize) -> Result<bool, AppError> {
        self.do_step_with(desk, index, false).await
    }

    async fn do_step_with(&self, desk: &mut Session, index: usize, over: bool) -> Result<bool, AppError> {
        let step = desk.lesson.file.steps[index].clone();
        let actions = step.actions();
        if actions.is_empty() {
            return Err(AppError::Usage(Text::new("app-nothing-to-apply")));
        }
        // A file that is in the way is said first: it says more than that it cannot be read.
        let (plan, instead) = self.step_plan(desk, index, over)?;
        // What the learner's files would do is not asked where others take their place.
        if !instead || desk.lesson.is_foreign() {
            self.consent(desk)?;
        }
        let count = plan.diff.files.len();
        if step.create && !instead {
            let text = Text::new("app-will-copy")
                .with("start", desk.lesson.file.start.as_str())
                .with("count", count);
            self.emit(Event::Notice(Notice { about: About::Copying, ..Notice::new(Tone::Info, text) }));
        } else if !plan.is_empty() {
            self.emit(Event::Diff(plan.diff.clone()));
        } else if step.edit.is_some() {
            self.notice(Tone::Info, Text::new("app-already-applied"));
        }
        // What will run is shown before it is asked for; with a yes given, each says itself.
        for command in commands(desk, index).into_iter().filter(|_| !self.global.yes) {
            self.notice(Tone::Info, Text::verbatim(format!("$ {command}")));
        }
        let acts = actions.iter().any(Action::is_of_the_stack);
        let question = match () {
            () if instead => Text::new("ask-apply-over").with("count", count),
            () if step.create => Text::new("ask-copy"),
            () => Text::new("ask-apply").with("count", count),
        };
        if (acts || !plan.is_empty()) && !self.confirm(question)? {
            self.notice(Tone::Info, Text::new("app-left-as-it-was"));
            return Ok(false);
        }
        // A question gives the learner time.
        desk.look_again();
        if acts {
            self.tell_lost(desk).await;
        }
        if acts && !instead {
            self.pay(desk).await?;
        }
        let changes = !plan.is_empty();
        self.write(desk, &step.id, plan)?;
        if instead {
            self.consent(desk)?;
            if acts {
                self.pay(desk).await?;
            }
        }
        if over {
            self.renew_env(desk)?;
        }
        if desk.workspace.is_created() {
            self.ensure_env(desk)?;
        }
        let half = Half {
            text: Text::new("half-apply").with("files", if changes { "yes" } else { "no" }),
            next: Text::new("next-half-apply").with("step", step.id.as_str()),
        };
        let acted = async {
            self.to_start(desk, index).await?;
            for action in &actions {
                match action {
                    // Made with the plan.
                    Action::Copy | Action::Edit => {}
                    Action::Run(command) => self.run_commands(desk, slice::from_ref(command)).await?,
                    Action::Browse(requests) => self.browse(desk, requests).await?,
                    Action::Answer { id, choice } => self.answer_for(desk, &step.id, id, *choice)?,
                }
            }
            Ok::<(), AppError>(())
        };
        self.during(half, acted).await?;
        Ok(true)
    }

    /// Says it where what kept the stack is gone: the step then starts from nothing.
    async fn tell_lost(&self, desk: &Session) {
        if let Err(error @ EngineError::Lost) = desk.engine.observe(&desk.project(), Detail::Listing).await {
            self.notice(Tone::Warning, error.text());
        }
    }

    pub(super) fn write(
        &self,
        desk: &mut Session,
        label: &str,
        plan: crate::session::change::PlannedChange,
    ) -> Result<(), AppError> {
        if plan.is_empty() {
            return Ok(());
        }
        let lock = self.lock(&desk.workspace)?;
        let files = desk.make(&lock, "apply", label, plan)?;
        drop(lock);
        let creates = desk.lesson.file.steps.iter().any(|step| step.create && step.id == label);
        let key = if creates { "app-copied" } else { "app-applied" };
        let text = Text::new(key).with("count", files.len()).with("file", files[0].as_str());
        self.emit(Event::Notice(Notice { about: About::Written, ..Notice::new(Tone::Done, text) }));
        Ok(())
    }

    pub(super) fn diff(&self, step: Option<&str>) -> Result<u8, AppError> {
        let desk = self.desk()?;
        let index = self.wanted_step(&desk, step)?;
        let plan = desk.plan_step(index)?;
        self.emit(Event::Diff(plan.diff));
        Ok(exit::PASS)
    }

    /// What will make room for the lesson's files, before it is asked whether it may.
    pub(super) fn say_asides(&self, plan: &crate::session::change::PlannedChange) {
        for text in plan.asides() {
            self.notice(Tone::Warning, text);
        }
    }

    pub(super) fn undo(&self, over: bool) -> Result<u8, AppError> {
        let mut desk = self.desk()?;
        let lock = self.lock(&desk.workspace)?;
        let undone = desk.undo(&lock, over)?;
        drop(lock);
        // The step that made the change is where the learner is again.
        let text = Text::new("app-undone").with("count", undone.files.len());
        self.notice(Tone::Done, text.with("label", undone.label.as_str()));
        if let Some(index) = desk.lesson.step_index(&undone.label) {
            desk.reopen(index);
            self.save(&desk.workspace, &desk.progress)?;
        }
        for path in undone.replaced {
            self.notice(Tone::Info, Text::new("app-undone-over").with("path", path));
        }
        for aside in undone.asides {
            self.notice(
                Tone::Info,
                Text::new("app-moved-aside").with("from", aside.from).with("to", aside.to),
            );
        }
        Ok(exit::PASS)
    }

    /// Builds the files and the stack that `step` expects at its start.
    pub(super) async fn build(&self, desk: &mut Session, step: &str) -> Result<(), AppError> {
        let index = find_step(&desk.lesson, step)?;
        let commands = state_commands(&desk.lesson.file, index);
        self.build_with(desk, index, &commands).await
    }

    /// The same, with `commands` to bring the stack there.
    pub(super) async fn build_with(
        &self,
        desk: &mut Session,
        index: usize,
        commands: &[StackCommand],
    ) -> Result<(), AppError> {
        if desk.lesson.is_foreign() {
            self.consent(desk)?;
        }
        let id = desk.lesson.file.steps[index].id.clone();
        if desk.lesson.file.steps[..index].iter().any(|step| step.create) {
            let plan = desk.plan_reset(index)?;
            if !plan.is_empty() {
                self.notice(Tone::Info, Text::new("app-will-build").with("count", plan.diff.files.len()));
                self.say_asides(&plan);
                if desk.workspace.is_created() && !self.confirm(Text::new("ask-build"))? {
                    return Err(AppError::Usage(Text::new("app-left-as-it-was")));
                }
                self.write(desk, &id, plan)?;
            }
            self.renew_env(desk)?;
            self.ensure_env(desk)?;
        }
        if !commands.is_empty() {
            // The files are those that the commands will find.
            self.consent(desk)?;
            self.pay(desk).await?;
        }
        let half = Half {
            text: Text::new("half-build").with("step", id.as_str()),
            next: Text::new("next-rebuild")
                .with("lesson", desk.lesson.file.id.as_str())
                .with("step", id.as_str()),
        };
        self.during(half, self.run_commands(desk, commands)).await?;
        desk.begin_at(index);
        if !state_commands(&desk.lesson.file, index).is_empty() {
            desk.take_baseline().await;
        }
        Ok(())
    }
}
