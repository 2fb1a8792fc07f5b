//! A demo's part of the room that its presenter has open: [`Presenter`]. The room is told what should
//! be so there (the step, the question) until it is; what it says comes when it comes. A room that is
//! away disturbs nothing.

use std::time::Duration;

use serde::Deserialize;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use workshop_room::protocol::{self, Poll, Press, Shown, Votes};

use super::address::Address;
use super::client::{Client, Trouble};
use crate::demo::schedule::clock;
use crate::workspace::identity::Registry;

/// The page's own view of the room, which has the votes while they come in.
const BOARD: &str = "/api/live/board";
/// How soon a room that was away is asked again.
const AGAIN: Duration = Duration::from_secs(2);
/// How often the phone's clock is set.
const CLOCK: Duration = Duration::from_secs(15);
/// How long the end of a demo waits for the room.
const END: Duration = Duration::from_secs(1);

/// The room that this user has open, to a demo.
#[derive(Debug)]
pub(crate) struct Presenter {
    wanted: watch::Sender<Wanted>,
    away: watch::Receiver<bool>,
    votes: watch::Receiver<Voted>,
    client: Client,
    tasks: Vec<JoinHandle<()>>,
}

/// What the phone's clock shows, at that moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    pub(crate) elapsed: Duration,
    pub(crate) planned: Duration,
    pub(crate) paused: bool,
    pub(crate) at: tokio::time::Instant,
}

/// What was said to the question that is put to the room.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Voted {
    /// The question's id.
    pub(crate) poll: String,
    /// The most first; nothing that nobody said.
    pub(crate) votes: Vec<Votes>,
}

/// What should be so in the room.
#[derive(Clone, Debug, Default)]
struct Wanted {
    shown: Option<Shown>,
    clock: Option<Clock>,
    poll: Option<Poll>,
}

/// Of the board what a stage shows.
#[derive(Deserialize)]
struct Board {
    poll: Option<Poll>,
    votes: Vec<Votes>,
}

impl Clock {
    fn shown(self) -> String {
        let since = if self.paused { Duration::ZERO } else { self.at.elapsed() };
        format!("{}/{}", clock(self.elapsed + since), clock(self.planned))
    }
}

impl Wanted {
    /// The step with the clock as it stands now.
    fn shown_now(&self) -> Option<Shown> {
        let time = self.clock.map(Clock::shown).unwrap_or_default();
        self.shown.clone().map(|shown| Shown { clock: time, ..shown })
    }
}

impl Presenter {
    /// The address and the key of the room that this user has open on this machine.
    pub(crate) fn open(registry: &Registry) -> Option<Client> {
        let open = workshop_room::open_room(&registry.kept_folder(workshop_room::FOLDER)?)?;
        Some(Client::new(Address::read(&open.address()).ok()?, open.key))
    }

    /// Begins to tell it, and to hear its phone: presses come out of the other end.
    pub(crate) fn begin(client: Client) -> (Self, mpsc::UnboundedReceiver<Press>) {
        let (wanted, to_tell) = watch::channel(Wanted::default());
        let (is_away, away) = watch::channel(false);
        let (voted, votes) = watch::channel(Voted::default());
        let (pressed, presses) = mpsc::unbounded_channel();
        let tasks = vec![
            tokio::spawn(tell(client.clone(), to_tell, is_away)),
            tokio::spawn(hear(client.clone(), protocol::PRESSES, move |press| pressed.send(press).is_ok())),
            tokio::spawn(hear(client.clone(), BOARD, move |board| {
                voted.send_replace(Voted::of(board));
                true
            })),
        ];
        (Self { wanted, away, votes, client, tasks }, presses)
    }

    /// The stage is at that step.
    pub(crate) fn show(&self, shown: Shown) {
        self.wanted.send_modify(|wanted| wanted.shown = Some(shown));
    }

    pub(crate) fn set_clock(&self, clock: Clock) {
        self.wanted.send_modify(|wanted| wanted.clock = Some(clock));
    }

    /// Puts a question to the room, or resolves the one that is.
    pub(crate) fn ask(&self, poll: Poll) {
        self.wanted.send_modify(|wanted| wanted.poll = Some(poll));
    }

    /// The question that was put to the room last.
    pub(crate) fn asked(&self) -> Option<Poll> {
        self.wanted.borrow().poll.clone()
    }

    /// Votes as they come in.
    pub(crate) fn votes(&self) -> watch::Receiver<Voted> {
        self.votes.clone()
    }

    /// The room does not answer at the moment.
    pub(crate) fn is_away(&self) -> bool {
        *self.away.borrow()
    }

    /// Nothing is shown any more, and an open question is taken back. Waits only a moment.
    pub(crate) async fn end(&self) {
        self.tasks.iter().for_each(JoinHandle::abort);
        let open = self.asked().is_some_and(|poll| poll.answer.is_none());
        let last = async {
            let _ = self.client.shown(None).await;
            if open {
                let _ = self.client.take_back().await;
            }
        };
        let _ = tokio::time::timeout(END, last).await;
    }
}

impl Drop for Presenter {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

impl Voted {
    fn of(board: Board) -> Self {
        let mut votes: Vec<Votes> = board.votes.into_iter().filter(|vote| vote.count > 0).collect();
        votes.sort_by_key(|vote| std::cmp::Reverse(vote.count));
        Self { poll: board.poll.map(|poll| poll.id).unwrap_or_default(), votes }
    }
}

/// Tells the room what should be so, until the demo ends.
async fn tell(client: Client, mut to_tell: watch::Receiver<Wanted>, away: watch::Sender<bool>) {
    let (mut shown, mut poll) = (None, None);
    loop {
        let wanted = to_tell.borrow_and_update().clone();
        let now = wanted.shown_now();
        let told = async {
            if now != shown {
                client.shown(now.as_ref()).await?;
                shown = now;
            }
            if wanted.poll != poll
                && let Some(new) = &wanted.poll
            {
                client.poll(new).await?;
                poll = Some(new.clone());
            }
            Ok::<(), Trouble>(())
        };
        let is_told = told.await.is_ok();
        away.send_if_modified(|away| std::mem::replace(away, !is_told) == is_told);
        if !is_told {
            // It may come back as one that knows less.
            (shown, poll) = (None, None);
        }
        let pause = if is_told { CLOCK } else { AGAIN };
        tokio::select! {
            changed = to_tell.changed(), if is_told => if changed.is_err() { return },
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Hears the room until `take` wants no more; where it is away, it is asked again and again.
async fn hear<T: for<'a> Deserialize<'a>>(
    client: Client,
    path: &'static str,
    mut take: impl FnMut(T) -> bool,
) {
    loop {
        if let Ok(mut heard) = client.events(path).await {
            while let Some(data) = heard.next().await {
                if let Ok(said) = serde_json::from_str(&data)
                    && !take(said)
                {
                    return;
                }
            }
        }
        tokio::time::sleep(AGAIN).await;
    }
}
