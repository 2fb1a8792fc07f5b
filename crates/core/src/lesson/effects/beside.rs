//! What stands beside the services: networks, volumes, configs and secrets.

use super::effect::Kind;
use super::place::Where;
use super::walk::{Said, Walk};
use crate::workspace::names;
use workshop_stack::yaml::Node;

impl Walk<'_> {
    pub(super) fn network(&mut self, name: &str, node: &Node, said: &Said<'_>) {
        self.external(name, node, said);
        if let Some(driver) = node.get("driver").map(|node| self.text(node))
            && !matches!(driver.as_str(), "" | "bridge" | "default")
        {
            self.add(Kind::Namespace, format!("driver: {driver}"), name);
        }
        let harmless =
            ["name", "driver", "external", "internal", "attachable", "labels", "enable_ipv4", "enable_ipv6"];
        self.unknown(node, &harmless, name, &[]);
    }

    pub(super) fn volume(&mut self, name: &str, node: &Node, said: &Said<'_>) {
        self.external(name, node, said);
        // Another project's volume of that name would be taken as it is.
        if node.get("external").is_none_or(|external| self.is_no(external))
            && let Some(real) = node.get("name").map(|node| self.text(node))
        {
            self.add(Kind::Foreign, format!("volume {real}"), name);
        }
        if let Some(driver) = node.get("driver").map(|node| self.text(node))
            && !matches!(driver.as_str(), "" | "local")
        {
            self.add(Kind::Unknown, format!("driver: {driver}"), name);
        }
        if let Some(options) = node.get("driver_opts").filter(|options| !options.entries().is_empty()) {
            let device = options.get("device").map(|node| self.text(node)).unwrap_or_default();
            let rest = self.whole(options);
            match self.view.place(&device, said.bases) {
                Where::Inside(path)
                    if rest.contains("bind") && !path.is_empty() && names::fault(&path).is_none() =>
                {
                    self.add(Kind::WorkspaceMount, path, name);
                }
                _ => self.add(Kind::Mount, rest, name),
            }
        }
        self.unknown(node, &["name", "driver", "driver_opts", "external", "labels"], name, &[]);
    }

    pub(super) fn external(&mut self, name: &str, node: &Node, said: &Said<'_>) {
        let Some(external) = node.get("external").filter(|external| !self.is_no(external)) else { return };
        let real = node.get("name").or_else(|| external.get("name")).map(|node| self.text(node));
        self.add(Kind::Foreign, real.unwrap_or_else(|| name.to_owned()), said.who);
    }

    /// A config or a secret of the project.
    pub(super) fn content(&mut self, name: &str, node: &Node, said: &Said<'_>) {
        self.external(name, node, said);
        if let Some(file) = node.get("file") {
            self.host_file(file, said);
        }
        if let Some(variable) = node.get("environment").map(|node| self.text(node)) {
            self.variable(&variable, name);
        }
        self.unknown(node, &["name", "file", "environment", "content", "external", "labels"], name, &[]);
    }
}
