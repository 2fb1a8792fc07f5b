//! What an nginx in a container balances over. nginx tells nobody which addresses it holds, so what
//! there is to see is read inside its container by one short program of its shell (`look.sh`): the
//! names as its own DNS answers them, its files, since when its workers run, and where its
//! connections lead. What follows from that is for whoever draws it.

mod conf;
mod said;

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::client::Client;
use super::inside;
use crate::{EngineError, Observed, Peers, Place, Replica, Upstream, UpstreamServer, Upstreams};
use conf::Conf;
use said::Said;

const LOOK: &str = include_str!("look.sh");
/// A file's time is in whole seconds, and a process's start in hundredths.
const COARSE: Duration = Duration::from_secs(1);

/// What the nginx in `proxy` balances over; `None` where none runs there, or the container has no
/// shell.
///
/// # Errors
/// The engine does not answer.
pub(crate) async fn of(
    client: &Client,
    proxy: &Replica,
    stack: &Observed,
) -> Result<Option<Upstreams>, EngineError> {
    let (mut said, mut at) = look(client, proxy, &guessed(stack, proxy)).await?;
    if !said.is_nginx {
        return Ok(None);
    }
    let conf = conf::read(&said.files);
    let missing: Vec<String> = names(&conf).filter(|name| !said.names.contains_key(name)).collect();
    // Mostly a service's name, which was asked for in the first place.
    if !missing.is_empty() {
        let all: BTreeSet<String> = names(&conf).collect();
        (said, at) = look(client, proxy, &all.into_iter().collect::<Vec<_>>()).await?;
    }
    Ok(Some(upstreams(&said, at, conf, stack)))
}

/// The names that are to be looked up; an address leads to itself.
fn names(conf: &Conf) -> impl Iterator<Item = String> + '_ {
    let hosts = conf.groups.iter().flat_map(|group| &group.servers).map(|line| line.host.clone());
    hosts.filter(|host| host.parse::<IpAddr>().is_err() && is_name(host))
}

/// What may be handed to a program as a name: no option, and nothing that is none.
fn is_name(host: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
    !host.is_empty() && !host.starts_with('-') && host.len() < 256 && host.bytes().all(plain)
}

/// The services beside the proxy that share a network with it.
fn guessed(stack: &Observed, proxy: &Replica) -> Vec<String> {
    let near = |one: &&Replica| one.networks.keys().any(|name| proxy.networks.contains_key(name));
    let others = stack.replicas.iter().filter(|one| one.service != proxy.service).filter(near);
    let names: BTreeSet<String> = others.map(|one| one.service.clone()).filter(|one| is_name(one)).collect();
    names.into_iter().collect()
}

async fn look(client: &Client, proxy: &Replica, names: &[String]) -> Result<(Said, SystemTime), EngineError> {
    let before = SystemTime::now();
    let since = before.duration_since(UNIX_EPOCH).unwrap_or_default();
    // Nobody who wrote the container's files can know it.
    let mark = format!("@{:x}-{:x}", since.as_nanos(), std::process::id());
    let words = ["sh", "-c", LOOK, "sh", &mark].map(str::to_owned);
    let command: Vec<String> = words.into_iter().chain(names.iter().cloned()).collect();
    let end = inside::exec(client, &proxy.id, &command).await?;
    let took = before.elapsed().unwrap_or_default();
    Ok((Said::read(&end.stdout, &mark), before + took / 2))
}

fn upstreams(said: &Said, at: SystemTime, conf: Conf, stack: &Observed) -> Upstreams {
    let age = said.age.and_then(|age| Duration::try_from_secs_f64(age).ok());
    let since = age.and_then(|age| at.checked_sub(age));
    let young =
        |written: u64| since.is_some_and(|since| UNIX_EPOCH + Duration::from_secs(written) > since + COARSE);
    let group = |group: conf::Group| {
        let ports: Vec<u16> = group.servers.iter().map(|line| line.port).collect();
        let leads = said.connections.iter().filter(|to| ports.contains(&to.port())).copied();
        let servers = group.servers.into_iter().map(|line| UpstreamServer {
            found: found(said, stack, &line),
            host: line.host,
            port: line.port,
            lookup: line.lookup,
            max_fails: line.max_fails,
            fail_timeout: line.fail_timeout,
        });
        Upstream { name: group.name, servers: servers.collect(), peers: Peers::Untold(leads.collect()) }
    };
    Upstreams {
        since,
        changed: said.files.iter().any(|file| young(file.written)),
        logs_rests: conf.logs_rests,
        groups: conf.groups.into_iter().map(group).collect(),
    }
}

fn found(said: &Said, stack: &Observed, line: &conf::Line) -> Option<Vec<Place>> {
    let addresses = match line.host.parse::<IpAddr>() {
        Ok(address) => vec![address],
        Err(_) => said.names.get(&line.host)?.clone(),
    };
    Some(addresses.into_iter().map(|ip| place(stack, SocketAddr::new(ip, line.port))).collect())
}

/// Whose an address is: within a network each container has one of its own.
fn place(stack: &Observed, address: SocketAddr) -> Place {
    let ip = address.ip().to_string();
    let running = stack.replicas.iter().filter(|one| one.is_running());
    let owner = running.into_iter().find(|one| one.networks.values().any(|own| *own == ip));
    Place { address, replica: owner.map(|one| one.id.clone()) }
}
