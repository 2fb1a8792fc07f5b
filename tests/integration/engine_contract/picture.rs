//! Who knows which address, as it is seen from outside: true whatever engine runs the stack.

use std::time::{Duration, Instant};

use workshop::picture::{Group, Held, Lookup, Picture, Row};

use super::stack::Stack;

/// A group that looks its name up once, with a list of its own.
const ONCE: &str = "upstream pool {\n    server backend:8080;\n}\n\n";

#[track_caller]
fn group(picture: &Picture) -> &Group {
    let [group] = picture.groups.as_slice() else { panic!("{picture:#?}") };
    group
}

fn labels<'r>(rows: impl Iterator<Item = &'r Row>) -> Vec<String> {
    rows.map(|row| row.label().to_owned()).collect()
}

/// The replicas that the proxy is known to have in its list.
fn held(group: &Group) -> Vec<String> {
    labels(group.rows.iter().filter(|row| row.held == Held::Yes))
}

/// The group as soon as it is as `wanted`.
#[track_caller]
fn until(stack: &Stack, service: &str, patience: Duration, wanted: impl Fn(&Group) -> bool) -> Group {
    let deadline = Instant::now() + patience;
    loop {
        let picture = stack.picture(service);
        if wanted(group(&picture)) {
            return group(&picture).clone();
        }
        assert!(Instant::now() < deadline, "{picture:#?}");
        std::thread::park_timeout(Duration::from_millis(200));
    }
}

pub(crate) fn a_list_that_was_read_once_is_seen_to_be_old(stack: &mut Stack) {
    stack.api("    location /api/ {\n        proxy_pass http://pool;\n    }");
    let text = std::fs::read_to_string(stack.path("frontend/nginx.conf")).unwrap();
    let server = text.find("server {\n    listen").unwrap();
    std::fs::write(stack.path("frontend/nginx.conf"), format!("{ONCE}{}", &text[server..])).unwrap();
    stack.up(3);
    stack.answers("/api/posts");
    // Where the list is worked out, one made in the second in which nginx began is known by its requests.
    stack.spread(30);
    let three = ["backend-1", "backend-2", "backend-3"];
    let seen = until(stack, "frontend", Duration::from_secs(10), |group| held(group) == three);
    assert_eq!(seen.names[0].lookup, Lookup::Once);
    assert_eq!((seen.name.as_str(), seen.names[0].addresses), ("pool", Some(3)));
    stack.run("up -d --scale backend=5");
    stack.ready(5);
    stack.spread(60);
    let seen = until(stack, "frontend", Duration::from_secs(10), |group| group.names[0].addresses == Some(5));
    assert_eq!(held(&seen), three);
    assert_eq!(labels(seen.unheard_of()), ["backend-4", "backend-5"], "{seen:#?}");
    let counts: Vec<Option<u32>> = seen.rows.iter().map(|row| row.requests).collect();
    assert!(counts[..3].iter().all(|count| *count >= Some(18)) && counts[3..] == [Some(0); 2], "{seen:#?}");
    // A reload looks the name up anew.
    stack.run("exec -T frontend nginx -s reload");
    let all = until(stack, "frontend", Duration::from_secs(10), |group| held(group).len() == 5);
    assert_eq!(all.unheard_of().count(), 0, "{all:#?}");
}

pub(crate) fn a_list_that_follows_the_name_is_seen_to_follow(stack: &mut Stack) {
    stack.up(3);
    stack.answers("/api/posts");
    stack.run("up -d --scale backend=5");
    stack.ready(5);
    let seen = until(stack, "frontend", Duration::from_secs(10), |group| held(group).len() == 5);
    assert!(matches!(seen.names[0].lookup, Lookup::Again { every_ms: Some(1000) }), "{seen:#?}");
    assert_eq!((seen.names[0].addresses, seen.unheard_of().count()), (Some(5), 0), "{seen:#?}");
    stack.run("up -d --scale backend=2");
    stack.ready(2);
    let seen = until(stack, "frontend", Duration::from_secs(10), |group| group.rows.len() == 2);
    assert_eq!(held(&seen), ["backend-1", "backend-2"]);
}

pub(crate) fn one_that_failed_is_seen_to_rest_and_to_come_back(stack: &mut Stack) {
    // Looked up once: one that is gone stays in the list, and is found out by a request.
    stack.edit("frontend/nginx.conf", " resolve ", " ");
    stack.edit("frontend/nginx.conf", "fail_timeout=5s", "fail_timeout=8s");
    stack.up(2);
    stack.answers("/api/posts");
    stack.spread(20);
    until(stack, "frontend", Duration::from_secs(10), |group| held(group).len() == 2);
    stack.run("kill-one backend-2");
    let begun = Instant::now();
    let rests = loop {
        stack.get("/api/posts");
        let picture = stack.picture("frontend");
        let resting = group(&picture).rows.iter().find(|row| row.rests.is_some()).cloned();
        match resting {
            Some(row) => break row,
            None => assert!(begun.elapsed() < Duration::from_secs(20), "{picture:#?}"),
        }
    };
    let first = rests.rests.unwrap();
    assert!(first.of == 8 && (1..=9).contains(&first.left), "{rests:#?}");
    assert_eq!((rests.named, rests.held), (Some(false), Held::Yes), "{rests:#?}");
    let left = |group: &Group| group.rows.iter().find_map(|row| row.rests).map(|rest| rest.left);
    until(stack, "frontend", Duration::from_secs(10), |group| {
        left(group).is_none_or(|left| left < first.left)
    });
    // Its time is over, and it is there again.
    stack.run("start-one backend-2");
    stack.ready(2);
    let seen = until(stack, "frontend", Duration::from_secs(20), |group| left(group).is_none());
    assert!(seen.rests_known, "{seen:#?}");
}
