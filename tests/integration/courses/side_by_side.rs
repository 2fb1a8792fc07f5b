//! Several courses with lessons of the same number, and names as people give them.

use std::fs;

use super::{Home, write};

const STEPS: [super::Step<'_>; 2] = [("copy", &[]), ("look", &[])];

#[test]
fn the_same_number_in_two_courses_is_asked_about() {
    let home = Home::new();
    for name in ["nginx", "cache"] {
        write(&home.at(name), "10-first", "10", &STEPS);
        home.add_path(&home.at(name), &[]).code(0);
    }
    write(&home.at("other"), "06-mine", "06", &STEPS);
    home.add_path(&home.at("other"), &[]).code(0);
    home.run("start 10").code(2).says("cache/10, nginx/10");
    home.run("start 06").code(2).says("built-in/06, other/06");
    home.run("start nginx/99").code(2).says("no lesson \"99\"");
    home.run("start none/10").code(2).says("no added course \"none\"").says("cache, nginx, other");
    let listed = home.run("list").code(0);
    let listed = listed.says("built-in in the program").says("nginx One");
    assert!(listed.stdout.contains(home.at("cache").to_str().expect("UTF-8")));
    let list = home.run("list --json").code(0).json();
    let mut courses: Vec<&str> = list["list"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| one["course"].as_str().expect("a course"))
        .collect();
    courses.dedup();
    assert_eq!(courses, ["built-in", "cache", "nginx", "other"]);
    home.agreed(&["start", "nginx/10", "--engine", "embedded"]).code(0).says("Step 1 of 2");
    // Here it is clear which one.
    home.agreed(&["start", "10"]).code(0).says("Step 1 of 2");
    assert_eq!(home.run("status --json").code(0).json()["status"]["title"], "nginx One");
    home.run("start cache/10").code(2).says("esson nginx/10 is under way in this folder");
}

#[test]
fn a_lesson_of_anothers_is_never_the_programs() {
    let home = Home::new();
    write(&home.at("other"), "06-mine", "06", &STEPS);
    home.add_path(&home.at("other"), &[]).code(0);
    home.agreed(&["start", "other/06", "--engine", "embedded"]).code(0);
    assert_eq!(home.run("status --json").code(0).json()["status"]["title"], "other One");
    home.run("remove other --yes").code(0).says("Lesson 06 of other is under way in this folder");
    for line in ["status", "check", "next", "apply --yes"] {
        home.run(line)
            .code(3)
            .says("the course \"other\", which is not there any more")
            .says("workshop add ");
    }
    home.add_path(&home.at("other"), &["--as", "again"]).code(0);
    assert_eq!(home.run("status --json").code(0).json()["status"]["title"], "other One");
}

#[test]
fn the_programs_own_is_called_by_either_name() {
    let home = Home::new();
    write(&home.at("other"), "06-mine", "06", &STEPS);
    home.add_path(&home.at("other"), &[]).code(0);
    home.run("start workshop/06 --engine embedded").code(0).says("Step 1 of 35");
    home.run("start built-in/06").code(0);
    home.run("start other/06").code(2).says("esson built-in/06 is under way");
}

#[test]
fn folders_with_blanks_and_hangul_are_started() {
    let home = Home::new();
    write(&home.at("내 강의"), "10 캐시 붙이기", "10", &STEPS);
    home.add_path(&home.at("내 강의"), &[]).code(0).says("내-강의");
    home.agreed(&["start", "10 캐시 붙이기", "--engine", "embedded"]).code(0).says("Step 1 of 2");
    home.agreed(&["start", "내-강의/10"]).code(0);
}

#[test]
fn names_that_are_none_and_names_that_are_taken() {
    let home = Home::new();
    write(&home.at("course"), "10-first", "10", &STEPS);
    for name in ["built-in", "workshop", "../x", "a/b", "a b", ".x", "con", "a\u{202e}b", ""] {
        home.add_path(&home.at("course"), &["--as", name]).code(2);
    }
    home.add_path(&home.at("course"), &["--as=-x"]).code(2).says("cannot be called");
    home.add_path(&home.at("course"), &["--as", "가나다"]).code(0);
    home.add_path(&home.at("course"), &["--as", "가나다"])
        .code(2)
        .says("already")
        .says("workshop update 가나다");
    assert_eq!(home.names(), ["가나다"]);
}

#[test]
fn lessons_may_be_the_folder_of_lessons_or_a_lesson_and_is_said_once() {
    for part in ["", "lessons", "lessons/10-first"] {
        let home = Home::new();
        let root = home.at("a course");
        write(&root, "10-first", "10", &STEPS);
        let path = root.join(part);
        let path = path.to_str().expect("UTF-8");
        home.agreed(&["start", "10", "--engine", "embedded", "--lessons", path]).code(0).says("Step 1 of 2");
        assert_eq!(home.run("status --json").code(0).json()["status"]["title"], "a course One");
        home.run("apply --yes").code(0);
        fs::rename(&root, home.at("moved")).expect("moved");
        home.run("status").code(3).says("not there any more").says("--lessons DIR");
        home.agreed(&["status", "--lessons", home.at("moved").to_str().expect("UTF-8")]).code(0);
        home.run("status").code(0);
    }
}
