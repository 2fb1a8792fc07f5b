//! The bytes of request heads as they came, which hyper does not hand on: [`Track`] follows a
//! connection's input beside hyper's parser. So the log shows the client's own request line, and a
//! head that says its body's length in two ways is refused although hyper would choose one.

use super::written::Names;

/// More than this of unread heads is not followed.
const MOST: usize = 256 << 10;

/// How long a request's body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Length {
    Known(u64),
    Chunked,
}

/// A head as it came.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Head {
    /// The first line without its end.
    pub line: Vec<u8>,
    pub bytes: usize,
    /// The longest line behind the first.
    pub longest: usize,
    /// How often the length of the body is said, `Content-Length` and `Transfer-Encoding` together.
    pub lengths: u32,
    /// The header names as they are spelled.
    pub names: Names,
}

/// What of a connection's input no request was made of yet.
#[derive(Debug, Default)]
pub(crate) struct Track {
    bytes: Vec<u8>,
    /// Bytes of a body that are still to come.
    skip: u64,
    /// A body of unknown length goes by.
    lost: bool,
}

impl Track {
    /// Something of a head is there, but not all of it.
    pub(crate) fn has_begun(&self) -> bool {
        !self.bytes.is_empty()
    }

    /// The first line so far, of a head that could not be read.
    pub(crate) fn line(&self) -> (&[u8], bool) {
        let start = self.bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let rest = &self.bytes[start..];
        match rest.iter().position(|byte| *byte == b'\n') {
            Some(end) => (rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end]), true),
            None => (rest, false),
        }
    }

    /// Bytes that came; `idle` while no request is being answered.
    pub(crate) fn read(&mut self, new: &[u8], idle: bool) {
        if self.lost {
            if !idle {
                return;
            }
            self.lost = false;
        }
        let skipped = usize::try_from(self.skip).unwrap_or(usize::MAX).min(new.len());
        self.skip -= skipped as u64;
        if self.bytes.len() + new.len() - skipped > MOST {
            self.bytes.clear();
            self.lost = true;
            return;
        }
        self.bytes.extend_from_slice(&new[skipped..]);
    }

    /// The head of the request that hyper has just read; none where it cannot be told.
    pub(crate) fn take(&mut self, method: &[u8]) -> Option<Head> {
        let start = self.bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let bytes = &self.bytes[start..];
        if !(bytes.starts_with(method) && bytes.get(method.len()) == Some(&b' ')) {
            self.bytes.clear();
            self.lost = true;
            return None;
        }
        let mut head = Head::default();
        let mut at = 0;
        loop {
            let Some(end) = bytes[at..].iter().position(|byte| *byte == b'\n') else {
                self.bytes.clear();
                self.lost = true;
                return None;
            };
            let line = &bytes[at..at + end];
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            at += end + 1;
            if line.is_empty() {
                break;
            }
            if head.line.is_empty() {
                head.line = line.to_vec();
                continue;
            }
            head.longest = head.longest.max(line.len());
            match line.first() {
                Some(b'c' | b'C') => head.lengths += u32::from(named(line, b"content-length")),
                Some(b't' | b'T') => head.lengths += u32::from(named(line, b"transfer-encoding")),
                _ => {}
            }
        }
        head.bytes = at;
        head.names = Names::of_head(&bytes[..at]);
        self.bytes.drain(..start + at);
        Some(head)
    }

    /// What follows the head that was taken.
    pub(crate) fn body(&mut self, length: Length) {
        match length {
            Length::Known(length) => {
                let here = usize::try_from(length).unwrap_or(usize::MAX).min(self.bytes.len());
                self.bytes.drain(..here);
                self.skip = length - here as u64;
            }
            Length::Chunked => {
                self.bytes.clear();
                self.skip = 0;
                self.lost = true;
            }
        }
    }
}

fn named(line: &[u8], name: &[u8]) -> bool {
    let matches = line.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    matches && line[name.len()..].trim_ascii_start().first() == Some(&b':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_and_bodies_in_turn_however_they_come() {
        let text =
            b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhelloGET /b HTTP/1.1\nHost: yy\n\n";
        for cut in 1..text.len() {
            let mut track = Track::default();
            let (first, second) = text.split_at(cut);
            track.read(first, true);
            let mut rest = Some(second);
            if track.bytes.windows(4).all(|four| four != b"\r\n\r\n") {
                track.read(rest.take().unwrap_or_default(), true);
            }
            let head = track.take(b"POST").expect("a head");
            assert_eq!((&head.line[..], head.bytes, head.lengths), (&b"POST /a HTTP/1.1"[..], 48, 1));
            track.body(Length::Known(5));
            track.read(rest.unwrap_or_default(), false);
            let head = track.take(b"GET").expect("a head");
            assert_eq!((&head.line[..], head.longest), (&b"GET /b HTTP/1.1"[..], 8));
            assert!(!track.has_begun());
        }
    }

    #[test]
    fn a_length_said_twice_is_seen_in_any_order() {
        for head in [
            "POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\n",
            "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\nCONTENT-LENGTH: 3\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding : chunked\r\n\r\n",
        ] {
            let mut track = Track::default();
            track.read(head.as_bytes(), true);
            assert_eq!(track.take(b"POST").expect("a head").lengths, 2);
        }
    }

    #[test]
    fn after_a_chunked_body_it_begins_anew() {
        let mut track = Track::default();
        track.read(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", true);
        track.take(b"POST").expect("a head");
        track.body(Length::Chunked);
        track.read(b"\r\n", false);
        assert!(!track.has_begun());
        track.read(b"GET / HTTP/1.1\r\n\r\n", true);
        assert_eq!(track.take(b"GET").expect("a head").line, b"GET / HTTP/1.1");
        track.read(b"GET / HTTP/1.1\r\n\r\n", true);
        assert_eq!(track.take(b"POST"), None);
    }
}
