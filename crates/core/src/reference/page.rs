//! A [`Topic`] as Markdown: a section of `docs/lesson.md` or `docs/checks.md`, and what
//! `workshop explain` draws.

use std::fmt::Write as _;

use super::{Key, Reference, Topic, said};
use workshop_text::{Lang, Text};

impl Topic {
    /// What stands under its heading.
    pub fn markdown(&self, lang: Lang) -> String {
        self.section(lang, &|name| name.to_owned())
    }

    fn section(&self, lang: Lang, named: &impl Fn(&str) -> String) -> String {
        let mut text = String::new();
        for words in std::iter::once(&self.gist).chain(&self.details) {
            let _ = writeln!(text, "{}\n", said(words, lang));
        }
        if let Some(shape) = &self.shape {
            let words = Text::new("reference-stands").with("shape", shape.words(lang, named));
            let _ = writeln!(text, "{}\n", words.render(lang));
        }
        for key in &self.keys {
            key.write(&mut text, lang, named);
        }
        if !self.keys.is_empty() {
            text.push('\n');
        }
        for example in &self.examples {
            let _ = writeln!(text, "```toml\n{example}\n```\n");
        }
        finished(&text)
    }
}

impl Key {
    fn write(&self, text: &mut String, lang: Lang, named: &impl Fn(&str) -> String) {
        let name = match self.name.as_str() {
            "services" if self.about.is_empty() => "`service` / `services`".to_owned(),
            name => format!("`{name}`"),
        };
        let need = match (&self.default, self.is_required) {
            (_, true) => Text::new("reference-required"),
            (Some(default), false) => Text::new("reference-default").with("default", default.as_str()),
            (None, false) => Text::new("reference-optional"),
        };
        let about = match self.about.as_str() {
            "" if self.name == "services" => Text::new("reference-services").render(lang),
            about => said(about, lang),
        };
        let line = Text::new("reference-key")
            .with("name", name)
            .with("shape", self.shape.words(lang, named))
            .with("need", need)
            .with("about", about);
        let _ = writeln!(text, "- {}", line.render(lang));
        for (word, about) in self.shape.choices() {
            let _ = writeln!(text, "  - `{word}`: {}", said(about, lang));
        }
    }
}

/// Where a section stands that has this name.
fn anchor(name: &str) -> String {
    name.replace(' ', "-")
        .chars()
        .filter(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_'))
        .collect()
}

fn sections(text: &mut String, topics: &[Topic], level: &str, link: &impl Fn(&str) -> String) {
    for topic in topics {
        let _ = writeln!(text, "{level} {}\n\n{}", topic.name, topic.section(Lang::En, link));
    }
}

/// `docs/lesson.md`.
pub fn lesson_page() -> String {
    let all = Reference::of_this_program();
    let is_here = |name: &str| all.lesson.iter().any(|topic| topic.name == name);
    let link = |name: &str| {
        let page = if is_here(name) { "" } else { "checks.md" };
        format!("[{name}]({page}#{})", anchor(name))
    };
    let mut text = include_str!("lesson.head.md").to_owned();
    sections(&mut text, &all.lesson, "##", &link);
    finished(&text)
}

/// `docs/checks.md`.
pub fn checks_page() -> String {
    let all = Reference::of_this_program();
    let link = |name: &str| format!("[{name}](#{})", anchor(name));
    let mut text = include_str!("checks.head.md").to_owned();
    let _ = writeln!(text, "| kind | what a pass proves |\n| --- | --- |");
    for kind in &all.kinds {
        let _ = writeln!(text, "| [`{0}`](#{0}) | {1} |", kind.name, kind.gist);
    }
    text.push('\n');
    sections(&mut text, &all.kinds, "##", &link);
    let _ = writeln!(text, "## What arguments are made of\n");
    sections(&mut text, &all.shared, "###", &link);
    finished(&text)
}

/// One line feed at the end.
fn finished(text: &str) -> String {
    format!("{}\n", text.trim_end())
}
