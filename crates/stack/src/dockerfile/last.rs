//! A Dockerfile's last stage, as far as a stack without containers needs it: which image it starts
//! from, which files it puts where. What needs a container to be run in is named with its line.

use std::collections::BTreeMap;

use super::lines::{Instruction, instructions};
use super::stages::LONGEST;
use crate::compose::Env;

/// The last stage of a Dockerfile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dockerfile {
    /// The image it starts from, with its arguments put in.
    pub base: String,
    /// What it does with files, in its order, each with its line, from 1.
    pub actions: Vec<(u32, Action)>,
    /// What its `ENV`s set, by name, with variables put in.
    pub env: BTreeMap<String, String>,
    /// `CMD` and `ENTRYPOINT` as words, where they are there.
    pub command: Option<(u32, Vec<String>)>,
    /// The folder in which its command runs, absolute.
    pub workdir: String,
    /// The first port that it says its command listens at (`EXPOSE`).
    pub port: Option<u16>,
}

/// What a stage does with files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// `COPY`, or an `ADD` that does the same.
    Copy {
        /// In the build's context, with variables put in; wildcards stay.
        sources: Vec<String>,
        /// Absolute; it ends with `/` where it must be a folder.
        target: String,
    },
    /// `RUN rm`, the one command that is followed.
    Remove {
        /// As written, without options.
        paths: Vec<String>,
    },
}

/// Why a Dockerfile cannot be followed here; `line` from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It needs a container: the instruction, as it stands.
    NeedsDocker {
        /// Of the instruction.
        line: u32,
        /// The instruction on one line.
        what: String,
    },
    /// Docker would refuse it, too.
    Wrong {
        /// Of the instruction; 1 where there is no stage at all.
        line: u32,
        /// What is wrong, in English.
        what: String,
    },
}

/// Instructions that change nothing a stack without containers has.
const NO_EFFECT: [&str; 7] = ["LABEL", "MAINTAINER", "STOPSIGNAL", "USER", "VOLUME", "SHELL", "ONBUILD"];

struct Reader {
    /// `ARG`s so far, with those of the build before their defaults.
    args: Env,
    given: BTreeMap<String, String>,
    stages: Vec<String>,
    /// Counts the stages so far.
    stage: usize,
    now: Dockerfile,
    workdir: String,
}

impl Dockerfile {
    /// # Errors
    /// [`Trouble`] with its line.
    pub fn parse(text: &str, args: &BTreeMap<String, String>) -> Result<Self, Trouble> {
        let mut reader = Reader {
            args: Env::default(),
            given: args.clone(),
            stages: Vec::new(),
            stage: 0,
            now: Self::default(),
            workdir: "/".to_owned(),
        };
        // A stage that the last one does not need is not built, whatever is in it.
        let mut needs_docker = None;
        for instruction in instructions(text) {
            match reader.take(&instruction) {
                Ok(()) => {}
                Err(trouble @ Trouble::Wrong { .. }) => return Err(trouble),
                Err(trouble) => needs_docker = needs_docker.or(Some((reader.stage, trouble))),
            }
            needs_docker = needs_docker.filter(|(stage, _)| *stage == reader.stage);
        }
        if let Some((_, trouble)) = needs_docker {
            return Err(trouble);
        }
        if reader.now.base.is_empty() {
            return Err(Trouble::Wrong { line: 1, what: "no build stage (FROM) in it".to_owned() });
        }
        Ok(Self { workdir: reader.workdir, ..reader.now })
    }
}

impl Reader {
    fn take(&mut self, instruction: &Instruction) -> Result<(), Trouble> {
        let (word, rest) = (instruction.word.as_str(), instruction.rest());
        let (line, rest) = (instruction.span.line, rest.as_str());
        let needs_docker = || Trouble::NeedsDocker { line, what: format!("{word} {rest}").trim().to_owned() };
        match word {
            "FROM" => self.from(line, rest),
            "ARG" => {
                self.arg(rest);
                Ok(())
            }
            _ if self.now.base.is_empty() => {
                Err(Trouble::Wrong { line, what: format!("no build stage (FROM) before {word}") })
            }
            "COPY" | "ADD" => self.copy(line, rest).ok_or_else(needs_docker),
            "RUN" => {
                let paths = removed(rest).ok_or_else(needs_docker)?;
                self.now.actions.push((line, Action::Remove { paths }));
                Ok(())
            }
            "WORKDIR" => {
                self.workdir = join(&self.workdir, &self.expanded(rest));
                Ok(())
            }
            "EXPOSE" => {
                let first = self.expanded(rest);
                let first = first.split([' ', '/', '-']).next().and_then(|port| port.parse().ok());
                self.now.port = self.now.port.or(first);
                Ok(())
            }
            "ENV" => self.env(rest).ok_or_else(needs_docker),
            "CMD" | "ENTRYPOINT" => {
                self.now.command = Some((line, words(rest).ok_or_else(needs_docker)?));
                Ok(())
            }
            "HEALTHCHECK" if rest.eq_ignore_ascii_case("NONE") => Ok(()),
            word if NO_EFFECT.contains(&word) => Ok(()),
            "HEALTHCHECK" => Err(needs_docker()),
            _ => Err(Trouble::Wrong { line, what: format!("unknown instruction: {word}") }),
        }
    }

    fn arg(&mut self, rest: &str) {
        let (name, default) = rest.split_once('=').map_or((rest, None), |(n, d)| (n, Some(d)));
        let given = self.given.get(name).cloned();
        if let Some(value) = given.or_else(|| default.map(|text| self.expanded(unquoted(text)))) {
            self.args = Env::from_iter([(name, value)]).over(std::mem::take(&mut self.args));
        }
    }

    /// `A=1 B=2`, or `A` and then its value.
    fn env(&mut self, rest: &str) -> Option<()> {
        let words = shlex::split(rest)?;
        let pairs: Option<Vec<_>> = words.iter().map(|word| word.split_once('=')).collect();
        match (pairs, words.as_slice()) {
            (Some(pairs), _) => pairs.into_iter().for_each(|(name, value)| {
                self.now.env.insert(name.to_owned(), self.expanded(value));
            }),
            (None, [name, value @ ..]) => {
                self.now.env.insert(name.clone(), self.expanded(&value.join(" ")));
            }
            (None, []) => return None,
        }
        Some(())
    }

    fn from(&mut self, line: u32, rest: &str) -> Result<(), Trouble> {
        self.stage += 1;
        let words: Vec<&str> = rest.split_whitespace().filter(|word| !word.starts_with("--")).collect();
        let Some(image) = words.first() else {
            return Err(Trouble::Wrong { line, what: "FROM names no image".to_owned() });
        };
        let image = self.expanded(image);
        if image.is_empty() {
            return Err(Trouble::Wrong { line, what: format!("FROM {rest}: the image's name is empty") });
        }
        if self.stages.contains(&image) {
            // A stage that builds on another: only one that starts from an image is followed here.
            return Err(Trouble::NeedsDocker { line, what: format!("FROM {rest}") });
        }
        if let [_, word, name, ..] = words.as_slice()
            && word.eq_ignore_ascii_case("as")
        {
            self.stages.push((*name).to_owned());
        }
        self.now = Dockerfile { base: image, ..Dockerfile::default() };
        self.workdir = "/".to_owned();
        Ok(())
    }

    fn copy(&mut self, line: u32, rest: &str) -> Option<()> {
        let (options, paths): (Vec<_>, Vec<_>) =
            words(rest)?.into_iter().partition(|word| word.starts_with("--"));
        // An owner and a mode change nothing here; another stage's files are not there.
        if options.iter().any(|option| !option.starts_with("--chown=") && !option.starts_with("--chmod=")) {
            return None;
        }
        let (target, sources) = paths.split_last()?;
        let fetched = |source: &String| source.contains("://") || source.starts_with("<<");
        if sources.is_empty() || sources.iter().any(fetched) {
            return None;
        }
        let folder = target.ends_with('/') || sources.len() > 1;
        let mut target = join(&self.workdir, &self.expanded(target));
        if folder && !target.ends_with('/') {
            target.push('/');
        }
        let sources = sources.iter().map(|source| self.expanded(source)).collect();
        self.now.actions.push((line, Action::Copy { sources, target }));
        Some(())
    }

    fn expanded(&self, text: &str) -> String {
        let env = Env::from_iter(self.now.env.clone()).over(self.args.clone());
        let value = env.expand(text);
        if value.len() <= text.len() + LONGEST { value } else { text.to_owned() }
    }
}

/// Words as a list of JSON's or as a shell's.
fn words(text: &str) -> Option<Vec<String>> {
    serde_json::from_str(text).ok().or_else(|| shlex::split(text))
}

/// The paths of a plain `rm`, the one command that is followed here.
fn removed(command: &str) -> Option<Vec<String>> {
    let words = shlex::split(command)?;
    let (word, rest) = words.split_first()?;
    let plain = |word: &String| !word.contains(['&', ';', '|', '$', '*', '`', '>', '<']);
    let paths: Vec<String> = rest.iter().filter(|word| !word.starts_with('-')).cloned().collect();
    (word == "rm" && rest.iter().all(plain) && !paths.is_empty()).then_some(paths)
}

fn unquoted(text: &str) -> &str {
    let inner = |quote| text.strip_prefix(quote).and_then(|text| text.strip_suffix(quote));
    inner('"').or_else(|| inner('\'')).unwrap_or(text)
}

/// `path` from the folder `dir`.
fn join(dir: &str, path: &str) -> String {
    match path.strip_prefix("./").unwrap_or(path) {
        path if path.starts_with('/') => path.to_owned(),
        "." | "" => dir.to_owned(),
        path => format!("{}/{path}", dir.trim_end_matches('/')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Dockerfile, Trouble> {
        Dockerfile::parse(text, &BTreeMap::from([("GIVEN".to_owned(), "given:1".to_owned())]))
    }

    #[test]
    fn the_last_stage_counts() {
        let file = parse("# 주석\nFROM rust AS build\nRUN cargo build\nFROM nginx\n").unwrap();
        assert_eq!((file.base.as_str(), file.actions), ("nginx", Vec::new()));
        let file = parse(
            "ARG BASE=nginx:alpine\nARG GIVEN=x\nFROM ${BASE}\nENV A=1 B='two words'\nWORKDIR /usr/share\n\
             RUN rm -f \\\n  # why\n  /etc/x\nCOPY --chown=a:b one *.js nginx/html\n\
             COPY nginx.conf /etc/nginx/nginx.conf\nEXPOSE 80\nCMD [\"nginx\", \"-g\", \"daemon off;\"]\n",
        )
        .unwrap();
        assert_eq!(file.base, "nginx:alpine");
        assert_eq!(file.env["B"], "two words");
        assert_eq!(
            file.actions,
            [
                (6, Action::Remove { paths: vec!["/etc/x".into()] }),
                (
                    9,
                    Action::Copy {
                        sources: vec!["one".into(), "*.js".into()],
                        target: "/usr/share/nginx/html/".into()
                    }
                ),
                (
                    10,
                    Action::Copy {
                        sources: vec!["nginx.conf".into()],
                        target: "/etc/nginx/nginx.conf".into()
                    }
                ),
            ]
        );
        assert_eq!(parse("ARG GIVEN\nFROM $GIVEN\n").unwrap().base, "given:1");
    }

    #[test]
    fn what_needs_a_container_and_what_is_wrong_are_named() {
        let line = |text: &str| match parse(text).unwrap_err() {
            Trouble::NeedsDocker { line, .. } => ("docker", line),
            Trouble::Wrong { line, .. } => ("wrong", line),
        };
        assert_eq!(line("FROM nginx\nRUN apk add curl\n"), ("docker", 2));
        assert_eq!(line("FROM nginx\nRUN rm -f x && apk add y\n"), ("docker", 2));
        assert_eq!(line("FROM nginx\nCOPY --from=build /a /b\n"), ("docker", 2));
        assert_eq!(line("FROM nginx\nADD https://example.org/x /x\n"), ("docker", 2));
        assert_eq!(line("FROM nginx\nHEALTHCHECK CMD curl -f localhost\n"), ("docker", 2));
        assert_eq!(line("COPY a b\n"), ("wrong", 1));
        assert_eq!(line("FROM nginx\n\nFORM x\n"), ("wrong", 3));
        assert_eq!(line(""), ("wrong", 1));
        assert_eq!(line("FROM ${NOPE}\n"), ("wrong", 1));
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_strange(text in "(?s).{0,200}") {
            let _ = parse(&text);
            let _ = parse(&format!("FROM nginx\n{text}"));
        }
    }
}
