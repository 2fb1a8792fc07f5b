//! The line-mode view for a person: [`TextReporter`] draws each event as it comes. Views turn
//! events into [`Line`]s; only [`TextReporter`] writes them.

pub(super) mod check;
mod code;
mod demo;
pub(super) mod load;
pub(super) mod overview;
pub(super) mod pen;
mod plot;
pub(super) mod prose;
pub(super) mod step;
mod table;

use self::pen::Pen;
use super::line::{Line, Role, cut};
use super::page::{MENU, PAUSE, Pager, pages};
use super::sink::{Lost, Sink};
use super::{Reporter, Streams};
use crate::check::Verdict;
use crate::event::{Event, Tone};
use crate::lesson::markdown::Block;
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

    fn learning(&mut self, event: &Event) {
        let pen = self.pen();
        match event {
            Event::Intro { title, blocks } => self.read(&step::intro(pen, title, blocks), PAUSE),
            Event::Step(view) => {
                self.read(&step::step(pen, view), MENU);
                self.write(&[Line::default()]);
                self.step = Some(view.id.clone());
            }
            Event::Diff(view) if view.files.iter().all(|file| file.unified.trim().is_empty()) => {
                // Standard output may be on its way into `patch`.
                self.write_err(&step::diff(pen, view));
            }
            Event::Change(view) => {
                self.section(&demo::change(pen, view));
                self.write(&[Line::default()]);
            }
            Event::Diff(view) => self.verbatim(&step::diff(pen, view)),
            Event::Hint { number, of, blocks } => self.section(&step::hint(pen, *number, *of, blocks)),
            Event::Prompt(prompt) => {
                let lines: Vec<Line> = prompt.lines().map(Line::plain).collect();
                self.verbatim(&lines);
            }
            Event::Question(view) => self.section(&step::question(pen, view)),
            Event::Answer { right, explanation } => {
                self.section(&step::answer(pen, *right, explanation));
                self.write(&[Line::default()]);
            }
            _ => {}
        }
    }

    fn checking(&mut self, event: &Event) {
        let pen = self.pen();
        match event {
            Event::CheckStarted { step, title, .. } => {
                self.enter(step);
                self.wait(&pen.say(&Text::new("report-checking").with("check", title.as_str())));
            }
            Event::CheckFinished(report) => {
                self.enter(&report.step);
                let again = report.verdict.is_said_by(self.judged.iter());
                self.write(&if again { check::as_above(pen, report) } else { check::finished(pen, report) });
                self.judged.push(report.verdict.clone());
            }
            Event::StepFinished(report) => {
                self.write(&check::step_finished(pen, report));
                self.write(&[Line::default()]);
                self.step = None;
            }
            Event::CheckRun(run) => {
                self.judged.clear();
                self.write(&check::run_finished(pen, run));
            }
            Event::Progress(words) => self.wait(words),
            Event::Waiting { title, seconds, of, seen, .. } => {
                let text = Text::new("report-waiting").with("check", title.as_str());
                let text = text.with("seconds", *seconds).with("of", *of).with("seen", seen.clone());
                let words = pen.say(&text);
                if self.out.style().terminal {
                    self.wait(&words);
                } else if seconds % SAID_AGAIN == 0 {
                    self.write(&pen.paragraph(Role::Dim, &words, 2));
                }
            }
            Event::CommandStarted { command } => self.section(&step::command_started(command)),
            Event::CommandOutput { line, .. } => {
                let lines: Vec<Line> = line
                    .lines()
                    .map(|line| Line::new(Role::Dim, "  | ").and(Role::Plain, last_of(line)))
                    .collect();
                self.write(&lines);
            }
            Event::CommandFinished { code, ms, .. } => {
                self.write(&step::command_finished(pen, *code, *ms));
                self.write(&[Line::default()]);
            }
            _ => {}
        }
    }

    fn loading(&mut self, event: &Event) {
        let pen = self.pen();
        match event {
            Event::LoadStarted(plan) => {
                self.section(&load::started(pen, plan));
                self.write(&[Line::default()]);
                self.said = 0;
            }
            Event::LoadProgress(progress) if self.out.style().terminal => {
                self.wait(&load::progress(pen, progress));
            }
            // Whoever reads a file or a pipe wants to know that it goes on, but not often.
            Event::LoadProgress(progress) if progress.elapsed.as_secs() >= self.said + SAID_AGAIN => {
                self.said = progress.elapsed.as_secs();
                self.write_err(&[Line::plain("  ").and(Role::Dim, &load::progress(pen, progress))]);
            }
            Event::Load(run) => {
                self.write(&load::finished(pen, run));
                self.write(&[Line::default()]);
            }
            _ => {}
        }
    }

    fn overview(&mut self, event: &Event) {
        let pen = self.pen();
        match event {
            Event::Notice(notice) => {
                let warning = notice.tone == Tone::Warning;
                if warning || self.verbatim {
                    let pen = Pen::new(self.err.style(), self.lang);
                    self.write_err(&overview::notice(pen, notice));
                } else if self.noticed {
                    self.write(&overview::notice(pen, notice));
                } else {
                    self.section(&overview::notice(pen, notice));
                }
            }
            Event::Lessons(lessons) => self.section(&overview::lessons(pen, lessons)),
            Event::Status(view) => self.section(&overview::status(pen, view)),
            Event::Removal { resources, files } => self.section(&overview::removal(pen, resources, files)),
            Event::Effects(view) => self.section(&overview::effects(pen, view)),
            Event::Reset(view) => {
                let lines = overview::reset(pen, view);
                if !lines.is_empty() {
                    self.section(&lines);
                }
            }
            Event::Findings(findings) => self.section(&overview::findings(pen, findings)),
            Event::Traffic(view) => self.wait(&demo::sent(pen, view)),
            Event::Script(view) => self.section(&demo::script(pen, view)),
            Event::Notes(view) => self.section(&demo::notes(pen, view)),
            Event::Keys(keys) => {
                self.section(&demo::keys(pen, keys));
                self.write(&[Line::default()]);
            }
            Event::Demo(run) => {
                self.section(&demo::summary(pen, run));
                self.step = None;
            }
            Event::Failure(failure) => {
                let pen = Pen::new(self.err.style(), self.lang);
                self.write_err(&overview::failure(pen, failure));
            }
            _ => {}
        }
    }
}

/// A progress bar redraws its line with carriage returns: what stood there last is what it says.
fn last_of(line: &str) -> &str {
    line.trim_end_matches('\r').rsplit('\r').next().unwrap_or(line)
}

impl Reporter for TextReporter {
    fn event(&mut self, event: &Event) {
        self.learning(event);
        self.checking(event);
        self.overview(event);
        self.loading(event);
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
