//! Where a path of a compose file leads: into the workspace or out of it.

use std::path::{Path, PathBuf};

use workshop_text::Text;

/// The files that a project is made of, by path from the workspace.
pub(super) struct View<'a> {
    /// `None` where nothing lies there.
    pub read: &'a dyn Fn(&str) -> Option<Result<String, Text>>,
    /// The folder on disk, where there is one: links in it are followed.
    pub real: Option<&'a Path>,
}

/// Where something lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Where {
    /// By its path from the workspace; empty for the workspace itself.
    Inside(String),
    /// As it is to be shown.
    Outside(String),
}

impl View<'_> {
    /// Where `path` leads, seen from each of `bases` (folders of the workspace). What is outside
    /// from any of them is outside.
    pub(super) fn place(&self, path: &str, bases: &[String]) -> Where {
        let unix = path.replace('\\', "/");
        let bytes = unix.as_bytes();
        let has_drive = bytes.len() > 1 && bytes[1] == b':' && bytes[0].is_ascii_alphabetic();
        if unix.starts_with('~') || has_drive {
            return Where::Outside(path.to_owned());
        }
        if unix.starts_with('/') {
            return self.absolute(&unix);
        }
        let mut inside = None;
        for base in bases {
            match joined(base, &unix) {
                Some(rel) => match self.really(&rel) {
                    Where::Inside(rel) => drop(inside.get_or_insert(rel)),
                    outside => return outside,
                },
                None => return Where::Outside(path.to_owned()),
            }
        }
        Where::Inside(inside.unwrap_or_default())
    }

    /// An absolute path may still be one of the workspace: `${PWD}/nginx`.
    fn absolute(&self, path: &str) -> Where {
        let outside = || Where::Outside(path.to_owned());
        let Some(root) = self.real.and_then(|root| std::fs::canonicalize(root).ok()) else {
            return outside();
        };
        let Some(whole) = joined("", path.trim_start_matches('/')) else { return outside() };
        match Path::new(&format!("/{whole}")).strip_prefix(&root).ok().and_then(Path::to_str) {
            Some(rel) => self.really(rel),
            None => outside(),
        }
    }

    /// A path of the workspace with its links followed, as far as it is there.
    fn really(&self, rel: &str) -> Where {
        let Some(root) = self.real else { return Where::Inside(rel.to_owned()) };
        let Ok(root) = std::fs::canonicalize(root) else { return Where::Inside(rel.to_owned()) };
        let mut path: PathBuf = root.clone();
        for name in rel.split('/').filter(|name| !name.is_empty()) {
            path.push(name);
            let Ok(meta) = std::fs::symlink_metadata(&path) else { continue };
            if meta.is_symlink() {
                match std::fs::canonicalize(&path) {
                    Ok(real) if real.starts_with(&root) => path = real,
                    Ok(real) => return Where::Outside(format!("{rel} -> {}", real.display())),
                    // Docker would make what it leads to.
                    Err(_) => return Where::Outside(format!("{rel} -> ?")),
                }
            }
        }
        Where::Inside(rel.to_owned())
    }
}

/// `path` from the folder `base`, without `.` and `..`; `None` where it leaves the workspace.
fn joined(base: &str, path: &str) -> Option<String> {
    let mut names: Vec<&str> = Vec::new();
    for name in base.split('/').chain(path.split('/')) {
        match name {
            "" | "." => {}
            ".." => drop(names.pop()?),
            name => names.push(name),
        }
    }
    Some(names.join("/"))
}

/// The folder of a file.
pub(super) fn folder_of(path: &str) -> String {
    path.rsplit_once('/').map_or_else(String::new, |(folder, _)| folder.to_owned())
}

/// Something that is fetched and lies on no disk here.
pub(super) fn is_remote(path: &str) -> bool {
    let begins = ["git@", "github.com/", "oci:", "ssh:", "git:"];
    path.contains("://")
        || begins.iter().any(|begin| path.starts_with(begin))
        || path.ends_with(".git")
        || path.contains(".git#")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn out_of_the_workspace_by_every_way() {
        let view = View { read: &|_| None, real: None };
        let at = |path: &str, bases: &[&str]| {
            view.place(path, &bases.iter().map(|base| (*base).to_owned()).collect::<Vec<_>>())
        };
        for (path, inside) in
            [("./a", "a"), ("a/../b", "b"), (".", ""), ("", ""), ("..a", "..a"), ("a\\b", "a/b")]
        {
            assert_eq!(at(path, &[""]), Where::Inside(inside.to_owned()), "{path}");
        }
        for path in [
            "..",
            "../a",
            "a/../../b",
            "/",
            "/etc",
            "~",
            "~/x",
            "~root/x",
            "C:\\x",
            "c:/x",
            "..\\x",
            "\\\\.\\pipe\\x",
        ] {
            assert!(matches!(at(path, &[""]), Where::Outside(_)), "{path}");
        }
        assert_eq!(at("../a", &["sub"]), Where::Inside("a".to_owned()));
        assert!(matches!(at("../a", &["sub", ""]), Where::Outside(_)));
    }

    #[test]
    fn a_link_is_where_it_leads() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("real")).unwrap();
        for (name, target) in [("out", "/etc"), ("in", "real"), ("gone", "/nowhere at all")] {
            std::os::unix::fs::symlink(target, dir.path().join(name)).unwrap();
        }
        let view = View { read: &|_| None, real: Some(dir.path()) };
        let inside = |path: &str| matches!(view.place(path, &[String::new()]), Where::Inside(_));
        let whole = dir.path().canonicalize().unwrap();
        assert!(inside("./real") && inside("in/x") && inside(&format!("{}/real", whole.display())));
        assert!(!inside("out") && !inside("out/x") && !inside("gone") && !inside("/etc"));
        assert!(!inside(&format!("{}/../x", whole.display())));
    }
}
