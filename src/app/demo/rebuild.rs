//! The state that a step of a demo starts from, whatever was shown before: files, stack, progress.

use super::super::error::AppError;
use super::super::{App, Session};
use crate::demo::Place;
use crate::engine::Detail;
use crate::session::removal::What;
use crate::session::start::state_commands;
use crate::workspace::disk;
use crate::workspace::files;

impl App {
    /// Makes everything what the step at `index` expects at its start. Only what is different is
    /// done: a stack that runs from these files is scaled, not built again.
    pub(super) async fn rebuild(
        &self,
        place: &Place,
        desk: &mut Session,
        index: usize,
    ) -> Result<(), AppError> {
        desk.forget_from(index);
        let steps = &desk.lesson.file.steps;
        let created = steps[..index].iter().any(|step| step.create);
        let mut commands = state_commands(&desk.lesson.file, index);
        if commands.is_empty() {
            // The images stay: what comes next is built from them.
            let what = What::Everything { looks: 1, images: false };
            self.take_down(place, &desk.lesson, desk.engine.kind(), what).await?;
        }
        if !created {
            let engine = desk.engine.kind();
            self.clear_place(place)?;
            let lesson = self.catalog.find(&desk.lesson.file.id)?;
            let (agreed, consent) = (desk.progress.agreed.take(), desk.consent);
            *desk = self.fresh_desk(place.workspace(), &lesson, engine)?;
            (desk.progress.agreed, desk.consent) = (agreed, consent);
            desk.progress.step = lesson.file.steps[index].id.clone();
            return self.save(&desk.workspace, &desk.progress);
        }
        let strays = self.remove_strays(desk, index)?;
        desk.look_again();
        let same_files = !strays && desk.plan_reset(index)?.is_empty();
        // What is up need not be brought up first.
        let ups = commands.len().saturating_sub(desk.lesson.file.refresh.len());
        if same_files && ups > 1 && self.runs(desk).await {
            commands.drain(..ups - 1);
        }
        self.build_with(desk, index, &commands).await?;
        self.save(&desk.workspace, &desk.progress)
    }

    /// Whether every service of the lesson's stack has somebody running.
    async fn runs(&self, desk: &Session) -> bool {
        let observed = desk.engine.observe(&desk.project(), Detail::Listing).await;
        observed.is_ok_and(|seen| {
            let running = |service: &str| seen.of(service).any(|replica| replica.is_running());
            !seen.replicas.is_empty() && seen.replicas.iter().all(|one| running(&one.service)) && {
                running(&desk.lesson.file.entry.service)
            }
        })
    }

    /// Takes away what the lesson does not have there: the folder is the demo's own, and a file
    /// beside the others may change what they mean. Whether there was any.
    fn remove_strays(&self, desk: &Session, index: usize) -> Result<bool, AppError> {
        let dir = desk.workspace.dir();
        let wanted = desk.lesson.files_after(index)?;
        let strays = files::walk(&dir).unwrap_or_default();
        let strays: Vec<String> =
            strays.into_iter().filter(|path| path != ".env" && !wanted.contains_key(path)).collect();
        for path in &strays {
            disk::remove(&dir.join(path)).map_err(|error| {
                AppError::Place(crate::demo::PlaceError::Io {
                    path: path.clone(),
                    reason: disk::reason(&error),
                })
            })?;
        }
        Ok(!strays.is_empty())
    }
}
