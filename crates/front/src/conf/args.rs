//! nginx's way to write numbers, times, sizes and switches as arguments.

use super::refusal::ConfError;
pub(crate) use workshop_stack::nginx::time;
use workshop_stack::nginx::{Arg, Directive};

/// `64k`, `1m`, `2g`, or bytes.
pub(crate) fn size(text: &str) -> Option<u64> {
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

/// The same for what lies in memory.
pub(crate) fn bytes(text: &str) -> Option<usize> {
    size(text).and_then(|size| usize::try_from(size).ok())
}

/// The argument `at`, read by `read`, or the refusal that points at it.
pub(crate) fn read<T>(
    directive: &Directive,
    at: usize,
    read: impl Fn(&str) -> Option<T>,
) -> Result<T, ConfError> {
    let arg = arg(directive, at)?;
    read(&arg.value).ok_or_else(|| ConfError::value(directive, arg))
}

/// The argument `at`; the number of arguments was checked before.
pub(crate) fn arg(directive: &Directive, at: usize) -> Result<&Arg, ConfError> {
    let words = || format!("invalid number of arguments in \"{}\" directive", directive.name);
    directive.args.get(at).ok_or_else(|| {
        let message =
            workshop_text::Text::new("front-value").with("name", directive.name.as_str()).with("value", "");
        ConfError::of(directive, message, words())
    })
}

/// `on` or `off`.
pub(crate) fn switch(text: &str) -> Option<bool> {
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    if is("on") { Some(true) } else { is("off").then_some(false) }
}

/// A whole number without sign.
pub(crate) fn number(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_numbers_as_nginx_reads_them() {
        assert_eq!(
            (size("64k"), size("2M"), size("0"), size("k"), size("1kb")),
            (Some(65536), Some(2 << 20), Some(0), None, None)
        );
        assert_eq!((number("12"), number("-1"), number("")), (Some(12), None, None));
    }
}
