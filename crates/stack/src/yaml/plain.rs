//! What YAML makes of a scalar without quotes, as Compose's reader does it (Go's yaml.v3): `0123` is
//! 83, `1.10` is 1.1, `1e6` is written `1e+06`, and `yes` is a word.

use super::node::Scalar;

/// The kind of a scalar, and how Go writes its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plain {
    /// A string: quoted, or of no other kind.
    Text,
    /// A whole number, in decimal digits.
    Integer(String),
    /// A number with a fraction or an exponent, `+Inf`, `-Inf` or `NaN`.
    Decimal(String),
    /// `true` or `false`, in any of the three spellings that YAML has.
    Boolean(bool),
    /// `2026-01-31`: nothing that Compose takes anywhere.
    Time,
}

impl Scalar {
    /// What YAML makes of it.
    pub fn plain(&self) -> Plain {
        if self.quoted { Plain::Text } else { plain(&self.text) }
    }
}

fn plain(text: &str) -> Plain {
    match text {
        "true" | "True" | "TRUE" => return Plain::Boolean(true),
        "false" | "False" | "FALSE" => return Plain::Boolean(false),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return Plain::Decimal("+Inf".to_owned()),
        "-.inf" | "-.Inf" | "-.INF" => return Plain::Decimal("-Inf".to_owned()),
        ".nan" | ".NaN" | ".NAN" => return Plain::Decimal("NaN".to_owned()),
        _ => {}
    }
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.')) || text.len() > 400 {
        return Plain::Text;
    }
    if is_time(text) {
        return Plain::Time;
    }
    let bare = text.replace('_', "");
    if let Some(whole) = integer(&bare) {
        return Plain::Integer(whole);
    }
    if is_decimal(&bare)
        && let Some(number) = bare.parse::<f64>().ok().filter(|number| number.is_finite())
    {
        return Plain::Decimal(written(number));
    }
    Plain::Text
}

/// To the base that its beginning says: `0x1F`, `0b11`, `0o17`, and `017` as in C.
fn integer(text: &str) -> Option<String> {
    let (minus, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (base, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &digits[2..]),
        [b'0', b'b' | b'B', ..] => (2, &digits[2..]),
        [b'0', b'o' | b'O', ..] => (8, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, digits),
    };
    let number = digits.bytes().all(|b| b.is_ascii_alphanumeric()).then(|| u64::from_str_radix(digits, base));
    let number = number?.ok()?;
    match minus {
        false => Some(number.to_string()),
        true if number == 0 => Some("0".to_owned()),
        true => (number <= 1 << 63).then(|| format!("-{number}")),
    }
}

/// `[-+]? (. digits | digits [. [digits]]) [e [-+] digits]`.
fn is_decimal(text: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = text.split_once(['e', 'E']).map_or((text, None), |(m, e)| (m, Some(e)));
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let some = !whole.is_empty() || (mantissa.starts_with('.') && !part.is_empty());
    let exponent = exponent.is_none_or(|exponent| {
        let bare = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !bare.is_empty() && digits(bare)
    });
    some && digits(whole) && digits(part) && exponent
}

/// `2026-1-31`, with or without a time of day behind it.
fn is_time(text: &str) -> bool {
    let (day, rest) = text.split_once(['T', 't', ' ']).map_or((text, None), |(day, rest)| (day, Some(rest)));
    let parts: Vec<&str> = day.split('-').collect();
    let number = |text: &str| text.parse::<u32>().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()));
    let [year, month, of_month] = parts[..] else { return false };
    let short = |text: &str| matches!(text.len(), 1 | 2);
    if year.len() != 4 || !short(month) || !short(of_month) || number(year).is_none() {
        return false;
    }
    let day = number(month).is_some_and(|month| (1..=12).contains(&month))
        && number(of_month).is_some_and(|day| (1..=31).contains(&day));
    day && rest.is_none_or(|rest| rest.matches(':').count() >= 2)
}

/// As Go writes it: the fewest digits, and an exponent of two digits where it is below -4 or above 5.
fn written(number: f64) -> String {
    let scientific = format!("{number:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..6).contains(&exponent) {
        return number.to_string();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each as `docker compose config` writes it.
    #[test]
    fn a_word_without_quotes_is_what_compose_makes_of_it() {
        for (text, wanted) in [
            ("0123", "83"),
            ("08", "8"),
            ("1.10", "1.1"),
            ("1e3", "1000"),
            ("1e6", "1e+06"),
            ("True", "true"),
            ("yes", "yes"),
            ("0x10", "16"),
            ("-0x1F", "-31"),
            ("0o17", "15"),
            ("0b11", "3"),
            ("1_000", "1000"),
            (".5", "0.5"),
            ("1.", "1"),
            ("+1", "1"),
            ("-0", "0"),
            (".inf", "+Inf"),
            (".nan", "NaN"),
            ("12345678.0", "1.2345678e+07"),
            ("12345678901234567890", "12345678901234567890"),
            ("99999999999999999999999", "1e+23"),
            ("1.5e-7", "1.5e-07"),
            ("0.00001", "1e-05"),
            ("1:30", "1:30"),
            ("1.2.3", "1.2.3"),
            ("80-90", "80-90"),
            ("v1", "v1"),
        ] {
            let made = match plain(text) {
                Plain::Text => text.to_owned(),
                Plain::Integer(number) | Plain::Decimal(number) => number,
                Plain::Boolean(is) => is.to_string(),
                Plain::Time => "a time".to_owned(),
            };
            assert_eq!(made, wanted, "{text}");
        }
        assert_eq!((plain("2001-01-01"), plain("2001-01-01T10:00:00Z")), (Plain::Time, Plain::Time));
    }
}
