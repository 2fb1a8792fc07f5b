//! The checks of a step, asked one after the other: each judged, asked again while what it sees is
//! settling, and said.

use std::time::Instant;

use super::waits::Wait;
use super::{AGAIN, Scope, Session, is_static, prober};
use crate::check::application::Application;
use crate::check::seen::Seen;
use crate::check::{Needs, Outcome, Verdict, World};
use crate::event::{CheckReport, Event, StepReport};
use crate::lesson::model::{CheckEntry, StepSpec};
use workshop_engine::{Detail, EngineError, Observed};
use workshop_text::Text;

impl Session {
    /// Asks the checks of one step and says each answer as it comes.
    pub async fn check_step(&self, index: usize, scope: Scope) -> StepReport {
        let step = self.step(index);
        let app = self.application();
        let asked: Vec<&CheckEntry> =
            step.checks.iter().filter(|entry| scope == Scope::All || is_static(entry)).collect();
        let snapshot = self.snapshot(&asked).await;
        let mut reports: Vec<CheckReport> = Vec::new();
        for entry in &asked {
            let report = self.ask(step, entry, app, snapshot.as_ref(), &reports).await;
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

    /// Asks one check of a step, between what the step does, and says the answer; none where the step
    /// has no check of that id.
    pub async fn check_between(&self, index: usize, id: &str) -> Option<CheckReport> {
        let step = self.step(index);
        let entry = step.checks.iter().find(|entry| entry.id == id)?;
        Some(self.ask(step, entry, self.application(), None, &[]).await)
    }

    /// Asks one check, once those `before` it are answered, and says its answer.
    async fn ask(
        &self,
        step: &StepSpec,
        entry: &CheckEntry,
        app: &Application,
        snapshot: Option<&Result<Observed, EngineError>>,
        before: &[CheckReport],
    ) -> CheckReport {
        let title = self.check_title(&step.id, &entry.id);
        let (step_id, check) = (step.id.clone(), entry.id.clone());
        self.emit(Event::CheckStarted { step: step_id, check, title: title.clone() });
        let begun = Instant::now();
        let verdict = match blocked(entry, before) {
            Some(verdict) => verdict,
            None => {
                let judged = self.settle(step, entry, app, snapshot);
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
            points: step.points(entry),
            proves: if verdict.vacuous { String::new() } else { self.proves(&step.id, &entry.id) },
            predictions: self.predicted(&step.id, &entry.id, &verdict),
            verdict,
            ms: begun.elapsed().as_secs_f64() * 1000.0,
        };
        self.emit(Event::CheckFinished(Box::new(report.clone())));
        report
    }

    /// One look at the stack that serves every check of the step, where one of them needs it.
    async fn snapshot(&self, asked: &[&CheckEntry]) -> Option<Result<Observed, EngineError>> {
        let detail = asked.iter().filter_map(|entry| detail(&entry.spec.check().needs())).max()?;
        Some(self.engine.observe(&self.project(), detail).await)
    }

    /// Judges a check; asks again while what it sees is settling, until its time is over; and lets
    /// a pass hold as long as the check says.
    async fn settle(
        &self,
        step: &StepSpec,
        entry: &CheckEntry,
        app: &Application,
        snapshot: Option<&Result<Observed, EngineError>>,
    ) -> Verdict {
        let mut wait = Wait::begin(self, &step.id, entry);
        let secrets = app.files.secrets();
        let mut first = snapshot;
        let mut holding: Option<Instant> = None;
        let mut is_first = true;
        loop {
            let verdict = secrets.hide_in(self.judge(step, entry, app, first.take()).await);
            if verdict.is_pass() {
                let since = *holding.get_or_insert_with(Instant::now);
                if since.elapsed() >= entry.hold {
                    return verdict;
                }
            } else {
                holding = None;
                // What runs from an old image does not come right by waiting.
                if std::mem::take(&mut is_first)
                    && let Some(old) = self.old_image(entry, app).await
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
        app: &Application,
        snapshot: Option<&Result<Observed, EngineError>>,
    ) -> Verdict {
        let check = entry.spec.check();
        let needs = check.needs();
        let answers = self.progress.steps.get(&step.id).map(|step| &step.answers);
        let mut world = World {
            app,
            stack: None,
            seen: None,
            baseline: &self.progress.baseline,
            answer: answers.and_then(|answers| answers.get(&entry.id)).map(String::as_str),
        };
        let Some(detail) = detail(&needs) else { return check.judge(&world) };
        let observed = match snapshot {
            Some(seen) => seen.clone(),
            None => self.engine.observe(&self.project(), detail).await,
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
