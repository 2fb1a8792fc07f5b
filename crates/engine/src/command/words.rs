//! What a lesson may say to Compose, to Swarm ([`SWARM`]) and to a cluster of this program's own
//! ([`CLUSTER`]), as one table each: every verb, the options that may stand there, what each option
//! takes, and what may stand beside them. Nothing else is run.
//!
//! Left out on purpose: what reads or writes files (`config -o`, `--env-file`, `cp`), what leads
//! elsewhere (`-f`, `-p`, `--project-directory`, `build --push`, `--ssh`, `--secret`, `--builder`),
//! what takes from the user's environment (`--build-arg`, `config --environment`), and what never
//! ends (`logs --follow`, `up` in the foreground, `attach`, `watch`).

/// What an option takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// No value: the option is a flag.
    Nothing,
    /// A whole number of at most five digits.
    Number,
    /// `SERVICE=NUMBER`
    Scale,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A number of lines, or `all`.
    Lines,
    /// A moment or a length of time: `10m`, `2026-01-02T10:00:00Z`.
    Time,
    /// `SIGTERM`, `HUP`, `9`
    Signal,
    /// A length of time: `10s`, `1m30s`.
    Span,
    /// A part of one: `0`, `0.25`, `1`; or a number of cores.
    Fraction,
    /// A file of the workspace, by its plain path from there.
    File,
    /// An image: `nginx:alpine`.
    Image,
    /// `NAME=VALUE`
    Pair,
    /// A name alone.
    Key,
    /// `node.labels.disk==ssd`
    Constraint,
    /// A config or secret of the stack: `{stack}_NAME`, or `source={stack}_NAME,target=/FILE`.
    Source,
    /// How each row is written: `{{.Name}} {{.Node}}`.
    Template,
}

/// What a verb is said to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// `docker compose`
    Compose,
    /// `docker`, to a swarm's manager.
    Docker,
    /// `workshop cluster`
    Cluster,
}

impl Program {
    /// As it is typed.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Compose => "docker compose",
            Self::Docker => "docker",
            Self::Cluster => "workshop cluster",
        }
    }

    /// All that a lesson may say to it.
    pub fn verbs(self) -> &'static [Verb] {
        match self {
            Self::Compose => &VERBS,
            Self::Docker => &SWARM,
            Self::Cluster => &CLUSTER,
        }
    }
}

/// One option, by its long and its short name.
#[derive(Clone, Copy, Debug)]
pub struct Opt {
    /// Without its dashes: `detach`.
    pub long: &'static str,
    /// The letter behind one dash, if it has one.
    pub short: Option<char>,
    /// Whether a value follows, and of what form.
    pub takes: Takes,
}

/// What stands beside the options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// No word may stand there.
    Nothing,
    /// Names of services, or none.
    Services,
    /// `SERVICE=NUMBER`, at least one.
    Scales,
    /// A service, then a command inside it, with options of its own.
    Command,
    /// `{stack}`
    Stack,
    /// `{stack}_NAME`, once.
    Own,
    /// `{stack}_NAME`, at least once.
    Owns,
    /// `{stack}_SERVICE=NUMBER`, at least once.
    OwnScales,
    /// `{stack}_NAME FILE`
    OwnFile,
    /// A node.
    Node,
    /// Nodes, at least one.
    Nodes,
    /// Nodes, or none.
    AnyNodes,
    /// Images, at least one.
    Images,
}

/// One verb.
#[derive(Clone, Copy, Debug)]
pub struct Verb {
    /// What it is said to.
    pub program: Program,
    /// The word behind `docker compose`; for Swarm two: `stack deploy`.
    pub name: &'static str,
    /// The options that may stand there.
    pub options: &'static [Opt],
    /// What may stand beside them.
    pub beside: Beside,
    /// One of these must be there, or the command would not end by itself.
    pub ends_by: &'static [&'static str],
}

const fn flag(long: &'static str) -> Opt {
    Opt { long, short: None, takes: Takes::Nothing }
}

const fn short(short: char, long: &'static str) -> Opt {
    Opt { long, short: Some(short), takes: Takes::Nothing }
}

const fn value(long: &'static str, takes: Takes) -> Opt {
    Opt { long, short: None, takes }
}

const fn short_value(short: char, long: &'static str, takes: Takes) -> Opt {
    Opt { long, short: Some(short), takes }
}

const fn verb(name: &'static str, options: &'static [Opt]) -> Verb {
    Verb { program: Program::Compose, name, options, beside: Beside::Services, ends_by: &[] }
}

const fn swarm(name: &'static str, beside: Beside, options: &'static [Opt]) -> Verb {
    Verb { program: Program::Docker, name, options, beside, ends_by: &[] }
}

const fn cluster(name: &'static str, beside: Beside, options: &'static [Opt]) -> Verb {
    Verb { program: Program::Cluster, name, options, beside, ends_by: &[] }
}

const TIMEOUT: Opt = short_value('t', "timeout", Takes::Number);
const QUIET: Opt = short('q', "quiet");
const NO_DEPS: Opt = flag("no-deps");

/// Every verb that a lesson may use.
pub static VERBS: [Verb; 16] = [
    Verb {
        ends_by: &["detach", "wait", "no-start"],
        ..verb(
            "up",
            &[
                short('d', "detach"),
                flag("build"),
                flag("no-build"),
                NO_DEPS,
                flag("no-recreate"),
                flag("force-recreate"),
                flag("always-recreate-deps"),
                flag("no-start"),
                flag("remove-orphans"),
                short('V', "renew-anon-volumes"),
                value("scale", Takes::Scale),
                TIMEOUT,
                flag("wait"),
                value("wait-timeout", Takes::Number),
                value("pull", Takes::OneOf(&["always", "missing", "never"])),
                flag("quiet-pull"),
            ],
        )
    },
    verb(
        "down",
        &[
            short('v', "volumes"),
            flag("remove-orphans"),
            // `all` would take images along that the project did not build.
            value("rmi", Takes::OneOf(&["local"])),
            TIMEOUT,
        ],
    ),
    verb(
        "build",
        &[
            flag("no-cache"),
            flag("pull"),
            flag("with-dependencies"),
            QUIET,
            value("progress", Takes::OneOf(&["auto", "plain", "quiet"])),
        ],
    ),
    Verb { beside: Beside::Scales, ..verb("scale", &[NO_DEPS]) },
    verb(
        "ps",
        &[
            short('a', "all"),
            QUIET,
            flag("services"),
            flag("no-trunc"),
            flag("orphans"),
            value("format", Takes::OneOf(&["table", "json"])),
            value(
                "status",
                Takes::OneOf(&["paused", "restarting", "removing", "running", "dead", "created", "exited"]),
            ),
        ],
    ),
    verb(
        "logs",
        &[
            short_value('n', "tail", Takes::Lines),
            short('t', "timestamps"),
            flag("no-color"),
            flag("no-log-prefix"),
            value("since", Takes::Time),
            value("until", Takes::Time),
            value("index", Takes::Number),
        ],
    ),
    verb("restart", &[TIMEOUT, NO_DEPS]),
    verb("stop", &[TIMEOUT]),
    verb("start", &[flag("wait"), value("wait-timeout", Takes::Number)]),
    verb("kill", &[short_value('s', "signal", Takes::Signal), flag("remove-orphans")]),
    verb("rm", &[short('f', "force"), short('s', "stop"), short('v', "volumes")]),
    verb(
        "config",
        &[
            QUIET,
            flag("services"),
            flag("volumes"),
            flag("networks"),
            flag("images"),
            flag("profiles"),
            flag("no-interpolate"),
            value("format", Takes::OneOf(&["yaml", "json"])),
        ],
    ),
    verb("images", &[QUIET, value("format", Takes::OneOf(&["table", "json"]))]),
    verb(
        "pull",
        &[
            QUIET,
            flag("ignore-pull-failures"),
            flag("ignore-buildable"),
            flag("include-deps"),
            value("policy", Takes::OneOf(&["missing", "always"])),
        ],
    ),
    verb("top", &[]),
    Verb { beside: Beside::Command, ..verb("exec", &[short('T', "no-tty")]) },
];

const DETACH: Opt = short('d', "detach");
const FORMAT: Opt = value("format", Takes::Template);
const NO_TRUNC: Opt = flag("no-trunc");
const ROLES: Takes =
    Takes::OneOf(&["desired-state=running", "desired-state=shutdown", "role=manager", "role=worker"]);
const FILTER: Opt = short_value('f', "filter", ROLES);
const ORDER: Takes = Takes::OneOf(&["start-first", "stop-first"]);

/// Every verb that a lesson may use of a swarm.
pub static SWARM: [Verb; 23] = [
    swarm(
        "stack deploy",
        Beside::Stack,
        &[
            short_value('c', "compose-file", Takes::File),
            value("resolve-image", Takes::OneOf(&["always", "changed", "never"])),
            flag("prune"),
            DETACH,
            QUIET,
        ],
    ),
    swarm("stack rm", Beside::Stack, &[DETACH]),
    swarm("stack ps", Beside::Stack, &[NO_TRUNC, FILTER, FORMAT, QUIET]),
    swarm("stack services", Beside::Stack, &[FORMAT, QUIET]),
    swarm("service ls", Beside::Nothing, &[FORMAT, QUIET]),
    swarm("service ps", Beside::Owns, &[NO_TRUNC, FILTER, FORMAT, QUIET]),
    swarm("service scale", Beside::OwnScales, &[DETACH]),
    swarm("service update", Beside::Own, &UPDATE),
    swarm("service rollback", Beside::Own, &[DETACH, QUIET]),
    swarm("service inspect", Beside::Owns, &[flag("pretty"), FORMAT]),
    swarm(
        "service logs",
        Beside::Own,
        &[
            short_value('n', "tail", Takes::Lines),
            short('t', "timestamps"),
            value("since", Takes::Time),
            NO_TRUNC,
            flag("no-task-ids"),
            flag("raw"),
        ],
    ),
    swarm("node ls", Beside::Nothing, &[FILTER, FORMAT, QUIET]),
    swarm("node ps", Beside::AnyNodes, &[NO_TRUNC, FILTER, FORMAT, QUIET]),
    swarm("node inspect", Beside::Nodes, &[flag("pretty"), FORMAT]),
    swarm(
        "node update",
        Beside::Node,
        &[
            value("availability", Takes::OneOf(&["active", "pause", "drain"])),
            value("label-add", Takes::Pair),
            value("label-rm", Takes::Key),
        ],
    ),
    swarm("node promote", Beside::Nodes, &[]),
    swarm("node demote", Beside::Nodes, &[]),
    swarm("config ls", Beside::Nothing, &[FORMAT, QUIET]),
    swarm("config create", Beside::OwnFile, &[]),
    swarm("config rm", Beside::Owns, &[]),
    swarm("secret ls", Beside::Nothing, &[FORMAT, QUIET]),
    swarm("secret create", Beside::OwnFile, &[]),
    swarm("secret rm", Beside::Owns, &[]),
];

/// What may be changed of a service.
const UPDATE: [Opt; 29] = [
    value("image", Takes::Image),
    flag("force"),
    DETACH,
    QUIET,
    value("replicas", Takes::Number),
    value("replicas-max-per-node", Takes::Number),
    value("limit-cpu", Takes::Fraction),
    value("update-parallelism", Takes::Number),
    value("update-delay", Takes::Span),
    value("update-monitor", Takes::Span),
    value("update-max-failure-ratio", Takes::Fraction),
    value("update-failure-action", Takes::OneOf(&["continue", "pause", "rollback"])),
    value("update-order", ORDER),
    value("rollback-parallelism", Takes::Number),
    value("rollback-delay", Takes::Span),
    value("rollback-monitor", Takes::Span),
    value("rollback-max-failure-ratio", Takes::Fraction),
    value("rollback-failure-action", Takes::OneOf(&["continue", "pause"])),
    value("rollback-order", ORDER),
    value("env-add", Takes::Pair),
    value("env-rm", Takes::Key),
    value("constraint-add", Takes::Constraint),
    value("constraint-rm", Takes::Constraint),
    value("config-add", Takes::Source),
    value("config-rm", Takes::Source),
    value("secret-add", Takes::Source),
    value("secret-rm", Takes::Source),
    value("endpoint-mode", Takes::OneOf(&["dnsrr", "vip"])),
    value("no-resolve-image", Takes::Nothing),
];

/// Every verb that a lesson may use of its cluster.
pub static CLUSTER: [Verb; 7] = [
    cluster("up", Beside::Nothing, &[value("nodes", Takes::Number)]),
    cluster("load", Beside::Images, &[]),
    cluster("status", Beside::Nothing, &[]),
    cluster("cut", Beside::Node, &[value("for", Takes::Span)]),
    cluster("heal", Beside::Node, &[]),
    cluster("kill", Beside::Node, &[]),
    cluster("down", Beside::Nothing, &[]),
];

impl Verb {
    /// The verb of Compose of this name; `None` where a lesson may not use it.
    pub fn find(name: &str) -> Option<&'static Self> {
        Self::of(Program::Compose, name)
    }

    /// The verb of that name; `None` where a lesson may not use it.
    pub fn of(program: Program, name: &str) -> Option<&'static Self> {
        program.verbs().iter().find(|verb| verb.name == name)
    }

    /// As it is typed: `docker compose up`.
    pub fn typed_whole(&self) -> String {
        format!("{} {}", self.program.words(), self.name)
    }

    pub(crate) fn long(&self, name: &str) -> Option<&'static Opt> {
        self.options.iter().find(|option| option.long == name)
    }

    pub(crate) fn short(&self, name: char) -> Option<&'static Opt> {
        self.options.iter().find(|option| option.short == Some(name))
    }

    /// Every option as it is typed.
    pub fn typed(&self) -> Vec<String> {
        let long = |option: &Opt| format!("--{}", option.long);
        let both = |option: &Opt| match option.short {
            Some(short) => format!("-{short}/{}", long(option)),
            None => long(option),
        };
        self.options.iter().map(both).collect()
    }
}
