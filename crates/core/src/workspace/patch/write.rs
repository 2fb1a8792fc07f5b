//! Writes the patch that makes one state of files of another.

use super::unified;
use crate::workspace::names::FileTree;

/// What makes `after` of `before`, file by file; empty where both are the same.
///
/// # Errors
/// The path of a file that changes and is no text.
pub fn between(before: &FileTree, after: &FileTree) -> Result<String, String> {
    let mut patch = String::new();
    let mut paths: Vec<&String> = before.keys().chain(after.keys()).collect();
    paths.sort();
    paths.dedup();
    for path in paths {
        let (old, new) = (before.get(path), after.get(path));
        if old != new {
            patch.push_str(&file(path, text(path, old)?, text(path, new)?));
        }
    }
    Ok(patch)
}

fn text<'a>(path: &str, bytes: Option<&'a Vec<u8>>) -> Result<Option<&'a str>, String> {
    let text = bytes.map(|bytes| std::str::from_utf8(bytes)).transpose().ok();
    text.filter(|text| !text.is_some_and(|text| text.contains('\0'))).ok_or_else(|| path.to_owned())
}

/// One file's part, with git's words where it comes or goes.
fn file(path: &str, old: Option<&str>, new: Option<&str>) -> String {
    let diff = unified(path, old.unwrap_or_default(), new.unwrap_or_default());
    let head = format!("diff --git a/{path} b/{path}\n");
    let (none_before, none_after) = (format!("--- a/{path}\n"), format!("+++ b/{path}\n"));
    match (old, new) {
        (None, _) => head + "new file mode 100644\n" + &diff.replacen(&none_before, "--- /dev/null\n", 1),
        (_, None) => head + "deleted file mode 100644\n" + &diff.replacen(&none_after, "+++ /dev/null\n", 1),
        _ => diff,
    }
}
