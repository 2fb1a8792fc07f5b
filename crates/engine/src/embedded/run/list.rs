//! What Compose lists of a stack, line by line: `ps`, `port`, `images`, `top`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::arguments::{Format, Ps};
use crate::embedded::wire::{HealthState, ReplicaState, ReplicaView, Stack};

pub(super) fn ps(stack: &Stack, wanted: &Ps) -> Vec<String> {
    let shown = |one: &&ReplicaView| {
        (wanted.all || matches!(one.state, ReplicaState::Running | ReplicaState::Restarting))
            && (wanted.only.is_empty() || wanted.only.contains(&one.service))
    };
    let shown: Vec<&ReplicaView> = stack.replicas.iter().filter(shown).collect();
    if wanted.quiet {
        return shown.iter().map(|one| one.id.clone()).collect();
    }
    if wanted.services {
        let mut names: Vec<String> = shown.iter().map(|one| one.service.clone()).collect();
        names.dedup();
        return names;
    }
    if wanted.format == Format::Json {
        return shown.iter().map(|one| json(one).to_string()).collect();
    }
    let head = ["NAME", "IMAGE", "COMMAND", "SERVICE", "CREATED", "STATUS", "PORTS"];
    let rows = shown.iter().map(|one| {
        let command = shortened(&one.command);
        let created = format!("{} ago", ago(one.created));
        vec![
            one.name.clone(),
            one.image.clone(),
            command,
            one.service.clone(),
            created,
            status(one),
            ports(one),
        ]
    });
    table(&head, rows.collect())
}

fn json(one: &ReplicaView) -> serde_json::Value {
    let health = match one.health {
        HealthState::None => "",
        HealthState::Starting => "starting",
        HealthState::Healthy => "healthy",
        HealthState::Unhealthy => "unhealthy",
    };
    let (state, code) = match one.state {
        ReplicaState::Created => ("created", 0),
        ReplicaState::Running => ("running", 0),
        ReplicaState::Restarting => ("restarting", 0),
        ReplicaState::Exited(code) => ("exited", code),
    };
    let published: Vec<serde_json::Value> = one
        .published
        .iter()
        .map(|port| {
            serde_json::json!({
                "URL": "127.0.0.1", "TargetPort": port.target, "PublishedPort": port.host, "Protocol": "tcp",
            })
        })
        .collect();
    serde_json::json!({
        "ID": one.id[..12], "Name": one.name, "Service": one.service, "Image": one.image, "State": state,
        "Health": health, "ExitCode": code, "Status": status(one), "Publishers": published,
    })
}

fn shortened(command: &str) -> String {
    match command.char_indices().nth(18) {
        Some((at, _)) => format!("\"{}…\"", &command[..at]),
        None => format!("\"{command}\""),
    }
}

fn status(one: &ReplicaView) -> String {
    let since = one.started.map(ago).unwrap_or_default();
    match (one.state, one.health) {
        (ReplicaState::Created, _) => "Created".to_owned(),
        (ReplicaState::Running, HealthState::None) => format!("Up {since}"),
        (ReplicaState::Running, HealthState::Starting) => format!("Up {since} (health: starting)"),
        (ReplicaState::Running, HealthState::Healthy) => format!("Up {since} (healthy)"),
        (ReplicaState::Running, HealthState::Unhealthy) => format!("Up {since} (unhealthy)"),
        (ReplicaState::Restarting, _) => "Restarting".to_owned(),
        (ReplicaState::Exited(code), _) => format!("Exited ({code})"),
    }
}

fn ports(one: &ReplicaView) -> String {
    let published = |target: u16| one.published.iter().filter(move |port| port.target == target);
    let mut words: Vec<String> =
        one.published.iter().map(|port| format!("127.0.0.1:{}->{}/tcp", port.host, port.target)).collect();
    let inside = one.ports.keys().filter(|port| published(**port).next().is_none());
    words.extend(inside.map(|port| format!("{port}/tcp")));
    words.join(", ")
}

/// How long ago a moment (Unix nanoseconds) was, as Docker says it.
fn ago(nanos: u64) -> String {
    let then = UNIX_EPOCH + Duration::from_nanos(nanos);
    let seconds = SystemTime::now().duration_since(then).unwrap_or_default().as_secs();
    let (number, unit) = match seconds {
        0 => return "Less than a second".to_owned(),
        1..60 => (seconds, "second"),
        60..3600 => (seconds / 60, "minute"),
        3600..86_400 => (seconds / 3600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

/// Columns as wide as their widest cell, three blanks between them.
fn table(head: &[&str], rows: Vec<Vec<String>>) -> Vec<String> {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.chain([head[column].chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let line = |cells: &[String]| {
        let cells = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        cells.collect::<Vec<_>>().join("   ").trim_end().to_owned()
    };
    let head: Vec<String> = head.iter().map(|word| (*word).to_owned()).collect();
    std::iter::once(line(&head)).chain(rows.iter().map(|row| line(row))).collect()
}

/// Where a service's port is published, `:0` for one that is open inside alone; else Compose's words.
pub(super) fn port(stack: &Stack, service: &str, index: u32, port: u16) -> Result<String, String> {
    let mut of = stack.replicas.iter().filter(|one| one.service == service).peekable();
    if of.peek().is_none() {
        return Err(format!("service \"{service}\" is not running"));
    }
    let replica = of.find(|one| one.index == index);
    let replica =
        replica.ok_or_else(|| format!("service \"{service}\" is not running container #{index}"))?;
    match replica.published.iter().find(|bound| bound.target == port) {
        Some(bound) => Ok(format!("127.0.0.1:{}", bound.host)),
        None if replica.ports.contains_key(&port) => Ok(":0".to_owned()),
        None => Err(format!("no port {port}/tcp for container {}", replica.name)),
    }
}

pub(super) fn images(stack: &Stack, services: &[String]) -> Vec<String> {
    let shown = stack.replicas.iter().filter(|one| services.is_empty() || services.contains(&one.service));
    let rows = shown.map(|one| vec![one.name.clone(), one.image.clone(), "latest".to_owned()]);
    table(&["CONTAINER", "REPOSITORY", "TAG"], rows.collect())
}

pub(super) fn top(stack: &Stack, services: &[String]) -> Vec<String> {
    let shown = stack.replicas.iter().filter(|one| services.is_empty() || services.contains(&one.service));
    let rows =
        shown.filter_map(|one| Some(vec![one.name.clone(), one.pid?.to_string(), one.command.clone()]));
    table(&["NAME", "PID", "CMD"], rows.collect())
}
