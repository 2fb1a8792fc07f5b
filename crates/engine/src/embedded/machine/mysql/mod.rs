//! MariaDB or MySQL: its options and its clients; how the server is started is in [`start`].

mod first;
mod flavour;
mod sql;
pub(crate) mod start;
mod statement;

use super::options::Options;
use super::ping::Protocol;
use super::{ClientProgram, Flag, HealthScript, Machine, Packages, Role, Tool};

pub(crate) static MACHINE: Machine = Machine {
    server: &["mariadbd", "mysqld"],
    tools: &[
        Tool { names: &["mariadb-install-db", "mysql_install_db"], role: Role::Install },
        Tool { names: &["mariadb-admin", "mysqladmin"], role: Role::Client(&ADMIN) },
        Tool { names: &["mariadb", "mysql"], role: Role::Client(&SHELL) },
        Tool { names: &["mariadb-dump", "mysqldump"], role: Role::Client(&DUMP) },
    ],
    packages: Packages { apt: "mariadb-server", dnf: "mariadb-server", brew: "mariadb" },
    port: 3306,
    data: "/var/lib/mysql",
    not_mounted: &["/docker-entrypoint-initdb.d", "/etc/mysql", "/etc/my.cnf", "/etc/my.cnf.d"],
    options: &Options {
        wrappers: &["docker-entrypoint.sh", "/usr/local/bin/docker-entrypoint.sh"],
        own: &["bind-address", "user", "socket", "pid-file", "console", "no-defaults", "daemonize"],
        refused: &[
            "basedir",
            "bootstrap",
            "character-sets-dir",
            "chroot",
            "defaults-extra-file",
            "defaults-file",
            "defaults-group-suffix",
            "general-log-file",
            "help",
            "init-file",
            "initialize",
            "initialize-insecure",
            "lc-messages-dir",
            "log-basename",
            "log-error",
            "plugin-dir",
            "plugin-load",
            "plugin-load-add",
            "plugin-maturity",
            "secure-file-priv",
            "skip-networking",
            "slow-query-log-file",
            "ssl-ca",
            "ssl-capath",
            "ssl-cert",
            "ssl-key",
            "tmpdir",
            "version",
            "wsrep-provider",
        ],
        data: &["datadir"],
        short_forms: Some(&["general-log", "slow-query-log", "ssl"]),
    },
    health_script: Some(HealthScript {
        name: "healthcheck.sh",
        options: &["--connect", "--innodb_initialized", "--no-defaults"],
        client: "mariadb-admin",
        args: &["ping"],
    }),
};

/// What no client may be told, besides what leads them to another server.
const REFUSED: &[&str] = &[
    "-S",
    "--socket",
    "--protocol",
    "--pipe",
    "--tee",
    "--pager",
    "--defaults-file",
    "--defaults-extra-file",
    "--defaults-group-suffix",
    "--plugin-dir",
    "--character-sets-dir",
    "--ssl-ca",
    "--ssl-cert",
    "--ssl-key",
];

/// Files that what writes a copy would write by itself.
const WRITTEN: &[&str] = &["-r", "-T", "--result-file", "--tab", "--dir", "--log-error"];

const HOST: Flag = Flag { short: "-h", long: Some("--host") };
const PORT: Flag = Flag { short: "-P", long: Some("--port") };

/// In a container it is root who asks, by the socket.
static ADMIN: ClientProgram = ClientProgram {
    first: &["--no-defaults", "--user=root"],
    closed: &[],
    host: HOST,
    port: PORT,
    refused: &[REFUSED],
    valued: None,
    ping: Some(Protocol::Mysql),
    names: None,
};

/// What it writes goes to its output alone.
static DUMP: ClientProgram = ClientProgram {
    first: &["--no-defaults", "--user=root"],
    closed: &[],
    host: HOST,
    port: PORT,
    refused: &[REFUSED, WRITTEN],
    valued: None,
    ping: None,
    names: None,
};

/// Its own words for a shell's commands and for files are turned off, where it lets itself be told.
static SHELL: ClientProgram = ClientProgram {
    first: &["--no-defaults", "--user=root"],
    closed: &[("mariadb", "--loose-sandbox"), ("mysql", "--loose-system-command=OFF")],
    host: HOST,
    port: PORT,
    refused: &[REFUSED],
    valued: None,
    ping: None,
    names: Some(statement::led),
};
