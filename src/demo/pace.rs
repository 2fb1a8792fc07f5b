//! How fast a demo goes: [`Pace`], a factor of a person's own speed, and how long a person takes
//! from one letter to the next.

use std::str::FromStr;
use std::time::Duration;

use crate::text::{Lang, Text};

/// A factor of speed: at 2 everything takes half as long.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pace(f64);

impl Default for Pace {
    fn default() -> Self {
        Self::NORMAL
    }
}

impl Pace {
    pub(crate) const SLOW: Self = Self(0.5);
    pub(crate) const NORMAL: Self = Self(1.0);
    pub(crate) const FAST: Self = Self(2.0);
    /// What can be asked for; beyond it nothing can be followed, or nothing seems to happen.
    const LEAST: f64 = 0.1;
    const MOST: f64 = 100.0;
    /// One press of a key.
    const STEP: f64 = 1.25;

    #[must_use]
    pub(crate) fn faster(self) -> Self {
        Self((self.0 * Self::STEP).min(Self::MOST))
    }

    #[must_use]
    pub(crate) fn slower(self) -> Self {
        Self((self.0 / Self::STEP).max(Self::LEAST))
    }

    /// What `normal` takes at this pace.
    pub(crate) fn of(self, normal: Duration) -> Duration {
        normal.div_f64(self.0)
    }

    /// `1.25`, `2`: as short as it can be said.
    pub(crate) fn shown(self) -> String {
        let hundredths = format!("{:.2}", self.0);
        hundredths.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

/// What is no pace.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{}", self.text().render(Lang::En))]
pub(crate) struct PaceError;

impl PaceError {
    pub(crate) fn text(&self) -> Text {
        Text::new("demo-no-pace")
    }
}

impl FromStr for Pace {
    type Err = PaceError;

    fn from_str(text: &str) -> Result<Self, PaceError> {
        match text.to_ascii_lowercase().as_str() {
            "slow" => return Ok(Self::SLOW),
            "normal" => return Ok(Self::NORMAL),
            "fast" => return Ok(Self::FAST),
            _ => {}
        }
        let factor: f64 = text.parse().map_err(|_| PaceError)?;
        if (Self::LEAST..=Self::MOST).contains(&factor) { Ok(Self(factor)) } else { Err(PaceError) }
    }
}

/// How long somebody who types well takes to type `next` after `before`, as the letter number `at`:
/// longer where a word begins and for a sign that needs a thought, and never quite even.
pub(crate) fn keystroke(before: char, next: char, at: usize) -> Duration {
    const LETTER: u64 = 42;
    let thought = match (before, next) {
        (' ', '-') => 110,
        (' ', _) => 75,
        (_, '=' | '/' | '.' | '{' | '\'' | '"') => 45,
        _ => 0,
    };
    // The same in every run, so that a recording can be made again.
    let uneven = (at as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 58;
    Duration::from_millis(LETTER + thought + uneven % 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pace_is_a_word_or_a_factor() {
        assert_eq!("Slow".parse(), Ok(Pace::SLOW));
        assert_eq!("1".parse(), Ok(Pace::NORMAL));
        assert_eq!("2.0".parse(), Ok(Pace::FAST));
        for bad in ["", "0", "-1", "NaN", "inf", "1000", "quick", "0.01"] {
            assert_eq!(bad.parse::<Pace>(), Err(PaceError), "{bad}");
        }
    }

    #[test]
    fn faster_is_shorter_and_has_an_end() {
        let second = Duration::from_secs(1);
        assert_eq!(Pace::FAST.of(second), Duration::from_millis(500));
        assert_eq!(Pace::NORMAL.faster().slower().of(second), second);
        assert_eq!((0..99).fold(Pace::NORMAL, |pace, _| pace.faster()), Pace(Pace::MOST));
        assert_eq!((0..99).fold(Pace::NORMAL, |pace, _| pace.slower()), Pace(Pace::LEAST));
        assert_eq!([Pace::NORMAL.faster().shown(), Pace::FAST.shown()], ["1.25", "2"]);
    }

    #[test]
    fn a_command_takes_as_long_as_a_person_would() {
        let command = "docker compose up -d --build --scale backend=3";
        let letters: Vec<char> = command.chars().collect();
        let times = letters.windows(2).zip(1..).map(|(pair, at)| keystroke(pair[0], pair[1], at));
        let times: Vec<Duration> = times.collect();
        let whole: Duration = times.iter().sum();
        assert!((2000..5000).contains(&whole.as_millis()), "{whole:?}");
        let uneven: std::collections::BTreeSet<&Duration> = times.iter().collect();
        assert!(uneven.len() > 10, "{uneven:?}");
    }
}
