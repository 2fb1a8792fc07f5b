//! A compose project's effects. Only keys that are known to stay within the stack are passed over;
//! every other is an effect, understood ([`Kind::Mount`] …) or shown as it is ([`Kind::Unknown`]).

use super::effect::{Kind, Unclear};
use super::harmless::{DEPLOY, HARMLESS, LIMITS, LOG_DRIVERS, MOUNT, PORT, SERVICE, TOP};
use super::place::{Where, folder_of, is_remote};
use super::values::listed;
use super::walk::{Said, Walk};
use crate::lesson::model::is_obeyed;
use crate::workspace::names;
use workshop_engine::embedded::own::one_line;
use workshop_stack::compose::project::SEPARATOR;
use workshop_stack::compose::{COMPOSE_NAMES, Env, OVERRIDE_NAMES, source_of};
use workshop_stack::yaml::{self, Node, Value};
use workshop_text::Text;

/// Files that include each other deeper than this are not followed.
const DEPTH: usize = 16;
/// Keys of a service that are no harmless ones, and that are understood.
const LOOKED_AT: [&str; 16] = [
    "cap_add",
    "devices",
    "device_cgroup_rules",
    "gpus",
    "security_opt",
    "network_mode",
    "pid",
    "ipc",
    "uts",
    "userns_mode",
    "cgroup",
    "external_links",
    "volumes_from",
    "provider",
    "use_api_socket",
    "label_file",
];

impl Walk<'_> {
    /// Every file that Compose may read in the workspace: more than it will is no harm.
    pub(super) fn project(&mut self, dotenv: &Env) -> Result<(), Unclear> {
        let root = [String::new()];
        for name in COMPOSE_NAMES.into_iter().chain(OVERRIDE_NAMES) {
            if (self.view.read)(name).is_some() {
                self.file(name, &root)?;
            }
        }
        for (name, value) in dotenv.iter().filter(|(name, _)| is_obeyed(name)) {
            match name {
                _ if HARMLESS.contains(&name) || !name.contains('_') || name.starts_with("HTTP") => {}
                "COMPOSE_FILE" => {
                    let between = dotenv.get("COMPOSE_PATH_SEPARATOR").filter(|sign| !sign.is_empty());
                    let files: Vec<&str> = value.split(between.unwrap_or(SEPARATOR)).collect();
                    let first = folder_of(files.first().copied().unwrap_or_default());
                    for file in files {
                        self.other_file(file, ".env", &root, std::slice::from_ref(&first))?;
                    }
                }
                _ => self.add(Kind::Unknown, format!("{name}={value}"), ".env"),
            }
        }
        Ok(())
    }

    /// A file that another one names, at `path` seen from `bases`.
    fn other_file(
        &mut self,
        path: &str,
        who: &str,
        bases: &[String],
        more: &[String],
    ) -> Result<(), Unclear> {
        if is_remote(path) {
            self.add(Kind::Elsewhere, path, who);
            return Ok(());
        }
        match self.view.place(path, bases) {
            Where::Outside(path) => self.add(Kind::HostFile, path, who),
            Where::Inside(path) => {
                let mut bases = vec![folder_of(&path)];
                bases.extend(more.iter().cloned());
                bases.sort();
                bases.dedup();
                self.file(&path, &bases)?;
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &str, bases: &[String]) -> Result<(), Unclear> {
        let unclear = |line, reason| Unclear { file: path.to_owned(), line, reason };
        if !self.seen.insert(format!("{path} {bases:?}")) {
            return Ok(());
        }
        if self.depth >= DEPTH {
            return Err(unclear(1, Text::new("effect-too-deep")));
        }
        let Some(text) = (self.view.read)(path) else { return Ok(()) };
        let text = text.map_err(|reason| unclear(1, reason))?;
        if text.trim().is_empty() {
            return Ok(());
        }
        let documents = yaml::documents(&text).map_err(|error| unclear(error.span.line, error.message))?;
        self.depth += 1;
        for root in &documents {
            self.variables(root, path);
            self.top(root, path, bases)?;
        }
        self.depth -= 1;
        Ok(())
    }

    fn top(&mut self, root: &Node, file: &str, bases: &[String]) -> Result<(), Unclear> {
        self.unknown(root, &TOP, file, &["name"]);
        for entry in root.entries() {
            let each = |walk: &mut Self, read: fn(&mut Self, &str, &Node, &Said<'_>)| {
                for one in entry.value.entries() {
                    read(walk, &one.key.value, &one.value, &Said { who: &one.key.value, bases });
                }
            };
            match entry.key.value.as_str() {
                "name" => {
                    let name = self.text(&entry.value);
                    self.add(Kind::ProjectName, name, file);
                }
                "services" => {
                    for service in entry.value.entries() {
                        self.service(&service.key.value, &service.value, bases)?;
                    }
                }
                "networks" => each(self, Self::network),
                "volumes" => each(self, Self::volume),
                "configs" | "secrets" => each(self, Self::content),
                "include" => self.include(&entry.value, file, bases)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn include(&mut self, node: &Node, file: &str, bases: &[String]) -> Result<(), Unclear> {
        for item in listed(node) {
            let Value::Mapping(_) = &item.value else {
                let path = self.text(item);
                self.other_file(&path, file, bases, &[])?;
                continue;
            };
            self.unknown(item, &["path", "project_directory", "env_file"], file, &[]);
            let said = Said { who: file, bases };
            let more: Vec<String> = item
                .get("project_directory")
                .map(|node| self.text(node))
                .map(|folder| match self.view.place(&folder, bases) {
                    Where::Inside(folder) => folder,
                    Where::Outside(folder) => {
                        self.add(Kind::HostFile, folder, file);
                        String::new()
                    }
                })
                .into_iter()
                .collect();
            for env in item.get("env_file").into_iter().flat_map(listed) {
                self.host_file(env, &said);
            }
            for path in item.get("path").into_iter().flat_map(listed) {
                let path = self.text(path);
                self.other_file(&path, file, bases, &more)?;
            }
        }
        Ok(())
    }

    fn service(&mut self, name: &str, node: &Node, bases: &[String]) -> Result<(), Unclear> {
        let said = &Said { who: name, bases };
        for entry in node.entries() {
            let (key, value) = (entry.key.value.as_str(), &entry.value);
            match key {
                "privileged" if self.is_no(value) => {}
                "privileged" => self.add(Kind::Privileged, "privileged", name),
                "cap_add" => self.each(value, Kind::Capability, name),
                "devices" | "device_cgroup_rules" | "gpus" => self.each(value, Kind::Device, name),
                "security_opt" => self.each(value, Kind::Security, name),
                "network_mode" | "pid" | "ipc" | "uts" | "userns_mode" | "cgroup" => {
                    self.namespace(key, value, name)
                }
                "external_links" => self.each(value, Kind::Foreign, name),
                "volumes_from" => self.volumes_from(value, name),
                "provider" => {
                    let kind = value.get("type").map(|kind| self.text(kind)).unwrap_or_default();
                    self.add(Kind::Program, kind, name);
                }
                "use_api_socket" if self.is_no(value) => {}
                "use_api_socket" => self.add(Kind::Socket, "use_api_socket", name),
                "volumes" => self.mounts(value, said),
                "configs" | "secrets" => {}
                "env_file" | "label_file" => {
                    listed(value).for_each(|file| self.host_file(file.get("path").unwrap_or(file), said));
                }
                "extends" => {
                    if let Some(file) = value.get("file").map(|file| self.text(file)) {
                        self.other_file(&file, name, bases, &[])?;
                    }
                }
                "ports" => self.ports(value, name),
                "image" => self.image(value, node, name),
                "build" => self.build(value, said),
                "deploy" => self.deploy(value, name),
                "restart" => self.restart(value, name),
                "logging" => self.logging(value, name),
                "extra_hosts" if self.whole(value).contains("host-gateway") => {
                    self.add(Kind::Namespace, "host-gateway", name);
                }
                "environment" => self.passed_through(value, name),
                "command" => self.called(value, name),
                "healthcheck" => {
                    value.get("test").into_iter().for_each(|test| self.called(test, name));
                }
                _ => {}
            }
        }
        self.unknown(node, &SERVICE, name, &LOOKED_AT);
        Ok(())
    }

    /// What runs inside a service for which a lesson's own program stands: a command of its own.
    fn called(&mut self, value: &Node, who: &str) {
        if self.known.as_ref().is_none_or(|known| known.contains(who)) {
            return;
        }
        let words: Vec<String> = listed(value).map(|word| self.text(word)).collect();
        let words = match words.split_first() {
            Some((first, rest)) if matches!(first.as_str(), "CMD" | "CMD-SHELL") => rest,
            _ => &words,
        };
        // The engine answers these by itself.
        let first = words.first().and_then(|word| word.split_whitespace().next()).unwrap_or_default();
        if !matches!(first, "" | "NONE" | "wget" | "curl") {
            let line = if words.len() == 1 { words[0].clone() } else { one_line(words) };
            self.add(Kind::Program, line, who);
        }
    }

    fn volumes_from(&mut self, value: &Node, who: &str) {
        let sources = listed(value).map(|from| self.text(from)).collect::<Vec<_>>();
        for from in sources.into_iter().filter(|from| from.starts_with("container:")) {
            self.add(Kind::Foreign, from, who);
        }
    }

    fn restart(&mut self, value: &Node, who: &str) {
        let policy = self.text(value);
        if matches!(policy.as_str(), "always" | "unless-stopped") {
            self.add(Kind::Restart, policy, who);
        }
    }

    fn namespace(&mut self, key: &str, value: &Node, who: &str) {
        let mode = self.text(value);
        match mode.as_str() {
            "" | "none" | "bridge" | "default" | "private" | "shareable" => {}
            mode if mode.starts_with("service:") => {}
            mode if mode.starts_with("container:") => self.add(Kind::Foreign, mode, who),
            mode => self.add(Kind::Namespace, format!("{key}: {mode}"), who),
        }
    }

    fn mounts(&mut self, value: &Node, said: &Said<'_>) {
        for item in listed(value) {
            if item.entries().is_empty() {
                let text = self.text(item);
                // A volume is looked at where it is declared.
                if let Some((source, true)) = source_of(&text) {
                    self.mount(source, said);
                }
                continue;
            }
            self.unknown(item, &MOUNT, said.who, &["bind"]);
            let part = |key: &str| item.get(key).map(|node| self.text(node));
            let (kind, source) = (part("type").unwrap_or_default(), part("source").unwrap_or_default());
            match kind.as_str() {
                "tmpfs" => {}
                "image" => self.add(Kind::Image, source, said.who),
                "volume" | "" if source_of(&format!("{source}:/x")).is_none_or(|(_, is_path)| !is_path) => {}
                "bind" | "volume" | "" => self.mount(&source, said),
                other => self.add(Kind::Mount, format!("{other} {source}"), said.who),
            }
            if let Some(bind) = item.get("bind") {
                self.unknown(bind, &["create_host_path", "selinux", "recursive"], said.who, &[]);
            }
        }
    }

    fn mount(&mut self, source: &str, said: &Said<'_>) {
        match self.view.place(source, said.bases) {
            Where::Outside(path) => {
                let sockets =
                    ["docker.sock", "docker_engine", "podman.sock", "containerd.sock", "dockerd.sock"];
                let is_socket = sockets.iter().any(|socket| path.contains(socket));
                self.add(if is_socket { Kind::Socket } else { Kind::Mount }, path, said.who);
            }
            // What a tool of the learner's obeys is not for a container to write.
            Where::Inside(path) if !path.is_empty() && names::fault(&path).is_some() => {
                self.add(Kind::Mount, path, said.who);
            }
            Where::Inside(path) => {
                self.add(Kind::WorkspaceMount, if path.is_empty() { ".".to_owned() } else { path }, said.who);
            }
        }
    }

    fn ports(&mut self, value: &Node, who: &str) {
        for item in listed(value) {
            let (ip, target) = if item.entries().is_empty() {
                let text = self.text(item);
                let text = text.split('/').next().unwrap_or_default();
                let (host, target) = text.rsplit_once(':').unwrap_or(("", text));
                let ip = host.rsplit_once(':').map_or("", |(ip, _)| ip);
                (ip.to_owned(), target.to_owned())
            } else {
                self.unknown(item, &PORT, who, &[]);
                let part = |key: &str| item.get(key).map(|node| self.text(node)).unwrap_or_default();
                (part("host_ip"), part("target"))
            };
            let ip = ip.trim_matches(['[', ']']);
            if !(ip == "localhost" || ip.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())) {
                self.add(Kind::Publish, target, who);
            }
        }
    }

    fn deploy(&mut self, value: &Node, who: &str) {
        self.unknown(value, &DEPLOY, who, &[]);
        let Some(resources) = value.get("resources") else { return };
        self.unknown(resources, &["limits", "reservations"], who, &[]);
        for part in ["limits", "reservations"].iter().filter_map(|part| resources.get(part)) {
            if let Some(devices) = part.get("devices") {
                let what = self.whole(devices);
                self.add(Kind::Device, what, who);
            }
            self.unknown(part, &LIMITS, who, &["devices"]);
        }
    }

    fn logging(&mut self, value: &Node, who: &str) {
        let driver = value.get("driver").map_or_else(|| "json-file".to_owned(), |node| self.text(node));
        if !LOG_DRIVERS.contains(&driver.as_str()) {
            let what = format!("logging: {}", self.whole(value));
            self.add(Kind::Unknown, what, who);
        }
    }
}
