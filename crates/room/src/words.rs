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
    "skip"
    "other-language"
    "join-heading"
    "join-code"
    "join-name"
    "join-name-hint"
    "join-button"
    "join-what"
    "join-at"
    "key-heading"
    "key-code"
    "phone-heading"
    "phone-code"
    "you-are"
    "shown-heading"
    "shown-none"
    "step"
    "hand-heading"
    "hand-done"
    "hand-help"
    "hand-is-done"
    "hand-is-help"
    "hand-is-none"
    "leave"
    "leave-note"
    "gone"
    "poll-heading"
    "poll-guess"
    "poll-send"
    "poll-sent"
    "poll-right"
    "board-heading"
    "projector"
    "table"
    "statements"
    "phone-away"
    "learners-heading"
    "column-name"
    "column-step"
    "column-verdict"
    "column-fails"
    "column-hints"
    "column-hand"
    "pass"
    "not_yet"
    "environment"
    "minutes"
    "hints"
    "no-report"
    "nobody"
    "steps-heading"
    "at-step"
    "stuck-there"
    "failing-heading"
    "figure-count"
    "figure-stuck"
    "figure-help"
    "figure-done"
    "press-back"
    "press-pause"
    "press-next"
    "notes-heading"
    "phone-leave"
    "err-code-wrong"
    "err-slow-down"
    "err-full"
    "err-phone-taken"
    "err-token-unknown"
    "err-too-large"
    "err-unclear"
    "err-poll-over"
    "err-no-demo"
    "err-not-kept"
    "err-elsewhere"
    "err-too-slow"
    "err-offline"
}

/// Every word of the page in `lang`, by its key without `room-page-`.
pub(crate) fn of(lang: Lang) -> BTreeMap<&'static str, String> {
    let said = |key| PLACES.iter().fold(Text::new(key), |text, (name, place)| text.with(name, *place));
    KEYS.iter().map(|(word, key)| (*word, said(key).render(lang))).collect()
}
