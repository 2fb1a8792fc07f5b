//! The talk's clock: it stands still while the demo is paused, and while the machine sleeps.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

/// A machine that was away for less than this was only busy.
const SLEPT: Duration = Duration::from_secs(60);

/// Time gone since the demo began.
#[derive(Debug)]
pub(crate) struct Timer {
    gone: Duration,
    since: Option<Instant>,
    /// The two clocks at the last look: only one of them goes on while the machine sleeps.
    looked: (Instant, SystemTime),
}

impl Timer {
    pub(crate) fn start() -> Self {
        let now = Instant::now();
        Self { gone: Duration::ZERO, since: Some(now), looked: (now, SystemTime::now()) }
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.gone + self.since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    pub(crate) const fn is_paused(&self) -> bool {
        self.since.is_none()
    }

    pub(crate) fn toggle(&mut self) {
        self.gone = self.elapsed();
        self.since = if self.is_paused() { Some(Instant::now()) } else { None };
    }

    /// How long the machine slept since the last look, if it did.
    pub(crate) fn slept(&mut self) -> Option<Duration> {
        self.slept_by(Instant::now(), SystemTime::now())
    }

    fn slept_by(&mut self, now: Instant, wall: SystemTime) -> Option<Duration> {
        let (before, wall_before) = std::mem::replace(&mut self.looked, (now, wall));
        let passed = wall.duration_since(wall_before).ok()?;
        passed.checked_sub(now - before).filter(|away| *away >= SLEPT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_pause_is_not_counted() {
        let mut timer = Timer::start();
        tokio::time::advance(Duration::from_secs(90)).await;
        timer.toggle();
        tokio::time::advance(Duration::from_secs(600)).await;
        assert!(timer.is_paused());
        timer.toggle();
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(timer.elapsed(), Duration::from_secs(91));
    }

    #[tokio::test(start_paused = true)]
    async fn a_sleep_is_where_one_clock_went_on_alone() {
        let mut timer = Timer::start();
        let (now, wall) = timer.looked;
        let second = Duration::from_secs(1);
        assert_eq!(timer.slept_by(now + second, wall + second * 30), None);
        assert_eq!(timer.slept_by(now + second * 2, wall + second * 331), Some(second * 300));
        assert_eq!(timer.slept_by(now + second * 3, wall), None, "a clock that was set back");
    }
}
