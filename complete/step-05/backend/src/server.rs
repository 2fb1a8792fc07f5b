//! `contoso-backend serve`: opens the database, listens, and stops cleanly
//! within a second when it is told to ([`main`]).

use std::future::IntoFuture as _;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::api;
use crate::config::{Config, ConfigError};
use crate::db::{Database, OpenError};
use crate::log::Line;

/// How long requests in flight may take once the server is told to stop. With
/// [`CLOSE`] it stays below one second.
const DRAIN: Duration = Duration::from_millis(600);
/// How long closing the database may take.
const CLOSE: Duration = Duration::from_millis(100);

/// Why the server did not start. Each text is one line.
#[derive(Debug, thiserror::Error)]
enum StartError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Database(#[from] OpenError),
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
            eprintln!("contoso-backend: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve() -> Result<(), StartError> {
    let config = Config::from_env()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(run(config));
    // Whatever is still open after the grace period does not hold up the exit.
    runtime.shutdown_background();
    outcome
}

async fn run(config: Config) -> Result<(), StartError> {
    // First of all: as process 1 of a container, a signal without a handler
    // is ignored, also while the database is being opened.
    let mut stop = Stop::new()?;
    let (listener, database) = tokio::select! {
        started = start(&config) => started?,
        _ = stop.signal() => return Ok(()),
    };
    Line::new("info")
        .field("msg", "listening")
        .field("address", listener.local_addr()?)
        .field("database", &config.database)
        .field("replica", &config.replica)
        .print();

    let app = api::router(database.clone(), config.replica.into());
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
    let _ = tokio::time::timeout(CLOSE, database.close()).await;
    Line::new("info").field("msg", "stopped").field("drained", drained).print();
    Ok(())
}

async fn start(config: &Config) -> Result<(TcpListener, Database), StartError> {
    let database = Database::open(&config.database).await?;
    let address = SocketAddr::from((config.host, config.port));
    let listener =
        TcpListener::bind(address).await.map_err(|source| StartError::Listen { address, source })?;
    Ok((listener, database))
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
