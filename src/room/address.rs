//! Where a room is: an [`Address`], read from what a learner typed.

use std::net::Ipv6Addr;

use serde::{Deserialize, Serialize};

use crate::text::Text;

/// `http://HOST:PORT`, nothing behind it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Address(String);

/// Why something is no address of a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text().render(crate::text::Lang::En))]
pub(crate) enum NoAddress {
    /// `https`: this program has no encryption of its own.
    Encrypted,
    /// It names no host and port.
    Unclear,
}

impl NoAddress {
    pub(crate) fn text(self) -> Text {
        Text::new(match self {
            Self::Encrypted => "in-room-address-encrypted",
            Self::Unclear => "in-room-address-unclear",
        })
    }
}

impl Address {
    /// The address that `typed` begins with; what a browser shows behind it (a path, a question mark)
    /// does not count, nor whether `http://` stands before it.
    ///
    /// # Errors
    /// [`NoAddress`].
    pub(crate) fn read(typed: &str) -> Result<Self, NoAddress> {
        let typed = typed.trim();
        let (scheme, rest) = typed.split_once("://").unwrap_or(("http", typed));
        match scheme.to_ascii_lowercase().as_str() {
            "http" => {}
            "https" => return Err(NoAddress::Encrypted),
            _ => return Err(NoAddress::Unclear),
        }
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default().to_ascii_lowercase();
        let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((host, port)) => {
                host.parse::<Ipv6Addr>().map_err(|_| NoAddress::Unclear)?;
                (format!("[{host}]"), port)
            }
            None => {
                let end = authority.find(':').unwrap_or(authority.len());
                let (host, port) = authority.split_at(end);
                if !is_name(host) {
                    return Err(NoAddress::Unclear);
                }
                (host.to_owned(), port)
            }
        };
        let port = match port.strip_prefix(':') {
            None if port.is_empty() => 80,
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                digits.parse::<u16>().ok().filter(|port| *port > 0).ok_or(NoAddress::Unclear)?
            }
            _ => return Err(NoAddress::Unclear),
        };
        Ok(Self(format!("http://{host}:{port}")))
    }

    /// For a person, and to be asked: `http://192.168.0.7:7100`.
    pub(crate) fn shown(&self) -> &str {
        &self.0
    }
}

/// Letters, digits and hyphens between dots, as host names and addresses have them.
fn is_name(host: &str) -> bool {
    let is_part = |part: &str| {
        let letters = part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        !part.is_empty() && letters
    };
    host.len() <= 253 && host.split('.').all(is_part)
}

impl TryFrom<String> for Address {
    type Error = NoAddress;

    fn try_from(text: String) -> Result<Self, NoAddress> {
        Self::read(&text)
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_is_taken_as_people_have_it() {
        let read = |typed| Address::read(typed).map(|address| address.0);
        for typed in [
            "http://192.168.0.7:7100",
            "192.168.0.7:7100",
            " HTTP://192.168.0.7:7100/board?x=1 ",
            "192.168.0.7:7100/#join",
        ] {
            assert_eq!(read(typed).as_deref(), Ok("http://192.168.0.7:7100"), "{typed}");
        }
        assert_eq!(read("http://[::1]:90/").as_deref(), Ok("http://[::1]:90"));
        assert_eq!(read("Kims-Laptop.local").as_deref(), Ok("http://kims-laptop.local:80"));
        assert_eq!(read("https://room:7100"), Err(NoAddress::Encrypted));
        for typed in [
            "",
            "ftp://a:1",
            "http://",
            "a:0",
            "a:70000",
            "a:+1",
            "a b:1",
            "u@a:1",
            "[::x]:1",
            "방:1",
            ".",
            "[::1]1",
        ] {
            assert_eq!(read(typed), Err(NoAddress::Unclear), "{typed}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_refused_or_can_be_asked(typed in "(http://|https://|)?[a-z0-9.:/?#@\\[\\] 한-힣\\u{1b}-]{0,40}") {
            if let Ok(address) = Address::read(&typed) {
                let url = reqwest::Url::parse(address.shown()).expect("a URL");
                prop_assert_eq!(url.path(), "/");
                prop_assert!(url.username().is_empty() && url.query().is_none());
                prop_assert_eq!(Address::read(address.shown()), Ok(address.clone()));
            }
        }
    }
}
