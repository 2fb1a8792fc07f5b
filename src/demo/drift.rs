//! What somebody else changed while the demo looked away: the files of the workspace and the
//! replicas, before and after.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::check::secrets::Secrets;
use crate::engine::Observed;
use crate::event::{DiffView, FileDiff};
use crate::text::Text;
use crate::workspace::files;
use crate::workspace::patch::unified;

/// Files and replicas at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Snapshot {
    files: BTreeMap<String, Vec<u8>>,
    /// Name → service, id and whether it runs.
    replicas: BTreeMap<String, Replica>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Replica {
    service: String,
    id: String,
    /// Whether it runs, and since when.
    running: Option<std::time::SystemTime>,
}

/// What has changed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Drift {
    pub files: DiffView,
    /// What happened to each service, in words.
    pub services: Vec<Text>,
}

impl Drift {
    pub(crate) fn is_empty(&self) -> bool {
        self.files.files.is_empty() && self.services.is_empty()
    }
}

impl Drift {
    /// The same where nothing in the files that `secrets` knows is shown.
    pub(crate) fn hiding(mut self, secrets: &Secrets) -> Self {
        for file in &mut self.files.files {
            file.unified = secrets.hide(&file.unified);
        }
        self
    }

    /// The files by their paths, then the services: what was brought back.
    pub(crate) fn in_words(self) -> Vec<Text> {
        let paths: Vec<String> = self.files.files.into_iter().map(|file| file.path).collect();
        let files = (!paths.is_empty()).then(|| Text::new("demo-mended-files").with("files", paths));
        files.into_iter().chain(self.services).collect()
    }
}

impl Snapshot {
    pub(crate) fn take(dir: &Path, observed: Option<&Observed>) -> Self {
        let paths = files::walk(dir).unwrap_or_default();
        let read = |path: String| Some((path.clone(), files::read_bytes(dir, &path).ok()?));
        let replica = |replica: &crate::engine::Replica| {
            let running = replica.is_running().then(|| replica.started.unwrap_or(replica.created));
            let one = Replica { service: replica.service.clone(), id: replica.id.clone(), running };
            (replica.label(), one)
        };
        Self {
            files: paths.into_iter().filter_map(read).collect(),
            replicas: observed.map(|seen| seen.replicas.iter().map(replica).collect()).unwrap_or_default(),
        }
    }

    pub(crate) fn until(&self, after: &Self) -> Drift {
        Drift { files: self.changed_files(after), services: self.changed_services(after) }
    }

    fn changed_files(&self, after: &Self) -> DiffView {
        let paths: BTreeSet<&String> = self.files.keys().chain(after.files.keys()).collect();
        let changed = paths.into_iter().filter(|path| self.files.get(*path) != after.files.get(*path));
        let text = |side: &Self, path: &String| {
            side.files.get(path).map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default()
        };
        let diff = |path: &String| FileDiff {
            path: path.clone(),
            unified: unified(path, &text(self, path), &text(after, path)),
        };
        DiffView { files: changed.map(diff).collect() }
    }

    fn changed_services(&self, after: &Self) -> Vec<Text> {
        let running = |side: &Self, service: &str| {
            side.replicas.values().filter(|one| one.service == service && one.running.is_some()).count()
        };
        let all = self.replicas.values().chain(after.replicas.values());
        let services: BTreeSet<&str> = all.map(|one| one.service.as_str()).collect();
        let change = |service: &str| {
            let (before, now) = (running(self, service), running(after, service));
            if before != now {
                let text = Text::new("demo-drift-count").with("service", service);
                return Some(text.with("before", before).with("after", now));
            }
            let of = |side: &Self| -> BTreeMap<String, Replica> {
                let own = side.replicas.iter().filter(|(_, one)| one.service == service);
                own.map(|(name, one)| (name.clone(), one.clone())).collect()
            };
            let (old, new) = (of(self), of(after));
            let other = new.iter().filter(|(name, one)| old.get(*name) != Some(one)).count();
            (other > 0)
                .then(|| Text::new("demo-drift-restarted").with("service", service).with("count", other))
        };
        services.into_iter().filter_map(change).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, SystemTime};

    fn replica(service: &str, id: &str, running: Option<u64>) -> Replica {
        let running = running.map(|seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        Replica { service: service.to_owned(), id: id.to_owned(), running }
    }

    #[test]
    fn files_and_replicas_that_changed_are_named() {
        let temp = tempfile::tempdir().unwrap();
        std::fs::write(temp.path().join("a"), "1\n").unwrap();
        std::fs::write(temp.path().join("same"), "1\n").unwrap();
        let mut before = Snapshot::take(temp.path(), None);
        assert!(before.until(&before).is_empty());
        std::fs::write(temp.path().join("a"), "2\n").unwrap();
        std::fs::write(temp.path().join("new"), "").unwrap();
        let mut after = Snapshot::take(temp.path(), None);
        for (side, started) in [(&mut before, 1), (&mut after, 9)] {
            side.replicas.insert("frontend-1".into(), replica("frontend", "f", Some(started)));
            side.replicas.insert("backend-1".into(), replica("backend", "b", Some(1)));
        }
        after.replicas.insert("backend-2".into(), replica("backend", "c", Some(1)));
        let drift = before.until(&after);
        let files: Vec<&str> = drift.files.files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(files, ["a", "new"]);
        assert!(drift.files.files[0].unified.contains("-1\n+2\n"));
        let keys: Vec<&str> = drift.services.iter().map(|text| text.key).collect();
        assert_eq!(keys, ["demo-drift-count", "demo-drift-restarted"]);
    }
}
