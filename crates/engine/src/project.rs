//! What a workspace is called: a [`Project`] is a folder and the Compose project name in force in
//! it, by Compose's own rules, so that the runner and the learner's own `docker compose` agree.

use std::path::{Path, PathBuf};

use workshop_stack::env_file;

/// One workspace as an engine knows it: what it is called and where it lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// The Compose project name in force: `COMPOSE_PROJECT_NAME` of `.env`, else the compose file's
    /// `name:`, else the folder's name, by Compose's own rules. What the user's shell says belongs to
    /// another project, and is not handed on to Compose either.
    pub name: String,
    /// The workspace folder, canonical: what Compose writes as `project.working_dir`.
    pub dir: PathBuf,
    /// True when the runner generated `name` for this folder alone, so that networks and volumes
    /// labelled with it can be no other project's.
    pub unique: bool,
}

const VARIABLE: &str = "COMPOSE_PROJECT_NAME";
const PREFIX: &str = "workshop-";

impl Project {
    /// The project in `dir`, as Compose would name it there. `generated` is the name that the
    /// runner made for this folder ([`generate_name`]; one that was made for another, where this
    /// one is a copy, counts for nothing), `dotenv` what the folder's `.env` has, and `file_name` the
    /// compose file's `name:`.
    ///
    /// A folder whose name has no letter that Compose accepts (`워크숍`) has no name by Compose's
    /// rules; then it is the generated one, which the runner hands to Compose.
    pub fn resolve(dir: &Path, generated: Option<&str>, dotenv: &[u8], file_name: Option<String>) -> Self {
        let dir = canonical(dir);
        let generated = generated.filter(|name| *name == generate_name(&dir));
        let folder = || dir.file_name().map(|name| normalise(&name.to_string_lossy()));
        let name = env_file::get(dotenv, VARIABLE)
            .filter(|name| !name.is_empty())
            .or_else(|| file_name.filter(|name| !name.is_empty()))
            .or_else(folder)
            .filter(|name| !name.is_empty())
            .or_else(|| generated.map(str::to_owned))
            .unwrap_or_default();
        let unique = generated == Some(name.as_str()) && !name.is_empty();
        Self { name, dir, unique }
    }

    /// Whether `name` was made for another folder than this one: what is called so is that one's,
    /// even where nothing of it runs.
    pub(crate) fn is_anothers(&self, name: &str) -> bool {
        is_made_for_another(name, &self.dir)
    }
}

/// Whether `name` is one of [`generate_name`]'s, and not that of `dir`.
pub fn is_made_for_another(name: &str, dir: &Path) -> bool {
    let digits = name.strip_prefix(PREFIX);
    let is_made = |digits: &str| {
        digits.len() == 6 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    digits.is_some_and(is_made) && name != generate_name(dir)
}

/// A project name for the workspace in `dir`: `workshop-` and six hexadecimal digits of FNV-1a
/// over the canonical path, the same in every version of the program.
pub fn generate_name(dir: &Path) -> String {
    let hash = fnv1a(canonical(dir).as_os_str().as_encoded_bytes());
    format!("{PREFIX}{:06x}", (hash ^ (hash >> 24) ^ (hash >> 48)) & 0x00ff_ffff)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_where_compose_finds_it() {
        let temp = tempfile::tempdir().unwrap();
        let dir = temp.path().join("_-My.Shop");
        std::fs::create_dir(&dir).unwrap();
        let name = |dotenv: &str, file: Option<&str>| {
            Project::resolve(&dir, None, dotenv.as_bytes(), file.map(str::to_owned)).name
        };
        assert_eq!(name("", None), "myshop");
        assert_eq!(name("", Some("filed")), "filed");
        assert_eq!(name("A=1\nCOMPOSE_PROJECT_NAME=dotted\n", Some("filed")), "dotted");
        assert_eq!(name("COMPOSE_PROJECT_NAME=\n", Some("filed")), "filed");
    }

    #[test]
    fn a_folder_that_compose_cannot_name_takes_the_generated_name() {
        let temp = tempfile::tempdir().unwrap();
        let dir = temp.path().join("워크숍");
        std::fs::create_dir(&dir).unwrap();
        let name = generate_name(&dir);
        let project = Project::resolve(&dir, Some(&name), b"", None);
        assert_eq!((project.name.as_str(), project.unique), (name.as_str(), true));
        assert_eq!(Project::resolve(&dir, None, b"", None).name, "");
        assert!(!Project::resolve(&dir, Some("other"), b"", None).unique);
    }

    #[test]
    fn a_name_that_was_made_for_another_folder_is_no_own_one() {
        let temp = tempfile::tempdir().unwrap();
        let [one, two] = ["one", "two"].map(|name| temp.path().join(name));
        std::fs::create_dir_all(&one).unwrap();
        std::fs::create_dir_all(&two).unwrap();
        let name = generate_name(&one);
        let dotenv = format!("COMPOSE_PROJECT_NAME={name}\n");
        // What a copied progress says of it is of the original.
        let copy = Project::resolve(&two, Some(&name), dotenv.as_bytes(), None);
        assert!(!copy.unique && copy.is_anothers(&name) && !copy.is_anothers(&generate_name(&two)));
        let theirs = ["workshop", "workshop-12345", "workshop-backend", "shop-1a2b3c", "workshop-1A2B3C"];
        assert!(theirs.iter().all(|name| !copy.is_anothers(name)));
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
