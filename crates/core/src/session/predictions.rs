//! What the learner expects before something happens: asked, kept, and put beside what was measured.

use super::Session;
use crate::check::Verdict;
use crate::event::{Predicted, StepReport, StepState};
use crate::lesson::markdown::PredictionProse;
use crate::lesson::model::StepSpec;
use crate::lesson::prediction::{GuessKind, Prediction};
use crate::workspace::progress::Guess;
use workshop_text::Text;

impl Session {
    /// The step that asks the prediction `id`, and the prediction.
    pub fn prediction(&self, id: &str) -> Option<(&StepSpec, &Prediction)> {
        let steps = self.lesson.file.steps.iter();
        let mut all = steps.flat_map(|step| step.predictions.iter().map(move |one| (step, one)));
        all.find(|(_, one)| one.id == id)
    }

    /// The words of a prediction; none where the lesson has none.
    pub fn prediction_words(&self, step: &str, id: &str) -> Option<&PredictionProse> {
        self.step_prose(step).and_then(|prose| prose.prediction(id))
    }

    /// What the step asks that nothing was said to, and that can still be expected.
    pub fn open_predictions(&self, step: &str) -> Vec<&Prediction> {
        let spec = self.lesson.file.steps.iter().find(|spec| spec.id == step);
        let all = spec.map(|spec| spec.predictions.as_slice()).unwrap_or_default();
        all.iter().filter(|one| self.guess(step, &one.id).is_none() && !self.is_measured(one)).collect()
    }

    /// The check that measures it has passed already: it is too late to expect anything.
    pub fn is_measured(&self, prediction: &Prediction) -> bool {
        prediction.resolving().is_some_and(|(step, _)| self.state(step) == StepState::Passed)
    }

    fn guess(&self, step: &str, id: &str) -> Option<&Guess> {
        self.progress.steps.get(step).and_then(|record| record.guesses.get(id))
    }

    /// Keeps what the learner expects; with `None` that he passes it by.
    pub fn keep_guess(&mut self, step: &str, id: &str, said: Option<String>) {
        let record = self.progress.steps.entry(step.to_owned()).or_default();
        record.guesses.insert(id.to_owned(), Guess { said, measured: None });
    }

    /// What was expected of what the check has measured, where it passed.
    pub(super) fn predicted(&self, step: &str, check: &str, verdict: &Verdict) -> Vec<Predicted> {
        if !verdict.is_pass() {
            return Vec::new();
        }
        let measured = self.lesson.file.measured_by(step, check);
        let beside = measured.filter_map(|(asks, prediction)| {
            let figure = prediction.figure(verdict);
            let is_figure = figure.is_some();
            let seen = figure.unwrap_or_else(|| verdict.message.clone());
            self.beside(asks, prediction, Some(seen), is_figure)
        });
        beside.collect()
    }

    /// What the learner has predicted so far, in the lesson's order.
    pub fn predictions(&self) -> Vec<Predicted> {
        let steps = self.lesson.file.steps.iter();
        let all = steps.flat_map(|step| step.predictions.iter().map(move |one| (step, one)));
        let said = all.filter_map(|(step, prediction)| {
            let measured = self.guess(&step.id, &prediction.id)?.measured.clone();
            let is_figure = measured.is_some();
            self.beside(step, prediction, measured.map(Text::verbatim), is_figure)
        });
        said.collect()
    }

    /// A prediction that was answered, beside what was `measured`.
    fn beside(
        &self,
        step: &StepSpec,
        prediction: &Prediction,
        measured: Option<Text>,
        is_figure: bool,
    ) -> Option<Predicted> {
        let said = self.guess(&step.id, &prediction.id)?.said.as_deref()?;
        let words = self.prediction_words(&step.id, &prediction.id);
        let unit = words.and_then(|words| words.unit.as_deref());
        let guess = match prediction.guess {
            GuessKind::Number => with_unit(said, unit),
            GuessKind::Text => said.to_owned(),
            GuessKind::Choice => chosen(said, words).unwrap_or_else(|| said.to_owned()),
        };
        let measured = measured.map(|text| match (is_figure, text.args.as_slice()) {
            (true, [(_, workshop_text::Arg::Word(figure))]) => Text::verbatim(with_unit(figure, unit)),
            _ => text,
        });
        let question = words.map_or_else(|| prediction.id.clone(), |words| words.title.clone());
        Some(Predicted { id: prediction.id.clone(), question, guess, measured, is_figure })
    }

    /// Keeps the figures that the checks of a step have measured, for whoever looks back at them.
    pub(super) fn keep_measured(&mut self, report: &StepReport) {
        let mut found = Vec::new();
        for check in report.checks.iter().filter(|check| check.verdict.is_pass()) {
            for (asks, prediction) in self.lesson.file.measured_by(&report.id, &check.id) {
                let figure =
                    prediction.figure(&check.verdict).map(|text| text.render(workshop_text::Lang::En));
                found.push((asks.id.clone(), prediction.id.clone(), figure));
            }
        }
        for (step, id, figure) in found {
            let record = self.progress.steps.get_mut(&step);
            if let Some(guess) = record.and_then(|record| record.guesses.get_mut(&id)) {
                guess.measured = figure;
            }
        }
    }
}

/// The words of the choice with the number `said`.
fn chosen(said: &str, words: Option<&PredictionProse>) -> Option<String> {
    let at = said.parse::<usize>().ok()?.checked_sub(1)?;
    words?.choices.get(at).map(|choice| choice.replace('`', ""))
}

/// A bare number with what it counts: `20 ms`, `20%`, `20개`.
fn with_unit(number: &str, unit: Option<&str>) -> String {
    let bare = number.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-'));
    match unit {
        Some(unit) if bare && unit.starts_with(|c: char| c.is_ascii_alphabetic()) => {
            format!("{number} {unit}")
        }
        Some(unit) if bare => format!("{number}{unit}"),
        _ => number.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_stands_behind_a_number_that_has_none() {
        for (number, unit, wanted) in [
            ("20", Some("ms"), "20 ms"),
            ("20", Some("%"), "20%"),
            ("1,200.5", Some("개"), "1,200.5개"),
            ("20 ms", Some("ms"), "20 ms"),
            ("20", None, "20"),
        ] {
            assert_eq!(with_unit(number, unit), wanted);
        }
    }
}
