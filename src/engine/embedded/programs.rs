//! What this binary can be in a replica's place: [`main`] runs one of its [`PROGRAMS`] in a process
//! of its own, started by the supervisor as `workshop __program NAME ARGS…`.

use std::ffi::OsString;
use std::process::ExitCode;

/// The first argument that makes this binary another program.
pub const WORD: &str = "__program";

/// A program that can stand for a service.
pub struct Program {
    /// Its name in `lesson.toml`.
    pub name: &'static str,
    main: fn(Vec<OsString>) -> ExitCode,
}

/// Every program. A new one is registered here.
pub const PROGRAMS: [Program; 2] = [
    Program { name: "contoso-backend", main: |arguments| contoso_backend::main(arguments) },
    Program { name: "nginx", main: super::front::main },
];

impl Program {
    pub fn find(name: &str) -> Option<&'static Self> {
        PROGRAMS.iter().find(|program| program.name == name)
    }
}

/// The program that `arguments` (without the binary's own name) ask for, run to its end.
pub fn main(arguments: &[OsString]) -> Option<ExitCode> {
    let [word, name, rest @ ..] = arguments else { return None };
    if word != WORD {
        return None;
    }
    let program = Program::find(name.to_str()?)?;
    Some((program.main)(rest.to_vec()))
}
