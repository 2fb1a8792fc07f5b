//! The learner's configuration, read and held to nginx's rules before anything is started.
//!
//! [`examine`] is the whole of it as a pure function of the container's files: what the front would
//! listen on and what of the files has no effect here, or the first thing that it refuses.

use crate::compiled::Compiled;
use crate::compiled::http::{compile, compile_to_ask};
use crate::conf::check::{self, NoEffect};
use crate::conf::read;
use crate::conf::refusal::ConfError;
use crate::serve::asking::Asked;
use crate::upstream::ServerLine;
use crate::view::View;
use workshop_stack::nginx::{NginxConf, verify};

/// What a good configuration comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The container's ports that it listens on, each once, in order.
    pub listens: Vec<u16>,
    /// The directives that change nothing here, in the files' order.
    pub no_effect: Vec<NoEffect>,
    /// The names that must have an address when it starts.
    pub needs: Vec<Needed>,
}

/// A name of an upstream's server that nginx looks up once, at its start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needed {
    /// The name as the file writes it.
    pub host: String,
    /// The server's port.
    pub port: u16,
    /// nginx's words where it has no address.
    pub not_found: String,
}

/// Reads a container's configuration as nginx would at its start, without looking up a name.
///
/// # Errors
/// The first thing that nginx, or the front in its place, does not take.
pub fn examine(files: &View) -> Result<Report, ConfError> {
    load(files).map(|(_, report)| report)
}

/// The same, with what the front serves by.
pub(crate) fn load(files: &View) -> Result<(Compiled, Report), ConfError> {
    let conf = read::read(files)?;
    verify(&conf.directives)?;
    let no_effect = check::check(&conf.directives)?;
    let compiled = compile(&conf)?;
    let listens = compiled.ports.keys().copied().collect();
    // What is built in is not the learner's to hear about.
    let on_disk = |entry: &NoEffect| files.read(&entry.file).is_ok();
    let no_effect = no_effect.into_iter().filter(on_disk).collect();
    let lines = compiled.groups.values().flat_map(|group| &group.servers).filter(|line| !line.resolve);
    let needed = |line: &ServerLine| Needed {
        host: line.host.clone(),
        port: line.port,
        not_found: format!("host not found in upstream \"{}\" in {}", line.shown(), line.place),
    };
    let needs = lines.map(needed).collect();
    Ok((compiled, Report { listens, no_effect, needs }))
}

/// What nginx itself would make of a container's files.
pub struct Started {
    /// The configuration, its includes in their places.
    pub conf: NginxConf,
    /// What becomes of requests; none where only nginx itself can say it.
    pub asked: Option<Asked>,
    /// What nginx refuses all the same: `resolve` without what it needs.
    pub refused: Option<ConfError>,
}

/// Whether nginx itself would start with these files, as far as can be said without its network:
/// what only the front does not take is no refusal.
///
/// # Errors
/// What nginx would refuse, in its own words.
pub fn would_start(files: View) -> Result<Started, ConfError> {
    let conf = read::read(&files)?;
    verify(&conf.directives)?;
    match compile_to_ask(&conf) {
        Ok(mut compiled) => {
            let refused = compiled.refused.take();
            Ok(Started { conf, asked: Some(Asked::new(compiled, files)), refused })
        }
        Err(error) if error.needs_docker => Ok(Started { conf, asked: None, refused: None }),
        Err(error) => Err(error),
    }
}
