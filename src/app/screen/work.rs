//! The worker: what is done for the screen, one job after the other, by the functions that the
//! commands use.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};

use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedSender;

use crate::app::ask::{Asker, Question, Reply};
use crate::app::environment::half_run;
use crate::app::error::AppError;
use crate::app::words::open_questions;
use crate::app::{App, Session, listen};
use crate::check::{CheckSpec, Needs};
use crate::engine::{Detail, Project, StackCommand};
use crate::event::{DiffView, Event, StepState};
use crate::lesson::model::CheckEntry;
use crate::report::tui::{CheckLine, CheckState, Here};
use crate::session::{Scope, is_static};
use crate::text::{Lang, Text};
use crate::workspace::progress::Progress;

/// Something to do.
#[derive(Clone, Debug)]
pub(super) enum Job {
    Check,
    /// The static checks of the step, after a file was saved.
    Saved,
    /// Where the lesson is, after somebody wrote that down.
    Look,
    Apply,
    Hint,
    Diff,
    Prompt,
    /// The step's questions, or the confirmation of what the learner says of himself.
    Answer,
    Next {
        skip: bool,
    },
    Goto(String),
    Undo,
    Reset,
    Scale {
        service: String,
        count: usize,
    },
    Page,
    Language(Lang),
    Build(String),
}

impl Job {
    /// It says what it is at; the others are over before anybody reads that.
    pub(super) const fn is_action(&self) -> bool {
        let quick = matches!(self, Self::Hint | Self::Diff | Self::Prompt | Self::Page | Self::Language(_));
        !quick && !matches!(self, Self::Saved | Self::Look)
    }

    /// It may write the learner's files.
    pub(super) const fn writes(&self) -> bool {
        matches!(self, Self::Apply | Self::Undo | Self::Reset | Self::Build(_) | Self::Scale { .. })
    }

    pub(super) fn doing(&self) -> Text {
        match self {
            Self::Check => Text::new("screen-doing-check"),
            Self::Saved => Text::new("screen-doing-saved"),
            Self::Apply => Text::new("screen-doing-apply"),
            Self::Undo => Text::new("screen-doing-undo"),
            Self::Reset => Text::new("screen-doing-reset"),
            Self::Build(_) => Text::new("screen-doing-build"),
            Self::Scale { service, count } => {
                Text::new("screen-doing-scale").with("service", service.as_str()).with("count", *count)
            }
            _ => Text::new("screen-doing-other"),
        }
    }
}

/// A job, and how it is ended before its end.
pub(super) struct Work {
    pub job: Job,
    pub stop: Arc<Notify>,
}

/// What came of a job, besides its events.
#[derive(Debug)]
pub(super) enum Outcome {
    Done,
    Diff(DiffView),
    Prompt(String),
    /// Where the page is, if it is up.
    Page(Option<String>),
    /// The step is not passed, and is left only when the learner says so.
    NotPassed,
    /// There is no such thing here.
    Nothing(Text),
    /// It has its own words now.
    Language(Lang),
}

/// What the worker says.
pub(super) enum Said {
    Event(Box<Event>),
    Asked(Question, SyncSender<Reply>),
    /// Where the learner is now, what the engine calls the workspace, and what is written down.
    Here(Box<Here>, Project, Box<Progress>),
    Ended(Job, Result<Outcome, AppError>),
}

/// The worker's own way of speaking: what it says goes to the screen.
pub(super) struct Worker {
    app: App,
    said: UnboundedSender<Said>,
}

impl App {
    /// The same program, speaking to the screen.
    pub(super) fn for_worker(&self, said: UnboundedSender<Said>) -> Worker {
        let asking = said.clone();
        let door = Arc::new(move |question: Question| {
            let (reply, answer) = sync_channel(1);
            asking.send(Said::Asked(question, reply)).ok()?;
            answer.recv().ok()
        });
        let app = Self {
            global: self.global.clone(),
            lang: self.lang,
            reporter: Arc::clone(&self.reporter),
            emit: self.emit.through(listen::channel(said.clone(), |event| Said::Event(Box::new(event)))),
            interactive: true,
            asker: Asker::through(self.lang, self.asker.style(), door),
            catalog: self.catalog.clone(),
            registry: self.registry.clone(),
            said: Arc::clone(&self.said),
            half_done: Arc::default(),
        };
        Worker { app, said }
    }

    /// Where the learner is, for the screen.
    pub(super) fn here(&self, desk: &Session) -> Option<Here> {
        let step = self.step_view(desk)?;
        let entries = &desk.lesson.file.steps[step.number - 1].checks;
        let record = desk.progress.steps.get(&step.id).cloned().unwrap_or_default();
        let hints = desk.step_prose(&step.id).map(|prose| prose.hints.clone()).unwrap_or_default();
        let mut confirmations = entries.iter().filter(|entry| matches!(entry.spec, CheckSpec::Confirm(_)));
        let line = |entry: &CheckEntry| CheckLine {
            id: entry.id.clone(),
            title: desk.check_title(&step.id, &entry.id),
            live: !is_static(entry),
            state: CheckState::Open,
            before: None,
        };
        Some(Here {
            state: record.state,
            checks: entries.iter().map(line).collect(),
            status: self.status_view(desk, Ok(Vec::new())),
            reads_files: entries.iter().any(|entry| entry.spec.check().needs() == Needs::Files),
            hints: hints.into_iter().take(record.hints).collect(),
            questions: open_questions(desk, &step.id).len(),
            confirmed: confirmations.all(|entry| record.answers.contains_key(&entry.id)),
            finished: desk.is_finished(),
            next_lesson: self.next_lesson(desk),
            step,
        })
    }

    async fn job(&self, job: &Job) -> Result<Outcome, AppError> {
        let mut desk = self.desk()?;
        let index = desk.current();
        match job {
            Job::Check => self.ask_checks(&mut desk, index, Scope::All).await?,
            Job::Saved => self.ask_checks(&mut desk, index, Scope::Static).await?,
            Job::Look => {}
            Job::Apply => {
                if self.do_step(&mut desk, index).await? {
                    self.ask_checks(&mut desk, index, Scope::All).await?;
                }
            }
            Job::Answer => return self.answers(&mut desk, index).await,
            Job::Hint => self.one_hint(&mut desk)?,
            Job::Diff => return Ok(Outcome::Diff(desk.plan_step(index)?.diff)),
            Job::Prompt => {
                let prompt = desk.step_prose(&desk.progress.step).and_then(|prose| prose.prompt.clone());
                let none = || Outcome::Nothing(Text::new("app-no-prompt"));
                return Ok(prompt.map_or_else(none, Outcome::Prompt));
            }
            Job::Next { skip } => return self.step_on(&mut desk, index, *skip),
            Job::Goto(step) => self.move_to(&mut desk, step).await?,
            Job::Undo => drop(self.undo(false)?),
            Job::Reset => drop(self.reset(false).await?),
            Job::Scale { service, count } => self.scale(&mut desk, service, *count).await?,
            Job::Page => {
                let seen = desk.engine.observe(&desk.project(), Detail::Listing).await?;
                return Ok(Outcome::Page(desk.entry_url(&seen)));
            }
            Job::Language(lang) => {
                desk.progress.lang = Some(*lang);
                self.save(&desk.workspace, &desk.progress)?;
                return Ok(Outcome::Language(*lang));
            }
            Job::Build(step) => {
                self.build(&mut desk, step).await?;
                self.save(&desk.workspace, &desk.progress)?;
            }
        }
        Ok(Outcome::Done)
    }

    async fn ask_checks(&self, desk: &mut Session, index: usize, scope: Scope) -> Result<(), AppError> {
        let run = self.check_steps(desk, &[index], &|_| scope).await?;
        self.emit(Event::CheckRun(run));
        Ok(())
    }

    async fn answers(&self, desk: &mut Session, index: usize) -> Result<Outcome, AppError> {
        let entries = &desk.lesson.file.steps[index].checks;
        let has = |wanted: fn(&CheckSpec) -> bool| entries.iter().any(|entry| wanted(&entry.spec));
        let confirms = has(|spec| matches!(spec, CheckSpec::Confirm(_)));
        if !confirms && !has(|spec| matches!(spec, CheckSpec::Question(_))) {
            return Ok(Outcome::Nothing(Text::new("screen-no-question")));
        }
        self.ask_questions(desk)?;
        self.ask_confirms(desk)?;
        self.ask_checks(desk, index, Scope::All).await?;
        Ok(Outcome::Done)
    }

    fn step_on(&self, desk: &mut Session, index: usize, skip: bool) -> Result<Outcome, AppError> {
        let step = desk.step(index);
        if desk.state(&step.id) == StepState::Open && !step.optional && !skip {
            return Ok(Outcome::NotPassed);
        }
        desk.advance();
        self.save(&desk.workspace, &desk.progress)?;
        Ok(Outcome::Done)
    }

    async fn scale(&self, desk: &mut Session, service: &str, count: usize) -> Result<(), AppError> {
        if !desk.workspace.is_created() {
            return Err(AppError::Usage(Text::new("app-no-files-yet")));
        }
        self.consent(desk)?;
        self.ensure_env(desk)?;
        self.pay(desk).await?;
        let argument = format!("{service}={count}");
        let args = ["up", "-d", "--no-build", "--scale", &argument].map(str::to_owned).to_vec();
        let command = StackCommand::Compose(args);
        let half = half_run(&command, desk);
        let end = self.during(half, desk.run(&command)).await?;
        if end.success() { Ok(()) } else { Err(super::super::environment::command_failed(&argument, &end)) }
    }
}

/// Starts the worker's thread; it ends when nobody has jobs any more.
pub(super) fn start(worker: Worker) -> Sender<Work> {
    let (jobs, work) = channel();
    std::thread::spawn(move || worker.serve(&work));
    jobs
}

impl Worker {
    fn serve(mut self, work: &Receiver<Work>) {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
        while let Ok(Work { job, stop }) = work.recv() {
            let ended = runtime.block_on(async {
                tokio::select! {
                    biased;
                    () = stop.notified() => Err(AppError::Interrupted),
                    ended = self.app.job(&job) => ended,
                }
            });
            // What a check changed is brought back first; told once more, that is left.
            let ended = match ended {
                Err(AppError::Interrupted) => Err(runtime.block_on(self.app.interrupted(stop.notified()))),
                ended => ended,
            };
            if let Ok(Outcome::Language(lang)) = ended {
                self.app.lang = lang;
                self.app.global.lang = Some(lang);
            }
            if let Ok(desk) = self.app.desk()
                && let Some(here) = self.app.here(&desk)
            {
                let project = desk.project();
                let _ = self.said.send(Said::Here(Box::new(here), project, Box::new(desk.progress)));
            }
            if self.said.send(Said::Ended(job, ended)).is_err() {
                return;
            }
        }
    }
}
