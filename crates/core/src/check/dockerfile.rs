//! `dockerfile`: the image that runs is built in several stages and does not have the tool chain.

use serde::Deserialize;

use super::built::{Built, built};
use super::kind::{Check, World};
use super::read::Read;
use crate::verdict::Verdict;
use workshop_stack::compose::{ComposeFile, Service};
use workshop_stack::dockerfile::{Base, Put, Stage, Stages, image_words};
use workshop_text::Text;

/// The image that the service is built into does not have these programs.
///
/// The stage that the compose file builds (the last one, or `build.target`), and those that it starts
/// from, run and install none of them and are not built from an image that is named after their tool
/// chain; and they take something from another stage. Where the learner split the service already
/// (`api-server-1`), the first service that is named so and built stands for it.
///
/// ```toml
/// dockerfile = { service = "api-server", final_without = ["cargo", "rustc", "rustup"] }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Dockerfile {
    /// The service whose Dockerfile is read.
    service: String,
    /// Programs that the last stage must do without.
    final_without: Vec<String>,
}

/// Programs of a tool chain, and the word in the name of the images that have it.
const TOOL_CHAINS: [(&[&str], &str); 1] = [(&["cargo", "rustc", "rustup"], "rust")];

/// Where a tool chain lies in the images that have it.
const HOMES: [&str; 4] =
    ["/usr/local/cargo/bin", "/usr/local/rustup/toolchains", "/root/.cargo/bin", "/root/.rustup"];

impl Check for Dockerfile {
    fn judge(&self, world: &World<'_>) -> Verdict {
        let found = self.service(world);
        let judged = found.and_then(|(compose, service)| {
            let entrypoint = format!("services.{}.entrypoint", service.name.value);
            let is_started = service.command.is_some() || compose.model.root.get(&entrypoint).is_some();
            let verdict = self.stages(&built(&world.app.files, compose, service)?, is_started);
            // What else is wrong with the service is said once its stages are right.
            match verdict.is_pass() {
                true => world.app.service(&service.name.value).map(|_| verdict),
                false => Ok(verdict),
            }
        });
        judged.unwrap_or_else(|verdict| *verdict)
    }
}

impl Dockerfile {
    fn service<'a>(&self, world: &World<'a>) -> Result<(&'a Read<ComposeFile>, &'a Service), Box<Verdict>> {
        let missing = match world.app.files.service_as_written(&self.service) {
            Ok(found) => return Ok(found),
            Err(missing) => missing,
        };
        let file = world.app.files.compose()?;
        let part = |service: &&Service| {
            let rest = service.name.value.strip_prefix(self.service.as_str());
            service.build.is_some() && rest.is_some_and(|rest| rest.starts_with(['-', '_']))
        };
        file.model.services.iter().find(part).map(|service| (file, service)).ok_or(missing)
    }

    fn stages(&self, built: &Built, is_started: bool) -> Verdict {
        let Built { file, last } = built;
        let chain = file.model.chain(*last);
        let from = &chain[0].from;
        let about = |key| Text::new(key).with("file", file.path.as_str()).with("from", from.value.as_str());
        if file.model.stages.len() == 1 {
            return Verdict::not_yet(about("check-dockerfile-single"))
                .expected(Text::new("check-dockerfile-two-stages"))
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
                .expected(Text::new("check-dockerfile-two-stages"))
                .at(file.place(from.span));
        }
        if !is_started && !chain.iter().any(|stage| stage.entrypoint.is_some() || stage.command.is_some()) {
            let copied = chain.iter().flat_map(|stage| &stage.puts).rfind(|put| put.from.is_some());
            let program = copied.map_or("/app/program", |put| put.target.as_str());
            return Verdict::not_yet(about("check-dockerfile-no-start"))
                .expected(Text::verbatim(format!("ENTRYPOINT [\"{program}\"]")))
                .at(file.place(from.span));
        }
        Verdict::pass(about("check-dockerfile-pass")).observed(Text::verbatim(format!("FROM {}", from.value)))
    }

    /// What brings the tool chain into the final image.
    fn tool_chain(&self, built: &Built, chain: &[&Stage]) -> Option<Verdict> {
        let file = &built.file;
        let packages: Vec<String> = self.tool_chains().map(|(_, image)| image.to_owned()).collect();
        for (depth, stage) in chain.iter().enumerate() {
            // Another stage's fault is one of the FROM that leads there.
            let runs =
                stage.runs(&self.final_without, &packages).map(|(program, span)| (program.to_owned(), span));
            if let Some((program, span)) = runs {
                let key = if depth == 0 { "check-dockerfile-runs" } else { "check-dockerfile-starts-from" };
                let span = if depth == 0 { span } else { chain[0].from.span };
                let text = Text::new(key).with("program", program).with("from", chain[0].from.value.as_str());
                return Some(Verdict::not_yet(text).at(file.place(span)));
            }
            if self.has_tool_chain(stage) {
                let text = Text::new("check-dockerfile-tool-chain").with("image", stage.from.value.as_str());
                let verdict =
                    Verdict::not_yet(text).observed(Text::verbatim(format!("FROM {}", chain[0].from.value)));
                return Some(verdict.at(file.place(chain[0].from.span)));
            }
            if let Some((put, source)) = self.copied(&file.model, stage) {
                let text = Text::new("check-dockerfile-copied").with("source", source);
                return Some(Verdict::not_yet(text).at(file.place(put.span)));
            }
        }
        None
    }

    /// A `COPY` of another stage or image that brings a program of the tool chain along.
    fn copied<'s>(&self, stages: &Stages, stage: &'s Stage) -> Option<(&'s Put, &'s str)> {
        let has_one = |from: &str| match stages.target(Some(from)) {
            Some(place) => stages.chain(place).into_iter().any(|stage| self.has_tool_chain(stage)),
            None => self.is_tool_chain(from),
        };
        let brings = |put: &Put, source: &str| {
            let path = source.trim_end_matches(['/', '*']);
            let holds = |place: &str| {
                place.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            let name = path.rsplit('/').next().unwrap_or_default();
            self.final_without.iter().any(|program| program == name)
                || (HOMES.into_iter().any(holds) && put.from.as_deref().is_some_and(has_one))
        };
        let puts = stage.puts.iter().filter(|put| put.from.is_some());
        puts.flat_map(|put| put.sources.iter().map(move |source| (put, source.as_str())))
            .find(|(put, source)| brings(put, source))
    }

    /// Whether an image's name says that it has the tool chain.
    fn has_tool_chain(&self, stage: &Stage) -> bool {
        stage.base == Base::Image && self.is_tool_chain(&stage.from.value)
    }

    fn is_tool_chain(&self, image: &str) -> bool {
        let named = |word: &str| {
            let word = word.to_lowercase();
            let own = self.final_without.contains(&word);
            own || self.tool_chains().any(|(_, image)| image == word)
        };
        image_words(image).into_iter().any(named)
    }

    /// Those that have one of the programs.
    fn tool_chains(&self) -> impl Iterator<Item = (&'static [&'static str], &'static str)> {
        TOOL_CHAINS.into_iter().filter(|(programs, _)| {
            self.final_without.iter().any(|program| programs.contains(&program.as_str()))
        })
    }
}
