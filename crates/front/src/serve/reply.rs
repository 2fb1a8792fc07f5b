//! What a request came to, in data: a [`Reply`], or where it goes [`Next`].

use hyper::body::Bytes;
use hyper::ext::ReasonPhrase;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};

use super::body::Content;

/// An answer before it is dressed with the headers that the configuration adds.
pub(crate) struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub content: Content,
    /// When the file behind it was changed, in seconds since 1970.
    pub modified: Option<u64>,
    pub reason: Reason,
    /// It gets the headers of an answer that went well, whatever its status.
    pub fine: bool,
    /// The front's own `Server` or `Date` is not added, though there is none.
    pub without_server: bool,
    pub without_date: bool,
}

/// The words behind the status.
pub(crate) enum Reason {
    /// nginx's own.
    Own,
    /// The upstream's, where they are not the usual ones.
    Upstream(Option<ReasonPhrase>),
}

impl Reply {
    pub(crate) fn new(status: u16) -> Self {
        Self {
            status,
            headers: HeaderMap::with_capacity(12),
            content: Content::Empty,
            modified: None,
            reason: Reason::Own,
            fine: false,
            without_server: false,
            without_date: false,
        }
    }

    pub(crate) fn bytes(mut self, kind: HeaderValue, bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        self.headers.insert(header::CONTENT_TYPE, kind);
        self.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
        self.content = Content::Bytes(bytes);
        self
    }

    pub(crate) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }
}

/// What a request came to.
pub(crate) enum Outcome {
    Reply(Reply),
    /// None is sent; the status is for the log.
    Close(u16),
}

/// Where a request goes next.
pub(crate) enum Next {
    Reply(Reply),
    /// An error or a redirect of nginx's own, with its page.
    Status(u16),
    /// Another URI, from the server's own steps on.
    Internal(Vec<u8>),
    Named(Box<str>),
    /// The URI was rewritten: the location is chosen anew.
    Again,
    /// The connection ends without an answer; the status is for the log.
    Close(u16),
    /// Nothing was decided: the next phase.
    On,
}
