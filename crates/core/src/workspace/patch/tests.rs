use super::*;

const THREE: &str = "\
From a mail, ignored.

diff --git a/docker-compose.yml b/docker-compose.yml
index 1111111..2222222 100644
--- a/docker-compose.yml
+++ b/docker-compose.yml
@@ -1,4 +1,3 @@ services
 services:
   backend:
-    container_name: backend
     image: x
@@ -8,2 +7,3 @@
 h
+new
 i
diff --git a/new dir/a b.txt b/new dir/a b.txt
new file mode 100644
--- /dev/null
+++ b/new dir/a b.txt
@@ -0,0 +1,2 @@
+one
+two
\\ No newline at end of file
diff --git a/old.txt b/old.txt
deleted file mode 100644
--- a/old.txt
+++ /dev/null
@@ -1 +0,0 @@
-gone
diff --git a/empty b/empty
new file mode 100644
index 0000000..e69de29
-- \n2.40
";

fn base() -> String {
    "services:\n  backend:\n    container_name: backend\n    image: x\ne\nf\ng\nh\ni\n".to_owned()
}

#[test]
fn several_files_are_read_and_applied() {
    let patch = Patch::parse(THREE).unwrap();
    let kinds: Vec<_> = patch.files().iter().map(|file| (file.path.as_str(), file.kind, file.line)).collect();
    assert_eq!(
        kinds,
        [
            ("docker-compose.yml", PatchKind::Modify, 3),
            ("new dir/a b.txt", PatchKind::Create, 16),
            ("old.txt", PatchKind::Delete, 24),
            ("empty", PatchKind::Create, 30),
        ]
    );
    assert_eq!(
        patch.apply("docker-compose.yml", Some(&base())).unwrap().unwrap(),
        "services:\n  backend:\n    image: x\ne\nf\ng\nh\nnew\ni\n"
    );
    assert_eq!(patch.apply("new dir/a b.txt", None).unwrap().unwrap(), "one\ntwo");
    assert_eq!(patch.apply("old.txt", Some("gone\n")).unwrap(), None);
    assert_eq!(patch.apply("empty", None).unwrap().unwrap(), "");
    assert_eq!(patch.apply("other", Some("x")).unwrap().unwrap(), "x");
}

#[test]
fn a_base_that_differs_is_refused_with_both_lines() {
    let patch = Patch::parse(THREE).unwrap();
    let other = base().replace("services:", "service:");
    let error = patch.apply("docker-compose.yml", Some(&other)).unwrap_err();
    assert_eq!(
        error,
        PatchError::Mismatch {
            path: "docker-compose.yml".into(),
            line: 8,
            base_line: 1,
            expected: "services:".into(),
            found: "service:".into()
        }
    );
    assert!(matches!(patch.apply("old.txt", None), Err(PatchError::NoBase { .. })));
    assert!(matches!(patch.apply("empty", Some("")), Err(PatchError::BaseExists { .. })));
    assert!(matches!(patch.apply("old.txt", Some("gone\nmore\n")), Err(PatchError::Mismatch { .. })));
}

#[test]
fn errors_name_the_line_of_the_patch() {
    let line = |text: &str| Patch::parse(text).unwrap_err().line();
    assert_eq!(Patch::parse("just words\n"), Err(PatchError::Empty));
    assert_eq!(line("--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n"), Some(3));
    assert_eq!(line("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n+c\n"), Some(6));
    assert_eq!(line("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n*b\n"), Some(5));
    assert_eq!(line("--- a/x\n@@ -1 +1 @@\n"), Some(2));
    assert_eq!(line("--- a/x\n+++ b/x\n@@ what @@\n"), Some(3));
    assert_eq!(line("diff --git a/x b/y\nsimilarity index 100%\nrename from x\n"), Some(3));
    for path in ["../x", "/etc/passwd", "a/../../x", "a//b"] {
        let text = format!("--- a/{path}\n+++ b/{path}\n@@ -1 +1 @@\n-a\n+b\n");
        assert!(matches!(Patch::parse(&text), Err(PatchError::BadPath { line: 1, .. })), "{path}");
    }
}

#[test]
fn a_quoted_hangul_path_is_read() {
    let text = "--- /dev/null\n+++ \"b/\\355\\225\\234.txt\"\n@@ -0,0 +1 @@\n+가\n";
    assert_eq!(Patch::parse(text).unwrap().files()[0].path, "한.txt");
}

#[test]
fn what_is_shown_can_be_applied() {
    let (old, new) = (base(), base().replace("e\n", "E\n").replace("i\n", "i"));
    let shown = unified("a file", &old, &new);
    assert_eq!(Patch::parse(&shown).unwrap().apply("a file", Some(&old)).unwrap().unwrap(), new);
    assert_eq!(unified("x", &old, &old), "");
}

#[test]
fn lines_that_have_moved_are_found_where_the_place_is_the_only_one() {
    let patch = Patch::parse(THREE).unwrap();
    let mut moved = Vec::new();
    let base = format!("# one\n# two\n{}", base());
    let text = patch.apply_noting("docker-compose.yml", Some(&base), &mut moved).unwrap().unwrap();
    assert_eq!(text, "# one\n# two\nservices:\n  backend:\n    image: x\ne\nf\ng\nh\nnew\ni\n");
    let places: Vec<_> = moved.iter().map(|one| (one.line, one.said, one.found)).collect();
    assert_eq!(places, [(7, 1, 3), (12, 8, 10)]);

    let patch = Patch::parse("--- a/x\n+++ b/x\n@@ -1 +1,2 @@\n a\n+b\n").unwrap();
    assert_eq!(patch.apply("x", Some("z\na\n")).unwrap().unwrap(), "z\na\nb\n");
    let error = patch.apply("x", Some("z\na\na\n")).unwrap_err();
    assert_eq!(error, PatchError::Ambiguous { path: "x".into(), line: 3, first: 2, second: 3 });
}
