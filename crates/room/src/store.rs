//! The room on disk: what it was at one moment, and a line for each change since. One thread
//! writes; what came meanwhile goes in one write, and nobody is told that something is safe before
//! the disk has said so.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::keys::Keys;
use crate::state::{Entry, Room};

const FORMAT: u32 = 1;
const WHOLE: &str = "room.json";
const LOG: &str = "room.log";
/// Changes of so long go to the disk together.
const GATHER: Duration = Duration::from_millis(25);
/// How soon a disk that refused is tried again.
const AGAIN: Duration = Duration::from_secs(1);

/// The room as it was after the change `seq`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Whole {
    format: u32,
    pub(crate) seq: u64,
    pub(crate) keys: Keys,
    /// Where it listened, so that what learners were told stays true.
    pub(crate) listen: std::net::SocketAddr,
    pub(crate) room: Room,
}

#[derive(Serialize, Deserialize)]
struct Line {
    seq: u64,
    entry: Entry,
}

impl Whole {
    pub(crate) const fn new(seq: u64, keys: Keys, listen: std::net::SocketAddr, room: Room) -> Self {
        Self { format: FORMAT, seq, keys, listen, room }
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a room becomes JSON")
    }

    /// What lies in `folder`, with every change that was written; half a line at the end was never
    /// said to be safe.
    ///
    /// # Errors
    /// Nothing lies there, it cannot be read, or it is no room of this version.
    pub(crate) fn read(folder: &Path) -> io::Result<Self> {
        let bytes = workshop_disk::bytes(&folder.join(WHOLE), workshop_disk::LARGEST)?;
        let mut whole: Self = serde_json::from_slice(&bytes)?;
        if whole.format != FORMAT {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "another format"));
        }
        let log = workshop_disk::read(&folder.join(LOG))?.map(|content| content.bytes).unwrap_or_default();
        whole.room.index();
        for line in log.split(|byte| *byte == b'\n') {
            let Ok(line) = serde_json::from_slice::<Line>(line) else { break };
            if line.seq > whole.seq {
                whole.seq = line.seq;
                whole.room.apply(line.entry);
            }
        }
        Ok(whole)
    }
}

/// How far the disk has come.
#[derive(Clone, Debug, Default)]
struct Done {
    seq: u64,
    /// How often it refused, and why it does so now.
    refusals: u64,
    why: Option<String>,
}

enum Job {
    Line(u64, Vec<u8>),
    Whole(u64, Vec<u8>),
}

/// The way to the disk.
#[derive(Debug)]
pub(crate) struct Store {
    jobs: Option<Sender<Job>>,
    done: watch::Receiver<Done>,
    thread: Option<JoinHandle<()>>,
}

impl Store {
    /// Writes `whole` in `folder`, and goes on from it.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn begin(folder: &Path, whole: &Whole) -> io::Result<Self> {
        workshop_disk::write(&folder.join(WHOLE), &whole.bytes(), Some(0o600), folder)?;
        let log = workshop_disk::private_file(&folder.join(LOG))?;
        log.set_len(0)?;
        workshop_disk::sync(folder)?;
        let (jobs, taken) = channel();
        let (told, done) = watch::channel(Done { seq: whole.seq, ..Done::default() });
        let mut writer = Writer {
            folder: folder.to_owned(),
            log,
            safe: 0,
            lines: Vec::new(),
            whole: None,
            seq: whole.seq,
        };
        let thread = std::thread::Builder::new().name("room-disk".to_owned());
        let thread = thread.spawn(move || writer.run(&taken, &told))?;
        Ok(Self { jobs: Some(jobs), done, thread: Some(thread) })
    }

    fn send(&self, job: Job) {
        if let Some(jobs) = &self.jobs {
            // The thread ends with this alone.
            let _ = jobs.send(job);
        }
    }

    /// Writes the change `seq`; how many bytes it takes.
    pub(crate) fn line(&self, seq: u64, entry: &Entry) -> usize {
        let line = Line { seq, entry: entry.clone() };
        let mut bytes = serde_json::to_vec(&line).expect("a change becomes JSON");
        bytes.push(b'\n');
        let count = bytes.len();
        self.send(Job::Line(seq, bytes));
        count
    }

    /// Writes the whole room anew, after which no line is needed.
    pub(crate) fn whole(&self, whole: &Whole) {
        self.send(Job::Whole(whole.seq, whole.bytes()));
    }

    /// Why the disk takes nothing at the moment.
    pub(crate) fn trouble(&self) -> Option<String> {
        self.done.borrow().why.clone()
    }

    /// Comes back once the change `seq` is safe.
    ///
    /// # Errors
    /// The disk refused it. It is tried again, but nobody waits for that.
    pub(crate) async fn safe(&self, seq: u64) -> Result<(), String> {
        let mut done = self.done.clone();
        let before = done.borrow().refusals;
        let ready = done.wait_for(|done| done.seq >= seq || done.refusals > before).await;
        match ready.as_deref() {
            Ok(done) if done.seq >= seq => Ok(()),
            Ok(done) => Err(done.why.clone().unwrap_or_default()),
            Err(_) => Err(String::new()),
        }
    }
}

/// What is under way is written.
impl Drop for Store {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Writer {
    folder: PathBuf,
    log: File,
    /// The length of the log that is whole lines.
    safe: u64,
    lines: Vec<u8>,
    whole: Option<Vec<u8>>,
    seq: u64,
}

impl Writer {
    fn run(&mut self, jobs: &Receiver<Job>, told: &watch::Sender<Done>) {
        let mut ended = false;
        while !ended {
            let waits = self.lines.is_empty() && self.whole.is_none();
            let job = if waits {
                jobs.recv().map_err(|_| RecvTimeoutError::Disconnected)
            } else {
                jobs.recv_timeout(AGAIN)
            };
            match job {
                Ok(job) => {
                    self.take(job);
                    std::thread::sleep(GATHER);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => ended = true,
            }
            jobs.try_iter().for_each(|job| self.take(job));
            let written = self.write();
            told.send_modify(|done| match written {
                Ok(()) => *done = Done { seq: self.seq, refusals: done.refusals, why: None },
                Err(error) => {
                    done.refusals += 1;
                    done.why = Some(workshop_disk::reason(&error));
                }
            });
        }
    }

    fn take(&mut self, job: Job) {
        match job {
            Job::Line(seq, bytes) => {
                self.lines.extend(bytes);
                self.seq = seq;
            }
            Job::Whole(seq, bytes) => {
                self.lines.clear();
                self.whole = Some(bytes);
                self.seq = seq;
            }
        }
    }

    fn write(&mut self) -> io::Result<()> {
        if let Some(whole) = &self.whole {
            workshop_disk::write(&self.folder.join(WHOLE), whole, Some(0o600), &self.folder)?;
            self.whole = None;
            self.safe = 0;
            self.log.set_len(0)?;
        }
        if self.lines.is_empty() {
            return Ok(());
        }
        // What an earlier try left of a line is written over.
        self.log.set_len(self.safe)?;
        self.log.seek(SeekFrom::Start(self.safe))?;
        self.log.write_all(&self.lines)?;
        self.log.sync_data()?;
        self.safe += self.lines.len() as u64;
        self.lines.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(id: u64) -> Entry {
        Entry::Joined { id, name: format!("n{id}"), token: format!("t{id}"), at: 1 }
    }

    fn fresh() -> Whole {
        let keys = Keys::random().expect("random numbers");
        Whole::new(0, keys, "127.0.0.1:1".parse().expect("an address"), Room::new("r", "id".to_owned()))
    }

    #[tokio::test]
    async fn what_is_safe_is_read_again_and_half_a_line_is_not() {
        let dir = tempfile::tempdir().expect("a folder");
        let store = Store::begin(dir.path(), &fresh()).expect("begun");
        for id in 1..=3 {
            store.line(id, &joined(id));
        }
        store.safe(3).await.expect("safe");
        let mut log = File::options().append(true).open(dir.path().join(LOG)).expect("the log");
        log.write_all(br#"{"seq":4,"entry":{"joined":{"id":4,"na"#).expect("half a line");
        let whole = Whole::read(dir.path()).expect("a room");
        assert_eq!((whole.seq, whole.room.learners().len()), (3, 3));
        assert_eq!(whole.room.holder("t2"), Some(2));
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(40))]

        /// Whatever became of the files: a room that is a beginning of what was, or a refusal.
        #[test]
        fn a_damaged_file_is_read_up_to_the_damage(at in 0usize..400, byte: u8, whole: bool) {
            let dir = tempfile::tempdir().expect("a folder");
            let store = Store::begin(dir.path(), &fresh()).expect("begun");
            for id in 1..=3 {
                store.line(id, &joined(id));
            }
            drop(store);
            let path = dir.path().join(if whole { WHOLE } else { LOG });
            let mut bytes = std::fs::read(&path).expect("a file");
            let at = at % bytes.len();
            bytes[at] = byte;
            std::fs::write(&path, bytes).expect("written");
            if let Ok(read) = Whole::read(dir.path()) {
                proptest::prop_assert!(read.room.learners().len() <= 3);
            } else {
                proptest::prop_assert!(whole, "only the whole is needed");
            }
        }
    }

    #[tokio::test]
    async fn a_whole_takes_the_place_of_the_lines() {
        let dir = tempfile::tempdir().expect("a folder");
        let mut whole = fresh();
        let store = Store::begin(dir.path(), &whole).expect("begun");
        store.line(1, &joined(1));
        whole.room.apply(joined(2));
        whole.seq = 2;
        store.whole(&whole);
        store.line(3, &joined(3));
        store.safe(3).await.expect("safe");
        drop(store);
        let names: Vec<u64> =
            Whole::read(dir.path()).expect("a room").room.learners().keys().copied().collect();
        assert_eq!(names, [2, 3], "the first is in the whole or nowhere");
    }

    #[tokio::test]
    async fn a_disk_that_refuses_is_said_and_tried_again() {
        let dir = tempfile::tempdir().expect("a folder");
        let place = dir.path().join("room");
        std::fs::create_dir(&place).expect("made");
        let mut whole = fresh();
        let store = Store::begin(&place, &whole).expect("begun");
        std::fs::rename(&place, dir.path().join("away")).expect("moved away");
        whole.seq = 1;
        store.whole(&whole);
        assert!(store.safe(1).await.is_err());
        assert!(store.trouble().is_some());
        std::fs::rename(dir.path().join("away"), &place).expect("moved back");
        let deadline = std::time::Instant::now() + Duration::from_secs(20);
        while store.safe(1).await.is_err() {
            assert!(std::time::Instant::now() < deadline, "never tried again");
        }
        assert_eq!(store.trouble(), None);
    }
}
