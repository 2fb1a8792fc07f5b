//! Why a cluster cannot be made, changed or taken away.

use workshop_text::Text;

/// Why a cluster cannot be made, changed or taken away.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{}", self.text().render(workshop_text::Lang::En))]
pub enum ClusterError {
    /// Nodes need Linux's namespaces.
    NotLinux,
    /// Only root may make namespaces and run engines.
    NotRoot,
    /// A program is not installed.
    Missing {
        /// The program's name.
        program: String,
        /// The package that has it.
        package: String,
    },
    /// It is no name of a cluster.
    Name {
        /// As typed.
        name: String,
    },
    /// There is a cluster of that name, or what is left of one.
    Exists {
        /// The cluster's name.
        name: String,
    },
    /// There is none of that name.
    NoCluster {
        /// The cluster's name.
        name: String,
    },
    /// It was never finished.
    Broken {
        /// The cluster's name.
        name: String,
    },
    /// It has no such node.
    NoNode {
        /// As typed.
        node: String,
        /// Those that there are.
        nodes: Vec<String>,
    },
    /// Another command is at work on it.
    Busy {
        /// The cluster's name.
        name: String,
    },
    /// Its folder is not this user's alone, or cannot be worked in.
    Folder {
        /// The folder, to be shown.
        path: String,
        /// The system's words.
        reason: String,
    },
    /// A socket in its folder would have too long a path for the system.
    TooLong {
        /// The socket's path.
        path: String,
    },
    /// This machine's Docker does not have an image.
    NoImage {
        /// The image's name.
        image: String,
    },
    /// Every address that a cluster could have is somebody's on this machine.
    NoAddresses,
    /// A program refused.
    Refused {
        /// As a person would type it.
        command: String,
        /// The program's last words.
        reason: String,
    },
    /// A program did not end in time.
    TimedOut {
        /// As a person would type it.
        command: String,
        /// The time that was given, in seconds.
        seconds: u64,
    },
    /// A node's engine ended, or did not answer in time.
    NodeFailed {
        /// The node's name.
        node: String,
        /// Its log's last words.
        reason: String,
    },
    /// Something is still there.
    Remains {
        /// What.
        what: String,
    },
    /// It was stopped.
    Stopped,
}

impl ClusterError {
    /// What to say about it.
    pub fn text(&self) -> Text {
        match self {
            Self::NotLinux => Text::new("cluster-not-linux"),
            Self::NotRoot => Text::new("cluster-not-root"),
            Self::Missing { program, .. } => Text::new("cluster-missing").with("program", program.as_str()),
            Self::Name { name } => Text::new("cluster-name").with("name", name.as_str()),
            Self::Exists { name } => Text::new("cluster-exists").with("name", name.as_str()),
            Self::NoCluster { name } => Text::new("cluster-none").with("name", name.as_str()),
            Self::Broken { name } => Text::new("cluster-broken").with("name", name.as_str()),
            Self::NoNode { node, nodes } => {
                Text::new("cluster-no-node").with("node", node.as_str()).with("nodes", nodes.clone())
            }
            Self::Busy { name } => Text::new("cluster-busy").with("name", name.as_str()),
            Self::Folder { path, reason } => {
                Text::new("cluster-folder").with("path", path.as_str()).with("reason", reason.as_str())
            }
            Self::TooLong { path } => Text::new("cluster-too-long").with("path", path.as_str()),
            Self::NoImage { image } => Text::new("cluster-no-image").with("image", image.as_str()),
            Self::NoAddresses => Text::new("cluster-no-addresses"),
            Self::Refused { command, reason } => {
                Text::new("cluster-refused").with("command", command.as_str()).with("reason", reason.as_str())
            }
            Self::TimedOut { command, seconds } => {
                Text::new("cluster-timed-out").with("command", command.as_str()).with("seconds", *seconds)
            }
            Self::NodeFailed { node, reason } => {
                Text::new("cluster-node-failed").with("node", node.as_str()).with("reason", reason.as_str())
            }
            Self::Remains { what } => Text::new("cluster-remains").with("what", what.as_str()),
            Self::Stopped => Text::new("cluster-stopped"),
        }
    }

    /// What to do next, where there is something.
    pub fn next(&self) -> Option<Text> {
        match self {
            Self::NotLinux | Self::NotRoot => Some(Text::new("cluster-next-one-node")),
            Self::Missing { package, .. } => {
                Some(Text::new("cluster-next-install").with("package", package.as_str()))
            }
            Self::Exists { .. } | Self::Broken { .. } | Self::Remains { .. } => {
                Some(Text::new("cluster-next-down"))
            }
            Self::NoCluster { .. } => Some(Text::new("cluster-next-up")),
            Self::TooLong { .. } => Some(Text::new("cluster-next-shorter")),
            Self::NoImage { .. } => Some(Text::new("cluster-next-image")),
            Self::NoAddresses => Some(Text::new("cluster-next-addresses")),
            _ => None,
        }
    }

    /// It was asked for what makes no sense: a usage error.
    pub const fn is_usage(&self) -> bool {
        matches!(self, Self::Name { .. } | Self::Exists { .. } | Self::NoCluster { .. } | Self::NoNode { .. })
    }
}
