//! A course as one file: packed, taken where there is no network, damaged, ended, and done again.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{Home, write};
use crate::docker::lab::{Turn, free_port};
use crate::harness::{Run, copy_tree, docker_answers};

const STEPS: [super::Step<'_>; 2] = [("copy", &[]), ("look", &[])];

#[track_caller]
fn bundle(home: &Home, course: &Path, more: &[&str]) -> PathBuf {
    let file = home.at("한 파일.workshop.tar.gz");
    let args = ["bundle", course.to_str().expect("UTF-8"), "-o", file.to_str().expect("UTF-8")];
    home.sandbox.run(args.iter().chain(more)).code(0).says("workshop add");
    file
}

/// What lies beside the bundle, but for the courses.
fn beside(home: &Home) -> Vec<String> {
    let entries = fs::read_dir(home.beside.path()).expect("a folder").filter_map(Result::ok);
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| name.contains("한 파일") || name.contains("tmp")).collect()
}

/// The names in an archive, in order.
fn listed(file: &Path) -> Vec<String> {
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(fs::File::open(file).expect("a file")));
    let entries = archive.entries().expect("entries");
    entries.map(|entry| entry.expect("an entry").path().expect("a path").display().to_string()).collect()
}

#[test]
fn a_course_and_the_program_in_one_file() {
    let home = Home::new();
    let root = home.at("course");
    write(&root, "10-first", "10", &STEPS);
    home.add_path(&root, &["--as", "nginx"]).code(0);
    let file = home.at("한 파일.workshop.tar.gz");
    let path = file.to_str().expect("UTF-8");
    let run = home.sandbox.run(["bundle", "nginx", "-o", path, "--program"]).code(0);
    run.says("has the course nginx").says("It has this program");
    assert_eq!(listed(&file), ["workshop-bundle.json", "course.tar", "program/workshop"]);
    assert_eq!(beside(&home), ["한 파일.workshop.tar.gz"], "nothing else is left");
    // What was added and what is packed is the same course.
    let digest = home.locked()[0]["digest"].clone();
    home.run("remove nginx --yes").code(0);
    fs::remove_dir_all(&root).expect("gone");
    let run =
        home.add(path, &[]).code(0).says("All 2 parts are what was packed").says("Nothing of it has run");
    let run = run.says("The program (").says("program/workshop");
    assert!(run.stdout.contains("> workshop start nginx/10"), "{run:?}");
    assert_eq!(home.locked()[0]["digest"], digest);
    assert_eq!(home.locked()[0]["kind"].as_str(), Some("bundle"));
    // Again there is nothing to do, and under another name it is another course.
    home.add(path, &[]).code(0).says("nothing is different");
    home.add(path, &["--as", "other"]).code(0);
    assert_eq!(home.names(), ["nginx", "other"]);
    home.run("update nginx").code(0).says("nothing is different");
    let out = home.at("out");
    fs::create_dir(&out).expect("a folder");
    let tar = Command::new("tar").args(["-xzf", path, "program/workshop"]).current_dir(&out).status();
    assert!(tar.expect("tar").success());
    let version = Command::new(out.join("program/workshop")).arg("--version").output().expect("it starts");
    assert!(version.status.success());
    home.run("bundle none -o x").code(2).says("no added course \"none\"");
    home.sandbox.run(["bundle", "nginx", "-o", out.to_str().expect("UTF-8")]).code(2).says("is a folder");
}

/// The same bundle with one byte of a part another one.
fn flipped(file: &Path, part: &str, to: &Path) {
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(fs::File::open(file).expect("a file")));
    let out =
        flate2::write::GzEncoder::new(fs::File::create(to).expect("a file"), flate2::Compression::fast());
    let mut builder = tar::Builder::new(out);
    for entry in archive.entries().expect("entries") {
        let mut entry = entry.expect("an entry");
        let mut bytes = Vec::new();
        std::io::copy(&mut entry, &mut bytes).expect("read");
        if entry.path_bytes().as_ref() == part.as_bytes() {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
        }
        builder.append(&entry.header().clone(), bytes.as_slice()).expect("appended");
    }
    builder
        .into_inner()
        .and_then(flate2::write::GzEncoder::finish)
        .expect("written")
        .flush()
        .expect("written");
}

#[test]
fn a_flipped_byte_names_its_part_and_nothing_is_used() {
    let home = Home::new();
    let root = home.at("course");
    write(&root, "10-first", "10", &STEPS);
    let file = bundle(&home, &root, &["--program"]);
    for part in ["course.tar", "program/workshop"] {
        let bad = home.at("bad.tar.gz");
        flipped(&file, part, &bad);
        home.add_path(&bad, &[])
            .code(4)
            .says(&format!("{part} in the bundle is not what it was when it was packed"));
    }
    let korean = home.add_path(&home.at("bad.tar.gz"), &["--lang", "ko"]).code(4);
    korean.says("program/workshop이 묶을 때와 다릅니다");
    let bytes = fs::read(&file).expect("read");
    for length in [bytes.len() / 2, bytes.len() - 20, 400] {
        fs::write(home.at("bad.tar.gz"), &bytes[..length]).expect("written");
        home.add_path(&home.at("bad.tar.gz"), &[]).code(4);
    }
    // A manifest that says something else is none that is believed.
    flipped(&file, "workshop-bundle.json", &home.at("bad.tar.gz"));
    home.add_path(&home.at("bad.tar.gz"), &[]).code(4);
    assert!(home.names().is_empty() && home.lies().is_empty(), "{:?}", home.lies());
}

/// Docker images of the test's own, which go with it.
struct Image(String);

impl Image {
    fn new(number: u32) -> Self {
        let name = format!("workshop-test-bundle:{}-{number}", std::process::id());
        let mut child = Command::new("docker")
            .args(["import", "-", &name])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("docker starts");
        let mut builder = tar::Builder::new(child.stdin.take().expect("its input"));
        let mut header = tar::Header::new_gnu();
        header.set_size(4);
        header.set_mode(0o644);
        builder.append_data(&mut header, format!("file-{number}"), &b"text"[..]).expect("packed");
        drop(builder.into_inner().expect("packed"));
        assert!(child.wait().expect("ended").success());
        Self(name)
    }

    fn id(&self) -> Option<String> {
        let output = Command::new("docker").args(["image", "inspect", "-f", "{{.Id}}", &self.0]).output();
        let output = output.expect("docker starts");
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    fn remove(&self) {
        let _ = Command::new("docker").args(["image", "rm", "-f", &self.0]).output();
    }
}

impl Drop for Image {
    fn drop(&mut self) {
        self.remove();
    }
}

#[test]
fn images_come_along_and_are_loaded_once_somebody_agreed() {
    if !docker_answers() {
        return;
    }
    let home =
        Home { sandbox: crate::harness::Sandbox::new(), beside: tempfile::tempdir().expect("a folder") };
    let (one, two) = (Image::new(1), Image::new(2));
    let root = home.at("course");
    write(&root, "10-first", "10", &STEPS);
    let compose = root.join("complete/start/compose.yaml");
    let text = fs::read_to_string(&compose).expect("read").replace("nginx:alpine", &one.0);
    fs::write(&compose, text + &format!("  other:\n    image: {}\n", two.0)).expect("written");
    let missing = "workshop-test-bundle:none";
    let file = home.at("한 파일.workshop.tar.gz");
    let args = ["bundle", root.to_str().expect("UTF-8"), "-o", file.to_str().expect("UTF-8"), "--images"];
    // Ended at the second image: the first one is kept, and the file is not there.
    let text = fs::read_to_string(&compose).expect("read");
    fs::write(&compose, text.replace(&two.0, missing)).expect("written");
    // Images are packed in the order of their names.
    home.sandbox.run(args).code(3).says("Docker has no image").says("docker pull");
    assert!(!file.exists());
    let parts = home.at(".한 파일.workshop.tar.gz.parts");
    let saved = || -> Vec<_> {
        let all = fs::read_dir(&parts).expect("parts").filter_map(Result::ok).map(|entry| entry.path());
        all.filter(|path| path.extension().is_some_and(|end| end == "json")).collect()
    };
    let before = saved();
    assert_eq!(before.len(), 1, "{before:?}");
    fs::write(&compose, text).expect("written");
    // The second run asks Docker for the other image alone.
    let (bin, asked) = (home.at("bin"), home.at("asked"));
    fs::create_dir(&bin).expect("a folder");
    let docker =
        format!("#!/bin/sh\necho \"$*\" >> '{}'\nPATH=${{PATH#*:}} exec docker \"$@\"\n", asked.display());
    fs::write(bin.join("docker"), docker).expect("written");
    fs::set_permissions(bin.join("docker"), fs::Permissions::from_mode(0o755)).expect("executable");
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").expect("a path"));
    Run::of(home.sandbox.command().env("PATH", path).args(args)).code(0).says(&one.0).says(&two.0);
    let asked = fs::read_to_string(&asked).expect("what was asked");
    let saves: Vec<&str> = asked.lines().filter(|line| line.starts_with("save ")).collect();
    assert_eq!(saves, [format!("save -- {}", two.0)]);
    assert!(!parts.exists());
    let names = listed(&file);
    assert_eq!(names, ["workshop-bundle.json", "course.tar", "images/0.tar", "images/1.tar"]);

    let ids = [one.id(), two.id()];
    one.remove();
    two.remove();
    let path = file.to_str().expect("UTF-8");
    let run = home.add(path, &[]).code(0).says("Docker would get").says("No image was loaded");
    run.says("--yes");
    assert_eq!([one.id(), two.id()], [None, None]);
    let bad = home.at("bad.tar.gz");
    flipped(&file, "images/1.tar", &bad);
    home.add_path(&bad, &["--yes"]).code(4).says("images/1.tar in the bundle");
    assert_eq!([one.id(), two.id()], [None, None]);
    home.add(path, &["--yes"]).code(0).says(&format!("Docker has {}", one.0));
    assert_eq!([one.id(), two.id()], ids);
    home.add(path, &["--yes"]).code(0).says("already");
    let mut silent = home.sandbox.command();
    silent.env("DOCKER_HOST", "unix:///nonexistent").args(["add", path]);
    Run::of(&mut silent).code(0).says("2 images were not loaded");
}

#[test]
fn it_is_played_where_there_is_no_network() {
    if !rustix::process::geteuid().is_root() {
        eprintln!("skipped: only root makes a network of its own");
        return;
    }
    let _turn = Turn::take();
    let home = Home::new();
    let root = home.at("add-a-cache");
    copy_tree(&Path::new(env!("CARGO_MANIFEST_DIR")).join("courses/add-a-cache"), &root);
    let file = bundle(&home, &root, &["--program"]);
    fs::remove_dir_all(&root).expect("gone");
    // All of it by the program that came in the bundle, in a network where there is nobody else.
    let script = home.at("script");
    let text = "set -e\nip link set lo up\ncd \"$1\"\ntar -xzf \"$2\" program/workshop\ncd \"$3\"\n\
                W=\"$1/program/workshop\"\n\
                trap '\"$W\" compose down -v -t 1 >/dev/null 2>&1 || true' EXIT\n\
                \"$W\" add \"$2\"\n\
                D=$(\"$W\" start 10 --engine embedded 2>&1 | tr -s ' \\n' ' ' | sed -n 's/.*--agree \\([0-9a-f]*\\).*/\\1/p')\n\
                \"$W\" start 10 --engine embedded --agree \"$D\"\n\
                \"$W\" apply --yes --agree \"$D\"\n\"$W\" check --agree \"$D\"\n\"$W\" next\n";
    fs::write(&script, text).expect("written");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("executable");
    let mut command = Command::new("unshare");
    command.args(["-n", "sh"]).arg(&script).arg(home.beside.path()).arg(&file).arg(home.sandbox.root());
    for name in ["LC_ALL", "LC_MESSAGES", "WORKSHOP_LESSONS", "COMPOSE_PROJECT_NAME"] {
        command.env_remove(name);
    }
    command.env("LANG", "en_US.UTF-8").envs(home.sandbox.env()).env("WEB_PORT", free_port().to_string());
    let run = Run::of(command.stdin(Stdio::null())).code(0);
    run.says("3 of 3 checks passed").says("Step 2 of 5");
}

#[test]
fn ended_while_it_packs_nothing_is_half_written() {
    let home = Home::new();
    let root = home.at("course");
    write(&root, "10-first", "10", &STEPS);
    let file = home.at("한 파일.workshop.tar.gz");
    let args = ["bundle", root.to_str().expect("UTF-8"), "-o", file.to_str().expect("UTF-8"), "--program"];
    let parts = home.at(".한 파일.workshop.tar.gz.parts");
    let mut child = home
        .sandbox
        .command()
        .args(args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    crate::harness::wait_for("it packs", std::time::Duration::from_secs(20), || parts.exists());
    child.kill().expect("killed");
    child.wait().expect("ended");
    // Whenever it was: a whole file, or none.
    if file.exists() {
        home.add_path(&file, &["--as", "whole"]).code(0);
    }
    home.sandbox.run(args).code(0);
    home.add_path(&file, &[]).code(0).says("All 2 parts are what was packed");
}
