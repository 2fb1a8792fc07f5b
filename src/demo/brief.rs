//! A reporter before another one, which leaves out what a watcher has no time for: a step's text
//! becomes its first words, a diff its few lines or their number, a command's output its end.

use std::collections::VecDeque;

use crate::check::Outcome;
use crate::event::{About, ChangeView, CheckReport, DiffView, Event, Notice, Offers, QuestionView, StepView};
use crate::lesson::markdown::{Block, Inline, plain};
use crate::report::line::{clean, cut};
use crate::report::{Lost, Reporter, Style};
use crate::text::Text;

/// A second paragraph is shown where the first is no longer than this, in characters.
const SHORT: usize = 140;
/// Changed lines that are shown; where there are more, their number is.
const LINES: usize = 6;
/// Lines of a command's output that are shown, its last.
const TAIL: usize = 3;
/// What stands before a line of a log.
const MARGIN: usize = 6;

/// Shortens events and hands them on.
pub(crate) struct Brief {
    inner: Box<dyn Reporter>,
    output: VecDeque<Event>,
    /// Lines of the command's output that were left out.
    cut: bool,
    /// What somebody explains as it comes is shown in full: output, diffs, questions.
    explained: bool,
    style: Style,
}

impl Brief {
    /// Before `inner`, which writes in `style`.
    pub(crate) fn new(inner: Box<dyn Reporter>, style: Style) -> Self {
        Self { inner, output: VecDeque::new(), cut: false, explained: false, style }
    }

    /// For a presenter, who explains: only texts to read are shortened.
    #[must_use]
    pub(crate) fn explained(self) -> Self {
        Self { explained: true, ..self }
    }

    /// A line that stands after a margin, not longer than the screen is wide.
    fn line(&self, line: &str) -> String {
        let last = line.trim_end_matches('\r').rsplit('\r').next().unwrap_or(line);
        cut(&clean(last), self.style.measure() - MARGIN, self.style.unicode).into_owned()
    }

    /// The last ones stay; what goes on meanwhile is said by [`Event::Progress`].
    fn keep(&mut self, stderr: bool, line: &str) {
        let line = self.line(line);
        self.output.push_back(Event::CommandOutput { stderr, line });
        if self.output.len() > TAIL {
            self.output.pop_front();
            self.cut = true;
        }
    }

    fn notice(&mut self, notice: &Notice) {
        match notice.about {
            About::Anything => self.inner.event(&Event::Notice(notice.clone())),
            About::Copying => {
                let text = Text { key: "demo-copies", ..notice.text.clone() };
                self.inner.event(&Event::Notice(Notice { text, ..notice.clone() }));
            }
            // The change itself has been shown, and `undo` is not for a demo.
            About::Written => {}
        }
    }

    fn check_finished(&mut self, mut report: Box<CheckReport>) {
        for line in &mut report.verdict.lines {
            *line = self.line(line);
        }
        self.inner.event(&Event::CheckFinished(report));
    }

    fn flush(&mut self) {
        if std::mem::take(&mut self.cut) {
            self.inner.event(&Event::CommandOutput { stderr: false, line: "...".to_owned() });
        }
        for line in std::mem::take(&mut self.output) {
            self.inner.event(&line);
        }
    }
}

impl Reporter for Brief {
    fn event(&mut self, event: &Event) {
        match event {
            Event::CommandOutput { stderr, line } if self.explained => {
                let line = self.line(line);
                self.inner.event(&Event::CommandOutput { stderr: *stderr, line });
            }
            Event::Diff(_) | Event::Question(_) | Event::Answer { .. } if self.explained => {
                self.inner.event(event);
            }
            Event::CommandOutput { stderr, line } => self.keep(*stderr, line),
            Event::CheckFinished(report) => self.check_finished(report.clone()),
            // A command that was cut off in the middle: the failure says why.
            Event::Demo(_) | Event::Failure(_) => {
                self.output.clear();
                self.cut = false;
                self.inner.event(event);
            }
            Event::CommandFinished { .. } => {
                self.flush();
                self.inner.event(event);
            }
            Event::Diff(diff) => {
                for change in changes(diff) {
                    self.inner.event(&Event::Change(change));
                }
            }
            Event::Intro { title, blocks } => {
                self.inner.event(&Event::Intro { title: title.clone(), blocks: opening(blocks) });
            }
            Event::Step(view) => self.inner.event(&Event::Step(step_in_short(view))),
            Event::Question(view) => self.inner.event(&Event::Question(question_in_short(view))),
            Event::Answer { right, explanation } => {
                let explanation = explanation.iter().take(1).cloned().collect();
                self.inner.event(&Event::Answer { right: *right, explanation });
            }
            Event::Notice(notice) => self.notice(notice),
            // Its checks have said so, one by one.
            Event::StepFinished(report) if report.outcome == Outcome::Pass => {}
            Event::Lessons(_)
            | Event::Course(_)
            | Event::CheckStarted { .. }
            | Event::StepFinished(_)
            | Event::CheckRun(_)
            | Event::CommandStarted { .. }
            | Event::Waiting { .. }
            | Event::Progress(_)
            | Event::Hint { .. }
            | Event::Prompt(_)
            | Event::Status(_)
            | Event::Removal { .. }
            | Event::Effects(_)
            | Event::Reset(_)
            | Event::Findings(_)
            | Event::Cluster(_)
            | Event::Change(_)
            | Event::Traffic(_)
            | Event::Picture(_)
            | Event::LoadStarted(_)
            | Event::LoadProgress(_)
            | Event::Load(_)
            | Event::Script(_)
            | Event::Notes(_)
            | Event::Glossary { .. }
            | Event::Reference { .. }
            | Event::Keys(_) => self.inner.event(event),
        }
    }

    fn finish(&mut self) -> Result<(), Lost> {
        self.inner.finish()
    }
}

fn step_in_short(view: &StepView) -> StepView {
    StepView {
        blocks: opening(&view.blocks),
        // What it changes and runs follows, and is done.
        minutes: 0,
        edits: Vec::new(),
        commands: Vec::new(),
        offers: Offers::default(),
        read_on: None,
        ..view.clone()
    }
}

fn question_in_short(view: &QuestionView) -> QuestionView {
    let text = view.text.iter().take(1).cloned().collect();
    // A question is answered next; a prediction is the room's to choose.
    let choices = if view.guess.is_some() { view.choices.clone() } else { Vec::new() };
    QuestionView { text, choices, ..view.clone() }
}

/// The first paragraph, and the second where the first is short; without what tells a learner to
/// type something.
fn opening(blocks: &[Block]) -> Vec<Block> {
    let is_text = |block: &&Block| matches!(block, Block::Paragraph(_));
    let from = blocks.iter().position(|block| is_text(&block)).unwrap_or(blocks.len());
    let Some(first) = blocks.get(from) else { return Vec::new() };
    let second = blocks.get(from + 1).filter(is_text).filter(|_| length(first) <= SHORT);
    // "Type this" is nothing without what is to be typed.
    let leads = |at: usize| matches!(blocks.get(at), Some(Block::Code { .. }));
    let second = second.filter(|_| !leads(from + 2));
    let first = Some(first).filter(|_| second.is_none() || !leads(from + 1));
    first.into_iter().chain(second).filter_map(for_watching).collect()
}

fn length(block: &Block) -> usize {
    let Block::Paragraph(text) = block else { return 0 };
    plain(text).chars().count()
}

/// A paragraph up to the sentence that says which command of ours to run: nobody here has to.
fn for_watching(block: &Block) -> Option<Block> {
    let Block::Paragraph(text) = block else { return Some(block.clone()) };
    let ours = |inline: &Inline| matches!(inline, Inline::Code(code) if code.starts_with("workshop "));
    let Some(at) = text.iter().position(ours) else { return Some(block.clone()) };
    let mut kept = text[..at].to_vec();
    while let Some(last) = kept.pop() {
        if let Inline::Text(words) = &last
            && let Some(end) = words.rfind(". ")
        {
            kept.push(Inline::Text(words[..=end].to_owned()));
            break;
        }
    }
    (!kept.is_empty()).then_some(Block::Paragraph(kept))
}

/// Each file's change in few words.
pub(crate) fn changes(diff: &DiffView) -> impl Iterator<Item = ChangeView> {
    diff.files.iter().map(|file| {
        let in_hunks = file.unified.lines().skip_while(|line| !line.starts_with("@@"));
        let changed: Vec<&str> = in_hunks.filter(|line| line.starts_with(['+', '-'])).collect();
        let added = changed.iter().filter(|line| line.starts_with('+')).count();
        let few = changed.len() <= LINES;
        ChangeView {
            file: file.path.clone(),
            added,
            removed: changed.len() - added,
            lines: if few { changed.into_iter().map(str::to_owned).collect() } else { Vec::new() },
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::FileDiff;
    use crate::lesson::markdown::blocks;

    #[test]
    fn a_text_begins_with_a_paragraph_and_goes_on_only_after_a_short_one() {
        let opened = |text: &str| opening(&blocks(text)).len();
        assert_eq!(opened("One.\n\nTwo.\n\nThree.\n"), 2);
        assert_eq!(opened("One.\n\nType this:\n\n    ls\n"), 1);
        assert_eq!(opened("One.\n\nRun `workshop apply`.\n"), 1);
        assert_eq!(opened("One.\n\nDo this\n\n    ls\n"), 1);
        let cut = opening(&blocks("One. Two. Type it, or run `workshop apply`.\n"));
        assert_eq!(cut, blocks("One. Two.\n"));
        assert_eq!(opened("One.\n\n- a\n\nTwo.\n"), 1);
        assert_eq!(opened("```sh\nls\n```\n\nOne.\n"), 1);
        assert_eq!(opened(&format!("{}\n\nTwo.\n", "long ".repeat(40))), 1);
        assert_eq!(opened("- a\n"), 0);
    }

    #[derive(Clone, Default)]
    struct Heard(std::sync::Arc<std::sync::Mutex<Vec<String>>>);

    impl Reporter for Heard {
        fn event(&mut self, event: &Event) {
            let said = match event {
                Event::CommandOutput { line, .. } => line.clone(),
                Event::Progress(_) => return,
                other => format!("{other:?}").chars().take(9).collect(),
            };
            self.0.lock().unwrap().push(said);
        }

        fn finish(&mut self) -> Result<(), Lost> {
            Ok(())
        }
    }

    #[test]
    fn of_a_commands_output_the_end_is_kept_and_nothing_of_one_that_was_cut_off() {
        let heard = Heard::default();
        let mut brief = Brief::new(Box::new(heard.clone()), Style { width: 40, ..Style::PLAIN });
        let lines = ["1", "2", "3\r3 again", "4", &"long ".repeat(20)];
        for line in lines {
            brief.event(&Event::CommandOutput { stderr: true, line: line.to_owned() });
        }
        brief.event(&Event::CommandFinished { command: String::new(), code: Some(0), ms: 1 });
        brief.event(&Event::CommandOutput { stderr: true, line: "half".into() });
        let text = Text::verbatim("why");
        brief.event(&Event::Failure(crate::event::Failure { exit: 130, text, next: None, place: None }));
        brief.finish().unwrap();
        let heard = heard.0.lock().unwrap();
        assert_eq!(heard[..3], ["...", "3 again", "4"]);
        assert!(
            heard[3].starts_with("long long") && heard[3].ends_with('…') && heard[3].len() < 40,
            "{heard:?}"
        );
        assert_eq!(heard[4..], ["CommandFi", "Failure(F"]);
    }

    #[test]
    fn a_small_change_is_shown_and_a_large_one_counted() {
        let diff = |body: &str| DiffView {
            files: vec![FileDiff {
                path: "a".into(),
                unified: format!("--- a/a\n+++ b/a\n@@ -1 +1 @@\n{body}"),
            }],
        };
        let one = changes(&diff(" x\n-old\n+new\n+--- more\n")).next().unwrap();
        assert_eq!(
            (one.added, one.removed, one.lines),
            (2, 1, vec!["-old".into(), "+new".into(), "+--- more".into()])
        );
        let large = changes(&diff(&"+x\n".repeat(7))).next().unwrap();
        assert_eq!((large.added, large.removed, large.lines.len()), (7, 0, 0));
    }
}
