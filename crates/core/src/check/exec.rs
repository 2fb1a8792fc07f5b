//! `exec`: a command inside each replica ends well and says what it should.

use serde::Deserialize;

use super::kind::{Check, Needs, World};
use super::phrases;
use super::probe::Probe;
use super::seen::Seen;
use super::services::Services;
use crate::verdict::Verdict;
use workshop_engine::{ExecEnd, StackCommand};
use workshop_text::Text;

/// In every running replica of the services the command ends with code 0, and its output has these
/// parts.
///
/// ```toml
/// exec = { services = ["api-server-1"], command = ["/app/url-shortener", "healthcheck"], contains = ["UP"] }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Exec {
    #[serde(alias = "service")]
    services: Services,
    /// The program and its arguments. No shell takes part.
    command: Vec<String>,
    /// Parts of its output, all of which must be there.
    #[serde(default)]
    contains: Vec<String>,
}

impl Check for Exec {
    fn needs(&self) -> Needs {
        Needs::probe(Probe::Exec { services: self.services.to_vec(), command: self.command.clone() })
    }

    fn commands(&self) -> Vec<StackCommand> {
        let words = |service: &String| {
            ["exec", "-T", service].map(str::to_owned).into_iter().chain(self.command.clone())
        };
        self.services.iter().map(|service| StackCommand::Compose(words(service).collect())).collect()
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        let (Some(stack), Some(Seen::Exec(ends))) = (world.stack, world.seen) else {
            return phrases::not_asked(world.seen);
        };
        if let Some(verdict) = self.services.none_running(stack) {
            return verdict;
        }
        let verdict =
            ends.iter().find_map(|(label, end)| self.failed(label, end).or_else(|| self.lacks(label, end)));
        verdict.unwrap_or_else(|| {
            let first = |(label, end): (&String, &ExecEnd)| format!("{label}  {}", first_line(&end.stdout));
            let text = Text::new("check-exec-pass").with("count", ends.len()).with("command", self.line());
            Verdict::pass(text).lines(ends.iter().map(first).collect())
        })
    }
}

impl Exec {
    fn line(&self) -> String {
        self.command.join(" ")
    }

    fn failed(&self, label: &str, end: &ExecEnd) -> Option<Verdict> {
        if end.code == Some(0) {
            return None;
        }
        let code = end.code.map_or_else(|| "?".to_owned(), |code| code.to_string());
        let text = Text::new("check-exec-failed").with("replica", label).with("command", self.line());
        Some(Verdict::not_yet(text.with("code", code)).lines(said(end)).settling())
    }

    fn lacks(&self, label: &str, end: &ExecEnd) -> Option<Verdict> {
        let part = self.contains.iter().find(|part| !end.stdout.contains(part.as_str()))?;
        let text = Text::new("check-exec-lacks").with("replica", label).with("command", self.line());
        Some(Verdict::not_yet(text).expected(Text::verbatim(part.as_str())).lines(said(end)).settling())
    }
}

/// The last few lines of what it wrote, its complaints first.
fn said(end: &ExecEnd) -> Vec<String> {
    let lines = end.stderr.lines().chain(end.stdout.lines()).filter(|line| !line.trim().is_empty());
    lines.take(4).map(str::to_owned).collect()
}

fn first_line(text: &str) -> &str {
    text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default()
}
