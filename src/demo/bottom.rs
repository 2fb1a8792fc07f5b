//! The line at the bottom: step, time and pace, and what the presenter can do now.

use super::pace::Pace;
use super::schedule::{Schedule, clock};
use super::timer::Timer;
use crate::report::Style;
use crate::report::line::{Line, Role, cut, width};
use crate::text::{Arg, Lang, Text};

/// A question of the line's own, which has the keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Modal {
    #[default]
    None,
    /// End the demo?
    Quit,
    /// Ctrl-C was pressed once.
    Interrupt,
    /// To which step? With what was typed.
    Jump(String),
    /// What the room expects, as far as it was typed.
    Guess(String),
}

/// What the line is made of.
#[derive(Debug, Default)]
pub(crate) struct Bottom {
    pub schedule: Schedule,
    /// Id and title of every step of the lesson.
    pub steps: Vec<(String, String)>,
    /// The step at hand, from 0.
    pub step: usize,
    /// What there is to choose from, where a choice is waited for.
    pub prompt: Option<Text>,
    pub modal: Modal,
}

impl Bottom {
    /// The step that `words` mean: its number, its id, or the first whose id or title has them.
    pub(crate) fn found(&self, words: &str) -> Option<usize> {
        let words = words.trim().to_lowercase();
        if let Ok(number) = words.parse::<usize>() {
            return number.checked_sub(1).filter(|step| *step < self.steps.len());
        }
        let has =
            |(id, title): &(String, String)| id.contains(&words) || title.to_lowercase().contains(&words);
        self.steps.iter().position(has).filter(|_| !words.is_empty())
    }

    pub(crate) fn line(&self, style: Style, lang: Lang, timer: &Timer, pace: Pace) -> Line {
        let say = |text: &Text| text.render(lang);
        let (ask, role) = match self.words(timer) {
            (words, true) => (say(&words), Role::Strong),
            (words, false) => (say(&words), Role::Plain),
        };
        let place = Text::new("demo-place").with("number", self.step + 1).with("of", self.steps.len());
        let time = format!("{}/{}", clock(timer.elapsed()), clock(self.schedule.whole()));
        let speed = Text::new("demo-speed").with("pace", Arg::Word(pace.shown()));
        let gap = "  ";
        let room = style.width.saturating_sub(1);
        let mut parts = vec![say(&place), time, say(&speed)];
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
            Modal::Jump(words) => {
                let text = Text::new("demo-ask-jump").with("words", words.as_str());
                let found = match self.found(words).and_then(|step| Some((step, self.steps.get(step)?))) {
                    Some((step, (_, title))) => format!("{} {title}", step + 1),
                    None if words.is_empty() => String::new(),
                    None => "?".to_owned(),
                };
                (text.with("found", found), true)
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

    fn bottom() -> Bottom {
        let steps =
            [("copy-the-app", "앱 복사하기"), ("scale-to-3", "Scale to 3"), ("scale-to-5", "Scale to 5")];
        Bottom {
            schedule: Schedule::new([2, 6, 4]),
            steps: steps.map(|(id, title)| (id.to_owned(), title.to_owned())).into(),
            step: 1,
            prompt: Some(Text::new("demo-ask")),
            modal: Modal::None,
        }
    }

    #[test]
    fn a_step_is_found_by_its_number_its_id_or_words() {
        let bottom = bottom();
        assert_eq!(bottom.found("3"), Some(2));
        assert_eq!(bottom.found(" to-5 "), Some(2));
        assert_eq!(bottom.found("SCALE"), Some(1));
        assert_eq!(bottom.found("복사"), Some(0));
        for none in ["0", "4", "", " ", "nope"] {
            assert_eq!(bottom.found(none), None, "{none}");
        }
    }

    #[tokio::test]
    async fn it_is_never_as_wide_as_the_screen_and_says_what_can_be_done() {
        for lang in Lang::ALL {
            for width in [40, 60, 80, 200] {
                let style = Style { width, ..Style::PLAIN };
                let mut bottom = bottom();
                let long = || "스케일".repeat(20);
                let modals =
                    [Modal::None, Modal::Quit, Modal::Interrupt, Modal::Jump(long()), Modal::Guess(long())];
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
