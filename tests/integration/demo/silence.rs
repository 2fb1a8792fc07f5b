//! Nothing on stage is silent for long, and what is said there is for the presenter.

use std::time::Duration;

use crate::demo::presenter::{Show, number};
use crate::harness::wait_for;

/// No page stays as it is for so long while something is under way; a busy machine included.
const SILENT: Duration = Duration::from_secs(5);

#[test]
fn while_a_check_takes_its_time_the_page_says_what_it_sees() {
    let mut show = Show::begun(&[]);
    show.jump(number("scale-to-2"));
    show.runs(5);
    // What the room expects is passed by; then the command, and the load that it is put under.
    show.press(" ");
    show.press("\r");
    show.press(" ");
    show.runs(2);
    show.terminal.send(" ");
    let is_over = |rows: &[String]| rows.last().is_some_and(|row| row.contains("space: next"));
    show.terminal.wait("the checks", |rows| !is_over(rows));
    // Without the line at the bottom, whose clock always goes on.
    let page = |show: &Show| {
        let mut rows = show.terminal.rows();
        let over = is_over(&rows);
        rows.pop();
        (rows, over)
    };
    let (mut changes, mut before) = (0, page(&show));
    while !before.1 {
        wait_for("something new on the page", SILENT, || page(&show) != before);
        changes += 1;
        before = page(&show);
    }
    assert!(changes > 3, "{changes} changes of the page:\n{}", before.0.join("\n"));
    show.quit();
}

#[test]
fn no_words_of_the_stage_are_a_learners_command() {
    let locales = [
        ("en", include_str!("../../../locales/en/demo.ftl")),
        ("ko", include_str!("../../../locales/ko/demo.ftl")),
    ];
    for (lang, words) in locales {
        let of_the_stage = |line: &&str| line.starts_with("demo-") && !line.starts_with("demo-key-notes");
        let lines: Vec<&str> = words.lines().filter(of_the_stage).collect();
        assert!(lines.len() > 60, "{lang}: {}", lines.len());
        for line in lines {
            assert!(!line.contains("workshop "), "{lang}: {line}");
        }
    }
}
