//! A lesson's own program behind its keeper: its files in the replica's own folder, and how it starts.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::OwnSpec;
use crate::embedded::machine::keeper::{Kept, Prepared, Words};
use crate::embedded::machine::{KeeperSpec, find};
use crate::embedded::wire::Mount;
use workshop_disk::within;

/// The program in its folder, told by the environment that its keeper has.
pub(crate) fn prepare(spec: &KeeperSpec, _: &Kept) -> Result<Prepared, Words> {
    let Some(path) = spec.tools.values().next() else {
        return Err(Words::plain("its program is not on this machine".to_owned()));
    };
    let mut command = Command::new(path);
    command.current_dir(&spec.data).args(&spec.args).envs(std::env::vars_os());
    Ok(Prepared { command, after: None })
}

/// The environment of the program: what the container would have, and what this machine needs to
/// find programs. Nothing of the user's own is in it.
pub(crate) fn environment(mut env: BTreeMap<String, String>, root: &Path) -> BTreeMap<String, String> {
    let path = find::search_path().to_string_lossy().into_owned();
    env.insert("PATH".to_owned(), path);
    env.insert("HOME".to_owned(), root.display().to_string());
    env
}

/// The folder of this machine where it runs.
pub(crate) fn workdir(own: &OwnSpec, root: &Path) -> PathBuf {
    root.join(within::normal(&own.workdir).trim_start_matches('/'))
}

/// Puts what is mounted where the program finds it from its folder on, and gives that folder.
///
/// # Errors
/// The replica's folder cannot be written.
pub(crate) fn settle(own: &OwnSpec, mounts: &[Mount], root: &Path) -> io::Result<PathBuf> {
    let mut mounts: Vec<&Mount> = mounts.iter().collect();
    mounts.sort_by_key(|mount| mount.target.len());
    for mount in mounts {
        let at = root.join(mount.target.trim_start_matches('/'));
        // What is taken away below is the replica's own: a folder that a link leads to is not.
        within::folder(root, at.parent().unwrap_or(root))?;
        match fs::symlink_metadata(&at) {
            Ok(meta) if meta.is_dir() => fs::remove_dir_all(&at)?,
            Ok(_) => fs::remove_file(&at)?,
            Err(_) => {}
        }
        std::os::unix::fs::symlink(&mount.source, &at)?;
    }
    let workdir = workdir(own, root);
    fs::create_dir_all(&workdir)?;
    Ok(workdir)
}
