//! [`Ticker`]: goes off at even times. Where the system has a timer that an event loop can wait for
//! it is exact to some 50 µs; the event loop's own timers are exact to a millisecond.

use std::io;
use std::time::{Duration, Instant};

pub(super) struct Ticker {
    /// A file that can be read each time that the timer goes off. tokio's type for a pipe is the one
    /// that waits for any such file without unsafe code; that it is no pipe is not looked at.
    #[cfg(target_os = "linux")]
    timer: tokio::net::unix::pipe::Receiver,
    #[cfg(not(target_os = "linux"))]
    interval: tokio::time::Interval,
}

#[cfg(target_os = "linux")]
impl Ticker {
    /// Goes off every `period`, first at `begin`.
    ///
    /// # Errors
    /// The system gives no timer.
    pub(super) fn new(begin: Instant, period: Duration) -> io::Result<Self> {
        use rustix::time::{
            Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
            timerfd_settime,
        };
        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        let timer = timerfd_create(TimerfdClockId::Monotonic, flags)?;
        // A first time of zero would switch it off.
        let first = begin.saturating_duration_since(Instant::now()).max(Duration::from_nanos(1));
        let spec = |time: Duration| Timespec {
            tv_sec: time.as_secs().try_into().unwrap_or(i64::MAX),
            tv_nsec: time.subsec_nanos().into(),
        };
        let times = Itimerspec { it_interval: spec(period), it_value: spec(first) };
        timerfd_settime(&timer, TimerfdTimerFlags::empty(), &times)?;
        Ok(Self { timer: tokio::net::unix::pipe::Receiver::from_owned_fd_unchecked(timer)? })
    }

    /// Waits for the next time; several that have passed count as one.
    pub(super) async fn tick(&mut self) {
        use tokio::io::AsyncReadExt;
        // How often it went off, in eight bytes; with room for more, so that one read empties it.
        let _ = self.timer.read(&mut [0; 16]).await;
    }
}

#[cfg(not(target_os = "linux"))]
impl Ticker {
    /// Goes off every `period` (or every millisecond, if that is longer), first at `begin`.
    ///
    /// # Errors
    /// None here.
    pub fn new(begin: Instant, period: Duration) -> io::Result<Self> {
        let mut interval = tokio::time::interval_at(begin.into(), period.max(Duration::from_millis(1)));
        interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
        Ok(Self { interval })
    }

    /// Waits for the next time; several that have passed count as one.
    pub async fn tick(&mut self) {
        self.interval.tick().await;
    }
}
