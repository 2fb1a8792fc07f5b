//! Plays a case against a server: [`play`] gives everything that can be seen from outside, a
//! [`Scene`] a step, as lines of text without what differs from run to run.

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::thread::JoinHandle;
use std::time::Duration;

use regex::Regex;
use rustix::process::Signal;

use super::backend::Received;
use super::case::{Case, Special, Step, conf};
use super::lab::Lab;
use super::server::{HTML, Kind, Refused, Server, Setup};
use super::wire::{Reply, Wire, request};
use crate::harness::wait_for;

/// What one step showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scene {
    pub title: String,
    pub lines: Vec<String>,
}

/// A connection that is silent for so long stays open.
const REST: Duration = Duration::from_millis(400);

/// A step must not take longer, whatever happens.
const LIMIT: Duration = Duration::from_secs(15);

pub(crate) fn play(case: &Case, kind: Kind, lab: &Lab) -> Result<Vec<Scene>, Refused> {
    let text = lab.fill(&case.conf_for(kind));
    let names = lab.names();
    let setup = Setup { conf: &text, whole: case.whole, image: lab.image(), names: &names };
    lab.journal.take();
    let before = lab.connections();
    let server = Server::start(kind, setup)?;
    let mut stage = Stage { server, lab, scenes: Vec::new(), waiting: Vec::new() };
    for step in &case.steps {
        stage.step(step);
    }
    for (title, thread) in std::mem::take(&mut stage.waiting) {
        let reply = thread.join().expect("the client does not panic");
        let lines = stage.reply(reply.as_ref(), true);
        stage.scene(title, lines);
    }
    let (log, errors) = stage.server.quit();
    let mut log: Vec<_> = log.lines().map(|line| stage.timeless(line)).collect();
    // A request is logged when all of it is over, which may be after the next one's answer.
    log.sort();
    if case.steps.iter().any(|step| matches!(step, Step::Special(special) if special.until.is_some())) {
        log.dedup();
    }
    stage.scene("access log".to_owned(), log);
    if case.errors {
        let lines = errors.lines().filter_map(|line| stage.error(line)).collect();
        stage.scene("error log".to_owned(), lines);
    }
    if case.connections {
        let after = lab.connections();
        let counts = after.iter().zip(before).map(|(now, before)| (now - before).to_string()).collect();
        stage.scene("connections to a, b, c".to_owned(), counts);
    }
    Ok(stage.scenes)
}

struct Stage<'a> {
    server: Server,
    lab: &'a Lab,
    scenes: Vec<Scene>,
    waiting: Vec<(String, JoinHandle<Option<Reply>>)>,
}

fn method(text: &str) -> String {
    text.split(' ').next().unwrap_or("").to_owned()
}

fn final_reply(wire: &mut Wire, method: &str) -> Vec<Reply> {
    let mut replies = Vec::new();
    while let Some(reply) = wire.reply(method) {
        let interim = reply.code().starts_with('1');
        replies.push(reply);
        if !interim {
            break;
        }
    }
    replies
}

impl Stage<'_> {
    fn scene(&mut self, title: String, lines: Vec<String>) {
        let lines = lines.iter().map(|line| self.lab.plain(&self.server.plain(line))).collect();
        self.scenes.push(Scene { title, lines });
    }

    fn step(&mut self, step: &Step) {
        let title = step.title();
        let lines = match step {
            Step::Send(text) => self.send(text, None).0,
            Step::Special(special) => self.special(&title, special),
        };
        self.scene(title, lines);
    }

    fn special(&mut self, title: &str, special: &Special) -> Vec<String> {
        let address = self.server.address();
        if let Some(text) = &special.send {
            return self.sends(text, special);
        }
        if let Some(list) = &special.keep {
            let mut wire = Wire::connect(address).expect("it accepts").patient(LIMIT);
            let mut lines = Vec::new();
            for (at, text) in list.iter().enumerate() {
                wire.send(&request(&self.fill(text), at + 1 == list.len()));
                let replies = final_reply(&mut wire, &method(text));
                let last = at + 1 == list.len() && wire.ends_within(Duration::from_secs(1));
                lines.extend(replies.iter().flat_map(|reply| self.reply(Some(reply), last)));
            }
            lines.extend(self.received());
            return lines;
        }
        if let Some(bytes) = &special.raw {
            let mut wire = Wire::connect(address)
                .expect("it accepts")
                .patient(special.silence.map_or(REST, Duration::from_millis));
            wire.send(self.fill(bytes).as_bytes());
            let mut lines = Vec::new();
            while let Some(reply) = wire.reply(&method(bytes)) {
                lines.extend(self.reply(Some(&reply), false));
            }
            lines.push(if wire.ended() { "closed" } else { "still open" }.to_owned());
            lines.extend(self.received());
            return lines;
        }
        if let Some(text) = &special.expect {
            let bytes = request(&self.fill(text), true);
            let end = super::wire::find(&bytes, b"\r\n\r\n").expect("a head") + 4;
            let mut wire = Wire::connect(address).expect("it accepts").patient(LIMIT);
            wire.send(&bytes[..end]);
            let first = wire.reply("GET");
            let mut lines = self.reply(first.as_ref(), false);
            if first.is_some_and(|reply| reply.code() == "100") {
                wire.send(&bytes[end..]);
                lines.extend(final_reply(&mut wire, "POST").iter().flat_map(|it| self.reply(Some(it), true)));
            }
            lines.extend(self.received());
            return lines;
        }
        if let Some(text) = special.background.as_ref().or(special.leave.as_ref()) {
            let (seen, bytes) = (self.lab.journal.len(), request(&self.fill(text), true));
            let mut wire = Wire::connect(address).expect("it accepts").patient(LIMIT);
            wire.send(&bytes);
            wait_for("a backend has the request", LIMIT, || self.lab.journal.len() > seen);
            if special.background.is_some() {
                let method = method(text);
                self.waiting.push((title.to_owned(), std::thread::spawn(move || wire.reply(&method))));
            }
            return self.received();
        }
        let name = special.reload.as_ref().expect("a step says what it does");
        let text = self.lab.fill(&conf(name));
        let names = self.lab.names();
        self.server.rewrite(Setup { conf: &text, whole: false, image: self.lab.image(), names: &names });
        let refusals = self.server.stderr().matches("[emerg]").count();
        self.server.signal(Signal::HUP);
        if name.ends_with("-bad") {
            wait_for("it says what is wrong", LIMIT, || {
                self.server.stderr().matches("[emerg]").count() > refusals
            });
        }
        Vec::new()
    }

    /// A request with placeholders filled in.
    fn fill(&self, text: &str) -> String {
        let [first, second] = self.server.ports.map(|port| port.to_string());
        self.lab.fill(&text.replace("{port}", &first).replace("{port2}", &second))
    }

    fn sends(&self, text: &str, special: &Special) -> Vec<String> {
        let from = special.from;
        if let Some(count) = special.spread {
            let mut shares = BTreeMap::new();
            for _ in 0..count {
                let (_, replica) = self.send(text, from);
                *shares.entry(replica).or_insert(0) += 1;
            }
            return shares
                .into_iter()
                .map(|(who, share)| {
                    format!("{who}: {}", if share * 12 >= count { "a fair share" } else { "few" })
                })
                .collect();
        }
        if let Some(wanted) = &special.until {
            let mut last = Vec::new();
            wait_for(&format!("{wanted} answers {text}"), LIMIT, || {
                let (lines, replica) = self.send(text, from);
                last = lines;
                replica == *wanted || last.iter().any(|line| line.contains(wanted))
            });
            return last;
        }
        (0..special.times.unwrap_or(1)).flat_map(|_| self.send(text, from).0).collect()
    }

    /// One request on a connection of its own; what was seen, and who answered.
    fn send(&self, text: &str, from: Option<std::net::Ipv4Addr>) -> (Vec<String>, String) {
        let address = self.server.address();
        let wire = match from {
            Some(from) => Wire::connect_from(from, address),
            None => Wire::connect(address),
        };
        let mut wire = wire.unwrap_or_else(|error| panic!("{:?}: {error}", self.server.kind)).patient(LIMIT);
        wire.send(&request(&self.fill(text), true));
        let replies = final_reply(&mut wire, &method(text));
        let closed = wire.ends_within(Duration::from_secs(1));
        let mut lines: Vec<_> = replies.iter().flat_map(|reply| self.reply(Some(reply), closed)).collect();
        if replies.is_empty() {
            lines = self.reply(None, closed);
        }
        let who = replies.last().and_then(|reply| reply.header("x-replica")).unwrap_or("nobody").to_owned();
        lines.extend(self.received());
        (lines, who)
    }

    /// What the backends received since the last look.
    fn received(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for Received { replica, line, headers, body } in self.lab.journal.take() {
            lines.push(format!("> {replica} got {line}"));
            let told = headers
                .iter()
                .filter(|(name, _)| !["x-do", "x-answer"].contains(&&*name.to_ascii_lowercase()));
            lines.extend(told.map(|(name, value)| format!(">   {name}: {value}")));
            if !body.is_empty() {
                lines.push(format!(">   body {}", shown(&body)));
            }
        }
        lines
    }

    fn reply(&self, reply: Option<&Reply>, closed: bool) -> Vec<String> {
        let Some(reply) = reply else { return vec!["< no reply".to_owned()] };
        let text = String::from_utf8_lossy(&reply.body).into_owned();
        let body = VERSION.replace_all(&text, "nginx/V").into_owned();
        let plain = self.server.plain(&text);
        let mut headers: Vec<_> = reply
            .headers
            .iter()
            .map(|(name, value)| match name.to_ascii_lowercase().as_str() {
                "date" => format!("<   {name}: (now)"),
                "expires" => format!("<   {name}: {}", DATE.replace(value, "(a date)")),
                "server" => format!("<   {name}: {}", VERSION.replace(value, "nginx/V")),
                // A page that names the version, or a path, is as long as those.
                "content-length"
                    if (plain.contains(HTML) || body != text) && *value == text.len().to_string() =>
                {
                    format!("<   {name}: (the page's)")
                }
                _ => format!("<   {name}: {value}"),
            })
            .collect();
        headers.sort();
        let mut lines = vec![format!("< {}", reply.status)];
        lines.append(&mut headers);
        if !body.is_empty() {
            let body = STATUS.replace_all(&body, "N");
            lines.push(format!("<   body {}", shown(body.as_bytes())));
        }
        if !reply.whole {
            lines.push("<   cut short".to_owned());
        }
        if closed {
            lines.push("<   then closed".to_owned());
        }
        lines
    }

    /// A line of the access log without its times and counters.
    fn timeless(&self, line: &str) -> String {
        let line = LOG_TIME.replace_all(line, "[time]");
        let line = ISO_TIME.replace_all(&line, "(iso time)");
        SECONDS.replace_all(&line, "N.NNN").into_owned()
    }

    /// A line of the error log without time, process and connection; notices are left out.
    fn error(&self, line: &str) -> Option<String> {
        let found = ERROR.captures(line)?;
        (!matches!(&found[1], "notice" | "info")).then(|| format!("[{}] {}", &found[1], &found[2]))
    }
}

fn shown(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body).replace('\r', "\\r").replace('\n', "\\n");
    if text.chars().count() <= 400 {
        return text;
    }
    let sum = body.iter().fold(5381_u32, |sum, byte| sum.wrapping_mul(33) ^ u32::from(*byte));
    format!("{}… ({} bytes, sum {sum:08x})", text.chars().take(60).collect::<String>(), body.len())
}

macro_rules! patterns {
    ($($name:ident = $pattern:literal;)*) => {
        $(static $name: LazyLock<Regex> = LazyLock::new(|| Regex::new($pattern).expect("a pattern"));)*
    };
}
patterns! {
    VERSION = r"nginx/[0-9.]+";
    DATE = r"^[A-Z][a-z][a-z], .* GMT$";
    LOG_TIME = r"\[[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}:[0-9:]{8} [+-][0-9]{4}\]";
    ISO_TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}[+-][0-9:]{5}";
    SECONDS = r"\b[0-9]+\.[0-9]{3}\b";
    STATUS = r"\b[0-9]+ [0-9]+ [0-9]+ \nReading: [0-9]+ Writing: [0-9]+ Waiting: [0-9]+ \n";
    ERROR = r"^[0-9/]+ [0-9:]+ \[([a-z]+)\] [0-9]+#[0-9]+: (?:\*[0-9]+ )?(.*)$";
}
