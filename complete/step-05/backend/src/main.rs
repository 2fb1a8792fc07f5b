//! `contoso-backend` serves the API; `contoso-backend healthcheck` asks a
//! running one for its health, because the image holds no other program.

use std::process::ExitCode;

fn main() -> ExitCode {
    contoso_backend::main(std::env::args_os().skip(1))
}
