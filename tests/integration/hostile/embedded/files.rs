//! Files that are none, that never end, or that lead out of the workspace; and who may read ours.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use super::in_time;
use crate::embedded::desk::Desk;

/// What lies there in a file's place, and what makes it.
type Kind = (&'static str, fn(&Path));

#[test]
fn whatever_lies_in_a_files_place_is_said_and_not_waited_for() {
    let desk = Desk::new();
    for file in [
        "docker-compose.yml",
        "frontend/Dockerfile",
        "frontend/.dockerignore",
        "frontend/nginx.conf",
        "frontend/index.html",
    ] {
        let path = desk.sandbox.path(file);
        let before = std::fs::read(&path).ok();
        let kinds: [Kind; 4] = [
            ("pipe", |path| {
                assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
            }),
            ("device", |path| symlink("/dev/zero", path).unwrap()),
            ("sparse", |path| std::fs::File::create(path).unwrap().set_len(1 << 40).unwrap()),
            ("folder", |path| std::fs::create_dir(path).unwrap()),
        ];
        for (kind, make) in kinds {
            let _ = std::fs::remove_file(&path);
            make(&path);
            let run = in_time(&desk, "compose build frontend");
            // What is left out of a context is not missed, if it is a folder or a link out of it.
            if run.status != Some(0) {
                assert!(matches!(run.status, Some(1 | 3)), "{file} {kind}: {}{}", run.stdout, run.stderr);
            } else {
                assert!(file.starts_with("frontend/"), "{file} {kind} was taken");
            }
            let _ = if path.is_dir() { std::fs::remove_dir(&path) } else { std::fs::remove_file(&path) };
        }
        if let Some(before) = before {
            std::fs::write(&path, before).unwrap();
        }
    }
    in_time(&desk, "compose build").code(0);
}

#[test]
fn nothing_outside_of_the_workspace_is_mounted_built_or_read() {
    let desk = Desk::new();
    let outside = desk.sandbox.root().join("outside");
    std::fs::create_dir(&outside).unwrap();
    std::fs::write(outside.join("secret"), "SECRET=1\n").unwrap();
    std::fs::write(outside.join("Dockerfile"), "FROM nginx:alpine\n").unwrap();
    let file = desk.sandbox.read("docker-compose.yml");
    symlink(&outside, desk.sandbox.path("out")).unwrap();
    symlink(outside.join("secret"), desk.sandbox.path("frontend/secret.txt")).unwrap();
    let refused = |what: &str, keys: &str| {
        desk.sandbox
            .write("docker-compose.yml", file.replacen("    build:", &format!("    {keys}\n    build:"), 1));
        let run = in_time(&desk, "compose up -d --build backend");
        assert_ne!(run.status, Some(0), "{what}: {}{}", run.stdout, run.stderr);
        let said = format!("{}{}", run.stdout, run.stderr);
        assert!(!said.contains("SECRET"), "{what}: {said}");
    };
    refused("env_file above", "env_file: [../outside/secret]");
    refused("env_file by a link", "env_file: [out/secret]");
    refused("env_file absolute", "env_file: [/etc/hostname]");
    refused("env_file endless", "env_file: [/dev/zero]");
    for context in ["../outside", "/", "out", ".."] {
        desk.sandbox.write("docker-compose.yml", file.replace("./frontend", context));
        let run = in_time(&desk, "compose build frontend");
        assert_ne!(run.status, Some(0), "{context}");
        run.says("outside of the workspace");
    }
    desk.sandbox.write("docker-compose.yml", &file);
    let dockerfile = desk.sandbox.read("frontend/Dockerfile");
    for (line, words) in [
        ("COPY secret.txt /usr/share/nginx/html/", "not found"),
        ("COPY ../../outside/secret /usr/share/nginx/html/", "not found"),
        ("COPY /etc/passwd /usr/share/nginx/html/", "not found"),
    ] {
        desk.sandbox.write("frontend/Dockerfile", format!("{dockerfile}{line}\n"));
        let run = in_time(&desk, "compose build frontend");
        assert_ne!(run.status, Some(0), "{line}");
        run.says(words);
    }
    // Docker reads a target's dots as the image's root does: nothing is above it.
    desk.sandbox.write("frontend/Dockerfile", format!("{dockerfile}COPY index.html /../../../victim/x\n"));
    let _ = in_time(&desk, "compose build frontend");
    assert!(!desk.sandbox.root().join("victim").exists() && !Path::new("/victim").exists());
}

#[test]
fn everything_is_for_this_user_alone_whatever_the_mask() {
    let desk = Desk::new();
    let command = desk.command();
    let mut shell = Command::new("sh");
    shell.args(["-c", "umask 0; exec \"$0\" compose up -d --build --wait"]).arg(command.get_program());
    shell.current_dir(desk.sandbox.root());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    assert!(shell.output().unwrap().status.success());
    let (mut folders, mut files, mut seen) = (vec![desk.place()], 0, Vec::new());
    while let Some(folder) = folders.pop() {
        for path in
            std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).chain([folder.clone()])
        {
            let meta = path.symlink_metadata().unwrap();
            assert_eq!(meta.permissions().mode() & 0o077, 0, "{}", path.display());
            seen.push(path.file_name().unwrap().to_string_lossy().into_owned());
            if meta.is_dir() && path != folder {
                folders.push(path);
            } else {
                files += 1;
            }
        }
    }
    for name in ["front.json", "supervisor.json", "lock", "log", "name", "supervisor.lock"] {
        assert!(seen.iter().any(|one| one == name), "{name} is not among {seen:?}");
    }
    assert!(files > 10);
}
