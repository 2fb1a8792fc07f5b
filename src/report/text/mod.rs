//! The line-mode view for a person: [`TextReporter`] draws each event as it comes. Views turn
//! events into [`Line`]s; only [`TextReporter`] writes them.

pub(super) mod check;
mod cluster;
mod code;
mod course;
mod demo;
mod glossary;
pub(super) mod load;
pub(super) mod overview;
pub(super) mod pen;
pub(super) mod picture;
mod plot;
pub(super) mod prose;
mod reference;
pub(super) mod step;
mod table;

use self::pen::Pen;
use super::line::{Line, Role, cut};
use super::page::{MENU, PAUSE, Pager, pages};
use super::sink::{Lost, Sink};
use super::{Reporter, Streams};
use crate::check::Verdict;
use crate::event::{CheckReport, DiffView, Event, Notice, ResetView, StepView, Tone};
use crate::lesson::markdown::Block;
use crate::load::Progress;
use crate::text::{Lang, Text};

pub(super) use self::overview::{blame, sentence};

/// Seconds between two lines that say how far a load run is, where they stay.
const SAID_AGAIN: u64 = 10;

/// Writes for a person to read.
pub(super) struct TextReporter {
    out: Sink,
    err: Sink,
    lang: Lang,
    /// The step whose checks are being shown.
    step: Option<String>,
    /// What this run's checks have said.
    judged: Vec<Verdict>,
    /// The last line written was empty, or there is none yet.
    gap: bool,
    /// The last event was a notice: the next one stands right below.
    noticed: bool,
    /// A line that says what is going on stands on the screen, to be wiped.
    waiting: bool,
    /// Standard output holds a prompt or a diff that is to be piped on, so other words go elsewhere.
    verbatim: bool,
    /// Seconds of a load run after which it was said how far it is.
    said: u64,
    /// Holds up a text that is longer than the screen.
    pager: Option<Pager>,
}

impl TextReporter {
    pub(super) fn new(streams: Streams, lang: Lang) -> Self {
        Self {
            out: Sink::out(streams.out, streams.style),
            err: Sink::err(streams.err, streams.err_style),
            lang,
            step: None,
            judged: Vec::new(),
            gap: true,
            noticed: false,
            waiting: false,
            verbatim: false,
            said: 0,
            pager: None,
        }
    }

    pub(super) fn with_pager(self, pager: Pager) -> Self {
        Self { pager: Some(pager), ..self }
    }

    const fn pen(&self) -> Pen {
        Pen::new(self.out.style(), self.lang)
    }

    fn write(&mut self, lines: &[Line]) {
        self.wipe();
        for line in lines {
            let blank = line.is_blank();
            if !blank {
                self.out.line(line);
            } else if !self.gap {
                self.out.line(&Line::default());
            }
            self.gap = blank;
        }
    }

    /// `lines` with an empty line before them.
    fn section(&mut self, lines: &[Line]) {
        self.write(&[Line::default()]);
        self.write(lines);
    }

    /// A text to read, of which nothing scrolls away unread where somebody turns the pages.
    /// `below` rows will follow.
    fn read(&mut self, lines: &[Line], below: usize) {
        self.write(&[Line::default()]);
        let Some(mut pager) = self.pager.take() else { return self.write(lines) };
        let mut turning = true;
        for (at, page) in pages(lines, self.out.style().width, (pager.rows)(), below).into_iter().enumerate()
        {
            if at > 0 && turning {
                self.out.flush();
                turning = (pager.more)();
            }
            self.write(page);
        }
        self.pager = Some(pager);
    }

    /// Lines that must reach the reader as they are, blank ones and all.
    fn verbatim(&mut self, lines: &[Line]) {
        self.wipe();
        for line in lines {
            self.out.line(line);
        }
        self.gap = false;
        self.verbatim = true;
    }

    fn write_err(&mut self, lines: &[Line]) {
        self.wipe();
        self.out.flush();
        for line in lines {
            self.err.line(line);
        }
        self.err.flush();
    }

    /// Says what is being waited for, on a screen only.
    fn wait(&mut self, words: &str) {
        let style = self.out.style();
        if !style.terminal {
            return;
        }
        self.wipe();
        let words = cut(words, style.width.saturating_sub(3), style.unicode);
        self.out.raw(&Line::plain("  ").and(Role::Dim, &words).draw(style.color));
        self.waiting = true;
    }

    fn wipe(&mut self) {
        if std::mem::take(&mut self.waiting) {
            self.out.raw("\r\u{1b}[K");
        }
    }

    /// Names the step whose checks follow, unless its text stands above.
    fn enter(&mut self, step: &str) {
        if self.step.as_deref() != Some(step) {
            self.section(&[Line::new(Role::Heading, step)]);
            self.step = Some(step.to_owned());
        } else if self.noticed {
            self.write(&[Line::default()]);
        }
    }

    /// `lines` with an empty line after them.
    fn closed(&mut self, lines: &[Line]) {
        self.write(lines);
        self.write(&[Line::default()]);
    }

    /// `lines` with an empty line before and after them.
    fn block(&mut self, lines: &[Line]) {
        self.write(&[Line::default()]);
        self.closed(lines);
    }

    fn notice(&mut self, notice: &Notice) {
        if notice.tone == Tone::Warning || self.verbatim {
            let pen = Pen::new(self.err.style(), self.lang);
            self.write_err(&overview::notice(pen, notice));
        } else if self.noticed {
            self.write(&overview::notice(self.pen(), notice));
        } else {
            self.section(&overview::notice(self.pen(), notice));
        }
    }

    fn step(&mut self, view: &StepView) {
        self.read(&step::step(self.pen(), view), MENU);
        self.write(&[Line::default()]);
        self.step = Some(view.id.clone());
    }

    fn check_finished(&mut self, report: &CheckReport) {
        let pen = self.pen();
        self.enter(&report.step);
        let again = report.verdict.is_said_by(self.judged.iter());
        self.write(&if again { check::as_above(pen, report) } else { check::finished(pen, report) });
        self.judged.push(report.verdict.clone());
    }

    fn diff(&mut self, view: &DiffView) {
        let lines = step::diff(self.pen(), view);
        if view.files.iter().all(|file| file.unified.trim().is_empty()) {
            // Standard output may be on its way into `patch`.
            self.write_err(&lines);
        } else {
            self.verbatim(&lines);
        }
    }

    fn command_output(&mut self, line: &str) {
        let margin = Line::new(Role::Dim, "  | ");
        let lines: Vec<Line> =
            line.lines().map(|line| margin.clone().and(Role::Plain, last_of(line))).collect();
        self.write(&lines);
    }

    /// A wait for a check, in `words`.
    fn waiting(&mut self, seconds: u64, words: &str) {
        if self.out.style().terminal {
            self.wait(words);
        } else if seconds.is_multiple_of(SAID_AGAIN) {
            self.write(&self.pen().paragraph(Role::Dim, words, 2));
        }
    }

    fn load_progress(&mut self, progress: &Progress) {
        let words = load::progress(self.pen(), progress);
        let seconds = progress.elapsed.as_secs();
        if self.out.style().terminal {
            self.wait(&words);
        } else if seconds >= self.said + SAID_AGAIN {
            // Whoever reads a file or a pipe wants to know that it goes on, but not often.
            self.said = seconds;
            self.write_err(&[Line::plain("  ").and(Role::Dim, &words)]);
        }
    }

    fn reset(&mut self, view: &ResetView) {
        let lines = overview::reset(self.pen(), view);
        if !lines.is_empty() {
            self.section(&lines);
        }
    }

    fn draw(&mut self, event: &Event) {
        let pen = self.pen();
        match event {
            Event::Notice(notice) => self.notice(notice),
            Event::Lessons(lessons) => self.section(&course::lessons(pen, lessons)),
            Event::Course(view) => self.section(&course::course(pen, view)),
            Event::Intro { title, blocks } => self.read(&step::intro(pen, title, blocks), PAUSE),
            Event::Step(view) => self.step(view),
            Event::CheckStarted { step, title, check: _ } => {
                self.enter(step);
                self.wait(&pen.say(&Text::new("report-checking").with("check", title.as_str())));
            }
            Event::CheckFinished(report) => self.check_finished(report),
            Event::StepFinished(report) => {
                self.closed(&check::step_finished(pen, report));
                self.step = None;
            }
            Event::CheckRun(run) => {
                self.judged.clear();
                self.write(&check::run_finished(pen, run));
            }
            Event::Diff(view) => self.diff(view),
            Event::CommandStarted { command } => self.section(&step::command_started(command)),
            Event::CommandOutput { line, stderr: _ } => self.command_output(line),
            Event::Waiting { title, seconds, of, seen, check: _ } => {
                let text = Text::new("report-waiting").with("check", title.as_str());
                let text = text.with("seconds", *seconds).with("of", *of).with("seen", seen.clone());
                self.waiting(*seconds, &pen.say(&text));
            }
            Event::Progress(words) => self.wait(&pen.say(words)),
            Event::CommandFinished { code, ms, command: _ } => {
                self.closed(&step::command_finished(pen, *code, *ms));
            }
            Event::Hint { number, of, blocks } => self.section(&step::hint(pen, *number, *of, blocks)),
            Event::Prompt(prompt) => self.verbatim(&prompt.lines().map(Line::plain).collect::<Vec<_>>()),
            Event::Question(view) => self.section(&step::question(pen, view)),
            Event::Answer { right, explanation } => self.block(&step::answer(pen, *right, explanation)),
            Event::Status(view) => self.section(&overview::status(pen, view)),
            Event::Removal { resources, files } => self.section(&overview::removal(pen, resources, files)),
            Event::Effects(view) => self.section(&overview::effects(pen, view)),
            Event::Reset(view) => self.reset(view),
            Event::Cluster(cluster) => self.section(&cluster::drawn(pen, cluster)),
            Event::Findings(findings) => self.section(&overview::findings(pen, findings)),
            Event::Change(view) => self.block(&demo::change(pen, view)),
            Event::Demo(run) => {
                self.section(&demo::summary(pen, run));
                self.step = None;
            }
            Event::Traffic(view) => self.wait(&demo::sent(pen, view)),
            Event::Picture(view) => self.section(&picture::picture(pen, view)),
            Event::LoadStarted(plan) => {
                self.block(&load::started(pen, plan));
                self.said = 0;
            }
            Event::LoadProgress(progress) => self.load_progress(progress),
            Event::Load(run) => self.closed(&load::finished(pen, run)),
            Event::Script(view) => self.section(&demo::script(pen, view)),
            Event::Glossary { entries, explained } => {
                self.section(&glossary::glossary(pen, entries, *explained));
            }
            Event::Reference { topics, explained } => {
                self.section(&reference::reference(pen, topics, *explained));
            }
            Event::Notes(view) => self.section(&demo::notes(pen, view)),
            Event::Keys(keys) => self.block(&demo::keys(pen, keys)),
            Event::Failure(failure) => {
                let pen = Pen::new(self.err.style(), self.lang);
                self.write_err(&overview::failure(pen, failure));
            }
        }
    }
}

/// A progress bar redraws its line with carriage returns: what stood there last is what it says.
fn last_of(line: &str) -> &str {
    line.trim_end_matches('\r').rsplit('\r').next().unwrap_or(line)
}

impl Reporter for TextReporter {
    fn event(&mut self, event: &Event) {
        self.draw(event);
        self.noticed = matches!(event, Event::Notice(_));
        self.out.flush();
    }

    fn finish(&mut self) -> Result<(), Lost> {
        self.wipe();
        let err = self.err.finish();
        self.out.finish().and(err)
    }
}

/// The last lines of a demo, for a reporter that says nothing else of it.
pub(super) fn demo_result(style: super::Style, lang: Lang, run: &crate::event::DemoRun) -> Vec<Line> {
    demo::result(Pen::new(style, lang), run)
}

/// Where requests go, for a screen that draws it again and again.
pub(crate) fn traffic(style: super::Style, lang: Lang, view: &crate::event::TrafficView) -> Vec<Line> {
    demo::traffic(Pen::new(style, lang), view)
}

/// `blocks` as plain text, nothing wrapped: for formats that hold prose as a string.
pub(super) fn plain_text(blocks: &[Block], lang: Lang) -> String {
    let pen = Pen::new(super::Style::PLAIN, lang);
    let lines = prose::draw(pen, blocks, usize::MAX / 2);
    lines.iter().map(|line| line.draw(false)).collect::<Vec<_>>().join("\n")
}
