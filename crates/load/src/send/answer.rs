//! [`Answer`]: reads one HTTP/1 answer as its bytes come in, counts its body and keeps none of it.

use std::mem::MaybeUninit;

use super::chunked::Chunked;

/// No server of ours has a longer head.
const LONGEST_HEAD: usize = 64 * 1024;
/// So many headers find room without asking for memory.
const USUAL_HEADERS: usize = 100;
/// As many as the longest head can hold.
const MOST_HEADERS: usize = LONGEST_HEAD / 4;

/// It is not HTTP/1, or contradicts itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Garbage;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fed {
    /// All bytes are taken; more must come.
    More,
    /// The answer is whole. Bytes that came after it, which nobody asked for, are `left`.
    Whole { left: usize },
}

enum State {
    Head,
    Length(u64),
    Chunked(Chunked),
    UntilClose,
}

/// One answer, then the next: its buffers are used again.
pub(super) struct Answer {
    state: State,
    /// The head's beginning, where it came in pieces.
    head: Vec<u8>,
    /// Bytes of this answer so far.
    pub bytes: u64,
    /// 0 until the head is read.
    pub status: u16,
    /// The connection may be used again.
    pub keep_alive: bool,
    /// The value of the share header; empty without one.
    pub share: Vec<u8>,
    /// Where a redirect goes.
    pub location: Option<String>,
}

/// What is to be known of the request to read its answer.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    /// It was HEAD: the answer has no body, whatever its head says.
    pub head_only: bool,
    /// In lower case; empty for none.
    pub share_header: &'a str,
    /// Redirects will be followed.
    pub follow: bool,
}

impl Answer {
    pub(super) const fn new() -> Self {
        Self {
            state: State::Head,
            head: Vec::new(),
            bytes: 0,
            status: 0,
            keep_alive: false,
            share: Vec::new(),
            location: None,
        }
    }

    /// Ready for the next answer.
    pub(super) fn clear(&mut self) {
        self.state = State::Head;
        self.head.clear();
        self.bytes = 0;
        self.status = 0;
        self.keep_alive = false;
        self.share.clear();
        self.location = None;
    }

    /// Takes what came.
    ///
    /// # Errors
    /// It cannot be an answer, or its head is too long.
    pub(super) fn feed(&mut self, mut bytes: &[u8], asked: Asked) -> Result<Fed, Garbage> {
        self.bytes += bytes.len() as u64;
        while matches!(self.state, State::Head) {
            let Some(used) = self.read_head(bytes, asked)? else { return Ok(Fed::More) };
            bytes = &bytes[used..];
            if matches!(self.state, State::Length(0)) {
                return Ok(self.whole(bytes.len()));
            }
        }
        match &mut self.state {
            State::Length(left) => {
                let taken = (bytes.len() as u64).min(*left);
                *left -= taken;
                if *left > 0 { Ok(Fed::More) } else { Ok(self.whole(bytes.len() - taken as usize)) }
            }
            State::Chunked(chunked) => match chunked.feed(bytes)? {
                None => Ok(Fed::More),
                Some(used) => Ok(self.whole(bytes.len() - used)),
            },
            State::UntilClose | State::Head => Ok(Fed::More),
        }
    }

    /// The other side has closed: whether the answer is whole by that.
    pub(super) const fn whole_at_close(&self) -> bool {
        matches!(self.state, State::UntilClose)
    }

    fn whole(&mut self, left: usize) -> Fed {
        self.bytes -= left as u64;
        self.keep_alive &= left == 0;
        Fed::Whole { left }
    }

    /// How many of `bytes` belong to the head that ends in them; `None` where it does not yet. A
    /// head of 1xx is skipped: the state stays as it is.
    fn read_head(&mut self, bytes: &[u8], asked: Asked) -> Result<Option<usize>, Garbage> {
        let mut before = std::mem::take(&mut self.head);
        let kept = before.len();
        let all = if kept == 0 {
            bytes
        } else {
            before.extend_from_slice(bytes);
            &before
        };
        let config = httparse::ParserConfig::default();
        let (mut few, mut many) = ([const { MaybeUninit::uninit() }; USUAL_HEADERS], Vec::new());
        let mut head = httparse::Response::new(&mut []);
        let mut parsed = config.parse_response_with_uninit_headers(&mut head, all, &mut few);
        if parsed == Err(httparse::Error::TooManyHeaders) {
            many.resize(MOST_HEADERS, httparse::EMPTY_HEADER);
            head = httparse::Response::new(&mut many);
            parsed = config.parse_response(&mut head, all);
        }
        match parsed {
            Err(_) => Err(Garbage),
            Ok(httparse::Status::Partial) if all.len() > LONGEST_HEAD => Err(Garbage),
            Ok(httparse::Status::Partial) => {
                if kept == 0 {
                    before.extend_from_slice(bytes);
                }
                self.head = before;
                Ok(None)
            }
            Ok(httparse::Status::Complete(length)) => {
                self.understand(&head, asked)?;
                before.clear();
                self.head = before;
                Ok(Some(length - kept))
            }
        }
    }

    fn understand(&mut self, head: &httparse::Response, asked: Asked) -> Result<(), Garbage> {
        let status = head.code.ok_or(Garbage)?;
        if status < 200 {
            // Nobody asked for another protocol.
            return if status == 101 { Err(Garbage) } else { Ok(()) };
        }
        self.status = status;
        let mut length = None;
        let mut chunked = None;
        let mut keep_alive = head.version == Some(1);
        for header in head.headers.iter() {
            let (name, value) = (header.name, header.value.trim_ascii());
            if name.eq_ignore_ascii_case(asked.share_header) {
                self.share.clear();
                self.share.extend_from_slice(value);
            }
            if name.eq_ignore_ascii_case("content-length") {
                let this = number(value)?;
                if length.is_some_and(|other| other != this) {
                    return Err(Garbage);
                }
                length = Some(this);
            } else if name.eq_ignore_ascii_case("transfer-encoding") {
                chunked = Some(last_token(value).eq_ignore_ascii_case(b"chunked"));
            } else if name.eq_ignore_ascii_case("connection") {
                for token in value.split(|byte| *byte == b',') {
                    let token = token.trim_ascii();
                    keep_alive &= !token.eq_ignore_ascii_case(b"close");
                    keep_alive |= token.eq_ignore_ascii_case(b"keep-alive");
                }
            } else if asked.follow && name.eq_ignore_ascii_case("location") {
                self.location = Some(String::from_utf8_lossy(value).into_owned());
            }
        }
        // A length beside an encoding is how requests are smuggled: not to be trusted further.
        self.keep_alive = keep_alive && !(chunked.is_some() && length.is_some());
        self.state = match (chunked, length) {
            _ if asked.head_only || status == 204 || status == 304 => State::Length(0),
            (Some(true), _) => State::Chunked(Chunked::default()),
            (None, Some(length)) => State::Length(length),
            (Some(false), _) | (None, None) => {
                self.keep_alive = false;
                State::UntilClose
            }
        };
        Ok(())
    }
}

fn number(digits: &[u8]) -> Result<u64, Garbage> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(Garbage);
    }
    let add = |sum: u64, digit: &u8| sum.checked_mul(10)?.checked_add(u64::from(digit - b'0'));
    digits.iter().try_fold(0, add).ok_or(Garbage)
}

fn last_token(value: &[u8]) -> &[u8] {
    value.rsplit(|byte| *byte == b',').next().unwrap_or_default().trim_ascii()
}

#[cfg(test)]
#[path = "answer_tests.rs"]
mod tests;
