//! Where the database is ([`Source`]), and in whose words it is asked ([`Kind`]).

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr as _;

use sqlx::any::AnyConnectOptions;
use sqlx::mysql::MySqlConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

/// A database, as `DATABASE_URL` names it.
#[derive(Debug, Clone)]
pub enum Source {
    /// `sqlite://FILE`; the path is absolute.
    File { path: PathBuf, options: AnyConnectOptions },
    /// `mysql://USER:PASSWORD@HOST:PORT/NAME`; the name is without the account.
    Server { name: String, options: AnyConnectOptions },
}

impl Source {
    /// A file; it is made where it is not there.
    ///
    /// # Errors
    /// The URL has a parameter that SQLite's driver does not know.
    pub fn file(url: &str) -> sqlx::Result<Self> {
        let parsed = SqliteConnectOptions::from_str(url)?;
        let path = parsed.get_filename();
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        let made = match (url.contains("mode="), url.contains('?')) {
            (true, _) => url.to_owned(),
            (false, true) => format!("{url}&mode=rwc"),
            (false, false) => format!("{url}?mode=rwc"),
        };
        Ok(Self::File { path, options: AnyConnectOptions::from_str(&made)? })
    }

    /// A server.
    ///
    /// # Errors
    /// The URL names no host or has a parameter that MySQL's driver does not know.
    pub fn server(url: &str) -> sqlx::Result<Self> {
        let parsed = MySqlConnectOptions::from_str(url)?;
        let name = format!(
            "mysql://{}:{}/{}",
            parsed.get_host(),
            parsed.get_port(),
            parsed.get_database().unwrap_or_default()
        );
        Ok(Self::Server { name, options: AnyConnectOptions::from_str(url)? })
    }
}

/// For messages, without a password.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, .. } => path.display().fmt(f),
            Self::Server { name, .. } => f.write_str(name),
        }
    }
}

/// Which database it is; their SQL differs in little.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    /// MySQL or MariaDB.
    MySql,
}

impl Kind {
    /// Inserts a like, or does nothing where it is there already.
    pub fn insert_like(self) -> &'static str {
        match self {
            Self::Sqlite => "INSERT INTO likes (post_id, username) VALUES (?, ?) ON CONFLICT DO NOTHING",
            Self::MySql => "INSERT IGNORE INTO likes (post_id, username) VALUES (?, ?)",
        }
    }
}
