use super::*;

fn slice(index: u32, ended: u64, failed: u64, latency: &[(u64, u64)]) -> Slice {
    Slice { index, ended, failed, latency: latency.to_vec(), active: 3 }
}

fn gather(threads: u32) -> (Gather, Plan) {
    let plan = Plan::get("localhost/", Load::Closed { connections: 2 }, Duration::from_secs(2));
    let begin = Instant::now();
    (Gather::new(Times::new(&plan, begin), threads), plan)
}

#[test]
fn threads_are_summed_second_by_second() {
    let (mut gather, plan) = gather(2);
    for index in 0..8 {
        gather.slice(0, &slice(index, 2, 1, &[(1000, 1), (3000, 1)]));
        assert_eq!(gather.seconds.len() as u32, index / 4, "a second is open until both have handed it over");
        gather.slice(1, &slice(index, 1, 0, &[(2000, 1)]));
    }
    gather.done(Totals { good: 16, good_in_time: 16, ..Totals::default() });
    assert!(gather.totals.len() < 2);
    gather.done(Totals::default());
    let report = gather.report(&plan).expect("both have ended");
    assert_eq!((report.requests, report.throughput, report.seconds.len()), (24, 8.0, 2));
    let wanted = Second {
        at: 1,
        requests: 12,
        errors: 4,
        p50: Duration::from_millis(2),
        p99: Duration::from_millis(3),
        active: 6,
    };
    assert_eq!(report.seconds[1], wanted);
    assert_eq!(report.distribution.iter().map(|(_, count)| count).sum::<u64>(), 24);
    assert!(report.latency.p50 >= Duration::from_millis(2) && report.latency.max >= Duration::from_millis(3));
}

#[test]
fn a_thread_that_says_nothing_is_missed() {
    let (mut gather, plan) = gather(2);
    gather.done(Totals::default());
    assert!(gather.report(&plan).is_none());
}

#[test]
fn seconds_in_which_nothing_ended_are_there_too() {
    let second = |at, requests| Second { at, requests, ..Second::default() };
    let seconds = without_gaps(&[second(0, 1), second(3, 0), second(4, 2)], Duration::from_millis(2500));
    assert_eq!(
        seconds.iter().map(|second| (second.at, second.requests)).collect::<Vec<_>>(),
        [(0, 1), (1, 0), (2, 0), (3, 0), (4, 2)]
    );
    assert_eq!(without_gaps(&[], Duration::from_secs(3)).len(), 3);
}

#[test]
fn a_rank_is_never_rounded_down() {
    let counts = BTreeMap::from([(1, 50), (2, 49), (9, 1)]);
    assert_eq!(at_rank(&counts, 100, 0.5), Duration::from_micros(1));
    assert_eq!(at_rank(&counts, 100, 0.99), Duration::from_micros(2));
    assert_eq!(at_rank(&counts, 100, 0.991), Duration::from_micros(9));
    assert_eq!(at_rank(&BTreeMap::new(), 0, 0.5), Duration::ZERO);
}

#[test]
fn classes_hold_what_is_in_them() {
    let mut latency = histogram();
    for value in [1, 2, 1000, 1001, 50_000, 3_600_000_000] {
        latency.record(value).expect("it is in range");
    }
    let classes = distribution(&latency);
    assert_eq!(classes.iter().map(|(_, count)| count).sum::<u64>(), 6);
    assert!(classes.windows(2).all(|pair| pair[0].0 < pair[1].0));
    assert!(classes.last().is_some_and(|(bound, _)| *bound >= Duration::from_secs(3600)));
}
