//! What is taken of a folder that has a course in it: its lessons, what they start from and end in, and
//! the papers beside them (a licence, a read-me). Nothing else of the folder is looked at.

use std::fs;
use std::path::{Path, PathBuf};

use super::error::CourseError;
use crate::lesson::course::Course;
use crate::lesson::origin::course_root;
use crate::lesson::{Catalog, LessonError};
use crate::workspace::disk;
use crate::workspace::files::is_plain;
use workshop_text::Text;

/// How the names of papers begin, in capitals.
const PAPERS: [&str; 5] = ["LICENSE", "LICENCE", "COPYING", "NOTICE", "README"];

/// The course in `folder`, whose every lesson can be read.
///
/// # Errors
/// There is none, a lesson of it is faulty, or it has what a course may not have.
pub fn course_at(folder: &Path) -> Result<Course, CourseError> {
    let root = course_root(folder);
    let catalog = Catalog::Folder(root.clone());
    let names = match root.join("lessons").is_dir() {
        true => catalog.names()?,
        false => Vec::new(),
    };
    if names.is_empty() {
        let text = Text::new("course-none").with("folder", folder.display().to_string());
        return Err(CourseError::Refused(text));
    }
    let lessons = names.iter().map(|name| catalog.find(name)).collect::<Result<Vec<_>, LessonError>>()?;
    let mut folders: Vec<&str> = vec!["lessons"];
    for lesson in &lessons {
        for wanted in lesson.file.folders("lessons") {
            if !folders.iter().any(|have| is_within(wanted, have)) {
                folders.retain(|have| !is_within(have, wanted));
                folders.push(wanted);
            }
        }
    }
    let mut course = Course::read(&root, &folders)?;
    for paper in papers(&root) {
        let bytes = Course::file(&root, &paper)?;
        course.files.insert(paper, bytes);
    }
    match course.files.keys().find(|path| !is_plain(path)) {
        Some(path) => Err(CourseError::Refused(Text::new("course-path").with("path", path.as_str()))),
        None => Ok(course),
    }
}

fn is_within(folder: &str, above: &str) -> bool {
    folder == above || folder.strip_prefix(above).is_some_and(|rest| rest.starts_with('/'))
}

fn papers(root: &Path) -> Vec<String> {
    let entries = fs::read_dir(root).into_iter().flatten().filter_map(Result::ok);
    let files = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
    let names = files.filter_map(|entry| entry.file_name().into_string().ok());
    names.filter(|name| PAPERS.iter().any(|paper| name.to_uppercase().starts_with(paper))).collect()
}

/// Writes the course into `folder`, which is made for this user alone, and makes it last.
///
/// # Errors
/// It cannot be written.
pub(super) fn write(course: &Course, folder: &Path) -> Result<(), CourseError> {
    disk::private_folder(folder).map_err(|error| CourseError::io(folder, &error))?;
    let mut folders: Vec<PathBuf> = vec![folder.to_owned()];
    for (path, bytes) in &course.files {
        let path = folder.join(path);
        let about = |error: std::io::Error| CourseError::io(&path, &error);
        if let Some(parent) = path.parent().filter(|parent| !folders.iter().any(|made| made == parent)) {
            disk::private_folder(parent).map_err(about)?;
            folders.push(parent.to_owned());
        }
        disk::create_private(&path, bytes).and_then(|()| disk::sync(&path)).map_err(about)?;
    }
    for folder in &folders {
        disk::sync(folder).map_err(|error| CourseError::io(folder, &error))?;
    }
    Ok(())
}

/// All files of a copy.
///
/// # Errors
/// There is none, or something in it that no course has.
pub(super) fn read_copy(folder: &Path) -> Result<Course, LessonError> {
    Course::read_whole(folder)
}
