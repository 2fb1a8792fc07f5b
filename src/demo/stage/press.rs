//! What the presenter's keys mean, and when.

use std::time::Duration;

use tokio::time::Instant;

use super::{Halt, Order, Stage};
use crate::demo::bottom::Modal;
use crate::demo::decoder::Key;

/// How long a second Ctrl-C may come after the first.
const TWICE: Duration = Duration::from_secs(5);

impl Stage {
    /// What a key means now; an order only where one is waited for.
    pub(super) fn key(&mut self, key: Key) -> Result<Option<Order>, Halt> {
        if key == Key::Ctrl('c') {
            if self.interrupted.is_some_and(|before| before.elapsed() < TWICE) {
                return Err(Halt::Interrupted);
            }
            self.interrupted = Some(Instant::now());
            self.bottom.modal = Modal::Interrupt;
            self.say_prompt();
            return Ok(None);
        }
        self.interrupted = None;
        let order = match std::mem::take(&mut self.bottom.modal) {
            Modal::Quit if key.latin() == Key::Char('y') => return Err(Halt::Quit),
            Modal::Quit => None,
            Modal::Jump(words) => self.search(words, key),
            Modal::Guess(words) => self.type_guess(words, key),
            Modal::None | Modal::Interrupt => self.plain_key(key),
        };
        self.refresh();
        Ok(order)
    }

    fn search(&mut self, mut words: String, key: Key) -> Option<Order> {
        match key {
            Key::Enter => match self.bottom.found(&words) {
                Some(step) => return Some(Order::Jump(step)),
                None if words.is_empty() => return None,
                None => {}
            },
            Key::Escape => return None,
            Key::Erase => {
                words.pop();
            }
            Key::Char(letter) => words.push(letter),
            _ => {}
        }
        self.bottom.modal = Modal::Jump(words);
        None
    }

    /// What the room says is typed as it is; Enter takes it, Esc passes it by.
    fn type_guess(&mut self, mut words: String, key: Key) -> Option<Order> {
        match key {
            Key::Enter => return Some(Order::Said(words)),
            Key::Escape => return Some(Order::Said(String::new())),
            Key::Erase => {
                words.pop();
            }
            Key::Char(letter) => words.push(letter),
            _ => {}
        }
        self.bottom.modal = Modal::Guess(words);
        None
    }

    fn plain_key(&mut self, key: Key) -> Option<Order> {
        let waits = self.bottom.prompt.is_some();
        let order = match key.latin() {
            Key::Ctrl('z') => {
                self.screen.leave();
                self.tty.lend();
                self.stopped = true;
                self.tty.stop();
                return None;
            }
            Key::Char('+' | '=') => {
                self.pace = self.pace.faster();
                return None;
            }
            Key::Char('-' | '_') => {
                self.pace = self.pace.slower();
                return None;
            }
            Key::Char('p') => {
                self.timer.toggle();
                return waits.then_some(Order::Paused);
            }
            Key::Char('q') => {
                self.bottom.modal = Modal::Quit;
                self.say_prompt();
                return None;
            }
            Key::Char('s') | Key::Tab if !waits => {
                self.hurry = true;
                return None;
            }
            Key::Char('g' | '/') if waits => {
                self.bottom.modal = Modal::Jump(String::new());
                self.say_prompt();
                return None;
            }
            Key::Char(' ' | 'n') | Key::Enter | Key::Right | Key::PageDown => Order::Next,
            Key::Left | Key::PageUp => Order::Back,
            Key::Char('r') => Order::Again,
            Key::Char('a') => Order::Restore,
            Key::Char('k') => Order::Keep,
            Key::Char('!' | 'd') => Order::Detour,
            Key::Char('?' | 'h') => Order::Help,
            _ => return None,
        };
        // Whoever presses on while something is coming wants to have it at once.
        self.hurry |= !waits && order == Order::Next;
        Some(order).filter(|_| waits && !self.timer.is_paused())
    }
}
