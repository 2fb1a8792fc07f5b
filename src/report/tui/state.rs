//! Everything that the screen shows, as data. [`State`] is a reporter: it takes the same events as
//! the line mode and remembers what is to be seen of them.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;
use std::time::SystemTime;

use crate::event::{
    CheckReport, DiffView, Event, Failure, NodeLine, Notice, StatusView, StepState, StepView,
};
use crate::lesson::markdown::Block;
use crate::picture::Picture;
use crate::report::{Lost, Reporter, Style};
use crate::text::{Lang, Text};

/// What is kept of what was said and of what commands wrote.
const MOST_TOLD: usize = 400;
/// What is kept of the replicas' logs.
const MOST_LOGS: usize = 5_000;
/// Lines that one may come too late by.
const FAR: usize = 2_000;
/// A longer line is of no use on a screen.
const LONGEST_LINE: usize = 1_000;
/// What is kept of what changed in the stack.
const MOST_NEWS: usize = 50;

/// The step that the learner is at, and where it stands in the lesson.
#[derive(Clone, Debug)]
pub(crate) struct Here {
    pub step: StepView,
    pub state: StepState,
    /// Each check, not asked yet.
    pub checks: Vec<CheckLine>,
    /// A check of the step reads files, so that saving one is worth a look.
    pub reads_files: bool,
    pub status: StatusView,
    /// The hints that the learner has asked for.
    pub hints: Vec<Vec<Block>>,
    /// Questions of the step that are not answered rightly yet.
    pub questions: usize,
    /// What the step asks the learner to expect, and nothing was said to yet.
    pub predictions: usize,
    /// What the learner says of himself is said.
    pub confirmed: bool,
    /// Every step is done.
    pub finished: bool,
    /// The lesson after this one, by what `start` takes.
    pub next_lesson: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct CheckLine {
    pub id: String,
    /// What a person calls it.
    pub title: String,
    /// It needs the running stack.
    pub live: bool,
    pub state: CheckState,
    /// The clock time of a change since: what was found is about what was before it.
    pub before: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) enum CheckState {
    Open,
    /// With what is waited for, where that takes longer.
    Asked(Option<Text>),
    Answered(Box<CheckReport>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Readiness {
    Good,
    Coming,
    Bad,
}

/// A replica as the picture of the stack shows it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ReplicaRow {
    pub label: String,
    pub service: String,
    pub state: Text,
    pub readiness: Readiness,
    pub published: Vec<u16>,
    /// The node that it runs on, where the engine has several.
    pub node: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct LogRow {
    pub at: Option<SystemTime>,
    pub label: String,
    pub stderr: bool,
    pub text: String,
}

/// The replicas' logs, of which the oldest lines make room for the newest.
#[derive(Clone, Debug, Default)]
pub(crate) struct Logs {
    rows: VecDeque<LogRow>,
    pub filter: String,
    /// Keys are letters of the filter.
    pub typing: bool,
    /// Lines up from the newest; 0 follows.
    pub back: usize,
}

impl Logs {
    pub(crate) fn push(&mut self, mut row: LogRow) {
        if row.text.len() > LONGEST_LINE {
            let end = (0..=LONGEST_LINE - 3).rev().find(|at| row.text.is_char_boundary(*at)).unwrap_or(0);
            row.text.truncate(end);
            row.text.push_str("...");
        }
        let shown = self.takes(&row);
        // Replicas are read one by one, so a line may come after a later one of another.
        let later = |before: &&LogRow| before.at > row.at;
        let place = self.rows.len() - self.rows.iter().rev().take(FAR).take_while(later).count();
        self.rows.insert(place, row);
        if self.rows.len() > MOST_LOGS {
            self.rows.pop_front();
        }
        // What is being read stays where it is.
        if self.back > 0 && shown {
            self.back = (self.back + 1).min(MOST_LOGS);
        }
    }

    fn takes(&self, row: &LogRow) -> bool {
        let has = |text: &str| !found(text, &self.filter).is_empty();
        self.filter.is_empty() || has(&row.text) || has(&row.label)
    }

    /// The rows that the filter lets through, the newest first.
    pub(crate) fn newest(&self) -> impl Iterator<Item = &LogRow> {
        self.rows.iter().rev().filter(|row| self.takes(row))
    }
}

/// The bytes of `text` where `wanted` stands, in upper or lower case.
pub(crate) fn found(text: &str, wanted: &str) -> Vec<Range<usize>> {
    let wanted: Vec<char> = wanted.chars().flat_map(char::to_lowercase).collect();
    let mut all: Vec<Range<usize>> = Vec::new();
    if wanted.is_empty() {
        return all;
    }
    for (start, _) in text.char_indices() {
        let mut rest = wanted.iter();
        let ends = text[start..].char_indices().find_map(|(at, c)| {
            let same = c.to_lowercase().all(|c| rest.next() == Some(&c));
            (!same || rest.len() == 0).then_some((same, start + at + c.len_utf8()))
        });
        if let Some((true, end)) = ends
            && all.last().is_none_or(|last| last.end <= start)
        {
            all.push(start..end);
        }
    }
    all
}

/// Which part the keys that move are for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Focus {
    #[default]
    Text,
    Checks,
    Stack,
}

/// What an answer is wanted to, with what was said before it.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub question: String,
    pub said: Vec<Event>,
    /// What can be chosen; empty where it is a yes or a no.
    pub items: Vec<String>,
    pub chosen: usize,
    /// Enter is a yes, where there are no items.
    pub enter_is_yes: bool,
    /// What was typed so far, where the answer is words.
    pub typed: Option<String>,
}

/// What stands in front of the step.
#[derive(Clone, Debug)]
pub(crate) enum Layer {
    Intro {
        title: String,
        blocks: Vec<Block>,
    },
    Asked(Asked),
    Diff(DiffView),
    Prompt(String),
    Steps {
        filter: String,
        chosen: usize,
    },
    Logs,
    /// Who knows which address, with all that there is to say of it.
    Picture,
    Help,
    Scale {
        service: String,
        now: usize,
        wanted: String,
    },
    /// Something that a key has asked for itself: a yes or a no in the last row.
    Sure(Text),
}

impl Layer {
    /// It takes the last rows only, and what is above stays in sight.
    pub(crate) const fn is_in_the_foot(&self) -> bool {
        matches!(self, Self::Scale { .. } | Self::Sure(_))
    }
}

/// Everything that there is to see.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub lang: Lang,
    pub style: Style,
    pub here: Option<Here>,
    pub checks: Vec<CheckLine>,
    /// What was said and what commands wrote since the last action began.
    pub told: VecDeque<Event>,
    /// What is being done, in few words.
    pub running: Option<Text>,
    /// What that is at, as far as it says.
    pub at: Option<Text>,
    /// What there is to say in one line, until the next key.
    pub note: Option<Notice>,
    /// The clock time of the last look at a saved file.
    pub saved: Option<String>,
    pub stack: Option<Result<Vec<ReplicaRow>, Text>>,
    /// The engine's machines; none where it has one alone.
    pub nodes: Vec<NodeLine>,
    /// Who knows which address, where something runs that balances.
    pub picture: Option<Picture>,
    /// Requests that each replica's log has told of.
    pub requests: BTreeMap<String, u32>,
    /// What changed in the stack, with the clock time, the latest last.
    pub news: VecDeque<(String, String, Text)>,
    pub logs: Logs,
    pub layer: Option<Layer>,
    /// The opening, while something that was asked for there stands before it.
    pub behind: Option<Layer>,
    pub focus: Focus,
    /// The part that the keys are for has the whole screen.
    pub zoom: bool,
    /// Rows that text, checks and stack are scrolled down, in this order.
    pub scroll: [usize; 3],
    pub layer_scroll: usize,
    /// Minutes since the screen was opened.
    pub minutes: u64,
}

impl State {
    pub(crate) fn new(lang: Lang, style: Style) -> Self {
        Self {
            lang,
            style,
            here: None,
            checks: Vec::new(),
            told: VecDeque::new(),
            running: None,
            at: None,
            note: None,
            saved: None,
            stack: None,
            nodes: Vec::new(),
            picture: None,
            requests: BTreeMap::new(),
            news: VecDeque::new(),
            logs: Logs::default(),
            layer: None,
            behind: None,
            focus: Focus::Text,
            zoom: false,
            scroll: [0; 3],
            layer_scroll: 0,
            minutes: 0,
        }
    }

    /// Takes where the learner is. What was found stays as long as the step is the same.
    pub(crate) fn enter(&mut self, here: Here) {
        let same = self.here.as_ref().is_some_and(|before| before.step.id == here.step.id);
        if !same {
            self.checks = here.checks.clone();
            self.scroll = [0; 3];
            self.focus = Focus::Text;
            self.zoom = false;
            self.saved = None;
            if self.here.is_some() {
                self.told.clear();
            }
        }
        self.here = Some(here);
    }

    /// A new action begins: what the one before has said makes room.
    pub(crate) fn begin(&mut self, doing: Text) {
        self.running = Some(doing);
        self.at = None;
        self.note = None;
        self.told.clear();
    }

    /// A command runs whose output is the latest that there is.
    pub(crate) fn is_writing(&self) -> bool {
        let open = |line: &CheckLine| matches!(line.state, CheckState::Open);
        let wrote = |event: &Event| matches!(event, Event::CommandStarted { .. });
        self.running.is_some() && self.checks.iter().all(open) && self.told.iter().any(wrote)
    }

    /// What was found before is not what is found now.
    pub(crate) fn forget_checks(&mut self) {
        for line in &mut self.checks {
            (line.state, line.before) = (CheckState::Open, None);
        }
    }

    /// The stack is another since `clock`: what was found of it was before that. What passed is not
    /// made doubtful by something that only got `better`.
    pub(crate) fn outdate(&mut self, clock: &str, better: bool) {
        for line in self.checks.iter_mut().filter(|line| line.live && line.before.is_none()) {
            if let CheckState::Answered(report) = &line.state
                && !(better && report.verdict.is_pass())
            {
                line.before = Some(clock.to_owned());
            }
        }
    }

    /// Something that was found is about what was before a change.
    pub(crate) fn is_outdated(&self) -> bool {
        self.checks.iter().any(|line| line.before.is_some())
    }

    /// How many checks pass, of how many.
    pub(crate) fn passed(&self) -> (usize, usize) {
        let passes = |line: &&CheckLine| match &line.state {
            CheckState::Answered(report) => report.verdict.is_pass(),
            _ => false,
        };
        (self.checks.iter().filter(passes).count(), self.checks.len())
    }

    /// The step is done, whether passed or skipped.
    pub(crate) fn is_done(&self) -> bool {
        self.here.as_ref().is_some_and(|here| here.state != StepState::Open)
    }

    pub(crate) fn tell_news(&mut self, clock: String, label: String, what: Text) {
        self.news.push_back((clock, label, what));
        if self.news.len() > MOST_NEWS {
            self.news.pop_front();
        }
    }

    fn tell(&mut self, event: &Event) {
        self.told.push_back(event.clone());
        if self.told.len() > MOST_TOLD {
            self.told.pop_front();
        }
    }

    fn fail(&mut self, failure: &Failure) {
        self.tell(&Event::Failure(failure.clone()));
        self.show(Focus::Checks);
    }

    /// Turns to a part, from its beginning.
    pub(crate) fn show(&mut self, focus: Focus) {
        self.focus = focus;
        self.scroll[focus as usize] = 0;
    }

    fn check(&mut self, id: &str, state: CheckState) {
        if let Some(line) = self.checks.iter_mut().find(|line| line.id == id) {
            (line.state, line.before) = (state, None);
        }
    }
}

impl Reporter for State {
    fn event(&mut self, event: &Event) {
        match event {
            Event::CheckStarted { check, .. } => self.check(check, CheckState::Asked(None)),
            Event::Waiting { check, seconds, of, seen, .. } => {
                let words = Text::new("screen-check-waits").with("seconds", *seconds);
                let words = words.with("of", *of).with("seen", seen.clone());
                self.check(check, CheckState::Asked(Some(words)));
            }
            Event::CheckFinished(report) => {
                self.check(&report.id, CheckState::Answered(report.clone()));
            }
            Event::Progress(at) => self.at = Some(at.clone()),
            Event::CommandFinished { .. } => {
                self.at = None;
                self.tell(event);
            }
            Event::Hint { .. } => self.focus = Focus::Text,
            Event::Failure(failure) => self.fail(failure),
            Event::Diff(_)
            | Event::Prompt(_)
            | Event::CommandStarted { .. }
            | Event::CommandOutput { .. }
            | Event::Question(_)
            | Event::Answer { .. }
            | Event::Removal { .. }
            | Event::Effects(_)
            | Event::Reset(_)
            | Event::Notice(_) => self.tell(event),
            // The screen shows where the learner is by itself, and the stack as it is.
            Event::Lessons(_)
            | Event::Course(_)
            | Event::Intro { .. }
            | Event::Step(_)
            | Event::StepFinished(_)
            | Event::CheckRun(_)
            | Event::Status(_)
            | Event::Findings(_)
            | Event::Cluster(_)
            | Event::Change(_)
            | Event::Demo(_)
            | Event::Traffic(_)
            | Event::Picture(_)
            | Event::LoadStarted(_)
            | Event::LoadProgress(_)
            | Event::Load(_)
            | Event::Script(_)
            | Event::Notes(_)
            | Event::Glossary { .. }
            | Event::Reference { .. }
            | Event::Keys(_) => {}
        }
    }

    fn finish(&mut self) -> Result<(), Lost> {
        Ok(())
    }
}
