//! Why a command of a lesson is not run: what it says, and what there is in its place.

use super::words::{Beside, Program, Takes, Verb};
use workshop_text::Text;
use workshop_text::near::did_you_mean;

/// Why a `run` line of a lesson is not one that the runner would run.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}", self.text().render(workshop_text::Lang::En))]
pub enum CommandError {
    /// An open quote or a trailing backslash.
    Unreadable {
        /// The `run` line as it stands.
        line: String,
    },
    /// None of the forms that a lesson may use.
    NotAllowed {
        /// The `run` line as it stands.
        line: String,
    },
    /// No verb that a lesson may use; empty where none stands there.
    Verb {
        /// What it is said to.
        program: Program,
        /// The word behind `docker compose`, or the two behind `docker`.
        verb: String,
    },
    /// No name of a profile.
    Profile {
        /// As typed, behind `--profile`.
        value: String,
    },
    /// `docker compose watch`, which never ends.
    Watch,
    /// No option that may stand there.
    Option {
        /// The verb that it stands behind.
        verb: &'static Verb,
        /// The option as typed.
        option: String,
    },
    /// Not what the option takes; empty where nothing stands there.
    Value {
        /// The verb that it stands behind.
        verb: &'static Verb,
        /// The option with its dashes, without the value.
        option: String,
        /// The value as typed.
        value: String,
        /// What the option takes.
        wanted: Takes,
    },
    /// Not what may stand beside the options; empty where something is missing.
    Beside {
        /// The verb that it stands behind.
        verb: &'static Verb,
        /// The word as typed.
        word: String,
    },
    /// It would go on for ever.
    Endless {
        /// The verb that lacks an option of its `ends_by`.
        verb: &'static Verb,
    },
}

impl CommandError {
    /// What is wrong with the command, and what there is in its place.
    pub fn text(&self) -> Text {
        match self {
            Self::Unreadable { line } => Text::new("engine-command-unreadable").with("line", line.as_str()),
            Self::NotAllowed { line } => Text::new("engine-command-not-allowed").with("line", line.as_str()),
            Self::Verb { program, verb } => {
                let known = || program.verbs().iter().map(|verb| verb.name);
                Text::new("engine-command-verb")
                    .with("command", format!("{} {verb}", program.words()).trim_end())
                    .with("near", did_you_mean(verb, known()))
                    .with("known", known().map(str::to_owned).collect::<Vec<_>>())
            }
            Self::Profile { value } => Text::new("engine-command-profile").with("value", value.as_str()),
            Self::Watch => Text::new("engine-command-watch"),
            Self::Option { verb, option } => {
                let name = option.split('=').next().unwrap_or(option);
                let long = verb.options.iter().map(|option| format!("--{}", option.long)).collect::<Vec<_>>();
                Text::new(if verb.options.is_empty() {
                    "engine-command-no-option"
                } else {
                    "engine-command-option"
                })
                .with("command", verb.typed_whole())
                .with("option", option.as_str())
                .with("near", did_you_mean(name, long.iter().map(String::as_str)))
                .with("known", verb.typed())
            }
            Self::Value { verb, option, value, wanted } => Text::new("engine-command-value")
                .with("command", verb.typed_whole())
                .with("option", option.as_str())
                .with("value", if value.is_empty() { "" } else { value.as_str() })
                .with("wanted", wanted.text()),
            Self::Beside { verb, word } => Text::new("engine-command-beside")
                .with("command", verb.typed_whole())
                .with("word", word.as_str())
                .with("wanted", verb.beside.text()),
            Self::Endless { verb } => Text::new("engine-command-endless")
                .with("command", verb.typed_whole())
                .with("known", verb.ends_by.iter().map(|option| format!("--{option}")).collect::<Vec<_>>()),
        }
    }
}

impl Takes {
    fn text(self) -> Text {
        match self {
            Self::Nothing => Text::new("engine-takes-nothing"),
            Self::Number => Text::new("engine-takes-number"),
            Self::Scale => Text::new("engine-takes-scale"),
            Self::OneOf(all) => Text::new("engine-takes-one-of")
                .with("known", all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>()),
            Self::Lines => Text::new("engine-takes-lines"),
            Self::Time => Text::new("engine-takes-time"),
            Self::Signal => Text::new("engine-takes-signal"),
            Self::Span => Text::new("engine-takes-span"),
            Self::Fraction => Text::new("engine-takes-fraction"),
            Self::File => Text::new("engine-takes-file"),
            Self::Image => Text::new("engine-takes-image"),
            Self::Pair => Text::new("engine-takes-pair"),
            Self::Key => Text::new("engine-takes-key"),
            Self::Constraint => Text::new("engine-takes-constraint"),
            Self::Source => Text::new("engine-takes-source"),
            Self::Template => Text::new("engine-takes-template"),
        }
    }
}

impl Beside {
    fn text(self) -> Text {
        Text::new(match self {
            Self::Nothing => "engine-takes-nothing",
            Self::Services => "engine-beside-services",
            Self::Scales => "engine-beside-scales",
            Self::Command => "engine-beside-command",
            Self::Stack => "engine-beside-stack",
            Self::Own => "engine-beside-own",
            Self::Owns => "engine-beside-owns",
            Self::OwnScales => "engine-beside-own-scales",
            Self::OwnFile => "engine-beside-own-file",
            Self::Node => "engine-beside-node",
            Self::Nodes => "engine-beside-nodes",
            Self::AnyNodes => "engine-beside-any-nodes",
            Self::Images => "engine-beside-images",
        })
    }
}
