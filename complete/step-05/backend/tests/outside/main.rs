//! The backend from outside: the built program as real processes, each on a
//! port that the system chooses, with a database in a temporary folder.

mod harness;
mod http;
mod requests;
mod routes;
mod server;
mod sharing;
mod stopping;
mod validation;
