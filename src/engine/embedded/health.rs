//! A service's health check as this engine asks it: the service's own program with other
//! arguments, or a GET where the file calls `wget` or `curl`.

use super::programs::{Kind, Program};
use super::wire::{Health, HealthTest};
use crate::stack::Span;
use crate::stack::compose::{Healthcheck, Service};

/// The check, if the service has one; else what of it needs a container.
pub fn of(service: &Service, program: &Program) -> Result<Option<Health>, (Span, String)> {
    let Healthcheck::Present(probe) = &service.healthcheck else { return Ok(None) };
    let words: Vec<&str> = probe.test.iter().map(String::as_str).collect();
    if words.is_empty() {
        // The image's own with other numbers; none of the images here has one.
        return Ok(None);
    }
    let words = if probe.shell { without_exit(&words) } else { &words[..] };
    let needs_docker = || (probe.span, format!("healthcheck: {}", probe.test.join(" ")));
    let test = match &program.kind {
        Kind::Plain(plain) => match words {
            [path, rest @ ..] if *path == plain.path && !probe.shell => {
                HealthTest::Program(rest.iter().map(|word| (*word).to_owned()).collect())
            }
            // An image with nothing but the program in it has no shell and no `curl`.
            _ => HealthTest::Never,
        },
        Kind::Front => request(words).ok_or_else(needs_docker)?,
    };
    Ok(Some(Health {
        test,
        interval: probe.interval,
        timeout: probe.timeout,
        retries: probe.retries,
        start_period: probe.start_period,
    }))
}

/// `… || exit 1` says in a shell what the exit code says anyway.
fn without_exit<'w, 's>(words: &'w [&'s str]) -> &'w [&'s str] {
    match words {
        [rest @ .., "||", "exit", "1"] | [rest @ .., "||", "false"] => rest,
        words => words,
    }
}

/// The GET that `wget` or `curl` sends to the container itself; none for a line that does more.
fn request(words: &[&str]) -> Option<HealthTest> {
    let (tool, rest) = words.split_first()?;
    let more = |word: &&str| matches!(*word, "&&" | "||" | "|" | ";" | "&");
    if !matches!(*tool, "wget" | "curl") || rest.iter().any(more) {
        return None;
    }
    rest.iter().find_map(|word| to_itself(word))
}

/// `http://localhost:8080/path`, with or without its scheme, port and path.
fn to_itself(url: &str) -> Option<HealthTest> {
    let rest = url.strip_prefix("http://").unwrap_or(url);
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (host, port) =
        host.rsplit_once(':').map_or((host, Some(80)), |(host, port)| (host, port.parse().ok()));
    let path = if path.is_empty() { "/" } else { path };
    let itself = matches!(host, "localhost" | "127.0.0.1" | "0.0.0.0" | "[::1]");
    Some(HealthTest::Http { port: port.filter(|_| itself)?, path: path.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wget_and_curl_are_a_request_to_itself() {
        let of = |line: &str| {
            let words: Vec<&str> = line.split(' ').collect();
            request(without_exit(&words))
        };
        let http = |port, path: &str| Some(HealthTest::Http { port, path: path.into() });
        assert_eq!(of("wget -qO- http://localhost/ || exit 1"), http(80, "/"));
        assert_eq!(of("wget --spider -q http://127.0.0.1:8080/health?x=1"), http(8080, "/health?x=1"));
        assert_eq!(of("curl -f localhost/nginx-health"), http(80, "/nginx-health"));
        assert_eq!(of("curl -f http://backend:8080/"), None);
        assert_eq!(of("pgrep nginx"), None);
        assert_eq!(of("wget -q http://localhost/ && echo yes"), None);
    }
}
