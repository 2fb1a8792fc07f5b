//! The API of Contoso's small social network: posts, comments, likes, in one
//! SQLite file. `contoso-backend` serves it; `contoso-backend healthcheck`
//! asks a running one for its health, because the image holds no other program.

mod api;
mod config;
mod db;
mod healthcheck;
mod log;
mod observe;
mod server;

use std::process::ExitCode;

const USAGE: &str = "\
usage: contoso-backend [serve | healthcheck]

  serve         serve the API (what happens without an argument)
  healthcheck   exit 0 when the server on this machine is healthy, else 1

environment:
  DATABASE_URL  sqlite://FILE           (default: sqlite://contoso.db)
  PORT          the port to listen on   (default: 8080)
  REPLICA_NAME  who answers             (default: the name of the host)";

fn main() -> ExitCode {
    let arguments: Vec<String> =
        std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] | ["serve"] => server::main(),
        ["healthcheck"] => healthcheck::main(),
        ["-h" | "--help" | "help"] => {
            println!("{USAGE}");
            ExitCode::SUCCESS
        }
        ["-V" | "--version"] => {
            println!("contoso-backend {}", env!("CARGO_PKG_VERSION"));
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("contoso-backend: unknown arguments {words:?}\n\n{USAGE}");
            ExitCode::from(2)
        }
    }
}
