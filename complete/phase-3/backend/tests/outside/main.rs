//! The shortener from outside: the built program as real processes, with a real
//! MariaDB and a real Redis of this machine, each on a free port with a data
//! folder of its own.

mod clicks;
mod codes;
mod engines;
mod harness;
mod http;
mod outages;
mod replicas;
mod routes;
mod settings;
mod stopping;
mod traffic;
mod validation;
