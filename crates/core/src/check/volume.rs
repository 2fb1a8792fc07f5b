//! `volume`: what must outlive a container lies on a mount, where every replica sees it.

use serde::Deserialize;

use super::kind::{Check, World};
use super::phrases::listed;
use super::read::Read;
use super::services::Services;
use crate::verdict::{Place, Verdict};
use workshop_stack::Span;
use workshop_stack::compose::{ComposeFile, Mount, MountKind, Service};
use workshop_text::Text;

/// What is written to that path outlives the container, for each of the services.
///
/// The path lies below the target of a named volume or of a bind mount that can be written. One of `at`
/// and `holds` stands there.
///
/// ```toml
/// volume = { service = "mysql", at = "/var/lib/mysql" }
/// ```
///
/// ```toml
/// volume = { service = "backend", holds = "DATABASE_URL" }
/// ```
///
/// ```toml
/// volume = { services = ["mysql", "mysql-replica-1"], at = "/var/lib/mysql", own = true }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(into = "Written"))]
#[serde(try_from = "Written")]
pub struct Volume {
    services: Services,
    path: Wanted,
    own: bool,
}

/// As `lesson.toml` has it.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(alias = "service")]
    services: Services,
    /// The variable (`sqlite:` and a path) in whose value the path stands.
    holds: Option<String>,
    /// The path.
    at: Option<String>,
    /// Each of the services has a mount of its own: no two lie on the same files.
    #[serde(default)]
    own: bool,
}

#[derive(Clone, Debug)]
enum Wanted {
    /// The path is in the value of this variable.
    Holds(String),
    /// Absolute, in the container.
    At(String),
}

/// What a path of a service lies on.
struct Lies {
    path: String,
    target: String,
    kind: MountKind,
    source: Option<String>,
    place: Option<Place>,
}

impl TryFrom<Written> for Volume {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let path = match (written.holds, written.at) {
            (Some(key), None) => Wanted::Holds(key),
            (None, Some(path)) if path.starts_with('/') => Wanted::At(path),
            (None, Some(_)) => return Err("`at` must be an absolute path"),
            _ => return Err("`volume` needs one of `holds` and `at`"),
        };
        Ok(Self { services: written.services, path, own: written.own })
    }
}

impl Check for Volume {
    fn judge(&self, world: &World<'_>) -> Verdict {
        let mut found: Vec<(&str, Lies)> = Vec::new();
        for name in self.services.iter() {
            match self.one(world, name) {
                Ok(lies) => found.push((name, lies)),
                Err(verdict) => return *verdict,
            }
        }
        if let Some(verdict) = self.own.then(|| shared(&found)).flatten() {
            return verdict;
        }
        let first = found.into_iter().next().map(|(_, lies)| (lies.path, lies.target));
        let (path, target) = first.unwrap_or_default();
        Verdict::pass(self.services.text("check-volume-pass").with("path", path).with("target", target))
    }
}

impl Volume {
    /// What the wanted path of one service lies on.
    fn one(&self, world: &World<'_>, name: &str) -> Result<Lies, Box<Verdict>> {
        let (file, service) = world.app.service(name)?;
        let (path, place) = match &self.path {
            Wanted::At(path) => (path.clone(), service.name.span),
            Wanted::Holds(key) => in_variable(world, file, service, key)?,
        };
        // The deepest one counts: a mount inside of another covers it.
        let over = service.volumes.iter().filter(|mount| holds(mount, &path));
        let is_file = matches!(self.path, Wanted::Holds(_));
        let verdict = match over.max_by_key(|mount| mount.target.trim_end_matches('/').len()) {
            // A folder lies there then; and what SQLite keeps beside its file is not shared.
            Some(mount) if is_file && mount.target.trim_end_matches('/') == path => {
                let text = Text::new("check-volume-at-the-file").with("target", mount.target.as_str());
                Verdict::not_yet(text)
                    .expected(listed("volumes", &format!("data:{}", parent(&path))))
                    .at(file.place(mount.span))
            }
            Some(mount) if matches!(mount.kind, MountKind::Volume | MountKind::Bind) && !mount.read_only => {
                return Ok(Lies {
                    path,
                    target: mount.target.clone(),
                    kind: mount.kind,
                    source: mount.source.clone(),
                    place: file.place(mount.span),
                });
            }
            Some(mount) => {
                let text = Text::new(self.not_kept(mount)).with("target", mount.target.as_str());
                Verdict::not_yet(text).at(file.place(mount.span))
            }
            None => {
                let (key, wanted) = match &self.path {
                    Wanted::At(_) => ("check-volume-none-at", path.as_str()),
                    Wanted::Holds(_) => ("check-volume-missing", parent(&path)),
                };
                let text = Text::new(key).with("path", path.as_str()).with("service", name);
                Verdict::not_yet(text)
                    .expected(listed("volumes", &format!("data:{wanted}")))
                    .observed(mounts(&service.volumes))
                    .at(file.place(place))
            }
        };
        Err(Box::new(verdict))
    }

    /// What is wrong with a mount: replicas do not share it, or it does not outlive the container.
    const fn not_kept(&self, mount: &Mount) -> &'static str {
        match (mount.kind, &self.path) {
            (MountKind::Tmpfs, Wanted::Holds(_)) => "check-volume-tmpfs",
            (MountKind::Tmpfs, Wanted::At(_)) => "check-volume-memory",
            (MountKind::Anonymous, Wanted::Holds(_)) => "check-volume-anonymous",
            (MountKind::Anonymous, Wanted::At(_)) => "check-volume-nameless",
            _ if mount.read_only => "check-volume-read-only",
            _ => "check-volume-not-shared",
        }
    }
}

/// The first two of them that lie on the same files.
fn shared(found: &[(&str, Lies)]) -> Option<Verdict> {
    let same = |one: &Lies, other: &Lies| {
        let files = |lies: &Lies| {
            let below =
                lies.path.strip_prefix(lies.target.trim_end_matches('/')).unwrap_or_default().to_owned();
            lies.source.as_ref().map(|source| (source.trim_end_matches('/').to_owned(), below))
        };
        one.kind == other.kind && files(one).is_some() && files(one) == files(other)
    };
    found.iter().enumerate().find_map(|(at, (name, lies))| {
        let (other, _) = found[..at].iter().find(|(_, before)| same(before, lies))?;
        let text = Text::new("check-volume-not-own").with("service", *name).with("other", *other);
        let source = lies.source.clone().unwrap_or_default();
        Some(Verdict::not_yet(text.with("source", source)).at(lies.place.clone()))
    })
}

/// The path in the value of the variable `key`, and where it is said.
fn in_variable(
    world: &World<'_>,
    file: &Read<ComposeFile>,
    service: &Service,
    key: &str,
) -> Result<(String, Span), Box<Verdict>> {
    let variable = file.model.environment(&service.name.value, key);
    let value = variable
        .and_then(|variable| variable.value.clone())
        .or_else(|| super::environment::from_env_files(world, service, key));
    let Some(value) = value else {
        let verdict = Verdict::not_yet(Text::new("check-volume-no-value").with("key", key));
        return Err(Box::new(verdict.at(file.place(service.name.span))));
    };
    let place = variable.map_or(service.name.span, |variable| variable.span);
    if let Some(path) = sqlite_path(&value) {
        return Ok((path.to_owned(), place));
    }
    let text =
        if value.starts_with("sqlite:") { "check-volume-not-absolute" } else { "check-volume-not-sqlite" };
    let verdict = Verdict::not_yet(Text::new(text).with("key", key))
        .expected(Text::verbatim("sqlite:///data/contoso.db"))
        .observed(Text::verbatim(value));
    Err(Box::new(verdict.at(file.place(place))))
}

/// The absolute path of a `sqlite:` URL, without its query.
fn sqlite_path(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("sqlite:")?;
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    let path = rest.split('?').next().unwrap_or(rest);
    path.starts_with('/').then_some(path)
}

fn holds(mount: &Mount, path: &str) -> bool {
    let target = mount.target.trim_end_matches('/');
    path == target || path.strip_prefix(target).is_some_and(|rest| rest.starts_with('/'))
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("/", |(parent, _)| if parent.is_empty() { "/" } else { parent })
}

fn mounts(all: &[Mount]) -> Text {
    match all {
        [] => Text::new("check-none"),
        _ => Text::verbatim(all.iter().map(|mount| mount.target.clone()).collect::<Vec<_>>().join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::sqlite_path;

    #[test]
    fn the_path_in_a_database_url() {
        for (url, path) in [
            ("sqlite:///data/contoso.db", Some("/data/contoso.db")),
            ("sqlite:/data/contoso.db?mode=rwc", Some("/data/contoso.db")),
            ("sqlite://contoso.db", None),
            ("sqlite:contoso.db", None),
            ("mysql://db/contoso", None),
        ] {
            assert_eq!(sqlite_path(url), path, "{url}");
        }
    }
}
