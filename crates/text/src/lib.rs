//! What the program says, as data: a [`Text`] is a message's key and its arguments, and becomes
//! words only at the edge, in one [`Lang`]. The words are Fluent files in `locales/LANG/`; a test
//! holds both languages to the same keys. Korean particles after an argument are written as
//! `[을/를]` in the Fluent file and chosen here by the sound before them.

// A test reads what it has written itself.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

mod josa;
pub mod measure;
pub mod near;
pub mod refused;
pub mod visible;

use std::borrow::Cow;
use std::cell::Cell;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

/// A language of the program and of the lessons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Korean.
    Ko,
    /// English.
    En,
}

impl Lang {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::Ko, Self::En];

    /// The two-letter code, which is also the stem of a lesson's prose file (`ko.md`).
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ko => "ko",
            Self::En => "en",
        }
    }

    /// The language that the environment asks for (`LC_ALL`, `LC_MESSAGES`, `LANG`, or the
    /// system's own setting); English where it asks for neither.
    pub fn from_environment() -> Self {
        let posix = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .iter()
            .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
        let wanted = posix.or_else(sys_locale::get_locale).unwrap_or_default();
        if wanted.starts_with("ko") { Self::Ko } else { Self::En }
    }
}

/// One argument of a [`Text`].
#[derive(Clone, Debug, PartialEq)]
pub enum Arg {
    /// Shown as it is, the same in every language.
    Word(String),
    /// Left to Fluent to write.
    Number(i64),
    /// A message within the message, in the language asked for.
    Text(Text),
    /// Joined with commas, each item as it is.
    List(Vec<String>),
    /// Joined with commas, each in the language asked for.
    Texts(Vec<Text>),
}

/// A message by key and arguments, not yet in any language.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// The message's name in the Fluent files.
    pub key: &'static str,
    /// Each argument with the name that the Fluent files know it by.
    pub args: Vec<(&'static str, Arg)>,
}

impl Text {
    /// The message `key` without arguments.
    pub const fn new(key: &'static str) -> Self {
        Self { key, args: Vec::new() }
    }

    /// Words that are the same in every language: a number, a file's own text, a command.
    pub fn verbatim(words: impl Into<String>) -> Self {
        Self::new("verbatim").with("words", words.into())
    }

    /// The same message with one more argument, which the Fluent files call `name`.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Arg>) -> Self {
        self.args.push((name, value.into()));
        self
    }

    /// The words in `lang`. A key that no locale knows is shown as the key itself: visible, not fatal.
    pub fn render(&self, lang: Lang) -> String {
        let bundle = bundle(lang);
        let Some(pattern) = bundle.get_message(self.key).and_then(|message| message.value()) else {
            return self.key.to_owned();
        };
        let mut args = FluentArgs::new();
        for (name, value) in &self.args {
            args.set(*name, shielded(value.fluent(lang)));
        }
        let mut errors = Vec::new();
        let words = bundle.format_pattern(pattern, Some(&args), &mut errors);
        debug_assert!(errors.is_empty(), "message {}: {errors:?}", self.key);
        match lang {
            Lang::Ko => josa::choose(&words),
            Lang::En => words.into_owned(),
        }
        .replace(SHIELD, "[")
    }
}

impl Text {
    /// The same message with its arguments' words changed.
    #[must_use]
    pub fn map_words(mut self, change: &dyn Fn(&str) -> String) -> Self {
        for (_, arg) in &mut self.args {
            match arg {
                Arg::Word(word) => *word = change(word),
                Arg::Number(_) => {}
                Arg::Text(text) => *text = text.clone().map_words(change),
                Arg::List(words) => words.iter_mut().for_each(|word| *word = change(word)),
                Arg::Texts(texts) => {
                    texts.iter_mut().for_each(|text| *text = text.clone().map_words(change));
                }
            }
        }
        self
    }
}

thread_local! {
    /// The language that texts are serialised in; serde has no place to pass it by.
    static SPOKEN: Cell<Lang> = const { Cell::new(Lang::En) };
}

/// Does `work`, in which a [`Text`] is serialised as its words in `lang`.
pub fn spoken<T>(lang: Lang, work: impl FnOnce() -> T) -> T {
    let before = SPOKEN.replace(lang);
    let done = work();
    SPOKEN.set(before);
    done
}

/// As its words, within [`spoken`] in that language, elsewhere in English.
impl serde::Serialize for Text {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.render(SPOKEN.get()))
    }
}

/// Stands for a `[` that came with an argument, so that only the message's own particles are
/// chosen: a learner's text stays as it is.
const SHIELD: char = '\u{F8FF}';

fn shielded(value: FluentValue<'static>) -> FluentValue<'static> {
    match value {
        FluentValue::String(words) if words.contains('[') => words.replace('[', &SHIELD.to_string()).into(),
        other => other,
    }
}

impl Arg {
    fn fluent(&self, lang: Lang) -> FluentValue<'static> {
        match self {
            Self::Word(word) => FluentValue::String(Cow::Owned(word.clone())),
            Self::Number(number) => FluentValue::from(*number),
            Self::Text(text) => FluentValue::String(Cow::Owned(text.render(lang))),
            Self::List(items) => FluentValue::String(Cow::Owned(items.join(", "))),
            Self::Texts(items) => {
                let words: Vec<String> = items.iter().map(|item| item.render(lang)).collect();
                FluentValue::String(Cow::Owned(words.join(", ")))
            }
        }
    }
}

impl From<&str> for Arg {
    fn from(word: &str) -> Self {
        Self::Word(word.to_owned())
    }
}
impl From<String> for Arg {
    fn from(word: String) -> Self {
        Self::Word(word)
    }
}
impl From<Text> for Arg {
    fn from(text: Text) -> Self {
        Self::Text(text)
    }
}
impl From<Vec<String>> for Arg {
    fn from(items: Vec<String>) -> Self {
        Self::List(items)
    }
}
impl From<Vec<Text>> for Arg {
    fn from(items: Vec<Text>) -> Self {
        Self::Texts(items)
    }
}
macro_rules! numbers {
    ($($kind:ty),*) => {$(
        impl From<$kind> for Arg {
            fn from(number: $kind) -> Self {
                Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
            }
        }
    )*};
}
numbers!(i32, i64, u16, u32, u64, usize);

/// Every locale file, by language; a new file is named here.
macro_rules! locale {
    ($lang:literal) => {
        &[
            include_str!(concat!("../../../locales/", $lang, "/app.ftl")),
            include_str!(concat!("../../../locales/", $lang, "/author.ftl")),
            include_str!(concat!("../../../locales/", $lang, "/check.ftl")),
            include_str!(concat!("../../../locales/", $lang, "/courses.ftl")),
            include_str!(concat!("../../../locales/", $lang, "/demo.ftl")),
            include_str!(concat!("../../../locales/", $lang, "/engine.ftl")),
            include_str!(concat!("../../../locales/", $lang, "/files.ftl")),
            include_str!(concat!("../../../locales/", $lang, "/in-room.ftl")),
            include_str!(concat!("../../../locales/", $lang, "/lesson.ftl")),
            include_str!(concat!("../../../locales/", $lang, "/load.ftl")),
            include_str!(concat!("../../../locales/", $lang, "/live.ftl")),
            include_str!(concat!("../../../locales/", $lang, "/reference.ftl")),
            include_str!(concat!("../../../locales/", $lang, "/report.ftl")),
            include_str!(concat!("../../../locales/", $lang, "/picture.ftl")),
            include_str!(concat!("../../../locales/", $lang, "/room.ftl")),
            include_str!(concat!("../../../locales/", $lang, "/screen.ftl")),
            include_str!(concat!("../../../locales/", $lang, "/stack.ftl")),
            include_str!(concat!("../../../locales/", $lang, "/workspace.ftl")),
        ]
    };
}

fn sources(lang: Lang) -> &'static [&'static str] {
    match lang {
        Lang::Ko => locale!("ko"),
        Lang::En => locale!("en"),
    }
}

type Bundle = FluentBundle<FluentResource>;

fn bundle(lang: Lang) -> &'static Bundle {
    static KO: LazyLock<Bundle> = LazyLock::new(|| load(Lang::Ko));
    static EN: LazyLock<Bundle> = LazyLock::new(|| load(Lang::En));
    match lang {
        Lang::Ko => &KO,
        Lang::En => &EN,
    }
}

fn load(lang: Lang) -> Bundle {
    let id = lang.code().parse().expect("a language code of ours parses");
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    bundle.set_use_isolating(false);
    for source in sources(lang) {
        let resource = FluentResource::try_new((*source).to_owned())
            .unwrap_or_else(|(_, errors)| panic!("locale {}: {errors:?}", lang.code()));
        bundle.add_resource(resource).unwrap_or_else(|errors| panic!("locale {}: {errors:?}", lang.code()));
    }
    bundle
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    /// Every message's key and the variables that it uses.
    fn messages(lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
        let mut all = BTreeMap::<String, BTreeSet<String>>::new();
        let mut key = String::new();
        for line in sources(lang).iter().flat_map(|source| source.lines()) {
            let begins = line.starts_with(|c: char| c.is_ascii_lowercase());
            if let Some((name, _)) = line.split_once(" =").filter(|_| begins) {
                key = name.to_owned();
                assert!(all.insert(key.clone(), BTreeSet::new()).is_none(), "{key} stands twice in {lang:?}");
            }
            for rest in line.split("{ $").skip(1) {
                let name = rest
                    .chars()
                    .take_while(|c| c.is_ascii_alphanumeric() || *c == '_' || *c == '-')
                    .collect();
                all.entry(key.clone()).or_default().insert(name);
            }
        }
        all
    }

    #[test]
    fn both_languages_have_the_same_messages_with_the_same_arguments() {
        let (ko, en) = (messages(Lang::Ko), messages(Lang::En));
        let missing: Vec<_> = en.keys().filter(|key| !ko.contains_key(*key)).collect();
        assert!(missing.is_empty(), "not in Korean: {missing:?}");
        let missing: Vec<_> = ko.keys().filter(|key| !en.contains_key(*key)).collect();
        assert!(missing.is_empty(), "not in English: {missing:?}");
        // One language may need fewer arguments (a plural that Korean has not), never other ones.
        for (key, variables) in &ko {
            let others = &en[key];
            let alike = variables.is_subset(others) || others.is_subset(variables);
            assert!(alike, "{key}: {variables:?} in Korean, {others:?} in English");
        }
    }

    /// Arguments that are numbers, and may be 1.
    const NUMBERS: [&str; 15] = [
        "count", "wanted", "of", "requests", "replicas", "passed", "steps", "lines", "done", "failed",
        "skipped", "missing", "sent", "threads", "columns",
    ];

    /// Every English message as it reads where each of its numbers is 1.
    fn of_one() -> Vec<(String, String)> {
        let leaked = |name: String| -> &'static str { Box::leak(name.into_boxed_str()) };
        let all = messages(Lang::En).into_iter();
        all.map(|(key, variables)| {
            let text =
                variables.into_iter().map(leaked).fold(Text::new(leaked(key.clone())), |text, name| {
                    if NUMBERS.contains(&name) { text.with(name, 1) } else { text.with(name, "x") }
                });
            (key, text.render(Lang::En))
        })
        .collect()
    }

    #[test]
    fn one_of_a_thing_is_no_plural() {
        // Where the number is never 1.
        const ALWAYS_MORE: [&str; 10] = [
            "check-scaling-held",
            "check-scaling-not-held",
            "check-scaling-observed",
            "check-scaling-pass",
            "check-scaling-short",
            "check-scaling-waiting",
            "check-shared-data-apart",
            "journal-too-many",
            "preflight-size",
            "replay-small",
        ];
        // What a number of 1 may stand before: no noun in the plural.
        const NO_NOUNS: [&str; 9] = ["is", "was", "has", "does", "answers", "times", "as", "s", "address"];
        let plural = |words: &str| {
            let words: Vec<&str> = words.split(|c: char| !c.is_alphanumeric() && c != '\'').collect();
            let named = |pair: &&[&str]| {
                let noun = pair[1];
                pair[0] == "1"
                    && noun.len() > 2
                    && noun.ends_with('s')
                    && !noun.contains('\'')
                    && !NO_NOUNS.contains(&noun)
            };
            words.windows(2).find(named).map(|pair| pair.join(" "))
        };
        let wrong: Vec<String> = of_one()
            .into_iter()
            .filter(|(key, _)| !ALWAYS_MORE.contains(&key.as_str()))
            .filter_map(|(key, words)| Some(format!("{key}: {}", plural(&words)?)))
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn a_korean_particle_after_an_argument_is_chosen() {
        const BARE: [&str; 11] = ["을", "를", "이", "가", "은", "는", "과", "와", "으로", "로", "이나"];
        let mut wrong = Vec::new();
        for line in sources(Lang::Ko).iter().flat_map(|source| source.lines()) {
            for rest in line.split("{ $").skip(1).filter_map(|rest| rest.split_once(" }")) {
                let rest = rest.1.trim_start_matches(['`', '"', '\'']);
                let word: String = rest.chars().take_while(|c| ('가'..='힣').contains(c)).collect();
                if BARE.contains(&word.as_str()) {
                    wrong.push(line);
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn an_unknown_key_is_shown_not_fatal() {
        assert_eq!(Text::new("no-such-message").render(Lang::En), "no-such-message");
    }

    #[test]
    fn verbatim_words_are_the_same_in_both() {
        for lang in Lang::ALL {
            assert_eq!(Text::verbatim("a [은/는] b").render(lang), "a [은/는] b");
        }
    }
}
