//! The balancing as a state machine, with a clock that the tests turn.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::peers::{Method, Peers, Pick, Terms, Turn};

const CLIENT: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

fn addresses(count: u8) -> Vec<SocketAddr> {
    (1..=count).map(|last| SocketAddr::from(([10, 0, 0, last], 80))).collect()
}

fn peers(method: Method, count: u8) -> Peers {
    let mut peers = Peers::new(method, 7);
    peers.replace(0, &addresses(count), &Terms::default());
    peers
}

/// Each address on a `server` line of its own.
fn lines(method: Method, count: u8) -> Peers {
    let mut peers = Peers::new(method, 7);
    for (server, address) in addresses(count).iter().enumerate() {
        let terms = Terms { written: address.to_string().into(), ..Terms::default() };
        peers.replace(server, std::slice::from_ref(address), &terms);
    }
    peers
}

fn last(pick: &Pick) -> u8 {
    match pick.address.ip() {
        IpAddr::V4(ip) => ip.octets()[3],
        IpAddr::V6(_) => 0,
    }
}

/// One request that goes well.
fn well(peers: &mut Peers, now: u64) -> u8 {
    let mut turn = peers.begin(CLIENT, None);
    let pick = peers.get(&mut turn, now).expect("a peer");
    peers.free(&pick, &mut turn, false, now);
    last(&pick)
}

/// One request on which `bad` peers fail; who was asked, and whether one answered.
fn with_failures(peers: &mut Peers, bad: &[u8], now: u64) -> (Vec<u8>, bool) {
    let mut turn = peers.begin(CLIENT, None);
    let mut asked = Vec::new();
    while let Some(pick) = peers.get(&mut turn, now) {
        asked.push(last(&pick));
        let failed = bad.contains(&last(&pick));
        peers.free(&pick, &mut turn, failed, now);
        if !failed || turn.tries == 0 {
            return (asked, !failed);
        }
    }
    (asked, false)
}

#[test]
fn smooth_weighted_round_robin() {
    let mut peers = Peers::new(Method::RoundRobin, 1);
    for (server, weight) in [(0, 5), (1, 1), (2, 1)] {
        let terms = Terms { weight, ..Terms::default() };
        peers.replace(server, &addresses(3)[server..=server], &terms);
    }
    let turns: Vec<_> = (0..7).map(|_| well(&mut peers, 0)).collect();
    assert_eq!(turns, [1, 1, 2, 1, 3, 1, 1]);
    let mut plain = self::peers(Method::RoundRobin, 3);
    let turns: Vec<_> = (0..6).map(|_| well(&mut plain, 0)).collect();
    assert_eq!(turns, [1, 2, 3, 1, 2, 3]);
}

#[test]
fn a_list_that_changes_keeps_the_turns_of_those_that_stay() {
    let mut peers = peers(Method::RoundRobin, 3);
    assert_eq!((well(&mut peers, 0), well(&mut peers, 0)), (1, 2));
    let ids: Vec<_> = peers.list().iter().map(|peer| peer.id).collect();
    peers.replace(0, &addresses(5), &Terms::default());
    assert_eq!(peers.list().iter().take(3).map(|peer| peer.id).collect::<Vec<_>>(), ids);
    let mut counts = [0; 6];
    (0..50).for_each(|_| counts[well(&mut peers, 0) as usize] += 1);
    assert_eq!(counts[1..], [10; 5]);
    peers.replace(0, &addresses(2), &Terms::default());
    assert!((0..10).all(|_| well(&mut peers, 0) <= 2));
    peers.replace(0, &[], &Terms::default());
    assert!(peers.get(&mut peers.begin(CLIENT, None), 0).is_none());
}

#[test]
fn a_peer_that_leaves_in_the_middle_of_a_request_does_not_come_back() {
    let mut peers = peers(Method::RoundRobin, 2);
    let mut turn = peers.begin(CLIENT, None);
    let pick = peers.get(&mut turn, 0).expect("a peer");
    peers.replace(0, &addresses(3)[1..], &Terms::default());
    assert!(!peers.free(&pick, &mut turn, true, 0));
    let other = peers.get(&mut turn, 0).expect("another");
    assert_ne!(last(&other), last(&pick));
}

#[test]
fn a_peer_that_fails_rests_and_is_tried_again() {
    let mut peers = peers(Method::RoundRobin, 3);
    assert_eq!(with_failures(&mut peers, &[1], 100), (vec![1, 2], true));
    // fail_timeout is 10 seconds: until second 110 it is left out.
    assert!((101..=110).all(|now| well(&mut peers, now) != 1));
    let rests = |peers: &Peers, now| peers.held(now).iter().map(|one| one.rests_until).collect::<Vec<_>>();
    assert_eq!(rests(&peers, 110), [Some(111), None, None]);
    assert_eq!(rests(&peers, 111), [None; 3]);
    let after: Vec<_> = (0..9).map(|_| well(&mut peers, 111)).collect();
    assert!(after.contains(&1), "{after:?}");
}

#[test]
fn max_fails_counts_within_fail_timeout_and_zero_never_takes_out() {
    let mut peers = Peers::new(Method::RoundRobin, 1);
    peers.replace(0, &addresses(2), &Terms { max_fails: 3, ..Terms::default() });
    let fail = |peers: &mut Peers, now| {
        let mut turn = Turn::default();
        turn.tries = 2;
        loop {
            let pick = peers.get(&mut turn, now).expect("a peer");
            let bad = last(&pick) == 1;
            let out = peers.free(&pick, &mut turn, bad, now);
            if bad {
                return out;
            }
        }
    };
    assert!(!fail(&mut peers, 50) && !fail(&mut peers, 51) && fail(&mut peers, 52));
    let mut peers = Peers::new(Method::RoundRobin, 1);
    peers.replace(0, &addresses(2), &Terms { max_fails: 0, ..Terms::default() });
    for _ in 0..5 {
        with_failures(&mut peers, &[1, 2], 60);
    }
    assert_eq!(with_failures(&mut peers, &[], 60).0.len(), 1);
}

#[test]
fn all_failed_is_no_live_upstream_until_the_time_is_over() {
    let mut peers = peers(Method::RoundRobin, 2);
    assert_eq!(with_failures(&mut peers, &[1, 2], 100), (vec![1, 2], false));
    assert_eq!(with_failures(&mut peers, &[], 105), (vec![], false));
    assert!(with_failures(&mut peers, &[], 111).1);
}

#[test]
fn a_peer_that_is_alone_is_never_taken_out() {
    let mut peers = peers(Method::RoundRobin, 1);
    for now in 0..5 {
        assert_eq!(with_failures(&mut peers, &[1], now), (vec![1], false));
    }
    assert_eq!(well(&mut peers, 5), 1);
}

#[test]
fn backups_come_when_nobody_else_is_there_and_down_ones_never() {
    let mut peers = Peers::new(Method::RoundRobin, 1);
    let all = addresses(3);
    peers.replace(0, &all[..1], &Terms::default());
    peers.replace(1, &all[1..2], &Terms { backup: true, ..Terms::default() });
    peers.replace(2, &all[2..], &Terms { down: true, ..Terms::default() });
    assert!((0..5).all(|_| well(&mut peers, 0) == 1));
    assert_eq!(with_failures(&mut peers, &[1], 0), (vec![1, 2], true));
    assert!((0..5).all(|_| well(&mut peers, 3) == 2));
}

#[test]
fn least_conn_looks_at_connections_for_their_weight() {
    let mut peers = Peers::new(Method::LeastConn, 1);
    peers.replace(0, &addresses(2)[..1], &Terms { weight: 2, ..Terms::default() });
    peers.replace(1, &addresses(2)[1..], &Terms::default());
    let mut held = Vec::new();
    for _ in 0..6 {
        let mut turn = peers.begin(CLIENT, None);
        held.push(last(&peers.get(&mut turn, 0).expect("a peer")));
    }
    assert_eq!(held.iter().filter(|peer| **peer == 1).count(), 4);
}

#[test]
fn max_conns_is_a_bound() {
    let mut peers = Peers::new(Method::RoundRobin, 1);
    peers.replace(0, &addresses(2), &Terms { max_conns: 1, ..Terms::default() });
    let mut picks: Vec<_> =
        (0..2).map(|_| peers.get(&mut peers.begin(CLIENT, None), 0).expect("a peer")).collect();
    assert!(peers.get(&mut peers.begin(CLIENT, None), 0).is_none());
    let pick = picks.pop().expect("one");
    peers.free(&pick, &mut Turn::default(), false, 0);
    assert!(peers.get(&mut peers.begin(CLIENT, None), 0).is_some());
}

#[test]
fn ip_hash_and_hash_stay_with_their_peer_and_leave_it_when_it_fails() {
    for (method, key) in [
        (Method::IpHash, None),
        (Method::Hash { consistent: false }, Some(&b"key"[..])),
        (Method::Hash { consistent: true }, Some(&b"key"[..])),
    ] {
        let mut peers = lines(method, 3);
        let ask = |peers: &mut Peers| {
            let mut turn = peers.begin(CLIENT, key);
            let pick = peers.get(&mut turn, 0).expect("a peer");
            (last(&pick), pick, turn)
        };
        let (first, pick, mut turn) = ask(&mut peers);
        assert!((0..5).all(|_| ask(&mut peers).0 == first));
        peers.free(&pick, &mut turn, true, 0);
        let other = peers.get(&mut turn, 0).expect("another");
        assert_ne!(last(&other), first);
        assert_ne!(ask(&mut peers).0, first);
    }
}

#[test]
fn consistent_hashing_moves_few_keys() {
    let place = |count: u8| {
        let mut peers = lines(Method::Hash { consistent: true }, count);
        (0..200u32)
            .map(|key| {
                let mut turn = peers.begin(CLIENT, Some(key.to_string().as_bytes()));
                last(&peers.get(&mut turn, 0).expect("a peer"))
            })
            .collect::<Vec<_>>()
    };
    let (four, five) = (place(4), place(5));
    let moved = four.iter().zip(&five).filter(|(a, b)| a != b).count();
    assert!(moved < 80 && four.iter().zip(&five).all(|(a, b)| a == b || *b == 5), "{moved}");
}

#[test]
fn random_reaches_everybody_and_two_prefers_the_free_one() {
    let mut peers = peers(Method::Random { two: false }, 3);
    let mut seen = [0; 4];
    (0..300).for_each(|_| seen[well(&mut peers, 0) as usize] += 1);
    assert!(seen[1..].iter().all(|count| *count > 50), "{seen:?}");
    let mut peers = self::peers(Method::Random { two: true }, 2);
    let mut turn = peers.begin(CLIENT, None);
    let busy = last(&peers.get(&mut turn, 0).expect("a peer"));
    assert!((0..20).all(|_| well(&mut peers, 0) != busy));
}
