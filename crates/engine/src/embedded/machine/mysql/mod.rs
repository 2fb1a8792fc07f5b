//! MariaDB or MySQL: its options, its clients, and how the server is started; the first time with a
//! data folder made new, and with the database, the users and the passwords of the environment.

mod first;
mod sql;

use std::process::Command;

use super::keeper::{Kept, Prepared, Words};
use super::options::Options;
use super::ping::Protocol;
use super::{ClientProgram, Flag, HealthScript, KeeperSpec, Machine, Packages, Role, Tool};

pub(crate) static MACHINE: Machine = Machine {
    server: &["mariadbd", "mysqld"],
    tools: &[
        Tool { names: &["mariadb-install-db", "mysql_install_db"], role: Role::Install },
        Tool { names: &["mariadb-admin", "mysqladmin"], role: Role::Client(&ADMIN) },
        Tool { names: &["mariadb", "mysql"], role: Role::Client(&SHELL) },
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

/// What both clients may not be told, besides what leads them to another server.
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

const HOST: Flag = Flag { short: "-h", long: Some("--host") };
const PORT: Flag = Flag { short: "-P", long: Some("--port") };

/// In a container it is root who asks, by the socket.
static ADMIN: ClientProgram = ClientProgram {
    first: &["--no-defaults", "--user=root"],
    closed: &[],
    host: HOST,
    port: PORT,
    refused: REFUSED,
    valued: None,
    ping: Some(Protocol::Mysql),
};

/// Its own words for a shell's commands and for files are turned off, where it lets itself be told.
static SHELL: ClientProgram = ClientProgram {
    first: &["--no-defaults", "--user=root"],
    closed: &[("mariadb", "--loose-sandbox"), ("mysql", "--loose-system-command=OFF")],
    host: HOST,
    port: PORT,
    refused: REFUSED,
    valued: None,
    ping: None,
};

/// What every start of the server is told: small, on its replica's address alone, with nothing of
/// this machine's configuration and no file outside of its folders.
fn options(spec: &KeeperSpec) -> Vec<String> {
    let temporary = spec.own.join("tmp");
    let mut options = vec![
        // The folder is named by where it is: the socket's path has to be short, and the data
        // folder's may hold anything.
        "--datadir=.".to_owned(),
        "--socket=mysqld.sock".to_owned(),
        "--pid-file=mysqld.pid".to_owned(),
        format!("--tmpdir={}", temporary.display()),
        format!("--secure-file-priv={}", temporary.display()),
        format!("--bind-address={}", spec.address.ip()),
        format!("--port={}", spec.address.port()),
        "--skip-name-resolve".to_owned(),
    ];
    if is_root() {
        options.push("--user=root".to_owned());
    }
    options
}

/// What the learner may say otherwise.
const SMALL: [&str; 6] = [
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
enum Flavour {
    MariaDb,
    MySql,
}

impl Flavour {
    fn of(server: &std::path::Path) -> Self {
        let said = Command::new(server).args(["--no-defaults", "--version"]).output();
        let said =
            said.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
        if said.contains("MariaDB") { Self::MariaDb } else { Self::MySql }
    }

    const fn small(self) -> &'static [&'static str] {
        match self {
            Self::MariaDb => &SMALL_MARIADB,
            Self::MySql => &SMALL_MYSQL,
        }
    }
}

/// The server, ready to start; at the first start its data folder is made before.
pub(crate) fn prepare(spec: &KeeperSpec, kept: &Kept) -> Result<Prepared, Words> {
    let server = spec.tools.get(MACHINE.server_name()).ok_or_else(|| Words::missing(&MACHINE))?;
    let flavour = Flavour::of(server);
    std::fs::create_dir_all(spec.own.join("tmp")).map_err(|error| Words::file(&spec.own, &error))?;
    let first = first::make(spec, server, flavour, kept)?;
    let mut command = Command::new(server);
    command.current_dir(&spec.data).arg("--no-defaults").args(SMALL).args(flavour.small());
    command.args(&spec.args).args(options(spec));
    if flavour == Flavour::MariaDb {
        command.arg("--skip-log-error");
    }
    if let Some(first) = &first {
        command.arg(format!("--init-file={}", first.statements.display()));
    }
    Ok(Prepared { command, after: first.map(first::First::forget_when_ready) })
}

#[cfg(unix)]
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[cfg(not(unix))]
const fn is_root() -> bool {
    false
}
