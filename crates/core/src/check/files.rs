//! The learner's files as static checks see them: read once, parsed when first asked for, with a
//! verdict of their own when they cannot be read.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::read::{Part, Read, broken, place};
use super::secrets::Secrets;
use crate::verdict::Verdict;
use crate::workspace::files::{ReadError, is_plain, read_bytes, read_text};
use workshop_stack::SyntaxError;
use workshop_stack::compose::project::{self, Project, Source, Unread};
use workshop_stack::compose::{COMPOSE_NAMES, ComposeFile, Env, Service};
use workshop_stack::dotenv::DotEnv;
use workshop_stack::nginx::NginxConf;
use workshop_text::Text;

/// What a lesson wants of the files, over all of its steps.
#[derive(Clone, Debug, Default)]
pub struct Demands {
    /// The name of the folder that the lesson starts from, for the nested copy.
    pub start_name: String,
    /// Where the nginx configuration lies, relative to the workspace.
    pub nginx_path: Option<String>,
    /// The lesson has a check that says what `resolve` lacks: the others leave it to that one.
    pub explains_resolve: bool,
    /// What the runner puts into `.env` where it is missing.
    pub stand_ins: Env,
    /// The variables of `.env` whose values are never shown.
    pub secrets: Vec<String>,
    /// The service where requests come in.
    pub entry: Option<String>,
    /// How many replicas of a service the lesson wants that its commands do not scale.
    pub wanted: BTreeMap<String, u32>,
    /// The services that it scales.
    pub scaled: BTreeSet<String>,
    /// The profiles that its commands turn on.
    pub profiles: BTreeSet<String>,
}

/// A workspace's files, read lazily.
#[derive(Debug)]
pub struct Files {
    pub(crate) dir: PathBuf,
    pub(crate) demands: Demands,
    dotenv: OnceCell<Result<Vec<u8>, ReadError>>,
    compose: OnceCell<Result<Read<ComposeFile>, Box<Verdict>>>,
}

impl Files {
    /// The files in `dir`, of which a lesson wants this; nothing is read yet.
    pub fn load(dir: &Path, demands: Demands) -> Self {
        Self { dir: dir.to_owned(), demands, dotenv: OnceCell::new(), compose: OnceCell::new() }
    }

    /// The workspace's `.env`.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    pub fn dotenv(&self) -> Result<&[u8], ReadError> {
        let read = self.dotenv.get_or_init(|| self.bytes(".env"));
        read.as_ref().map(Vec::as_slice).map_err(Clone::clone)
    }

    /// The compose file, or why it cannot be judged.
    pub fn compose(&self) -> Result<&Read<ComposeFile>, Box<Verdict>> {
        self.compose.get_or_init(|| self.read_compose()).as_ref().map_err(Clone::clone)
    }

    /// Where the nginx configuration lies, relative to the workspace.
    pub(crate) fn nginx_path(&self) -> &str {
        self.demands.nginx_path.as_deref().unwrap_or("nginx.conf")
    }

    /// A service of the compose file, and the file; or why there is none.
    pub(crate) fn service_as_written(
        &self,
        name: &str,
    ) -> Result<(&Read<ComposeFile>, &Service), Box<Verdict>> {
        let file = self.compose()?;
        let missing = || Box::new(file.missing(&format!("services.{name}")));
        Ok((file, file.model.service(name).ok_or_else(missing)?))
    }

    /// The service where the lesson's requests come in.
    pub fn entry(&self) -> Option<&str> {
        self.demands.entry.as_deref()
    }

    /// How many replicas of a service the lesson wants the file alone to start.
    pub fn wanted(&self, service: &str) -> Option<u32> {
        self.demands.wanted.get(service).copied()
    }

    /// Whether the lesson runs more than one replica of a service.
    pub fn scales(&self, service: &str) -> bool {
        self.demands.scaled.contains(service)
    }

    /// The compose file's own `name:`, where it has one and can be read.
    pub fn compose_name(&self) -> Option<String> {
        self.compose().ok()?.model.name.as_ref().map(|name| name.value.clone())
    }

    /// Any other file of the workspace.
    pub fn text(&self, path: &str) -> Result<String, ReadError> {
        read_text(&self.dir, path)
    }

    /// The same as bytes.
    pub fn bytes(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        read_bytes(&self.dir, path)
    }

    fn read_compose(&self) -> Result<Read<ComposeFile>, Box<Verdict>> {
        // Compose reads this one first, and nothing else where it cannot.
        let dotenv = self.dotenv().unwrap_or_default();
        if let Some(error) = DotEnv::syntax_error(dotenv, &Env::of_process()) {
            return Err(Box::new(broken(".env", &String::from_utf8_lossy(dotenv), error)));
        }
        match self.project(dotenv, None) {
            Ok(Project { model, sources }) if model.services.is_empty() => {
                let (path, text) = sources.first().map_or(("", ""), |file| (&file.path, &file.text));
                let error = SyntaxError::new(Text::new("stack-compose-no-services"), model.root.span);
                Err(Box::new(broken(path, text, error)))
            }
            Ok(Project { model, sources }) => {
                let mut files = sources.into_iter();
                let first = files.next().map(|file| (file.path, file.text)).unwrap_or_default();
                let part = |file: Source| Part { path: file.path, text: file.text, before: file.before };
                Ok(Read { path: first.0, text: first.1, model, others: files.map(part).collect() })
            }
            Err(Unread::Broken { source, error }) => Err(Box::new(broken(&source.path, &source.text, error))),
            Err(Unread::File { error, named_at, .. }) => {
                let at = named_at.map(|named| place(&named.0.path, &named.0.text, named.1));
                Err(Box::new(self.unreadable(&error).at(at)))
            }
        }
    }

    /// The project as Compose reads it, with another text for one of its files.
    fn project(&self, dotenv: &[u8], other: Option<(&str, &str)>) -> Result<Project, Unread<ReadError>> {
        let open = |path: &str| match other {
            Some((own, text)) if own == path => Ok(text.to_owned()),
            _ if is_plain(path) => self.text(path),
            _ => Err(ReadError::Outside { path: path.to_owned() }),
        };
        project::load(&self.compose_names(dotenv), &self.env(), open)
    }

    /// The files that Compose reads here; the lesson's own name where it finds none.
    fn compose_names(&self, dotenv: &[u8]) -> Vec<String> {
        let named = Env::of_dotenv(dotenv, &Env::of_process());
        let names = project::names(&named, |name| self.dir.join(name).exists());
        if names.is_empty() { vec![COMPOSE_NAMES[2].to_owned()] } else { names }
    }

    /// What Compose would interpolate with: the environment over `.env`, once the runner has put
    /// into it what the lesson needs there.
    pub fn env(&self) -> Env {
        let outer = Env::of_process();
        let file = self.dotenv().map(|text| Env::of_dotenv(text, &outer)).unwrap_or_default();
        outer.over(file).over(self.demands.stand_ins.clone())
    }

    /// The values of the lesson's secrets, which are never shown.
    pub fn secrets(&self) -> Secrets {
        let env = self.env();
        self.demands.secrets.iter().filter_map(|name| env.get(name)).collect()
    }

    /// What is wrong with the syntax of `text`, going by the name of its file; none for a file that
    /// this program does not read.
    pub fn syntax_error(&self, path: &str, text: &str) -> Option<SyntaxError> {
        let name = path.rsplit('/').next().unwrap_or(path);
        if COMPOSE_NAMES.contains(&name) {
            let dotenv = self.dotenv().unwrap_or_default();
            return match self.project(dotenv, Some((path, text))) {
                Err(Unread::Broken { source, error }) if source.path == path => Some(error),
                _ => None,
            };
        }
        if name.ends_with(".conf") {
            return NginxConf::parse(text).err();
        }
        None
    }

    pub(crate) fn unreadable(&self, error: &ReadError) -> Verdict {
        let missing = error.is_missing();
        let start = self.demands.start_name.as_str();
        if missing && self.dir.join(start).is_dir() {
            return Verdict::not_yet(Text::new("check-tree-nested").with("start", start));
        }
        match error {
            ReadError::NoPermission { .. } | ReadError::Io { .. } => Verdict::environment(error.text()),
            ReadError::IsFolder { .. }
            | ReadError::NotAFile { .. }
            | ReadError::NotAFolder { .. }
            | ReadError::DeadLink { .. }
            | ReadError::TooLarge { .. } => {
                Verdict::not_yet(Text::new("check-file-in-the-way").with("reason", error.text()))
            }
            _ => Verdict::not_yet(error.text()),
        }
    }
}

/// What the learner calls the lesson's file `path`: a compose file may have another of its names, the
/// first that Compose finds there.
pub fn own_path<'a>(dir: &Path, path: &'a str) -> &'a str {
    let is_there = |name: &&str| dir.join(name).exists();
    match COMPOSE_NAMES.contains(&path) {
        true => COMPOSE_NAMES.into_iter().find(is_there).unwrap_or(path),
        false => path,
    }
}
