//! `url-shortener` serves the API; `url-shortener healthcheck` asks a running
//! one for its health, because the image may hold no other program.

use std::process::ExitCode;

fn main() -> ExitCode {
    url_shortener::main(std::env::args_os().skip(1).collect())
}
