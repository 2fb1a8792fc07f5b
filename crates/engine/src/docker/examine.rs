//! What `doctor` says about Docker: the engine, Compose, the machine behind them, base images.

use bollard::models::SystemInfo;
use futures_util::future::join_all;

use super::client::{Client, OBSERVE};
use super::compose::Compose;
use super::endpoint::Endpoint;
use super::ready;
use crate::{EngineError, Finding, FindingState, shell};
use workshop_text::Text;

const GIB: f64 = 1_073_741_824.0;
/// Under this, a database, a cache and a few replicas run out of memory.
const LEAST_GIB: f64 = 2.0;

/// The first nginx whose `server` of an upstream takes `resolve`.
const RESOLVES: (u32, u32, u32) = (1, 27, 3);

/// All findings, the engine's first.
pub(super) async fn findings(
    endpoint: Result<&Endpoint, EngineError>,
    compose: Result<&Compose, EngineError>,
    images: &[String],
) -> Vec<Finding> {
    let client = endpoint.clone().and_then(Client::new);
    let info = match &client {
        Ok(client) => client.call("engine-what-info", OBSERVE, client.docker.info()).await,
        Err(error) => Err(error.clone()),
    };
    let mut all = vec![engine(endpoint.ok(), &info), compose_finding(&compose)];
    if let (Ok(client), Ok(info)) = (&client, &info) {
        all.push(resources(info));
        all.push(storage(info));
        all.extend(join_all(images.iter().map(|name| image(client, name))).await);
    }
    all.extend(the_shell());
    all
}

fn finding(subject: &'static str, state: FindingState, seen: Text) -> Finding {
    Finding { subject: Text::new(subject), state, seen, fix: None }
}

/// What makes the user's own `docker compose` work on something else than this program does.
fn the_shell() -> Option<Finding> {
    let astray = shell::Astray::now()?;
    let finding = finding("engine-doctor-shell", FindingState::Warning, astray.seen());
    Some(Finding { fix: Some(astray.fix()), ..finding })
}

fn engine(endpoint: Option<&Endpoint>, info: &Result<SystemInfo, EngineError>) -> Finding {
    match info {
        Ok(info) => {
            let version = info.server_version.clone().unwrap_or_default();
            let seen = Text::new("engine-doctor-version").with("version", version);
            let seen = match endpoint {
                Some(endpoint) => {
                    seen.with("address", endpoint.address.as_str()).with("rule", endpoint.rule.text())
                }
                None => seen,
            };
            finding("engine-doctor-engine", FindingState::Good, seen)
        }
        Err(error) => Finding {
            fix: Some(Text::new(match error {
                EngineError::PermissionDenied { .. } => "engine-doctor-fix-permission",
                EngineError::Endpoint { .. } => "engine-doctor-fix-endpoint",
                _ => "engine-doctor-fix-engine",
            })),
            ..finding("engine-doctor-engine", FindingState::Bad, error.text())
        },
    }
}

fn compose_finding(compose: &Result<&Compose, EngineError>) -> Finding {
    match compose {
        Ok(compose) => {
            let seen = Text::new("engine-doctor-compose-version")
                .with("program", compose.words.join(" "))
                .with("version", compose.version.as_str());
            let (state, fix) = if compose.is_old() {
                (FindingState::Warning, Some(Text::new("engine-doctor-fix-compose")))
            } else {
                (FindingState::Good, None)
            };
            Finding { fix, ..finding("engine-doctor-compose", state, seen) }
        }
        Err(error) => Finding {
            fix: matches!(error, EngineError::ComposeMissing).then(|| Text::new("engine-doctor-fix-compose")),
            ..finding("engine-doctor-compose", FindingState::Bad, error.text())
        },
    }
}

#[allow(clippy::cast_precision_loss)] // a memory size, shown with one decimal
fn resources(info: &SystemInfo) -> Finding {
    let gib = info.mem_total.unwrap_or_default() as f64 / GIB;
    let seen = Text::new("engine-doctor-resources-seen")
        .with("cpus", info.ncpu.unwrap_or_default())
        .with("memory", format!("{gib:.1}"));
    if gib < LEAST_GIB {
        Finding {
            fix: Some(Text::new("engine-doctor-fix-memory")),
            ..finding("engine-doctor-resources", FindingState::Warning, seen)
        }
    } else {
        finding("engine-doctor-resources", FindingState::Good, seen)
    }
}

/// `vfs` copies every layer whole: it works, slowly, and fills the disk.
fn storage(info: &SystemInfo) -> Finding {
    let driver = info.driver.clone().unwrap_or_default();
    let slow = driver == "vfs";
    let seen = Text::verbatim(driver);
    if slow {
        Finding {
            fix: Some(Text::new("engine-doctor-fix-storage")),
            ..finding("engine-doctor-storage", FindingState::Warning, seen)
        }
    } else {
        finding("engine-doctor-storage", FindingState::Good, seen)
    }
}

/// The version of nginx that an image says to have, where that knows no `resolve` yet: nginx's own
/// images name it in `NGINX_VERSION`.
fn old_nginx(env: &[String]) -> Option<&str> {
    let version = env.iter().find_map(|entry| entry.strip_prefix("NGINX_VERSION="))?;
    let mut numbers = version.split('.').map(str::parse);
    let mut number = || numbers.next()?.ok();
    let known: (u32, u32, u32) = (number()?, number()?, number()?);
    (known < RESOLVES).then_some(version)
}

/// Here, or to be had from its registry; an old one is of no use to a lesson that follows its replicas.
async fn image(client: &Client, name: &str) -> Finding {
    let found = client.find("engine-what-image", OBSERVE, client.docker.inspect_image(name)).await;
    let old = found.as_ref().ok().and_then(|found| {
        let config = found.as_ref()?.config.as_ref()?;
        old_nginx(config.env.as_deref()?)
    });
    let (state, seen, fix) = match found {
        Ok(Some(_)) if let Some(version) = old => (
            FindingState::Warning,
            Text::new("engine-doctor-image-old").with("version", version),
            Some(Text::new("engine-doctor-fix-image-old").with("image", name)),
        ),
        Ok(Some(_)) => (FindingState::Good, Text::new("engine-doctor-image-here"), None),
        Ok(None) => (
            FindingState::Warning,
            match ready::pullable(client, name).await {
                Ok(()) => Text::new("engine-doctor-image-absent"),
                Err(reason) => Text::new("engine-doctor-image-unreachable").with("reason", reason),
            },
            Some(Text::new("engine-doctor-fix-image").with("image", name)),
        ),
        Err(error) => (FindingState::Bad, error.text(), None),
    };
    Finding { subject: Text::new("engine-doctor-image").with("image", name), state, seen, fix }
}

#[cfg(test)]
mod tests {
    use super::old_nginx;

    #[test]
    fn an_nginx_without_resolve_is_old() {
        let old = |version: &str| {
            let env = ["PATH=/bin".to_owned(), format!("NGINX_VERSION={version}")];
            old_nginx(&env).map(str::to_owned)
        };
        for version in ["1.27.2", "1.26.9", "0.99.99", "1.9.15"] {
            assert_eq!(old(version).as_deref(), Some(version));
        }
        for version in ["1.27.3", "1.28.0", "2.0.0", "", "mainline", "1.27"] {
            assert_eq!(old(version), None, "{version}");
        }
        assert_eq!(old_nginx(&["PATH=/bin".to_owned()]), None);
    }
}
