//! The rules for what is asked before and read after: predictions and pages to read on at.

use super::{Faults, pairs};
use crate::lesson::markdown::{Prose, StepProse};
use crate::lesson::model::StepSpec;
use crate::lesson::prediction::{GuessKind, Prediction};
use workshop_text::Text;

impl Faults<'_> {
    /// Each prediction is measured by a check that is asked after it, and not by the learner's answer.
    pub(super) fn predictions(&mut self) {
        let steps = &self.lesson.file.steps;
        for (at, step) in steps.iter().enumerate() {
            for prediction in &step.predictions {
                let measures = prediction.resolving().is_some_and(|(step, check)| {
                    let later = steps[at..].iter().filter(|later| later.id == step);
                    let mut checks = later.flat_map(|later| &later.checks);
                    checks.any(|entry| entry.id == check && !entry.is_asked())
                });
                if !measures {
                    let text = Text::new("rule-prediction-unmeasured").with("id", prediction.id.as_str());
                    self.add("lesson.toml", text.with("check", prediction.resolved_by.as_str()));
                }
            }
        }
    }

    /// Every prediction has words, with choices where it is a choice; what has words is one.
    pub(super) fn prediction_words(&mut self, file: &str, spec: &StepSpec, step: &StepProse) {
        for prediction in &spec.predictions {
            let words = step.prediction(&prediction.id);
            let fits = words.is_some_and(|words| match prediction.guess {
                GuessKind::Choice => words.choices.len() >= 2 && words.unit.is_none(),
                GuessKind::Number => words.choices.is_empty(),
                GuessKind::Text => words.choices.is_empty() && words.unit.is_none(),
            });
            if !fits {
                let guess = kind(prediction);
                let text = Text::new("rule-prediction").with("id", prediction.id.as_str());
                self.add(file, text.with("guess", guess));
            }
        }
        let known = |id: &str| spec.predictions.iter().any(|one| one.id == id);
        for words in step.predictions.iter().filter(|words| !known(&words.id)) {
            self.add(file, Text::new("rule-prediction-unknown").with("id", words.id.as_str()));
        }
    }

    /// Where one step names a page to read on at, each does.
    pub(super) fn pages(&mut self, file: &str, prose: &Prose) {
        if prose.steps.iter().all(|step| step.read_on.is_none()) {
            return;
        }
        for (_, step) in pairs(&self.lesson.file.steps, prose).filter(|(_, step)| step.read_on.is_none()) {
            self.add(file, Text::new("rule-no-page").with("id", step.id.as_str()));
        }
    }
}

/// As `lesson.toml` has it.
const fn kind(prediction: &Prediction) -> &'static str {
    match prediction.guess {
        GuessKind::Number => "number",
        GuessKind::Text => "text",
        GuessKind::Choice => "choice",
    }
}
