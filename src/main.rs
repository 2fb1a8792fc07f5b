//! `workshop`: see the library's documentation.

use std::process::ExitCode;

fn main() -> ExitCode {
    workshop::main(std::env::args_os())
}
