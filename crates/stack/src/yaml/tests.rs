use super::*;
use crate::Span;
use workshop_text::Lang;

fn root(text: &str) -> Node {
    parse(text).unwrap_or_else(|error| panic!("{error}: {}", error.message.render(Lang::En)))
}

fn text<'n>(node: &'n Node, path: &str) -> &'n str {
    node.get(path).and_then(Node::text).unwrap_or_else(|| panic!("no text at {path}"))
}

fn at(span: Span) -> (u32, u32, u32) {
    (span.line, span.column, span.width)
}

/// The message's key and its place.
#[track_caller]
fn refused(text: &str) -> (&'static str, u32, u32, u32) {
    let error = parse(text).expect_err("refused");
    (error.message.key, error.span.line, error.span.column, error.span.width)
}

#[test]
fn every_style_reads_the_same() {
    let block = root("a:\n  - x\n  - k: v\n    'q s': \"w\"\nempty:\nnone: ~\n");
    let flow = root("{a: [x, {k: v, \"q s\": w}], empty: , none: null}\n");
    for node in [&block, &flow] {
        assert_eq!(text(node, "a.0"), "x");
        assert_eq!(text(node, "a.1.k"), "v");
        assert_eq!(text(node, "a.1.q s"), "w");
        assert!(node.get("empty").is_some_and(Node::is_null));
        assert!(node.get("none").is_some_and(Node::is_null));
        assert!(node.get("a.2").is_none() && node.get("a.x").is_none() && node.get("b").is_none());
    }
    assert!(root("a: \"~\"\n").get("a").is_some_and(|node| !node.is_null()));
}

#[test]
fn positions_are_the_learners_own() {
    let node = root(
        "\u{feff}# 머리말\r\nservices:\r\n  백엔드:\r\n    image: \"한글:1\"  # 주석\r\n    ports: [80,\r\n      '9']\r\n",
    );
    let key = |path: &str| at(node.entry(path).expect(path).key.span);
    assert_eq!(key("services"), (2, 1, 8));
    assert_eq!(key("services.백엔드"), (3, 3, 3));
    assert_eq!(key("services.백엔드.image"), (4, 5, 5));
    assert_eq!(at(node.get("services.백엔드.image").expect("image").span), (4, 12, 6));
    assert_eq!(at(node.get("services.백엔드.ports").expect("ports").span), (5, 12, 4));
    assert_eq!(at(node.get("services.백엔드.ports.1").expect("port").span), (6, 7, 3));
    assert_eq!(node.entry("services.백엔드.ports").expect("ports").last_line, 6);
    assert_eq!(node.entry("services").expect("services").last_line, 6);
}

#[test]
fn block_sequences_and_mappings_stand_at_their_first_item_and_key() {
    let node = root("a:\n  - x\n  -\n    k: v\n");
    assert_eq!(at(node.get("a").expect("a").span), (2, 3, 1));
    assert_eq!(at(node.get("a.1").expect("a.1").span), (4, 5, 1));
}

#[test]
fn aliases_and_merge_keys_keep_the_defining_place() {
    let node = root(concat!(
        "x: &base\n  image: one\n  tag: t\n",
        "y: &more {image: two, port: 1}\n",
        "a:\n  <<: [*base, *more]\n  tag: own\n",
        "b: *base\n",
        "c:\n  <<: *more\n",
    ));
    assert_eq!((text(&node, "a.image"), text(&node, "a.tag"), text(&node, "a.port")), ("one", "own", "1"));
    assert_eq!(at(node.entry("a.image").expect("a").key.span), (2, 3, 5));
    assert_eq!(at(node.get("b.image").expect("b").span), (2, 10, 3));
    let alias = node.entry("b").expect("b");
    assert_eq!((alias.key.span.line, alias.last_line), (8, 8));
    assert_eq!(text(&node, "c.port"), "1");
    let order: Vec<_> =
        node.get("a").expect("a").entries().iter().map(|entry| entry.key.value.as_str()).collect();
    assert_eq!(order, ["tag", "image", "port"]);
}

#[test]
fn block_scalars_keep_what_looks_like_a_comment() {
    let node = root("a: |\n  # 아님\n  x: y\nb: >-\n  one\n  two\nc: 'it''s'\nd: \"a\\tb\"\n");
    assert_eq!(text(&node, "a"), "# 아님\nx: y\n");
    assert_eq!(text(&node, "b"), "one two");
    assert_eq!((text(&node, "c"), text(&node, "d")), ("it's", "a\tb"));
    assert_eq!(node.entry("a").expect("a").last_line, 3);
    let verbatim = |path: &str| match &node.get(path).expect(path).value {
        Value::Scalar(scalar) => scalar.verbatim,
        _ => None,
    };
    assert_eq!((verbatim("c"), verbatim("d")), (None, None));
}

#[test]
fn a_key_with_dots_is_found() {
    let node = root("services:\n  my.web:\n    labels: {a.b: c}\n");
    assert_eq!(text(&node, "services.my.web.labels.a.b"), "c");
    assert!(node.entry("services.my.web.labels.a.b").is_some());
}

#[test]
fn tabs_are_named_where_they_stand() {
    assert_eq!(refused("services:\n\tweb:\n"), ("stack-yaml-tab", 2, 1, 1));
    assert_eq!(refused("services:\n  web:\n  \timage: x\n"), ("stack-yaml-tab", 3, 3, 1));
    assert_eq!(refused("a: |\n x\n\ty\n"), ("stack-yaml-tab", 3, 1, 1));
}

#[test]
fn duplicate_keys_are_named_at_the_second() {
    assert_eq!(refused("a: 1\nb:\n  k: 1\n  'k': 2\n"), ("stack-yaml-duplicate-key", 4, 3, 3));
    assert_eq!(refused("a: &a {}\nb:\n  <<: *a\n  <<: *a\n"), ("stack-yaml-duplicate-key", 4, 3, 2));
    let error = parse("a: 1\na: 2\n").expect_err("duplicate");
    assert_eq!(error.message.render(Lang::Ko), "`a`는 1번째 줄에 이미 있습니다. 둘 중 하나만 남기세요");
}

#[test]
fn wrong_indentation_is_named_at_the_line() {
    assert_eq!(refused("s:\n  web:\n    image: x\n   ports:\n    - 80\n"), ("stack-yaml-indent", 4, 4, 6));
    assert_eq!(refused("s:\n  web:\n    image: x\n     ports:\n"), ("stack-yaml-too-deep", 4, 6, 6));
    assert_eq!(refused("s:\n  ports:\n    - 80\n   - 90\n"), ("stack-yaml-indent", 4, 4, 4));
    assert_eq!(refused("s:\n  ports:\n    - 80\n  - 90\n"), ("stack-yaml-item-among-keys", 4, 3, 4));
    assert_eq!(refused("s:\n  ports:\n    - 80\n    90: x\n"), ("stack-yaml-key-among-items", 4, 5, 5));
    assert_eq!(refused("a:\n  - b\n c: d\n"), ("stack-yaml-indent", 3, 2, 4));
}

/// Whichever line of a real file is pushed by a blank or two: what is named is that line, or a line
/// right beside it, or the line where it is named as the one that it does not fit.
#[test]
fn a_line_pushed_in_or_out_is_found() {
    let step_06 = concat!(env!("CARGO_MANIFEST_DIR"), "/../../complete/step-06/docker-compose.yml");
    let text = std::fs::read_to_string(step_06).expect("the lesson's file");
    let lines: Vec<&str> = text.lines().collect();
    let (mut refused, mut far) = (0, Vec::new());
    for (at, line) in lines.iter().enumerate() {
        let indent = line.len() - line.trim_start().len();
        for shift in [-2, -1, 1, 2] {
            let Some(other) = indent.checked_add_signed(shift) else { continue };
            if line.trim().is_empty() || line.trim_start().starts_with('#') {
                continue;
            }
            let pushed = format!("{}{}", " ".repeat(other), line.trim_start());
            let mut all = lines.clone();
            all[at] = &pushed;
            let Err(error) = parse(&all.join("\n")) else { continue };
            refused += 1;
            if (error.span.line as usize).abs_diff(at + 1) > 1 {
                far.push((at + 1, shift, error.span.line, error.message.key));
            }
        }
    }
    assert!(refused > 60, "{refused}");
    assert!(far.is_empty(), "{refused}: {far:?}");
}

#[test]
fn the_first_line_of_a_block_is_named_where_it_is_the_odd_one() {
    let text = "s:\n  web:\n     image: x\n    ports:\n      - 80\n  db:\n    image: y\n";
    assert_eq!(refused(text), ("stack-yaml-indent-first", 3, 6, 8));
    let text = "s:\n  web:\n   image: x\n    ports:\n      - 80\n";
    assert_eq!(refused(text).0, "stack-yaml-too-deep");
}

#[test]
fn missing_and_second_colons() {
    assert_eq!(refused("s:\n  web:\n    image nginx\n    ports: x\n"), ("stack-yaml-colon", 3, 5, 11));
    assert_eq!(refused("s:\n  web:\n    image:nginx\n    ports: x\n"), ("stack-yaml-colon", 3, 5, 11));
    assert_eq!(refused("a: b\nc\n"), ("stack-yaml-colon", 2, 1, 1));
    assert_eq!(refused("a: b: c\n"), ("stack-yaml-second-colon", 1, 5, 1));
}

#[test]
fn unclosed_quotes_are_named_where_they_open() {
    assert_eq!(refused("a:\n  image: \"nginx\n  ports: []\n"), ("stack-yaml-quote", 2, 10, 6));
    assert_eq!(refused("a: 'x\n"), ("stack-yaml-quote", 1, 4, 2));
    assert_eq!(refused("p:\n  - \"80:80\n  - \"90:90\"\n"), ("stack-yaml-quote", 2, 5, 6));
    assert_eq!(refused("a: 'x' y\n"), ("stack-yaml-after-quote", 1, 8, 1));
    assert_eq!(refused("a: \"C:\\qx\"\n"), ("stack-yaml-escape", 1, 7, 2));
}

#[test]
fn brackets_are_named_where_they_open() {
    assert_eq!(refused("s:\n  ports: [80, 90\n  image: x\n"), ("stack-yaml-bracket", 2, 10, 1));
    assert_eq!(refused("s:\n  ports: {a: 80\n  image: x\n"), ("stack-yaml-bracket", 2, 10, 1));
    assert_eq!(refused("a: [80, 90\n"), ("stack-yaml-bracket", 1, 4, 1));
    assert_eq!(refused("a: [80]]\n"), ("stack-yaml-bracket-extra", 1, 8, 1));
    assert_eq!(refused("a: [80}\n"), ("stack-yaml-bracket-mismatch", 1, 4, 1));
}

#[test]
fn what_is_no_compose_file_at_all() {
    for empty in ["", "\n\n", "# 주석\n", "---\n", "~\n"] {
        assert_eq!(refused(empty), ("stack-yaml-empty", 1, 1, 1), "{empty:?}");
    }
    assert_eq!(refused("- a\n").0, "stack-yaml-not-mapping");
    assert_eq!(refused("just words\n"), ("stack-yaml-not-mapping", 1, 1, 10));
    assert_eq!(documents("a: 1\n---\nb: 2\n").unwrap().len(), 2);
    assert_eq!(refused("a: 1\n---\n- b\n"), ("stack-yaml-not-mapping", 3, 1, 1));
    assert_eq!(refused("a: 1\nb: *x\n"), ("stack-yaml-anchor", 2, 4, 2));
    assert_eq!(refused("a: @x\n"), ("stack-yaml-character", 1, 4, 2));
    assert_eq!(refused("a: &a [*a]\n").0, "stack-yaml-alias-cycle");
    assert_eq!(refused("a:\n  <<: x\n"), ("stack-yaml-merge", 2, 7, 1));
    assert_eq!(refused("? [x]\n: y\n"), ("stack-yaml-key", 1, 3, 3));
    assert!(root("---\na: 1\n...\n").get("a").is_some());
}

#[test]
fn only_real_comments_are_comments() {
    let found = comments(concat!(
        "# 첫째\r\n",
        "a: 'x # no' # 둘째\r\n",
        "b: |\r\n  # no\r\n",
        "c: x#no\r\n",
        "d: [1, # 셋째\r\n  2]\r\n",
        "\t# 넷째\r\n",
    ));
    let seen: Vec<_> = found.iter().map(|c| (c.line, c.column, c.text.as_str(), c.own_line)).collect();
    assert_eq!(
        seen,
        [(1, 1, "첫째", true), (2, 13, "둘째", false), (6, 8, "셋째", false), (8, 2, "넷째", true)]
    );
}

#[test]
fn comments_belong_to_the_entry_they_stand_at() {
    let text = concat!(
        "# 머리말\n\n",
        "services:\n",
        "  # 위 1\n",
        "  # 위 2\n",
        "  web: # 옆\n",
        "    # 안\n",
        "    image: x\n",
        "    # 끝\n",
        "\n",
        "  # 다음 위\n",
        "  db:\n",
        "    image: y # 디비\n",
    );
    let (node, found) = (root(text), comments(text));
    let near = |path: &str| -> Vec<String> {
        let entry = node.entry(path).expect(path);
        comments_near(&found, entry).into_iter().map(|comment| comment.text.clone()).collect()
    };
    assert_eq!(near("services.web"), ["위 1", "위 2", "옆", "안", "끝"]);
    assert_eq!(near("services.db"), ["다음 위", "디비"]);
    assert_eq!(near("services.web.image"), ["안"]);
    assert_eq!(near("services").len(), 7);
}
