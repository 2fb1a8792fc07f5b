//! The environment of Docker's own programs, of our making: what they need of the user's, what the
//! workspace's files take from it, which engine and which files; and nothing else.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::endpoint::{Endpoint, config_dir};
use super::files::ComposeFiles;
use crate::Project;

/// What programs need to run, to find the user's logins for registries, and to reach those.
///
/// Three are about how something is built, not about what is worked on: a machine may need them
/// (BuildKit that does not work, another processor), and the learner's own command has them, too.
const PASSED: [&str; 39] = [
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LANGUAGE",
    "TZ",
    "TERM",
    "COLORTERM",
    "COLUMNS",
    "LINES",
    "NO_COLOR",
    "TMPDIR",
    "TMP",
    "TEMP",
    // The network.
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "FTP_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "ftp_proxy",
    "all_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    // Where a credential helper finds what it keeps.
    "DBUS_SESSION_BUS_ADDRESS",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "GNUPGHOME",
    "GPG_TTY",
    "PASSWORD_STORE_DIR",
    "WSL_DISTRO_NAME",
    "WSL_INTEROP",
    // How something is built.
    "DOCKER_BUILDKIT",
    "DOCKER_DEFAULT_PLATFORM",
    "SOURCE_DATE_EPOCH",
];
const PREFIXES: [&str; 2] = ["LC_", "XDG_"];

pub(crate) type Variables = Vec<(OsString, OsString)>;

/// What every child gets: the engine, and what programs need.
pub(crate) fn base(endpoint: &Endpoint) -> Variables {
    let mut all: Variables = std::env::vars_os().filter(|(name, _)| is_passed(name)).collect();
    let set = |name: &str| {
        let value = std::env::var_os(name)?.into_string().ok()?;
        Some(value).filter(|value| !value.is_empty())
    };
    // A child's folder is another one than ours.
    if let Some(dir) = set("DOCKER_CONFIG").and_then(|_| std::path::absolute(config_dir(&set)?).ok()) {
        all.push(("DOCKER_CONFIG".into(), dir.into()));
    }
    all.push(("DOCKER_HOST".into(), (&endpoint.address).into()));
    all
}

/// What Compose gets in a workspace.
pub(crate) fn of(endpoint: &Endpoint, project: &Project, files: &ComposeFiles) -> Variables {
    let mut all = base(endpoint);
    let wanted = files.wanted().into_iter().filter(|name| !is_passed(OsStr::new(name)));
    all.extend(wanted.filter_map(|name| Some((OsString::from(&name), std::env::var_os(&name)?))));
    all.extend(files.variables().map(|(name, value)| (name.into(), value.into())));
    if !project.name.is_empty() {
        all.push(("COMPOSE_PROJECT_NAME".into(), (&project.name).into()));
    }
    all.push(("PWD".into(), logical_dir(&project.dir).into()));
    all
}

fn is_passed(name: &OsStr) -> bool {
    let bytes = name.as_encoded_bytes();
    PASSED.iter().any(|known| name == *known)
        || PREFIXES.iter().any(|prefix| bytes.starts_with(prefix.as_bytes()))
}

/// The folder as the learner's shell names it, through the symbolic links that they came by:
/// Compose takes the folder's name from `PWD`, writes it into labels, and counts a service of
/// another build path as changed, so both names in turn would make every container anew.
fn logical_dir(dir: &Path) -> PathBuf {
    let shell = std::env::var_os("PWD").map(PathBuf::from).filter(|pwd| pwd.is_absolute());
    let named = shell.and_then(|pwd| {
        let real = std::fs::canonicalize(&pwd).ok()?;
        let rest = dir.strip_prefix(real).ok()?;
        Some(if rest.as_os_str().is_empty() { pwd } else { pwd.join(rest) })
    });
    named.unwrap_or_else(|| dir.to_path_buf())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_docker_is_not_passed_on() {
        for name in ["PATH", "HOME", "LC_ALL", "XDG_RUNTIME_DIR", "HTTPS_PROXY", "DOCKER_BUILDKIT"] {
            assert!(is_passed(OsStr::new(name)), "{name}");
        }
        for name in [
            "COMPOSE_FILE",
            "COMPOSE_PROJECT_NAME",
            "COMPOSE_PROFILES",
            "COMPOSE_ENV_FILES",
            "COMPOSE_BAKE",
            "COMPOSE_PATH_SEPARATOR",
            "COMPOSE_DISABLE_ENV_FILE",
            "DOCKER_CONTEXT",
            "DOCKER_HOST",
            "DOCKER_TLS_VERIFY",
            "DOCKER_CERT_PATH",
            "DOCKER_API_VERSION",
            "BUILDX_BUILDER",
            "BUILDKIT_HOST",
            "AWS_SECRET_ACCESS_KEY",
            "SSH_AUTH_SOCK",
            "LD_PRELOAD",
            "",
        ] {
            assert!(!is_passed(OsStr::new(name)), "{name}");
        }
    }
}
