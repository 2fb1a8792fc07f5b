//! What is inside of a running container: a command there, by the API's `exec`, its environment, and
//! what its image says.

use std::collections::BTreeMap;

use bollard::container::LogOutput;
use bollard::exec::{CreateExecOptions, StartExecOptions, StartExecResults};
use futures_util::TryStreamExt;

use super::client::Client;
use super::{ACTION, OBSERVE};
use crate::image;
use crate::{EngineError, ExecEnd, ImageFacts, Replica};

/// The most that is kept of each of the two outputs, in bytes.
const MOST: usize = 64 << 10;

/// Runs `command` in the container and waits for its end.
pub(crate) async fn exec(client: &Client, id: &str, command: &[String]) -> Result<ExecEnd, EngineError> {
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

/// What the container's image says of itself; `None` where the image is gone.
pub(crate) async fn image(client: &Client, replica: &Replica) -> Result<Option<ImageFacts>, EngineError> {
    let request = client.docker.inspect_container(&replica.id, None);
    let container = client.find("engine-what-inspect", OBSERVE, request).await?;
    let Some(image) = container.and_then(|container| container.image) else { return Ok(None) };
    let image = client.find("engine-what-inspect", OBSERVE, client.docker.inspect_image(&image)).await?;
    Ok(image.map(|image| {
        let config = image.config.unwrap_or_default();
        ImageFacts {
            size: image.size.and_then(|size| u64::try_from(size).ok()),
            user: config.user.unwrap_or_default(),
            labels: config.labels.unwrap_or_default().into_iter().collect(),
            env: image::variables(&config.env.unwrap_or_default()),
            exposed: config.exposed_ports.unwrap_or_default(),
            layers: image.root_fs.and_then(|root| root.layers).map_or(0, |layers| layers.len()),
        }
    }))
}

/// The variables that the container was made with; `None` where it is gone.
pub(crate) async fn variables(
    client: &Client,
    replica: &Replica,
) -> Result<Option<BTreeMap<String, String>>, EngineError> {
    let request = client.docker.inspect_container(&replica.id, None);
    let container = client.find("engine-what-inspect", OBSERVE, request).await?;
    let env = container.and_then(|container| container.config).map(|config| config.env.unwrap_or_default());
    Ok(env.map(|env| image::variables(&env)))
}
