//! One learner at one lesson: apply → observe → check → record. A [`Session`] knows the lesson, the
//! workspace and an engine, and says what happens as [`Event`]s; it knows no terminal.

pub mod back;
pub mod change;
pub mod consent;
mod http;
mod old_image;
pub mod ports;
mod prober;
pub mod removal;
mod scaling;
pub mod stack;
pub mod start;
mod waits;

use std::time::{Duration, Instant};

use crate::check::files::Files;
use crate::check::probe::Seen;
use crate::check::{Needs, Outcome, Verdict, World};
use crate::emit::Emit;
use crate::event::{CheckReport, Event, StepReport, StepState};
use crate::lesson::Lesson;
use crate::lesson::markdown::Prose;
use crate::lesson::model::{CheckEntry, StepSpec};
use crate::workspace::Workspace;
use crate::workspace::progress::Progress;
use workshop_engine::{Detail, Engine, EngineError, Observed, Project};
use workshop_text::Text;

/// How long a live check waits before it looks again.
const AGAIN: Duration = Duration::from_millis(150);

/// Which checks of a step are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every check of the step.
    All,
    /// Those that need no running stack.
    Static,
}

/// One learner at one lesson.
pub struct Session<'a> {
    /// The lesson that the learner is at.
    pub lesson: &'a Lesson,
    /// Its words, in the learner's language and for the engine in use.
    pub prose: &'a Prose,
    /// The learner's folder, and the runner's beside it.
    pub workspace: &'a Workspace,
    /// What the lesson's stack runs on.
    pub engine: &'a dyn Engine,
    /// What the engine calls this workspace's stack.
    pub project: Project,
    /// Where the learner is. A session changes this copy; the caller saves it.
    pub progress: Progress,
    /// Without it no command of the lesson is run.
    pub consent: Option<consent::Consent>,
    /// Where events go.
    pub emit: Emit,
    /// What a check owes the stack while it is asked.
    pub owing: back::Owing,
}

impl Session<'_> {
    pub(crate) fn emit(&self, event: Event) {
        self.emit.say(&event);
    }

    /// The step with that place in the lesson; places come from the lesson itself.
    pub fn step(&self, index: usize) -> &StepSpec {
        &self.lesson.file.steps[index]
    }

    /// The place of the step that the learner is at.
    pub fn current(&self) -> usize {
        self.lesson.step_index(&self.progress.step).unwrap_or(0)
    }

    /// The step's title in the learner's language; its id where the lesson has no words for it.
    pub fn title(&self, step: &str) -> String {
        let prose = self.prose.steps.iter().find(|prose| prose.id == step);
        prose.map_or_else(|| step.to_owned(), |prose| prose.title.clone())
    }

    /// What the check `id` is called; its id where the lesson has no name for it.
    pub fn check_title(&self, step: &str, id: &str) -> String {
        let prose = self.prose.steps.iter().find(|prose| prose.id == step);
        prose.and_then(|prose| prose.title_of(id)).unwrap_or(id).to_owned()
    }

    /// Asks the checks of one step and says each answer as it comes.
    pub async fn check_step(&self, index: usize, scope: Scope) -> StepReport {
        let step = self.step(index);
        let files = Files::load(&self.workspace.dir(), self.lesson);
        let asked: Vec<&CheckEntry> =
            step.checks.iter().filter(|entry| scope == Scope::All || is_static(entry)).collect();
        let snapshot = self.snapshot(&asked).await;
        let mut reports: Vec<CheckReport> = Vec::new();
        for entry in &asked {
            let title = self.check_title(&step.id, &entry.id);
            let (step_id, check) = (step.id.clone(), entry.id.clone());
            self.emit(Event::CheckStarted { step: step_id, check, title: title.clone() });
            let begun = Instant::now();
            let verdict = match blocked(entry, &reports) {
                Some(verdict) => verdict,
                None => {
                    let judged = self.settle(step, entry, &files, snapshot.as_ref());
                    match entry.spec.check().needs().is_disruptive() {
                        true => self.undisturbed(step, entry, judged).await,
                        false => judged.await,
                    }
                }
            };
            let report = CheckReport {
                step: step.id.clone(),
                id: entry.id.clone(),
                title,
                kind: entry.spec.kind(),
                verdict,
                ms: begun.elapsed().as_secs_f64() * 1000.0,
            };
            self.emit(Event::CheckFinished(report.clone()));
            reports.push(report);
        }
        let report = StepReport {
            id: step.id.clone(),
            number: index + 1,
            title: self.title(&step.id),
            outcome: reports.iter().map(|report| report.verdict.outcome).max().unwrap_or(Outcome::Pass),
            left_out: step.checks.len() - asked.len(),
            checks: reports,
        };
        if !report.checks.is_empty() {
            self.emit(Event::StepFinished(report.clone()));
        }
        report
    }

    /// One look at the stack that serves every check of the step, where one of them needs it.
    async fn snapshot(&self, asked: &[&CheckEntry]) -> Option<Result<Observed, EngineError>> {
        let detail = asked.iter().filter_map(|entry| detail(&entry.spec.check().needs())).max()?;
        Some(self.engine.observe(&self.project, detail).await)
    }

    /// Judges a check; asks again while what it sees is settling, until its time is over; and lets
    /// a pass hold as long as the check says.
    async fn settle(
        &self,
        step: &StepSpec,
        entry: &CheckEntry,
        files: &Files,
        snapshot: Option<&Result<Observed, EngineError>>,
    ) -> Verdict {
        let mut wait = waits::Wait::begin(self, &step.id, entry);
        let secrets = files.secrets();
        let mut first = snapshot;
        let mut holding: Option<Instant> = None;
        let mut is_first = true;
        loop {
            let verdict = secrets.hide_in(self.judge(step, entry, files, first.take()).await);
            if verdict.is_pass() {
                let since = *holding.get_or_insert_with(Instant::now);
                if since.elapsed() >= entry.hold {
                    return verdict;
                }
            } else {
                holding = None;
                // What runs from an old image does not come right by waiting.
                if std::mem::take(&mut is_first)
                    && let Some(old) = self.old_image(entry, files).await
                {
                    return old;
                }
                if let Some(ended) = wait.ended(&verdict).await {
                    return secrets.hide_in(ended);
                }
                if !verdict.settling || wait.is_over() {
                    return verdict;
                }
                wait.say(&verdict);
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    async fn judge(
        &self,
        step: &StepSpec,
        entry: &CheckEntry,
        files: &Files,
        snapshot: Option<&Result<Observed, EngineError>>,
    ) -> Verdict {
        let check = entry.spec.check();
        let needs = check.needs();
        let answers = self.progress.steps.get(&step.id).map(|step| &step.answers);
        let mut world = World {
            files,
            stack: None,
            seen: None,
            baseline: &self.progress.baseline,
            answer: answers.and_then(|answers| answers.get(&entry.id)).map(String::as_str),
        };
        let Some(detail) = detail(&needs) else { return check.judge(&world) };
        let observed = match snapshot {
            Some(seen) => seen.clone(),
            None => self.engine.observe(&self.project, detail).await,
        };
        let observed = match observed {
            Ok(observed) => observed,
            Err(error) => return Verdict::environment(error.text()),
        };
        // Where nothing runs, nothing is on its way: the learner need not wait for it.
        let settling = |verdict: Verdict, observed: &Observed| Verdict {
            settling: verdict.settling && !observed.replicas.is_empty(),
            ..verdict
        };
        let Needs::Probe(probe) = &needs else {
            world.stack = Some(&observed);
            return settling(check.judge(&world), &observed);
        };
        let prober = prober::Prober { session: self, step };
        let (seen, observed) = match prober.ask(probe, observed).await {
            Ok(found) => found,
            Err((error, observed)) => (Seen::Engine(error), observed),
        };
        world.stack = Some(&observed);
        world.seen = Some(&seen);
        settling(check.judge(&world), &observed)
    }

    /// Records what came of a step: its state, and the replicas as they are now, to compare with.
    /// A check of change that failed gets something to compare with that can be mended.
    pub async fn record(&mut self, report: &StepReport) {
        if report.outcome != Outcome::Pass || report.left_out > 0 {
            return self.renew_baseline(report).await;
        }
        self.mark(&report.id, StepState::Passed);
        let is_live = self
            .lesson
            .step_index(&report.id)
            .is_some_and(|index| self.step(index).checks.iter().any(|entry| !is_static(entry)));
        if is_live {
            self.take_baseline().await;
        }
    }

    fn mark(&mut self, step: &str, state: StepState) {
        self.progress.steps.entry(step.to_owned()).or_default().state = state;
    }

    /// Remembers the running replicas and their start times.
    pub async fn take_baseline(&mut self) {
        if let Ok(observed) = self.engine.observe(&self.project, Detail::StartTimes).await {
            self.progress.baseline = stack::baseline(&observed);
        }
    }
}

/// What the engine calls a workspace.
pub fn project_of(lesson: &Lesson, workspace: &Workspace, progress: &Progress) -> Project {
    let named = Files::load(&workspace.dir(), lesson).compose_name();
    Project::resolve(&workspace.dir(), progress.project.as_deref(), named)
}

/// The check reads only files and answers, and needs no running stack.
pub fn is_static(entry: &CheckEntry) -> bool {
    entry.spec.check().needs().is_static()
}

const fn detail(needs: &Needs) -> Option<Detail> {
    match needs {
        Needs::Files | Needs::Answer => None,
        Needs::Stack(detail) => Some(*detail),
        Needs::Probe(_) => Some(Detail::Listing),
    }
}

/// A check that changes the stack is not asked before those above it pass; and where the machine
/// is in the way, the live checks after it would only say the same again.
fn blocked(entry: &CheckEntry, before: &[CheckReport]) -> Option<Verdict> {
    let needs = entry.spec.check().needs();
    let worst = before.iter().map(|report| report.verdict.outcome).max()?;
    if needs.is_static() || worst == Outcome::Pass {
        return None;
    }
    if before.iter().any(|report| report.verdict.ended.is_some()) {
        return Some(Verdict::not_yet(Text::new("check-not-asked-ended")));
    }
    if worst == Outcome::Environment {
        return Some(Verdict::environment(Text::new("check-not-asked-environment")));
    }
    needs.is_disruptive().then(|| Verdict::not_yet(Text::new("check-not-asked-yet")))
}
