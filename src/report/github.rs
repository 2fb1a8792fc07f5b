//! Workflow commands for a job on GitHub: what a person would read, in a group for each step, and
//! below it an annotation at the learner's line for each check that does not pass. The job's page
//! is written by [`summary`](super::summary).

use std::borrow::Cow;

use super::Style;
use super::line::{Line, clean};
use super::run::{Ended, facts, from_root, is_said_before, told};
use super::text::check as view;
use super::text::pen::Pen;
use crate::app::error::exit;
use crate::check::{Outcome, Place};
use crate::event::{CheckReport, CheckRun, Failure, StepReport};
use crate::text::Lang;

pub(super) fn commands(ended: &Ended, lang: Lang) -> String {
    let run = ended.run.iter().flat_map(|run| run_lines(run, lang));
    let failure = ended.failure.iter().map(|failure| failed(failure, lang));
    run.chain(failure).map(|line| line + "\n").collect()
}

fn run_lines(run: &CheckRun, lang: Lang) -> Vec<String> {
    let mut lines: Vec<String> = run.steps.iter().flat_map(|step| step_lines(run, step, lang)).collect();
    lines.extend(plain(&view::run_finished(Pen::new(Style::PLAIN, lang), run)));
    lines
}

fn step_lines(run: &CheckRun, step: &StepReport, lang: Lang) -> Vec<String> {
    let pen = Pen::new(Style::PLAIN, lang);
    let mut lines = vec![Command::new("group").with(&view::step_result(pen, step))];
    for check in &step.checks {
        let again = is_said_before(run, check);
        lines.extend(plain(&if again { view::as_above(pen, check) } else { view::finished(pen, check) }));
    }
    lines.push(Command::new("endgroup").with(""));
    lines.extend(step.checks.iter().filter_map(|check| annotation(run, check, lang)));
    lines
}

/// What no grader counts is for the learner to know, and no error; that the machine is in the way is
/// said once, for GitHub shows ten annotations of a kind.
fn annotation(run: &CheckRun, check: &CheckReport, lang: Lang) -> Option<String> {
    let verdict = &check.verdict;
    let command = match verdict.outcome {
        Outcome::Pass => return None,
        Outcome::Environment if is_said_before(run, check) => return None,
        Outcome::Environment => Command::new("warning"),
        Outcome::NotYet if check.points == 0 => Command::new("notice"),
        Outcome::NotYet => Command::new("error"),
    };
    let words = std::iter::once(verdict.message.render(lang)).chain(facts(verdict, lang));
    let words = words.collect::<Vec<_>>().join("\n");
    Some(command.at(verdict.place.as_ref()).property("title", &check.title).with(&words))
}

fn failed(failure: &Failure, lang: Lang) -> String {
    let (title, words) = told(failure, lang);
    // A faulty lesson's files are not in the learner's repository.
    let place = failure.place.as_ref().filter(|_| failure.exit != exit::LESSON);
    Command::new("error").at(place).property("title", &title).with(&words)
}

/// A command as the runner reads it: `::name key=value,key=value::words`.
struct Command {
    name: &'static str,
    properties: Vec<String>,
}

impl Command {
    const fn new(name: &'static str) -> Self {
        Self { name, properties: Vec::new() }
    }

    fn property(mut self, key: &str, value: &str) -> Self {
        let value = escaped(value).replace(':', "%3A").replace(',', "%2C");
        self.properties.push(format!("{key}={value}"));
        self
    }

    fn at(self, place: Option<&Place>) -> Self {
        let Some(place) = place else { return self };
        self.property("file", &from_root(&place.file))
            .property("line", &place.line.to_string())
            .property("col", &place.column.to_string())
            .property("endColumn", &place.column.saturating_add(place.width).to_string())
    }

    fn with(self, words: &str) -> String {
        let gap = if self.properties.is_empty() { "" } else { " " };
        format!("::{}{gap}{}::{}", self.name, self.properties.join(","), escaped(words))
    }
}

/// What ends a line, written so that the runner reads it back.
fn escaped(words: &str) -> String {
    clean(words).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn plain(lines: &[Line]) -> impl Iterator<Item = String> {
    lines.iter().map(|line| harmless(&line.draw(false)).into_owned())
}

/// A line that the runner shows and does not obey, whatever of a learner's stands in it: a command
/// begins with `::` behind blanks, or with `##[` anywhere.
fn harmless(line: &str) -> Cow<'_, str> {
    let line = match line.find(|c: char| !c.is_whitespace()) {
        Some(at) if line[at..].starts_with("::") => {
            Cow::Owned(format!("{}: {}", &line[..at], &line[at + 1..]))
        }
        _ => Cow::Borrowed(line),
    };
    if line.contains("##[") { Cow::Owned(line.replace("##[", "## [")) } else { line }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A command, its properties and its words.
    type Read = (String, Vec<(String, String)>, String);

    /// What the runner makes of a line (actions/runner, `ActionCommand.TryParseV2` and `TryParse`).
    fn parsed(line: &str) -> Option<Read> {
        let unescape = |text: &str| text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%");
        let line = line.trim_start();
        if line.contains("##[") {
            return Some(("##".to_owned(), vec![], String::new()));
        }
        let (head, words) = line.strip_prefix("::")?.split_once("::")?;
        let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
        let pair = |pair: &str| {
            let (key, value) = pair.split_once('=')?;
            let value = value.replace("%3A", ":").replace("%2C", ",");
            Some((key.to_owned(), unescape(&value)))
        };
        let properties = properties.split(',').filter_map(pair).collect();
        Some((name.to_owned(), properties, unescape(words)))
    }

    #[test]
    fn a_line_is_no_command() {
        for (line, shown) in [
            ("::error::owned", ": :error::owned"),
            ("\u{3000} ::set-env name=PATH::/tmp", "\u{3000} : :set-env name=PATH::/tmp"),
            ("    ##[add-path]/tmp", "    ## [add-path]/tmp"),
            ("::##[group]x", ": :## [group]x"),
            ("a::b", "a::b"),
            ("한글 # [] 100%", "한글 # [] 100%"),
        ] {
            assert_eq!(harmless(line), shown);
        }
    }

    proptest! {
        #[test]
        fn whatever_stands_in_a_line_the_runner_obeys_none(line in "[ \t\u{3000}]{0,2}[:#\\[]{0,4}[a-z가-힣:#\\[\\] ]{0,16}") {
            prop_assert_eq!(parsed(&harmless(&line)), None);
        }

        #[test]
        fn what_is_escaped_is_one_line_and_read_back_as_it_was(
            file in "[a-z가-힣:,%=\n ]{1,12}", title in "[ -~가-힣\r\n]{0,20}", words in "[ -~가-힣\r\n\u{202e}]{0,40}"
        ) {
            let place = Place { file, line: 12, column: 5, width: 3, source: String::new() };
            let line = Command::new("error").at(Some(&place)).property("title", &title).with(&words);
            prop_assert!(!line.contains(['\r', '\n', '\u{202e}']), "{}", line);
            let file = clean(&from_root(&place.file)).into_owned();
            let wanted = [("file", &*file), ("line", "12"), ("col", "5"), ("endColumn", "8"), ("title", &*clean(&title))];
            let wanted: Vec<_> = wanted.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
            prop_assert_eq!(parsed(&line), Some(("error".to_owned(), wanted, clean(&words).into_owned())));
        }
    }
}
