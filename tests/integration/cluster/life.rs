//! What a cluster is for: tasks over nodes, a node that is cut off, one that loses its power.

use std::collections::BTreeSet;

use super::lab::{LIMIT, Lab, alone};
use crate::harness::{Run, Sandbox, wait_for};

#[test]
fn three_nodes_live_lose_one_and_leave_nothing() {
    let _alone = alone();
    let Some(lab) = Lab::of(&["lab"]) else { return };
    let before = Lab::own_docker();
    let image = std::env::var("BACKEND_PROGRAM").unwrap_or_else(|_| "workshop-contoso-backend:local".into());
    lab.run("lab", &format!("up --nodes 3 --image {image}")).code(0).says("node3").says("docker -H unix://");
    let status = lab.status("lab");
    let states: Vec<&str> = status["nodes"]
        .as_array()
        .expect("nodes")
        .iter()
        .map(|node| node["status"].as_str().expect("a state"))
        .collect();
    assert_eq!(states, ["Ready"; 3]);
    lab.run("lab", "up").code(2).says("already");

    let create = [
        "service",
        "create",
        "--detach",
        "--quiet",
        "--name",
        "app",
        "--replicas",
        "3",
        "--endpoint-mode",
        "dnsrr",
        "--no-resolve-image",
    ];
    lab.docker("lab", 1, &[&create[..], &[image.as_str()]].concat());
    let tasks = || {
        lab.docker(
            "lab",
            1,
            &[
                "service",
                "ps",
                "app",
                "--filter",
                "desired-state=running",
                "--format",
                "{{.Node}} {{.CurrentState}}",
            ],
        )
    };
    let running = || {
        tasks()
            .lines()
            .filter(|line| line.contains(" Running"))
            .map(|line| line.split(' ').next().unwrap_or_default().to_owned())
            .collect::<BTreeSet<_>>()
    };
    wait_for("a task on each node", LIMIT, || running().len() == 3);

    // What a node publishes is reached at its address.
    let port = "published=8080,target=8080,mode=host";
    lab.docker("lab", 1, &["service", "update", "--quiet", "--publish-add", port, "app"]);
    let address = lab.node("lab", 2, "address");
    wait_for("an answer of node2", LIMIT, || std::net::TcpStream::connect((address.as_str(), 8080)).is_ok());
    // One a node may have a port of the node's: without it, a task of a lost node finds room elsewhere.
    lab.docker("lab", 1, &["service", "update", "--quiet", "--publish-rm", "8080", "app"]);
    wait_for("a task on each node again", LIMIT, || running().len() == 3);

    lab.run("lab", "cut node2").code(0).says("node2 is cut off").says("heal node2");
    assert_eq!(lab.node("lab", 2, "link/state"), "cut");
    lab.wait_node("lab", 2, "status", "Down");
    wait_for("its task on another node", LIMIT, || running() == ["node1", "node3"].map(String::from).into());
    lab.run("lab", "heal node2").code(0).says("on the network again");
    lab.wait_node("lab", 2, "status", "Ready");
    lab.run("lab", "heal node2").code(0).says("Nothing is wrong");

    lab.run("lab", "kill node3").code(0).says("lost its power");
    assert_eq!(lab.node("lab", 3, "runs"), "false");
    lab.wait_node("lab", 3, "status", "Down");
    lab.run("lab", "heal 3").code(0).says("runs again");
    lab.wait_node("lab", 3, "status", "Ready");
    lab.run("lab", "cut node9").code(2).says("node1, node2");

    lab.run("lab", "down").code(0).says("is gone");
    lab.left_nothing();
    assert_eq!(Lab::own_docker(), before);
    lab.run("lab", "down").code(0).says("There is no cluster");
    lab.run("lab", "status").code(2).says("workshop cluster up");
}

#[test]
fn two_clusters_are_beside_each_other() {
    let _alone = alone();
    let Some(lab) = Lab::of(&["one", "two"]) else { return };
    lab.run("one", "up --nodes 2").code(0);
    lab.run("two", "up --nodes 1").code(0).says("cannot show what happens when a node is lost");
    lab.run("one", "down").code(0);
    assert_eq!(lab.node("two", 1, "status"), "Ready", "the other one is untouched");
    lab.run("two", "down").code(0);
    lab.left_nothing();
}

#[test]
fn an_image_that_is_not_there_is_said_before_anything_is_made() {
    let _alone = alone();
    let Some(lab) = Lab::of(&["lab"]) else { return };
    lab.run("lab", "up --image no-such-image:ever")
        .code(3)
        .says("no-such-image:ever")
        .says("docker image ls");
    lab.left_nothing();
}

/// A user without rights is told what is lacking and what one node can show; nothing is made.
#[test]
fn who_is_not_root_is_told_so() {
    let state = tempfile::tempdir().expect("a folder");
    let root = std::process::Command::new("id").arg("-u").output().expect("id").stdout == b"0\n";
    let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_workshop"));
    if root {
        std::os::unix::fs::chown(state.path(), Some(65_534), Some(65_534)).expect("nobody's");
        program = std::process::Command::new("setpriv");
        program.args(["--reuid=65534", "--regid=65534", "--clear-groups", env!("CARGO_BIN_EXE_workshop")]);
    }
    program.args(["cluster", "up"]).current_dir("/").env("LANG", "en_US.UTF-8").env_remove("LC_ALL");
    program.env("XDG_STATE_HOME", state.path()).env("HOME", state.path());
    let run = Run::of(&mut program).code(3);
    if cfg!(target_os = "linux") {
        run.says("need root").says("docker swarm init").says("cannot show");
    }
    let clusters = state.path().join("workshop/clusters");
    assert_eq!(std::fs::read_dir(clusters).expect("the folder").count(), 0);
}

#[test]
fn a_name_is_no_path_and_no_option() {
    let sandbox = Sandbox::new();
    for name in ["../lab", "Lab", "a/b", "", "a-name-that-is-too-long"] {
        sandbox.run(["cluster", "status", &format!("--name={name}")]).code(2).says("no name for a cluster");
    }
}

/// An image that was built on one node is brought to the others; one that nobody has is named.
#[test]
fn an_image_of_one_node_is_brought_to_every_other() {
    let _alone = alone();
    let Some(lab) = Lab::of(&["lab"]) else { return };
    lab.run("lab", "up --nodes 2").code(0);
    let env = lab.run("lab", "env").code(0).stdout;
    assert!(env.starts_with("export DOCKER_HOST=") && env.ends_with("/node1/docker.sock\n"), "{env}");
    let archive = tempfile::tempdir().expect("a folder");
    let tar = archive.path().join("root.tar");
    let mut packed = std::process::Command::new("tar");
    packed.arg("-cf").arg(&tar).args(["-C", "/etc", "hostname"]);
    assert!(packed.status().expect("tar").success());
    lab.docker("lab", 2, &["import", &tar.display().to_string(), "made-here:1"]);
    let has = |node: usize| lab.docker("lab", node, &["image", "ls", "--quiet", "made-here:1"]);
    assert!(has(1).is_empty());
    lab.run("lab", "load made-here:1").code(0).says("made-here:1");
    assert_eq!(has(1), has(2));
    lab.run("lab", "load made-here:1").code(0);
    lab.run("lab", "load never:1").code(3).says("never:1").says("docker image ls");
    lab.run("lab", "down").code(0);
    lab.left_nothing();
}
