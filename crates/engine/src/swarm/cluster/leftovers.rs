//! Takes a cluster away, or what is left of one whose making was killed: processes first, then what
//! they held.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::place::{Place, unusable};
use super::tool::{self, ip};
use super::{ClusterError, ENDS_WITHIN, MOST_NODES, network, processes};

/// Where the kernel's control groups are.
const GROUPS: &str = "/sys/fs/cgroup";

/// The cluster's network namespaces, by name.
pub(super) fn namespaces(place: &Place) -> Vec<String> {
    let entries = fs::read_dir("/run/netns").into_iter().flatten().filter_map(Result::ok);
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    names.filter(|name| name.starts_with(&place.prefix())).collect()
}

/// Takes away all of it. What is gone already is nothing wrong.
pub(super) fn remove(place: &Place) -> Result<(), ClusterError> {
    processes::end(|| processes::watchdogs(place))?;
    processes::end(|| processes::clients(place))?;
    for node in 1..=MOST_NODES {
        processes::end(|| processes::of_node(place, node))?;
    }
    network::remove_uplink(place)?;
    for name in namespaces(place) {
        processes::end(|| processes::in_namespace(&name))?;
        ip(["netns", "del", &name])?;
    }
    for node in 1..=MOST_NODES {
        remove_groups(&place.group(node))?;
    }
    remove_folder(place.dir())
}

/// Removes a node's control groups, once the last process in them has ended.
pub(super) fn remove_groups(name: &str) -> Result<(), ClusterError> {
    let hierarchies = fs::read_dir(GROUPS).into_iter().flatten().filter_map(Result::ok);
    // With the second version of control groups there is one hierarchy alone.
    let above = hierarchies.map(|entry| entry.path()).chain([PathBuf::from(GROUPS)]);
    for group in above.map(|dir| dir.join(name)).filter(|group| group.is_dir()) {
        until(&group, || remove_group(&group))?;
    }
    Ok(())
}

/// Control groups go from the inside; their files are no hindrance.
fn remove_group(group: &Path) -> io::Result<()> {
    let inner = match fs::read_dir(group) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        inner => inner?,
    };
    for entry in inner.filter_map(Result::ok) {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            remove_group(&entry.path())?;
        }
    }
    gone(fs::remove_dir(group))
}

fn remove_folder(dir: &Path) -> Result<(), ClusterError> {
    until(dir, || gone(fs::remove_dir_all(dir)))
}

fn gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

/// Tries until it succeeds: what the kernel still clears up is busy for a moment.
fn until(path: &Path, mut act: impl FnMut() -> io::Result<()>) -> Result<(), ClusterError> {
    let deadline = Instant::now() + ENDS_WITHIN;
    while let Err(error) = act() {
        if Instant::now() > deadline {
            return Err(unusable(path, &error));
        }
        std::thread::sleep(tool::PAUSE);
    }
    Ok(())
}
