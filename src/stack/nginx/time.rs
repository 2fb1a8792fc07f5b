//! Lengths of time as nginx writes them.

use std::time::Duration;

/// `1h 30m`, `500ms`, `10` (seconds): the units from the largest to the smallest, each once.
pub fn time(text: &str) -> Option<Duration> {
    const UNITS: [(&str, u64); 8] = [
        ("y", 31_536_000_000),
        ("M", 2_592_000_000),
        ("w", 604_800_000),
        ("d", 86_400_000),
        ("h", 3_600_000),
        ("m", 60_000),
        ("s", 1000),
        ("ms", 1),
    ];
    let mut rest = text.trim();
    let (mut total, mut largest) = (0u64, 0);
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
        let number: u64 = rest[..digits].parse().ok()?;
        let after = &rest[digits..];
        let letters = after.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(after.len());
        let (unit, after) = after.split_at(letters);
        let unit = if unit.is_empty() { "s" } else { unit };
        let at = UNITS.iter().position(|(name, _)| *name == unit).filter(|at| *at >= largest)?;
        largest = at + 1;
        total = total.checked_add(number.checked_mul(UNITS[at].1)?)?;
        rest = after.trim_start();
    }
    (total <= u64::from(u32::MAX) * 1000).then(|| Duration::from_millis(total))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_as_nginx_reads_them() {
        let ms = |text| time(text).map(|time| time.as_millis());
        assert_eq!(ms("10"), Some(10_000));
        assert_eq!(ms("500ms"), Some(500));
        assert_eq!(ms("1h30m"), Some(5_400_000));
        assert_eq!(ms("1m 5s 3ms"), Some(65_003));
        for bad in ["", "s", "1x", "1s1m", "-1", "1.5s", "99999999999999999999"] {
            assert_eq!(ms(bad), None, "{bad}");
        }
    }
}
