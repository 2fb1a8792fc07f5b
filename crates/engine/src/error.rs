//! Why an engine could not do what was asked.

use std::time::Duration;

use workshop_text::Text;

use super::{EngineFacts, Observed, Resource, StackCommand};

/// Why an engine could not do what was asked: always the machine's side, never the learner's.
#[derive(Clone, Debug, thiserror::Error, PartialEq)]
#[error("{}", self.text().render(workshop_text::Lang::En))]
pub enum EngineError {
    /// Nothing answers at the engine's socket; with its address and the reason.
    Unreachable {
        /// The engine's socket or URL.
        address: String,
        /// Why there is no answer.
        reason: Text,
    },
    /// The socket is there and this user may not open it.
    PermissionDenied {
        /// The engine's socket.
        address: String,
    },
    /// Neither `docker compose` nor `docker-compose` is installed.
    ComposeMissing,
    /// The engine answered with an error, or there is nothing that the command could be about.
    Refused {
        /// The engine's own words, or ours.
        reason: Text,
    },
    /// There is no swarm for the workspace, and none was named.
    NoSwarm,
    /// A stack of this name was deployed from elsewhere on the same swarm.
    Foreign {
        /// The stack's name.
        name: String,
        /// Who deployed it, where that is known: `MACHINE:FOLDER`.
        owner: Option<String>,
    },
    /// Another folder on this machine runs a project of this name.
    NameTaken {
        /// The project's name.
        name: String,
        /// The other folder's path.
        other_dir: String,
    },
    /// Base images that are neither on this machine nor to be had from their registry.
    ImagesMissing {
        /// The images' names as the files write them.
        images: Vec<String>,
        /// Why one of them cannot be pulled.
        reason: Text,
    },
    /// It did not answer within the time given.
    TimedOut {
        /// What was asked, in a person's words.
        what: Text,
        /// The time that was given.
        after: Duration,
    },
    /// Which engine to use cannot be said, or it is one that cannot be used from here.
    Endpoint {
        /// Why it cannot be said, or not be used.
        reason: Text,
    },
    /// The workspace's `.env` names a compose file that is not in the workspace.
    FileOutside {
        /// The file as `.env` names it.
        file: String,
    },
    /// A command would change another project than the workspace's.
    OtherProject {
        /// The option that leads to it, as typed.
        option: String,
    },
    /// Networks and volumes of this project's name that are not known to be this folder's.
    Strange {
        /// The project's name.
        name: String,
        /// The names of the networks and volumes.
        things: Vec<String>,
    },
    /// A program of the engine's said nothing for so long, or did not end.
    ProgramHangs {
        /// The program's name: `docker`.
        program: String,
        /// The limit that it passed: of silence, or of the whole run.
        after: Duration,
    },
    /// A program of the engine's never stopped to write.
    ProgramFloods {
        /// The program's name: `docker`.
        program: String,
    },
    /// What kept the stack has ended without warning, and all that it ran. It is said once; then
    /// nothing runs.
    Lost,
    /// This machine cannot be what the engine runs a stack on.
    Unfit {
        /// What is in the way.
        reason: Text,
    },
    /// What a removal has left, and the first reason.
    Remaining {
        /// All that is still there, by kind and name.
        left: Vec<Resource>,
        /// Why the first of it was not removed.
        reason: Text,
    },
}

impl EngineError {
    /// The whole message, with what to do next.
    pub fn text(&self) -> Text {
        match self {
            Self::Unreachable { address, reason } => Text::new("engine-unreachable")
                .with("address", address.as_str())
                .with("reason", reason.clone()),
            Self::PermissionDenied { address } => {
                Text::new("engine-permission").with("address", address.as_str())
            }
            Self::ComposeMissing => Text::new("engine-compose-missing"),
            Self::NoSwarm => Text::new("engine-swarm-none"),
            Self::Foreign { name, owner } => Text::new("engine-swarm-foreign")
                .with("name", name.as_str())
                .with("owner", owner.as_ref().map_or(Text::new("engine-swarm-nobody"), Text::verbatim)),
            Self::Lost => Text::new("embedded-lost"),
            Self::Refused { reason } => Text::new("engine-refused").with("reason", reason.clone()),
            Self::NameTaken { name, other_dir } => {
                Text::new("engine-name-taken").with("name", name.as_str()).with("dir", other_dir.as_str())
            }
            Self::ImagesMissing { images, reason } => Text::new("engine-images-missing")
                .with("count", images.len())
                .with("images", images.clone())
                .with("reason", reason.clone()),
            Self::TimedOut { what, after } => {
                Text::new("engine-timed-out").with("what", what.clone()).with("seconds", after.as_secs())
            }
            Self::Endpoint { reason } => Text::new("engine-endpoint").with("reason", reason.clone()),
            Self::FileOutside { file } => Text::new("engine-file-outside").with("file", file.as_str()),
            Self::OtherProject { option } => {
                Text::new("engine-other-project").with("option", option.as_str())
            }
            Self::Strange { name, things } => Text::new("engine-strange")
                .with("name", name.as_str())
                .with("count", things.len())
                .with("things", things.clone()),
            Self::ProgramHangs { program, after } => Text::new("engine-program-hangs")
                .with("program", program.as_str())
                .with("seconds", after.as_secs()),
            Self::ProgramFloods { program } => {
                Text::new("engine-program-floods").with("program", program.as_str())
            }
            Self::Unfit { reason } => Text::new("app-engine-no-embedded").with("why", reason.clone()),
            Self::Remaining { left, reason } => {
                let names: Vec<String> = left.iter().map(|one| one.name.clone()).collect();
                Text::new("engine-remaining")
                    .with("count", names.len())
                    .with("left", names)
                    .with("reason", reason.clone())
            }
        }
    }

    /// The reason alone, to stand in brackets within another sentence.
    pub fn brief(&self) -> Text {
        match self {
            Self::Unreachable { address, .. } => {
                Text::new("engine-brief-unreachable").with("address", address.as_str())
            }
            Self::PermissionDenied { address } => {
                Text::new("engine-brief-permission").with("address", address.as_str())
            }
            Self::ComposeMissing => Text::new("engine-brief-compose"),
            Self::NoSwarm => Text::new("engine-brief-swarm-none"),
            Self::ImagesMissing { images, .. } => {
                Text::new("engine-brief-images").with("count", images.len()).with("images", images.clone())
            }
            Self::TimedOut { after, .. } => {
                Text::new("engine-brief-timed-out").with("seconds", after.as_secs())
            }
            Self::Refused { reason } | Self::Endpoint { reason } | Self::Unfit { reason } => reason.clone(),
            Self::ProgramHangs { program, after } => Text::new("engine-brief-program-hangs")
                .with("program", program.as_str())
                .with("seconds", after.as_secs()),
            Self::NameTaken { .. }
            | Self::Foreign { .. }
            | Self::FileOutside { .. }
            | Self::OtherProject { .. }
            | Self::Strange { .. }
            | Self::ProgramFloods { .. }
            | Self::Lost
            | Self::Remaining { .. } => self.text(),
        }
    }
}

/// A command is about a replica that is not there.
pub(crate) fn no_such_replica(command: &StackCommand, seen: &Observed) -> EngineError {
    let StackCommand::Replica { service, index, .. } = command else {
        return EngineError::Refused { reason: Text::verbatim(command.to_string()) };
    };
    let reason = Text::new("engine-no-such-replica")
        .with("service", service.as_str())
        .with("index", *index)
        .with("count", seen.of(service).count());
    EngineError::Refused { reason }
}

/// A command is for a swarm, and the stack runs on another engine.
pub(crate) fn for_a_swarm(engine: &EngineFacts) -> EngineError {
    EngineError::Refused { reason: Text::new("engine-swarm-only").with("engine", engine.name) }
}
