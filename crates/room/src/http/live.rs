//! What a page shows, sent again whenever it has changed: server-sent events, not more often than
//! an eye follows. Nothing is queued for a slow reader; it gets what is true when it can read.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{Stream, unfold};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::{Shared, who};
use crate::board::Board;
use crate::hall::{Hall, clock};
use crate::keys;
use crate::protocol::{Now, Shown, Signal};
use crate::refusal::Refusal;
use crate::state::Room;

/// The least time between two pictures of the room.
const EVERY: Duration = Duration::from_millis(250);

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum View {
    /// A learner's own.
    Me,
    /// The presenter's.
    Board,
    /// Everybody's who sees the wall.
    Projector,
    /// The presenter's hand.
    Phone,
}

/// The board and the projector.
#[derive(Serialize)]
struct Wall<'a> {
    /// What learners join with.
    code: &'a str,
    #[serde(flatten)]
    board: Board,
}

/// A learner's own view.
#[derive(Serialize)]
struct Mine<'a> {
    name: &'a str,
    signal: Signal,
    vote: Option<&'a str>,
    #[serde(flatten)]
    now: Now,
}

/// The phone's view.
#[derive(Serialize)]
struct Pocket<'a> {
    room: &'a str,
    shown: Option<&'a Shown>,
    /// A demo listens to it.
    listens: bool,
}

pub(super) async fn live(
    State(hall): State<Shared>,
    Path(view): Path<View>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Refusal> {
    let id = match view {
        View::Me => Some(who::learner(&headers, &hall)?),
        View::Board | View::Projector => who::owner(&headers, &hall).map(|()| None)?,
        View::Phone => who::phone(&headers, &hall).map(|()| None)?,
    };
    let phone = hall.see(|room| room.phone().map(str::to_owned));
    let changes = hall.watch(matches!(view, View::Board | View::Projector));
    let state = Live { hall, view, id, phone, changes, next: Instant::now(), last: String::new() };
    let stream = unfold(Some(state), |state| async {
        let mut state = state?;
        Some(match state.changed().await {
            Some(picture) => (Ok(Event::default().data(picture)), Some(state)),
            None => (Ok(Event::default().event("gone").data("")), None),
        })
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::default()))
}

struct Live {
    hall: Shared,
    view: View,
    id: Option<u64>,
    /// The phone whose view this is, by its digest.
    phone: Option<String>,
    changes: watch::Receiver<()>,
    next: Instant,
    last: String,
}

impl Live {
    /// The next picture that is another one; `None` when this one may see no more.
    async fn changed(&mut self) -> Option<String> {
        loop {
            sleep_until(self.next).await;
            self.changes.borrow_and_update();
            let picture = self.hall.see(|room| self.picture(room, &self.hall))?;
            self.next = Instant::now() + EVERY;
            if picture != self.last {
                self.last.clone_from(&picture);
                return Some(picture);
            }
            self.changes.changed().await.ok()?;
        }
    }

    fn picture(&self, room: &Room, hall: &Hall) -> Option<String> {
        let json = match self.view {
            View::Board | View::Projector => {
                let board = Board::of(room, clock(), self.view == View::Board);
                serde_json::to_string(&Wall { code: &keys::grouped(&hall.keys.learner), board })
            }
            View::Me => {
                let learner = room.learners().get(&self.id?)?;
                let vote = room.asked().and_then(|asked| asked.votes.get(&self.id?)).map(String::as_str);
                let now = room.now(self.id);
                serde_json::to_string(&Mine { name: &learner.name, signal: learner.signal, vote, now })
            }
            View::Phone => {
                if room.phone() != self.phone.as_deref() {
                    return None;
                }
                let listens = hall.presses.receiver_count() > 0;
                serde_json::to_string(&Pocket { room: &room.name, shown: room.shown(), listens })
            }
        };
        Some(json.expect("a picture becomes JSON"))
    }
}
