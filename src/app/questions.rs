//! What the learner is asked and told beside the steps' texts: hints, questions, confirmations.

use crate::app::error::AppError;
use crate::app::{Ctx, predictions};
use crate::check::CheckSpec;
use crate::event::{Event, QuestionView, Tone};
use crate::lesson::markdown::{Block, Inline, QuestionProse};
use crate::session::Session;
use crate::text::Text;
use crate::text::near::did_you_mean;

/// What the learner has still to say of the current step himself, with the words that ask for it.
pub(crate) fn open_confirms(session: &Session) -> Vec<QuestionView> {
    let step = &session.progress.step;
    let answers = session.progress.steps.get(step).map(|step| &step.answers);
    let said = |id: &str| answers.is_some_and(|answers| answers.contains_key(id));
    let spec = session.lesson.file.steps.iter().find(|spec| spec.id == *step);
    let checks = spec.map(|spec| spec.checks.as_slice()).unwrap_or_default();
    let open = checks.iter().filter(|entry| matches!(entry.spec, CheckSpec::Confirm(_)) && !said(&entry.id));
    let prose = session.step_prose(step);
    let questions = prose.map(|prose| prose.questions.clone()).unwrap_or_default();
    let title = prose.map(|prose| prose.title.clone()).unwrap_or_default();
    let of = |id: &str| match questions.iter().find(|question| question.id == id) {
        Some(question) => view(question.clone()),
        // The step is what is to be done, then.
        None => view(QuestionProse { id: id.to_owned(), title: title.clone(), ..QuestionProse::default() }),
    };
    open.map(|entry| of(&entry.id)).collect()
}

/// A question as it is shown: its title, then what else it says.
fn view(question: QuestionProse) -> QuestionView {
    let title = Inline::Strong(vec![Inline::Text(question.title)]);
    let text = std::iter::once(Block::Paragraph(vec![title])).chain(question.text).collect();
    QuestionView { id: question.id, text, choices: question.choices, guess: None, unit: None }
}

/// The step's questions that are not answered rightly yet.
pub(crate) fn open_questions(session: &Session, step: &str) -> Vec<QuestionView> {
    let answers = session.progress.steps.get(step).map(|step| step.answers.clone()).unwrap_or_default();
    let spec = session.lesson.file.steps.iter().find(|spec| spec.id == step);
    let right = |id: &str| {
        let entry = spec.and_then(|spec| spec.checks.iter().find(|entry| entry.id == id));
        match entry.map(|entry| &entry.spec) {
            Some(CheckSpec::Question(question)) => answers.get(id) == Some(&question.answer.to_string()),
            _ => true,
        }
    };
    let questions = session.step_prose(step).map(|prose| prose.questions.clone()).unwrap_or_default();
    questions.into_iter().filter(|question| !right(&question.id)).map(view).collect()
}

/// One hint more than before; the last again when all were shown.
pub(crate) fn one_hint(ctx: &Ctx, session: &mut Session) -> Result<(), AppError> {
    let step = session.progress.step.clone();
    let hints = session.step_prose(&step).map(|prose| prose.hints.clone()).unwrap_or_default();
    let record = session.progress.steps.entry(step).or_default();
    record.hints = (record.hints + 1).min(hints.len());
    let number = record.hints;
    match number.checked_sub(1).and_then(|index| hints.get(index)) {
        Some(blocks) => ctx.emit(Event::Hint { number, of: hints.len(), blocks: blocks.clone() }),
        None => ctx.notice(Tone::Info, Text::new("app-no-hint")),
    }
    ctx.save(&session.workspace, &session.progress)
}

/// Takes an answer to a question, a confirmation or a prediction; whether it was the right one,
/// where one is.
pub(crate) fn take_answer(
    ctx: &Ctx,
    session: &mut Session,
    id: &str,
    choice: &str,
) -> Result<bool, AppError> {
    if predictions::take(ctx, session, id, choice)? {
        return Ok(true);
    }
    let found = session.lesson.file.steps.iter().find_map(|step| {
        step.checks.iter().find(|entry| entry.id == id).map(|entry| (step.id.clone(), entry.spec.clone()))
    });
    let unknown = || {
        let asked =
            session.lesson.file.steps.iter().flat_map(|step| &step.checks).filter(|entry| entry.is_asked());
        let expected = session.lesson.file.steps.iter().flat_map(|step| &step.predictions);
        let ids = asked.map(|entry| entry.id.as_str()).chain(expected.map(|one| one.id.as_str()));
        let near = did_you_mean(id, ids);
        AppError::Usage(Text::new("app-no-such-question").with("id", id).with("near", near))
    };
    let (step, spec) = found.ok_or_else(unknown)?;
    let question =
        session.step_prose(&step).and_then(|prose| prose.questions.iter().find(|q| q.id == id)).cloned();
    let right = match &spec {
        CheckSpec::Confirm(_) => matches!(choice, "yes" | "y" | "예" | "네"),
        CheckSpec::Question(wanted) => {
            let choices = question.as_ref().map_or(0, |question| question.choices.len());
            let number = choice.parse::<usize>().ok().filter(|number| (1..=choices).contains(number));
            let out = || AppError::Usage(Text::new("app-no-such-choice").with("count", choices));
            number.ok_or_else(out)? == wanted.answer
        }
        _ => return Err(unknown()),
    };
    let kept = if matches!(spec, CheckSpec::Confirm(_)) && right { "yes" } else { choice };
    session.progress.steps.entry(step.clone()).or_default().answers.insert(id.to_owned(), kept.to_owned());
    ctx.emit(Event::Answer { right, explanation: question.map(|q| q.explanation).unwrap_or_default() });
    ctx.save(&session.workspace, &session.progress)?;
    Ok(right)
}

/// The right answer of a step's question, with its explanation: what `apply` means for it.
pub(crate) fn answer_for(
    ctx: &Ctx,
    session: &mut Session,
    step: &str,
    id: &str,
    choice: usize,
) -> Result<(), AppError> {
    if let Some(question) = open_questions(session, step).into_iter().find(|one| one.id == id) {
        ctx.emit(Event::Question(question));
    }
    take_answer(ctx, session, id, &choice.to_string()).map(drop)
}

/// What the learner says of himself is so.
pub(crate) fn confirm_all(session: &mut Session, index: usize) {
    let step = &session.lesson.file.steps[index];
    let confirmed = step.checks.iter().filter(|entry| matches!(entry.spec, CheckSpec::Confirm(_)));
    let record = session.progress.steps.entry(step.id.clone()).or_default();
    record.answers.extend(confirmed.map(|entry| (entry.id.clone(), "yes".to_owned())));
}

/// Asks the learner for each thing that he is to say of himself, with its question.
pub(crate) fn ask_confirms(ctx: &Ctx, session: &mut Session) -> Result<(), AppError> {
    for question in open_confirms(session) {
        let id = question.id.clone();
        ctx.emit(Event::Question(question));
        if !ctx.asker.confirm(&ctx.say(&Text::new("ask-so")))? {
            return Ok(());
        }
        let record = session.progress.steps.entry(session.progress.step.clone()).or_default();
        record.answers.insert(id, "yes".to_owned());
    }
    Ok(())
}

pub(crate) fn ask_questions(ctx: &Ctx, session: &mut Session) -> Result<(), AppError> {
    let step = session.progress.step.clone();
    for question in open_questions(session, &step) {
        let id = question.id.clone();
        let choices = question.choices.clone();
        ctx.emit(Event::Question(QuestionView { choices: Vec::new(), ..question }));
        let Some(chosen) = ctx.asker.choose(&ctx.say(&Text::new("ask-choice")), &choices)? else {
            return Ok(());
        };
        take_answer(ctx, session, &id, &(chosen + 1).to_string())?;
    }
    Ok(())
}
