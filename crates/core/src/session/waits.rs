//! Waiting for a check: what is awaited is said each second; and what cannot come any more is not
//! waited for: where a replica has ended by itself, its own last words are the verdict.

use std::time::{Duration, Instant};

use super::Session;
use crate::check::Verdict;
use crate::event::Event;
use crate::lesson::model::CheckEntry;
use workshop_engine::{Detail, Health, Replica, State};
use workshop_text::Text;

/// Waiting is said from here on, and so often.
const SAID: Duration = Duration::from_secs(1);
/// A replica that is restarted again and again for so long does not come up.
const LOOP: Duration = Duration::from_secs(5);
/// Nor does one that its health check has given up for so long; `up --wait` does not wait at all.
const UNHEALTHY: Duration = Duration::from_secs(10);
/// Lines of a log that are shown.
const LAST_WORDS: usize = 3;

/// One check that is waited for.
pub(super) struct Wait<'s> {
    session: &'s Session,
    entry: &'s CheckEntry,
    title: String,
    begun: Instant,
    said: Instant,
    /// Since when something is restarted again and again, or unhealthy.
    unwell: Option<Instant>,
    looked: Option<Instant>,
}

impl<'s> Wait<'s> {
    pub(super) fn begin(session: &'s Session, step: &str, entry: &'s CheckEntry) -> Self {
        let begun = Instant::now();
        let title = session.check_title(step, &entry.id);
        Self { session, entry, title, begun, said: begun, unwell: None, looked: None }
    }

    pub(super) fn is_over(&self) -> bool {
        self.begun.elapsed() >= self.entry.within
    }

    /// Says what was seen last, where that is due.
    pub(super) fn say(&mut self, verdict: &Verdict) {
        if self.said.elapsed() < SAID {
            return;
        }
        self.said = Instant::now();
        self.session.emit(Event::Waiting {
            check: self.entry.id.clone(),
            title: self.title.clone(),
            seconds: self.begun.elapsed().as_secs(),
            of: self.entry.within.as_secs(),
            seen: verdict.message.clone(),
        });
    }

    /// `verdict` with the last words of the replica that it says has ended; or one in its place,
    /// where it waits for something that has, and nothing else is on its way.
    pub(super) async fn ended(&mut self, verdict: &Verdict) -> Option<Verdict> {
        // What only waits is looked at once a second: the check itself looks in between.
        let waits = verdict.settling && self.looked.is_none_or(|looked| looked.elapsed() >= SAID);
        if verdict.ended.is_none() && !waits {
            return None;
        }
        self.looked = Some(Instant::now());
        let engine = self.session.engine.as_ref();
        let observed = engine.observe(&self.session.project(), Detail::Listing).await.ok()?;
        let said = verdict.ended.as_ref();
        if let Some(replica) = observed.replicas.iter().find(|replica| Some(&replica.label()) == said) {
            return Some(verdict.clone().lines(self.session.last_words(replica, LAST_WORDS).await));
        }
        let on_its_way = |replica: &Replica| {
            matches!(replica.state, State::Created | State::Removing) || replica.health == Health::Starting
        };
        if observed.replicas.iter().any(on_its_way) {
            return None;
        }
        let is_unwell = |replica: &Replica| {
            replica.state == State::Restarting || replica.is_running() && replica.health == Health::Unhealthy
        };
        let since = *self.unwell.get_or_insert_with(Instant::now);
        self.unwell = observed.replicas.iter().any(is_unwell).then_some(since);
        let is_lost = |replica: &&Replica| {
            let patience = if replica.state == State::Restarting { LOOP } else { UNHEALTHY };
            replica.state.has_failed() || is_unwell(replica) && since.elapsed() >= patience
        };
        let replica = observed.replicas.iter().find(is_lost)?;
        let key = if replica.is_running() { "check-unhealthy" } else { "check-ended" };
        let text = Text::new(key).with("replica", replica.label());
        let text = text.with("state", crate::check::state(replica));
        Some(Verdict::not_yet(text).ended(replica).lines(self.session.last_words(replica, LAST_WORDS).await))
    }
}
