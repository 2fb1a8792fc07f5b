//! `location`: what nginx itself answers at a path, and whom.

use std::net::{IpAddr, Ipv4Addr};

use serde::Deserialize;

use super::kind::{Check, World};
use super::read::Read;
use super::served::Told;
use crate::verdict::Verdict;
use workshop_front::Fate;
use workshop_stack::nginx::{Directive, Location as Block, NginxConf};
use workshop_text::Text;

/// The location that serves the path answers by itself with that status, or has that directive.
///
/// One of `returns` and `has` stands there.
///
/// ```toml
/// location = { path = "/nginx-health", returns = 200 }
/// ```
///
/// ```toml
/// location = { path = "/nginx-status", has = "stub_status", denies_all = true }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(into = "Written"))]
#[serde(try_from = "Written")]
pub struct Location {
    path: String,
    answer: Answer,
    denies_all: bool,
}

/// As `lesson.toml` has it.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
#[serde(deny_unknown_fields)]
struct Written {
    /// The path of a request, from `/`.
    path: String,
    /// The status that it answers with.
    returns: Option<u16>,
    /// A directive that it has.
    has: Option<String>,
    /// Of those who ask, it lets in this machine (127.0.0.1), but not everybody.
    #[serde(default)]
    denies_all: bool,
}

#[derive(Clone, Debug)]
enum Answer {
    Status(u16),
    /// By a directive that makes answers.
    Directive(String),
}

impl TryFrom<Written> for Location {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let answer = match (written.returns, written.has) {
            // `return` comes before `allow` and `deny` are asked.
            (Some(_), None) if written.denies_all => {
                return Err("`return` answers everybody, whatever `deny` says");
            }
            (Some(status), None) => Answer::Status(status),
            (None, Some(directive)) => Answer::Directive(directive),
            _ => return Err("`location` needs one of `returns` and `has`"),
        };
        Ok(Self { path: written.path, answer, denies_all: written.denies_all })
    }
}

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// Somebody else: an address for documentation, which no rule of a learner's means.
const ELSEWHERE: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7));

impl Check for Location {
    fn judge(&self, world: &World<'_>) -> Verdict {
        let (file, location) = match world.app.location(&self.path) {
            Ok(found) => found,
            Err(verdict) => return *verdict,
        };
        let wrong = match &self.answer {
            Answer::Status(status) => self.answered(world, *status, self.status(file, &location, *status)),
            Answer::Directive(directive) => self.directive(file, &location, directive),
        };
        let wrong = wrong.or_else(|| if self.denies_all { self.open(file, &location) } else { None });
        wrong.unwrap_or_else(|| {
            let what = match &self.answer {
                Answer::Status(status) => format!("return {status}"),
                Answer::Directive(directive) => directive.clone(),
            };
            let key = if self.denies_all { "check-location-guarded" } else { "check-location-pass" };
            Verdict::pass(Text::new(key).with("path", self.path.as_str()).with("what", what))
        })
    }
}

/// The `return` that answers: the server's own comes before any location's.
fn returned<'c>(location: &Block<'c>) -> Option<&'c Directive> {
    let of_server = location.server.own("return").next();
    of_server.or_else(|| location.own("return").into_iter().next())
}

impl Location {
    fn about(&self, key: &'static str, location: &Block<'_>) -> Text {
        let text = Text::new(key).with("path", self.path.as_str());
        text.with("location", location.pattern.as_str())
    }

    /// What nginx answers decides; where it is wrong, the file's words say why.
    fn answered(&self, world: &World<'_>, wanted: u16, written: Option<Verdict>) -> Option<Verdict> {
        let served = world.app.served().ok()?;
        let Some(told) = served.plain(&self.path) else { return written };
        let is_right =
            |told: &&Told| matches!(told.answered.fate, Fate::Status { status, .. } if status == wanted);
        let other = told.iter().find(|told| !is_right(told))?;
        written.or_else(|| {
            let seen = match &other.answered.fate {
                Fate::Status { status, .. } => Text::verbatim(status.to_string()),
                Fate::Closed => Text::new("check-none"),
                Fate::Passed(passed) => Text::verbatim(format!("proxy_pass {}", passed.target)),
            };
            let text = Text::new("check-location-answer").with("request", other.request());
            let verdict = Verdict::not_yet(text.with("status", wanted.to_string())).observed(seen);
            Some(verdict.at(served.place(other.answered.block.as_ref())))
        })
    }

    fn status(&self, file: &Read<NginxConf>, location: &Block<'_>, wanted: u16) -> Option<Verdict> {
        let expected = Text::verbatim(format!("location = {} {{ return {wanted} \"...\"; }}", self.path));
        let Some(answer) = returned(location) else {
            let verdict = Verdict::not_yet(self.about("check-location-no-answer", location));
            return Some(verdict.expected(expected).at(file.place(location.directive.span)));
        };
        // With a URL alone it is a redirection.
        let status = match answer.arg(0).unwrap_or_default() {
            url if url.contains("://") || url.starts_with('$') => Some(302),
            status => status.parse().ok(),
        };
        if status == Some(wanted) {
            return None;
        }
        let verdict = Verdict::not_yet(self.about("check-location-other", location)).expected(expected);
        let words: Vec<&str> = answer.args.iter().map(|arg| arg.value.as_str().trim()).collect();
        let seen = Text::verbatim(format!("return {};", words.join(" ")));
        Some(verdict.observed(seen).at(file.place(answer.span)))
    }

    fn directive(&self, file: &Read<NginxConf>, location: &Block<'_>, name: &str) -> Option<Verdict> {
        let text = |key| self.about(key, location).with("what", name);
        if location.own(name).is_empty() {
            let verdict = Verdict::not_yet(text("check-location-lacks"))
                .expected(Text::verbatim(format!("location = {} {{ {name}; }}", self.path)));
            return Some(verdict.at(file.place(location.directive.span)));
        }
        let first = returned(location)?;
        Some(Verdict::not_yet(text("check-location-return-first")).at(file.place(first.span)))
    }

    /// Why the door stands open, or is shut to this machine, too.
    fn open(&self, file: &Read<NginxConf>, location: &Block<'_>) -> Option<Verdict> {
        let rule = |address| location.access(address).map_or(location.directive.span, |rule| rule.span);
        let (key, span) = match (location.refuses(HERE), location.refuses(ELSEWHERE)) {
            (false, true) => return None,
            (true, _) => ("check-location-shut", rule(HERE)),
            (false, false) => ("check-location-open", rule(ELSEWHERE)),
        };
        let verdict = Verdict::not_yet(self.about(key, location));
        Some(verdict.expected(Text::verbatim("allow 127.0.0.1; deny all;")).at(file.place(span)))
    }
}
