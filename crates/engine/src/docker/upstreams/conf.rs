//! What nginx's files say of its upstreams: [`groups`], from the files as they lie in the container.

use std::time::Duration;

use workshop_stack::nginx::{Directive, NginxConf, Resolver, address, scheme, split_uri, time};

use super::said::File;
use crate::Lookup;

/// nginx's own, where a `server` says nothing.
const MAX_FAILS: u32 = 1;
const FAIL_TIMEOUT: Duration = Duration::from_secs(10);
/// Includes within includes.
const DEEPEST: usize = 8;
/// Where nginx's own image sends what it writes: links to the standard streams.
const STREAMS: [&str; 3] = ["stderr", "/dev/stderr", "/var/log/nginx/error.log"];

/// A group, before anybody was asked for its names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub name: String,
    pub servers: Vec<Line>,
}

/// A `server` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub host: String,
    pub port: u16,
    pub lookup: Lookup,
    pub max_fails: u32,
    pub fail_timeout: Duration,
}

/// What the files say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Conf {
    pub groups: Vec<Group>,
    /// Servers that rest are told of on standard error.
    pub logs_rests: bool,
}

/// What nginx would read of `files`, beginning with its main one.
pub(super) fn read(files: &[File]) -> Conf {
    let mut all = Vec::new();
    if let Some(main) = files.iter().find(|file| file.path.ends_with("/nginx.conf")) {
        gather(main, files, DEEPEST, &mut all);
    }
    let mut groups: Vec<Group> = Vec::new();
    let resolver = all.iter().flat_map(NginxConf::http).find_map(resolver);
    for upstream in all.iter().flat_map(NginxConf::upstreams) {
        let valid = upstream.resolver.as_ref().or(resolver.as_ref()).and_then(valid);
        let line = |server: workshop_stack::nginx::UpstreamServer| Line {
            lookup: if server.resolve { Lookup::Again(valid) } else { Lookup::Once },
            max_fails: server.max_fails.unwrap_or(MAX_FAILS),
            fail_timeout: server.fail_timeout.as_deref().and_then(time).unwrap_or(FAIL_TIMEOUT),
            port: server.port.unwrap_or(80),
            host: server.host,
        };
        let servers = upstream.servers.into_iter().filter(|server| !server.host.starts_with("unix:"));
        groups.push(Group { name: upstream.name.value, servers: servers.map(line).collect() });
    }
    for directive in all.iter().flat_map(|conf| &conf.directives) {
        passes(directive, &[], &mut groups);
    }
    let logs_rests =
        all.iter().any(|conf| walk(&conf.directives, &|one| one.name == "error_log" && tells(one)));
    Conf { groups, logs_rests }
}

/// A file, and what it includes of the others.
fn gather(file: &File, files: &[File], deeper: usize, all: &mut Vec<NginxConf>) {
    let Ok(conf) = NginxConf::parse(&file.text) else { return };
    let patterns: Vec<String> = conf
        .includes()
        .into_iter()
        .filter_map(|include| include.arg(0))
        .map(|path| if path.starts_with('/') { path.to_owned() } else { format!("/etc/nginx/{path}") })
        .collect();
    all.push(conf);
    if deeper == 0 {
        return;
    }
    for pattern in patterns {
        for other in files.iter().filter(|other| other.path != file.path && fits(&other.path, &pattern)) {
            gather(other, files, deeper - 1, all);
        }
    }
}

/// Whether a path is one of a pattern, in whose last part one `*` may stand.
fn fits(path: &str, pattern: &str) -> bool {
    match pattern.split_once('*') {
        None => path == pattern,
        Some((before, after)) => path
            .strip_prefix(before)
            .and_then(|rest| rest.strip_suffix(after))
            .is_some_and(|between| !between.contains('/')),
    }
}

fn resolver(directive: &Directive) -> Option<Resolver> {
    (directive.name == "resolver").then(|| Resolver::read(directive)).flatten()
}

fn valid(resolver: &Resolver) -> Option<Duration> {
    resolver.valid.as_deref().and_then(time)
}

/// `error_log` to standard error at a level that a server's rest is of (a warning).
fn tells(directive: &Directive) -> bool {
    let level = directive.arg(1).unwrap_or("error");
    directive.arg(0).is_some_and(|path| STREAMS.contains(&path))
        && matches!(level, "warn" | "notice" | "info" | "debug")
}

fn walk(directives: &[Directive], is_it: &dyn Fn(&Directive) -> bool) -> bool {
    directives.iter().any(|one| is_it(one) || walk(one.inside(), is_it))
}

/// The hosts that a `proxy_pass` names and no upstream is called, each once.
fn passes(directive: &Directive, around: &[&Directive], groups: &mut Vec<Group>) {
    let mut inside = around.to_vec();
    inside.extend(directive.inside());
    if directive.name == "proxy_pass"
        && let Some(target) = directive.arg(0)
    {
        let is_made = target.contains('$');
        let target = substituted(target, around);
        let host = scheme(&target).map(|(_, rest)| split_uri(rest).0);
        if let Some(host) = host.filter(|host| !host.contains('$') && !host.starts_with("unix:")) {
            let (name, port) = address(host);
            let known = groups.iter().any(|group| {
                group.name.eq_ignore_ascii_case(&name)
                    && (group.servers.len() != 1
                        || group.servers[0].host != name
                        || port.is_none_or(|port| group.servers[0].port == port))
            });
            let valid = around.iter().rev().find_map(|one| resolver(one)).as_ref().and_then(valid);
            if !known {
                let lookup = if is_made { Lookup::ForRequests } else { Lookup::Once };
                let line = Line {
                    host: name.clone(),
                    port: port.unwrap_or(80),
                    lookup: if is_made && valid.is_some() { Lookup::Again(valid) } else { lookup },
                    max_fails: MAX_FAILS,
                    fail_timeout: FAIL_TIMEOUT,
                };
                groups.push(Group { name, servers: vec![line] });
            }
        }
    }
    for one in directive.inside() {
        passes(one, &inside, groups);
    }
}

/// `text` with what `set` says around it in its variables' place.
fn substituted(text: &str, around: &[&Directive]) -> String {
    let sets = around.iter().filter(|one| one.name == "set");
    let mut out = text.to_owned();
    for set in sets {
        if let (Some(name), Some(value)) = (set.arg(0), set.arg(1)) {
            out = out.replace(name, value);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIN: &str = "error_log /var/log/nginx/error.log notice;\nevents {}\n\
                        http { include /etc/nginx/mime.types; include /etc/nginx/conf.d/*.conf; }";

    fn conf(text: &str) -> Conf {
        let file = |path: &str, text: &str| File { path: path.into(), written: 0, text: text.into() };
        read(&[
            file("/etc/nginx/nginx.conf", MAIN),
            file("/etc/nginx/conf.d/default.conf", text),
            file("/etc/nginx/sites-enabled/other", "upstream other { server other; }"),
        ])
    }

    #[test]
    fn what_is_included_is_read_and_nothing_else() {
        let found = conf(
            "upstream pool { zone p 64k; server backend:8080 resolve max_fails=3 fail_timeout=5s; }\n\
             resolver 127.0.0.11 valid=1s;\nserver { location / { proxy_pass http://pool; } }",
        );
        assert!(found.logs_rests);
        assert_eq!(found.groups.len(), 1);
        let line = &found.groups[0].servers[0];
        assert_eq!((line.host.as_str(), line.port, line.max_fails), ("backend", 8080, 3));
        assert_eq!(line.lookup, Lookup::Again(Some(Duration::from_secs(1))));
        assert_eq!(line.fail_timeout, Duration::from_secs(5));
    }

    #[test]
    fn a_plain_host_is_looked_up_once_and_one_of_variables_for_requests() {
        let lookup = |text: &str| {
            let found = conf(&format!("server {{ location / {{ {text} }} }}"));
            assert_eq!((found.groups.len(), found.groups[0].name.as_str()), (1, "backend"), "{text}");
            (found.groups[0].servers[0].port, found.groups[0].servers[0].lookup)
        };
        assert_eq!(lookup("proxy_pass http://backend:8080;"), (8080, Lookup::Once));
        assert_eq!(lookup("proxy_pass http://backend/x/;"), (80, Lookup::Once));
        let made = "set $where http://backend:8080; proxy_pass $where;";
        assert_eq!(lookup(made), (8080, Lookup::ForRequests));
        let soon = "resolver 127.0.0.11 valid=2s; set $b backend; proxy_pass http://$b:8080;";
        assert_eq!(lookup(soon), (8080, Lookup::Again(Some(Duration::from_secs(2)))));
    }

    #[test]
    fn what_cannot_be_read_says_nothing() {
        assert_eq!(conf("server { location / { proxy_pass http://$made:80; } }").groups, []);
        assert_eq!(conf("upstream {").groups, []);
        assert_eq!(read(&[]), Conf::default());
    }
}
