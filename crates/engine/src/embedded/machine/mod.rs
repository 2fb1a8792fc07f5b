//! Programs of this machine that stand for a service: the real `mariadbd` or `mysqld`, the real
//! `redis-server`. [`Machine`] says what one is called, what of a compose file's `command` it takes
//! and which clients come with it; [`keeper`] is the process of ours around it.

pub(super) mod child;
pub(super) mod find;
pub(super) mod keeper;
pub(super) mod mysql;
mod options;
pub(super) mod ping;
pub(super) mod redis;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub(super) use find::Packages;

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
    /// The image's own script for a health check, if it has one.
    pub health_script: Option<HealthScript>,
}

/// A script of an image that asks whether its server answers.
#[derive(Clone, Copy, Debug)]
pub struct HealthScript {
    pub name: &'static str,
    /// Its options that ask no more than the client does.
    pub options: &'static [&'static str],
    /// The client and its arguments in its place.
    pub client: &'static str,
    pub args: &'static [&'static str],
}

/// A program that is called inside the container by one of its names.
pub struct Tool {
    pub names: &'static [&'static str],
    pub role: Role,
}

/// What a program beside the server is for.
#[derive(Clone, Copy, Debug)]
pub enum Role {
    /// Makes the first data folder; it is never called from outside.
    Install,
    /// Asks the server, at its replica's address.
    Client(&'static ClientProgram),
}

/// How a client is led to its replica and kept from this machine's files.
#[derive(Debug)]
pub struct ClientProgram {
    /// Arguments that come first.
    pub first: &'static [&'static str],
    /// What keeps a program of that file name from running others and from files.
    pub closed: &'static [(&'static str, &'static str)],
    pub host: Flag,
    pub port: Flag,
    /// Options that lead elsewhere, or read and write files.
    pub refused: &'static [&'static [&'static str]],
    /// Options whose next word is their value, where the first word that is no option ends them.
    /// None where options may stand anywhere.
    pub valued: Option<&'static [&'static str]>,
    /// How `ping` is asked without the client, where the client is missing.
    pub ping: Option<ping::Protocol>,
    /// An argument with the addresses of the services that it names.
    pub names: Option<Led>,
}

/// An argument of a client, and where a service's port is, to the argument with addresses in it.
pub(crate) type Led = fn(&str, &dyn Fn(&str, u16) -> Option<SocketAddr>) -> String;

/// An option with a value, by its short and its long form.
#[derive(Debug, PartialEq, Eq)]
pub struct Flag {
    pub short: &'static str,
    pub long: Option<&'static str>,
}

/// What a keeper is started with: a JSON file that only this user can read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct KeeperSpec {
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
pub(super) const SPEC: &str = "machine.json";

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
    pub fn client(&self, name: &str) -> Option<(&'static str, &'static ClientProgram)> {
        self.tools.iter().find_map(|tool| match tool.role {
            Role::Client(client) if tool.names.contains(&name) => Some((tool.names[0], client)),
            _ => None,
        })
    }

    /// Every name of a client.
    pub(crate) fn client_names(&self) -> impl Iterator<Item = &'static str> {
        let clients = self.tools.iter().filter(|tool| matches!(tool.role, Role::Client(_)));
        clients.flat_map(|tool| tool.names.iter().copied())
    }

    /// The arguments that a compose file's `command` gives the server.
    ///
    /// # Errors
    /// The words of it that this engine does not have.
    pub fn arguments(&self, command: &[String]) -> Result<Vec<String>, String> {
        self.options.read(self.server, self.data, command)
    }

    /// The container's port.
    pub(crate) fn port_in(&self, args: &[String]) -> u16 {
        options::value_of(args, "port").and_then(|port| port.parse().ok()).unwrap_or(self.port)
    }
}

/// A name without dots: no address, and nothing outside of the stack.
fn is_service_name(host: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    host.bytes().all(fits) && host.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// Names by which a replica calls itself.
const ITSELF: [&str; 4] = ["localhost", "127.0.0.1", "0.0.0.0", "::1"];

impl ClientProgram {
    /// The arguments without those that say where the server is, and the other service that they
    /// lead to, if any; none where they lead elsewhere, to another port, or to a file.
    pub fn read(&self, args: &[String], service: &str, port: u16) -> Option<(Vec<String>, Option<String>)> {
        let (mut kept, mut to) = (Vec::new(), None);
        let mut rest = args.iter();
        while let Some(word) = rest.next() {
            let ends = self.valued.is_some() && !word.starts_with('-');
            if ends || word == "--" {
                kept.push(word.clone());
                kept.extend(rest.cloned());
                break;
            }
            if let Some(given) = self.host.given(word) {
                let host = if given.is_empty() { rest.next()? } else { given };
                to = (!ITSELF.contains(&host) && host != service).then(|| host.to_owned());
                if to.as_deref().is_some_and(|host| !is_service_name(host)) {
                    return None;
                }
            } else if let Some(given) = self.port.given(word) {
                let given = if given.is_empty() { rest.next()? } else { given };
                if given.parse() != Ok(port) {
                    return None;
                }
            } else if self.refuses(word) {
                return None;
            } else {
                kept.push(word.clone());
                if self.valued.is_some_and(|valued| valued.contains(&word.as_str())) {
                    kept.push(rest.next()?.clone());
                }
            }
        }
        Some((kept, to))
    }

    /// A long option may be cut short, and a short one have its value with it.
    fn refuses(&self, word: &str) -> bool {
        let name = word.split('=').next().unwrap_or(word).replace('_', "-");
        let name = name.strip_prefix("--loose-").map_or(name.clone(), |rest| format!("--{rest}"));
        let cut_short = |long: &str| name.len() > 2 && long.starts_with(&name);
        if [self.host.long, self.port.long].into_iter().flatten().any(cut_short) {
            return true;
        }
        self.refused.iter().copied().flatten().any(|refused| match refused.strip_prefix("--") {
            Some(_) => cut_short(refused),
            None => !word.starts_with("--") && word.starts_with(refused),
        })
    }

    /// The arguments that lead it to a server.
    pub(crate) fn led_to(&self, at: SocketAddr, program: &Path, args: &[String]) -> Vec<String> {
        let name = program.file_name().unwrap_or_default();
        let closed = self.closed.iter().filter(|(of, _)| name == *of).map(|(_, option)| option);
        let mut all: Vec<String> = self.first.iter().chain(closed).map(|word| (*word).to_owned()).collect();
        all.extend([self.host.short.to_owned(), at.ip().to_string(), self.port.short.to_owned()]);
        all.push(at.port().to_string());
        all.extend_from_slice(args);
        all
    }
}

impl Flag {
    /// The value that a word gives it, empty where it is the next word; none for another word.
    fn given<'w>(&self, word: &'w str) -> Option<&'w str> {
        match self.long {
            Some(long) => match word.strip_prefix(long) {
                Some("") => Some(""),
                Some(rest) => rest.strip_prefix('='),
                None if word.starts_with("--") => None,
                None => word.strip_prefix(self.short),
            },
            None => (word == self.short).then_some(""),
        }
    }
}

impl HealthScript {
    /// The client's name and arguments that `words` come to, if they call this script.
    pub fn read(&self, words: &[String]) -> Option<(String, Vec<String>)> {
        let (first, options) = words.split_first()?;
        let called = first.rsplit('/').next() == Some(self.name);
        let known = options.iter().all(|option| self.options.contains(&option.as_str()));
        let args = self.args.iter().map(|word| (*word).to_owned()).collect();
        (called && known).then(|| (self.client.to_owned(), args))
    }
}
