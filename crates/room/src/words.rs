//! The page's words. They are in `locales/LANG/room.ftl` like all others; what the page fills in
//! itself stands as `{name}` in them.

use std::collections::BTreeMap;

use workshop_text::{Lang, Text};

/// What the page fills in.
const PLACES: [(&str, &str); 7] = [
    ("count", "{count}"),
    ("minutes", "{minutes}"),
    ("name", "{name}"),
    ("of", "{of}"),
    ("position", "{position}"),
    ("time", "{time}"),
    ("title", "{title}"),
];

macro_rules! words {
    ($($word:literal)*) => {
        const KEYS: &[(&str, &str)] = &[$(($word, concat!("room-page-", $word))),*];
    };
}

words! {
    "title"
}

/// Every word of the page in `lang`, by its key without `room-page-`.
pub(crate) fn of(lang: Lang) -> BTreeMap<&'static str, String> {
    let said = |key| PLACES.iter().fold(Text::new(key), |text, (name, place)| text.with(name, *place));
    KEYS.iter().map(|(word, key)| (*word, said(key).render(lang))).collect()
}
