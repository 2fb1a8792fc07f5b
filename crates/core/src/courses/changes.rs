//! What is different between two versions of a course, as a person who is in the middle of it wants to
//! know: lessons, steps, what they do, and what is only said differently.

use serde::Serialize;

use super::error::CourseError;
use crate::lesson::model::StepSpec;
use crate::lesson::{Catalog, Lesson};
use workshop_text::Text;

/// One difference, to the newer version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Change {
    /// A lesson is new.
    LessonAdded {
        /// Its id.
        lesson: String,
    },
    /// A lesson is gone.
    LessonRemoved {
        /// Its id.
        lesson: String,
    },
    /// A step is new.
    StepAdded {
        /// The lesson's id.
        lesson: String,
        /// The step's.
        step: String,
    },
    /// A step is gone.
    StepRemoved {
        /// The lesson's id.
        lesson: String,
        /// The step's.
        step: String,
    },
    /// A step has another id.
    StepRenamed {
        /// The lesson's id.
        lesson: String,
        /// The step's, before.
        was: String,
        /// The step's, now.
        step: String,
    },
    /// A step changes files in another way.
    Edit {
        /// The lesson's id.
        lesson: String,
        /// The step's.
        step: String,
    },
    /// A step runs or checks something else.
    Rules {
        /// The lesson's id.
        lesson: String,
        /// The step's.
        step: String,
    },
    /// The lesson starts from other files, or with other settings.
    Start {
        /// The lesson's id.
        lesson: String,
    },
    /// What is read is different, and in this lesson nothing else.
    Words {
        /// The lesson's id.
        lesson: String,
    },
}

impl Change {
    /// In words.
    pub fn text(&self) -> Text {
        match self {
            Self::LessonAdded { lesson } => Text::new("change-lesson-added").with("lesson", lesson.as_str()),
            Self::LessonRemoved { lesson } => {
                Text::new("change-lesson-removed").with("lesson", lesson.as_str())
            }
            Self::StepAdded { lesson, step } => of(lesson, step, "change-step-added"),
            Self::StepRemoved { lesson, step } => of(lesson, step, "change-step-removed"),
            Self::StepRenamed { lesson, was, step } => {
                of(lesson, step, "change-step-renamed").with("was", was.as_str())
            }
            Self::Edit { lesson, step } => of(lesson, step, "change-edit"),
            Self::Rules { lesson, step } => of(lesson, step, "change-rules"),
            Self::Start { lesson } => Text::new("change-start").with("lesson", lesson.as_str()),
            Self::Words { lesson } => Text::new("change-words").with("lesson", lesson.as_str()),
        }
    }
}

fn of(lesson: &str, step: &str, key: &'static str) -> Text {
    Text::new(key).with("lesson", lesson).with("step", step)
}

/// What is different in `new`; a version that cannot be read any more has nothing to compare with.
///
/// # Errors
/// A lesson of either cannot be read.
pub fn between(old: &Catalog, new: &Catalog) -> Result<Vec<Change>, CourseError> {
    let (old, new) = (all(old)?, all(new)?);
    let mut found = Vec::new();
    let id = |lesson: &Lesson| lesson.file.id.clone();
    for before in &old {
        match new.iter().find(|after| after.file.id == before.file.id) {
            Some(after) => found.extend(of_lesson(before, after)),
            None => found.push(Change::LessonRemoved { lesson: id(before) }),
        }
    }
    let is_new = |after: &&Lesson| old.iter().all(|before| before.file.id != after.file.id);
    found.extend(new.iter().filter(is_new).map(|after| Change::LessonAdded { lesson: id(after) }));
    Ok(found)
}

fn all(catalog: &Catalog) -> Result<Vec<Lesson>, CourseError> {
    Ok(catalog.names()?.iter().map(|name| catalog.find(name)).collect::<Result<_, _>>()?)
}

fn of_lesson(old: &Lesson, new: &Lesson) -> Vec<Change> {
    if old.digest() == new.digest() {
        return Vec::new();
    }
    let lesson = || new.file.id.clone();
    let mut found = Vec::new();
    let mut met = Vec::new();
    let (old_rules, new_rules) = (Rules::of(old), Rules::of(new));
    for before in &old.file.steps {
        let Some(at) = new.step_index(&before.id) else {
            found.push(Change::StepRemoved { lesson: lesson(), step: before.id.clone() });
            continue;
        };
        let after = &new.file.steps[at];
        met.push(after.id.clone());
        if after.id != before.id {
            let was = before.id.clone();
            found.push(Change::StepRenamed { lesson: lesson(), was, step: after.id.clone() });
        }
        if edits(old, before) != edits(new, after) {
            found.push(Change::Edit { lesson: lesson(), step: after.id.clone() });
        }
        if old_rules.step(&before.id) != new_rules.step(&after.id) {
            found.push(Change::Rules { lesson: lesson(), step: after.id.clone() });
        }
    }
    let added = new.file.steps.iter().filter(|step| !met.contains(&step.id));
    found.extend(added.map(|step| Change::StepAdded { lesson: lesson(), step: step.id.clone() }));
    if old.start_files().ok() != new.start_files().ok() || old_rules.rest != new_rules.rest {
        found.push(Change::Start { lesson: lesson() });
    }
    if found.is_empty() {
        found.push(Change::Words { lesson: lesson() });
    }
    found
}

/// The patches of a step, whatever their files are called.
fn edits(lesson: &Lesson, step: &StepSpec) -> Vec<Option<String>> {
    step.edits().map(|edit| lesson.course_file(&format!("{}/{edit}", lesson.dir))).collect()
}

/// A `lesson.toml`, without what a step is called, how long it takes, and the names of its files.
struct Rules {
    steps: Vec<(String, toml::Table)>,
    rest: toml::Table,
}

impl Rules {
    fn of(lesson: &Lesson) -> Self {
        let text = lesson.course_file(&format!("{}/lesson.toml", lesson.dir)).unwrap_or_default();
        let mut rest: toml::Table = text.parse().unwrap_or_default();
        let steps = match rest.remove("steps") {
            Some(toml::Value::Array(steps)) => steps,
            _ => Vec::new(),
        };
        rest.remove("minutes");
        let named = steps.into_iter().filter_map(|step| {
            let toml::Value::Table(mut step) = step else { return None };
            let id = step.remove("id")?.as_str()?.to_owned();
            for key in ["was", "minutes", "edit"] {
                step.remove(key);
            }
            for action in step.get_mut("actions").and_then(toml::Value::as_array_mut).into_iter().flatten() {
                action.as_table_mut().map(|action| action.remove("edit"));
            }
            Some((id, step))
        });
        Self { steps: named.collect(), rest }
    }

    fn step(&self, id: &str) -> Option<&toml::Table> {
        self.steps.iter().find(|(step, _)| step == id).map(|(_, rules)| rules)
    }
}
