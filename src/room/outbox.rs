//! What is to be told to a room and was not yet taken: an [`Outbox`], a folder with a file for each
//! report, named by its number. Adding one is a write that waits for no disk and no network.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use workshop_room::protocol::{MOST_BYTES, Report};

use crate::workspace::disk;
use crate::workspace::lock::Lock;
use crate::workspace::moment::unix_millis;

const FOLDER: &str = "outbox";
/// Reports that are kept; the oldest go first.
const MOST: usize = 1000;
/// Reports that are sent at once.
const AT_ONCE: usize = 100;
/// Bytes of reports that are sent at once, with room for what stands around them.
const BYTES_AT_ONCE: usize = MOST_BYTES - 8 * 1024;
/// A file that is only half there for so long stays so: whoever wrote it was killed.
const HALF: Duration = Duration::from_secs(10);
/// How long another command of this user's is waited for, which is at the same.
const WAIT: Duration = Duration::from_millis(50);

pub(crate) struct Outbox {
    folder: PathBuf,
}

/// Reports to be sent together, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    pub(crate) reports: Vec<Report>,
    /// Something more is there, or is just being written.
    pub(crate) more: bool,
}

impl Outbox {
    pub(crate) fn within(folder: &Path) -> Self {
        Self { folder: folder.join(FOLDER) }
    }

    /// Adds what `make` makes of its number, which is above `last` and every one that waits.
    ///
    /// # Errors
    /// It cannot be written; nothing is left of it then.
    pub(crate) fn add(&self, last: u64, make: impl FnOnce(u64) -> Report) -> io::Result<u64> {
        disk::private_folder(&self.folder)?;
        // One after the other: a lower number that comes later would be taken for one that came twice.
        let _one = Lock::acquire(&self.folder, WAIT);
        let waiting = self.numbers().last().copied().unwrap_or_default();
        let mut number = unix_millis(SystemTime::now()).max(last + 1).max(waiting + 1);
        let mut file = loop {
            let new = File::options().write(true).create_new(true).mode(0o600).open(self.path(number));
            match new {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
                file => break file?,
            }
        };
        let json = serde_json::to_vec(&make(number)).map_err(io::Error::other)?;
        file.write_all(&json).inspect_err(|_| self.drop_one(number))?;
        Ok(number)
    }

    /// The numbers of what waits, lowest first.
    pub(crate) fn numbers(&self) -> Vec<u64> {
        let Ok(entries) = fs::read_dir(&self.folder) else { return Vec::new() };
        let number = |name: &str| name.strip_suffix(".json")?.parse().ok();
        let mut numbers: Vec<u64> =
            entries.flatten().filter_map(|entry| number(entry.file_name().to_str()?)).collect();
        numbers.sort_unstable();
        numbers
    }

    /// What is sent next, at most `most` reports; and takes out what is too much or was never whole.
    pub(crate) fn batch(&self, most: usize) -> Batch {
        let mut numbers = self.numbers();
        let too_many = numbers.len().saturating_sub(MOST);
        numbers.drain(..too_many).for_each(|number| self.drop_one(number));
        let mut batch = Batch::default();
        let mut bytes = 0;
        for number in numbers {
            let Ok(json) = disk::bytes(&self.path(number), MOST_BYTES as u64) else { continue };
            bytes += json.len() + 1;
            if batch.reports.len() == most.min(AT_ONCE)
                || (bytes > BYTES_AT_ONCE && !batch.reports.is_empty())
            {
                batch.more = true;
                break;
            }
            match serde_json::from_slice(&json) {
                Ok(report) => batch.reports.push(report),
                Err(_) if self.is_old(number) => self.drop_one(number),
                // What comes after it must not overtake it.
                Err(_) => {
                    batch.more = true;
                    break;
                }
            }
        }
        batch
    }

    /// Takes out what is not to be sent again.
    pub(crate) fn taken(&self, up_to: u64) {
        self.numbers()
            .into_iter()
            .take_while(|number| *number <= up_to)
            .for_each(|number| self.drop_one(number));
    }

    fn is_old(&self, number: u64) -> bool {
        let written = fs::metadata(self.path(number)).and_then(|meta| meta.modified()).ok();
        written.and_then(|at| at.elapsed().ok()).is_some_and(|age| age > HALF)
    }

    fn drop_one(&self, number: u64) {
        let _ = fs::remove_file(self.path(number));
    }

    /// Twenty digits, so that names are in the order of their numbers.
    fn path(&self, number: u64) -> PathBuf {
        self.folder.join(format!("{number:020}.json"))
    }
}

#[cfg(test)]
mod tests {
    use workshop_room::protocol::What;

    use super::*;

    fn report(number: u64, title: &str) -> Report {
        Report {
            number,
            at: 1,
            lesson: "06".to_owned(),
            step: "scale-to-3".to_owned(),
            title: title.to_owned(),
            position: 12,
            of: 35,
            minutes: 3,
            what: What::Arrived,
        }
    }

    fn outbox() -> (tempfile::TempDir, Outbox) {
        let dir = tempfile::tempdir().expect("a folder");
        let outbox = Outbox::within(dir.path());
        (dir, outbox)
    }

    #[test]
    fn what_is_added_comes_out_in_order_until_it_is_taken() {
        let (_dir, outbox) = outbox();
        assert!(outbox.batch(100).reports.is_empty());
        let far = unix_millis(SystemTime::now()) + 1_000_000;
        let numbers: Vec<u64> =
            (0..5).map(|_| outbox.add(far, |number| report(number, "3개로")).expect("added")).collect();
        assert_eq!(numbers, (1..=5).map(|more| far + more).collect::<Vec<_>>());
        assert_eq!(outbox.batch(2).reports.len(), 2);
        assert!(outbox.batch(2).more && !outbox.batch(5).more);
        outbox.taken(numbers[2]);
        let left: Vec<u64> = outbox.batch(100).reports.iter().map(|report| report.number).collect();
        assert_eq!(left, numbers[3..]);
    }

    #[test]
    fn a_batch_is_within_what_a_room_takes_and_the_oldest_of_too_many_go() {
        let (_dir, outbox) = outbox();
        let long = "가".repeat(200);
        for _ in 0..MOST + 3 {
            outbox.add(0, |number| report(number, &long)).expect("added");
        }
        let numbers = outbox.numbers();
        let batch = outbox.batch(100);
        assert!(batch.more && batch.reports.len() > 10);
        assert!(serde_json::to_vec(&batch.reports).expect("JSON").len() < MOST_BYTES);
        assert_eq!(outbox.numbers()[..], numbers[3..]);
    }

    #[test]
    fn half_a_report_is_waited_for_and_never_sent() {
        let (_dir, outbox) = outbox();
        let first = outbox.add(0, |number| report(number, "a")).expect("added");
        let half = outbox.path(first + 1);
        fs::write(&half, "{\"number\":").expect("written");
        outbox.add(first + 1, |number| report(number, "b")).expect("added");
        let batch = outbox.batch(100);
        assert!(batch.more && batch.reports.len() == 1);
        let old = SystemTime::now() - HALF * 2;
        File::options().write(true).open(&half).and_then(|file| file.set_modified(old)).expect("older");
        assert_eq!(outbox.batch(100).reports.len(), 2);
    }

    #[test]
    fn many_at_once_have_numbers_of_their_own() {
        let (dir, _) = outbox();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..25 {
                        Outbox::within(dir.path()).add(0, |number| report(number, "a")).expect("added");
                    }
                });
            }
        });
        assert_eq!(Outbox::within(dir.path()).batch(100).reports.len(), 100);
    }
}
