//! What a workspace is called: a [`Project`] is a folder and the Compose project name in force in
//! it, by Compose's own rules, so that the runner and the learner's own `docker compose` agree.

use std::path::{Path, PathBuf};

use crate::workspace::disk;

/// One workspace as an engine knows it: what it is called and where it lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// The Compose project name in force (`COMPOSE_PROJECT_NAME` of `.env`, else the compose file's
    /// `name:`, else the folder's name, by Compose's own rules). One of the shell is meant for
    /// something else, and is not passed on.
    pub name: String,
    /// The workspace folder, canonical: what Compose writes as `project.working_dir`.
    pub dir: PathBuf,
    /// True when the runner generated `name` for this folder alone, so that networks and volumes
    /// labelled with it can be no other project's.
    pub unique: bool,
}

const VARIABLE: &str = "COMPOSE_PROJECT_NAME";

impl Project {
    /// The project in `dir`, as Compose would name it there. `generated` is the name that the
    /// runner made for this folder ([`generate_name`]), `file_name` the compose file's `name:`.
    ///
    /// A folder whose name has no letter that Compose accepts (`워크숍`) has no name by Compose's
    /// rules; then it is the generated one, which the runner hands to Compose.
    pub fn resolve(dir: &Path, generated: Option<&str>, file_name: Option<String>) -> Self {
        let dir = canonical(dir);
        let folder = || dir.file_name().map(|name| normalise(&name.to_string_lossy()));
        let dotenv = disk::bytes(&dir.join(".env"), disk::LARGEST).unwrap_or_default();
        let name = from_dot_env(&String::from_utf8_lossy(&dotenv))
            .filter(|name| !name.is_empty())
            .or_else(|| file_name.filter(|name| !name.is_empty()))
            .or_else(folder)
            .filter(|name| !name.is_empty())
            .or_else(|| generated.map(str::to_owned))
            .unwrap_or_default();
        let unique = generated == Some(name.as_str()) && !name.is_empty();
        Self { name, dir, unique }
    }
}

/// A project name for the workspace in `dir`: `workshop-` and six hexadecimal digits of FNV-1a
/// over the canonical path, the same in every version of the program.
pub fn generate_name(dir: &Path) -> String {
    let hash = fnv1a(canonical(dir).as_os_str().as_encoded_bytes());
    format!("workshop-{:06x}", (hash ^ (hash >> 24) ^ (hash >> 48)) & 0x00ff_ffff)
}

/// FNV-1a, 64 bits: the offset basis and the prime of the algorithm's definition (RFC 9923).
pub(super) fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// The path without symbolic links; where it does not exist, absolute at least.
fn canonical(dir: &Path) -> PathBuf {
    std::fs::canonicalize(dir).or_else(|_| std::path::absolute(dir)).unwrap_or_else(|_| dir.to_path_buf())
}

/// A folder's name as Compose makes a project name of it: lower case, only `[a-z0-9_-]`, and it
/// starts with a letter or a digit.
fn normalise(folder: &str) -> String {
    let kept = folder.to_lowercase();
    let kept: String = kept.chars().filter(|c| matches!(c, 'a'..='z' | '0'..='9' | '_' | '-')).collect();
    kept.trim_start_matches(['_', '-']).to_owned()
}

/// The value of `COMPOSE_PROJECT_NAME` in the text of a `.env` file; the last one counts.
fn from_dot_env(text: &str) -> Option<String> {
    text.trim_start_matches('\u{feff}').lines().filter_map(assignment).next_back()
}

fn assignment(line: &str) -> Option<String> {
    let line = line.trim_start();
    let line = line.strip_prefix("export ").map_or(line, str::trim_start);
    let rest = line.strip_prefix(VARIABLE)?.trim_start();
    let value = rest.strip_prefix(['=', ':'])?.trim();
    for quote in ['"', '\''] {
        if let Some((inside, _)) = value.strip_prefix(quote).and_then(|value| value.split_once(quote)) {
            return Some(inside.to_owned());
        }
    }
    let value = if value.starts_with('#') { "" } else { value.split(" #").next().unwrap_or(value) };
    Some(value.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_where_compose_finds_it() {
        let temp = tempfile::tempdir().unwrap();
        let dir = temp.path().join("_-My.Shop");
        std::fs::create_dir(&dir).unwrap();
        let name = |file: Option<&str>| Project::resolve(&dir, None, file.map(str::to_owned)).name;
        assert_eq!(name(None), "myshop");
        assert_eq!(name(Some("filed")), "filed");
        std::fs::write(dir.join(".env"), "A=1\nCOMPOSE_PROJECT_NAME=dotted\n").unwrap();
        assert_eq!(name(Some("filed")), "dotted");
    }

    #[test]
    fn a_folder_that_compose_cannot_name_takes_the_generated_name() {
        let temp = tempfile::tempdir().unwrap();
        let dir = temp.path().join("워크숍");
        std::fs::create_dir(&dir).unwrap();
        let name = generate_name(&dir);
        let project = Project::resolve(&dir, Some(&name), None);
        assert_eq!((project.name.as_str(), project.unique), (name.as_str(), true));
        assert_eq!(Project::resolve(&dir, None, None).name, "");
        assert!(!Project::resolve(&dir, Some(&name), Some("other".into())).unique);
    }

    #[test]
    fn dot_env_is_read_as_compose_reads_it() {
        for (text, wanted) in [
            ("COMPOSE_PROJECT_NAME=a", Some("a")),
            ("export COMPOSE_PROJECT_NAME='q-1' # c", Some("q-1")),
            ("COMPOSE_PROJECT_NAME: \"q-2\"", Some("q-2")),
            ("COMPOSE_PROJECT_NAME=a # note\r\n", Some("a")),
            ("COMPOSE_PROJECT_NAME=a\nCOMPOSE_PROJECT_NAME=b", Some("b")),
            ("COMPOSE_PROJECT_NAME=", Some("")),
            ("#COMPOSE_PROJECT_NAME=a", None),
            ("COMPOSE_PROJECT_NAMES=a", None),
        ] {
            assert_eq!(from_dot_env(text).as_deref(), wanted, "{text}");
        }
    }

    #[test]
    fn a_generated_name_is_the_folders_own_and_never_changes() {
        // The reference values of FNV-1a for "" and "a".
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"a"), 0xaf63_dc4c_8601_ec8c);
        let name = generate_name(Path::new("/no such folder/워크숍"));
        assert_eq!(name.len(), "workshop-".len() + 6);
        assert_eq!(name, generate_name(Path::new("/no such folder/워크숍")));
        assert_ne!(name, generate_name(Path::new("/no such folder/workshop")));
    }
}
