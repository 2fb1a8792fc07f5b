use super::*;
use proptest::prelude::*;

fn context() -> Context<'static> {
    Context::from_waker(Waker::noop())
}

/// An open loop whose time is all in the past, or all in the future.
fn open(rate: f64, connections: u32, part: Part, begin: Instant, end: Instant) -> Pace {
    Pace::new(&Load::Open { rate, connections }, part, connections, begin, end)
}

const WHOLE: Part = Part { index: 0, of: 1 };

#[test]
fn ramps_are_straight_and_begin_where_the_last_one_ended() {
    let stage = |seconds, users| Stage { takes: Duration::from_secs(seconds), users };
    let load = Load::Stages(vec![stage(10, 100), stage(20, 100), stage(10, 0)]);
    let at = |seconds: f64| users_at(&load, Duration::from_secs_f64(seconds));
    assert_eq!(
        [at(0.0), at(2.5), at(10.0), at(25.0), at(35.0), at(39.99), at(60.0)],
        [0, 25, 100, 100, 50, 0, 0]
    );
    assert_eq!(users_at(&Load::Stages(vec![stage(0, 7), stage(1, 7)]), Duration::ZERO), 7);
}

#[test]
fn what_is_due_is_taken_once_and_in_its_turn() {
    let begin = Instant::now() - Duration::from_secs(10);
    let pace = open(1.0, 3, WHOLE, begin, begin + Duration::from_secs(100));
    let mut taken = Vec::new();
    for index in 0..11 {
        if let Poll::Ready(Some(due)) = pace.poll_next(index % 2, &mut context()) {
            taken.push(due.duration_since(begin).as_secs());
        }
    }
    assert_eq!(taken, (0..=10).collect::<Vec<_>>());
    assert!(pace.poll_next(2, &mut context()).is_pending(), "nothing else is due");
    // A second later it is given to the connection that waits.
    pace.turn(begin + Duration::from_millis(11_500));
    let Poll::Ready(Some(due)) = pace.poll_next(2, &mut context()) else { panic!("it was given") };
    assert_eq!(due, begin + Duration::from_secs(11));
}

#[test]
fn what_was_not_taken_in_time_is_known() {
    let end = Instant::now() - Duration::from_secs(1);
    let begin = end - Duration::from_secs(10);
    let pace = open(10.0, 1, WHOLE, begin, end);
    assert_eq!(pace.behind(begin, Instant::now()), 100);
    assert_eq!(pace.behind(begin + Duration::from_secs(4), Instant::now()), 60, "the warm-up does not count");
    assert_eq!(pace.poll_next(0, &mut context()), Poll::Ready(None), "nothing starts after the end");
}

#[test]
fn a_user_who_is_not_wanted_rests() {
    let begin = Instant::now();
    let stages = vec![Stage { takes: Duration::from_secs(100), users: 2 }];
    let pace = Pace::new(&Load::Stages(stages), WHOLE, 2, begin, begin + Duration::from_secs(100));
    assert!(pace.rests(0) && pace.poll_next(0, &mut context()).is_pending());
    pace.turn(begin + Duration::from_secs(50));
    assert!(!pace.rests(0) && pace.rests(1));
    assert!(matches!(pace.poll_next(0, &mut context()), Poll::Ready(Some(_))));
    pace.finish(begin);
    assert_eq!(pace.poll_next(1, &mut context()), Poll::Ready(None));
}

proptest! {
    #[test]
    fn threads_share_all_and_leave_none_out(total in 0u32..1000, of in 1u32..20) {
        let shares: Vec<u32> = (0..of).map(|index| Part { index, of }.share(total)).collect();
        prop_assert_eq!(shares.iter().sum::<u32>(), total);
        prop_assert!(shares.iter().max().zip(shares.iter().min()).is_some_and(|(most, least)| most - least <= 1));
    }

    /// The count by formula is the count one by one, whatever is rounded.
    #[test]
    fn due_before_counts(rate in 0.1f64..5000.0, ms in 0u64..3000, index in 0u32..3) {
        let part = Part { index, of: 3 };
        let begin = Instant::now();
        let end = begin + Duration::from_secs(1000);
        let pace = open(rate, 1, part, begin, end);
        let Kind::Schedule(schedule) = &pace.kind else { unreachable!("it is an open loop") };
        let time = begin + Duration::from_millis(ms);
        let counted = (0u64..).take_while(|number| schedule.due(part, begin, *number) < time).count() as u64;
        prop_assert_eq!(schedule.due_before(part, begin, time), counted);
    }
}
