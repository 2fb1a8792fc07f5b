//! Files of a lesson laid out on the disk, so that the static checks can look at them as they look at
//! a learner's; gone again with the value.

use std::fs;
use std::io;
use std::path::Path;

use tempfile::TempDir;

use super::catalog::Lesson;
use super::model::CheckEntry;
use crate::check::application::Application;
use crate::check::{Needs, Verdict, World};
use crate::workspace::names::FileTree;

/// A folder of its own with files in it.
#[derive(Debug)]
pub struct Laid {
    dir: TempDir,
    files: FileTree,
}

impl Laid {
    /// The files, and something for each of the lesson's secrets.
    ///
    /// # Errors
    /// The disk.
    pub fn of(lesson: &Lesson, files: &FileTree) -> io::Result<Self> {
        // In memory where that is to be had: nobody wants these files to last.
        let dir = tempfile::Builder::new().prefix("workshop-").tempdir_in("/dev/shm");
        let dir = dir.or_else(|_| tempfile::Builder::new().prefix("workshop-").tempdir())?;
        let mut laid = Self { dir, files: FileTree::new() };
        laid.lay(lesson, files)?;
        Ok(laid)
    }

    /// The same folder with other files in it.
    ///
    /// # Errors
    /// The disk.
    pub fn lay(&mut self, lesson: &Lesson, files: &FileTree) -> io::Result<()> {
        let mut files = files.clone();
        let own = String::from_utf8_lossy(files.get(".env").map_or(&[], Vec::as_slice)).into_owned();
        let lacking = lesson.file.secrets.iter().filter(|name| !own.contains(&format!("{name}=")));
        let lines: String = lacking.map(|name| format!("{name}=0123456789abcdef01234567\n")).collect();
        if !lines.is_empty() {
            files.insert(".env".to_owned(), (own + &lines).into_bytes());
        }
        for path in self.files.keys().filter(|path| !files.contains_key(*path)) {
            fs::remove_file(self.dir.path().join(path))?;
            let folders = Path::new(path).ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty());
            let _ = folders.map(|folder| self.dir.path().join(folder)).try_for_each(fs::remove_dir);
        }
        for (path, bytes) in files.iter().filter(|(path, bytes)| self.files.get(*path) != Some(*bytes)) {
            let path = self.dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap_or(self.dir.path()))?;
            fs::write(path, bytes)?;
        }
        self.files = files;
        Ok(())
    }

    /// What the files make.
    pub fn application(&self, lesson: &Lesson) -> Application {
        Application::load(self.dir.path(), lesson.demands())
    }
}

/// A static check's verdict of an application of which nothing runs.
pub fn judge(entry: &CheckEntry, app: &Application) -> Verdict {
    entry.spec.check().judge(&World { app, stack: None, seen: None, baseline: &[], answer: None })
}

/// Whether a check looks at the files and at nothing else.
pub fn is_of_files(entry: &CheckEntry) -> bool {
    entry.spec.check().needs() == Needs::Files
}
