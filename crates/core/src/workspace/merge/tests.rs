//! What a learner's file looks like after a lesson's edit.

use proptest::prelude::*;

use super::line::split;
use super::*;

const BASE: &str = "\
services:
  backend:
    build: ./backend
    container_name: backend
    ports:
      - \"8080:8080\"
    networks:
      - web
  nginx:
    image: nginx:1.30
    ports:
      - \"80:80\"
networks:
  web: {}
";

fn edit(change: &[(&str, &str)]) -> String {
    of(BASE, change)
}

fn of(text: &str, change: &[(&str, &str)]) -> String {
    change.iter().fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from:?} is not in the text");
        text.replacen(from, to, 1)
    })
}

#[track_caller]
fn merged(ours: &str, theirs: &str, expected: &str) {
    match merge(BASE, ours, theirs) {
        Ok(text) => assert_eq!(text, expected),
        Err(conflicts) => panic!("{conflicts:#?}"),
    }
}

#[track_caller]
fn conflict(base: &str, ours: &str, theirs: &str) -> Conflict {
    let mut conflicts = merge(base, ours, theirs).expect_err("a conflict");
    assert_eq!(conflicts.len(), 1, "{conflicts:#?}");
    conflicts.remove(0)
}

const NAME: &str = "    container_name: backend\n";
const PORT: &str = "      - \"8080:8080\"\n";

#[test]
fn a_comment_above_a_deleted_line_stays() {
    let ours = edit(&[(NAME, "    # 왜 이름을 붙였지?\n    container_name: backend\n")]);
    merged(&ours, &edit(&[(NAME, "")]), &edit(&[(NAME, "    # 왜 이름을 붙였지?\n")]));
}

#[test]
fn a_comment_below_and_a_line_beside_a_changed_line_stay() {
    let ours = edit(&[
        (PORT, "      - \"8080:8080\"\n      # more to come\n"),
        (NAME, &format!("{NAME}    mem_limit: 1g\n")),
    ]);
    let theirs = edit(&[(PORT, "      - \"8080\"\n"), (NAME, "")]);
    let expected = edit(&[(PORT, "      - \"8080\"\n      # more to come\n"), (NAME, "    mem_limit: 1g\n")]);
    merged(&ours, &theirs, &expected);
}

#[test]
fn a_trailing_comment_on_a_deleted_line_becomes_its_own_line() {
    let ours = edit(&[(NAME, "    container_name: backend  # 내 메모\n")]);
    merged(&ours, &edit(&[(NAME, "")]), &edit(&[(NAME, "    # 내 메모\n")]));
}

#[test]
fn a_trailing_comment_on_a_changed_line_stays_on_it() {
    let ours = edit(&[(PORT, "      - \"8080:8080\"  # mine\n")]);
    merged(&ours, &edit(&[(PORT, "      - \"8080\"\n")]), &edit(&[(PORT, "      - \"8080\"  # mine\n")]));
    let theirs = edit(&[(PORT, "      - \"8080\" # any port\n")]);
    merged(&ours, &theirs, &edit(&[(PORT, "      - \"8080\" # any port  # mine\n")]));
}

#[test]
fn a_line_that_the_learner_changed_and_the_edit_deletes_conflicts() {
    let ours = edit(&[(NAME, "    container_name: my-backend\n")]);
    let found = conflict(BASE, &ours, &edit(&[(NAME, "")]));
    assert_eq!(found.line, 4);
    assert_eq!(found.base, NAME);
    assert_eq!(found.ours, "    container_name: my-backend\n");
    assert_eq!(found.theirs, "");
}

#[test]
fn commenting_a_line_out_is_deleting_it() {
    let ours = edit(&[(NAME, "    # container_name: backend\n"), ("1.30", "1.29")]);
    merged(&ours, &edit(&[(NAME, "")]), &ours);
}

#[test]
fn what_the_learner_did_already_is_not_done_twice() {
    let theirs = edit(&[(NAME, "    deploy:\n      replicas: 3\n"), (PORT, "      - \"8080\"\n")]);
    let half = edit(&[(NAME, "    deploy:\n      replicas: 3\n"), ("1.30", "1.29")]);
    merged(&half, &theirs, &of(&theirs, &[("1.30", "1.29")]));
    let other_half = edit(&[(PORT, "      - \"8080\"  # 포트\n")]);
    merged(&other_half, &theirs, &of(&theirs, &[("\"8080\"\n", "\"8080\"  # 포트\n")]));
}

#[test]
fn part_of_an_insertion_is_completed_and_keeps_the_learners_words() {
    let at = "    networks:\n      - web\n  nginx";
    let with = |lines: &str| edit(&[(at, &format!("{lines}{at}"))]);
    let theirs = with("    deploy:\n      replicas: 3\n      mode: replicated\n");
    merged(&with("    deploy:\n      replicas: 3\n"), &theirs, &theirs);
    merged(
        &with("    # 복제본\n    deploy:\n      replicas: 3 # 셋\n"),
        &theirs,
        &with("    # 복제본\n    deploy:\n      replicas: 3 # 셋\n      mode: replicated\n"),
    );
    let more = with("    deploy:\n      replicas: 3\n      mode: replicated\n    mem_limit: 1g\n");
    merged(&more, &theirs, &more);
}

#[test]
fn an_insertion_made_elsewhere_in_the_same_block_is_not_made_twice() {
    let theirs = edit(&[("    build: ./backend\n", "    build: ./backend\n    restart: always\n")]);
    let ours = edit(&[("      - web\n  nginx", "      - web\n    restart: always\n  nginx")]);
    merged(&ours, &theirs, &ours);
    let other = edit(&[("    image: nginx:1.30\n", "    image: nginx:1.30\n    restart: always\n")]);
    merged(&other, &theirs, &of(&other, &[("./backend\n", "./backend\n    restart: always\n")]));
}

#[test]
fn two_different_insertions_at_one_place_conflict() {
    let at = "    build: ./backend\n";
    let ours = edit(&[(at, &format!("{at}    restart: always\n"))]);
    let theirs = edit(&[(at, &format!("{at}    expose: [8080]\n"))]);
    let found = conflict(BASE, &ours, &theirs);
    assert_eq!((found.line, found.base.as_str()), (4, ""));
    assert_eq!(found.ours, "    restart: always\n");
}

#[test]
fn notes_at_the_same_place_both_stay_the_learners_first() {
    let at = "    build: ./backend\n";
    let ours = edit(&[(at, &format!("{at}    # 여기부터\n\n"))]);
    let theirs = edit(&[(at, &format!("{at}    # the lesson\n    expose: [8080]\n"))]);
    merged(
        &ours,
        &theirs,
        &edit(&[(at, &format!("{at}    # 여기부터\n\n    # the lesson\n    expose: [8080]\n"))]),
    );
}

#[test]
fn an_item_whose_list_the_edit_removes_conflicts() {
    let ours = edit(&[(PORT, "      - \"8080:8080\"\n      - \"9090:9090\"\n")]);
    let gone = format!("    ports:\n{PORT}");
    conflict(BASE, &ours, &edit(&[(&gone, "")]));
    let ours = edit(&[(PORT, "      - \"8080:8080\"\n      # - \"9090:9090\"\n")]);
    merged(&ours, &edit(&[(&gone, "")]), &edit(&[(&gone, "      # - \"9090:9090\"\n")]));
}

#[test]
fn one_line_that_becomes_many_keeps_its_neighbours() {
    let base = "location / {\n    proxy_pass http://backend:8080;\n}\n";
    let ours = of(base, &[("8080;\n", "8080; # 여기\n    proxy_set_header X-Me me;\n")]);
    let theirs = of(
        base,
        &[(
            "    proxy_pass http://backend:8080;",
            "    set $up backend;\n    proxy_pass http://$up:8080;\n    proxy_next_upstream error;",
        )],
    );
    assert_eq!(
        merge(base, &ours, &theirs).unwrap(),
        "location / {\n    set $up backend;\n    proxy_pass http://$up:8080; # 여기\n    proxy_next_upstream error;\n    proxy_set_header X-Me me;\n}\n"
    );
}

#[test]
fn rewritten_lines_that_the_edit_rewrites_otherwise_conflict() {
    assert_eq!(conflict("a\nb\nc\n", "a\nx\nc\n", "a\ny\nc\n").line, 2);
    conflict("a\nb\nc\nd\n", "a\nx\ny\nz\nd\n", "a\nd\n");
    conflict("a\nb\nc\nd\n", "a\nd\n", "a\nx\ny\nz\nd\n");
    let found = conflict("a\nb\nc\nd\n", "a\nB1\nC1\nd\n", "a\nB2\nC2\nd\n");
    assert_eq!((found.ours.as_str(), found.theirs.as_str()), ("B1\nC1\n", "B2\nC2\n"));
}

#[test]
fn the_same_rewrite_in_a_larger_one_is_no_conflict() {
    assert_eq!(merge("a\nb\nc\n", "a\nx\nc\n", "A\nx\nc\n").unwrap(), "A\nx\nc\n");
    assert_eq!(merge("a\nb\nc\n", "a\nc\n", "a\nc2\n").unwrap(), "a\nc2\n");
    assert_eq!(merge("ports:\n", "# ports:\nexpose:\n", "expose:\n").unwrap(), "# ports:\nexpose:\n");
}

#[test]
fn line_ends_final_newline_and_mark_stay_as_the_learner_has_them() {
    let crlf = |text: &str| text.replace('\n', "\r\n");
    let theirs = edit(&[(NAME, "    expose:\n      - 8080\n")]);
    let ours = crlf(&edit(&[("1.30", "1.29")]));
    merged(&ours, &theirs, &crlf(&of(&theirs, &[("1.30", "1.29")])));
    merged(&crlf(BASE), &theirs, &crlf(&theirs));
    merged(BASE.trim_end(), &theirs, theirs.trim_end());
    merged(&format!("\u{feff}{BASE}"), &theirs, &format!("\u{feff}{theirs}"));
    assert_eq!(merge("a\r\nb\nc\n", "a\r\nb\nc # x\n", "a\r\nb\nB\nc\n").unwrap(), "a\r\nb\nB\nc # x\n");
    assert_eq!(merge("a\n", "a", "a\nb\n").unwrap(), "a\nb");
    assert_eq!(merge("a\nb", "a\nb # x", "a\nc\nb").unwrap(), "a\nc\nb # x");
}

#[test]
fn trailing_white_space_is_no_conflict() {
    let ours = BASE.replace(NAME, "    container_name: backend   \n");
    merged(&ours, &edit(&[(NAME, "")]), &edit(&[(NAME, "")]));
    let kept = BASE.replace("networks:\n  web", "networks:  \n  web");
    merged(&kept, &edit(&[(NAME, "")]), &kept.replace(NAME, ""));
}

#[test]
fn empty_texts_merge() {
    assert_eq!(merge("", "", "").unwrap(), "");
    assert_eq!(merge("", "a\n", "").unwrap(), "a\n");
    assert_eq!(merge("a\n", "", "a\nb\n").unwrap(), "b\n");
}

/// Texts that look like the lessons' files, with few different lines so that they meet often.
fn text() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        4 => "( {0,4})(a|b|key|ports|image):( 1| 2| x)?(  # [a-c])?",
        1 => " {0,4}- (x|y|\"80:80\")",
        2 => " {0,2}# (one|two|three)",
        1 => Just(String::new()),
        1 => " {0,2}\\}",
    ];
    let end = prop_oneof![8 => Just("\n"), 1 => Just("\r\n")];
    (proptest::collection::vec((line, end), 0..14), any::<bool>()).prop_map(|(lines, open)| {
        let mut text: String = lines.into_iter().map(|(line, end)| line + end).collect();
        if open && text.ends_with('\n') {
            text.pop();
        }
        text
    })
}

/// A text, and two versions of it in which some lines were removed, changed or added.
fn versions() -> impl Strategy<Value = (String, String, String)> {
    let changes = || proptest::collection::vec((0usize..16, 0u8..4, text()), 0..4);
    (text(), changes(), changes()).prop_map(|(base, ours, theirs)| {
        let version = |changes: Vec<(usize, u8, String)>| {
            let mut lines: Vec<String> = base.split_inclusive('\n').map(str::to_owned).collect();
            for (at, kind, new) in changes {
                let at = at.min(lines.len());
                let new: Vec<String> = new.lines().take(2).map(|line| format!("{line}\n")).collect();
                let until = if kind == 0 { at } else { (at + usize::from(kind)).min(lines.len()) };
                lines.splice(at..until, if kind == 3 { Vec::new() } else { new });
            }
            lines.concat()
        };
        let (ours, theirs) = (version(ours), version(theirs));
        (base, ours, theirs)
    })
}

fn own_comments(base: &str, ours: &str) -> Vec<String> {
    let base = split(base);
    let known = |text: &str| base.iter().any(|line| line.code == text);
    let ours = split(ours);
    let lines = ours.iter().filter(|line| line.is_comment() && !known(line.code));
    lines.map(|line| line.code.to_owned()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_side_alone_is_taken_as_it_is((base, ours, theirs) in versions()) {
        prop_assert_eq!(merge(&base, &base, &theirs), Ok(theirs.clone()));
        prop_assert_eq!(merge(&base, &ours, &base), Ok(ours.clone()));
        prop_assert_eq!(merge(&base, &theirs, &theirs), Ok(theirs.clone()));
    }

    /// The same without the short cuts of `merge`, apart from what stays as ours by promise.
    #[test]
    fn joining_alone_agrees((base, ours, theirs) in versions()) {
        let plain = |text: &str| text.replace("\r\n", "\n").trim_end_matches('\n').to_owned();
        let joined = |ours: &str, theirs: &str| merge_lines(&base, ours, theirs).map(|text| plain(&text));
        prop_assert_eq!(joined(&base, &theirs), Ok(plain(&theirs)));
        prop_assert_eq!(joined(&ours, &base), Ok(plain(&ours)));
        prop_assert_eq!(joined(&theirs, &theirs), Ok(plain(&theirs)));
    }

    #[test]
    fn no_comment_of_the_learner_is_lost((base, ours, theirs) in versions()) {
        if let Ok(text) = merge(&base, &ours, &theirs) {
            let merged = split(&text);
            for comment in own_comments(&base, &ours) {
                prop_assert!(merged.iter().any(|line| line.code == comment), "{comment:?} is lost in {text:?}");
            }
        }
    }

    #[test]
    fn merging_again_changes_nothing((base, ours, theirs) in versions()) {
        if let Ok(once) = merge(&base, &ours, &theirs)
            && let Ok(twice) = merge(&theirs, &once, &theirs)
        {
            prop_assert_eq!(once, twice);
        }
    }

    #[test]
    fn any_text_is_survived(base in ".{0,60}", ours in "(.|\n){0,60}", theirs in "([ #a'\"\r\n]){0,60}") {
        let _ = merge(&base, &ours, &theirs);
    }
}
