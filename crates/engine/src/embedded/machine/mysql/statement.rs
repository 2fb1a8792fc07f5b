//! SQL that names another server of the stack: a name leads a database nowhere on this machine, so
//! the address stands in its place.

use std::net::SocketAddr;

/// What a statement calls the server that a replica follows, in MariaDB's words and in MySQL's.
const NAMES: [&str; 2] = ["MASTER_HOST", "SOURCE_HOST"];
/// The port where a statement says none.
const PORT: u16 = 3306;

/// `statement` with the address of each service that it names as a source; `find` knows where a
/// service's port is.
pub(super) fn led(statement: &str, find: &dyn Fn(&str, u16) -> Option<SocketAddr>) -> String {
    let mut out = String::new();
    let mut rest = statement;
    while let Some(named) = next(rest) {
        let (before, host, after) = (&rest[..named.at], &rest[named.at..named.end], &rest[named.end..]);
        out.push_str(before);
        match find(host, PORT) {
            Some(at) => {
                out.push_str(&at.ip().to_string());
                // Where the port is another one here, and the statement leaves it to the server.
                let says = format!("{}PORT", &named.prefix);
                if at.port() != PORT && !statement.to_ascii_uppercase().contains(&says) {
                    let (quote, behind) = after.split_at(1);
                    out.push_str(&format!("{quote}, {says}={}", at.port()));
                    rest = behind;
                    continue;
                }
            }
            None => out.push_str(host),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// A service's name in a statement: from `at` to `end`, a quote behind it.
struct Named {
    prefix: &'static str,
    at: usize,
    end: usize,
}

fn next(text: &str) -> Option<Named> {
    let upper = text.to_ascii_uppercase();
    let mut found: Option<Named> = None;
    for name in NAMES {
        for (at, _) in upper.match_indices(name) {
            let behind = &text[at + name.len()..];
            let Some(value) = behind.trim_start().strip_prefix('=').map(str::trim_start) else { continue };
            let Some(quote) = value.chars().next().filter(|c| matches!(c, '\'' | '"')) else { continue };
            let Some(length) = value[1..].find(quote) else { continue };
            let at = text.len() - value.len() + 1;
            if found.as_ref().is_none_or(|one| at < one.at) {
                found = Some(Named { prefix: &name[..name.len() - "HOST".len()], at, end: at + length });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(statement: &str, port: u16) -> String {
        let find = |host: &str, _| (host == "db").then(|| SocketAddr::from(([127, 5, 0, 2], port)));
        led(statement, &find)
    }

    #[test]
    fn a_source_is_named_by_its_address() {
        assert_eq!(
            of("CHANGE MASTER TO MASTER_HOST = 'db', MASTER_USER='db'", 3306),
            "CHANGE MASTER TO MASTER_HOST = '127.5.0.2', MASTER_USER='db'"
        );
        assert_eq!(
            of("/*!80023 change replication source to source_host=\"db\" */ MASTER_HOST='db'", 3307),
            "/*!80023 change replication source to source_host=\"127.5.0.2\", SOURCE_PORT=3307 */ \
             MASTER_HOST='127.5.0.2', MASTER_PORT=3307"
        );
        assert_eq!(
            of("MASTER_HOST='db', MASTER_PORT=3306", 3307),
            "MASTER_HOST='127.5.0.2', MASTER_PORT=3306"
        );
        for same in ["MASTER_HOST='other'", "SELECT 'MASTER_HOST'", "MASTER_HOST='db", "MASTER_HOST=db", ""] {
            assert_eq!(of(same, 3307), same);
        }
    }

    proptest! {
        #[test]
        fn any_text_comes_back(text in "(MASTER_HOST|=|'|db|\"| |가|SOURCE_HOST){0,12}") {
            let find = |_: &str, _| None;
            prop_assert_eq!(led(&text, &find), text);
        }
    }
}
