//! Changes of place that lose nothing: [`exchange`] two files in one move, [`place`] one where
//! nothing lies. A file system that cannot do so in one move gets the closest there is, which never
//! writes over something either.

use std::ffi::OsString;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::disk::fault;

/// Exchanges what lies at `mine` and at `theirs`.
///
/// # Errors
/// [`ErrorKind::NotFound`] where one of them is not there; [`ErrorKind::CrossesDevices`];
/// [`ErrorKind::AlreadyExists`] where somebody put something at `theirs` while a file system that
/// has no exchange was at it: then what had been there is at [`waiting`].
pub(super) fn exchange(mine: &Path, theirs: &Path) -> io::Result<()> {
    fault::point("exchange")?;
    let moved = fault::point("one-move").and_then(|()| system::exchange(mine, theirs));
    match moved {
        Err(error) if is_unknown(&error) => in_three(mine, theirs),
        moved => moved,
    }
}

/// Where the old file waits while there is no exchange.
pub(super) fn waiting(mine: &Path) -> PathBuf {
    let mut name: OsString = mine.as_os_str().to_owned();
    name.push(".out");
    PathBuf::from(name)
}

fn in_three(mine: &Path, theirs: &Path) -> io::Result<()> {
    let out = waiting(mine);
    fs::rename(theirs, &out)?;
    fault::point("between")?;
    place(mine, theirs)?;
    fault::point("between")?;
    fs::rename(&out, mine)
}

/// Moves `from` to `to`, where nothing may lie.
///
/// # Errors
/// [`ErrorKind::AlreadyExists`] where something does.
pub(super) fn place(from: &Path, to: &Path) -> io::Result<()> {
    fault::point("place")?;
    match fault::point("one-move").and_then(|()| system::place(from, to)) {
        Err(error) if is_unknown(&error) => by_link(from, to),
        placed => placed,
    }
}

/// A second name, which is never given where there is one, and the first taken away.
fn by_link(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        Ok(()) => {
            fault::point("between")?;
            fs::remove_file(from)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(error),
        // A folder, or a file system without second names.
        Err(_) if fs::symlink_metadata(to).is_ok() => Err(ErrorKind::AlreadyExists.into()),
        Err(_) => fs::rename(from, to),
    }
}

/// Moves `from` away to `to`, a name that is this program's own.
pub(super) fn take(from: &Path, to: &Path) -> io::Result<()> {
    fault::point("take")?;
    fs::rename(from, to)
}

/// The file system, or the system, does not know how to do it in one move.
fn is_unknown(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::InvalidInput)
        || error.raw_os_error().is_some_and(system::is_unknown)
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
mod system {
    use std::io;
    use std::path::Path;

    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;

    pub(super) fn exchange(one: &Path, other: &Path) -> io::Result<()> {
        Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
    }

    pub(super) fn place(from: &Path, to: &Path) -> io::Result<()> {
        Ok(renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE)?)
    }

    pub(super) fn is_unknown(code: i32) -> bool {
        [Errno::INVAL, Errno::NOSYS, Errno::OPNOTSUPP, Errno::NOTSUP]
            .iter()
            .any(|errno| errno.raw_os_error() == code)
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
mod system {
    use std::io;
    use std::path::Path;

    pub fn exchange(_: &Path, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub fn place(_: &Path, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(crate) fn is_unknown(_: i32) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without_one_move<T>(work: impl FnOnce() -> T) -> T {
        let refuse = |name| if name == "one-move" { Err(ErrorKind::Unsupported.into()) } else { Ok(()) };
        fault::with(refuse, work)
    }

    #[test]
    fn both_ways_exchange_and_never_write_over() {
        for simple in [false, true] {
            let dir = tempfile::tempdir().unwrap();
            let (one, two, free) = (dir.path().join("1"), dir.path().join("2"), dir.path().join("3"));
            let run =
                |work: &dyn Fn() -> io::Result<()>| if simple { without_one_move(work) } else { work() };
            let text = |path: &Path| fs::read_to_string(path).unwrap();
            fs::write(&one, "one").unwrap();
            let missing = run(&|| exchange(&one, &two)).unwrap_err();
            assert_eq!((missing.kind(), text(&one).as_str()), (ErrorKind::NotFound, "one"));
            fs::write(&two, "two").unwrap();
            run(&|| exchange(&one, &two)).unwrap();
            assert_eq!((text(&one), text(&two)), ("two".into(), "one".into()));
            let taken = run(&|| place(&one, &two)).unwrap_err();
            assert_eq!(
                (taken.kind(), text(&one), text(&two)),
                (ErrorKind::AlreadyExists, "two".into(), "one".into())
            );
            run(&|| place(&one, &free)).unwrap();
            assert!(!one.exists() && text(&free) == "two");
            fs::create_dir(dir.path().join("folder")).unwrap();
            run(&|| place(&dir.path().join("folder"), &one)).unwrap();
            assert!(one.is_dir() && fs::read_dir(dir.path()).unwrap().count() == 3);
        }
    }
}
