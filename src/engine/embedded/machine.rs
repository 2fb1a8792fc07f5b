//! Programs of this machine that stand for a service: the real `mariadbd` or `mysqld`, the real
//! `redis-server`. [`Machine`] says what one is called, what of a compose file's `command` it takes
//! and which clients come with it; [`keeper`] is the process of ours around it.

pub mod find;
pub mod keeper;
pub mod mysql;
mod options;
pub mod ping;
pub mod redis;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use find::Packages;

/// A program of the machine, as a container's image would hold it.
pub struct Machine {
    /// The server, by any of these names.
    pub server: &'static [&'static str],
    /// The other programs that it needs or that somebody runs beside it.
    pub tools: &'static [Tool],
    pub packages: Packages,
    /// The port in the container, where the arguments say nothing.
    pub port: u16,
    /// The folder in the container where its data lies.
    pub data: &'static str,
    /// Paths in the container that its image reads and this engine does not.
    pub not_mounted: &'static [&'static str],
    pub options: &'static options::Options,
}

/// A program that is called inside the container by one of its names.
pub struct Tool {
    pub names: &'static [&'static str],
    pub role: Role,
}

/// What a program beside the server is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Makes the first data folder; it is never called from outside.
    Install,
    /// Asks the server, at its replica's address.
    Client(&'static Client),
}

/// How a client is led to its replica and kept from this machine's files.
#[derive(Debug, PartialEq, Eq)]
pub struct Client {
    /// Arguments that come first.
    pub first: &'static [&'static str],
    pub host: Flag,
    pub port: Flag,
    /// Options that lead elsewhere, or read and write files.
    pub refused: &'static [&'static str],
    /// The command whose answer this engine can ask for itself, where the client is missing.
    pub ping: Option<ping::Protocol>,
}

/// An option with a value, by its short and its long form.
#[derive(Debug, PartialEq, Eq)]
pub struct Flag {
    pub short: &'static str,
    pub long: Option<&'static str>,
}

/// What a keeper is started with: a JSON file that only this user can read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeeperSpec {
    /// Where the server listens.
    pub address: SocketAddr,
    /// Its data folder.
    pub data: PathBuf,
    /// The replica's own folder.
    pub own: PathBuf,
    /// What the compose file's `command` adds.
    pub args: Vec<String>,
    /// The programs of this machine by their first names.
    pub tools: BTreeMap<String, PathBuf>,
}

/// The name of the keeper's spec in a replica's folder.
pub const SPEC: &str = "machine.json";

impl Machine {
    /// The name by which the server is found in [`KeeperSpec::tools`].
    pub fn server_name(&self) -> &'static str {
        self.server[0]
    }

    /// Every program of it that this machine has, by its first name.
    pub fn found(&self) -> BTreeMap<String, PathBuf> {
        let names = self.tools.iter().map(|tool| tool.names).chain([self.server]);
        names.filter_map(|names| Some((names[0].to_owned(), find::program(names)?))).collect()
    }

    /// The client that is called by `name` inside the container, with its first name.
    pub fn client(&self, name: &str) -> Option<(&'static str, &'static Client)> {
        self.tools.iter().find_map(|tool| match tool.role {
            Role::Client(client) if tool.names.contains(&name) => Some((tool.names[0], client)),
            _ => None,
        })
    }

    /// The arguments that a compose file's `command` gives the server.
    ///
    /// # Errors
    /// The words of it that this engine does not have.
    pub fn arguments(&self, command: &[String]) -> Result<Vec<String>, String> {
        self.options.read(self.server, self.data, command)
    }

    /// The container's port.
    pub fn port_in(&self, args: &[String]) -> u16 {
        options::value_of(args, "port").and_then(|port| port.parse().ok()).unwrap_or(self.port)
    }
}
