//! `command`: a program ends with a code and says something; inside of replicas, or on this machine.

use serde::Deserialize;

use super::kind::{Check, Needs, World};
use super::phrases;
use super::probe::Probe;
use super::seen::Seen;
use super::services::Services;
use super::wanted::Wanted;
use crate::verdict::Verdict;
use workshop_engine::{ExecEnd, StackCommand};
use workshop_text::Text;

/// The command ends with that exit code, and what it writes is so.
///
/// In every running replica of the services; without `in` it is a program of this machine, run in the
/// workspace for half a minute at most: something that the learner agrees to. No shell takes part.
///
/// ```toml
/// command = { in = "backend", run = ["python3", "--version"], output = { regex = '3\.\d+' } }
/// ```
///
/// ```toml
/// command = { run = ["git", "--version"] }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Command {
    /// The services in whose containers it runs; without it a program of this machine.
    #[serde(rename = "in")]
    services: Option<Services>,
    /// The program and its arguments.
    run: Run,
    /// The exit code that is right.
    #[serde(default)]
    code: i32,
    /// What its standard output has to be, without white space at its ends.
    output: Option<Wanted>,
    /// The same of its standard error.
    errors: Option<Wanted>,
}

/// At least the program.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(try_from = "Vec<String>")]
struct Run(Vec<String>);

impl TryFrom<Vec<String>> for Run {
    type Error = String;

    fn try_from(words: Vec<String>) -> Result<Self, String> {
        match words.first().is_some_and(|program| !program.is_empty()) {
            true => Ok(Self(words)),
            false => Err("a command has a program".to_owned()),
        }
    }
}

impl Check for Command {
    fn needs(&self) -> Needs {
        Needs::probe(match &self.services {
            Some(services) => Probe::Exec { services: services.to_vec(), command: self.run.0.clone() },
            None => Probe::Program { command: self.run.0.clone() },
        })
    }

    fn commands(&self) -> Vec<StackCommand> {
        let words = |service: &String| {
            ["exec", "-T", service].map(str::to_owned).into_iter().chain(self.run.0.clone())
        };
        let services = self.services.iter().flat_map(|services| services.iter());
        services.map(|service| StackCommand::Compose(words(service).collect())).collect()
    }

    fn program(&self) -> Option<&[String]> {
        self.services.is_none().then_some(&self.run.0)
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        match (&self.services, world.seen) {
            (None, Some(Seen::Program(Ok(end)))) => {
                self.wrong(None, end).unwrap_or_else(|| self.passed(1, vec![first_line(end)]))
            }
            (None, Some(Seen::Program(Err(reason)))) => Verdict::environment(reason.clone()),
            (Some(services), Some(Seen::Exec(ends))) => {
                let Some(stack) = world.stack else { return phrases::not_observed() };
                let wrong = || ends.iter().find_map(|(label, end)| self.wrong(Some(label), end));
                services.none_running(stack).or_else(wrong).unwrap_or_else(|| {
                    let line = |(label, end): (&String, &ExecEnd)| format!("{label}  {}", first_line(end));
                    self.passed(ends.len(), ends.iter().map(line).collect())
                })
            }
            (_, other) => phrases::not_asked(other),
        }
    }
}

impl Command {
    fn line(&self) -> String {
        self.run.0.join(" ")
    }

    fn passed(&self, count: usize, lines: Vec<String>) -> Verdict {
        let text = Text::new("check-command-pass").with("command", self.line()).with("code", self.code);
        Verdict::pass(text.with("count", count)).lines(lines)
    }

    fn wrong(&self, replica: Option<&str>, end: &ExecEnd) -> Option<Verdict> {
        let text = |key| {
            let text = Text::new(key).with("command", self.line());
            match replica {
                Some(label) => Text::new("check-command-in").with("replica", label).with("what", text),
                None => text,
            }
        };
        if end.code != Some(self.code) {
            let code = end.code.map_or_else(|| "?".to_owned(), |code| code.to_string());
            let verdict = Verdict::not_yet(text("check-command-code"))
                .expected(Text::new("check-command-exit").with("code", self.code.to_string()))
                .observed(Text::new("check-command-exit").with("code", code));
            return Some(verdict.lines(said(end)).settling());
        }
        let fault = |wanted: &Option<Wanted>, seen: &str| wanted.as_ref()?.fault_in_text(Some(seen.trim()));
        let output = fault(&self.output, &end.stdout).map(|fault| ("check-command-output", fault));
        let (key, fault) = output
            .or_else(|| fault(&self.errors, &end.stderr).map(|fault| ("check-command-errors", fault)))?;
        Some(Verdict::not_yet(text(key)).expected(fault).lines(said(end)).settling())
    }
}

/// The first few lines that it wrote, its complaints first.
fn said(end: &ExecEnd) -> Vec<String> {
    let lines = end.stderr.lines().chain(end.stdout.lines()).filter(|line| !line.trim().is_empty());
    lines.take(6).map(str::to_owned).collect()
}

fn first_line(end: &ExecEnd) -> String {
    end.stdout.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().to_owned()
}
