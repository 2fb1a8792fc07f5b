//! Why a command of the stack failed, in a learner's words: [`Trouble`] says which of the two is
//! wrong, the learner's change or the machine, and what to do next.

use workshop_text::Text;

/// The cause of a failed command.
#[derive(Clone, Debug, PartialEq)]
pub enum Trouble {
    /// Something else on this machine listens at `port`; `holder` is its container, if it is one.
    PortTaken {
        /// The port of this machine.
        port: u16,
        /// The container's name.
        holder: Option<String>,
    },
    /// Several replicas of `service` want the same port of the host.
    PortWithReplicas {
        /// The port of this machine.
        port: u16,
        /// The service's name in the compose file.
        service: String,
    },
    /// The registry was asked and does not have it (or does not give it to this user).
    ImageMissing {
        /// As a person writes it: `nginx:alpine`.
        image: String,
    },
    /// A registry, or a host that a build needs, could not be reached.
    NoNetwork {
        /// The image that was asked for, where it was one.
        image: Option<String>,
    },
    /// A container of another project has the name already.
    ContainerNameTaken {
        /// The container's name.
        name: String,
    },
    /// `container_name` and more than one replica.
    ContainerNameWithReplicas {
        /// The service's name in the compose file.
        service: String,
    },
    /// No space is left on the engine's disk.
    DiskFull,
    /// The engine went away while the command ran.
    DaemonGone,
    /// The compose file is not one that Compose takes.
    ComposeFileInvalid {
        /// Compose's own words for it.
        detail: String,
    },
    /// `service` where the output names it.
    BuildFailed {
        /// The service's name in the compose file.
        service: Option<String>,
        /// The step that failed and what it said last, or the builder's own words.
        detail: String,
    },
    /// A container that others wait for did not become healthy, or ended.
    NotHealthy {
        /// The container's name.
        container: String,
        /// The last line of its log, once that was asked for.
        said: Option<String>,
    },
    /// A program that was run in a container said that it failed; the last line of it.
    ProgramFailed {
        /// What the program wrote, as it is.
        line: String,
    },
    /// This engine refuses it, for a reason of its own; `place` is where it stands in a file.
    Refused {
        /// `FILE:LINE:COLUMN`; empty where it is of no file.
        place: String,
        /// Why it is refused.
        reason: Text,
        /// The machine is in the way, not the learner's files.
        environment: bool,
    },
    /// This user may not open the port.
    PortForbidden {
        /// The port of this machine.
        port: u16,
    },
    /// None of the above: the last line of the command's standard error.
    Other {
        /// As it was written; empty where nothing was.
        line: String,
    },
}

impl Trouble {
    /// True when the machine is in the way, false when the learner's files are.
    pub const fn is_environment(&self) -> bool {
        match self {
            Self::PortTaken { .. }
            | Self::ImageMissing { .. }
            | Self::NoNetwork { .. }
            | Self::ContainerNameTaken { .. }
            | Self::DiskFull
            | Self::DaemonGone
            | Self::PortForbidden { .. }
            | Self::Other { .. } => true,
            Self::Refused { environment, .. } => *environment,
            Self::PortWithReplicas { .. }
            | Self::ContainerNameWithReplicas { .. }
            | Self::ComposeFileInvalid { .. }
            | Self::BuildFailed { .. }
            | Self::NotHealthy { .. }
            | Self::ProgramFailed { .. } => false,
        }
    }

    /// What is wrong and what to do, as one message.
    pub fn text(&self) -> Text {
        match self {
            Self::PortTaken { port, holder: None } => {
                Text::new("engine-trouble-port-taken").with("port", port.to_string())
            }
            Self::PortTaken { port, holder: Some(holder) } => Text::new("engine-trouble-port-held")
                .with("port", port.to_string())
                .with("holder", holder.as_str()),
            Self::PortWithReplicas { port, service } => Text::new("engine-trouble-port-replicas")
                .with("port", port.to_string())
                .with("service", service.as_str()),
            Self::ImageMissing { image } => {
                Text::new("engine-trouble-image-missing").with("image", image.as_str())
            }
            Self::NoNetwork { image: Some(image) } => {
                Text::new("engine-trouble-no-registry").with("image", image.as_str())
            }
            Self::NoNetwork { image: None } => Text::new("engine-trouble-no-network"),
            Self::ContainerNameTaken { name } => {
                Text::new("engine-trouble-name-taken").with("name", name.as_str())
            }
            Self::ContainerNameWithReplicas { service } => {
                Text::new("engine-trouble-name-replicas").with("service", service.as_str())
            }
            Self::DiskFull => Text::new("engine-trouble-disk-full"),
            Self::DaemonGone => Text::new("engine-trouble-daemon-gone"),
            Self::ComposeFileInvalid { detail } => {
                Text::new("engine-trouble-compose-invalid").with("detail", detail.as_str())
            }
            Self::BuildFailed { service: Some(service), detail } => {
                Text::new("engine-trouble-build-failed-of")
                    .with("service", service.as_str())
                    .with("detail", detail.as_str())
            }
            Self::BuildFailed { service: None, detail } => {
                Text::new("engine-trouble-build-failed").with("detail", detail.as_str())
            }
            Self::NotHealthy { container, said: None } => {
                Text::new("engine-trouble-not-healthy").with("container", container.as_str())
            }
            Self::NotHealthy { container, said: Some(said) } => Text::new("engine-trouble-not-healthy-said")
                .with("container", container.as_str())
                .with("line", said.as_str()),
            Self::Refused { place, reason, .. } if place.is_empty() => reason.clone(),
            Self::Refused { place, reason, .. } => {
                Text::new("engine-trouble-at").with("place", place.as_str()).with("reason", reason.clone())
            }
            Self::PortForbidden { port } => {
                Text::new("engine-trouble-port-forbidden").with("port", port.to_string())
            }
            Self::ProgramFailed { line } => Text::verbatim(line.as_str()),
            Self::Other { line } => Text::new("engine-trouble-other").with("line", line.as_str()),
        }
    }
}
