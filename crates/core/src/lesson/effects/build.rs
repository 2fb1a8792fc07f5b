//! What building a service does: what it takes in, and what it may do more.

use super::effect::Kind;
use super::harmless::BUILD;
use super::place::{Where, is_remote};
use super::walk::{Said, Walk};
use workshop_stack::dockerfile::{Base, Stages};
use workshop_stack::yaml::{Entry, Node};

impl Walk<'_> {
    pub(super) fn image(&mut self, value: &Node, service: &Node, who: &str) {
        let raw = value.text().unwrap_or_default();
        let image = self.plain.expanded(raw).map_or_else(|| raw.to_owned(), |(image, _)| image);
        let kind = if service.entry("build").is_some() { Kind::Tag } else { Kind::Image };
        self.add(kind, if image.is_empty() { raw.to_owned() } else { image }, who);
    }

    pub(super) fn build(&mut self, value: &Node, said: &Said<'_>) {
        let who = said.who;
        let part = |key: &str| value.get(key).filter(|_| !value.entries().is_empty());
        let context = part("context").or(value.entries().is_empty().then_some(value));
        let context = context.map_or_else(|| ".".to_owned(), |node| self.text(node));
        let file = part("dockerfile").map_or_else(|| "Dockerfile".to_owned(), |node| self.text(node));
        self.add(Kind::Build, context.as_str(), who);
        match self.elsewhere(&context, said) {
            None => {}
            Some(folder) => match self.view.place(&file, std::slice::from_ref(&folder)) {
                _ if part("dockerfile_inline").is_some() => {}
                Where::Outside(path) => self.add(Kind::HostFile, path, who),
                Where::Inside(path) => {
                    let text = (self.view.read)(&path).and_then(Result::ok).unwrap_or_default();
                    self.dockerfile(&text, value, who);
                }
            },
        }
        if let Some(inline) = part("dockerfile_inline") {
            let text = self.text(inline);
            self.dockerfile(&text, value, who);
        }
        if value.entries().is_empty() {
            return;
        }
        value.entries().iter().for_each(|entry| self.build_key(entry, said));
        let known = [
            "additional_contexts",
            "ssh",
            "entitlements",
            "cache_to",
            "cache_from",
            "secrets",
            "isolation",
            "privileged",
            "extra_hosts",
        ];
        self.unknown(value, &BUILD, who, &known);
    }

    /// What a key of a build does beside its context and its Dockerfile.
    fn build_key(&mut self, entry: &Entry, said: &Said<'_>) {
        let who = said.who;
        match entry.key.value.as_str() {
            "additional_contexts" => {
                for (_, path) in self.pairs(&entry.value) {
                    if let Some(image) = path.strip_prefix("docker-image://") {
                        self.add(Kind::Image, image, who);
                    } else if !path.starts_with("service:") {
                        self.elsewhere(&path, said);
                    }
                }
            }
            "ssh" | "entitlements" | "cache_to" | "cache_from" | "secrets" | "isolation" => {
                let what = format!("{}: {}", entry.key.value, self.whole(&entry.value));
                self.add(Kind::BuildPower, what, who);
            }
            "privileged" if self.is_no(&entry.value) => {}
            "privileged" => self.add(Kind::BuildPower, "privileged", who),
            "network" => {
                let network = self.text(&entry.value);
                if !matches!(network.as_str(), "" | "none" | "default" | "bridge") {
                    self.add(Kind::BuildPower, format!("network: {network}"), who);
                }
            }
            "tags" => self.each(&entry.value, Kind::Tag, who),
            "args" => self.passed_through(&entry.value, who),
            "extra_hosts" if self.whole(&entry.value).contains("host-gateway") => {
                self.add(Kind::Namespace, "host-gateway", who);
            }
            _ => {}
        }
    }

    /// A folder that a build takes in: where it is in the workspace, or an effect.
    pub(super) fn elsewhere(&mut self, path: &str, said: &Said<'_>) -> Option<String> {
        if is_remote(path) {
            self.add(Kind::Elsewhere, path, said.who);
            return None;
        }
        match self.view.place(path, said.bases) {
            Where::Outside(path) => {
                self.add(Kind::HostFile, path, said.who);
                None
            }
            Where::Inside(path) => Some(path),
        }
    }

    /// The images that a Dockerfile takes from others.
    pub(super) fn dockerfile(&mut self, text: &str, build: &Node, who: &str) {
        let args = build.get("args").map(|args| self.plain_pairs(args)).unwrap_or_default();
        let stages = Stages::parse(text, &args.into_iter().collect());
        for stage in &stages.stages {
            if stage.base == Base::Image && stage.from.value != "scratch" && !stage.from.value.is_empty() {
                self.add(Kind::Image, stage.from.value.clone(), who);
            }
            for copy in stage.copies.iter().filter(|copy| copy.stage.is_none()) {
                self.add(Kind::Image, copy.from.value.clone(), who);
            }
        }
        let head = text.lines().take_while(|line| line.trim_start().starts_with('#'));
        for line in head {
            let said = line.trim_start().trim_start_matches('#').trim();
            if let Some(image) =
                said.strip_prefix("syntax").and_then(|rest| rest.trim_start().strip_prefix('='))
            {
                self.add(Kind::Image, image.trim(), who);
            }
        }
    }
}
