use super::*;

fn start() -> Vec<(String, Vec<u8>)> {
    vec![
        ("docker-compose.yml".into(), b"services: {}\n".to_vec()),
        ("backend/src/main.rs".into(), b"fn main() {}\n".to_vec()),
    ]
}

fn open(workspace: &Workspace) -> (Lock, Journal) {
    let lock = workspace.lock(Duration::ZERO).unwrap();
    let journal = workspace.journal(&lock).unwrap();
    (lock, journal)
}

#[test]
fn a_workshop_that_leads_out_is_told_from_one_that_stays() {
    use std::os::unix::fs::symlink;
    let root = tempfile::tempdir().unwrap();
    let outside = tempfile::tempdir().unwrap();
    let workspace = Workspace::at(root.path());
    assert_eq!(workspace.leads_out(), None);
    fs::create_dir_all(root.path().join("app")).unwrap();
    fs::create_dir_all(workspace.private()).unwrap();
    symlink(outside.path(), root.path().join("by way of")).unwrap();
    let leads = |target: &Path| {
        let _ = fs::remove_file(workspace.dir());
        symlink(target, workspace.dir()).unwrap();
        workspace.leads_out().is_some()
    };
    assert!(!leads(Path::new("app")) && !leads(&root.path().join("app")));
    for target in ["..", ".", ".workshop", "by way of", "none", "workshop"].map(Path::new) {
        assert!(leads(target), "{}", target.display());
    }
    assert!(leads(outside.path()) && leads(Path::new("/")));
}

#[test]
fn it_is_created_once_and_undone_without_a_trace() {
    let root = tempfile::tempdir().unwrap();
    let workspace = Workspace::at(root.path().join("내 실습 폴더"));
    fs::create_dir(workspace.root()).unwrap();
    let (_lock, mut journal) = open(&workspace);
    assert!(!workspace.is_created());
    assert_eq!(workspace.create(&mut journal, "06".into(), start()).unwrap().len(), 2);
    assert!(workspace.is_created());
    assert_eq!(walk(&workspace.dir()).unwrap(), ["backend/src/main.rs", "docker-compose.yml"]);
    let again = workspace.create(&mut journal, "06".into(), start()).unwrap_err();
    assert!(matches!(again, CreateError::NotEmpty { .. }), "{again}");
    assert_eq!(fs::read_to_string(workspace.private().join(".gitignore")).unwrap(), "*\n");
    journal.undo(false).unwrap();
    assert!(!workspace.dir().exists());
}

#[test]
fn placeholders_of_a_repository_are_no_obstacle_and_come_back() {
    let root = tempfile::tempdir().unwrap();
    let workspace = Workspace::at(root.path());
    fs::create_dir(workspace.dir()).unwrap();
    fs::write(workspace.dir().join("README.md"), "here\n").unwrap();
    assert!(!workspace.is_created());
    let (_lock, mut journal) = open(&workspace);
    let files = start().into_iter().chain([("README.md".to_owned(), b"app\n".to_vec())]);
    workspace.create(&mut journal, "06".into(), files).unwrap();
    assert_eq!(fs::read_to_string(workspace.dir().join("README.md")).unwrap(), "app\n");
    journal.undo(false).unwrap();
    assert_eq!(fs::read_to_string(workspace.dir().join("README.md")).unwrap(), "here\n");
}

/// The parent is a file, which stops root too; permissions would not.
#[test]
fn a_place_that_cannot_be_written_is_named() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("file");
    fs::write(&file, "").unwrap();
    let error = Workspace::at(&file).lock(Duration::ZERO).unwrap_err();
    assert!(error.to_string().contains("file"), "{error}");
}

#[test]
fn a_read_only_folder_is_said_by_name() {
    use std::os::unix::fs::PermissionsExt;
    let root = tempfile::tempdir().unwrap();
    fs::set_permissions(root.path(), fs::Permissions::from_mode(0o555)).unwrap();
    // root may write everywhere, so there is nothing to see then.
    if fs::write(root.path().join("probe"), "").is_err() {
        let error = Workspace::at(root.path()).lock(Duration::ZERO).unwrap_err();
        assert!(matches!(error, LockError::NotWritable { .. }), "{error}");
    }
}
