//! A revision of a repository, through the machine's own `git`, which obeys nothing here: no
//! configuration of the machine or the user, no hook, no filter, no submodule, no helper that is a
//! program of its own, and no question. The files come out as an archive and are unpacked as one.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::Instant;

use super::error::CourseError;
use super::unpack;
use workshop_text::Text;
use workshop_text::visible::visible_line;

/// What may be fetched, in bytes, and how long that may take.
const LARGEST: u64 = 1 << 30;
const LONGEST: Duration = Duration::from_secs(600);
const LOOK: Duration = Duration::from_millis(200);

/// A revision, fetched.
#[derive(Debug)]
pub(super) struct Revision {
    /// In full.
    pub(super) commit: String,
    /// It was asked for by what stays: a tag or a commit.
    pub(super) pinned: bool,
}

/// What a name is in the repository.
enum Asked {
    Head,
    Branch(String),
    Tag(String),
    /// To be looked for in all that there is.
    Commit(String),
}

/// Fetches `rev` of the repository at `url` and unpacks its files into `files`; `store` is where git may
/// keep what it needs for that. Both are empty folders.
///
/// # Errors
/// There is no git, it cannot reach the repository, or there is no such revision.
pub(super) async fn fetch(
    url: &str,
    rev: Option<&str>,
    store: &Path,
    files: &Path,
) -> Result<Revision, CourseError> {
    let git = Git { store: store.to_owned(), url: url.to_owned() };
    git.run(&["init", "-q", "--bare", "--template=", "."]).await?;
    let asked = git.asked(rev).await?;
    let (refspec, depth): (&[&str], _) = match &asked {
        Asked::Head => (&["HEAD"], true),
        Asked::Branch(name) | Asked::Tag(name) => (&[name.as_str()], true),
        Asked::Commit(_) => (&["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"], false),
    };
    let mut words = vec!["fetch", "-q", "--no-tags", "--no-recurse-submodules", "--no-write-commit-graph"];
    words.extend(depth.then_some("--depth=1"));
    words.extend(["--", url]);
    words.extend(refspec);
    git.run(&words).await?;
    let wanted = match &asked {
        Asked::Commit(commit) => format!("{commit}^{{commit}}"),
        _ => "FETCH_HEAD^{commit}".to_owned(),
    };
    let found = git.run(&["rev-parse", "--verify", "-q", "--end-of-options", &wanted]).await;
    let commit = match (found, rev) {
        (Ok(commit), _) => commit.trim().to_owned(),
        (Err(_), Some(rev)) => return Err(no_such(url, rev)),
        (Err(error), None) => return Err(error),
    };
    let archive = store.join("files.tar");
    git.run(&["archive", "--format=tar", "--output=files.tar", &commit]).await?;
    let file =
        workshop_disk::open(&archive, LARGEST).map_err(|unread| CourseError::io(&archive, &unread.into()))?;
    unpack::unpack(file.take(LARGEST), files)?;
    Ok(Revision { commit, pinned: matches!(asked, Asked::Tag(_) | Asked::Commit(_)) })
}

fn no_such(url: &str, rev: &str) -> CourseError {
    CourseError::Unreachable {
        text: Text::new("git-no-revision").with("url", shown(url)).with("rev", rev),
        next: None,
    }
}

/// An address without the password that may stand in it.
fn shown(url: &str) -> String {
    let hidden = url.split_once("://").and_then(|(scheme, rest)| {
        let (user, host) = rest.split_once('@').filter(|(user, _)| !user.contains('/'))?;
        let name = user.split(':').next().unwrap_or_default();
        Some(format!("{scheme}://{name}@{host}"))
    });
    hidden.unwrap_or_else(|| url.to_owned())
}

struct Git {
    /// The repository that is fetched into.
    store: PathBuf,
    url: String,
}

impl Git {
    /// What `rev` is there.
    async fn asked(&self, rev: Option<&str>) -> Result<Asked, CourseError> {
        let Some(rev) = rev else { return Ok(Asked::Head) };
        let (branch, tag) = (format!("refs/heads/{rev}"), format!("refs/tags/{rev}"));
        let listed = self.run(&["ls-remote", "-q", "--", &self.url, &branch, &tag]).await?;
        let has = |name: &str| listed.lines().any(|line| line.split('\t').nth(1) == Some(name));
        let is_commit = rev.len() >= 7 && rev.len() <= 64 && rev.bytes().all(|byte| byte.is_ascii_hexdigit());
        match () {
            () if has(&tag) => Ok(Asked::Tag(tag)),
            () if has(&branch) => Ok(Asked::Branch(branch)),
            () if is_commit => Ok(Asked::Commit(rev.to_owned())),
            () => Err(no_such(&self.url, rev)),
        }
    }

    /// Runs git to its end; what it wrote.
    async fn run(&self, words: &[&str]) -> Result<String, CourseError> {
        let mut command = self.command();
        command.args(words);
        let child = command.spawn().map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => {
                CourseError::unreachable(Text::new("git-missing"), "git-next-missing")
            }
            _ => CourseError::io(Path::new("git"), &error),
        })?;
        let ended = child.wait_with_output();
        tokio::pin!(ended);
        let deadline = Instant::now() + LONGEST;
        let output = loop {
            tokio::select! {
                output = &mut ended => break output.map_err(|error| CourseError::io(Path::new("git"), &error))?,
                () = tokio::time::sleep(LOOK) => {
                    if size(&self.store) > LARGEST {
                        return Err(CourseError::Refused(Text::new("git-large")));
                    }
                    if Instant::now() > deadline {
                        let text = Text::new("git-silent").with("url", shown(&self.url));
                        return Err(CourseError::unreachable(text, "git-next-unreachable"));
                    }
                }
            }
        };
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let reason = said.lines().filter(|line| !line.trim().is_empty()).map(|line| visible_line(line, 200));
        let reason = reason.take(3).collect::<Vec<_>>().join("; ");
        let text = Text::new("git-unreachable").with("url", shown(&self.url)).with("reason", reason);
        Err(CourseError::unreachable(text, "git-next-unreachable"))
    }

    fn command(&self) -> Command {
        const SETTINGS: [&str; 11] = [
            "protocol.allow=never",
            "protocol.https.allow=always",
            "protocol.http.allow=always",
            "protocol.ssh.allow=always",
            "protocol.git.allow=always",
            "protocol.file.allow=always",
            "core.hooksPath=/dev/null",
            "credential.helper=",
            "gc.auto=0",
            "http.lowSpeedLimit=1",
            "http.lowSpeedTime=30",
        ];
        let mut command = Command::new("git");
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("GIT_") {
                command.env_remove(name);
            }
        }
        command
            .current_dir(&self.store)
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_ATTR_NOSYSTEM", "1")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_ASKPASS", "true")
            .env("SSH_ASKPASS", "true")
            .env("GIT_SSH_COMMAND", "ssh -oBatchMode=yes -oConnectTimeout=30")
            .env("GIT_LFS_SKIP_SMUDGE", "1")
            .env("GIT_NO_REPLACE_OBJECTS", "1")
            .env("GIT_CEILING_DIRECTORIES", "/")
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        command
    }
}

/// What lies in a folder, in bytes, as far as it can be seen.
fn size(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let sizes = entries.filter_map(|entry| {
        let meta = entry.metadata().ok()?;
        Some(if meta.is_dir() { size(&entry.path()) } else { meta.len() })
    });
    sizes.sum()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_password_is_not_shown() {
        assert_eq!(super::shown("https://a:secret@example.org/x"), "https://a@example.org/x");
        assert_eq!(super::shown("https://example.org/a@b"), "https://example.org/a@b");
        assert_eq!(super::shown("git@example.org:a"), "git@example.org:a");
    }
}
