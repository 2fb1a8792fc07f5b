//! Courses from real repositories: at a tag, a branch, a commit; with what must not run; and without a
//! way there.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;
use std::time::Duration;

use super::{Home, commit, git, write};
use crate::harness::{Run, wait_for};

const STEPS: [super::Step<'_>; 2] = [("copy", &[]), ("look", &[])];

#[test]
fn a_tag_a_branch_and_a_commit_are_what_they_were_then() {
    let home = Home::new();
    let repository = home.at("강의 저장소");
    write(&repository, "10-first", "10", &STEPS);
    let first = commit(&repository);
    git(&repository, &["tag", "v1"]);
    write(&repository, "11-second", "11", &STEPS);
    let second = commit(&repository);
    git(&repository, &["branch", "next"]);
    let path = repository.to_str().expect("UTF-8");
    home.add(&format!("file://{path}#v1"), &["--as", "tag"]).code(0).says("(v1, stays)").says("10");
    home.add(path, &["--rev", "next", "--as", "branch"]).code(0).says("11");
    home.add(&format!("{path}#{}", &first[..12]), &["--as", "commit"]).code(0).says("stays");
    home.add(&format!("file://{path}"), &["--as", "head"]).code(0).says("(HEAD)");
    let locked = home.locked();
    let of = |name: &str| locked.iter().find(|one| one["name"].as_str() == Some(name)).expect("a course");
    for (name, commit, pinned) in [
        ("tag", &first, true),
        ("branch", &second, false),
        ("commit", &first, true),
        ("head", &second, false),
    ] {
        assert_eq!(of(name)["commit"].as_str(), Some(commit.as_str()), "{name}");
        assert_eq!(of(name)["pinned"].as_bool(), Some(pinned), "{name}");
    }
    // What came is the course, without the repository around it.
    assert_eq!(of("tag")["digest"], of("commit")["digest"]);
    fs::remove_dir_all(&repository).expect("the repository goes");
    home.agreed(&["start", "tag/10", "--engine", "embedded"]).code(0).says("Step 1 of 2");
    home.add(&format!("file://{path}"), &["--as", "gone"]).code(3).says("git cannot get");
}

#[test]
fn a_pinned_course_stays_until_another_revision_is_asked_for() {
    let home = Home::new();
    let repository = home.at("course");
    write(&repository, "10-first", "10", &STEPS);
    commit(&repository);
    git(&repository, &["tag", "v1"]);
    home.add_path(&repository, &["--rev", "v1"]).code(0);
    let before = home.locked();
    write(&repository, "10-first", "10", &[("copy", &[]), ("look", &[]), ("new", &[])]);
    commit(&repository);
    git(&repository, &["tag", "v2"]);
    home.run("update --yes").code(0).says("stays at v1");
    assert_eq!(home.locked(), before);
    home.run("update course --rev v2 --yes").code(0).says("the step new is new");
    assert_eq!(home.locked()[0]["rev"].as_str(), Some("v2"));
    // A tag that was moved is not followed, also not to mend a copy.
    git(&repository, &["tag", "-f", "v2", "v1"]);
    let copy = home.data().join("copies").join(home.locked()[0]["digest"].as_str().expect("a digest"));
    fs::write(copy.join("lessons/10-first/en.md"), "changed").expect("written");
    home.run("update course --yes").code(4).says("is not what it was when it was added");
}

#[test]
fn nothing_of_a_repository_runs() {
    let home = Home::new();
    let repository = home.at("course");
    let mark = home.at("mark");
    write(&repository, "10-first", "10", &STEPS);
    let inner = home.at("inner");
    write(&inner, "12-inner", "12", &STEPS);
    commit(&inner);
    // A filter, as LFS is one, a hook, a submodule and the user's own configuration.
    fs::write(repository.join(".gitattributes"), "*.md filter=evil\n").expect("written");
    commit(&repository);
    git(&repository, &["submodule", "add", "-q", inner.to_str().expect("UTF-8"), "lessons/12-inner"]);
    commit(&repository);
    let touch = format!("touch '{}'", mark.display());
    for hook in ["post-checkout", "post-merge", "pre-receive", "post-upload-pack"] {
        let path = repository.join(".git/hooks").join(hook);
        fs::create_dir_all(path.parent().expect("a folder")).expect("hooks");
        fs::write(&path, format!("#!/bin/sh\n{touch}\n")).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("executable");
    }
    let config = home.at("config");
    let text = format!(
        "[filter \"evil\"]\n\tsmudge = {touch}\n\trequired = true\n[core]\n\tfsmonitor = {touch}\n\
         [url \"ext::{touch}\"]\n\tinsteadOf = file://\n"
    );
    fs::write(&config, text).expect("written");
    let url = format!("file://{}", repository.display());
    let mut command = home.sandbox.command();
    command.env("GIT_CONFIG_GLOBAL", &config).env("GIT_CONFIG_SYSTEM", &config).args(["add", &url]);
    Run::of(&mut command).code(0).says("10");
    assert!(!mark.exists());
    assert!(!home.run("list").stdout.contains("12"), "a submodule is not fetched");
    for url in ["ext::sh -c touch% x", "--upload-pack=touch x", "ssh://-oProxyCommand=x/y"] {
        home.sandbox.run(["add", "--as", "x", "--", url]).code(2);
    }
    home.add(&format!("{url}#--upload-pack=x"), &[]).code(2).says("cannot be the name of a tag");
}

#[test]
fn no_git_no_network_and_no_such_revision_are_told_apart() {
    let home = Home::new();
    let repository = home.at("course");
    write(&repository, "10-first", "10", &STEPS);
    commit(&repository);
    let url = format!("file://{}", repository.display());
    home.add(&format!("{url}#v9"), &[]).code(3).says("has no tag, branch or commit \"v9\"");
    // Nobody listens there.
    home.add("http://127.0.0.1:1/course.git", &[]).code(3).says("git cannot get").says("whether the address");
    let mut command = home.sandbox.command();
    command.env("PATH", home.beside.path()).args(["add", &url]);
    Run::of(&mut command).code(3).says("needs git").says("install git");
    let mut korean = home.sandbox.command();
    korean.env("PATH", home.beside.path()).args(["add", &url, "--lang", "ko"]);
    Run::of(&mut korean).code(3).says("git이 필요한데");
    assert!(home.names().is_empty());
    assert!(home.lies().is_empty(), "{:?}", home.lies());
}

#[test]
fn killed_in_the_middle_there_is_no_course_and_nothing_in_the_way() {
    let home = Home::new();
    let repository = home.at("course");
    write(&repository, "10-first", "10", &STEPS);
    commit(&repository);
    let url = format!("file://{}", repository.display());
    // A git that is slow at the last moment, as a network is.
    let bin = home.at("bin");
    fs::create_dir(&bin).expect("a folder");
    let slow = "#!/bin/sh\ncase \" $* \" in *' fetch '*) echo $$ > \"$SLOW\"; exec sleep 60;; esac\n\
                PATH=${PATH#*:} exec git \"$@\"\n";
    fs::write(bin.join("git"), slow).expect("written");
    fs::set_permissions(bin.join("git"), fs::Permissions::from_mode(0o755)).expect("executable");
    let began = home.at("began");
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").expect("a path"));
    let mut child = home
        .sandbox
        .command()
        .env("PATH", path)
        .env("SLOW", &began)
        .args(["add", &url])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    let pid = || fs::read_to_string(&began).ok()?.trim().parse::<i32>().ok();
    wait_for("the fetch begins", Duration::from_secs(30), || pid().is_some());
    assert!(!home.lies().is_empty(), "it is at it");
    child.kill().expect("killed");
    child.wait().expect("ended");
    let sleeper = rustix::process::Pid::from_raw(pid().expect("a process")).expect("a process");
    let _ = rustix::process::kill_process(sleeper, rustix::process::Signal::KILL);
    assert!(home.names().is_empty());
    home.run("list").code(0);
    home.add(&url, &[]).code(0);
    assert_eq!(home.names(), ["course"]);
    assert_eq!(home.lies().len(), 1, "the copy alone: {:?}", home.lies());
}
