//! A [`Link`] to the engine that a test can cut: a socket that passes everything on to the real
//! one, until it is told to break off or to fall silent.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// What happens when the last of the listings that are passed on was asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    /// The socket is gone and every connection is closed.
    Gone,
    /// Connections stay, and nothing comes any more.
    Silent,
}

pub(crate) struct Link {
    _dir: tempfile::TempDir,
    path: PathBuf,
    state: Arc<State>,
}

struct State {
    path: PathBuf,
    real: PathBuf,
    listings: AtomicUsize,
    allowed: usize,
    then: Then,
    open: Mutex<Vec<UnixStream>>,
}

impl State {
    fn is_over(&self) -> bool {
        self.listings.load(Ordering::SeqCst) > self.allowed
    }

    fn end(&self) {
        if self.then == Then::Gone {
            let _ = std::fs::remove_file(&self.path);
            for stream in self.open.lock().expect("not poisoned").drain(..) {
                let _ = stream.shutdown(Shutdown::Both);
            }
        }
    }
}

impl Link {
    /// A link that passes `allowed` listings of containers on and then breaks. `None` where the
    /// real engine is not at a socket.
    pub(crate) fn new(allowed: usize, then: Then) -> Option<Self> {
        let host = std::env::var("DOCKER_HOST").unwrap_or_default();
        let real = if host.is_empty() { "unix:///var/run/docker.sock" } else { &host };
        let real = PathBuf::from(real.strip_prefix("unix://")?);
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("docker.sock");
        let listener = UnixListener::bind(&path).expect("a socket");
        let state = Arc::new(State {
            path: path.clone(),
            real,
            listings: AtomicUsize::new(0),
            allowed,
            then,
            open: Mutex::new(Vec::new()),
        });
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                connect(near, &shared);
            }
        });
        Some(Self { _dir: dir, path, state })
    }

    pub(crate) fn address(&self) -> String {
        format!("unix://{}", self.path.display())
    }

    /// Listings of containers that were asked for so far.
    pub(crate) fn listings(&self) -> usize {
        self.state.listings.load(Ordering::SeqCst)
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        for stream in self.state.open.lock().expect("not poisoned").drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

fn connect(near: UnixStream, state: &Arc<State>) {
    if state.is_over() && state.then == Then::Gone {
        return;
    }
    let Ok(far) = UnixStream::connect(&state.real) else { return };
    let both = [&near, &far].map(|stream| stream.try_clone().expect("a second handle"));
    state.open.lock().expect("not poisoned").extend(both);
    let ends = (near.try_clone().expect("a handle"), far.try_clone().expect("a handle"));
    let (there, back) = (Arc::clone(state), Arc::clone(state));
    std::thread::spawn(move || pass_on(near, far, &there, true));
    std::thread::spawn(move || pass_on(ends.1, ends.0, &back, false));
}

fn pass_on(mut from: UnixStream, mut to: UnixStream, state: &State, asks: bool) {
    let mut buffer = [0; 16 << 10];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        let chunk = &buffer[..length];
        // A request's first line is small, so it is never cut in two.
        if asks && chunk.windows(16).any(|part| part == b"/containers/json") {
            state.listings.fetch_add(1, Ordering::SeqCst);
        }
        if state.is_over() {
            state.end();
            if state.then == Then::Gone {
                return;
            }
            continue;
        }
        if to.write_all(chunk).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}
