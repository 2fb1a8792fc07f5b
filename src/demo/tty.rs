//! The terminal's keyboard while a demo plays: single keys, without an echo, read without waiting.
//! [`Tty`] is a guard: however the demo ends, the terminal is as it was.

use std::collections::VecDeque;
use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rustix::termios::{
    InputModes, LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
};

use super::decoder::{Decoder, Key};

/// How often the keyboard is looked at. A thread that waits for a key would take the first one
/// from the presenter's shell; and what the runtime offers to wait with is not sound.
const LOOK: Duration = Duration::from_millis(15);

/// How the terminal was, for as long as it is not: a panic must find it, whoever has the [`Tty`].
static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);

/// The keyboard.
pub(super) struct Tty {
    decoder: Decoder,
    keys: VecDeque<Key>,
    is_lent: bool,
}

impl Tty {
    /// Takes the keyboard.
    ///
    /// # Errors
    /// Standard input is no terminal.
    pub(super) fn take() -> io::Result<Self> {
        enter()?;
        Ok(Self { decoder: Decoder::default(), keys: VecDeque::new(), is_lent: false })
    }

    /// The next key; `None` when the terminal is gone.
    pub(super) async fn key(&mut self) -> Option<Key> {
        loop {
            if let Some(key) = self.keys.pop_front() {
                return Some(key);
            }
            if self.is_lent {
                tokio::time::sleep(LOOK).await;
                continue;
            }
            // A shell that had stopped us may have changed the terminal: then a read would wait.
            match tcgetattr(io::stdin()) {
                Ok(now) if now.local_modes.contains(LocalModes::ICANON) => enter().ok()?,
                Ok(_) => {}
                Err(_) => return None,
            }
            let mut buffer = [0; 256];
            match rustix::io::read(io::stdin(), &mut buffer) {
                Ok(0) | Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR) => {
                    tokio::time::sleep(LOOK).await;
                }
                Ok(read) => self.keys.extend(self.decoder.keys(&buffer[..read])),
                Err(_) => return None,
            }
        }
    }

    /// Gives the terminal to somebody else, as it was.
    pub(super) fn lend(&mut self) {
        self.is_lent = true;
        restore();
    }

    /// Takes it back; what was typed meanwhile was not for us.
    pub(super) fn take_back(&mut self) {
        self.is_lent = false;
        let _ = enter();
        self.keys.clear();
    }

    /// Stops this program as Ctrl-Z does, until the shell says that it goes on.
    pub(super) fn stop(&self) {
        let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::TSTP);
    }
}

impl Drop for Tty {
    fn drop(&mut self) {
        restore();
    }
}

/// Single keys, no echo; signals are keys, too, for each of them asks first. Output is left as it
/// is: a line feed begins a line.
fn enter() -> io::Result<()> {
    let before = tcgetattr(io::stdin())?;
    let mut keys = before.clone();
    keys.local_modes.remove(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG | LocalModes::IEXTEN);
    keys.input_modes.remove(InputModes::IXON | InputModes::ICRNL);
    // A read never waits.
    keys.special_codes[SpecialCodeIndex::VMIN] = 0;
    keys.special_codes[SpecialCodeIndex::VTIME] = 0;
    tcsetattr(io::stdin(), OptionalActions::Flush, &keys)?;
    BEFORE.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(before);
    Ok(())
}

/// The terminal as it was before; also for a panic. Whether it was ours.
pub(super) fn restore() -> bool {
    let before = BEFORE.lock().unwrap_or_else(PoisonError::into_inner).take();
    before.is_some_and(|before| tcsetattr(io::stdin(), OptionalActions::Flush, &before).is_ok())
}
