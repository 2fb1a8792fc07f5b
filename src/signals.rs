//! What the system says to the program: Ctrl-C, that it is to end, that its terminal is gone or has
//! another size, that it goes on after a stop.

use std::io;

/// What is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// It is to end.
    Terminate,
    /// Its terminal is gone.
    HangUp,
    /// The terminal has another size.
    Resized,
    /// It was stopped and goes on: somebody else had the terminal meanwhile.
    Continued,
}

impl Signal {
    pub(crate) const ALL: [Self; 5] =
        [Self::Terminate, Self::HangUp, Self::Interrupt, Self::Resized, Self::Continued];

    /// The program is to end.
    pub(crate) const fn is_end(self) -> bool {
        matches!(self, Self::Interrupt | Self::Terminate | Self::HangUp)
    }

    fn listen(self) -> io::Result<tokio::signal::unix::Signal> {
        use tokio::signal::unix::{SignalKind, signal};

        signal(match self {
            Self::Interrupt => SignalKind::interrupt(),
            Self::Terminate => SignalKind::terminate(),
            Self::HangUp => SignalKind::hangup(),
            Self::Resized => SignalKind::window_change(),
            Self::Continued => SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()),
        })
    }
}

/// Signals that are listened to, from [`Signals::listen`] on; of the default none is.
#[derive(Default)]
pub(crate) struct Signals {
    heard: Vec<(Signal, tokio::signal::unix::Signal)>,
}

impl Signals {
    /// Listens to `wanted`; of two that wait, the first of them is told first. Within a runtime.
    ///
    /// # Errors
    /// The system does not let one be heard.
    pub(crate) fn listen(wanted: &[Signal]) -> io::Result<Self> {
        let heard = wanted.iter().map(|one| Ok((*one, one.listen()?))).collect::<io::Result<_>>()?;
        Ok(Self { heard })
    }

    /// The next one.
    pub(crate) async fn next(&mut self) -> Signal {
        std::future::poll_fn(|context| {
            let mut heard = self.heard.iter_mut();
            let said = heard.find_map(|(one, heard)| heard.poll_recv(context).is_ready().then_some(*one));
            said.map_or(std::task::Poll::Pending, std::task::Poll::Ready)
        })
        .await
    }

    /// What was said of `signal` until now was for somebody else.
    pub(crate) fn forget(&mut self, signal: Signal) {
        for (_, heard) in self.heard.iter_mut().filter(|(one, _)| *one == signal) {
            if let Ok(fresh) = signal.listen() {
                *heard = fresh;
            }
        }
    }
}

/// Comes back at Ctrl-C.
pub(crate) async fn interrupted() {
    let _ = tokio::signal::ctrl_c().await;
}

/// Comes back when the program is told to end (SIGTERM or SIGHUP).
pub(crate) async fn told_to_end() {
    let wanted = [Signal::Terminate, Signal::HangUp];
    let wanted = if hang_up_is_ignored() { &wanted[..1] } else { &wanted[..] };
    Signals::listen(wanted).unwrap_or_default().next().await;
}

/// Comes back at Ctrl-C, or when the program is told to end.
pub(crate) async fn ended() {
    tokio::select! {
        () = interrupted() => {}
        () = told_to_end() => {}
    }
}

/// Somebody wants it to outlive its terminal (`nohup`). Known where the system says so, and asked
/// once: once we listen it is no longer ignored.
fn hang_up_is_ignored() -> bool {
    static IGNORED: std::sync::LazyLock<bool> = std::sync::LazyLock::new(|| {
        let status = crate::workspace::disk::text(std::path::Path::new("/proc/self/status"), 1 << 20);
        let status = status.unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        mask.is_some_and(|mask| u64::from_str_radix(mask.trim(), 16).is_ok_and(|mask| mask & 1 == 1))
    });
    *IGNORED
}
