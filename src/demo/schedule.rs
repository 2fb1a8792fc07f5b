//! Where a talk stands in its time: minutes planned, minutes gone, ahead or behind.

use std::time::Duration;

/// The planned seconds of the steps that a demo plays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Schedule {
    seconds: Vec<u32>,
}

/// Compared with the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    OnTime,
    Ahead(Duration),
    Behind(Duration),
}

impl Schedule {
    pub(crate) fn new(seconds: impl IntoIterator<Item = u32>) -> Self {
        Self { seconds: seconds.into_iter().collect() }
    }

    pub(crate) fn whole(&self) -> Duration {
        self.until(self.seconds.len())
    }

    /// What the steps before the one at `place` are planned to take.
    fn until(&self, place: usize) -> Duration {
        let seconds: u32 = self.seconds.iter().take(place).sum();
        Duration::from_secs(u64::from(seconds))
    }

    /// Whoever is in a step, at any moment that the plan gives it, is on time.
    pub(crate) fn standing(&self, place: usize, elapsed: Duration) -> Standing {
        let (from, to) = (self.until(place), self.until(place + 1));
        if elapsed < from {
            return Standing::Ahead(from - elapsed);
        }
        elapsed.checked_sub(to).filter(|late| !late.is_zero()).map_or(Standing::OnTime, Standing::Behind)
    }
}

/// `7:05`, `1:02:00`.
pub(crate) fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match hours {
        0 => format!("{minutes}:{seconds:02}"),
        _ => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ahead_before_a_steps_time_and_behind_after_it() {
        let plan = Schedule::new([120, 60, 240]);
        let seconds = Duration::from_secs;
        assert_eq!(plan.whole(), seconds(420));
        assert_eq!(plan.standing(0, seconds(0)), Standing::OnTime);
        assert_eq!(plan.standing(0, seconds(130)), Standing::Behind(seconds(10)));
        assert_eq!(plan.standing(1, seconds(130)), Standing::OnTime);
        assert_eq!(plan.standing(2, seconds(130)), Standing::Ahead(seconds(50)));
        assert_eq!(plan.standing(9, seconds(430)), Standing::Behind(seconds(10)));
    }

    #[test]
    fn a_clock_has_hours_only_where_there_are_any() {
        assert_eq!(clock(Duration::from_millis(65_900)), "1:05");
        assert_eq!(clock(Duration::from_secs(3720)), "1:02:00");
    }
}
