//! What a learner types: start, check, apply, hint, next, reset, undo and the rest; a short
//! function a command.

use super::error::{AppError, exit};
use super::{App, Desk, project, worst};
use crate::check::{CheckSpec, Outcome};
use crate::cli;
use crate::engine::{Detail, Resource, StackCommand};
use crate::event::{
    CheckRun, Event, LessonLine, Offers, QuestionView, ReplicaLine, StatusView, StepLine, StepReport,
    StepState, StepView, Tone,
};
use crate::lesson::markdown::StepProse;
use crate::lesson::{Lesson, LessonError};
use crate::session::{Scope, Session};
use crate::text::Text;
use crate::workspace::Workspace;
use crate::workspace::progress::Progress;

impl App {
    pub(super) fn list(&self) -> Result<u8, AppError> {
        let here = self.workspace().ok().and_then(|workspace| Progress::load(&workspace.private()).ok()?);
        let here = here.map(|loaded| loaded.progress);
        let mut lines = Vec::new();
        for name in self.catalog.names()? {
            let lesson = self.catalog.find(&name)?;
            let done = here.as_ref().filter(|progress| progress.lesson == lesson.file.id).map(done);
            lines.push(LessonLine {
                id: lesson.file.id.clone(),
                title: lesson.prose(self.lang)?.title,
                minutes: lesson.file.minutes,
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
        self.pass_by(&mut desk);
        self.save(&desk.workspace, &desk.progress)?;
        self.at_step(desk).await
    }

    pub(super) async fn start(&self, wanted: &str, at: Option<&str>) -> Result<u8, AppError> {
        let lesson = self.catalog.find(wanted)?;
        let workspace = self.workspace()?;
        self.recover(&workspace)?;
        let (progress, fresh) = match self.progress(&workspace)? {
            Some(progress) if progress.lesson != lesson.file.id => {
                return Err(AppError::OtherLesson { id: progress.lesson });
            }
            Some(progress) => (progress, false),
            None => (self.first_progress(&lesson, &workspace)?, true),
        };
        let mut desk = self.desk_of(workspace, progress)?;
        if fresh {
            self.trust(&mut desk)?;
            self.emit(Event::Intro { title: desk.prose.title.clone(), blocks: desk.prose.intro.clone() });
        }
        if let Some(step) = at {
            self.build(&mut desk, step).await?;
        } else if !fresh {
            self.pass_by(&mut desk);
        }
        self.save(&desk.workspace, &desk.progress)?;
        self.at_step(desk).await
    }

    fn first_progress(&self, lesson: &Lesson, workspace: &Workspace) -> Result<Progress, AppError> {
        drop(self.lock(workspace)?);
        let first = lesson.file.steps.first().map(|step| step.id.clone()).unwrap_or_default();
        Ok(Progress::new(&lesson.file.id, &first))
    }

    /// A lesson from elsewhere shows its commands before it may run any.
    fn trust(&self, desk: &mut Desk) -> Result<(), AppError> {
        let commands: Vec<String> = desk.lesson.file.steps.iter().flat_map(|step| step.run.clone()).collect();
        if !desk.lesson.is_foreign() || commands.is_empty() {
            desk.progress.trusted = true;
            return Ok(());
        }
        for command in &commands {
            StackCommand::parse(command)
                .map_err(|error| LessonError::Rule { file: desk.lesson.dir.clone(), reason: error.text() })?;
            self.notice(Tone::Info, Text::verbatim(format!("$ {command}")));
        }
        desk.progress.trusted = self.confirm(Text::new("ask-trust").with("count", commands.len()))?;
        if desk.progress.trusted { Ok(()) } else { Err(AppError::Interrupted) }
    }

    /// At a terminal: the step and its menu. Elsewhere: the step, and what to type next.
    async fn at_step(&self, desk: Desk) -> Result<u8, AppError> {
        if self.interactive {
            return self.guide(desk).await;
        }
        if is_finished(&desk) {
            self.notice(Tone::Done, Text::new("app-finished").with("title", desk.prose.title.as_str()));
            return Ok(exit::PASS);
        }
        self.show_step(&desk);
        let step = desk.lesson.file.steps.iter().find(|step| step.id == desk.progress.step);
        let key =
            if step.is_some_and(|step| step.has_action()) { "next-check-or-apply" } else { "next-check" };
        self.notice(Tone::Next, Text::new(key));
        Ok(exit::PASS)
    }

    pub(super) fn show_step(&self, desk: &Desk) {
        let session = self.session(desk);
        let index = session.current();
        let step = session.step(index);
        let Some(prose) = step_prose(desk, &step.id) else { return };
        self.emit(Event::Step(StepView {
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
            commands: step.run.clone(),
            offers: offers(desk, index),
        }));
        for question in open_questions(desk, &step.id) {
            self.emit(Event::Question(question));
        }
    }

    pub(super) async fn check(&self, args: &cli::Check) -> Result<u8, AppError> {
        let mut desk = self.desk()?;
        if args.watch {
            return self.watch(&mut desk).await;
        }
        let current = self.session(&desk).current();
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
        let passed_here = run.outcome == Outcome::Pass && steps == [current] && !args.only_static;
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
        desk: &mut Desk,
        steps: &[usize],
        scope: &dyn Fn(usize) -> Scope,
    ) -> Result<CheckRun, AppError> {
        self.may_run(desk)?;
        let steps_live = steps.iter().any(|index| scope(*index) == Scope::All);
        if steps_live && desk.workspace.is_created() {
            self.ensure_env(desk)?;
        }
        let mut reports: Vec<StepReport> = Vec::new();
        let mut session = self.session(desk);
        for index in steps {
            let report = session.check_step(*index, scope(*index)).await;
            session.record(&report).await;
            reports.push(report);
        }
        let progress = session.progress.clone();
        let optional = |report: &&StepReport| {
            let index = report.number - 1;
            steps.len() > 1 && desk.lesson.file.steps[index].optional
        };
        let outcome = reports.iter().filter(|report| !optional(report)).map(|report| report.outcome).max();
        let run = CheckRun {
            lesson: desk.lesson.file.id.clone(),
            engine: session.engine.kind(),
            outcome: outcome.unwrap_or(Outcome::Pass),
            steps: reports,
        };
        desk.progress = progress;
        self.save(&desk.workspace, &desk.progress)?;
        Ok(run)
    }

    /// Commands of a lesson that nobody has agreed to are not run, not even by a check.
    pub(super) fn may_run(&self, desk: &mut Desk) -> Result<(), AppError> {
        if desk.progress.trusted || !desk.lesson.is_foreign() {
            return Ok(());
        }
        self.trust(desk)
    }

    pub(super) async fn apply(&self, step: Option<&str>) -> Result<u8, AppError> {
        let mut desk = self.desk()?;
        let index = self.wanted_step(&desk, step)?;
        if !self.do_step(&mut desk, index).await? {
            return Ok(exit::NOT_YET);
        }
        let run = self.check_steps(&mut desk, &[index], &|_| Scope::All).await?;
        let code = worst(run.outcome);
        self.emit(Event::CheckRun(run));
        if code == exit::PASS {
            self.notice(Tone::Next, Text::new("next-next"));
        }
        Ok(code)
    }

    /// Shows what the step would do, asks, and does it. False when the learner said no.
    pub(super) async fn do_step(&self, desk: &mut Desk, index: usize) -> Result<bool, AppError> {
        self.may_run(desk)?;
        let step = desk.lesson.file.steps[index].clone();
        let has_question = step.checks.iter().any(|entry| matches!(entry.spec, CheckSpec::Question(_)));
        if !step.has_action() && !has_question {
            return Err(AppError::Usage(Text::new("app-nothing-to-apply")));
        }
        let session = self.session(desk);
        let plan = session.plan_step(index)?;
        let count = plan.diff.files.len();
        if step.create {
            let text = Text::new("app-will-copy")
                .with("start", desk.lesson.file.start.as_str())
                .with("count", count);
            self.notice(Tone::Info, text);
        } else if !plan.is_empty() {
            self.emit(Event::Diff(plan.diff.clone()));
        } else if step.edit.is_some() {
            self.notice(Tone::Info, Text::new("app-already-applied"));
        }
        for command in &step.run {
            self.notice(Tone::Info, Text::verbatim(format!("$ {command}")));
        }
        let does_something = !plan.is_empty() || !step.run.is_empty() || !step.requests.is_empty();
        if does_something && !self.confirm(Text::new("ask-apply").with("count", count))? {
            self.notice(Tone::Info, Text::new("app-left-as-it-was"));
            return Ok(false);
        }
        self.write(desk, &step.id, plan)?;
        if step.create || !step.run.is_empty() {
            self.ensure_env(desk)?;
        }
        self.run_commands(desk, &step.run).await?;
        self.browse(desk, &step).await?;
        if has_question {
            self.answer_all(desk, index)?;
        }
        Ok(true)
    }

    fn write(&self, desk: &Desk, label: &str, plan: crate::session::change::Plan) -> Result<(), AppError> {
        if plan.is_empty() {
            return Ok(());
        }
        let lock = self.lock(&desk.workspace)?;
        let files = self.session(desk).make(&lock, "apply", label, plan)?;
        drop(lock);
        let text = Text::new("app-applied").with("count", files.len()).with("file", files[0].as_str());
        self.notice(Tone::Done, text);
        Ok(())
    }

    pub(super) fn diff(&self, step: Option<&str>) -> Result<u8, AppError> {
        let desk = self.desk()?;
        let index = self.wanted_step(&desk, step)?;
        let plan = self.session(&desk).plan_step(index)?;
        if plan.is_empty() {
            self.notice(Tone::Info, Text::new("app-no-difference"));
        }
        self.emit(Event::Diff(plan.diff));
        Ok(exit::PASS)
    }

    pub(super) fn hint(&self) -> Result<u8, AppError> {
        let mut desk = self.desk()?;
        self.one_hint(&mut desk)?;
        Ok(exit::PASS)
    }

    /// One hint more than before; the last again when all were shown.
    pub(super) fn one_hint(&self, desk: &mut Desk) -> Result<(), AppError> {
        let step = desk.progress.step.clone();
        let hints = step_prose(desk, &step).map(|prose| prose.hints.clone()).unwrap_or_default();
        let record = desk.progress.steps.entry(step).or_default();
        record.hints = (record.hints + 1).min(hints.len());
        let number = record.hints;
        match number.checked_sub(1).and_then(|index| hints.get(index)) {
            Some(blocks) => self.emit(Event::Hint { number, of: hints.len(), blocks: blocks.clone() }),
            None => self.notice(Tone::Info, Text::new("app-no-hint")),
        }
        self.save(&desk.workspace, &desk.progress)
    }

    pub(super) fn prompt(&self) -> Result<u8, AppError> {
        let desk = self.desk()?;
        match step_prose(&desk, &desk.progress.step).and_then(|prose| prose.prompt.clone()) {
            Some(prompt) => self.emit(Event::Prompt(prompt)),
            None => return Err(AppError::Usage(Text::new("app-no-prompt"))),
        }
        Ok(exit::PASS)
    }

    pub(super) fn answer(&self, question: &str, choice: &str) -> Result<u8, AppError> {
        let mut desk = self.desk()?;
        let right = self.take_answer(&mut desk, question, choice)?;
        Ok(if right { exit::PASS } else { exit::NOT_YET })
    }

    pub(super) async fn next(&self, skip: bool) -> Result<u8, AppError> {
        let mut desk = self.desk()?;
        if !self.leave(&mut desk, skip) {
            return Err(AppError::NotYet {
                text: Text::new("app-not-passed")
                    .with("title", self.session(&desk).title(&desk.progress.step)),
                next: Some(Text::new("next-skip")),
            });
        }
        self.save(&desk.workspace, &desk.progress)?;
        self.at_step(desk).await
    }

    /// Moves to the step after this one, if this one is passed, optional or to be skipped.
    pub(super) fn leave(&self, desk: &mut Desk, skip: bool) -> bool {
        let session = self.session(desk);
        let index = session.current();
        let id = session.step(index).id.clone();
        let optional = session.step(index).optional;
        let state = &mut desk.progress.steps.entry(id).or_default().state;
        if *state == StepState::Open {
            if !skip && !optional {
                return false;
            }
            *state = StepState::Skipped;
        }
        if let Some(step) = desk.lesson.file.steps.get(index + 1) {
            desk.progress.step = step.id.clone();
        }
        true
    }

    /// Past the steps that are done already.
    fn pass_by(&self, desk: &mut Desk) {
        while !is_finished(desk) && is_done(&desk.progress, &desk.progress.step) {
            let before = desk.progress.step.clone();
            self.leave(desk, false);
            if desk.progress.step == before {
                break;
            }
        }
    }

    pub(super) async fn goto(&self, step: &str) -> Result<u8, AppError> {
        let mut desk = self.desk()?;
        let index = find_step(&desk.lesson, step)?;
        desk.progress.step = desk.lesson.file.steps[index].id.clone();
        let mut session = self.session(&desk);
        if session.progress.baseline.is_empty() {
            session.take_baseline().await;
            let baseline = session.progress.baseline;
            desk.progress.baseline = baseline;
        }
        self.save(&desk.workspace, &desk.progress)?;
        self.at_step(desk).await
    }

    pub(super) async fn status(&self) -> Result<u8, AppError> {
        let desk = self.desk()?;
        let observed = desk.engine.observe(&project(&desk), Detail::Listing).await;
        let stack = observed.map_err(|error| error.text()).map(|observed| {
            let line = |replica: &crate::engine::Replica| ReplicaLine {
                label: replica.label(),
                state: crate::check::state(replica),
                published: replica.published.iter().map(|port| port.host).collect(),
            };
            observed.replicas.iter().map(line).collect()
        });
        let steps = &desk.lesson.file.steps;
        let open = steps.iter().filter(|step| !is_done(&desk.progress, &step.id));
        self.emit(Event::Status(StatusView {
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
                    title: self.session(&desk).title(&step.id),
                    state: desk.progress.steps.get(&step.id).map(|step| step.state).unwrap_or_default(),
                    current: step.id == desk.progress.step,
                })
                .collect(),
            stack,
        }));
        Ok(exit::PASS)
    }

    pub(super) async fn reset(&self, all: bool) -> Result<u8, AppError> {
        let mut desk = self.desk()?;
        let session = self.session(&desk);
        let index = if all { 0 } else { session.current() };
        let plan = session.plan_reset(index)?;
        let resources = desk.engine.resources(&session.project).await;
        let resources: Vec<Resource> = match resources {
            Ok(resources) => resources,
            // Files can be reset without an engine; its part is said and left.
            Err(error) => {
                self.notice(Tone::Warning, error.text());
                Vec::new()
            }
        };
        let files = plan.diff.files.iter().map(|file| file.path.clone()).collect::<Vec<_>>();
        if resources.is_empty() && files.is_empty() && !all {
            self.notice(Tone::Info, Text::new("app-nothing-to-reset"));
            return Ok(exit::PASS);
        }
        self.emit(Event::Removal { resources: resources.clone(), files });
        if !self.confirm(Text::new("ask-reset"))? {
            self.notice(Tone::Info, Text::new("app-left-as-it-was"));
            return Ok(exit::NOT_YET);
        }
        desk.engine.remove(&resources).await?;
        let lock = self.lock(&desk.workspace)?;
        self.session(&desk).make(&lock, "reset", &desk.lesson.file.steps[index].id, plan)?;
        drop(lock);
        forget(&mut desk, index);
        self.save(&desk.workspace, &desk.progress)?;
        self.notice(
            Tone::Done,
            Text::new("app-reset").with("title", self.session(&desk).title(&desk.progress.step)),
        );
        Ok(exit::PASS)
    }

    pub(super) fn undo(&self) -> Result<u8, AppError> {
        let desk = self.desk()?;
        let lock = self.lock(&desk.workspace)?;
        let session = self.session(&desk);
        let mut undone = session.undo(&lock)?;
        while undone.kind == super::environment::ENV_ENTRY {
            undone = session.undo(&lock)?;
        }
        let text = Text::new("app-undone").with("label", undone.label).with("count", undone.files.len());
        self.notice(Tone::Done, text);
        Ok(exit::PASS)
    }

    pub(super) fn wanted_step(&self, desk: &Desk, step: Option<&str>) -> Result<usize, AppError> {
        match step {
            Some(step) => find_step(&desk.lesson, step),
            None => Ok(self.session(desk).current()),
        }
    }

    /// Builds the files and the stack that `step` expects at its start.
    async fn build(&self, desk: &mut Desk, step: &str) -> Result<(), AppError> {
        let index = find_step(&desk.lesson, step)?;
        let id = desk.lesson.file.steps[index].id.clone();
        if desk.lesson.file.steps[..index].iter().any(|step| step.create) {
            let plan = self.session(desk).plan_reset(index)?;
            if !plan.is_empty() {
                self.notice(Tone::Info, Text::new("app-will-build").with("count", plan.diff.files.len()));
                if desk.workspace.is_created() && !self.confirm(Text::new("ask-build"))? {
                    return Err(AppError::Interrupted);
                }
                self.write(desk, &id, plan)?;
            }
            self.ensure_env(desk)?;
        }
        let commands = state_commands(&desk.lesson.file.steps[..index]);
        self.run_commands(desk, &commands).await?;
        for earlier in &desk.lesson.file.steps[..index] {
            let record = desk.progress.steps.entry(earlier.id.clone()).or_default();
            if record.state == StepState::Open {
                record.state = StepState::Skipped;
            }
        }
        desk.progress.step = id;
        let mut session = self.session(desk);
        if !commands.is_empty() {
            session.take_baseline().await;
        }
        let progress = session.progress;
        desk.progress = progress;
        Ok(())
    }

    fn take_answer(&self, desk: &mut Desk, id: &str, choice: &str) -> Result<bool, AppError> {
        let found = desk.lesson.file.steps.iter().find_map(|step| {
            step.checks.iter().find(|entry| entry.id == id).map(|entry| (step.id.clone(), entry.spec.clone()))
        });
        let unknown = || AppError::Usage(Text::new("app-no-such-question").with("id", id));
        let (step, spec) = found.ok_or_else(unknown)?;
        let question =
            step_prose(desk, &step).and_then(|prose| prose.questions.iter().find(|q| q.id == id)).cloned();
        let right = match &spec {
            CheckSpec::Confirm(_) => matches!(choice, "yes" | "y" | "예" | "네"),
            CheckSpec::Question(wanted) => {
                let choices = question.as_ref().map_or(0, |question| question.choices.len());
                let number = choice.parse::<usize>().ok().filter(|number| (1..=choices).contains(number));
                let out = || AppError::Usage(Text::new("app-no-such-choice").with("count", choices));
                number.ok_or_else(out)? == wanted.answer
            }
            _ => return Err(unknown()),
        };
        let kept = if matches!(spec, CheckSpec::Confirm(_)) && right { "yes" } else { choice };
        desk.progress.steps.entry(step.clone()).or_default().answers.insert(id.to_owned(), kept.to_owned());
        self.emit(Event::Answer { right, explanation: question.map(|q| q.explanation).unwrap_or_default() });
        self.save(&desk.workspace, &desk.progress)?;
        Ok(right)
    }

    /// The right answers, with their explanations: what `apply` means for questions.
    fn answer_all(&self, desk: &mut Desk, index: usize) -> Result<(), AppError> {
        let answers: Vec<(String, usize)> = desk.lesson.file.steps[index]
            .checks
            .iter()
            .filter_map(|entry| match &entry.spec {
                CheckSpec::Question(question) => Some((entry.id.clone(), question.answer)),
                _ => None,
            })
            .collect();
        for (id, answer) in answers {
            self.take_answer(desk, &id, &answer.to_string())?;
        }
        Ok(())
    }

    pub(super) fn ask_questions(&self, desk: &mut Desk) -> Result<(), AppError> {
        let step = desk.progress.step.clone();
        for question in open_questions(desk, &step) {
            let id = question.id.clone();
            let choices = question.choices.clone();
            self.emit(Event::Question(question));
            let Some(chosen) = self.asker.choose(&self.say(&Text::new("ask-choice")), &choices)? else {
                return Ok(());
            };
            self.take_answer(desk, &id, &(chosen + 1).to_string())?;
        }
        Ok(())
    }
}

/// The fewest of the earlier steps' commands that make the stack what it is after them: the first
/// that brings it up, and the last.
fn state_commands(steps: &[crate::lesson::model::StepSpec]) -> Vec<String> {
    let ups: Vec<&String> = steps
        .iter()
        .flat_map(|step| &step.run)
        .filter(|line| line.starts_with("docker compose up"))
        .collect();
    match ups.as_slice() {
        [] => Vec::new(),
        [only] => vec![(*only).clone()],
        [first, .., last] => vec![(*first).clone(), (*last).clone()],
    }
}

fn forget(desk: &mut Desk, index: usize) {
    let later: Vec<String> = desk.lesson.file.steps[index..].iter().map(|step| step.id.clone()).collect();
    desk.progress.steps.retain(|id, _| !later.contains(id));
    desk.progress.baseline.clear();
    desk.progress.step = later.into_iter().next().unwrap_or_default();
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

pub(super) fn step_prose<'a>(desk: &'a Desk, step: &str) -> Option<&'a StepProse> {
    desk.prose.steps.iter().find(|prose| prose.id == step)
}

fn is_done(progress: &Progress, step: &str) -> bool {
    progress.steps.get(step).is_some_and(|step| step.state != StepState::Open)
}

pub(super) fn is_finished(desk: &Desk) -> bool {
    desk.lesson.file.steps.iter().all(|step| is_done(&desk.progress, &step.id))
}

fn done(progress: &Progress) -> usize {
    progress.steps.values().filter(|step| step.state != StepState::Open).count()
}

pub(super) fn offers(desk: &Desk, index: usize) -> Offers {
    let step = &desk.lesson.file.steps[index];
    let prose = step_prose(desk, &step.id);
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

/// The step's questions that are not answered rightly yet.
fn open_questions(desk: &Desk, step: &str) -> Vec<QuestionView> {
    let answers = desk.progress.steps.get(step).map(|step| step.answers.clone()).unwrap_or_default();
    let spec = desk.lesson.file.steps.iter().find(|spec| spec.id == step);
    let right = |id: &str| {
        let entry = spec.and_then(|spec| spec.checks.iter().find(|entry| entry.id == id));
        match entry.map(|entry| &entry.spec) {
            Some(CheckSpec::Question(question)) => answers.get(id) == Some(&question.answer.to_string()),
            _ => true,
        }
    };
    let questions = step_prose(desk, step).map(|prose| prose.questions.clone()).unwrap_or_default();
    questions
        .into_iter()
        .filter(|question| !right(&question.id))
        .map(|question| {
            let mut text = vec![crate::lesson::markdown::Block::Paragraph(vec![
                crate::lesson::markdown::Inline::Strong(vec![crate::lesson::markdown::Inline::Text(
                    question.title,
                )]),
            ])];
            text.extend(question.text);
            QuestionView { id: question.id, text, choices: question.choices }
        })
        .collect()
}

impl Session<'_> {
    /// The step's own id, for a label.
    pub fn step_id(&self, index: usize) -> &str {
        &self.step(index).id
    }
}
