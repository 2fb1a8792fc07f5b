//! What the learner expects before something happens: asked, and kept. It never holds anybody up.

use crate::app::Ctx;
use crate::app::error::AppError;
use crate::event::{Event, QuestionView, Tone};
use crate::lesson::markdown::{Block, Inline};
use crate::lesson::prediction::GuessKind;
use crate::session::Session;
use crate::text::Text;

/// What passes a prediction by, typed in its place.
pub(crate) const SKIP: &str = "skip";

/// No guess is longer, in characters.
const LONGEST: usize = 200;

/// The step's predictions to which nothing was said yet, as they are shown.
pub(crate) fn open(session: &Session, step: &str) -> Vec<QuestionView> {
    let open = session.open_predictions(step).into_iter();
    open.map(|prediction| {
        let words = session.prediction_words(step, &prediction.id).cloned().unwrap_or_default();
        let title = Inline::Strong(vec![Inline::Text(words.title)]);
        QuestionView {
            id: prediction.id.clone(),
            text: std::iter::once(Block::Paragraph(vec![title])).chain(words.text).collect(),
            choices: words.choices,
            guess: Some(prediction.guess),
            unit: words.unit,
        }
    })
    .collect()
}

/// How a guess is given on the command line.
pub(crate) fn how(question: &QuestionView) -> Text {
    let kind = match question.guess {
        Some(GuessKind::Text) => "text",
        Some(GuessKind::Number) => "number",
        Some(GuessKind::Choice) | None => "choice",
    };
    Text::new("app-predict-with").with("id", question.id.as_str()).with("kind", kind)
}

/// Takes what was said to the prediction `id`; false where there is none of that id.
pub(crate) fn take(ctx: &Ctx, session: &mut Session, id: &str, said: &str) -> Result<bool, AppError> {
    let Some((step, prediction)) = session.prediction(id) else { return Ok(false) };
    let (step, prediction) = (step.id.clone(), prediction.clone());
    if session.is_measured(&prediction) {
        ctx.notice(Tone::Info, Text::new("app-predict-late"));
        return Ok(true);
    }
    let said = said.trim();
    let kept = match said {
        "" | SKIP => None,
        said => {
            let choices = session.prediction_words(&step, id).map_or(0, |words| words.choices.len());
            Some(read(prediction.guess, said, choices).map_err(AppError::Usage)?)
        }
    };
    let key = if kept.is_some() { "app-predict-kept" } else { "app-predict-skipped" };
    session.keep_guess(&step, id, kept);
    ctx.save(&session.workspace, &session.progress)?;
    ctx.notice(Tone::Done, Text::new(key));
    Ok(true)
}

/// Whether `said` would be taken as a guess.
pub(crate) fn is_guess(session: &Session, id: &str, said: &str) -> bool {
    session.prediction(id).is_some_and(|(step, prediction)| {
        let choices = session.prediction_words(&step.id, id).map_or(0, |words| words.choices.len());
        read(prediction.guess, said, choices).is_ok()
    })
}

/// A guess as it is kept, or what is wrong with it.
fn read(kind: GuessKind, said: &str, choices: usize) -> Result<String, Text> {
    let number = |said: &str| said.parse::<usize>().ok().filter(|number| (1..=choices).contains(number));
    match kind {
        _ if said.chars().count() > LONGEST => Err(Text::new("app-predict-long").with("most", LONGEST)),
        GuessKind::Choice => match number(said) {
            Some(number) => Ok(number.to_string()),
            None => Err(Text::new("app-no-such-choice").with("count", choices)),
        },
        GuessKind::Number if !said.contains(|c: char| c.is_ascii_digit()) => {
            Err(Text::new("app-predict-number"))
        }
        GuessKind::Number | GuessKind::Text => Ok(said.split_whitespace().collect::<Vec<_>>().join(" ")),
    }
}

/// Asks for each; whoever leaves one (Esc) is asked again another time, whoever passes it by is not.
pub(crate) fn ask(ctx: &Ctx, session: &mut Session) -> Result<(), AppError> {
    let step = session.progress.step.clone();
    for question in open(session, &step) {
        let (id, choices) = (question.id.clone(), question.choices.clone());
        let is_choice = question.guess == Some(GuessKind::Choice);
        ctx.emit(Event::Question(QuestionView { choices: Vec::new(), ..question }));
        loop {
            let said = match is_choice {
                true => chosen(ctx, &choices)?,
                false => ctx.asker.words(&ctx.say(&Text::new("ask-guess")))?,
            };
            let Some(said) = said else { return Ok(()) };
            match take(ctx, session, &id, &said) {
                Err(AppError::Usage(why)) => ctx.notice(Tone::Info, why),
                other => {
                    other?;
                    break;
                }
            }
        }
    }
    Ok(())
}

/// One of `choices` by its number, or none of them.
fn chosen(ctx: &Ctx, choices: &[String]) -> Result<Option<String>, AppError> {
    let pass = ctx.say(&Text::new("ask-pass"));
    let items: Vec<String> = choices.iter().cloned().chain([pass]).collect();
    let chosen = ctx.asker.choose(&ctx.say(&Text::new("ask-choice")), &items)?;
    Ok(chosen.map(|at| if at < choices.len() { (at + 1).to_string() } else { SKIP.to_owned() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guess_is_what_its_kind_takes() {
        let said = |kind, said| read(kind, said, 3).ok();
        assert_eq!(said(GuessKind::Choice, "3").as_deref(), Some("3"));
        assert_eq!(said(GuessKind::Choice, "4"), None);
        assert_eq!(said(GuessKind::Choice, "0"), None);
        assert_eq!(said(GuessKind::Number, "about  20 ms").as_deref(), Some("about 20 ms"));
        assert_eq!(said(GuessKind::Number, "many"), None);
        assert_eq!(said(GuessKind::Text, "모두 실패").as_deref(), Some("모두 실패"));
        assert_eq!(said(GuessKind::Text, &"x".repeat(201)), None);
    }
}
