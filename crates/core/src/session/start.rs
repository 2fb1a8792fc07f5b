//! What a step starts from: the stack that the steps before it left, and how it is told that it is
//! there. A check of change is compared with this, never with whatever happened to be.

use std::collections::BTreeSet;
use std::time::Instant;

use super::{AGAIN, Session, stack};
use crate::check::CheckSpec;
use crate::event::StepReport;
use crate::lesson::action::Action;
use crate::lesson::model::{LessonFile, StepSpec};
use crate::workspace::baseline::baseline;
use workshop_engine::{Detail, EngineError, Observed, StackCommand};
use workshop_stack::compose::is_active;

/// The fewest of the commands before the step at `index` that make the stack what it is after
/// them: since it was last taken down the first that brings it up, and the last, with the restarts
/// behind that one; then what brings it to what is inside it, and what lets it take in its files.
pub fn state_commands(lesson: &LessonFile, index: usize) -> Vec<StackCommand> {
    let mut ups: Vec<&StackCommand> = Vec::new();
    let mut restarts: Vec<&StackCommand> = Vec::new();
    for command in
        lesson.steps[..index].iter().filter(|step| step.refusal().is_none()).flat_map(StepSpec::runs)
    {
        match command.verb() {
            Some("up") => {
                ups.push(command);
                restarts.clear();
            }
            Some("restart") if matches!(command, StackCommand::Compose(_)) => restarts.push(command),
            Some("down") => {
                ups.clear();
                restarts.clear();
            }
            _ => {}
        }
    }
    let setup = lesson.steps[..index].iter().rev().map(|step| &step.setup).find(|setup| !setup.is_empty());
    let setup = || setup.into_iter().flatten();
    let (Some(first), Some(last)) = (ups.first().copied(), ups.last().copied()) else {
        // What Compose does not bring up, the lesson itself says.
        return setup().cloned().collect();
    };
    // What one between them turns on, the others do not know of.
    let is_own = |at: usize, up: &StackCommand| {
        at == 0 || at + 1 == ups.len() || ![first.profiles(), last.profiles()].contains(&up.profiles())
    };
    let ups: Vec<&StackCommand> =
        ups.iter().enumerate().filter(|(at, up)| is_own(*at, up)).map(|(_, up)| *up).collect();
    // What takes files in is there once a step of the lesson itself tells it to.
    let runs = |steps: &[StepSpec], command: &StackCommand| {
        steps.iter().flat_map(StepSpec::runs).any(|run| *run == *command)
    };
    let done = &lesson.steps[..lesson.steps.len().min(index + 1)];
    let refresh =
        lesson.refresh.iter().filter(|command| runs(done, command) || !runs(&lesson.steps, command));
    ups.into_iter().chain(restarts).chain(setup()).chain(refresh).cloned().collect()
}

/// The services that the steps before the one at `index` have stopped or killed, and left so.
fn left_stopped(lesson: &LessonFile, index: usize) -> BTreeSet<String> {
    let mut stopped = BTreeSet::new();
    for command in lesson.steps[..index].iter().flat_map(StepSpec::runs) {
        let named = command.services();
        match command.verb() {
            Some("stop" | "kill") => stopped.extend(named),
            Some("up" | "start" | "restart" | "down") if named.is_empty() => stopped.clear(),
            Some("up" | "start" | "restart") => stopped.retain(|service| !named.contains(service)),
            _ => {}
        }
    }
    stopped
}

/// Whether the step says what changed and what did not, or who does not know of the change.
pub fn compares(step: &StepSpec) -> bool {
    step.checks.iter().any(|entry| match &entry.spec {
        CheckSpec::Unchanged(_) => true,
        CheckSpec::Spread(spread) => spread.wants_silent(),
        _ => false,
    })
}

/// Whether the step shows data that outlive what runs.
fn keeps_data(step: &StepSpec) -> bool {
    step.checks
        .iter()
        .any(|entry| matches!(&entry.spec, CheckSpec::NothingLeft(check) if check.keeps_volumes()))
}

/// Whether the step's own action needs the stack of the steps before: one that brings the stack
/// up, or takes it down, does not care, unless it is compared with what was.
pub fn needs_stack(step: &StepSpec) -> bool {
    match step.actions().into_iter().find(Action::is_of_the_stack) {
        Some(Action::Run(first) | Action::Fail(first, _)) => {
            compares(step) || keeps_data(step) || !matches!(first.verb(), Some("up" | "down"))
        }
        first => first.is_some(),
    }
}

impl Session {
    /// Whether the stack is as the step at `index` finds it: every service is ready, each with as
    /// many replicas as the last command before it asked for.
    pub fn is_at_start(&self, index: usize, observed: &Observed) -> bool {
        let commands = state_commands(&self.lesson.file, index);
        if commands.is_empty() {
            return false;
        }
        let last = commands.iter().rfind(|command| command.verb() == Some("up"));
        let mut scaled = last.map(scales).unwrap_or_default();
        // What the engine is to keep it says itself.
        let kept = observed.services.iter();
        scaled.extend(kept.filter_map(|one| Some((one.name.as_str(), usize::try_from(one.wanted?).ok()?))));
        let files = self.files();
        let Ok(compose) = files.compose() else { return false };
        let stopped = left_stopped(&self.lesson.file, index);
        let as_wanted = |name: &str| {
            if stopped.contains(name) {
                return true;
            }
            let wanted = scaled.iter().find(|(service, _)| *service == name).map(|(_, count)| *count);
            let all = observed.of(name).count();
            all > 0
                && wanted.is_none_or(|wanted| wanted == all)
                && observed.of(name).all(|one| one.is_ready())
        };
        let named: Vec<&str> = commands.iter().flat_map(StackCommand::profiles).collect();
        let mut env = files.env();
        if !named.is_empty() {
            env.set("COMPOSE_PROFILES", &named.join(","));
        }
        let mut on = compose.model.services.iter().filter(|service| is_active(service, &env));
        on.all(|service| as_wanted(&service.name.value))
    }

    /// Waits until the stack is as the step at `index` finds it, or its time is over; what runs then
    /// is what a check of change compares with.
    ///
    /// # Errors
    /// The engine does not answer.
    pub async fn await_start(&mut self, index: usize) -> Result<(), EngineError> {
        let deadline = Instant::now() + stack::READY;
        loop {
            let observed = self.engine.observe(&self.project(), Detail::StartTimes).await?;
            if self.is_at_start(index, &observed) || Instant::now() >= deadline {
                self.progress.baseline = baseline(&observed);
                return Ok(());
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// After a check of change that has not passed: where the stack is as the step finds it, it is
    /// what the next such check compares with, so that doing the step again by hand mends it.
    pub(super) async fn renew_baseline(&mut self, report: &StepReport) {
        let changed = |kind: &str| report.checks.iter().any(|one| one.kind == kind && !one.verdict.is_pass());
        let Some(index) = self.lesson.step_index(&report.id).filter(|_| changed("unchanged")) else { return };
        if let Ok(observed) = self.engine.observe(&self.project(), Detail::StartTimes).await
            && self.is_at_start(index, &observed)
        {
            self.progress.baseline = baseline(&observed);
        }
    }
}

/// The services and numbers of `--scale SERVICE=NUMBER`.
fn scales(command: &StackCommand) -> Vec<(&str, usize)> {
    let StackCommand::Compose(args) = command else { return Vec::new() };
    let values = args.iter().zip(args.iter().skip(1)).filter(|(option, _)| *option == "--scale");
    let values = values.map(|(_, value)| value.as_str());
    let joined = args.iter().filter_map(|arg| arg.strip_prefix("--scale="));
    let pairs = values.chain(joined).filter_map(|value| value.split_once('='));
    pairs.filter_map(|(service, count)| Some((service, count.parse().ok()?))).collect()
}
