//! A [`Case`]: a configuration, `fixtures/front/NAME.conf`, and what is asked of a server that runs
//! it, `NAME.toml` beside it.
//!
//! In a configuration `{port}` and `{port2}` are the ports it listens on, `{a}`, `{b}` and `{c}` the
//! backends, `{closed}` an address that refuses connections, `{full}` one that lets them wait. Paths
//! are those of the official image. A step is a request as [`super::wire::request`] reads it, or a
//! table (see [`Special`]).

use std::collections::BTreeMap;
use std::fs;
use std::net::Ipv4Addr;
use std::path::PathBuf;

use serde::Deserialize;

use super::server::Kind;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    #[serde(skip)]
    pub name: String,
    #[serde(skip)]
    pub conf: String,
    /// The configuration's file, from the repository's root, where it is not `NAME.conf`.
    pub file: Option<PathBuf>,
    /// What is put in the place of what, for nginx alone: it has no names to look up, and cannot
    /// have port 80. The front gets the file as it is.
    #[serde(default)]
    pub for_nginx: BTreeMap<String, String>,
    /// One sentence: what it is about.
    pub about: String,
    /// The first nginx that behaves so, as `1.29.7`: an older one is not asked.
    pub since: Option<String>,
    /// It is a whole `nginx.conf`, and no file of `conf.d`.
    #[serde(default)]
    pub whole: bool,
    /// The error log is compared, too.
    #[serde(default)]
    pub errors: bool,
    /// The number of connections that each backend accepted is compared, too.
    #[serde(default)]
    pub connections: bool,
    /// Differences that are meant: words of the differing line → why.
    #[serde(default)]
    pub known: BTreeMap<String, String>,
    pub steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Step {
    /// One request on a connection of its own, which it asks to close.
    Send(String),
    Special(Box<Special>),
}

/// A step that is more than one plain request. Exactly one of `send`, `keep`, `raw`, `expect`,
/// `background` and `reload` is given.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Special {
    /// A plain request …
    pub send: Option<String>,
    /// … so many times,
    pub times: Option<u32>,
    /// … from this address,
    pub from: Option<Ipv4Addr>,
    /// … until this backend answers it, or until these words are seen (only that answer counts),
    pub until: Option<String>,
    /// … or so often that every backend which takes part is seen: only who took part counts.
    pub spread: Option<u32>,
    /// Requests one after the other on one connection.
    pub keep: Option<Vec<String>>,
    /// Bytes, as they are; every reply until the connection ends or is silent for a moment …
    pub raw: Option<String>,
    /// … of so many milliseconds.
    pub silence: Option<u64>,
    /// A request whose body waits for `100 Continue`.
    pub expect: Option<String>,
    /// A request whose answer is awaited at the end; the next step starts once a backend has it.
    pub background: Option<String>,
    /// The client leaves once a backend has this request.
    pub leave: Option<String>,
    /// Another configuration (`NAME.conf`), and SIGHUP; one named `…-bad` must be refused.
    pub reload: Option<String>,
}

impl Step {
    /// What it sends, in one line, for reports.
    pub(crate) fn title(&self) -> String {
        let special = match self {
            Self::Send(text) => return one_line(text),
            Self::Special(special) => special,
        };
        let mut title = String::new();
        let Special { send, keep, raw, expect, background, leave, reload, .. } = &**special;
        for (name, text) in [("", send), ("raw ", raw), ("expect ", expect), ("background ", background)] {
            if let Some(text) = text {
                title = format!("{name}{}", one_line(text));
            }
        }
        if let Some(list) = keep {
            title =
                format!("kept: {}", list.iter().map(|text| one_line(text)).collect::<Vec<_>>().join(" | "));
        }
        if let Some(text) = leave {
            title = format!("leave {}", one_line(text));
        }
        if let Some(name) = reload {
            title = format!("reload {name}");
        }
        if let Some(times) = special.times {
            title.push_str(&format!(" × {times}"));
        }
        if let Some(from) = special.from {
            title.push_str(&format!(" from {from}"));
        }
        title
    }
}

fn one_line(text: &str) -> String {
    let text = text.replace('\r', "\\r").replace('\n', "\\n");
    let short: String = text.chars().take(160).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn folder() -> PathBuf {
    root().join("fixtures/front")
}

impl Case {
    /// The configuration as this kind of server is given it.
    pub(crate) fn conf_for(&self, kind: Kind) -> String {
        match kind {
            Kind::Front => self.conf.clone(),
            Kind::Nginx => self.for_nginx.iter().fold(self.conf.clone(), |text, (from, to)| {
                assert!(text.contains(from), "{}: {from:?} is not in its configuration", self.name);
                text.replace(from, to)
            }),
        }
    }
}

pub(crate) fn conf(name: &str) -> String {
    let path = folder().join(format!("{name}.conf"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every case, by name; where `WORKSHOP_FRONT_CASES` names some, only those.
pub(crate) fn all() -> Vec<Case> {
    let wanted = std::env::var("WORKSHOP_FRONT_CASES").ok();
    let mut cases = Vec::new();
    for entry in fs::read_dir(folder()).expect("the cases") {
        let path = entry.expect("a case").path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        if wanted.as_ref().is_some_and(|names| !names.split(',').any(|part| name.contains(part))) {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a case");
        let mut case: Case = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}.toml: {error}"));
        case.conf = match &case.file {
            Some(file) => fs::read_to_string(root().join(file)).expect("a configuration"),
            None => conf(&name),
        };
        case.name = name;
        cases.push(case);
    }
    cases.sort_by(|one, other| one.name.cmp(&other.name));
    cases
}
