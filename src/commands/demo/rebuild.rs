//! The state that a step of a demo starts from, whatever was shown before: files, stack, progress.

use crate::app::error::AppError;
use crate::app::{Ctx, arrival, building};
use crate::commands::demo;
use crate::demo::Place;
use crate::engine::Detail;
use crate::session::Session;
use crate::session::removal::What;
use crate::session::start::state_commands;
use crate::workspace::disk;
use crate::workspace::files;

/// Makes everything what the step at `index` expects at its start. Only what is different is
/// done: a stack that runs from these files is scaled, not built again.
pub(crate) async fn rebuild(
    ctx: &Ctx,
    place: &Place,
    session: &mut Session,
    index: usize,
) -> Result<(), AppError> {
    session.forget_from(index);
    let steps = &session.lesson.file.steps;
    let created = steps[..index].iter().any(|step| step.create);
    let mut commands = state_commands(&session.lesson.file, index);
    if commands.is_empty() {
        // The images stay: what comes next is built from them.
        let what = What::Everything { looks: 1, images: false };
        demo::take_down(ctx, place, &session.lesson, session.engine.kind(), what).await?;
    }
    if !created {
        let engine = session.engine.kind();
        arrival::clear_place(ctx, place)?;
        let lesson = session.lesson.clone();
        let (agreed, consent) = (session.progress.agreed.take(), session.consent);
        *session = demo::fresh_session(ctx, place.workspace(), &lesson, engine)?;
        (session.progress.agreed, session.consent) = (agreed, consent);
        session.progress.step = lesson.file.steps[index].id.clone();
        return ctx.save(&session.workspace, &session.progress);
    }
    let strays = remove_strays(session, index)?;
    session.look_again();
    let same_files = !strays && session.plan_reset(index)?.is_empty();
    // What is up need not be brought up first.
    let ups = commands.iter().filter(|command| command.verb() == Some("up")).count();
    if same_files && ups > 1 && runs(session).await {
        commands.remove(0);
    }
    building::build_with(ctx, session, index, &commands).await?;
    ctx.save(&session.workspace, &session.progress)
}

/// Whether every service of the lesson's stack has somebody running.
async fn runs(session: &Session) -> bool {
    let observed = session.engine.observe(&session.project(), Detail::Listing).await;
    observed.is_ok_and(|seen| {
        let running = |service: &str| seen.of(service).any(|replica| replica.is_running());
        !seen.replicas.is_empty() && seen.replicas.iter().all(|one| running(&one.service)) && {
            let entry = &session.lesson.file.entry;
            running(&entry.service) || entry.before.as_ref().is_some_and(|door| running(&door.service))
        }
    })
}

/// Takes away what the lesson does not have there: the folder is the demo's own, and a file
/// beside the others may change what they mean. Whether there was any.
fn remove_strays(session: &Session, index: usize) -> Result<bool, AppError> {
    let dir = session.workspace.dir();
    let wanted = session.lesson.files_after(index)?;
    let strays = files::walk(&dir).unwrap_or_default();
    let strays: Vec<String> =
        strays.into_iter().filter(|path| path != ".env" && !wanted.contains_key(path)).collect();
    for path in &strays {
        disk::remove(&dir.join(path)).map_err(|error| {
            AppError::Place(crate::demo::PlaceError::Io { path: path.clone(), reason: disk::reason(&error) })
        })?;
    }
    Ok(!strays.is_empty())
}
