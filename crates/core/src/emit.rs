//! [`Emit`]: one stream of events, and everyone who listens to it.

use std::sync::Arc;

use crate::event::Event;

type Listener = Arc<dyn Fn(&Event) + Send + Sync>;

/// Hands each event to everyone who listens, in the order in which events happen. One of them has
/// the terminal, and can be another for a while; the others hear on.
#[derive(Clone)]
pub struct Emit {
    terminal: Listener,
    others: Vec<Listener>,
}

impl Emit {
    /// To the listener that has the terminal.
    pub fn new(terminal: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        Self { terminal: Arc::new(terminal), others: Vec::new() }
    }

    /// To `listener`, too.
    #[must_use]
    pub fn and(mut self, listener: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.others.push(Arc::new(listener));
        self
    }

    /// To the same listeners, but that `terminal` has the terminal now.
    #[must_use]
    pub fn through(&self, terminal: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        Self { terminal: Arc::new(terminal), others: self.others.clone() }
    }

    /// Says it to everyone.
    pub fn say(&self, event: &Event) {
        (self.terminal)(event);
        self.others.iter().for_each(|listener| listener(event));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use workshop_text::Text;

    #[test]
    fn everyone_hears_and_only_the_terminal_changes_hands() {
        let heard: Arc<Mutex<Vec<&str>>> = Arc::default();
        let as_one = |name: &'static str| {
            let heard = Arc::clone(&heard);
            move |_: &Event| heard.lock().expect("nobody panicked").push(name)
        };
        let emit = Emit::new(as_one("text")).and(as_one("page"));
        let event = Event::Progress(Text::verbatim(""));
        emit.say(&event);
        emit.through(as_one("screen")).and(as_one("cast")).say(&event);
        emit.say(&event);
        let heard = heard.lock().expect("nobody panicked");
        assert_eq!(heard[..], ["text", "page", "screen", "page", "cast", "text", "page"]);
    }
}
