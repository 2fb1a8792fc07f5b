//! A command inside a replica, as `exec` and health checks call one: what this engine understands
//! of it ([`Inside`]). Nothing of this machine can be run by way of it but what stands here.

mod request;
pub(super) mod script;

use serde::{Deserialize, Serialize};

pub(super) use request::{Request, Tool};

use super::own::is_program;
use super::programs::{Program, ProgramKind};

/// A command that this engine can run in a replica's place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Inside {
    /// The service's own program with these arguments.
    Own(Vec<String>),
    /// `nginx -s reload`
    Reload,
    /// `nginx -t`
    Test,
    /// `wget` or `curl` of the replica itself.
    Request(Request),
    /// A client of the machine's program, by its first name, led to the replica, or to another
    /// service of the stack.
    Client {
        name: String,
        args: Vec<String>,
        #[serde(default)]
        to: Option<String>,
    },
    /// The environment: all of it, or these variables.
    Environment(Vec<String>),
    Hostname,
    /// `cat`: files of nginx's container.
    Files(Vec<String>),
}

/// Where a command is called: the replica's service, and its port where it has one.
pub(super) struct Setting<'a> {
    pub service: &'a str,
    /// The server's arguments.
    pub args: &'a [String],
    /// The name of the lesson's own program, where it is one.
    pub own: Option<&'a str>,
}

/// What `words` are to a replica of `program`; none for what this engine does not have.
pub(super) fn understand(program: &Program, setting: &Setting<'_>, words: &[String]) -> Option<Inside> {
    let (first, args) = words.split_first()?;
    let plain: Vec<&str> = words.iter().map(String::as_str).collect();
    match plain.as_slice() {
        ["hostname"] => return Some(Inside::Hostname),
        ["env" | "printenv"] => return Some(Inside::Environment(Vec::new())),
        ["printenv", names @ ..] if names.iter().all(|name| !name.starts_with('-')) => {
            return Some(Inside::Environment(args.to_vec()));
        }
        _ => {}
    }
    match &program.kind {
        ProgramKind::Plain(plain) => (first == plain.path).then(|| Inside::Own(args.to_vec())),
        ProgramKind::Own if setting.own.is_some_and(|name| is_program(first, name)) => {
            Some(Inside::Own(args.to_vec()))
        }
        ProgramKind::Own => Request::read(words).map(Inside::Request),
        ProgramKind::Front => match plain.as_slice() {
            ["nginx", "-s", "reload"] => Some(Inside::Reload),
            ["nginx", "-t"] => Some(Inside::Test),
            ["cat", files @ ..] if !files.is_empty() && files.iter().all(|file| is_nginx_file(file)) => {
                Some(Inside::Files(args.to_vec()))
            }
            _ => Request::read(words).map(Inside::Request),
        },
        ProgramKind::Machine(machine) => {
            if let Some((name, args)) = machine.health_script.and_then(|script| script.read(words)) {
                return Some(Inside::Client { name, args, to: None });
            }
            let (name, client) = machine.client(first)?;
            let (args, to) = client.read(args, setting.service, machine.port_in(setting.args))?;
            Some(Inside::Client { name: name.to_owned(), args, to })
        }
    }
}

/// A file that nginx's image or a mount has for nginx.
fn is_nginx_file(path: &str) -> bool {
    let is_below = |folder| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
    ["/etc/nginx", "/usr/share/nginx"].into_iter().any(is_below) && !path.split('/').any(|part| part == "..")
}

/// What there is to call in a replica of `program`.
pub(super) fn known(program: &Program, setting: &Setting<'_>) -> Vec<String> {
    let mut known = match &program.kind {
        ProgramKind::Plain(plain) => vec![format!("{} …", plain.path)],
        ProgramKind::Front => [
            "nginx -s reload",
            "nginx -t",
            "cat /etc/nginx/…",
            "wget -qO- http://127.0.0.1/…",
            "curl http://127.0.0.1/…",
        ]
        .map(str::to_owned)
        .into(),
        ProgramKind::Own => setting
            .own
            .into_iter()
            .map(|name| format!("{name} …"))
            .chain(["wget -qO- http://localhost:PORT/…", "curl http://localhost:PORT/…"].map(str::to_owned))
            .collect(),
        ProgramKind::Machine(machine) => {
            let clients = machine.client_names().map(|name| format!("{name} …"));
            clients.chain(["sh -c '…'", "sh FILE"].map(str::to_owned)).collect()
        }
    };
    known.extend(["printenv", "hostname"].map(str::to_owned));
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(program: &str, line: &str) -> Option<Inside> {
        let program = Program::find(program).expect("a program");
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let args: Vec<String> = Vec::new();
        understand(program, &Setting { service: "db", args: &args, own: None }, &words)
    }

    fn client(name: &str, args: &str) -> Option<Inside> {
        led(name, args, None)
    }

    fn led(name: &str, args: &str, to: Option<&str>) -> Option<Inside> {
        let args = args.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
        Some(Inside::Client { name: name.to_owned(), args, to: to.map(str::to_owned) })
    }

    #[test]
    fn a_command_is_one_of_the_programs_own_or_none() {
        assert_eq!(
            of("url-shortener", "/app/url-shortener healthcheck"),
            Some(Inside::Own(vec!["healthcheck".into()]))
        );
        assert_eq!(of("contoso-backend", "/app/url-shortener healthcheck"), None);
        assert_eq!(of("nginx", "nginx -s reload"), Some(Inside::Reload));
        assert_eq!(of("nginx", "nginx -t"), Some(Inside::Test));
        assert_eq!(of("nginx", "nginx -c /x"), None);
        assert_eq!(of("redis", "hostname"), Some(Inside::Hostname));
        assert_eq!(of("redis", "printenv A B"), Some(Inside::Environment(vec!["A".into(), "B".into()])));
        for outside in ["sh", "sh -c id", "env id", "printenv -0", "cat /etc/passwd", "/bin/ls"] {
            for program in ["url-shortener", "nginx", "mysql", "redis"] {
                assert_eq!(of(program, outside), None, "{program}: {outside}");
            }
        }
    }

    #[test]
    fn a_client_is_led_to_its_own_replica_and_nowhere_else() {
        assert_eq!(
            of("redis", "redis-cli -h 127.0.0.1 -p 6379 -a pw INFO stats"),
            client("redis-cli", "-a pw INFO stats")
        );
        assert_eq!(of("redis", "valkey-cli -h db GET -h"), client("redis-cli", "GET -h"));
        assert_eq!(
            of("mysql", "mysqladmin ping -h 127.0.0.1 --silent"),
            client("mariadb-admin", "ping --silent")
        );
        assert_eq!(
            of("mysql", "mysql -uroot -px -hlocalhost --port=3306 -e SELECT"),
            client("mariadb", "-uroot -px -e SELECT")
        );
        assert_eq!(
            of("mysql", "healthcheck.sh --connect --innodb_initialized"),
            client("mariadb-admin", "ping")
        );
        // Another service of the stack: whether there is one is seen when it is looked up.
        assert_eq!(
            of("mysql", "mysqldump -h other-db -uroot x"),
            led("mariadb-dump", "-uroot x", Some("other-db"))
        );
        assert_eq!(of("redis", "redis-cli -h other PING"), led("redis-cli", "PING", Some("other")));
        for elsewhere in [
            "mysql -h 10.0.0.1",
            "mysql -h example.org",
            "mysql --host=example.org",
            "mysql -P 3307",
            "mysql -S /run/mysqld/mysqld.sock",
            "mysql -S/run/x",
            "mysql --sock=/x",
            "mysql --tee=/tmp/x",
            "mysql --defaults-file=/x",
            "mysqldump -r /tmp/x y",
            "mysqldump --result-file=/tmp/x y",
            "mysqldump --tab=/tmp y",
        ] {
            assert_eq!(of("mysql", elsewhere), None, "{elsewhere}");
        }
        for elsewhere in [
            "redis-cli -h example.org PING",
            "redis-cli -p 1 PING",
            "redis-cli -u redis://x",
            "redis-cli --rdb /tmp/x",
            "redis-cli -s /x",
        ] {
            assert_eq!(of("redis", elsewhere), None, "{elsewhere}");
        }
    }
}
