//! Our table of nginx's directives against `nginx -t`: every directive in every context, with too
//! few and too many arguments, twice, and with wrong values. nginx is the judge.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use workshop::front::{View, would_start};
use workshop::stack::nginx::directives::{self, Rule, Value, place};

use super::case::folder;
use super::server::{nginx_is_there, nginx_program};

/// Every context, with its bit.
const PLACES: [(u16, &str); 9] = [
    (place::MAIN, "main"),
    (place::EVENTS, "events"),
    (place::HTTP, "http"),
    (place::SERVER, "server"),
    (place::LOCATION, "location"),
    (place::SERVER_IF, "server-if"),
    (place::LOCATION_IF, "location-if"),
    (place::UPSTREAM, "upstream"),
    (place::LIMIT_EXCEPT, "limit-except"),
];

/// Values that are right for some directives and wrong for most.
const VALUES: [&str; 22] = [
    "on", "off", "ON", "yes", "0", "1", "-1", "7", "1.1", "1k", "1m", "1g", "5x", "10s", "500ms", "1s500ms",
    "1d", "foo", "\"\"", "error", "user:rw", "GET",
];

/// Directives whose values are files, users or ciphers of this machine: held to place and number only.
const OF_THE_MACHINE: [&str; 33] = [
    "ssl_certificate",
    "ssl_certificate_key",
    "ssl_dhparam",
    "ssl_trusted_certificate",
    "ssl_client_certificate",
    "ssl_crl",
    "ssl_password_file",
    "ssl_stapling_file",
    "ssl_session_ticket_key",
    "ssl_ech_file",
    "ssl_ciphers",
    "ssl_ecdh_curve",
    "ssl_conf_command",
    "ssl_engine",
    "quic_host_key",
    "load_module",
    "include",
    "user",
    "working_directory",
    "proxy_ssl_password_file",
    "uwsgi_ssl_password_file",
    "grpc_ssl_password_file",
    "ssl_ocsp_responder",
    "ssl_verify_client",
    "worker_cpu_affinity",
    "env",
    "error_log",
    "ssl_ocsp",
    "proxy_ssl_conf_command",
    "grpc_ssl_conf_command",
    "uwsgi_ssl_conf_command",
    "ssl_stapling",
    "ssl_verify_depth",
];

/// Built into the official image, and modules to be loaded where this nginx comes from.
const ELSEWHERE: [&str; 2] = ["stream", "mail"];

/// Where our reading is knowingly another, and why.
const KNOWN: [(&str, &str); 3] = [
    ("worker_connections", "too few for the sockets of this one configuration"),
    ("listen 1.1;", "an address that this machine does not have"),
    ("modern_browser gecko;", "nginx crashes"),
];

struct Judge {
    dir: TempDir,
    program: PathBuf,
}

impl Judge {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        Self { dir, program: nginx_program().expect("nginx") }
    }

    /// A whole configuration with `line` in one context.
    fn conf(&self, at: &str, line: &str) -> String {
        let dir = self.dir.path().display();
        let temps = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
        let uses = |name: &str| at == "http" && line.starts_with(&format!("{name}_temp_path"));
        let temps: String = temps
            .into_iter()
            .filter(|name| !uses(name))
            .map(|name| format!("{name}_temp_path {dir}/t-{name};\n"))
            .collect();
        let here = |name: &str| if name == at { line } else { "" };
        // What is not part of the case must not be its duplicate.
        let own = |place: &str, name: &str, text: &str| {
            if at == place && line.starts_with(name) { String::new() } else { text.to_owned() }
        };
        let error_log = own("main", "error_log", "error_log stderr notice;");
        let pid = own("main", "pid", &format!("pid {dir}/pid;"));
        let access_log = own("http", "access_log", "access_log off;");
        let limit_except = if at == "location" && line.starts_with("limit_except") {
            String::new()
        } else {
            format!("limit_except GET {{ {} }}", here("limit-except"))
        };
        format!(
            "{error_log}\n{pid}\n{main}\nevents {{ {events} }}\nhttp {{\n{temps}{access_log}\n\
             limit_conn_zone $uri zone=lc:64k;\nlimit_req_zone $uri zone=lr:64k rate=1r/s;\n{http}\n\
             upstream uu {{ server 127.0.0.1; {upstream} }}\n\
             server {{ listen 127.0.0.1:8081; set $memcached_key x; {server}\nif ($uri) {{ {server_if} }}\n\
             location /loc {{ {location}\nif ($uri) {{ {location_if} }}\n{limit_except} }} }}\n}}\n",
            main = here("main"),
            events = here("events"),
            http = here("http"),
            upstream = here("upstream"),
            server = here("server"),
            server_if = here("server-if"),
            location = here("location"),
            location_if = here("location-if"),
        )
    }

    /// What nginx says against it, if it does.
    fn nginx(&self, conf: &str) -> Option<String> {
        let file = self.dir.path().join("nginx.conf");
        fs::write(&file, conf).expect("written");
        let output = Command::new(&self.program)
            .args(["-t", "-e", "stderr", "-p"])
            .arg(self.dir.path())
            .arg("-c")
            .arg(&file)
            .output()
            .expect("nginx runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let emerg = said.lines().find(|line| line.contains("[emerg]")).unwrap_or("it ended without a word");
        // Who answers to a name is not a matter of the configuration.
        (!output.status.success() && !emerg.contains("host not found")).then(|| emerg.to_owned())
    }

    fn ours(conf: &str) -> Option<String> {
        let view = View::new(Path::new("/nowhere"), &[]).with_text("/etc/nginx/nginx.conf", conf);
        would_start(view).map_or_else(Some, |started| started.refused).map(|error| error.nginx_line())
    }
}

/// A right use of a directive: its arguments, and its block if it has one.
fn right(rule: &Rule) -> (Vec<String>, String) {
    let listed = fs::read_to_string(folder().join("directives.txt")).expect("the list");
    let line = listed.lines().find(|line| line.split(' ').next() == Some(rule.name));
    let (words, block) = match line {
        Some(line) => {
            let rest = &line[rule.name.len()..];
            rest.split_once('{').map_or((rest, String::new()), |(words, block)| (words, format!("{{{block}")))
        }
        None if rule.block => ("", "{ }".to_owned()),
        None => (by_kind(rule), String::new()),
    };
    (words.split_whitespace().map(str::to_owned).collect(), block)
}

fn by_kind(rule: &Rule) -> &'static str {
    match rule.value {
        Value::Flag => "on",
        Value::Number => "16",
        Value::Within(..) => ["5", "503"][usize::from(rule.name.ends_with("_status"))],
        Value::Size if rule.name.ends_with("busy_buffers_size") => "8k",
        Value::Size => "8k",
        Value::Offset | Value::SizeOrVariable => "8k",
        Value::Msec | Value::Sec => "10s",
        Value::Bufs => "8 8k",
        Value::OneOf(words) | Value::SomeOf(words) => words[0],
        Value::Access => "user:rw",
        Value::Folder => "folder",
        Value::Bind => "127.0.0.1",
        Value::Param => "A b",
        Value::CachePath => "cache keys_zone=c9:64k",
        Value::CacheValid => "1m",
        Value::Text | Value::Own if rule.takes.takes(1) => "x",
        Value::Text | Value::Own => "x y",
    }
}

fn written(name: &str, words: &[String], block: &str) -> String {
    let mut line = name.to_owned();
    for word in words {
        line.push(' ');
        line.push_str(word);
    }
    if block.is_empty() { format!("{line};") } else { format!("{line} {block}") }
}

/// All that is asked of one rule: context and line.
fn cases(rule: &Rule) -> Vec<(&'static str, String)> {
    let (words, block) = right(rule);
    let name = rule.name;
    let mut cases: Vec<(&'static str, String)> =
        PLACES.iter().map(|(_, at)| (*at, written(name, &words, &block))).collect();
    let home = PLACES.iter().find(|(bit, _)| rule.places & bit != 0).expect("a place").1;
    for count in 0..6 {
        let mut some = words.clone();
        some.truncate(count);
        while some.len() < count {
            some.push("x".to_owned());
        }
        cases.push((home, written(name, &some, &block)));
    }
    let other_block = if block.is_empty() { "{ }" } else { "" };
    cases.push((home, written(name, &words, other_block)));
    if OF_THE_MACHINE.contains(&name) {
        // Only what nginx says before it opens anything.
        return cases;
    }
    cases.push((home, format!("{0} {0}", written(name, &words, &block))));
    for value in VALUES {
        let mut with = words.clone();
        match with.first_mut() {
            Some(first) => value.clone_into(first),
            None => continue,
        }
        cases.push((home, written(name, &with, &block)));
        if words.len() > 1 {
            let mut with = words.clone();
            value.clone_into(with.last_mut().expect("two"));
            cases.push((home, written(name, &with, &block)));
        }
    }
    cases
}

/// Asks both about one case in `every`; how many were asked, and the differences.
fn compare(every: usize) -> (usize, Vec<String>) {
    let asked: Vec<_> = directives::all()
        .filter(|rule| !ELSEWHERE.contains(&rule.name))
        .flat_map(|rule| cases(rule).into_iter().map(move |case| (rule.name, case)))
        .enumerate()
        .filter(|(at, _)| at % every == 0)
        .map(|(_, case)| case)
        .collect();
    let halves: Vec<_> = asked.chunks(asked.len().div_ceil(2).max(1)).collect();
    let differences = std::thread::scope(|scope| {
        let workers: Vec<_> = halves.iter().map(|half| scope.spawn(|| differing(half))).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("compared")).collect()
    });
    (asked.len(), differences)
}

fn differing(asked: &[(&str, (&'static str, String))]) -> Vec<String> {
    let judge = Judge::new();
    let mut differences = Vec::new();
    for (name, (at, line)) in asked {
        let conf = judge.conf(at, line);
        let (nginx, ours) = (judge.nginx(&conf), Judge::ours(&conf));
        let of_machine =
            OF_THE_MACHINE.contains(name) && nginx.as_ref().is_some_and(|said| !said.contains("directive"));
        let known = KNOWN.iter().any(|(known, _)| line.starts_with(known));
        if nginx.is_some() != ours.is_some() && !of_machine && !known {
            let say = |said: &Option<String>| said.clone().unwrap_or_else(|| "takes it".to_owned());
            differences.push(format!("{at}: {line}\n    nginx: {}\n    ours:  {}", say(&nginx), say(&ours)));
        }
    }
    differences
}

fn told(every: usize) {
    let (asked, differences) = compare(every);
    eprintln!("{asked} asked, {} agree, {} differ", asked - differences.len(), differences.len());
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn a_sample_of_the_table_agrees_with_nginx() {
    if nginx_is_there() {
        told(97);
    }
}

#[test]
#[ignore = "about five minutes: run it when the table changes"]
fn the_whole_table_agrees_with_nginx() {
    if nginx_is_there() {
        told(1);
    }
}
