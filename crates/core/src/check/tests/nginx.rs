//! `upstream`, `upstream_servers` and `location`.

use super::{fails, passes};

/// A configuration with this group, to which everything goes.
fn group(lines: &str) -> String {
    format!("upstream api {{\n{lines}\n}}\nserver {{\n  location / {{ proxy_pass http://api; }}\n}}\n")
}

const SERVERS: &str =
    "server a:8080 max_fails=3 fail_timeout=30s;\nserver b:8080 max_fails=3 fail_timeout=30s;";
const CHECK: &str = "upstream_servers = { path = \"/\", services = [\"a\", \"b\"], port = 8080, max_fails = 3, fail_timeout = \"30s\" }";

#[test]
fn servers_are_compared_by_what_they_mean() {
    for lines in [
        SERVERS,
        "server b:8080 fail_timeout=30 max_fails=3;\nserver a:8080 max_fails=3 fail_timeout=30s max_conns=9;",
        "zone z 64k;\nserver A:8080 fail_timeout=0m30s max_fails=3 weight=2;\nserver b:8080 max_fails=3 fail_timeout=30s weight=2;\nkeepalive 32;",
    ] {
        passes(CHECK, &[("nginx/default.conf", &group(lines))]);
    }
    // What is not asked for may be anything.
    let loose = "upstream_servers = { path = \"/x\", services = [\"a\", \"b\"], port = 8080 }";
    passes(loose, &[("nginx/default.conf", &group("server a:8080;\nserver b:8080 max_fails=9;"))]);
}

#[test]
fn another_server_and_other_words_are_found() {
    let b = "server b:8080 max_fails=3 fail_timeout=30s;";
    for (from, to, key, word) in [
        (b, "", "check-upstream-servers-missing", "api"),
        (b, "server c:8080;", "check-upstream-servers-stranger", "c:8080"),
        (b, "server a:8080 max_fails=3 fail_timeout=30s;", "check-upstream-servers-twice", "a:8080"),
        ("b:8080", "b:80", "check-upstream-servers-other", "b:80"),
        ("b:8080", "b", "check-upstream-servers-other", "b"),
        (b, "server b:8080 fail_timeout=30s;", "check-upstream-servers-other", "b:8080"),
        (b, "server b:8080 max_fails=3;", "check-upstream-servers-other", "b:8080"),
        (b, "server b:8080 max_fails=3 fail_timeout=3s;", "check-upstream-servers-other", "b:8080"),
        ("b:8080", "b:8080 weight=3", "check-upstream-servers-other", "b:8080"),
        ("b:8080", "b:8080 backup", "check-upstream-servers-other", "b:8080"),
        ("b:8080", "b:8080 down", "check-upstream-servers-other", "b:8080"),
    ] {
        fails(CHECK, &[("nginx/default.conf", &group(&SERVERS.replace(from, to)))], key, word);
    }
    let direct = "server {\n  location / { proxy_pass http://a:8080; }\n}\n";
    fails(CHECK, &[("nginx/default.conf", direct)], "check-upstream-no-group", "http://a:8080");
    fails(
        CHECK,
        &[("nginx/default.conf", "server {\n  location / { root /x; }\n}\n")],
        "check-proxy-none",
        "location",
    );
}

#[test]
fn the_way_to_choose_a_server() {
    let check = |has: &str| format!("upstream = {{ path = \"/\", has = \"{has}\" }}");
    for (has, line) in [
        ("round_robin", ""),
        ("least_conn", "least_conn;"),
        ("ip_hash", "ip_hash;"),
        ("ip_hash", "least_conn; ip_hash;"),
    ] {
        passes(&check(has), &[("nginx/default.conf", &group(&format!("{line}\n{SERVERS}\nkeepalive 8;")))]);
    }
    for (has, line, word) in [
        ("round_robin", "least_conn;", "least_conn"),
        ("round_robin", "random two;", "random"),
        ("round_robin", "hash $uri;", "hash"),
        ("least_conn", "", "api"),
        ("least_conn", "ip_hash;", "ip_hash"),
        ("ip_hash", "ip_hash; least_conn;", "least_conn"),
    ] {
        let conf = group(&format!("{line}\n{SERVERS}"));
        fails(&check(has), &[("nginx/default.conf", &conf)], "check-upstream-method", word);
    }
}

#[test]
fn nginx_answers_by_itself() {
    let check = "location = { path = \"/nginx-health\", returns = 200 }";
    let server = |lines: &str| format!("server {{\n{lines}\n  location / {{ proxy_pass http://a; }}\n}}\n");
    for lines in [
        "  location = /nginx-health { access_log off; return 200 \"healthy\\n\"; }",
        "  location /nginx-health { return 200; }",
        "  location ~ ^/nginx- { return 200 ok; }",
    ] {
        passes(check, &[("nginx/default.conf", &server(lines))]);
    }
    for (lines, key, word) in [
        ("", "check-location-no-answer", "location / {"),
        ("  location = /nginx-health/ { return 200; }", "check-location-no-answer", "location / {"),
        ("  location = /nginx-health { return 204; }", "check-location-other", "return 204"),
        ("  location = /nginx-health { return http://x/; }", "check-location-other", "return http"),
        (
            "  return 301 /x;\n  location = /nginx-health { return 200; }",
            "check-location-other",
            "return 301",
        ),
        (
            "  location = /nginx-health { return 200; }\n  location ^~ /nginx-health { return 500; }\n  # 가\n  return 404;",
            "check-location-other",
            "return 404",
        ),
    ] {
        fails(check, &[("nginx/default.conf", &server(lines))], key, word);
    }
}

#[test]
fn the_status_is_for_this_machine_alone() {
    let check = "location = { path = \"/nginx-status\", has = \"stub_status\", denies_all = true }";
    let at = |inner: &str| {
        format!(
            "server {{\n  location = /nginx-status {{\n    {inner}\n  }}\n  location / {{ root /x; }}\n}}\n"
        )
    };
    for inner in [
        "stub_status; allow 127.0.0.1; deny all;",
        "stub_status on; allow 127.0.0.0/8; allow ::1; deny all;",
        "allow 127.0.0.1;\n    allow 10.0.0.0/8;\n    deny all;\n    stub_status;",
    ] {
        passes(check, &[("nginx/default.conf", &at(inner))]);
    }
    // Rules of the level around are inherited where there is none of the location's own.
    passes(check, &[("nginx/default.conf", &format!("allow 127.0.0.1;\ndeny all;\n{}", at("stub_status;")))]);
    for (inner, key, word) in [
        ("allow 127.0.0.1; deny all;", "check-location-lacks", "location"),
        ("stub_status; return 200;", "check-location-return-first", "return"),
        ("stub_status;", "check-location-open", "location"),
        ("stub_status; allow 127.0.0.1;", "check-location-open", "location"),
        ("stub_status; allow all; deny all;", "check-location-open", "allow all"),
        ("stub_status; deny all; allow 127.0.0.1;", "check-location-shut", "deny all"),
        ("stub_status; allow 192.168.0.0/16; deny all;", "check-location-shut", "deny all"),
    ] {
        fails(check, &[("nginx/default.conf", &at(inner))], key, word);
    }
    for bad in
        ["location = { path = \"/\" }", "location = { path = \"/\", returns = 200, denies_all = true }"]
    {
        assert!(
            toml::from_str::<crate::lesson::model::CheckEntry>(&format!("id = \"x\"\n{bad}\n")).is_err(),
            "{bad}"
        );
    }
}

#[test]
fn a_log_must_say_who_answered() {
    let check = "access_log = { path = \"/\", has = \"$upstream_addr\" }";
    let conf = |format: &str, log: &str| {
        format!("{format}\nserver {{ {log} location / {{ proxy_pass http://app:80; }} }}\n")
    };
    let format = "log_format who '$status $upstream_addr';";
    passes(check, &[("nginx/default.conf", &conf(format, "access_log /dev/stdout who;"))]);
    let fails = |text: &str, key, word| super::fails(check, &[("nginx/default.conf", text)], key, word);
    fails(&conf(format, "access_log off;"), "check-access-log-none", "location");
    fails(&conf("", "access_log /dev/stdout who;"), "check-access-log-format-none", "access_log");
    let silent = "log_format who '$status';";
    fails(&conf(silent, "access_log /dev/stdout who;"), "check-access-log-lacks", "log_format");
}
