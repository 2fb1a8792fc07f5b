//! A service's health check as this engine asks it: a command inside the replica, with what a shell's
//! line may add to it: variables, `| grep -q WORD`, and `|| exit 1`.

use std::collections::BTreeMap;

use crate::embedded::inside::{self, Setting};
use crate::embedded::programs::{Program, ProgramKind};
use crate::embedded::wire::{HealthCheck, HealthTest};
use workshop_stack::Span;
use workshop_stack::compose::{Healthcheck, Probe, Service};

/// The check, if the service has one; else what of it needs a container.
pub(super) fn of(
    service: &Service,
    program: &Program,
    setting: &Setting<'_>,
    env: &BTreeMap<String, String>,
) -> Result<Option<HealthCheck>, (Span, String)> {
    let Healthcheck::Present(probe) = &service.healthcheck else { return Ok(None) };
    if probe.test.is_empty() {
        // The image's own with other numbers; none of the images here has one.
        return Ok(None);
    }
    let test = match (test(program, setting, probe, env), &program.kind) {
        (Some(test), _) => test,
        // An image with nothing but the program in it has no shell and no `curl`.
        (None, ProgramKind::Plain(_)) => HealthTest::Never,
        (None, _) => return Err((probe.span, format!("healthcheck: {}", probe.test.join(" ")))),
    };
    Ok(Some(HealthCheck {
        test,
        interval: probe.interval,
        timeout: probe.timeout,
        retries: probe.retries,
        start_period: probe.start_period,
    }))
}

fn test(
    program: &Program,
    setting: &Setting<'_>,
    probe: &Probe,
    env: &BTreeMap<String, String>,
) -> Option<HealthTest> {
    let (words, says) = match probe.shell {
        true if matches!(program.kind, ProgramKind::Plain(_)) => return None,
        true => line(&probe.test, env)?,
        false => (probe.test.clone(), None),
    };
    let command = inside::understand(program, setting, &words)?;
    Some(HealthTest::Command { command, says })
}

/// The command of a shell's line, and what has to be in its output; none for a line that does more.
fn line(words: &[String], env: &BTreeMap<String, String>) -> Option<(Vec<String>, Option<String>)> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    // That a failure is one, the exit code says anyway.
    let words = match words.as_slice() {
        [rest @ .., "||", "exit", "1"] | [rest @ .., "||", "false"] => rest,
        words => words,
    };
    let (words, says) = match without_redirections(words) {
        words if !words.contains(&"|") => (words, None),
        words => match words.as_slice() {
            [rest @ .., "|", "grep", "-q", word] | [rest @ .., "|", "grep", word] if is_text(word) => {
                (rest.to_vec(), Some((*word).to_owned()))
            }
            _ => return None,
        },
    };
    // A shell would see more than one command in these, unless they were quoted; then they are refused too.
    let more = |word: &&str| word.contains(['>', '<', '`', ';', '|', '&', '(', ')', '\n']);
    if words.iter().any(more) {
        return None;
    }
    let words = words.into_iter().map(|word| expanded(word, env)).collect::<Option<Vec<_>>>()?;
    Some((words, says))
}

/// Output that nobody reads may go anywhere.
fn without_redirections<'s>(words: &[&'s str]) -> Vec<&'s str> {
    let nowhere = [">/dev/null", "1>/dev/null", "2>/dev/null", "&>/dev/null", "2>&1"];
    let mut kept = Vec::new();
    let mut rest = words.iter().copied();
    while let Some(word) = rest.next() {
        let mut ahead = rest.clone();
        if matches!(word, ">" | "2>" | "1>" | "&>") && ahead.next() == Some("/dev/null") {
            rest = ahead;
        } else if !nowhere.contains(&word) {
            kept.push(word);
        }
    }
    kept
}

/// A pattern of `grep` that means its own letters.
fn is_text(word: &str) -> bool {
    !word.starts_with('-') && !word.contains(['^', '$', '*', '[', ']', '.', '\\', '|', '(', ')'])
}

/// A word with its variables in their place; none where a shell would do more with it.
fn expanded(word: &str, env: &BTreeMap<String, String>) -> Option<String> {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let mut out = String::new();
    let mut rest = word;
    while let Some((before, behind)) = rest.split_once('$') {
        out.push_str(before);
        let (name, after) = match behind.strip_prefix('{') {
            Some(braced) => braced.split_once('}')?,
            None => behind.split_at(behind.bytes().position(|byte| !is_name(byte)).unwrap_or(behind.len())),
        };
        if name.is_empty() || !name.bytes().all(is_name) {
            return None;
        }
        out.push_str(env.get(name).map_or("", String::as_str));
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::embedded::inside::Inside;

    fn read(text: &str) -> Option<(Vec<String>, Option<String>)> {
        let words: Vec<String> = shlex::split(text)?;
        line(&words, &BTreeMap::from([("PW".to_owned(), "a b".to_owned())]))
    }

    fn of_line(program: &str, text: &str) -> Option<HealthTest> {
        let (words, says) = read(text)?;
        let program = Program::find(program).expect("a program");
        let command = inside::understand(program, &Setting { service: "x", args: &[], own: None }, &words)?;
        Some(HealthTest::Command { command, says })
    }

    #[test]
    fn a_shells_line_is_one_command() {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            read("redis-cli -a \"$PW\" ping | grep -q PONG || exit 1"),
            Some((words(&["redis-cli", "-a", "a b", "ping"]), Some("PONG".to_owned())))
        );
        assert_eq!(
            read("mysqladmin ping -p${PW}x >/dev/null 2>&1"),
            Some((words(&["mysqladmin", "ping", "-pa bx"]), None))
        );
        assert_eq!(
            read("curl -f localhost > /dev/null || false"),
            Some((words(&["curl", "-f", "localhost"]), None))
        );
        for more in [
            "a && b",
            "a ; b",
            "a; b",
            "a&b",
            "a|b",
            "a | sort",
            "a | grep -c x",
            "a | grep ^x",
            "a $(b)",
            "a `b`",
            "a > file",
            "a < file",
            "a ${PW:-x}",
            "a || b",
        ] {
            assert_eq!(read(more), None, "{more}");
        }
    }

    #[test]
    fn what_the_front_and_the_machines_programs_are_asked() {
        let Some(HealthTest::Command { command: Inside::Request(request), .. }) =
            of_line("nginx", "wget -qO- http://localhost/ || exit 1")
        else {
            panic!("a request")
        };
        assert_eq!((request.port, request.path.as_str()), (80, "/"));
        assert_eq!(of_line("nginx", "curl -f http://backend:8080/"), None);
        assert_eq!(of_line("nginx", "pgrep nginx"), None);
        assert!(of_line("mysql", "mysqladmin ping -h 127.0.0.1 --silent").is_some());
        assert!(of_line("mysql", "healthcheck.sh --connect --innodb_initialized").is_some());
        assert!(of_line("redis", "redis-cli ping | grep -q PONG").is_some());
    }

    proptest! {
        #[test]
        fn no_line_starts_a_second_command(text in "[a-z$&|;<>`(){}\"' ]{0,30}") {
            if let Some((words, _)) = read(&text) {
                prop_assert!(!words.iter().any(|word| word.contains(['&', '|', ';', '`', '<', '>'])));
            }
        }
    }
}
