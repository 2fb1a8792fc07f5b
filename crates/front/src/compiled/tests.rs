//! Configurations: what is refused and where, what has no effect, and who answers for a host.

use std::path::Path;

use proptest::prelude::*;

use crate::conf::refusal::ConfError;
use crate::examine::{self, Report, examine};
use crate::view::View;
use workshop_text::Lang;

const FILE: &str = "/etc/nginx/conf.d/default.conf";
const STEP_05: &str = include_str!("../../../../complete/step-05/frontend/nginx.conf");
const STEP_06: &str = include_str!("../../../../complete/step-06/frontend/nginx.conf");

fn view(text: &str) -> View {
    View::new(Path::new("/nowhere"), &[]).with_text(FILE, text)
}

#[track_caller]
fn taken(text: &str) -> Report {
    examine(&view(text)).unwrap_or_else(|error| panic!("{error}"))
}

#[track_caller]
fn refused(text: &str) -> ConfError {
    let error = examine(&view(text)).expect_err(text);
    for lang in Lang::ALL {
        assert_ne!(error.message.render(lang), error.message.key);
    }
    error
}

#[test]
fn the_lessons_own_files_are_taken() {
    // What nginx looks up once it must find; `resolve` may find nothing yet.
    for (text, needs) in [(STEP_05, vec!["backend"]), (STEP_06, Vec::new())] {
        let report = taken(text);
        assert_eq!((report.listens, report.no_effect), (vec![80], Vec::new()));
        assert_eq!(report.needs.iter().map(|one| one.host.as_str()).collect::<Vec<_>>(), needs);
    }
}

#[test]
fn what_has_no_effect_is_listed_once_for_each_place() {
    let text = "gzip on;\nserver {\n  listen 8080;\n  listen [::]:8080;\n  listen 127.0.0.1:81;\n  location / {\n    proxy_buffering off;\n    proxy_cache off;\n    proxy_pass http://b;\n  }\n}\n";
    let report = taken(text);
    assert_eq!(report.listens, [81, 8080]);
    let found: Vec<_> = report
        .no_effect
        .iter()
        .map(|entry| (entry.directive.as_str(), entry.file.as_str(), entry.line))
        .collect();
    assert_eq!(found, [("gzip", FILE, 1), ("proxy_buffering", FILE, 7), ("proxy_cache", FILE, 8)]);
}

#[test]
fn refusals_say_where_and_in_nginxs_words() {
    let server = |inside: &str| format!("server {{\n{inside}\n}}\n");
    let at_root = |inside: &str| server(&format!("location / {{\n{inside}\n}}"));
    let pool = |inside: &str| {
        format!("upstream u {{\n{inside}\n}}\nserver {{ location / {{ proxy_pass http://u; }} }}\n")
    };
    for (text, line, column, words) in [
        (server("foo bar;"), 2, 1, "unknown directive \"foo\""),
        (server("proxy_pass http://b;"), 2, 1, "\"proxy_pass\" directive is not allowed here"),
        (server("root /a;\nroot /b;"), 3, 1, "\"root\" directive is duplicate"),
        (server("listen 80 fast;"), 2, 11, "invalid parameter \"fast\""),
        (server("listen 99999;"), 2, 8, "invalid port in \"99999\" of the \"listen\" directive"),
        (server("return 200 \"$nope\";"), 2, 12, "unknown \"nope\" variable"),
        (server("set $host x;"), 2, 5, "the duplicate \"host\" variable"),
        (server("set host x;"), 2, 5, "invalid variable name \"host\""),
        (server("return abc;"), 2, 8, "invalid return code \"abc\""),
        (server("if ($a ~) { return 200; }\nset $a 1;"), 2, 1, "invalid condition \"($a ~)\""),
        (server("location /a { }\nlocation /a { }"), 3, 10, "duplicate location \"/a\""),
        (server("location /a {\nlocation /b { }\n}"), 3, 10, "location \"/b\" is outside location \"/a\""),
        (
            server("location = /a {\nlocation /a/b { }\n}"),
            3,
            10,
            "location \"/a/b\" cannot be inside the exact location \"/a\"",
        ),
        (server("location ? /a { }"), 2, 10, "invalid location modifier \"?\""),
        (server("access_log /dev/stdout nope;"), 2, 24, "unknown log format \"nope\""),
        (at_root("proxy_pass backend:8080;"), 3, 12, "invalid URL prefix"),
        (at_root("proxy_pass http://b:0;"), 3, 12, "invalid port in upstream \"b:0\""),
        (at_root("proxy_read_timeout soon;"), 3, 20, "\"proxy_read_timeout\" directive invalid value"),
        (at_root("client_max_body_size 1x;"), 3, 22, "\"client_max_body_size\" directive invalid value"),
        (at_root("proxy_next_upstream http_418;"), 3, 21, "invalid value \"http_418\""),
        (at_root("error_page 200 /x;"), 3, 12, "invalid value \"200\""),
        (at_root("allow somebody;"), 3, 7, "invalid parameter \"somebody\""),
        (pool(""), 3, 1, "no servers are inside upstream"),
        (pool("server a wieght=2;"), 2, 10, "invalid parameter \"wieght=2\""),
        (pool("server a weight=0;"), 2, 10, "invalid parameter \"weight=0\""),
        (pool("server a:b:c;"), 2, 8, "invalid port in upstream \"a:b:c\""),
        (pool("zone u 1k;\nserver a;"), 2, 8, "zone \"u\" is too small"),
        (
            pool("ip_hash;\nserver a;\nserver b backup;"),
            4,
            10,
            "balancing method does not support parameter \"backup\"",
        ),
        (
            pool("resolver 127.0.0.11;\nserver a resolve;"),
            3,
            1,
            "resolving names at run time requires upstream \"u\" in /etc/nginx/conf.d/default.conf:1 to be in shared memory",
        ),
        (
            pool("zone u 64k;\nserver a resolve;"),
            1,
            1,
            "no resolver defined to resolve names at run time in upstream \"u\"",
        ),
        (
            "include none.conf;\n".to_owned(),
            1,
            9,
            "open() \"/etc/nginx/none.conf\" failed (2: No such file or directory)",
        ),
        ("server {\n  listen 80\n}\n".to_owned(), 2, 12, "unexpected \"}\""),
        (
            "upstream u { server a; }\nupstream U { server a; }\n".to_owned(),
            2,
            10,
            "duplicate upstream \"U\"",
        ),
        (
            "upstream u { server a; }\nserver { location / { proxy_pass http://u:8080; } }\n".to_owned(),
            2,
            34,
            "upstream \"u\" may not have port 8080",
        ),
        (
            "server { listen 80 default_server; }\nserver { listen 80 default_server; }\n".to_owned(),
            2,
            10,
            "a duplicate default server for 0.0.0.0:80",
        ),
    ] {
        let error = refused(&text);
        let found = (error.line, error.column, error.words.as_str());
        // The column of what stands in the middle of a line is given; at its start it is enough to be there.
        assert_eq!((found.0, found.2), (line, words), "{text}");
        assert_eq!(found.1, column, "{text}");
        assert!(!error.needs_docker && error.file == FILE, "{text}");
        let said = words.contains(FILE);
        let wanted = if said { words.to_owned() } else { format!("{words} in {FILE}:{line}") };
        assert_eq!(error.nginx_line(), wanted);
    }
}

#[test]
fn what_nginx_takes_and_the_front_does_not_is_said_to_need_docker() {
    for inside in [
        "ssl_certificate /x.pem; listen 443 ssl;",
        "auth_basic \"x\";",
        "location / { fastcgi_pass php:9000; }",
        "location / { proxy_pass https://b; }",
        "location ~ ^/(?!api) { return 200; }",
        "location / { proxy_cache $host; }",
        "limit_rate 10k;",
        "location / { proxy_http_version 2; proxy_pass http://b; }",
        "access_log syslog:server=x;",
    ] {
        let error = refused(&format!("server {{\n{inside}\n}}\n"));
        assert!(error.needs_docker && error.line == 2, "{inside}: {error}");
    }
}

#[test]
fn a_main_file_of_ones_own_is_read_and_includes_are_sorted() {
    let main = "events { }\nhttp {\n  include mime.types;\n  include /etc/nginx/conf.d/*.conf;\n}\n";
    let view = View::new(Path::new("/nowhere"), &[])
        .with_text("/etc/nginx/nginx.conf", main)
        .with_text("/etc/nginx/conf.d/b.conf", "server { listen 81; }")
        .with_text("/etc/nginx/conf.d/a.conf", "server { listen 80; }");
    let (compiled, report) = examine::load(&view).expect("taken");
    assert_eq!(report.listens, [80, 81]);
    assert_eq!(report.no_effect[0].directive, "events");
    assert_eq!((compiled.ports[&80].default, compiled.ports[&81].default), (0, 1));
    let circle =
        View::new(Path::new("/nowhere"), &[]).with_text("/etc/nginx/nginx.conf", "include nginx.conf;");
    assert_eq!(examine(&circle).expect_err("a circle").message.key, "front-include-circle");
    assert_eq!(examine(&View::default()).expect("nothing").listens, Vec::<u16>::new());
}

#[test]
fn a_server_is_chosen_by_nginxs_precedence() {
    let text = "server { listen 80; server_name first; }
        server { listen 80; server_name example.org; }
        server { listen 80; server_name *.example.org; }
        server { listen 80; server_name *.deep.example.org; }
        server { listen 80; server_name www.*; }
        server { listen 80; server_name ~^w\\d+\\.example\\.org$ ~^only; }
        server { listen 80 default_server; server_name .dot.net; }
        server { listen 81; server_name example.org; }";
    let (compiled, _) = examine::load(&view(text)).expect("taken");
    for (host, server) in [
        ("first", 0),
        ("example.org", 1),
        ("a.example.org", 2),
        ("a.deep.example.org", 3),
        ("www.example.org", 2),
        ("www.other", 4),
        ("w1.example.org", 2),
        ("only.this", 5),
        ("dot.net", 6),
        ("a.dot.net", 6),
        ("nobody", 6),
    ] {
        assert_eq!(compiled.ports[&80].server(host), server, "{host}");
    }
    assert_eq!(compiled.ports[&81].server("nobody"), 7);
}

#[test]
fn what_nginx_only_warns_of_is_taken() {
    let text = "upstream u { server a; ip_hash; least_conn; }
        server { server_name a; }
        server { server_name a; location / { proxy_pass http://u; } }";
    let (compiled, _) = examine::load(&view(text)).expect("taken");
    assert_eq!(
        compiled.warnings,
        [
            format!("load balancing method redefined in {FILE}:1"),
            "conflicting server name \"a\" on 0.0.0.0:80, ignored".to_owned(),
        ]
    );
    assert_eq!(compiled.ports[&80].server("a"), 0);
}

#[test]
fn groups_are_shared_by_name_and_port() {
    let text = "server {
        location /a { proxy_pass http://backend:8080; }
        location /b { proxy_pass http://BACKEND:8080/x; }
        location /c { proxy_pass http://backend; }
    }";
    let (compiled, _) = examine::load(&view(text)).expect("taken");
    assert_eq!(compiled.groups.keys().collect::<Vec<_>>(), ["backend:80", "backend:8080"]);
}

fn word() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "server ",
        "location ",
        "upstream ",
        "{",
        "}",
        ";",
        " ",
        "\n",
        "/",
        "~ ",
        "= ",
        "^~ ",
        "@n ",
        "$",
        "${",
        "$1",
        "if ",
        "($a = b)",
        "proxy_pass ",
        "http://",
        "b:80",
        "return ",
        "200",
        "301 ",
        "\"",
        "'",
        "rewrite ",
        "^/(.*)$ ",
        "last",
        "listen ",
        "80",
        "default_server",
        "set ",
        "$x ",
        "map ",
        "try_files ",
        "$uri ",
        "=404",
        "root ",
        "alias ",
        "resolve ",
        "zone u 64k",
        "resolver ",
        "127.0.0.11 ",
        "valid=1s",
        "weight=",
        "hash ",
        "error_page ",
        "404 ",
        "types ",
        "log_format ",
        "access_log ",
        "expires ",
        "-1h",
        "limit_except ",
        "GET ",
        "deny all",
        "include ",
        "*",
        "proxy_redirect ",
        "default",
        "keepalive ",
        "9999999999999999999999",
        "가",
        "(?<n>",
        ")",
        "[",
        "proxy_next_upstream ",
        "include default.conf;",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_examine_panic(
        words in prop::collection::vec(word(), 0..60),
        noise in "\\PC{0,40}",
        at in 0usize..2000,
    ) {
        let _ = examine(&view(&words.concat()));
        let _ = examine(&view(&format!("server {{ {} }}", words.concat())));
        let mut good = STEP_06.to_owned();
        let mut at = at % good.len();
        while !good.is_char_boundary(at) {
            at -= 1;
        }
        good.insert_str(at, &noise);
        let _ = examine(&view(&good));
        good.truncate(at);
        let _ = examine(&view(&good));
    }
}
