//! Says what the embedded engine's own servers were made from, by a sum of each one's sources.

use std::env;
use std::path::PathBuf;

include!("src/embedded/source_sum.rs");

/// The servers of the lessons that are linked into the binary, each with the variable for its sum.
const SERVERS: [(&str, &str); 2] = [
    ("CONTOSO_BACKEND_SOURCE", "complete/step-05/backend"),
    ("URL_SHORTENER_SOURCE", "complete/phase-3/backend"),
];

fn main() {
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR"));
    for (variable, source) in SERVERS {
        let source = manifest.join("../..").join(source);
        for part in ["Cargo.toml", "Cargo.lock", "src"] {
            println!("cargo::rerun-if-changed={}", source.join(part).display());
        }
        #[allow(clippy::disallowed_methods)]
        let read = |path: &std::path::Path| std::fs::read(path).unwrap_or_default();
        println!("cargo::rustc-env={variable}={}", source_sum(&source, read));
    }
}
