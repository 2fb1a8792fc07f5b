//! The open room: [`Server`] has the door, the disk and who is in.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, oneshot, watch};

use crate::board::Board;
use crate::export;
use crate::hall::{Hall, clock};
use crate::http::{Peer, router};
use crate::keys::{self, Keys};
use crate::place::{Held, Open, reachable};
use crate::state::Room;
use crate::store::{Store, Whole};

/// Connections at once, where the system lets us have as many.
const MOST_CONNECTIONS: u64 = 1500;
/// Files that the program needs beside them.
const OTHER_FILES: u64 = 64;
/// How long a client may take to send a request's head, or none.
const HEAD: Duration = Duration::from_secs(30);
/// The largest head of a request.
const HEAD_BYTES: usize = 16 << 10;

/// Why a room cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum RoomError {
    /// Another program of this user's has one open, there where it could be read.
    #[error("another room is open")]
    Open(Option<SocketAddr>),
    /// The address cannot be listened at, and why.
    #[error("{0}: {1}")]
    Listen(SocketAddr, io::ErrorKind),
    /// The folder of the rooms, or what lies in it.
    #[error("{}: {}", .0.display(), workshop_disk::reason(.1))]
    Disk(PathBuf, io::Error),
    /// The system has no random numbers.
    #[error(transparent)]
    NoRandom(#[from] keys::NoRandom),
}

/// How a room is to be.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What the presenter calls it.
    pub name: String,
    /// Where it listens; none: where the room that is gone on with did.
    pub listen: Option<SocketAddr>,
    /// Where that is taken, any other port of the address is right.
    pub any_port: bool,
    /// The folder of a room to go on with; none: a new one.
    pub resume: Option<PathBuf>,
    /// Names under which a proxy in front is asked for.
    pub hosts: Vec<String>,
}

/// An open room.
pub struct Server {
    hall: Arc<Hall>,
    listener: std::net::TcpListener,
    folder: PathBuf,
    _held: Held,
}

/// What the presenter tells those who come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// What the presenter called the room.
    pub name: String,
    /// Where it listens.
    pub listen: SocketAddr,
    /// For learners, as it is read out: `K7QM-2PXD`.
    pub code: String,
    /// For the presenter's phone.
    pub phone_code: String,
    /// For the presenter's own pages.
    pub key: String,
}

impl Server {
    /// Opens the room that is `wanted` in `rooms`, the folder of this user's rooms.
    ///
    /// # Errors
    /// [`RoomError`].
    pub fn open(rooms: &Path, wanted: &Wanted) -> Result<Self, RoomError> {
        let about = |path: &Path| {
            let path = path.to_owned();
            move |error| RoomError::Disk(path, error)
        };
        let held = Held::take(rooms).map_err(about(rooms))?;
        let held = held.ok_or_else(|| RoomError::Open(crate::open_room(rooms).map(|open| open.listen)))?;
        let before = wanted.resume.as_deref().map(|folder| Whole::read(folder).map_err(about(folder)));
        let before = before.transpose()?;
        let fallback = before.as_ref().map(|whole| whole.listen);
        let listen = wanted.listen.or(fallback).unwrap_or(SocketAddr::from(([127, 0, 0, 1], 0)));
        let listener = bind(listen, wanted.any_port)?;
        let listen = listener.local_addr().map_err(|error| RoomError::Listen(listen, error.kind()))?;
        let whole = match before {
            Some(whole) => Whole::new(whole.seq, whole.keys, listen, whole.room),
            None => Whole::new(0, Keys::random()?, listen, Room::new(&wanted.name, keys::token()?)),
        };
        let folder = wanted.resume.clone().unwrap_or_else(|| rooms.join(&whole.room.id));
        workshop_disk::private_folder(&folder).map_err(about(&folder))?;
        let store = Store::begin(&folder, &whole).map_err(about(&folder))?;
        let hall = Arc::new(Hall::new(whole, wanted.hosts.clone(), store));
        let open = Open { listen, key: hall.keys.owner.clone() };
        held.tell(&open).map_err(about(rooms))?;
        Ok(Self { hall, listener, folder, _held: held })
    }

    /// What to tell those who come.
    pub fn invitation(&self) -> Invitation {
        let keys = &self.hall.keys;
        Invitation {
            name: self.hall.see(|room| room.name.clone()),
            listen: self.hall.listen,
            code: keys::grouped(&keys.learner),
            phone_code: keys::grouped(&keys.phone),
            key: keys.owner.clone(),
        }
    }

    /// The room as it is now, with names.
    pub fn board(&self) -> Board {
        self.hall.see(|room| Board::of(room, clock(), true))
    }

    /// Hears of each change.
    pub fn changes(&self) -> watch::Receiver<()> {
        self.hall.watch(true)
    }

    /// The folder in which all of it is kept.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes the table and the statements into the room's folder; where they lie.
    ///
    /// # Errors
    /// They cannot be written.
    pub fn leave_table(&self) -> io::Result<(PathBuf, PathBuf)> {
        let home = format!("http://{}/", reachable(self.hall.listen));
        let files = self.hall.see(|room| [export::table(room), export::statements(room, &home)]);
        let paths = [self.folder.join("table.csv"), self.folder.join("statements.json")];
        for (path, text) in paths.iter().zip(&files) {
            workshop_disk::write(path, text.as_bytes(), Some(0o600), &self.folder)?;
        }
        let [table, statements] = paths;
        Ok((table, statements))
    }

    /// Answers whoever comes, on a thread of its own: a terminal that takes no more words must not
    /// hold the class up. It ends with what is returned.
    ///
    /// # Errors
    /// The system gives no thread, or nothing to wait with.
    pub fn serve(&self) -> io::Result<Serving> {
        let listener = self.listener.try_clone()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let hall = Arc::clone(&self.hall);
        let (end, ended) = oneshot::channel();
        let thread = std::thread::Builder::new().name("room".to_owned()).spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    _ = ended => {}
                    () = answer(hall, listener) => {}
                }
            });
        })?;
        Ok(Serving { end: Some(end), thread: Some(thread) })
    }
}

/// The door is open until this is dropped.
#[derive(Debug)]
pub struct Serving {
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.end = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn answer(hall: Arc<Hall>, listener: std::net::TcpListener) {
    let Ok(listener) = TcpListener::from_std(listener) else { return };
    let router = router(hall);
    let places = Arc::new(Semaphore::new(most_connections()));
    loop {
        // Who comes when all places are taken waits in the system's own queue.
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let Ok((stream, from)) = listener.accept().await else {
            // Out of files, or gone before it was there.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let service = TowerToHyperService::new(router.clone());
        tokio::spawn(async move {
            talk(stream, from, service).await;
            drop(place);
        });
    }
}

async fn talk(stream: TcpStream, from: SocketAddr, service: TowerToHyperService<axum::Router>) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(Peer(from.ip()));
        service.call(request)
    });
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(HEAD_BYTES);
    // Who goes away in the middle is none of the others' business.
    let _ = server.serve_connection(TokioIo::new(stream), service).await;
}

fn bind(listen: SocketAddr, any_port: bool) -> Result<std::net::TcpListener, RoomError> {
    let bound = match std::net::TcpListener::bind(listen) {
        Err(error) if any_port && error.kind() == io::ErrorKind::AddrInUse => {
            std::net::TcpListener::bind(SocketAddr::new(listen.ip(), 0))
        }
        bound => bound,
    };
    let ready = bound.and_then(|listener| listener.set_nonblocking(true).map(|()| listener));
    ready.map_err(|error| RoomError::Listen(listen, error.kind()))
}

/// As many as the system gives files for, and not more than are meant to be.
fn most_connections() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let wanted = MOST_CONNECTIONS + OTHER_FILES;
    let high = limit.maximum.map_or(wanted, |most| most.min(wanted));
    if limit.current.is_some_and(|now| now < high) {
        let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(high), maximum: limit.maximum });
    }
    let now = getrlimit(Resource::Nofile).current.unwrap_or(wanted);
    usize::try_from(now.saturating_sub(OTHER_FILES).clamp(16, MOST_CONNECTIONS)).unwrap_or(16)
}
