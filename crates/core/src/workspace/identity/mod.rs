//! Which workspaces are this program's own, on this machine: the [`Registry`], a folder of the
//! user's outside of every workspace. What a repository or an archive brings along is not in it.
//!
//! A workspace that is made gets a random id, kept in `.workshop/id`; the registry says at which
//! folder a workspace of that id lies. [`Registry::standing`] tells from the two, before anything
//! private is read, whether it may be.

mod entry;

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use self::entry::{Entry, Folder, Stamp};
use super::hex::random_hex;
use super::lock::{Lock, LockError};
use super::trust::{self, Unsafe};
use super::{Workspace, disk};
use workshop_text::Text;

const FORMAT: u32 = 1;
/// The file of a private folder with its id.
pub const FILE: &str = "id";
/// An id and an entry are small.
const LIMIT: u64 = 64 << 10;
/// How long the registry may be in another command's hands.
const WAIT: Duration = Duration::from_secs(5);

/// What a workspace's private folder is to this user on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// There is none, or nothing in it.
    Fresh,
    /// Made here.
    Ours,
    /// The folder of a workspace that was made elsewhere on this machine: at `of`, where it may
    /// still be.
    Copied {
        /// The folder that the registry has for this id: the original's.
        of: PathBuf,
    },
    /// It was made at `from`, and it is the same folder.
    Moved {
        /// The folder that the registry has for this id: the one before.
        from: PathBuf,
    },
    /// It came from elsewhere, or a version made it that gave no ids.
    Foreign,
    /// Somebody else could have put it there.
    Unsafe(Unsafe),
}

impl Standing {
    /// What lies in the private folder is this program's own, and may be read.
    pub const fn is_believed(&self) -> bool {
        matches!(self, Self::Ours | Self::Copied { .. } | Self::Moved { .. })
    }
}

/// Why the registry cannot tell whose a workspace is, or cannot take one in.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{}", self.text().render(workshop_text::Lang::En))]
pub enum IdentityError {
    /// Neither `XDG_STATE_HOME` nor a home folder is known.
    NoPlace,
    /// The registry itself could be somebody else's.
    Unsafe(Unsafe),
    /// The registry or the workspace's private folder cannot be read or written.
    Io {
        /// Where the error was met, to be shown.
        path: String,
        /// The system's own words, without its error number.
        reason: String,
    },
    /// Another command has held the registry too long, or its lock cannot be made.
    Lock(LockError),
    /// The system has no random numbers.
    NoRandom {
        /// The system's own words.
        reason: String,
    },
}

impl IdentityError {
    /// What to say about it.
    pub fn text(&self) -> Text {
        match self {
            Self::NoPlace => Text::new("identity-no-place"),
            Self::Unsafe(found) => Text::new("identity-unsafe").with("why", found.text()),
            Self::Io { path, reason } => {
                Text::new("identity-io").with("path", path.as_str()).with("reason", reason.as_str())
            }
            Self::Lock(error) => error.text(),
            Self::NoRandom { reason } => Text::new("app-no-random").with("reason", reason.as_str()),
        }
    }

    fn io(path: &Path, error: &io::Error) -> Self {
        Self::Io { path: path.display().to_string(), reason: disk::reason(error) }
    }
}

/// Where this user's workspaces are written down. Nothing is looked at before it is needed.
#[derive(Clone, Debug)]
pub struct Registry {
    dir: Option<PathBuf>,
}

/// A workspace found from a folder upwards.
#[derive(Debug)]
pub struct Located {
    /// The workspace that a command is about. Its folders need not be there.
    pub workspace: Workspace,
    /// Those further up that were not believed, and so not taken.
    pub passed_over: Vec<(Workspace, Unsafe)>,
    /// The folder that was started from is no part of the workspace's `workshop/`.
    pub is_above: bool,
}

impl Registry {
    /// The registry of this user: `$XDG_STATE_HOME/workshop`, else `~/.local/state/workshop`.
    pub fn of_user() -> Self {
        let from = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|dir| dir.is_absolute());
        let at_home = || from("HOME").or_else(home).map(|home| home.join(".local/state"));
        let state = from("XDG_STATE_HOME").or_else(at_home);
        Self { dir: state.map(|state| state.join("workshop")) }
    }

    /// A registry in `dir`, whatever the environment says.
    pub fn at(dir: impl Into<PathBuf>) -> Self {
        Self { dir: Some(dir.into()) }
    }

    fn dir(&self) -> Result<&Path, IdentityError> {
        self.dir.as_deref().ok_or(IdentityError::NoPlace)
    }

    /// The workspace that `start` (canonical) lies in: its nearest ancestor, or itself, with a
    /// `.workshop/`, else `start` itself. One further up is taken where it is believed, or where
    /// `start` is in its `workshop/`; another one is none of ours.
    pub fn locate(&self, start: &Path) -> Located {
        let mut passed_over = Vec::new();
        for root in start.ancestors() {
            let workspace = Workspace::at(root);
            if !workspace.private().is_dir() {
                continue;
            }
            let inside = start.starts_with(workspace.dir()) || root == start;
            let taken = match self.standing(&workspace) {
                _ if root == start => true,
                Ok(Standing::Unsafe(found)) => {
                    passed_over.push((workspace.clone(), found));
                    false
                }
                Ok(standing) => inside || standing.is_believed(),
                Err(_) => true,
            };
            if taken {
                return Located { workspace, passed_over, is_above: !inside };
            }
        }
        Located { workspace: Workspace::at(start), passed_over, is_above: false }
    }

    /// What the private folder of `workspace` is. Of what lies in it only the id is read, and that
    /// only where nobody else could have put it there.
    ///
    /// # Errors
    /// There is an id, and the registry cannot be had.
    pub fn standing(&self, workspace: &Workspace) -> Result<Standing, IdentityError> {
        let private = workspace.private();
        let is_there = fs::symlink_metadata(&private).is_ok();
        let safe = trust::chain(workspace.root());
        let safe = if is_there { safe.and_then(|()| trust::private(&private)) } else { safe };
        if let Err(found) = safe {
            return Ok(Standing::Unsafe(found));
        }
        let Some(id) = Id::read(&private) else {
            let fresh = !is_there || is_untouched(&private);
            return Ok(if fresh { Standing::Fresh } else { Standing::Foreign });
        };
        let Some(entry) = self.entry(&id)? else { return Ok(Standing::Foreign) };
        let registered = entry.root.path();
        if registered == workspace.root() {
            return Ok(Standing::Ours);
        }
        let stamp = Stamp::of(&private);
        let there = Workspace::at(&registered).private();
        // By another way to the same folder: a bind mount.
        if Stamp::of(&there).is_same(&stamp) {
            return Ok(Standing::Ours);
        }
        Ok(if entry.stamp.is_same(&stamp) {
            Standing::Moved { from: registered }
        } else {
            Standing::Copied { of: registered }
        })
    }

    /// Makes `.workshop/` the runner's own: a new one with an id, or the one that is there under a
    /// new id (a copy) or at a new place (moved). `of_copy` takes out of a copy what speaks of the
    /// original. What is foreign is put aside before; its new name.
    ///
    /// # Errors
    /// The registry or the folder cannot be written, or somebody else could write there.
    pub fn claim<E: From<IdentityError>>(
        &self,
        workspace: &Workspace,
        of_copy: impl FnOnce() -> Result<(), E>,
    ) -> Result<Option<PathBuf>, E> {
        let _held = self.hold()?;
        // Looked at again: another command may have done it.
        let aside = match self.standing(workspace)? {
            Standing::Unsafe(found) => return Err(IdentityError::Unsafe(found).into()),
            Standing::Ours => return Ok(None),
            Standing::Moved { from } => {
                self.follow(workspace, &from)?;
                return Ok(None);
            }
            Standing::Foreign => Some(put_aside(workspace)?),
            Standing::Fresh => None,
            // Before it has an id of its own: a command that is killed here is followed by one that
            // finds a copy.
            Standing::Copied { .. } => of_copy().map(|()| None)?,
        };
        self.enroll(workspace)?;
        Ok(aside)
    }

    fn enroll(&self, workspace: &Workspace) -> Result<(), IdentityError> {
        let private = workspace.private();
        let about = |error: io::Error| IdentityError::io(&private, &error);
        workspace.make_private().map_err(about)?;
        let id = Id::random()?;
        // Known first: an id that nobody knows would make the folder a foreign one.
        self.put(
            &id,
            &Entry {
                format: FORMAT,
                root: Folder::of(workspace.root()),
                stamp: Stamp::of(&private),
                left: Vec::new(),
            },
        )?;
        disk::write(&private.join(FILE), id.0.as_bytes(), Some(0o600), &private).map_err(about)
    }

    fn follow(&self, workspace: &Workspace, from: &Path) -> Result<(), IdentityError> {
        let id = Id::read(&workspace.private());
        let Some((id, mut entry)) = id.and_then(|id| Some((id.clone(), self.entry(&id).ok()??))) else {
            return Ok(());
        };
        entry.root = Folder::of(workspace.root());
        entry.left.retain(|left| left.path() != workspace.root() && left.path() != from);
        entry.left.push(Folder::of(from));
        self.put(&id, &entry)
    }

    /// Where the workspace lay before it was moved, and nothing else lies now.
    pub fn left(&self, workspace: &Workspace) -> Vec<Workspace> {
        let entry = Id::read(&workspace.private()).and_then(|id| self.entry(&id).ok()?);
        let left = entry.map(|entry| entry.left).unwrap_or_default().into_iter();
        let left = left.map(|root| Workspace::at(root.path()));
        left.filter(|old| fs::symlink_metadata(old.dir()).is_err()).collect()
    }

    /// Nothing is left any more where the workspace lay before.
    ///
    /// # Errors
    /// The registry cannot be written.
    pub fn forget_left(&self, workspace: &Workspace) -> Result<(), IdentityError> {
        let _held = self.hold()?;
        let Some(id) = Id::read(&workspace.private()) else { return Ok(()) };
        match self.entry(&id)? {
            Some(entry) if !entry.left.is_empty() => self.put(&id, &Entry { left: Vec::new(), ..entry }),
            _ => Ok(()),
        }
    }

    /// The workspace goes, and what was known of it.
    pub fn forget(&self, workspace: &Workspace) {
        let private = workspace.private();
        if let (Ok(dir), Some(id)) = (self.dir(), Id::read(&private)) {
            let _ = fs::remove_file(entry_path(dir, &id));
            let _ = fs::remove_file(private.join(FILE));
        }
    }

    /// Keeps something else of this user's beside the registry, for this user alone.
    ///
    /// # Errors
    /// It cannot be written, or could be read by somebody else.
    pub fn keep(&self, name: &str, bytes: &[u8]) -> Result<(), IdentityError> {
        let _held = self.hold()?;
        let dir = self.dir()?;
        let path = dir.join(name);
        disk::write(&path, bytes, Some(0o600), dir).map_err(|error| IdentityError::io(&path, &error))
    }

    /// What was kept so; `None` where nothing was, or where it could be somebody else's.
    pub fn kept(&self, name: &str) -> Option<Vec<u8>> {
        let dir = self.dir().ok()?;
        self.is_safe(dir).ok()?;
        disk::bytes(&dir.join(name), LIMIT).ok()
    }

    /// A folder of this user's beside the registry, for this user alone; made where there is none.
    ///
    /// # Errors
    /// It cannot be made, or somebody else could have put there what lies in it.
    pub fn folder(&self, name: &str) -> Result<PathBuf, IdentityError> {
        let _held = self.hold()?;
        let path = self.dir()?.join(name);
        disk::private_folder(&path).map_err(|error| IdentityError::io(&path, &error))?;
        trust::private(&path).map_err(IdentityError::Unsafe)?;
        Ok(path)
    }

    /// Such a folder, where there is one that may be believed; nothing is made.
    pub fn kept_folder(&self, name: &str) -> Option<PathBuf> {
        let dir = self.dir().ok()?;
        self.is_safe(dir).ok()?;
        let path = dir.join(name);
        trust::private(&path).is_ok().then_some(path)
    }

    /// The registry, for this command alone.
    fn hold(&self) -> Result<Lock, IdentityError> {
        let dir = self.dir()?;
        let about = |error: io::Error| IdentityError::io(dir, &error);
        // Nothing is made in a folder of somebody else's.
        if let Some(there) = dir.ancestors().find(|path| path.is_dir()) {
            let real = fs::canonicalize(there).map_err(about)?;
            trust::above(&real).map_err(IdentityError::Unsafe)?;
        }
        disk::private_folder(&dir.join("workspaces")).map_err(about)?;
        disk::private_folder(dir).map_err(about)?;
        self.is_safe(dir)?;
        Lock::acquire(dir, WAIT).map_err(IdentityError::Lock)
    }

    fn is_safe(&self, dir: &Path) -> Result<(), IdentityError> {
        let real = fs::canonicalize(dir).map_err(|error| IdentityError::io(dir, &error))?;
        trust::chain(&real.join("workspaces")).map_err(IdentityError::Unsafe)
    }

    fn entry(&self, id: &Id) -> Result<Option<Entry>, IdentityError> {
        let dir = self.dir()?;
        let path = entry_path(dir, id);
        let bytes = match disk::bytes(&path, LIMIT) {
            Ok(bytes) => bytes,
            Err(unread) if unread.is_missing() => return Ok(None),
            Err(unread) => return Err(IdentityError::io(&path, &unread.into())),
        };
        self.is_safe(dir)?;
        let entry = serde_json::from_slice::<Entry>(&bytes).ok();
        Ok(entry.filter(|entry| entry.format == FORMAT))
    }

    fn put(&self, id: &Id, entry: &Entry) -> Result<(), IdentityError> {
        let path = entry_path(self.dir()?, id);
        let mut json = serde_json::to_vec_pretty(entry).expect("an entry of ours becomes JSON");
        json.push(b'\n');
        let parent = path.parent().unwrap_or(&path);
        disk::write(&path, &json, Some(0o600), parent).map_err(|error| IdentityError::io(&path, &error))
    }
}

fn entry_path(dir: &Path, id: &Id) -> PathBuf {
    dir.join("workspaces").join(format!("{}.json", id.0))
}

/// A home that no variable names, as where the environment is empty.
pub(crate) fn home() -> Option<PathBuf> {
    super::accounts::home(rustix::process::geteuid().as_raw())
}

/// 32 lower-case hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Id(String);

impl Id {
    fn random() -> Result<Self, IdentityError> {
        let digits = random_hex::<16>();
        digits.map(Self).map_err(|error| IdentityError::NoRandom { reason: error.to_string() })
    }

    fn read(private: &Path) -> Option<Self> {
        let path = private.join(FILE);
        if !fs::symlink_metadata(&path).ok()?.is_file() {
            return None;
        }
        let text = disk::text(&path, LIMIT).ok()?;
        let id = text.trim_end();
        let digits = id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        (id.len() == 32 && digits).then(|| Self(id.to_owned()))
    }
}

/// Nothing is in the folder that could be believed: a command was killed while it made it.
fn is_untouched(private: &Path) -> bool {
    let Ok(entries) = fs::read_dir(private) else { return false };
    entries.flatten().all(|entry| {
        let name = entry.file_name();
        let ours = name == ".gitignore" || name.to_string_lossy().starts_with(disk::TEMPORARY);
        ours && entry.file_type().is_ok_and(|kind| kind.is_file())
    })
}

fn put_aside(workspace: &Workspace) -> Result<PathBuf, IdentityError> {
    let private = workspace.private();
    let aside = (1..)
        .map(|number| workspace.root().join(format!("{}.foreign-{number}", Workspace::PRIVATE)))
        .find(|path| fs::symlink_metadata(path).is_err_and(|error| error.kind() == ErrorKind::NotFound))
        .unwrap_or_else(|| private.with_extension("foreign"));
    fs::rename(&private, &aside).map_err(|error| IdentityError::io(&private, &error))?;
    Ok(aside)
}

#[cfg(test)]
mod tests;
