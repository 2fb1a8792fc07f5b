//! `dockerfile`: the image that runs is built in several stages and does not have the tool chain.

use serde::Deserialize;

use super::built::{Built, built};
use super::files::Read;
use super::{Check, Needs, Verdict, World};
use crate::stack::compose::{ComposeFile, Service};
use crate::stack::dockerfile::{Base, Stage};
use crate::text::Text;

/// `dockerfile = { service = "api-server", final_without = ["cargo", "rustc", "rustup"] }`: the
/// stage that the compose file builds (the last one, or `build.target`), and those that it starts
/// from, run and install none of these programs and are not built from an image that is named
/// after their tool chain; and they take something from another stage. Where the learner split the
/// service already (`api-server-1`), the first service that is named so and built stands for it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dockerfile {
    service: String,
    final_without: Vec<String>,
}

/// Programs of a tool chain, and the word in the name of the images that have it.
const TOOL_CHAINS: [(&[&str], &str); 1] = [(&["cargo", "rustc", "rustup"], "rust")];

impl Check for Dockerfile {
    fn needs(&self) -> Needs {
        Needs::Files
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        let built = self.service(world).and_then(|(compose, service)| built(world, compose, service));
        match built {
            Ok(built) => self.stages(&built),
            Err(verdict) => *verdict,
        }
    }
}

impl Dockerfile {
    fn service<'a>(&self, world: &World<'a>) -> Result<(&'a Read<ComposeFile>, &'a Service), Box<Verdict>> {
        let missing = match world.files.service(&self.service) {
            Ok(found) => return Ok(found),
            Err(missing) => missing,
        };
        let file = world.files.compose()?;
        let part = |service: &&Service| {
            let rest = service.name.value.strip_prefix(self.service.as_str());
            service.build.is_some() && rest.is_some_and(|rest| rest.starts_with(['-', '_']))
        };
        file.model.services.iter().find(part).map(|service| (file, service)).ok_or(missing)
    }

    fn stages(&self, built: &Built) -> Verdict {
        let Built { file, last } = built;
        let chain = file.model.chain(*last);
        let from = &chain[0].from;
        let about = |key| Text::new(key).with("file", file.path.as_str()).with("from", from.value.as_str());
        if let Some(stage) = chain.iter().find(|stage| stage.from.value.is_empty()) {
            return Verdict::not_yet(about("check-dockerfile-no-image")).at(file.place(stage.from.span));
        }
        if file.model.stages.len() == 1 {
            return Verdict::not_yet(about("check-dockerfile-single"))
                .expected(Text::verbatim("FROM ... AS build   +   FROM ... COPY --from=build ..."))
                .at(file.place(from.span));
        }
        if let Some(verdict) = self.tool_chain(built, &chain) {
            return verdict;
        }
        let outside =
            |place: &usize| !chain.iter().any(|stage| std::ptr::eq(*stage, &file.model.stages[*place]));
        let mut taken = chain.iter().flat_map(|stage| &stage.copies).filter_map(|copy| copy.stage);
        if !taken.any(|place| outside(&place)) {
            return Verdict::not_yet(about("check-dockerfile-no-copy"))
                .expected(Text::verbatim("COPY --from=..."))
                .at(file.place(from.span));
        }
        Verdict::pass(about("check-dockerfile-pass")).observed(Text::verbatim(format!("FROM {}", from.value)))
    }

    /// What brings the tool chain into the final image.
    fn tool_chain(&self, built: &Built, chain: &[&Stage]) -> Option<Verdict> {
        let file = &built.file;
        for (depth, stage) in chain.iter().enumerate() {
            // Another stage's fault is one of the FROM that leads there.
            let runs = stage.runs(&self.final_without).map(|(program, span)| (program.to_owned(), span));
            if let Some((program, span)) = runs {
                let key = if depth == 0 { "check-dockerfile-runs" } else { "check-dockerfile-starts-from" };
                let span = if depth == 0 { span } else { chain[0].from.span };
                let text = Text::new(key).with("program", program).with("from", chain[0].from.value.as_str());
                return Some(Verdict::not_yet(text).at(file.place(span)));
            }
            if stage.base == Base::Image && self.has_tool_chain(stage) {
                let text = Text::new("check-dockerfile-tool-chain").with("image", stage.from.value.as_str());
                let verdict =
                    Verdict::not_yet(text).observed(Text::verbatim(format!("FROM {}", chain[0].from.value)));
                return Some(verdict.at(file.place(chain[0].from.span)));
            }
        }
        None
    }

    /// Whether an image's name says that it has the tool chain.
    fn has_tool_chain(&self, stage: &Stage) -> bool {
        let named = |word: &str| {
            let word = word.to_lowercase();
            let own = self.final_without.contains(&word);
            own || TOOL_CHAINS.iter().any(|(programs, image)| {
                *image == word
                    && self.final_without.iter().any(|program| programs.contains(&program.as_str()))
            })
        };
        stage.image_words().into_iter().any(named)
    }
}
