//! A name is a name: what a compose file calls things leads nowhere on the disk.

use crate::embedded::desk::Desk;

use super::in_time;

const VICTIMS: [&str; 8] =
    ["../../../../victim", "/victim", "a/../../victim", "..", ".victim", "한글", "a b", "x\u{1b}[31m"];

#[test]
fn a_name_that_docker_refuses_is_refused_in_its_words_and_nothing_is_written() {
    let desk = Desk::new();
    let file = desk.sandbox.read("docker-compose.yml");
    let before = everything(&desk);
    let refused = |text: String, words: &str| {
        desk.sandbox.write("docker-compose.yml", text);
        for line in ["compose up -d --build", "compose build", "compose create"] {
            let run = in_time(&desk, line);
            assert_eq!(run.status, Some(1), "{words}: {}{}", run.stdout, run.stderr);
            run.says(words);
        }
        desk.sandbox.write("docker-compose.yml", &file);
        assert_eq!(everything(&desk), before, "{words}");
    };
    assert!(file.contains("\n  data:"), "the volume of the lesson");
    for victim in VICTIMS {
        let name = serde_json::to_string(victim).unwrap();
        let volume = file.replace("\n  data:", &format!("\n  data:\n    name: {name}"));
        refused(volume, "includes invalid characters for a local volume name");
        let image = |build: bool| {
            let keys = if build { format!("image: {name}\n    build:") } else { "build:".to_owned() };
            file.replacen("build:", &keys, 1)
        };
        refused(image(true), "invalid reference format");
        let container = file.replacen("build:", &format!("container_name: {name}\n    build:"), 1);
        refused(container, "services.backend.container_name");
    }
    let service = file.replacen("services:", "services:\n  \"../victim\":\n    image: nginx", 1);
    refused(service, "is no name that Compose takes");
    let network = file.replace("\nnetworks:", "\nnetworks:\n  \"../victim\":");
    refused(network, "is no name that Compose takes");
    let short = file.replace("\n  data:", "\n  data:\n    name: a");
    refused(short, "volume name is too short");
    let long = file.replace("\n  data:", &format!("\n  data:\n    name: {}", "a".repeat(256)));
    refused(long, "file name too long");
}

/// Every path below the test's folder, but for what a run of the program itself keeps.
fn everything(desk: &Desk) -> Vec<std::path::PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![desk.sandbox.root().parent().unwrap().to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with(".workshop") {
                folders.push(path.clone());
            }
            found.push(path);
        }
    }
    found.extend(desk.place().read_dir().into_iter().flatten().map(|entry| entry.unwrap().path()));
    found.retain(|path| !path.ends_with("supervisor.lock") && !path.ends_with("engine"));
    found.sort();
    found
}

#[test]
fn names_that_differ_in_case_or_form_are_different_things() {
    let desk = Desk::new();
    let file = desk.sandbox.read("docker-compose.yml");
    let named = |name: &str| file.replace("\n  data:", &format!("\n  data:\n    name: {name}"));
    for name in ["Data.x", "data.x", "data_x-"] {
        desk.sandbox.write("docker-compose.yml", named(name));
        in_time(&desk, "compose up -d --build backend").code(0);
    }
    in_time(&desk, "compose down").code(0);
    let kept: Vec<String> = std::fs::read_dir(desk.place().join("volumes"))
        .unwrap()
        .map(|entry| std::fs::read_to_string(entry.unwrap().path().join("name")).unwrap())
        .collect();
    assert_eq!(kept.len(), 3, "{kept:?}");
    // Of these the file now has the last one, and only that goes, as with Compose.
    in_time(&desk, "compose down -v").code(0);
    assert_eq!(std::fs::read_dir(desk.place().join("volumes")).unwrap().count(), 2);
}
