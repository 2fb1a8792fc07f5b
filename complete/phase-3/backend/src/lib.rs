//! A URL shortener that several servers run together, on one MySQL and one
//! Redis. [`main`] is the whole program, so that another program can be this
//! one where there is no container to put it into.

mod api;
mod cache;
mod clicks;
mod codes;
mod config;
mod database;
mod healthcheck;
mod log;
mod observe;
mod server;
mod shortener;
mod target;
mod visit;

use std::ffi::OsString;
use std::process::ExitCode;

const USAGE: &str = "\
usage: url-shortener [serve | healthcheck]

  serve         serve the API (what happens without an argument)
  healthcheck   print the health of the server on this machine; exit 0 when it is UP, else 1

environment:
  LISTEN_ADDRESS     the address to listen on                  (default: 0.0.0.0)
  PORT               the port to listen on                     (default: 8080)
  DB_HOST, DB_PORT   where MySQL is                            (default: mysql, 3306)
  DB_NAME            the database                              (default: shortener)
  DB_USER            who to be there                           (default: shortener)
  DB_PASSWORD        with which password                       (default: none)
  DB_REPLICA_HOSTS   replicas to read from: host[:port], with commas between (default: none)
  DB_REPLICA_MAX_LAG read from none that is further behind, in seconds (default: 10)
  DB_READ_YOUR_WRITES  off, or gtid: a read that brings X-Write-Position waits for it (default: off)
  DB_READ_YOUR_WRITES_TIMEOUT_MS  how long, before the primary answers (default: 1000)
  REDIS_HOST, REDIS_PORT  where Redis is                       (default: redis, 6379)
  REDIS_PASSWORD     with which password                       (default: none)
  REPLICA_NAME       who answers                               (default: the name of the host)
  PUBLIC_URL         what a short link begins with             (default: as the request's Host says)
  ACCESS_LOG         on or off: a line for every request       (default: on)
  RESPONSE_DELAY_MS  wait so long before every answer but the health's (default: 0)
  SHARED_LOCK_MS     hold one lock, shared by all servers, so long for every redirect (default: 0)";

/// Does what `arguments` (without the program's name) say: serves until a
/// signal says stop, or asks for the health.
pub fn main(arguments: Vec<OsString>) -> ExitCode {
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
            println!("url-shortener {}", env!("CARGO_PKG_VERSION"));
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("url-shortener: unknown arguments {words:?}\n\n{USAGE}");
            ExitCode::from(2)
        }
    }
}
