//! What each key does. A letter means the same with a Korean keyboard: the jamo on the same key is
//! taken for it.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tokio::time::Instant;

use crate::app::ask::Reply;
use crate::app::error::{AppError, exit};
use crate::commands::screen::work::Job;
use crate::commands::screen::{AGAIN, Screen, Sure, lost};
use crate::event::{Event, Tone};
use crate::hangul;
use crate::lesson::markdown::Block;
use crate::report::tui::{Asked, Focus, Layer, Likeliest, likeliest, matching};
use crate::text::{Lang, Text};

/// No answer in words is longer, in bytes.
const LONGEST_ANSWER: usize = 1000;

/// More than this is not asked of a laptop by a slip of the finger.
const MOST_REPLICAS: usize = 20;

impl Screen {
    pub(crate) fn key(&mut self, key: KeyEvent) -> Result<(), AppError> {
        if key.modifiers.contains(KeyModifiers::CONTROL) {
            return match latin(key.code) {
                KeyCode::Char('c') => {
                    self.interrupt();
                    Ok(())
                }
                KeyCode::Char('z') => self.suspend(),
                KeyCode::Char('l') => self.canvas.forget().map_err(lost),
                _ => Ok(()),
            };
        }
        self.state.note = None;
        // Esc and a key right behind it look like Alt and that key.
        if key.modifiers.contains(KeyModifiers::ALT) {
            self.press(KeyCode::Esc);
        }
        self.press(key.code);
        Ok(())
    }

    fn press(&mut self, code: KeyCode) {
        match self.state.layer.take() {
            None => self.at_step(latin(code)),
            Some(Layer::Intro { title, blocks }) => self.at_opening(title, blocks, latin(code)),
            Some(layer) => self.in_front(layer, code),
        }
        if self.state.layer.is_none() {
            self.state.layer = self.state.behind.take();
        }
    }

    /// The lesson's opening: Enter begins, and what else is asked for comes back to it.
    fn at_opening(&mut self, title: String, blocks: Vec<Block>, code: KeyCode) {
        if code == KeyCode::Enter {
            return;
        }
        let opening = Layer::Intro { title, blocks };
        match code {
            KeyCode::Char('?') | KeyCode::F(1) => self.front(Layer::Help),
            KeyCode::Char('q') => self.sure(Sure::Quit),
            _ => {
                self.state.layer = Some(opening);
                return self.scroll_layer(code);
            }
        }
        self.state.behind = Some(opening);
    }

    /// Once it stops what runs, or asks; twice it quits.
    fn interrupt(&mut self) {
        if self.interrupted.is_some_and(|before| before.elapsed() < AGAIN) {
            self.cancel();
            self.over = Some(exit::INTERRUPTED);
            return;
        }
        self.interrupted = Some(Instant::now());
        if self.stop.is_some() {
            self.cancel();
        }
        self.note(Tone::Warning, Text::new("screen-again"));
    }

    /// As any program: the shell is in front until `fg`.
    fn suspend(&mut self) -> Result<(), AppError> {
        self.canvas.pause();
        let _ = rustix::process::kill_current_process_group(rustix::process::Signal::TSTP);
        self.canvas.resume().map_err(lost)
    }

    fn at_step(&mut self, code: KeyCode) {
        if self.moves(code) {
            return;
        }
        match code {
            KeyCode::Enter => self.likeliest(),
            KeyCode::Esc if self.stop.is_none() => self.state.zoom = false,
            KeyCode::Esc => self.cancel(),
            KeyCode::Char('z') => self.state.zoom = !self.state.zoom,
            KeyCode::Tab => self.turn(1),
            KeyCode::BackTab => self.turn(2),
            KeyCode::Char('c') => self.run(Job::Check),
            KeyCode::Char('a') => self.run(Job::Apply),
            KeyCode::Char('h') => self.run(Job::Hint),
            KeyCode::Char('d') => self.run(Job::Diff),
            KeyCode::Char('p') => self.run(Job::Prompt),
            KeyCode::Char('y') => self.run(Job::Answer),
            KeyCode::Char('n') => self.run(Job::Next { skip: false }),
            KeyCode::Char('b') => self.back(),
            KeyCode::Char('g' | '/') => {
                let steps =
                    self.state.here.as_ref().map(|here| here.status.steps.as_slice()).unwrap_or_default();
                let chosen = steps.iter().position(|step| step.current).unwrap_or(0);
                self.front(Layer::Steps { filter: String::new(), chosen });
            }
            KeyCode::Char('l') => self.front(Layer::Logs),
            KeyCode::Char('s') => self.scale(0),
            KeyCode::Char('+' | '=') => self.scale(1),
            KeyCode::Char('-') => self.scale(-1),
            KeyCode::Char('o') => self.run(Job::Page),
            KeyCode::Char('u') => self.sure(Sure::Undo),
            KeyCode::Char('r') => self.run(Job::Reset),
            KeyCode::Char('e') => {
                let other = if self.state.lang == Lang::Ko { Lang::En } else { Lang::Ko };
                self.run(Job::Language(other));
            }
            KeyCode::Char('?') | KeyCode::F(1) => self.front(Layer::Help),
            KeyCode::Char('q') => self.sure(Sure::Quit),
            _ => {}
        }
    }

    fn likeliest(&mut self) {
        match likeliest(&self.state) {
            Some(Likeliest::Next) => self.run(Job::Next { skip: false }),
            Some(Likeliest::Predict | Likeliest::Answer | Likeliest::Confirm) => self.run(Job::Answer),
            Some(Likeliest::Apply) => self.run(Job::Apply),
            Some(Likeliest::Check) => self.run(Job::Check),
            None => {}
        }
    }

    fn turn(&mut self, by: usize) {
        let all = [Focus::Text, Focus::Checks, Focus::Stack];
        self.state.focus = all[(self.state.focus as usize + by) % all.len()];
    }

    fn back(&mut self) {
        let Some(here) = &self.state.here else { return };
        match here.step.number.checked_sub(2).and_then(|at| here.status.steps.get(at)) {
            Some(step) => {
                let id = step.id.clone();
                self.run(Job::Goto(id));
            }
            None => self.note(Tone::Info, Text::new("screen-at-first")),
        }
    }

    /// Scrolls the part that the keys are for; false where the key does not move.
    fn moves(&mut self, code: KeyCode) -> bool {
        let most = match self.state.focus {
            Focus::Text => self.reach.text,
            Focus::Checks => self.reach.checks,
            Focus::Stack => self.reach.stack,
        };
        let at = self.state.scroll[self.state.focus as usize].min(most);
        let Some(to) = moved(code, at, most, self.reach.page) else { return false };
        self.state.scroll[self.state.focus as usize] = to;
        true
    }

    /// Asks how many replicas; `by` more than now to begin with.
    fn scale(&mut self, by: isize) {
        let Some((service, now)) = self.scalable() else {
            return self.note(Tone::Info, Text::new("screen-scale-nothing"));
        };
        let wanted = now.saturating_add_signed(by).clamp(1, MOST_REPLICAS).to_string();
        self.front(Layer::Scale { service, now, wanted: if by == 0 { String::new() } else { wanted } });
    }

    /// The service that is scaled: not the one that publishes a port, for which there is one door.
    fn scalable(&self) -> Option<(String, usize)> {
        let Some(Ok(rows)) = &self.state.stack else { return None };
        let inner = rows.iter().find(|row| {
            !rows.iter().any(|other| other.service == row.service && !other.published.is_empty())
        });
        let service = inner?.service.clone();
        let now = rows.iter().filter(|row| row.service == service).count();
        Some((service, now))
    }

    /// A key while something stands in front. The layer is put back where it stays.
    fn in_front(&mut self, layer: Layer, code: KeyCode) {
        match layer {
            Layer::Asked(asked) => self.answer(asked, code),
            Layer::Sure(text) => self.be_sure(text, code),
            Layer::Steps { filter, chosen } => self.search(filter, chosen, code),
            Layer::Scale { service, now, wanted } => self.how_many(service, now, wanted, code),
            Layer::Logs => self.in_logs(code),
            layer => self.read(layer, code),
        }
    }

    /// A text to read: it is scrolled, and any key that closes it closes it.
    fn read(&mut self, layer: Layer, code: KeyCode) {
        let is_diff = matches!(layer, Layer::Diff(_));
        let code = latin(code);
        match code {
            KeyCode::Esc | KeyCode::Enter | KeyCode::Char('q' | '?') => return,
            KeyCode::Char('a') if is_diff => return self.run(Job::Apply),
            _ => {}
        }
        self.state.layer = Some(layer);
        self.scroll_layer(code);
    }

    fn scroll_layer(&mut self, code: KeyCode) {
        let at = self.state.layer_scroll.min(self.reach.layer);
        if let Some(to) = moved(code, at, self.reach.layer, self.reach.page) {
            self.state.layer_scroll = to;
        }
    }

    fn reply(&mut self, reply: Reply) {
        // What was said for the answer's sake was read.
        self.state.told.retain(|event| !matches!(event, Event::Notice(_) | Event::Diff(_)));
        if let Some(answer) = self.reply.take() {
            let _ = answer.send(reply);
        }
    }

    fn answer(&mut self, mut asked: Asked, code: KeyCode) {
        let count = asked.items.len();
        if let Some(mut words) = asked.typed.take() {
            match code {
                KeyCode::Enter => return self.reply(Reply::Said(words)),
                KeyCode::Esc => return self.reply(Reply::No),
                KeyCode::Backspace => drop(words.pop()),
                KeyCode::Char(c) if words.len() < LONGEST_ANSWER => words.push(c),
                _ => self.scroll_layer(code),
            }
            asked.typed = Some(words);
            self.state.layer = Some(Layer::Asked(asked));
            return;
        }
        let code = latin(code);
        if count == 0 {
            match code {
                KeyCode::Char('y') => return self.reply(Reply::Yes),
                KeyCode::Enter if asked.enter_is_yes => return self.reply(Reply::Yes),
                KeyCode::Char('n' | 'q') | KeyCode::Esc | KeyCode::Enter => return self.reply(Reply::No),
                _ => {}
            }
            self.state.layer = Some(Layer::Asked(asked));
            return self.scroll_layer(code);
        }
        match code {
            KeyCode::Esc | KeyCode::Char('q') => return self.reply(Reply::No),
            KeyCode::Enter => return self.reply(Reply::Chosen(asked.chosen)),
            KeyCode::Char(c @ '1'..='9') if (c as usize - '1' as usize) < count => {
                return self.reply(Reply::Chosen(c as usize - '1' as usize));
            }
            KeyCode::Down | KeyCode::Char('j') => asked.chosen = (asked.chosen + 1) % count,
            KeyCode::Up | KeyCode::Char('k') => asked.chosen = (asked.chosen + count - 1) % count,
            _ => {}
        }
        self.state.layer = Some(Layer::Asked(asked));
        match code {
            // What is chosen from stands at the end.
            KeyCode::Char('j' | 'k') | KeyCode::Up | KeyCode::Down => self.state.layer_scroll = usize::MAX,
            KeyCode::Char(_) => {}
            _ => self.scroll_layer(code),
        }
    }

    fn be_sure(&mut self, text: Text, code: KeyCode) {
        match (latin(code), self.sure) {
            (KeyCode::Char('y'), Some(Sure::Quit)) => {
                // What the worker is at ends with the screen.
                self.over = Some(exit::PASS);
            }
            (KeyCode::Char('y'), Some(Sure::Skip)) => self.run(Job::Next { skip: true }),
            (KeyCode::Char('y'), Some(Sure::Undo)) => self.run(Job::Undo),
            (KeyCode::Char('n') | KeyCode::Esc, _) => self.sure = None,
            _ => self.state.layer = Some(Layer::Sure(text)),
        }
    }

    fn search(&mut self, mut filter: String, mut chosen: usize, code: KeyCode) {
        let steps = self.state.here.as_ref().map(|here| here.status.steps.clone()).unwrap_or_default();
        let found = matching(&steps, &filter);
        match code {
            KeyCode::Esc => return,
            KeyCode::Enter => {
                if let Some(step) = found.get(chosen.min(found.len().saturating_sub(1))) {
                    return self.run(Job::Goto(step.id.clone()));
                }
            }
            KeyCode::Backspace => {
                filter.pop();
                chosen = 0;
            }
            KeyCode::Char(c) => {
                filter.push(c);
                chosen = 0;
            }
            other => {
                let most = found.len().saturating_sub(1);
                if let Some(to) = moved(other, chosen.min(most), most, self.reach.page) {
                    chosen = to;
                }
            }
        }
        self.state.layer = Some(Layer::Steps { filter, chosen });
    }

    fn how_many(&mut self, service: String, now: usize, mut wanted: String, code: KeyCode) {
        let count = wanted.parse::<usize>().unwrap_or(now);
        match code {
            KeyCode::Esc | KeyCode::Char('q') => return,
            KeyCode::Enter => {
                if wanted.parse::<usize>().is_ok_and(|wanted| wanted != now) {
                    return self.run(Job::Scale { service, count });
                }
                return;
            }
            KeyCode::Char('+' | '=') | KeyCode::Up => wanted = (count + 1).min(MOST_REPLICAS).to_string(),
            KeyCode::Char('-') | KeyCode::Down => wanted = count.saturating_sub(1).max(1).to_string(),
            KeyCode::Backspace => drop(wanted.pop()),
            KeyCode::Char(c @ '0'..='9') => {
                let longer = format!("{wanted}{c}");
                match longer.parse() {
                    Ok(1..=MOST_REPLICAS) => wanted = longer,
                    Ok(0) => {}
                    _ => self.note(Tone::Info, Text::new("screen-scale-most").with("most", MOST_REPLICAS)),
                }
            }
            _ => {}
        }
        self.state.layer = Some(Layer::Scale { service, now, wanted });
    }

    fn in_logs(&mut self, code: KeyCode) {
        let logs = &mut self.state.logs;
        if logs.typing {
            match code {
                KeyCode::Esc => {
                    logs.filter.clear();
                    logs.typing = false;
                }
                KeyCode::Enter => logs.typing = false,
                KeyCode::Backspace => drop(logs.filter.pop()),
                KeyCode::Char(c) => logs.filter.push(c),
                _ => {}
            }
            logs.back = 0;
            self.state.layer = Some(Layer::Logs);
            return;
        }
        let code = latin(code);
        match code {
            KeyCode::Esc if !logs.filter.is_empty() => logs.filter.clear(),
            KeyCode::Esc | KeyCode::Char('q' | 'l') => {
                logs.back = 0;
                return;
            }
            KeyCode::Char('/') => logs.typing = true,
            KeyCode::End | KeyCode::Char('G') => logs.back = 0,
            _ => {
                // Up is back in time: the other way round than in a text.
                let most = self.reach.layer;
                let at = most.saturating_sub(logs.back);
                if let Some(to) = moved(code, at, most, self.reach.page) {
                    logs.back = most - to;
                }
            }
        }
        self.state.layer = Some(Layer::Logs);
    }
}

/// Where a key moves to from `at`, not past `most`.
fn moved(code: KeyCode, at: usize, most: usize, page: usize) -> Option<usize> {
    let page = page.saturating_sub(1).max(1);
    Some(match code {
        KeyCode::Down | KeyCode::Char('j') => (at + 1).min(most),
        KeyCode::Up | KeyCode::Char('k') => at.saturating_sub(1),
        KeyCode::PageDown | KeyCode::Char(' ') => (at + page).min(most),
        KeyCode::PageUp => at.saturating_sub(page),
        KeyCode::Home => 0,
        KeyCode::End => most,
        _ => return None,
    })
}

/// The letter on a key that writes Korean (the two-set layout).
fn latin(code: KeyCode) -> KeyCode {
    match code {
        KeyCode::Char(letter) => KeyCode::Char(hangul::latin(letter)),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_korean_keyboard_has_the_same_keys() {
        for (jamo, letter) in "ㅁㅊㅗㅇㅔㅜㅂㅛ".chars().zip("achdpnqy".chars()) {
            assert_eq!(latin(KeyCode::Char(jamo)), KeyCode::Char(letter));
        }
        assert_eq!(latin(KeyCode::Char('+')), KeyCode::Char('+'));
        assert_eq!(latin(KeyCode::Enter), KeyCode::Enter);
    }

    #[test]
    fn a_key_moves_no_further_than_there_is_something() {
        assert_eq!(moved(KeyCode::PageDown, 3, 5, 10), Some(5));
        assert_eq!(moved(KeyCode::Up, 0, 5, 10), Some(0));
        assert_eq!(moved(KeyCode::PageUp, 12, 20, 10), Some(3));
        assert_eq!(moved(KeyCode::Char('c'), 0, 5, 10), None);
    }
}
