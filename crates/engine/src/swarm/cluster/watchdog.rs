//! The process that puts a cable in again when its time is over, whatever has come of the command that
//! pulled it out. It ends where the cut is over before, or is another one by now.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::time::SystemTime;

use super::place::{Cut, Place};
use super::{ClusterError, network, tool};

/// The word by which the program is told to be this process.
pub(super) const WORD: &str = "__cluster-watchdog";

/// The process, where `arguments` say so: the word, the cluster's folder, the node's number, the cut.
pub fn process(arguments: &[OsString]) -> Option<ExitCode> {
    let [word, dir, node, id] = arguments else { return None };
    if word != WORD {
        return None;
    }
    let place = Place::at(PathBuf::from(dir)).ok();
    let number = |text: &OsString| text.to_str()?.parse::<u64>().ok();
    let node = number(node).and_then(|node| u8::try_from(node).ok());
    if let (Some(place), Some(node), Some(id)) = (place, node, number(id)) {
        keep_watch(&place, node, id);
    }
    Some(ExitCode::SUCCESS)
}

/// Starts one for a cut that ends by itself.
pub(super) fn start(place: &Place, node: u8, cut: &Cut) -> Result<(), ClusterError> {
    if cut.until().is_none() {
        return Ok(());
    }
    let refused = |error: std::io::Error| ClusterError::Refused {
        command: WORD.to_owned(),
        reason: workshop_disk::reason(&error),
    };
    let mut watchdog = Command::new(std::env::current_exe().map_err(refused)?);
    watchdog.arg(WORD).arg(place.dir()).arg(node.to_string()).arg(cut.id.to_string()).current_dir("/");
    watchdog.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // Of no group that a terminal tells of Ctrl-C or of its end, from its first moment on.
    watchdog.process_group(0);
    watchdog.spawn().map(drop).map_err(refused)
}

fn keep_watch(place: &Place, node: u8, id: u64) {
    while let Some(until) = place.cut(node).filter(|cut| cut.id == id).and_then(|cut| cut.until()) {
        if SystemTime::now() >= until {
            // Where it is refused, the next round tries again.
            if network::set_cable(place, node, true).is_ok() {
                let _ = place.forget_cut(node);
            }
        }
        std::thread::sleep(tool::PAUSE);
    }
}
