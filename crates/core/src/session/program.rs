//! A program of this machine that a check runs: in the workspace, within bounds, and ended with all
//! that it has started.

use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;

use super::Session;
use workshop_engine::ExecEnd;
use workshop_text::Text;

/// How long it may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// The most that is kept of each of the two outputs, in bytes.
const MOST: usize = 64 << 10;
/// What it gets of the user's environment; the rest is none of a lesson's business.
const PASSED_ON: [&str; 6] = ["PATH", "HOME", "LANG", "LC_ALL", "TERM", "TMPDIR"];

/// Ends the group when it is dropped.
struct Group(Option<Pid>);

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

impl Session {
    /// Runs the program, without input and without a shell; why it could not be run, as a message.
    pub(super) async fn program(&self, words: &[String]) -> Result<ExecEnd, Text> {
        let (name, arguments) = words.split_first().ok_or_else(|| Text::new("program-none"))?;
        let mut command = Command::new(name);
        command.args(arguments).current_dir(&self.project().dir).env_clear();
        command.envs(PASSED_ON.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
        let mut child = command.spawn().map_err(|error| {
            let missing = error.kind() == std::io::ErrorKind::NotFound;
            Text::new(if missing { "program-missing" } else { "program-refused" })
                .with("program", name.as_str())
        })?;
        let group = Group(child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?)));
        let (out, err) = (child.stdout.take(), child.stderr.take());
        let all = async { tokio::join!(first(out), first(err), child.wait()) };
        let ended = tokio::time::timeout(PATIENCE, all).await;
        drop(group);
        match ended {
            Ok((stdout, stderr, Ok(status))) => Ok(ExecEnd { code: status.code(), stdout, stderr }),
            Ok((_, _, Err(_))) => Err(Text::new("program-refused").with("program", name.as_str())),
            Err(_) => {
                let text = Text::new("program-too-long").with("program", name.as_str());
                Err(text.with("seconds", PATIENCE.as_secs()))
            }
        }
    }
}

/// The first of what comes; the rest is read and forgotten.
async fn first(pipe: Option<impl AsyncRead + Unpin>) -> String {
    let Some(mut pipe) = pipe else { return String::new() };
    let (mut kept, mut chunk) = (Vec::new(), vec![0; 16 << 10]);
    while let Ok(count @ 1..) = pipe.read(&mut chunk).await {
        let room = MOST.saturating_sub(kept.len());
        kept.extend_from_slice(&chunk[..count.min(room)]);
    }
    String::from_utf8_lossy(&kept).into_owned()
}
