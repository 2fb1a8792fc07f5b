//! `url-shortener serve`: listens at once, and stops cleanly within a few
//! seconds when it is told to ([`main`]).

use std::future::IntoFuture as _;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::ListenerExt as _;
use tokio::net::{TcpListener, TcpSocket};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

use crate::cache::Cache;
use crate::clicks::{Memory, Writer};
use crate::config::{Config, ConfigError};
use crate::database::Database;
use crate::log::Line;
use crate::shortener::Shortener;
use crate::{api, log};

/// Connections that may wait to be taken.
const BACKLOG: u32 = 4096;
/// How long requests in flight may take once the server is told to stop.
const DRAIN: Duration = Duration::from_secs(2);
/// How long the batch that is being written may take.
const LAST_BATCH: Duration = Duration::from_secs(2);
/// How long closing the database may take.
const CLOSE: Duration = Duration::from_millis(200);

/// Why the server did not start. Each text is one line.
#[derive(Debug, thiserror::Error)]
enum StartError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("cannot listen on {address}: {source}")]
    Listen { address: SocketAddr, source: std::io::Error },
    #[error("REDIS_HOST={host:?} is not usable: {source}")]
    Redis { host: String, source: redis::RedisError },
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

/// A server that is held to its CPU limit does nothing for a while, and connections wait: were there
/// no room for them, each would be tried again a second later.
fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

async fn run(config: Config) -> Result<(), StartError> {
    // First of all: as process 1 of a container, a signal without a handler
    // is ignored.
    let mut stop = Stop::new()?;
    let address = SocketAddr::from((config.host, config.port));
    let listener = listen(address).map_err(|source| StartError::Listen { address, source })?;
    Line::new("info")
        .field("msg", "listening")
        .field("address", listener.local_addr()?)
        .field("replica", &config.replica)
        .print();

    let (shortener, writer) = parts(&config)?;
    let background = keep_going(&writer);
    let app = api::router(&config, shortener);
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
    background.stop().await;
    writer.finish().await;
    let _ = tokio::time::timeout(CLOSE, writer.database.close()).await;
    Line::new("info").field("msg", "stopped").field("drained", drained).print();
    Ok(())
}

fn parts(config: &Config) -> Result<(Shortener, Writer), StartError> {
    let database = Database::new(&config.database);
    let cache = Cache::new(&config.redis)
        .map_err(|source| StartError::Redis { host: config.redis.host.clone(), source })?;
    let memory = Arc::new(Memory::default());
    let shortener = Shortener::new(database.clone(), cache.clone(), Arc::clone(&memory), config.shared_lock);
    Ok((shortener, Writer { memory, cache, database }))
}

/// What goes on beside the requests.
struct Background {
    stop: watch::Sender<bool>,
    writing: JoinHandle<()>,
    connecting: JoinHandle<()>,
    watching: JoinHandle<()>,
}

fn keep_going(writer: &Writer) -> Background {
    let (stop, mut stopped) = watch::channel(false);
    let (cache, running) = (writer.cache.clone(), writer.clone());
    let connecting = tokio::spawn(async move { cache.keep_connected().await });
    let replicas = Arc::clone(&writer.database.replicas);
    let watching = tokio::spawn(async move { replicas.watch().await });
    let writing = tokio::spawn(async move {
        tokio::select! {
            () = running.database.prepare() => {}
            _ = stopped.wait_for(|stop| *stop) => return,
        }
        running.run(stopped).await;
    });
    Background { stop, writing, connecting, watching }
}

impl Background {
    /// Ends it between two batches, not within one.
    async fn stop(self) {
        self.stop.send_replace(true);
        let _ = tokio::time::timeout(LAST_BATCH, self.writing).await;
        self.connecting.abort();
        self.watching.abort();
    }
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
