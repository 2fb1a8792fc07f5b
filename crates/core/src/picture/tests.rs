//! What follows from what was seen, rule by rule, and the lines of nginx's error log.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use proptest::prelude::*;

use super::*;
use workshop_engine as engine;
use workshop_engine::{
    Health, LogLine, Observed, Peers, Place, Replica, State, Upstream, UpstreamServer, Upstreams,
};

const BEGIN: u64 = 1_795_600_000;

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(BEGIN + seconds)
}

fn address(last: u32) -> SocketAddr {
    format!("172.18.0.{last}:8080").parse().unwrap()
}

fn replica(service: &str, index: u32, last: u32, started: u64) -> Replica {
    Replica {
        id: format!("{service}-{index}"),
        name: format!("ws-{service}-{index}"),
        service: service.to_owned(),
        index,
        hostname: String::new(),
        state: State::Running,
        health: Health::None,
        networks: BTreeMap::from([("net".to_owned(), format!("172.18.0.{last}"))]),
        published: Vec::new(),
        image: String::new(),
        created: at(started),
        started: Some(at(started)),
        node: None,
        restarts: Some(0),
        trouble: None,
    }
}

fn place(stack: &[Replica], last: u32) -> Place {
    let ip = format!("172.18.0.{last}");
    let owner = stack.iter().find(|one| one.networks["net"] == ip);
    Place { address: address(last), replica: owner.map(|one| one.id.clone()) }
}

fn server(host: &str, lookup: engine::Lookup, found: Vec<Place>) -> UpstreamServer {
    let fail_timeout = Duration::from_secs(30);
    UpstreamServer { host: host.into(), port: 8080, lookup, max_fails: 3, fail_timeout, found: Some(found) }
}

/// nginx since second 10, three backends before it and two after it.
struct Case {
    stack: Vec<Replica>,
    upstreams: Upstreams,
    failures: Failures,
    requests: BTreeMap<String, Requests>,
}

impl Case {
    fn new(lookup: engine::Lookup) -> Self {
        let mut stack: Vec<Replica> = (1..=5)
            .map(|index| replica("backend", index, index + 2, if index < 4 { 5 } else { 40 }))
            .collect();
        stack.push(replica("frontend", 1, 10, 10));
        let found = (3..=7).map(|last| place(&stack, last)).collect();
        let servers = vec![server("backend", lookup, found)];
        let group = Upstream { name: "pool".into(), servers, peers: Peers::Untold(BTreeSet::new()) };
        let upstreams =
            Upstreams { since: Some(at(10)), changed: false, logs_rests: true, groups: vec![group] };
        Self { stack, upstreams, failures: Failures::default(), requests: BTreeMap::new() }
    }

    fn picture(&self, now: u64) -> Picture {
        let stack = Observed::of_replicas(self.stack.clone());
        compose(&Sight {
            stack: &stack,
            proxy: stack.replicas.last().unwrap(),
            upstreams: &self.upstreams,
            failures: &self.failures,
            requests: &self.requests,
            requests_of: Some(MINUTE),
            now: at(now),
        })
    }

    fn held(&self, now: u64) -> Vec<Held> {
        self.picture(now).groups[0].rows.iter().map(|row| row.held).collect()
    }

    fn group(&mut self) -> &mut Upstream {
        &mut self.upstreams.groups[0]
    }
}

fn line(at_second: u64, text: &str) -> LogLine {
    LogLine { at: Some(at(at_second)), stderr: true, text: text.to_owned() }
}

fn disabled(last: u32) -> String {
    format!(
        "2026/11/25 10:00:00 [warn] 9#9: *3 upstream server temporarily disabled while connecting to \
         upstream, client: 172.18.0.1, server: , request: \"GET /api/posts HTTP/1.0\", upstream: \
         \"http://172.18.0.{last}:8080/api/posts\", host: \"localhost\""
    )
}

#[test]
fn a_name_that_is_looked_up_once_leads_to_those_that_were_there_then() {
    use Held::{No, Unknown, Yes};
    let mut case = Case::new(engine::Lookup::Once);
    assert_eq!(case.held(60), [Yes, Yes, Yes, No, No]);
    let picture = case.picture(60);
    assert_eq!((picture.since, picture.groups[0].source), (Some(50), Source::WorkedOut));
    assert_eq!(picture.groups[0].unheard_of().count(), 2);
    // The same container, started again since: its address may be another.
    case.stack[0].started = Some(at(45));
    assert_eq!(case.held(60), [Unknown, Yes, Yes, No, No]);
    // It answers, and nobody gets there but through the proxy.
    case.requests.insert("backend-1".into(), Requests { count: 1, last: Some(at(50)) });
    assert_eq!(case.held(60)[0], Yes);
    // What it wrote before it was started again says nothing.
    case.requests.insert("backend-1".into(), Requests { count: 1, last: Some(at(44)) });
    assert_eq!(case.held(60)[0], Unknown);
    // A connection that leads to an address that was given out again.
    case.group().peers = Peers::Untold(BTreeSet::from([address(7)]));
    assert_eq!(case.held(60), [Unknown, Yes, Yes, No, Yes]);
    // nginx has read its files again a moment ago: the connection may be of before.
    case.upstreams.since = Some(at(59));
    assert_eq!(case.held(60), [Yes, Yes, Yes, Yes, Yes]);
    case.upstreams.since = Some(at(39));
    assert_eq!(case.held(60), [Unknown, Yes, Yes, No, No]);
}

#[test]
fn a_name_that_is_looked_up_again_is_followed_within_its_time() {
    use Held::{Unknown, Yes};
    let mut case = Case::new(engine::Lookup::Again(Some(Duration::from_secs(1))));
    assert_eq!(case.held(60), [Yes; 5]);
    assert_eq!(case.picture(60).groups[0].source, Source::Follows);
    assert_eq!(case.held(41), [Yes, Yes, Yes, Unknown, Unknown]);
    // Without a time of its own nobody knows when.
    case.group().servers[0].lookup = engine::Lookup::Again(None);
    assert_eq!(case.held(60), [Unknown; 5]);
}

#[test]
fn one_that_failed_rests_for_its_time_and_one_that_is_gone_is_still_told() {
    let mut case = Case::new(engine::Lookup::Once);
    case.failures = Failures::of(&[line(50, &disabled(4)), line(51, &disabled(9))]);
    let rows = case.picture(55).groups[0].rows.clone();
    // Until the second after the last one of its time: 50 + 30 + 1.
    assert_eq!(rows[1].rests, Some(Rest { left: 26, of: 30 }));
    let gone = rows.last().unwrap();
    assert_eq!(
        (gone.replica.as_deref(), gone.address.as_str(), gone.named),
        (None, "172.18.0.9", Some(false))
    );
    assert_eq!((gone.held, gone.rests), (Held::Yes, Some(Rest { left: 27, of: 30 })));
    assert_eq!(case.picture(80).groups[0].rows[1].rests, Some(Rest { left: 1, of: 30 }));
    assert_eq!(case.picture(81).groups[0].rows[1].rests, None);
    // A failure of before a reload counts no more, and where the log says nothing nothing is said.
    case.upstreams.since = Some(at(52));
    assert_eq!(case.picture(55).groups[0].rows[1].rests, None);
    case.upstreams.since = Some(at(10));
    case.upstreams.logs_rests = false;
    let silent = case.picture(55).groups[0].clone();
    assert!(!silent.rests_known && silent.rows.iter().all(|row| row.rests.is_none()));
}

#[test]
fn a_server_that_is_stopped_is_told_by_its_name() {
    let mut case = Case::new(engine::Lookup::Once);
    case.stack = vec![replica("api-1", 1, 3, 5), replica("nginx", 1, 10, 10)];
    let there = vec![place(&case.stack, 3)];
    let once = engine::Lookup::Once;
    case.group().servers = vec![server("api-1", once, there), server("api-2", once, Vec::new())];
    case.failures = Failures::of(&[line(50, &disabled(4))]);
    let rows = case.picture(60).groups[0].rows.clone();
    assert_eq!(rows.iter().map(Row::label).collect::<Vec<_>>(), ["api-1-1", "api-2"]);
    assert!(rows[1].rests.is_some() && rows[1].named == Some(false), "{rows:#?}");
}

#[test]
fn a_proxy_that_tells_is_believed() {
    let mut case = Case::new(engine::Lookup::Once);
    let peer = |last, rests| engine::Peer { place: place(&case.stack, last), server: 0, rests_until: rests };
    let peers = vec![peer(3, None), peer(4, Some(at(70))), peer(20, None)];
    case.group().peers = Peers::Told(peers);
    let group = case.picture(60).groups[0].clone();
    assert_eq!(group.source, Source::Told);
    assert_eq!(
        group.unheard_of().map(Row::label).collect::<Vec<_>>(),
        ["backend-3", "backend-4", "backend-5"]
    );
    assert_eq!(group.outlived().map(|row| row.address.as_str()).collect::<Vec<_>>(), ["172.18.0.20"]);
    assert_eq!(group.rows[1].rests, Some(Rest { left: 10, of: 30 }));
}

#[test]
fn lines_of_the_error_log_tell_of_servers() {
    let rests = |text: &str| failure(text).map(|one| (one.address, one.rests));
    assert_eq!(rests(&disabled(4)), Some((address(4), true)));
    let refused = "2026/11/25 10:00:00 [error] 9#9: *3 connect() failed (111: Connection refused) while connecting to \
                   upstream, client: 1.2.3.4, server: , request: \"GET / HTTP/1.1\", upstream: \
                   \"http://172.18.0.4:8080/\", host: \"x\"";
    assert_eq!(rests(refused), Some((address(4), false)));
    let v6 = refused.replace("172.18.0.4:8080", "[fd00::4]:8080");
    assert_eq!(rests(&v6), Some(("[fd00::4]:8080".parse().unwrap(), false)));
    let none_left = "[error] 9#9: *3 no live upstreams while connecting to upstream, client: 1.2.3.4, server: , \
                     request: \"GET / HTTP/1.1\", upstream: \"http://pool/\", host: \"x\"";
    assert_eq!(rests(none_left), None);
    // Another log's line with the same words is none of these.
    let access = "172.18.0.1 \"GET / HTTP/1.1\" 200, upstream: \"http://172.18.0.4:8080/\"";
    assert_eq!(rests(access), None);
    // Who asks cannot speak as the log does.
    let forged = refused.replace("GET / HTTP", "GET /upstream:\"http://172.18.0.9:8080/ HTTP");
    assert_eq!(rests(&forged), Some((address(4), false)));
}

proptest! {
    #[test]
    fn no_line_stops_it(text in "\\PC{0,200}", parts in proptest::collection::vec("(\\[warn\\]|, upstream: \"|http://|[0-9.:\\[\\]]{1,12}|/|\"|upstream server temporarily disabled)", 0..12)) {
        failure(&text);
        failure(&parts.concat());
        let mut failures = Failures::default();
        failures.hear(&line(1, &parts.concat()));
    }
}
