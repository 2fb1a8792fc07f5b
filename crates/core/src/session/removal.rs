//! Takes a stack away: all of it that can be, and what cannot is named.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::Instant;

use crate::event::LeftOver;
use workshop_engine::{EngineError, Holdings, Project, Resource, ResourceKind};
use workshop_text::Text;

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
    Everything {
        /// How many looks in a row must find nothing.
        looks: u32,
        /// Also the images that the workspace's builds made.
        images: bool,
    },
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Removal {
    /// What was found and is gone, as far as could be seen.
    pub removed: Vec<Resource>,
    /// What is still there, each with the reason where one is known.
    pub left: Vec<LeftOver>,
    /// Whether all is gone could not be seen.
    pub unseen: Option<EngineError>,
}

/// Removes what can be removed. One thing that cannot is no reason to leave the others.
pub async fn remove(engine: &dyn Holdings, project: &Project, what: What<'_>) -> Removal {
    let begun = Instant::now();
    let (looks, mut found) = match what {
        What::These(these) => (1, these.to_vec()),
        What::Everything { looks, .. } => (looks, Vec::new()),
    };
    let (mut clean, mut fewest, mut progress) = (0, usize::MAX, begun);
    let (mut unseen, mut left) = (None, Vec::<LeftOver>::new());
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
    if unseen.is_none() {
        let held = |resource| LeftOver { resource, why: Some(Text::new("reset-held")) };
        match engine.held(project).await {
            Ok(resources) => left.extend(resources.into_iter().map(held)),
            Err(error) => unseen = Some(error),
        }
    }
    let is_left = |one: &Resource| left.iter().any(|other| other.resource == *one);
    let was_seen = unseen.is_none() || fewest < usize::MAX;
    let removed = found.into_iter().filter(|one| was_seen && !is_left(one)).collect();
    Removal { removed, left, unseen }
}

async fn still_there(
    engine: &dyn Holdings,
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
async fn each(engine: &dyn Holdings, resources: &[Resource]) -> Vec<LeftOver> {
    let mut left = Vec::new();
    for kind in ResourceKind::ALL {
        let of_kind = resources.iter().filter(|one| one.kind == kind);
        let asked = join_all(of_kind.map(|one| async move {
            let why = engine.remove(std::slice::from_ref(one)).await.err().map(|error| match error {
                EngineError::Remaining { reason, .. } => reason,
                other => other.brief(),
            });
            LeftOver { resource: one.clone(), why }
        }));
        left.extend(asked.await);
    }
    left
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// An engine that has these things, does not let go of one, and can be cut off.
    struct Fake {
        there: Mutex<Vec<Resource>>,
        sticks: &'static str,
        /// Answers so many listings.
        answers: Mutex<u32>,
    }

    fn gone() -> EngineError {
        EngineError::Unreachable { address: "nowhere".to_owned(), reason: Text::verbatim("cut off") }
    }

    #[async_trait::async_trait]
    impl Holdings for Fake {
        async fn resources(&self, _: &Project) -> Result<Vec<Resource>, EngineError> {
            let mut answers = self.answers.lock().unwrap();
            *answers = answers.checked_sub(1).ok_or_else(gone)?;
            Ok(self.there.lock().unwrap().clone())
        }
        async fn remove(&self, resources: &[Resource]) -> Result<(), EngineError> {
            if resources.iter().any(|one| one.name == self.sticks) {
                return Err(EngineError::Refused { reason: Text::verbatim("volume is in use") });
            }
            self.there.lock().unwrap().retain(|one| !resources.contains(one));
            Ok(())
        }
        async fn images(&self, _: &Project) -> Result<Vec<Resource>, EngineError> {
            Ok(Vec::new())
        }
    }

    fn things() -> Vec<Resource> {
        let thing = |kind, name: &str| Resource { kind, id: name.to_owned(), name: name.to_owned() };
        vec![
            thing(ResourceKind::Container, "backend"),
            thing(ResourceKind::Volume, "data"),
            thing(ResourceKind::Network, "net"),
        ]
    }

    async fn removed(sticks: &'static str, answers: u32) -> Removal {
        let engine = Fake { there: Mutex::new(things()), sticks, answers: Mutex::new(answers) };
        let project = Project { name: "p".to_owned(), dir: "/".into(), unique: true };
        remove(&engine, &project, What::These(&things())).await
    }

    fn names(all: &[Resource]) -> Vec<&str> {
        all.iter().map(|one| one.name.as_str()).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn one_thing_that_stays_keeps_no_other_and_is_named() {
        let whole = removed("", 99).await;
        assert_eq!(names(&whole.removed), ["backend", "data", "net"]);
        assert!(whole.left.is_empty() && whole.unseen.is_none());
        let part = removed("data", u32::MAX).await;
        assert_eq!(names(&part.removed), ["backend", "net"]);
        assert_eq!(part.left.len(), 1);
        assert_eq!(part.left[0].why, Some(Text::verbatim("volume is in use")));
    }

    #[tokio::test(start_paused = true)]
    async fn an_engine_that_goes_away_meanwhile_is_no_success() {
        let cut = removed("data", 1).await;
        assert_eq!((names(&cut.removed), cut.unseen), (vec!["backend", "net"], Some(gone())));
        let never = removed("", 0).await;
        assert!(never.removed.is_empty() && never.unseen == Some(gone()));
    }
}
