//! How questions look: the words in the learner's language, items that wrap at the terminal's
//! width, and signs that the locale can show.

use std::fmt::{self, Write};

use dialoguer::theme::Theme;

use crate::report::Style;
use crate::report::line::{Line, Role, Span, wrap};
use crate::text::{Lang, Text};

/// A theme whose items are numbers that stand for `items`.
pub(super) struct Prompts<'a> {
    lang: Lang,
    style: Style,
    items: &'a [String],
}

impl<'a> Prompts<'a> {
    pub(super) const fn new(lang: Lang, style: Style, items: &'a [String]) -> Self {
        Self { lang, style, items }
    }

    fn word(&self, key: &'static str) -> String {
        Text::new(key).render(self.lang)
    }

    const fn sign<'s>(&self, unicode: &'s str, ascii: &'s str) -> &'s str {
        if self.style.unicode { unicode } else { ascii }
    }

    fn item<'t>(&'t self, place: &'t str) -> &'t str {
        place.parse().ok().and_then(|place: usize| self.items.get(place)).map_or(place, String::as_str)
    }

    /// `words` after `sign`, wrapped so that no row is as wide as the terminal.
    fn rows(&self, f: &mut dyn Write, sign: (Role, &str), words: &[Span]) -> fmt::Result {
        let (first, rest) = (Line::new(sign.0, sign.1).and(Role::Plain, " "), Line::plain("  "));
        let lines = wrap(words, &first, &rest, self.style.measure() - 1);
        let drawn: Vec<String> = lines.iter().map(|line| line.draw(self.style.color)).collect();
        f.write_str(&drawn.join("\n"))
    }

    fn answered(&self, f: &mut dyn Write, prompt: &str, answer: Option<&str>) -> fmt::Result {
        let mut words = vec![Span::plain(prompt)];
        if let Some(answer) = answer {
            words.push(Span::new(Role::Dim, self.sign(" · ", " - ")));
            words.push(Span::new(Role::Code, answer));
        }
        self.rows(f, (Role::Dim, self.sign("›", ">")), &words)
    }
}

impl Theme for Prompts<'_> {
    fn format_prompt(&self, f: &mut dyn Write, prompt: &str) -> fmt::Result {
        self.rows(f, (Role::Code, "?"), &[Span::new(Role::Strong, prompt)])
    }

    fn format_confirm_prompt(&self, f: &mut dyn Write, prompt: &str, default: Option<bool>) -> fmt::Result {
        let how = format!(" {} ", self.word(super::ask::how_to_answer(default != Some(false))));
        self.rows(f, (Role::Code, "?"), &[Span::new(Role::Strong, prompt), Span::new(Role::Dim, &how)])
    }

    fn format_confirm_prompt_selection(
        &self,
        f: &mut dyn Write,
        prompt: &str,
        selection: Option<bool>,
    ) -> fmt::Result {
        let key = if selection == Some(true) { "ask-yes" } else { "ask-no" };
        self.answered(f, prompt, Some(&self.word(key)))
    }

    fn format_select_prompt_selection(&self, f: &mut dyn Write, prompt: &str, sel: &str) -> fmt::Result {
        self.answered(f, prompt, Some(self.item(sel)))
    }

    fn format_select_prompt_item(&self, f: &mut dyn Write, text: &str, active: bool) -> fmt::Result {
        let role = if active { Role::Code } else { Role::Plain };
        let sign = if active { self.sign("❯", ">") } else { " " };
        self.rows(f, (role, sign), &[Span::new(role, self.item(text))])
    }
}
