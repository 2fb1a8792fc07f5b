//! [`Traffic`]: clicks without a break, counted.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use crate::harness::wait_for;
use crate::http::Connection;

/// Clicks of a few threads.
#[derive(Default)]
pub struct Traffic {
    over: AtomicBool,
    answered: AtomicU64,
    unanswered: AtomicU64,
}

impl Traffic {
    /// Follows the code on a connection to each address, while `meanwhile`
    /// lasts.
    pub fn run(addresses: &[SocketAddr], code: &str, meanwhile: impl FnOnce(&Self)) -> Self {
        let traffic = Self::default();
        thread::scope(|scope| {
            for address in addresses {
                scope.spawn(|| traffic.follow(*address, code));
            }
            // Also when it fails: the threads must end.
            let over = Over(&traffic.over);
            meanwhile(&traffic);
            drop(over);
        });
        traffic
    }

    /// Redirects that arrived.
    pub fn answered(&self) -> u64 {
        self.answered.load(Ordering::Relaxed)
    }

    /// Requests whose server went away: they may have been counted, or not.
    pub fn unanswered(&self) -> u64 {
        self.unanswered.load(Ordering::Relaxed)
    }

    /// Waits until so many more redirects have arrived.
    #[track_caller]
    pub fn wait_for_more(&self, more: u64) {
        let goal = self.answered() + more;
        wait_for("more redirects", || (self.answered() >= goal).then_some(()));
    }

    /// Until it is over, or the server is gone. Any other answer than a
    /// redirect is a failure.
    fn follow(&self, address: SocketAddr, code: &str) {
        let mut connection = Connection::open(address).expect("connect");
        while !self.over.load(Ordering::Relaxed) {
            let Ok(answer) = connection.send(&format!("GET /{code}"), b"") else {
                self.unanswered.fetch_add(1, Ordering::Relaxed);
                return;
            };
            answer.expect(302);
            self.answered.fetch_add(1, Ordering::Relaxed);
        }
    }
}

struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
