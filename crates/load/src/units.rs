//! Numbers with units, as people type them: `250ms`, `1.5s`, `2m`; and stages of them,
//! `30s:100,2m:500`.

use std::time::Duration;

use super::plan::Stage;
use workshop_text::Text;

/// Longer than anybody loads; keeps sums of durations in range.
const LONGEST: f64 = 7.0 * 24.0 * 3600.0;

/// The number that `text` begins with (digits, at most one point), and what follows it.
pub fn number(text: &str) -> Option<(f64, &str)> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let number = text[..end].parse().ok()?;
    Some((number, &text[end..]))
}

/// `number` of `unit`; `None` for another unit, and for what nobody means.
pub fn time(number: f64, unit: &str) -> Option<Duration> {
    let unit = match unit {
        "us" | "µs" => 1e-6,
        "ms" => 1e-3,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return None,
    };
    let seconds = number * unit;
    (seconds.is_finite() && seconds <= LONGEST).then(|| Duration::from_secs_f64(seconds))
}

/// What cannot be read: the message's key, the text, and the character where it goes wrong, from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text().render(workshop_text::Lang::En))]
pub struct UnitError {
    /// The whole text.
    pub given: String,
    /// Character, from 1.
    pub at: usize,
    /// The message's key.
    pub key: &'static str,
}

impl UnitError {
    /// What is wrong and where, as a message.
    pub fn text(&self) -> Text {
        Text::new(self.key).with("given", self.given.as_str()).with("at", self.at)
    }
}

/// A duration with its unit: `30s`, `1.5m`.
///
/// # Errors
/// It has no number or no unit of time, or is longer than a week.
pub fn duration(text: &str) -> Result<Duration, UnitError> {
    let wrong = |at| UnitError { given: text.to_owned(), at, key: "load-duration" };
    let (number, unit) = number(text).ok_or_else(|| wrong(1))?;
    let column = text[..text.len() - unit.len()].chars().count() + 1;
    time(number, unit).ok_or_else(|| wrong(column))
}

/// `DURATION:USERS`, separated by commas.
///
/// # Errors
/// The position of the first thing that is neither.
pub fn stages(text: &str) -> Result<Vec<Stage>, UnitError> {
    let mut stages = Vec::new();
    let mut column = 1;
    for part in text.split(',') {
        let wrong = |at: usize| UnitError { given: text.to_owned(), at: column + at, key: "load-stages" };
        let inner = part.trim_start();
        let indent = part.chars().count() - inner.chars().count();
        let inner = inner.trim_end();
        let (takes, users) = inner.split_once(':').ok_or_else(|| wrong(indent + inner.chars().count()))?;
        let takes = duration(takes).map_err(|error| wrong(indent + error.at - 1))?;
        let after = indent + inner.chars().count() - users.chars().count();
        let users = users.parse().map_err(|_| wrong(after))?;
        stages.push(Stage { takes, users });
        column += part.chars().count() + 1;
    }
    Ok(stages)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stage(seconds: u64, users: u32) -> Stage {
        Stage { takes: Duration::from_secs(seconds), users }
    }

    #[test]
    fn durations_need_a_unit() {
        assert_eq!(duration("250ms").unwrap(), Duration::from_millis(250));
        assert_eq!(duration("1.5s").unwrap(), Duration::from_millis(1500));
        assert_eq!(duration("2m").unwrap(), Duration::from_secs(120));
        assert_eq!(duration("10").unwrap_err().at, 3);
        assert_eq!(duration("").unwrap_err().at, 1);
        assert_eq!(duration("s").unwrap_err().at, 1);
        assert_eq!(duration("1.2.3s").unwrap_err().at, 1);
        assert_eq!(duration("9000h").unwrap_err().at, 5);
    }

    #[test]
    fn stages_are_durations_and_users() {
        assert_eq!(stages("30s:100,2m:500, 30s:0").unwrap(), [stage(30, 100), stage(120, 500), stage(30, 0)]);
        assert_eq!(stages("30s").unwrap_err().at, 4);
        assert_eq!(stages("30s:100,").unwrap_err().at, 9);
        assert_eq!(stages("30s:100, 2x:3").unwrap_err().at, 11);
        assert_eq!(stages("30s:many").unwrap_err().at, 5);
        assert_eq!(stages("30s:-1").unwrap_err().at, 5);
    }

    proptest! {
        #[test]
        fn a_position_is_in_the_text(text in "[0-9a-z.:, 가-]{0,20}") {
            for error in [duration(&text).err(), stages(&text).err()].into_iter().flatten() {
                prop_assert!(error.at >= 1 && error.at <= text.chars().count() + 1, "{error:?}");
            }
        }

        #[test]
        fn stages_written_are_stages_read(all in proptest::collection::vec((0u64..1000, 0u32..1000), 1..6)) {
            let text: Vec<String> = all.iter().map(|(seconds, users)| format!("{seconds}s:{users}")).collect();
            let wanted: Vec<Stage> = all.iter().map(|(seconds, users)| stage(*seconds, *users)).collect();
            prop_assert_eq!(stages(&text.join(",")).unwrap(), wanted);
        }
    }
}
