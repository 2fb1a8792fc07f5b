//! Where log lines go: [`Sink`], a bounded buffer with a thread that writes it out in order.
//!
//! The only file of the front that touches the process's standard streams.

use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Lines wait at most this long, so that many of them are one write.
const PAUSE: Duration = Duration::from_millis(4);
/// Above this many bytes a writer waits for the reader: memory stays bounded, no line is lost.
const MAX_WAITING: usize = 4 << 20;

/// A log file is no larger than this, in bytes: what comes then is lost.
const LARGEST: u64 = 64 << 20;

/// A file that takes so much more.
struct Bounded {
    file: std::fs::File,
    room: u64,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if (bytes.len() as u64) > self.room {
            self.room = 0;
            return Ok(bytes.len());
        }
        let written = self.file.write(bytes)?;
        self.room -= written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

#[derive(Default)]
struct Queue {
    waiting: Vec<u8>,
    /// The thread has taken lines that are not yet written.
    writing: bool,
    /// Nobody reads any more: lines are dropped.
    broken: bool,
}

#[derive(Default)]
struct Shared {
    queue: Mutex<Queue>,
    more: Condvar,
    done: Condvar,
}

/// A stream of lines.
#[derive(Clone)]
pub(crate) struct Sink {
    shared: Arc<Shared>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sink {
    /// The process's standard output, which is a container's `/dev/stdout`.
    #[allow(clippy::disallowed_methods)] // A replica's log is its standard output.
    pub(crate) fn stdout() -> Self {
        Self::to(std::io::stdout())
    }

    /// The process's standard error.
    #[allow(clippy::disallowed_methods)] // A replica's error log is its standard error.
    pub(crate) fn stderr() -> Self {
        Self::to(std::io::stderr())
    }

    /// Nobody reads: every line is dropped.
    pub(crate) fn closed() -> Self {
        let shared = Arc::new(Shared::default());
        shared.lock().broken = true;
        Self { shared }
    }

    /// A file that lines are added to.
    ///
    /// # Errors
    /// It cannot be opened.
    pub(crate) fn file(path: &Path) -> std::io::Result<Self> {
        let mut options = std::fs::OpenOptions::new();
        options.create(true).append(true);
        workshop_disk::owner_only(&mut options);
        let file = options.open(path)?;
        let room = LARGEST.saturating_sub(file.metadata()?.len());
        Ok(Self::to(Bounded { file, room }))
    }

    pub(super) fn to(out: impl Write + Send + 'static) -> Self {
        let shared = Arc::new(Shared::default());
        let for_thread = Arc::clone(&shared);
        let started =
            std::thread::Builder::new().name("log".to_owned()).spawn(move || write_out(&for_thread, out));
        shared.lock().broken = started.is_err();
        Self { shared }
    }

    /// Adds a line, which ends with its line feed.
    pub(crate) fn line(&self, line: &[u8]) {
        let mut queue = self.shared.lock();
        while queue.waiting.len() > MAX_WAITING && !queue.broken {
            queue = self.shared.done.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
        if queue.broken {
            return;
        }
        let was_empty = queue.waiting.is_empty();
        queue.waiting.extend_from_slice(line);
        drop(queue);
        if was_empty {
            self.shared.more.notify_one();
        }
    }

    /// Waits until every line so far is written, but no longer than a second: a reader that has
    /// stopped must not keep a process from ending.
    pub(crate) fn flush(&self) {
        let queue = self.shared.lock();
        let waits = |queue: &mut Queue| (!queue.waiting.is_empty() || queue.writing) && !queue.broken;
        drop(self.shared.done.wait_timeout_while(queue, Duration::from_secs(1), waits));
    }
}

fn write_out(shared: &Shared, mut out: impl Write) {
    let mut taken = Vec::new();
    loop {
        let mut queue = shared.lock();
        while queue.waiting.is_empty() {
            queue = shared.more.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
        std::mem::swap(&mut queue.waiting, &mut taken);
        queue.writing = true;
        drop(queue);
        let written = out.write_all(&taken).and_then(|()| out.flush());
        taken.clear();
        let mut queue = shared.lock();
        queue.writing = false;
        queue.broken |= written.is_err();
        let broken = queue.broken;
        drop(queue);
        shared.done.notify_all();
        if broken {
            return;
        }
        std::thread::sleep(PAUSE);
    }
}
