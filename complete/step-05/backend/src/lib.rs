//! The API of Contoso's small social network: posts, comments, likes, in one
//! SQLite file or on a MySQL server. [`main`] is the whole program, so that another program can be
//! this one where there is no container to put it into.

mod api;
mod config;
mod db;
mod healthcheck;
mod log;
mod observe;
mod server;

use std::ffi::OsString;
use std::process::ExitCode;

const USAGE: &str = "\
usage: contoso-backend [serve | healthcheck]

  serve         serve the API (what happens without an argument)
  healthcheck   exit 0 when the server on this machine is healthy, else 1

environment:
  DATABASE_URL    sqlite://FILE             (default: sqlite://contoso.db)
                  or mysql://USER:PASSWORD@HOST/NAME
  DATABASE_URL_FILE  a file that holds it, in the place of DATABASE_URL
  LISTEN_ADDRESS  the address to listen on  (default: 0.0.0.0)
  PORT            the port to listen on     (default: 8080)
  REPLICA_NAME    who answers               (default: the name of the host)";

/// Does what `arguments` (without the program's name) say: serves until a
/// signal says stop, or asks for the health.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<String> =
        arguments.into_iter().map(|argument| argument.to_string_lossy().into_owned()).collect();
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
