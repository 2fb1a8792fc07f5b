//! Whose a folder is: what is private is believed only where nobody but this user (and root) could
//! have put it there. [`chain`] looks at a folder and all above it, [`private`] at the runner's own.
//!
//! Unix's owners and permission bits decide, and on Linux access lists too: what one of them lets
//! somebody write shows in the bits of the group. Access lists of other systems are not seen.

use std::path::{Path, PathBuf};

use workshop_text::Text;

/// A place that somebody else could have filled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text().render(workshop_text::Lang::En))]
pub struct Unsafe {
    pub(crate) path: PathBuf,
    why: Why,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Why {
    /// A link, a file or something else where a folder of the runner's should be.
    NotAFolder,
    /// A link, or no file, where a file of the runner's should be.
    NotAFile,
    /// It belongs to that user.
    Owner(String),
    /// Everybody in that group may write there.
    Group(String),
    /// Everybody may write there.
    Everyone,
    /// Everybody may write there, and is meant to, as in `/tmp`.
    Shared,
    /// It cannot be looked at.
    Unseen(String),
}

impl Unsafe {
    /// What to say about it.
    pub fn text(&self) -> Text {
        let about = |key| Text::new(key).with("path", self.path.display().to_string());
        match &self.why {
            Why::NotAFolder => about("trust-not-a-folder"),
            Why::NotAFile => about("trust-not-a-file"),
            Why::Owner(user) => about("trust-owner").with("user", user.as_str()),
            Why::Group(group) => about("trust-group").with("group", group.as_str()),
            Why::Everyone | Why::Shared => about("trust-everyone"),
            Why::Unseen(reason) => about("trust-unseen").with("reason", reason.as_str()),
        }
    }

    /// What to do about it.
    pub fn next(&self) -> Text {
        let key = match self.why {
            Why::NotAFolder | Why::NotAFile => "trust-next-move",
            Why::Owner(_) => "trust-next-owner",
            Why::Group(_) | Why::Everyone => "trust-next-chmod",
            Why::Shared | Why::Unseen(_) => "trust-next-elsewhere",
        };
        Text::new(key).with("path", self.path.display().to_string())
    }
}

/// Whether `folder` (canonical) and every folder above it are this user's or root's, and nobody
/// else may write them. Above, a folder like `/tmp` is one, too: there nobody can take away or
/// replace what is another's.
///
/// # Errors
/// The first folder, from the top, that is not.
pub fn chain(folder: &Path) -> Result<(), Unsafe> {
    folder.parent().map_or(Ok(()), above)?;
    owners::look(folder, owners::Level::Own)
}

/// The same for a folder in which one of this user's is, or will be.
///
/// # Errors
/// As [`chain`].
pub fn above(folder: &Path) -> Result<(), Unsafe> {
    let mut all: Vec<&Path> = folder.ancestors().filter(|path| !path.as_os_str().is_empty()).collect();
    all.reverse();
    all.into_iter().try_for_each(|path| owners::look(path, owners::Level::Above))
}

/// Whether the runner's own folder, which must be there, is a real folder of this user's (or
/// root's), and what lies in it is.
///
/// # Errors
/// It, or the first thing in it that is not.
pub fn private(folder: &Path) -> Result<(), Unsafe> {
    let unseen = |error: std::io::Error| Unsafe {
        path: folder.to_owned(),
        why: Why::Unseen(super::disk::reason(&error)),
    };
    let meta = std::fs::symlink_metadata(folder).map_err(unseen)?;
    if !meta.is_dir() {
        return Err(Unsafe { path: folder.to_owned(), why: Why::NotAFolder });
    }
    owners::look(folder, owners::Level::Own)?;
    for entry in std::fs::read_dir(folder).map_err(unseen)? {
        let entry = entry.map_err(unseen)?;
        let kind = entry.file_type().map_err(unseen)?;
        if !kind.is_dir() && !kind.is_file() {
            return Err(Unsafe { path: entry.path(), why: Why::NotAFile });
        }
        // Where nobody else can enter, the bits within say nothing; who owns it still does.
        owners::look(&entry.path(), owners::Level::within(&meta))?;
    }
    Ok(())
}

mod owners {
    use std::fs::Metadata;
    use std::os::unix::fs::MetadataExt;
    use std::path::Path;

    use super::{Unsafe, Why};
    use crate::workspace::{accounts, disk};

    #[derive(Clone, Copy, PartialEq, Eq)]
    pub(super) enum Level {
        /// Above: others may write there, if they cannot touch what is not theirs.
        Above,
        Own,
        /// Nobody else gets there.
        Enclosed,
    }

    impl Level {
        pub(super) fn within(folder: &Metadata) -> Self {
            if folder.mode() & 0o011 == 0 { Self::Enclosed } else { Self::Own }
        }
    }

    pub(super) fn look(path: &Path, level: Level) -> Result<(), Unsafe> {
        let found = |why| Err(Unsafe { path: path.to_owned(), why });
        let meta = match std::fs::symlink_metadata(path) {
            Ok(meta) => meta,
            // A command that runs at the same time took it away.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && level != Level::Above => {
                return Ok(());
            }
            Err(error) => return found(Why::Unseen(disk::reason(&error))),
        };
        let me = rustix::process::geteuid().as_raw();
        // Within a user namespace the system's own folders are nobody's; what is to be believed is
        // not above, and there it is not taken for ours.
        let outside = level == Level::Above && accounts::is_outside(meta.uid());
        if meta.uid() != me && meta.uid() != 0 && !outside {
            return found(Why::Owner(accounts::user(meta.uid())));
        }
        let sticky = meta.mode() & 0o1000 != 0;
        if level == Level::Enclosed || (level == Level::Above && sticky) {
            return Ok(());
        }
        if meta.mode() & 0o002 != 0 {
            return found(if sticky { Why::Shared } else { Why::Everyone });
        }
        if meta.mode() & 0o020 != 0 && (has_list(path) || !accounts::is_private(meta.gid(), me)) {
            return found(Why::Group(accounts::group(meta.gid())));
        }
        Ok(())
    }

    /// Whether an access list says more than the permission bits.
    #[cfg(target_os = "linux")]
    fn has_list(path: &Path) -> bool {
        let mut value = [0_u8; 1];
        match rustix::fs::lgetxattr(path, "system.posix_acl_access", &mut value) {
            Ok(_) | Err(rustix::io::Errno::RANGE) => true,
            Err(_) => false,
        }
    }

    #[cfg(not(target_os = "linux"))]
    const fn has_list(_: &Path) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn mode(path: &Path, mode: u32) {
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }

    fn folder() -> (tempfile::TempDir, PathBuf) {
        let temp = tempfile::tempdir().unwrap();
        let path = fs::canonicalize(temp.path()).unwrap().join("a");
        fs::create_dir(&path).unwrap();
        mode(&path, 0o755);
        (temp, path)
    }

    #[test]
    fn a_folder_that_others_may_write_is_named() {
        let (_temp, a) = folder();
        let b = a.join("b");
        fs::create_dir(&b).unwrap();
        mode(&b, 0o700);
        assert_eq!(chain(&b), Ok(()));
        mode(&a, 0o777);
        assert_eq!(chain(&b), Err(Unsafe { path: a.clone(), why: Why::Everyone }));
        // As /tmp: nobody can take b away from there; a itself is no place to begin in.
        mode(&a, 0o1777);
        assert_eq!(chain(&b), Ok(()));
        assert_eq!(chain(&a), Err(Unsafe { path: a.clone(), why: Why::Shared }));
    }

    #[test]
    fn another_users_folder_is_named_with_its_owner() {
        let (_temp, a) = folder();
        let own = rustix::process::geteuid();
        if !own.is_root() {
            return;
        }
        std::os::unix::fs::chown(&a, Some(65534), None).unwrap();
        let error = chain(&a).unwrap_err();
        assert_eq!(error, Unsafe { path: a.clone(), why: Why::Owner("nobody".into()) });
        assert!(error.to_string().contains("nobody"), "{error}");
    }

    #[test]
    fn what_lies_in_the_runners_folder_is_looked_at() {
        let (_temp, a) = folder();
        assert_eq!(private(&a), Ok(()));
        let file = a.join("progress.json");
        fs::write(&file, "{}").unwrap();
        mode(&file, 0o666);
        assert_eq!(private(&a), Err(Unsafe { path: file.clone(), why: Why::Everyone }));
        // Nobody else gets at it.
        mode(&a, 0o700);
        assert_eq!(private(&a), Ok(()));
        symlink("/etc/passwd", a.join("id")).unwrap();
        assert_eq!(private(&a), Err(Unsafe { path: a.join("id"), why: Why::NotAFile }));
        let link = a.with_file_name("link");
        symlink(&a, &link).unwrap();
        assert_eq!(private(&link), Err(Unsafe { path: link, why: Why::NotAFolder }));
    }
}
