//! A lesson's commands as this reader is to type them: in the words of the engine that runs the stack,
//! and with the project's own name. They stand in shell blocks, in inline code and in prompts; names
//! also in blocks of plain text, which show what a command prints.

use super::{Block, Inline, Prose, StepProse};
use workshop_engine::command::{in_words_of, text_in_words_of};
use workshop_engine::{EngineKind, Spelling};

/// The project's name as lessons write it, of the form that every workspace's has.
const EXAMPLE: &str = "workshop-1a2b3c";
/// Languages of the blocks that show what a command prints.
const PRINTED: [&str; 2] = ["text", ""];
/// Languages of the blocks that hold commands to type.
const SHELLS: [&str; 3] = ["console", "sh", "bash"];

impl Prose {
    /// The same text, its commands as `engine` has them.
    #[must_use]
    pub fn in_words_of(mut self, engine: EngineKind) -> Self {
        if engine.spelling != Spelling::AsWritten {
            self.rewrite(&mut |code, role| {
                *code = match role {
                    Role::Span => in_words_of(engine, code).into_owned(),
                    Role::Shell => {
                        code.lines().map(|line| format!("{}\n", in_words_of(engine, line))).collect()
                    }
                    Role::Prompt => text_in_words_of(engine, code),
                    Role::Printed => return,
                }
            });
        }
        self
    }

    /// The same text for the project of that name: a command with a name in it can be typed as it
    /// stands there.
    #[must_use]
    pub fn of_project(mut self, name: &str) -> Self {
        self.rewrite(&mut |code, _| {
            if code.contains(EXAMPLE) {
                *code = code.replace(EXAMPLE, name);
            }
        });
        self
    }

    fn rewrite(&mut self, change: &mut Change<'_>) {
        blocks(&mut self.intro, change);
        self.steps.iter_mut().for_each(|one| step(one, change));
    }
}

/// What a piece of code in a lesson's text is.
#[derive(Clone, Copy)]
enum Role {
    /// Within a line.
    Span,
    /// Lines to type.
    Shell,
    /// Lines that a command prints.
    Printed,
    /// Words for an assistant.
    Prompt,
}

type Change<'c> = dyn FnMut(&mut String, Role) + 'c;

fn step(step: &mut StepProse, change: &mut Change<'_>) {
    blocks(&mut step.body, change);
    step.hints.iter_mut().for_each(|hint| blocks(hint, change));
    if let Some(prompt) = &mut step.prompt {
        change(prompt, Role::Prompt);
    }
    step.predictions.iter_mut().for_each(|prediction| blocks(&mut prediction.text, change));
    for question in &mut step.questions {
        blocks(&mut question.text, change);
        blocks(&mut question.explanation, change);
    }
}

fn blocks(all: &mut [Block], change: &mut Change<'_>) {
    for block in all {
        match block {
            Block::Heading { text, .. } | Block::Paragraph(text) => inlines(text, change),
            Block::Code { language, file: None, text, .. } if SHELLS.contains(&language.as_str()) => {
                change(text, Role::Shell);
            }
            Block::Code { language, file: None, text, .. } if PRINTED.contains(&language.as_str()) => {
                change(text, Role::Printed);
            }
            Block::Code { .. } | Block::Rule => {}
            Block::List { items, .. } => items.iter_mut().for_each(|item| blocks(item, change)),
            Block::Alert { blocks: inner, .. } => blocks(inner, change),
            Block::Table { head, rows } => {
                head.iter_mut().chain(rows.iter_mut().flatten()).for_each(|cell| inlines(cell, change));
            }
        }
    }
}

fn inlines(all: &mut [Inline], change: &mut Change<'_>) {
    for inline in all {
        match inline {
            Inline::Code(code) => change(code, Role::Span),
            Inline::Strong(inner) | Inline::Emphasis(inner) | Inline::Link { text: inner, .. } => {
                inlines(inner, change);
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

    #[test]
    fn a_name_is_the_readers_own() {
        let text = "# T\n\n## S {#s}\n\n`docker kill workshop-1a2b3c-web-2` of `workshop-1a2b3c_net`\n\n\
            ```sh\ndocker restart workshop-1a2b3c-web-1\n```\n\n\
            ```text\nworkshop-1a2b3c-web-1   Up\n```\n\n\
            ```yaml docker-compose.yml\n# workshop-1a2b3c\n```\n";
        let own = format!("{:?}", Prose::parse(text).unwrap().of_project("workshop-ffffff"));
        for words in [
            "kill workshop-ffffff-web-2",
            "workshop-ffffff_net",
            "restart workshop-ffffff-web-1",
            "workshop-ffffff-web-1   Up",
        ] {
            assert!(own.contains(words), "{words} is not in {own}");
        }
        assert!(own.contains("# workshop-1a2b3c"), "a file is quoted as it is");
    }
}
