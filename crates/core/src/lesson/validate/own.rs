//! What a lesson says of itself: its own files pass its static checks, and end as `finish` has them.

use super::Faults;
use crate::lesson::laid::{Laid, is_of_files, judge};
use workshop_text::Text;

impl Faults<'_> {
    /// Start and patches together come to the files of `finish`.
    pub(super) fn finish(&mut self) {
        let Some(finish) = self.lesson.file.finish.clone() else { return };
        let (Ok(own), Some(end)) = (self.lesson.folder(&finish), self.states.last().cloned()) else {
            self.add_at(
                &["finish"],
                &finish,
                Text::new("rule-finish-missing").with("folder", finish.as_str()),
            );
            return;
        };
        let start = &self.states[0];
        let differs = own.iter().filter(|(path, bytes)| end.get(*path) != Some(*bytes));
        let lacks =
            end.iter().filter(|(path, bytes)| !own.contains_key(*path) && start.get(*path) != Some(*bytes));
        let mut paths: Vec<String> = differs.chain(lacks).map(|(path, _)| path.clone()).collect();
        paths.sort();
        if let Some(first) = paths.first().cloned() {
            let text = Text::new("rule-finish-differs").with("count", paths.len()).with("file", first);
            self.add_at(&["finish"], &finish, text.with("folder", finish.as_str()));
        }
    }

    /// Each step's static checks pass in the files that the step makes.
    pub(super) fn own_solution(&mut self) {
        let mut laid: Option<Laid> = None;
        for (index, step) in self.lesson.file.steps.iter().enumerate() {
            let Some(files) = self.states.get(index + 1) else { return };
            let asked: Vec<_> = step.checks.iter().filter(|entry| is_of_files(entry)).collect();
            if asked.is_empty() {
                continue;
            }
            let done = match &mut laid {
                Some(laid) => laid.lay(self.lesson, files),
                none => Laid::of(self.lesson, files).map(|made| *none = Some(made)),
            };
            // Where nothing can be written, nothing is claimed.
            let (Ok(()), Some(laid)) = (done, &laid) else { return };
            let app = laid.application(self.lesson);
            let verdicts = asked.into_iter().map(|entry| (entry.id.clone(), judge(entry, &app)));
            let failing: Vec<_> = verdicts.filter(|(_, verdict)| !verdict.is_pass()).collect();
            for (check, verdict) in failing {
                let text = Text::new("rule-own-solution").with("step", step.id.as_str());
                let text = text.with("check", check.as_str()).with("says", verdict.message);
                self.add_at(&["id"], &check, text);
            }
        }
    }
}
