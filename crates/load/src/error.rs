//! [`LoadError`]: why a load run did not start.

use workshop_text::Text;

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{}", self.text().render(workshop_text::Lang::En))]
pub enum LoadError {
    /// The URL cannot be read.
    Url {
        url: String,
        reason: String,
    },
    /// https, which is not spoken.
    Tls {
        url: String,
    },
    /// Another scheme than http.
    Scheme {
        url: String,
        scheme: String,
    },
    NameNotFound {
        host: String,
    },
    /// The name stands for an address that the guard forbids.
    NotOurs {
        host: String,
        address: String,
    },
    /// Nobody listens there.
    Refused {
        address: String,
    },
    /// The address does not answer.
    Unreachable {
        address: String,
        seconds: u64,
    },
    /// A method, a header or a body that cannot be sent: what, as it was given.
    Request {
        key: &'static str,
        given: String,
    },
    /// The plan makes no sense: the message's key.
    Plan(&'static str),
    /// The system gave no thread or no event queue.
    System {
        reason: String,
    },
}

impl LoadError {
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
