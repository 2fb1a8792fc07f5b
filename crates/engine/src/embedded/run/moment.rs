//! A moment in a command: as a person says it, and as Docker writes it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;

/// `2026-01-02T10:00:00Z`, `10m` ago, or seconds since 1970.
pub(super) fn read(text: &str) -> Option<SystemTime> {
    if let Ok(seconds) = text.parse::<u64>() {
        return UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at.into());
    }
    let ago = workshop_stack::compose::parse_duration(text)?;
    SystemTime::now().checked_sub(ago)
}

/// `2026-11-22T06:15:34.123456789Z`
pub(super) fn written(at: SystemTime) -> String {
    format!("{:.9}", Timestamp::try_from(at).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_docker_writes_them() {
        let at = |seconds, nanos| written(UNIX_EPOCH + Duration::new(seconds, nanos));
        assert_eq!(at(0, 0), "1970-01-01T00:00:00.000000000Z");
        assert_eq!(at(951_825_601, 500_000_000), "2000-02-29T12:00:01.500000000Z");
        assert_eq!(at(1_795_328_134, 123_456_789), "2026-11-22T06:15:34.123456789Z");
        assert!(read("10m").unwrap() < SystemTime::now());
        assert_eq!(read("1970-01-01T00:01:00Z"), read("60"));
        assert_eq!((read("x"), read("2026-13-01T00:00:00Z")), (None, None));
    }
}
