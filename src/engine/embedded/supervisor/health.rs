//! Health checks: one task a running replica, by Docker's rules. Until the first success it asks
//! more often than the file says, so that a learner need not wait an interval for a ready replica.

use std::process::ExitStatus;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{Supervisor, environment, process};
use crate::engine::embedded::programs::Kind;
use crate::engine::embedded::wire::{Health, HealthState, HealthTest, State};

/// Between two checks of a replica that has not been healthy yet.
const EAGER: Duration = Duration::from_millis(100);
/// Not before a process has had the time to begin.
const FIRST: Duration = Duration::from_millis(30);

/// Asks until the process that started at `started` is gone.
pub async fn watch(supervisor: Arc<Supervisor>, id: String, started: u64, check: Health) {
    let begun = Instant::now();
    let (mut failures, mut was_healthy) = (0, false);
    tokio::time::sleep(FIRST).await;
    loop {
        let good = tokio::time::timeout(check.timeout, probe(&supervisor, &id, &check.test)).await;
        let good = good.unwrap_or(false);
        failures = if good { 0 } else { failures + 1 };
        was_healthy |= good;
        let eager = !was_healthy && begun.elapsed() < check.start_period.max(check.interval);
        let health = match good {
            true => HealthState::Healthy,
            // A failure counts once it has been healthy, or its time to start is over.
            false if eager => HealthState::Starting,
            false if failures >= check.retries.max(1) => HealthState::Unhealthy,
            false if was_healthy => HealthState::Healthy,
            false => HealthState::Starting,
        };
        if eager {
            failures = 0;
        }
        if !set(&supervisor, &id, started, health) {
            return;
        }
        tokio::time::sleep(if eager { EAGER } else { check.interval }).await;
    }
}

/// False when it is another process by now, or none.
fn set(supervisor: &Supervisor, id: &str, started: u64, health: HealthState) -> bool {
    let differs = {
        let mut state = supervisor.state();
        let Some(view) = state.view(id) else { return false };
        if view.state != State::Running || view.started != Some(started) {
            return false;
        }
        std::mem::replace(&mut view.health, health) != health
    };
    if differs {
        supervisor.touch();
    }
    true
}

async fn probe(supervisor: &Supervisor, id: &str, test: &HealthTest) -> bool {
    match test {
        HealthTest::Never => false,
        HealthTest::Program(arguments) => {
            let Some(mut command) = command(supervisor, id, arguments) else { return false };
            command.status().await.is_ok_and(|status: ExitStatus| status.success())
        }
        HealthTest::Http { port, path } => {
            let address = {
                let state = supervisor.state();
                state.replicas.get(id).and_then(|replica| replica.address.ports.get(port).copied())
            };
            match address {
                Some(address) => answers(address, path).await.unwrap_or(false),
                None => false,
            }
        }
    }
}

fn command(supervisor: &Supervisor, id: &str, arguments: &[String]) -> Option<tokio::process::Command> {
    let root = supervisor.place.replica(id).join("root");
    let state = supervisor.state();
    let replica = state.replicas.get(id)?;
    let mut command = process::program_command(&replica.spec, arguments);
    let env = match &process::program(&replica.spec).kind {
        Kind::Plain(plain) => {
            environment::of(plain, &replica.spec, &replica.view, &replica.address, &root).ok()?
        }
        Kind::Front => replica.spec.env.clone(),
    };
    command.env_clear().envs(env).current_dir(root);
    Some(command)
}

/// Whether a GET is answered with a status below 400.
async fn answers(address: std::net::SocketAddr, path: &str) -> std::io::Result<bool> {
    let mut stream = tokio::net::TcpStream::connect(address).await?;
    let request = format!("GET {path} HTTP/1.0\r\nHost: localhost\r\nUser-Agent: health\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut head = [0; 12];
    stream.read_exact(&mut head).await?;
    let status = str::from_utf8(&head[9..]).ok().and_then(|status| status.parse::<u16>().ok());
    Ok(head.starts_with(b"HTTP/1.") && status.is_some_and(|status| status < 400))
}
