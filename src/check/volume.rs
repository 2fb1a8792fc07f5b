//! `volume`: the file that a service's variable names lies where every replica sees it.

use serde::Deserialize;

use super::files::Read;
use super::{Check, Needs, Verdict, World};
use crate::stack::compose::{ComposeFile, Mount, MountKind};
use crate::text::Text;

/// `volume = { service = "backend", holds = "DATABASE_URL" }`: the path in the variable's value (a
/// `sqlite:` URL) lies below the target of a named volume or a bind mount that can be written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Volume {
    service: String,
    holds: String,
}

impl Check for Volume {
    fn needs(&self) -> Needs {
        Needs::Files
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        let (file, service) = match world.files.service(&self.service) {
            Ok(found) => found,
            Err(verdict) => return *verdict,
        };
        let variable = file.model.environment(&self.service, &self.holds);
        let value = variable
            .and_then(|variable| variable.value.clone())
            .or_else(|| super::environment::from_env_files(world, service, &self.holds));
        let Some(value) = value else {
            return Verdict::not_yet(Text::new("check-volume-no-value").with("key", self.holds.as_str()))
                .at(file.place(service.name.span));
        };
        let place = variable.map_or(service.name.span, |variable| variable.span);
        let Some(path) = sqlite_path(&value) else {
            let key =
                if value.starts_with("sqlite:") { "check-volume-not-absolute" } else { "check-volume-not-sqlite" };
            return Verdict::not_yet(Text::new(key).with("key", self.holds.as_str()))
                .expected(Text::verbatim("sqlite:///data/contoso.db"))
                .observed(Text::verbatim(value))
                .at(file.place(place));
        };
        // The deepest one counts: a mount inside of another covers it.
        let over = service.volumes.iter().filter(|mount| holds(mount, path));
        match over.max_by_key(|mount| mount.target.trim_end_matches('/').len()) {
            Some(mount) if is_undeclared(file, mount) => {
                let name = mount.source.as_deref().unwrap_or_default();
                Verdict::not_yet(Text::new("check-volume-undeclared").with("name", name))
                    .expected(Text::verbatim(format!("volumes: {name}:")))
                    .at(file.place(mount.span))
            }
            Some(mount) if matches!(mount.kind, MountKind::Volume | MountKind::Bind) && !mount.read_only => {
                Verdict::pass(Text::new("check-volume-pass").with("path", path).with("target", mount.target.as_str()))
            }
            Some(mount) => Verdict::not_yet(Text::new(not_shared(mount)).with("target", mount.target.as_str()))
                .at(file.place(mount.span)),
            None => Verdict::not_yet(Text::new("check-volume-missing").with("path", path))
                .expected(Text::verbatim(format!("volumes: - data:{}", parent(path))))
                .observed(mounts(&service.volumes))
                .at(file.place(place)),
        }
    }
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

fn is_undeclared(file: &Read<ComposeFile>, mount: &Mount) -> bool {
    let declared = |name: &str| file.model.volumes.iter().any(|volume| volume.key.value == name);
    mount.kind == MountKind::Volume && !mount.source.as_deref().is_some_and(declared)
}

const fn not_shared(mount: &Mount) -> &'static str {
    match mount.kind {
        MountKind::Tmpfs => "check-volume-tmpfs",
        MountKind::Anonymous => "check-volume-anonymous",
        _ if mount.read_only => "check-volume-read-only",
        _ => "check-volume-not-shared",
    }
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
