//! What a data folder is given at its first start, in SQL: the passwords, the database and the user
//! that the environment names, as the official image reads it.

use std::collections::BTreeMap;

/// What the environment asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub statements: String,
    /// A password that was made up, to be said.
    pub made_up: Option<String>,
}

/// Reads the environment; `MARIADB_*` means the same as `MYSQL_*`, and wins.
///
/// # Errors
/// Nothing says what root's password shall be, or a variable contradicts another.
pub(super) fn wanted(
    env: &BTreeMap<String, String>,
    made_up: impl FnOnce() -> String,
) -> Result<Wanted, String> {
    let get = |name: &str| {
        let of = |prefix: &str| env.get(&format!("{prefix}_{name}")).filter(|value| !value.is_empty());
        of("MARIADB").or_else(|| of("MYSQL")).map(String::as_str)
    };
    for name in ["ROOT_PASSWORD", "DATABASE", "USER", "PASSWORD"] {
        if get(&format!("{name}_FILE")).is_some() {
            return Err(format!(
                "MYSQL_{name}_FILE: the embedded engine has no secret files; set MYSQL_{name}"
            ));
        }
    }
    let mut generated = None;
    let root = match get("ROOT_PASSWORD") {
        Some(password) => password.to_owned(),
        None if get("RANDOM_ROOT_PASSWORD").is_some() => generated.insert(made_up()).clone(),
        None if get("ALLOW_EMPTY_PASSWORD").or_else(|| get("ALLOW_EMPTY_ROOT_PASSWORD")).is_some() => {
            String::new()
        }
        None => {
            return Err("the database is not initialized and no password option is given; set one of \
                        MYSQL_ROOT_PASSWORD, MYSQL_ALLOW_EMPTY_PASSWORD and MYSQL_RANDOM_ROOT_PASSWORD"
                .to_owned());
        }
    };
    let user = match (get("USER"), get("PASSWORD")) {
        (Some("root"), _) => {
            return Err("MYSQL_USER is root: MYSQL_USER and MYSQL_PASSWORD are for another user; set \
                        MYSQL_ROOT_PASSWORD alone"
                .to_owned());
        }
        (None, Some(_)) => return Err(no_user("MYSQL_PASSWORD", "MYSQL_USER")),
        (Some(_), None) => return Err(no_user("MYSQL_USER", "MYSQL_PASSWORD")),
        (user, password) => user.zip(password),
    };
    let statements = statements(&root, get("ROOT_HOST").unwrap_or("%"), get("DATABASE"), user);
    Ok(Wanted { statements, made_up: generated })
}

fn no_user(there: &str, missing: &str) -> String {
    format!("{there} is set and {missing} is not: no user is made without both")
}

/// The SQL for root's password, a database, and a user with a password. As with the official images,
/// who is root here is no part of the history that a replica follows; the rest is.
fn statements(root: &str, host: &str, database: Option<&str>, user: Option<(&str, &str)>) -> String {
    let mut lines = vec![
        "SET SESSION sql_log_bin = 0".to_owned(),
        // What an installation without a name service leaves: root without a password.
        "DROP USER IF EXISTS 'root'@'127.0.0.1', 'root'@'::1', ''@'localhost'".to_owned(),
        format!("CREATE USER IF NOT EXISTS 'root'@{}", text(host)),
        format!("ALTER USER 'root'@{} IDENTIFIED BY {}", text(host), text(root)),
        format!("GRANT ALL ON *.* TO 'root'@{} WITH GRANT OPTION", text(host)),
    ];
    lines.push("SET SESSION sql_log_bin = 1".to_owned());
    if let Some(database) = database {
        lines.push(format!("CREATE DATABASE IF NOT EXISTS {}", name(database)));
    }
    if let Some((user, password)) = user {
        lines.push(format!("CREATE USER {}@'%' IDENTIFIED BY {}", text(user), text(password)));
        if let Some(database) = database {
            lines.push(format!("GRANT ALL ON {}.* TO {}@'%'", pattern(database), text(user)));
        }
    }
    lines.push("SET SESSION sql_log_bin = 0".to_owned());
    // The last: from here on this very script could not log in without it.
    lines.push(format!("ALTER USER 'root'@'localhost' IDENTIFIED BY {}", text(root)));
    lines.join(";\n") + ";\n"
}

/// A string literal on one line, whatever it holds.
fn text(value: &str) -> String {
    let mut out = String::from("'");
    for letter in value.chars() {
        match letter {
            '\'' => out.push_str("\\'"),
            '\\' => out.push_str("\\\\"),
            '\0' => out.push_str("\\0"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\u{1a}' => out.push_str("\\Z"),
            other => out.push(other),
        }
    }
    out.push('\'');
    out
}

/// A database's name.
fn name(value: &str) -> String {
    // A name can hold no line's end; the server says so of the rest.
    format!("`{}`", value.replace(['\n', '\r', '\0'], "?").replace('`', "``"))
}

/// A database's name in a grant, where `_` and `%` would stand for others.
fn pattern(value: &str) -> String {
    name(&value.replace('_', "\\_").replace('%', "\\%"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Wanted, String> {
        let env = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        wanted(&env, || "made-up".to_owned())
    }

    #[test]
    fn the_environment_says_who_may() {
        let all = read(&[
            ("MYSQL_ROOT_PASSWORD", "a'b\\c\nd"),
            ("MYSQL_DATABASE", "my_`db"),
            ("MYSQL_USER", "u"),
            ("MYSQL_PASSWORD", "p"),
        ]);
        let statements = all.unwrap().statements;
        assert!(statements.contains("IDENTIFIED BY 'a\\'b\\\\c\\nd';\n"), "{statements}");
        assert!(statements.contains("CREATE DATABASE IF NOT EXISTS `my_``db`;"), "{statements}");
        assert!(statements.contains("GRANT ALL ON `my\\_``db`.* TO 'u'@'%';"), "{statements}");
        assert!(read(&[]).unwrap_err().contains("MYSQL_ROOT_PASSWORD"));
        assert!(read(&[("MYSQL_ROOT_PASSWORD", "")]).is_err());
        assert!(
            read(&[("MYSQL_ROOT_PASSWORD", "x"), ("MYSQL_USER", "root"), ("MYSQL_PASSWORD", "x")]).is_err()
        );
        assert!(
            read(&[("MYSQL_ROOT_PASSWORD", "x"), ("MYSQL_USER", "u")])
                .unwrap_err()
                .contains("MYSQL_PASSWORD")
        );
        assert_eq!(
            read(&[("MARIADB_RANDOM_ROOT_PASSWORD", "yes")]).unwrap().made_up.as_deref(),
            Some("made-up")
        );
        assert!(
            read(&[("MYSQL_ALLOW_EMPTY_PASSWORD", "1")]).unwrap().statements.contains("IDENTIFIED BY ''")
        );
    }

    proptest! {
        #[test]
        fn a_value_stays_within_its_quotes(value in "[\\PC'\\\\\n\r`;]{0,40}") {
            let quoted = text(&value);
            // Read as the server reads it: up to the first quote that no backslash stands before.
            let mut letters = quoted.chars();
            prop_assert_eq!(letters.next(), Some('\''));
            let mut read = String::new();
            loop {
                match letters.next() {
                    Some('\\') => read.push(match letters.next().unwrap() { 'n' => '\n', 'r' => '\r', '0' => '\0', 'Z' => '\u{1a}', other => other }),
                    Some('\'') | None => break,
                    Some(other) => read.push(other),
                }
            }
            prop_assert_eq!(letters.next(), None);
            prop_assert_eq!(read, value.clone());
            prop_assert!(!quoted.contains('\n'));
            let name = name(&value);
            prop_assert_eq!(name[1..name.len() - 1].replace("``", "").contains('`'), false);
        }
    }
}
