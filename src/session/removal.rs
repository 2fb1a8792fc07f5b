//! Takes a stack away: all of it that can be, and what cannot is named.

use std::time::{Duration, Instant};

use futures_util::future::join_all;

use crate::engine::{Engine, EngineError, Project, Resource, ResourceKind};
use crate::event::LeftOver;

/// How long it may take in all.
const WHOLE: Duration = Duration::from_secs(90);
/// After this long without one thing less, what is left stays.
const PATIENCE: Duration = Duration::from_secs(3);
/// An engine may still be at work on what it was told last; a network may still have somebody in it
/// who is just going.
const LATE: Duration = Duration::from_millis(400);

/// What is to be removed.
#[derive(Clone, Copy, Debug)]
pub enum What<'a> {
    /// These, and nothing that came since.
    These(&'a [Resource]),
    /// All that the workspace has, until nothing of it is seen so often in a row; with `images` also
    /// those that its builds made.
    Everything { looks: u32, images: bool },
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Removal {
    pub removed: Vec<Resource>,
    pub left: Vec<LeftOver>,
    /// Whether all is gone could not be seen.
    pub unseen: Option<EngineError>,
}

/// Removes what can be removed. One thing that cannot is no reason to leave the others.
pub async fn remove(engine: &dyn Engine, project: &Project, what: What<'_>) -> Removal {
    let begun = Instant::now();
    let (looks, mut found) = match what {
        What::These(these) => (1, these.to_vec()),
        What::Everything { looks, .. } => (looks, Vec::new()),
    };
    let (mut clean, mut fewest, mut progress) = (0, usize::MAX, begun);
    let mut unseen = None;
    let mut left: Vec<LeftOver> = Vec::new();
    while clean < looks {
        let there = match still_there(engine, project, what).await {
            Ok(there) => there,
            Err(error) => {
                // What the engine said that it removed is taken for gone.
                left.retain(|one| one.why.is_some());
                unseen = Some(error);
                break;
            }
        };
        found.extend(there.iter().filter(|one| !found.contains(one)).cloned().collect::<Vec<_>>());
        if there.len() < fewest {
            (fewest, progress) = (there.len(), Instant::now());
        }
        if there.is_empty() {
            left.clear();
            clean += 1;
        } else {
            clean = 0;
            let over = progress.elapsed() >= PATIENCE || begun.elapsed() >= WHOLE;
            if over && !left.is_empty() {
                left.retain(|one| there.contains(&one.resource));
                break;
            }
            left = each(engine, &there).await;
        }
        if !left.is_empty() || (clean > 0 && clean < looks) {
            tokio::time::sleep(LATE).await;
        }
    }
    let is_left = |one: &Resource| left.iter().any(|other| other.resource == *one);
    let removed = if unseen.is_some() && fewest == usize::MAX {
        Vec::new()
    } else {
        found.into_iter().filter(|one| !is_left(one)).collect()
    };
    Removal { removed, left, unseen }
}

async fn still_there(
    engine: &dyn Engine,
    project: &Project,
    what: What<'_>,
) -> Result<Vec<Resource>, EngineError> {
    let mut there = engine.resources(project).await?;
    match what {
        What::These(these) => there.retain(|one| these.contains(one)),
        What::Everything { images: true, .. } => there.extend(engine.images(project).await?),
        What::Everything { .. } => {}
    }
    Ok(there)
}

/// Each by itself, kind after kind; what the engine said of it, if it did not remove it.
async fn each(engine: &dyn Engine, resources: &[Resource]) -> Vec<LeftOver> {
    let mut left = Vec::new();
    for kind in ResourceKind::ALL {
        let of_kind = resources.iter().filter(|one| one.kind == kind);
        let asked = join_all(of_kind.map(|one| async move {
            let why = engine.remove(std::slice::from_ref(one)).await.err().map(|error| error.brief());
            LeftOver { resource: one.clone(), why }
        }));
        left.extend(asked.await);
    }
    left
}
