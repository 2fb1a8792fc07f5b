//! `logs` in Compose's form: `NAME  | line`, of one replica or of all, and on as they come.

use std::time::Duration;

use super::arguments::Logs;
use super::moment;
use crate::embedded::log::{self, Cursor};
use crate::embedded::place::Place;
use crate::embedded::wire::{ReplicaView, Stack};
use crate::{LogLine, Output};

/// How often a log that is followed is looked at.
const POLL: Duration = Duration::from_millis(30);

impl Logs {
    /// `logs -f` of some services.
    pub(super) fn following(services: Vec<String>) -> Self {
        Self {
            follow: true,
            tail: "all".into(),
            timestamps: false,
            since: None,
            until: None,
            no_log_prefix: false,
            no_color: true,
            index: None,
            services,
        }
    }

    /// Whether `--index` is about one replica that there is; else Compose's words.
    ///
    /// # Errors
    /// No service, more than one, or no such replica.
    pub(super) fn hold_to(&self, stack: &Stack) -> Result<(), String> {
        let Some(index) = self.index else { return Ok(()) };
        let [service] = self.services.as_slice() else {
            return Err("--index requires one service to be selected".to_owned());
        };
        let there = stack.replicas.iter().any(|one| self.takes(one));
        if there { Ok(()) } else { Err(format!("service \"{service}\" is not running container #{index}")) }
    }

    fn takes(&self, one: &ReplicaView) -> bool {
        (self.services.is_empty() || self.services.contains(&one.service))
            && self.index.is_none_or(|index| index == one.index)
    }
}

/// Shows what was asked for; with `follow` until it is dropped.
pub(super) async fn show(place: &Place, stack: &Stack, wanted: &Logs, output: &mut dyn Output) {
    if wanted.follow {
        return follow(place, stack, wanted, Streams::One, output).await;
    }
    let mut lines = Vec::new();
    for one in stack.replicas.iter().filter(|one| wanted.takes(one)) {
        let mut own = log::read(&place.replica(&one.id), wanted.since).unwrap_or_default();
        own.retain(|line| wanted.until.is_none_or(|until| line.at.is_none_or(|at| at <= until)));
        lines.extend(tail(own, &wanted.tail).into_iter().map(|line| (one, line)));
    }
    lines.sort_by_key(|(_, line)| line.at);
    let width = width(stack, wanted);
    lines.iter().for_each(|(one, line)| output.line(false, &shown(one, line, wanted, width)));
}

/// Where lines go that a replica wrote as errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Streams {
    /// To standard output like all others, as with `logs`.
    One,
    /// To standard error, as with `up`.
    Two,
}

/// The lines as they come.
pub(super) async fn follow(
    place: &Place,
    stack: &Stack,
    wanted: &Logs,
    streams: Streams,
    output: &mut dyn Output,
) {
    let width = width(stack, wanted);
    let shown_replicas = stack.replicas.iter().filter(|one| wanted.takes(one));
    let mut cursors: Vec<(&ReplicaView, Cursor, bool)> =
        shown_replicas.map(|one| (one, Cursor::default(), true)).collect();
    loop {
        let mut lines = Vec::new();
        for (one, cursor, first) in &mut cursors {
            let mut own = cursor.follow(&place.replica(&one.id));
            if std::mem::take(first) {
                own.retain(|line| wanted.since.is_none_or(|since| line.at.is_some_and(|at| at >= since)));
                own = tail(own, &wanted.tail);
            }
            lines.extend(own.into_iter().map(|line| (*one, line)));
        }
        lines.sort_by_key(|(_, line)| line.at);
        for (one, line) in &lines {
            let errors = line.stderr && streams == Streams::Two;
            output.line(errors, &shown(one, line, wanted, width));
        }
        // The stack's end is the end of its logs.
        if !cursors.iter().any(|(one, ..)| place.replica(&one.id).is_dir()) {
            return;
        }
        tokio::time::sleep(POLL).await;
    }
}

fn tail(lines: Vec<LogLine>, wanted: &str) -> Vec<LogLine> {
    match wanted.parse::<usize>() {
        Ok(count) => lines[lines.len().saturating_sub(count)..].to_vec(),
        Err(_) => lines,
    }
}

/// A service and its number, as Compose shortens a container's name.
fn label(one: &ReplicaView) -> String {
    format!("{}-{}", one.service, one.index)
}

fn width(stack: &Stack, wanted: &Logs) -> usize {
    stack.replicas.iter().filter(|one| wanted.takes(one)).map(|one| label(one).len()).max().unwrap_or(0)
}

fn shown(one: &ReplicaView, line: &LogLine, wanted: &Logs, width: usize) -> String {
    let at = line
        .at
        .filter(|_| wanted.timestamps)
        .map(|at| format!("{} ", moment::written(at)))
        .unwrap_or_default();
    match wanted.no_log_prefix {
        true => format!("{at}{}", line.text),
        false => format!("{:<width$}  | {at}{}", label(one), line.text),
    }
}
