//! A command inside a running container, by the API's `exec`.

use bollard::container::LogOutput;
use bollard::exec::{CreateExecOptions, StartExecOptions, StartExecResults};
use futures_util::TryStreamExt;

use super::client::Client;
use super::{ACTION, OBSERVE};
use crate::{EngineError, ExecEnd};

/// The most that is kept of each of the two outputs, in bytes.
const MOST: usize = 64 << 10;

/// Runs `command` in the container and waits for its end.
pub(super) async fn exec(client: &Client, id: &str, command: &[String]) -> Result<ExecEnd, EngineError> {
    let options = CreateExecOptions {
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        cmd: Some(command.to_vec()),
        ..CreateExecOptions::default()
    };
    let created = client.call("engine-what-exec", OBSERVE, client.docker.create_exec(id, options)).await?;
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let run = async {
        let started = client.docker.start_exec(&created.id, None::<StartExecOptions>).await?;
        if let StartExecResults::Attached { mut output, .. } = started {
            while let Some(frame) = output.try_next().await? {
                match frame {
                    LogOutput::StdErr { message } => keep(&mut stderr, &message),
                    other => keep(&mut stdout, &other.into_bytes()),
                }
            }
        }
        Ok(())
    };
    client.call("engine-what-exec", ACTION, run).await?;
    let ended = client.call("engine-what-exec", OBSERVE, client.docker.inspect_exec(&created.id)).await?;
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ok(ExecEnd {
        code: ended.exit_code.and_then(|code| i32::try_from(code).ok()),
        stdout: text(stdout),
        stderr: text(stderr),
    })
}

fn keep(kept: &mut Vec<u8>, more: &[u8]) {
    let room = MOST.saturating_sub(kept.len());
    kept.extend_from_slice(&more[..more.len().min(room)]);
}
