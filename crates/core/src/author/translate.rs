//! Which texts of a language are older than their original: `translated.toml` beside a lesson's texts
//! says of which original each step was translated, by the first digits of its hash.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::prose::Sections;
use super::{Author, AuthorError, Changes};
use crate::workspace::hex::hex;
use workshop_text::{Lang, Text};

/// The file's name in the lesson's folder.
pub const FILE: &str = "translated.toml";
/// What stands for title and introduction.
pub const HEAD: &str = "introduction";
const DIGITS: usize = 16;

/// How a text stands to its original.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is of the original as it is.
    Current,
    /// The original is another one since.
    Older,
    /// Nobody has said of which original it is.
    Unknown,
}

/// One text of a language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Translation {
    /// The language that it is in.
    pub lang: Lang,
    /// The step, or [`HEAD`].
    pub part: String,
    /// How it stands.
    pub standing: Standing,
}

type Noted = BTreeMap<String, BTreeMap<String, String>>;

impl Author {
    /// The language that the others are translated from: the first that the lesson names.
    pub fn original(&self) -> Lang {
        self.lesson.file.languages.first().copied().unwrap_or(Lang::En)
    }

    /// Every text that is a translation, in the lesson's order.
    ///
    /// # Errors
    /// A text or the note cannot be read.
    pub fn translations(&self) -> Result<Vec<Translation>, AuthorError> {
        let (noted, hashes) = (self.noted()?, self.hashes()?);
        let mut all = Vec::new();
        for lang in self.lesson.file.languages.iter().copied().filter(|lang| *lang != self.original()) {
            for (part, hash) in &hashes {
                let of = noted.get(lang.code()).and_then(|parts| parts.get(part));
                let standing = match of {
                    None => Standing::Unknown,
                    Some(of) if of == hash => Standing::Current,
                    Some(_) => Standing::Older,
                };
                all.push(Translation { lang, part: part.clone(), standing });
            }
        }
        Ok(all)
    }

    /// Notes down that a part, or each, is translated in `lang` as its original is now.
    ///
    /// # Errors
    /// There is no such part, or a text cannot be read.
    pub fn translated(&self, lang: Lang, part: Option<&str>) -> Result<Changes, AuthorError> {
        if lang == self.original() || !self.lesson.file.languages.contains(&lang) {
            let text = Text::new("author-no-translation").with("lang", lang.code());
            return Err(AuthorError::Refused(text));
        }
        let hashes = self.hashes()?;
        let wanted = match part {
            Some(HEAD) => Some(HEAD.to_owned()),
            Some(step) => Some(self.lesson.file.steps[self.step(step)?].id.clone()),
            None => None,
        };
        let mut noted = self.noted()?;
        let own = noted.entry(lang.code().to_owned()).or_default();
        own.retain(|part, _| hashes.iter().any(|(known, _)| known == part));
        let done = hashes.into_iter().filter(|(part, _)| wanted.as_ref().is_none_or(|wanted| wanted == part));
        own.extend(done);
        let head = "# Which original each text was translated from: `workshop author translate`.\n";
        let text = head.to_owned() + &toml::to_string(&noted).unwrap_or_default();
        Ok(Changes::from([(format!("{}/{FILE}", self.lesson.dir), Some(text.into_bytes()))]))
    }

    fn noted(&self) -> Result<Noted, AuthorError> {
        let own = self.lesson.own_files()?;
        let Some(bytes) = own.get(FILE) else { return Ok(Noted::new()) };
        let broken = |reason: String| {
            let text = Text::new("author-toml").with("reason", reason);
            AuthorError::Refused(text)
        };
        toml::from_str(&String::from_utf8_lossy(bytes)).map_err(|error| broken(error.message().to_owned()))
    }

    /// Each part of the original with its hash.
    fn hashes(&self) -> Result<Vec<(String, String)>, AuthorError> {
        let text = self.text(&format!("{}.md", self.original().code()))?;
        let sections = Sections::read(&text).map_err(|error| AuthorError::Refused(error.message))?;
        let parts = std::iter::once((HEAD.to_owned(), sections.head)).chain(sections.steps);
        Ok(parts.map(|(part, text)| (part, hash(&text))).collect())
    }
}

fn hash(text: &str) -> String {
    hex(&Sha256::digest(text.trim().as_bytes()))[..DIGITS].to_owned()
}
