//! What the checks of a lesson together want of a learner's files.

use std::collections::{BTreeMap, BTreeSet};

use super::catalog::Lesson;
use super::model::LessonFile;
use crate::check::CheckSpec;
use crate::check::files::Demands;
use crate::check::replicas::Replicas;
use workshop_engine::StackCommand;

impl Lesson {
    /// What it wants of the files, over all of its steps.
    pub fn demands(&self) -> Demands {
        let scaled = scaled(&self.file);
        Demands {
            start_name: self.start_name().to_owned(),
            nginx_path: self.file.nginx.clone(),
            explains_resolve: explains_resolve(&self.file),
            stand_ins: self.file.stand_ins(),
            secrets: self.file.secrets.clone(),
            entry: Some(self.file.entry.service.clone()),
            wanted: wanted(&self.file, &scaled),
            scaled,
            profiles: self.commands().iter().flat_map(StackCommand::profiles).map(str::to_owned).collect(),
        }
    }
}

fn explains_resolve(lesson: &LessonFile) -> bool {
    let explains = |spec: &CheckSpec| matches!(spec, CheckSpec::Upstream(check) if check.explains_resolve());
    lesson.checks().any(|entry| explains(&entry.spec))
}

/// The services of which the lesson runs several replicas.
fn scaled(lesson: &LessonFile) -> BTreeSet<String> {
    counts(lesson).filter(|(_, count)| *count > 1).map(|(name, _)| name.clone()).collect()
}

/// How many replicas of each other service its file must start, where no check of its own says so.
fn wanted(lesson: &LessonFile, scaled: &BTreeSet<String>) -> BTreeMap<String, u32> {
    let told = |name: &str| {
        let is_told = |spec: &CheckSpec| matches!(spec, CheckSpec::Instances(check) if check.is_about(name));
        lesson.checks().any(|entry| is_told(&entry.spec))
    };
    let alone = counts(lesson).filter(|(name, _)| !scaled.contains(*name) && !told(name));
    alone.filter_map(|(name, count)| Some((name.clone(), u32::try_from(count).ok()?))).collect()
}

/// What `replicas` checks say of each service.
fn counts(lesson: &LessonFile) -> impl Iterator<Item = (&String, usize)> {
    let replicas = lesson.checks().filter_map(|entry| {
        let CheckSpec::Replicas(check) = &entry.spec else { return None };
        Some(check)
    });
    replicas.flat_map(Replicas::counts)
}
