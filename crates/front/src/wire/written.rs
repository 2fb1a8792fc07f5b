//! Heads as they are written. hyper knows header names in one spelling and takes no target that is
//! not a URI; nginx hands both on as they came. [`Written`] says what is to stand in place of
//! hyper's, [`Going`] is a head, or a whole answer, that goes out instead of hyper's own bytes.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll, ready};

use hyper::header::HeaderName;
use tokio::io::AsyncWrite;
use tokio::net::TcpStream;

/// What nginx writes by itself, whoever said it before.
const OWN: [&str; 4] = ["connection", "content-length", "content-type", "transfer-encoding"];

/// nginx's spelling of its own headers that are not in `Title-Case`.
const UNUSUAL: [&[u8]; 2] = [b"ETag", b"WWW-Authenticate"];

/// Header names in the spelling that they came in, each followed by a line's end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names(Vec<u8>);

impl Names {
    pub fn add(&mut self, name: &[u8]) {
        self.0.extend_from_slice(name);
        self.0.push(b'\n');
    }

    /// Those of a head as it came, behind its first line, up to its end.
    pub(crate) fn of_head(head: &[u8]) -> Self {
        let mut names = Self(Vec::with_capacity(head.len() / 2));
        for line in lines(head).skip(1).take_while(|line| !line.is_empty()) {
            if let Some(colon) = line.iter().position(|byte| *byte == b':') {
                names.add(line[..colon].trim_ascii_end());
            }
        }
        names
    }

    /// Those that are handed on: all but the `hidden`, and those that nginx writes by itself.
    pub(crate) fn handed_on(&self, hidden: &[HeaderName]) -> Self {
        let same = |name: &[u8], known: &str| known.as_bytes().eq_ignore_ascii_case(name);
        let own = |name: &[u8]| OWN.iter().any(|own| same(name, own));
        let hides = |name: &[u8]| hidden.iter().any(|hidden| same(name, hidden.as_str()));
        let mut names = Self::default();
        self.iter().filter(|name| !own(name) && !hides(name)).for_each(|name| names.add(name));
        names
    }

    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.0.split(|byte| *byte == b'\n').filter(|name| !name.is_empty())
    }

    /// How that name is spelled where it stands for the `nth` time, from 0.
    fn find(&self, name: &[u8], nth: usize) -> Option<&[u8]> {
        let mut known = self.iter().filter(|known| known.eq_ignore_ascii_case(name));
        let first = known.next()?;
        if nth == 0 { Some(first) } else { known.nth(nth - 1).or(Some(first)) }
    }
}

fn lines(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    head.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

/// What of a head is written otherwise than by hyper.
#[derive(Clone, Debug, Default)]
pub struct Written {
    pub names: Names,
    /// A request's target that is no URI.
    pub target: Option<Vec<u8>>,
}

impl Written {
    pub const fn of(names: Names) -> Self {
        Self { names, target: None }
    }

    /// The head that `bytes` of hyper's begin with, written so; none where they begin with none.
    pub fn head(&self, bytes: &[u8]) -> Option<Going> {
        let mut start = 0;
        while bytes[start..].starts_with(b"HTTP/1.1 100 ") {
            start += length(&bytes[start..])?;
        }
        let head = &bytes[start..start + length(&bytes[start..])?];
        let mut text = Vec::with_capacity(start + head.len());
        text.extend_from_slice(&bytes[..start]);
        let (mut last, mut nth): (&[u8], usize) = (b"", 0);
        for (at, line) in head.split_inclusive(|byte| *byte == b'\n').enumerate() {
            match (at, &self.target, line.iter().position(|byte| *byte == b':')) {
                (0, Some(target), _) => with_target(line, target, &mut text),
                (1.., _, Some(colon)) => {
                    let name = &line[..colon];
                    // hyper writes headers of one name one after the other.
                    nth = if last.eq_ignore_ascii_case(name) { nth + 1 } else { 0 };
                    last = name;
                    let unusual = || UNUSUAL.into_iter().find(|known| known.eq_ignore_ascii_case(name));
                    text.extend_from_slice(self.names.find(name, nth).or_else(unusual).unwrap_or(name));
                    text.extend_from_slice(&line[colon..]);
                }
                _ => text.extend_from_slice(line),
            }
        }
        Some(Going { text, sent: 0, stands_for: start + head.len() })
    }
}

/// How long the head is that these bytes begin with.
fn length(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4)
}

/// A request's first line with another target.
fn with_target(line: &[u8], target: &[u8], text: &mut Vec<u8>) {
    let mut words = line.split_inclusive(|byte| *byte == b' ');
    text.extend_from_slice(words.next().unwrap_or_default());
    text.extend_from_slice(target);
    text.push(b' ');
    words.skip(1).for_each(|word| text.extend_from_slice(word));
}

/// Bytes that go out in the place of hyper's.
#[derive(Debug)]
pub struct Going {
    text: Vec<u8>,
    sent: usize,
    /// So many bytes of hyper's are taken once these are out.
    stands_for: usize,
}

impl Going {
    pub const fn instead(text: Vec<u8>, stands_for: usize) -> Self {
        Self { text, sent: 0, stands_for }
    }

    /// All of it is out.
    const fn is_over(&self) -> bool {
        self.sent == self.text.len()
    }

    /// Sends on, of `slices`, which hyper wants to send, with these bytes in the place of the first;
    /// how many of hyper's that were. What has hyper's length goes out with what follows it, in one
    /// write.
    fn poll(
        &mut self,
        stream: &mut TcpStream,
        task: &mut TaskContext<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.text.len() != self.stands_for {
            return self.poll_alone(stream, task);
        }
        let left = &self.text[self.sent..];
        let mut all = Vec::with_capacity(slices.len() + 1);
        all.push(IoSlice::new(left));
        let mut hidden = left.len();
        for slice in slices {
            let cut = hidden.min(slice.len());
            hidden -= cut;
            all.push(IoSlice::new(&slice[cut..]));
        }
        let count = ready!(Pin::new(stream).poll_write_vectored(task, &all))?;
        self.sent += count.min(left.len());
        Poll::Ready(Ok(count))
    }

    fn poll_alone(&mut self, stream: &mut TcpStream, task: &mut TaskContext<'_>) -> Poll<io::Result<usize>> {
        while !self.is_over() {
            match ready!(Pin::new(&mut *stream).poll_write(task, &self.text[self.sent..]))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                count => self.sent += count,
            }
        }
        Poll::Ready(Ok(self.stands_for))
    }
}

/// Sends `slices`, or what is going in their place, which is none any more once it is out.
pub(crate) fn poll(
    stream: &mut TcpStream,
    going: &mut Option<Going>,
    task: &mut TaskContext<'_>,
    slices: &[IoSlice<'_>],
) -> Poll<io::Result<usize>> {
    let Some(instead) = going else { return Pin::new(stream).poll_write_vectored(task, slices) };
    let sent = instead.poll(stream, task, slices);
    if instead.is_over() || matches!(sent, Poll::Ready(Err(_))) {
        *going = None;
    }
    sent
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(going: Option<Going>) -> String {
        String::from_utf8(going.expect("a head").text).expect("text")
    }

    #[test]
    fn names_are_spelled_as_they_came_and_nginx_s_own_as_nginx_does() {
        let came = b"HTTP/1.1 200 OK\r\nx-id: 1\r\ncontent-type: a/b\r\nx-hidden: 1\r\n\r\nnot: this";
        let mut written = Written::of(Names::of_head(came).handed_on(&[HeaderName::from_static("x-hidden")]));
        written.names.add(b"X-ID");
        written.names.add(b"X-Real-IP");
        let hypers = b"HTTP/1.1 200 OK\r\nX-Id: x-id: y\r\nX-Id: 2\r\nX-Hidden: 3\r\nContent-Type: a/b\r\nEtag: 1\r\nX-Real-Ip: 2\r\n\r\nX-Id: z";
        let going = written.head(hypers).expect("a head");
        assert_eq!(going.stands_for, hypers.len() - "X-Id: z".len());
        let wanted = "HTTP/1.1 200 OK\r\nx-id: x-id: y\r\nX-ID: 2\r\nX-Hidden: 3\r\nContent-Type: a/b\r\nETag: 1\r\nX-Real-IP: 2\r\n\r\n";
        assert_eq!(text(Some(going)), wanted);
    }

    #[test]
    fn a_target_is_written_as_it_is() {
        let written = Written { target: Some(b"/a b#c".to_vec()), ..Written::default() };
        assert_eq!(text(written.head(b"GET / HTTP/1.1\r\n\r\n")), "GET /a b#c HTTP/1.1\r\n\r\n");
    }

    #[test]
    fn an_interim_answer_stays_before_the_head() {
        let mut written = Written::default();
        written.names.add(b"x-a");
        let both = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nX-A: 1\r\n\r\n";
        assert_eq!(
            text(written.head(both)),
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nx-a: 1\r\n\r\n"
        );
        assert!(written.head(b"HTTP/1.1 200 OK\r\nX-A").is_none());
    }
}
