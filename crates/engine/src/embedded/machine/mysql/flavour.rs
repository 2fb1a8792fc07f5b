//! What MariaDB and MySQL differ in, and what both are told so that they stay small.

use std::path::Path;
use std::process::Command;

/// What the learner may say otherwise.
pub(super) const SMALL: [&str; 6] = [
    "--innodb-buffer-pool-size=16M",
    "--innodb-log-buffer-size=2M",
    "--key-buffer-size=1M",
    "--performance-schema=OFF",
    "--table-open-cache=200",
    "--character-set-server=utf8mb4",
];
const SMALL_MARIADB: [&str; 2] = ["--innodb-log-file-size=16M", "--aria-pagecache-buffer-size=1M"];
const SMALL_MYSQL: [&str; 2] = ["--innodb-redo-log-capacity=16M", "--mysqlx=OFF"];

/// The two that share a protocol and differ in the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flavour {
    MariaDb,
    MySql,
}

impl Flavour {
    pub(super) fn of(server: &Path) -> Self {
        let said = Command::new(server).args(["--no-defaults", "--version"]).output();
        let said =
            said.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
        if said.contains("MariaDB") { Self::MariaDb } else { Self::MySql }
    }

    pub(super) const fn small(self) -> &'static [&'static str] {
        match self {
            Self::MariaDb => &SMALL_MARIADB,
            Self::MySql => &SMALL_MYSQL,
        }
    }
}
