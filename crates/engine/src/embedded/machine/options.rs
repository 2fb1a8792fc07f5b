//! The options of a server in a compose file's `command`: which ones it is given as they are, which
//! ones this engine answers itself, and which ones it does not have.

/// What becomes of a server's options.
pub struct Options {
    /// Words in front of the options that say nothing.
    pub wrappers: &'static [&'static str],
    /// Options whose answer is this engine's own: where it listens, who it runs as.
    pub own: &'static [&'static str],
    /// Options that lead to a file or a folder of this machine.
    pub refused: &'static [&'static str],
    /// Options for the data folder, which may only be what it is anyway.
    pub data: &'static [&'static str],
    /// Names that may be cut short as long as they are clear, as `mysqld` takes them; with those
    /// that are whole although a refused one begins like them.
    pub short_forms: Option<&'static [&'static str]>,
}

impl Options {
    /// The options as the server is given them.
    ///
    /// # Errors
    /// The words that this engine does not have.
    pub fn read(&self, servers: &[&str], data: &str, command: &[String]) -> Result<Vec<String>, String> {
        let mut words = command;
        while let [first, rest @ ..] = words
            && (self.wrappers.contains(&first.as_str()) || servers.contains(&first.as_str()))
        {
            words = rest;
        }
        let mut taken = Vec::new();
        for group in groups(words) {
            let shown = group.join(" ");
            let [option, values @ ..] = group else { continue };
            let Some((name, value)) = split(option) else { return Err(shown) };
            let value = value.or_else(|| values.first().map(String::as_str)).unwrap_or_default();
            let is = |list: &[&str]| list.iter().any(|known| self.means(&name, known));
            let leads_away = self.short_forms.is_some() && (value.starts_with('/') || value.contains(".."));
            let is_data = is(self.data);
            let elsewhere = if is_data { value.trim_end_matches('/') != data } else { leads_away };
            if is(self.refused) || elsewhere || group.iter().any(|word| word.contains(['\n', '\r'])) {
                return Err(shown);
            }
            if !is(self.own) && !is_data {
                taken.extend_from_slice(group);
            }
        }
        Ok(taken)
    }

    fn means(&self, name: &str, known: &str) -> bool {
        let whole = |whole: &[&str]| whole.contains(&name);
        name == known || self.short_forms.is_some_and(|list| known.starts_with(name) && !whole(list))
    }
}

/// The value of an option, the last one where it stands several times.
pub(super) fn value_of<'a>(args: &'a [String], wanted: &str) -> Option<&'a str> {
    let of = |group: &'a [String]| {
        let (name, value) = split(&group[0])?;
        (name == wanted).then(|| value.or_else(|| group.get(1).map(String::as_str)))?
    };
    groups(args).filter_map(of).last()
}

/// Each option with the words that follow it.
fn groups(words: &[String]) -> impl Iterator<Item = &[String]> {
    let mut rest = words;
    std::iter::from_fn(move || {
        let (_, behind) = rest.split_first()?;
        let end = behind.iter().position(|word| split(word).is_some()).unwrap_or(behind.len()) + 1;
        let (group, after) = rest.split_at(end);
        rest = after;
        Some(group)
    })
}

/// `--some_option=value` as `some-option` and its value; none for a word that is no long option.
fn split(word: &str) -> Option<(String, Option<&str>)> {
    let option =
        word.strip_prefix("--").filter(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()))?;
    let (name, value) = option.split_once('=').map_or((option, None), |(name, value)| (name, Some(value)));
    let name = name.to_ascii_lowercase().replace('_', "-");
    // What a server does not have, it may be told to pass over; the option is the same.
    let name = name.strip_prefix("loose-").map_or(name.clone(), str::to_owned);
    Some((name, value))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::embedded::machine::{mysql, redis};

    fn words(line: &str) -> Vec<String> {
        line.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
    }

    #[test]
    fn a_command_is_options_that_the_server_takes() {
        let redis = |line: &str| redis::MACHINE.arguments(&words(line)).map(|args| args.join(" "));
        let ok = |line: &str| Ok(line.to_owned());
        assert_eq!(
            redis("redis-server --appendonly yes --requirepass -secret"),
            ok("--appendonly yes --requirepass -secret")
        );
        assert_eq!(redis("docker-entrypoint.sh redis-server --save 60 1"), ok("--save 60 1"));
        assert_eq!(redis("--bind 0.0.0.0 :: --protected-mode no --port 6380"), ok("--port 6380"));
        assert_eq!(redis("redis-server --dir /data/"), ok(""));
        for refused in [
            "sh -c redis-server",
            "redis-server /etc/redis.conf",
            "redis-server --dir /etc",
            "redis-server --logfile x",
        ] {
            assert!(redis(refused).is_err(), "{refused}");
        }
        let mysql = |line: &str| mysql::MACHINE.arguments(&words(line)).map(|args| args.join(" "));
        assert_eq!(
            mysql("mysqld --character_set_server=utf8mb4 --max_connections=50 --bind-address=::"),
            ok("--character_set_server=utf8mb4 --max_connections=50")
        );
        for refused in [
            "--datadir=/x",
            "--datad=/x",
            "--init-file=x",
            "--general-log-file=x",
            "--log-bin=/x",
            "--loose-log-error=/x",
            "--tmpdir /x",
            "mysqld -h",
        ] {
            assert!(mysql(refused).is_err(), "{refused}");
        }
        assert_eq!(mysql("--general-log=1"), ok("--general-log=1"));
        assert_eq!(mysql::MACHINE.port_in(&words("--port=3307 --PORT 3308")), 3308);
        assert_eq!(redis::MACHINE.port_in(&words("--appendonly yes")), 6379);
    }

    proptest! {
        #[test]
        fn no_refused_option_gets_through(command in proptest::collection::vec("[-a-z_=/. ]{0,12}|--(dir|logfile|include|datadir)(=| )?[a-z/]{0,6}", 0..8)) {
            let command: Vec<String> = command.iter().flat_map(|text| words(text)).collect();
            for machine in [&redis::MACHINE, &mysql::MACHINE] {
                let Ok(taken) = machine.arguments(&command) else { continue };
                for (name, _) in taken.iter().filter_map(|word| split(word)) {
                    prop_assert!(!machine.options.refused.contains(&name.as_str()), "{name} in {taken:?}");
                    prop_assert!(!machine.options.data.contains(&name.as_str()), "{name} in {taken:?}");
                }
            }
        }
    }
}
