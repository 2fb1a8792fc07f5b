//! What is kept: for this user alone, held to what was added, and found again.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};

use super::{Home, write};

const STEPS: [super::Step<'_>; 2] = [("copy", &[]), ("look", &[])];

fn with_a_course() -> Home {
    let home = Home::new();
    write(&home.at("course"), "10-first", "10", &STEPS);
    home.add_path(&home.at("course"), &[]).code(0).says("Nothing of it has run");
    home
}

#[test]
fn it_plays_without_its_source_and_is_for_this_user_alone() {
    let home = with_a_course();
    fs::remove_dir_all(home.at("course")).expect("gone");
    home.agreed(&["start", "10", "--engine", "embedded"]).code(0);
    home.run("apply --yes").code(0);
    let mode = |path: &std::path::Path| fs::metadata(path).expect("there").permissions().mode() & 0o077;
    assert_eq!(mode(&home.data()), 0);
    assert_eq!(mode(&home.data().join("courses.toml")), 0);
    home.run("remove course").code(2).says("--yes");
    home.run("remove course --yes").code(0).says("cannot be seen from here");
    assert!(home.names().is_empty() && home.lies().is_empty());
    assert!(home.sandbox.path("compose.yaml").is_file(), "the learner's files stay");
    home.run("status").code(3).says("your files and your progress are as they were");
    home.run("remove course --yes").code(2).says("no added course");
}

#[test]
fn a_copy_that_was_changed_is_named_and_not_used() {
    let home = with_a_course();
    home.agreed(&["start", "10", "--engine", "embedded"]).code(0);
    let copy = home.data().join("copies").join(home.lies()[0].clone());
    for change in ["changed", "added", "gone"] {
        let file = copy.join("complete/start/compose.yaml");
        match change {
            "changed" => fs::write(&file, "services: {}\n").expect("written"),
            "added" => fs::write(copy.join("complete/start/more"), "x").expect("written"),
            _ => fs::remove_file(&file).expect("removed"),
        }
        for line in ["check", "apply --yes", "status"] {
            home.run(line).code(3).says("is not what was added any more").says("workshop update course");
        }
        home.run("list").code(0).says("is not what was added any more").says("Horizontal scaling");
        home.run("start 06 --engine embedded").code(2).says("course/10");
        home.run("update course").code(0).says("again what was added");
        home.run("status").code(0);
    }
}

#[test]
fn what_somebody_else_could_have_put_there_is_not_believed() {
    let home = with_a_course();
    let data = home.data();
    let open = |mode| fs::set_permissions(&data, fs::Permissions::from_mode(mode)).expect("changed");
    open(0o777);
    home.run("start course/10").code(3).says("nobody else can write to").says("chmod go-w");
    home.add_path(&home.at("course"), &["--as", "again"]).code(3);
    home.run("list").code(0).says("nobody else can write to");
    home.run("start built-in/06 --engine embedded").code(0);
    open(0o700);
    home.run("list").code(0).says("course One");
    if rustix::process::geteuid().is_root() {
        chown(&data, Some(65534), None).expect("another's");
        home.run("start course/10").code(3).says("belongs to the user nobody");
    }
}

#[test]
fn a_list_that_is_damaged_is_left_and_said() {
    let home = with_a_course();
    let list = home.data().join("courses.toml");
    let good = fs::read_to_string(&list).expect("read");
    for bad in
        ["x", &good.replace("format = 1", "format = 2"), &good.replace("digest = \"", "digest = \"../")]
    {
        fs::write(&list, bad).expect("written");
        home.run("start course/10")
            .code(3)
            .says("the list of courses cannot be read")
            .says("move that file away");
        home.add_path(&home.at("course"), &["--as", "x"]).code(3);
        assert_eq!(fs::read_to_string(&list).expect("read"), bad);
        assert_eq!(home.lies().len(), 1, "no copy goes for a list that says nothing");
    }
}

#[test]
fn a_progress_from_before_is_read() {
    let home = with_a_course();
    home.agreed(&["start", "10", "--engine", "embedded"]).code(0);
    let path = home.sandbox.root().join(".workshop/progress.json");
    let text = fs::read_to_string(&path).expect("read");
    let mut json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    json["format"] = 2.into();
    json.as_object_mut().expect("an object").remove("course");
    fs::write(&path, json.to_string()).expect("written");
    // Nobody knows of which course it is, but not of the program's.
    home.run("status").code(3).says("it was not kept which one").says("--lessons DIR");
    let course = home.at("course");
    home.run(&format!("status --lessons {}", course.to_str().expect("UTF-8"))).code(0);
    home.run("status").code(0);

    let home = Home::new();
    home.run("start 06 --engine embedded").code(0);
    let path = home.sandbox.root().join(".workshop/progress.json");
    let mut json: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(&path).expect("read")).expect("JSON");
    json["format"] = 2.into();
    json.as_object_mut().expect("an object").remove("course");
    fs::write(&path, json.to_string()).expect("written");
    home.run("status").code(0).says("Horizontal scaling");
}

#[test]
fn a_faulty_lesson_is_named_and_its_course_not_kept() {
    let home = Home::new();
    write(&home.at("course"), "10-first", "10", &STEPS);
    let file = home.at("course").join("lessons/10-first/lesson.toml");
    let text = fs::read_to_string(&file).expect("read");
    fs::write(&file, text.replace("minutes = 2", "minuets = 2")).expect("written");
    home.add_path(&home.at("course"), &[]).code(4).says("lesson.toml:3");
    assert!(home.names().is_empty() && home.lies().is_empty());
}
