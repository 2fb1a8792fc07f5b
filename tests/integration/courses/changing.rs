//! A course that changes under a learner: shown, asked about, and told to who is in the middle of it.

use std::fs;

use super::{Home, write};

/// A course with four steps, and a learner at the third.
fn at_the_third() -> Home {
    let home = Home::new();
    write(
        &home.at("course"),
        "10-first",
        "10",
        &[("copy", &[]), ("two", &[]), ("three", &[]), ("four", &[])],
    );
    home.add_path(&home.at("course"), &[]).code(0);
    home.agreed(&["start", "10", "--engine", "embedded"]).code(0);
    home.run("apply --yes").code(0);
    home.run("next").code(0);
    home.run("check").code(0);
    home.run("next").code(0).says("Step 3 of 4");
    home
}

fn here(home: &Home) -> (String, Vec<(String, String)>) {
    let json = home.run("status --json").code(0).json();
    let steps = json["status"]["steps"].as_array().expect("steps").clone();
    let text = |value: &serde_json::Value| value.as_str().expect("text").to_owned();
    let current = steps.iter().find(|step| step["current"] == true).expect("a step at hand");
    (text(&current["id"]), steps.iter().map(|step| (text(&step["id"]), text(&step["state"]))).collect())
}

#[test]
fn no_is_the_answer_of_who_says_nothing_and_nothing_new_is_said_so() {
    let home = at_the_third();
    home.run("update").code(0).says("nothing is different");
    write(&home.at("course"), "10-first", "10", &[("copy", &[]), ("two", &[]), ("three", &[])]);
    let before = home.locked();
    home.run("update course").code(2).says("the step four is gone").says("stay where you are").says("--yes");
    assert_eq!(home.locked(), before);
    home.run("status").code(0).says("four");
    home.run("update course --yes").code(0);
    assert_ne!(home.locked(), before);
    assert_eq!(home.lies().len(), 1, "the old copy is gone: {:?}", home.lies());
    assert_eq!(here(&home).0, "three");
}

#[test]
fn a_renamed_step_carries_the_learner_along() {
    let home = at_the_third();
    let steps: [super::Step<'_>; 4] =
        [("copy", &[]), ("second", &["two"]), ("third", &["three"]), ("four", &[])];
    write(&home.at("course"), "10-first", "10", &steps);
    home.run("update --yes")
        .code(0)
        .says("the step three is called third now")
        .says("What you did at it counts");
    let (current, states) = {
        let told = home.run("status --json").code(0).json();
        assert!(told["notices"].to_string().contains("called third now"), "{told}");
        here(&home)
    };
    assert_eq!(current, "third");
    assert_eq!(states[1], ("second".to_owned(), "passed".to_owned()));
    // Told once.
    assert!(!home.run("status").code(0).stdout.contains("called third"));
    home.run("goto two").code(0).says("Step 2 of 4");
}

#[test]
fn a_removed_step_is_explained_and_nobody_is_sent_back() {
    let home = at_the_third();
    write(&home.at("course"), "10-first", "10", &[("copy", &[]), ("two", &[]), ("new", &[]), ("four", &[])]);
    let asked = home.run("update --yes").code(0);
    asked.says("the step three is gone").says("the step new is new").says("You are at four now");
    home.run("check")
        .code(0)
        .says("The step three, where you were, is not in the lesson any more. You are at four now");
    assert_eq!(here(&home).0, "four");
    // The last one removed: the first that is open.
    write(&home.at("course"), "10-first", "10", &[("copy", &[]), ("new", &[])]);
    let asked = home.run("update --yes --lang ko").code(0);
    asked.says("진행하던 four 단계가 레슨에서 빠졌습니다");
    home.run("status").code(0).says("The step two, which you have done, is not in the lesson any more");
    assert_eq!(here(&home).0, "new");
}

#[test]
fn a_folder_of_lessons_changes_in_the_same_way() {
    let home = Home::new();
    let root = home.at("course");
    let path = root.to_str().expect("UTF-8");
    write(&root, "10-first", "10", &[("copy", &[]), ("two", &[]), ("three", &[])]);
    home.agreed(&["start", "10", "--engine", "embedded", "--lessons", path]).code(0);
    home.run("apply --yes").code(0);
    home.run("next").code(0);
    write(&root, "10-first", "10", &[("copy", &[]), ("three", &[])]);
    home.run("status")
        .code(0)
        .says("The step two, where you were, is not in the lesson any more. You are at three");
    assert_eq!(here(&home).0, "three");
}

#[test]
fn words_settings_and_effects_are_told_apart() {
    let home = at_the_third();
    let root = home.at("course");
    let english = root.join("lessons/10-first/en.md");
    let text = fs::read_to_string(&english).expect("read");
    fs::write(&english, text.replace("One.", "Once more.")).expect("written");
    home.run("update --yes").code(0).says("10: only the words");
    let compose = root.join("complete/start/compose.yaml");
    let text = fs::read_to_string(&compose).expect("read");
    fs::write(&compose, text + "    privileged: true\n").expect("written");
    let run = home.run("update --yes").code(0);
    run.says("starts from other files")
        .says("What it could not do before")
        .says("! web runs with all privileges");
    // What was agreed to is agreed to for what it was.
    let asked = home.run("start 10 --at three --yes").code(2);
    assert!(asked.digest().is_some(), "{asked:?}");
    write(&root, "11-more", "11", &[("copy", &[])]);
    fs::remove_dir_all(root.join("lessons/10-first")).expect("gone");
    let run = home.run("update --yes").code(0);
    run.says("lesson 11 is new").says("lesson 10 is gone").says("could not be gone on with");
}

#[test]
fn a_source_that_is_gone_is_told_and_the_course_stays() {
    let home = at_the_third();
    fs::remove_dir_all(home.at("course")).expect("gone");
    home.run("update").code(4).says("there is no course in");
    home.run("check").code(0);
    assert_eq!(home.names(), ["course"]);
}
