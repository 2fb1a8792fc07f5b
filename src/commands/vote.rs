//! `vote`: what the room is asked, and an answer to it.

use workshop_room::protocol::{Poll, Vote};

use crate::app::error::{AppError, exit};
use crate::app::{Ctx, in_room};
use crate::event::{Event, QuestionView, Tone};
use crate::lesson::markdown::{Block, Inline};
use crate::text::Text;

/// No answer is longer, in characters.
const LONGEST: usize = 40;

pub(crate) async fn run(ctx: &Ctx, answer: Option<&str>) -> Result<u8, AppError> {
    let (seat, now) = in_room::now(ctx).await?;
    let Some(poll) = now.poll else {
        ctx.notice(Tone::Info, Text::new("in-room-no-poll"));
        return Ok(exit::PASS);
    };
    if answer.is_none() {
        show(ctx, &poll);
    }
    if let Some(right) = &poll.answer {
        ctx.notice(Tone::Info, Text::new("in-room-poll-closed").with("answer", right.as_str()));
        in_room::say_votes(ctx, &now.votes);
        return Ok(if answer.is_some() { exit::NOT_YET } else { exit::PASS });
    }
    let asked = match answer {
        Some(_) => None,
        None if ctx.interactive => ask(ctx, &poll)?,
        None => {
            in_room::say_votes(ctx, &now.votes);
            ctx.notice(Tone::Next, Text::new("next-vote"));
            return Ok(exit::PASS);
        }
    };
    let Some(said) = answer.map(str::to_owned).or(asked) else { return Ok(exit::PASS) };
    let answer = meant(&poll, &said).map_err(AppError::Usage)?;
    let client = seat.member.client();
    let vote = Vote { poll: poll.id, answer: answer.clone() };
    client.vote(&vote).await.map_err(|trouble| in_room::refused(&trouble, client.address()))?;
    ctx.notice(Tone::Done, Text::new("in-room-voted").with("answer", answer));
    if let Ok(now) = client.now().await {
        in_room::say_votes(ctx, &now.votes);
    }
    Ok(exit::PASS)
}

fn show(ctx: &Ctx, poll: &Poll) {
    let text = vec![Block::Paragraph(vec![Inline::Text(poll.question.clone())])];
    let choices = poll.choices.clone();
    let view = QuestionView { id: poll.id.clone(), text, choices, guess: None, unit: None };
    ctx.emit(Event::Question(view));
}

fn ask(ctx: &Ctx, poll: &Poll) -> Result<Option<String>, AppError> {
    if poll.choices.is_empty() {
        return ctx.asker.words(&ctx.say(&Text::new("ask-vote")));
    }
    let chosen = ctx.asker.choose(&ctx.say(&Text::new("ask-choice")), &poll.choices)?;
    Ok(chosen.map(|at| poll.choices[at].clone()))
}

/// One of the choices, by its number or its words; where there are none, what was said.
fn meant(poll: &Poll, said: &str) -> Result<String, Text> {
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    if poll.choices.is_empty() {
        let fits = (1..=LONGEST).contains(&said.chars().count());
        return if fits { Ok(said) } else { Err(Text::new("in-room-vote-long").with("most", LONGEST)) };
    }
    let by_words = poll.choices.iter().find(|choice| **choice == said);
    let number = said.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    let chosen = by_words.or_else(|| poll.choices.get(number?));
    chosen.cloned().ok_or_else(|| Text::new("app-no-such-choice").with("count", poll.choices.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vote_is_a_number_or_the_words_of_a_choice_and_else_what_is_guessed() {
        let poll = |choices: &[&str]| Poll {
            id: "a".to_owned(),
            question: "?".to_owned(),
            choices: choices.iter().map(|choice| (*choice).to_owned()).collect(),
            answer: None,
        };
        let meant = |choices: &[&str], said| meant(&poll(choices), said).ok();
        let choices = ["3", "모두 실패", "none"];
        // What stands there word for word counts before its place.
        assert_eq!(meant(&choices, "3").as_deref(), Some("3"));
        assert_eq!(meant(&choices, " 2 ").as_deref(), Some("모두 실패"));
        assert_eq!(meant(&choices, "모두  실패").as_deref(), Some("모두 실패"));
        assert_eq!(meant(&choices, "4"), None);
        assert_eq!(meant(&choices, "0"), None);
        assert_eq!(meant(&[], " about  20 ").as_deref(), Some("about 20"));
        assert_eq!(meant(&[], " "), None);
        assert_eq!(meant(&[], &"x".repeat(41)), None);
    }
}
