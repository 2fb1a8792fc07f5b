//! What the learner reads and answers beside the steps' texts: hints, the prompt, questions.

use super::error::{AppError, exit};
use super::{App, Session};
use crate::check::CheckSpec;
use crate::event::{Event, QuestionView, Tone};
use crate::lesson::markdown::{Block, Inline, QuestionProse};
use crate::text::Text;
use crate::text::near::did_you_mean;

impl App {
    pub(super) fn hint(&self) -> Result<u8, AppError> {
        let mut desk = self.desk()?;
        self.one_hint(&mut desk)?;
        Ok(exit::PASS)
    }

    /// One hint more than before; the last again when all were shown.
    pub(super) fn one_hint(&self, desk: &mut Session) -> Result<(), AppError> {
        let step = desk.progress.step.clone();
        let hints = desk.step_prose(&step).map(|prose| prose.hints.clone()).unwrap_or_default();
        let record = desk.progress.steps.entry(step).or_default();
        record.hints = (record.hints + 1).min(hints.len());
        let number = record.hints;
        match number.checked_sub(1).and_then(|index| hints.get(index)) {
            Some(blocks) => self.emit(Event::Hint { number, of: hints.len(), blocks: blocks.clone() }),
            None => self.notice(Tone::Info, Text::new("app-no-hint")),
        }
        self.save(&desk.workspace, &desk.progress)
    }

    pub(super) fn prompt(&self) -> Result<u8, AppError> {
        let desk = self.desk()?;
        match desk.step_prose(&desk.progress.step).and_then(|prose| prose.prompt.clone()) {
            Some(prompt) => self.emit(Event::Prompt(prompt)),
            None => return Err(AppError::Usage(Text::new("app-no-prompt"))),
        }
        Ok(exit::PASS)
    }

    /// Takes an answer; without one, lists the questions that are open in this step.
    pub(super) fn answer(&self, given: Option<(String, String)>) -> Result<u8, AppError> {
        let mut desk = self.desk()?;
        let Some((question, choice)) = given else { return Ok(self.list_questions(&desk)) };
        let right = self.take_answer(&mut desk, &question, &choice)?;
        Ok(if right { exit::PASS } else { exit::NOT_YET })
    }

    fn list_questions(&self, desk: &Session) -> u8 {
        let questions = open_questions(desk, &desk.progress.step);
        let confirms = open_confirms(desk);
        if questions.is_empty() && confirms.is_empty() {
            self.notice(Tone::Info, Text::new("app-no-question"));
        }
        for question in confirms {
            let next = Text::new("app-confirm-with").with("id", question.id.as_str());
            self.emit(Event::Question(question));
            self.notice(Tone::Info, next);
        }
        for question in questions {
            let next = Text::new("app-answer-with").with("id", question.id.as_str());
            self.emit(Event::Question(question));
            self.notice(Tone::Info, next);
        }
        exit::PASS
    }

    pub(super) fn take_answer(&self, desk: &mut Session, id: &str, choice: &str) -> Result<bool, AppError> {
        let found = desk.lesson.file.steps.iter().find_map(|step| {
            step.checks.iter().find(|entry| entry.id == id).map(|entry| (step.id.clone(), entry.spec.clone()))
        });
        let unknown = || {
            let asked =
                desk.lesson.file.steps.iter().flat_map(|step| &step.checks).filter(|entry| entry.is_asked());
            let near = did_you_mean(id, asked.map(|entry| entry.id.as_str()));
            AppError::Usage(Text::new("app-no-such-question").with("id", id).with("near", near))
        };
        let (step, spec) = found.ok_or_else(unknown)?;
        let question =
            desk.step_prose(&step).and_then(|prose| prose.questions.iter().find(|q| q.id == id)).cloned();
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
        desk.progress.steps.entry(step.clone()).or_default().answers.insert(id.to_owned(), kept.to_owned());
        self.emit(Event::Answer { right, explanation: question.map(|q| q.explanation).unwrap_or_default() });
        self.save(&desk.workspace, &desk.progress)?;
        Ok(right)
    }

    /// The right answer of a step's question, with its explanation: what `apply` means for it.
    pub(super) fn answer_for(
        &self,
        desk: &mut Session,
        step: &str,
        id: &str,
        choice: usize,
    ) -> Result<(), AppError> {
        if let Some(question) = open_questions(desk, step).into_iter().find(|one| one.id == id) {
            self.emit(Event::Question(question));
        }
        self.take_answer(desk, id, &choice.to_string()).map(drop)
    }

    /// What the learner says of himself is so.
    pub(super) fn confirm_all(&self, desk: &mut Session, index: usize) {
        let step = &desk.lesson.file.steps[index];
        let confirmed = step.checks.iter().filter(|entry| matches!(entry.spec, CheckSpec::Confirm(_)));
        let record = desk.progress.steps.entry(step.id.clone()).or_default();
        record.answers.extend(confirmed.map(|entry| (entry.id.clone(), "yes".to_owned())));
    }

    /// Asks the learner for each thing that he is to say of himself, with its question.
    pub(super) fn ask_confirms(&self, desk: &mut Session) -> Result<(), AppError> {
        for question in open_confirms(desk) {
            let id = question.id.clone();
            self.emit(Event::Question(question));
            if !self.asker.confirm(&self.say(&Text::new("ask-so")))? {
                return Ok(());
            }
            let record = desk.progress.steps.entry(desk.progress.step.clone()).or_default();
            record.answers.insert(id, "yes".to_owned());
        }
        Ok(())
    }

    pub(super) fn ask_questions(&self, desk: &mut Session) -> Result<(), AppError> {
        let step = desk.progress.step.clone();
        for question in open_questions(desk, &step) {
            let id = question.id.clone();
            let choices = question.choices.clone();
            self.emit(Event::Question(QuestionView { choices: Vec::new(), ..question }));
            let Some(chosen) = self.asker.choose(&self.say(&Text::new("ask-choice")), &choices)? else {
                return Ok(());
            };
            self.take_answer(desk, &id, &(chosen + 1).to_string())?;
        }
        Ok(())
    }
}

/// What the learner has still to say of the current step himself, with the words that ask for it.
fn open_confirms(desk: &Session) -> Vec<QuestionView> {
    let step = &desk.progress.step;
    let answers = desk.progress.steps.get(step).map(|step| &step.answers);
    let said = |id: &str| answers.is_some_and(|answers| answers.contains_key(id));
    let spec = desk.lesson.file.steps.iter().find(|spec| spec.id == *step);
    let checks = spec.map(|spec| spec.checks.as_slice()).unwrap_or_default();
    let open = checks.iter().filter(|entry| matches!(entry.spec, CheckSpec::Confirm(_)) && !said(&entry.id));
    let prose = desk.step_prose(step);
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
    QuestionView { id: question.id, text, choices: question.choices }
}

/// The step's questions that are not answered rightly yet.
pub(super) fn open_questions(desk: &Session, step: &str) -> Vec<QuestionView> {
    let answers = desk.progress.steps.get(step).map(|step| step.answers.clone()).unwrap_or_default();
    let spec = desk.lesson.file.steps.iter().find(|spec| spec.id == step);
    let right = |id: &str| {
        let entry = spec.and_then(|spec| spec.checks.iter().find(|entry| entry.id == id));
        match entry.map(|entry| &entry.spec) {
            Some(CheckSpec::Question(question)) => answers.get(id) == Some(&question.answer.to_string()),
            _ => true,
        }
    };
    let questions = desk.step_prose(step).map(|prose| prose.questions.clone()).unwrap_or_default();
    questions.into_iter().filter(|question| !right(&question.id)).map(view).collect()
}
