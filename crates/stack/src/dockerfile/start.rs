//! What an image of nothing but its own files starts: there is no shell in it, and no command but
//! its own.

use super::stages::{Put, Stage, Stages, Start};
use crate::Span;

/// Why such an image starts nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StartFault {
    /// A `RUN`, or a start that is not a list, wants a shell; where it stands.
    NoShell(Span),
    /// Neither `ENTRYPOINT` nor `CMD`; where the last stage begins.
    NoStart(Span),
    /// No instruction puts the program there that is started.
    NoProgram {
        /// Its path, as the list says it.
        program: String,
        /// Where the list stands.
        span: Span,
        /// What is put into the image, by the paths of the targets.
        put: Vec<String>,
    },
}

impl Stages {
    /// Why the stage at `place` starts nothing, where it is built `FROM scratch`.
    pub fn start_fault(&self, place: usize) -> Option<StartFault> {
        let chain = self.chain(place);
        if chain.last()?.from.value != "scratch" {
            return None;
        }
        if let Some(run) = chain.iter().flat_map(|stage| stage.commands()).find(|run| !run.is_list()) {
            return Some(StartFault::NoShell(run.span));
        }
        let from = |read: fn(&Stage) -> Option<&Start>| chain.iter().find_map(|stage| read(stage));
        let start = from(|stage| stage.entrypoint.as_ref()).or(from(|stage| stage.command.as_ref()));
        let Some(start) = start.filter(|start| !start.words.is_empty()) else {
            return Some(StartFault::NoStart(chain[0].from.span));
        };
        if !start.is_list {
            return Some(StartFault::NoShell(start.span));
        }
        let program = start.words.first()?;
        let puts = || chain.iter().flat_map(|stage| &stage.puts);
        if !program.starts_with('/') || program.contains('$') || puts().any(|put| brings(put, program)) {
            return None;
        }
        let put = puts().map(|put| put.target.clone()).collect();
        Some(StartFault::NoProgram { program: program.clone(), span: start.span, put })
    }
}

/// Whether that instruction puts the program at its path.
fn brings(put: &Put, program: &str) -> bool {
    let own = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let target = put.target.trim_end_matches('/');
    let is_folder = put.target.ends_with('/') || put.sources.len() > 1;
    let named = put.sources.iter().any(|source| own(source) == own(program));
    // A source without the program's name may be a folder that has it.
    program == target || (program.starts_with(&format!("{target}/")) && (is_folder || !named))
}
