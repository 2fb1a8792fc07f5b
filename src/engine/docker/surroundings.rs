//! The environment that Compose runs in: made here, not inherited. What the user's shell says of
//! other projects and other engines (`COMPOSE_FILE`, `DOCKER_CONTEXT` …) would put another
//! project's containers in the place of the lesson's; so a child gets what any program needs, and
//! those variables that the project's own files ask for.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::Path;

use super::endpoint::Endpoint;
use crate::engine::{EngineError, Project};
use crate::stack::compose::{COMPOSE_NAMES, Env};
use crate::stack::dotenv::DotEnv;
use crate::text::Text;
use crate::workspace::disk;
use crate::workspace::files::{LIMIT, is_plain, walk};

/// What a program needs to find its way. `DOCKER_CONFIG` is where Docker keeps logins and plugins;
/// of Docker's and Compose's other variables none is handed on.
const USUAL: [&str; 46] = [
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LANGUAGE",
    "TZ",
    "TMPDIR",
    "TEMP",
    "TMP",
    "TERM",
    "COLORTERM",
    "COLUMNS",
    "LINES",
    "NO_COLOR",
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "DOCKER_CONFIG",
    "SSH_AUTH_SOCK",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "ALL_PROXY",
    "FTP_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "all_proxy",
    "ftp_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "GODEBUG",
    // Windows.
    "SYSTEMROOT",
    "SYSTEMDRIVE",
    "WINDIR",
    "COMSPEC",
    "PATHEXT",
    "APPDATA",
    "LOCALAPPDATA",
    "PROGRAMDATA",
    "PROGRAMFILES",
    "USERPROFILE",
    "HOMEDRIVE",
    "HOMEPATH",
    "USERNAME",
];
/// The same by their beginnings.
const USUAL_BEGINNINGS: [&str; 2] = ["LC_", "XDG_"];
/// Whose values are for this program to say.
const OURS: [&str; 5] = ["COMPOSE_", "DOCKER_", "BUILDX_", "BUILDKIT_", "WORKSHOP_"];
/// Variables by which a shell of the user's would look at something else.
const LEADS_ELSEWHERE: [&str; 2] = ["COMPOSE_FILE", "COMPOSE_PROJECT_NAME"];
/// More files than this are not looked through for variables.
const MOST_FILES: usize = 400;

/// Everything that a child of this program's is given, for `project` on the engine at `endpoint`.
pub fn of(project: &Project, endpoint: &Endpoint) -> Vec<(OsString, OsString)> {
    let asked = asked_for(&project.dir);
    let wanted = |name: &str| {
        USUAL.contains(&name)
            || USUAL_BEGINNINGS.iter().any(|begins| name.starts_with(begins))
            || (asked.contains(name) && !OURS.iter().any(|begins| name.starts_with(begins)))
    };
    let mut all: Vec<_> = std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(wanted)).collect();
    all.push(("DOCKER_HOST".into(), endpoint.address.clone().into()));
    if !project.name.is_empty() {
        all.push(("COMPOSE_PROJECT_NAME".into(), project.name.clone().into()));
    }
    all
}

/// The variables that the project's files name, in values (`${NAME}`) or to be passed on (`- NAME`).
/// A name too many does no harm: what is not asked for is not looked at.
fn asked_for(dir: &Path) -> BTreeSet<String> {
    let is_read = |path: &String| {
        let name = path.rsplit('/').next().unwrap_or(path);
        name.ends_with(".yml") || name.ends_with(".yaml") || name.contains(".env")
    };
    let files = walk(dir).unwrap_or_default();
    let texts = files.iter().filter(|path| is_read(path)).take(MOST_FILES);
    texts
        .filter_map(|path| disk::bytes(&dir.join(path), LIMIT).ok())
        .flat_map(|bytes| names_in(&String::from_utf8_lossy(&bytes)))
        .collect()
}

fn names_in(text: &str) -> Vec<String> {
    let name = |text: &str| -> String {
        text.chars().take_while(|c| *c == '_' || c.is_ascii_alphanumeric()).collect()
    };
    let in_values = text.split('$').skip(1).map(|rest| name(rest.trim_start_matches('{')));
    // `- NAME`, `NAME:`, and in a `.env` `NAME` alone.
    let alone = text.lines().map(|line| {
        let line = line.trim().trim_start_matches("- ").trim_start_matches(['"', '\'']);
        let name = name(line);
        let rest = line[name.len()..].trim_start_matches(['"', '\'', ':']).trim_start();
        let is_alone = rest.is_empty() || rest.starts_with('#') || rest == "null" || rest == "~";
        if is_alone { name } else { String::new() }
    });
    in_values.chain(alone).filter(|name| !name.is_empty()).collect()
}

/// What the user's own `docker compose` in this shell would look at in the place of the lesson.
pub fn elsewhere() -> Vec<&'static str> {
    let is_set = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    LEADS_ELSEWHERE.into_iter().filter(is_set).collect()
}

/// Whether Compose finds a file of its own in `dir`, of its usual names or named by `.env`. Where
/// there is none, it would go on to the folders above, and work on a project that is not the learner's.
///
/// # Errors
/// `.env` names a file outside of the workspace, which is another project's.
pub fn has_file(dir: &Path) -> Result<bool, EngineError> {
    let dotenv = disk::bytes(&dir.join(".env"), LIMIT).unwrap_or_default();
    let read = DotEnv::parse(&dotenv, &Env::default());
    let said =
        |name: &str| read.entry(name).map(|entry| entry.value.clone()).filter(|value| !value.is_empty());
    let Some(files) = said("COMPOSE_FILE") else {
        return Ok(COMPOSE_NAMES.iter().any(|name| dir.join(name).is_file()));
    };
    let separator =
        said("COMPOSE_PATH_SEPARATOR").unwrap_or_else(|| if cfg!(windows) { ";" } else { ":" }.into());
    let inside = |file: &str| {
        let real = std::fs::canonicalize(dir.join(file));
        let stays = is_plain(file.trim_start_matches("./")) || Path::new(file).is_absolute();
        stays && real.is_ok_and(|real| std::fs::canonicalize(dir).is_ok_and(|dir| real.starts_with(dir)))
    };
    match files.split(&separator).find(|file| !inside(file)) {
        Some(file) => Err(EngineError::Refused {
            reason: Text::new("engine-compose-file-elsewhere").with("file", file),
        }),
        None => Ok(true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variables_that_files_ask_for() {
        let text = "image: ${NGINX_IMAGE:-nginx}\nx: $A$B ${C-${D}} $$E\nenvironment:\n  - TOKEN\n  - \"QUOTED\"\n  KEY:\n  SET: 1\n  NOTHING: null # c\n";
        let names: BTreeSet<String> = names_in(text).into_iter().collect();
        for name in ["NGINX_IMAGE", "A", "B", "C", "D", "TOKEN", "QUOTED", "KEY", "NOTHING"] {
            assert!(names.contains(name), "{name}: {names:?}");
        }
        assert!(!names.contains("SET"), "{names:?}");
    }

    #[test]
    fn a_compose_file_of_another_place_is_refused() {
        let temp = tempfile::tempdir().unwrap();
        let (dir, other) = (temp.path().join("a"), temp.path().join("b"));
        for dir in [&dir, &other] {
            std::fs::create_dir(dir).unwrap();
        }
        assert!(!has_file(&dir).unwrap());
        std::fs::write(dir.join("compose.yaml"), "services: {}").unwrap();
        std::fs::write(other.join("compose.yaml"), "services: {}").unwrap();
        std::os::unix::fs::symlink(other.join("compose.yaml"), dir.join("link.yaml")).unwrap();
        assert!(has_file(&dir).unwrap());
        for (said, is_ours) in [
            ("compose.yaml", true),
            ("./compose.yaml", true),
            ("compose.yaml:../b/compose.yaml", false),
            ("link.yaml", false),
            ("gone.yaml", false),
            ("/etc/hostname", false),
        ] {
            std::fs::write(dir.join(".env"), format!("COMPOSE_FILE={said}\n")).unwrap();
            assert_eq!(has_file(&dir).is_ok(), is_ours, "{said}");
        }
    }
}
