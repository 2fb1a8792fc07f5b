//! Everything that the screen shows, as data. [`State`] is a reporter: it takes the same events as
//! the line mode and remembers what is to be seen of them.

use std::collections::{BTreeMap, VecDeque};
use std::time::SystemTime;

use crate::event::{
    CheckReport, DiffView, Event, Failure, Notice, QuestionView, StatusView, StepState, StepView,
};
use crate::lesson::markdown::Block;
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
pub struct Here {
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
    /// What the learner says of himself is said.
    pub confirmed: bool,
    /// Every step is done.
    pub finished: bool,
}

#[derive(Clone, Debug)]
pub struct CheckLine {
    pub id: String,
    /// What a person calls it.
    pub title: String,
    /// It needs the running stack.
    pub live: bool,
    pub state: CheckState,
}

#[derive(Clone, Debug)]
pub enum CheckState {
    Open,
    Asked,
    Answered(Box<CheckReport>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    Good,
    Coming,
    Bad,
}

/// A replica as the picture of the stack shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplicaRow {
    pub label: String,
    pub service: String,
    pub state: Text,
    pub readiness: Readiness,
    pub published: Vec<u16>,
}

#[derive(Clone, Debug)]
pub struct LogRow {
    pub at: Option<SystemTime>,
    pub label: String,
    pub stderr: bool,
    pub text: String,
}

/// The replicas' logs, of which the oldest lines make room for the newest.
#[derive(Clone, Debug, Default)]
pub struct Logs {
    rows: VecDeque<LogRow>,
    pub filter: String,
    /// Keys are letters of the filter.
    pub typing: bool,
    /// Rows up from the newest; 0 follows.
    pub back: usize,
}

impl Logs {
    pub fn push(&mut self, mut row: LogRow) {
        if row.text.len() > LONGEST_LINE {
            let end = (0..=LONGEST_LINE).rev().find(|at| row.text.is_char_boundary(*at)).unwrap_or(0);
            row.text.truncate(end);
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
        let wanted = self.filter.to_lowercase();
        let has = |text: &str| text.to_lowercase().contains(&wanted);
        wanted.is_empty() || has(&row.text) || has(&row.label)
    }

    /// The rows that the filter lets through, the newest first.
    pub fn newest(&self) -> impl Iterator<Item = &LogRow> {
        self.rows.iter().rev().filter(|row| self.takes(row))
    }
}

/// Which part the keys that move are for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Focus {
    #[default]
    Text,
    Checks,
    Stack,
}

/// What an answer is wanted to, with what was said before it.
#[derive(Clone, Debug)]
pub struct Asked {
    pub question: String,
    pub said: Vec<Event>,
    /// What can be chosen; empty where it is a yes or a no.
    pub items: Vec<String>,
    pub chosen: usize,
    /// Enter is a yes, where there are no items.
    pub enter_is_yes: bool,
}

/// What stands in front of the step.
#[derive(Clone, Debug)]
pub enum Layer {
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
    pub const fn is_in_the_foot(&self) -> bool {
        matches!(self, Self::Scale { .. } | Self::Sure(_))
    }
}

/// Everything that there is to see.
#[derive(Clone, Debug)]
pub struct State {
    pub lang: Lang,
    pub style: Style,
    pub here: Option<Here>,
    pub checks: Vec<CheckLine>,
    /// What was said and what commands wrote since the last action began.
    pub told: VecDeque<Event>,
    /// What is being done, in few words.
    pub running: Option<Text>,
    /// What there is to say in one line, until the next key.
    pub note: Option<Notice>,
    /// The clock time of the last look at a saved file.
    pub saved: Option<String>,
    pub stack: Option<Result<Vec<ReplicaRow>, Text>>,
    /// Requests that each replica's log has told of.
    pub requests: BTreeMap<String, u32>,
    /// What changed in the stack, with the clock time, the latest last.
    pub news: VecDeque<(String, String, Text)>,
    pub logs: Logs,
    pub layer: Option<Layer>,
    pub focus: Focus,
    /// Rows that text, checks and stack are scrolled down, in this order.
    pub scroll: [usize; 3],
    pub layer_scroll: usize,
    /// Minutes since the screen was opened.
    pub minutes: u64,
}

impl State {
    pub fn new(lang: Lang, style: Style) -> Self {
        Self {
            lang,
            style,
            here: None,
            checks: Vec::new(),
            told: VecDeque::new(),
            running: None,
            note: None,
            saved: None,
            stack: None,
            requests: BTreeMap::new(),
            news: VecDeque::new(),
            logs: Logs::default(),
            layer: None,
            focus: Focus::Text,
            scroll: [0; 3],
            layer_scroll: 0,
            minutes: 0,
        }
    }

    /// Takes where the learner is. What was found stays as long as the step is the same.
    pub fn enter(&mut self, here: Here) {
        let same = self.here.as_ref().is_some_and(|before| before.step.id == here.step.id);
        if !same {
            self.checks = here.checks.clone();
            self.scroll = [0; 3];
            self.focus = Focus::Text;
            if self.here.is_some() {
                self.told.clear();
            }
        }
        self.here = Some(here);
    }

    /// A new action begins: what the one before has said makes room.
    pub fn begin(&mut self, doing: Text) {
        self.running = Some(doing);
        self.note = None;
        self.told.clear();
    }

    /// A command runs whose output is the latest that there is.
    pub fn is_writing(&self) -> bool {
        let open = |line: &CheckLine| matches!(line.state, CheckState::Open);
        let wrote = |event: &Event| matches!(event, Event::CommandStarted { .. });
        self.running.is_some() && self.checks.iter().all(open) && self.told.iter().any(wrote)
    }

    /// What was found before is not what is found now.
    pub fn forget_checks(&mut self) {
        self.checks.iter_mut().for_each(|line| line.state = CheckState::Open);
    }

    /// How many checks pass, of how many.
    pub fn passed(&self) -> (usize, usize) {
        let passes = |line: &&CheckLine| match &line.state {
            CheckState::Answered(report) => report.verdict.is_pass(),
            _ => false,
        };
        (self.checks.iter().filter(passes).count(), self.checks.len())
    }

    /// The step is done, whether passed or skipped.
    pub fn is_done(&self) -> bool {
        self.here.as_ref().is_some_and(|here| here.state != StepState::Open)
    }

    pub fn tell_news(&mut self, clock: String, label: String, what: Text) {
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
    pub fn show(&mut self, focus: Focus) {
        self.focus = focus;
        self.scroll[focus as usize] = 0;
    }

    fn check(&mut self, id: &str, state: CheckState) {
        if let Some(line) = self.checks.iter_mut().find(|line| line.id == id) {
            line.state = state;
        }
    }

    /// The last question that was told and not answered, for the choice that follows it.
    pub fn question(&self) -> Option<&QuestionView> {
        self.told.iter().rev().find_map(|event| match event {
            Event::Question(view) => Some(view),
            _ => None,
        })
    }
}

impl Reporter for State {
    fn event(&mut self, event: &Event) {
        match event {
            Event::CheckStarted { check, .. } => self.check(check, CheckState::Asked),
            Event::CheckFinished(report) => {
                self.check(&report.id, CheckState::Answered(Box::new(report.clone())));
            }
            Event::Hint { .. } => self.focus = Focus::Text,
            Event::Failure(failure) => self.fail(failure),
            Event::Diff(_)
            | Event::Prompt(_)
            | Event::CommandStarted { .. }
            | Event::CommandOutput { .. }
            | Event::CommandFinished { .. }
            | Event::Question(_)
            | Event::Answer { .. }
            | Event::Removal { .. }
            | Event::Effects(_)
            | Event::Reset(_)
            | Event::Notice(_) => self.tell(event),
            _ => {}
        }
    }

    fn finish(&mut self) -> Result<(), Lost> {
        Ok(())
    }
}
