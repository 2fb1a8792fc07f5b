//! Whether the base images of a lesson are to be had: each is on this machine or can be pulled. The engine itself asks the registry, so its proxies count.

use std::time::{Duration, Instant};

use bollard::errors::Error;
use futures_util::future::join_all;

use super::client::{Client, OBSERVE, shortened};
use crate::EngineError;
use workshop_text::Text;

/// How long all registries together may take to answer.
const REGISTRIES: Duration = Duration::from_secs(5);

/// Whether every image is here, or its registry would give it.
///
/// # Errors
/// [`EngineError::ImagesMissing`], with all that cannot be had.
pub(super) async fn can_all_be_had(client: &Client, images: &[String]) -> Result<(), EngineError> {
    let deadline = Instant::now() + REGISTRIES;
    let asked = join_all(images.iter().map(|name| can_be_had(client, name, deadline))).await;
    let missing: Vec<(&String, Text)> =
        images.iter().zip(asked).filter_map(|(name, had)| Some((name, had.err()?))).collect();
    match missing.first() {
        None => Ok(()),
        Some((_, reason)) => Err(EngineError::ImagesMissing {
            reason: reason.clone(),
            images: missing.iter().map(|(name, _)| (*name).clone()).collect(),
        }),
    }
}

/// Whether an image is here, or its registry would give it; else the reason.
async fn can_be_had(client: &Client, name: &str, deadline: Instant) -> Result<(), Text> {
    let here = client.find("engine-what-image", OBSERVE, client.docker.inspect_image(name)).await;
    if matches!(here, Ok(Some(_))) { Ok(()) } else { can_be_pulled(client, name, deadline).await }
}

/// [`can_be_pulled`] with the usual limit.
pub(super) async fn pullable(client: &Client, name: &str) -> Result<(), Text> {
    can_be_pulled(client, name, Instant::now() + REGISTRIES).await
}

/// Whether the registry of an image would give it; else the reason.
async fn can_be_pulled(client: &Client, name: &str, deadline: Instant) -> Result<(), Text> {
    let left = deadline.saturating_duration_since(Instant::now());
    let asked = tokio::time::timeout(left, client.docker.inspect_registry_image(name, None)).await;
    match asked {
        Err(_) => Err(Text::new("engine-reason-registry-slow").with("seconds", REGISTRIES.as_secs())),
        Ok(answer) => answer.map(|_| ()).or_else(|error| refused(&error)),
    }
}

fn refused(error: &Error) -> Result<(), Text> {
    let Error::DockerResponseServerError { status_code, message } = error else {
        return Err(Text::new("engine-reason-registry"));
    };
    match status_code {
        // It is in reach and wants a login. Compose knows the one that `docker login` kept.
        401 | 403 => Ok(()),
        // An engine that cannot be asked this (Podman) may still pull.
        404 | 501 if message.contains("not supported") => Ok(()),
        404 => Err(Text::new("engine-reason-no-image")),
        500.. => Err(Text::new("engine-reason-registry")),
        _ => Err(Text::verbatim(shortened(message))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registry_that_wants_a_login_is_in_reach_and_one_that_has_nothing_is_not() {
        let answer = |status_code, message: &str| {
            let error = Error::DockerResponseServerError { status_code, message: message.to_owned() };
            refused(&error).map_err(|reason| reason.key)
        };
        assert_eq!(answer(401, "authentication required"), Ok(()));
        assert_eq!(answer(404, "Path /distribution is not supported"), Ok(()));
        assert_eq!(answer(404, "manifest unknown"), Err("engine-reason-no-image"));
        assert_eq!(answer(500, "dial tcp: no such host"), Err("engine-reason-registry"));
        assert_eq!(answer(429, "toomanyrequests"), Err("verbatim"));
    }
}
