//! A configuration at work: [`Live`], what it is compiled to, with the logs, the names and the counters that its
//! requests share. A reload makes another one; this one then serves what it has begun.

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::sync::watch;

use crate::compiled::{Compiled, LocationConf, Op};
use crate::log::{ErrorLog, ErrorLogSpec, Logs};
use crate::names::{LookupError, Names};
use crate::out::Sink;
use crate::upstream::HostNotFound;
use crate::view::View;
use workshop_stack::nginx::Level;

/// What `stub_status` tells.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub accepted: AtomicU64,
    pub requests: AtomicU64,
    pub active: AtomicU64,
    pub reading: AtomicU64,
    pub writing: AtomicU64,
    pub connections: AtomicU64,
}

impl Counters {
    pub(crate) fn add(counter: &AtomicU64) -> u64 {
        counter.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(crate) fn take(counter: &AtomicU64) {
        counter.fetch_sub(1, Ordering::Relaxed);
    }

    /// The page.
    pub(crate) fn page(&self) -> String {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let (active, reading, writing) = (get(&self.active), get(&self.reading), get(&self.writing));
        let (accepted, requests) = (get(&self.accepted), get(&self.requests));
        let waiting = active.saturating_sub(reading + writing);
        format!(
            "Active connections: {active} \nserver accepts handled requests\n {accepted} {accepted} {requests} \n\
             Reading: {reading} Writing: {writing} Waiting: {waiting} \n"
        )
    }
}

/// What stays the same over reloads.
pub(crate) struct Shared {
    pub names: Box<dyn Names>,
    pub logs: Logs,
    pub counters: Counters,
}

/// The addresses of a name, and since when they are known.
type Found = (Instant, Vec<SocketAddr>);

/// A compiled configuration at work.
pub(crate) struct Live {
    pub compiled: Compiled,
    pub view: View,
    pub host: IpAddr,
    pub hostname: String,
    /// Since when, in milliseconds since 1970.
    pub since: u64,
    pub shared: Arc<Shared>,
    sinks: HashMap<Arc<str>, Option<Sink>>,
    /// Names that requests made, while an answer counts.
    looked_up: Mutex<HashMap<(String, u16), Found>>,
    main_log: ErrorLog,
    /// Nobody is served: questions are answered.
    pub only_asked: bool,
    /// Becomes true when another configuration has taken over, or the end has come.
    pub retired: watch::Sender<bool>,
}

/// Why a configuration cannot go to work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    #[error(transparent)]
    HostNotFound(#[from] HostNotFound),
    #[error("open() \"{path}\" failed ({error})")]
    Log { path: String, error: std::io::Error },
}

impl Live {
    /// Opens the logs and looks up every name.
    pub(crate) async fn start(
        compiled: Compiled,
        view: View,
        host: IpAddr,
        hostname: String,
        shared: Arc<Shared>,
    ) -> Result<Arc<Self>, StartError> {
        for group in compiled.groups.values() {
            if let Err(unknown) = group.resolve_all(&*shared.names).await {
                if let LookupError::Failed(cause) = &unknown.cause {
                    // nginx's line does not tell a DNS that is down from a name that it does not know.
                    let message =
                        format!("{} could not be resolved ({}: {cause})", unknown.host, unknown.cause);
                    shared.logs.startup().line(Level::Error, None, &message);
                }
                return Err(unknown.into());
            }
        }
        let mut sinks = HashMap::new();
        for path in log_paths(&compiled) {
            let sink = shared.logs.sink(&path, &view);
            let sink = sink.map_err(|error| StartError::Log { path: path.to_string(), error })?;
            sinks.insert(path, sink);
        }
        let main_log = shared.logs.error_log(&compiled.error_log, &view);
        let main_log = main_log.unwrap_or_else(|_| shared.logs.startup());
        compiled.warnings.iter().for_each(|warning| main_log.line(Level::Warn, None, warning));
        let retired = watch::Sender::new(false);
        Ok(Arc::new(Self {
            compiled,
            view,
            host,
            hostname,
            since: since_epoch(),
            shared,
            sinks,
            looked_up: Mutex::default(),
            main_log,
            only_asked: false,
            retired,
        }))
    }

    /// One that answers questions: nothing is opened, nobody is looked up.
    pub(crate) fn for_questions(compiled: Compiled, view: View, shared: Arc<Shared>) -> Arc<Self> {
        Arc::new(Self {
            compiled,
            view,
            host: IpAddr::from([127, 0, 0, 1]),
            hostname: "nginx".to_owned(),
            since: since_epoch(),
            shared,
            sinks: HashMap::new(),
            looked_up: Mutex::default(),
            main_log: ErrorLog::nowhere(),
            only_asked: true,
            retired: watch::Sender::new(false),
        })
    }

    /// The access log at a path.
    pub(crate) fn sink(&self, path: &Arc<str>) -> Option<&Sink> {
        self.sinks.get(path)?.as_ref()
    }

    pub(crate) fn error_log(&self, spec: &ErrorLogSpec) -> ErrorLog {
        if self.only_asked {
            return ErrorLog::nowhere();
        }
        self.shared.logs.error_log(spec, &self.view).unwrap_or_else(|_| self.main_log.clone())
    }

    /// The addresses of a name that a request made, from an answer not older than `valid`.
    pub(crate) async fn lookup(
        &self,
        host: &str,
        port: u16,
        valid: Duration,
    ) -> Result<Vec<SocketAddr>, LookupError> {
        /// Names may come from a client: this many are remembered.
        const MOST: usize = 1024;
        let key = (host.to_owned(), port);
        let known = || self.looked_up.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, addresses)) = known().get(&key)
            && at.elapsed() < valid
        {
            return Ok(addresses.clone());
        }
        let addresses = self.shared.names.lookup(host, port).await?;
        let mut known = known();
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(key, (Instant::now(), addresses.clone()));
        Ok(addresses)
    }

    /// The names that requests made, with what was found for them last.
    pub(crate) fn looked_up_names(&self) -> BTreeMap<(String, u16), Vec<SocketAddr>> {
        let known = self.looked_up.lock().unwrap_or_else(PoisonError::into_inner);
        known.iter().map(|(name, (_, addresses))| (name.clone(), addresses.clone())).collect()
    }

    /// Keeps names with `resolve` and idle connections up to date until it is retired.
    pub(crate) fn keep_up(self: &Arc<Self>) {
        for group in self.compiled.groups.values().filter(|group| group.follows_names()) {
            let (live, mut retired, group) = (Arc::clone(self), self.retired.subscribe(), Arc::clone(group));
            tokio::spawn(async move {
                tokio::select! {
                    () = group.follow(&*live.shared.names, &live.main_log) => {}
                    _ = retired.wait_for(|retired| *retired) => {}
                }
            });
        }
        let (live, mut retired) = (Arc::clone(self), self.retired.subscribe());
        tokio::spawn(async move {
            let sweep = async {
                loop {
                    tokio::time::sleep(Duration::from_secs(5)).await;
                    live.compiled.groups.values().for_each(|group| group.sweep());
                }
            };
            tokio::select! {
                () = sweep => {}
                _ = retired.wait_for(|retired| *retired) => {}
            }
            live.compiled.groups.values().for_each(|group| group.close_idle());
        });
    }

    /// Another configuration has taken over: what is idle is closed, what has begun ends well.
    pub(crate) fn retire(&self) {
        self.retired.send_replace(true);
    }

    pub(crate) fn log(&self, level: Level, message: &str) {
        self.main_log.line(level, None, message);
    }
}

fn since_epoch() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

fn log_paths(compiled: &Compiled) -> Vec<Arc<str>> {
    fn of(conf: &LocationConf, paths: &mut Vec<Arc<str>>) {
        paths.extend(conf.access_logs.iter().map(|log| Arc::clone(&log.path)));
        of_ops(&conf.rewrite, paths);
    }
    fn of_ops(ops: &[Op], paths: &mut Vec<Arc<str>>) {
        for op in ops {
            if let Op::If { then, conf, .. } = op {
                conf.iter().for_each(|conf| of(conf, paths));
                of_ops(then, paths);
            }
        }
    }
    let mut paths = Vec::new();
    for server in &compiled.servers {
        of(&server.conf, &mut paths);
        let mut rest: Vec<_> = server.locations.iter().chain(server.named.values()).collect();
        while let Some(location) = rest.pop() {
            of(&location.conf, &mut paths);
            rest.extend(&location.inner);
        }
    }
    paths
}
