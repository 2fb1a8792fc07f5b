//! Steps are edited, recorded, carried along, moved, renamed and taken out.

use super::{Course, TOML};

const PAGE: &str = "complete/shop/web/index.html";

#[test]
fn what_changed_becomes_the_edit_and_the_texts_show_it() {
    let course = Course::with_steps();
    let patch = course.read("lessons/01-shop/patches/03-title.patch");
    assert!(patch.contains("-<body><h1>It runs</h1></body>\n+<body><h1>Shop</h1></body>"), "{patch}");
    assert!(course.read(TOML).contains("id = \"title\"\nedit = \"patches/03-title.patch\""));
    for lang in ["ko", "en"] {
        let text = course.read(&format!("lessons/01-shop/{lang}.md"));
        assert!(text.contains("> +<body><h1>Shop</h1></body>"), "{text}");
    }
    course.validate().code(0);
    assert!(!course.path("author").exists(), "nothing is left on the desk");
}

#[test]
fn a_change_of_a_step_goes_through_all_that_come_after_it() {
    let course = Course::with_steps();
    // A block that shows the file is kept as the file is.
    course.change(
        "lessons/01-shop/en.md",
        "## footer {#footer}\n\n",
        "## footer {#footer}\n\n```html web/index.html\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">\
         <title>It runs</title></head>\n```\n\n",
    );
    course.validate().code(0);
    course.author(&["edit", "copy-the-app"]).code(0).says("author/files");
    course.change("author/files/web/index.html", "<title>It runs</title>", "<title>A shop</title>");
    course.change("author/files/docker-compose.yml", "services:", "# The shop.\nservices:");
    let run = course.author(&["record"]).code(0);
    run.says("2 later steps came along");
    assert!(course.read(PAGE).contains("<title>A shop</title>"));
    assert!(course.read("lessons/01-shop/en.md").contains("<title>A shop</title></head>\n```"));
    let footer = course.read("lessons/01-shop/patches/04-footer.patch");
    assert!(footer.contains("+<body><h1>Shop</h1><p>end</p></body>"), "{footer}");
    course.validate().code(0);
}

#[test]
fn a_conflict_is_shown_where_it_is_and_gone_on_from() {
    let course = Course::with_steps();
    let before = course.sandbox.run(["--lessons", ".", "validate"]).stdout;
    course.author(&["edit", "title"]).code(0);
    course.change("author/files/web/index.html", "<h1>Shop</h1></body>", "<h1>Store</h1></body>");
    let run = course.author(&["record"]).code(1);
    let run = run.says("the step footer changes the same lines: web/index.html:4").says("author go-on");
    assert!(!run.stdout.contains("is recorded"));
    // The lesson is as it was until all of it goes together.
    assert_eq!(course.sandbox.run(["--lessons", ".", "validate"]).stdout, before);
    let marked = course.read("author/files/web/index.html");
    assert!(marked.contains("<<<<<<< changed before\n<body><h1>Store</h1></body>\n=======\n"), "{marked}");
    course.author(&["go-on"]).code(1).says("web/index.html:4 still has marks of a conflict");
    course.author(&["record"]).code(1).says("the conflict in the step footer comes first");
    course.author(&["edit", "footer"]).code(1).says("the step title is being edited");
    let (head, _) = marked.split_once("<<<<<<<").expect("the marks");
    course.write(
        "author/files/web/index.html",
        &format!("{head}<body><h1>Store</h1><p>end</p></body>\n</html>\n"),
    );
    course.author(&["go-on"]).code(0).says("The step title is recorded");
    let footer = course.read("lessons/01-shop/patches/04-footer.patch");
    assert!(
        footer.contains("-<body><h1>Store</h1></body>\n+<body><h1>Store</h1><p>end</p></body>"),
        "{footer}"
    );
    course.validate().code(0);
    course.author(&["go-on"]).code(2).says("no conflict to go on from");
}

#[test]
fn what_is_given_up_leaves_the_lesson_as_it_was() {
    let course = Course::with_steps();
    let before = course.read("lessons/01-shop/patches/03-title.patch");
    course.author(&["edit", "title"]).code(0);
    course.change("author/files/web/index.html", "Shop", "Store");
    course.author(&["give-up"]).code(2).says("--yes");
    course.author(&["give-up", "--yes"]).code(0);
    assert!(!course.path("author").exists());
    assert_eq!(course.read("lessons/01-shop/patches/03-title.patch"), before);
    course.author(&["record"]).code(1).says("no step is being edited");
    // A folder that is somebody else's is not touched.
    course.write("author/my.txt", "mine");
    course.author(&["edit", "title"]).code(2).says("somebody else's");
    assert_eq!(course.read("author/my.txt"), "mine");
}

#[test]
fn a_write_that_was_cut_off_is_finished_by_the_next_command() {
    let course = Course::with_steps();
    let mark = "# workshop author: what is being edited, never a part of the course\n*\n";
    course.write("author/.gitignore", mark);
    // As a program leaves it that is killed between the promise and its files.
    course.write(
        "author/promised/promise.json",
        "{\"files\":{\"complete/shop/web/index.html\":\"0\",\"complete/shop/web/nginx.conf\":null},\"clears\":true}",
    );
    course.write("author/promised/0", "<h1>whole</h1>\n");
    course.author(&["record"]).says("cut off");
    assert_eq!(course.read(PAGE), "<h1>whole</h1>\n");
    assert!(!course.path("complete/shop/web/nginx.conf").exists() && !course.path("author").exists());
}

#[test]
fn steps_move_together_with_their_words_and_patches() {
    let course = Course::with_steps();
    course.author(&["insert", "styles", "--after", "copy-the-app"]).code(0);
    course.author(&["edit", "styles"]).code(0);
    course.write("author/files/web/style.css", "h1 { color: red }\n");
    course.author(&["record", "styles"]).code(0);
    course.change(TOML, "[[steps]]\nid = \"styles\"", "# Colours.\n[[steps]]\nid = \"styles\"");
    course.author(&["move", "styles", "--before", "take-it-down"]).code(0);
    assert!(course.path("lessons/01-shop/patches/05-styles.patch").exists());
    assert!(course.path("lessons/01-shop/patches/03-title.patch").exists());
    let toml = course.read(TOML);
    let at = |text: &str| toml.find(text).unwrap_or_else(|| panic!("{text}:\n{toml}"));
    assert!(at("id = \"footer\"") < at("# Colours.\n[[steps]]\nid = \"styles\""));
    course.validate().code(0);
    // The footer's line has the title's in it: one does not go without the other.
    course.author(&["move", "footer", "--before", "title"]).code(2).says("does not go in without the others");
    course.author(&["remove", "title"]).code(2).says("Nothing was changed");
    course.author(&["remove", "copy-the-app"]).code(2).says("the lesson begins with it");
    course.author(&["remove", "styles"]).code(0);
    assert!(!course.path("lessons/01-shop/patches/05-styles.patch").exists());
    assert!(!course.read("lessons/01-shop/ko.md").contains("{#styles}"));
    course.validate().code(0).says("(5 steps)");
}

#[test]
fn a_renamed_step_is_renamed_everywhere_and_says_what_it_was() {
    let course = Course::with_steps();
    course.change(TOML, "confirm = {}", "compose = { present = \"services.web\" }");
    course.write(
        "fixtures/01-shop/wrong/no-web/case.toml",
        "# Another name.\nafter = \"title\"\nfails = \"title-is-done\"\n",
    );
    course.write(
        "fixtures/01-shop/wrong/no-web/change.patch",
        "--- a/docker-compose.yml\n+++ b/docker-compose.yml\n@@ -1,3 +1,3 @@\n services:\n-  web:\n+  site:\n     image: \
         ${NGINX_IMAGE:-nginx:alpine}\n",
    );
    course.author(&["rename", "title", "heading"]).code(0);
    assert!(course.read(TOML).contains("id = \"heading\"\nwas = [\"title\"]\n"));
    assert!(course.path("lessons/01-shop/patches/03-heading.patch").exists());
    assert!(course.read("lessons/01-shop/en.md").contains("{#heading}"));
    let case = course.read("fixtures/01-shop/wrong/no-web/case.toml");
    assert!(case.starts_with("# Another name.\nafter = \"heading\"\n"), "{case}");
    course.author(&["rename", "heading", "footer"]).code(2).says("is taken");
    course.author(&["rename", "heading", "a b"]).code(2).says("cannot be an id");
}

#[test]
fn texts_that_are_older_than_their_original_are_named() {
    let course = Course::new();
    course.author(&["translate"]).code(1).says("en: nobody has said of which text in ko copy-the-app");
    course.author(&["translate", "--done", "all"]).code(0);
    course.author(&["translate"]).code(0).says("Every text");
    course.change("lessons/01-shop/ko.md", "## 실행하기", "## 실행해 보기");
    let run = course.author(&["translate"]).code(1).says("en: bring-it-up is older than its original in ko");
    assert!(!run.stdout.contains("copy-the-app"), "{run:?}");
    course.author(&["translate", "--done", "bring-it-up"]).code(0);
    course.author(&["translate"]).code(0);
    course.validate().code(0);
}
