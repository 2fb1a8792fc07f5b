//! The line at the bottom: step, time and pace, and what the presenter can do now.

use workshop_room::protocol::Votes;

use super::explain::Explained;
use super::outline::{Outline, Search};
use super::pace::Pace;
use super::schedule::{Schedule, clock};
use super::timer::Timer;
use crate::report::Style;
use crate::report::line::{Line, Role, Span, cut, width, wrap};
use crate::text::{Arg, Lang, Text};

/// Rows of what a step begins with, below the list of steps.
const PREVIEW: usize = 4;

/// What has the keys: a question of the line's own, or what lies over the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Modal {
    #[default]
    None,
    /// End the demo?
    Quit,
    /// Ctrl-C was pressed once.
    Interrupt,
    /// To which step?
    Jump(Search),
    /// The page, so many rows further up.
    Back(usize),
    /// The change, and which part of it is spoken of, from 0.
    Part(usize),
    /// Nothing is shown.
    Blank,
    /// What the room expects, as far as it was typed.
    Guess(String),
}

/// What the line is made of.
#[derive(Debug, Default)]
pub(crate) struct Bottom {
    pub schedule: Schedule,
    /// Every step of the lesson.
    pub steps: Outline,
    /// The step at hand, from 0.
    pub step: usize,
    /// What there is to choose from, where a choice is waited for.
    pub prompt: Option<Text>,
    pub modal: Modal,
    /// The change of this step that was shown last.
    pub change: Explained,
    /// Rows of the page above what is shown of it.
    pub above: usize,
    /// What the room votes while a guess is typed, the most first.
    pub votes: Vec<Votes>,
    /// The room sees the lesson alone: the line is empty where nothing is asked.
    pub clean: bool,
}

impl Bottom {
    /// The steps that a search leaves, the chosen one marked, and what that begins with.
    pub(crate) fn list(&self, search: &Search, rows: usize, style: Style) -> Vec<Line> {
        let listed = search.listed(&self.steps);
        let chosen = search.found(&self.steps).unwrap_or(self.step);
        let room = rows.saturating_sub(PREVIEW + 2).max(1);
        let at = listed.iter().position(|step| *step == chosen).unwrap_or(0);
        let from = at.saturating_sub(room / 2).min(listed.len().saturating_sub(room));
        let row = |step: &usize| {
            let entry = &self.steps.0[*step];
            let (mark, role) = if *step == chosen { ("> ", Role::Strong) } else { ("  ", Role::Plain) };
            let words = format!("{mark}{:>2}  {}", step + 1, entry.title);
            let words = cut(&words, style.width.saturating_sub(1), style.unicode).into_owned();
            let rest = style.width.saturating_sub(width(&words) + 3);
            let id = if rest > entry.id.len() { format!("  {}", entry.id) } else { String::new() };
            Line::new(role, &words).and(Role::Dim, &id)
        };
        let mut lines: Vec<Line> = listed.iter().skip(from).take(room).map(row).collect();
        if let Some(entry) = self.steps.0.get(chosen).filter(|_| !listed.is_empty()) {
            let about = [Span::plain(&entry.about)];
            let indent = Line::plain("      ");
            lines.push(Line::default());
            lines.extend(
                wrap(&about, &indent, &indent, style.width.saturating_sub(1)).into_iter().take(PREVIEW),
            );
        }
        lines
    }

    pub(crate) fn line(&self, style: Style, lang: Lang, timer: &Timer, pace: Pace) -> Line {
        if self.modal == Modal::Blank || (self.clean && self.modal == Modal::None && !timer.is_paused()) {
            return Line::default();
        }
        let say = |text: &Text| text.render(lang);
        let (ask, role) = match self.words(timer) {
            (words, true) => (say(&words), Role::Strong),
            (words, false) => (say(&words), Role::Plain),
        };
        let place = Text::new("demo-place").with("number", self.step + 1).with("of", self.steps.0.len());
        let time = format!("{}/{}", clock(timer.elapsed()), clock(self.schedule.whole()));
        let speed = Text::new("demo-speed").with("pace", Arg::Word(pace.shown()));
        let gap = "  ";
        let room = style.width.saturating_sub(1);
        let up = if style.unicode { "↑" } else { "^" };
        let above = (self.above > 0 && self.prompt.is_some()).then(|| format!("{up}{}", self.above));
        let mut parts: Vec<String> = [say(&place), time, say(&speed)].into_iter().chain(above).collect();
        // What can be done now is worth more than the rest.
        let needs = |parts: &[String]| -> usize {
            parts.iter().map(|part| width(part) + gap.len()).sum::<usize>() + width(&ask)
        };
        while needs(&parts) > room && parts.len() > 1 {
            parts.pop();
        }
        let left =
            parts.iter().fold(Line::default(), |line, part| line.and(Role::Code, part).and(Role::Plain, gap));
        let rest = room.saturating_sub(left.width());
        left.and(role, &cut(&ask, rest, style.unicode))
    }

    /// What is asked or going on; true where it is a question that has the keys.
    fn words(&self, timer: &Timer) -> (Text, bool) {
        match &self.modal {
            Modal::Quit => (Text::new("demo-ask-quit"), true),
            Modal::Interrupt => (Text::new("demo-ask-interrupt"), true),
            Modal::Jump(search) => {
                let text = Text::new("demo-ask-jump").with("words", search.words.as_str());
                let found = search.found(&self.steps);
                let found = match found.and_then(|step| Some((step, self.steps.0.get(step)?))) {
                    Some((step, entry)) => format!("{} {}", step + 1, entry.title),
                    None if search.words.is_empty() => String::new(),
                    None => "?".to_owned(),
                };
                (text.with("found", found), true)
            }
            Modal::Back(_) => (Text::new("demo-ask-back"), true),
            Modal::Part(at) => {
                let text = Text::new("demo-ask-part").with("number", at + 1).with("of", self.change.len());
                (text, true)
            }
            Modal::Blank => (Text::verbatim(""), true),
            Modal::Guess(words) if !self.votes.is_empty() => {
                let votes = self.votes.iter().map(|vote| format!("{} × {}", vote.count, vote.answer));
                let votes = votes.collect::<Vec<_>>().join(", ");
                (Text::new("demo-ask-votes").with("words", words.as_str()).with("votes", votes), true)
            }
            Modal::Guess(words) => (Text::new("demo-ask-guess").with("words", words.as_str()), true),
            Modal::None if timer.is_paused() => (Text::new("demo-paused"), true),
            Modal::None => (self.prompt.clone().unwrap_or_else(|| Text::new("demo-busy")), false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::outline::Entry;

    fn bottom() -> Bottom {
        let steps =
            [("copy-the-app", "앱 복사하기"), ("scale-to-3", "Scale to 3"), ("scale-to-5", "Scale to 5")];
        let entry = |(id, title): (&str, &str)| Entry {
            id: id.to_owned(),
            title: title.to_owned(),
            about: "Each replica gets an address. ".repeat(20),
        };
        Bottom {
            schedule: Schedule::new([120, 360, 240]),
            steps: Outline(steps.map(entry).into()),
            step: 1,
            prompt: Some(Text::new("demo-ask")),
            ..Bottom::default()
        }
    }

    #[test]
    fn the_list_has_the_chosen_step_and_what_it_begins_with_on_any_screen() {
        for (rows, width) in [(11, 40), (11, 60), (23, 80), (50, 200)] {
            let style = Style { width, ..Style::PLAIN };
            let mut bottom = bottom();
            bottom.steps.0.extend(vec![bottom.steps.0[0].clone(); 40]);
            let lines = bottom.list(&Search::of("scale"), rows, style);
            assert_eq!(
                lines
                    .iter()
                    .filter(|line| line.draw(false).starts_with("  ") && line.draw(false).contains("Scale"))
                    .count(),
                1
            );
            assert!(lines[0].draw(false).starts_with(">  2  Scale to 3"), "{lines:?}");
            bottom.step = 40;
            let lines = bottom.list(&Search::default(), rows, style);
            assert!(lines.len() <= rows && lines.iter().all(|line| line.width() < width), "{rows} {width}");
            assert!(lines.iter().any(|line| line.draw(false).starts_with("> 41")), "{lines:?}");
            assert!(lines.iter().any(|line| line.draw(false).contains("Each replica")));
        }
    }

    #[tokio::test]
    async fn a_clean_line_says_only_what_is_asked() {
        let mut bottom = Bottom { clean: true, ..bottom() };
        let line = |bottom: &Bottom, timer: &Timer| {
            bottom.line(Style::PLAIN, Lang::En, timer, Pace::NORMAL).draw(false)
        };
        let mut timer = Timer::start();
        assert_eq!(line(&bottom, &timer), "");
        bottom.modal = Modal::Quit;
        assert_ne!(line(&bottom, &timer), "");
        bottom.modal = Modal::Blank;
        assert_eq!(line(&bottom, &timer), "");
        bottom.modal = Modal::None;
        timer.toggle();
        assert_ne!(line(&bottom, &timer), "");
    }

    #[tokio::test]
    async fn it_is_never_as_wide_as_the_screen_and_says_what_can_be_done() {
        for lang in Lang::ALL {
            for width in [40, 60, 80, 200] {
                let style = Style { width, ..Style::PLAIN };
                let mut bottom = bottom();
                let modals = [
                    Modal::None,
                    Modal::Quit,
                    Modal::Interrupt,
                    Modal::Jump(Search::of(&"스케일".repeat(20))),
                    Modal::Back(20),
                    Modal::Part(20),
                    Modal::Guess("스케일".repeat(20)),
                ];
                for modal in modals {
                    bottom.modal = modal;
                    let line = bottom.line(style, lang, &Timer::start(), Pace::NORMAL);
                    assert!(line.width() < width, "{lang:?} {width}: {line:?}");
                }
                bottom.modal = Modal::None;
                let line = bottom.line(style, lang, &Timer::start(), Pace::NORMAL).draw(false);
                assert!(line.contains('2') && line.contains('?') && !line.contains('…'), "{line}");
            }
        }
    }
}
