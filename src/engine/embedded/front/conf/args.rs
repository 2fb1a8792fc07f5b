//! nginx's way to write numbers, times, sizes and switches as arguments.

use std::time::Duration;

use super::ConfError;
use crate::stack::nginx::{Arg, Directive};

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

/// `64k`, `1m`, `2g`, or bytes.
pub fn size(text: &str) -> Option<u64> {
    let (digits, factor) = match text.as_bytes().last()? {
        b'k' | b'K' => (&text[..text.len() - 1], 1 << 10),
        b'm' | b'M' => (&text[..text.len() - 1], 1 << 20),
        b'g' | b'G' => (&text[..text.len() - 1], 1 << 30),
        _ => (text, 1),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse::<u64>().ok()?.checked_mul(factor)
}

/// The same for what lies in memory: nothing at all is no size.
pub fn bytes(text: &str) -> Option<usize> {
    size(text).and_then(|size| usize::try_from(size).ok()).filter(|size| *size > 0)
}

/// The argument `at`, read by `read`, or the refusal that points at it.
pub fn read<T>(directive: &Directive, at: usize, read: impl Fn(&str) -> Option<T>) -> Result<T, ConfError> {
    let arg = arg(directive, at)?;
    read(&arg.value).ok_or_else(|| ConfError::value(directive, arg))
}

/// The argument `at`; the number of arguments was checked before.
pub fn arg(directive: &Directive, at: usize) -> Result<&Arg, ConfError> {
    let words = || format!("invalid number of arguments in \"{}\" directive", directive.name);
    directive.args.get(at).ok_or_else(|| {
        let message =
            crate::text::Text::new("front-value").with("name", directive.name.as_str()).with("value", "");
        ConfError::of(directive, message, words())
    })
}

/// `on` or `off`.
pub fn switch(text: &str) -> Option<bool> {
    match text {
        "on" => Some(true),
        "off" => Some(false),
        _ => None,
    }
}

/// A whole number without sign.
pub fn number(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
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
        assert_eq!(
            (size("64k"), size("2M"), size("0"), size("k"), size("1kb")),
            (Some(65536), Some(2 << 20), Some(0), None, None)
        );
        assert_eq!((number("12"), number("-1"), number("")), (Some(12), None, None));
    }
}
