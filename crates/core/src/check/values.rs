//! Values as a lesson writes them, that several kinds of check take.

use std::time::Duration;

use serde::{Deserialize, Deserializer, de};

use crate::workspace::names;
use workshop_stack::nginx::time;
use workshop_text::{Text, refused};

/// A length of time as nginx writes it: `500ms`, `2s`, `1m`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Time(#[cfg_attr(test, schemars(with = "String"))] pub(crate) Duration);

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        time(&text)
            .map(Self)
            .ok_or_else(|| de::Error::custom(format!("not a length of time: {text:?} (500ms, 2s, 1m)")))
    }
}

fn named(path: &str) -> Result<String, Text> {
    names::fault(path).map_or_else(|| Ok(path.to_owned()), Err)
}

/// For `deserialize_with`: a file of the workspace that a check may look at.
pub(crate) fn workspace_path<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    refused::read(deserializer, named)
}

/// For `deserialize_with`: the same, several.
pub(crate) fn workspace_paths<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    refused::read_all(deserializer, named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time() {
        let read = |text: &str| {
            let text = de::value::StrDeserializer::<de::value::Error>::new(text);
            Time::deserialize(text).ok().map(|time| time.0)
        };
        assert_eq!(read("500ms"), Some(Duration::from_millis(500)));
        assert_eq!(read("2s"), Some(Duration::from_secs(2)));
        assert_eq!(read("1s500ms"), Some(Duration::from_millis(1500)));
        assert_eq!(read("10"), Some(Duration::from_secs(10)));
        for bad in ["", "s", "2x", "-1s", "99999999999999999999s", "18446744073709551615h"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
