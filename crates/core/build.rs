//! Copies `lessons/` and `complete/` into the build's output folder, to be embedded from there:
//! a build left-over that lies in the tree (`target/`) does not get into the binary.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

const CONTENT: [&str; 2] = ["lessons", "complete"];
const LEFT_OUT: [&str; 4] = ["target", ".git", "node_modules", ".DS_Store"];

fn main() -> io::Result<()> {
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("content");
    if out.exists() {
        fs::remove_dir_all(&out)?;
    }
    for name in CONTENT {
        copy(&manifest.join("../..").join(name), &out.join(name))?;
    }
    Ok(())
}
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", from.display());
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if LEFT_OUT.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
