//! A new lesson: from a project that has a compose file, or from a small one of its own. What can be
//! read off the files becomes checks; the words are there to be made better.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

use super::source::quoted;
use super::{AuthorError, Changes};
use crate::lesson::Catalog;
use crate::lesson::model::{is_id, is_obeyed};
use crate::workspace::names::{self, FileTree};
use workshop_engine::embedded::programs::Program;
use workshop_stack::compose::project::{self, Project, Unread};
use workshop_stack::compose::{ComposeFile, Env, Service};
use workshop_text::{Lang, Text};

/// What a new lesson is to be.
#[derive(Clone, Debug)]
pub struct New<'a> {
    /// The course's folder.
    pub root: &'a Path,
    /// What its folders are called: `add-a-cache`.
    pub name: &'a str,
    /// A project with a compose file; a small one of the program's own where there is none.
    pub from: Option<&'a Path>,
    /// The first is the original.
    pub languages: &'a [Lang],
}

/// A lesson that is about to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// Its number, as it is typed: `01`.
    pub id: String,
    /// Its folder: `lessons/01-add-a-cache`.
    pub dir: String,
    /// The folder that it starts from: `complete/add-a-cache`.
    pub start: String,
    /// Every file of it.
    pub changes: Changes,
    /// Files of the project that a lesson cannot have, or should not.
    pub left_out: Vec<String>,
    /// Ports that are written in the compose file, so that the runner cannot move them.
    pub fixed_ports: Vec<u16>,
    /// Variables that `.env` must have and whose values the runner now makes up.
    pub secrets: Vec<String>,
}

/// The largest project that is copied: what a lesson may have.
const LARGEST: u64 = 16 << 20;

impl New<'_> {
    /// Every file of the new lesson.
    ///
    /// # Errors
    /// The name cannot be one or is taken; the project has no compose file, or one that cannot be read.
    pub fn make(&self) -> Result<Made, AuthorError> {
        let refused = |key, name: &str| AuthorError::Refused(Text::new(key).with("name", name));
        if !is_id(self.name) || names::fault(self.name).is_some() {
            return Err(refused("author-name", self.name));
        }
        let start = format!("complete/{}", self.name);
        let id = number(self.root);
        let dir = format!("lessons/{id}-{}", self.name);
        if is_taken(self.root, self.name) {
            return Err(refused("author-name-taken", self.name));
        }
        let (mut files, left_out) = self.project()?;
        let stack = Stack::read(&files)?;
        if !stack.secrets.is_empty() && !files.contains_key(".gitignore") {
            files.insert(".gitignore".to_owned(), b".env\n".to_vec());
        }
        let mut changes: Changes =
            files.into_iter().map(|(path, bytes)| (format!("{start}/{path}"), Some(bytes))).collect();
        let toml = stack.head(&id, &start, self.languages, 4) + &stack.steps();
        changes.insert(format!("{dir}/lesson.toml"), Some(toml.into_bytes()));
        for lang in self.languages {
            let text = stack.words(self.name, *lang);
            changes.insert(format!("{dir}/{}.md", lang.code()), Some(text.into_bytes()));
        }
        let (fixed_ports, secrets) = (stack.fixed_ports(), stack.secrets.iter().cloned().collect());
        Ok(Made { id, dir, start, changes, left_out, fixed_ports, secrets })
    }

    /// The project's files that a lesson may have, and those that it goes without.
    fn project(&self) -> Result<(FileTree, Vec<String>), AuthorError> {
        let Some(from) = self.from else { return Ok((own_files(), Vec::new())) };
        let shown = from.display().to_string();
        let about = |key| AuthorError::Refused(Text::new(key).with("path", shown.as_str()));
        let real = fs::canonicalize(from).map_err(|_| about("author-from-missing"))?;
        let all = crate::workspace::files::walk(&real).map_err(|error| AuthorError::Refused(error.text()))?;
        let (mut files, mut left_out) = (FileTree::new(), Vec::new());
        for path in all {
            // What `.env` holds is one machine's own, and often secret.
            if names::fault(&path).is_some() || path == ".env" || path.ends_with("/.env") {
                left_out.push(path);
                continue;
            }
            let bytes = crate::workspace::disk::bytes(&real.join(&path), LARGEST)
                .map_err(|unread| AuthorError::disk(&real.join(&path), &unread.into()))?;
            files.insert(path, bytes);
        }
        Ok((files, left_out))
    }
}

/// The first number that no lesson of the course has.
pub(super) fn number(root: &Path) -> String {
    let names = Catalog::Folder(root.to_owned()).names().unwrap_or_default();
    let numbers = names.iter().filter_map(|name| name.split('-').next()?.parse::<u32>().ok());
    format!("{:02}", numbers.max().unwrap_or(0) + 1)
}

/// Whether the course has a lesson or a start of this name.
fn is_taken(root: &Path, name: &str) -> bool {
    let names = Catalog::Folder(root.to_owned()).names().unwrap_or_default();
    let has_lesson = names.iter().any(|own| own.split_once('-').is_some_and(|(_, rest)| rest == name));
    has_lesson || root.join("complete").join(name).exists()
}

/// The name, with a number behind it where it is taken.
pub(super) fn free_name(root: &Path, name: &str) -> String {
    let with = |number: u32| if number == 1 { name.to_owned() } else { format!("{name}-{number}") };
    (1..).map(with).find(|name| !is_taken(root, name)).unwrap_or_else(|| name.to_owned())
}

/// A project of the program's own: nginx with a page.
pub(super) fn own_files() -> FileTree {
    let file = |path: &str, text: &str| (path.to_owned(), text.as_bytes().to_vec());
    [
        file("docker-compose.yml", include_str!("templates/docker-compose.yml")),
        file("web/nginx.conf", include_str!("templates/nginx.conf")),
        file("web/index.html", include_str!("templates/index.html")),
    ]
    .into()
}

/// What a compose file says that a lesson needs.
pub(super) struct Stack {
    /// The first of the compose files.
    file: String,
    model: ComposeFile,
    /// `${NAME:-8080}:80`: variable, port wanted, port inside.
    ports: Vec<(String, u16, u16)>,
    /// `${NAME:?…}` and `${NAME}`: what has no value of its own.
    pub(super) secrets: BTreeSet<String>,
    /// `image: ${NAME:-nginx:alpine}`
    images: Vec<(String, String)>,
    /// Other files that the stack is built from.
    built_from: Vec<String>,
}

static PORT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\$\{([A-Za-z0-9_]+):?-([0-9]+)\}:([0-9]+)").ok());
static NEEDED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\$\{([A-Za-z0-9_]+)(?::?\?[^}]*)?\}|(?:^|[^$])\$([A-Za-z_][A-Za-z0-9_]*)").ok()
});
static IMAGE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"image: *.?\$\{([A-Za-z0-9_]+):?-([^} \t\n]+)\}").ok());

impl Stack {
    pub(super) fn read(files: &FileTree) -> Result<Self, AuthorError> {
        let names = project::names(&Env::default(), |name| files.contains_key(name));
        let file =
            names.first().cloned().ok_or_else(|| AuthorError::Refused(Text::new("author-no-compose")))?;
        let open =
            |path: &str| files.get(path).map(|bytes| String::from_utf8_lossy(bytes).into_owned()).ok_or(());
        let texts: String = names.iter().filter_map(|name| open(name).ok()).collect();
        let secrets: BTreeSet<String> = found(&NEEDED, &texts)
            .filter_map(|found| found.get(1).or_else(|| found.get(2)).map(|name| name.as_str().to_owned()))
            .filter(|name| !is_obeyed(name))
            .collect();
        let env: Env = secrets.iter().map(|name| (name.clone(), "x".to_owned())).collect();
        let Project { model, .. } = project::load(&names, &env, open).map_err(|unread| {
            AuthorError::Refused(match unread {
                Unread::Broken { source, error } => Text::new("rule-compose-broken")
                    .with("file", source.path)
                    .with("line", error.span.line)
                    .with("reason", error.message),
                Unread::File { path, .. } => Text::new("rule-compose-missing").with("file", path),
            })
        })?;
        let captured = |found: &regex::Captures<'_>, group: usize| found[group].to_owned();
        let ports = found(&PORT, &texts)
            .filter_map(|found| Some((captured(&found, 1), found[2].parse().ok()?, found[3].parse().ok()?)));
        let images = found(&IMAGE, &texts).map(|found| (captured(&found, 1), captured(&found, 2)));
        let built = model.services.iter().filter_map(|service| service.build.as_ref()?.dockerfile_path());
        let built_from = built.filter(|path| files.contains_key(path)).collect::<BTreeSet<_>>();
        let (ports, images) = (ports.collect(), images.collect());
        Ok(Self { file, ports, secrets, images, built_from: built_from.into_iter().collect(), model })
    }

    /// The services that run once the project is up.
    pub(super) fn services(&self) -> impl Iterator<Item = &Service> {
        self.model.services.iter().filter(|service| service.profiles.is_empty())
    }

    fn published(&self) -> impl Iterator<Item = (&Service, u16)> {
        self.services().flat_map(|service| {
            let ports = self.model.published(&service.name.value);
            ports
                .into_iter()
                .filter(|port| port.protocol == "tcp")
                .map(move |port| (service, port.target.first))
        })
    }

    /// Where requests come in: the first port that is published, and most likely speaks HTTP.
    fn entry(&self) -> Option<(&Service, u16)> {
        let is_web =
            |port: u16| !matches!(port, 22 | 25 | 53 | 1433 | 3306 | 5432 | 5672 | 6379 | 9092 | 27017);
        self.published().find(|(_, port)| is_web(*port))
    }

    pub(super) fn fixed_ports(&self) -> Vec<u16> {
        let moves = |port: u16| self.ports.iter().any(|(_, wanted, _)| *wanted == port);
        let all = self.services().flat_map(|service| self.model.published(&service.name.value));
        all.filter_map(|port| port.published.map(|range| range.first)).filter(|port| !moves(*port)).collect()
    }

    /// Service → program, where every service has one.
    fn programs(&self) -> Option<Vec<(String, &'static str)>> {
        let of = |service: &Service| {
            let image = service.image.as_ref()?;
            let program = Program::of_image(&image.value)?;
            Some((service.name.value.clone(), program.name))
        };
        let all: Option<Vec<_>> = self.services().map(of).collect();
        all.filter(|_| self.built_from.is_empty())
    }

    pub(super) fn replicas(service: &Service) -> u32 {
        service.scale.as_ref().or(service.replicas.as_ref()).map_or(1, |count| count.value)
    }

    /// The head of `lesson.toml`, as far as it can be read off the files.
    pub(super) fn head(&self, id: &str, start: &str, languages: &[Lang], minutes: u32) -> String {
        let programs = self.programs();
        let engines = if programs.is_some() { "\"docker\", \"embedded\"" } else { "\"docker\"" };
        let languages: Vec<String> = languages.iter().map(|lang| quoted(lang.code())).collect();
        let mut text = format!(
            "# What a machine needs of this lesson; the words are in the files beside it.\n\
             format = 1\nid = {}\nminutes = {minutes}\nstart = {}\nlanguages = [{}]\nengines = [{engines}]\n",
            quoted(id),
            quoted(start),
            languages.join(", "),
        );
        let first = || self.services().next().map(|service| (service, 80));
        if let Some((service, port)) = self.entry().or_else(first) {
            let name = quoted(&service.name.value);
            text += &format!(
                "# Where requests come in: the port inside of the container.\nentry = {{ service = {name}, port = {port} }}\n"
            );
        }
        text += &self.variables();
        if let Some(programs) = &programs {
            text += "\n# Which program stands for which service where there is no Docker.\n[embedded]\n";
            for (service, program) in programs {
                text += &format!("{} = {}\n", key(service), quoted(program));
            }
        }
        text
    }

    fn variables(&self) -> String {
        let mut text = String::new();
        let entry = self.entry().map(|(_, port)| port);
        let mut ports = self.ports.clone();
        ports.sort_by_key(|(_, _, target)| Some(*target) != entry);
        let ports: Vec<String> = ports
            .iter()
            .map(|(name, wanted, _)| format!("{{ variable = {}, wanted = {wanted} }}", quoted(name)))
            .collect();
        if !ports.is_empty() {
            text += &format!(
                "# Variables of .env that hold published ports; the entry's is the first.\nports = [{}]\n",
                ports.join(", ")
            );
        }
        if !self.secrets.is_empty() {
            let names: Vec<String> = self.secrets.iter().map(|name| quoted(name)).collect();
            text += &format!(
                "# Variables of .env whose values the runner makes up.\nsecrets = [{}]\n",
                names.join(", ")
            );
        }
        let images: Vec<String> = self
            .images
            .iter()
            .map(|(name, image)| {
                format!("    {{ variable = {}, default = {} }},\n", quoted(name), quoted(image))
            })
            .collect();
        if !images.is_empty() {
            text += &format!("images = [\n{}]\n", images.concat());
        }
        text
    }

    fn steps(&self) -> String {
        let mut has = vec![quoted(&self.file)];
        has.extend(self.built_from.iter().map(|path| quoted(path)));
        let build = if self.services().any(|service| service.build.is_some()) { " --build" } else { "" };
        let mut text = format!(
            "\n[[steps]]\nid = \"copy-the-app\"\nminutes = 1\ncreate = true\n\n\
             [[steps.checks]]\nid = \"app-is-there\"\ntree = {{ has = [{}] }}\n\n\
             [[steps]]\nid = \"bring-it-up\"\nminutes = 2\nrun = [\"docker compose up -d{build}\"]\n",
            has.join(", ")
        );
        for check in self.checks() {
            text += &format!("\n[[steps.checks]]\nid = {}\n{}\n", quoted(&check.id), check.toml);
        }
        text + "\n[[steps]]\nid = \"take-it-down\"\nminutes = 1\n\
             run = [\"docker compose down --volumes --remove-orphans\"]\n\n\
             [[steps.checks]]\nid = \"nothing-is-left\"\nnothing_left = {}\nwithin = \"20s\"\n"
    }

    /// What can be read off the files.
    fn checks(&self) -> Vec<Proposed> {
        let mut checks: Vec<Proposed> = self.services().map(Proposed::runs).collect();
        checks.extend(self.published().map(|(service, port)| Proposed::published(service, port)));
        checks.extend(self.entry().map(|_| Proposed::answers()));
        checks
    }

    fn words(&self, name: &str, lang: Lang) -> String {
        let template = match lang {
            Lang::Ko => include_str!("templates/lesson.ko.md"),
            Lang::En => include_str!("templates/lesson.en.md"),
        };
        let checks: String = self
            .checks()
            .iter()
            .map(|check| {
                format!("- `{}`: **{}** {}\n", check.id, check.title.render(lang), check.proves.render(lang))
            })
            .collect();
        let services: Vec<&str> = self.services().map(|service| service.name.value.as_str()).collect();
        let build = if self.services().any(|service| service.build.is_some()) { " --build" } else { "" };
        template
            .replace("{name}", name)
            .replace("{file}", &self.file)
            .replace("{services}", &services.join(", "))
            .replace("{build}", build)
            .replace("{checks}", checks.trim_end())
    }
}

/// A check that can be read off the files.
struct Proposed {
    id: String,
    toml: String,
    title: Text,
    proves: Text,
}

impl Proposed {
    fn runs(service: &Service) -> Self {
        let (name, count) = (&service.name.value, Stack::replicas(service));
        let with = |key| Text::new(key).with("service", name.as_str()).with("count", count);
        Self {
            id: format!("{}-runs", plain(name)),
            toml: format!("replicas = {{ service = {}, equals = {count} }}\nwithin = \"60s\"", quoted(name)),
            title: with("author-check-runs"),
            proves: with("author-check-runs-proves"),
        }
    }

    fn published(service: &Service, port: u16) -> Self {
        let name = &service.name.value;
        let with = |key| Text::new(key).with("service", name.as_str()).with("port", port.to_string());
        Self {
            id: format!("{}-{port}-is-published", plain(name)),
            toml: format!("published = {{ service = {}, target = {port} }}", quoted(name)),
            title: with("author-check-published"),
            proves: with("author-check-published-proves"),
        }
    }

    fn answers() -> Self {
        Self {
            id: "it-answers".to_owned(),
            toml: "# Any answer will do: name the one that it gives.\n\
                   http = [{ path = \"/\", status = [200, 204, 301, 302, 307, 308, 400, 401, 403, 404] }]\n\
                   within = \"30s\""
                .to_owned(),
            title: Text::new("author-check-answers"),
            proves: Text::new("author-check-answers-proves"),
        }
    }
}

fn found<'t>(
    regex: &'static LazyLock<Option<Regex>>,
    text: &'t str,
) -> impl Iterator<Item = regex::Captures<'t>> {
    regex.as_ref().into_iter().flat_map(move |regex| regex.captures_iter(text))
}

/// A service's name as a part of an id.
fn plain(name: &str) -> String {
    name.chars().map(|c| if c.is_alphanumeric() || c == '-' { c } else { '-' }).collect()
}

/// A name as a key of TOML.
fn key(name: &str) -> String {
    let bare = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if bare { name.to_owned() } else { quoted(name) }
}
