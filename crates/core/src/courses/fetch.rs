//! A course, fetched from its source into memory: [`fetch`]. Nothing of it has run, and nothing of it is
//! kept before [`Open::put`](super::Open::put) does.

use std::path::Path;

use super::error::CourseError;
use super::lockfile::Kind;
use super::source::Source;
use super::taken::course_at;
use super::{bundle, git, unpack};
use crate::lesson::course::Course;
use crate::workspace::disk;

/// The largest archive that is read.
const ARCHIVE: u64 = 512 << 20;

/// What a source has come to.
#[derive(Debug)]
pub struct Fetched {
    /// All of its files.
    pub course: Course,
    /// What it was taken from.
    pub kind: Kind,
    /// The commit, in full.
    pub commit: Option<String>,
    /// By a tag or a commit.
    pub pinned: bool,
}

/// Fetches the course at `source`, with `staging`, an empty folder, to do it in.
///
/// # Errors
/// It cannot be had, or is none.
pub async fn fetch(source: &Source, staging: &Path) -> Result<Fetched, CourseError> {
    let files = staging.join("files");
    let store = staging.join("git");
    for folder in [&files, &store] {
        disk::private_folder(folder).map_err(|error| CourseError::io(folder, &error))?;
    }
    match source {
        Source::Folder(path) => {
            Ok(Fetched { course: course_at(path)?, kind: Kind::Folder, commit: None, pinned: false })
        }
        Source::Git { url, rev } => {
            let revision = git::fetch(url, rev.as_deref(), &store, &files).await?;
            let course = course_at(&unpack::root_of(&files))?;
            Ok(Fetched { course, kind: Kind::Git, commit: Some(revision.commit), pinned: revision.pinned })
        }
        Source::File(path) => {
            if let Some(manifest) = bundle::manifest(path)? {
                let course = bundle::verified(path, &manifest, staging, &mut |_, _| true)?;
                return Ok(Fetched { course, kind: Kind::Bundle, commit: None, pinned: false });
            }
            let file = disk::open(path, ARCHIVE).map_err(|unread| CourseError::io(path, &unread.into()))?;
            unpack::unpack(unpack::opened(file)?, &files)?;
            let course = course_at(&unpack::root_of(&files))?;
            Ok(Fetched { course, kind: Kind::Archive, commit: None, pinned: false })
        }
    }
}
