//! The program that stands for a service, and its process as this binary.

use tokio::process::Command;

use crate::embedded::binary::{self, PROGRAM};
use crate::embedded::front;
use crate::embedded::own::one_line;
use crate::embedded::programs::{PROGRAMS, Program, ProgramKind};
use crate::embedded::wire::ServiceSpec;

/// The ports that a replica of `spec` listens at inside.
pub(super) fn listens(spec: &ServiceSpec) -> Vec<u16> {
    match &program(spec).kind {
        ProgramKind::Plain(plain) => vec![plain.port_in(&spec.env)],
        ProgramKind::Machine(machine) => vec![machine.port_in(&spec.args)],
        ProgramKind::Own => spec.own.as_ref().and_then(|own| own.port).into_iter().collect(),
        // A configuration that nobody can read listens nowhere; the front says so itself.
        ProgramKind::Front => {
            let view = front::view(spec);
            workshop_front::examine(&view).map(|report| report.listens).unwrap_or_default()
        }
    }
}

/// The program of a service; the engine sends no service of another.
pub(super) fn program(spec: &ServiceSpec) -> &'static Program {
    match spec.own {
        Some(_) => Program::own(),
        None => Program::find(&spec.program).unwrap_or(&PROGRAMS[0]),
    }
}

/// How a service's program is called, for a listing.
pub(super) fn shown(spec: &ServiceSpec) -> String {
    spec.own.as_ref().map_or_else(|| program(spec).command.to_owned(), |own| one_line(&own.command))
}

/// This binary, under the name of what it is to be.
pub(super) fn own_command(name: &str) -> Command {
    let mut command = Command::new(binary::own());
    command.arg0(name);
    command
}

/// A command inside a replica: the service's own program with other arguments.
pub(super) fn program_command(spec: &ServiceSpec, arguments: &[String]) -> Command {
    let name = program(spec).name;
    let mut command = own_command(name);
    command.arg(PROGRAM).arg(name).args(arguments);
    command
}
