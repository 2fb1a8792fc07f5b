//! The worker: what is done for the screen, one job after the other, by the functions that the
//! commands use.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};

use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedSender;

use crate::app::ask::{Asker, Question, Reply};
use crate::app::environment::half_run;
use crate::app::error::AppError;
use crate::app::questions::open_questions;
use crate::app::{
    Ctx, back, building, checks, consent, doing, environment, listen, predictions, questions, steps,
};
use crate::check::{CheckSpec, Needs};
use crate::commands::{reset, undo};
use crate::engine::{Detail, Project, StackCommand};
use crate::event::{DiffView, Event, StepState};
use crate::lesson::model::CheckEntry;
use crate::report::tui::{CheckLine, CheckState, Here};
use crate::session::Session;
use crate::session::{Scope, is_static};
use crate::text::{Lang, Text};
use crate::workspace::progress::Progress;

/// Something to do.
#[derive(Clone, Debug)]
pub(crate) enum Job {
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
    pub(crate) const fn is_action(&self) -> bool {
        let quick = matches!(self, Self::Hint | Self::Diff | Self::Prompt | Self::Page | Self::Language(_));
        !quick && !matches!(self, Self::Saved | Self::Look)
    }

    /// It may write the learner's files.
    pub(crate) const fn writes(&self) -> bool {
        matches!(self, Self::Apply | Self::Undo | Self::Reset | Self::Build(_) | Self::Scale { .. })
    }

    pub(crate) fn doing(&self) -> Text {
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
pub(crate) struct Work {
    pub job: Job,
    pub stop: Arc<Notify>,
}

/// What came of a job, besides its events.
#[derive(Debug)]
pub(crate) enum Outcome {
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
pub(crate) enum Said {
    Event(Box<Event>),
    Asked(Question, SyncSender<Reply>),
    /// Where the learner is now, what the engine calls the workspace, and what is written down.
    Here(Box<Here>, Project, Box<Progress>),
    Ended(Job, Result<Outcome, AppError>),
}

/// The worker's own way of speaking: what it says goes to the screen.
pub(crate) struct Worker {
    app: Ctx,
    said: UnboundedSender<Said>,
}

/// Starts the worker's thread; it ends when nobody has jobs any more.
pub(crate) fn start(worker: Worker) -> Sender<Work> {
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
                    ended = do_job(&self.app, &job) => ended,
                }
            });
            // What a check changed is brought back first; told once more, that is left.
            let ended = match ended {
                Err(AppError::Interrupted) => {
                    Err(runtime.block_on(back::interrupted(&self.app, stop.notified())))
                }
                ended => ended,
            };
            if let Ok(Outcome::Language(lang)) = ended {
                self.app.lang = lang;
                self.app.global.lang = Some(lang);
            }
            if let Ok(session) = self.app.session() {
                let (here, project) = (here(&self.app, &session), session.project());
                let _ = self.said.send(Said::Here(Box::new(here), project, Box::new(session.progress)));
            }
            if self.said.send(Said::Ended(job, ended)).is_err() {
                return;
            }
        }
    }
}

/// The same program, speaking to the screen.
pub(crate) fn for_worker(ctx: &Ctx, said: UnboundedSender<Said>) -> Worker {
    let asking = said.clone();
    let door = Arc::new(move |question: Question| {
        let (reply, answer) = sync_channel(1);
        asking.send(Said::Asked(question, reply)).ok()?;
        answer.recv().ok()
    });
    let app = Ctx {
        global: ctx.global.clone(),
        lang: ctx.lang,
        reporter: Arc::clone(&ctx.reporter),
        emit: ctx.emit.through(listen::channel(said.clone(), |event| Said::Event(Box::new(event)))),
        interactive: true,
        asker: Asker::through(ctx.lang, ctx.asker.style(), door),
        library: ctx.library.clone(),
        registry: ctx.registry.clone(),
        said: Arc::clone(&ctx.said),
        room: ctx.room.clone(),
        half_done: Arc::default(),
    };
    Worker { app, said }
}

/// Where the learner is, for the screen.
pub(crate) fn here(ctx: &Ctx, session: &Session) -> Here {
    let step = steps::step_view(session, session.current());
    let entries = &session.lesson.file.steps[step.number - 1].checks;
    let record = session.progress.steps.get(&step.id).cloned().unwrap_or_default();
    let hints = session.step_prose(&step.id).map(|prose| prose.hints.clone()).unwrap_or_default();
    let mut confirmations = entries.iter().filter(|entry| matches!(entry.spec, CheckSpec::Confirm(_)));
    let line = |entry: &CheckEntry| CheckLine {
        id: entry.id.clone(),
        title: session.check_title(&step.id, &entry.id),
        live: !is_static(entry),
        state: CheckState::Open,
        before: None,
    };
    Here {
        state: record.state,
        checks: entries.iter().map(line).collect(),
        status: steps::status_view(session, Ok(Vec::new())),
        reads_files: entries.iter().any(|entry| entry.spec.check().needs() == Needs::Files),
        hints: hints.into_iter().take(record.hints).collect(),
        questions: open_questions(session, &step.id).len(),
        predictions: session.open_predictions(&step.id).len(),
        confirmed: confirmations.all(|entry| record.answers.contains_key(&entry.id)),
        finished: session.is_finished(),
        next_lesson: steps::next_lesson(ctx, session),
        step,
    }
}

async fn do_job(ctx: &Ctx, job: &Job) -> Result<Outcome, AppError> {
    let mut session = ctx.session()?;
    let index = session.current();
    match job {
        Job::Check => ask_checks(ctx, &mut session, index, Scope::All).await?,
        Job::Saved => ask_checks(ctx, &mut session, index, Scope::Static).await?,
        Job::Look => {}
        Job::Apply => {
            if doing::do_step(ctx, &mut session, index).await? {
                ask_checks(ctx, &mut session, index, Scope::All).await?;
            }
        }
        Job::Answer => return answers(ctx, &mut session, index).await,
        Job::Hint => questions::one_hint(ctx, &mut session)?,
        Job::Diff => return Ok(Outcome::Diff(session.plan_step(index)?.diff)),
        Job::Prompt => {
            let prompt = session.step_prose(&session.progress.step).and_then(|prose| prose.prompt.clone());
            let none = || Outcome::Nothing(Text::new("app-no-prompt"));
            return Ok(prompt.map_or_else(none, Outcome::Prompt));
        }
        Job::Next { skip } => return step_on(ctx, &mut session, index, *skip),
        Job::Goto(step) => steps::move_to(ctx, &mut session, step).await?,
        Job::Undo => drop(undo::run(ctx, false)?),
        Job::Reset => drop(reset::run(ctx, false).await?),
        Job::Scale { service, count } => scale(ctx, &mut session, service, *count).await?,
        Job::Page => {
            let seen = session.engine.observe(&session.project(), Detail::Listing).await?;
            return Ok(Outcome::Page(session.entry_url(&seen)));
        }
        Job::Language(lang) => {
            session.progress.lang = Some(*lang);
            ctx.save(&session.workspace, &session.progress)?;
            return Ok(Outcome::Language(*lang));
        }
        Job::Build(step) => {
            building::build(ctx, &mut session, step).await?;
            ctx.save(&session.workspace, &session.progress)?;
        }
    }
    Ok(Outcome::Done)
}

async fn ask_checks(ctx: &Ctx, session: &mut Session, index: usize, scope: Scope) -> Result<(), AppError> {
    let run = checks::check_steps(ctx, session, &[index], &|_| scope).await?;
    ctx.emit(Event::CheckRun(run));
    Ok(())
}

async fn answers(ctx: &Ctx, session: &mut Session, index: usize) -> Result<Outcome, AppError> {
    let entries = &session.lesson.file.steps[index].checks;
    let has = |wanted: fn(&CheckSpec) -> bool| entries.iter().any(|entry| wanted(&entry.spec));
    let confirms = has(|spec| matches!(spec, CheckSpec::Confirm(_)));
    let asks = confirms || has(|spec| matches!(spec, CheckSpec::Question(_)));
    // What is expected comes before what is known.
    if !session.open_predictions(&session.progress.step).is_empty() {
        predictions::ask(ctx, session)?;
        return Ok(Outcome::Done);
    }
    if !asks {
        return Ok(Outcome::Nothing(Text::new("screen-no-question")));
    }
    questions::ask_questions(ctx, session)?;
    questions::ask_confirms(ctx, session)?;
    ask_checks(ctx, session, index, Scope::All).await?;
    Ok(Outcome::Done)
}

fn step_on(ctx: &Ctx, session: &mut Session, index: usize, skip: bool) -> Result<Outcome, AppError> {
    let step = session.step(index);
    if session.state(&step.id) == StepState::Open && !step.optional && !skip {
        return Ok(Outcome::NotPassed);
    }
    session.advance();
    ctx.save(&session.workspace, &session.progress)?;
    Ok(Outcome::Done)
}

async fn scale(ctx: &Ctx, session: &mut Session, service: &str, count: usize) -> Result<(), AppError> {
    if !session.workspace.is_created() {
        return Err(AppError::Usage(Text::new("app-no-files-yet")));
    }
    consent::consent(ctx, session)?;
    environment::ensure_env(ctx, session)?;
    back::pay(ctx, session).await?;
    let argument = format!("{service}={count}");
    let args = ["up", "-d", "--no-build", "--scale", &argument].map(str::to_owned).to_vec();
    let command = StackCommand::Compose(args);
    let half = half_run(&command, session);
    let end = back::during(ctx, half, session.run(&command)).await?;
    if end.success() { Ok(()) } else { Err(crate::app::environment::command_failed(&argument, &end)) }
}
