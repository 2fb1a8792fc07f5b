//! The variables that a compose file is interpolated with: an environment over a `.env` file.

use std::collections::BTreeMap;
use std::ffi::OsString;

use super::interpolate::{Variable, expand};
use crate::dotenv::DotEnv;
use workshop_text::Text;

/// How variables begin that say what Docker and Compose work on.
const STEERING: [&str; 4] = ["COMPOSE_", "DOCKER_", "BUILDX_", "BUILDKIT_"];

/// Whether a variable says what Docker and Compose work on.
pub fn steers(name: &str) -> bool {
    STEERING.iter().any(|prefix| name.starts_with(prefix))
}

/// Variables by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Env {
    values: BTreeMap<String, String>,
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Env {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self { values: pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect() }
    }
}

impl Env {
    /// The variables of a `.env` file, in an environment that is `outer`; what Compose would not
    /// take is left out.
    pub fn of_dotenv(text: &[u8], outer: &Self) -> Self {
        DotEnv::parse(text, outer).entries.into_iter().map(|entry| (entry.name, entry.value)).collect()
    }

    /// This process's own environment, without what chooses a project, its files, an engine or a
    /// builder (`COMPOSE_FILE=../other/compose.yaml` …): that is meant for something else.
    pub fn of_process() -> Self {
        let text =
            |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
        std::env::vars_os().filter_map(text).filter(|(name, _)| !steers(name)).collect()
    }

    /// This environment where it has a variable, `below` where it has not.
    #[must_use]
    pub fn over(mut self, below: Self) -> Self {
        for (name, value) in below.values {
            self.values.entry(name).or_insert(value);
        }
        self
    }

    /// Sets a variable, whatever it was.
    pub fn set(&mut self, name: &str, value: &str) {
        self.values.insert(name.to_owned(), value.to_owned());
    }

    /// A variable's value; none where it is not set.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// `text` with its variables; as it is where they cannot be read.
    pub fn expand(&self, text: &str) -> String {
        expand(text, self, &mut Vec::new()).unwrap_or_else(|_| text.to_owned())
    }

    /// `text` with its variables.
    ///
    /// # Errors
    /// Why they cannot be read.
    pub(crate) fn try_expand(&self, text: &str) -> Result<String, Text> {
        expand(text, self, &mut Vec::new()).map_err(|failure| failure.message)
    }

    /// `text` with its variables, and which they are; none where they cannot be read.
    pub fn expanded(&self, text: &str) -> Option<(String, Vec<Variable>)> {
        let mut variables = Vec::new();
        let expanded = expand(text, self, &mut variables).ok()?;
        Some((expanded, variables))
    }

    /// Every variable, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_wins_over_the_file() {
        let env = Env::from_iter([("A", "1")]).over(Env::of_dotenv(b"A=2\nB=3\n", &Env::default()));
        assert_eq!((env.get("A"), env.get("B"), env.get("C")), (Some("1"), Some("3"), None));
    }
}
