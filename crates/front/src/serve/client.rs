//! A client's connection and what it is at: [`ClientConnection`].

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::live::{Counters, Live};
use crate::compiled::HeadLimits;
use crate::wire::head::Track;
use crate::wire::written::Written;

/// What a connection is at.
#[derive(Debug)]
pub(crate) struct Activity {
    pub track: Track,
    pub in_flight: u32,
    pub idle_since: Instant,
    pub head_since: Option<Instant>,
    pub keepalive: Duration,
    pub header_timeout: Duration,
    pub send_timeout: Duration,
    /// How the head of the next answer is written.
    pub written: Option<Written>,
}

/// A client.
pub(crate) struct ClientConnection {
    /// `$connection`.
    pub number: u64,
    pub address: SocketAddr,
    /// The container's port that it came to.
    pub port: u16,
    pub requests: AtomicU32,
    pub opened: Instant,
    /// How large a head may be: nobody knows the server's name before it is read.
    pub head: HeadLimits,
    pub live: Arc<Live>,
    /// A request's head is complete.
    pub begun: Notify,
    activity: Mutex<Activity>,
}

impl ClientConnection {
    /// A client that has just come; none at a port where no server is.
    pub(super) fn new(number: u64, address: SocketAddr, port: u16, live: Arc<Live>) -> Option<Self> {
        let server = live.compiled.servers.get(live.compiled.ports.get(&port)?.default)?;
        let (head, header_timeout) = (server.head, server.client_header_timeout);
        let now = Instant::now();
        let activity = Activity {
            track: Track::default(),
            in_flight: 0,
            idle_since: now,
            head_since: None,
            keepalive: header_timeout,
            header_timeout,
            send_timeout: Duration::from_secs(60),
            written: None,
        };
        Some(Self {
            number,
            address,
            port,
            requests: AtomicU32::new(0),
            opened: now,
            head,
            live,
            begun: Notify::new(),
            activity: Mutex::new(activity),
        })
    }

    pub(crate) fn activity(&self) -> MutexGuard<'_, Activity> {
        self.activity.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A request's head is complete.
    pub(crate) fn begins(&self) {
        let mut activity = self.activity();
        activity.in_flight += 1;
        if activity.head_since.take().is_some() {
            Counters::take(&self.live.shared.counters.reading);
        }
        drop(activity);
        self.begun.notify_one();
        Counters::add(&self.live.shared.counters.writing);
    }

    /// A first request may be under way although nothing of it was read, or the head of another one
    /// is half here: nginx closes neither.
    pub(super) fn may_be_asking(&self) -> bool {
        let activity = self.activity();
        let fresh = self.requests.load(Ordering::Relaxed) == 0;
        activity.in_flight == 0 && (fresh || activity.head_since.is_some())
    }

    /// An answer goes out: how its head is written, and for how long the client may take nothing.
    pub(super) fn sends(&self, written: Written, send_timeout: Duration) {
        let mut activity = self.activity();
        (activity.written, activity.send_timeout) = (Some(written), send_timeout);
    }

    /// A request is over; the next may come within `keepalive`.
    pub(crate) fn ends(&self, keepalive: Duration) {
        let mut activity = self.activity();
        activity.in_flight = activity.in_flight.saturating_sub(1);
        activity.idle_since = Instant::now();
        activity.keepalive = keepalive;
        drop(activity);
        Counters::take(&self.live.shared.counters.writing);
    }

    /// The number of a request on this connection, from 1.
    pub(crate) fn request_number(&self) -> u32 {
        self.requests.fetch_add(1, Ordering::Relaxed) + 1
    }
}
