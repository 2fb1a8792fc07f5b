//! Says what `workshop --version` tells: the version, and the commit with its date where they are known.
//!
//! `git archive` writes them into `packaging/commit`, so packed sources know theirs; a clone is asked.

use std::path::Path;
use std::process::Command;

fn main() {
    let version = env!("CARGO_PKG_VERSION");
    let packed = include_str!("packaging/commit").trim();
    // As the file stands in a clone, a place to fill in.
    let commit = if packed.starts_with('$') { cloned() } else { Some(packed.to_owned()) };
    let told = commit.map_or_else(|| version.to_owned(), |commit| format!("{version} ({commit})"));
    println!("cargo::rustc-env=WORKSHOP_VERSION={told}");
    println!("cargo::rerun-if-changed=build.rs");
}

/// The commit and its date of the clone that this folder is; `None` where it is none, or only lies in one.
fn cloned() -> Option<String> {
    if !git(&["rev-parse", "--show-prefix"])?.is_empty() {
        return None;
    }
    // The log of HEAD grows with every commit, wherever the branch itself is kept.
    for name in ["HEAD", "logs/HEAD"] {
        let path = git(&["rev-parse", "--git-path", name])?;
        // A file that is missing would count as changed each time.
        if Path::new(&path).exists() {
            println!("cargo::rerun-if-changed={path}");
        }
    }
    git(&["log", "-1", "--format=%h %cs"])
}

/// What git prints; `None` where it fails or is missing.
fn git(words: &[&str]) -> Option<String> {
    let output = Command::new("git").args(words).output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}
