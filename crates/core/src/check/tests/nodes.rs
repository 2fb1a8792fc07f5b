//! The kinds for several machines: where replicas lie, a node that is lost, a change that is rolled out
//! or taken back.

use std::time::Duration;

use super::live::{judged, replica};
use crate::check::seen::{Hit, HttpFailure, Seen};
use crate::check::survives::Survived;
use crate::check::update::Updated;
use crate::check::{Outcome, Verdict};
use workshop_engine::{
    Availability, CommandEnd, Health, Manager, Node, NodeState, Observed, Replica, Service, State, Update,
    UpdateState,
};
use workshop_text::Lang;

pub(super) fn node(name: &str, state: NodeState) -> Node {
    let manager = (name == "node1").then_some(Manager::Leader);
    let (name, address) = (name.to_owned(), String::new());
    Node { name, address, state, availability: Availability::Active, manager }
}

pub(super) fn on(index: u32, node: &str, version: u32) -> Replica {
    let mut one = replica("backend", 1, State::Running, Health::Healthy);
    one.index = index;
    one.id = format!("backend-{index}-v{version}");
    one.hostname = format!("host-{index}-v{version}");
    one.image = format!("backend:{version}");
    one.node = Some(node.to_owned());
    one
}

fn service(version: u32, update: Option<(UpdateState, &str)>) -> Service {
    let update = update.map(|(state, message)| Update { state, message: message.to_owned() });
    let (name, image) = ("backend".to_owned(), format!("backend:{version}"));
    Service { name, wanted: Some(3), image, update }
}

/// Three nodes, and the backend on these of them.
fn stack(nodes: [&str; 3], version: u32, update: Option<(UpdateState, &str)>) -> Observed {
    let names = ["node1", "node2", "node3"];
    let replicas = (1..).zip(nodes).map(|(index, node)| on(index, node, version)).collect();
    Observed {
        nodes: names.map(|name| node(name, NodeState::Ready)).into(),
        services: vec![service(version, update)],
        ..Observed::of_replicas(replicas)
    }
}

/// As the `at`-th example wants it, on all three or not on the second; or all of them there.
pub(super) fn spread(at: usize, right: bool) -> Observed {
    let nodes = match (right, at) {
        (true, 0) => ["node1", "node2", "node3"],
        (true, _) => ["node1", "node3", "node1"],
        (false, _) => ["node2"; 3],
    };
    stack(nodes, 1, None)
}

fn hits(good: usize, failed: usize) -> Vec<Hit> {
    let hit = |number: usize| Hit {
        id: format!("workshop-check-{number}"),
        client: None,
        reply: if number < good { Ok(200) } else { Err(HttpFailure::TimedOut) },
        replica: (number < good).then(|| format!("host-{}-v1", number % 3 + 1)),
        time: Duration::from_millis(if number < good { 20 } else { 8000 }),
    };
    (0..good + failed).map(hit).collect()
}

pub(super) fn survived(right: bool) -> Survived {
    let mut without = stack(["node1", "node1", "node3"], 1, None);
    without.nodes[1].state = NodeState::Down;
    Survived {
        node: "node2".to_owned(),
        before: stack(["node1", "node2", "node3"], 1, None),
        hits: hits(1835, if right { 1 } else { 9 }),
        noticed: Some(Duration::from_millis(11_200)),
        replaced: Some(Duration::from_millis(16_040)),
        ready: 3,
        wanted: 3,
        without,
        back: true,
    }
}

pub(super) fn updated(success: bool) -> Updated {
    let code = Some(i32::from(!success));
    let end = CommandEnd { code, stderr_tail: vec!["update paused".to_owned()], trouble: None };
    Updated {
        hits: hits(400, 0),
        commands: vec![("docker service update".to_owned(), end)],
        before: stack(["node1", "node2", "node3"], 1, Some((UpdateState::Completed, "before"))),
        moved: true,
        fewest_ready: 3,
        most_at_once: 1,
        time: Duration::from_millis(12_300),
    }
}

pub(super) fn rolled(right: bool) -> Observed {
    let update = if right { UpdateState::Completed } else { UpdateState::Paused };
    stack(["node1", "node2", "node3"], 2, Some((update, "update paused due to failure")))
}

pub(super) fn rolled_back(right: bool) -> Observed {
    let update = if right { UpdateState::RollbackCompleted } else { UpdateState::Completed };
    stack(["node1", "node2", "node3"], if right { 1 } else { 2 }, Some((update, "rollback completed")))
}

fn key(verdict: &Verdict) -> (Outcome, &'static str) {
    for lang in Lang::ALL {
        let texts = [Some(&verdict.message), verdict.expected.as_ref(), verdict.observed.as_ref()];
        for words in texts.into_iter().flatten().map(|text| text.render(lang)) {
            assert!(!words.contains("{ $") && !words.contains("check-"), "{words}");
        }
    }
    (verdict.outcome, verdict.message.key)
}

const ROLLS: &str = "rolls = { service = \"backend\", path = \"/\", rate = 40, after = \"2s\", at_once = 1, never_below = 3 }";
const ROLLED_BACK: &str = "rolled_back = { service = \"backend\", path = \"/\" }";
const SURVIVES: &str = "survives = { service = \"backend\", lose = \"{node-of-backend-2}\", path = \"/\", \
                        rate = 40, after = \"2s\", failed = 1 }";

#[test]
fn where_replicas_lie_is_said_node_by_node() {
    let stack = stack(["node1", "node2", "node1"], 1, None);
    let placement =
        |rest: &str| judged(&format!("placement = {{ service = \"backend\", {rest} }}"), &stack, None);
    for right in [
        "nodes = 2",
        "least_nodes = 2",
        "most_on_one = 2",
        "on = [\"node1\", \"node2\"]",
        "not_on = \"node3\"",
    ] {
        let verdict = placement(right);
        assert_eq!(key(&verdict), (Outcome::Pass, "check-placement-pass"), "{right}");
        let lies = verdict.observed.expect("where they lie");
        assert_eq!(lies.render(Lang::En), "node1: backend-1, backend-3 · node2: backend-2 · node3: nothing");
    }
    for (wrong, wanted) in [
        ("nodes = 3", "check-placement-nodes"),
        ("nodes = 1", "check-placement-nodes"),
        ("least_nodes = 3", "check-placement-nodes"),
        ("most_on_one = 1", "check-placement-crowded"),
        ("on = \"node1\"", "check-placement-elsewhere"),
        ("not_on = [\"node2\", \"node3\"]", "check-placement-forbidden"),
    ] {
        assert_eq!(key(&placement(wrong)), (Outcome::NotYet, wanted), "{wrong}");
    }
    assert_eq!(key(&placement("on = \"node9\"")), (Outcome::Environment, "check-unknown-node"));
}

#[test]
fn an_engine_of_one_machine_is_no_fault_of_the_learner() {
    let one = Observed::of_replicas(vec![on(1, "x", 1)]);
    let placement = "placement = { service = \"backend\", nodes = 1 }";
    for (check, seen) in [(placement, None), (ROLLS, Some(Seen::NoEntry)), (SURVIVES, Some(Seen::NoEntry))] {
        let verdict = judged(check, &one, seen.as_ref());
        assert_eq!(key(&verdict), (Outcome::Environment, "check-one-machine"), "{check}");
    }
}

#[test]
fn a_lost_node_is_told_with_its_figures() {
    let after = stack(["node1", "node1", "node3"], 1, None);
    let judge = |seen: Survived| judged(SURVIVES, &after, Some(&Seen::Survived(seen)));
    let pass = judge(survived(true));
    assert_eq!(key(&pass), (Outcome::Pass, "check-survives-pass"));
    let figure = |name| crate::lesson::prediction::measured(&pass, name).map(|text| text.render(Lang::En));
    for (name, wanted) in [("noticed", "11.2"), ("replaced", "16.0"), ("failed", "1"), ("lost", "backend-2")]
    {
        assert_eq!(figure(name).as_deref(), Some(wanted), "{name}");
    }
    let said = pass.message.render(Lang::En);
    assert!(said.contains("1 of 1836 requests failed, the slowest took 8000 ms"), "{said}");
    let failed = judge(survived(false));
    assert_eq!(key(&failed), (Outcome::NotYet, "check-survives-failed"));
    assert_eq!(failed.observed.map(|text| text.render(Lang::En)).as_deref(), Some("9 x time-out"));
    let late = judge(Survived { replaced: None, noticed: None, ready: 2, ..survived(true) });
    assert_eq!(key(&late), (Outcome::NotYet, "check-survives-late"));
    let idle = judge(Survived { before: spread(1, true), ..survived(true) });
    assert_eq!(key(&idle), (Outcome::NotYet, "check-survives-nothing-lost"));
    let away = judge(Survived { back: false, ..survived(true) });
    assert_eq!(key(&away), (Outcome::Environment, "check-survives-away"));
}

#[test]
fn a_node_is_named_or_found_by_a_replica() {
    let read = |lose: &str| {
        let check = SURVIVES.replace("{node-of-backend-2}", lose);
        toml::from_str::<crate::lesson::model::CheckEntry>(&format!("id = \"x\"\n{check}\n"))
    };
    for good in ["node3", "{node-of-backend-2}", "{node-of-api-server-1}", "host.example"] {
        read(good).unwrap_or_else(|error| panic!("{good}: {error}"));
    }
    let commands = read("{node-of-backend-2}").expect("a check").spec.check().commands();
    let commands: Vec<String> = commands.iter().map(ToString::to_string).collect();
    let place = "{node-of-backend-2}";
    assert_eq!(commands, [format!("workshop cluster cut {place}"), format!("workshop cluster heal {place}")]);
    for bad in ["", "--all", "a b", "{node-of-backend}", "{node-of-backend-0}", "{node-of--1}", "{backend-2}"]
    {
        let error = read(bad).expect_err(bad).to_string();
        assert!(error.contains("node"), "{bad}: {error}");
    }
}

#[test]
fn a_change_counts_where_every_replica_is_another() {
    let judge = |seen: Updated, now: &Observed| judged(ROLLS, now, Some(&Seen::Updated(seen)));
    let pass = judge(updated(true), &rolled(true));
    assert_eq!(key(&pass), (Outcome::Pass, "check-rolls-pass"));
    let mut kept = rolled(true);
    kept.replicas[1].id = "backend-2-v1".to_owned();
    assert_eq!(key(&judge(updated(true), &kept)), (Outcome::NotYet, "check-rolls-kept"));
    let mut old = rolled(true);
    old.replicas[2].image = "backend:1".to_owned();
    assert_eq!(key(&judge(updated(true), &old)), (Outcome::NotYet, "check-update-image"));
    let mut missing = rolled(true);
    missing.replicas.pop();
    assert_eq!(key(&judge(updated(true), &missing)), (Outcome::NotYet, "check-update-not-ready"));
    let below = Updated { fewest_ready: 2, ..updated(true) };
    assert_eq!(key(&judge(below, &rolled(true))), (Outcome::NotYet, "check-rolls-below"));
    let at_once = Updated { most_at_once: 2, ..updated(true) };
    assert_eq!(key(&judge(at_once, &rolled(true))), (Outcome::NotYet, "check-rolls-at-once"));
    let failed = Updated { hits: hits(10, 1), ..updated(true) };
    assert_eq!(key(&judge(failed, &rolled(true))), (Outcome::NotYet, "check-requests-failed"));
    let unmoved = Updated { moved: false, ..updated(true) };
    assert_eq!(key(&judge(unmoved, &rolled(true))), (Outcome::NotYet, "check-update-none"));
    let refused = Updated { moved: false, ..updated(false) };
    assert_eq!(key(&judge(refused, &rolled(true))), (Outcome::Environment, "check-steady-command-failed"));
}

#[test]
fn each_end_of_a_change_is_named_in_the_engines_words() {
    let all = [
        UpdateState::Updating,
        UpdateState::Paused,
        UpdateState::Completed,
        UpdateState::RollbackStarted,
        UpdateState::RollbackPaused,
        UpdateState::RollbackCompleted,
    ];
    for (check, wanted) in [(ROLLS, UpdateState::Completed), (ROLLED_BACK, UpdateState::RollbackCompleted)] {
        let mut said = std::collections::BTreeSet::new();
        for state in all.into_iter().filter(|state| *state != wanted) {
            let now = stack(["node1", "node2", "node3"], 2, Some((state, "the engine's own words")));
            let verdict = judged(check, &now, Some(&Seen::Updated(updated(false))));
            assert_eq!(key(&verdict), (Outcome::NotYet, "check-update-ended"));
            assert_eq!(verdict.lines, ["the engine's own words"]);
            said.extend(Lang::ALL.map(|lang| verdict.message.render(lang)));
        }
        assert_eq!(said.len(), 10, "{said:#?}");
    }
}

#[test]
fn a_version_is_taken_back_whatever_the_command_says() {
    let judge = |seen: Updated, now: &Observed| judged(ROLLED_BACK, now, Some(&Seen::Updated(seen)));
    assert_eq!(key(&judge(updated(false), &rolled_back(true))), (Outcome::Pass, "check-rolled-back-pass"));
    let mut bad = rolled_back(true);
    bad.replicas[0].image = "backend:2".to_owned();
    assert_eq!(key(&judge(updated(false), &bad)), (Outcome::NotYet, "check-update-image"));
    let failed = Updated { hits: hits(10, 2), ..updated(false) };
    assert_eq!(key(&judge(failed, &rolled_back(true))), (Outcome::NotYet, "check-requests-failed"));
}

#[test]
fn an_image_may_be_named_with_its_digest() {
    use crate::check::update::is_image;
    assert!(is_image("backend:2", "backend:2@sha256:aa"));
    assert!(is_image("backend:2@sha256:aa", "backend:2"));
    assert!(!is_image("backend:2@sha256:aa", "backend:2@sha256:bb"));
    assert!(!is_image("backend:1", "backend:2"));
}
