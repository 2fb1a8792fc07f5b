//! How a program is told where it is and where others are: [`Told`], the same for the programs of
//! this binary and for those that a lesson declares.

use std::collections::BTreeMap;

use super::own::OwnSpec;
use super::programs::{Plain, ServiceVariables};

/// The variables of one replica's program.
pub(super) struct Told<'a> {
    /// None where it does not listen.
    pub listen: Option<Listens<'a>>,
    /// Who it says it is, where the learner says nothing.
    pub name_variable: Option<&'a str>,
    /// A variable that names a file (`sqlite://FILE`), and its value where the learner gives none.
    pub file_variable: Option<(&'a str, &'a str)>,
    /// Pairs of variables that name another service.
    pub services: &'a [ServiceVariables],
    /// Variables that name several, with commas between, and the port where a name has none.
    pub lists: &'a [(&'static str, u16)],
    /// Variables that name one by themselves.
    pub names: &'a [String],
    /// The folder in the container where it runs.
    pub workdir: &'a str,
}

/// The variables that say where to listen.
pub(super) struct Listens<'a> {
    /// The container's port.
    pub port: u16,
    pub port_variable: &'a str,
    pub address_variable: &'a str,
}

impl Plain {
    /// What it is told in a container with the environment `env`.
    pub(super) fn told(&self, env: &BTreeMap<String, String>) -> Told<'_> {
        Told {
            listen: Some(Listens {
                port: self.port_in(env),
                port_variable: self.port_variable,
                address_variable: self.address_variable,
            }),
            name_variable: Some(self.name_variable),
            file_variable: self.file_variable,
            services: self.service_variables,
            lists: self.list_variables,
            names: &[],
            workdir: self.workdir,
        }
    }
}

impl OwnSpec {
    /// What it is told.
    pub(super) fn told(&self) -> Told<'_> {
        let listen = self.listen.as_ref().zip(self.port);
        Told {
            listen: listen.map(|(listen, port)| Listens {
                port,
                port_variable: &listen.port,
                address_variable: &listen.address,
            }),
            name_variable: None,
            file_variable: None,
            services: &[],
            lists: &[],
            names: &self.names,
            workdir: &self.workdir,
        }
    }
}
