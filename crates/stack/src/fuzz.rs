//! No text makes a parser panic, hang or point outside of the file: random characters, and good
//! files with a few characters deleted, inserted, doubled, swapped or cut off.
//!
//! `WORKSHOP_FUZZ_CASES=1000000 cargo test --release stack::fuzz` makes it a long run.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::compose::{ComposeFile, Env};
use super::dockerfile::{Dockerfile, HealthLine, Stages, image_words, refusal};
use super::dotenv::DotEnv;
use super::nginx::NginxConf;
use super::{Span, SyntaxError, source_line, yaml};
use workshop_text::Lang;

const COMPOSE: &str = include_str!("compose/fixtures/everything.yml");
const DOCKERFILE: &str = include_str!("dockerfile/fixtures/everything.Dockerfile");
const NGINX: &str = include_str!("nginx/fixtures/everything.conf");

fn cases() -> ProptestConfig {
    let cases = std::env::var("WORKSHOP_FUZZ_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(300);
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 10_000, ..ProptestConfig::default() }
}

/// One change to a text, by places that are taken modulo its length.
#[derive(Clone, Debug)]
enum Change {
    Delete(usize, usize),
    Insert(usize, String),
    Double(usize, usize),
    Swap(usize, usize),
    Cut(usize),
}

fn change() -> impl Strategy<Value = Change> {
    let any = any::<usize>;
    prop_oneof![
        (any(), 1usize..8).prop_map(|(at, count)| Change::Delete(at, count)),
        (any(), fragment()).prop_map(|(at, text)| Change::Insert(at, text)),
        (any(), 1usize..60).prop_map(|(at, count)| Change::Double(at, count)),
        (any(), any()).prop_map(|(one, other)| Change::Swap(one, other)),
        any().prop_map(Change::Cut),
    ]
}

fn fragment() -> impl Strategy<Value = String> {
    let marks = [
        "\t",
        "\n",
        "\r",
        "\r\n",
        " ",
        "  ",
        ":",
        ": ",
        "-",
        "- ",
        "#",
        " #",
        "\"",
        "'",
        "[",
        "]",
        "{",
        "}",
        ",",
        ";",
        "&a",
        "*a",
        "<<: *a",
        "<<",
        "|",
        ">",
        "|2-",
        "!",
        "!!str ",
        "%",
        "@",
        "`",
        "?",
        "? ",
        "\\",
        "\\x",
        "---",
        "\n---\n",
        "...",
        "$",
        "${",
        "${A",
        "${A:-",
        "$$",
        "}",
        "~",
        "null",
        "한글",
        "\u{feff}",
        "\u{0}",
        "\u{85}",
        "\u{2028}",
        "=",
        "/",
        "80:80",
        "1-2",
        "http://",
        "location ",
        "server ",
        "upstream ",
        "set $x $x;",
        "\nFROM a AS b\n",
        "<<EOF",
        "\nEOF\n",
        "--from=0 ",
        "RUN cargo ",
    ];
    prop_oneof![4 => prop::sample::select(marks.to_vec()).prop_map(str::to_owned), 1 => "\\PC{0,6}"]
}

fn changed(good: &str, changes: &[Change]) -> String {
    let mut letters: Vec<char> = good.chars().collect();
    for change in changes {
        let length = letters.len().max(1);
        match change {
            Change::Delete(at, count) => {
                let at = (at % length).min(letters.len());
                letters.drain(at..(at + count).min(letters.len()));
            }
            Change::Insert(at, text) => {
                let at = (at % length).min(letters.len());
                letters.splice(at..at, text.chars());
            }
            Change::Double(at, count) => {
                let at = (at % length).min(letters.len());
                let part = letters[at..(at + count).min(letters.len())].to_vec();
                letters.splice(at..at, part);
            }
            Change::Swap(one, other) if !letters.is_empty() => letters.swap(one % length, other % length),
            Change::Swap(..) => {}
            Change::Cut(at) => letters.truncate(at % length),
        }
    }
    letters.into_iter().collect()
}

/// A file made of a good one, or of marks, or of anything.
fn text(good: &'static str) -> impl Strategy<Value = String> {
    let bytes = prop::collection::vec(any::<u8>(), 0..200);
    prop_oneof![
        6 => prop::collection::vec(change(), 1..6).prop_map(move |changes| changed(good, &changes)),
        2 => prop::collection::vec(fragment(), 0..40).prop_map(|parts| parts.concat()),
        1 => bytes.prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
    ]
}

fn inside(text: &str, span: Span) {
    assert!(span.line >= 1 && span.column >= 1 && span.width >= 1, "{span:?}");
    let length = source_line(text, span.line).chars().count();
    assert!(span.column as usize + span.width as usize <= length + 2, "{span:?} in {length} characters");
}

fn spans(text: &str, node: &yaml::Node) {
    inside(text, node.span);
    node.items().iter().for_each(|item| spans(text, item));
    for entry in node.entries() {
        inside(text, entry.key.span);
        spans(text, &entry.value);
    }
}

fn refused(text: &str, error: &SyntaxError) {
    inside(text, error.span);
    for lang in Lang::ALL {
        let words = error.message.render(lang);
        assert!(words != error.message.key && !words.is_empty());
    }
}

fn compose(text: &str) {
    let outer = Env::from_iter([("A", "1")]);
    let dotenv = DotEnv::parse(text.as_bytes(), &outer);
    for entry in &dotenv.entries {
        assert!(text.get(entry.place.clone()).is_some(), "a value's place is in the text");
    }
    let env = Env::of_dotenv(text.as_bytes(), &outer).over(outer);
    let comments = yaml::comments(text);
    match yaml::parse(text) {
        Ok(root) => {
            spans(text, &root);
            let _ = root.get("services.backend.ports.0");
            root.entries().iter().for_each(|entry| drop(yaml::comments_near(&comments, entry)));
        }
        Err(error) => refused(text, &error),
    }
    match ComposeFile::parse(text, &env) {
        Ok(file) => {
            for service in &file.services {
                let name = &service.name.value;
                file.published(name).iter().for_each(|port| inside(text, port.span));
                service.environment.iter().for_each(|variable| {
                    inside(text, variable.name.span);
                    inside(text, variable.span);
                });
                let _ = (file.networks_of(name), file.environment(name, "A"));
            }
        }
        Err(error) => refused(text, &error),
    }
}

fn nginx(text: &str) {
    match NginxConf::parse(text) {
        Ok(conf) => {
            conf.upstreams()
                .iter()
                .flat_map(|upstream| &upstream.servers)
                .for_each(|server| inside(text, server.span));
            for server in conf.servers() {
                for path in ["/", "/api/posts", "/a.php"] {
                    if let Some(location) = server.location_for(path) {
                        let _ = (location.effective_all("proxy_set_header"), location.resolver());
                        location.proxy_target().iter().for_each(|target| inside(text, target.span));
                    }
                }
            }
            let _ = conf.includes();
        }
        Err(error) => refused(text, &error),
    }
}

fn dockerfile(text: &str) {
    let given = BTreeMap::from([("PROGRAM".to_owned(), "base".to_owned())]);
    let file = Stages::parse(text, &given);
    let programs = ["cargo", "apt-get", "x"].map(str::to_owned);
    for (place, stage) in file.stages.iter().enumerate() {
        inside(text, stage.from.span);
        stage.copies.iter().for_each(|copy| inside(text, copy.from.span));
        stage.runs(&programs, &programs).iter().for_each(|(_, span)| inside(text, *span));
        if let Some(HealthLine::Command(span) | HealthLine::None(span)) = stage.healthcheck {
            inside(text, span);
        }
        // A stage starts from one before it, so a chain ends.
        assert!(!file.chain(place).is_empty() && file.chain(place).len() <= place + 1);
        let _ = (image_words(&stage.from.value), file.target(stage.name.as_deref()));
    }
    if let Some(error) = refusal(text, &file) {
        refused(text, &error);
    }
    let _ = Dockerfile::parse(text, &given);
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn no_compose_file_panics(text in text(COMPOSE)) {
        compose(&text);
    }

    #[test]
    fn no_dockerfile_panics(text in text(DOCKERFILE)) {
        dockerfile(&text);
    }

    #[test]
    fn no_nginx_conf_panics(text in text(NGINX)) {
        nginx(&text);
    }
}

#[test]
fn hostile_files_are_refused_quickly() {
    let long = if cfg!(debug_assertions) { 1 << 16 } else { 1 << 20 };
    let timed = |unit: &str, run: fn(&str)| {
        let start = std::time::Instant::now();
        run(&unit.repeat(long / unit.len()));
        assert!(start.elapsed().as_secs() < 20, "{unit:?} took {:?}", start.elapsed());
    };
    for unit in [
        "[", "{", "- ", "? ", "a: [", "{a: ", "!a ", "&a ", "*a ", "# c\n", "a:\n ", "a='\n", "a=\"\n",
        "${A}", "'", "\"", "|\n", "${A:-", "\t", "a ", "가",
    ] {
        timed(unit, compose);
    }
    for unit in
        ["a{}", "a{ ", "a {\n}", "a{", "{", "}", ";", "\"", "$", "${", "\\", "a;", "# c\n", "a\n", "가"]
    {
        timed(unit, nginx);
    }
    for unit in [
        "FROM a\n",
        "RUN <<A\n",
        "RUN \\\n",
        "COPY --from=a ",
        "ARG A=$A$A\n",
        "RUN [",
        "FROM a AS a\n",
        "가",
        "\t",
    ] {
        timed(unit, dockerfile);
    }
    dockerfile(&format!(
        "ARG A=xx\n{}FROM $A\nENV A=xx\n{}",
        "ARG A=$A$A\n".repeat(60),
        "ENV A=$A$A\n".repeat(60)
    ));
    compose(&format!("services: {{a: {{environment: [\"A=1\"]}}}}\nx: {}", "a".repeat(long)));
}

#[test]
fn a_billion_laughs_are_not_copied() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..20 {
        let alias = format!("*a{}, ", level - 1).repeat(9);
        text.push_str(&format!("a{level}: &a{level} [{alias}]\n"));
    }
    let error = yaml::parse(&text).expect_err("too many copies");
    assert_eq!(error.message.key, "stack-yaml-aliases");
}
