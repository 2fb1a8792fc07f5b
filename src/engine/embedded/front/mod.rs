//! The front: what stands for nginx where there is no Docker.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Spec {
    pub image: PathBuf,
    pub mounts: Vec<Mount>,
    pub listen: Vec<Listen>,
    pub host: String,
    pub hostname: String,
    pub names: NamesSpec,
    pub follow_stdin: bool,
}
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Mount {
    pub target: String,
    pub source: PathBuf,
}
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Listen {
    pub port: u16,
    pub address: SocketAddr,
}
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum NamesSpec {
    Url { url: String, token: String },
    Table { table: PathBuf },
}
pub struct View;
impl View {
    pub fn new(_: PathBuf, _: Vec<Mount>) -> Self {
        Self
    }
}
pub struct Report {
    pub listens: Vec<u16>,
}
pub fn examine(_: &View) -> Result<Report, ()> {
    Ok(Report { listens: vec![80] })
}

/// Serves what the file named by the only argument says, until a signal says stop.
pub fn main(_arguments: Vec<OsString>) -> ExitCode {
    ExitCode::FAILURE
}
