//! The terminal as it was: a question hides the cursor and reads keys one by one, and a signal that
//! ends the program there must leave neither behind.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

#[cfg(unix)]
use crate::signals::{Signal, Signals};

/// Whether a question stands on the screen, and whether the program was told to end.
#[derive(Clone, Default)]
pub(super) struct Terminal {
    asking: Arc<AtomicBool>,
    ended: Arc<AtomicBool>,
    #[cfg(unix)]
    watched: Arc<std::sync::OnceLock<()>>,
}

/// A question stands on the screen, until this is dropped.
pub(super) struct Question<'a> {
    terminal: &'a Terminal,
    #[cfg(unix)]
    before: Option<rustix::termios::Termios>,
}

impl Drop for Question<'_> {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(before) = &self.before {
            let _ =
                rustix::termios::tcsetattr(std::io::stdin(), rustix::termios::OptionalActions::Drain, before);
        }
        self.terminal.asking.store(false, Ordering::SeqCst);
    }
}

impl Terminal {
    /// `None` where the program was told to end since the last question. With `keys` the answer is
    /// single keys, else a line.
    pub(super) fn question(&self, keys: bool) -> Option<Question<'_>> {
        #[cfg(unix)]
        self.watch();
        self.asking.store(true, Ordering::SeqCst);
        let question = Question {
            terminal: self,
            #[cfg(unix)]
            before: if keys { single_keys() } else { None },
        };
        #[cfg(not(unix))]
        let _ = keys;
        if self.ended.load(Ordering::SeqCst) { None } else { Some(question) }
    }

    /// For where there is no other way to say it: no more questions.
    pub(super) fn end(&self) {
        self.ended.store(true, Ordering::SeqCst);
    }

    /// From the first question on, a thread of its own hears SIGTERM and SIGHUP: the one that asks
    /// waits for a key.
    #[cfg(unix)]
    fn watch(&self) {
        use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

        self.watched.get_or_init(|| {
            let Ok(before) = tcgetattr(std::io::stdin()) else { return };
            let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
                return;
            };
            let listen = async { Signals::listen(&[Signal::Terminate, Signal::HangUp]) };
            let Ok(mut signals) = runtime.block_on(listen) else { return };
            let this = self.clone();
            std::thread::spawn(move || {
                runtime.block_on(signals.next());
                this.end();
                // Where nothing is asked the program comes to its end in its own way.
                if this.asking.load(Ordering::SeqCst) {
                    let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, &before);
                    let _ = console::Term::stderr().show_cursor();
                    std::process::exit(i32::from(super::error::exit::INTERRUPTED));
                }
            });
        });
    }
}

/// Between two keys that it reads, console gives the terminal back: a key that comes just then would
/// be echoed into the menu. So it is given back at the end of the question only; the settings to
/// give back.
#[cfg(unix)]
fn single_keys() -> Option<rustix::termios::Termios> {
    use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

    let before = tcgetattr(std::io::stdin()).ok()?;
    let mut quiet = before.clone();
    quiet.local_modes.remove(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG);
    tcsetattr(std::io::stdin(), OptionalActions::Drain, &quiet).ok()?;
    Some(before)
}
