//! A container's log, from the frames of the API to [`LogLine`]s, in bounded memory.

use std::collections::VecDeque;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bollard::container::LogOutput;
use bollard::query_parameters::LogsOptionsBuilder;
use futures_util::{StreamExt, TryStreamExt};

use super::client::Client;
use super::listing::parse_time;
use crate::engine::{EngineError, LogLine};

/// A whole log has to be read within this.
const LIMIT: Duration = Duration::from_secs(30);
const MOST_LINES: usize = 200_000;
const MOST_BYTES: usize = 64 << 20;

/// The lines that the container wrote since `since`, oldest first; of a longer log than the
/// bounds allow, the newest.
pub async fn read(client: &Client, id: &str, since: Option<SystemTime>) -> Result<Vec<LogLine>, EngineError> {
    // The API takes fractions of a second, bollard's options whole ones: so ask for a little more
    // than is wanted, and leave out by each line's own time.
    let seconds = since.and_then(|at| at.duration_since(UNIX_EPOCH).ok()).map_or(0, |past| past.as_secs());
    let options = LogsOptionsBuilder::default()
        .stdout(true)
        .stderr(true)
        .timestamps(true)
        .since(i32::try_from(seconds).unwrap_or(i32::MAX))
        .build();
    let read = async {
        let mut lines = Lines::new(since);
        let mut frames = client.docker.logs(id, Some(options)).boxed();
        while let Some(frame) = frames.try_next().await? {
            lines.push(&frame);
        }
        Ok(lines.finish())
    };
    client.call("engine-what-logs", LIMIT, read).await
}

/// Lines of what was there before, where a log is followed.
const TAIL: &str = "200";

/// Hands the container's latest lines to `heard`, then each as it is written, until the container
/// ends or nobody listens any more.
pub async fn follow(client: Client, id: String, heard: tokio::sync::mpsc::Sender<LogLine>) {
    let options = LogsOptionsBuilder::default()
        .stdout(true)
        .stderr(true)
        .timestamps(true)
        .follow(true)
        .tail(TAIL)
        .build();
    let mut frames = client.docker.logs(&id, Some(options)).boxed();
    let mut lines = Lines::new(None);
    loop {
        let frame = tokio::select! {
            () = heard.closed() => return,
            frame = frames.next() => frame,
        };
        let Some(Ok(frame)) = frame else { return };
        lines.push(&frame);
        lines.bytes = 0;
        for line in std::mem::take(&mut lines.done) {
            if heard.send(line).await.is_err() {
                return;
            }
        }
    }
}

/// Puts frames together to lines. A line of more than 16 KiB comes in several frames, each with a
/// time of its own, only the last one ending in a line feed.
struct Lines {
    since: Option<SystemTime>,
    done: VecDeque<LogLine>,
    bytes: usize,
    /// The unfinished line of standard output and of standard error.
    open: [Option<Open>; 2],
}

struct Open {
    at: Option<SystemTime>,
    text: Vec<u8>,
}

impl Lines {
    const fn new(since: Option<SystemTime>) -> Self {
        Self { since, done: VecDeque::new(), bytes: 0, open: [None, None] }
    }

    fn push(&mut self, frame: &LogOutput) {
        let stderr = matches!(frame, LogOutput::StdErr { .. });
        for part in frame.as_ref().split_inclusive(|byte| *byte == b'\n') {
            let (at, text) = split_time(part);
            let open = self.open[usize::from(stderr)].get_or_insert_with(|| Open { at, text: Vec::new() });
            // A line that never ends is cut where it is long enough to be of no use.
            let room = MOST_BYTES.saturating_sub(open.text.len());
            open.text.extend_from_slice(&text[..text.len().min(room)]);
            if part.ends_with(b"\n") {
                self.close(stderr);
            }
        }
    }

    fn close(&mut self, stderr: bool) {
        let Some(Open { at, text }) = self.open[usize::from(stderr)].take() else { return };
        if self.since.is_some_and(|since| at.is_some_and(|at| at < since)) {
            return;
        }
        let text = String::from_utf8_lossy(&text);
        let text = text.trim_end_matches(['\r', '\n']).to_owned();
        self.bytes += text.len();
        self.done.push_back(LogLine { at, stderr, text });
        while self.done.len() > MOST_LINES || self.bytes > MOST_BYTES {
            self.bytes -= self.done.pop_front().map_or(0, |line| line.text.len());
        }
    }

    fn finish(mut self) -> Vec<LogLine> {
        self.close(false);
        self.close(true);
        // The engine takes each line's time before it writes both streams into one log.
        let mut lines = Vec::from(self.done);
        lines.sort_by_key(|line| line.at);
        lines
    }
}

/// The time in front of a frame, and the rest.
fn split_time(part: &[u8]) -> (Option<SystemTime>, &[u8]) {
    let space = part.iter().take(40).position(|byte| *byte == b' ');
    let time = space.and_then(|at| parse_time(str::from_utf8(&part[..at]).ok()?));
    match (time, space) {
        (Some(time), Some(at)) => (Some(time), &part[at + 1..]),
        _ => (None, part),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn out(message: &'static [u8]) -> LogOutput {
        LogOutput::StdOut { message: message.into() }
    }

    #[test]
    fn frames_become_lines() {
        let mut lines = Lines::new(None);
        lines.push(&out(b"2026-11-22T06:15:34.5Z hello\r\n"));
        lines.push(&out("2026-11-22T06:15:35Z 안녕".as_bytes().split_at(22).0.to_vec().leak()));
        lines.push(&LogOutput::StdErr { message: b"2026-11-22T06:15:35Z \xff oops\n".as_slice().into() });
        lines.push(&out(b"2026-11-22T06:15:36Z  rest\n"));
        lines.push(&out(b"2026-11-22T06:15:37Z no line feed"));
        let lines = lines.finish();
        let texts: Vec<_> = lines.iter().map(|line| (line.stderr, line.text.as_str())).collect();
        assert_eq!(
            texts,
            [(false, "hello"), (true, "\u{fffd} oops"), (false, "\u{fffd} rest"), (false, "no line feed")]
        );
        assert!(lines.iter().all(|line| line.at.is_some()));
    }

    #[test]
    fn what_is_older_than_wanted_is_left_out_to_the_fraction() {
        let mut lines = Lines::new(parse_time("2026-11-22T06:15:34.5Z"));
        lines.push(&out(b"2026-11-22T06:15:34.499Z before\n2026-11-22T06:15:34.5Z at\n"));
        assert_eq!(lines.finish().iter().map(|line| line.text.clone()).collect::<Vec<_>>(), ["at"]);
    }

    #[test]
    fn a_long_log_keeps_its_newest_lines() {
        let mut lines = Lines::new(None);
        for _ in 0..MOST_LINES {
            lines.push(&out(b"2026-11-22T06:15:34Z old\n"));
        }
        lines.push(&out(b"2026-11-22T06:15:34Z new\n"));
        let lines = lines.finish();
        assert_eq!((lines.len(), lines.last().unwrap().text.as_str()), (MOST_LINES, "new"));
    }
}
