//! The contract on a swarm of three nodes: the same situations, said in Swarm's words.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use workshop::engine::{
    EngineError, Health, Loss, NodeState, Observed, ResourceKind, State, Trouble, UpdateState,
};

use super::stack::Stack;

/// Why a situation is not played on a swarm.
pub(super) const LEFT_OUT: &[(&str, &str)] = &[
    ("one_is_restarted_and_one_is_killed_and_the_others_are_left_alone", "a swarm makes a killed one anew"),
    ("what_is_said_of_a_container_makes_it_anew_and_nothing_else_does", "Docker's own manager decides it"),
    ("what_is_linked_is_brought_along", "a stack has no links"),
    ("each_in_its_turn", "nginx's, whatever runs it; the spread over nodes is played"),
    ("a_name_that_was_resolved_at_the_start_stays_what_it_was", "nginx's, whatever runs it"),
    ("a_variable_is_resolved_again", "nginx's, whatever runs it"),
    ("the_fewest_connections", "nginx's, whatever runs it"),
    ("one_client_stays_with_one_replica", "nginx's, whatever runs it"),
    ("a_replica_that_is_lost_is_passed_over", "the loss of a node is played instead"),
    ("a_list_that_was_read_once_is_seen_to_be_old", "nginx's, whatever runs it"),
    ("a_list_that_follows_the_name_is_seen_to_follow", "nginx's, whatever runs it"),
    ("one_that_failed_is_seen_to_rest_and_to_come_back", "nginx's, whatever runs it"),
    ("one_volume_is_one_database", "a volume is one of its node"),
    ("without_a_volume_each_has_its_own", "a volume is one of its node"),
    ("a_new_page_needs_a_build", "a stack builds nothing; an update by another image is played"),
    ("a_mounted_configuration_needs_a_reload", "a stack mounts nothing of the workspace"),
    ("a_container_name_with_more_than_one_replica", "a stack ignores container_name"),
    ("one_published_port_for_two_replicas", "each node has ports of its own"),
    ("a_port_that_somebody_else_has", "each node has ports of its own"),
    ("a_service_on_no_common_network_is_not_found", "Docker's own network decides it"),
    ("a_configuration_that_nginx_does_not_take", "nginx's, whatever runs it"),
    ("a_health_check_that_never_passes", "a swarm ends such a replica and makes it anew, without end"),
    ("two_servers_share_a_database_and_a_cache", "a volume is one of its node"),
    ("a_database_and_a_cache_that_are_made_anew_are_found_again", "a volume is one of its node"),
    ("a_cache_that_is_gone_is_said_and_found_again", "the program's own, whatever runs it"),
    ("a_wrong_password_is_said_by_the_servers_health", "the program's own, whatever runs it"),
    ("a_database_that_is_slower_than_its_health_check_allows", "a stack waits for nothing"),
];

fn ids(seen: &Observed) -> BTreeMap<String, String> {
    seen.replicas.iter().filter(|one| one.is_running()).map(|one| (one.label(), one.id.clone())).collect()
}

fn nodes_of(seen: &Observed) -> BTreeSet<String> {
    seen.of("backend").filter(|one| one.is_ready()).filter_map(|one| one.node.clone()).collect()
}

pub(super) fn they_come_and_go_as_they_are_scaled(stack: &mut Stack) {
    assert_eq!(stack.observe().replicas, []);
    let three = stack.deploy();
    let network = format!("{}_appnet", stack.project.name);
    assert_eq!(three.networks, std::slice::from_ref(&network));
    assert_eq!(three.volumes, [format!("{}_data", stack.project.name)]);
    for replica in three.of("backend") {
        let begins = format!("{}_backend.{}.", stack.project.name, replica.index);
        assert!(replica.name.starts_with(&begins), "{replica:?}");
        assert_eq!((replica.health, replica.restarts, &replica.trouble), (Health::Healthy, Some(0), &None));
        assert_eq!((replica.id.len(), replica.hostname.as_str()), (64, &replica.id[..12]));
        assert!(!replica.networks[&network].is_empty());
        assert!(replica.started.unwrap() >= replica.created);
    }
    assert_eq!(nodes_of(&three).len(), 3, "one on each node: {three:#?}");
    let names: Vec<&str> = three.nodes.iter().map(|node| node.name.as_str()).collect();
    assert_eq!(names, ["node1", "node2", "node3"]);
    assert!(three.nodes.iter().all(|node| node.state == NodeState::Ready && node.manager.is_some()));
    let services: Vec<_> = three.services.iter().map(|one| (one.name.as_str(), one.wanted)).collect();
    assert!(services.contains(&("backend", Some(3))) && services.contains(&("frontend", Some(1))));
    let front = three.of("frontend").next().unwrap();
    let at = three.nodes.iter().find(|node| Some(&node.name) == front.node.as_ref()).unwrap();
    assert_eq!(three.url_of("frontend", 80), Some(format!("http://{}:8080", at.address)));

    stack.run("docker service scale {stack}_backend=5");
    let five = stack.ready(5);
    let (before, after) = (ids(&three), ids(&five));
    assert!(before.iter().all(|(label, id)| after[label] == *id), "{before:?} {after:?}");
    stack.run("docker service scale {stack}_backend=2");
    let two = stack.ready(2);
    assert!(ids(&two).iter().all(|(label, id)| after[label] == *id));
    // It is told which of them it is to be now; without a number the file says it.
    stack.run("docker stack deploy -c compose.yaml --resolve-image never {stack}");
    stack.ready(3);
}

pub(super) fn a_killed_one_is_made_anew_and_the_others_are_left_alone(stack: &mut Stack) {
    let before = ids(&stack.deploy());
    let gone = |seen: &Observed| ids(seen).get("backend-2") != before.get("backend-2");
    stack.told("docker kill {backend-2}", gone);
    let after = ids(&stack.ready(3));
    assert_ne!(before["backend-2"], after["backend-2"]);
    assert_eq!(before["backend-1"], after["backend-1"]);
    let seen = stack.observe();
    let second = seen.of("backend").find(|one| one.index == 2).unwrap();
    assert_eq!(second.restarts, Some(1), "{seen:#?}");
}

pub(super) fn a_changed_service_is_made_anew_and_no_other(stack: &mut Stack) {
    let before = ids(&stack.deploy());
    stack.edit("compose.yaml", "      DATABASE_URL:", "      COLOUR: blue\n      DATABASE_URL:");
    stack.run("docker stack deploy -c compose.yaml --resolve-image never {stack}");
    let updated = |seen: &Observed| {
        let update = |one: &workshop::engine::Service| one.update.as_ref().map(|update| update.state);
        seen.services.iter().any(|one| one.name == "backend" && update(one) == Some(UpdateState::Completed))
    };
    stack.until("updated", updated);
    let after = stack.ready(3);
    for label in ["backend-1", "backend-2", "backend-3"] {
        assert_ne!(before[label], ids(&after)[label], "{label} is another one");
    }
    assert_eq!(before["frontend-1"], ids(&after)["frontend-1"]);
    // A version that ends at once is taken back, and what ran goes on.
    stack.run("docker service update --detach --env-add PORT=99999 {stack}_backend");
    let back = |seen: &Observed| {
        let update = |one: &workshop::engine::Service| one.update.as_ref().map(|update| update.state);
        seen.services.iter().any(|one| update(one) == Some(UpdateState::RollbackCompleted))
    };
    stack.until("rolled back", back);
    stack.ready(3);
}

pub(super) fn what_they_write_is_kept_from_a_moment_on(stack: &mut Stack) {
    stack.deploy();
    stack.answers("/api/posts");
    let middle = SystemTime::now();
    let id = "contract-0123456789";
    assert_eq!(stack.ask("GET", "/api/posts", "", id).unwrap().status, 200);
    stack.written("backend", id);
    let seen = stack.observe();
    let holding: Vec<_> = seen
        .of("backend")
        .filter(|replica| stack.logs(replica, None).iter().any(|line| line.text.contains(id)))
        .collect();
    assert_eq!(holding.len(), 1, "one replica answered, and one wrote it");
    let all = stack.logs(holding[0], None);
    assert!(all[0].text.contains("msg=listening"), "{all:?}");
    let later = stack.logs(holding[0], Some(middle));
    assert!(later.len() < all.len() && later.iter().any(|line| line.text.contains(id)));
    let line = stack.followed(holding[0], id);
    assert!(line.at.is_some() && !line.stderr, "{line:?}");
    let lines = stack.run("docker service logs --raw {stack}_backend");
    assert!(lines.iter().any(|line| line.contains(id)), "of all nodes: {lines:?}");
}

pub(super) fn requests_are_spread_over_the_nodes(stack: &mut Stack) {
    stack.deploy();
    stack.answers("/api/posts");
    let counts = stack.spread(30);
    assert_eq!(counts.len(), 3);
    assert!(counts.values().all(|count| (8..=12).contains(count)), "{counts:?}");
}

pub(super) fn commands_are_run_inside_a_replica(stack: &mut Stack) {
    let seen = stack.deploy();
    for replica in seen.of("backend") {
        let health = stack.exec_in(replica, &["/app/contoso-backend", "healthcheck"]).unwrap();
        assert_eq!(health.code, Some(0), "{health:?}");
        let variables = stack.variables(replica).unwrap();
        assert_eq!(variables["DATABASE_URL"], "sqlite:///data/contoso.db");
    }
    let said = stack.exec("frontend", &["nginx", "-t"]).unwrap();
    assert!(said.stderr.contains("test is successful"), "{said:?}");
    let before = stack.cpu_times();
    assert_eq!(before.len(), 4, "{before:?}");
    for _ in 0..200 {
        stack.get("/api/posts");
    }
    let after = stack.cpu_times();
    assert!(after["frontend-1"] > before["frontend-1"], "{before:?} {after:?}");
}

pub(super) fn what_stops_a_replica_is_told(stack: &mut Stack) {
    stack.build();
    stack.edit("compose.yaml", "    image: contract-frontend:local\n", "    image: no-such-image:local\n");
    stack.edit(
        "compose.yaml",
        "    deploy:\n      replicas: 3\n",
        "    deploy:\n      replicas: 3\n      placement: { constraints: [\"node.labels.disk==ssd\"] }\n",
    );
    stack.run("docker stack deploy -c compose.yaml --resolve-image never {stack}");
    let says = |seen: &Observed, service: &str, words: &str| {
        seen.of(service).any(|one| one.trouble.as_ref().is_some_and(|said| said.contains(words)))
    };
    let seen = stack.until("told", |seen| {
        says(seen, "frontend", "No such image") && says(seen, "backend", "no suitable node")
    });
    assert!(seen.of("backend").all(|one| one.state == State::Created && one.node.is_none()), "{seen:#?}");
    let first = seen.of("backend").next().unwrap();
    let refused = stack.exec_in(first, &["true"]).unwrap_err().to_string();
    assert!(refused.contains("no suitable node"), "{refused}");
}

pub(super) fn a_compose_file_that_a_stack_does_not_take(stack: &mut Stack) {
    stack.build();
    let good = std::fs::read_to_string(stack.path("compose.yaml")).unwrap();
    for (from, to, says) in [
        ("    environment:\n", "    environmen:\n", "environmen"),
        ("    networks: [appnet]\n", "    networks: [appnett]\n", "appnett"),
    ] {
        std::fs::write(stack.path("compose.yaml"), good.replacen(from, to, 1)).unwrap();
        let end = stack.refuses("docker stack deploy -c compose.yaml --resolve-image never {stack}");
        let trouble = end.trouble.unwrap();
        assert!(
            matches!(&trouble, Trouble::ComposeFileInvalid { detail } if detail.contains(says)),
            "{trouble:?}"
        );
    }
    assert_eq!(stack.observe().replicas, []);
    for (verb, instead) in [
        ("up -d", "docker stack deploy"),
        ("down", "docker stack rm"),
        ("scale backend=2", "docker service scale"),
    ] {
        let end = stack.refuses(verb);
        let said = end.trouble.unwrap().text().render(workshop::text::Lang::En);
        assert!(said.contains(instead), "{verb}: {said}");
    }
}

pub(super) fn nothing_is_left_at_the_end(stack: &mut Stack) {
    stack.deploy();
    std::fs::write(stack.path("words.txt"), "a secret word").unwrap();
    stack.run("docker secret create {stack}_words words.txt");
    let kinds: BTreeSet<_> = stack.resources().iter().map(|one| one.kind).collect();
    let wanted = [
        ResourceKind::Service,
        ResourceKind::Container,
        ResourceKind::Network,
        ResourceKind::Secret,
        ResourceKind::Volume,
        ResourceKind::Cluster,
    ];
    assert_eq!(kinds, wanted.into_iter().collect());
    let images = stack.images();
    assert!(images.iter().any(|image| image.contains("contract-backend:local")), "{images:?}");
    // All but the cluster, thing by thing.
    let mut all = stack.resources();
    all.retain(|one| one.kind != ResourceKind::Cluster);
    stack.remove(&all).unwrap();
    let left: Vec<_> = stack.resources().into_iter().map(|one| (one.kind, one.name)).collect();
    assert_eq!(left, [(ResourceKind::Cluster, stack.project.name.clone())]);
    stack.remove(&stack.resources()).unwrap();
    assert_eq!(stack.resources(), []);
    assert!(matches!(stack.observed(), Err(EngineError::NoSwarm)));
}

pub(super) fn what_is_foreign_is_not_touched(stack: &mut Stack) {
    stack.build();
    // Somebody else's stack of the same name, and one of another name.
    let name = stack.project.name.clone();
    for (service, stack_name, label) in [
        (format!("{name}_theirs"), name.as_str(), "workshop.workspace=elsewhere:/home/x"),
        ("other_web".to_owned(), "other", "a=b"),
    ] {
        let namespace = format!("com.docker.stack.namespace={stack_name}");
        stack.by_hand(&[
            "service",
            "create",
            "--detach",
            "--no-resolve-image",
            "--endpoint-mode",
            "dnsrr",
            "--label",
            &namespace,
            "--label",
            label,
            "--name",
            &service,
            "contract-frontend:local",
        ]);
    }
    let error = stack.fails("docker stack deploy -c compose.yaml --resolve-image never {stack}");
    assert!(
        matches!(&error, EngineError::Foreign { owner: Some(owner), .. } if owner == "elsewhere:/home/x"),
        "{error:?}"
    );
    assert!(matches!(stack.fails("docker stack rm {stack}"), EngineError::Foreign { .. }));
    assert_eq!(stack.observe().replicas, []);
    let kinds: Vec<_> = stack.resources().iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [ResourceKind::Cluster]);
    stack.by_hand(&["service", "rm", &format!("{name}_theirs")]);
    stack.deploy();
    stack.run("docker stack rm {stack}");
    let services = stack.by_hand(&["service", "ls", "--format", "{{.Name}}"]);
    assert_eq!(services.trim(), "other_web");
    // One that the learner deployed by hand is seen as the workspace's: its name was made for it.
    stack.by_hand(&["stack", "deploy", "-c", "compose.yaml", "--resolve-image", "never", &name]);
    stack.ready(3);
}

pub(super) fn a_node_is_lost_and_comes_back(stack: &mut Stack) {
    let before = stack.deploy();
    let front = before.of("frontend").next().and_then(|one| one.node.clone()).unwrap();
    let lost = ["node1", "node2", "node3"].into_iter().find(|node| *node != front).unwrap();
    stack.lose(lost, Loss::Kill);
    let state = |seen: &Observed| seen.nodes.iter().find(|node| node.name == lost).map(|node| node.state);
    let seen = stack.until("down", |seen| state(seen) == Some(NodeState::Down));
    assert_eq!(seen.nodes.len(), 3);
    let moved = |seen: &Observed| {
        let ready: Vec<_> = seen.of("backend").filter(|one| one.is_ready()).collect();
        ready.len() == 3 && ready.iter().all(|one| one.node.as_deref() != Some(lost))
    };
    let seen = stack.until("made anew elsewhere", moved);
    let away = seen.of("backend").find(|one| one.node.as_deref() == Some(lost));
    if let Some(away) = away {
        let refused = stack.exec_in(away, &["true"]).unwrap_err().to_string();
        assert!(refused.contains("workshop cluster heal"), "{refused}");
    }
    assert_eq!(stack.get("/api/posts").status, 200);
    stack.bring_back(lost);
    stack.until("back", |seen| state(seen) == Some(NodeState::Ready));
    stack.lose(lost, Loss::Cut(Duration::from_secs(600)));
    stack.bring_back(lost);
    stack.until("in reach", |seen| state(seen) == Some(NodeState::Ready));
}
