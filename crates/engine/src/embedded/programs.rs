//! What stands in a replica's place: `PROGRAMS`, each run in a process of its own. Most are this
//! binary; the others are this machine's, with a keeper of ours around them, and so is `OWN`, which
//! is whatever program a lesson declares.
//!
//! `workshop __program NAME ARGS…` is the program, as a health check runs it. `workshop __replica
//! LOCK NAME ARGS…` is the same as a replica: it holds the lock as long as it lives, and ends when
//! its standard input does, that is with the supervisor, however that ends.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use super::binary::{self, BECOME, PROGRAM, REPLICA};
use super::machine::{Machine, child, keeper, mysql, redis};
use super::own::{self, StandIn};
use super::place::{self, SMALL};

/// A program that can stand for a service.
pub struct Program {
    /// Its name in `lesson.toml`.
    pub name: &'static str,
    /// Words of an image's name that lead to it.
    images: &'static [&'static str],
    main: fn(Vec<OsString>) -> ExitCode,
    /// How it is told what it needs.
    pub kind: ProgramKind,
    /// The signal that ends it in good order.
    pub stop_signal: &'static str,
    /// How its command is shown in a listing.
    pub command: &'static str,
    /// The sum over the source that it was made from, where a build of it could differ.
    source: Option<&'static str>,
}

/// How a program is told what it needs.
pub enum ProgramKind {
    /// By its environment.
    Plain(Plain),
    /// By the files of its image: it is the front, which stands for nginx.
    Front,
    /// By its arguments: it is a program of this machine.
    Machine(&'static Machine),
    /// By its environment: it is a program of this machine that the lesson declares.
    Own,
}

/// A program that is told by its environment.
pub struct Plain {
    /// The path by which its image calls it.
    pub(crate) path: &'static str,
    /// The port that it listens at, where its variable says nothing.
    pub(crate) port: u16,
    pub(crate) port_variable: &'static str,
    pub(crate) address_variable: &'static str,
    /// Who it says it is, where the learner says nothing.
    pub(crate) name_variable: &'static str,
    /// A variable that names a file (`sqlite://FILE`), and its value where the learner gives none.
    pub(crate) file_variable: Option<(&'static str, &'static str)>,
    /// Variables that name another service.
    pub(crate) service_variables: &'static [ServiceVariables],
    /// Variables that name several, with commas between, and the port where a name has none.
    pub(crate) list_variables: &'static [(&'static str, u16)],
    pub(crate) workdir: &'static str,
}

/// Two variables that say where another service is, and what they are where the learner gives none.
pub(crate) struct ServiceVariables {
    pub(crate) host: &'static str,
    pub(crate) usual_host: &'static str,
    pub(crate) port: &'static str,
    pub(crate) usual_port: u16,
}

/// Every program. A new one is registered here.
pub(crate) static PROGRAMS: [Program; 5] = [
    Program {
        name: "contoso-backend",
        images: &["contoso-backend"],
        main: |arguments| contoso_backend::main(arguments),
        kind: ProgramKind::Plain(Plain {
            path: "/app/contoso-backend",
            port: 8080,
            port_variable: "PORT",
            address_variable: "LISTEN_ADDRESS",
            name_variable: "REPLICA_NAME",
            file_variable: Some(("DATABASE_URL", "sqlite://contoso.db")),
            service_variables: &[],
            list_variables: &[],
            workdir: "/srv",
        }),
        stop_signal: "SIGTERM",
        command: "/app/contoso-backend",
        source: Some(env!("CONTOSO_BACKEND_SOURCE")),
    },
    Program {
        name: "url-shortener",
        images: &["url-shortener"],
        main: |arguments| url_shortener::main(arguments),
        kind: ProgramKind::Plain(Plain {
            path: "/app/url-shortener",
            port: 8080,
            port_variable: "PORT",
            address_variable: "LISTEN_ADDRESS",
            name_variable: "REPLICA_NAME",
            file_variable: None,
            service_variables: &[
                ServiceVariables { host: "DB_HOST", usual_host: "mysql", port: "DB_PORT", usual_port: 3306 },
                ServiceVariables {
                    host: "REDIS_HOST",
                    usual_host: "redis",
                    port: "REDIS_PORT",
                    usual_port: 6379,
                },
            ],
            list_variables: &[("DB_REPLICA_HOSTS", 3306)],
            workdir: "/app",
        }),
        stop_signal: "SIGTERM",
        command: "/app/url-shortener",
        source: Some(env!("URL_SHORTENER_SOURCE")),
    },
    Program {
        name: "nginx",
        images: &["nginx"],
        main: workshop_front::main,
        kind: ProgramKind::Front,
        stop_signal: "SIGQUIT",
        command: "nginx -g 'daemon off;'",
        source: None,
    },
    Program {
        name: "mysql",
        images: &["mysql", "mariadb"],
        main: |arguments| keeper::main("mysql", &arguments, mysql::start::prepare),
        kind: ProgramKind::Machine(&mysql::MACHINE),
        stop_signal: "SIGTERM",
        command: "docker-entrypoint.sh mysqld",
        source: None,
    },
    Program {
        name: "redis",
        images: &["redis", "valkey"],
        main: |arguments| keeper::main("redis", &arguments, redis::prepare),
        kind: ProgramKind::Machine(&redis::MACHINE),
        stop_signal: "SIGTERM",
        command: "docker-entrypoint.sh redis-server",
        source: None,
    },
];

/// What runs a program that a lesson declares. No lesson calls it by this name.
static OWN: Program = Program {
    name: "own",
    images: &[],
    main: |arguments| keeper::main("own", &arguments, own::keep::prepare),
    kind: ProgramKind::Own,
    stop_signal: "SIGTERM",
    command: "",
    source: None,
};

impl Program {
    /// The program of this name in `lesson.toml`.
    pub fn find(name: &str) -> Option<&'static Self> {
        PROGRAMS.iter().find(|program| program.name == name)
    }

    /// What runs for a service, as a lesson says it; none where that is unknown.
    pub(crate) fn of(stand_in: &StandIn) -> Option<&'static Self> {
        match stand_in {
            StandIn::Known(name) => Self::find(name),
            StandIn::Own(_) => Some(&OWN),
        }
    }

    /// What runs a program that a lesson declares.
    pub(crate) fn own() -> &'static Self {
        &OWN
    }

    /// It is a keeper of ours, and the program itself is its child.
    pub(crate) const fn is_kept(&self) -> bool {
        matches!(self.kind, ProgramKind::Machine(_) | ProgramKind::Own)
    }

    /// The names of all programs, as `lesson.toml` has them.
    pub fn names() -> impl Iterator<Item = &'static str> {
        PROGRAMS.iter().map(|program| program.name)
    }

    /// The program that an image of this name holds: `nginx:alpine`, `example.org/me/nginx:1`.
    pub fn of_image(image: &str) -> Option<&'static Self> {
        let name = image.rsplit('/').next().unwrap_or(image);
        let name = name.split(['@', ':']).next().unwrap_or(name);
        let called = |one: &&str| name.split(['-', '_']).any(|word| word == *one) || name.ends_with(*one);
        PROGRAMS.iter().find(|program| program.images.iter().any(&called))
    }

    /// Whether the source in a build's folder is another than this program's.
    pub fn differs(&self, context: &Path) -> bool {
        let read = |path: &Path| workshop_disk::bytes(path, SMALL).unwrap_or_default();
        self.source.is_some_and(|source| source_sum(context, read) != source)
    }
}

impl Plain {
    /// The port that it listens at inside.
    pub(crate) fn port_in(&self, env: &BTreeMap<String, String>) -> u16 {
        env.get(self.port_variable).and_then(|port| port.parse().ok()).unwrap_or(self.port)
    }
}

include!("source_sum.rs");

/// The program that `arguments` (without the binary's own name) ask for, run to its end.
pub fn main(arguments: &[OsString]) -> Option<ExitCode> {
    let (word, rest) = arguments.split_first()?;
    let (lock, rest) = match word.to_str()? {
        PROGRAM => (None, rest),
        REPLICA => rest.split_first().map(|(lock, rest)| (Some(Path::new(lock)), rest))?,
        BECOME => return child::main(rest),
        _ => return None,
    };
    let (name, arguments) = rest.split_first()?;
    let name = name.to_str()?;
    let program = Program::find(name).or_else(|| (name == OWN.name).then_some(&OWN))?;
    if let Some(lock) = lock {
        live_as_replica(lock, program)?;
    }
    Some((program.main)(arguments.to_vec()))
}

/// Takes the lock for the rest of this process's life, and ends the process with its input.
fn live_as_replica(lock: &Path, program: &Program) -> Option<()> {
    let file = place::try_lock(lock).ok()??;
    if program.is_kept() {
        // Its child has the lock as well: whoever of the two lives is known by it.
        rustix::io::fcntl_setfd(&file, rustix::io::FdFlags::empty()).ok()?;
    }
    // Kept open until the process ends, whatever the program does.
    std::mem::forget(file);
    if !program.is_kept() {
        binary::after_supervisor(|| std::process::exit(1));
    }
    Some(())
}
