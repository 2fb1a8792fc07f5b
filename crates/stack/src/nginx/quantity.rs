//! Numbers, sizes and lengths of time as nginx writes them.

use std::time::Duration;

/// A whole number without sign, as `ngx_atoi` reads it.
pub fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse::<i64>().ok().and_then(|number| u64::try_from(number).ok()))?
}

/// A number with one of these units, which are in lower case.
fn scaled(text: &str, units: &[(char, u64)]) -> Option<u64> {
    let last = text.chars().next_back()?.to_ascii_lowercase();
    match units.iter().find(|(unit, _)| *unit == last) {
        Some((_, factor)) => number(&text[..text.len() - 1])?.checked_mul(*factor),
        None => number(text),
    }
}

/// `64k`, `1m`, or bytes: what lies in memory has no `g`.
pub fn size(text: &str) -> Option<u64> {
    scaled(text, &[('k', 1 << 10), ('m', 1 << 20)])
}

/// The same with `g`.
pub fn offset(text: &str) -> Option<u64> {
    scaled(text, &[('k', 1 << 10), ('m', 1 << 20), ('g', 1 << 30)])
}

/// The smallest unit that a directive's time has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Seconds,
    Milliseconds,
}

/// `1h 30m`, `500ms`, `10` (seconds): the units from the largest to the smallest, each once.
pub fn time(text: &str) -> Option<Duration> {
    time_in(text, Unit::Milliseconds)
}

/// The same, as nginx's `ngx_parse_time` reads it: where a time is in seconds, `500ms` is none.
pub(super) fn time_in(text: &str, smallest: Unit) -> Option<Duration> {
    /// The longest name first: `ms` is no month and second.
    const UNITS: [(&str, u32, i64); 9] = [
        ("ms", 8, 1),
        ("y", 1, 31_536_000_000),
        ("M", 2, 2_592_000_000),
        ("w", 3, 604_800_000),
        ("d", 4, 86_400_000),
        ("h", 5, 3_600_000),
        ("m", 6, 60_000),
        ("s", 7, 1000),
        (" ", 9, 1000),
    ];
    let (mut rest, mut total, mut last) = (text, 0i64, 0);
    while !rest.is_empty() {
        let digits = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
        let number: i64 = if digits == 0 { 0 } else { rest[..digits].parse().ok()? };
        rest = &rest[digits..];
        let scale = if rest.is_empty() {
            1000
        } else {
            let (name, step, scale) = UNITS.iter().find(|(name, ..)| rest.starts_with(name))?;
            if *step <= last || (*name == "ms" && smallest == Unit::Seconds) {
                return None;
            }
            last = *step;
            rest = rest[name.len()..].trim_start_matches(' ');
            *scale
        };
        total = total.checked_add(number.checked_mul(scale)?)?;
    }
    let has_digits = text.bytes().any(|byte| byte.is_ascii_digit());
    has_digits.then(|| u64::try_from(total).ok().map(Duration::from_millis))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_as_nginx_reads_them() {
        let ms = |text| time(text).map(|time| time.as_millis());
        assert_eq!(ms("10"), Some(10_000));
        assert_eq!(ms("500ms"), Some(500));
        assert_eq!(ms("1s500ms"), Some(1500));
        assert_eq!(ms("1h30m"), Some(5_400_000));
        assert_eq!(ms("1m 5s 3ms"), Some(65_003));
        assert_eq!(ms("1m 5"), Some(65_000));
        for bad in ["", "s", "1x", "1s1m", "-1", "1.5s", "99999999999999999999"] {
            assert_eq!(ms(bad), None, "{bad}");
        }
        let whole = |text| time_in(text, Unit::Seconds);
        assert_eq!((whole("500ms"), whole("2m")), (None, Some(Duration::from_secs(120))));
    }

    #[test]
    fn sizes_and_numbers_as_nginx_reads_them() {
        assert_eq!(
            (size("64k"), size("2M"), size("0"), size("1g")),
            (Some(65536), Some(2 << 20), Some(0), None)
        );
        assert_eq!((offset("1g"), offset("k"), offset("1kb")), (Some(1 << 30), None, None));
        assert_eq!((number("12"), number("-1"), number(""), number("1.1")), (Some(12), None, None, None));
    }
}
