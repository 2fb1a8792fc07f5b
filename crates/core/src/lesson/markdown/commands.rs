//! A lesson's commands in the words of the engine that runs its stack: what a reader is to type
//! stands in shell blocks, in inline code and in prompts, and nowhere else.

use super::{Block, Inline, Prose, StepProse};
use workshop_engine::command::{in_words_of, text_in_words_of};
use workshop_engine::{EngineKind, Spelling};

/// Languages of the blocks that hold commands to type.
const SHELLS: [&str; 3] = ["console", "sh", "bash"];

impl Prose {
    /// The same text, its commands as `engine` has them.
    #[must_use]
    pub fn in_words_of(mut self, engine: EngineKind) -> Self {
        if engine.spelling != Spelling::AsWritten {
            blocks(&mut self.intro, engine);
            self.steps.iter_mut().for_each(|one| step(one, engine));
        }
        self
    }
}

fn step(step: &mut StepProse, engine: EngineKind) {
    blocks(&mut step.body, engine);
    step.hints.iter_mut().for_each(|hint| blocks(hint, engine));
    if let Some(prompt) = &mut step.prompt {
        *prompt = text_in_words_of(engine, prompt);
    }
    step.predictions.iter_mut().for_each(|prediction| blocks(&mut prediction.text, engine));
    for question in &mut step.questions {
        blocks(&mut question.text, engine);
        blocks(&mut question.explanation, engine);
    }
}

fn blocks(all: &mut [Block], engine: EngineKind) {
    for block in all {
        match block {
            Block::Heading { text, .. } | Block::Paragraph(text) => inlines(text, engine),
            Block::Code { language, file: None, text, .. } if SHELLS.contains(&language.as_str()) => {
                let lines = text.lines().map(|line| format!("{}\n", in_words_of(engine, line)));
                *text = lines.collect();
            }
            Block::Code { .. } | Block::Rule => {}
            Block::List { items, .. } => items.iter_mut().for_each(|item| blocks(item, engine)),
            Block::Alert { blocks: inner, .. } => blocks(inner, engine),
            Block::Table { head, rows } => {
                head.iter_mut().chain(rows.iter_mut().flatten()).for_each(|cell| inlines(cell, engine));
            }
        }
    }
}

fn inlines(all: &mut [Inline], engine: EngineKind) {
    for inline in all {
        match inline {
            Inline::Code(code) => *code = in_words_of(engine, code).into_owned(),
            Inline::Strong(inner) | Inline::Emphasis(inner) | Inline::Link { text: inner, .. } => {
                inlines(inner, engine);
            }
            Inline::Text(_) | Inline::Break => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# T\n\nType `docker compose ps`.\n\n## S {#s}\n\n- `docker compose …` it is\n\n\
        ```sh\n$ docker compose up -d\nls\n```\n\n```yaml docker-compose.yml\n#   docker compose up -d\n```\n\n\
        ```prompt\nUse docker compose ps.\n```\n\n> [!TIP]\n> Run `docker kill shop-web-2`.\n";

    #[test]
    fn what_is_to_be_typed_changes_and_what_is_quoted_does_not() {
        let prose = Prose::parse(TEXT).unwrap();
        assert_eq!(prose.clone().in_words_of(EngineKind::DOCKER), prose);
        let ours = format!("{:?}", prose.in_words_of(EngineKind::EMBEDDED));
        for words in [
            "\"workshop compose ps\"",
            "$ workshop compose up -d\\nls\\n",
            "Use workshop compose ps.",
            "workshop compose kill --index 2 web",
            "\"docker compose …\"",
            "#   docker compose up -d",
        ] {
            assert!(ours.contains(words), "{words} is not in {ours}");
        }
    }
}
