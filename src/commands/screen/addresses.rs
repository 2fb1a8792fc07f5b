//! Who knows which address, as long as the screen stands: looked at once a second while something
//! moves, seldom else, and never so often that looking would be felt. What replicas write is heard
//! anyway, so no log is read for it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use super::Screen;
use super::watch::Seen;
use crate::engine::{Detail, LogLine, Observe, Observed, Project, Upstreams};
use crate::picture::{Failures, Picture, Requests, Sight, compose};
use crate::report::tui::Layer;

/// How often it is looked while something moves, and while nothing does.
const OFTEN: Duration = Duration::from_secs(1);
const SELDOM: Duration = Duration::from_secs(10);
/// Looking may take one part of so many of the time.
const PARTS: u32 = 15;
/// A change is followed so long: a proxy that looks names up again has done so by then.
const AFTERWARDS: Duration = Duration::from_secs(6);

/// What was seen of a proxy at one moment.
pub(crate) struct Looked {
    stack: Observed,
    proxy: String,
    upstreams: Upstreams,
    at: SystemTime,
}

/// Who looks.
pub(crate) struct Looking {
    pub engine: Arc<dyn Observe>,
    pub project: watch::Receiver<Project>,
    /// The service that lets requests in.
    pub proxy: String,
}

impl Looking {
    async fn once(&self) -> Option<Looked> {
        let project = self.project.borrow().clone();
        let stack = self.engine.observe(&project, Detail::StartTimes).await.ok()?;
        let proxy = stack.of(&self.proxy).find(|one| one.is_running())?;
        let upstreams = self.engine.upstreams(proxy, &stack).await.ok()??;
        let proxy = proxy.id.clone();
        Some(Looked { stack, proxy, upstreams, at: SystemTime::now() })
    }

    /// Until nobody listens any more.
    pub(crate) async fn again_and_again(self, mut closely: watch::Receiver<bool>, tell: mpsc::Sender<Seen>) {
        loop {
            let begun = Instant::now();
            let looked = self.once().await;
            let took = begun.elapsed();
            if tell.send(Seen::Upstreams(Box::new(looked))).await.is_err() {
                return;
            }
            let soon = OFTEN.max(took * PARTS);
            tokio::time::sleep(soon.saturating_sub(took)).await;
            if *closely.borrow_and_update() {
                continue;
            }
            tokio::select! {
                changed = closely.changed() => if changed.is_err() { return },
                () = tokio::time::sleep(SELDOM.saturating_sub(soon)) => {}
            }
        }
    }
}

/// What was heard meanwhile.
#[derive(Default)]
pub(crate) struct Addresses {
    service: String,
    failures: Failures,
    /// By the replica's label.
    requests: BTreeMap<String, Requests>,
    /// What was seen last.
    looked: Option<Looked>,
    stirred: Option<Instant>,
}

impl Addresses {
    pub(crate) fn of(service: &str) -> Self {
        Self { service: service.to_owned(), ..Self::default() }
    }

    /// A line that a replica wrote; `counted` where it tells of a request since the screen stands.
    pub(crate) fn hear(&mut self, label: &str, line: &LogLine, counted: bool) {
        if label.rsplit_once('-').is_some_and(|(service, _)| service == self.service) {
            self.failures.hear(line);
        } else if counted {
            let requests = self.requests.entry(label.to_owned()).or_default();
            requests.count = requests.count.saturating_add(1);
            requests.last = requests.last.max(line.at);
        }
    }

    fn picture(&self, now: SystemTime) -> Option<Picture> {
        let looked = self.looked.as_ref()?;
        Some(compose(&Sight {
            stack: &looked.stack,
            proxy: looked.stack.replicas.iter().find(|one| one.id == looked.proxy)?,
            upstreams: &looked.upstreams,
            failures: &self.failures,
            requests: &self.requests,
            requests_of: None,
            now,
        }))
    }

    /// The stack is another than it was.
    pub(crate) fn stirred(&mut self) {
        self.stirred = Some(Instant::now());
    }
}

impl Screen {
    /// Something is going on that changes who knows which address, or somebody looks at just that.
    pub(crate) fn is_moving(&self) -> bool {
        self.doing.is_some()
            || matches!(self.state.layer, Some(Layer::Picture))
            || self.addresses.stirred.is_some_and(|at| at.elapsed() < AFTERWARDS)
            || self.somebody_rests()
    }

    /// A time runs down, whether anybody looks or not.
    pub(crate) fn somebody_rests(&self) -> bool {
        let groups = self.state.picture.iter().flat_map(|picture| &picture.groups);
        groups.flat_map(|group| &group.rows).any(|row| row.rests.is_some())
    }

    /// Takes what was seen; false where the screen stays as it is.
    pub(crate) fn looked_at(&mut self, looked: Option<Looked>) -> bool {
        let at = looked.as_ref().map(|looked| looked.at);
        self.addresses.looked = looked;
        self.picture_at(at.unwrap_or_else(SystemTime::now))
    }

    /// What was seen last, as it is now; false where the screen stays as it is.
    pub(crate) fn picture_at(&mut self, now: SystemTime) -> bool {
        let picture = self.addresses.picture(now);
        let other = self.state.picture != picture;
        self.state.picture = picture;
        other
    }
}
