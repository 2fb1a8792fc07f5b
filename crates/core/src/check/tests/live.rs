//! Kinds that look at running replicas, for several services at once.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use crate::check::application::Application;
use crate::check::seen::{Burst, Hit, Seen};
use crate::check::{Outcome, Verdict, World};
use crate::lesson::model::CheckEntry;
use workshop_engine::{Health, LogLine, Observed, Published, Replica, State};
use workshop_text::Lang;

pub(super) fn replica(service: &str, created: u64, state: State, health: Health) -> Replica {
    Replica {
        id: format!("id-{service}"),
        name: format!("workshop-{service}-1"),
        service: service.to_owned(),
        index: 1,
        hostname: format!("host-{service}"),
        state,
        health,
        networks: BTreeMap::new(),
        published: Vec::new(),
        image: "x".to_owned(),
        created: SystemTime::UNIX_EPOCH + Duration::from_secs(created),
        started: None,
        node: None,
        restarts: None,
        trouble: None,
    }
}

/// `nginx`, published, and `a` and `b` behind it.
pub(super) fn stack(b: Replica) -> Observed {
    let mut nginx = replica("nginx", 2, State::Running, Health::Healthy);
    nginx.published.push(Published { host_ip: "127.0.0.1".to_owned(), host: 3004, target: 80 });
    let replicas = vec![replica("a", 1, State::Running, Health::Healthy), b, nginx];
    Observed::of_replicas(replicas)
}

pub(super) fn healthy_b() -> Replica {
    replica("b", 1, State::Running, Health::Healthy)
}

const NGINX: &str =
    "upstream api { server a:8080; server b:8080; }\nserver { location / { proxy_pass http://api; } }\n";

pub(super) fn judged(check: &str, stack: &Observed, seen: Option<&Seen>) -> Verdict {
    let dir = super::workspace(&[("nginx/default.conf", NGINX)]);
    let entry: CheckEntry = toml::from_str(&format!("id = \"x\"\n{check}\n")).expect("a check");
    let app = Application::bare(dir.path(), "nginx/default.conf");
    entry.spec.check().judge(&World { app: &app, stack: Some(stack), seen, baseline: &[], answer: None })
}

fn words(verdict: &Verdict) -> [String; 2] {
    [Lang::En, Lang::Ko].map(|lang| verdict.message.render(lang))
}

/// Requests that the hosts answered, each in the log of who did.
fn burst(answered: &[(&str, usize)]) -> Seen {
    let mut burst = Burst { hits: Vec::new(), logged: BTreeMap::new() };
    for (service, count) in answered {
        let logged = burst.logged.entry(format!("{service}-1")).or_default();
        for number in 0..*count {
            let id = format!("workshop-check-{service}-{number}");
            logged.insert(id.clone(), format!("request_id={id}"));
            let replica = Some(format!("host-{service}"));
            burst.hits.push(Hit {
                id,
                client: None,
                reply: Ok(200),
                replica,
                time: Duration::from_millis(1),
            });
        }
    }
    Seen::Burst(burst)
}

#[test]
fn what_was_made_and_never_started_is_not_waited_for() {
    let check = "replicas = { service = \"b\", equals = 1 }";
    let mut seen = stack(replica("b", 1, State::Created, Health::Starting));
    seen.at = SystemTime::UNIX_EPOCH + Duration::from_secs(2);
    let verdict = judged(check, &seen, None);
    assert_eq!((verdict.message.key, verdict.settling), ("check-replicas-starting", true));
    seen.at = SystemTime::UNIX_EPOCH + Duration::from_secs(90);
    let verdict = judged(check, &seen, None);
    assert_eq!((verdict.message.key, verdict.settling), ("check-replicas-left", false));
    assert!(words(&verdict)[0].starts_with("1 replica was created and never started: b"));
}

#[test]
fn each_service_has_its_replicas() {
    let check = "replicas = { services = [\"a\", \"b\"], equals = 1 }";
    let good = judged(check, &stack(healthy_b()), None);
    assert_eq!(good.outcome, Outcome::Pass);
    assert_eq!(words(&good)[0], "exactly 1 replica of each runs and is ready: a, b");
    assert_eq!(words(&good)[1], "레플리카가 서비스마다 정확히 1개 실행 중이고 모두 준비됐습니다: a, b");
    let one = judged("replicas = { service = \"a\", equals = 1 }", &stack(healthy_b()), None);
    assert_eq!(words(&one)[0], "exactly 1 replica of a runs and is ready");
    // What will not get right by waiting is said before what will.
    let dead = replica("b", 1, State::Exited(Some(1)), Health::None);
    let mut seen = stack(dead);
    seen.replicas[0].health = Health::Starting;
    let verdict = judged(check, &seen, None);
    assert_eq!((verdict.message.key, verdict.settling), ("check-replicas-troubled", false));
    seen.replicas.remove(1);
    assert_eq!(judged(check, &seen, None).message.key, "check-replicas-none");
}

#[test]
fn traffic_is_spread_over_several_services() {
    let check = "spread = { path = \"/\", requests = 60, services = [\"a\", \"b\"], least_share = 0.8 }";
    let good = judged(check, &stack(healthy_b()), Some(&burst(&[("a", 29), ("b", 31)])));
    assert_eq!(good.outcome, Outcome::Pass, "{:?}", words(&good));
    let shares: Vec<_> = good.shares.iter().map(|share| (share.label.as_str(), share.count)).collect();
    assert_eq!(shares, [("a-1", 29), ("b-1", 31)]);
    let starved = judged(check, &stack(healthy_b()), Some(&burst(&[("a", 45), ("b", 15)])));
    assert_eq!(starved.message.key, "check-spread-starved");

    // A server that rests after a failure comes back by itself, though its name is never asked for again.
    let out = judged(check, &stack(healthy_b()), Some(&burst(&[("a", 60)])));
    assert_eq!((out.message.key, out.settling), ("check-spread-left-out", true));
    let [en, ko] = words(&out);
    assert!(
        en.starts_with("1 of 2 servers received no request (b-1): ") && en.contains("nginx/default.conf"),
        "{en}"
    );
    assert!(ko.starts_with("서버 2개 중 1개가") && ko.contains("nginx/default.conf"), "{ko}");
    // One that nginx is older than has an address that nginx never saw.
    let newer = replica("b", 9, State::Running, Health::Healthy);
    // The lesson says which service is the entry: another that publishes a port is not.
    let mut seen = stack(newer);
    let mut other = replica("aaa", 1, State::Running, Health::Healthy);
    other.published = vec![Published { host_ip: String::new(), host: 3306, target: 3306 }];
    seen.replicas.insert(0, other);
    let [en, ko] = words(&judged(check, &seen, Some(&burst(&[("a", 60)]))));
    for words in [en, ko] {
        assert!(
            words.contains("\"b\"") && words.contains("workshop compose exec nginx nginx -s reload"),
            "{words}"
        );
    }
    let stopped = replica("b", 1, State::Exited(Some(0)), Health::None);
    let verdict = judged(check, &stack(stopped), Some(&burst(&[("a", 60)])));
    assert_eq!(verdict.message.key, "check-replicas-none");
}

#[test]
fn two_requests_in_one_line_of_a_log_are_named() {
    let check = "spread = { path = \"/\", requests = 4, services = [\"a\", \"b\"] }";
    let Seen::Burst(mut seen) = burst(&[("a", 2), ("b", 2)]) else { unreachable!() };
    assert_eq!(judged(check, &stack(healthy_b()), Some(&Seen::Burst(seen.clone()))).outcome, Outcome::Pass);
    // Two threads of `b` wrote at once: the second line stands in the first one.
    let logged = seen.logged.get_mut("b-1").expect("b's log");
    let second = logged.remove("workshop-check-b-1").expect("its line");
    logged.get_mut("workshop-check-b-0").expect("its line").push_str(&second);
    let verdict = judged(check, &stack(healthy_b()), Some(&Seen::Burst(seen.clone())));
    assert_eq!((verdict.outcome, verdict.message.key), (Outcome::NotYet, "check-spread-run-together"));
    let line = "b-1  request_id=workshop-check-b-0request_id=workshop-check-b-1";
    assert_eq!(verdict.lines, [line]);
    assert_eq!(
        words(&verdict)[0],
        "two requests stand in one line of b-1's log: they were written at once, and ran together"
    );
    // A line that is not there at all is another matter.
    let logged = seen.logged.get_mut("b-1").expect("b's log");
    logged.insert("workshop-check-b-0".to_owned(), "request_id=workshop-check-b-0".to_owned());
    let verdict = judged(check, &stack(healthy_b()), Some(&Seen::Burst(seen)));
    assert_eq!(verdict.message.key, "check-spread-not-logged");
}

#[test]
fn the_logs_of_each_service_are_read() {
    let check = "logs = { services = [\"a\", \"b\"], contains = [\"method=\"] }";
    let line = |text: &str| LogLine { at: None, stderr: false, text: text.to_owned() };
    let logs = |b: &str| {
        Seen::Logs(BTreeMap::from([
            ("a-1".to_owned(), vec![line("method=GET")]),
            ("b-1".to_owned(), vec![line(b)]),
        ]))
    };
    assert_eq!(judged(check, &stack(healthy_b()), Some(&logs("method=POST"))).outcome, Outcome::Pass);
    let silent = judged(check, &stack(healthy_b()), Some(&logs("started")));
    assert_eq!(silent.message.key, "check-logs-missing");
    // The line that is missing stands behind one of the runner's own.
    for second in ["workshop-check-y-2", "workshop-apply-y-1"] {
        let line = format!("method=GET id=workshop-check-x-1method=POST id={second}");
        let verdict = judged(check, &stack(healthy_b()), Some(&logs(&line)));
        assert_eq!((verdict.outcome, verdict.message.key), (Outcome::NotYet, "check-spread-run-together"));
        assert_eq!(verdict.lines, [format!("b-1  {line}")]);
    }
    // One request that a line names twice is one.
    let once = judged(check, &stack(healthy_b()), Some(&logs("id=workshop-check-x-1 of workshop-check-x-1")));
    assert_eq!(once.message.key, "check-logs-missing");
}

#[test]
fn two_new_lines_of_a_log_that_ran_together_are_named() {
    let check = "logs = { services = [\"a\", \"b\"], contains = [\"level=info\"], live = \"/\" }";
    let Seen::Burst(mut seen) = burst(&[("a", 2), ("b", 2)]) else { unreachable!() };
    let logged = seen.logged.get_mut("b-1").expect("b's log");
    let second = logged.remove("workshop-check-b-1").expect("its line");
    logged.get_mut("workshop-check-b-0").expect("its line").push_str(&second);
    let verdict = judged(check, &stack(healthy_b()), Some(&Seen::Burst(seen)));
    assert_eq!(verdict.message.key, "check-spread-run-together");
    assert_eq!(verdict.lines, ["b-1  request_id=workshop-check-b-0request_id=workshop-check-b-1"]);
}

#[test]
fn what_is_left_may_be_an_image() {
    use crate::check::Needs;
    use crate::check::probe::Probe;
    use workshop_engine::{Resource, ResourceKind};
    let needs = |check: &str| {
        let entry: CheckEntry = toml::from_str(&format!("id = \"x\"\n{check}\n")).expect("a check");
        entry.spec.check().needs()
    };
    assert_eq!(needs("nothing_left = {}"), Needs::probe(Probe::Resources { images: false }));
    let check = "nothing_left = { images = true }";
    assert_eq!(needs(check), Needs::probe(Probe::Resources { images: true }));
    let nothing = Observed::of_replicas(Vec::new());
    let image =
        Resource { kind: ResourceKind::Image, id: "i".to_owned(), name: "workshop-a:latest".to_owned() };
    let left = judged(check, &nothing, Some(&Seen::Resources(vec![image])));
    assert_eq!(left.message.key, "check-nothing-left-some");
    assert!(left.observed.expect("names").render(Lang::En).contains("workshop-a"));
    let gone = judged(check, &nothing, Some(&Seen::Resources(Vec::new())));
    assert!(
        words(&gone).iter().zip(["image", "이미지"]).all(|(words, word)| words.contains(word)),
        "{:?}",
        words(&gone)
    );
}

#[test]
fn volumes_that_are_to_stay_must_be_there_and_be_all_there_is() {
    use workshop_engine::{Resource, ResourceKind};
    let nothing = Observed::of_replicas(Vec::new());
    let thing = |kind, name: &str| Resource { kind, id: name.to_owned(), name: name.to_owned() };
    let volume = thing(ResourceKind::Volume, "data");
    let container = thing(ResourceKind::Container, "a-1");
    let check = "nothing_left = { volumes = \"kept\" }";
    let seen = |left: &[&Resource]| {
        let left = Seen::Resources(left.iter().map(|one| (*one).clone()).collect());
        judged(check, &nothing, Some(&left))
    };
    assert_eq!(seen(&[&volume]).outcome, Outcome::Pass);
    assert_eq!(seen(&[&volume, &container]).message.key, "check-nothing-left-some");
    assert_eq!(seen(&[]).message.key, "check-nothing-left-volumes-gone");
}

/// An exchange that was answered with this status and body.
pub(super) fn answered(path: &str, status: u16, body: &str) -> crate::check::seen::Exchange {
    let reply = crate::check::seen::Reply {
        status,
        content_type: "application/json".to_owned(),
        replica: None,
        headers: BTreeMap::new(),
        body: body.to_owned(),
    };
    crate::check::seen::Exchange { method: "GET".to_owned(), path: path.to_owned(), reply: Ok(reply) }
}

#[test]
fn an_outage_is_judged_part_by_part() {
    use crate::check::Needs;
    use crate::check::seen::Outage;
    let check = "outage = { off = [\"docker compose stop b\"], on = [\"docker compose start b\"], \
                 before = [{ path = \"/x\" }], during = [{ path = \"/x\", status = [502, 503], times = 2 }], \
                 after = [{ path = \"/x\" }] }";
    let entry: CheckEntry = toml::from_str(&format!("id = \"x\"\n{check}\n")).expect("a check");
    let needs: Needs = entry.spec.check().needs();
    assert!(needs.is_disruptive(), "the stack is to be brought back");
    assert_eq!(entry.spec.check().commands().len(), 2, "agreed to like a step's own");
    let seen = |during: &[u16], after: u16| {
        let during = during.iter().map(|status| answered("/x", *status, "")).collect();
        let seen =
            Outage { before: vec![answered("/x", 200, "")], during, after: vec![answered("/x", after, "")] };
        judged(check, &stack(healthy_b()), Some(&Seen::Outage(seen)))
    };
    let pass = seen(&[503, 502], 200);
    assert_eq!(pass.outcome, Outcome::Pass);
    assert!(words(&pass).iter().all(|words| words.contains("503, 502")), "{:?}", words(&pass));
    let went_on = seen(&[200], 200);
    assert_eq!((went_on.outcome, went_on.message.key), (Outcome::NotYet, "check-outage-wrong"));
    assert_eq!(seen(&[503, 503], 500).message.key, "check-outage-wrong");
    // A part that was cut short is no pass.
    assert!(!seen(&[503], 200).is_pass());
}

#[test]
fn a_load_passes_where_the_server_was_the_limit() {
    use crate::check::seen::Measured;
    let check = "load = { services = [\"a\", \"b\"], path = \"/\", connections = 8, seconds = 1, p99_at_most = \"50ms\" }";
    let one_run = || Measured {
        servers: 2,
        throughput: 1000.0,
        p50: Duration::from_millis(5),
        p99: Duration::from_millis(20),
        requests: 1000,
        errors: 0,
        answered: BTreeMap::new(),
        cpu: BTreeMap::from([("a-1".to_owned(), 0.1), ("b-1".to_owned(), 0.1)]),
        generator: Some(0.1),
        host: Some(0.5),
        kept: Vec::new(),
    };
    let measured = |errors: u64, p99: u64, b: u64| {
        let answered = BTreeMap::from([("a-1".to_owned(), 500), ("b-1".to_owned(), b)]);
        let run = Measured { errors, p99: Duration::from_millis(p99), answered, ..one_run() };
        judged(check, &stack(healthy_b()), Some(&Seen::Scaling(vec![run])))
    };
    let pass = measured(0, 20, 500);
    assert_eq!((pass.outcome, pass.tables.len()), (Outcome::Pass, 2));
    assert!(words(&pass).iter().all(|words| words.contains("1000")), "{:?}", words(&pass));
    assert_eq!(measured(100, 20, 500).message.key, "check-requests-failed");
    assert_eq!(measured(0, 80, 500).message.key, "check-load-slow");
    assert_eq!(measured(0, 20, 0).message.key, "check-scaling-left-out");
    // Thresholds stand in the place of the one in a hundred that may fail.
    let check = "load = { services = [\"a\"], path = \"/\", seconds = 1, thresholds = [\"errors<20%\"] }";
    let kept = |met: bool| {
        use workshop_load::threshold::{Outcome as Kept, Seen as Value};
        let kept = vec![Kept { source: "errors<20%".to_owned(), met, seen: Value::Share(0.1) }];
        let answered = BTreeMap::from([("a-1".to_owned(), 900)]);
        let run = Measured { kept, answered, servers: 1, errors: 100, ..one_run() };
        judged(check, &stack(healthy_b()), Some(&Seen::Scaling(vec![run])))
    };
    assert_eq!(kept(true).outcome, Outcome::Pass);
    let broken = kept(false);
    assert_eq!((broken.outcome, broken.message.key), (Outcome::NotYet, "check-load-threshold"));
    assert_eq!(words(&broken)[0], "the load does not keep errors<20%: 10.0%");
    assert!(
        toml::from_str::<CheckEntry>(&format!("id = \"x\"\n{}\n", check.replace("20%", "twenty"))).is_err()
    );
    // Without a limit in the file, nobody can be at it.
    let limit = check.replace("p99_at_most = \"50ms\"", "at_limit = true");
    let seen = Seen::Scaling(Vec::new());
    assert!(!judged(&limit, &stack(healthy_b()), Some(&seen)).is_pass());
}
