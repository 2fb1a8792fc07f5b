//! The room while its door is open: what it knows, in one place that every connection asks. A change
//! is made, written down, and told to whoever watches.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use tokio::sync::{broadcast, watch};

use crate::attempts::Attempts;
use crate::keys::{self, Keys};
use crate::protocol::Press;
use crate::refusal::Refusal;
use crate::state::{Entry, Room};
use crate::store::{Store, Whole};

/// So many bytes of changes are written before the whole room is written anew.
const LONG: usize = 8 << 20;
/// A phone of which nothing is heard so long is gone.
const SILENT: Duration = Duration::from_secs(30);

pub(crate) struct Hall {
    pub(crate) keys: Keys,
    pub(crate) listen: SocketAddr,
    /// Names beside addresses under which the page may be asked for.
    pub(crate) hosts: Vec<String>,
    pub(crate) presses: broadcast::Sender<Press>,
    store: Store,
    inner: Mutex<Inner>,
    /// Something is different on the board.
    board: watch::Sender<()>,
    /// Something is different for everybody in the room.
    talk: watch::Sender<()>,
}

struct Inner {
    room: Room,
    seq: u64,
    /// Bytes of changes since the whole room was written.
    written: usize,
    attempts: Attempts,
    phone_heard: Instant,
}

/// Seconds since 1970.
pub(crate) fn clock() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map(|since| since.as_secs()).unwrap_or_default()
}

impl Hall {
    pub(crate) fn new(whole: Whole, hosts: Vec<String>, store: Store) -> Self {
        let Whole { seq, keys, listen, room, .. } = whole;
        let inner =
            Inner { room, seq, written: 0, attempts: Attempts::default(), phone_heard: Instant::now() };
        Self {
            keys,
            listen,
            hosts,
            presses: broadcast::channel(16).0,
            store,
            inner: Mutex::new(inner),
            board: watch::channel(()).0,
            talk: watch::channel(()).0,
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What `look` sees in the room.
    pub(crate) fn see<T>(&self, look: impl FnOnce(&Room) -> T) -> T {
        look(&self.inner().room)
    }

    /// Hears of changes: of all, or of those alone that everybody is told.
    pub(crate) fn watch(&self, all: bool) -> watch::Receiver<()> {
        if all { self.board.subscribe() } else { self.talk.subscribe() }
    }

    /// Makes the change that `decide` finds right, and comes back once it, and all before it, is
    /// safe on the disk; where nothing is to change, too.
    ///
    /// # Errors
    /// What `decide` says, or the disk takes nothing.
    pub(crate) async fn change(
        &self,
        decide: impl FnOnce(&Room) -> Result<Option<Entry>, Refusal>,
    ) -> Result<(), Refusal> {
        if self.store.trouble().is_some() {
            return Err(Refusal::NotKept);
        }
        let seq = self.make(decide)?;
        self.store.safe(seq).await.map_err(|_| Refusal::NotKept)
    }

    fn make(&self, decide: impl FnOnce(&Room) -> Result<Option<Entry>, Refusal>) -> Result<u64, Refusal> {
        let mut inner = self.inner();
        let Some(entry) = decide(&inner.room)? else { return Ok(inner.seq) };
        let everybodys = !matches!(entry, Entry::Joined { .. } | Entry::Reports { .. });
        // Of one who left nothing stays on the disk either.
        let anew = matches!(entry, Entry::Left { .. });
        inner.seq += 1;
        inner.written += self.store.line(inner.seq, &entry);
        inner.room.apply(entry);
        if anew || inner.written > LONG {
            inner.written = 0;
            let whole = Whole::new(inner.seq, self.keys.clone(), self.listen, inner.room.clone());
            self.store.whole(&whole);
        }
        self.board.send_replace(());
        if everybodys {
            self.talk.send_replace(());
        }
        Ok(inner.seq)
    }

    /// Whether `code` is the one that is `wanted`; wrong ones are counted.
    ///
    /// # Errors
    /// It is not, or too many were wrong.
    pub(crate) fn opens(&self, code: &str, wanted: &str, from: IpAddr) -> Result<(), Refusal> {
        let mut inner = self.inner();
        let now = Instant::now();
        if let Some(wait) = inner.attempts.wait(from, now) {
            return Err(Refusal::SlowDown(wait));
        }
        if keys::same(code, wanted) {
            return Ok(());
        }
        inner.attempts.wrong(from, now);
        Err(Refusal::CodeWrong)
    }

    /// The phone with this token is there.
    pub(crate) fn is_phone(&self, token: &str) -> bool {
        let mut inner = self.inner();
        let is = inner.room.phone().is_some_and(|phone| keys::same(phone, &keys::digest(token)));
        if is {
            inner.phone_heard = Instant::now();
        }
        is
    }

    /// A phone is in, and has been heard of a moment ago.
    pub(crate) fn has_phone(&self) -> bool {
        let inner = self.inner();
        inner.room.phone().is_some() && inner.phone_heard.elapsed() < SILENT
    }

    /// Now: another one came.
    pub(crate) fn hear_phone(&self) {
        self.inner().phone_heard = Instant::now();
    }
}
