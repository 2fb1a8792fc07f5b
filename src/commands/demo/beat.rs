//! What a step of a demo is made of: one [`Beat`] after another, each shown and done.

use std::slice;

use crate::app::error::AppError;
use crate::app::questions::open_questions;
use crate::app::{checks, doing, environment, predictions, questions};
use crate::check::Outcome;
use crate::commands::demo::link;
use crate::commands::demo::show::{Show, Stop};
use crate::commands::demo::view;
use crate::demo::drift::Drift;
use crate::demo::stage::Order;
use crate::engine::{Detail, StackCommand};
use crate::event::{About, Event, Notice, Tone};
use crate::lesson::action::Action;
use crate::session::Scope;
use crate::session::Session;
use crate::text::Text;

/// What is shown and done at one press of a key.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Beat {
    Explain,
    /// What the room expects.
    Predict(String),
    /// Asked before it is answered.
    Question(String),
    Act(Action),
    Checks,
}

impl Show<'_> {
    /// Shows and does one beat; false where it did not go well, which the screen says.
    pub(crate) async fn play(&mut self, at: usize, beat: &Beat) -> Result<bool, Stop> {
        // The presenter had the time to change a file.
        self.session.look_again();
        let done = match beat {
            Beat::Explain => {
                self.session.progress.step.clone_from(&self.session.lesson.file.steps[at].id);
                self.stage.tell(Event::Step(view(&self.session, at))).await?;
                match self.say_built(at, ["demo-built", "demo-built-idle"]).await {
                    Ok(()) => self.say_address(browses(&self.session, at)).await,
                    error => error,
                }
            }
            Beat::Predict(id) => self.predict(at, id).await,
            Beat::Act(action @ (Action::Copy | Action::Edit(_))) => self.edit(at, action).await,
            Beat::Act(Action::Check(id)) => {
                let Self { stage, session, .. } = self;
                stage.watch(doing::hold(session, at, id)).await?.map_err(Stop::Error)
            }
            Beat::Act(action @ Action::Run(command)) => match self.command(command, action).await {
                Ok(()) => self.say_address(false).await,
                error => error,
            },
            Beat::Act(action @ (Action::Fail(command, _) | Action::Try(command))) => {
                self.command(command, action).await
            }
            Beat::Act(Action::Browse(requests)) => self
                .stage
                .watch(environment::browse(&self.app, &self.session, requests))
                .await?
                .map_err(Stop::Error),
            Beat::Question(id) => {
                let step = self.session.lesson.file.steps[at].id.clone();
                let question = open_questions(&self.session, &step).into_iter().find(|one| one.id == *id);
                match question {
                    Some(question) => Ok(self.stage.tell(Event::Question(question)).await?),
                    None => Ok(()),
                }
            }
            Beat::Act(Action::Answer { id, choice }) => self.answer(id, *choice).await,
            Beat::Checks => return self.checks(at).await,
        };
        self.or_said(done).await
    }

    /// Asks the room; what it says is kept, and stands beside the result.
    async fn predict(&mut self, at: usize, id: &str) -> Result<(), Stop> {
        let step = self.session.lesson.file.steps[at].id.clone();
        let mut open = predictions::open(&self.session, &step).into_iter();
        let Some(question) = open.find(|one| one.id == *id) else { return Ok(()) };
        self.stage.tell(Event::Question(question.clone())).await?;
        self.ask_room(at, &question);
        loop {
            let said = self.stage.guess().await?;
            let votes = self.stage.bottom.votes.clone();
            let said = match said {
                Some(words) if words.is_empty() => self.first_taken(id, link::as_typed(&question, &votes)),
                words => words.unwrap_or_default(),
            };
            match predictions::take(&self.app, &mut self.session, id, &said) {
                Err(AppError::Usage(why)) => self.stage.notice(Tone::Info, why).await?,
                other => {
                    other?;
                    self.stage.watch(std::future::ready(())).await?;
                    return self.say_votes(&votes).await;
                }
            }
        }
    }

    /// Of what the room voted, the most wanted that is a guess of its kind; else nothing.
    fn first_taken(&self, id: &str, votes: Vec<String>) -> String {
        votes.into_iter().find(|vote| predictions::is_guess(&self.session, id, vote)).unwrap_or_default()
    }

    /// What was built, and what runs now, as it was seen.
    async fn say_built(&mut self, at: usize, built: [&'static str; 2]) -> Result<(), Stop> {
        let Some(time) = self.built_in.take() else { return Ok(()) };
        let observed = self.session.engine.observe(&self.session.project(), Detail::Listing).await?;
        let mut counts = std::collections::BTreeMap::<&str, usize>::new();
        for replica in observed.replicas.iter().filter(|replica| replica.is_running()) {
            *counts.entry(&replica.service).or_default() += 1;
        }
        let runs: Vec<String> = counts.iter().map(|(service, count)| format!("{service} {count}")).collect();
        let seconds = format!("{:.1}", time.as_secs_f64());
        let text = Text::new(built[usize::from(runs.is_empty())]).with("number", at + 1);
        self.aside(Tone::Info, text.with("runs", runs).with("seconds", seconds)).await
    }

    /// What went wrong is said, and is no reason to end.
    pub(crate) async fn or_said(&mut self, done: Result<(), Stop>) -> Result<bool, Stop> {
        match done {
            Ok(()) => Ok(true),
            Err(Stop::Error(error)) => {
                self.stage.tell(Event::Failure(error.failure())).await?;
                Ok(false)
            }
            Err(stop) => Err(stop),
        }
    }

    async fn edit(&mut self, at: usize, action: &Action) -> Result<(), Stop> {
        let step = self.session.lesson.file.steps[at].clone();
        let plan = self.session.plan_action(at, action)?;
        if *action == Action::Copy {
            let text = Text::new("app-will-copy")
                .with("start", self.session.lesson.file.start.to_string())
                .with("count", plan.diff.files.len());
            let notice = Notice { about: About::Copying, ..Notice::new(Tone::Info, text) };
            self.stage.tell(Event::Notice(notice)).await?;
        } else if plan.is_empty() {
            self.stage.notice(Tone::Info, Text::new("app-already-applied")).await?;
        } else {
            self.stage.tell(Event::Diff(plan.diff.clone())).await?;
        }
        doing::write(&self.app, &mut self.session, &step.id, plan)?;
        if *action == Action::Copy {
            environment::ensure_env(&self.app, &mut self.session)?;
        }
        self.stage.watch(std::future::ready(())).await?;
        Ok(())
    }

    /// With a reason, it has to fail for that one.
    async fn command(&mut self, command: &StackCommand, action: &Action) -> Result<(), Stop> {
        environment::ensure_env(&self.app, &mut self.session)?;
        let project = self.session.project();
        let observed = match command.needs_stack() {
            true => self.session.engine.observe(&project, Detail::Listing).await.ok(),
            false => None,
        };
        let shown = command.display_in(self.session.engine.kind(), &project.name, observed.as_ref());
        self.stage.type_command(&shown).await?;
        while self.stage.holds
            && !self.stage.by_hand
            && self.ask(Text::new("demo-ask-run")).await? != Order::Next
        {}
        let Self { app, stage, session, .. } = self;
        match action {
            Action::Fail(_, because) => {
                stage.watch(environment::run_refused(app, session, command, *because)).await??;
            }
            Action::Try(_) => stage.watch(environment::try_command(app, session, command)).await??,
            _ => stage.watch(environment::run_commands(app, session, slice::from_ref(command))).await??,
        }
        Ok(())
    }

    async fn answer(&mut self, id: &str, choice: usize) -> Result<(), Stop> {
        questions::take_answer(&self.app, &mut self.session, id, &choice.to_string())?;
        self.stage.watch(std::future::ready(())).await?;
        Ok(())
    }

    async fn checks(&mut self, at: usize) -> Result<bool, Stop> {
        questions::confirm_all(&mut self.session, at);
        let Self { app, stage, session, .. } = self;
        let run = stage.watch(checks::check_steps(app, session, &[at], &|_| Scope::All)).await?;
        let run = match run {
            Ok(run) => run,
            Err(error) => return self.or_said(Err(Stop::Error(error))).await,
        };
        self.resolve_in_room(&run);
        let good = run.outcome == Outcome::Pass;
        if !good {
            self.aside(Tone::Next, Text::new("demo-failed")).await?;
        }
        Ok(good)
    }

    /// The same once more. A change of files is made from the state before it.
    pub(crate) async fn again(&mut self, at: usize, beat: &Beat) -> Result<bool, Stop> {
        match beat {
            // A later edit is made anew in what the one before it made.
            Beat::Act(action @ Action::Edit(patch)) if !is_first(&self.session, at, action) => {
                let edits = self.session.step(at).edits().position(|edit| edit == patch);
                let plan = self.session.plan_stage(at, edits.unwrap_or_default())?;
                let id = self.session.step(at).id.clone();
                doing::write(&self.app, &mut self.session, &id, plan)?;
            }
            Beat::Explain | Beat::Act(Action::Copy | Action::Edit(_)) => {
                self.go_to(at).await?;
                if *beat != Beat::Explain {
                    self.built_in = None;
                    self.stage.tell(Event::Step(view(&self.session, at))).await?;
                }
            }
            Beat::Act(Action::Answer { id, .. }) | Beat::Question(id) => {
                let step = self.session.lesson.file.steps[at].id.clone();
                if let Some(record) = self.session.progress.steps.get_mut(&step) {
                    record.answers.remove(id);
                }
            }
            Beat::Predict(id) => {
                let step = self.session.lesson.file.steps[at].id.clone();
                if let Some(record) = self.session.progress.steps.get_mut(&step) {
                    record.guesses.remove(id);
                }
            }
            Beat::Act(
                Action::Run(_) | Action::Fail(..) | Action::Try(_) | Action::Browse(_) | Action::Check(_),
            )
            | Beat::Checks => {}
        }
        self.play(at, beat).await
    }

    /// The step as the reference has it: its start, then what it does, without a show; and its
    /// checks again, where they were being shown.
    pub(crate) async fn restore(&mut self, at: usize, beats: &[Beat]) -> Result<bool, Stop> {
        let step = self.session.lesson.file.steps[at].id.clone();
        // What the room has said stays said.
        let guesses = self.session.progress.steps.get(&step).map(|record| record.guesses.clone());
        let before = self.snapshot().await;
        self.go_to(at).await?;
        self.session.progress.steps.entry(step).or_default().guesses = guesses.unwrap_or_default();
        let acts = |beat: &Beat| !matches!(beat, Beat::Explain | Beat::Predict(_) | Beat::Checks);
        if beats.iter().any(acts) {
            self.stage.silent = true;
            let Self { app, stage, session, .. } = self;
            let done = stage.watch(doing::do_step(app, session, at)).await;
            self.stage.silent = false;
            let done = done?.map(drop).map_err(Stop::Error);
            if !self.or_said(done).await? {
                return Ok(false);
            }
        }
        let mended = before.until(&self.snapshot().await);
        let said = self.say_mended(at, mended).await;
        if !self.or_said(said).await? {
            return Ok(false);
        }
        match beats.last() {
            Some(Beat::Checks) => self.checks(at).await,
            _ => Ok(true),
        }
    }

    /// What was not as the lesson has it, as far as that can be seen; or that there was nothing to do.
    async fn say_mended(&mut self, at: usize, mended: Drift) -> Result<(), Stop> {
        if mended.is_empty() {
            self.built_in = None;
            let text = Text::new("demo-restored-nothing").with("number", at + 1);
            return self.aside(Tone::Info, text).await;
        }
        self.say_built(at, ["demo-restored", "demo-restored-idle"]).await?;
        let is_clean = self.stage.bottom.clean;
        for text in mended.in_words().into_iter().filter(|_| !is_clean) {
            self.stage.notice(Tone::Info, text).await?;
        }
        Ok(())
    }
}

/// Whether the room's browser is what the step is about.
fn browses(session: &Session, at: usize) -> bool {
    session.lesson.file.steps[at].actions().iter().any(|action| matches!(action, Action::Browse(_)))
}

/// Whether it is the first thing that the step does.
fn is_first(session: &Session, at: usize, action: &Action) -> bool {
    session.step(at).actions().first() == Some(action)
}

/// What is shown and done in a step, in order.
pub(crate) fn beats(session: &Session, at: usize) -> Vec<Beat> {
    let step = &session.lesson.file.steps[at];
    let known = |id: &str| {
        session.step_prose(&step.id).is_some_and(|prose| prose.questions.iter().any(|one| one.id == id))
    };
    let mut beats = vec![Beat::Explain];
    beats.extend(step.predictions.iter().map(|one| Beat::Predict(one.id.clone())));
    for action in step.actions() {
        if let Action::Answer { id, .. } = &action {
            if !known(id) {
                continue;
            }
            beats.push(Beat::Question(id.clone()));
        }
        beats.push(Beat::Act(action));
    }
    beats.push(Beat::Checks);
    beats
}
