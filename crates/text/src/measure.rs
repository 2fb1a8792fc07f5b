//! Numbers as a person reads them, the same in the terminal and on the page: `12,345`, `1.25 ms`,
//! `0.4%`, `3.2 MB`.

use std::time::Duration;

/// A whole number in groups of three.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A number a second: whole, or with a decimal where it is small and that says more.
pub fn rate(number: f64) -> String {
    let tenths = (number * 10.0).round() / 10.0;
    match tenths {
        0.0 if number > 0.0 => "<0.1".to_owned(),
        ..100.0 if tenths.fract() != 0.0 => format!("{tenths:.1}"),
        _ => count(number.round() as u64),
    }
}

/// A time in the unit in which it has one to three digits before the point, and three in all.
pub fn time(time: Duration, unicode: bool) -> String {
    let micros = time.as_secs_f64() * 1e6;
    let (number, unit) = match micros {
        // 999.5 would be rounded to a thousand.
        ..999.5 => (micros, if unicode { "µs" } else { "us" }),
        ..999_500.0 => (micros / 1e3, "ms"),
        _ => (micros / 1e6, "s"),
    };
    let decimals = match number {
        ..9.995 if unit != "µs" && unit != "us" => 2,
        ..99.95 if unit != "µs" && unit != "us" => 1,
        _ => 0,
    };
    format!("{number:.decimals$} {unit}")
}

/// A share from 0 to 1; what is not nothing is not shown as nothing, what is not all not as all.
pub fn percent(share: f64) -> String {
    let percent = share * 100.0;
    match percent {
        _ if share > 0.0 && percent < 0.05 => "<0.1%".to_owned(),
        _ if share < 1.0 && percent >= 99.95 => ">99.9%".to_owned(),
        _ => format!("{percent:.1}%"),
    }
}

/// A share from 0 to 1 to a thousandth of a percent.
pub fn percent_exact(share: f64) -> String {
    let digits = format!("{:.3}", share * 100.0);
    format!("{}%", digits.trim_end_matches('0').trim_end_matches('.'))
}

/// A number of bytes, in the decimal unit in which it has one to three digits before the point.
pub fn bytes(number: u64) -> String {
    let (mut size, mut unit) = (number as f64, 0);
    while size >= 999.5 && unit < 4 {
        size /= 1000.0;
        unit += 1;
    }
    let decimals = usize::from(unit > 0 && size < 99.95);
    format!("{size:.decimals$} {}", ["B", "kB", "MB", "GB", "TB"][unit])
}

/// The next of 1, 2, 2.5, 5, 10 … times a power of ten that is not below `number`: where an axis ends.
pub fn round_up(number: f64) -> f64 {
    if number <= 0.0 {
        return 1.0;
    }
    let power = 10f64.powf(number.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().find(|step| number <= step * power * (1.0 + 1e-9));
    step.unwrap_or(10.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!([0, 999, 1000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(
            [0.0, 0.04, 12.5, 50.0, 99.94, 12_345.6].map(rate),
            ["0", "<0.1", "12.5", "50", "99.9", "12,346"]
        );
    }

    #[test]
    fn times_have_three_digits() {
        let seen = |micros: u64| time(Duration::from_micros(micros), true);
        assert_eq!(
            [0, 7, 999, 1000, 1254, 12_540, 125_400, 999_600, 12_540_000].map(seen),
            ["0 µs", "7 µs", "999 µs", "1.00 ms", "1.25 ms", "12.5 ms", "125 ms", "1.00 s", "12.5 s"]
        );
        assert_eq!(time(Duration::from_micros(7), false), "7 us");
    }

    #[test]
    fn a_share_is_neither_nothing_nor_all_unless_it_is() {
        assert_eq!(
            [0.0, 0.00001, 0.005, 0.5, 0.99999, 1.0].map(percent),
            ["0.0%", "<0.1%", "0.5%", "50.0%", ">99.9%", "100.0%"]
        );
    }

    #[test]
    fn a_share_can_be_told_from_one_close_by() {
        assert_eq!([0.0, 0.000_459, 0.01, 1.0].map(percent_exact), ["0%", "0.046%", "1%", "100%"]);
    }

    #[test]
    fn sizes_have_their_unit() {
        assert_eq!(
            [0, 999, 1500, 1_000_000, 123_456_789].map(bytes),
            ["0 B", "999 B", "1.5 kB", "1.0 MB", "123 MB"]
        );
    }

    proptest! {
        #[test]
        fn an_axis_holds_its_greatest_value(number in 1e-6f64..1e9) {
            let end = round_up(number);
            prop_assert!(end >= number * (1.0 - 1e-6) && end <= number * 2.6, "{number}: {end}");
        }

        #[test]
        fn no_number_is_too_much(micros in any::<u64>(), number in any::<u64>()) {
            prop_assert!(time(Duration::from_micros(micros), true).len() < 24);
            prop_assert_eq!(count(number).replace(',', ""), number.to_string());
            prop_assert!(!bytes(number).is_empty());
        }
    }
}
