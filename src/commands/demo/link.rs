//! The demo and the room that its presenter has open: the step and the questions go there, the
//! room's votes stand where the prediction is typed, and the presenter's phone turns the pages.

use tokio::time::Instant;
use workshop_room::protocol::{Poll, Shown, Votes};

use crate::commands::demo::show::{Show, Stop};
use crate::event::{CheckRun, QuestionView, Tone};
use crate::lesson::prediction::GuessKind;
use crate::room::{Clock, Presenter};
use crate::session::Session;
use crate::text::Text;

/// The most characters of a question, and of an answer to it.
const LONGEST: usize = 400;
/// The most choices that a room is given.
const CHOICES: usize = 8;
/// Answers that are said on the stage.
const SAID: usize = 6;

/// The step as a room is told of it.
fn shown(session: &Session, at: usize) -> Shown {
    let step = &session.lesson.file.steps[at];
    let notes = session.step_prose(&step.id).and_then(|prose| prose.notes.clone());
    Shown {
        lesson: session.lesson.file.id.clone(),
        step: step.id.clone(),
        title: session.title(&step.id),
        position: u32::try_from(at + 1).unwrap_or(u32::MAX),
        of: u32::try_from(session.lesson.file.steps.len()).unwrap_or(u32::MAX),
        notes: notes.unwrap_or_default(),
        clock: String::new(),
    }
}

impl Show<'_> {
    /// The room is told where the stage is.
    pub(crate) fn tell_room(&self, at: usize) {
        if let Some(room) = &self.room {
            room.show(shown(&self.session, at));
        }
    }

    /// The phone's clock is the stage's.
    pub(crate) fn set_phone_clock(&self) {
        let timer = &self.stage.timer;
        if let Some(room) = &self.room {
            room.set_clock(Clock {
                elapsed: timer.elapsed(),
                planned: self.stage.bottom.schedule.whole(),
                paused: timer.is_paused(),
                at: Instant::now(),
            });
        }
    }

    /// Puts a prediction to the room; its votes then stand on the stage.
    pub(crate) fn ask_room(&mut self, at: usize, question: &QuestionView) {
        let id = self.poll_id(at, &question.id);
        let Some(room) = &self.room else { return };
        let words = self.session.prediction_words(&self.session.lesson.file.steps[at].id, &question.id);
        let title = words.map(|words| words.title.clone()).unwrap_or_default();
        let unit = question.unit.as_ref().map(|unit| format!(" ({unit})")).unwrap_or_default();
        if question.choices.len() > CHOICES || title.is_empty() {
            return;
        }
        room.ask(Poll {
            id: id.clone(),
            question: cut(&(title + &unit)),
            choices: question.choices.iter().map(|choice| cut(choice)).collect(),
            answer: None,
        });
        self.stage.listen_for(id, room.votes());
    }

    /// What the room voted, said on the stage; the most first.
    pub(crate) async fn say_votes(&mut self, votes: &[Votes]) -> Result<(), Stop> {
        if votes.is_empty() {
            return Ok(());
        }
        let said = votes.iter().take(SAID).map(|vote| format!("{} × {}", vote.count, vote.answer));
        let text = Text::new("demo-votes").with("votes", said.collect::<Vec<_>>());
        Ok(self.stage.notice(Tone::Info, text).await?)
    }

    /// What was measured closes the question that is open in the room.
    pub(crate) fn resolve_in_room(&self, run: &CheckRun) {
        let Some((room, poll)) = self.room.as_ref().and_then(|room| Some((room, room.asked()?))) else {
            return;
        };
        let measured = run.steps.iter().flat_map(|step| &step.checks).flat_map(|check| &check.predictions);
        for one in measured.filter(|one| poll.id.ends_with(&format!("/{}", one.id))) {
            if let Some(measured) = &one.measured {
                room.ask(Poll { answer: Some(cut(&measured.render(self.app.lang))), ..poll.clone() });
            }
        }
    }

    /// For the notes: the room is away.
    pub(crate) fn room_is_away(&self) -> Option<String> {
        let away = self.room.as_ref().is_some_and(Presenter::is_away);
        away.then(|| Text::new("demo-room-away").render(self.app.lang))
    }

    fn poll_id(&self, at: usize, prediction: &str) -> String {
        let file = &self.session.lesson.file;
        format!("{}/{}/{prediction}", file.id, file.steps[at].id)
    }
}

/// Votes as the presenter would type them, the most wanted first: of a choice its number.
pub(crate) fn as_typed(question: &QuestionView, votes: &[Votes]) -> Vec<String> {
    let typed = |vote: &Votes| match question.guess {
        Some(GuessKind::Choice) => {
            let at = question.choices.iter().position(|choice| cut(choice) == vote.answer)?;
            Some((at + 1).to_string())
        }
        _ => Some(vote.answer.clone()),
    };
    votes.iter().filter_map(typed).collect()
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vote_for_a_choice_is_typed_as_its_number() {
        let mut question = QuestionView {
            id: "a".to_owned(),
            text: Vec::new(),
            choices: vec!["2".to_owned(), "모두".to_owned()],
            guess: Some(GuessKind::Choice),
            unit: None,
        };
        let vote = |answer: &str, count| Votes { answer: answer.to_owned(), count };
        let votes = [vote("모두", 3), vote("2", 1), vote("gone", 1)];
        assert_eq!(as_typed(&question, &votes), ["2", "1"]);
        question.guess = Some(GuessKind::Text);
        assert_eq!(as_typed(&question, &votes), ["모두", "2", "gone"]);
    }
}
