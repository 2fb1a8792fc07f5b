//! `wget` and `curl`, as far as one asks a replica from inside for itself: [`Request`].

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Tool {
    Wget,
    Curl,
}

/// One request that a replica sends to itself, and what is shown of the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Request {
    pub tool: Tool,
    pub method: String,
    /// The container's port.
    pub port: u16,
    /// As it stands in the URL.
    pub host: String,
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub shows_body: bool,
    pub shows_head: bool,
    /// A status of 400 and more is an error.
    pub fails: bool,
    /// What is wrong is said.
    pub speaks: bool,
    pub follows: bool,
    pub seconds: Option<u64>,
}

/// What an option of the two means.
enum Meaning {
    Nothing,
    /// Its value says nothing.
    Value,
    Quiet,
    Output,
    Spider,
    Method,
    Header,
    Seconds,
    Fail,
    ShowHead,
    HeadOnly,
    Follow,
    ShowErrors,
}

impl Request {
    /// Reads a command line; none for one that asks somebody else, does more, or writes a file.
    pub(crate) fn read(words: &[String]) -> Option<Self> {
        let (tool, args) = words.split_first()?;
        let tool = match tool.rsplit('/').next()? {
            "wget" => Tool::Wget,
            "curl" => Tool::Curl,
            _ => return None,
        };
        let mut request = Self {
            tool,
            method: "GET".to_owned(),
            port: 80,
            host: String::new(),
            path: String::new(),
            headers: Vec::new(),
            shows_body: tool == Tool::Curl,
            shows_head: false,
            fails: tool == Tool::Wget,
            speaks: true,
            follows: tool == Tool::Wget,
            seconds: None,
        };
        let mut args = args.iter().map(String::as_str);
        while let Some(word) = args.next() {
            if let Some(long) = word.strip_prefix("--") {
                let (name, value) =
                    long.split_once('=').map_or((long, None), |(name, value)| (name, Some(value)));
                let meaning = long_option(tool, name)?;
                request.apply(&meaning, value, &mut args)?;
            } else if let Some(letters) = word.strip_prefix('-').filter(|letters| !letters.is_empty()) {
                request.short(tool, letters, &mut args)?;
            } else if request.host.is_empty() {
                request.aim_at_itself(word)?;
            } else {
                return None;
            }
        }
        (!request.host.is_empty()).then_some(request)
    }

    /// `-qO-`, `-sf`, `-m5`: letters in one word, the last of which may have its value with it.
    fn short<'w>(
        &mut self,
        tool: Tool,
        letters: &'w str,
        args: &mut impl Iterator<Item = &'w str>,
    ) -> Option<()> {
        if tool == Tool::Wget && letters == "nv" {
            return Some(());
        }
        for (at, letter) in letters.char_indices() {
            let meaning = short_option(tool, letter)?;
            let rest = &letters[at + letter.len_utf8()..];
            if takes_value(&meaning) {
                return self.apply(&meaning, Some(rest).filter(|rest| !rest.is_empty()), args);
            }
            self.apply(&meaning, None, args)?;
        }
        Some(())
    }

    fn apply<'w>(
        &mut self,
        meaning: &Meaning,
        given: Option<&'w str>,
        args: &mut impl Iterator<Item = &'w str>,
    ) -> Option<()> {
        let value = match takes_value(meaning) {
            true => given.or_else(|| args.next())?,
            false if given.is_some() => return None,
            false => "",
        };
        match meaning {
            Meaning::Nothing | Meaning::Value => {}
            Meaning::Quiet => self.speaks = false,
            Meaning::ShowErrors => self.speaks = true,
            Meaning::Output => match value {
                "-" => self.shows_body = true,
                "/dev/null" => self.shows_body = false,
                _ => return None,
            },
            Meaning::Spider => {
                self.method = "HEAD".to_owned();
                self.shows_body = false;
            }
            Meaning::Method => {
                let known = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"];
                self.method = known.iter().find(|known| **known == value).map(|known| (*known).to_owned())?;
            }
            Meaning::Header => {
                let (name, value) = value.split_once(':')?;
                let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
                let is_name = !name.is_empty() && name.bytes().all(plain);
                if !is_name || value.bytes().any(|byte| byte < b' ' || byte == 0x7f) {
                    return None;
                }
                self.headers.push((name.to_owned(), value.trim().to_owned()));
            }
            Meaning::Seconds => {
                self.seconds = Some(value.parse::<f64>().ok().filter(|s| *s >= 0.0)?.ceil() as u64)
            }
            Meaning::Fail => self.fails = true,
            Meaning::ShowHead => self.shows_head = true,
            Meaning::HeadOnly => {
                self.method = "HEAD".to_owned();
                self.shows_head = true;
            }
            Meaning::Follow => self.follows = true,
        }
        Some(())
    }

    /// `http://localhost:8080/path`, with or without its scheme, port and path.
    fn aim_at_itself(&mut self, url: &str) -> Option<()> {
        let rest = url.strip_prefix("http://").unwrap_or(url);
        let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let (host, port) = authority
            .rsplit_once(':')
            .filter(|(host, _)| !host.ends_with(':'))
            .map_or((authority, Some(80)), |(host, port)| (host, port.parse().ok()));
        let itself = matches!(host, "localhost" | "127.0.0.1" | "0.0.0.0" | "[::1]");
        self.port = port.filter(|_| itself)?;
        self.host = authority.to_owned();
        let path = path.split('#').next().unwrap_or_default();
        if !path.bytes().all(|byte| (0x21..0x7f).contains(&byte)) {
            return None;
        }
        self.path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        Some(())
    }
}

const fn takes_value(meaning: &Meaning) -> bool {
    matches!(meaning, Meaning::Value | Meaning::Output | Meaning::Method | Meaning::Header | Meaning::Seconds)
}

fn short_option(tool: Tool, letter: char) -> Option<Meaning> {
    Some(match (tool, letter) {
        (Tool::Wget, 'q') => Meaning::Quiet,
        (_, 'O') if tool == Tool::Wget => Meaning::Output,
        (Tool::Wget, 'S') => Meaning::Nothing,
        (Tool::Wget, 'T') => Meaning::Seconds,
        (Tool::Wget, 't' | 'Y' | 'U') => Meaning::Value,
        (Tool::Curl, 's') => Meaning::Quiet,
        (Tool::Curl, 'S') => Meaning::ShowErrors,
        (Tool::Curl, 'f') => Meaning::Fail,
        (Tool::Curl, 'i') => Meaning::ShowHead,
        (Tool::Curl, 'I') => Meaning::HeadOnly,
        (Tool::Curl, 'L') => Meaning::Follow,
        (Tool::Curl, 'o') => Meaning::Output,
        (Tool::Curl, 'X') => Meaning::Method,
        (Tool::Curl, 'H') => Meaning::Header,
        (Tool::Curl, 'm') => Meaning::Seconds,
        (Tool::Curl, 'A') => Meaning::Value,
        (Tool::Curl, 'g' | 'k' | 'N' | '4') => Meaning::Nothing,
        _ => return None,
    })
}

fn long_option(tool: Tool, name: &str) -> Option<Meaning> {
    Some(match (tool, name) {
        (Tool::Wget, "quiet") | (Tool::Curl, "silent") => Meaning::Quiet,
        (Tool::Wget, "output-document") | (Tool::Curl, "output") => Meaning::Output,
        (Tool::Wget, "spider") => Meaning::Spider,
        (Tool::Wget, "no-verbose" | "server-response" | "no-check-certificate") => Meaning::Nothing,
        (Tool::Wget, "tries") => Meaning::Value,
        (Tool::Wget, "timeout") | (Tool::Curl, "max-time" | "connect-timeout") => Meaning::Seconds,
        (_, "header") => Meaning::Header,
        (Tool::Wget, "method") | (Tool::Curl, "request") => Meaning::Method,
        (Tool::Curl, "show-error") => Meaning::ShowErrors,
        (Tool::Curl, "fail") => Meaning::Fail,
        (Tool::Curl, "include") => Meaning::ShowHead,
        (Tool::Curl, "head") => Meaning::HeadOnly,
        (Tool::Curl, "location") => Meaning::Follow,
        (Tool::Curl, "retry") => Meaning::Value,
        (
            Tool::Curl,
            "globoff" | "insecure" | "no-buffer" | "ipv4" | "no-progress-meter" | "retry-connrefused",
        ) => Meaning::Nothing,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(line: &str) -> Option<Request> {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        Request::read(&words)
    }

    #[test]
    fn common_flags_are_read_as_the_two_read_them() {
        let wget = read("wget -qO- http://127.0.0.1/nginx-status").unwrap();
        assert!(wget.shows_body && wget.fails && !wget.speaks && wget.follows);
        assert_eq!((wget.port, wget.path.as_str(), wget.method.as_str()), (80, "/nginx-status", "GET"));
        let quiet = read("wget -q -O /dev/null http://localhost:8080/health?x=1").unwrap();
        assert_eq!((quiet.shows_body, quiet.port, quiet.path.as_str()), (false, 8080, "/health?x=1"));
        assert_eq!(read("wget --spider --quiet --tries=1 http://127.0.0.1/").unwrap().method, "HEAD");
        let curl = read("curl -sfi -m5 -H X-A:b localhost/nginx-health").unwrap();
        assert!(curl.shows_body && curl.shows_head && curl.fails && !curl.speaks && !curl.follows);
        assert_eq!((curl.seconds, curl.headers), (Some(5), vec![("X-A".to_owned(), "b".to_owned())]));
        assert!(!read("curl localhost").unwrap().fails);
        assert_eq!(read("curl -o /dev/null -X POST localhost?q").unwrap().path, "/?q");
    }

    #[test]
    fn what_does_more_is_none() {
        for line in [
            "curl http://backend:8080/",
            "wget http://localhost@example.org/",
            "wget http://localhost:80:90/",
            "wget -O /tmp/x http://localhost/",
            "wget -i list http://localhost/",
            "curl -K file localhost",
            "curl -d @/etc/passwd localhost",
            "curl file:///etc/passwd",
            "curl localhost 127.0.0.1",
            "curl",
            "pgrep nginx",
            "wget -q http://localhost/ && echo yes",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }

    proptest! {
        #[test]
        fn no_line_asks_anybody_else(args in proptest::collection::vec("-{0,2}[a-zA-Z=]{0,8}|http://[a-z@:./]{0,20}|localhost[a-z@:/.?#]{0,12}|127.0.0.1[:/0-9]{0,8}", 0..5), wget in any::<bool>()) {
            let mut words = vec![if wget { "wget".to_owned() } else { "curl".to_owned() }];
            words.extend(args);
            if let Some(request) = Request::read(&words) {
                let host = request.host.split(':').next().unwrap_or_default();
                prop_assert!(["localhost", "127.0.0.1", "0.0.0.0"].contains(&host), "{request:?}");
                prop_assert!(request.path.starts_with('/'));
            }
        }
    }
}
