//! A container's log, from the frames of the API to [`LogLine`]s, in bounded memory.

use std::collections::VecDeque;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bollard::errors::Error;
use http_body_util::BodyExt;
use hyper::body::Incoming;

use super::client::Client;
use super::listing::parse_time;
use crate::{EngineError, LogLine};

/// A whole log has to be read within this.
const LIMIT: Duration = Duration::from_secs(30);
const MOST_LINES: usize = 200_000;
const MOST_BYTES: usize = 32 << 20;
/// Of one line; the rest of a longer one is left out.
const LONGEST_LINE: usize = 1 << 20;

/// Whose log it is, by its id.
#[derive(Clone, Copy)]
pub(crate) enum Source<'a> {
    Container(&'a str),
    /// Of a swarm, from whichever node has it.
    Task(&'a str),
}

impl<'a> Source<'a> {
    const fn folder(self) -> &'static str {
        match self {
            Self::Container(_) => "containers",
            Self::Task(_) => "tasks",
        }
    }

    const fn id(self) -> &'a str {
        match self {
            Self::Container(id) | Self::Task(id) => id,
        }
    }
}

/// The lines that the container wrote since `since`, oldest first; of a longer log than the
/// bounds allow, the newest.
pub(crate) async fn read(
    client: &Client,
    source: Source<'_>,
    since: Option<SystemTime>,
) -> Result<Vec<LogLine>, EngineError> {
    // Fractions of a second are left out of the request, for what is older than wanted goes by each
    // line's own time.
    let seconds = since.and_then(|at| at.duration_since(UNIX_EPOCH).ok()).map_or(0, |past| past.as_secs());
    let (seconds, most) = (seconds.to_string(), MOST_LINES.to_string());
    let read = async {
        let mut lines = Lines::new(since);
        let mut frames = Frames::default();
        let mut body = asked(client, source, &[("since", &seconds), ("tail", &most)]).await?;
        while let Some(frame) = body.frame().await {
            let data = frame?.into_data().unwrap_or_default();
            frames.push(&data, &mut |stderr, part| lines.push(stderr, part));
        }
        frames.end(&mut |stderr, part| lines.push(stderr, part));
        Ok(lines.finish())
    };
    client.call("engine-what-logs", LIMIT, read).await
}

/// The log as the engine sends it. Its size is not limited, for it is read in bounded memory.
async fn asked(client: &Client, source: Source<'_>, more: &[(&str, &str)]) -> Result<Incoming, Error> {
    let mut query = vec![("stdout", "true"), ("stderr", "true"), ("timestamps", "true")];
    query.extend(more);
    Ok(client.get(&[source.folder(), source.id(), "logs"], &query, u64::MAX).await?.into_body())
}

/// Lines of what was there before, where a log is followed.
const TAIL: &str = "200";

/// Hands the container's latest lines to `heard`, then each as it is written, until the container
/// ends or nobody listens any more.
pub(crate) async fn follow(client: Client, source: Source<'_>, heard: tokio::sync::mpsc::Sender<LogLine>) {
    let Ok(mut body) = asked(&client, source, &[("follow", "true"), ("tail", TAIL)]).await else { return };
    let (mut frames, mut lines) = (Frames::default(), Lines::new(None));
    loop {
        let frame = tokio::select! {
            () = heard.closed() => return,
            frame = body.frame() => frame,
        };
        let Some(Ok(frame)) = frame else { return };
        let data = frame.into_data().unwrap_or_default();
        frames.push(&data, &mut |stderr, part| lines.push(stderr, part));
        lines.bytes = 0;
        for line in std::mem::take(&mut lines.done) {
            if heard.send(line).await.is_err() {
                return;
            }
        }
    }
}

/// Takes the engine's stream apart into the pieces that a container wrote: each has a head of eight
/// bytes (which stream, and how long it is); a container with a terminal has lines and no heads.
#[derive(Default)]
struct Frames {
    head: Vec<u8>,
    left: usize,
    piece: Vec<u8>,
    is_raw: bool,
}

impl Frames {
    fn push(&mut self, mut bytes: &[u8], each: &mut dyn FnMut(bool, &[u8])) {
        while let Some(first) = bytes.first() {
            if self.head.is_empty() && *first > 2 {
                self.is_raw = true;
            }
            if self.is_raw {
                let end = bytes.iter().position(|byte| *byte == b'\n');
                let (part, rest) = bytes.split_at(end.map_or(bytes.len(), |at| at + 1));
                self.keep(part);
                bytes = rest;
                if end.is_some() {
                    self.hand_on(each);
                }
            } else if self.head.len() < 8 {
                let (part, rest) = bytes.split_at(bytes.len().min(8 - self.head.len()));
                self.head.extend_from_slice(part);
                bytes = rest;
                if let [_, _, _, _, length @ ..] = self.head.as_slice()
                    && let Ok(length) = length.try_into()
                {
                    self.left = u32::from_be_bytes(length) as usize;
                    self.end_of_piece(each);
                }
            } else {
                let (part, rest) = bytes.split_at(bytes.len().min(self.left));
                self.keep(part);
                self.left -= part.len();
                bytes = rest;
                self.end_of_piece(each);
            }
        }
    }

    fn keep(&mut self, part: &[u8]) {
        let room = LONGEST_LINE - self.piece.len();
        self.piece.extend_from_slice(&part[..part.len().min(room)]);
        // The line feed of a line that was cut.
        if part.len() > room && part.ends_with(b"\n") {
            self.piece.pop();
            self.piece.push(b'\n');
        }
    }

    fn end_of_piece(&mut self, each: &mut dyn FnMut(bool, &[u8])) {
        if self.left == 0 {
            self.hand_on(each);
            self.head.clear();
        }
    }

    fn hand_on(&mut self, each: &mut dyn FnMut(bool, &[u8])) {
        each(self.head.first() == Some(&2), &self.piece);
        self.piece.clear();
    }

    /// What is left where the stream has ended.
    fn end(&mut self, each: &mut dyn FnMut(bool, &[u8])) {
        if !self.piece.is_empty() {
            self.hand_on(each);
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

    fn push(&mut self, stderr: bool, piece: &[u8]) {
        for part in piece.split_inclusive(|byte| *byte == b'\n') {
            let (at, text) = split_time(part);
            let open = self.open[usize::from(stderr)].get_or_insert_with(|| Open { at, text: Vec::new() });
            // A line that never ends is cut where it is long enough to be of no use.
            let room = LONGEST_LINE.saturating_sub(open.text.len());
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

    #[test]
    fn frames_become_lines() {
        let mut lines = Lines::new(None);
        lines.push(false, b"2026-11-22T06:15:34.5Z hello\r\n");
        lines.push(false, "2026-11-22T06:15:35Z 안녕".as_bytes().split_at(22).0);
        lines.push(true, b"2026-11-22T06:15:35Z \xff oops\n");
        lines.push(false, b"2026-11-22T06:15:36Z  rest\n");
        lines.push(false, b"2026-11-22T06:15:37Z no line feed");
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
        lines.push(false, b"2026-11-22T06:15:34.499Z before\n2026-11-22T06:15:34.5Z at\n");
        assert_eq!(lines.finish().iter().map(|line| line.text.clone()).collect::<Vec<_>>(), ["at"]);
    }

    #[test]
    fn a_long_log_keeps_its_newest_lines() {
        let mut lines = Lines::new(None);
        for _ in 0..MOST_LINES {
            lines.push(false, b"2026-11-22T06:15:34Z old\n");
        }
        lines.push(false, b"2026-11-22T06:15:34Z new\n");
        let lines = lines.finish();
        assert_eq!((lines.len(), lines.last().unwrap().text.as_str()), (MOST_LINES, "new"));
    }

    fn pieces(parts: &[&[u8]]) -> Vec<(bool, Vec<u8>)> {
        let (mut frames, mut seen) = (Frames::default(), Vec::new());
        let mut each = |stderr, piece: &[u8]| seen.push((stderr, piece.to_vec()));
        parts.iter().for_each(|part| frames.push(part, &mut each));
        frames.end(&mut each);
        seen
    }

    #[test]
    fn the_engines_stream_is_taken_apart_wherever_it_is_cut() {
        let stream: [&[u8]; 3] =
            [b"\x01\0\0\0\0\0\0\x02hi", b"\x02\0\0\0\0\0\0\x02no", b"\x01\0\0\0\0\0\0\0\x01\0"];
        let whole = stream.concat();
        let wanted = vec![(false, b"hi".to_vec()), (true, b"no".to_vec()), (false, Vec::new())];
        assert_eq!(pieces(&[&whole]), wanted);
        assert_eq!(pieces(&whole.chunks(1).collect::<Vec<_>>()), wanted);
        assert_eq!(pieces(&[b"a\r\nb", b"c\nd"]), ["a\r\n", "bc\n", "d"].map(|line| (false, line.into())));
    }

    #[test]
    fn a_piece_that_never_ends_takes_bounded_memory() {
        let flood = vec![b'x'; 1 << 20];
        let endless: Vec<&[u8]> = std::iter::repeat_n(flood.as_slice(), 64).collect();
        let claimed = [b"\x01\0\0\0\xff\xff\xff\xff".as_slice(), &flood];
        assert!(pieces(&endless).iter().all(|(_, piece)| piece.len() == LONGEST_LINE));
        let kept = pieces(&[claimed.as_slice(), &endless].concat());
        assert_eq!(kept.iter().map(|(_, piece)| piece.len()).collect::<Vec<_>>(), [LONGEST_LINE]);
    }
}
