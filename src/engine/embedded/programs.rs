//! What this binary can be in a replica's place: [`PROGRAMS`], each run in a process of its own.
//!
//! `workshop __program NAME ARGS…` is the program, as a health check runs it. `workshop __replica
//! LOCK NAME ARGS…` is the same as a replica: it holds the lock as long as it lives, and ends when
//! its standard input does, that is with the supervisor, however that ends.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use super::place;

/// The first argument that makes this binary a program.
pub const PROGRAM: &str = "__program";
/// The same for a replica, with the path of its lock behind it.
pub const REPLICA: &str = "__replica";

/// A program that can stand for a service.
pub struct Program {
    /// Its name in `lesson.toml`.
    pub name: &'static str,
    main: fn(Vec<OsString>) -> ExitCode,
    pub kind: Kind,
    /// The signal that ends it in good order.
    pub stop_signal: &'static str,
    /// How its command is shown in a listing.
    pub command: &'static str,
    /// The sum over the source that it was made from, where a build of it could differ.
    source: Option<&'static str>,
}

/// How a program is told what it needs.
pub enum Kind {
    /// By its environment.
    Plain(Plain),
    /// By the files of its image: it is the front, which stands for nginx.
    Front,
}

/// A program that is told by its environment.
pub struct Plain {
    /// The path by which its image calls it.
    pub path: &'static str,
    /// The port that it listens at, where its variable says nothing.
    pub port: u16,
    pub port_variable: &'static str,
    pub address_variable: &'static str,
    /// Who it says it is, where the learner says nothing.
    pub name_variable: &'static str,
    /// A variable that names a file (`sqlite://FILE`), and its value where the learner gives none.
    pub file_variable: (&'static str, &'static str),
    pub workdir: &'static str,
}

/// Every program. A new one is registered here.
pub const PROGRAMS: [Program; 2] = [
    Program {
        name: "contoso-backend",
        main: |arguments| contoso_backend::main(arguments),
        kind: Kind::Plain(Plain {
            path: "/app/contoso-backend",
            port: 8080,
            port_variable: "PORT",
            address_variable: "LISTEN_ADDRESS",
            name_variable: "REPLICA_NAME",
            file_variable: ("DATABASE_URL", "sqlite://contoso.db"),
            workdir: "/srv",
        }),
        stop_signal: "SIGTERM",
        command: "/app/contoso-backend",
        source: Some(env!("CONTOSO_BACKEND_SOURCE")),
    },
    Program {
        name: "nginx",
        main: super::front::main,
        kind: Kind::Front,
        stop_signal: "SIGQUIT",
        command: "nginx -g 'daemon off;'",
        source: None,
    },
];

impl Program {
    pub fn find(name: &str) -> Option<&'static Self> {
        PROGRAMS.iter().find(|program| program.name == name)
    }

    /// The program that an image of this name holds: `nginx:alpine`, `example.org/me/nginx:1`.
    pub fn of_image(image: &str) -> Option<&'static Self> {
        let name = image.rsplit('/').next().unwrap_or(image);
        let name = name.split(['@', ':']).next().unwrap_or(name);
        let is_one = |program: &&Self| {
            name.split(['-', '_']).any(|word| word == program.name) || name.ends_with(program.name)
        };
        PROGRAMS.iter().find(is_one)
    }

    /// Whether the source in a build's folder is another than this program's.
    pub fn differs(&self, context: &Path) -> bool {
        self.source.is_some_and(|source| source_sum(context) != source)
    }
}

impl Plain {
    /// The port that it listens at inside.
    pub fn port_in(&self, env: &BTreeMap<String, String>) -> u16 {
        env.get(self.port_variable).and_then(|port| port.parse().ok()).unwrap_or(self.port)
    }
}

include!("source_sum.rs");

/// The program that `arguments` (without the binary's own name) ask for, run to its end.
pub fn main(arguments: &[OsString]) -> Option<ExitCode> {
    let (word, rest) = arguments.split_first()?;
    let rest = match word.to_str()? {
        PROGRAM => rest,
        REPLICA => {
            let (lock, rest) = rest.split_first()?;
            live_as_replica(Path::new(lock))?;
            rest
        }
        _ => return None,
    };
    let (name, arguments) = rest.split_first()?;
    let program = Program::find(name.to_str()?)?;
    Some((program.main)(arguments.to_vec()))
}

/// Takes the lock for the rest of this process's life, and ends the process with its input.
fn live_as_replica(lock: &Path) -> Option<()> {
    let file = place::try_lock(lock).ok()??;
    // Kept open until the process ends, whatever the program does.
    std::mem::forget(file);
    std::thread::spawn(|| {
        // Nothing is ever written there: a read ends when the supervisor's end is closed.
        let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
        std::process::exit(1);
    });
    Some(())
}
