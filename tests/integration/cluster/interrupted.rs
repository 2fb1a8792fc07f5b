//! Commands that are ended in the middle: nothing stays half-done, or `down` finds it.

use super::lab::{LIMIT, Lab, alone, signal};
use crate::harness::wait_for;

#[test]
fn a_cluster_whose_making_is_killed_can_be_taken_away() {
    let _alone = alone();
    let Some(lab) = Lab::of(&["lab"]) else { return };
    let socket = lab.folder("lab").join("node2/docker.sock");
    for early in [true, false] {
        let mut up = lab.begun("lab", "up --nodes 3");
        // Just begun, or with engines that run.
        wait_for("the making", LIMIT, || if early { !Lab::marks().is_empty() } else { socket.exists() });
        signal(&up, "KILL");
        up.wait().expect("it has ended");
        assert!(!lab.traces().is_empty(), "something was begun");
        lab.run("lab", "down").code(0).says("is gone");
        lab.left_nothing();
    }
}

#[test]
fn a_making_that_is_stopped_takes_away_what_it_made() {
    let _alone = alone();
    let Some(lab) = Lab::of(&["lab"]) else { return };
    let mut up = lab.begun("lab", "up --nodes 3");
    wait_for("an engine", LIMIT, || lab.folder("lab").join("node1/dockerd.log").exists());
    signal(&up, "INT");
    assert_eq!(up.wait().expect("it ends").code(), Some(130));
    lab.left_nothing();
}

#[test]
fn a_cut_ends_when_its_command_is_stopped_or_killed() {
    let _alone = alone();
    let Some(lab) = Lab::of(&["lab"]) else { return };
    lab.run("lab", "up --nodes 2").code(0);
    let mut cut = lab.begun("lab", "cut node2 --for 60s");
    lab.wait_node("lab", 2, "link/state", "cut");
    signal(&cut, "INT");
    assert_eq!(cut.wait().expect("it ends").code(), Some(130));
    assert_eq!(lab.node("lab", 2, "link/state"), "up");

    let mut cut = lab.begun("lab", "cut node2 --for 4s");
    lab.wait_node("lab", 2, "link/state", "cut");
    signal(&cut, "KILL");
    cut.wait().expect("it has ended");
    lab.wait_node("lab", 2, "link/state", "up");

    // One that is under way goes with the cluster.
    let mut cut = lab.begun("lab", "cut node2 --for 600s");
    lab.wait_node("lab", 2, "link/state", "cut");
    signal(&cut, "KILL");
    cut.wait().expect("it has ended");
    lab.run("lab", "down").code(0);
    lab.left_nothing();
}
