//! Other projects on the same machine: never touched, whatever they are called.

use std::process::Command;

use super::lab::{Asked, Lab};
use super::outside::{self, Container};
use crate::harness::{Run, local_images};

/// Somebody else's project with the lesson's service names.
struct Neighbour {
    dir: tempfile::TempDir,
    name: String,
}

impl Neighbour {
    #[track_caller]
    fn up(name: &str) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let file = "services:\n  backend:\n    image: ${NGINX_IMAGE}\n    volumes: [data:/data]\n  \
                    frontend:\n    image: ${NGINX_IMAGE}\nvolumes:\n  data:\n";
        std::fs::write(dir.path().join("docker-compose.yml"), file).expect("written");
        let neighbour = Self { dir, name: name.to_owned() };
        Run::of(&mut neighbour.compose(&["up", "-d", "--scale", "backend=2"])).code(0);
        neighbour
    }

    fn compose(&self, args: &[&str]) -> Command {
        let mut command = Command::new("docker");
        command.arg("compose").args(args).current_dir(self.dir.path()).env("PWD", self.dir.path());
        local_images(&mut command).env("COMPOSE_PROJECT_NAME", &self.name);
        command
    }

    /// Its containers, and the ids of its networks and volumes.
    fn all(&self) -> (Vec<Container>, Vec<String>, Vec<String>) {
        let here = self.dir.path().to_str().expect("UTF-8");
        let filter = format!("label=com.docker.compose.project.working_dir={here}");
        let ids = outside::docker(&["ps", "-aq", "--no-trunc", "--filter", &filter]);
        let mut own = outside::containers(&self.name);
        own.retain(|one| ids.lines().any(|id| id == one.id));
        (own, outside::named("network", &self.name), outside::named("volume", &self.name))
    }
}

impl Drop for Neighbour {
    fn drop(&mut self) {
        let _ = self.compose(&["down", "-v", "-t", "0"]).output();
    }
}

#[test]
fn a_project_with_the_same_service_names_is_never_touched() {
    let Some(lab) = Lab::at("scale-to-3") else { return };
    let neighbour = Neighbour::up(&format!("{}-neighbour", lab.name));
    let before = neighbour.all();
    assert_eq!((before.0.len(), before.1.len(), before.2.len()), (3, 1, 1));
    let gone = |lab: &Lab| {
        assert_eq!(lab.left(), Vec::<String>::new());
        assert_eq!(neighbour.all(), before);
    };
    lab.run(["apply", "--yes"]).code(0);
    assert_eq!(lab.of("backend").len(), 3, "the neighbour's two do not count");
    let reset = lab.run(["reset", "--yes"]).code(0);
    assert!(!reset.stdout.contains(&neighbour.name), "{}", reset.stdout);
    gone(&lab);
    lab.compose(&["up", "-d"]);
    lab.run(["compose", "down", "--volumes"]).code(0);
    gone(&lab);
    lab.compose(&["up", "-d"]);
    lab.run(["goto", "clean-up"]).code(0);
    lab.run(["apply", "--yes"]).code(0);
    gone(&lab);
}

#[test]
fn a_project_of_the_same_name_in_another_folder_is_refused_and_never_touched() {
    let Some(lab) = Lab::at("scale-to-3") else { return };
    let neighbour = Neighbour::up(&lab.name);
    let before = neighbour.all();
    let folder = neighbour.dir.path().to_str().expect("UTF-8").to_owned();
    let untouched = |what: &str| assert_eq!(neighbour.all(), before, "{what}");
    lab.run(["apply", "--yes"]).code(3).says(&folder).says(&lab.name);
    untouched("apply");
    Asked::of(lab.run(["check", "--json"]), "three-healthy").not_yet(&["nothing runs in this workspace yet"]);
    lab.run(["compose", "down", "--volumes"]).code(3).says(&folder);
    untouched("compose down");
    // Only looking is no harm.
    lab.run(["compose", "ps"]).code(0);
    lab.run(["goto", "clean-up"]).code(0);
    lab.run(["apply", "--yes"]).code(3).says(&folder);
    untouched("clean-up");
    // What bears this workspace's name and is in the neighbour's hands is named, and left.
    lab.run(["reset", "--yes"]).code(3);
    lab.run(["reset", "--all", "--yes"]).code(3);
    untouched("reset");
}
