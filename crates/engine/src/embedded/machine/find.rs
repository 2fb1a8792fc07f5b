//! Where this machine has a program, and which package brings one that it lacks.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Looks for programs in these folders alone, where it is set (as `PATH` is written).
pub(crate) const VARIABLE: &str = "WORKSHOP_PROGRAMS";

/// Where servers and package managers put programs that are often not in a user's `PATH`.
const FOLDERS: [&str; 14] = [
    "/usr/sbin",
    "/usr/bin",
    "/bin",
    "/usr/local/sbin",
    "/usr/local/bin",
    "/usr/libexec",
    "/opt/homebrew/bin",
    "/opt/homebrew/sbin",
    "/opt/homebrew/opt/mariadb/bin",
    "/opt/homebrew/opt/mysql/bin",
    "/usr/local/opt/mariadb/bin",
    "/usr/local/opt/mysql/bin",
    "/usr/local/mysql/bin",
    "/opt/local/bin",
];

/// The package that brings a program, by package manager.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packages {
    pub apt: &'static str,
    pub dnf: &'static str,
    pub brew: &'static str,
}

/// Every folder that is looked through, in order.
pub(crate) fn folders() -> Vec<PathBuf> {
    let split = |list: OsString| std::env::split_paths(&list).collect::<Vec<_>>();
    match std::env::var_os(VARIABLE) {
        Some(list) => split(list),
        None => {
            let mut folders = std::env::var_os("PATH").map(split).unwrap_or_default();
            // A relative entry would be another folder in every process.
            folders.retain(|folder| folder.is_absolute());
            folders.extend(FOLDERS.iter().map(PathBuf::from));
            folders
        }
    }
}

/// The first program of one of these names; a name before another wins over a folder.
pub(crate) fn program(names: &[&str]) -> Option<PathBuf> {
    let folders = folders();
    let candidates = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    candidates.into_iter().find(|path| is_executable(path))
}

/// The folders as a shell of a started program has them.
pub(crate) fn search_path() -> OsString {
    let mut folders = std::env::var_os("PATH").map(|list| std::env::split_paths(&list).collect::<Vec<_>>());
    folders.get_or_insert_default().extend(FOLDERS.iter().map(PathBuf::from));
    std::env::join_paths(folders.unwrap_or_default()).unwrap_or_default()
}

/// What is said of a program that this machine lacks, and what installs it.
pub(crate) fn missing(program: &str, install: &str) -> String {
    format!("{program} is not on this machine: {install}")
}

impl Packages {
    /// The command that installs it on this machine; every one there is where none can be told.
    pub fn command(&self) -> String {
        let apt = format!("sudo apt install {}", self.apt);
        let dnf = format!("sudo dnf install {}", self.dnf);
        let brew = format!("brew install {}", self.brew);
        if cfg!(target_os = "macos") {
            brew
        } else if Path::new("/usr/bin/apt-get").exists() {
            apt
        } else if Path::new("/usr/bin/dnf").exists() {
            dnf
        } else {
            format!("{apt} / {dnf} / {brew}")
        }
    }
}

fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}
