//! The terminal as it was: a question hides the cursor and reads keys one by one, and a signal that
//! ends the program there must leave neither behind.

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use ratatui::crossterm::terminal::{disable_raw_mode, enable_raw_mode};

use crate::app::error::exit;
use crate::report::Streams;
use crate::signals::{Signal, Signals};

/// What ends a question.
const WATCHED: [Signal; 3] = [Signal::Terminate, Signal::HangUp, Signal::Interrupt];

/// Whether a question stands on the screen, and whether the program was told to end.
#[derive(Clone, Default)]
pub(crate) struct Terminal {
    asking: Arc<AtomicBool>,
    ended: Arc<AtomicBool>,
    watched: Arc<OnceLock<()>>,
}

/// A question stands on the screen, until this is dropped.
pub(crate) struct Question<'a> {
    terminal: &'a Terminal,
}

impl Drop for Question<'_> {
    fn drop(&mut self) {
        let _ = disable_raw_mode();
        self.terminal.asking.store(false, Ordering::SeqCst);
    }
}

impl Terminal {
    /// `None` where the program was told to end since the last question. With `keys` the answer is
    /// single keys, else a line.
    pub(crate) fn question(&self, keys: bool) -> Option<Question<'_>> {
        self.watch();
        self.asking.store(true, Ordering::SeqCst);
        let question = Question { terminal: self };
        if keys {
            // Where that fails, a key comes with Enter.
            let _ = enable_raw_mode();
        }
        if self.ended.load(Ordering::SeqCst) { None } else { Some(question) }
    }

    /// For where there is no other way to say it: no more questions.
    pub(crate) fn end(&self) {
        self.ended.store(true, Ordering::SeqCst);
    }

    /// From the first question on, a thread of its own hears what ends the program: the one that
    /// asks waits for a key.
    fn watch(&self) {
        self.watched.get_or_init(|| {
            let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
                return;
            };
            let inside = runtime.enter();
            let Ok(mut signals) = Signals::listen(&WATCHED) else { return };
            drop(inside);
            let this = self.clone();
            std::thread::spawn(move || {
                loop {
                    // Ctrl-C at a question is a key; where nothing is asked, it may be meant for another.
                    if runtime.block_on(signals.next()) != Signal::Interrupt {
                        this.end();
                    }
                    // Where nothing is asked the program comes to its end in its own way.
                    if this.asking.load(Ordering::SeqCst) {
                        let _ = disable_raw_mode();
                        let _ = Streams::standard(true).err.write_all(b"\x1b[?25h");
                        std::process::exit(i32::from(exit::INTERRUPTED));
                    }
                }
            });
        });
    }
}
