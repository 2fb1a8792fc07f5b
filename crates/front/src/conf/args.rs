//! nginx's way to write numbers, times, sizes and switches as arguments.

use super::refusal::ConfError;
use workshop_stack::nginx::{self as nginx, Arg, Directive};
pub(crate) use workshop_stack::nginx::{offset, time};

/// A size of what lies in memory.
pub(crate) fn bytes(text: &str) -> Option<usize> {
    nginx::size(text).and_then(|size| usize::try_from(size).ok())
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
    nginx::number(text).and_then(|number| u32::try_from(number).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_numbers_as_nginx_reads_them() {
        assert_eq!(
            (bytes("64k"), bytes("2M"), bytes("0"), bytes("k"), bytes("1kb")),
            (Some(65536), Some(2 << 20), Some(0), None, None)
        );
        assert_eq!((number("12"), number("-1"), number("")), (Some(12), None, None));
    }
}
