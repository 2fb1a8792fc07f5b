//! How a value of `lesson.toml` is refused while it is read: `serde` carries the place, and here
//! stands what is wrong, so that it can be said in the reader's language.

use std::cell::RefCell;
use std::fmt;

use serde::Deserializer;
use serde::de::{self, DeserializeSeed, SeqAccess, Visitor};

use crate::{Lang, Text};

thread_local! {
    static LAST: RefCell<Option<Text>> = const { RefCell::new(None) };
}

/// Reads a text and makes something of it; what `make` refuses is reported where the text stands.
pub fn read<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    make: impl FnOnce(&str) -> Result<T, Text>,
) -> Result<T, D::Error> {
    deserializer.deserialize_str(Made(make))
}

/// The same with each text of a list.
pub fn read_all<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    make: impl Fn(&str) -> Result<T, Text>,
) -> Result<Vec<T>, D::Error> {
    deserializer.deserialize_seq(AllMade(make))
}

/// Its visitor fails while the deserializer still knows where it is.
struct Made<M>(M);

impl<T, M: FnOnce(&str) -> Result<T, Text>> Visitor<'_> for Made<M> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        (self.0)(text).map_err(error)
    }
}

impl<'de, T, M: FnOnce(&str) -> Result<T, Text>> DeserializeSeed<'de> for Made<M> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_str(self)
    }
}

struct AllMade<M>(M);

impl<'de, T, M: Fn(&str) -> Result<T, Text>> Visitor<'de> for AllMade<M> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of texts")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<T>, A::Error> {
        let mut all = Vec::new();
        while let Some(one) = items.next_element_seed(Made(&self.0))? {
            all.push(one);
        }
        Ok(all)
    }
}

/// An error for a deserializer that says `text`.
pub fn error<E: de::Error>(text: Text) -> E {
    let words = text.render(Lang::En);
    LAST.with(|last| *last.borrow_mut() = Some(text));
    E::custom(words)
}

/// The text behind a deserializer's message, where it is one of ours.
pub fn text_of(message: &str) -> Text {
    let last = LAST.with(|last| last.borrow_mut().take());
    match last.filter(|text| text.render(Lang::En) == message) {
        Some(text) => text,
        None => Text::verbatim(message.lines().next().unwrap_or_default()),
    }
}
