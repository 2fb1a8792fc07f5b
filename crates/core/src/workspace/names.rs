//! Which paths a course may bring into a workspace. A course writes what an application is made of,
//! and nothing that a tool of the learner's would run or obey by itself: names that begin with a
//! dot are refused but for a few that only describe.

use std::collections::BTreeMap;

use super::files::is_plain;
use workshop_text::Text;
use workshop_text::visible::is_hidden;

/// Names with a dot that a course may write: they are read by the stack's own tools, and run nothing.
const DOT_NAMES: [&str; 12] = [
    ".dockerignore",
    ".editorconfig",
    ".env",
    ".gitignore",
    ".gitkeep",
    ".keep",
    ".node-version",
    ".nojekyll",
    ".nvmrc",
    ".python-version",
    ".ruby-version",
    ".tool-versions",
];
/// And beginnings of such names: `.env.example`.
const DOT_BEGINNINGS: [&str; 1] = [".env."];
/// Names that Windows keeps for devices, with whatever ending.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];
const LONGEST: usize = 200;

/// Why a course may not have a file at `path` of the workspace.
pub(crate) fn fault(path: &str) -> Option<Text> {
    let about = |key| Some(Text::new(key).with("path", path));
    if path.chars().any(is_hidden) {
        return about("rule-file-hidden");
    }
    if !is_plain(path) || path.len() > LONGEST * 4 {
        return about("rule-file-outside");
    }
    path.split('/').find_map(|name| match () {
        () if !is_portable(name) => about("rule-file-name"),
        () if !is_harmless(name) => about("rule-file-dot"),
        () => None,
    })
}

/// Whether every system can have a file of this name, and means the same by it.
fn is_portable(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).trim_end().to_lowercase();
    let numbered = |port: &str| {
        stem.strip_prefix(port)
            .is_some_and(|rest| rest.chars().count() == 1 && "0123456789¹²³".contains(rest))
    };
    let is_device = DEVICES.contains(&stem.as_str()) || numbered("com") || numbered("lpt");
    !is_device
        && name.len() <= LONGEST
        && !name.contains(['<', '>', ':', '"', '\\', '|', '?', '*'])
        && !name.ends_with(['.', ' '])
        && !name.starts_with(' ')
}

fn is_harmless(name: &str) -> bool {
    let lower = name.to_lowercase();
    // What DOS calls `.git`.
    let git = lower.starts_with("git~");
    let known =
        |name: &str| DOT_NAMES.contains(&name) || DOT_BEGINNINGS.iter().any(|begin| name.starts_with(begin));
    !git && (!lower.starts_with('.') || (known(&lower) && lower == name))
}

/// The files of a state, by path relative to the workspace, with `/`.
pub type FileTree = BTreeMap<String, Vec<u8>>;

/// Two paths that are one on a system that does not tell capitals from small letters, or a file that
/// is a folder of another.
pub(crate) fn collision(files: &FileTree) -> Option<(String, String)> {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for path in files.keys() {
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        for end in ends {
            let part = &path[..end];
            let known = *seen.entry(part.to_lowercase()).or_insert(part);
            if known != part || (end < path.len() && files.contains_key(part)) {
                return Some((known.to_owned(), path.clone()));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_course_may_write() {
        for good in [
            "docker-compose.yml",
            ".env",
            "a/.env.example",
            "backend/.dockerignore",
            "설정/기본.conf",
            "a..b/c",
        ] {
            assert_eq!(fault(good), None, "{good}");
        }
        for (bad, key) in [
            ("../x", "rule-file-outside"),
            ("/etc/passwd", "rule-file-outside"),
            ("a//b", "rule-file-outside"),
            ("a\\b", "rule-file-outside"),
            (".git/hooks/pre-commit", "rule-file-dot"),
            (".GIT/config", "rule-file-dot"),
            ("git~1/config", "rule-file-dot"),
            ("x/.git", "rule-file-dot"),
            (".gitmodules", "rule-file-dot"),
            (".gitattributes", "rule-file-dot"),
            (".workshop/progress.json", "rule-file-dot"),
            (".vscode/tasks.json", "rule-file-dot"),
            (".envrc", "rule-file-dot"),
            (".ENV", "rule-file-dot"),
            (".bashrc", "rule-file-dot"),
            (".cargo/config.toml", "rule-file-dot"),
            (".npmrc", "rule-file-dot"),
            ("a\u{202e}b", "rule-file-hidden"),
            ("a\u{200b}", "rule-file-hidden"),
            ("a\nb", "rule-file-hidden"),
            ("aux.conf", "rule-file-name"),
            ("x/COM1", "rule-file-name"),
            ("a:b", "rule-file-name"),
            ("a.", "rule-file-name"),
        ] {
            assert_eq!(fault(bad).map(|text| text.key), Some(key), "{bad:?}");
        }
    }

    #[test]
    fn one_name_on_some_systems() {
        let files =
            |paths: &[&str]| paths.iter().map(|path| ((*path).to_owned(), Vec::new())).collect::<FileTree>();
        assert_eq!(collision(&files(&["a/b", "a/c", "b"])), None);
        for bad in [&["a", "A"][..], &["a/b", "A/c"], &["Ä", "ä"], &["a", "a/b"]] {
            assert!(collision(&files(bad)).is_some(), "{bad:?}");
        }
    }
}
