//! Configurations that nginx refuses: the front refuses them too, with the same exit code and at the
//! same line. Where its words are others, that is printed: the front may be clearer than nginx.

use std::fs;

use super::case::folder;
use super::differential::pending;
use super::lab::Lab;
use super::server::{CONF, Kind, Server, Setup, nginx_is_there, nginx_version};

/// A configuration → why the front names another line than nginx.
const KNOWN: [(&str, &str); 5] = [
    ("fullwidth-semicolon", EARLIER),
    ("missing-brace", EARLIER),
    ("missing-semicolon", EARLIER),
    ("missing-semicolon-before-brace", EARLIER),
    ("unclosed-quote", EARLIER),
];
const EARLIER: &str = "nginx names the line where it noticed, the front the line that is wrong";

/// `resolve` in an upstream is known since this nginx.
const RESOLVE: (u32, u32, u32) = (1, 27, 3);

#[test]
fn what_nginx_refuses_the_front_refuses_too() {
    if nginx_is_there() {
        judge(Kind::Front);
    }
}

#[test]
#[ignore = "about the tests themselves: run it when a configuration is added"]
fn nginx_refuses_all_of_them() {
    if nginx_is_there() {
        judge(Kind::Nginx);
    }
}

fn judge(kind: Kind) {
    let lab = Lab::new();
    let mut wrong = Vec::new();
    let (mut count, mut other_words) = (0, 0);
    let (pending, mut waiting) = (pending(kind), Vec::new());
    let mut files: Vec<_> = fs::read_dir(folder().join("refused"))
        .expect("the configurations")
        .map(|entry| entry.expect("a file").path())
        .collect();
    files.sort();
    for file in files {
        let name = file.file_stem().expect("a name").to_string_lossy().into_owned();
        if name.starts_with("resolve") && nginx_version().is_none_or(|version| version < RESOLVE) {
            continue;
        }
        let text = lab.fill(&fs::read_to_string(&file).expect("UTF-8"));
        count += 1;
        let (nginx, front) = (refusal(Kind::Nginx, &text, &lab), refusal(kind, &text, &lab));
        let both = format!("### refused/{name}\n```diff\n-nginx {nginx}\n+front {front}\n```\n");
        assert!(nginx.contains("[emerg]"), "nginx itself takes this: {name}");
        if let Some((_, why)) = KNOWN.iter().find(|(known, _)| *known == name) {
            eprintln!("known: {why}\n{both}");
        } else if !front.contains("[emerg]") || place(&nginx).is_some_and(|line| place(&front) != Some(line))
        {
            if pending.contains(&format!("refused/{name}")) {
                eprintln!("pending: {both}");
                waiting.push(both);
            } else {
                wrong.push(both);
            }
        } else if nginx != front {
            other_words += 1;
            eprintln!("in other words: {both}");
        }
    }
    eprintln!(
        "{count} configurations that nginx refuses, {} differences, {} pending, {other_words} in other words",
        wrong.len(),
        waiting.len()
    );
    if let Some(file) = std::env::var_os("WORKSHOP_FRONT_REFUSALS") {
        fs::write(file, [&wrong[..], &waiting].concat().join("\n")).expect("the report can be written");
    }
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
}

/// Exit status and message, or that it started.
fn refusal(kind: Kind, conf: &str, lab: &Lab) -> String {
    let names = lab.names();
    let setup = Setup { conf, whole: false, image: lab.image(), names: &names };
    let refused = match Server::start(kind, setup) {
        Ok(mut server) => return format!("started: {}", lab.plain(server.quit().1.trim())),
        Err(refused) => refused,
    };
    let message = refused
        .stderr
        .lines()
        .find_map(|line| line.find("[emerg]").map(|at| line[at..].to_owned()))
        .unwrap_or_else(|| refused.stderr.trim().to_owned());
    // nginx names its process there.
    let message = message
        .split_once("#")
        .and_then(|(_, rest)| rest.split_once(": "))
        .map_or(message.clone(), |(_, text)| format!("[emerg] {text}"));
    format!("exit {:?} {}", refused.status, lab.plain(&message))
}

/// The line that a message names, if it does. nginx names none where a variable is unknown.
fn place(message: &str) -> Option<u32> {
    let rest = &message[message.rfind(CONF)? + CONF.len()..];
    rest.strip_prefix(':')?.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// Directives that nginx knows and the front does not: refused by name, file and line, never ignored.
#[test]
fn what_the_front_does_not_know_it_refuses_by_name() {
    let lab = Lab::new();
    let unknown = [
        "fastcgi_pass 127.0.0.1:9000;",
        "uwsgi_pass 127.0.0.1:9000;",
        "grpc_pass grpc://127.0.0.1:9000;",
        "ssl_certificate /etc/ssl/x.pem;",
        "auth_request /auth;",
        "proxy_cache zone;",
        "mirror /mirror;",
        "sub_filter a b;",
        "js_content main.hello;",
        "perl_set $x y;",
    ];
    for directive in unknown {
        let conf =
            format!("server {{\n    listen {{port}};\n    location / {{\n        {directive}\n    }}\n}}\n");
        let message = refusal(Kind::Front, &conf, &lab);
        let name = directive.split(' ').next().expect("a word");
        assert!(message.starts_with("exit Some(1) [emerg]"), "{directive} {message}");
        assert!(message.contains(&format!("\"{name}\"")), "{directive} {message}");
        assert_eq!(place(&message), Some(4), "{directive} {message}");
    }
}
