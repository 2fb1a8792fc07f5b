//! The front as a process: started with a spec, ended or told to reload by signals, as nginx is.

use std::collections::HashMap;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::conf::refusal::ConfError;
use super::examine;
use super::held;
use super::log::{Logs, reason};
use super::names::names;
use super::serve::connection;
use super::serve::live::{Counters, Live, Shared, StartError};
use super::spec::Spec;
use super::view::View;
use workshop_stack::nginx::Level;

/// How long requests that have begun may take after SIGQUIT.
const GRACE: Duration = Duration::from_secs(60);

/// Why the front does not start.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error("one argument is expected: the path of a spec")]
    Arguments,
    #[error("the spec cannot be read: {0}")]
    Spec(String),
    #[error(transparent)]
    Conf(#[from] ConfError),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error("bind() to {address} failed ({error})")]
    Bind { address: SocketAddr, error: String },
    #[error("the runtime does not start: {0}")]
    Runtime(std::io::Error),
}

/// Reads the spec and serves until a signal says stop.
pub(crate) fn main(arguments: &[OsString]) -> ExitCode {
    let logs = Logs::default();
    let startup = logs.startup();
    let done = spec(arguments).and_then(|spec| serve(spec, logs));
    match done {
        Ok(logs) => {
            logs.logs.flush();
            ExitCode::SUCCESS
        }
        Err(fault) => {
            startup.line(Level::Emerg, None, &fault.to_string());
            startup.flush();
            ExitCode::FAILURE
        }
    }
}

fn spec(arguments: &[OsString]) -> Result<Spec, Fault> {
    let [path] = arguments else { return Err(Fault::Arguments) };
    let text = workshop_disk::bytes(Path::new(path), workshop_disk::LARGEST)
        .map_err(|error| Fault::Spec(error.to_string()))?;
    serde_json::from_slice(&text).map_err(|error| Fault::Spec(error.to_string()))
}

fn serve(spec: Spec, logs: Logs) -> Result<Arc<Shared>, Fault> {
    raise_descriptors();
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Fault::Runtime)?;
    let shared = Arc::new(Shared { names: names(&spec.names), logs, counters: Counters::default() });
    let done = runtime.block_on(async {
        let mut front = Front::start(spec, Arc::clone(&shared)).await?;
        front.run().await;
        Ok(())
    });
    runtime.shutdown_background();
    done.map(|()| shared)
}

/// Ten thousand connections need as many descriptors.
fn raise_descriptors() {
    let mut limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    limit.current = limit.maximum;
    let _ = rustix::process::setrlimit(rustix::process::Resource::Nofile, limit);
}

/// A front at work.
struct Front {
    spec: Spec,
    shared: Arc<Shared>,
    current: watch::Sender<Arc<Live>>,
    listeners: HashMap<(u16, SocketAddr), JoinHandle<()>>,
}

impl Front {
    async fn start(spec: Spec, shared: Arc<Shared>) -> Result<Self, Fault> {
        let live = load(&spec, &shared).await?;
        let mut front =
            Self { spec, shared, current: watch::Sender::new(Arc::clone(&live)), listeners: HashMap::new() };
        front.listen(&live)?;
        live.keep_up();
        if let Some(path) = front.spec.held.clone() {
            tokio::spawn(held::keep(path, front.current.subscribe()));
        }
        live.log(Level::Notice, "start worker processes");
        Ok(front)
    }

    /// Opens what the configuration listens on and is not open yet, then closes what it no longer does.
    fn listen(&mut self, live: &Live) -> Result<(), Fault> {
        let wanted = |port: u16| live.compiled.ports.contains_key(&port);
        let places: Vec<_> = self.spec.listen.iter().filter(|place| wanted(place.port)).copied().collect();
        let mut opened: Vec<((u16, SocketAddr), Option<std::net::IpAddr>, TcpListener)> = Vec::new();
        for place in &places {
            let key = (place.port, place.address);
            if !self.listeners.contains_key(&key) && !opened.iter().any(|(known, ..)| *known == key) {
                opened.push((key, place.gateway, bind(place.address)?));
            }
        }
        self.listeners.retain(|(port, _), task| {
            if !wanted(*port) {
                task.abort();
            }
            wanted(*port)
        });
        for (key, gateway, listener) in opened {
            let task = tokio::spawn(connection::accept(listener, key.0, gateway, self.current.subscribe()));
            self.listeners.insert(key, task);
        }
        Ok(())
    }

    async fn reload(&mut self) {
        let old = Arc::clone(&self.current.borrow());
        old.log(Level::Notice, "reconfiguring");
        let live = match load(&self.spec, &self.shared).await {
            Ok(live) => live,
            Err(fault) => return old.log(Level::Emerg, &fault.to_string()),
        };
        // New listeners take clients for the new configuration only.
        self.current.send_replace(Arc::clone(&live));
        if let Err(fault) = self.listen(&live) {
            self.current.send_replace(old);
            return live.log(Level::Emerg, &fault.to_string());
        }
        live.keep_up();
        old.retire();
    }

    async fn run(&mut self) {
        let Some(mut signals) = Signals::new() else { return };
        let follow = self.spec.follow_stdin;
        let stdin = stdin_ends(follow);
        tokio::pin!(stdin);
        loop {
            tokio::select! {
                _ = signals.reload.recv() => self.reload().await,
                _ = signals.quit.recv() => {
                    self.log("gracefully shutting down");
                    self.listeners.drain().for_each(|(_, task)| task.abort());
                    self.current.borrow().retire();
                    // Fast signals still count while requests end.
                    tokio::select! {
                        () = self.all_done() => {}
                        _ = signals.term.recv() => {}
                        _ = signals.int.recv() => {}
                        () = &mut stdin => {}
                    }
                    break;
                }
                _ = signals.term.recv() => break,
                _ = signals.int.recv() => break,
                () = &mut stdin => break,
            }
        }
        self.log("exiting");
    }

    fn log(&self, message: &str) {
        self.current.borrow().log(Level::Notice, message);
    }

    async fn all_done(&self) {
        let active = || self.shared.counters.active.load(std::sync::atomic::Ordering::Relaxed);
        let done = async {
            while active() > 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let _ = tokio::time::timeout(GRACE, done).await;
    }
}

struct Signals {
    reload: Signal,
    quit: Signal,
    term: Signal,
    int: Signal,
}

impl Signals {
    fn new() -> Option<Self> {
        Some(Self {
            reload: signal(SignalKind::hangup()).ok()?,
            quit: signal(SignalKind::quit()).ok()?,
            term: signal(SignalKind::terminate()).ok()?,
            int: signal(SignalKind::interrupt()).ok()?,
        })
    }
}

/// Resolves when standard input ends; never where it is not followed.
async fn stdin_ends(follow: bool) {
    if !follow {
        return std::future::pending().await;
    }
    let (end, ended) = tokio::sync::oneshot::channel();
    // A thread of its own: a pending read of a terminal must not keep the runtime from ending.
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        let _ = end.send(());
    });
    let _ = ended.await;
}

async fn load(spec: &Spec, shared: &Arc<Shared>) -> Result<Arc<Live>, Fault> {
    let view = View::new(&spec.image, &spec.mounts);
    let (compiled, _) = examine::load(&view)?;
    Ok(Live::start(compiled, view, spec.host, spec.hostname.clone(), Arc::clone(shared)).await?)
}

fn bind(address: SocketAddr) -> Result<TcpListener, Fault> {
    let open = || -> std::io::Result<TcpListener> {
        let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(4096)
    };
    open().map_err(|error| Fault::Bind { address, error: reason(&error) })
}
