//! The learner's files as static checks see them: read once, parsed when first asked for, with a
//! verdict of their own when they cannot be read.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::CheckSpec;
use super::secrets::Secrets;
use super::served::Served;
use crate::lesson::{Lesson, LessonFile};
use crate::verdict::{Place, Verdict};
use crate::workspace::files::{ReadError, is_plain, read_bytes, read_text};
pub use workshop_stack::compose::COMPOSE_NAMES;
use workshop_stack::compose::project::{self, Project, Source, Unread};
use workshop_stack::compose::{ComposeFile, Env, Service};
use workshop_stack::dotenv::DotEnv;
use workshop_stack::nginx::{Location, NginxConf, Target, Upstream};
use workshop_stack::{Span, SyntaxError, source_line};
use workshop_text::Text;

/// A file of the learner's and what it means.
#[derive(Debug)]
pub struct Read<M> {
    /// Relative to the workspace.
    pub path: String,
    /// The whole text as it is in the workspace.
    pub text: String,
    /// What the text means, parsed.
    pub model: M,
    /// The files that were put together with it, each at lines of its own behind those before.
    pub others: Vec<Part>,
}

/// A further file of a model.
#[derive(Debug)]
pub struct Part {
    /// Relative to the workspace.
    pub path: String,
    /// The whole text as it is in the workspace.
    pub text: String,
    /// How many lines lie before it.
    pub before: u32,
}

impl<M> Read<M> {
    /// A place in this file, with the learner's own line.
    pub fn place(&self, span: Span) -> Option<Place> {
        match self.others.iter().rev().find(|part| part.before < span.line) {
            Some(part) => {
                let own = Span { line: span.line - part.before, ..span };
                Some(place(&part.path, &part.text, own))
            }
            None => Some(place(&self.path, &self.text, span)),
        }
    }
}

pub(crate) fn place(path: &str, text: &str, span: Span) -> Place {
    Place {
        file: path.to_owned(),
        line: span.line,
        column: span.column,
        width: span.width,
        source: source_line(text, span.line).to_owned(),
    }
}

/// A workspace's files, read lazily.
#[derive(Debug)]
pub struct Files {
    pub(crate) dir: PathBuf,
    /// The name of the folder that the lesson starts from, for the nested copy.
    pub start_name: String,
    nginx_path: Option<String>,
    /// The lesson has a check that says what `resolve` lacks: the others leave it to that one.
    explains_resolve: bool,
    /// What the runner puts into `.env` where it is missing.
    stand_ins: Env,
    secrets: Vec<String>,
    /// The service where requests come in.
    entry: Option<String>,
    /// How many replicas of a service the lesson wants that its commands do not scale.
    wanted: BTreeMap<String, u32>,
    /// The services that it scales.
    scaled: BTreeSet<String>,
    standing: OnceCell<BTreeMap<String, Box<Verdict>>>,
    compose: OnceCell<Result<Read<ComposeFile>, Box<Verdict>>>,
    nginx: OnceCell<Result<Served, Box<Verdict>>>,
}

impl Files {
    /// The files in `dir` as the checks of this lesson see them; nothing is read yet.
    pub fn load(dir: &Path, lesson: &Lesson) -> Self {
        Self {
            dir: dir.to_owned(),
            start_name: lesson.start_name().to_owned(),
            nginx_path: lesson.file.nginx.clone(),
            explains_resolve: explains_resolve(&lesson.file),
            stand_ins: stand_ins(&lesson.file),
            secrets: lesson.file.secrets.clone(),
            entry: Some(lesson.file.entry.service.clone()),
            wanted: super::replicas::wanted(&lesson.file),
            scaled: super::replicas::scaled(&lesson.file),
            standing: OnceCell::new(),
            compose: OnceCell::new(),
            nginx: OnceCell::new(),
        }
    }

    /// The files of `dir` for no lesson in particular.
    #[cfg(test)]
    pub fn bare(dir: &Path, nginx_path: &str) -> Self {
        Self {
            dir: dir.to_owned(),
            start_name: "start".to_owned(),
            nginx_path: Some(nginx_path.to_owned()),
            explains_resolve: false,
            stand_ins: Env::default(),
            secrets: Vec::new(),
            entry: Some("nginx".to_owned()),
            wanted: BTreeMap::new(),
            scaled: BTreeSet::new(),
            standing: OnceCell::new(),
            compose: OnceCell::new(),
            nginx: OnceCell::new(),
        }
    }

    /// The compose file, or why it cannot be judged.
    pub fn compose(&self) -> Result<&Read<ComposeFile>, Box<Verdict>> {
        self.compose.get_or_init(|| self.read_compose()).as_ref().map_err(Clone::clone)
    }

    /// The nginx configuration, or why it cannot be judged.
    pub fn nginx(&self) -> Result<&Read<NginxConf>, Box<Verdict>> {
        self.served().map(|served| &served.file)
    }

    /// The same with what becomes of requests; or why nginx would not start.
    pub fn served(&self) -> Result<&Served, Box<Verdict>> {
        self.nginx.get_or_init(|| Served::read(self)).as_ref().map_err(Clone::clone)
    }

    /// Where the nginx configuration lies, relative to the workspace.
    pub fn nginx_path(&self) -> &str {
        self.nginx_path.as_deref().unwrap_or("nginx.conf")
    }

    /// A service of the compose file, and the file; or why there is none.
    pub fn service_as_written(&self, name: &str) -> Result<(&Read<ComposeFile>, &Service), Box<Verdict>> {
        let file = self.compose()?;
        let missing = || Box::new(super::compose::missing(file, &format!("services.{name}")));
        Ok((file, file.model.service(name).ok_or_else(missing)?))
    }

    /// The same, or why it does not come up as the lesson wants it.
    pub fn service(&self, name: &str) -> Result<(&Read<ComposeFile>, &Service), Box<Verdict>> {
        let (file, service) = self.service_as_written(name)?;
        let standing = self.standing.get_or_init(|| {
            let trouble = |service: &Service| {
                let verdict = super::standing::trouble(self, file, service)?;
                Some((service.name.value.clone(), Box::new(verdict)))
            };
            file.model.services.iter().filter_map(trouble).collect()
        });
        match standing.get(name) {
            Some(verdict) => Err(verdict.clone()),
            None => Ok((file, service)),
        }
    }

    /// The service where the lesson's requests come in.
    pub fn entry(&self) -> Option<&str> {
        self.entry.as_deref()
    }

    /// How many replicas of a service the lesson wants the file alone to start.
    pub fn wanted(&self, service: &str) -> Option<u32> {
        self.wanted.get(service).copied()
    }

    /// Whether the lesson runs more than one replica of a service.
    pub fn scales(&self, service: &str) -> bool {
        self.scaled.contains(service)
    }

    /// The nginx location that serves `path`, and the file; or why there is none, or why nginx would
    /// not start.
    pub fn location(&self, path: &str) -> Result<(&Read<NginxConf>, Location<'_>), Box<Verdict>> {
        match &self.served()?.refused {
            Some(refused) if !self.explains_resolve => Err(refused.clone()),
            _ => self.location_as_written(path),
        }
    }

    /// The same where `resolve` lacks what it needs, for the checks that say which.
    pub fn location_as_written(&self, path: &str) -> Result<(&Read<NginxConf>, Location<'_>), Box<Verdict>> {
        let served = self.served()?;
        let file = &served.file;
        if let Some(ports) = served.wrong_ports().filter(|_| !file.model.servers().is_empty()) {
            return Err(Box::new(wrong_port(served, &ports)));
        }
        let location = served.location(path).ok_or_else(|| {
            let mark = served.get(path).and_then(|answered| answered.block);
            let of_default = || file.place(file.model.default_server()?.directive.span);
            let at = served.place(mark.as_ref()).or_else(of_default);
            let name = at.as_ref().map_or(file.path.as_str(), |at| at.file.as_str());
            let text = Text::new("check-nginx-no-location").with("path", path).with("file", name);
            Box::new(Verdict::not_yet(text).at(at))
        })?;
        Ok((file, location))
    }

    /// The compose file's own `name:`, where it has one and can be read.
    pub fn compose_name(&self) -> Option<String> {
        self.compose().ok()?.model.name.as_ref().map(|name| name.value.clone())
    }

    /// Whether nginx looks the name behind `path` up again while it runs; none where that cannot
    /// be said.
    pub fn resolves_again(&self, path: &str) -> Option<bool> {
        let location = self.served().ok()?.location(path)?;
        match location.proxy_target()?.target {
            Target::Upstream(upstream) => Some(resolves_again(&upstream, &location)),
            Target::Variable { .. } => Some(location.resolver().is_some()),
            Target::Host { .. } => Some(false),
            Target::Unix(_) => None,
        }
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
        let dotenv = self.bytes(".env").unwrap_or_default();
        if let Some(error) = DotEnv::syntax_error(&dotenv, &Env::of_process()) {
            return Err(Box::new(broken(".env", &String::from_utf8_lossy(&dotenv), error)));
        }
        match self.project(&dotenv, None) {
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
        let file = self.bytes(".env").map(|text| Env::of_dotenv(&text, &outer)).unwrap_or_default();
        outer.over(file).over(self.stand_ins.clone())
    }

    /// The values of the lesson's secrets, which are never shown.
    pub fn secrets(&self) -> Secrets {
        let env = self.env();
        self.secrets.iter().filter_map(|name| env.get(name)).collect()
    }

    /// What is wrong with the syntax of `text`, going by the name of its file; none for a file that
    /// this program does not read.
    pub fn syntax_error(&self, path: &str, text: &str) -> Option<SyntaxError> {
        let name = path.rsplit('/').next().unwrap_or(path);
        if COMPOSE_NAMES.contains(&name) {
            let dotenv = self.bytes(".env").unwrap_or_default();
            return match self.project(&dotenv, Some((path, text))) {
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
        if missing && self.dir.join(&self.start_name).is_dir() {
            return Verdict::not_yet(Text::new("check-tree-nested").with("start", self.start_name.as_str()));
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

/// The name of the compose file in `dir`: the first that Compose finds there.
fn compose_path(dir: &Path) -> &'static str {
    COMPOSE_NAMES.into_iter().find(|name| dir.join(name).exists()).unwrap_or("docker-compose.yml")
}

/// What the learner calls the lesson's file `path`: a compose file may have another of its names.
pub fn own_path<'a>(dir: &Path, path: &'a str) -> &'a str {
    if COMPOSE_NAMES.contains(&path) { compose_path(dir) } else { path }
}

pub(crate) fn broken(path: &str, text: &str, error: SyntaxError) -> Verdict {
    let at = place(path, text, error.span);
    Verdict::not_yet(Text::new("check-file-broken").with("file", path).with("reason", error.message))
        .at(Some(at))
}

fn explains_resolve(lesson: &LessonFile) -> bool {
    let checks = || lesson.steps.iter().flat_map(|step| &step.checks);
    checks().any(|entry| matches!(&entry.spec, CheckSpec::Upstream(upstream) if upstream.explains_resolve()))
}

/// nginx listens, and not where requests come in.
fn wrong_port(served: &Served, ports: &[u16]) -> Verdict {
    let file = &served.file;
    let servers = file.model.servers();
    let written = servers.iter().flat_map(|server| server.own("listen")).filter_map(|listen| listen.arg(0));
    let mut shown: Vec<String> = written.map(str::to_owned).collect();
    if shown.is_empty() {
        shown = ports.iter().map(u16::to_string).collect();
    }
    let seen = Text::verbatim(shown.join(", "));
    let listen = servers.iter().find_map(|server| server.own("listen").next());
    let span = listen.or_else(|| servers.first().map(|server| server.directive)).map(|found| found.span);
    Verdict::not_yet(Text::new("check-nginx-port").with("port", served.port).with("seen", seen.clone()))
        .expected(Text::verbatim(format!("listen {};", served.port)))
        .observed(seen)
        .at(span.and_then(|span| file.place(span)))
}

/// `resolve` needs all three: the parameter on a server, a shared zone, and a resolver.
fn resolves_again(upstream: &Upstream, location: &Location<'_>) -> bool {
    let resolver = upstream.resolver.is_some() || location.server.conf.http_resolver();
    upstream.servers.iter().any(|server| server.resolve) && upstream.zone.is_some() && resolver
}

/// What stands in `.env` once the runner has seen to it: the lesson's ports, and something for each
/// of its secrets.
pub fn stand_ins(lesson: &LessonFile) -> Env {
    let ports = lesson.ports.iter().map(|port| (port.variable.clone(), port.wanted.to_string()));
    let secrets = lesson.secrets.iter().map(|name| (name.clone(), "********".to_owned()));
    ports.chain(secrets).collect()
}
