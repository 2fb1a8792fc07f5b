//! Where a lesson's requests go: a [`RequestPath`] at the stack's entry, and nowhere else. A URL is
//! put together as a URL, never by gluing strings, so that no path can name another host.

use std::collections::BTreeMap;

use reqwest::Url;
use serde::{Deserialize, Deserializer};

use workshop_text::Text;
use workshop_text::refused;
use workshop_text::visible::is_hidden;

/// The methods that a lesson's requests may have.
pub(crate) const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
/// Headers that frame a request or say whom it is for: they are the client's alone.
const OWN_HEADERS: [&str; 12] = [
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "upgrade",
    "te",
    "trailer",
    "expect",
    "keep-alive",
    "proxy-connection",
    "proxy-authorization",
    "x-request-id",
];
const LONGEST: usize = 2048;

/// What requests kept, by name.
pub type Kept = BTreeMap<String, String>;

/// A path and its query as a lesson writes them: `/api/posts/{id}?page=1`. `{name}` stands for
/// something kept earlier, which can fill a place in the path and change nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RequestPath(String);

impl RequestPath {
    /// The entry's own first page.
    pub fn root() -> Self {
        Self("/".to_owned())
    }

    /// # Errors
    /// What is wrong with it, as a message.
    pub fn parse(text: &str) -> Result<Self, Text> {
        let refused = |key| Err(Text::new(key).with("path", text));
        let path = text.split('?').next().unwrap_or_default();
        let is_dots =
            |segment: &str| matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..");
        match () {
            () if text.len() > LONGEST => refused("rule-path-long"),
            () if !text.starts_with('/') || text.starts_with("//") => refused("rule-path-start"),
            () if text.contains(['\\', '#'])
                || text.contains(|c: char| c.is_whitespace() || is_hidden(c)) =>
            {
                refused("rule-path-sign")
            }
            () if path.split('/').any(is_dots) => refused("rule-path-dots"),
            () => Ok(Self(text.to_owned())),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The path with what was kept, each value encoded so that it stays within its place.
    pub fn fill(&self, kept: &Kept) -> String {
        kept.iter()
            .fold(self.0.clone(), |text, (name, value)| text.replace(&format!("{{{name}}}"), &encoded(value)))
    }

    /// Where this path is at `entry`, of which host, port and scheme stay.
    pub fn at(&self, entry: &Url, kept: &Kept) -> Url {
        let filled = self.fill(kept);
        let (path, query) = match filled.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (filled.as_str(), None),
        };
        let mut url = entry.clone();
        url.set_path(path);
        url.set_query(query);
        url.set_fragment(None);
        url
    }
}

impl Default for RequestPath {
    fn default() -> Self {
        Self::root()
    }
}

#[cfg(test)]
impl From<&str> for RequestPath {
    fn from(text: &str) -> Self {
        Self::parse(text).unwrap_or_else(|error| panic!("{}", error.render(workshop_text::Lang::En)))
    }
}

impl<'de> Deserialize<'de> for RequestPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        refused::read(deserializer, Self::parse)
    }
}

/// The name of a header, in small letters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Header(String);

impl Header {
    /// In small letters.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Header {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        refused::read(deserializer, |text| match reqwest::header::HeaderName::from_bytes(text.as_bytes()) {
            Ok(name) => Ok(Self(name.as_str().to_owned())),
            Err(_) => Err(Text::new("rule-header").with("header", text)),
        })
    }
}

/// For `deserialize_with`: headers that a lesson may send, none of them the client's own.
pub(super) fn own_headers<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<Header, String>, D::Error> {
    let headers = BTreeMap::<Header, String>::deserialize(deserializer)?;
    match headers.keys().find(|header| OWN_HEADERS.contains(&header.as_str())) {
        Some(header) => Err(refused::error(Text::new("rule-header").with("header", header.as_str()))),
        None => Ok(headers),
    }
}

/// For `deserialize_with`: a method that a lesson may use.
pub fn method<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let known = || METHODS.map(str::to_owned).to_vec();
    refused::read(deserializer, |text| match METHODS.contains(&text) {
        true => Ok(text.to_owned()),
        false => Err(Text::new("rule-method").with("method", text).with("known", known())),
    })
}

/// For `deserialize_with`: the name of a header that a lesson may set.
pub fn header<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    refused::read(deserializer, |text| {
        let is_name = reqwest::header::HeaderName::from_bytes(text.as_bytes()).is_ok();
        match is_name && !OWN_HEADERS.contains(&text.to_ascii_lowercase().as_str()) {
            true => Ok(text.to_owned()),
            false => Err(Text::new("rule-header").with("header", text)),
        }
    })
}

/// For `deserialize_with`: values of a header.
pub(crate) fn header_values<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    refused::read_all(deserializer, |text| match reqwest::header::HeaderValue::from_str(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err(Text::new("rule-header-value").with("value", text)),
    })
}

/// Everything but letters, digits and `-._~` as `%XX`.
fn encoded(value: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let one = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    value.bytes().map(one).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_could_lead_elsewhere_is_no_path() {
        for bad in [
            "",
            "x",
            "@127.0.0.9:19999/x",
            "//host/x",
            "/\\host",
            "\\\\host\\x",
            "http://host/",
            ":80/x",
            "?x",
            "#x",
            "/a#b",
            "/a b",
            "/a\r\nHost: x",
            "/a\tb",
            "/../x",
            "/a/..",
            "/a/%2e%2E/b",
            "/.",
            "/a\u{200b}",
            "{link}",
            "/a\u{202e}b",
        ] {
            assert!(RequestPath::parse(bad).is_err(), "{bad:?}");
        }
        for good in ["/", "/@user", "/a/b?c=//d&e=..", "/{code}", "/한글", "/a//b", "/a..b/.well-known"] {
            RequestPath::parse(good).unwrap_or_else(|error| panic!("{good}: {error:?}"));
        }
    }

    #[test]
    fn what_was_kept_stays_in_its_place() {
        let entry: Url = "http://127.0.0.1:8080".parse().unwrap();
        let kept = Kept::from([
            ("id".to_owned(), "@evil:1/x?y=1#z\r\n".to_owned()),
            ("n".to_owned(), "3".to_owned()),
        ]);
        let at = |path: &str| RequestPath::from(path).at(&entry, &kept).to_string();
        assert_eq!(at("/a/{id}"), "http://127.0.0.1:8080/a/%40evil%3A1%2Fx%3Fy%3D1%23z%0D%0A");
        assert_eq!(
            at("/{id}?q={id}&n={n}"),
            "http://127.0.0.1:8080/%40evil%3A1%2Fx%3Fy%3D1%23z%0D%0A?q=%40evil%3A1%2Fx%3Fy%3D1%23z%0D%0A&n=3"
        );
        assert_eq!(at("/api?page={n}"), "http://127.0.0.1:8080/api?page=3");
    }

    proptest! {
        #[test]
        fn no_path_leaves_the_entry(path in "\\PC{0,40}|[/@:.?#\\\\a%2e{}]{0,30}", value in any::<String>()) {
            for entry in ["http://127.0.0.1:8080", "http://[::1]:3004"] {
                let entry: Url = entry.parse().unwrap();
                let kept = Kept::from([("a".to_owned(), value.clone())]);
                for path in [path.clone(), format!("/{path}"), format!("/{path}{{a}}"), "/{a}".to_owned()] {
                    let Ok(path) = RequestPath::parse(&path) else { continue };
                    let url = path.at(&entry, &kept);
                    prop_assert_eq!(url.origin(), entry.origin());
                    prop_assert!(url.username().is_empty() && url.password().is_none() && url.fragment().is_none());
                    // As a client reads it once more.
                    let again: Url = url.as_str().parse().unwrap();
                    prop_assert_eq!(again.origin(), entry.origin());
                }
            }
        }
    }
}
