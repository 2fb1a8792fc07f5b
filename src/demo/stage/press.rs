//! What the presenter's keys mean, and when.

use std::time::Duration;

use tokio::time::Instant;
use workshop_room::protocol::Press;

use super::{Halt, Order, Stage};
use crate::demo::bottom::Modal;
use crate::demo::decoder::Key;
use crate::demo::outline::Search;

/// How long a second Ctrl-C may come after the first.
const TWICE: Duration = Duration::from_secs(5);

impl Stage {
    /// The key that a press of the phone stands for now, if any does.
    pub(super) fn meant(&mut self, press: Press) -> Option<Key> {
        let takes_words = matches!(self.bottom.modal, Modal::Guess(_));
        match (press, &self.bottom.modal) {
            // What is typed in a list of steps is the presenter's.
            (_, Modal::Jump(_)) => None,
            (Press::Next, _) if takes_words => Some(Key::Enter),
            (Press::Next, _) => Some(Key::PageDown),
            (Press::Back, Modal::None) => Some(Key::PageUp),
            (Press::Back, _) => None,
            (Press::Pause, Modal::None) => Some(Key::Char('p')),
            (Press::Pause, _) => {
                self.timer.toggle();
                None
            }
        }
    }

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
            // Whatever is pressed takes it away, and nothing else.
            Modal::Quit | Modal::Blank => None,
            Modal::Jump(search) => self.search(search, key),
            Modal::Back(rows) => self.scroll(rows, key),
            Modal::Part(at) => self.turn_part(at, key),
            Modal::Guess(words) => self.type_guess(words, key),
            Modal::None | Modal::Interrupt => self.plain_key(key),
        };
        self.lay();
        self.refresh();
        Ok(order)
    }

    /// Lays over the page what belongs there now.
    pub(super) fn lay(&mut self) {
        match &self.bottom.modal {
            Modal::Jump(search) => {
                let style = self.screen.style();
                let lines = self.bottom.list(search, self.screen.page_rows(), style);
                self.screen.cover(lines.iter().map(|line| line.draw(style.color)).collect());
            }
            Modal::Back(rows) => self.screen.scroll_back(*rows),
            Modal::Part(at) => {
                let page = self.bottom.change.page(*at, self.screen.page_rows(), self.screen.style());
                self.screen.cover(page);
            }
            Modal::Blank => {
                self.screen.cover(Vec::new());
            }
            Modal::None | Modal::Quit | Modal::Interrupt | Modal::Guess(_) => self.screen.uncover(),
        }
    }

    fn search(&mut self, mut search: Search, key: Key) -> Option<Order> {
        let steps = &self.bottom.steps;
        match key {
            Key::Enter => match search.found(steps) {
                Some(step) => return Some(Order::Jump(step)),
                None if search.words.is_empty() => return None,
                None => {}
            },
            Key::Escape => return None,
            Key::Up | Key::PageUp => search.turn(steps, self.bottom.step, false),
            Key::Down | Key::PageDown => search.turn(steps, self.bottom.step, true),
            Key::Erase => search.edit(|words| {
                words.pop();
            }),
            Key::Char(letter) => search.edit(|words| words.push(letter)),
            _ => {}
        }
        self.bottom.modal = Modal::Jump(search);
        None
    }

    /// Through the page that was scrolled back; what is no key for that leads out of it.
    fn scroll(&mut self, rows: usize, key: Key) -> Option<Order> {
        let page = self.screen.page_rows().saturating_sub(2).max(1);
        let rows = match key {
            Key::Up | Key::PageUp => (rows + page).min(self.screen.above()),
            Key::Down | Key::PageDown | Key::Char(' ') => rows.saturating_sub(page),
            _ => 0,
        };
        if rows > 0 {
            self.bottom.modal = Modal::Back(rows);
        }
        None
    }

    /// Through the parts of a change; past the last one, and by any other key, out of it.
    fn turn_part(&mut self, at: usize, key: Key) -> Option<Order> {
        let next = match key.latin() {
            Key::Char(' ' | 'e') | Key::Right | Key::Down | Key::PageDown | Key::Enter => at + 1,
            Key::Left | Key::Up | Key::PageUp => at.saturating_sub(1),
            _ => return None,
        };
        if next < self.bottom.change.len() {
            self.bottom.modal = Modal::Part(next);
        }
        None
    }

    /// What the room says is typed as it is; Enter takes it, Esc or going on passes it by.
    fn type_guess(&mut self, mut words: String, key: Key) -> Option<Order> {
        match key {
            Key::Enter => return Some(Order::Said(Some(words))),
            Key::Escape => return Some(Order::Said(None)),
            // The keys that go on pass it by; no guess begins with a blank.
            Key::Char(' ') | Key::Right | Key::Down | Key::PageDown if words.is_empty() => {
                return Some(Order::Said(Some(words)));
            }
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
                self.bottom.modal = Modal::Jump(Search::default());
                self.say_prompt();
                return None;
            }
            Key::Up if self.screen.is_framed() => return self.scroll(0, key),
            Key::Char('b' | '.') if self.screen.is_framed() => {
                self.bottom.modal = Modal::Blank;
                return None;
            }
            Key::Char('e') if self.screen.is_framed() && self.bottom.change.len() > 0 => {
                self.bottom.modal = Modal::Part(0);
                return None;
            }
            Key::Char('m') => {
                self.by_hand ^= true;
                return None;
            }
            Key::Char('t') => {
                self.holds ^= true;
                return None;
            }
            Key::Char('c') => {
                self.bottom.clean ^= true;
                return None;
            }
            Key::Char(' ' | 'n') | Key::Enter | Key::Right | Key::Down | Key::PageDown => Order::Next,
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
