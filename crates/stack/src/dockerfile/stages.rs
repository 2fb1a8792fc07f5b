//! [`Stages`]: every stage of a Dockerfile, what it starts from and what it takes from others.

use std::collections::BTreeMap;

use super::lines::{Instruction, instructions};
use super::shell;
use crate::compose::Env;
use crate::{Span, Spanned};

/// Values longer than this are not followed: each `ARG A=$A$A` would double one.
pub(super) const LONGEST: usize = 1 << 12;

/// The stages of a Dockerfile, in the file's order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stages {
    /// The place in this list is what [`Base::Stage`] and [`CopyFrom::stage`] count.
    pub stages: Vec<Stage>,
}

/// One stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// Behind `AS`.
    pub name: Option<String>,
    /// What it starts from.
    pub base: Base,
    /// What stands behind `FROM`, with the arguments put in; empty where one has no value.
    pub from: Spanned<String>,
    runs: Vec<Instruction>,
    /// What it takes from other stages and images, by `COPY`, `ADD` or a mount.
    pub copies: Vec<CopyFrom>,
    /// What it puts into the image by `COPY` and `ADD`, in its order.
    pub puts: Vec<Put>,
    /// The last of them counts.
    pub healthcheck: Option<HealthLine>,
    /// The last of them counts; none where the stage itself has none.
    pub entrypoint: Option<Start>,
    /// The same for `CMD`.
    pub command: Option<Start>,
    /// Where it is by now.
    workdir: String,
}

/// A `COPY` or an `ADD`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Put {
    /// Of `--from=`, where it has one.
    pub from: Option<String>,
    /// As written, with variables put in.
    pub sources: Vec<String>,
    /// Absolute; it ends with `/` where the file says so.
    pub target: String,
    /// Of the word `COPY` or `ADD`.
    pub span: Span,
}

/// An `ENTRYPOINT` or a `CMD`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start {
    /// Of the list, or of the line that a shell is given.
    pub words: Vec<String>,
    /// It is a JSON list, started without a shell.
    pub is_list: bool,
    /// Of the word `ENTRYPOINT` or `CMD`.
    pub span: Span,
}

/// What a stage starts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// An image, by the name in [`Stage::from`]; `scratch` is one, too.
    Image,
    /// The stage of that place, which comes before.
    Stage(usize),
}

/// A source outside of the stage and of the build's folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyFrom {
    /// Of `--from=` and its like.
    pub from: Spanned<String>,
    /// The stage that this is, if it is one.
    pub stage: Option<usize>,
}

/// A `HEALTHCHECK`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HealthLine {
    /// `NONE`: switched off, also the image's own.
    None(Span),
    /// `CMD`: a check of its own. The place is that of the word `HEALTHCHECK`.
    Command(Span),
}

impl Stages {
    /// Reads a Dockerfile with the `given` arguments of its build. Every text is some Dockerfile:
    /// what no stage can have is passed over, for Docker itself judges it.
    pub fn parse(text: &str, given: &BTreeMap<String, String>) -> Self {
        let mut file = Self::default();
        let mut args = Env::default();
        // What is set within the stage under way.
        let mut own = Env::default();
        for instruction in instructions(text) {
            match (instruction.word.as_str(), file.stages.last_mut()) {
                ("FROM", _) => {
                    let stage = file.stage(&instruction, &args);
                    file.stages.push(stage);
                    own = Env::default();
                }
                ("ARG", Some(_)) => own = redeclared(own, &args, &instruction, given),
                ("ENV", Some(_)) => own = with_arguments(own, &instruction, &BTreeMap::new()),
                // Only those before the first stage can stand behind a FROM.
                ("ARG", None) => args = with_arguments(args, &instruction, given),
                ("RUN", Some(stage)) => stage.runs.push(instruction.clone()),
                ("HEALTHCHECK", Some(stage)) => stage.healthcheck = Some(health(&instruction)),
                ("ENTRYPOINT", Some(stage)) => stage.entrypoint = Some(start(&instruction)),
                ("CMD", Some(stage)) => stage.command = Some(start(&instruction)),
                ("WORKDIR", Some(stage)) => {
                    stage.workdir = absolute(&stage.workdir, instruction.rest().trim_matches(['"', '\'']));
                }
                ("COPY" | "ADD", Some(stage)) => stage.puts.extend(put(&instruction, &stage.workdir, &own)),
                _ => {}
            }
            if matches!(instruction.word.as_str(), "RUN" | "COPY" | "ADD") {
                let copies = file.copies(&instruction);
                file.stages
                    .iter_mut()
                    .last()
                    .into_iter()
                    .for_each(|stage| stage.copies.extend(copies.clone()));
            }
        }
        file
    }

    fn stage(&self, from: &Instruction, args: &Env) -> Stage {
        let mut words = from.words().into_iter().filter(|word| !word.value.starts_with("--"));
        let written = words.next().unwrap_or(Spanned::new("", from.span));
        let image = args.expand(written.value.trim_matches(['"', '\'']));
        let is_as = words.next().is_some_and(|word| word.value.eq_ignore_ascii_case("as"));
        let name = words.next().filter(|_| is_as).map(|word| word.value.to_owned());
        let base = self.named(&image).map_or(Base::Image, Base::Stage);
        let from = Spanned::new(image, written.span);
        let workdir = match base {
            Base::Stage(before) => self.stages[before].workdir.clone(),
            Base::Image => "/".to_owned(),
        };
        Stage {
            name,
            base,
            from,
            runs: Vec::new(),
            copies: Vec::new(),
            puts: Vec::new(),
            healthcheck: None,
            entrypoint: None,
            command: None,
            workdir,
        }
    }

    /// The stage of that name; the later one where two have it. Upper and lower case are one.
    fn named(&self, name: &str) -> Option<usize> {
        let is = |stage: &Stage| stage.name.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(name));
        self.stages.iter().rposition(is)
    }

    fn copies(&self, instruction: &Instruction) -> Vec<CopyFrom> {
        let words = instruction.words();
        let options = words.iter().take_while(|word| word.value.starts_with("--"));
        let sources = options.filter_map(|word| {
            let value = match instruction.word.as_str() {
                "RUN" => word
                    .value
                    .strip_prefix("--mount=")?
                    .split(',')
                    .find_map(|part| part.strip_prefix("from=")),
                _ => word.value.strip_prefix("--from="),
            };
            value.map(|value| Spanned::new(value.to_owned(), word.span))
        });
        // A number is a stage before this one.
        let here = self.stages.len().saturating_sub(1);
        let by_number = |text: &str| text.parse().ok().filter(|number: &usize| *number < here);
        sources
            .map(|from| CopyFrom { stage: self.named(&from.value).or_else(|| by_number(&from.value)), from })
            .collect()
    }

    /// The place of the stage that is built: `target` by name or number, else the last.
    pub fn target(&self, target: Option<&str>) -> Option<usize> {
        match target.filter(|target| !target.is_empty()) {
            Some(target) => {
                let by_number = || target.parse().ok().filter(|number| *number < self.stages.len());
                self.named(target).or_else(by_number)
            }
            None => self.stages.len().checked_sub(1),
        }
    }

    /// The stage at `place` and those that it starts from, itself first.
    pub fn chain(&self, place: usize) -> Vec<&Stage> {
        let next = |stage: &&Stage| match stage.base {
            Base::Stage(before) => self.stages.get(before),
            Base::Image => None,
        };
        std::iter::successors(self.stages.get(place), next).collect()
    }
}

impl Stage {
    /// Where it first runs or fetches one of `programs`, or installs one or one of `packages`; and
    /// which.
    pub fn runs<'p>(&self, programs: &'p [String], packages: &'p [String]) -> Option<(&'p str, Span)> {
        self.runs.iter().find_map(|run| shell::runs(run, programs, packages))
    }

    /// Its `RUN`s.
    pub fn commands(&self) -> &[Instruction] {
        &self.runs
    }
}

/// The words of an image's name, without registry, tag and digest: `rust`, `cargo` and `chef` of
/// `lukemathwalker/cargo-chef:latest`.
pub fn image_words(image: &str) -> Vec<&str> {
    let name = image.split('@').next().unwrap_or_default();
    let name = name.rsplit('/').next().unwrap_or(name);
    let name = name.split(':').next().unwrap_or(name);
    name.split(['-', '_', '.']).filter(|word| !word.is_empty()).collect()
}

fn with_arguments(args: Env, instruction: &Instruction, given: &BTreeMap<String, String>) -> Env {
    instruction.words().into_iter().fold(args, |args, word| {
        let (name, default) = word.value.split_once('=').map_or((word.value, None), |(n, d)| (n, Some(d)));
        let default = default.map(|text| args.expand(text.trim_matches(['"', '\''])));
        match given.get(name).cloned().or(default).filter(|value| value.len() <= LONGEST) {
            Some(value) => Env::from_iter([(name, value)]).over(args),
            None => args,
        }
    })
}

/// An `ARG` within a stage: one without a default has what stands before the first.
fn redeclared(own: Env, args: &Env, instruction: &Instruction, given: &BTreeMap<String, String>) -> Env {
    let outer = instruction.words().into_iter().filter_map(|word| {
        let name = word.value.split('=').next()?;
        Some((name.to_owned(), args.get(name)?.to_owned()))
    });
    let outer: Env = outer.collect();
    with_arguments(own, instruction, given).over(outer)
}

fn start(instruction: &Instruction) -> Start {
    Start { words: instruction.arguments(), is_list: instruction.is_list(), span: instruction.span }
}

fn put(instruction: &Instruction, workdir: &str, own: &Env) -> Option<Put> {
    let words = instruction.words();
    let from = words.iter().find_map(|word| word.value.strip_prefix("--from=")).map(str::to_owned);
    let mut sources: Vec<String> = instruction
        .arguments()
        .iter()
        .map(|word| own.expand(word))
        .filter(|word| word.len() <= LONGEST)
        .collect();
    let target = absolute(workdir, &sources.pop()?);
    Some(Put { from, sources, target, span: instruction.span })
}

/// `path` from the folder `dir`, without `.` in it; a `/` at its end stays.
fn absolute(dir: &str, path: &str) -> String {
    let whole = if path.starts_with('/') { path.to_owned() } else { format!("{dir}/{path}") };
    let mut names: Vec<&str> = Vec::new();
    for name in whole.split('/').filter(|name| !matches!(*name, "" | ".")) {
        match name {
            ".." => drop(names.pop()),
            _ => names.push(name),
        }
    }
    let is_folder = matches!(path.rsplit('/').next(), Some("" | "." | ".."));
    let end = if is_folder && !names.is_empty() { "/" } else { "" };
    format!("/{}{end}", names.join("/"))
}

fn health(instruction: &Instruction) -> HealthLine {
    let words = instruction.words();
    let command = words.iter().find(|word| !word.value.starts_with("--"));
    match command {
        Some(word) if word.value.eq_ignore_ascii_case("CMD") => HealthLine::Command(instruction.span),
        _ => HealthLine::None(instruction.span),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Stages {
        Stages::parse(text, &BTreeMap::from([("PROGRAM".to_owned(), "compiled".to_owned())]))
    }

    #[test]
    fn stages_know_what_they_start_from_and_what_they_take() {
        let file = parse(
            "ARG RUST=rust:1-slim\nARG PROGRAM\nFROM --platform=$BUILDPLATFORM ${RUST} AS Compiled\nRUN cargo build\n\
             FROM ${PROGRAM} as program\nFROM debian:bookworm-slim AS base\nFROM base\n\
             COPY --chown=1:1 --from=program /out/x /app/x\nCOPY --from=0 /a /b\n\
             RUN --mount=type=bind,from=compiled,target=/c cp /c/d /d\nCOPY --from=nginx:alpine /e /f\n\
             HEALTHCHECK --interval=5s CMD [\"/app/x\"]\n",
        );
        let bases: Vec<_> = file.stages.iter().map(|stage| (stage.from.value.as_str(), stage.base)).collect();
        let wanted = [
            ("rust:1-slim", Base::Image),
            ("compiled", Base::Stage(0)),
            ("debian:bookworm-slim", Base::Image),
            ("base", Base::Stage(2)),
        ];
        assert_eq!(bases, wanted);
        let last = file.target(None).expect("a stage");
        let copies: Vec<_> =
            file.stages[last].copies.iter().map(|copy| (copy.from.value.as_str(), copy.stage)).collect();
        assert_eq!(
            copies,
            [("program", Some(1)), ("0", Some(0)), ("compiled", Some(0)), ("nginx:alpine", None)]
        );
        assert_eq!(file.chain(last).len(), 2);
        assert!(matches!(file.stages[last].healthcheck, Some(HealthLine::Command(span)) if span.line == 12));
        assert_eq!(
            (file.target(Some("compiled")), file.target(Some("2")), file.target(Some("x"))),
            (Some(0), Some(2), None)
        );
        let programs = ["cargo".to_owned()];
        assert!(
            file.stages[0].runs(&programs, &[]).is_some() && file.stages[last].runs(&programs, &[]).is_none()
        );
    }

    #[test]
    fn the_words_of_an_images_name() {
        for (image, words) in [
            ("rust:1-slim", vec!["rust"]),
            ("registry.example:5000/rustlang/rust@sha256:00", vec!["rust"]),
            ("lukemathwalker/cargo-chef:latest-rust-1", vec!["cargo", "chef"]),
            ("gcr.example/distroless/cc-debian12", vec!["cc", "debian12"]),
            ("scratch", vec!["scratch"]),
        ] {
            assert_eq!(image_words(image), words, "{image}");
        }
        assert_eq!(parse("FROM ${NOPE}\n").stages[0].from.value, "");
        assert!(parse("RUN x\n").stages.is_empty());
    }
}
