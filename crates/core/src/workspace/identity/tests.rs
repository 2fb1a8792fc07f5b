use super::*;

/// A registry and a folder for workspaces, both this test's own.
struct Home {
    _temp: tempfile::TempDir,
    at: PathBuf,
    registry: Registry,
}

impl Home {
    fn new() -> Self {
        let temp = tempfile::tempdir().unwrap();
        let at = fs::canonicalize(temp.path()).unwrap();
        let registry = Registry::at(at.join("state/workshop"));
        Self { at, registry, _temp: temp }
    }

    fn workspace(&self, name: &str) -> Workspace {
        fs::create_dir_all(self.at.join(name)).unwrap();
        Workspace::at(self.at.join(name))
    }

    /// A workspace that was made here.
    fn made(&self, name: &str) -> Workspace {
        let workspace = self.workspace(name);
        assert_eq!(self.claim(&workspace), None);
        workspace
    }

    fn claim(&self, workspace: &Workspace) -> Option<PathBuf> {
        self.registry.claim(workspace, || Ok::<_, IdentityError>(())).unwrap()
    }

    fn standing(&self, workspace: &Workspace) -> Standing {
        self.registry.standing(workspace).unwrap()
    }

    /// `cp -a`, as far as it matters here.
    fn copy(&self, from: &Workspace, name: &str) -> Workspace {
        let copy = self.workspace(name);
        fs::create_dir(copy.private()).unwrap();
        let file = |workspace: &Workspace| workspace.private().join(FILE);
        fs::copy(file(from), file(&copy)).unwrap();
        copy
    }
}

#[test]
fn what_is_made_here_is_ours_and_known_by_an_id_that_others_cannot_read() {
    let home = Home::new();
    let workspace = home.workspace("ws");
    assert_eq!(home.standing(&workspace), Standing::Fresh);
    assert!(!home.at.join("state").exists(), "looking makes nothing");
    assert_eq!(home.claim(&workspace), None);
    assert_eq!(home.standing(&workspace), Standing::Ours);
    let id = fs::read_to_string(workspace.private().join(FILE)).unwrap();
    assert_eq!(home.claim(&workspace), None);
    assert_eq!(fs::read_to_string(workspace.private().join(FILE)).unwrap(), id, "it is kept");
    for (path, wanted) in [
        (workspace.private(), 0o700),
        (workspace.private().join(FILE), 0o600),
        (home.at.join("state/workshop"), 0o700),
        (home.at.join("state/workshop/workspaces"), 0o700),
        (home.at.join(format!("state/workshop/workspaces/{id}.json")), 0o600),
        (home.at.join("state/workshop/lock"), 0o600),
    ] {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, wanted, "{}", path.display());
    }
    home.registry.forget(&workspace);
    assert_eq!(fs::read_dir(home.at.join("state/workshop/workspaces")).unwrap().count(), 0);
    assert_eq!(home.standing(&workspace), Standing::Fresh, "nothing but what ignores it is there");
}

#[test]
fn what_was_not_made_here_is_foreign_and_put_aside_whole() {
    let home = Home::new();
    let good = "0123456789abcdef0123456789abcdef";
    let traversal = format!("../{}", "a".repeat(29));
    for (number, id) in
        ["", good, "../../etc/passwd", &traversal, &good.to_uppercase(), "0123"].iter().enumerate()
    {
        let workspace = home.workspace(&format!("ws{number}"));
        fs::create_dir(workspace.private()).unwrap();
        fs::write(workspace.private().join("progress.json"), "{}").unwrap();
        if !id.is_empty() {
            fs::write(workspace.private().join(FILE), id).unwrap();
        }
        assert_eq!(home.standing(&workspace), Standing::Foreign, "{id}");
        let aside = home.claim(&workspace).expect("put aside");
        assert_eq!(aside, workspace.root().join(".workshop.foreign-1"));
        assert_eq!(fs::read_to_string(aside.join("progress.json")).unwrap(), "{}");
        assert_eq!(home.standing(&workspace), Standing::Ours);
        assert!(!workspace.private().join("progress.json").exists());
    }
    // An older one stays where it is.
    let workspace = Workspace::at(home.at.join("ws0"));
    fs::remove_file(workspace.private().join(FILE)).unwrap();
    fs::write(workspace.private().join("more"), "").unwrap();
    assert_eq!(home.claim(&workspace), Some(workspace.root().join(".workshop.foreign-2")));
}

#[test]
fn a_copy_is_told_from_what_was_moved() {
    let home = Home::new();
    let original = home.made("ws");
    let copy = home.copy(&original, "ws2");
    assert_eq!(home.standing(&copy), Standing::Copied { of: original.root().to_owned() });
    assert_eq!(home.standing(&original), Standing::Ours);
    // A copy of the copy, before anybody looked at either.
    let third = home.copy(&copy, "ws3");
    assert_eq!(home.standing(&third), Standing::Copied { of: original.root().to_owned() });
    home.claim(&copy);
    assert_eq!((home.standing(&copy), home.standing(&original)), (Standing::Ours, Standing::Ours));
    let fourth = home.copy(&copy, "ws4");
    assert_eq!(home.standing(&fourth), Standing::Copied { of: copy.root().to_owned() });

    // Moved while a copy of it is there: the copy does not become the original.
    let moved = Workspace::at(home.at.join("elsewhere"));
    fs::rename(original.root(), moved.root()).unwrap();
    assert_eq!(home.standing(&third), Standing::Copied { of: original.root().to_owned() });
    home.claim(&third);
    assert_eq!(home.standing(&moved), Standing::Moved { from: original.root().to_owned() });
    home.claim(&moved);
    assert_eq!((home.standing(&moved), home.standing(&third)), (Standing::Ours, Standing::Ours));
    assert_eq!(home.registry.left(&moved), std::slice::from_ref(&original));
    // Somebody works at the old path again: what is there is not left any more.
    fs::create_dir_all(original.dir()).unwrap();
    assert_eq!(home.registry.left(&moved), []);
    fs::remove_dir(original.dir()).unwrap();
    home.registry.forget_left(&moved).unwrap();
    assert_eq!(home.registry.left(&moved), []);
}

#[test]
fn a_copy_at_the_old_place_is_no_original() {
    let home = Home::new();
    let original = home.made("ws");
    let moved = Workspace::at(home.at.join("moved"));
    fs::rename(original.root(), moved.root()).unwrap();
    home.copy(&moved, "ws");
    assert_eq!(home.standing(&moved), Standing::Moved { from: original.root().to_owned() });
    home.claim(&moved);
    assert_eq!(home.standing(&original), Standing::Copied { of: moved.root().to_owned() });
}

#[test]
fn a_copy_is_cleaned_before_it_has_an_id_of_its_own() {
    let home = Home::new();
    let copy = home.copy(&home.made("ws"), "ws2");
    let failed = || Err(IdentityError::NoPlace);
    assert_eq!(home.registry.claim(&copy, failed), Err(IdentityError::NoPlace));
    assert!(matches!(home.standing(&copy), Standing::Copied { .. }), "the next command does it");
}

#[test]
fn of_many_at_once_each_finds_it_made() {
    let home = Home::new();
    let workspace = home.workspace("ws");
    fs::create_dir(workspace.private()).unwrap();
    fs::write(workspace.private().join("progress.json"), "{}").unwrap();
    let aside: Vec<_> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..8).map(|_| scope.spawn(|| home.claim(&workspace))).collect();
        all.into_iter().filter_map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(aside.len(), 1, "{aside:?}");
    assert_eq!(home.standing(&workspace), Standing::Ours);
}

#[test]
fn without_a_place_for_the_registry_it_is_said() {
    let home = Home::new();
    let workspace = home.made("ws");
    let none = Registry { dir: None };
    assert_eq!(none.standing(&workspace), Err(IdentityError::NoPlace));
    assert_eq!(none.standing(&home.workspace("other")), Ok(Standing::Fresh));
    fs::write(home.at.join("file"), "").unwrap();
    let file = Registry::at(home.at.join("file/workshop"));
    let error = file.claim(&home.workspace("other"), || Ok::<_, IdentityError>(())).unwrap_err();
    assert!(error.to_string().contains("file/workshop"), "{error}");
}

#[test]
fn a_registry_that_others_can_write_is_not_believed() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    let workspace = home.made("ws");
    let state = home.at.join("state");
    fs::set_permissions(&state, fs::Permissions::from_mode(0o777)).unwrap();
    let error = home.registry.standing(&workspace).unwrap_err();
    assert!(matches!(&error, IdentityError::Unsafe(found) if found.path == state), "{error}");
    // Nor is anything made there.
    let registry = Registry::at(state.join("new/workshop"));
    assert!(registry.claim(&home.workspace("other"), || Ok::<_, IdentityError>(())).is_err());
    assert!(!state.join("new").exists());
}

#[test]
fn it_is_found_from_inside() {
    let home = Home::new();
    let workspace = home.workspace("ws");
    let inside = workspace.dir().join("backend/src");
    let beside = workspace.root().join("notes");
    fs::create_dir_all(&inside).unwrap();
    fs::create_dir_all(&beside).unwrap();
    assert_eq!(home.registry.locate(&inside).workspace.root(), inside);
    home.claim(&workspace);
    for (start, is_above) in [(&inside, false), (&beside, true), (&workspace.root().to_owned(), false)] {
        let located = home.registry.locate(start);
        assert_eq!((&located.workspace, located.is_above), (&workspace, is_above), "{}", start.display());
        assert_eq!(located.passed_over, []);
    }
    // One that is none of ours is not obeyed from anywhere but its own folders.
    fs::remove_file(workspace.private().join(FILE)).unwrap();
    fs::write(workspace.private().join("progress.json"), "{}").unwrap();
    assert_eq!(home.registry.locate(&beside).workspace.root(), beside);
    assert_eq!(home.registry.locate(&inside).workspace, workspace);
}
