//! The command line: clap types only. Their words are in `locales/LANG/app.ftl`, by the key
//! `cli-COMMAND` and `cli-COMMAND-ARGUMENT`, and are put in by [`localised`].

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Arg, Args, Command, CommandFactory, Parser, Subcommand, ValueEnum};

use clap_complete::engine::{ArgValueCandidates, ArgValueCompleter};

use crate::app::complete;
use crate::app::consent::LEAST_DIGITS;
use crate::demo::pace::Pace;
use crate::engine::swarm::cluster::MOST_NODES;
use crate::engine::{EngineKind, embedded};
use crate::report::Format;
use crate::text::{Lang, Text};

#[derive(Clone, Debug, Parser)]
#[command(name = "workshop", version = env!("WORKSHOP_VERSION"), disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Option<Verb>,
}

#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Global {
    #[arg(long, global = true, value_enum, value_name = "ko|en", hide_possible_values = true)]
    pub lang: Option<Lang>,
    #[arg(long, global = true, value_parser = engines(), default_value = "auto", value_name = "ENGINE")]
    pub engine: EngineChoice,
    #[arg(long, global = true, value_name = "NAME")]
    pub context: Option<String>,
    #[arg(short = 'C', global = true, value_name = "DIR")]
    pub directory: Option<PathBuf>,
    #[arg(long, global = true)]
    pub json: bool,
    #[arg(short, long, global = true)]
    pub quiet: bool,
    #[arg(short, long, global = true)]
    pub yes: bool,
    #[arg(long, global = true, value_name = "DIGEST", value_parser = digest)]
    pub agree: Option<String>,
    #[arg(long, global = true)]
    pub no_color: bool,
    #[arg(long, global = true)]
    pub plain: bool,
    #[arg(long, global = true, value_name = "DIR")]
    pub lessons: Option<PathBuf>,
}

/// Which engine a learner asks for; none with `auto`.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct EngineChoice(Option<EngineKind>);

/// `auto`, and the engines that there are.
fn engines() -> impl TypedValueParser<Value = EngineChoice> {
    let names = std::iter::once("auto").chain(EngineKind::ALL.map(EngineKind::name));
    PossibleValuesParser::new(names).map(|name| EngineChoice(EngineKind::named(&name)))
}

impl Verb {
    /// It is about the lesson that is under way in a folder, or begins one there.
    pub(crate) const fn is_about_a_workspace(&self) -> bool {
        !matches!(
            self,
            Self::List
                | Self::Add(_)
                | Self::Bundle(_)
                | Self::Update(_)
                | Self::Remove { .. }
                | Self::Load(_)
                | Self::Join { .. }
                | Self::Leave
                | Self::Vote { .. }
                | Self::Validate { .. }
                | Self::Author { .. }
                | Self::Explain { .. }
                | Self::Import { .. }
                | Self::Glossary { .. }
                | Self::Handout { .. }
                | Self::Room(_)
                | Self::Cluster { .. }
                | Self::Completions { .. }
                | Self::Man { .. }
                | Self::Help { .. }
        )
    }
}

impl EngineChoice {
    pub(crate) const fn of(kind: EngineKind) -> Self {
        Self(Some(kind))
    }

    pub(crate) const fn kind(self) -> Option<EngineKind> {
        self.0
    }
}

#[derive(Clone, Debug, Subcommand)]
pub(crate) enum Verb {
    List,
    Add(Add),
    Update(Update),
    Bundle(Bundle),
    Remove {
        #[arg(add = ArgValueCandidates::new(complete::courses))]
        name: String,
    },
    Start {
        #[arg(add = ArgValueCandidates::new(complete::lessons))]
        lesson: String,
        #[arg(long, value_name = "STEP", add = ArgValueCandidates::new(complete::steps))]
        at: Option<String>,
    },
    Check(Check),
    Apply {
        #[arg(long, value_name = "STEP", add = ArgValueCandidates::new(complete::steps))]
        step: Option<String>,
        #[arg(long)]
        force: bool,
    },
    Diff {
        #[arg(long, value_name = "STEP", add = ArgValueCandidates::new(complete::steps))]
        step: Option<String>,
    },
    Hint,
    Prompt,
    Answer {
        /// Both, or neither: then the step's questions are listed.
        #[arg(requires = "choice", add = ArgValueCandidates::new(complete::questions))]
        question: Option<String>,
        #[arg(add = ArgValueCandidates::new(complete::choices))]
        choice: Option<String>,
    },
    Next {
        #[arg(long)]
        skip: bool,
    },
    Goto {
        #[arg(add = ArgValueCandidates::new(complete::steps))]
        step: String,
    },
    Status,
    Picture,
    Reset {
        #[arg(long)]
        all: bool,
    },
    Undo {
        #[arg(long)]
        force: bool,
    },
    Demo(Demo),
    Notes {
        #[arg(add = ArgValueCandidates::new(complete::lessons))]
        lesson: Option<String>,
    },
    Join {
        url: String,
        code: String,
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
    },
    Leave,
    Hand {
        #[arg(value_enum)]
        sign: Sign,
    },
    CatchUp,
    Vote {
        answer: Option<String>,
    },
    Doctor,
    Load(Box<Load>),
    Compose {
        #[arg(
            trailing_var_arg = true,
            allow_hyphen_values = true,
            add = ArgValueCompleter::new(complete::compose)
        )]
        args: Vec<String>,
    },
    Validate {
        #[arg(add = ArgValueCandidates::new(complete::lessons))]
        lesson: Option<String>,
    },
    Author {
        #[command(subcommand)]
        verb: Option<Author>,
    },
    Explain {
        #[arg(add = ArgValueCandidates::new(complete::reference))]
        name: Option<String>,
    },
    Import {
        #[arg(value_enum)]
        format: Tutorial,
        dir: PathBuf,
        #[arg(short, long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    Glossary {
        #[arg(add = ArgValueCandidates::new(complete::words))]
        word: Option<String>,
    },
    Handout {
        #[arg(add = ArgValueCandidates::new(complete::lessons))]
        lesson: String,
    },
    Room(Room),
    Cluster {
        #[arg(long, global = true, value_name = "NAME")]
        name: Option<String>,
        #[command(subcommand)]
        verb: Option<Cluster>,
    },
    Completions {
        shell: clap_complete::Shell,
    },
    Man {
        #[arg(add = ArgValueCandidates::new(complete::commands))]
        command: Option<String>,
    },
    Help {
        #[arg(add = ArgValueCandidates::new(complete::commands))]
        command: Option<String>,
    },
}

/// Where a course is taken from.
#[derive(Clone, Debug, Args)]
pub(crate) struct Add {
    pub source: String,
    #[arg(long = "as", value_name = "NAME")]
    pub name: Option<String>,
    #[arg(long, value_name = "REV")]
    pub rev: Option<String>,
}

/// What is packed into one file.
#[derive(Clone, Debug, Args)]
pub(crate) struct Bundle {
    #[arg(add = ArgValueCandidates::new(complete::courses))]
    pub course: String,
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    #[arg(long)]
    pub images: bool,
    #[arg(long)]
    pub program: bool,
}

/// Which course is fetched again.
#[derive(Clone, Debug, Args)]
pub(crate) struct Update {
    #[arg(add = ArgValueCandidates::new(complete::courses))]
    pub name: Option<String>,
    #[arg(long, value_name = "REV", requires = "name")]
    pub rev: Option<String>,
}

/// What is done to a cluster on this machine.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum Cluster {
    Up {
        #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=i64::from(MOST_NODES)))]
        nodes: u8,
        #[arg(long, value_name = "IMAGE")]
        image: Vec<String>,
    },
    Status,
    Env,
    Load {
        #[arg(required = true, value_name = "IMAGE")]
        images: Vec<String>,
    },
    Cut {
        node: String,
        #[arg(long = "for", value_name = "20s")]
        time: Option<String>,
    },
    Heal {
        node: String,
    },
    Kill {
        node: String,
    },
    Down,
}

/// What somebody does who writes a course.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum Author {
    New {
        name: String,
        #[arg(long, value_name = "DIR")]
        from: Option<PathBuf>,
        #[arg(long, value_enum, value_delimiter = ',', value_name = "ko,en")]
        languages: Vec<Lang>,
    },
    Edit {
        step: String,
        #[arg(long, value_name = "LESSON")]
        lesson: Option<String>,
    },
    Record {
        step: Option<String>,
        #[arg(long, value_name = "DIR")]
        from: Option<PathBuf>,
        #[arg(long)]
        more: bool,
        #[arg(long, value_name = "LESSON")]
        lesson: Option<String>,
    },
    GoOn,
    GiveUp,
    Insert {
        step: String,
        #[arg(long, value_name = "STEP", conflicts_with = "after")]
        before: Option<String>,
        #[arg(long, value_name = "STEP")]
        after: Option<String>,
        #[arg(long, value_name = "LESSON")]
        lesson: Option<String>,
    },
    Move {
        step: String,
        #[arg(long, value_name = "STEP", conflicts_with = "after")]
        before: Option<String>,
        #[arg(long, value_name = "STEP")]
        after: Option<String>,
        #[arg(long, value_name = "LESSON")]
        lesson: Option<String>,
    },
    Rename {
        step: String,
        new: String,
        #[arg(long, value_name = "LESSON")]
        lesson: Option<String>,
    },
    Remove {
        step: String,
        #[arg(long, value_name = "LESSON")]
        lesson: Option<String>,
    },
    Watch {
        lesson: Option<String>,
        #[arg(long, value_name = "PORT")]
        port: Option<u16>,
    },
    Test {
        lesson: Option<String>,
        #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
        repeat: u32,
        #[arg(long, value_enum, value_name = "FORMAT")]
        format: Option<Format>,
    },
    Translate {
        #[arg(long, value_name = "STEP")]
        done: Option<String>,
        #[arg(long, value_enum, value_name = "ko|en")]
        to: Option<Lang>,
        #[arg(long, value_name = "LESSON")]
        lesson: Option<String>,
    },
}

#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Check {
    #[arg(long, value_name = "STEP", add = ArgValueCandidates::new(complete::steps))]
    pub step: Option<String>,
    #[arg(long, conflicts_with = "step")]
    pub all: bool,
    #[arg(long = "static")]
    pub only_static: bool,
    #[arg(long, conflicts_with_all = ["all", "json"])]
    pub watch: bool,
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<Format>,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct Demo {
    #[arg(required_unless_present = "replay", add = ArgValueCandidates::new(complete::lessons))]
    pub lesson: Option<String>,
    #[arg(long, conflicts_with = "pace")]
    pub auto: bool,
    #[arg(long, conflicts_with_all = ["auto", "record"])]
    pub dry_run: bool,
    #[arg(long, conflicts_with_all = ["auto", "dry_run", "pace", "record"])]
    pub preflight: bool,
    #[arg(long, value_name = "PACE")]
    pub pace: Option<Pace>,
    #[arg(long, value_name = "MINUTES", conflicts_with = "auto", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub minutes: Option<u32>,
    #[arg(long, conflicts_with_all = ["auto", "dry_run"])]
    pub clean: bool,
    #[arg(long, conflicts_with_all = ["dry_run", "preflight"])]
    pub room: bool,
    #[arg(long, conflicts_with = "room")]
    pub no_room: bool,
    #[arg(long, conflicts_with_all = ["auto", "dry_run", "preflight"])]
    pub share: bool,
    #[arg(long, value_name = "FILE", conflicts_with_all = ["json", "quiet"])]
    pub record: Option<PathBuf>,
    #[arg(long, value_name = "FILE", conflicts_with_all = ["lesson", "auto", "dry_run", "pace", "preflight", "clean", "minutes", "room", "share", "record", "from", "to", "json", "quiet"])]
    pub replay: Option<PathBuf>,
    #[arg(long, value_name = "PACE", requires = "replay")]
    pub speed: Option<Pace>,
    #[arg(long, value_name = "STEP", add = ArgValueCandidates::new(complete::steps))]
    pub from: Option<String>,
    #[arg(long, value_name = "STEP", add = ArgValueCandidates::new(complete::steps))]
    pub to: Option<String>,
}

/// How a room is opened.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Room {
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<std::net::IpAddr>,
    #[arg(long, conflicts_with = "listen")]
    pub share: bool,
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    #[arg(long, value_name = "LESSON", add = ArgValueCandidates::new(complete::lessons))]
    pub lesson: Option<String>,
    #[arg(long, conflicts_with_all = ["name", "lesson"])]
    pub resume: bool,
    #[arg(long, value_name = "NAME")]
    pub host: Vec<String>,
}

/// What `workshop load` sends, and how. Texts that have a form of their own (durations, stages,
/// thresholds) are read in `app`, which says where in them a mistake is.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Load {
    pub url: Option<String>,
    #[arg(long, value_name = "N")]
    pub connections: Option<u32>,
    #[arg(long, value_name = "N", conflicts_with_all = ["stages", "profile"])]
    pub rate: Option<f64>,
    #[arg(long, value_name = "30s:100,...", conflicts_with_all = ["connections", "profile", "duration", "warm_up"])]
    pub stages: Option<String>,
    #[arg(long, value_enum, value_name = "standard", conflicts_with_all = ["connections", "duration", "warm_up"])]
    pub profile: Option<Profile>,
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub shorten: Option<u32>,
    #[arg(long, value_name = "10s")]
    pub duration: Option<String>,
    #[arg(long, value_name = "2s")]
    pub warm_up: Option<String>,
    #[arg(long, value_name = "GET")]
    pub method: Option<String>,
    #[arg(long, value_name = "NAME: VALUE")]
    pub header: Vec<String>,
    #[arg(long, value_name = "TEXT")]
    pub body: Option<String>,
    #[arg(long, value_name = "FILE", conflicts_with = "body")]
    pub body_file: Option<PathBuf>,
    #[arg(long, value_name = "10s")]
    pub timeout: Option<String>,
    #[arg(long)]
    pub no_keep_alive: bool,
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=50))]
    pub follow: Option<u32>,
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=256))]
    pub threads: Option<u32>,
    #[arg(long, value_name = "NAME")]
    pub share_header: Option<String>,
    #[arg(long, value_name = "p99<200ms")]
    pub threshold: Vec<String>,
    #[arg(long, value_name = "FILE.html")]
    pub report: Option<PathBuf>,
    #[arg(long)]
    pub yes_i_own_this: bool,
}

/// Whose tutorial is made into a lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Tutorial {
    Labspace,
    Killercoda,
}

/// What a hand says to the room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Sign {
    Help,
    Done,
    Down,
}

/// A load that is known by a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Profile {
    /// Up to 500 virtual users over seven minutes, in ramps.
    Standard,
}

/// The beginning of a digest, long enough to stand for it.
fn digest(text: &str) -> Result<String, String> {
    let is_hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hex && (LEAST_DIGITS..=64).contains(&text.len()) {
        return Ok(text.to_ascii_lowercase());
    }
    Err(Text::new("consent-no-digest")
        .with("least", LEAST_DIGITS)
        .render(lang_of(&std::env::args_os().collect::<Vec<_>>())))
}

/// Commands whose help ends with examples: `cli-examples-COMMAND` in the locales.
const WITH_EXAMPLES: [&str; 14] = [
    "add", "bundle", "start", "check", "answer", "goto", "reset", "demo", "load", "compose", "glossary",
    "handout", "room", "cluster",
];

/// Where the options of every command stand in a help, after the command's own.
const GLOBAL_ORDER: usize = 100;

/// The language that the arguments ask for, before they are parsed; else the environment's.
pub(crate) fn lang_of(args: &[OsString]) -> Lang {
    let words: Vec<&str> = args.iter().filter_map(|arg| arg.to_str()).collect();
    let after = words.windows(2).find(|pair| pair[0] == "--lang").map(|pair| pair[1]);
    let joined = words.iter().find_map(|word| word.strip_prefix("--lang="));
    let wanted = after.or(joined).and_then(|code| Lang::from_str(code, true).ok());
    wanted.unwrap_or_else(Lang::from_environment)
}

/// The command line with its words in `lang`.
pub(crate) fn localised(lang: Lang) -> Command {
    let say = |key: String| Text::new(Box::leak(key.into_boxed_str())).render(lang);
    let heading = say("cli-heading-options".into());
    let command = Cli::command()
        .about(say("cli-about".into()))
        .subcommand_help_heading(say("cli-heading-commands".into()))
        .help_template(say("cli-template".into()));
    let global = say("cli-heading-global".into());
    let command = words(command, "cli-global", &global, &say).after_help(say("cli-examples".into()));
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    names.into_iter().fold(command, |command, name| {
        let key = format!("cli-{name}");
        let template = say("cli-template-sub".into());
        command.mut_subcommand(&name, |sub| {
            let sub = words(sub.about(say(key.clone())).help_template(template), &key, &heading, &say);
            let sub = match WITH_EXAMPLES.contains(&name.as_str()) {
                true => sub.after_help(examples(&name, lang)),
                false => sub,
            };
            let sub = within(sub, &name, &heading, &say);
            let usage = usage(&name, &sub, &say("cli-usage-options".into()));
            sub.override_usage(usage)
        })
    })
}

/// The commands of a command, in the same words: `author new`.
fn within(command: Command, name: &str, heading: &str, say: &dyn Fn(String) -> String) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    let command = match names.is_empty() {
        true => command,
        false => {
            command.subcommand_help_heading(say("cli-heading-commands".into())).disable_help_subcommand(true)
        }
    };
    names.into_iter().fold(command, |command, inner| {
        let key = format!("cli-{name}-{inner}");
        let template = say("cli-template-sub".into());
        command.mut_subcommand(&inner, |sub| {
            let sub = words(sub.about(say(key.clone())).help_template(template), &key, heading, say);
            let usage = usage(&format!("{name} {inner}"), &sub, &say("cli-usage-options".into()));
            sub.override_usage(usage)
        })
    })
}

/// How a command is used, and for `compose` which words there are where Docker is not.
fn examples(command: &str, lang: Lang) -> String {
    let key = Box::leak(format!("cli-examples-{command}").into_boxed_str());
    Text::new(key).with("words", embedded::compose_words()).render(lang)
}

fn words(command: Command, key: &str, heading: &str, say: &dyn Fn(String) -> String) -> Command {
    let arguments = say("cli-heading-arguments".into());
    let own: Vec<String> = command
        .get_arguments()
        .map(|arg| arg.get_id().to_string())
        .filter(|id| key == "cli-global" || !is_global(id))
        .collect();
    let command = own.into_iter().fold(command, |command, id| {
        let help = say(format!("{key}-{}", id.replace('_', "-")));
        let heading = if is_positional(&command, &id) { &arguments } else { heading };
        // A command's own options stand before those that every command has. What may be given
        // is in the help's own words: clap would list it in English.
        let order = if key == "cli-global" { GLOBAL_ORDER } else { 1 };
        let hide = |arg: Arg| match arg.get_action().takes_values() {
            true => arg.hide_default_value(true).hide_possible_values(true),
            false => arg,
        };
        let heading = heading.to_owned();
        command.mut_arg(id, |arg| hide(arg).help(help).help_heading(heading).display_order(order))
    });
    let flag = |id: &'static str| {
        let heading = say("cli-heading-global".into());
        Arg::new(id).long(id).help_heading(heading).display_order(GLOBAL_ORDER + 1)
    };
    let command = command
        .disable_help_flag(true)
        .arg(flag("help").short('h').action(clap::ArgAction::Help).help(say("cli-flag-help".into())));
    if key != "cli-global" {
        return command;
    }
    command
        .disable_version_flag(true)
        .arg(flag("version").short('V').action(clap::ArgAction::Version).help(say("cli-version".into())))
}

/// The help of `command`, or of the whole where none is named; `None` where there is no such command.
pub(crate) fn help(lang: Lang, command: Option<&str>) -> Option<String> {
    let mut whole = localised(lang);
    whole.build();
    let found = match command {
        None => &mut whole,
        Some(name) => whole.find_subcommand_mut(name)?,
    };
    Some(found.render_help().to_string())
}

/// Stands for a command of a command.
const COMMAND: &str = "COMMAND";

/// `workshop check [OPTIONS] …`, which clap would say in English.
fn usage(name: &str, command: &Command, options: &str) -> String {
    let named = |arg: &Arg| {
        let name = arg.get_id().as_str().to_uppercase();
        if arg.is_required_set() { format!(" <{name}>") } else { format!(" [{name}]") }
    };
    let arguments: String = command.get_positionals().map(named).collect();
    let inner = if command.has_subcommands() { format!(" [{COMMAND}]") } else { String::new() };
    format!("workshop {name} [{options}]{arguments}{inner}")
}

fn is_positional(command: &Command, id: &str) -> bool {
    command.get_positionals().any(|arg| arg.get_id().as_str() == id)
}

fn is_global(id: &str) -> bool {
    ["lang", "engine", "directory", "json", "quiet", "yes", "agree", "no_color", "plain", "lessons"]
        .contains(&id)
}
