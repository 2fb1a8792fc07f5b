//! Everything that a session says to the outside. The core emits [`Event`]s, which are data; whoever
//! shows them listens to the same stream ([`Emit`](crate::emit::Emit)), so that text, JSON and JUnit cannot disagree.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::courses::Entry as CourseEntry;
use crate::courses::changes::Change;
use crate::lesson::effects::Effect;
use crate::lesson::markdown::{Block, Entry, ReadOn};
use crate::lesson::prediction::GuessKind;
use crate::reference::Topic;
use crate::verdict::{Outcome, Verdict};
use workshop_engine::swarm::cluster::ClusterView;
use workshop_engine::{EngineKind, Finding, Node, NodeState, Observed, Resource};
use workshop_load::Plan;
use workshop_text::Text;

/// One thing that happened, or one thing to show.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", content = "data", rename_all = "snake_case")]
pub enum Event {
    /// A line of information that belongs to no step.
    Notice(Notice),
    /// The lessons that there are.
    Lessons(Vec<LessonLine>),
    /// A course of this user's: what it is, and what becomes of it.
    Course(Box<CourseView>),
    /// A lesson's opening text: scenario and prerequisites.
    Intro {
        /// The lesson's title, from its prose.
        title: String,
        /// What stands before the first step.
        blocks: Vec<Block>,
    },
    /// A step is at hand: its text and what it offers.
    Step(StepView),
    /// A check has been asked and is not answered yet.
    CheckStarted {
        /// The step's id.
        step: String,
        /// The check's id.
        check: String,
        /// What a person calls it.
        title: String,
    },
    /// A check is answered.
    CheckFinished(Box<CheckReport>),
    /// All checks of a step are answered.
    StepFinished(StepReport),
    /// A run of `check` is over: every step that it looked at.
    CheckRun(CheckRun),
    /// The change that `apply` would make or that separates the workspace from the reference.
    Diff(DiffView),
    /// A command starts; its output follows line by line.
    CommandStarted {
        /// As a person would type it.
        command: String,
    },
    /// A line that the command wrote, the lesson's secrets hidden.
    CommandOutput {
        /// It came from standard error, not from standard output.
        stderr: bool,
        /// Without its line feed.
        line: String,
    },
    /// A check is waited for: how long of how long at most, and what was seen last. Once a second.
    Waiting {
        /// The check's id.
        check: String,
        /// What a person calls the check.
        title: String,
        /// How long it has been waited for.
        seconds: u64,
        /// When waiting ends, in seconds from its begin.
        of: u64,
        /// The message of the last verdict.
        seen: Text,
    },
    /// What a command is at, to be seen until the next thing is; of no use afterwards.
    Progress(Text),
    /// The command that started last has ended.
    CommandFinished {
        /// The same as in [`Event::CommandStarted`].
        command: String,
        /// Its exit code; `None` where it has none: a signal ended it.
        code: Option<i32>,
        /// Milliseconds that it took.
        ms: u64,
    },
    /// One hint, of how many.
    Hint {
        /// From 1.
        number: usize,
        /// How many hints the step has.
        of: usize,
        /// The hint's text.
        blocks: Vec<Block>,
    },
    /// The prompt for an AI assistant, as it is.
    Prompt(String),
    /// A question to the learner.
    Question(QuestionView),
    /// The explanation after an answer.
    Answer {
        /// Whether the choice was the right one.
        right: bool,
        /// Empty where the lesson explains nothing.
        explanation: Vec<Block>,
    },
    /// Where the learner is.
    Status(StatusView),
    /// What `reset` is about to remove.
    Removal {
        /// Containers, networks, volumes and the like.
        resources: Vec<Resource>,
        /// Files that are brought back as they were, relative to the workspace.
        files: Vec<String>,
    },
    /// What a lesson would do, before it is agreed to.
    Effects(EffectsView),
    /// What `reset` did, and what it did not.
    Reset(ResetView),
    /// What `doctor` found.
    Findings(Vec<Finding>),
    /// A cluster on this machine, as it is now.
    Cluster(ClusterView),
    /// A change in few words, where the whole of it would hide the rest.
    Change(ChangeView),
    /// A demo is over: what came of every step that was played.
    Demo(DemoRun),
    /// Where requests have gone so far, while they are being sent.
    Traffic(TrafficView),
    /// Who knows which address, as it is now.
    Picture(Box<crate::picture::Picture>),
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
    /// Words of the course: each explained, or only named where there are many.
    Glossary {
        /// In the course's order.
        entries: Vec<Entry>,
        /// What each of them is, is shown.
        explained: bool,
    },
    /// What `lesson.toml` may say: each topic explained, or in a sentence where there are many.
    Reference {
        /// In the order of the pages.
        topics: Vec<Topic>,
        /// All of what is known of each of them is shown.
        explained: bool,
    },
    /// Keys, each with what it does.
    Keys(Vec<(Text, Text)>),
    /// A command could not be done.
    Failure(Failure),
}

/// A line of information, and how it is meant.
#[derive(Clone, Debug, Serialize)]
pub struct Notice {
    /// How it is meant, which decides its mark and colour.
    pub tone: Tone,
    /// In words, not yet in a language.
    pub text: Text,
    /// What it is about, where a listener shows that in another way.
    #[serde(skip)]
    pub about: About,
}

impl Notice {
    /// About nothing that a listener must know.
    pub const fn new(tone: Tone, text: Text) -> Self {
        Self { tone, text, about: About::Anything }
    }
}

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// Words for whoever reads.
    Anything,
    /// The lesson's files are about to be copied.
    Copying,
    /// Files were copied or changed, which `undo` takes back.
    Written,
}

/// How a notice is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
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

/// A lesson in the list of lessons.
#[derive(Clone, Debug, Serialize)]
pub struct LessonLine {
    /// As it is typed: `06`.
    pub id: String,
    /// The name of its folder.
    pub folder: String,
    /// What its course is called.
    pub course: String,
    /// Where the course was taken from; nothing for the one in the program.
    pub source: Option<String>,
    /// In the reader's language.
    pub title: String,
    /// What all of its steps take together.
    pub minutes: u32,
    /// How many steps it has.
    pub steps: usize,
    /// Steps passed, and steps skipped, where the lesson has been started here.
    pub done: Option<(usize, usize)>,
}

/// A course of this user's, before or after something becomes of it.
#[derive(Clone, Debug, Serialize)]
pub struct CourseView {
    /// What is being done with it.
    #[serde(skip)]
    pub heading: Text,
    /// As the list of courses has it.
    #[serde(flatten)]
    pub entry: CourseEntry,
    /// Its lessons; empty where they are not told.
    pub lessons: Vec<LessonLine>,
    /// What it would do to the machine: all of it, or what is new.
    pub effects: Vec<Effect>,
    /// What is different from the version before.
    pub changes: Vec<Change>,
}

/// A step as a reader meets it.
#[derive(Clone, Debug, Serialize)]
pub struct StepView {
    /// The lesson's id.
    pub lesson: String,
    /// The step's id.
    pub id: String,
    /// From 1.
    pub number: usize,
    /// How many steps the lesson has.
    pub of: usize,
    /// Its heading, without mark-up.
    pub title: String,
    /// 0 where it is not to be said.
    pub minutes: u32,
    /// A learner may go on without having passed it.
    pub optional: bool,
    /// Its text, without hints, prompt and questions.
    #[serde(rename = "text")]
    pub blocks: Vec<Block>,
    /// Files that its edit changes, relative to the workspace.
    pub edits: Vec<String>,
    /// Commands that it runs, as a person would type them.
    pub commands: Vec<String>,
    /// What it has beside its text.
    pub offers: Offers,
    /// Where to read more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_on: Option<ReadOn>,
}

/// What a step has beside its text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Offers {
    /// `apply` has something to do: an edit, a command or a request.
    pub apply: bool,
    /// It has an edit, so `diff` has something to show.
    pub diff: bool,
    /// It has a prompt for an AI assistant.
    pub prompt: bool,
    /// How many hints it has.
    pub hints: usize,
    /// One of its checks is a question with choices.
    pub question: bool,
    /// One of its checks is what the learner has to confirm.
    pub confirm: bool,
    /// It asks what the learner expects, and nothing was said to that yet.
    pub prediction: bool,
}

/// An answered check: which it was, and its verdict.
#[derive(Clone, Debug, Serialize)]
pub struct CheckReport {
    /// The step's id.
    pub step: String,
    /// The check's id.
    pub id: String,
    /// What a person calls it.
    pub title: String,
    /// The kind's name in `lesson.toml`: `compose`, `replicas`, `spread` …
    pub kind: &'static str,
    /// What a pass of it is worth to a grader; 0 where it is not graded.
    pub points: u32,
    /// What a pass of it proves, in the lesson's words; may be empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub proves: String,
    /// What the learner expected of what it has measured.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub predictions: Vec<Predicted>,
    /// What came of it.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// Milliseconds that it took, waiting included.
    #[serde(serialize_with = "to_a_microsecond")]
    pub ms: f64,
}

/// What a learner expected, beside what was measured.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Predicted {
    /// The prediction's id.
    pub id: String,
    /// What was asked, without mark-up.
    pub question: String,
    /// What the learner said, with its unit, or the words of the choice.
    pub guess: String,
    /// What was measured; `None` as long as nothing was.
    pub measured: Option<Text>,
    /// It is one figure, and not the whole message of the check.
    #[serde(skip)]
    pub is_figure: bool,
}

/// What came of the checks of a step.
#[derive(Clone, Debug, Serialize)]
pub struct StepReport {
    /// The step's id.
    pub id: String,
    /// From 1.
    pub number: usize,
    /// Its heading, without mark-up.
    pub title: String,
    /// The worst of its checks' outcomes; a pass where there are none.
    #[serde(rename = "verdict")]
    pub outcome: Outcome,
    /// Those that were asked, in the lesson's order.
    pub checks: Vec<CheckReport>,
    /// Checks that were left out because only static ones were asked for.
    #[serde(skip_serializing_if = "is_none")]
    pub left_out: usize,
}

/// What came of every step that a run looked at.
#[derive(Clone, Debug, Serialize)]
pub struct CheckRun {
    /// The lesson's id.
    pub lesson: String,
    /// What runs the stack.
    pub engine: EngineKind,
    /// The worst of the steps' outcomes; where there are several, optional ones do not count.
    #[serde(rename = "verdict")]
    pub outcome: Outcome,
    /// In the lesson's order.
    pub steps: Vec<StepReport>,
}

/// A change, file by file, as unified diffs with three lines of context.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DiffView {
    /// One for each file that differs.
    pub files: Vec<FileDiff>,
}

/// The change of one file.
#[derive(Clone, Debug, Serialize)]
pub struct FileDiff {
    /// Relative to the workspace, with `/`.
    #[serde(rename = "file")]
    pub path: String,
    /// The unified diff with its `---` and `+++` lines.
    pub unified: String,
}

/// What changed in a file: how many lines, and where they are few, which.
#[derive(Clone, Debug, Serialize)]
pub struct ChangeView {
    /// Relative to the workspace, with `/`.
    pub file: String,
    /// How many lines are new.
    pub added: usize,
    /// How many lines are gone.
    pub removed: usize,
    /// Each with its `+` or `-`, in the diff's order; empty where there are too many.
    pub lines: Vec<String>,
}

/// A demo that is over.
#[derive(Clone, Debug, Serialize)]
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
#[derive(Clone, Debug, Default, Serialize)]
pub struct TrafficView {
    /// Each replica's answers so far.
    pub shares: Vec<crate::verdict::Share>,
    /// The count that a whole bar stands for.
    pub whole: u32,
    /// Requests that were not answered as they should be.
    pub failed: u32,
}

/// A load run that is over.
#[derive(Clone, Debug, Serialize)]
pub struct LoadRun {
    /// What was sent, to where, and how.
    pub plan: Plan,
    /// What was measured.
    #[serde(flatten)]
    pub report: workshop_load::Report,
    /// In the order that they were given.
    pub thresholds: Vec<workshop_load::threshold::Outcome>,
    /// When it ended.
    pub at: SystemTime,
    /// What runs the stack that was loaded, where it was the workspace's own.
    pub engine: Option<EngineKind>,
}

/// A demo on paper.
#[derive(Clone, Debug, Serialize)]
pub struct ScriptView {
    /// The lesson's title.
    pub title: String,
    /// Those that would be played, in order.
    pub steps: Vec<ScriptStep>,
}

/// What a demo would do in one step.
#[derive(Clone, Debug, Serialize)]
pub struct ScriptStep {
    /// From 1, in the whole lesson.
    pub number: usize,
    /// The step's id.
    pub id: String,
    /// Its heading, without mark-up.
    pub title: String,
    /// What the lesson plans for it.
    pub minutes: u32,
    /// A learner may go on without having passed it.
    pub optional: bool,
    /// It is not shown: the talk is short of time.
    pub left_out: bool,
    /// What its edit changes, file by file.
    pub edits: Vec<ChangeView>,
    /// Files that it copies.
    pub copies: usize,
    /// As a person would type them.
    pub commands: Vec<String>,
    /// Requests that it sends as a browser would.
    pub requests: usize,
    /// Ids of what the room is asked to expect.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub predictions: Vec<String>,
    /// Ids.
    pub questions: Vec<String>,
    /// Ids, questions left out.
    pub checks: Vec<String>,
    /// What comes after what: the changes and commands above, each in its turn.
    #[serde(skip)]
    pub order: Vec<ScriptAction>,
}

/// One thing that a step of a demo does.
#[derive(Clone, Debug)]
pub enum ScriptAction {
    /// The lesson's start is copied.
    Copies,
    /// So many files change.
    Edits(usize),
    /// The next command is run.
    Command,
    /// So many requests are sent.
    Requests(usize),
    /// A check must hold, by its id.
    Holds(String),
}

/// Speaker notes, and where the demo is.
#[derive(Clone, Debug, Serialize)]
pub struct NotesView {
    /// Where the demo stands, its time and how that compares with the plan, a line each.
    pub standing: Vec<Text>,
    /// The step at hand and the one after it.
    pub steps: Vec<NotesStep>,
}

/// A step as the presenter sees it.
#[derive(Clone, Debug, Serialize)]
pub struct NotesStep {
    /// From 1, in the whole lesson.
    pub number: usize,
    /// Its heading, without mark-up.
    pub title: String,
    /// What the lesson plans for it.
    pub minutes: u32,
    /// As they stand in the lesson.
    pub notes: Option<String>,
}

/// A question and what can be answered.
#[derive(Clone, Debug, Serialize)]
pub struct QuestionView {
    /// The check's id, which the answer names.
    pub id: String,
    /// The question's title and its text.
    pub text: Vec<Block>,
    /// Each choice's own text, in order.
    pub choices: Vec<String>,
    /// It asks what the learner expects, and in which form; nothing is right or wrong then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guess: Option<GuessKind>,
    /// What a number in answer to it counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// How far the learner is, and what runs.
#[derive(Clone, Debug, Serialize)]
pub struct StatusView {
    /// The lesson's id.
    pub lesson: String,
    /// The lesson's title.
    pub title: String,
    /// The folder of the workspace.
    #[serde(serialize_with = "lossy")]
    pub root: PathBuf,
    /// What runs the stack.
    pub engine: EngineKind,
    /// Every step of the lesson, in order.
    pub steps: Vec<StepLine>,
    /// What runs now, or why that could not be seen.
    #[serde(flatten, serialize_with = "replicas_or_error")]
    pub stack: Result<Vec<ReplicaLine>, Text>,
    /// The engine's machines; none where it has one alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nodes: Vec<NodeLine>,
    /// Minutes of the steps that are not done yet.
    pub minutes_left: u32,
    /// What the learner has predicted so far.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub predictions: Vec<Predicted>,
}

/// What nobody has agreed to yet.
#[derive(Clone, Debug, Serialize)]
pub struct EffectsView {
    /// The lesson's id.
    pub lesson: String,
    /// The lesson comes from a folder, not with the program.
    pub is_foreign: bool,
    /// The rest of the same course was agreed to before.
    pub again: bool,
    /// What `--agree` takes.
    pub digest: String,
    /// Those that are not agreed to yet.
    pub effects: Vec<Effect>,
}

/// A step in the list of steps.
#[derive(Clone, Debug, Serialize)]
pub struct StepLine {
    /// From 1.
    pub number: usize,
    /// The step's id.
    pub id: String,
    /// Its heading, without mark-up.
    pub title: String,
    /// What came of it.
    pub state: StepState,
    /// The learner is at this one.
    pub current: bool,
}

/// How a learner has left a step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// Neither passed nor skipped yet.
    #[default]
    Open,
    /// All of its checks have passed.
    Passed,
    /// The learner went on without it.
    Skipped,
}

/// A replica of the stack in the list of what runs.
#[derive(Clone, Debug, Serialize)]
pub struct ReplicaLine {
    /// Service and index: `backend-3`.
    pub label: String,
    /// In words: `running, healthy`.
    pub state: Text,
    /// Ports of this machine that lead to it.
    pub published: Vec<u16>,
    /// The node that it runs on, by name; none where the engine has one machine, or it is on none yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
}

/// A machine of an engine that has several.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NodeLine {
    /// Its host name.
    pub name: String,
    /// In words: `ready, leader`.
    pub state: Text,
    /// The managers hear from it.
    #[serde(skip)]
    pub is_ready: bool,
}

impl NodeLine {
    /// The machines of a stack's engine, by name.
    pub fn all(stack: &Observed) -> Vec<Self> {
        let line = |node: &Node| Self {
            name: node.name.clone(),
            state: crate::check::node_state(node),
            is_ready: node.state == NodeState::Ready,
        };
        stack.nodes.iter().map(line).collect()
    }
}

/// A reset that is over.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ResetView {
    /// What is gone.
    pub removed: Vec<Resource>,
    /// What could not be removed, each with the reason.
    pub left: Vec<LeftOver>,
    /// Why it could not be seen what runs, where that is so.
    pub unseen: Option<Text>,
    /// What the workspace has that a reset leaves: the images that it built.
    pub kept: Vec<Resource>,
    /// Files that were brought back.
    pub files: Vec<String>,
}

/// Something that could not be removed.
#[derive(Clone, Debug, Serialize)]
pub struct LeftOver {
    /// What is still there.
    #[serde(flatten)]
    pub resource: Resource,
    /// In the engine's words, where it said any.
    #[serde(rename = "reason")]
    pub why: Option<Text>,
}

/// A command that could not be done: what, and what to do next.
#[derive(Clone, Debug, Serialize)]
pub struct Failure {
    /// The exit code of the program.
    pub exit: u8,
    /// What could not be done, and why.
    #[serde(rename = "message")]
    pub text: Text,
    /// What to do next, where that is known.
    pub next: Option<Text>,
    /// A file of the learner's or of the lesson's that it is about.
    #[serde(flatten, serialize_with = "crate::verdict::place_or_nulls")]
    pub place: Option<crate::verdict::Place>,
}

fn is_none(count: &usize) -> bool {
    *count == 0
}

fn to_a_microsecond<S: Serializer>(ms: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((ms * 1000.0).round() / 1000.0)
}

/// A path that is not UTF-8 is shown as well as it can be.
fn lossy<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&path.to_string_lossy())
}

fn replicas_or_error<S: Serializer>(
    stack: &Result<Vec<ReplicaLine>, Text>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(2))?;
    map.serialize_entry("replicas", &stack.as_ref().ok())?;
    map.serialize_entry("stack_error", &stack.as_ref().err())?;
    map.end()
}
