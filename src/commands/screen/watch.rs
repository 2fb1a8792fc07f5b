//! What happens by itself while the screen stands: the stack changes, replicas write, files are
//! saved. Nothing here asks again and again where something can tell.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use notify::{RecursiveMode, Watcher};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use super::addresses::{Looked, Looking};
use crate::app::Ctx;
use crate::commands::watch::fingerprint;
use crate::engine::{Detail, Engine, EngineError, LogLine, Observe, Observed, Project, Replica};
use crate::session::Session;
use crate::workspace::progress::Progress;

/// Events of one change come close together.
const TOGETHER: Duration = Duration::from_millis(30);
/// An engine says that a container died before its own listing does: after news it is looked at
/// again, and again.
const AFTERWARDS: [Duration; 3] =
    [Duration::from_millis(120), Duration::from_millis(400), Duration::from_secs(2)];
/// An editor writes a file in several goes.
const SETTLED: Duration = Duration::from_millis(25);
/// Where the engine tells its news, it is looked at this seldom all the same.
const SELDOM: Duration = Duration::from_secs(20);
/// Where it cannot tell them.
const OFTEN: Duration = Duration::from_secs(2);
/// Some file systems (WSL's, network shares) report no change; the files are looked at as well.
const FILES: Duration = Duration::from_secs(2);
const PROGRESS: Duration = Duration::from_secs(1);
/// What may wait to be shown; who writes more waits.
const WAITING: usize = 512;

/// News.
pub(crate) enum Seen {
    Stack(Result<Observed, EngineError>),
    Log {
        label: String,
        line: LogLine,
    },
    /// What the proxy holds; `None` where there is nothing that could say so.
    Upstreams(Box<Option<Looked>>),
    Saved,
    /// What is written down of how far the lesson is, when that changed; `None` where it is gone.
    Progress(Option<Box<Progress>>),
}

/// Everything that is being watched; over when it is dropped.
pub(crate) struct Watching {
    engine: Arc<dyn Observe>,
    project: watch::Sender<Project>,
    tell: mpsc::Sender<Seen>,
    tasks: Vec<JoinHandle<()>>,
    /// By the replica's id.
    followed: HashMap<String, JoinHandle<()>>,
    closely: watch::Sender<bool>,
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.tasks.iter().chain(self.followed.values()).for_each(JoinHandle::abort);
    }
}

impl Watching {
    pub(crate) fn start(app: &Ctx, session: &Session) -> (Self, mpsc::Receiver<Seen>) {
        let (tell, seen) = mpsc::channel(WAITING);
        let kind = session.engine.kind();
        let engine = app.engine(kind, Some(&session.lesson), &session.workspace);
        let engine: Arc<dyn Observe> = Arc::<dyn Engine>::from(engine);
        let (named, name) = watch::channel(session.project());
        let (closely, is_close) = watch::channel(true);
        let proxy = session.lesson.file.entry.service.clone();
        let addresses = Looking { engine: Arc::clone(&engine), project: name.clone(), proxy };
        let tasks = vec![
            tokio::spawn(stack(Arc::clone(&engine), name, tell.clone())),
            tokio::spawn(addresses.again_and_again(is_close, tell.clone())),
            tokio::spawn(files(session.workspace.dir(), tell.clone())),
            tokio::spawn(progress(session.workspace.private(), tell.clone())),
        ];
        (Self { engine, project: named, tell, tasks, followed: HashMap::new(), closely }, seen)
    }

    /// The workspace may be called something else now.
    pub(crate) fn called(&self, project: Project) {
        self.project.send_if_modified(|before| {
            let other = *before != project;
            *before = project;
            other
        });
    }

    /// Whether something is going on that changes who knows which address.
    pub(crate) fn closely(&self, now: bool) {
        self.closely.send_if_modified(|before| std::mem::replace(before, now) != now);
    }

    /// Reads along with the replicas that run, and no others.
    pub(crate) fn follow(&mut self, replicas: &[Replica]) {
        self.followed.retain(|id, task| {
            let there = replicas.iter().any(|replica| replica.id == *id);
            if !there {
                task.abort();
            }
            there && !task.is_finished()
        });
        for replica in replicas.iter().filter(|replica| replica.is_running()) {
            if self.followed.contains_key(&replica.id) {
                continue;
            }
            let (label, tell) = (replica.label(), self.tell.clone());
            let mut lines = self.engine.follow(replica);
            let task = tokio::spawn(async move {
                while let Some(line) = lines.next().await {
                    if tell.send(Seen::Log { label: label.clone(), line }).await.is_err() {
                        return;
                    }
                }
            });
            self.followed.insert(replica.id.clone(), task);
        }
    }
}

/// Looks at the stack whenever the engine says that it changed.
async fn stack(engine: Arc<dyn Observe>, mut name: watch::Receiver<Project>, tell: mpsc::Sender<Seen>) {
    let mut news = None;
    let mut looks = AFTERWARDS.iter();
    loop {
        let project = name.borrow_and_update().clone();
        if news.is_none() {
            news = engine.changes(&project).await.ok();
        }
        let seen = engine.observe(&project, Detail::Listing).await;
        if tell.send(Seen::Stack(seen)).await.is_err() {
            return;
        }
        let usual = if news.is_some() { SELDOM } else { OFTEN };
        let next = async {
            match &mut news {
                Some(news) => news.next().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            item = next => {
                if item.is_none() {
                    news = None;
                }
                looks = AFTERWARDS.iter();
                tokio::time::sleep(TOGETHER).await;
            }
            changed = name.changed() => {
                if changed.is_err() {
                    return;
                }
            }
            () = tokio::time::sleep(looks.next().copied().unwrap_or(usual)) => {}
        }
    }
}

/// Says when a file of the workspace was saved.
async fn files(dir: PathBuf, tell: mpsc::Sender<Seen>) {
    let (touched, mut touches) = mpsc::channel(1);
    let mut watched = dir.is_dir();
    let mut watcher = watcher_of(&dir, touched.clone());
    let mut before = fingerprint(&dir);
    loop {
        tokio::select! {
            _ = touches.recv() => {
                tokio::time::sleep(SETTLED).await;
                let _ = touches.try_recv();
            }
            () = tokio::time::sleep(FILES) => {}
        }
        // A folder that came, or came again, is another than the one that is watched.
        if watched != dir.is_dir() || watcher.is_none() {
            watched = dir.is_dir();
            watcher = watcher_of(&dir, touched.clone());
        }
        let now = fingerprint(&dir);
        if now == before {
            continue;
        }
        before = now;
        if tell.send(Seen::Saved).await.is_err() {
            return;
        }
    }
}

/// Says when it was written down how far the lesson is, here or in another terminal. The file is
/// replaced, so its folder is watched, and looked at as well where no change is reported.
async fn progress(private: PathBuf, tell: mpsc::Sender<Seen>) {
    let (touched, mut touches) = mpsc::channel(1);
    let _watcher = watcher_in(&private, RecursiveMode::NonRecursive, touched);
    let stamp =
        || std::fs::metadata(Progress::path(&private)).ok().map(|meta| (meta.len(), meta.modified().ok()));
    let mut before = stamp();
    loop {
        tokio::select! {
            _ = touches.recv() => tokio::time::sleep(SETTLED).await,
            () = tokio::time::sleep(PROGRESS) => {}
        }
        let now = stamp();
        if now == before {
            continue;
        }
        before = now;
        let progress = Progress::peek(&private).map(Box::new);
        if tell.send(Seen::Progress(progress)).await.is_err() {
            return;
        }
    }
}

/// Watches the folder; where it is not there yet, the one that it will come into.
fn watcher_of(dir: &Path, touched: mpsc::Sender<()>) -> Option<notify::RecommendedWatcher> {
    let there = watcher_in(dir, RecursiveMode::Recursive, touched.clone());
    there.or_else(|| watcher_in(dir.parent()?, RecursiveMode::NonRecursive, touched))
}

fn watcher_in(
    dir: &Path,
    mode: RecursiveMode,
    touched: mpsc::Sender<()>,
) -> Option<notify::RecommendedWatcher> {
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // Reading is an event, too, and it is we who read. One that waits stands for all.
        if !event.is_ok_and(|event| event.kind.is_access()) {
            let _ = touched.try_send(());
        }
    })
    .ok()?;
    watcher.watch(dir, mode).ok()?;
    Some(watcher)
}
