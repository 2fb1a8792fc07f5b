//! Another engine in the middle of a lesson: not while the stack is still on this one.

use super::lab::Lab;

#[test]
fn the_engine_is_changed_only_when_nothing_is_left_on_the_one_before() {
    let Some(lab) = Lab::at("see-it-in-the-browser") else { return };
    let before = lab.containers().len();
    assert!(before > 0);
    let run = lab.run(["start", "06", "--engine", "embedded"]).code(2).says("still exists on docker");
    run.says("workshop compose down --volumes");
    let kept = || lab.run(["status", "--json"]).code(0).json()["status"]["engine"].clone();
    assert_eq!((kept(), lab.containers().len()), ("docker".into(), before));
    // The option alone is for one command.
    lab.run(["check", "--static", "--engine", "embedded"]);
    assert_eq!(kept(), "docker");
    lab.run(["compose", "down", "--volumes"]).code(0);
    lab.run(["start", "06", "--engine", "embedded"])
        .code(0)
        .says("runs on embedded from now on")
        .says("workshop start 06 --at see-it-in-the-browser");
    assert_eq!(kept(), "embedded");
}
