//! The container of the learner's nginx: which of the workspace's files it has, and which it really
//! reads. [`Container::of`] is the only place that puts image, mounts, configs and command together.

use std::path::{Path, PathBuf};

use super::files::Files;
use super::read::Read;
use crate::verdict::Verdict;
use workshop_front::{Mount, View};
use workshop_stack::Span;
use workshop_stack::compose::{ComposeFile, MountKind, Service};
use workshop_stack::dockerfile::{self, Stages};
use workshop_stack::yaml::Value;
use workshop_text::Text;

/// What the image brings where nothing lies over it.
const DEFAULT: &str = "/etc/nginx/conf.d/default.conf";
const IMAGES_OWN: &str = "server {
    listen 80;
    listen [::]:80;
    server_name localhost;
    location / { root /usr/share/nginx/html; index index.html index.htm; }
    error_page 500 502 503 504 /50x.html;
    location = /50x.html { root /usr/share/nginx/html; }
}
";
/// Folders of the image that matter here.
const FOLDERS: [&str; 2] = ["/etc/nginx", "/usr/share/nginx"];

/// A file or a folder of the workspace in a container; or what hides the image's own there.
#[derive(Clone, Debug, PartialEq)]
struct Put {
    target: String,
    /// Relative to the workspace, with `/`; none where nothing of the workspace is there.
    source: Option<String>,
    /// The line of the compose file that says so.
    span: Option<Span>,
}

/// What is known of the container that runs the learner's nginx.
#[derive(Debug)]
pub(super) struct Container {
    puts: Vec<Put>,
    /// Its ports that the compose file publishes.
    pub published: Vec<u16>,
    has_images_own: bool,
}

/// What of a container only Docker can know: a command of its build that moves files.
struct Unknown;

impl Container {
    /// The container of the lesson's entry; where the compose file has none, of the service that
    /// gets `path`; and where that is not known either, one that has `path` in the default's place.
    ///
    /// # Errors
    /// Its command is none that keeps nginx serving.
    pub(super) fn of(files: &Files, path: &str) -> Result<Self, Box<Verdict>> {
        let alone = || Self {
            puts: vec![Put { target: DEFAULT.to_owned(), source: Some(path.to_owned()), span: None }],
            published: Vec::new(),
            has_images_own: false,
        };
        let Ok(compose) = files.compose() else { return Ok(alone()) };
        let named = files.entry().and_then(|name| compose.model.service(name));
        let service = match named {
            Some(service) => service,
            None => match compose.model.services.iter().find(|service| gets(files, compose, service, path)) {
                Some(service) => service,
                None => return Ok(alone()),
            },
        };
        if let Some(verdict) = command(files, compose, service) {
            return Err(Box::new(verdict));
        }
        let tcp = service.ports.iter().filter(|port| port.protocol != "udp");
        let published = tcp.map(|port| port.target.first).collect();
        let Ok(puts) = puts(files, compose, service) else { return Ok(Self { published, ..alone() }) };
        let covered = |put: &Put| below(DEFAULT, &put.target).is_some();
        let has_images_own = !puts.iter().any(covered) && !removes_default(files, service);
        Ok(Self { has_images_own, published, puts })
    }

    pub(super) fn view(&self, dir: &Path) -> View {
        let nothing = PathBuf::from("/nonexistent");
        let source =
            |put: &Put| put.source.as_ref().map_or_else(|| nothing.clone(), |source| dir.join(source));
        let mount = |put: &Put| Mount { target: put.target.clone(), source: source(put) };
        let mounts: Vec<Mount> = self.puts.iter().map(mount).collect();
        let view = View::new(&nothing, &mounts);
        if self.has_images_own { view.with_text(DEFAULT, IMAGES_OWN) } else { view }
    }

    /// The file of the workspace that a path of the container is.
    pub(super) fn source(&self, path: &str) -> Option<String> {
        let mut puts: Vec<&Put> = self.puts.iter().collect();
        puts.sort_by_key(|put| std::cmp::Reverse(put.target.len()));
        let (rest, put) = puts.iter().find_map(|put| Some((below(path, &put.target)?, put)))?;
        let source = put.source.as_deref()?;
        Some(if rest.is_empty() {
            source.to_owned()
        } else {
            format!("{}/{rest}", source.trim_end_matches('/'))
        })
    }

    /// The files of the container that its image brought from the workspace, each with where it came
    /// from: what a build must renew.
    pub(super) fn built(&self) -> impl Iterator<Item = (&str, &str)> {
        let copied = self.puts.iter().filter(|put| put.span.is_none());
        copied.filter_map(|put| Some((put.target.as_str(), put.source.as_deref()?)))
    }

    /// nginx has no file that comes from `path`: where it went, if anywhere.
    pub(super) fn unread(&self, files: &Files, path: &str) -> Verdict {
        let put = self
            .puts
            .iter()
            .find(|put| put.source.as_deref().is_some_and(|source| below(path, source).is_some()));
        let text = |key| Text::new(key).with("file", path);
        let verdict = match put {
            Some(put) => {
                let rest = put.source.as_deref().and_then(|source| below(path, source)).unwrap_or_default();
                let at = if rest.is_empty() { put.target.clone() } else { format!("{}/{rest}", put.target) };
                Verdict::not_yet(text("check-nginx-unread")).observed(Text::verbatim(at))
            }
            None => Verdict::not_yet(text("check-nginx-not-there"))
                .with_service(files.entry().unwrap_or("nginx"))
                .observed(Text::new("check-none")),
        };
        let entry = files.entry().and_then(|name| files.compose().ok()?.model.service(name));
        let span = put.and_then(|put| put.span).or(entry.map(|service| service.name.span));
        let place = files.compose().ok().and_then(|compose| compose.place(span?));
        verdict.expected(Text::verbatim(DEFAULT)).at(place)
    }
}

impl Verdict {
    fn with_service(mut self, name: &str) -> Self {
        self.message = self.message.with("service", name);
        self
    }
}

/// What of `path` lies below `folder`, or the empty rest where it is the same.
fn below<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    let rest = path.strip_prefix(folder.trim_end_matches('/'))?;
    (rest.is_empty() || rest.starts_with('/')).then(|| rest.trim_start_matches('/'))
}

fn matters(target: &str) -> bool {
    FOLDERS.iter().any(|folder| below(target, folder).is_some() || below(folder, target).is_some())
}

fn gets(files: &Files, compose: &Read<ComposeFile>, service: &Service, path: &str) -> bool {
    let holds = |put: &Put| {
        put.target.starts_with(FOLDERS[0])
            && put.source.as_deref().is_some_and(|source| below(path, source).is_some())
    };
    puts(files, compose, service).is_ok_and(|puts| puts.iter().any(holds))
}

/// A path of the workspace without `./`.
fn plain(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    parts.join("/")
}

/// What a source of the compose file is in the workspace; none for a place outside.
fn inside(files: &Files, source: &str) -> Option<String> {
    let own = match Path::new(source).strip_prefix(&files.dir) {
        Ok(rest) => rest.to_str()?.to_owned(),
        Err(_) if source.starts_with(['/', '~']) => return None,
        Err(_) => plain(source),
    };
    (!own.starts_with("..")).then_some(own)
}

/// What a service has of the workspace: copied by its image, then mounted, the deeper mounts last.
fn puts(files: &Files, compose: &Read<ComposeFile>, service: &Service) -> Result<Vec<Put>, Unknown> {
    let mut puts = copies(files, service)?;
    let mut mounts = configs(compose, service);
    for mount in &service.volumes {
        let target = format!("/{}", plain(&mount.target));
        let source = match mount.kind {
            MountKind::Bind => mount.source.as_deref().and_then(|source| inside(files, source)),
            MountKind::Tmpfs => None,
            // A new volume is filled with what the image has there.
            _ => continue,
        };
        // What lies outside of the workspace is not read here.
        if mount.kind == MountKind::Bind && source.is_none() && below(DEFAULT, &target).is_some() {
            return Err(Unknown);
        }
        mounts.push(Put { target, source, span: Some(mount.span) });
    }
    mounts.sort_by_key(|put| put.target.matches('/').count());
    for put in mounts.into_iter().filter(|put| put.source.is_some() || matters(&put.target)) {
        puts.retain(|other: &Put| below(&other.target, &put.target).is_none());
        puts.push(put);
    }
    Ok(puts)
}

/// The files that `configs` put into a service.
fn configs(compose: &Read<ComposeFile>, service: &Service) -> Vec<Put> {
    let name = service.name.value.as_str();
    let Some(all) = compose.model.root.get(&format!("services.{name}.configs")) else { return Vec::new() };
    let one = |node: &workshop_stack::yaml::Node| -> Option<Put> {
        let key = |key: &str| node.get(key).and_then(|node| node.text());
        let source = match &node.value {
            Value::Scalar(_) => node.text()?,
            _ => key("source")?,
        };
        let target = key("target").map_or_else(|| format!("/{source}"), str::to_owned);
        let file = compose.model.root.get(&format!("configs.{source}.file"))?.text()?;
        Some(Put { target, source: Some(plain(file)), span: Some(node.span) })
    };
    all.items().iter().filter_map(one).collect()
}

fn dockerfile_of(files: &Files, service: &Service) -> Option<(String, Stages)> {
    let build = service.build.as_ref()?;
    let text = files.text(&build.dockerfile_path()?).ok()?;
    let stages = Stages::parse(&text, &build.arguments());
    Some((text, stages))
}

fn removes_default(files: &Files, service: &Service) -> bool {
    dockerfile_of(files, service).is_some_and(|(text, _)| {
        let runs = dockerfile::instructions(&text);
        runs.iter()
            .any(|line| line.word == "RUN" && line.rest().contains("rm ") && touches_default(&line.rest()))
    })
}

/// Whether an `rm` takes the image's own file away.
fn touches_default(run: &str) -> bool {
    run.contains("default.conf") || run.contains("/etc/nginx/conf.d")
}

/// What of the build's folder the image has.
fn copies(files: &Files, service: &Service) -> Result<Vec<Put>, Unknown> {
    let (Some(build), Some((_, stages))) = (&service.build, dockerfile_of(files, service)) else {
        return match service.build {
            Some(_) => Err(Unknown),
            None => Ok(Vec::new()),
        };
    };
    let last = stages.target(build.target.as_deref()).ok_or(Unknown)?;
    let folder = plain(&build.folder());
    let mut found = Vec::new();
    for stage in stages.chain(last).into_iter().rev() {
        let moves = |run: &dockerfile::Instruction| {
            let said = run.rest();
            said.contains("/etc/nginx") && !said.trim_start().starts_with("rm ")
        };
        if stage.commands().iter().any(moves) {
            return Err(Unknown);
        }
        for put in &stage.puts {
            found.extend(placed(files, &stages, &folder, put));
        }
    }
    found.retain(|put| FOLDERS.iter().any(|folder| below(&put.target, folder).is_some()));
    Ok(found)
}

/// What one `COPY` puts where; of another stage's files, where they came from.
fn placed(files: &Files, stages: &Stages, folder: &str, put: &dockerfile::Put) -> Vec<Put> {
    let is_folder_there = put.target.ends_with('/') || put.sources.len() > 1;
    let target = |source: &str| match is_folder_there && !files.dir.join(source).is_dir() {
        true => {
            format!("{}/{}", put.target.trim_end_matches('/'), source.rsplit('/').next().unwrap_or_default())
        }
        false => put.target.trim_end_matches('/').to_owned(),
    };
    let from = |source: &String| match &put.from {
        None => Some(plain(&format!("{folder}/{source}"))),
        Some(from) => {
            let stage = stages.target(Some(from))?;
            let before = stages.stages[stage].puts.iter().flat_map(|put| placed(files, stages, folder, put));
            before
                .filter_map(|one| {
                    let rest = below(source, &one.target)?;
                    let own = one.source?;
                    Some(if rest.is_empty() { own } else { format!("{own}/{rest}") })
                })
                .last()
        }
    };
    let one = |source: String| Put { target: target(&source), source: Some(source), span: None };
    // A stage cannot take from itself: the numbers of those before it alone.
    put.sources.iter().filter_map(from).map(one).collect()
}

/// Why the service's command keeps no nginx serving, if it does not.
fn command(files: &Files, compose: &Read<ComposeFile>, service: &Service) -> Option<Verdict> {
    let name = service.name.value.as_str();
    let written = compose.model.root.entry(&format!("services.{name}.entrypoint"));
    let entrypoint = written.filter(|entry| !entry.value.is_null());
    let line = |words: &[String]| words.join(" ");
    let built = dockerfile_of(files, service);
    let stage = built.as_ref().and_then(|(_, stages)| {
        let last = stages.target(service.build.as_ref()?.target.as_deref())?;
        let chain = stages.chain(last);
        let found = |read: fn(&dockerfile::Stage) -> Option<&dockerfile::Start>| {
            chain.iter().find_map(|stage| read(stage)).cloned()
        };
        Some((found(|stage| stage.entrypoint.as_ref()), found(|stage| stage.command.as_ref())))
    });
    let (own_entrypoint, own_command) = stage.unwrap_or_default();
    let words = |node: &workshop_stack::yaml::Node| match &node.value {
        Value::Sequence(items) => items.iter().filter_map(|item| item.text()).collect::<Vec<_>>().join(" "),
        _ => node.text().unwrap_or_default().to_owned(),
    };
    let given = service.command.as_ref();
    let entry = match entrypoint {
        Some(entry) => Some(words(&entry.value)),
        None => own_entrypoint.map(|start| line(&start.words)),
    };
    // An entry point of the file's own takes the image's command away.
    let args = match (given, entrypoint) {
        (Some(given), _) => Some(line(&given.value)),
        (None, Some(_)) => None,
        (None, None) => own_command.map(|start| line(&start.words)),
    };
    let whole = match (&entry, &args) {
        (None, None) => return None,
        (Some(entry), args) => format!("{entry} {}", args.as_deref().unwrap_or_default()),
        (None, Some(args)) => args.clone(),
    };
    if serves(&whole) {
        return None;
    }
    let span = entrypoint.map(|entry| entry.key.span).or(given.map(|given| given.span));
    let text = Text::new("check-nginx-command").with("service", name).with("command", whole.trim());
    let place = span.and_then(|span| compose.place(span));
    Some(Verdict::not_yet(text).expected(Text::verbatim("nginx -g \"daemon off;\"")).at(place))
}

/// Whether a command line runs nginx in the foreground with its usual file.
fn serves(line: &str) -> bool {
    let words: Vec<&str> = line.split(|c: char| c.is_whitespace() || "'\";".contains(c)).collect();
    let Some(at) =
        words.iter().position(|word| matches!(word.rsplit('/').next(), Some("nginx" | "nginx-debug")))
    else {
        // The image's own entry point without a word does nothing; a script may do anything.
        return line.contains(".sh") && !line.trim().ends_with("docker-entrypoint.sh");
    };
    let options = &words[at + 1..];
    let ends =
        options.iter().any(|word| matches!(*word, "-t" | "-T" | "-v" | "-V" | "-s" | "-h" | "-?" | "-tq"));
    let other = options.windows(2).any(|two| two[0] == "-c" && two[1] != "/etc/nginx/nginx.conf");
    let stays = options.windows(2).any(|two| two[0] == "daemon" && two[1] == "off")
        || line.contains("tail -f")
        || line.contains("sleep inf");
    !ends && !other && stays
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_that_serve() {
        for (line, wanted) in [
            ("nginx -g daemon off;", true),
            ("/docker-entrypoint.sh nginx -g daemon off;", true),
            ("sh -c nginx -g 'daemon off;'", true),
            ("sh -c nginx && tail -f /dev/null", true),
            ("nginx-debug -g daemon off;", true),
            ("nginx -c /etc/nginx/nginx.conf -g daemon off;", true),
            ("/start.sh", true),
            ("nginx", false),
            ("nginx -t", false),
            ("nginx -g daemon on;", false),
            ("nginx -c /etc/nginx/other.conf -g daemon off;", false),
            ("sleep infinity", false),
            ("/docker-entrypoint.sh", false),
        ] {
            assert_eq!(serves(line), wanted, "{line}");
        }
    }
}
