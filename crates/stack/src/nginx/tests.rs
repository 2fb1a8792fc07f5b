use super::*;
use crate::Span;
use workshop_text::Lang;

const EVERYTHING: &str = include_str!("fixtures/everything.conf");
/// The lesson's own start, as a learner has it.
const STEP_05: &str = include_str!("fixtures/step-05.conf");

#[track_caller]
fn read(text: &str) -> NginxConf {
    NginxConf::parse(text).unwrap_or_else(|error| panic!("{error}: {}", error.message.render(Lang::En)))
}

#[track_caller]
fn refused(text: &str) -> (&'static str, u32, u32, u32) {
    let error = NginxConf::parse(text).expect_err("refused");
    assert_ne!(error.message.render(Lang::Ko), error.message.key);
    (error.message.key, error.span.line, error.span.column, error.span.width)
}

fn at(span: Span) -> (u32, u32, u32) {
    (span.line, span.column, span.width)
}

#[test]
fn the_lessons_start() {
    let conf = read(STEP_05);
    let api = conf.location_for("/api/posts").expect("a location");
    assert_eq!((api.pattern.as_str(), at(api.directive.span)), ("/api/", (14, 5, 8)));
    let target = api.proxy_target().expect("a target");
    assert_eq!(target.target, Target::Host { name: "backend".to_owned(), port: 8080 });
    assert_eq!((at(target.span), target.uri), ((15, 20, 19), None));
    assert!(api.resolver().is_none() && conf.upstreams().is_empty());
    let page = conf.location_for("/").expect("a location");
    assert!(page.proxy_target().is_none());
    assert_eq!(page.effective("root").and_then(|root| root.arg(0)), Some("/usr/share/nginx/html"));
    let header = page.effective("add_header").expect("a header");
    assert_eq!(header.arg(1), Some("default-src 'self'; frame-ancestors 'none'"));
}

#[test]
fn an_upstream_with_everything() {
    let conf = read(EVERYTHING);
    let [pool] = &conf.upstreams()[..] else { panic!("one upstream") };
    assert_eq!((pool.name.value.as_str(), &pool.method), ("backend_pool", &Method::LeastConn));
    assert_eq!(pool.zone.as_ref().and_then(|zone| zone.size.as_deref()), Some("64k"));
    assert_eq!(pool.keepalive.as_ref().map(|keepalive| keepalive.value), Some(32));
    let resolver = pool.resolver.as_ref().expect("a resolver");
    assert_eq!(
        (&resolver.addresses[..], resolver.valid.as_deref()),
        (&["127.0.0.11".to_owned()][..], Some("1s"))
    );
    let [backend, spare, six, socket] = &pool.servers[..] else { panic!("four servers") };
    assert_eq!((backend.host.as_str(), backend.port, backend.resolve), ("backend", Some(8080), true));
    assert_eq!((backend.max_fails, backend.fail_timeout.as_deref()), (Some(1), Some("1s")));
    assert_eq!((at(backend.span).0, at(backend.span).1), (25, 16));
    assert_eq!((spare.weight, spare.backup, spare.port), (3, true, Some(80)));
    assert_eq!((six.host.as_str(), six.port, six.down), ("::1", Some(9000), true));
    assert_eq!((socket.host.as_str(), socket.port), ("unix:/run/app.sock", None));
    for (line, method) in [
        ("", Method::RoundRobin),
        ("ip_hash;", Method::IpHash),
        ("hash $remote_addr consistent;", Method::Hash("$remote_addr".to_owned())),
        ("random two least_conn;", Method::Random),
    ] {
        assert_eq!(read(&format!("upstream u {{ {line} server a; }}")).upstreams()[0].method, method);
    }
}

#[test]
fn a_location_is_chosen_as_nginx_chooses() {
    let conf = read(EVERYTHING);
    let pattern = |path: &str| conf.location_for(path).expect(path).pattern;
    for (path, wanted) in [
        ("/", "/"),
        ("/index.html?x=/api/", "/"),
        ("/healthz", "/healthz"),
        ("/healthz/", "/"),
        ("/static/a.php", "/static/"),
        ("/a.php", r"\.php$"),
        ("/api/a.php", r"\.php$"),
        ("/a.PNG", r"\.(png|jpe?g){1}$"),
        ("/api/posts", "/api/"),
        ("/api/slow/x", "/api/slow"),
        ("/api", "/"),
    ] {
        assert_eq!(pattern(path), wanted, "{path}");
    }
    let joined = read("server { location =/a {} location ^~/b {} location ~*\\.c$ {} location /d {} }");
    let modifier = |path: &str| joined.location_for(path).map(|location| location.modifier);
    assert_eq!(modifier("/a"), Some(Modifier::Exact));
    assert_eq!(modifier("/b/x"), Some(Modifier::PrefixOverRegex));
    assert_eq!(modifier("/x.C"), Some(Modifier::RegexIgnoringCase));
    assert_eq!(modifier("/nothing"), None);
}

/// What a real nginx 1.22 answered to the same file.
#[test]
fn locations_in_locations_are_chosen_as_nginx_chooses() {
    let conf = read(concat!(
        "server { location / {} location = /healthz {} location ~ \\.php$ {}\n",
        "location ^~ /static/ { location ~ \\.css$ {} }\n",
        "location /api/ { location /api/slow {} location ~ \\.txt$ {} location = /api/e.php {} }\n",
        "location ~ ^/api/.*\\.txt$ {} }",
    ));
    for (path, wanted) in [
        ("/static/a.php", "/static/"),
        ("/static/a.css", "\\.css$"),
        ("/api/a.php", "\\.php$"),
        ("/api/slow/x", "/api/slow"),
        ("/api/slow.php", "\\.php$"),
        ("/api/a.txt", "\\.txt$"),
        ("/api/slowly.txt", "\\.txt$"),
        ("/api/e.php", "/api/e.php"),
    ] {
        assert_eq!(
            conf.location_for(path).map(|location| location.pattern).as_deref(),
            Some(wanted),
            "{path}"
        );
    }
}

#[test]
fn the_server_that_answers() {
    let conf =
        read("server { listen 80; location / {} }\nserver { listen 81 default_server; location /b {} }");
    assert_eq!(conf.servers().len(), 2);
    assert_eq!(conf.location_for("/b").map(|location| location.pattern), Some("/b".to_owned()));
    assert!(read("upstream u { server a; }").location_for("/").is_none());
}

#[test]
fn directives_are_inherited_by_nginxs_rules() {
    let conf = read(EVERYTHING);
    let effective = |path: &str, name: &str| conf.location_for(path)?.effective(name)?.arg(0);
    assert_eq!(effective("/api/x", "proxy_read_timeout"), Some("30s"));
    assert_eq!(effective("/api/slow", "proxy_read_timeout"), Some("5m"));
    assert_eq!(effective("/api/slow", "proxy_connect_timeout"), Some("500ms"));
    assert_eq!(effective("/api/x", "proxy_send_timeout"), None);
    let api = conf.location_for("/api/x").expect("a location");
    assert_eq!(api.effective_all("proxy_set_header").len(), 2);
    assert_eq!((api.proxy_header("connection"), api.proxy_header("Host")), (Some(""), None));
    let page = conf.location_for("/").expect("a location");
    assert_eq!(page.proxy_header("host"), Some("$host"));
    assert_eq!(api.resolver().expect("a resolver").addresses, ["127.0.0.11"]);
}

#[test]
fn where_a_proxy_pass_goes() {
    let conf = read(EVERYTHING);
    let target =
        |path: &str| conf.location_for(path).and_then(|location| location.proxy_target()).expect(path);
    let Target::Upstream(pool) = target("/api/x").target else { panic!("an upstream") };
    assert_eq!(pool.name.value, "backend_pool");
    let slow = target("/api/slow");
    assert_eq!(slow.target, Target::Host { name: "slow".to_owned(), port: 8443 });
    assert_eq!((slow.scheme.as_str(), slow.uri.as_deref()), ("https", Some("/v1$request_uri")));
    let dynamic = target("/dynamic/x");
    let Target::Variable { written, value } = dynamic.target else { panic!("a variable") };
    assert_eq!(written, "$api:${port}");
    assert_eq!(value.as_deref(), Some(&Target::Host { name: "backend".to_owned(), port: 8080 }));
    assert_eq!(dynamic.uri.as_deref(), Some("/x"));
}

#[test]
fn proxy_pass_in_every_form() {
    let target = |lines: &str| {
        let conf = read(&format!("upstream pool {{ server a; }} server {{ location / {{ {lines} }} }}"));
        conf.location_for("/").and_then(|location| location.proxy_target())
    };
    let host = |name: &str, port| Target::Host { name: name.to_owned(), port };
    let plain = |lines: &str| target(lines).map(|target| target.target);
    assert_eq!(plain("proxy_pass http://backend;"), Some(host("backend", 80)));
    assert_eq!(plain("proxy_pass \"https://backend/\";"), Some(host("backend", 443)));
    assert_eq!(plain("proxy_pass http://[::1]:9/;"), Some(host("::1", 9)));
    assert_eq!(plain("proxy_pass http://unix:/run/a.sock:/x;"), Some(Target::Unix("/run/a.sock".to_owned())));
    assert_eq!(plain("proxy_pass backend;"), None);
    assert_eq!(
        target("proxy_pass http://backend$request_uri;").and_then(|t| t.uri).as_deref(),
        Some("$request_uri")
    );
    assert!(matches!(plain("proxy_pass http://POOL;"), Some(Target::Upstream(_))));
    assert_eq!(target("proxy_pass http://pool:8080;").and_then(|target| target.written_port), Some(8080));
    for lines in ["set $b http://pool; proxy_pass $b;", "set $b pool; proxy_pass http://$b;"] {
        let Some(Target::Variable { value: Some(value), .. }) = plain(lines) else { panic!("{lines}") };
        assert!(matches!(*value, Target::Upstream(_)), "{lines}");
    }
    for lines in
        ["proxy_pass http://$host:8080;", "proxy_pass $nothing;", "set $a $a$a; proxy_pass http://$a;"]
    {
        assert!(matches!(plain(lines), Some(Target::Variable { value: None, .. })), "{lines}");
    }
}

#[test]
fn a_whole_file_and_a_part_of_conf_d_read_the_same() {
    let part = "upstream u { server a; }\nserver { listen 80; location / { proxy_pass http://u; } }\n";
    let whole = format!("events {{}}\nhttp {{ include x.conf;\n{part}}}\n");
    for text in [part, &whole] {
        let conf = read(text);
        let target = conf.location_for("/").and_then(|location| location.proxy_target()).expect("a target");
        assert!(matches!(target.target, Target::Upstream(_)));
    }
    assert_eq!(read(&whole).includes()[0].arg(0), Some("x.conf"));
}

#[test]
fn words_are_read_as_nginx_reads_them() {
    let conf = read("a b#c d\"e\"f 'g;{}' ${h}i \\\"j \"k\\\"l\\n\" 한글; # 주석 ; {\r\nb x}y;\r\n");
    let args: Vec<_> = conf.directives[0].args.iter().map(|arg| arg.value.as_str()).collect();
    assert_eq!(args, ["b#c", "d\"e\"f", "g;{}", "${h}i", "\"j", "k\"l\n", "한글"]);
    assert_eq!(at(conf.directives[0].args[6].span), (1, 39, 2));
    assert_eq!(conf.directives.len(), 2, "a comment is none");
    assert_eq!((conf.directives[1].arg(0), at(conf.directives[1].span)), (Some("x}y"), (2, 1, 1)));
}

#[test]
fn a_missing_semicolon_is_named_at_the_end_of_its_line() {
    for (text, line, column) in [
        ("server {\n    listen 80\n    server_name localhost;\n}\n", 2, 14),
        ("server {\n    listen 80 # 포트\n    location / { }\n}\n", 2, 14),
        ("server {\n    root /한글\n}\n", 2, 13),
        ("server {\n    root /x index y;\n}\n", 2, 12),
        ("server { location / {\n  proxy_pass http://u\n  proxy_set_header Host $host;\n} }\n", 2, 22),
        ("server { location / {\n  proxy_pass http://u\n  unknown_directive x;\n} }\n", 2, 22),
        ("upstream u {\n  server a\n  server b;\n}\n", 2, 11),
        ("resolver 127.0.0.11 valid=1s", 1, 29),
    ] {
        assert_eq!(refused(text), ("stack-nginx-semicolon", line, column, 1), "{text}");
    }
    let error = NginxConf::parse("listen 80\nroot /x;").expect_err("refused");
    assert_eq!(error.message.render(Lang::Ko), "1번째 줄 끝에 `;`가 빠졌습니다");
    // A value may go on over lines.
    read(
        "log_format main '$a'\n  'b';\nproxy_next_upstream error\n  timeout;\nmap $a $b {\n  default http;\n  x server;\n}\n",
    );
}

#[test]
fn braces_are_named_where_they_went_wrong() {
    let missing = "server {\n    location / {\n        return 200;\n\n    location /b {\n    }\n}\n";
    assert_eq!(refused(missing), ("stack-nginx-unclosed-block", 2, 5, 8));
    assert_eq!(refused("server {\n    listen 80;\n"), ("stack-nginx-unclosed-block", 1, 1, 6));
    let extra = "server {\n    location / {\n    }\n    }\n    listen 80;\n}\n";
    assert_eq!(refused(extra), ("stack-nginx-extra-brace", 4, 5, 1));
    assert_eq!(refused("server { }\n}\n"), ("stack-nginx-extra-brace", 2, 1, 1));
    assert_eq!(refused("{ }\n").0, "stack-nginx-nameless-block");
    assert_eq!(refused("listen 80;;\n"), ("stack-nginx-extra-semicolon", 1, 11, 1));
}

#[test]
fn quotes_and_counts() {
    assert_eq!(refused("add_header X \"abc;\n"), ("stack-nginx-quote", 1, 14, 5));
    assert_eq!(refused("add_header X \"abc;\nadd_header Y \"d\";\n"), ("stack-nginx-quote", 1, 14, 5));
    assert_eq!(refused("return 200 \"x\"y;\n"), ("stack-nginx-after-quote", 1, 15, 1));
    assert_eq!(refused("proxy_pass;\n"), ("stack-nginx-arguments", 1, 1, 10));
    assert_eq!(refused("proxy_pass a b;\n"), ("stack-nginx-arguments", 1, 14, 1));
    assert_eq!(refused("server;\n").0, "stack-nginx-block-expected");
    assert_eq!(refused("root /x { }\n").0, "stack-nginx-unexpected-block");
    assert_eq!(refused("\u{feff}listen 80;\n"), ("stack-nginx-bom", 1, 1, 1));
}
