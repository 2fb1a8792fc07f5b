//! `url-shortener serve`: listens at once, and stops cleanly within a few
//! seconds when it is told to ([`main`]).

use std::future::IntoFuture as _;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use crate::config::{Config, ConfigError};
use crate::log::Line;
use crate::{api, log};

/// How long requests in flight may take once the server is told to stop.
const DRAIN: Duration = Duration::from_secs(2);

/// Why the server did not start. Each text is one line.
#[derive(Debug, thiserror::Error)]
enum StartError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("cannot listen on {address}: {source}")]
    Listen { address: SocketAddr, source: std::io::Error },
    #[error("cannot start: {0}")]
    System(#[from] std::io::Error),
}

/// Serves until a signal says stop. Exits 0 after a clean stop, 1 when the
/// server cannot start, with one line on standard error that says why.
pub fn main() -> ExitCode {
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("url-shortener: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve() -> Result<(), StartError> {
    let config = Config::from_env()?;
    let runtime = runtime()?;
    let outcome = runtime.block_on(run(config));
    // Whatever is still open after the grace period does not hold up the exit.
    runtime.shutdown_background();
    log::flush();
    outcome
}

/// As many threads as there are CPUs to use, which a container's limit lowers:
/// with less than two of them, threads would only wait for one another.
fn runtime() -> std::io::Result<Runtime> {
    let cpus = std::thread::available_parallelism().map_or(1, usize::from);
    let mut builder = if cpus == 1 { Builder::new_current_thread() } else { Builder::new_multi_thread() };
    builder.worker_threads(cpus).enable_all().build()
}

async fn run(config: Config) -> Result<(), StartError> {
    // First of all: as process 1 of a container, a signal without a handler
    // is ignored.
    let mut stop = Stop::new()?;
    let address = SocketAddr::from((config.host, config.port));
    let listener =
        TcpListener::bind(address).await.map_err(|source| StartError::Listen { address, source })?;
    Line::new("info")
        .field("msg", "listening")
        .field("address", listener.local_addr()?)
        .field("replica", &config.replica)
        .print();

    let app = api::router(&config);
    let (told, mut stopping) = oneshot::channel();
    let server = axum::serve(listener.tap_io(|tcp| drop(tcp.set_nodelay(true))), app).with_graceful_shutdown(
        async move {
            let signal = stop.signal().await;
            Line::new("info").field("msg", "stopping").field("signal", signal).print();
            let _ = told.send(());
        },
    );
    let drained = tokio::select! {
        result = server.into_future() => result.map(|()| true)?,
        () = async { let _ = (&mut stopping).await; tokio::time::sleep(DRAIN).await } => false,
    };
    Line::new("info").field("msg", "stopped").field("drained", drained).print();
    Ok(())
}

/// The signals that mean stop: SIGTERM from Docker, SIGINT from a keyboard.
#[cfg(unix)]
struct Stop {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Stop {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Waits for a signal and names it.
    async fn signal(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}

/// Elsewhere there is Ctrl-C alone.
#[cfg(not(unix))]
struct Stop;

#[cfg(not(unix))]
impl Stop {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn signal(&mut self) -> &'static str {
        let _ = tokio::signal::ctrl_c().await;
        "Ctrl-C"
    }
}
