//! What comes in: the worker's events, questions and results; the stack, logs and saved files.

use std::process::{Command, Stdio};
use std::time::Duration;

use tokio::time::Instant;

use crate::app::ask::Question;
use crate::app::error::AppError;
use crate::commands::screen::watch::Seen;
use crate::commands::screen::work::{Job, Outcome, Said};
use crate::commands::screen::{Screen, Sure};
use crate::engine::{Health, Observed, Replica, State as ReplicaState};
use crate::event::{Event, NodeLine, StepState, Tone};
use crate::picture::is_request;
use crate::report::Reporter;
use crate::report::tui::{Asked, CheckLine, CheckState, Focus, Here, Layer, LogRow, Readiness, ReplicaRow};
use crate::text::Text;
use crate::workspace::progress::Progress;

/// What a job does to the stack is seen this long after its end.
const SETTLING: Duration = Duration::from_secs(3);

impl Screen {
    pub(crate) fn hear(&mut self, said: Said) {
        match said {
            Said::Event(event) => self.state.event(&event),
            Said::Asked(question, reply) => {
                self.reply = Some(reply);
                self.ask(question);
            }
            Said::Here(here, project, progress) => {
                self.written = *progress;
                self.watching.called(project);
                match self.doing {
                    Some(Job::Look) => self.elsewhere(*here),
                    _ => self.state.enter(*here),
                }
            }
            Said::Ended(job, ended) => self.ended(job, ended),
        }
    }

    fn ask(&mut self, question: Question) {
        let told = &self.state.told;
        let said: Vec<Event> = if question.items.is_empty() && !question.typed {
            let matters = |event: &&Event| {
                matches!(event, Event::Diff(_) | Event::Notice(_) | Event::Removal { .. } | Event::Effects(_))
            };
            // What the yes is to, where that is a question of the step.
            let asked = told.back().filter(|event| matches!(event, Event::Question(_)));
            told.iter().filter(matters).chain(asked).cloned().collect()
        } else {
            // The question, and what came of the one before it.
            let last = told.iter().rposition(|event| matches!(event, Event::Question(_)));
            let from = last.map_or(0, |at| {
                at.saturating_sub(usize::from(at > 0 && matches!(told[at - 1], Event::Answer { .. })))
            });
            told.iter().skip(from).cloned().collect()
        };
        self.state.layer_scroll = 0;
        self.state.layer = Some(Layer::Asked(Asked {
            question: question.words,
            said,
            items: question.items,
            chosen: 0,
            enter_is_yes: question.enter_is_yes,
            typed: question.typed.then(String::new),
        }));
    }

    fn ended(&mut self, job: Job, ended: Result<Outcome, AppError>) {
        (self.stop, self.doing) = (None, None);
        if job.is_action() {
            self.settled = Some(Instant::now());
        }
        self.reply = None;
        self.state.running = None;
        if matches!(self.state.layer, Some(Layer::Asked(_))) {
            self.state.layer = None;
        }
        for line in &mut self.state.checks {
            if matches!(line.state, CheckState::Asked(_)) {
                line.state = CheckState::Open;
            }
        }
        match ended {
            Ok(outcome) => self.came_of(job, outcome),
            Err(AppError::Interrupted) => self.note(Tone::Info, Text::new("screen-stopped")),
            Err(error) => {
                // What went wrong before is not what goes wrong now.
                self.state.told.retain(|event| !matches!(event, Event::Failure(_)));
                self.state.event(&Event::Failure(error.failure()));
            }
        }
        if let Some(next) = self.next.take() {
            self.run(next);
        } else if std::mem::take(&mut self.saved) {
            self.run(Job::Saved);
        } else if self.moved.take().is_some_and(|now| !same_place(&now, &self.written)) {
            self.run(Job::Look);
        }
    }

    fn came_of(&mut self, job: Job, outcome: Outcome) {
        match outcome {
            Outcome::Done => self.done(&job),
            Outcome::Diff(view) => self.front(Layer::Diff(view)),
            Outcome::Prompt(prompt) => {
                let _ = self.canvas.copy(&prompt);
                self.front(Layer::Prompt(prompt));
            }
            Outcome::Page(url) => self.open_page(url),
            Outcome::NotPassed => self.sure(Sure::Skip),
            Outcome::Nothing(text) => self.note(Tone::Info, text),
            Outcome::Language(lang) => self.state.lang = lang,
        }
    }

    /// What is worth looking at comes into sight.
    fn done(&mut self, job: &Job) {
        if matches!(job, Job::Hint) {
            self.state.focus = Focus::Text;
            // To the end, which the next frame knows.
            self.state.scroll[Focus::Text as usize] = usize::MAX;
            return;
        }
        if matches!(job, Job::Saved) {
            self.state.saved = Some(clock());
        }
        let not_yet = |line: &CheckLine| match &line.state {
            CheckState::Answered(report) => !report.verdict.is_pass(),
            _ => false,
        };
        if matches!(job, Job::Undo | Job::Reset | Job::Build(_)) {
            self.state.forget_checks();
        }
        let acted = matches!(job, Job::Check | Job::Apply | Job::Answer | Job::Undo | Job::Reset);
        if acted || (matches!(job, Job::Saved) && self.state.checks.iter().any(not_yet)) {
            self.state.show(Focus::Checks);
        }
    }

    pub(crate) fn front(&mut self, layer: Layer) {
        self.state.layer_scroll = 0;
        self.state.layer = Some(layer);
    }

    /// Asks in the last row.
    pub(crate) fn sure(&mut self, sure: Sure) {
        let key = match sure {
            Sure::Quit => "screen-sure-quit",
            Sure::Skip => "screen-sure-skip",
            Sure::Undo => "screen-sure-undo",
        };
        self.sure = Some(sure);
        self.front(Layer::Sure(Text::new(key)));
    }

    fn open_page(&mut self, url: Option<String>) {
        let Some(url) = url else { return self.note(Tone::Info, Text::new("screen-no-page")) };
        let key = if browse(&url) { "screen-opened" } else { "screen-no-browser" };
        self.note(Tone::Info, Text::new(key).with("url", url));
    }

    /// Takes news; false where the screen stays as it is.
    pub(crate) fn see(&mut self, seen: Seen) -> bool {
        match seen {
            Seen::Stack(Ok(observed)) => self.stack(&observed),
            Seen::Stack(Err(error)) => {
                let now = Some(Err(error.text()));
                let other = self.state.stack != now;
                self.state.stack = now;
                other
            }
            Seen::Log { label, line } => {
                // Who reads a log anew reads its end twice.
                let last = self.last.entry(label.clone()).or_insert(None);
                if line.at.is_some() && line.at <= *last {
                    return false;
                }
                *last = line.at.or(*last);
                let counted = is_request(&line.text) && line.at.is_none_or(|at| at >= self.since);
                self.addresses.hear(&label, &line, counted);
                if counted {
                    *self.state.requests.entry(label.clone()).or_default() += 1;
                }
                self.state.logs.push(LogRow { at: line.at, label, stderr: line.stderr, text: line.text });
                counted || matches!(self.state.layer, Some(Layer::Logs))
            }
            Seen::Upstreams(looked) => self.looked_at(*looked),
            Seen::Progress(now) => self.progress(now.as_deref()),
            Seen::Saved => {
                let reads = self.state.here.as_ref().is_some_and(|here| here.reads_files);
                match &self.doing {
                    _ if !reads => return false,
                    // What it wrote itself, it checks itself.
                    Some(job) if job.writes() => {}
                    Some(_) => self.saved = true,
                    None => self.run(Job::Saved),
                }
                true
            }
        }
    }

    /// Somebody wrote down how far the lesson is: this screen's own job, or another terminal.
    fn progress(&mut self, now: Option<&Progress>) -> bool {
        match &self.doing {
            // Its own, or somebody else's: at its end it says which.
            Some(_) => self.moved = now.cloned(),
            None if now.is_some_and(|now| same_place(now, &self.written)) => {}
            None => self.run(Job::Look),
        }
        false
    }

    fn stack(&mut self, observed: &Observed) -> bool {
        self.watching.follow(&observed.replicas);
        let rows: Vec<ReplicaRow> = observed.replicas.iter().map(row).collect();
        let before = match &self.state.stack {
            Some(Ok(before)) => before.clone(),
            // At first nothing is new.
            None => rows.clone(),
            Some(Err(_)) => Vec::new(),
        };
        let clock = clock();
        let nodes = NodeLine::all(observed);
        let was = std::mem::replace(&mut self.state.nodes, nodes);
        let told = node_changes(&was, &self.state.nodes);
        let other_nodes = was != self.state.nodes;
        for (label, what) in told.into_iter().chain(changes(&before, &rows)) {
            self.state.tell_news(clock.clone(), label, what);
        }
        self.outdate(&before, &rows, &clock);
        self.state.requests.retain(|label, _| rows.iter().any(|row| row.label == *label));
        let now = Some(Ok(rows));
        let other = self.state.stack != now || other_nodes;
        self.state.stack = now;
        if other {
            self.addresses.stirred();
        }
        other
    }
}

/// The same step, states, answers and hints.
fn same_place(one: &Progress, other: &Progress) -> bool {
    one.step == other.step && one.steps == other.steps
}

impl Screen {
    /// What was found of the stack is older than a change of it, unless the change is a job's own.
    fn outdate(&mut self, before: &[ReplicaRow], now: &[ReplicaRow], clock: &str) {
        let own = self.doing.is_some() || self.settled.is_some_and(|ended| ended.elapsed() < SETTLING);
        let state = |row: &ReplicaRow| (row.label.clone(), row.readiness);
        let other = |row: &&ReplicaRow| !before.iter().any(|was| state(was) == state(row));
        let gone = before.iter().any(|was| !now.iter().any(|row| row.label == was.label));
        let other: Vec<_> = now.iter().filter(other).collect();
        if own || (other.is_empty() && !gone) {
            return;
        }
        let known = |row: &&&ReplicaRow| before.iter().any(|was| was.label == row.label);
        let better = !gone && other.iter().all(|row| known(&row) && row.readiness == Readiness::Good);
        self.state.outdate(clock, better);
    }

    /// Another terminal has moved the lesson on, or back.
    fn elsewhere(&mut self, here: Here) {
        let Some(before) = &self.state.here else { return self.state.enter(here) };
        let moved = before.step.id != here.step.id;
        let other = before.state != here.state
            || before.questions != here.questions
            || before.predictions != here.predictions
            || before.confirmed != here.confirmed;
        let text = match (moved, here.state) {
            (true, _) => Text::new("screen-elsewhere-step").with("number", here.step.number),
            (false, StepState::Passed) if other => Text::new("screen-elsewhere-passed"),
            (false, _) if other => Text::new("screen-elsewhere"),
            _ => {
                let hinted = before.hints.len() < here.hints.len();
                self.state.enter(here);
                if hinted {
                    self.done(&Job::Hint);
                    self.note(Tone::Info, Text::new("screen-elsewhere-hint"));
                }
                return;
            }
        };
        self.state.enter(here);
        if moved {
            // What stood in front was about the step before.
            self.state.layer = self.state.layer.take().filter(|layer| {
                matches!(
                    layer,
                    Layer::Logs | Layer::Picture | Layer::Help | Layer::Intro { .. } | Layer::Steps { .. }
                )
            });
            self.sure = None;
        } else {
            self.state.forget_checks();
        }
        self.note(Tone::Info, text);
    }
}

fn row(replica: &Replica) -> ReplicaRow {
    let readiness = match (replica.state, replica.health) {
        (ReplicaState::Running, Health::Healthy | Health::None) => Readiness::Good,
        (ReplicaState::Running, Health::Starting)
        | (ReplicaState::Created | ReplicaState::Restarting | ReplicaState::Removing, _) => Readiness::Coming,
        _ => Readiness::Bad,
    };
    ReplicaRow {
        label: replica.label(),
        service: replica.service.clone(),
        state: state(replica),
        readiness,
        published: replica.published.iter().map(|port| port.host).collect(),
        node: replica.node.clone(),
    }
}

/// A replica's state, as short as a column wants it.
fn state(replica: &Replica) -> Text {
    Text::new(match (replica.state, replica.health) {
        (ReplicaState::Running, Health::None) => "screen-state-running",
        (ReplicaState::Running, Health::Healthy) => "screen-state-healthy",
        (ReplicaState::Running, Health::Starting) => "screen-state-starting",
        (ReplicaState::Running, Health::Unhealthy) => "screen-state-unhealthy",
        (ReplicaState::Created, _) => "screen-state-created",
        (ReplicaState::Restarting, _) => "screen-state-restarting",
        (ReplicaState::Paused, _) => "screen-state-paused",
        (ReplicaState::Removing, _) => "screen-state-removing",
        (ReplicaState::Exited(Some(code)), _) => return Text::new("screen-state-exited").with("code", code),
        (ReplicaState::Exited(None) | ReplicaState::Dead, _) => "screen-state-dead",
    })
}

/// What is different: replicas that came, went, or are in another state.
fn changes(before: &[ReplicaRow], now: &[ReplicaRow]) -> Vec<(String, Text)> {
    let find = |rows: &[ReplicaRow], label: &str| rows.iter().find(|row| row.label == label).cloned();
    let gone = before.iter().filter(|row| find(now, &row.label).is_none());
    let mut all: Vec<(String, Text)> =
        gone.map(|row| (row.label.clone(), Text::new("screen-news-gone"))).collect();
    for row in now {
        match find(before, &row.label) {
            Some(was) if was.state == row.state => {}
            _ => all.push((row.label.clone(), row.state.clone())),
        }
    }
    all
}

/// Nodes whose state is another; at first nothing is new.
fn node_changes(before: &[NodeLine], now: &[NodeLine]) -> Vec<(String, Text)> {
    let state = |name: &str| before.iter().find(|node| node.name == name).map(|node| &node.state);
    let other = now.iter().filter(|node| state(&node.name).is_some_and(|was| *was != node.state));
    other.map(|node| (node.name.clone(), node.state.clone())).collect()
}

/// Opens the person's browser; false where none is found.
fn browse(url: &str) -> bool {
    let (program, before): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else {
        let shown = ["DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"];
        if shown.iter().all(|name| std::env::var_os(name).is_none()) {
            return false;
        }
        ("xdg-open", &[])
    };
    let mut command = Command::new(program);
    command.args(before).arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().is_ok()
}

/// Hours and minutes, as the wall clock shows them.
pub(crate) fn clock() -> String {
    jiff::Zoned::now().strftime("%H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replica(label: &str, state: &'static str) -> ReplicaRow {
        ReplicaRow {
            label: label.to_owned(),
            service: "backend".to_owned(),
            state: Text::new(state),
            readiness: Readiness::Good,
            published: Vec::new(),
            node: None,
        }
    }

    #[test]
    fn what_changed_is_what_came_went_or_is_otherwise() {
        let before = [replica("backend-1", "state-starting"), replica("backend-2", "state-healthy")];
        let now = [replica("backend-1", "state-healthy"), replica("backend-3", "state-created")];
        assert_eq!(
            changes(&before, &now),
            [
                ("backend-2".to_owned(), Text::new("screen-news-gone")),
                ("backend-1".to_owned(), Text::new("state-healthy")),
                ("backend-3".to_owned(), Text::new("state-created")),
            ]
        );
        assert_eq!(changes(&now, &now), []);
    }

    #[test]
    fn requests_are_told_from_other_lines() {
        for (line, wanted) in [
            ("ts=x level=info method=GET path=/api/posts status=200 ms=1.2 request_id=a replica=b", true),
            ("127.0.0.1 - - [x] \"GET / HTTP/1.1\" 200 5 \"-\" \"curl\"", true),
            ("127.0.0.1 - - [x] \"GET /health HTTP/1.1\" 200 5 \"-\" \"-\"", false),
            ("ts=x level=info msg=listening", false),
        ] {
            assert_eq!(is_request(line), wanted, "{line}");
        }
    }
}
