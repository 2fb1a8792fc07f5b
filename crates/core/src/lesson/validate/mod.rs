//! The rules that every lesson keeps, checked by the program itself so that an author needs no
//! Rust: text and patch agree, both languages are whole, commands are ones that may run.

mod hints;
mod own;
mod predictions;
mod stack;

use std::collections::BTreeSet;

use super::catalog::Lesson;
use super::effects;
use super::error::LessonError;
use super::markdown::{Prose, StepProse};
use super::model::StepSpec;
use super::places;
use crate::check::CheckSpec;
use crate::workspace::names::FileTree;
use workshop_engine::embedded::own::StandIn;
use workshop_engine::embedded::programs::Program;
use workshop_stack::compose::Env;
use workshop_text::near::did_you_mean;
use workshop_text::{Lang, Text};

/// Hints a step has at least, from a nudge to the exact line.
const LEAST_HINTS: usize = 3;
/// Points that one check may give.
const MOST_POINTS: u32 = 1000;

impl Lesson {
    /// Every broken rule, in the order of the lesson; empty for a sound one.
    pub fn faults(&self) -> Vec<LessonError> {
        let mut faults =
            Faults { lesson: self, found: Vec::new(), states: self.states().unwrap_or_default() };
        faults.ids();
        faults.minutes();
        faults.points();
        faults.between();
        faults.predictions();
        faults.programs();
        faults.stack();
        let prose: Vec<(Lang, Prose)> = self
            .file
            .languages
            .iter()
            .copied()
            .filter_map(|lang| match self.prose(lang) {
                Ok(prose) => Some((lang, prose)),
                Err(error) => {
                    faults.found.push(error);
                    None
                }
            })
            .collect();
        for (lang, prose) in &prose {
            faults.prose(*lang, prose);
            faults.last_hints(*lang, prose);
        }
        if let [(_, first), (lang, second)] = prose.as_slice() {
            faults.same_shape(first, *lang, second);
        }
        match self.states() {
            Ok(_) => {
                faults.excerpts(&prose);
                faults.finish();
                faults.own_solution();
                // What it does to a machine must be known; a file that cannot be read is said already.
                if let Err(LessonError::Rule { file, reason }) = effects::of_lesson(self, &Env::default())
                    && reason.key != "rule-compose-broken"
                {
                    faults.found.push(LessonError::Rule { file, reason });
                }
            }
            Err(error) => faults.found.push(error),
        }
        faults.unlisted();
        faults.found
    }
}

struct Faults<'a> {
    lesson: &'a Lesson,
    found: Vec<LessonError>,
    /// The files at the start and after each step; none where a patch does not apply, which is told.
    states: Vec<FileTree>,
}

impl Faults<'_> {
    fn add(&mut self, file: &str, reason: Text) {
        self.found.push(LessonError::Rule { file: format!("{}/{file}", self.lesson.dir), reason });
    }

    /// About a value of `lesson.toml`, by its key.
    fn add_at(&mut self, keys: &[&str], value: &str, reason: Text) {
        let text = self.lesson.course_file(&format!("{}/lesson.toml", self.lesson.dir)).unwrap_or_default();
        self.add(&format!("lesson.toml{}", places::place(&text, keys, value)), reason);
    }

    fn ids(&mut self) {
        let mut seen = BTreeSet::new();
        for step in &self.lesson.file.steps {
            let checks = step.checks.iter().map(|check| &check.id);
            let asked = step.predictions.iter().map(|prediction| &prediction.id);
            for id in std::iter::once(&step.id).chain(checks).chain(asked) {
                if !seen.insert(id.clone()) {
                    self.add_at(&["id"], id, Text::new("rule-id-twice").with("id", id.as_str()));
                }
            }
            if step.checks.is_empty() {
                self.add_at(&["id"], &step.id, Text::new("rule-no-check").with("id", step.id.as_str()));
            }
        }
    }

    /// One number for `list`, another on the screen: the steps' own are what a learner sees count down.
    fn minutes(&mut self) {
        let (said, sum) = (self.lesson.file.minutes, self.lesson.file.minutes());
        if said != sum {
            self.add_at(&["minutes"], "", Text::new("rule-minutes").with("said", said).with("sum", sum));
        }
    }

    /// A typing error in one check's points would drown all the others.
    fn points(&mut self) {
        for check in self.lesson.file.checks() {
            if let Some(points) = check.points.filter(|points| *points > MOST_POINTS) {
                let text = Text::new("rule-points").with("id", check.id.as_str());
                self.add_at(&["id"], &check.id, text.with("points", points).with("most", MOST_POINTS));
            }
        }
    }

    /// What must hold between a step's actions is a check of its own that looks at something, and does
    /// not run the step's commands itself. A patch is made once.
    fn between(&mut self) {
        for step in &self.lesson.file.steps {
            for id in step.between() {
                let known = step.checks.iter().map(|check| check.id.as_str());
                let Some(entry) = step.checks.iter().find(|check| check.id == id) else {
                    let text =
                        Text::new("rule-between-unknown").with("id", id).with("step", step.id.as_str());
                    self.add_at(&["check"], id, text.with("near", did_you_mean(id, known)));
                    continue;
                };
                if entry.is_asked() || matches!(entry.spec, CheckSpec::Refused(_) | CheckSpec::Steady(_)) {
                    let text = Text::new("rule-between-kind").with("id", id).with("kind", entry.spec.kind());
                    self.add_at(&["check"], id, text);
                }
            }
        }
        let mut met = BTreeSet::new();
        for edit in self.lesson.file.steps.iter().flat_map(StepSpec::edits) {
            if !met.insert(edit) {
                self.add_at(&["edit"], edit, Text::new("rule-edit-twice").with("edit", edit));
            }
        }
    }

    /// Without Docker, every service that runs must be one that this program can stand for.
    fn programs(&mut self) {
        let file = &self.lesson.file;
        let known = file.embedded.iter().filter_map(|(service, program)| match program {
            StandIn::Known(name) => Some((service, name)),
            StandIn::Own(_) => None,
        });
        for (service, program) in known {
            if Program::find(program).is_none() {
                let text = Text::new("rule-unknown-program").with("service", service.as_str());
                let near = did_you_mean(program, Program::names());
                self.add_at(&[service], program, text.with("program", program.as_str()).with("near", near));
            }
        }
    }

    fn prose(&mut self, lang: Lang, prose: &Prose) {
        let file = format!("{}.md", lang.code());
        let wanted: Vec<&str> = self.lesson.file.steps.iter().map(|step| step.id.as_str()).collect();
        let there: Vec<&str> = prose.steps.iter().map(|step| step.id.as_str()).collect();
        let missing = wanted.iter().filter(|id| !there.contains(id));
        missing.for_each(|id| self.add(&file, Text::new("rule-step-missing").with("id", *id)));
        for extra in prose.steps.iter().filter(|step| !wanted.contains(&step.id.as_str())) {
            let near = did_you_mean(&extra.id, wanted.iter().copied());
            let text = Text::new("rule-step-unknown").with("id", extra.id.as_str()).with("near", near);
            self.add(&format!("{file}:{}", extra.line), text);
        }
        let is_whole = wanted.len() == there.len() && wanted.iter().all(|id| there.contains(id));
        if is_whole && wanted != there {
            self.add(&file, Text::new("rule-step-order"));
        }
        for (spec, step) in pairs(&self.lesson.file.steps, prose) {
            if step.hints.len() < LEAST_HINTS {
                let text =
                    Text::new("rule-few-hints").with("id", step.id.as_str()).with("count", step.hints.len());
                self.add(&format!("{file}:{}", step.line), text);
            }
            self.questions(&file, spec, step);
            self.titles(&file, spec, step);
            self.prediction_words(&file, spec, step);
        }
        self.pages(&file, prose);
    }

    /// Every check has a name that a person reads; what is named is a check of the step.
    fn titles(&mut self, file: &str, spec: &StepSpec, step: &StepProse) {
        for check in spec.checks.iter().filter(|check| step.title_of(&check.id).is_none()) {
            self.add(
                &format!("{file}:{}", step.line),
                Text::new("rule-check-untitled").with("id", check.id.as_str()),
            );
        }
        let named = step.checks.iter().map(|check| &check.id);
        for id in named.filter(|id| spec.checks.iter().all(|check| check.id != **id)) {
            let known = spec.checks.iter().map(|check| check.id.as_str());
            let text = Text::new("rule-check-unknown").with("id", id.as_str());
            self.add(&format!("{file}:{}", step.line), text.with("near", did_you_mean(id, known)));
        }
    }

    fn questions(&mut self, file: &str, spec: &StepSpec, step: &StepProse) {
        for check in &spec.checks {
            let CheckSpec::Question(question) = &check.spec else { continue };
            let asked = step.questions.iter().find(|asked| asked.id == check.id);
            let choices = asked.map_or(0, |asked| asked.choices.len());
            if !(1..=choices).contains(&question.answer) {
                self.add(
                    file,
                    Text::new("rule-question").with("id", check.id.as_str()).with("count", choices),
                );
            }
        }
    }

    fn same_shape(&mut self, first: &Prose, lang: Lang, second: &Prose) {
        for (one, other) in first.steps.iter().zip(&second.steps) {
            let shape = |step: &StepProse| {
                (step.hints.len(), step.prompt.is_some(), step.notes.is_some(), step.questions.len())
            };
            let file = format!("{}.md", lang.code());
            if shape(one) != shape(other) || one.read_on.is_some() != other.read_on.is_some() {
                let file = format!("{file}:{}", other.line);
                self.add(&file, Text::new("rule-languages-differ").with("id", other.id.as_str()));
            }
            for id in choices_differ(one, other) {
                let file = format!("{file}:{}", other.line);
                self.add(&file, Text::new("rule-choices-differ").with("id", id));
            }
        }
    }

    /// A code block that names a file must occur in that file after the step's edit.
    fn excerpts(&mut self, prose: &[(Lang, Prose)]) {
        for index in 0..self.lesson.file.steps.len() {
            let id = &self.lesson.file.steps[index].id;
            let quoting: Vec<_> = prose
                .iter()
                .filter_map(|(lang, prose)| {
                    prose.steps.iter().find(|step| step.id == *id).map(|step| (lang, step))
                })
                .flat_map(|(lang, step)| step.excerpts.iter().map(move |excerpt| (lang, excerpt)))
                .collect();
            if quoting.is_empty() {
                continue;
            }
            let Some(end) = self.states.get(index + 1) else { return };
            let stages = match self.lesson.file.steps[index].edits().count() {
                0 | 1 => vec![end.clone()],
                _ => self.lesson.stages(index).unwrap_or_default().split_off(1),
            };
            for (lang, excerpt) in quoting {
                let texts = stages.iter().filter_map(|files| files.get(&excerpt.file));
                let mut texts = texts.map(|bytes| String::from_utf8_lossy(bytes).into_owned());
                if !texts.any(|text| text.contains(excerpt.text.trim_end_matches('\n'))) {
                    let reason = Text::new("rule-excerpt").with("file", excerpt.file.as_str());
                    self.add(&format!("{}.md:{}", lang.code(), excerpt.line), reason);
                }
            }
        }
    }

    /// A patch that no step names is a mistake.
    fn unlisted(&mut self) {
        let Ok(files) = self.lesson.own_files() else { return };
        let known: BTreeSet<String> =
            self.lesson.file.steps.iter().flat_map(StepSpec::edits).map(str::to_owned).collect();
        for path in files.keys().filter(|path| path.starts_with("patches/") && !known.contains(*path)) {
            self.add(path, Text::new("rule-unlisted"));
        }
    }
}

/// Questions and predictions that have not as many choices in one language as in the other.
fn choices_differ(one: &StepProse, other: &StepProse) -> Vec<String> {
    let choices = |step: &StepProse| -> Vec<(String, usize)> {
        let questions = step.questions.iter().map(|asked| (asked.id.clone(), asked.choices.len()));
        let predictions = step.predictions.iter().map(|asked| (asked.id.clone(), asked.choices.len()));
        questions.chain(predictions).collect()
    };
    let here = choices(one);
    let differs =
        |(id, count): &(String, usize)| here.iter().any(|(own, own_count)| own == id && own_count != count);
    choices(other).into_iter().filter(differs).map(|(id, _)| id).collect()
}

fn pairs<'a>(specs: &'a [StepSpec], prose: &'a Prose) -> impl Iterator<Item = (&'a StepSpec, &'a StepProse)> {
    specs
        .iter()
        .filter_map(|spec| prose.steps.iter().find(|step| step.id == spec.id).map(|step| (spec, step)))
}
