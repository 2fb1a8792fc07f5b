//! A lesson on paper: one page that needs nothing else (no script, no font, no request), with room
//! for notes and for what is expected before each result.

mod blocks;

use self::blocks::{Drawer, line, link};
use super::html::escape;
use crate::engine::EngineKind;
use crate::lesson::Lesson;
use crate::lesson::markdown::{Glossary, Prose, QuestionProse, StepProse};
use crate::lesson::model::StepSpec;
use crate::lesson::prediction::GuessKind;
use crate::text::{Lang, Text};

const STYLE: &str = include_str!("style.css");
/// Letters of the choices.
const BOX: &str = "<span class=\"box\"></span>";
/// The kind of check that wants its step's last command to fail.
const REFUSED: &str = "refused";

/// What a handout is made of.
pub(crate) struct Handout<'a> {
    pub lesson: &'a Lesson,
    /// Its words, with commands as `engine` has them.
    pub prose: &'a Prose,
    pub glossary: Option<&'a Glossary>,
    pub engine: EngineKind,
    pub lang: Lang,
}

impl Handout<'_> {
    /// The whole page.
    pub(crate) fn render(&self) -> String {
        let title = &self.prose.title;
        let parts = [
            self.head(),
            self.contents(),
            Drawer { lang: self.lang, fails: None }.all(&self.prose.intro),
            self.steps(),
            self.answers(),
            self.words(),
        ];
        format!(
            "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"generator\" content=\"workshop handout\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n\
             <link rel=\"icon\" href=\"data:,\">\n<title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
             <main>\n{}</main>\n</body>\n</html>\n",
            self.lang.code(),
            escape(&format!("{} {title}", self.lesson.file.id)),
            parts.concat(),
        )
    }

    fn word(&self, key: &'static str) -> String {
        self.text(&Text::new(key))
    }

    fn text(&self, text: &Text) -> String {
        escape(&text.render(self.lang))
    }

    fn each(&self) -> impl Iterator<Item = (usize, &StepSpec, &StepProse)> {
        let prose = |id: &str| self.prose.steps.iter().find(|step| step.id == id);
        let steps = (1..).zip(&self.lesson.file.steps);
        steps.filter_map(move |(number, spec)| Some((number, spec, prose(&spec.id)?)))
    }

    fn head(&self) -> String {
        let facts = Text::new("handout-facts")
            .with("lesson", self.lesson.file.id.as_str())
            .with("steps", self.lesson.file.steps.len())
            .with("minutes", self.lesson.file.minutes());
        let lines = ["handout-name", "handout-date"].map(|key| format!("<p>{} <i></i></p>", self.word(key)));
        format!(
            "<header><p class=\"kind\">{}</p><h1>{}</h1><div class=\"sign\">{}</div></header>\n",
            self.text(&facts),
            escape(&self.prose.title),
            lines.concat()
        )
    }

    fn contents(&self) -> String {
        let entry = |(number, spec, prose): (usize, &StepSpec, &StepProse)| {
            let id = escape(&spec.id);
            format!("<li value=\"{number}\">{BOX}<a href=\"#{id}\">{}</a></li>\n", escape(&prose.title))
        };
        let entries: String = self.each().map(entry).collect();
        format!("<nav><h2>{}</h2>\n<ol>\n{entries}</ol></nav>\n", self.word("handout-steps"))
    }

    fn steps(&self) -> String {
        self.each().map(|(number, spec, prose)| self.step(number, spec, prose)).collect()
    }

    fn step(&self, number: usize, spec: &StepSpec, prose: &StepProse) -> String {
        let key = if spec.optional { "report-step-minutes-optional" } else { "report-step-minutes" };
        let minutes = match spec.minutes {
            0 => String::new(),
            minutes => format!(" <small>{}</small>", self.text(&Text::new(key).with("minutes", minutes))),
        };
        let commands: Vec<String> = spec.runs().map(|command| command.display(self.engine, None)).collect();
        let refused = spec.checks.iter().any(|check| check.spec.kind() == REFUSED);
        let fails = commands.last().filter(|_| refused);
        let drawer = Drawer { lang: self.lang, fails: fails.map(String::as_str) };
        let parts = [
            self.predictions(spec, prose),
            drawer.all(&prose.body),
            self.commands(drawer, &commands),
            self.questions(prose),
            self.checks(spec, prose),
            self.read_on(prose),
            format!("<div class=\"notes\"><b>{}</b></div>\n", self.word("handout-notes")),
        ];
        format!(
            "<section id=\"{}\">\n<h2>{number}. {}{minutes}</h2>\n{}</section>\n",
            escape(&spec.id),
            escape(&prose.title),
            parts.concat()
        )
    }

    /// What is to be expected comes first, as it does at the terminal, with a line for what was seen.
    fn predictions(&self, spec: &StepSpec, prose: &StepProse) -> String {
        let one = |prediction: &crate::lesson::prediction::Prediction| {
            let words = prose.prediction(&prediction.id)?;
            let text = Drawer { lang: self.lang, fails: None }.all(&words.text);
            let unit = words.unit.as_deref().map(escape).unwrap_or_default();
            let expect = match prediction.guess {
                GuessKind::Choice => {
                    let choices = words.choices.iter().map(|words| format!("<li>{BOX}{}</li>", line(words)));
                    format!("<ul class=\"choices\">{}</ul>", choices.collect::<String>())
                }
                GuessKind::Number | GuessKind::Text => {
                    format!("<p class=\"write\">{} <i></i> {unit}</p>", self.word("handout-expect"))
                }
            };
            let seen = format!("<p class=\"write\">{} <i></i> {unit}</p>", self.word("handout-seen"));
            let title = line(&words.title);
            Some(format!(
                "<div class=\"predict\"><p><b>{}</b> {title}</p>{text}{expect}{seen}</div>\n",
                self.word("handout-predict")
            ))
        };
        spec.predictions.iter().filter_map(one).collect()
    }

    fn commands(&self, drawer: Drawer<'_>, commands: &[String]) -> String {
        if commands.is_empty() {
            return String::new();
        }
        let one = |command: &String| match drawer.fails == Some(command.as_str()) {
            true => format!(
                "<li class=\"fails\"><code>{}</code> <em>{}</em></li>\n",
                escape(command),
                drawer.meant_to_fail()
            ),
            false => format!("<li><code>{}</code></li>\n", escape(command)),
        };
        let list: String = commands.iter().map(one).collect();
        format!("<h3>{}</h3>\n<ul class=\"commands\">\n{list}</ul>\n", self.word("handout-runs"))
    }

    fn questions(&self, prose: &StepProse) -> String {
        let one = |question: &QuestionProse| {
            let choices: String =
                question.choices.iter().map(|words| format!("<li>{}</li>\n", line(words))).collect();
            let text = Drawer { lang: self.lang, fails: None }.all(&question.text);
            let title = escape(&question.title);
            format!("<div class=\"question\"><h3>{title}</h3>\n{text}<ol>\n{choices}</ol></div>\n")
        };
        prose.questions.iter().map(one).collect()
    }

    fn checks(&self, spec: &StepSpec, prose: &StepProse) -> String {
        let named = spec.checks.iter().filter_map(|check| prose.checks.iter().find(|one| one.id == check.id));
        let list: String = named
            .map(|check| format!("<li>{BOX}<b>{}</b> {}</li>\n", escape(&check.title), line(&check.proves)))
            .collect();
        if list.is_empty() {
            return list;
        }
        format!("<h3>{}</h3>\n<ul class=\"checks\">\n{list}</ul>\n", self.word("handout-checks"))
    }

    fn read_on(&self, prose: &StepProse) -> String {
        let Some(page) = &prose.read_on else { return String::new() };
        let link = link(&page.url, &escape(&page.title));
        format!("<p class=\"read-on\"><b>{}</b> {link}</p>\n", self.word("report-read-on"))
    }

    /// The right choices, apart from their questions.
    fn answers(&self) -> String {
        let mut list = String::new();
        for (number, spec, prose) in self.each() {
            for check in &spec.checks {
                let crate::check::CheckSpec::Question(question) = &check.spec else { continue };
                let Some(words) = prose.questions.iter().find(|one| one.id == check.id) else { continue };
                let choice = question.answer.checked_sub(1).and_then(|at| words.choices.get(at));
                let right = choice.map(|words| line(words)).unwrap_or_default();
                let title = escape(&words.title);
                list += &format!(
                    "<li>{number}. {title}<br>{}: {right}{}</li>\n",
                    question.answer,
                    Drawer { lang: self.lang, fails: None }.all(&words.explanation)
                );
            }
        }
        if list.is_empty() {
            return list;
        }
        format!(
            "<section class=\"answers\">\n<h2>{}</h2>\n<ul>\n{list}</ul></section>\n",
            self.word("handout-answers")
        )
    }

    fn words(&self) -> String {
        let Some(glossary) = self.glossary.filter(|glossary| !glossary.entries.is_empty()) else {
            return String::new();
        };
        let drawer = Drawer { lang: self.lang, fails: None };
        let entries: String = glossary
            .entries
            .iter()
            .map(|entry| {
                let names = escape(&entry.names.join(", "));
                format!(
                    "<dt id=\"word-{}\">{names}</dt>\n<dd>{}</dd>\n",
                    escape(&entry.id),
                    drawer.all(&entry.blocks)
                )
            })
            .collect();
        format!(
            "<section class=\"words\">\n<h2>{}</h2>\n<dl>\n{entries}</dl></section>\n",
            self.word("handout-words")
        )
    }
}
