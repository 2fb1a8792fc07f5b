//! How often a wrong code may be tried: by one address, and by all together.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

const WINDOW: Duration = Duration::from_secs(60);
/// Wrong codes in a window.
const OF_ONE: u32 = 10;
const OF_ALL: u32 = 300;
/// Addresses that are remembered; what does not fit counts for all.
const MOST_ADDRESSES: usize = 4096;

/// Wrong attempts of the last minute.
#[derive(Debug, Default)]
pub(crate) struct Attempts {
    all: Option<Window>,
    by: HashMap<IpAddr, Window>,
}

#[derive(Clone, Copy, Debug)]
struct Window {
    began: Instant,
    count: u32,
}

impl Window {
    fn left(self, now: Instant) -> Duration {
        WINDOW.saturating_sub(now.saturating_duration_since(self.began))
    }
}

impl Attempts {
    /// How long to wait before `from` may try again; `None` where it may now.
    pub(crate) fn wait(&self, from: IpAddr, now: Instant) -> Option<Duration> {
        let over = |window: Option<&Window>, most: u32| {
            window.filter(|window| window.count >= most).map(|window| window.left(now))
        };
        let all = over(self.all.as_ref(), OF_ALL);
        let one = over(self.by.get(&network(from)), OF_ONE);
        one.max(all).filter(|left| !left.is_zero())
    }

    /// `from` tried a wrong one.
    pub(crate) fn wrong(&mut self, from: IpAddr, now: Instant) {
        self.by.retain(|_, window| !window.left(now).is_zero());
        add(self.all.get_or_insert(Window { began: now, count: 0 }), now);
        let from = network(from);
        if self.by.len() < MOST_ADDRESSES || self.by.contains_key(&from) {
            add(self.by.entry(from).or_insert(Window { began: now, count: 0 }), now);
        }
    }
}

fn add(window: &mut Window, now: Instant) {
    if window.left(now).is_zero() {
        *window = Window { began: now, count: 0 };
    }
    window.count += 1;
}

/// One machine has as many addresses of IPv6 as it likes, all in one network.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn one_address_is_stopped_and_another_is_not() {
        let (mut attempts, now) = (Attempts::default(), Instant::now());
        for _ in 0..OF_ONE {
            assert_eq!(attempts.wait(address("10.0.0.1"), now), None);
            attempts.wrong(address("10.0.0.1"), now);
        }
        assert!(attempts.wait(address("10.0.0.1"), now).is_some());
        assert!(attempts.wait(address("::ffff:10.0.0.1"), now).is_some(), "the same machine");
        assert_eq!(attempts.wait(address("10.0.0.2"), now), None);
        assert_eq!(attempts.wait(address("10.0.0.1"), now + WINDOW), None, "a minute later");
    }

    #[test]
    fn all_together_are_stopped() {
        let (mut attempts, now) = (Attempts::default(), Instant::now());
        for number in 0..OF_ALL {
            attempts.wrong(
                IpAddr::from([10, 0, u8::try_from(number / 200).expect("small"), (number % 200) as u8]),
                now,
            );
        }
        assert!(attempts.wait(address("10.9.9.9"), now).is_some());
        assert_eq!(attempts.wait(address("10.9.9.9"), now + WINDOW), None);
    }

    #[test]
    fn a_network_of_version_6_is_one() {
        let (mut attempts, now) = (Attempts::default(), Instant::now());
        (0..OF_ONE).for_each(|number| attempts.wrong(address(&format!("2001:db8::{number:x}")), now));
        assert!(attempts.wait(address("2001:db8::ffff"), now).is_some());
    }
}
