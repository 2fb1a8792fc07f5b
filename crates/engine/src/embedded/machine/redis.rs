//! Redis (or Valkey): its options, its client, and how the server is started.

use std::process::Command;

use super::keeper::{Kept, Prepared, Words};
use super::options::Options;
use super::ping::Protocol;
use super::{ClientProgram, Flag, KeeperSpec, Machine, Packages, Role, Tool};

pub(crate) static MACHINE: Machine = Machine {
    server: &["redis-server", "valkey-server"],
    tools: &[Tool { names: &["redis-cli", "valkey-cli"], role: Role::Client(&CLIENT) }],
    packages: Packages { apt: "redis-server", dnf: "redis-server", brew: "redis" },
    port: 6379,
    data: "/data",
    not_mounted: &["/usr/local/etc", "/etc/redis"],
    options: &Options {
        wrappers: &["docker-entrypoint.sh", "/usr/local/bin/docker-entrypoint.sh"],
        own: &["bind", "bind-source-addr", "protected-mode", "daemonize", "supervised"],
        refused: &[
            "include",
            "loadmodule",
            "aclfile",
            "logfile",
            "pidfile",
            "unixsocket",
            "tls-port",
            "tls-cert-file",
            "tls-key-file",
            "tls-ca-cert-file",
            "tls-ca-cert-dir",
            "cluster-enabled",
            "cluster-config-file",
            "sentinel",
            "syslog-enabled",
            "enable-module-command",
            "enable-protected-configs",
        ],
        data: &["dir"],
        short_forms: None,
    },
    health_script: None,
};

static CLIENT: ClientProgram = ClientProgram {
    first: &[],
    closed: &[],
    host: Flag { short: "-h", long: None },
    port: Flag { short: "-p", long: None },
    refused: &[&[
        "-s",
        "-u",
        "--rdb",
        "--functions-rdb",
        "--pipe",
        "--eval",
        "--cluster",
        "--tls",
        "-x",
        "-X",
    ]],
    valued: Some(&["-a", "--pass", "--user", "-n", "-r", "-i", "-d", "-D", "--pattern", "--count"]),
    ping: Some(Protocol::Redis),
    names: None,
};

/// The server in its data folder, where it looks at nothing of this machine's own.
pub(crate) fn prepare(spec: &KeeperSpec, _: &Kept) -> Result<Prepared, Words> {
    let name = MACHINE.server_name();
    let server = spec.tools.get(name).ok_or_else(|| Words::missing(name, &MACHINE))?;
    let mut command = Command::new(server);
    command.current_dir(&spec.data).args(&spec.args);
    // The last of two that say the same counts. The folder is named by where it is, so that its
    // path may hold anything.
    command.args(["--bind", &spec.address.ip().to_string(), "--port", &spec.address.port().to_string()]);
    command.args(["--dir", ".", "--protected-mode", "no", "--daemonize", "no", "--supervised", "no"]);
    Ok(Prepared { command, after: None })
}
