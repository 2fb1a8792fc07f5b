//! Replicas: how many, in which state, since when, with which log.

use std::collections::BTreeMap;
use std::time::SystemTime;

use workshop::engine::{Health, Observed, ResourceKind, State};

use super::stack::Stack;

fn starts(seen: &Observed) -> BTreeMap<String, (String, SystemTime)> {
    let start = |replica: &workshop::engine::Replica| {
        (replica.label(), (replica.id.clone(), replica.started.expect("it has started")))
    };
    seen.replicas.iter().map(start).collect()
}

pub(crate) fn they_come_and_go_as_they_are_scaled(stack: &mut Stack) {
    assert_eq!(stack.observe().replicas, []);
    let lines = stack.run("up -d --build --scale backend=3");
    let name = format!("{}-backend-3", stack.project.name);
    assert!(lines.iter().any(|line| line.contains(&name) && line.contains("Started")), "{lines:?}");
    let three = stack.ready(3);
    let network = format!("{}_appnet", stack.project.name);
    assert_eq!(three.networks, std::slice::from_ref(&network));
    assert_eq!(three.volumes, [format!("{}_data", stack.project.name)]);
    for replica in three.of("backend") {
        assert_eq!(replica.name, format!("{}-{}", stack.project.name, replica.label()));
        assert_eq!((replica.health, replica.restarts), (Health::Healthy, Some(0)));
        assert_eq!((replica.id.len(), replica.hostname.as_str()), (64, &replica.id[..12]));
        assert_eq!(replica.published, [], "a backend is inside only");
        assert!(!replica.networks[&network].is_empty());
        assert!(replica.started.unwrap() >= replica.created);
    }
    let addresses: std::collections::BTreeSet<_> =
        three.replicas.iter().map(|one| &one.networks[&network]).collect();
    assert_eq!(addresses.len(), 4, "each has an address of its own");
    let front = three.of("frontend").next().unwrap();
    assert_eq!(front.health, Health::None);
    assert!(front.published.iter().any(|port| port.target == 80 && port.host == stack.port));
    assert_eq!(three.url_of("frontend", 80), Some(format!("http://127.0.0.1:{}", stack.port)));

    stack.run("up -d --scale backend=5");
    let five = stack.ready(5);
    let (before, after) = (starts(&three), starts(&five));
    assert!(before.iter().all(|(label, start)| after[label] == *start), "{before:?} {after:?}");
    stack.run("up -d --scale backend=2");
    let two = stack.ready(2);
    assert_eq!(two.of("backend").map(|one| one.index).collect::<Vec<_>>(), [1, 2]);
    assert!(starts(&two).iter().all(|(label, start)| before[label] == *start));
    // Without a number a service has as many as its file says.
    stack.run("up -d");
    stack.ready(1);
}

pub(crate) fn one_is_restarted_and_one_is_killed_and_the_others_are_left_alone(stack: &mut Stack) {
    let before = stack.up(3);
    stack.run("restart-one backend-1");
    let after = stack.ready(3);
    let (old, new) = (starts(&before), starts(&after));
    let changed: Vec<_> = old.iter().filter(|(label, start)| new[*label] != **start).collect();
    assert_eq!(changed.len(), 1, "{changed:?}");
    let (label, (id, start)) = changed[0];
    assert_eq!((label.as_str(), id), ("backend-1", &new[label].0), "it is the same replica");
    assert!(new[label].1 > *start);

    stack.run("kill-one backend-2");
    let seen = stack.until("killed", |seen| seen.of("backend").any(|one| !one.is_running()));
    let killed = seen.of("backend").find(|one| one.index == 2).unwrap();
    assert_eq!(killed.state, State::Exited(Some(137)));
    assert_eq!(seen.of("backend").filter(|one| one.is_running()).count(), 2);
    let again = stack.refuses("kill-one backend-2");
    assert!(again.stderr_tail[0].contains("is not running"), "{again:?}");

    stack.run("up -d --no-build --scale backend=3");
    let back = stack.ready(3);
    assert_eq!(starts(&back)["backend-1"], new["backend-1"]);
    assert_ne!(starts(&back)["backend-2"], new["backend-2"]);
}

pub(crate) fn a_changed_service_is_made_anew_and_no_other(stack: &mut Stack) {
    let before = stack.up(2);
    stack.run("up -d --scale backend=2");
    assert_eq!(starts(&before), starts(&stack.ready(2)), "nothing changed, so nothing is made anew");
    stack.edit("docker-compose.yml", "    environment:\n", "    environment:\n      COLOUR: blue\n");
    stack.run("up -d --scale backend=2");
    let after = stack.ready(2);
    let (old, new) = (starts(&before), starts(&after));
    for label in ["backend-1", "backend-2"] {
        assert_ne!(old[label].0, new[label].0, "{label} is another one");
    }
    assert_eq!(old["frontend-1"], new["frontend-1"]);
}

pub(crate) fn what_is_said_of_a_container_makes_it_anew_and_nothing_else_does(stack: &mut Stack) {
    let original = std::fs::read_to_string(stack.path("docker-compose.yml")).unwrap();
    let mut last = starts(&stack.up(1));
    for (said, anew) in [
        ("    labels:\n      team: red\n      b: c\n", true),
        ("    labels: [b=c, team=red] # the same\n", false),
        ("    labels: {b: c, team: blue}\n", true),
        ("    hostname: somewhere\n", true),
        ("    x-note: ours\n    hostname: somewhere\n    pull_policy: missing\n", false),
        ("    deploy: {resources: {limits: {memory: 900M}}}\n", true),
        ("    deploy: {replicas: 1, resources: {limits: {memory: 900M}}}\n", false),
        ("    restart: always\n", true),
        ("    restart: unless-stopped\n", true),
        ("    restart: unless-stopped\n    stop_grace_period: 3s\n", true),
        ("    stop_grace_period: 3s\n    restart: unless-stopped\n", false),
        ("    expose: [\"9090\"]\n", true),
        ("", true),
    ] {
        let base = if said.contains("expose") {
            original.replace("    expose:\n      - \"8080\"\n", "")
        } else {
            original.clone()
        };
        let at = "    environment:\n";
        assert!(base.contains(at));
        std::fs::write(stack.path("docker-compose.yml"), base.replacen(at, &format!("{said}{at}"), 1))
            .unwrap();
        stack.run("up -d");
        let now = starts(&stack.ready(1));
        assert_eq!(last["backend-1"].0 != now["backend-1"].0, anew, "{said}");
        assert_eq!(last["frontend-1"].0, now["frontend-1"].0, "{said}");
        last = now;
    }
}

pub(crate) fn what_they_write_is_kept_from_a_moment_on(stack: &mut Stack) {
    stack.up(2);
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
    assert!(all.windows(2).all(|pair| pair[0].at <= pair[1].at));
    let later = stack.logs(holding[0], Some(middle));
    assert!(later.len() < all.len() && later.iter().any(|line| line.text.contains(id)));
    assert!(later.iter().all(|line| line.at.unwrap() >= middle));
    let lines = stack.run("logs --no-color --tail 1 backend");
    assert_eq!(lines.len(), 2, "one line of each: {lines:?}");
    assert!(lines.iter().all(|line| line.starts_with("backend-") && line.contains(" | time=")), "{lines:?}");
    // nginx writes too.
    stack.written("frontend", "GET /api/posts HTTP/1.0\" 200");
}

pub(crate) fn one_that_ends_by_itself_is_started_again_where_that_is_asked_for(stack: &mut Stack) {
    // A port that is none ends it at once.
    stack.edit(
        "docker-compose.yml",
        "    environment:\n",
        "    restart: always\n    environment:\n      PORT: '99999'\n",
    );
    stack.run("up -d --build");
    let restarted = |seen: &Observed| seen.of("backend").any(|one| one.restarts.unwrap_or(0) >= 2);
    stack.until("restarted", restarted);
    assert!(stack.written("backend", "99999").contains("is not a port number"));
    stack.edit("docker-compose.yml", "    restart: always\n", "");
    stack.run("up -d");
    let ended = |seen: &Observed| seen.of("backend").all(|one| one.state == State::Exited(Some(1)));
    stack.until("ended with 1", ended);
}

/// A link is a dependency, though nothing says `depends_on`.
pub(crate) fn what_is_linked_is_brought_along(stack: &mut Stack) {
    stack.edit("docker-compose.yml", "    depends_on:\n      - backend\n", "    links:\n      - backend\n");
    stack.run("up -d --build frontend");
    let seen = stack.ready(1);
    let created = |service: &str| seen.of(service).next().expect("it is there").created;
    assert!(created("backend") <= created("frontend"), "{seen:?}");
    stack.answers("/api/posts");
}

pub(crate) fn nothing_is_left_at_the_end(stack: &mut Stack) {
    stack.up(2);
    let kinds: Vec<_> = stack.resources().iter().map(|one| one.kind).collect();
    let (container, network, volume) = (ResourceKind::Container, ResourceKind::Network, ResourceKind::Volume);
    assert_eq!(kinds, [container, container, container, network, volume]);
    stack.run("stop");
    let stopped = stack.observe();
    assert!(stopped.replicas.iter().all(|one| matches!(one.state, State::Exited(Some(0)))), "{stopped:#?}");
    assert!(stack.ask("GET", "/", "", "x").is_none(), "a port of a stopped replica is not answered");
    stack.run("start");
    stack.ready(2);
    stack.answers("/api/posts");
    stack.run("down");
    let left: Vec<_> = stack.resources().iter().map(|one| one.kind).collect();
    assert_eq!(left, [volume], "data outlives its replicas");
    stack.run("up -d");
    stack.run("down --volumes --remove-orphans");
    assert_eq!(stack.resources(), []);
    // Taking down what is not there is no failure.
    stack.run("down --volumes");
}

pub(crate) fn what_happens_is_told_and_what_is_written_is_heard(stack: &mut Stack) {
    let seen = stack.up(2);
    let first = seen.of("backend").next().unwrap();
    let request = format!("contract-{}", std::process::id());
    for _ in 0..4 {
        assert_eq!(stack.ask("GET", "/api/posts", "", &request).map(|answer| answer.status), Some(200));
    }
    let line = stack.followed(first, &request);
    assert!(line.at.is_some() && !line.stderr, "{line:?}");
    let stopped = |seen: &Observed| seen.of("backend").filter(|one| one.is_running()).count() == 1;
    let took = stack.told("kill-one backend-2", stopped);
    assert!(took < std::time::Duration::from_secs(1), "{took:?}");
    let ready = |seen: &Observed| seen.of("backend").filter(|one| one.is_ready()).count() == 2;
    stack.told("up -d --no-build --scale backend=2", ready);
}
