//! The configuration as the front serves by it: [`Compiled`]. Everything that can be decided when the
//! files are read is decided here, so that a request parses nothing.

pub(crate) mod access;
mod compiler;
mod groups;
pub(crate) mod http;
mod location;
mod map;
pub(crate) mod proxy;
pub(crate) mod realip;
mod rewrite;
mod scope;
mod server;
pub(crate) mod settings;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use hyper::header::{HeaderName, HeaderValue};
use regex::bytes::Regex;

use self::access::Rule;
use self::realip::RealIp;
use crate::conf::refusal::ConfError;
use crate::log::ErrorLogSpec;
use crate::upstream::Group;
use crate::value::{Value, Var};
use workshop_stack::Span;
use workshop_stack::nginx::{Candidate, Directive, Modifier};

/// A whole configuration.
pub struct Compiled {
    pub servers: Vec<Server>,
    /// The container's ports.
    pub ports: BTreeMap<u16, Port>,
    /// Upstreams by name in lower case; groups of a `proxy_pass` without one by `host:port`.
    pub groups: BTreeMap<String, Arc<Group>>,
    pub maps: Vec<Map>,
    /// How many variables the configuration sets itself.
    pub own: usize,
    pub error_log: ErrorLogSpec,
    /// The maps that named captures are of, by their place.
    pub map_captures: HashMap<usize, usize>,
    /// A request may go on without its client somewhere.
    pub ignores_abort: bool,
    /// Somebody asks for `$sent_http_…` or `$upstream_http_…`.
    pub keeps_headers: bool,
    /// What nginx refuses all the same, in a configuration to be asked.
    pub refused: Option<ConfError>,
    /// nginx's warnings, for the log.
    pub warnings: Vec<String>,
}

/// Who answers at a port.
#[derive(Debug, Default)]
pub struct Port {
    pub default: usize,
    pub exact: HashMap<Box<str>, usize>,
    /// `*.example.org` as `.example.org`, the longest first.
    pub leading: Vec<(Box<str>, usize)>,
    /// `www.example.*` as `www.example.`, the longest first.
    pub trailing: Vec<(Box<str>, usize)>,
    pub regex: Vec<(Pattern, usize)>,
    /// Every `listen` of it names the container's own loopback address.
    pub only_here: bool,
    pub tls: bool,
}

/// A `server`.
pub struct Server {
    /// The first `server_name`, which is `$server_name`.
    pub name: Box<str>,
    pub rewrite: Vec<Op>,
    pub locations: Vec<Location>,
    pub named: HashMap<Box<str>, Location>,
    /// What is in force outside of every location.
    pub conf: Arc<LocationConf>,
    pub client_header_timeout: Duration,
    pub head: HeadLimits,
    pub merge_slashes: bool,
    pub underscores_in_headers: bool,
}

/// How large a request's head may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeadLimits {
    pub line: usize,
    pub whole: usize,
}

/// A `location`.
pub struct Location {
    pub modifier: Modifier,
    pub pattern: Box<str>,
    pub regex: Option<Pattern>,
    pub inner: Vec<Location>,
    pub conf: Arc<LocationConf>,
}

impl Candidate for &Location {
    fn modifier(&self) -> Modifier {
        self.modifier
    }

    fn pattern(&self) -> &[u8] {
        self.pattern.as_bytes()
    }

    fn matches_regex(&self, path: &[u8]) -> bool {
        self.regex.as_ref().is_some_and(|pattern| pattern.regex.is_match(path))
    }

    fn inner(&self) -> impl Iterator<Item = Self> + Clone {
        self.inner.iter()
    }
}

/// A regular expression and where its named captures go.
#[derive(Clone, Debug)]
pub struct Pattern {
    pub regex: Regex,
    /// Group number → the variable's place.
    pub named: Vec<(usize, usize)>,
}

/// Where a directive stands: a file of the container, and the place in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// A path of the container.
    pub file: Arc<str>,
    /// The directive's name in that file.
    pub span: Span,
}

impl Mark {
    pub(crate) fn of(directive: &Directive) -> Option<Self> {
        Some(Self { file: directive.file.clone()?, span: directive.span })
    }
}

/// What is in force at a place.
pub struct LocationConf {
    /// Its block; that of the server where it is of no location.
    pub mark: Option<Mark>,
    /// The location's own path (or pattern), which `alias` and a URI in `proxy_pass` replace.
    pub prefix: Box<str>,
    pub modifier: Modifier,
    pub root: Value,
    pub alias: Option<Value>,
    pub index: Vec<Value>,
    pub try_files: Option<TryFiles>,
    pub error_pages: Arc<[ErrorPage]>,
    pub recursive_error_pages: bool,
    pub types: Arc<HashMap<String, HeaderValue>>,
    pub default_type: HeaderValue,
    pub etag: bool,
    pub if_modified_since: IfModifiedSince,
    pub log_not_found: bool,
    pub internal: bool,
    pub rewrite: Vec<Op>,
    pub handler: Handler,
    /// The proxy's settings are complete only where one is.
    pub add_headers: Arc<[AddHeader]>,
    pub expires: Option<ExpiresSpec>,
    pub charset: Option<Charset>,
    pub server_tokens: bool,
    pub absolute_redirect: bool,
    pub port_in_redirect: bool,
    pub server_name_in_redirect: bool,
    pub real_ip: Option<Arc<RealIp>>,
    pub rules: Arc<[Rule]>,
    pub limit_except: Option<LimitExcept>,
    pub access_logs: Arc<[AccessLog]>,
    pub error_log: Arc<ErrorLogSpec>,
    pub client_max_body_size: u64,
    pub client_body_timeout: Duration,
    pub send_timeout: Duration,
    pub keepalive_timeout: Duration,
    /// Requests over one connection at most, and how long it is used at most.
    pub keepalive_requests: u32,
    pub keepalive_time: Duration,
    /// The second argument of `keepalive_timeout`, as a header.
    pub keepalive_header: Option<HeaderValue>,
    /// Somebody without a password is not let in; only a configuration to be asked has that.
    pub asks_password: bool,
    /// How long a name in a `proxy_pass` with variables counts; none without a `resolver`.
    pub resolver: Option<Duration>,
}

/// Who makes the answer.
#[derive(Clone)]
pub enum Handler {
    Files,
    Proxy(Arc<Proxy>),
    StubStatus,
}

/// `if_modified_since`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfModifiedSince {
    Off,
    Exact,
    Before,
}

/// `try_files`.
#[derive(Clone)]
pub struct TryFiles {
    /// Each with whether it is tried as a folder.
    pub tries: Vec<(Value, bool)>,
    pub last: Fallback,
}

#[derive(Clone)]
pub enum Fallback {
    Code(u16),
    Named(Box<str>),
    Uri(Value),
}

/// `error_page`.
pub struct ErrorPage {
    pub codes: Vec<u16>,
    pub answer: ErrorAnswer,
    pub target: Value,
}

/// The status that an error page is sent with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorAnswer {
    /// The error's own.
    Same,
    /// `=200`.
    Code(u16),
    /// `=`: what the page's own handler says.
    Handlers,
}

/// `add_header`.
pub struct AddHeader {
    pub name: HeaderName,
    /// The name as it is written there.
    pub spelled: Box<str>,
    pub value: Value,
    pub always: bool,
}

/// `charset` and the media types that it is added to; none for all.
pub struct Charset {
    pub name: Value,
    pub types: Option<Vec<Box<str>>>,
}

/// `expires` as it is written.
pub enum ExpiresSpec {
    Fixed(Expires),
    /// With variables, and whether from when the file was changed.
    Value {
        value: Value,
        modified: bool,
    },
}

/// What `expires` comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expires {
    Off,
    Epoch,
    Max,
    /// Seconds from now, or from when the file was changed.
    Seconds {
        seconds: i64,
        modified: bool,
    },
}

/// `limit_except`: what other methods are held to.
pub struct LimitExcept {
    pub methods: Vec<hyper::Method>,
    pub rules: Vec<Rule>,
}

/// `log_format`.
pub struct Format {
    pub value: Value,
    pub escape: Escape,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escape {
    Default,
    Json,
    None,
}

/// `access_log`.
#[derive(Clone)]
pub struct AccessLog {
    pub path: Arc<str>,
    pub format: Arc<Format>,
    pub condition: Option<Value>,
}

/// `map`.
pub struct Map {
    pub source: Value,
    pub exact: HashMap<Vec<u8>, Value>,
    pub regex: Vec<(Pattern, Value)>,
    pub default: Value,
    /// With `hostnames`: `*.example.org` as `.example.org`, `www.*` as `www.`, the longest first.
    pub leading: Vec<(Vec<u8>, Value)>,
    pub trailing: Vec<(Vec<u8>, Value)>,
    pub hostnames: bool,
}

/// A step of the rewrite phase.
pub enum Op {
    Set(usize, Value),
    SetArgs(Value),
    If { condition: Condition, then: Vec<Op>, conf: Option<Arc<LocationConf>> },
    Rewrite(Rewrite),
    Return { status: u16, text: Option<Value> },
    Break,
}

/// What an `if` asks.
pub enum Condition {
    IsTrue(Var),
    Equals { var: Var, value: Value, negated: bool },
    Matches { var: Var, pattern: Pattern, negated: bool },
    File { path: Value, kind: FileKind, negated: bool },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    File,
    Folder,
    Anything,
    Executable,
}

/// `rewrite`.
pub struct Rewrite {
    pub pattern: Pattern,
    /// The replacement before its first `?`, and behind it where there is one.
    pub to: Value,
    pub args: Option<Value>,
    /// The request's own arguments are added.
    pub keeps_args: bool,
    pub flag: Flag,
}

/// What happens after a `rewrite` that matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    /// The steps go on.
    None,
    Last,
    Break,
    /// 301 or 302.
    Redirect(u16),
}

/// `proxy_set_header`.
pub struct SetHeader {
    pub name: HeaderName,
    /// The name as it is written there.
    pub spelled: Box<str>,
    pub value: Value,
}

/// `proxy_pass` and all that is in force for it.
pub struct Proxy {
    /// Its own number, by which connections are kept apart where they are not shared.
    pub tag: usize,
    pub target: Target,
    /// Spoken with TLS, which only a configuration to be asked may be.
    pub tls: bool,
    /// The URI of a `proxy_pass` without variables.
    pub uri: Option<Box<str>>,
    /// `$proxy_host` and `$proxy_port` where they are fixed.
    pub host: Box<str>,
    pub port: Box<str>,
    pub set_headers: Vec<SetHeader>,
    /// Request headers that are not passed on as they came.
    pub replaced: Vec<HeaderName>,
    pub hidden: Vec<HeaderName>,
    pub method: Option<Value>,
    pub http_11: bool,
    pub pass_headers: bool,
    pub pass_body: bool,
    pub connect_timeout: Duration,
    pub read_timeout: Duration,
    pub send_timeout: Duration,
    /// The largest head of an answer.
    pub buffer_size: usize,
    pub next: NextUpstream,
    pub redirects: Vec<Redirect>,
    pub intercept_errors: bool,
    pub ignore_client_abort: bool,
}

/// Where a `proxy_pass` goes.
pub enum Target {
    Group(Arc<Group>),
    /// With variables: a whole address, resolved for each request.
    Value(Value),
}

/// `proxy_next_upstream` and its bounds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NextUpstream {
    pub error: bool,
    pub timeout: bool,
    pub invalid_header: bool,
    pub non_idempotent: bool,
    pub statuses: Vec<u16>,
    /// 0 for as many as there are.
    pub tries: u32,
    pub within: Option<Duration>,
}

/// `proxy_redirect`.
pub enum Redirect {
    Prefix { from: Value, to: Value },
    Regex { pattern: Pattern, to: Value },
}
