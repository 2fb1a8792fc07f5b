//! `status`: where the learner is, and what runs.

use crate::app::error::{AppError, exit};
use crate::app::{Ctx, back, environment, in_room, steps};
use crate::engine::{Detail, Finding};
use crate::event::{Event, NodeLine, ReplicaLine, StatusView, Tone};

pub(crate) async fn run(ctx: &Ctx) -> Result<u8, AppError> {
    let mut session = ctx.session()?;
    environment::early_env(ctx, &mut session);
    let project = session.project();
    let observed = session.engine.observe(&project, Detail::Listing);
    let (observed, room) = tokio::join!(observed, in_room::Standing::ask(ctx));
    let others = observed.as_ref().ok().and_then(steps::other_projects);
    let nodes = observed.as_ref().map(NodeLine::all).unwrap_or_default();
    let stack = observed.map_err(|error| error.text()).map(|observed| {
        let line = |replica: &crate::engine::Replica| ReplicaLine {
            label: replica.label(),
            state: crate::check::state(replica),
            published: replica.published.iter().map(|port| port.host).collect(),
            node: replica.node.clone(),
        };
        observed.replicas.iter().map(line).collect()
    });
    ctx.emit(Event::Status(StatusView { nodes, ..steps::status_view(&session, stack) }));
    if let Some(room) = room {
        room.say(ctx);
    }
    if let Some(others) = others {
        ctx.notice(Tone::Warning, others);
    }
    if let Some(Finding { seen, fix, .. }) = back::owed_finding(&session) {
        ctx.notice(Tone::Warning, seen);
        fix.into_iter().for_each(|fix| ctx.notice(Tone::Next, fix));
    }
    Ok(exit::PASS)
}
