//! A lesson's prose file by its conventions, as [`Prose`]: an `h1` is the lesson's title, an `h2`
//! with an id a step, an `h3` with an id a question, or with the class `predict` too a prediction;
//! the list under an `h3` with the id `checks` says what is checked, the link under one with the
//! id `read-on` where to read more; `> [!TIP]` is a hint, a fenced block `prompt`
//! the prompt for an AI assistant, `<!-- notes: … -->` a speaker note.

use super::parse::{Marks, Piece, PieceKind, pieces};
use super::{AlertKind, Block, Inline, plain};
use workshop_text::Text;

/// What one `LANG.md` says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prose {
    /// The words of the `h1`, without mark-up.
    pub title: String,
    /// What stands before the first step: scenario and prerequisites.
    pub intro: Vec<Block>,
    /// Speaker notes that stand before the first step.
    pub notes: Option<String>,
    /// In the file's order.
    pub steps: Vec<StepProse>,
}

/// One step's words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepProse {
    /// The id of its heading, the same as in `lesson.toml`.
    pub id: String,
    /// The words of its heading, without mark-up.
    pub title: String,
    /// Of its heading, from 1.
    pub line: usize,
    /// Its text: all that is none of the other things below.
    pub body: Vec<Block>,
    /// In the order in which they are shown.
    pub hints: Vec<Vec<Block>>,
    /// As it stands in the file, without the last line feed.
    pub prompt: Option<String>,
    /// All speaker notes of the step, an empty line between two.
    pub notes: Option<String>,
    /// In the file's order.
    pub questions: Vec<QuestionProse>,
    /// What the learner is asked to expect, in the file's order.
    pub predictions: Vec<PredictionProse>,
    /// What its checks are called, and what each one's pass proves.
    pub checks: Vec<CheckProse>,
    /// Where to read more, once the step is done.
    pub read_on: Option<ReadOn>,
    /// Every code block that quotes a file, wherever it stands in the step.
    pub excerpts: Vec<Excerpt>,
}

/// One question's words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QuestionProse {
    /// The id of its heading, the same as the check's.
    pub id: String,
    /// The words of its heading, without mark-up.
    pub title: String,
    /// Of its heading, from 1.
    pub line: usize,
    /// What stands between its heading and its choices; may be empty.
    pub text: Vec<Block>,
    /// At least two; inline code keeps its backticks.
    pub choices: Vec<String>,
    /// Shown after an answer; may be empty.
    pub explanation: Vec<Block>,
}

/// One prediction's words: a question before something happens, with no right answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PredictionProse {
    /// The id of its heading, the same as in `lesson.toml`.
    pub id: String,
    /// The words of its heading, without mark-up.
    pub title: String,
    /// What stands below its heading, choices left out; may be empty.
    pub text: Vec<Block>,
    /// What can be chosen, where it has choices; inline code keeps its backticks.
    pub choices: Vec<String>,
    /// What a number in answer to it counts: `ms`, `requests`.
    pub unit: Option<String>,
}

/// A page to read on at.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ReadOn {
    /// What the page is called, without mark-up.
    pub title: String,
    /// `http` or `https`.
    pub url: String,
}

/// One check's words: `` - `id`: **Title.** What a pass proves. ``
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckProse {
    /// The check's id, as in `lesson.toml`.
    pub id: String,
    /// Without the full stop.
    pub title: String,
    /// A sentence; may be empty.
    pub proves: String,
}

impl StepProse {
    /// What the check or question `id` is called.
    pub fn title_of(&self, id: &str) -> Option<&str> {
        let check = self.checks.iter().find(|check| check.id == id).map(|check| check.title.as_str());
        let asked = || self.questions.iter().find(|one| one.id == id).map(|one| one.title.as_str());
        check.or_else(asked)
    }

    /// The prediction's words.
    pub fn prediction(&self, id: &str) -> Option<&PredictionProse> {
        self.predictions.iter().find(|one| one.id == id)
    }
}

/// The id of the heading over a step's list of checks.
const CHECKS: &str = "checks";
/// The id of the heading over a step's page to read on at.
const READ_ON: &str = "read-on";

/// A code block that names a file whose text it quotes. Blocks of the language `diff` name a file
/// without quoting it, so they are none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// As the block names it, relative to the workspace.
    pub file: String,
    /// What stands in the block.
    pub text: String,
    /// Of the opening fence, from 1.
    pub line: usize,
}

/// Where a prose file breaks its conventions, and how.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("line {line}: {}", .message.render(workshop_text::Lang::En))]
pub struct ProseError {
    /// From 1.
    pub line: usize,
    /// What is wrong there.
    pub message: Text,
}

impl ProseError {
    const fn new(line: usize, message: Text) -> Self {
        Self { line, message }
    }
}

impl Prose {
    /// Reads a prose file.
    ///
    /// # Errors
    /// [`ProseError`] at the first place that breaks the conventions: no `h1` or a second one, an
    /// `h2` without id, an id used twice, a question with fewer than two choices, a second prompt
    /// in a step, a comment that is never closed.
    pub fn parse(text: &str) -> Result<Self, ProseError> {
        let mut reader = Reader::default();
        for piece in pieces(text) {
            reader.piece(piece)?;
        }
        reader.close_part()?;
        if reader.prose.title.is_empty() {
            return Err(ProseError::new(1, Text::new("prose-no-title")));
        }
        Ok(reader.prose)
    }
}

/// Reads pieces in order; knows which step and question it is in.
#[derive(Default)]
struct Reader {
    prose: Prose,
    /// What the blocks belong to that come now.
    part: Part,
    /// Lines of the ids seen, steps and questions apart.
    ids: Vec<(u8, String, usize)>,
}

/// A part of a step that begins with an `h3` with an id.
#[derive(Default)]
enum Part {
    /// The step's own text.
    #[default]
    Body,
    Question(QuestionProse),
    Prediction(PredictionProse),
    Checks,
    ReadOn,
}

impl Reader {
    fn piece(&mut self, Piece { line, kind }: Piece) -> Result<(), ProseError> {
        match kind {
            PieceKind::Heading { level: 1, text, .. } => self.title(line, &text),
            PieceKind::Heading { level: 2, id, text, .. } => self.step(line, id, &text),
            PieceKind::Heading { level, id, marks, text } => self.heading(line, level, (id, marks), text),
            PieceKind::Block(block) => self.block(line, block),
            PieceKind::Comment(words) => {
                self.comment(&words);
                Ok(())
            }
            PieceKind::OpenComment => Err(ProseError::new(line, Text::new("prose-comment-open"))),
            PieceKind::Excerpt { language, file, text } => {
                if let Some(step) = self.prose.steps.last_mut()
                    && language != "diff"
                {
                    step.excerpts.push(Excerpt { file, text, line });
                }
                Ok(())
            }
        }
    }

    fn title(&mut self, line: usize, text: &[Inline]) -> Result<(), ProseError> {
        if !self.prose.title.is_empty() {
            return Err(ProseError::new(line, Text::new("prose-second-title")));
        }
        self.prose.title = title(line, text)?;
        Ok(())
    }

    fn step(&mut self, line: usize, id: Option<String>, text: &[Inline]) -> Result<(), ProseError> {
        self.close_part()?;
        let title = title(line, text)?;
        let Some(id) = id else {
            return Err(ProseError::new(line, Text::new("prose-step-without-id").with("title", title)));
        };
        self.claim(2, &id, line)?;
        self.prose.steps.push(StepProse { id, title, line, ..StepProse::default() });
        Ok(())
    }

    fn heading(
        &mut self,
        line: usize,
        level: u8,
        (id, marks): (Option<String>, Marks),
        text: Vec<Inline>,
    ) -> Result<(), ProseError> {
        if level == 3 {
            self.close_part()?;
        }
        let Some(id) = id.filter(|_| level == 3 && !self.prose.steps.is_empty()) else {
            return self.block(line, Block::Heading { level, text });
        };
        self.part = match id.as_str() {
            CHECKS => Part::Checks,
            READ_ON => Part::ReadOn,
            _ => {
                self.claim(3, &id, line)?;
                let title = title(line, &text)?;
                match marks.predict {
                    true => Part::Prediction(PredictionProse {
                        id,
                        title,
                        unit: marks.unit,
                        ..PredictionProse::default()
                    }),
                    false => Part::Question(QuestionProse { id, title, line, ..QuestionProse::default() }),
                }
            }
        };
        Ok(())
    }

    fn claim(&mut self, level: u8, id: &str, line: usize) -> Result<(), ProseError> {
        if let Some((_, _, first)) = self.ids.iter().find(|(l, seen, _)| *l == level && seen == id) {
            let message = Text::new("prose-id-twice").with("id", id).with("first", *first);
            return Err(ProseError::new(line, message));
        }
        self.ids.push((level, id.to_owned(), line));
        Ok(())
    }

    fn block(&mut self, line: usize, block: Block) -> Result<(), ProseError> {
        let Some(step) = self.prose.steps.last_mut() else {
            self.prose.intro.push(block);
            return Ok(());
        };
        match block {
            Block::Alert { kind: AlertKind::Tip, blocks } => step.hints.push(blocks),
            Block::Code { language, text, .. } if language == "prompt" => {
                if step.prompt.is_some() {
                    let message = Text::new("prose-second-prompt").with("id", step.id.as_str());
                    return Err(ProseError::new(line, message));
                }
                step.prompt = Some(text.strip_suffix('\n').unwrap_or(&text).to_owned());
            }
            block => match &mut self.part {
                Part::Checks => step.checks.extend(checks(line, block)?),
                Part::ReadOn => {
                    let page = read_on(&block).filter(|_| step.read_on.is_none());
                    let form = || ProseError::new(line, Text::new("prose-read-on-form"));
                    step.read_on = Some(page.ok_or_else(form)?);
                }
                Part::Prediction(prediction) => prediction.take(block),
                Part::Question(question) => step.body.extend(question.take(block)),
                Part::Body => step.body.push(block),
            },
        }
        Ok(())
    }

    fn comment(&mut self, words: &str) {
        let Some(note) = words.strip_prefix("notes:").map(str::trim).filter(|note| !note.is_empty()) else {
            return;
        };
        let notes = match self.prose.steps.last_mut() {
            Some(step) => &mut step.notes,
            None => &mut self.prose.notes,
        };
        match notes {
            Some(before) => {
                before.push_str("\n\n");
                before.push_str(note);
            }
            None => *notes = Some(note.to_owned()),
        }
    }

    /// Files what is at hand under its step.
    fn close_part(&mut self) -> Result<(), ProseError> {
        let part = std::mem::take(&mut self.part);
        let Some(step) = self.prose.steps.last_mut() else { return Ok(()) };
        match part {
            Part::Question(question) if question.choices.len() < 2 => {
                let message = Text::new("prose-question-choices").with("id", question.id);
                return Err(ProseError::new(question.line, message));
            }
            Part::Question(question) => step.questions.push(question),
            Part::Prediction(prediction) => step.predictions.push(prediction),
            Part::Body | Part::Checks | Part::ReadOn => {}
        }
        Ok(())
    }
}

impl PredictionProse {
    /// Takes a block of it: an ordered list is its choices.
    fn take(&mut self, block: Block) {
        match block {
            Block::List { start: Some(_), items } if self.choices.is_empty() => {
                self.choices = items.iter().map(|item| choice(item)).collect();
            }
            block => self.text.push(block),
        }
    }
}

/// A paragraph that is one link.
fn read_on(block: &Block) -> Option<ReadOn> {
    let Block::Paragraph(inlines) = block else { return None };
    let [Inline::Link { text, url }] = inlines.as_slice() else { return None };
    let title = plain(text).trim().to_owned();
    let is_page = ["http://", "https://"].iter().any(|begin| {
        url.strip_prefix(begin).is_some_and(|host| host.starts_with(|c: char| c.is_ascii_alphanumeric()))
    });
    (is_page && !title.is_empty()).then(|| ReadOn { title, url: url.clone() })
}

impl QuestionProse {
    /// Takes a block that is part of the question; what follows the explanation is handed back,
    /// for it belongs to the step again.
    fn take(&mut self, block: Block) -> Option<Block> {
        match block {
            Block::List { start: Some(_), items } if self.choices.is_empty() => {
                self.choices = items.iter().map(|item| choice(item)).collect();
            }
            Block::Alert { kind: AlertKind::Note, blocks } if self.explanation.is_empty() => {
                self.explanation = blocks;
            }
            block if self.choices.is_empty() => self.text.push(block),
            block => return Some(block),
        }
        None
    }
}

/// A list of checks, each with its words.
fn checks(line: usize, block: Block) -> Result<Vec<CheckProse>, ProseError> {
    let other = || ProseError::new(line, Text::new("prose-check-form"));
    let Block::List { items, .. } = block else { return Err(other()) };
    items.iter().map(|item| check(item).ok_or_else(other)).collect()
}

fn check(item: &[Block]) -> Option<CheckProse> {
    let [Block::Paragraph(inlines)] = item else { return None };
    let [Inline::Code(id), Inline::Text(colon), Inline::Strong(title), rest @ ..] = inlines.as_slice() else {
        return None;
    };
    let title = plain(title);
    let title = title.trim().trim_end_matches('.').to_owned();
    let fits = colon.trim() == ":" && !title.is_empty();
    fits.then(|| CheckProse { id: id.clone(), title, proves: with_backticks(rest).trim().to_owned() })
}

/// A choice's words on one line.
fn choice(blocks: &[Block]) -> String {
    let words = blocks.iter().filter_map(|block| match block {
        Block::Paragraph(inlines) => Some(with_backticks(inlines)),
        Block::Code { text, .. } => Some(text.trim_end().to_owned()),
        _ => None,
    });
    words.collect::<Vec<_>>().join(" ")
}

fn with_backticks(inlines: &[Inline]) -> String {
    inlines
        .iter()
        .map(|inline| match inline {
            Inline::Code(code) => format!("`{code}`"),
            other => plain(std::slice::from_ref(other)),
        })
        .collect()
}

fn title(line: usize, text: &[Inline]) -> Result<String, ProseError> {
    let title = plain(text).trim().to_owned();
    if title.is_empty() {
        return Err(ProseError::new(line, Text::new("prose-empty-heading")));
    }
    Ok(title)
}

#[cfg(test)]
mod tests;
