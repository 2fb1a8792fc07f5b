//! The learner's nginx as nginx itself sees it: the files that its container gets, put together,
//! and what becomes of requests.
//!
//! Which files those are says `Container`.

use super::container::Container;
use super::files::Files;
use super::read::{Part, Read, broken, place};
use crate::verdict::Verdict;
use std::net::{IpAddr, Ipv4Addr};
use workshop_front::{Answered, Asked, ConfError, Fate, Mark, Question, would_start};
use workshop_stack::Span;
use workshop_stack::nginx::{Directive, Location, NginxConf};
use workshop_text::Text;

/// Where a lesson's nginx is asked.
const PORT: u16 = 80;
/// A client from elsewhere: an address for documentation, which no rule of a learner's means.
const CLIENT: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7));
/// What people type.
const HOSTS: [&str; 2] = ["localhost", "127.0.0.1"];

/// The configuration, and who can be asked about it.
pub struct Served {
    /// The configuration with every file of the learner's that it includes.
    pub file: Read<NginxConf>,
    asked: Option<Asked>,
    /// nginx does not start all the same: `resolve` lacks what it needs.
    pub refused: Option<Box<Verdict>>,
    /// How many lines lie before each file of the container.
    before: Vec<(String, u32)>,
    /// The files that nginx reads and that its image brought: in the container, in the workspace.
    pub built: Vec<(String, String)>,
    /// Where requests come in.
    pub port: u16,
}

impl std::fmt::Debug for Served {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Served").field("file", &self.file).field("port", &self.port).finish_non_exhaustive()
    }
}

impl Told {
    /// `GET /api/posts`, with the host where it is not the usual one.
    pub fn request(&self) -> String {
        match self.host == HOSTS[0] {
            true => format!("{} {}", self.method, self.target),
            false => format!("{} http://{}{}", self.method, self.host, self.target),
        }
    }
}

/// A request and what becomes of it.
#[derive(Debug)]
pub struct Told {
    /// The request's method.
    pub method: &'static str,
    /// The host that it names.
    pub host: &'static str,
    /// Its path, with a query where it has one.
    pub target: String,
    /// What nginx does with it.
    pub answered: Answered,
}

impl Served {
    /// Reads what nginx would read.
    pub fn read(files: &Files) -> Result<Self, Box<Verdict>> {
        let path = files.nginx_path();
        let text = files.text(path).map_err(|error| Box::new(files.unreadable(&error)))?;
        // A fault of the words themselves is told as what the learner meant to write.
        let own = NginxConf::parse(&text).map_err(|error| Box::new(broken(path, &text, error)))?;
        let container = Container::of(files, path)?;
        let view = container.view(&files.dir);
        let mut sources =
            Sources { files, container: &container, parts: Vec::new(), before: Vec::new(), next: 0 };
        sources.add(path, text);
        let started = would_start(view).map_err(|error| Box::new(sources.refused(&error)))?;
        let mut directives = sources.learners(started.conf.directives);
        sources.shift(&mut directives);
        let refused = started.refused.map(|error| Box::new(sources.refused(&error)));
        let Sources { parts, before, .. } = sources;
        let mut parts = parts.into_iter();
        let text = parts.next().map(|part| part.text).unwrap_or_default();
        let reads_it = before.iter().any(|(file, _)| container.source(file).as_deref() == Some(path));
        if !reads_it && !own.directives.is_empty() {
            return Err(Box::new(container.unread(files, path)));
        }
        let model = NginxConf { directives };
        let file = Read { path: path.to_owned(), text, model, others: parts.collect() };
        let asked = started.asked;
        let listens = asked.as_ref().map(Asked::ports).unwrap_or_default();
        // Another one that is published is a matter of the compose file.
        let port = container.published.iter().find(|port| listens.contains(port)).copied();
        let built = container.built().map(|(target, source)| (target.to_owned(), source.to_owned()));
        let built = built.filter(|(target, _)| before.iter().any(|(file, _)| file == target)).collect();
        Ok(Self { file, asked, refused, before, built, port: port.unwrap_or(PORT) })
    }

    fn question<'q>(&self, method: &'q str, host: &'q str, target: &'q str) -> Question<'q> {
        Question { method, target, host, port: self.port, client: CLIENT, headers: &[] }
    }

    /// What becomes of a plain request for `path`; none where only nginx can say it.
    pub fn get(&self, path: &str) -> Option<Answered> {
        self.asked.as_ref()?.ask(&self.question("GET", HOSTS[0], path))
    }

    /// The container's ports that nginx listens on, if requests do not come in at one of them.
    pub(crate) fn wrong_ports(&self) -> Option<Vec<u16>> {
        let ports = self.asked.as_ref()?.ports();
        (!ports.contains(&self.port)).then_some(ports)
    }

    /// The location that decides what becomes of a request for `path`.
    pub fn location(&self, path: &str) -> Option<Location<'_>> {
        let conf = &self.file.model;
        let Some(answered) = self.get(path) else { return conf.location_for(path) };
        let span = self.span(&answered.block?)?;
        let server = conf.servers().into_iter().find(|server| {
            server.directive.span.line <= span.line && span.line <= server.directive.last_line
        })?;
        server.location_at(span).or_else(|| server.location_for(path))
    }

    /// A mark in the files put together.
    fn span(&self, mark: &Mark) -> Option<Span> {
        let (_, before) = self.before.iter().find(|(file, _)| *file == *mark.file)?;
        Some(Span { line: mark.span.line + before, ..mark.span })
    }

    /// What becomes of requests for a path: read and written, by each name that people type, for the
    /// path itself and for what lies below it. None where only nginx can say it.
    pub fn told(&self, path: &str) -> Option<Vec<Told>> {
        let asked = self.asked.as_ref()?;
        let below = match path.ends_with('/') {
            true => format!("{path}x7?page=2"),
            false => format!("{path}/7?page=2"),
        };
        let mut told = Vec::new();
        for host in HOSTS {
            for method in ["GET", "POST"] {
                for target in [path, below.as_str()] {
                    let answered = asked.ask(&self.question(method, host, target))?;
                    told.push(Told { method, host, target: target.to_owned(), answered });
                }
            }
        }
        // Locations of the learner's own below the path are other ways on, where they lead on.
        let server = self.location(path).map(|location| location.server);
        for location in server.into_iter().flat_map(|server| server.locations()) {
            let Some(target) = location.example_below(path) else { continue };
            let answered = asked.ask(&self.question("GET", HOSTS[0], &target))?;
            if matches!(answered.fate, Fate::Passed(_)) {
                told.push(Told { method: "GET", host: HOSTS[0], target, answered });
            }
        }
        Some(told)
    }

    /// What becomes of reading a path, by each name that people type; none where only nginx can
    /// say it.
    pub fn plain(&self, path: &str) -> Option<Vec<Told>> {
        let asked = self.asked.as_ref()?;
        let told = HOSTS.into_iter().map(|host| {
            let answered = asked.ask(&self.question("GET", host, path))?;
            Some(Told { method: "GET", host, target: path.to_owned(), answered })
        });
        told.collect()
    }

    /// Every location that passes a request for the path, or for what lies below it, on: with a
    /// request that it is for.
    pub fn ways(&self, path: &str) -> Vec<(String, Location<'_>)> {
        let mut ways: Vec<(String, Location<'_>)> = Vec::new();
        for told in self.told(path).unwrap_or_default() {
            let passed = matches!(told.answered.fate, Fate::Passed(_));
            let location = self.location(&told.target).filter(|_| passed);
            if let Some(location) = location
                && !ways.iter().any(|(_, known)| known.directive.span == location.directive.span)
            {
                ways.push((told.target, location));
            }
        }
        ways
    }

    /// What a value with nginx's own variables is for a request that was asked about, and the
    /// value of a header that was sent on with it.
    pub fn header(
        &self,
        name: &str,
        values: &[String],
        target: &str,
    ) -> Option<(Vec<String>, Option<String>)> {
        let asked = self.asked.as_ref()?;
        // Everything that could be mistaken for something else is told apart.
        let headers = [
            ("X-Forwarded-For", "198.51.100.9"),
            ("X-Real-IP", "198.51.100.8"),
            ("X-Forwarded-Proto", "https"),
        ];
        let question = Question { headers: &headers, ..self.question("GET", "localhost:8088", target) };
        let Fate::Passed(passed) = asked.ask(&question)?.fate else { return None };
        let wanted = values.iter().map(|value| asked.value(&question, value)).collect::<Option<Vec<_>>>()?;
        let sent = passed.headers.iter().filter(|(sent, _)| sent.eq_ignore_ascii_case(name));
        let sent: Vec<&str> = sent.map(|(_, value)| value.as_str()).collect();
        Some((wanted, (!sent.is_empty()).then(|| sent.join(", "))))
    }

    /// Where a mark is, for the caret.
    pub fn place(&self, mark: Option<&Mark>) -> Option<crate::verdict::Place> {
        self.file.place(self.span(mark?)?)
    }
}

/// The learner's files one below the other, each at lines of its own.
struct Sources<'f> {
    files: &'f Files,
    container: &'f Container,
    parts: Vec<Part>,
    before: Vec<(String, u32)>,
    next: u32,
}

impl Sources<'_> {
    fn add(&mut self, path: &str, text: String) -> u32 {
        let before = self.next;
        self.next += u32::try_from(text.lines().count()).unwrap_or(u32::MAX / 2) + 1;
        self.parts.push(Part { path: path.to_owned(), text, before });
        before
    }

    /// Lines before those of a file of the container.
    fn before(&mut self, file: &str) -> u32 {
        if let Some((_, before)) = self.before.iter().find(|(known, _)| known == file) {
            return *before;
        }
        let path = self.container.source(file).unwrap_or_default();
        let known = self.parts.iter().find(|part| part.path == path).map(|part| part.before);
        let before = known.or_else(|| {
            let text = self.files.text(&path).ok()?;
            Some(self.add(&path, text))
        });
        let before = before.unwrap_or(0);
        self.before.push((file.to_owned(), before));
        before
    }

    /// What of a whole configuration the learner wrote, as the `http` context has it.
    fn learners(&self, directives: Vec<Directive>) -> Vec<Directive> {
        let written = |directive: &Directive| {
            directive.file.as_deref().is_some_and(|file| self.container.source(file).is_some())
        };
        let mut kept = Vec::new();
        for directive in directives {
            if written(&directive) {
                kept.push(directive);
            } else if directive.name == "http" {
                kept.extend(directive.block.unwrap_or_default().into_iter().filter(|inner| written(inner)));
            }
        }
        kept
    }

    fn shift(&mut self, directives: &mut [Directive]) {
        for directive in directives {
            let before = directive.file.clone().map_or(0, |file| self.before(&file));
            directive.span.line += before;
            directive.last_line += before;
            directive.args.iter_mut().for_each(|arg| arg.span.line += before);
            self.shift(directive.block.as_deref_mut().unwrap_or_default());
        }
    }

    /// nginx does not start: its words, at the learner's line.
    fn refused(&self, error: &ConfError) -> Verdict {
        let message = Text::new("check-nginx-refused").with("reason", error.message.clone());
        let verdict = Verdict::not_yet(message)
            .observed(Text::verbatim(format!("nginx: [emerg] {}", error.nginx_line())));
        let path = self.container.source(&error.file);
        let at = path.filter(|_| error.line > 0).and_then(|path| {
            let text = self.files.text(&path).ok()?;
            let span = Span::new(error.line, error.column, error.width);
            Some(place(&path, &text, span))
        });
        verdict.at(at)
    }
}
