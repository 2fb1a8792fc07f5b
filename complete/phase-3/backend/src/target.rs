//! Where a short link may lead: [`Target`].

use url::Url;

/// The longest target, as it goes into a `Location` header.
const LONGEST: usize = 2048;

/// An http or https URL that is safe to redirect to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target(String);

/// Why a text is no target; each says it to whoever sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    #[error("originalUrl is empty")]
    Empty,
    #[error("originalUrl must not be longer than 2048 characters, those outside ASCII percent-encoded")]
    TooLong,
    #[error("originalUrl must not contain spaces, control characters or backslashes")]
    Characters,
    #[error("originalUrl must begin with http:// or https://")]
    Scheme,
    #[error("originalUrl names no host, or none that can exist")]
    Host,
    #[error("originalUrl must not contain a user name or password")]
    Credentials,
    #[error("originalUrl is not a URL")]
    Unreadable,
    #[error("originalUrl leads back to this service: a redirect to itself would never end")]
    Itself,
}

impl Target {
    /// Reads a target. `public` is what short links begin with, where that is
    /// known; what leads there is refused.
    pub fn parse(text: &str, public: Option<&Url>) -> Result<Self, TargetError> {
        if text.is_empty() {
            return Err(TargetError::Empty);
        }
        if text.len() > LONGEST {
            return Err(TargetError::TooLong);
        }
        // A reader of URLs drops or bends these, each its own way.
        if text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
            return Err(TargetError::Characters);
        }
        let rest = ["http://", "https://"].iter().find_map(|scheme| {
            let (head, rest) = text.split_at_checked(scheme.len())?;
            head.eq_ignore_ascii_case(scheme).then_some(rest)
        });
        let rest = rest.ok_or(TargetError::Scheme)?;
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if authority.contains('@') {
            return Err(TargetError::Credentials);
        }
        if authority.is_empty() {
            return Err(TargetError::Host);
        }
        let url = Url::parse(text).map_err(|error| match error {
            url::ParseError::InvalidPort => TargetError::Unreadable,
            _ => TargetError::Host,
        })?;
        if url.as_str().len() > LONGEST {
            return Err(TargetError::TooLong);
        }
        if public.is_some_and(|public| is_below(&url, public)) {
            return Err(TargetError::Itself);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The target as a `Location` header takes it: ASCII alone.
pub fn location(target: &str) -> String {
    if target.bytes().all(|byte| byte.is_ascii_graphic()) {
        return target.to_owned();
    }
    Url::parse(target).map_or_else(|_| String::new(), String::from)
}

/// Whether `url` leads to a path of the server that `public` names, by either
/// scheme.
fn is_below(url: &Url, public: &Url) -> bool {
    let host = |url: &Url| url.host_str().map(|host| host.trim_end_matches('.').to_owned());
    host(url) == host(public) && url.port() == public.port() && url.path().starts_with(public.path())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(text: &str) -> Result<(), TargetError> {
        let public = Url::parse("http://sho.rt:3004").unwrap();
        Target::parse(text, Some(&public)).map(|target| assert_eq!(target.as_str(), text))
    }

    #[test]
    fn http_and_https_alone() {
        for text in [
            "http://example.com",
            "HTTPS://EXAMPLE.com:8443/a?b=c#d",
            "http://127.0.0.1/",
            "http://[::1]:80/x",
            "https://위키.한국/대문?q=가@나",
        ] {
            assert_eq!(outcome(text), Ok(()), "{text}");
        }
        for text in ["example.com", "ftp://a", "javascript:alert(1)", "//a", "http:a", "http:/a", "htt가://a"]
        {
            assert_eq!(outcome(text), Err(TargetError::Scheme), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let long = format!("http://a/{}", "x".repeat(2040));
        let wide = format!("http://a/{}", "가".repeat(300));
        for (text, error) in [
            ("", TargetError::Empty),
            (long.as_str(), TargetError::TooLong),
            (wide.as_str(), TargetError::TooLong),
            ("http://a/\r\nSet-Cookie: x", TargetError::Characters),
            ("http://a/\u{0}", TargetError::Characters),
            ("http://a b/", TargetError::Characters),
            ("http:\\\\a", TargetError::Characters),
            ("http://", TargetError::Host),
            ("http:///path", TargetError::Host),
            ("http://?q", TargetError::Host),
            ("http://a:b@c/", TargetError::Credentials),
            ("http://@c/", TargetError::Credentials),
            ("http://a:99999/", TargetError::Unreadable),
            ("http://[::1/", TargetError::Host),
        ] {
            assert_eq!(outcome(text), Err(error), "{text:?}");
        }
        assert_eq!(outcome(&format!("http://a/{}", "x".repeat(2039))), Ok(()));
    }

    #[test]
    fn a_loop_is_refused() {
        for text in ["http://sho.rt:3004/abc", "https://SHO.RT.:3004", "http://sho.rt:3004/?x"] {
            assert_eq!(outcome(text), Err(TargetError::Itself), "{text}");
        }
        for text in ["http://sho.rt/abc", "http://sho.rt:3005/", "http://www.sho.rt:3004/"] {
            assert_eq!(outcome(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn a_location_is_ascii() {
        assert_eq!(location("http://a.b/c?d#e"), "http://a.b/c?d#e");
        assert_eq!(location("http://위키.한국/가"), "http://xn--9q5b29o.xn--3e0b707e/%EA%B0%80");
    }
}
