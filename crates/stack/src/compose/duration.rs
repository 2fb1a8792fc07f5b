//! Lengths of time as Compose writes them: Go's (`1m30s`, `500ms`), a number and a unit at a time.

use std::time::Duration;

use super::read::Place;
use crate::SyntaxError;

/// Microseconds of each unit, the longer names first.
const UNITS: [(&str, u64); 7] = [
    ("ms", 1_000),
    ("us", 1),
    ("h", 3_600_000_000),
    ("m", 60_000_000),
    ("s", 1_000_000),
    ("d", 86_400_000_000),
    ("w", 604_800_000_000),
];

pub(super) fn read(place: &Place<'_>) -> Result<Duration, SyntaxError> {
    let text = place.string()?.value;
    // Nothing, and less than nothing, is no time at all.
    if text.is_empty() || text == "0" || text.starts_with('-') {
        return Ok(Duration::ZERO);
    }
    parse(text.trim_start_matches('+')).ok_or_else(|| place.invalid("stack-compose-duration"))
}

/// `1m30s` → 90 seconds; none for what is no length of time, and for a number without a unit.
pub fn parse(text: &str) -> Option<Duration> {
    let mut rest = text;
    let mut micros = 0u64;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..end].parse().ok().filter(|number: &f64| number.is_finite())?;
        let (unit, size) = UNITS.into_iter().find(|(unit, _)| rest[end..].starts_with(unit))?;
        #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let part = (number * size as f64).round() as u64;
        micros = micros.checked_add(part)?;
        rest = &rest[end + unit.len()..];
    }
    (!text.is_empty()).then(|| Duration::from_micros(micros))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_as_go_writes_them() {
        let seconds = Duration::from_secs_f64;
        for (text, wanted) in [
            ("2s", Some(seconds(2.0))),
            ("1m30s", Some(seconds(90.0))),
            ("500ms", Some(seconds(0.5))),
            ("1.5s", Some(seconds(1.5))),
            ("1h", Some(seconds(3600.0))),
            ("2", None),
            ("", None),
            ("s", None),
            ("-1s", None),
            ("1x", None),
            ("..s", None),
        ] {
            assert_eq!(parse(text), wanted, "{text}");
        }
    }
}
