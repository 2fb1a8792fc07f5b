//! What is asked of Docker: to form the swarm, and to list the nodes.

use std::process::Command;
use std::time::Duration;

use serde::Deserialize;

use super::ClusterError;
use super::network::Net;
use super::place::Place;
use super::tool::{self, SHORT, Stop, docker, run};

/// How long a node may take to join, on a machine that is at work.
const JOINS_WITHIN: Duration = Duration::from_secs(60);
/// How long a manager may take to list the nodes: one that is cut off waits for the others.
const LISTS_WITHIN: Duration = Duration::from_secs(5);
/// Managers of a swarm that is to outlive one of them. Below that many nodes there is one alone.
const MANAGERS: u8 = 3;

/// A node as a manager lists it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listed {
    pub hostname: String,
    pub status: String,
    pub availability: String,
    #[serde(default)]
    pub manager_status: String,
}

/// How many of `nodes` are managers, the first ones.
pub(super) const fn managers(nodes: u8) -> u8 {
    if nodes >= MANAGERS { MANAGERS } else { 1 }
}

/// This machine's own Docker, as the environment has it.
pub(super) fn own_docker(args: &[&str]) -> Command {
    let mut docker = Command::new("docker");
    docker.args(args).stdin(std::process::Stdio::null());
    docker
}

/// The storage driver that works for this machine's Docker; none where there is none to ask.
pub(super) fn storage_driver(stop: &Stop) -> Option<String> {
    let driver = run(own_docker(&["info", "--format", "{{.Driver}}"]), SHORT, stop).ok()?;
    Some(driver.trim().to_owned()).filter(|driver| !driver.is_empty())
}

/// Makes a swarm of the nodes.
pub(super) fn form(place: &Place, net: Net, nodes: u8, stop: &Stop) -> Result<(), ClusterError> {
    let first = place.host(1);
    let at = |node: u8| net.of(node).to_string();
    let mut init = docker(&first);
    init.args(["swarm", "init", "--advertise-addr", &at(1)]);
    run(init, JOINS_WITHIN, stop)?;
    let token = |role: &str| {
        let mut asked = docker(&first);
        asked.args(["swarm", "join-token", "--quiet", role]);
        run(asked, SHORT, stop).map(|token| token.trim().to_owned())
    };
    let (manager, worker) = (token("manager")?, token("worker")?);
    for node in 2..=nodes {
        let token = if node <= managers(nodes) { &manager } else { &worker };
        let mut join = docker(&place.host(node));
        join.args(["swarm", "join", "--advertise-addr", &at(node), "--token", token]);
        join.arg(format!("{}:2377", at(1)));
        run(join, JOINS_WITHIN, stop)?;
    }
    Ok(())
}

/// The nodes as the manager `node` lists them.
pub(super) fn list(place: &Place, node: u8) -> Result<Vec<Listed>, ClusterError> {
    let mut asked = docker(&place.host(node));
    asked.args(["node", "ls", "--format", "{{json .}}"]);
    let listed = run(asked, LISTS_WITHIN, &tool::Stop::default())?;
    Ok(listed.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
}
