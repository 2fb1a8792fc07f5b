//! Everything that a session says to the outside. The core emits [`Event`]s; only reporters print,
//! so text, JSON and JUnit cannot disagree.

use std::path::PathBuf;
use std::time::SystemTime;

use crate::check::{Outcome, Verdict};
use crate::lesson::effects::Effect;
use crate::lesson::markdown::Block;
use workshop_engine::{EngineKind, Finding, Resource};
use workshop_load::Plan;
use workshop_text::Text;

/// One thing that happened, or one thing to show.
#[derive(Clone, Debug)]
pub enum Event {
    /// A line of information that belongs to no step.
    Notice(Notice),
    /// The lessons that there are.
    Lessons(Vec<LessonLine>),
    /// A lesson's opening text: scenario and prerequisites.
    Intro {
        title: String,
        blocks: Vec<Block>,
    },
    /// A step is at hand: its text and what it offers.
    Step(StepView),
    /// A check has been asked and is not answered yet.
    CheckStarted {
        step: String,
        check: String,
        /// What a person calls it.
        title: String,
    },
    /// A check is answered.
    CheckFinished(CheckReport),
    /// All checks of a step are answered.
    StepFinished(StepReport),
    /// A run of `check` is over: every step that it looked at.
    CheckRun(CheckRun),
    /// The change that `apply` would make or that separates the workspace from the reference.
    Diff(DiffView),
    /// A command starts; its output follows line by line.
    CommandStarted {
        command: String,
    },
    CommandOutput {
        stderr: bool,
        line: String,
    },
    /// A check is waited for: how long of how long at most, and what was seen last. Once a second.
    Waiting {
        check: String,
        title: String,
        seconds: u64,
        of: u64,
        seen: Text,
    },
    /// What a command is at, to be seen until the next thing is; of no use afterwards.
    Progress(String),
    CommandFinished {
        command: String,
        code: Option<i32>,
        ms: u64,
    },
    /// One hint, of how many.
    Hint {
        number: usize,
        of: usize,
        blocks: Vec<Block>,
    },
    /// The prompt for an AI assistant, as it is.
    Prompt(String),
    /// A question to the learner.
    Question(QuestionView),
    /// The explanation after an answer.
    Answer {
        right: bool,
        explanation: Vec<Block>,
    },
    /// Where the learner is.
    Status(StatusView),
    /// What `reset` is about to remove.
    Removal {
        resources: Vec<Resource>,
        files: Vec<String>,
    },
    /// What a lesson would do, before it is agreed to.
    Effects(EffectsView),
    /// What `reset` did, and what it did not.
    Reset(ResetView),
    /// What `doctor` found.
    Findings(Vec<Finding>),
    /// A change in few words, where the whole of it would hide the rest.
    Change(ChangeView),
    /// A demo is over: what came of every step that was played.
    Demo(DemoRun),
    /// Where requests have gone so far, while they are being sent.
    Traffic(TrafficView),
    /// A load run begins.
    LoadStarted(Box<Plan>),
    /// How far it is, a few times a second.
    LoadProgress(workshop_load::Progress),
    /// It is over.
    Load(Box<LoadRun>),
    /// What a demo would do, step by step.
    Script(ScriptView),
    /// What the presenter of a demo reads while others watch.
    Notes(NotesView),
    /// Keys, each with what it does.
    Keys(Vec<(Text, Text)>),
    /// A command could not be done.
    Failure(Failure),
}

#[derive(Clone, Debug)]
pub struct Notice {
    pub tone: Tone,
    pub text: Text,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Something was done.
    Done,
    /// Something to know.
    Info,
    /// Something to mind.
    Warning,
    /// What to type next.
    Next,
}

#[derive(Clone, Debug)]
pub struct LessonLine {
    pub id: String,
    pub title: String,
    pub minutes: u32,
    pub steps: usize,
    /// Steps passed, and steps skipped, where the lesson has been started here.
    pub done: Option<(usize, usize)>,
}

/// A step as a reader meets it.
#[derive(Clone, Debug)]
pub struct StepView {
    pub lesson: String,
    pub id: String,
    /// From 1.
    pub number: usize,
    pub of: usize,
    pub title: String,
    /// 0 where it is not to be said.
    pub minutes: u32,
    pub optional: bool,
    pub blocks: Vec<Block>,
    /// Files that its edit changes, relative to the workspace.
    pub edits: Vec<String>,
    /// Commands that it runs, as a person would type them.
    pub commands: Vec<String>,
    pub offers: Offers,
}

/// What a step has beside its text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Offers {
    pub apply: bool,
    pub diff: bool,
    pub prompt: bool,
    pub hints: usize,
    pub question: bool,
    pub confirm: bool,
}

#[derive(Clone, Debug)]
pub struct CheckReport {
    pub step: String,
    pub id: String,
    /// What a person calls it.
    pub title: String,
    /// The kind's name in `lesson.toml`: `compose`, `replicas`, `spread` …
    pub kind: &'static str,
    pub verdict: Verdict,
    pub ms: f64,
}

#[derive(Clone, Debug)]
pub struct StepReport {
    pub id: String,
    pub number: usize,
    pub title: String,
    pub outcome: Outcome,
    pub checks: Vec<CheckReport>,
    /// Checks that were left out because only static ones were asked for.
    pub left_out: usize,
}

#[derive(Clone, Debug)]
pub struct CheckRun {
    pub lesson: String,
    pub engine: EngineKind,
    pub outcome: Outcome,
    pub steps: Vec<StepReport>,
}

/// A change, file by file, as unified diffs with three lines of context.
#[derive(Clone, Debug, Default)]
pub struct DiffView {
    pub files: Vec<FileDiff>,
}

#[derive(Clone, Debug)]
pub struct FileDiff {
    pub path: String,
    pub unified: String,
}

/// What changed in a file: how many lines, and where they are few, which.
#[derive(Clone, Debug)]
pub struct ChangeView {
    pub file: String,
    pub added: usize,
    pub removed: usize,
    /// Each with its `+` or `-`, in the diff's order; empty where there are too many.
    pub lines: Vec<String>,
}

/// A demo that is over.
#[derive(Clone, Debug)]
pub struct DemoRun {
    /// The steps that were played.
    pub run: CheckRun,
    /// Milliseconds that each of them took, its action included.
    pub ms: Vec<u64>,
    /// From the first to the last, with what was built before and taken down after.
    pub total_ms: u64,
    /// Steps that were to be played.
    pub of: usize,
    /// The last of them did not pass, so the rest was not played.
    pub stopped: bool,
}

/// Requests under way.
#[derive(Clone, Debug, Default)]
pub struct TrafficView {
    /// Each replica's answers so far.
    pub shares: Vec<crate::check::Share>,
    /// The count that a whole bar stands for.
    pub whole: u32,
    /// Requests that were not answered as they should be.
    pub failed: u32,
}

/// A load run that is over.
#[derive(Clone, Debug)]
pub struct LoadRun {
    pub plan: Plan,
    pub report: workshop_load::Report,
    /// In the order that they were given.
    pub thresholds: Vec<workshop_load::threshold::Outcome>,
    /// When it ended.
    pub at: SystemTime,
    /// What runs the stack that was loaded, where it was the workspace's own.
    pub engine: Option<EngineKind>,
}

/// A demo on paper.
#[derive(Clone, Debug)]
pub struct ScriptView {
    pub title: String,
    pub steps: Vec<ScriptStep>,
}

#[derive(Clone, Debug)]
pub struct ScriptStep {
    pub number: usize,
    pub id: String,
    pub title: String,
    pub minutes: u32,
    pub optional: bool,
    pub edits: Vec<ChangeView>,
    /// Files that it copies.
    pub copies: usize,
    pub commands: Vec<String>,
    /// Requests that it sends as a browser would.
    pub requests: usize,
    /// Ids.
    pub questions: Vec<String>,
    /// Ids, questions left out.
    pub checks: Vec<String>,
}

/// Speaker notes, and where the demo is.
#[derive(Clone, Debug)]
pub struct NotesView {
    /// Where the demo stands, its time and how that compares with the plan, a line each.
    pub standing: Vec<Text>,
    /// The step at hand and the one after it.
    pub steps: Vec<NotesStep>,
}

#[derive(Clone, Debug)]
pub struct NotesStep {
    pub number: usize,
    pub title: String,
    pub minutes: u32,
    /// As they stand in the lesson.
    pub notes: Option<String>,
}

#[derive(Clone, Debug)]
pub struct QuestionView {
    pub id: String,
    pub text: Vec<Block>,
    /// Each choice's own text, in order.
    pub choices: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct StatusView {
    pub lesson: String,
    pub title: String,
    pub root: PathBuf,
    pub engine: EngineKind,
    pub steps: Vec<StepLine>,
    /// What runs now, or why that could not be seen.
    pub stack: Result<Vec<ReplicaLine>, Text>,
    /// Minutes of the steps that are not done yet.
    pub minutes_left: u32,
}

/// What nobody has agreed to yet.
#[derive(Clone, Debug)]
pub struct EffectsView {
    pub lesson: String,
    /// The lesson comes from a folder, not with the program.
    pub is_foreign: bool,
    /// The rest of the same course was agreed to before.
    pub again: bool,
    /// What `--agree` takes.
    pub digest: String,
    pub effects: Vec<Effect>,
}

#[derive(Clone, Debug)]
pub struct StepLine {
    pub number: usize,
    pub id: String,
    pub title: String,
    pub state: StepState,
    pub current: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    #[default]
    Open,
    Passed,
    Skipped,
}

#[derive(Clone, Debug)]
pub struct ReplicaLine {
    pub label: String,
    pub state: Text,
    pub published: Vec<u16>,
}

/// A reset that is over.
#[derive(Clone, Debug, Default)]
pub struct ResetView {
    pub removed: Vec<Resource>,
    pub left: Vec<LeftOver>,
    /// Why it could not be seen what runs, where that is so.
    pub unseen: Option<Text>,
    /// What the workspace has that a reset leaves: the images that it built.
    pub kept: Vec<Resource>,
    /// Files that were brought back.
    pub files: Vec<String>,
}

/// Something that could not be removed.
#[derive(Clone, Debug)]
pub struct LeftOver {
    pub resource: Resource,
    /// In the engine's words, where it said any.
    pub why: Option<Text>,
}

/// A command that could not be done: what, and what to do next.
#[derive(Clone, Debug)]
pub struct Failure {
    pub exit: u8,
    pub text: Text,
    pub next: Option<Text>,
    /// A file of the learner's or of the lesson's that it is about.
    pub place: Option<crate::check::Place>,
}
