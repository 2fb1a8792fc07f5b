//! What the commands share: one run of the program ([`Ctx`]), and what several of them do with a
//! lesson under way.

pub(crate) mod arrival;
pub(crate) mod ask;
pub(crate) mod back;
pub(crate) mod begin;
pub(crate) mod building;
pub(crate) mod checks;
pub(crate) mod choice;
pub(crate) mod complete;
pub(crate) mod consent;
pub(crate) mod doing;
pub(crate) mod environment;
pub(crate) mod error;
pub(crate) mod in_room;
pub(crate) mod listen;
pub(crate) mod network;
pub(crate) mod predictions;
pub(crate) mod prompt;
pub(crate) mod questions;
pub(crate) mod steps;
pub(crate) mod swarm;
pub(crate) mod terminal;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use self::arrival::Entry;
use self::ask::Asker;
use self::error::{AppError, exit};
use crate::cli::{self, Global, Verb};
use crate::courses::{Library, Shelf};
use crate::demo::Brief;
use crate::emit::Emit;
use crate::engine::{Engine, EngineKind, Setting};
use crate::event::{Event, Notice, Tone};
use crate::lesson::origin::course_root;
use crate::lesson::{Catalog, Lesson};
use crate::report::{Format, Reporter, Streams};
use crate::room::{self, Telling};
use crate::session::Session;
use crate::text::{Lang, Text};
use crate::workspace::Workspace;
use crate::workspace::identity::{Located, Registry};
use crate::workspace::lock::Lock;
use crate::workspace::progress::Progress;

/// How long a command waits for another one in the same folder.
const LOCK_WAIT: Duration = Duration::from_secs(5);

/// What the program talks to.
pub(crate) struct Io {
    pub streams: Streams,
    /// Standard input, output and error are a terminal.
    pub interactive: bool,
}

/// One run of the program.
pub(crate) struct Ctx {
    pub(crate) global: Global,
    pub(crate) lang: Lang,
    pub(crate) reporter: Arc<Mutex<Box<dyn Reporter>>>,
    pub(crate) emit: Emit,
    pub(crate) interactive: bool,
    pub(crate) asker: Asker,
    pub(crate) library: Library,
    pub(crate) registry: Registry,
    /// Notices that are not said again.
    pub(crate) said: Arc<Mutex<BTreeSet<String>>>,
    /// The room that hears of what happens, where the learner is in one.
    pub(crate) room: Option<Arc<Telling>>,
    /// What would be half-done if the program ended now, the outermost first.
    pub(crate) half_done: Arc<Mutex<Vec<back::Half>>>,
}

/// The folder that commands are about: `-C DIR`, else where a lesson was started, here or above.
pub(crate) fn locate(global: &Global, registry: &Registry) -> Result<Located, AppError> {
    let here = match &global.directory {
        Some(dir) => dir.clone(),
        None => std::env::current_dir().map_err(|_| AppError::Usage(Text::new("app-no-current-dir")))?,
    };
    let here = std::fs::canonicalize(&here)
        .map_err(|_| AppError::Usage(Text::new("app-no-such-dir").with("dir", here.display().to_string())))?;
    Ok(match &global.directory {
        Some(_) => Located { workspace: Workspace::at(here), passed_over: Vec::new(), is_above: false },
        None => registry.locate(&here),
    })
}

/// Where lessons come from: the folder that `--lessons` names, else the program and the added courses.
fn library_of(global: &Global) -> Library {
    let lessons = global.lessons.clone().or_else(|| std::env::var_os("WORKSHOP_LESSONS").map(PathBuf::from));
    let given = lessons.map(|path| Catalog::Folder(course_root(&path)));
    Library::new(given, Shelf::of_user())
}

/// The progress in this folder, where it may be believed.
pub(crate) fn peek(global: &Global, registry: &Registry) -> Option<Progress> {
    let workspace = locate(global, registry).ok()?.workspace;
    let believed = registry.standing(&workspace).is_ok_and(|standing| standing.is_believed());
    if believed { Progress::peek(&workspace.private()) } else { None }
}

/// The language that the lesson was started in, where it was asked for then.
fn kept_lang(global: &Global, registry: &Registry) -> Option<Lang> {
    peek(global, registry)?.lang
}

pub(crate) const fn worst(outcome: crate::check::Outcome) -> u8 {
    match outcome {
        crate::check::Outcome::Pass => exit::PASS,
        crate::check::Outcome::NotYet => exit::NOT_YET,
        crate::check::Outcome::Environment => exit::ENVIRONMENT,
    }
}

impl Ctx {
    pub(crate) fn new(global: Global, verb: Option<&Verb>, io: Io) -> Self {
        let registry = Registry::of_user();
        let lang =
            global.lang.or_else(|| kept_lang(&global, &registry)).unwrap_or_else(Lang::from_environment);
        let asker = Asker::new(lang, io.streams.style);
        let interactive = io.interactive && !global.json && !global.quiet;
        let is_demo = matches!(verb, Some(Verb::Demo(_)));
        let pager =
            asker.pager().filter(|_| interactive && !is_demo && !matches!(verb, Some(Verb::Notes { .. })));
        let format = match verb {
            Some(Verb::Check(check)) => check.format,
            Some(Verb::Author { verb: Some(cli::Author::Test { format, .. }) }) => *format,
            _ => None,
        };
        let format = format.unwrap_or(if global.json { Format::Json } else { Format::Text });
        let reporter = match (format, pager) {
            (Format::Text, _) if global.quiet => crate::report::quiet(io.streams, lang),
            (Format::Text, _) if is_demo => {
                let style = io.streams.style;
                Box::new(Brief::new(crate::report::reporter(format, io.streams, lang), style))
            }
            (Format::Text, Some(pager)) => crate::report::paged(io.streams, lang, pager),
            _ => crate::report::reporter(format, io.streams, lang),
        };
        let reporter = Arc::new(Mutex::new(reporter));
        let emit = Emit::new(listen::reporter(&reporter));
        // A demo is a presenter's, and another part of a room.
        let tells = !is_demo && verb.is_none_or(Verb::is_about_a_workspace);
        let room = if tells { Telling::of_user(&registry, lang).map(Arc::new) } else { None };
        let emit = room.iter().fold(emit, |emit, room| emit.and(listen::room(room)));
        Self {
            lang,
            room,
            reporter,
            emit,
            interactive,
            asker,
            library: library_of(&global),
            registry,
            said: Arc::default(),
            half_done: Arc::default(),
            global,
        }
    }

    pub(crate) fn emit(&self, event: Event) {
        self.emit.say(&event);
    }

    pub(crate) fn notice(&self, tone: Tone, text: Text) {
        self.emit(Event::Notice(Notice::new(tone, text)));
    }

    pub(crate) fn say(&self, text: &Text) -> String {
        text.render(self.lang)
    }

    pub(crate) fn workspace(&self) -> Result<Workspace, AppError> {
        Ok(locate(&self.global, &self.registry)?.workspace)
    }

    pub(crate) fn engine(
        &self,
        kind: EngineKind,
        lesson: Option<&Lesson>,
        workspace: &Workspace,
    ) -> Box<dyn Engine> {
        let programs = lesson.map(|lesson| lesson.file.embedded.clone()).unwrap_or_default();
        let swarm = swarm::place(self, lesson, workspace);
        (kind.open)(Setting { private: workspace.private(), programs, binary: None, swarm })
    }

    /// The lesson under way in this folder.
    pub(crate) fn session(&self) -> Result<Session, AppError> {
        let workspace = self.workspace()?;
        let entry = arrival::enter(self, &workspace)?;
        if entry == Entry::None {
            return Err(AppError::NotStarted);
        }
        self.recover(&workspace)?;
        let Some(progress) = self.progress(&workspace)? else { return Err(AppError::NotStarted) };
        let before = progress.course.clone();
        let mut session = self.session_of(workspace, progress)?;
        // Told once: where another command is at work, by the next one.
        if session.progress.course != before
            && let Ok(_lock) = session.workspace.lock(Duration::ZERO)
        {
            session.progress.save(&session.workspace.private())?;
        }
        arrival::settle(self, &mut session, entry)?;
        Ok(session)
    }

    pub(crate) fn session_of(
        &self,
        workspace: Workspace,
        mut progress: Progress,
    ) -> Result<Session, AppError> {
        let lesson = self.library.at(&progress)?.find(&progress.lesson)?;
        for told in progress.follow(&lesson) {
            self.notice(Tone::Info, told);
        }
        let kind = choice::engine_for(self, &lesson, &progress)?;
        if let Some(context) = &self.global.context {
            progress.context = Some(context.clone());
        }
        let mut prose = lesson.prose(self.lang)?;
        if let Some(name) = &progress.project {
            prose = prose.of_project(name);
        }
        let prose = prose.in_words_of(kind);
        let engine = self.engine(kind, Some(&lesson), &workspace);
        let session = Session::new(lesson, prose, workspace, engine, progress, self.emit.clone());
        if let Some(room) = &self.room {
            room.is_at(steps::here(&session), self.lang);
        }
        Ok(session)
    }

    pub(crate) fn progress(&self, workspace: &Workspace) -> Result<Option<Progress>, AppError> {
        let loaded = Progress::load(&workspace.private())?;
        if loaded.as_ref().is_some_and(|loaded| loaded.recovered) {
            self.notice(Tone::Warning, Text::new("app-progress-recovered"));
        }
        Ok(loaded.map(|loaded| loaded.progress))
    }

    /// Takes back what a killed run left half-done, before anything else is read. The workspace is
    /// one that was entered.
    pub(crate) fn recover(&self, workspace: &Workspace) -> Result<(), AppError> {
        // Where another command holds the lock, its journal is its own.
        let Ok(lock) = workspace.lock(Duration::ZERO) else { return Ok(()) };
        for text in workspace.journal(&lock)?.recovery().texts() {
            self.notice(Tone::Warning, text);
        }
        Ok(())
    }

    pub(crate) fn save(&self, workspace: &Workspace, progress: &Progress) -> Result<(), AppError> {
        let _lock = self.lock(workspace)?;
        progress.save(&workspace.private())?;
        Ok(())
    }

    pub(crate) fn lock(&self, workspace: &Workspace) -> Result<Lock, AppError> {
        Ok(workspace.lock(LOCK_WAIT)?)
    }

    /// The same program, whose notices are also kept: a screen that opens later shows them, too.
    pub(crate) fn keeping(&self, kept: &Arc<Mutex<Vec<Notice>>>) -> Self {
        self.with_emit(self.emit.clone().and(listen::notices(kept)))
    }

    /// The same program, whose events go to `emit`.
    pub(crate) fn with_emit(&self, emit: Emit) -> Self {
        Self {
            global: self.global.clone(),
            lang: self.lang,
            reporter: Arc::clone(&self.reporter),
            emit,
            interactive: self.interactive,
            asker: self.asker.clone(),
            library: self.library.clone(),
            registry: self.registry.clone(),
            said: Arc::clone(&self.said),
            room: self.room.clone(),
            half_done: Arc::clone(&self.half_done),
        }
    }

    /// The same program, once the learner is in a room.
    pub(crate) fn in_room(&self, seat: room::Seat) -> Self {
        let room = Arc::new(Telling::of(seat, self.lang));
        let emit = self.emit.clone().and(listen::room(&room));
        Self { room: Some(room), ..self.with_emit(emit) }
    }

    /// A yes of the learner's: asked at a terminal, given by `--yes`, else missing.
    pub(crate) fn confirm(&self, question: Text) -> Result<bool, AppError> {
        self.confirm_with(question, Asker::confirm)
    }

    /// The same for what cannot be had back: who says nothing says no.
    pub(crate) fn confirm_or_no(&self, question: Text) -> Result<bool, AppError> {
        self.confirm_with(question, Asker::confirm_or_no)
    }

    pub(crate) fn confirm_with(
        &self,
        question: Text,
        ask: fn(&Asker, &str) -> Result<bool, AppError>,
    ) -> Result<bool, AppError> {
        if self.global.yes {
            return Ok(true);
        }
        if !self.interactive {
            return Err(AppError::NeedsYes);
        }
        ask(&self.asker, &self.say(&question))
    }
}
