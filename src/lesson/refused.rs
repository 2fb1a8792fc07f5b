//! How a value of `lesson.toml` is refused while it is read: `serde` carries the place, and here
//! stands what is wrong, so that it can be said in the reader's language.

use std::cell::RefCell;

use serde::de;

use crate::text::{Lang, Text};

thread_local! {
    static LAST: RefCell<Option<Text>> = const { RefCell::new(None) };
}

/// An error for a deserializer that says `text`.
pub fn error<E: de::Error>(text: Text) -> E {
    let words = text.render(Lang::En);
    LAST.with(|last| *last.borrow_mut() = Some(text));
    E::custom(words)
}

/// The text behind a deserializer's message, where it is one of ours.
pub(super) fn text_of(message: &str) -> Text {
    let last = LAST.with(|last| last.borrow_mut().take());
    match last.filter(|text| text.render(Lang::En) == message) {
        Some(text) => text,
        None => Text::verbatim(message.lines().next().unwrap_or_default()),
    }
}
