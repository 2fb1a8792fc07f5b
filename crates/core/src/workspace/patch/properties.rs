//! What holds of every patch: it makes one state of another, also where lines came in above it; and
//! no text makes the reader fail other than with a place.

use proptest::prelude::*;

use super::*;
use crate::workspace::names::FileTree;

fn line() -> impl Strategy<Value = String> {
    prop_oneof![Just("a"), Just("b"), Just("  - c"), Just(""), Just("가"), Just("-- d"), Just("@@ e")]
        .prop_map(str::to_owned)
}

fn text() -> impl Strategy<Value = String> {
    (prop::collection::vec(line(), 0..24), any::<bool>()).prop_map(|(lines, ends)| {
        let text = lines.join("\n");
        if ends && !text.is_empty() { text + "\n" } else { text }
    })
}

fn tree() -> impl Strategy<Value = FileTree> {
    let path = prop_oneof![Just("x"), Just("a b/c.txt"), Just("설정/y")];
    prop::collection::btree_map(path.prop_map(str::to_owned), text().prop_map(String::into_bytes), 0..3)
}

fn applied(patch: &Patch, before: &FileTree) -> Result<FileTree, PatchError> {
    let mut files = before.clone();
    for file in patch.files() {
        let base = files.get(&file.path).map(|bytes| String::from_utf8(bytes.clone()).unwrap());
        match patch.apply(&file.path, base.as_deref())? {
            Some(text) => files.insert(file.path.clone(), text.into_bytes()),
            None => files.remove(&file.path),
        };
    }
    Ok(files)
}

#[test]
fn an_empty_file_that_comes_does_not_take_the_next_ones_lines() {
    let tree = |files: &[(&str, &str)]| -> FileTree {
        files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
    };
    let (before, after) = (tree(&[("y", "")]), tree(&[("x", ""), ("y", "a")]));
    for (before, after) in [(&before, &after), (&after, &before)] {
        let patch = Patch::parse(&between(before, after).unwrap()).unwrap();
        assert_eq!(&applied(&patch, before).unwrap(), after);
    }
}

proptest! {
    #[test]
    fn what_is_written_makes_one_state_of_the_other(before in tree(), after in tree()) {
        let text = between(&before, &after).unwrap();
        if before == after {
            prop_assert_eq!(text, "");
        } else {
            let patch = Patch::parse(&text).unwrap();
            prop_assert_eq!(applied(&patch, &before).unwrap(), after);
        }
    }

    /// A hunk goes where it fits, or nowhere: never to one of two places, and no line is lost.
    #[test]
    fn lines_that_come_in_above_move_it(old in text(), new in text(), above in 1..6_usize) {
        let tree = |text: &str| FileTree::from([("x".to_owned(), text.as_bytes().to_vec())]);
        let written = between(&tree(&old), &tree(&new)).unwrap();
        prop_assume!(!written.is_empty());
        let patch = Patch::parse(&written).unwrap();
        let above: String = (0..above).map(|number| format!("above {number}\n")).collect();
        let mut moved = Vec::new();
        match patch.apply_noting("x", Some(&format!("{above}{old}")), &mut moved) {
            Ok(text) => {
                let text = text.unwrap();
                prop_assert!(text.starts_with(&above) || old.is_empty() || !moved.is_empty(), "{text}");
                let count = |text: &str| text.matches('\n').count().cast_signed();
                prop_assert_eq!(count(&text) - count(&above) - count(&old), count(&new) - count(&old));
            }
            Err(error) => prop_assert!(error.line().is_some()),
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "(?s)(--- a/x\n|\\+\\+\\+ b/x\n|@@ -[0-3],[0-3] \\+[0-3],[0-3] @@\n|[-+ ]a\n|.){0,12}") {
        if let Ok(patch) = Patch::parse(&text) {
            let _ = patch.apply("x", Some("a\na\n"));
        }
    }
}
