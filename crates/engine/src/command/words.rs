//! What a lesson may say to Compose, as one table: each verb, the options that may stand there,
//! what each option takes, and what may stand beside them. Nothing else is run.
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
}

/// One verb of Compose.
#[derive(Clone, Copy, Debug)]
pub struct Verb {
    /// The word behind `docker compose`.
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
    Verb { name, options, beside: Beside::Services, ends_by: &[] }
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

impl Verb {
    /// The verb of this name; `None` where a lesson may not use it.
    pub fn find(name: &str) -> Option<&'static Self> {
        VERBS.iter().find(|verb| verb.name == name)
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
