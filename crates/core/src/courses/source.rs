//! What a person types as the place of a course: a folder, a git address, an archive, a bundle. A
//! [`Source`] is what that comes to; the courses' names are held to their rule here, too.

use std::path::{Path, PathBuf};

use super::error::CourseError;
use super::lockfile::{Entry, Kind};
use crate::workspace::names;
use workshop_text::Text;
use workshop_text::visible::is_hidden;

/// A course's name is as long at the most, in bytes.
const LONGEST: usize = 100;
/// Endings that are no part of a name, the longest first.
const ENDINGS: [&str; 6] = [".workshop.tar.gz", ".tar.gz", ".bundle", ".tgz", ".tar", ".git"];

/// Where a course is taken from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A folder of this machine, without links.
    Folder(PathBuf),
    /// A git repository, at a revision or at what it has checked out.
    Git {
        /// As git takes it.
        url: String,
        /// A tag, a branch or a commit.
        rev: Option<String>,
    },
    /// A file of this machine: an archive, or a bundle.
    File(PathBuf),
}

impl Source {
    /// What `typed` is, from the folder `here`; `rev` was asked for beside it.
    ///
    /// # Errors
    /// There is nothing there, or it is no place that a course comes from.
    pub fn read(typed: &str, rev: Option<&str>, here: &Path) -> Result<Self, CourseError> {
        let path = here.join(typed);
        if typed.is_empty() || typed.chars().any(is_hidden) {
            return Err(unknown(typed));
        }
        if path.is_dir() {
            return Ok(match rev {
                None if !is_bare(&path) => Self::Folder(real(&path)?),
                _ => Self::Git { url: real_text(&path)?, rev: valid(rev)? },
            });
        }
        if path.is_file() {
            return match rev {
                None => Ok(Self::File(real(&path)?)),
                Some(_) => Err(CourseError::usage(Text::new("source-rev-of-a-file").with("source", typed))),
            };
        }
        let (url, within) = match typed.rsplit_once('#') {
            Some((url, within)) => (url, Some(within)),
            None => (typed, None),
        };
        if rev.is_some() && within.is_some() {
            return Err(CourseError::usage(Text::new("source-two-revs").with("source", typed)));
        }
        let rev = valid(rev.or(within))?;
        match address(url) {
            Address::Git => Ok(Self::Git { url: url.to_owned(), rev }),
            Address::Refused => Err(CourseError::usage(Text::new("source-transport").with("source", typed))),
            Address::Path if here.join(url).is_dir() => {
                Ok(Self::Git { url: real_text(&here.join(url))?, rev })
            }
            Address::Path => Err(unknown(typed)),
        }
    }

    /// Where a course of the list came from, to fetch it again; at `rev` in the place of what was asked
    /// for then.
    ///
    /// # Errors
    /// `rev` is no revision, or the course has none.
    pub fn again(entry: &Entry, rev: Option<&str>) -> Result<Self, CourseError> {
        let path = || PathBuf::from(&entry.source);
        match (entry.kind, rev) {
            (Kind::Git, rev) => {
                Ok(Self::Git { url: entry.source.clone(), rev: valid(rev.or(entry.rev.as_deref()))? })
            }
            (_, Some(_)) => {
                let text = Text::new("source-rev-of-a-file").with("source", entry.source.as_str());
                Err(CourseError::usage(text))
            }
            (Kind::Folder, None) => Ok(Self::Folder(path())),
            (Kind::Archive | Kind::Bundle, None) => Ok(Self::File(path())),
        }
    }

    /// The revision that is asked for.
    pub fn rev(&self) -> Option<&str> {
        match self {
            Self::Git { rev, .. } => rev.as_deref(),
            Self::Folder(_) | Self::File(_) => None,
        }
    }

    /// As it is kept, and found again by: an address, or a whole path.
    pub fn shown(&self) -> String {
        match self {
            Self::Folder(path) | Self::File(path) => path.to_string_lossy().into_owned(),
            Self::Git { url, .. } => url.clone(),
        }
    }

    /// What a course from here is called, where nobody says: its last part.
    pub fn name(&self) -> String {
        name_of(&self.shown())
    }
}

/// Where git looks for what was typed.
#[derive(Debug, PartialEq, Eq)]
enum Address {
    Git,
    /// By a helper that is a program of its own.
    Refused,
    Path,
}

fn address(url: &str) -> Address {
    const KNOWN: [&str; 5] = ["https://", "http://", "ssh://", "git://", "file://"];
    // `-…` would be an option to git or to ssh.
    let is_helper = url.split_once("::").is_some_and(|(name, _)| {
        name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.' | '_'))
    });
    if is_helper || url.starts_with('-') || url.contains("://-") || url.contains(":-") {
        return Address::Refused;
    }
    if KNOWN.iter().any(|known| url.starts_with(known)) {
        return Address::Git;
    }
    if url.contains("://") {
        return Address::Refused;
    }
    match url.split_once(':') {
        // `host:path`, as ssh has it.
        Some((host, path)) if !host.is_empty() && !host.contains('/') && !path.is_empty() => Address::Git,
        _ => Address::Path,
    }
}

/// A revision that is a name, and no option and no expression of git's.
fn valid(rev: Option<&str>) -> Result<Option<String>, CourseError> {
    let is_good = |rev: &str| {
        !rev.is_empty()
            && !rev.starts_with(['-', '/', '.'])
            && !rev.ends_with(['/', '.'])
            && !rev.contains(['~', '^', ':', '?', '*', '[', '\\', '@', '{', ' '])
            && !rev.contains("..")
            && !rev.contains("//")
            && !rev.chars().any(is_hidden)
    };
    match rev {
        Some(rev) if !is_good(rev) => Err(CourseError::usage(Text::new("source-rev").with("rev", rev))),
        rev => Ok(rev.map(str::to_owned)),
    }
}

fn unknown(typed: &str) -> CourseError {
    CourseError::Usage(Text::new("source-unknown").with("source", typed))
}

fn real(path: &Path) -> Result<PathBuf, CourseError> {
    std::fs::canonicalize(path).map_err(|error| CourseError::io(path, &error))
}

fn real_text(path: &Path) -> Result<String, CourseError> {
    Ok(real(path)?.to_string_lossy().into_owned())
}

/// A repository without files beside it.
fn is_bare(path: &Path) -> bool {
    path.join("HEAD").is_file() && path.join("objects").is_dir() && !path.join("lessons").is_dir()
}

/// The last part of a path or an address, as a name.
fn name_of(shown: &str) -> String {
    let last = shown.trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or_default();
    let last = ENDINGS.iter().find_map(|ending| last.strip_suffix(ending)).unwrap_or(last);
    let kept = |c: char| if c.is_whitespace() { '-' } else { c };
    let name: String = last.chars().filter(|c| *c == ' ' || !is_hidden(*c)).map(kept).collect();
    if name_fault(&name).is_none() { name } else { "course".to_owned() }
}

/// Why a course cannot be called `name`.
pub fn name_fault(name: &str) -> Option<Text> {
    let is_taken = [crate::lesson::origin::BUILT_IN, crate::lesson::origin::PROGRAM].contains(&name);
    let is_plain = names::fault(name).is_none() && !name.contains(['/', '#']);
    let is_word = !name.starts_with(['-', '.']) && !name.contains(char::is_whitespace);
    match () {
        () if is_taken => Some(Text::new("course-name-taken").with("name", name)),
        () if !is_plain || !is_word || name.len() > LONGEST => {
            Some(Text::new("course-name").with("name", name))
        }
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_are_told_from_paths() {
        for (url, wanted) in [
            ("https://example.org/a.git", Address::Git),
            ("file:///a b/강의", Address::Git),
            ("ssh://git@example.org/a", Address::Git),
            ("git@example.org:a/b.git", Address::Git),
            ("a/b", Address::Path),
            ("./a:b", Address::Path),
            ("ext::sh -c evil", Address::Refused),
            ("fd::3", Address::Refused),
            ("foo://a", Address::Refused),
            ("--upload-pack=evil", Address::Refused),
            ("ssh://-oProxyCommand=evil/a", Address::Refused),
            ("-oProxyCommand=evil:a", Address::Refused),
        ] {
            assert_eq!(address(url), wanted, "{url}");
        }
    }

    #[test]
    fn the_name_is_the_last_part() {
        for (shown, name) in [
            ("https://example.org/nginx-course.git", "nginx-course"),
            ("git@example.org:nginx.git", "nginx"),
            ("/tmp/내 강의/", "내-강의"),
            ("/tmp/a.tar.gz", "a"),
            ("/tmp/a.workshop.tar.gz", "a"),
            ("/", "course"),
            ("/x/built-in", "course"),
            ("/x/-rf", "course"),
        ] {
            assert_eq!(name_of(shown), name, "{shown}");
        }
    }

    #[test]
    fn a_folder_an_address_in_it_and_a_file() {
        let dir = tempfile::tempdir().unwrap();
        let here = std::fs::canonicalize(dir.path()).unwrap();
        std::fs::create_dir(here.join("강의 a")).unwrap();
        std::fs::write(here.join("a.tar"), "").unwrap();
        let read = |typed: &str, rev| Source::read(typed, rev, &here);
        assert_eq!(read("강의 a", None), Ok(Source::Folder(here.join("강의 a"))));
        assert_eq!(read("a.tar", None), Ok(Source::File(here.join("a.tar"))));
        let git = Source::Git { url: here.join("강의 a").to_str().unwrap().into(), rev: Some("v1".into()) };
        assert_eq!(read("강의 a#v1", None).as_ref(), Ok(&git));
        assert_eq!(read("강의 a", Some("v1")).as_ref(), Ok(&git));
        for (typed, rev) in
            [("a.tar", Some("v1")), ("강의 a#v1", Some("v2")), ("x", None), ("강의 a#-x", None)]
        {
            assert!(read(typed, rev).is_err(), "{typed}");
        }
    }

    proptest! {
        #[test]
        fn what_goes_to_git_is_no_option_and_no_helper(typed in "[-a-z:/#.@ \\PC]{0,24}") {
            if let Ok(Source::Git { url, rev }) = Source::read(&typed, None, Path::new("/nonexistent")) {
                prop_assert!(!url.starts_with('-') && !url.starts_with("ext::"));
                prop_assert!(!rev.is_some_and(|rev| rev.starts_with('-')));
            }
        }

        #[test]
        fn every_source_has_a_name(shown in ".*") {
            prop_assert!(name_fault(&name_of(&shown)).is_none());
        }
    }
}
