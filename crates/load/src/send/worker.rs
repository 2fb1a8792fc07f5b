//! One thread of the generator: its own event loop, its part of the connections, its own counts.
//! Nothing is shared with other threads while requests are under way.

use std::cell::RefCell;
use std::future::poll_fn;
use std::io;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::net::TcpStream;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::watch;
use tokio::task::{JoinSet, LocalSet};

use super::deadline::Deadline;
use super::follow::Known;
use super::line::Line;
use super::pace::{Pace, Part};
use super::request::{Random, Request};
use super::tally::{Ended, Message, Tally};
use super::ticker::Ticker;
use crate::machine;
use crate::plan::Plan;
use crate::report::ErrorKind;
use crate::target::Target;

/// Bytes that are read at once.
const BUFFER: usize = 64 * 1024;
/// How long a user waits who could not connect.
const UNCONNECTED: Duration = Duration::from_millis(100);
/// How long answers are waited for once the run is stopped before its time.
const STOPPED: Duration = Duration::from_millis(300);

/// What a thread is told.
pub(super) struct Orders {
    pub plan: Plan,
    pub target: Target,
    pub request: Request,
    pub part: Part,
    /// When the first request goes out; the warm-up, if there is one, begins.
    pub begin: Instant,
    /// A connection that is open already, for the first user.
    pub open: Option<std::net::TcpStream>,
    pub out: UnboundedSender<Message>,
    /// Turns true, or its other end goes, when nothing more is wanted.
    pub stop: watch::Receiver<bool>,
}

/// What all connections of a thread use.
pub(super) struct Shared {
    pub plan: Plan,
    /// A connection serves several requests.
    pub keeps_connections: bool,
    pub target: Target,
    pub request: Request,
    /// When the warm-up is over.
    measured: Instant,
    pub pace: Pace,
    pub tally: RefCell<Tally>,
    pub buffer: RefCell<Box<[u8]>>,
    pub random: Random,
    pub known: RefCell<Known>,
}

impl Shared {
    pub(super) fn share_header(&self) -> &str {
        self.plan.share_header.as_deref().unwrap_or_default()
    }
}

/// Does what it is told, to the end.
pub(super) fn run(orders: Orders) {
    let out = orders.out.clone();
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let _ = out.send(Message::Failed(error));
            return;
        }
    };
    if let Err(error) = LocalSet::new().block_on(&runtime, work(orders)) {
        let _ = out.send(Message::Failed(error));
    }
}

async fn work(mut orders: Orders) -> io::Result<()> {
    let measured = orders.begin + orders.plan.warm_up;
    let end = measured + orders.plan.measured();
    let users = orders.part.share(orders.plan.connections());
    let shared = Rc::new(Shared {
        pace: Pace::new(&orders.plan.load, orders.part, users, orders.begin, end),
        tally: RefCell::new(Tally::new(measured, orders.part.index, orders.out)),
        measured,
        buffer: RefCell::new(vec![0; BUFFER].into_boxed_slice()),
        random: Random::new(),
        known: RefCell::default(),
        keeps_connections: orders.plan.keeps_connections(),
        plan: orders.plan,
        target: orders.target,
        request: orders.request,
    });
    let ticker = Ticker::new(orders.begin, shared.pace.turns_every())?;
    tokio::time::sleep_until(orders.begin.into()).await;
    let mut open = match orders.open {
        Some(stream) => {
            shared.tally.borrow_mut().totals.connections += 1;
            Some(TcpStream::from_std(stream)?)
        }
        None => None,
    };
    let mut under_way = JoinSet::new();
    for index in 0..users {
        under_way.spawn_local(user(Rc::clone(&shared), index, open.take()));
    }
    let cpu = conduct(&shared, measured, ticker, &mut orders.stop).await;
    let stopped = shared.pace.end() < end;
    let all = async { while under_way.join_next().await.is_some() {} };
    tokio::select! {
        () = all => {}
        () = count_on(&shared, stopped, &mut orders.stop) => {}
    }
    drop(under_way);
    let now = Instant::now();
    shared.turn(now);
    let mut tally = shared.tally.borrow_mut();
    tally.totals.cpu = cpu;
    tally.totals.not_sent = shared.pace.behind(measured, now);
    tally.finish();
    Ok(())
}

/// Wakes connections at their times until the measured time is over; the CPU used in it.
async fn conduct(
    shared: &Shared,
    measured: Instant,
    mut ticker: Ticker,
    stop: &mut watch::Receiver<bool>,
) -> Option<Duration> {
    let mut used_before = machine::thread_cpu();
    let mut warm = false;
    loop {
        tokio::select! {
            biased;
            // An error says that nobody waits for the result any more.
            _ = stop.wait_for(|stop| *stop) => break,
            () = ticker.tick() => {}
        }
        let now = Instant::now();
        if !warm && now >= measured {
            (used_before, warm) = (machine::thread_cpu(), true);
        }
        if now >= shared.pace.end() {
            break;
        }
        shared.pace.turn(now);
        shared.turn(now);
    }
    shared.pace.finish(Instant::now());
    Some(machine::thread_cpu()?.saturating_sub(used_before?))
}

/// Hands slices over while the last answers are waited for: to their time-outs, or where the run was
/// stopped, not long.
async fn count_on(shared: &Shared, stopped: bool, stop: &mut watch::Receiver<bool>) {
    let slices = async {
        loop {
            tokio::time::sleep(Duration::from_millis(50)).await;
            shared.turn(Instant::now());
        }
    };
    let given_up = async {
        if !stopped {
            let _ = stop.wait_for(|stop| *stop).await;
        }
        tokio::time::sleep(STOPPED).await;
    };
    tokio::select! {
        () = slices => {}
        () = given_up => {}
    }
}

impl Shared {
    /// Hands over the slices that are over at `now`.
    fn turn(&self, now: Instant) {
        let mut tally = self.tally.borrow_mut();
        if tally.is_due(now) {
            let waiting = self.pace.behind(self.measured, now) as u32;
            let active = self.pace.users().unwrap_or(tally.under_way + waiting);
            tally.turn(now, active);
        }
    }

    /// Counts a request that has ended just now.
    fn ended(&self, ended: Ended) {
        let now = Instant::now();
        self.turn(now);
        self.tally.borrow_mut().ended(ended, now, self.pace.end());
    }
}

/// One connection, which sends a request after the other for as long as the pace says.
async fn user(shared: Rc<Shared>, index: u32, open: Option<TcpStream>) {
    let mut line = Line::new(Rc::clone(&shared), open);
    let mut deadline = Deadline::new();
    loop {
        if shared.pace.rests(index) {
            line.close();
        }
        let mut waited = false;
        let next = poll_fn(|context| {
            let next = shared.pace.poll_next(index, context);
            waited |= next.is_pending();
            next
        });
        let Some(start) = next.await else { return };
        if waited {
            line.look().await;
        }
        shared.tally.borrow_mut().started(start);
        let limit = Instant::now() + shared.plan.timeout;
        let outcome = deadline.hold(limit, line.exchange()).await.unwrap_or_else(|_| {
            line.close();
            Err(ErrorKind::TimedOut)
        });
        shared.ended(Ended { start, outcome, bytes: line.answer.bytes, share: &line.answer.share });
        if matches!(outcome, Err(ErrorKind::Refused | ErrorKind::NoConnection))
            && shared.pace.is_closed_loop()
        {
            tokio::time::sleep(UNCONNECTED).await;
        }
    }
}
