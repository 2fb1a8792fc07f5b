//! [`Request`]: the bytes that are sent, made once; only what differs from request to request is
//! filled in each time.

use std::cell::Cell;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use percent_encoding::percent_decode_str;
use reqwest::Url;

use crate::error::LoadError;
use crate::plan::Plan;
use crate::template::Template;

/// What every request of a run is made of.
#[derive(Clone, Debug)]
pub(super) struct Request {
    head: Template,
    body: Option<Template>,
    /// The head's last line is to be the body's length.
    measured: bool,
    counts: bool,
    /// The whole, where every request is the same.
    constant: Option<Arc<[u8]>>,
    /// Numbers handed out, by all threads.
    number: Arc<AtomicU64>,
    pub head_only: bool,
    /// It may be sent again where it is not known whether it has arrived (RFC 9110, 9.2.2).
    pub idempotent: bool,
}

impl Request {
    /// The request of `plan` to `url`.
    ///
    /// # Errors
    /// The method or a header cannot be sent.
    pub(super) fn new(plan: &Plan, url: &Url) -> Result<Self, LoadError> {
        let method = plan.method.as_str();
        if method.is_empty() || !method.bytes().all(is_token) {
            return Err(LoadError::Request { key: "load-method", given: method.to_owned() });
        }
        let given = |name: &str| plan.headers.iter().any(|(header, _)| header.eq_ignore_ascii_case(name));
        let mut head = format!("{method} {} HTTP/1.1\r\n", path_of(url));
        if !given("host") {
            head += &format!("Host: {}\r\n", host_of(url));
        }
        if !given("user-agent") {
            head += "User-Agent: workshop-load\r\n";
        }
        if !given("connection") && !plan.keep_alive {
            head += "Connection: close\r\n";
        }
        if let Some(credentials) = credentials(url).filter(|_| !given("authorization")) {
            head += &format!("Authorization: Basic {credentials}\r\n");
        }
        for (name, value) in &plan.headers {
            if name.is_empty() || !name.bytes().all(is_token) || value.bytes().any(breaks_a_line) {
                return Err(LoadError::Request { key: "load-header", given: format!("{name}: {value}") });
            }
            head += &format!("{name}: {value}\r\n");
        }
        let measured = plan.body.is_some() && !given("content-length");
        let head = Template::new(head);
        let counts = head.counts() || plan.body.as_ref().is_some_and(Template::counts);
        let constant = head.is_constant() && plan.body.as_ref().is_none_or(Template::is_constant);
        let mut request = Self {
            head,
            body: plan.body.clone(),
            measured,
            counts,
            constant: None,
            number: Arc::new(AtomicU64::new(0)),
            head_only: method == "HEAD",
            idempotent: matches!(method, "GET" | "HEAD" | "OPTIONS" | "TRACE" | "PUT" | "DELETE"),
        };
        if constant {
            let mut bytes = Vec::new();
            request.fill(&mut bytes, &mut Vec::new(), 0, &Random::new());
            request.constant = Some(bytes.into());
        }
        Ok(request)
    }

    pub(super) const fn constant(&self) -> Option<&Arc<[u8]>> {
        self.constant.as_ref()
    }

    /// The number of the next request; 0 where none is asked for.
    pub(super) fn number(&self) -> u64 {
        if self.counts { self.number.fetch_add(1, Ordering::Relaxed) + 1 } else { 0 }
    }

    /// Request `number`, in place of what `out` held. `body` is scratch space.
    pub(super) fn fill(&self, out: &mut Vec<u8>, body: &mut Vec<u8>, number: u64, random: &Random) {
        out.clear();
        self.head.render(out, number, &mut || random.next());
        body.clear();
        if let Some(template) = &self.body {
            template.render(body, number, &mut || random.next());
        }
        if self.measured {
            // Writing to a vector cannot fail.
            let _ = write!(out, "Content-Length: {}\r\n", body.len());
        }
        out.extend_from_slice(b"\r\n");
        out.extend_from_slice(body);
    }
}

/// Path and query as they are sent, with the variables as they were typed.
fn path_of(url: &Url) -> String {
    let path = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    path.replace("%7B", "{").replace("%7D", "}")
}

fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// User and password of a URL, as HTTP's basic authentication takes them (RFC 7617).
fn credentials(url: &Url) -> Option<String> {
    let (user, password) = (url.username(), url.password());
    if user.is_empty() && password.is_none() {
        return None;
    }
    let decoded = |text| percent_decode_str(text).collect::<Vec<u8>>();
    Some(BASE64.encode([decoded(user), vec![b':'], decoded(password.unwrap_or_default())].concat()))
}

const fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^'..=b'`' | b'|' | b'~')
}

const fn breaks_a_line(byte: u8) -> bool {
    (byte < b' ' && byte != b'\t') || byte == 0x7f
}

/// Numbers that differ, for `{random}`: xorshift64*, by G. Marsaglia and S. Vigna.
pub(super) struct Random {
    state: Cell<u64>,
}

impl Random {
    pub(super) fn new() -> Self {
        use std::hash::{BuildHasher, RandomState};
        Self { state: Cell::new(RandomState::new().hash_one(0) | 1) }
    }

    fn next(&self) -> u64 {
        let mut x = self.state.get();
        x ^= x >> 12;
        x ^= x << 25;
        x ^= x >> 27;
        self.state.set(x);
        x.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::plan::Load;

    fn plan(url: &str) -> Plan {
        Plan::get(url, Load::Closed { connections: 1 }, Duration::from_secs(1))
    }

    fn sent(plan: &Plan, times: usize) -> Vec<String> {
        let url = crate::target::parse(&plan.url).unwrap();
        let request = Request::new(plan, &url).unwrap();
        let (mut out, mut body, random) = (Vec::new(), Vec::new(), Random::new());
        let one = |_| {
            request.fill(&mut out, &mut body, request.number(), &random);
            String::from_utf8(out.clone()).unwrap()
        };
        (0..times).map(one).collect()
    }

    #[test]
    fn a_get_is_short() {
        let wanted = "GET /a?b=c HTTP/1.1\r\nHost: localhost:3004\r\nUser-Agent: workshop-load\r\n\r\n";
        assert_eq!(sent(&plan("localhost:3004/a?b=c#d"), 2), [wanted, wanted]);
        let close = Plan { keep_alive: false, ..plan("[::1]/") };
        assert!(sent(&close, 1)[0].contains("Host: [::1]\r\n"));
        assert!(sent(&close, 1)[0].contains("Connection: close\r\n"));
    }

    #[test]
    fn variables_are_filled_in_everywhere_and_the_length_follows() {
        let mut plan = plan("localhost/{counter}?q={random}");
        plan.method = "POST".to_owned();
        plan.headers = vec![("X-Number".to_owned(), "n{counter}".to_owned())];
        plan.body = Some(Template::new("{\"n\":{counter}}"));
        let all = sent(&plan, 10);
        assert!(all[0].starts_with("POST /1?q="), "{}", all[0]);
        assert!(all[0].ends_with("X-Number: n1\r\nContent-Length: 7\r\n\r\n{\"n\":1}"), "{}", all[0]);
        assert!(all[9].ends_with("X-Number: n10\r\nContent-Length: 8\r\n\r\n{\"n\":10}"), "{}", all[9]);
        assert_ne!(all[0][..30], all[1][..30]);
    }

    #[test]
    fn own_headers_take_the_place_of_ours() {
        let mut plan = plan("localhost/");
        plan.headers =
            vec![("host".to_owned(), "example.com".to_owned()), ("USER-AGENT".to_owned(), "me".to_owned())];
        assert_eq!(sent(&plan, 1), ["GET / HTTP/1.1\r\nhost: example.com\r\nUSER-AGENT: me\r\n\r\n"]);
    }

    #[test]
    fn a_urls_user_and_password_are_sent() {
        let one = &sent(&plan("http://mina:p%40ss@localhost/"), 1)[0];
        assert!(one.contains("Authorization: Basic bWluYTpwQHNz\r\n"), "{one}");
        assert!(one.contains("Host: localhost\r\n"), "{one}");
        let mut own = plan("http://u:p@localhost/");
        own.headers = vec![("authorization".to_owned(), "Bearer x".to_owned())];
        assert!(!sent(&own, 1)[0].contains("Basic"));
    }

    #[test]
    fn nothing_can_be_smuggled_in() {
        let url = crate::target::parse("localhost/").unwrap();
        for (name, value) in [("X", "a\r\nB: c"), ("X Y", "a"), ("", "a"), ("X", "a\0"), ("X:", "a")] {
            let mut plan = plan("localhost/");
            plan.headers = vec![(name.to_owned(), value.to_owned())];
            assert!(Request::new(&plan, &url).is_err(), "{name:?}: {value:?}");
        }
        for method in ["", "GET /", "G\r\n"] {
            let plan = Plan { method: method.to_owned(), ..plan("localhost/") };
            assert!(Request::new(&plan, &url).is_err(), "{method:?}");
        }
    }
}
