//! `check --watch`: the current step's static checks again whenever a file is saved.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, SystemTime};

use notify::RecursiveMode;
use notify_debouncer_full::new_debouncer;
use tokio::sync::mpsc;

use crate::app::error::{AppError, exit};
use crate::app::{Ctx, checks};
use crate::check::Outcome;
use crate::event::{Event, Tone};
use crate::session::Session;
use crate::session::{Scope, is_static};
use crate::text::Text;

/// Editors write a file in several goes.
const DEBOUNCE: Duration = Duration::from_millis(60);
/// Some file systems (WSL's, network shares) report no change; the files are looked at as well.
const POLL: Duration = Duration::from_secs(1);

pub(crate) async fn run(ctx: &Ctx, session: &mut Session) -> Result<u8, AppError> {
    let dir = session.workspace.dir();
    let (saved, mut saves) = mpsc::unbounded_channel();
    let debouncer = new_debouncer(DEBOUNCE, None, move |_| {
        let _ = saved.send(());
    });
    let _watching = debouncer.ok().and_then(|mut debouncer| {
        debouncer.watch(&dir, RecursiveMode::Recursive).ok()?;
        Some(debouncer)
    });
    ctx.notice(Tone::Info, Text::new("app-watching").with("dir", dir.display().to_string()));
    let mut before = fingerprint(&dir);
    let mut first = true;
    loop {
        let now = fingerprint(&dir);
        if first || now != before {
            before = now;
            first = false;
            look(ctx, session).await?;
        }
        tokio::select! {
            event = saves.recv() => if event.is_none() { tokio::time::sleep(POLL).await },
            () = tokio::time::sleep(POLL) => {}
        }
    }
}

/// Every file's size and time of change: what tells that something was saved.
pub(crate) fn fingerprint(dir: &Path) -> BTreeMap<String, (u64, Option<SystemTime>)> {
    let paths = crate::workspace::files::walk(dir).unwrap_or_default();
    paths
        .into_iter()
        .filter_map(|path| {
            let meta = std::fs::metadata(dir.join(&path)).ok()?;
            Some((path, (meta.len(), meta.modified().ok())))
        })
        .collect()
}

async fn look(ctx: &Ctx, session: &mut Session) -> Result<u8, AppError> {
    let index = session.current();
    let entries = &session.lesson.file.steps[index].checks;
    let live = entries.iter().any(|entry| !is_static(entry));
    let run = checks::check_steps(ctx, session, &[index], &|_| Scope::Static).await?;
    let outcome = run.outcome;
    ctx.emit(Event::CheckRun(run));
    if outcome == Outcome::Pass {
        let key = if live { "app-watch-live" } else { "next-next" };
        ctx.notice(Tone::Next, Text::new(key));
    }
    Ok(exit::PASS)
}
