//! The front: what stands for nginx where there is no Docker.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::text::Text;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Spec {
    pub image: PathBuf,
    pub mounts: Vec<Mount>,
    pub listen: Vec<Listen>,
    pub host: std::net::IpAddr,
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
    Http(HttpNames),
}
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HttpNames {
    pub url: String,
    pub token: String,
}
/// What the official image has where somebody may look, by path in it.
pub const BASE_FILES: [(&str, &str); 0] = [];
pub struct View;
impl View {
    pub fn new(_: &Path, _: &[Mount]) -> Self {
        Self
    }
}
pub struct NoEffect {
    pub directive: String,
}
pub struct Report {
    pub listens: Vec<u16>,
    pub no_effect: Vec<NoEffect>,
}
pub struct ConfError {
    pub file: String,
    pub line: u32,
    pub column: u32,
    pub message: Text,
    pub needs_docker: bool,
}
impl ConfError {
    pub fn log_line(&self) -> String {
        String::new()
    }
}
pub fn examine(_: &View) -> Result<Report, ConfError> {
    Ok(Report { listens: vec![80], no_effect: Vec::new() })
}

/// Serves what the file named by the only argument says, until a signal says stop.
pub fn main(_arguments: Vec<OsString>) -> ExitCode {
    ExitCode::FAILURE
}
