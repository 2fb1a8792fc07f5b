//! How a value of `lesson.toml` is refused while it is read: `serde` carries the place, and here
//! stands what is wrong, so that it can be said in the reader's language.

use std::cell::RefCell;
use std::fmt;

use serde::Deserializer;
use serde::de::{self, DeserializeSeed, SeqAccess, Visitor};

use crate::near::did_you_mean;
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
        None => {
            let first = message.lines().next().unwrap_or_default();
            unknown(first).unwrap_or_else(|| Text::verbatim(first))
        }
    }
}

/// What `serde` says of a key or a word that it does not know, and of a key that is not there, in the
/// reader's language and with the one that is nearest: `` unknown field `a`, expected one of `b`, `c` ``.
fn unknown(message: &str) -> Option<Text> {
    let quoted =
        |text: &str| -> Vec<String> { text.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
    for (begin, key) in [("unknown field `", "rule-unknown-key"), ("unknown variant `", "rule-unknown-word")]
    {
        let Some((word, rest)) = message.strip_prefix(begin).and_then(|rest| rest.split_once('`')) else {
            continue;
        };
        let known = quoted(rest);
        let near = did_you_mean(word, known.iter().map(String::as_str));
        return Some(match known.is_empty() {
            true => Text::new("rule-unknown-nothing").with("word", word),
            false => Text::new(key).with("word", word).with("near", near).with("known", known),
        });
    }
    let missing = message.strip_prefix("missing field `")?.strip_suffix('`')?;
    Some(Text::new("rule-missing-key").with("word", missing))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde::de::value::{Error, MapDeserializer, StrDeserializer};

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct One {
        minutes: u32,
        path: Option<Way>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Way {
        RoundRobin,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Nothing {}

    fn one(key: &str) -> Text {
        let map = MapDeserializer::<_, Error>::new(std::iter::once((key, 3)));
        text_of(&One::deserialize(map).unwrap_err().to_string())
    }

    #[test]
    fn a_typo_is_said_in_both_languages_with_what_was_meant() {
        let text = one("minuets");
        assert_eq!(
            text.render(Lang::En),
            "there is no key \"minuets\" here (did you mean minutes?); there are: minutes, path"
        );
        assert_eq!(
            text.render(Lang::Ko),
            "\"minuets\"라는 키는 여기에 없습니다 (minutes를 쓰려고 하셨나요?). 쓸 수 있는 키: minutes, path"
        );
        let missing = text_of(&<Error as de::Error>::missing_field("minutes").to_string());
        assert_eq!(missing.render(Lang::En), "the key \"minutes\" is missing");
        let way = Way::deserialize(StrDeserializer::<Error>::new("round_robbin")).unwrap_err();
        assert_eq!(
            text_of(&way.to_string()).render(Lang::En),
            "\"round_robbin\" is nothing that may stand here (did you mean round_robin?); there is: round_robin"
        );
        let map = MapDeserializer::<_, Error>::new(std::iter::once(("x", 3)));
        let nothing = Nothing::deserialize(map).unwrap_err().to_string();
        assert_eq!(text_of(&nothing).render(Lang::En), "there is no key \"x\" here: nothing may stand here");
        assert_eq!(text_of("anything else").render(Lang::En), "anything else");
    }
}
