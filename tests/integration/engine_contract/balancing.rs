//! Where requests go: nginx's balancing, its names, and what it does about replicas that are gone.

use super::stack::Stack;

/// The plain form, which resolves the name once.
const PLAIN: &str = "    location /api/ {\n        proxy_pass http://backend:8080;\n    }";

fn counts(stack: &Stack, requests: usize) -> Vec<usize> {
    stack.spread(requests).into_values().collect()
}

pub(crate) fn each_in_its_turn(stack: &mut Stack) {
    stack.up(3);
    stack.answers("/api/posts");
    let spread = counts(stack, 60);
    assert!(spread.iter().all(|count| (18..=22).contains(count)), "{spread:?}");
    // A name that is resolved again leads to the new ones, too.
    stack.run("up -d --scale backend=5");
    stack.ready(5);
    let all_serve = |spread: &[usize]| spread.len() == 5 && spread.iter().all(|count| *count >= 8);
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while !all_serve(&counts(stack, 60)) {
        assert!(std::time::Instant::now() < deadline, "{:?}", counts(stack, 60));
    }
}

pub(crate) fn a_name_that_was_resolved_at_the_start_stays_what_it_was(stack: &mut Stack) {
    stack.api(PLAIN);
    stack.up(3);
    stack.answers("/api/posts");
    stack.run("up -d --scale backend=5");
    stack.ready(5);
    let spread = counts(stack, 60);
    assert!(spread[..3].iter().all(|count| (18..=22).contains(count)) && spread[3..] == [0, 0], "{spread:?}");
    // A reload resolves it anew.
    stack.run("exec -T frontend nginx -s reload");
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while counts(stack, 60).contains(&0) {
        assert!(std::time::Instant::now() < deadline, "{:?}", counts(stack, 60));
    }
}

pub(crate) fn a_variable_is_resolved_again(stack: &mut Stack) {
    stack.api(
        "    location /api/ {\n        set $where http://backend:8080;\n        proxy_pass $where;\n    }",
    );
    stack.up(1);
    stack.answers("/api/posts");
    stack.run("up -d --scale backend=3");
    stack.ready(3);
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while counts(stack, 60).contains(&0) {
        assert!(std::time::Instant::now() < deadline, "{:?}", counts(stack, 60));
    }
}

pub(crate) fn the_fewest_connections(stack: &mut Stack) {
    stack.edit("frontend/nginx.conf", "    keepalive 32;", "    least_conn;\n    keepalive 32;");
    stack.up(3);
    stack.answers("/api/posts");
    // One request at a time: all have none, so each has its turn.
    let spread = counts(stack, 60);
    assert!(spread.iter().all(|count| (18..=22).contains(count)), "{spread:?}");
}

pub(crate) fn one_client_stays_with_one_replica(stack: &mut Stack) {
    stack.edit("frontend/nginx.conf", "    keepalive 32;", "    ip_hash;\n    keepalive 32;");
    stack.up(3);
    stack.answers("/api/posts");
    let mut spread = counts(stack, 20);
    spread.sort_unstable();
    assert_eq!(spread, [0, 0, 20]);
}

pub(crate) fn a_replica_that_is_lost_is_passed_over(stack: &mut Stack) {
    stack.up(2);
    stack.answers("/api/posts");
    stack.run("kill-one backend-2");
    // A container that is gone does not refuse: until its address has left the name, a request may
    // have to time out there. Then all are answered by the other one.
    let answered = || (0..20).filter(|_| stack.get("/api/posts").status == 200).count();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while answered() < 20 {
        assert!(std::time::Instant::now() < deadline, "it is never passed over");
    }
    let spread = stack.spread(20);
    assert_eq!(spread[&1], 20, "{spread:?}");
    stack.run("kill-one backend-1");
    let answer = stack.get("/api/posts");
    // Refused here, timed out there.
    assert!(matches!(answer.status, 502 | 504), "{answer:?}");
    assert!(answer.body.contains("<hr><center>nginx"), "{answer:?}");
    assert_eq!(stack.get("/").status, 200, "the page does not need them");
    stack.written("frontend", "upstream");
    stack.run("up -d --no-build --scale backend=2");
    stack.ready(2);
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while stack.get("/api/posts").status != 200 {
        assert!(std::time::Instant::now() < deadline, "it never comes back");
    }
}
