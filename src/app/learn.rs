//! Where the learner is: list, start, go on, next, goto, status; a short function a command.

use std::sync::{Arc, PoisonError};

use super::arrival::Entry;
use super::error::{AppError, exit};
use super::screen::Opening;
use super::words::open_questions;
use super::{App, Session};
use crate::check::CheckSpec;
use crate::engine::{Detail, Finding, StackCommand};
use crate::event::{Event, LessonLine, Offers, ReplicaLine, StatusView, StepLine, StepState, StepView, Tone};
use crate::lesson::{Lesson, LessonError};
use crate::session::start::state_commands;
use crate::text::Text;
use crate::workspace::Workspace;
use crate::workspace::progress::Progress;

impl App {
    pub(super) fn list(&self) -> Result<u8, AppError> {
        let here = self.peek();
        let mut lines = Vec::new();
        for name in self.catalog.names()? {
            let lesson = self.catalog.find(&name)?;
            let done = here.as_ref().filter(|progress| progress.lesson == lesson.file.id).map(done);
            lines.push(LessonLine {
                id: lesson.file.id.clone(),
                title: lesson.prose(self.lang)?.title,
                minutes: lesson.file.minutes(),
                steps: lesson.file.steps.len(),
                done,
            });
        }
        self.emit(Event::Lessons(lines));
        Ok(exit::PASS)
    }

    /// `workshop` alone: on where the learner was.
    pub(super) async fn go_on(&self) -> Result<u8, AppError> {
        let mut desk = match self.desk() {
            Err(AppError::NotStarted) => {
                self.list()?;
                self.notice(Tone::Next, Text::new("next-start"));
                return Ok(exit::PASS);
            }
            desk => desk?,
        };
        self.pay(&mut desk).await?;
        desk.pass_by();
        self.save(&desk.workspace, &desk.progress)?;
        self.at_step(desk).await
    }

    pub(super) async fn start(&self, wanted: &str, at: Option<&str>) -> Result<u8, AppError> {
        let lesson = self.catalog.find(wanted)?;
        let workspace = self.workspace()?;
        let kept = Arc::default();
        let this = self.keeping(&kept);
        let entry = this.enter_to_begin(&workspace)?;
        let before = match entry {
            Entry::None => None,
            _ => {
                self.recover(&workspace)?;
                this.progress(&workspace)?
            }
        };
        let (progress, fresh, changed) = match before {
            Some(progress) if progress.lesson != lesson.file.id => {
                return Err(AppError::OtherLesson { id: progress.lesson });
            }
            Some(mut progress) => {
                let changed = this.change_engine(&lesson, &workspace, &mut progress).await?;
                (progress, false, changed)
            }
            None => {
                // What is not believed is put aside first, so that no engine is asked about it; else
                // nothing is begun before there is an engine.
                if workspace.private().exists() {
                    this.first_progress(&lesson, &workspace)?;
                }
                let engine = this.choose(&lesson, &workspace).await?;
                let mut progress = this.first_progress(&lesson, &workspace)?;
                progress.engine = Some(engine);
                (progress, true, false)
            }
        };
        let mut desk = self.desk_of(workspace, progress)?;
        this.settle(&mut desk, entry)?;
        this.look_at_the_shell(&desk);
        if changed {
            this.move_ports(&mut desk)?;
            this.missing_stack(&desk, at);
        }
        desk.progress.lang = self.global.lang.or(desk.progress.lang);
        if fresh && desk.lesson.is_foreign() {
            self.consent(&mut desk)?;
        }
        if !fresh {
            self.pay(&mut desk).await?;
        }
        if self.full_screen() {
            if let Some(step) = at {
                find_step(&desk.lesson, step)?;
            } else if !fresh {
                desk.pass_by();
            }
            self.early_env(&mut desk);
            self.save(&desk.workspace, &desk.progress)?;
            let noticed = std::mem::take(&mut *kept.lock().unwrap_or_else(PoisonError::into_inner));
            let opening = Opening { intro: fresh, build: at.map(str::to_owned), noticed };
            return self.screen(desk, opening).await;
        }
        if fresh {
            self.emit(Event::Intro { title: desk.prose.title.clone(), blocks: desk.prose.intro.clone() });
            if self.interactive && !self.asker.pause(&Text::new("ask-first-step"))? {
                self.save(&desk.workspace, &desk.progress)?;
                self.notice(Tone::Info, Text::new("app-quit"));
                return Ok(exit::PASS);
            }
        }
        if let Some(step) = at {
            self.build(&mut desk, step).await?;
        } else if !fresh {
            desk.pass_by();
        }
        self.save(&desk.workspace, &desk.progress)?;
        self.at_step(desk).await
    }

    /// The lesson after this one, once this one is finished.
    pub(super) fn next_lesson(&self, desk: &Session) -> Option<String> {
        if !desk.is_finished() {
            return None;
        }
        let names = self.catalog.names().ok()?;
        let ids = names.iter().filter_map(|name| Some(self.catalog.find(name).ok()?.file.id.clone()));
        ids.skip_while(|id| *id != desk.lesson.file.id).nth(1)
    }

    /// That the lesson is finished, and which one comes next.
    pub(super) fn say_finished(&self, desk: &Session) {
        self.notice(Tone::Done, Text::new("app-finished").with("title", desk.prose.title.as_str()));
        if let Some(next) = self.next_lesson(desk) {
            self.notice(Tone::Next, Text::new("next-lesson").with("lesson", next));
        }
    }

    /// After a change of the engine nothing runs there, whatever the step expects.
    fn missing_stack(&self, desk: &Session, at: Option<&str>) {
        let index = desk.current();
        if at.is_none() && !state_commands(&desk.lesson.file, index).is_empty() {
            let text = Text::new("next-rebuild").with("lesson", desk.lesson.file.id.as_str());
            self.notice(Tone::Next, text.with("step", desk.progress.step.as_str()));
        }
    }

    fn first_progress(&self, lesson: &Lesson, workspace: &Workspace) -> Result<Progress, AppError> {
        self.claim(workspace)?;
        let first = lesson.file.steps.first().map(|step| step.id.clone()).unwrap_or_default();
        Ok(Progress::new(&lesson.file.id, &first))
    }

    /// At a terminal: the step and its menu. Elsewhere: the step, and what to type next.
    async fn at_step(&self, mut desk: Session) -> Result<u8, AppError> {
        self.early_env(&mut desk);
        if self.full_screen() {
            return self.screen(desk, Opening::default()).await;
        }
        if self.interactive {
            return self.guide(desk).await;
        }
        if desk.is_finished() {
            self.say_finished(&desk);
            return Ok(exit::PASS);
        }
        self.show_step(&desk);
        let step = desk.lesson.file.steps.iter().find(|step| step.id == desk.progress.step);
        let key =
            if step.is_some_and(|step| step.has_action()) { "next-check-or-apply" } else { "next-check" };
        self.notice(Tone::Next, Text::new(key));
        Ok(exit::PASS)
    }

    pub(super) fn show_step(&self, desk: &Session) {
        let Some(view) = self.step_view(desk) else { return };
        // At a terminal the menu below says what the step offers, and asks.
        let offers = if self.interactive { Offers::default() } else { view.offers };
        let id = view.id.clone();
        self.emit(Event::Step(StepView { offers, ..view }));
        if self.interactive {
            return;
        }
        for question in open_questions(desk, &id) {
            self.emit(Event::Question(question));
        }
    }

    /// The current step as a reader meets it.
    pub(super) fn step_view(&self, desk: &Session) -> Option<StepView> {
        let index = desk.current();
        let step = desk.step(index);
        let prose = desk.step_prose(&step.id)?;
        Some(StepView {
            lesson: desk.lesson.file.id.clone(),
            id: step.id.clone(),
            number: index + 1,
            of: desk.lesson.file.steps.len(),
            title: prose.title.clone(),
            minutes: step.minutes,
            optional: step.optional,
            blocks: prose.body.clone(),
            edits: desk
                .lesson
                .patch(step)
                .ok()
                .flatten()
                .map(|patch| patch.files().iter().map(|file| file.path.clone()).collect())
                .unwrap_or_default(),
            commands: commands(desk, index),
            offers: offers(desk, index),
        })
    }

    pub(super) async fn next(&self, skip: bool) -> Result<u8, AppError> {
        let mut desk = self.desk()?;
        if !desk.leave(skip) {
            return Err(AppError::NotYet {
                text: Text::new("app-not-passed").with("title", desk.title(&desk.progress.step)),
                next: Some(Text::new("next-skip")),
            });
        }
        self.save(&desk.workspace, &desk.progress)?;
        self.at_step(desk).await
    }

    pub(super) async fn goto(&self, step: &str) -> Result<u8, AppError> {
        let mut desk = self.desk()?;
        self.move_to(&mut desk, step).await?;
        self.at_step(desk).await
    }

    /// To a step, files and stack left as they are.
    pub(super) async fn move_to(&self, desk: &mut Session, step: &str) -> Result<(), AppError> {
        let index = find_step(&desk.lesson, step)?;
        desk.move_to(index);
        if desk.progress.baseline.is_empty() {
            desk.take_baseline().await;
        }
        self.save(&desk.workspace, &desk.progress)
    }

    pub(super) async fn status(&self) -> Result<u8, AppError> {
        let mut desk = self.desk()?;
        self.early_env(&mut desk);
        let observed = desk.engine.observe(&desk.project(), Detail::Listing).await;
        let others = observed.as_ref().ok().and_then(other_projects);
        let stack = observed.map_err(|error| error.text()).map(|observed| {
            let line = |replica: &crate::engine::Replica| ReplicaLine {
                label: replica.label(),
                state: crate::check::state(replica),
                published: replica.published.iter().map(|port| port.host).collect(),
            };
            observed.replicas.iter().map(line).collect()
        });
        self.emit(Event::Status(self.status_view(&desk, stack)));
        if let Some(others) = others {
            self.notice(Tone::Warning, others);
        }
        if let Some(Finding { seen, fix, .. }) = self.owed_finding(&desk) {
            self.notice(Tone::Warning, seen);
            fix.into_iter().for_each(|fix| self.notice(Tone::Next, fix));
        }
        Ok(exit::PASS)
    }

    /// Where the learner is, and what was seen of the stack.
    pub(super) fn status_view(&self, desk: &Session, stack: Result<Vec<ReplicaLine>, Text>) -> StatusView {
        let steps = &desk.lesson.file.steps;
        let open = steps.iter().filter(|step| desk.state(&step.id) == StepState::Open);
        StatusView {
            lesson: desk.lesson.file.id.clone(),
            title: desk.prose.title.clone(),
            root: desk.workspace.dir(),
            engine: desk.engine.kind(),
            minutes_left: open.map(|step| step.minutes).sum(),
            steps: (1..)
                .zip(steps)
                .map(|(number, step)| StepLine {
                    number,
                    id: step.id.clone(),
                    title: desk.title(&step.id),
                    state: desk.state(&step.id),
                    current: step.id == desk.progress.step,
                })
                .collect(),
            stack,
        }
    }

    pub(super) fn wanted_step(&self, desk: &Session, step: Option<&str>) -> Result<usize, AppError> {
        match step {
            Some(step) => find_step(&desk.lesson, step),
            None => Ok(desk.current()),
        }
    }
}

pub(super) fn find_step(lesson: &Lesson, wanted: &str) -> Result<usize, AppError> {
    let by_number = wanted.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    let by_number = by_number.filter(|index| *index < lesson.file.steps.len());
    lesson.step_index(wanted).or(by_number).ok_or_else(|| {
        AppError::Lesson(LessonError::UnknownStep {
            wanted: wanted.to_owned(),
            known: lesson.file.steps.iter().map(|step| step.id.clone()).collect(),
        })
    })
}

/// That containers of this folder run as another project, and how they are taken down.
pub(super) fn other_projects(observed: &crate::engine::Observed) -> Option<Text> {
    let (name, containers) = observed.others.iter().next()?;
    let text = Text::new("app-other-project").with("name", name.as_str());
    Some(
        text.with("containers", containers.clone()).with("command", format!("docker compose -p {name} down")),
    )
}

/// The step's commands in the words of the engine.
pub(super) fn commands(desk: &Session, index: usize) -> Vec<String> {
    let name = desk.project().name;
    let shown = |command: &StackCommand| command.display_in(desk.engine.kind(), &name);
    desk.lesson.file.steps[index].run.iter().map(shown).collect()
}

/// Steps passed, and steps skipped.
fn done(progress: &Progress) -> (usize, usize) {
    let count = |state| progress.steps.values().filter(|step| step.state == state).count();
    (count(StepState::Passed), count(StepState::Skipped))
}

pub(super) fn offers(desk: &Session, index: usize) -> Offers {
    let step = &desk.lesson.file.steps[index];
    let prose = desk.step_prose(&step.id);
    let has = |wanted: fn(&CheckSpec) -> bool| step.checks.iter().any(|entry| wanted(&entry.spec));
    Offers {
        apply: step.has_action(),
        diff: step.edit.is_some(),
        prompt: prose.is_some_and(|prose| prose.prompt.is_some()),
        hints: prose.map_or(0, |prose| prose.hints.len()),
        question: has(|spec| matches!(spec, CheckSpec::Question(_))),
        confirm: has(|spec| matches!(spec, CheckSpec::Confirm(_))),
    }
}
