//! Moments as the runner's own files keep them.

use std::time::SystemTime;

/// A moment as Unix milliseconds; 0 for one before 1970.
pub fn unix_millis(moment: SystemTime) -> u64 {
    let since = moment.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// This moment as Unix milliseconds.
pub fn now_millis() -> u64 {
    unix_millis(SystemTime::now())
}
