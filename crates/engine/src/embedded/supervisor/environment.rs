//! What a replica's process is told: the container's environment, with those paths and addresses
//! that are elsewhere on this machine put in their place.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::names;
use super::state::{Replica, StackState};
use crate::embedded::programs::ServiceVariables;
use crate::embedded::told::Told;
use crate::embedded::wire::Mount;
use workshop_disk::within;

/// A path of a container, on this machine.
pub(super) struct Located {
    pub path: PathBuf,
    /// The folder (or the file) that holds it: a link that leads out of it leads nowhere.
    pub root: PathBuf,
    pub read_only: bool,
}

/// Where the container's path `path` (absolute) is: in a mount, the longest that fits, else among
/// the replica's own files at `root`.
pub(super) fn locate(path: &str, mounts: &[Mount], root: &Path) -> Located {
    let path = within::normal(path);
    let rest = |mount: &Mount| {
        let rest = path.strip_prefix(within::normal(&mount.target).trim_end_matches('/'))?;
        (rest.is_empty() || rest.starts_with('/')).then(|| rest.trim_start_matches('/').to_owned())
    };
    let found = mounts.iter().filter_map(|mount| Some((mount, rest(mount)?)));
    let (root, rest, read_only) = match found.min_by_key(|(_, rest)| rest.len()) {
        Some((mount, rest)) => (mount.source.clone(), rest, mount.read_only),
        None => (root.to_owned(), path.trim_start_matches('/').to_owned(), false),
    };
    let path = if rest.is_empty() { root.clone() } else { root.join(rest) };
    Located { path, root, read_only }
}

/// The environment of a replica of a program that is told by it.
///
/// # Errors
/// What the program would say of its file in a container and cannot see here, for its log.
pub(super) fn of(
    told: &Told<'_>,
    state: &StackState,
    replica: &Replica,
    root: &Path,
) -> Result<BTreeMap<String, String>, String> {
    let Replica { view, spec, address, .. } = replica;
    let mut env = spec.env.clone();
    if let Some(listen) = &told.listen {
        let real = address.ports.get(&listen.port).map_or(listen.port, SocketAddr::port);
        // A port that is none stays, so that the program can say so.
        if env.get(listen.port_variable).is_none_or(|given| given.parse::<u16>().is_ok()) {
            env.insert(listen.port_variable.into(), real.to_string());
        }
        env.insert(listen.address_variable.into(), address.ip.to_string());
    }
    for variable in told.name_variable.into_iter().chain(["HOSTNAME"]) {
        env.entry(variable.into()).or_insert_with(|| view.id[..12].to_owned());
    }
    if let Some((variable, usual)) = told.file_variable {
        find_file(told, variable, usual, replica, root, &mut env)?;
    }
    for service in told.services {
        find_service(service, state, replica, &mut env);
    }
    for (variable, usual) in told.lists {
        find_list(variable, *usual, state, replica, &mut env);
    }
    for variable in told.names {
        find_name(variable, state, replica, &mut env);
    }
    Ok(env)
}

fn find_file(
    told: &Told<'_>,
    variable: &str,
    usual: &str,
    replica: &Replica,
    root: &Path,
    env: &mut BTreeMap<String, String>,
) -> Result<(), String> {
    let url = env.get(variable).map_or(usual, String::as_str);
    let Some((file, rest)) = file_of(url) else { return Ok(()) };
    let absolute = match file.starts_with('/') {
        true => file.to_owned(),
        false => format!("{}/{file}", told.workdir),
    };
    let located = locate(&absolute, &replica.spec.mounts, root);
    if located.read_only {
        let program = &replica.spec.program;
        return Err(format!("{program}: {variable}: {absolute:?} is on a read-only volume"));
    }
    // As the program would find no such file in a container.
    if located.root.canonicalize().is_ok_and(|real| real != located.root)
        || (located.path.parent().is_some_and(Path::exists) && !within::holds(&located.root, &located.path))
    {
        let program = &replica.spec.program;
        return Err(format!("{program}: {variable}: {absolute:?} is a link that leads out of its volume"));
    }
    env.insert(variable.into(), format!("sqlite://{}{rest}", encoded(&located.path)));
    Ok(())
}

/// Puts the address and the port where a service really is in the place of its name. A name that
/// nobody has stays, and is unknown to the program as well.
fn find_service(
    service: &ServiceVariables,
    state: &StackState,
    replica: &Replica,
    env: &mut BTreeMap<String, String>,
) {
    let get = |name: &str| env.get(name).filter(|value| !value.is_empty());
    let host = get(service.host).map_or(service.usual_host, String::as_str);
    // A port that is none stays, so that the program can say so.
    let Ok(port) = get(service.port).map_or(Ok(service.usual_port), |port| port.parse()) else { return };
    if let Some(found) = names::once_and_for_all(state, replica, host, port) {
        env.insert(service.host.into(), found.ip().to_string());
        env.insert(service.port.into(), found.port().to_string());
    }
}

/// The same for each of several in one variable: `replica-1,replica-2:3307`.
fn find_list(
    variable: &str,
    usual: u16,
    state: &StackState,
    replica: &Replica,
    env: &mut BTreeMap<String, String>,
) {
    let Some(value) = env.get(variable) else { return };
    let found = value.split(',').map(|one| {
        let (host, port) = one.trim().rsplit_once(':').unwrap_or((one.trim(), ""));
        let port = if port.is_empty() { Ok(usual) } else { port.parse() };
        let at = port.ok().and_then(|port| names::once_and_for_all(state, replica, host, port));
        at.map_or_else(|| one.to_owned(), |at| at.to_string())
    });
    let found = found.collect::<Vec<_>>().join(",");
    env.insert(variable.to_owned(), found);
}

/// The same for a variable that says it all: `redis://redis:6379/0`, `db:5432`, `cache`.
fn find_name(variable: &str, state: &StackState, replica: &Replica, env: &mut BTreeMap<String, String>) {
    let Some(value) = env.get(variable) else { return };
    let Some(place) = Place::of(value) else { return };
    let beside = variable.strip_suffix("HOST").map(|begin| format!("{begin}PORT"));
    let beside = beside.filter(|other| place.port.is_none() && env.contains_key(other));
    let port = match &beside {
        Some(other) => env.get(other).and_then(|port| port.parse().ok()),
        None => place.port.or(place.usual),
    };
    let Some(found) = names::once_and_for_all(state, replica, place.host, port.unwrap_or(0)) else { return };
    let moved = place.port.is_some() || (beside.is_none() && port.is_some_and(|port| port != found.port()));
    let put = if moved { found.to_string() } else { found.ip().to_string() };
    let put = format!("{}{put}{}", place.before, place.after);
    env.insert(variable.to_owned(), put);
    if let Some(other) = beside.filter(|_| port.is_some()) {
        env.insert(other, found.port().to_string());
    }
}

/// A host and its port in a variable's value, with what stands around them.
#[derive(Debug, PartialEq, Eq)]
struct Place<'v> {
    before: &'v str,
    host: &'v str,
    port: Option<u16>,
    /// The port that the URL's scheme means.
    usual: Option<u16>,
    after: &'v str,
}

impl<'v> Place<'v> {
    fn of(value: &'v str) -> Option<Self> {
        let begin = value.find("://").map_or(0, |at| at + 3);
        let end = value[begin..].find(['/', '?', '#']).map_or(value.len(), |at| begin + at);
        // A password may hold everything else, also an `@`.
        let begin = value[begin..end].rfind('@').map_or(begin, |at| begin + at + 1);
        let (before, rest) = value.split_at(begin);
        let (place, after) = rest.split_at(end - begin);
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) => (host, Some(port.parse().ok()?)),
            None => (place, None),
        };
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let usual = USUAL.iter().find(|(scheme, _)| before.split("://").next() == Some(*scheme));
        (!host.is_empty() && host.chars().all(is_name)).then_some(Self {
            before,
            host,
            port,
            usual: usual.map(|(_, port)| *port),
            after,
        })
    }
}

/// The ports that schemes mean where a URL has none.
const USUAL: [(&str, u16); 9] = [
    ("http", 80),
    ("https", 443),
    ("redis", 6379),
    ("mysql", 3306),
    ("mariadb", 3306),
    ("postgres", 5432),
    ("postgresql", 5432),
    ("amqp", 5672),
    ("mongodb", 27017),
];

/// The file of `sqlite://FILE[?…]`, and what follows it; none where the URL names no file, which
/// the program says itself.
fn file_of(url: &str) -> Option<(&str, &str)> {
    let rest = url.strip_prefix("sqlite:")?;
    // As the program reads it: any number of slashes more than two belongs to the path.
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    let end = rest.find('?').unwrap_or(rest.len());
    let (file, query) = rest.split_at(end);
    let named = !file.trim_matches('/').is_empty() && !file.ends_with('/') && !file.starts_with(':');
    named.then_some((file, query))
}

/// A path as it stands in a URL: what is not plain there is written in hexadecimal.
fn encoded(path: &Path) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte);
    path.as_os_str()
        .as_encoded_bytes()
        .iter()
        .map(|byte| if plain(*byte) { char::from(*byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mount(target: &str, source: &str) -> Mount {
        Mount { target: target.into(), source: source.into(), read_only: false, volume: None }
    }

    #[test]
    fn a_path_is_found_in_the_mount_that_holds_it() {
        let mounts = [mount("/data", "/v/data"), mount("/data/deep/", "/v/deep"), mount("/one.conf", "/v/1")];
        let at = |path: &str| locate(path, &mounts, Path::new("/root")).path;
        assert_eq!(at("/data/contoso.db"), Path::new("/v/data/contoso.db"));
        assert_eq!(at("/data/deep/x"), Path::new("/v/deep/x"));
        assert_eq!(at("/database/x"), Path::new("/root/database/x"));
        assert_eq!(at("/one.conf"), Path::new("/v/1"));
        assert_eq!(at("/srv/contoso.db"), Path::new("/root/srv/contoso.db"));
        assert_eq!(at("/data/../../../etc/x"), Path::new("/root/etc/x"));
        assert_eq!(at("/../data/./x"), Path::new("/v/data/x"));
    }

    #[test]
    fn a_host_is_found_in_what_a_variable_says() {
        for (value, wanted) in [
            ("redis://redis:6379/0", Some(("redis://", "redis", Some(6379), "/0"))),
            ("redis://:p@ss@redis/0", Some(("redis://:p@ss@", "redis", None, "/0"))),
            ("mysql://u:p@db:3307/x?a=b", Some(("mysql://u:p@", "db", Some(3307), "/x?a=b"))),
            ("cache", Some(("", "cache", None, ""))),
            ("cache:11211", Some(("", "cache", Some(11211), ""))),
            ("http://a", Some(("http://", "a", None, ""))),
            ("cache:port", None),
            ("redis://", None),
            ("a:1,b:2", None),
            ("", None),
        ] {
            let place = Place::of(value).map(|one| (one.before, one.host, one.port, one.after));
            assert_eq!(place, wanted, "{value}");
        }
        assert_eq!(Place::of("redis://:p@ss@redis").and_then(|place| place.usual), Some(6379));
    }

    proptest::proptest! {
        #[test]
        fn what_stands_around_a_host_is_kept(value in "\\PC{0,40}") {
            if let Some(place) = Place::of(&value) {
                let port = value[place.before.len() + place.host.len()..].len() - place.after.len();
                let whole = format!("{}{}", place.before, place.host);
                proptest::prop_assert!(value.starts_with(&whole) && value.ends_with(place.after));
                proptest::prop_assert_eq!(place.port.is_some(), port > 0);
            }
        }
    }

    #[test]
    fn a_file_is_named_as_the_program_reads_it() {
        for (url, wanted) in [
            ("sqlite:///data/contoso.db", Some(("/data/contoso.db", ""))),
            ("sqlite://contoso.db?cache=shared", Some(("contoso.db", "?cache=shared"))),
            ("sqlite:contoso.db", Some(("contoso.db", ""))),
            ("sqlite://", None),
            ("sqlite::memory:", None),
            ("sqlite:///data/", None),
            ("postgres://db/x", None),
        ] {
            assert_eq!(file_of(url), wanted, "{url}");
        }
        assert_eq!(encoded(Path::new("/내 x/%")), "/%EB%82%B4%20x/%25");
    }
}
