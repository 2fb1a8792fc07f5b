//! What several kinds say in the same words.

use super::seen::{Hit, Seen};
use crate::verdict::Verdict;
use workshop_engine::{Availability, Health, Manager, Node, NodeState, Observed, Replica, State};
use workshop_text::Text;

/// A replica's state in words: `running, healthy`, `exited (1)` …
pub fn state(replica: &Replica) -> Text {
    match (replica.state, replica.health) {
        (State::Created, _) => Text::new("state-created"),
        (State::Running, Health::None) => Text::new("state-running"),
        (State::Running, Health::Starting) => Text::new("state-starting"),
        (State::Running, Health::Healthy) => Text::new("state-healthy"),
        (State::Running, Health::Unhealthy) => Text::new("state-unhealthy"),
        (State::Restarting, _) => Text::new("state-restarting").with("count", replica.restarts.unwrap_or(0)),
        (State::Paused, _) => Text::new("state-paused"),
        (State::Exited(Some(code)), _) => Text::new("state-exited").with("code", code),
        (State::Exited(None) | State::Dead, _) => Text::new("state-dead"),
        (State::Removing, _) => Text::new("state-removing"),
    }
}

/// A node's state in words: `ready, leader`, `down`, `ready, drained` …
pub fn node_state(node: &Node) -> Text {
    let state = match node.state {
        NodeState::Ready => "node-ready",
        NodeState::Down => "node-down",
        NodeState::Unknown => "node-unknown",
    };
    let availability = match node.availability {
        Availability::Active => None,
        Availability::Pause => Some("node-pause"),
        Availability::Drain => Some("node-drain"),
    };
    let manager = node.manager.map(|manager| match manager {
        Manager::Leader => "node-leader",
        Manager::Reachable => "node-manager",
        Manager::Unreachable => "node-manager-unreachable",
    });
    join([Some(state), availability, manager].into_iter().flatten().map(Text::new).collect())
}

/// A key of the compose file with a list of one, as it can be pasted.
pub(super) fn listed(key: &str, item: &str) -> Text {
    Text::verbatim(format!("{key}: [\"{item}\"]"))
}

pub(super) fn join(items: Vec<Text>) -> Text {
    Text::new("check-list").with("items", items)
}

/// The snapshot that the check asked for is not there.
pub(super) fn not_observed() -> Verdict {
    Verdict::environment(Text::new("check-not-observed"))
}

/// What a probe brought instead of what the check asked for.
pub(super) fn not_asked(seen: Option<&Seen>) -> Verdict {
    match seen {
        Some(Seen::NoEntry) => Verdict::not_yet(Text::new("check-no-entry")).settling(),
        Some(Seen::Engine(error)) => Verdict::environment(error.text()),
        _ => not_observed(),
    }
}

pub(super) fn none_running(service: &str) -> Verdict {
    Verdict::not_yet(Text::new("check-replicas-none").with("service", service)).settling()
}

/// The engine has one machine, so there are no nodes to judge by.
pub(super) fn one_machine(stack: &Observed) -> Option<Verdict> {
    stack.nodes.is_empty().then(|| Verdict::environment(Text::new("check-one-machine")))
}

/// The engine has no node of that name.
pub(super) fn unknown_node(stack: &Observed, node: &str) -> Option<Verdict> {
    let names: Vec<String> = stack.nodes.iter().map(|one| one.name.clone()).collect();
    let unknown = !names.iter().any(|name| name == node);
    unknown.then(|| {
        Verdict::environment(Text::new("check-unknown-node").with("node", node).with("names", names))
    })
}

/// Which of `replicas` lies on which node: `node1: backend-1, backend-4 · node2 (Down): -`.
pub(super) fn by_node(stack: &Observed, replicas: &[&Replica]) -> Text {
    let on = |node: &Node| {
        let here = replicas.iter().filter(|one| one.node.as_ref() == Some(&node.name));
        let here: Vec<String> = here.map(|one| one.label()).collect();
        let down = if node.state == NodeState::Ready { "no" } else { "yes" };
        let text = Text::new("check-node").with("node", node.name.as_str()).with("down", down);
        text.with("count", here.len()).with("names", here)
    };
    let beside = |one: Text, other: Text| Text::new("check-beside").with("one", one).with("other", other);
    stack.nodes.iter().map(on).reduce(beside).unwrap_or_else(|| Text::new("check-none"))
}

/// A verdict about requests that failed, where some did: how many, and in which ways.
pub(super) fn failed_requests(hits: &[Hit]) -> Option<Verdict> {
    let failed: Vec<&Hit> = hits.iter().filter(|hit| !hit.is_good()).collect();
    if failed.is_empty() {
        return None;
    }
    let mut kinds = std::collections::BTreeMap::<String, usize>::new();
    for hit in &failed {
        *kinds.entry(hit.trouble()).or_default() += 1;
    }
    let ways: Vec<String> = kinds.iter().map(|(trouble, count)| format!("{count} x {trouble}")).collect();
    let text = Text::new("check-requests-failed").with("count", failed.len()).with("all", hits.len());
    Some(Verdict::not_yet(text).observed(Text::verbatim(ways.join(", "))))
}

/// A replica that will not get ready by waiting.
pub(super) fn troubled(service: &str, all: &[&Replica]) -> Option<Verdict> {
    let replica = all.iter().find(|replica| {
        matches!(replica.state, State::Exited(_) | State::Dead | State::Paused | State::Restarting)
            || replica.health == Health::Unhealthy
    })?;
    let verdict = Verdict::not_yet(
        Text::new("check-replicas-troubled")
            .with("replica", replica.label())
            .with("state", state(replica))
            .with("service", service),
    );
    // It may be on its way: restarting once, or unhealthy until the next health check.
    let hopeful = matches!(replica.state, State::Restarting | State::Running);
    Some(match replica.state {
        state if state.has_failed() => verdict.ended(replica),
        _ if hopeful => verdict.settling(),
        _ => verdict,
    })
}

/// Two requests stand in one line of the replica's log.
pub(super) fn run_together(replica: &str, line: &str) -> Verdict {
    let message = Text::new("check-spread-run-together").with("replica", replica);
    let expected = Text::new("check-spread-one-line");
    Verdict::not_yet(message).expected(expected).lines(vec![format!("{replica}  {line}")])
}
