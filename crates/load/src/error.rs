//! [`LoadError`]: why a load run did not start.

use workshop_text::Text;

/// Why a load run did not start.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{}", self.text().render(workshop_text::Lang::En))]
pub enum LoadError {
    /// The URL cannot be read.
    Url {
        /// As it was given.
        url: String,
        /// The URL parser's words, in English.
        reason: String,
    },
    /// https, which is not spoken.
    Tls {
        /// As it was read.
        url: String,
    },
    /// Another scheme than http.
    Scheme {
        /// As it was read.
        url: String,
        /// The scheme, without `://`.
        scheme: String,
    },
    /// The name has no address.
    NameNotFound {
        /// The name in the URL.
        host: String,
    },
    /// The name stands for an address that the guard forbids.
    NotOurs {
        /// The name in the URL, or the address that stands there.
        host: String,
        /// The forbidden IP address, without a port.
        address: String,
    },
    /// Nobody listens there.
    Refused {
        /// IP address and port.
        address: String,
    },
    /// The address does not answer.
    Unreachable {
        /// IP address and port.
        address: String,
        /// How long it was waited for.
        seconds: u64,
    },
    /// A method, a header or a body that cannot be sent: what, as it was given.
    Request {
        /// The message's key.
        key: &'static str,
        /// The method, or the header as `NAME: VALUE`.
        given: String,
    },
    /// The plan makes no sense: the message's key.
    Plan(&'static str),
    /// The system gave no thread or no event queue.
    System {
        /// The system's own words.
        reason: String,
    },
}

impl LoadError {
    /// What is wrong, as a message.
    pub fn text(&self) -> Text {
        match self {
            Self::Url { url, reason } => {
                Text::new("load-url").with("url", url.as_str()).with("reason", reason.as_str())
            }
            Self::Tls { url } => Text::new("load-tls").with("url", url.as_str()),
            Self::Scheme { url, scheme } => {
                Text::new("load-scheme").with("url", url.as_str()).with("scheme", scheme.as_str())
            }
            Self::NameNotFound { host } => Text::new("load-name-not-found").with("host", host.as_str()),
            Self::NotOurs { host, address } => {
                Text::new("load-not-ours").with("host", host.as_str()).with("address", address.as_str())
            }
            Self::Refused { address } => Text::new("load-refused").with("address", address.as_str()),
            Self::Unreachable { address, seconds } => {
                Text::new("load-unreachable").with("address", address.as_str()).with("seconds", *seconds)
            }
            Self::Request { key, given } => Text::new(key).with("given", given.as_str()),
            Self::Plan(key) => Text::new(key),
            Self::System { reason } => Text::new("load-system").with("reason", reason.as_str()),
        }
    }

    /// What the learner or the machine can do about it.
    pub fn next(&self) -> Option<Text> {
        match self {
            Self::NotOurs { .. } => Some(Text::new("next-load-not-ours")),
            Self::Refused { .. } | Self::Unreachable { .. } => Some(Text::new("next-load-refused")),
            Self::Tls { .. } => Some(Text::new("next-load-tls")),
            _ => None,
        }
    }

    /// The command line is to be changed, rather than the machine.
    pub const fn is_usage(&self) -> bool {
        !matches!(
            self,
            Self::NameNotFound { .. } | Self::Refused { .. } | Self::Unreachable { .. } | Self::System { .. }
        )
    }
}
