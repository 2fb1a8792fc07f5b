//! A compose project's effects. Only keys that are known to stay within the stack are passed over;
//! every other is an effect, understood ([`Kind::Mount`] …) or shown as it is ([`Kind::Unknown`]).

use std::collections::BTreeSet;

use super::place::{View, Where, folder_of, is_remote};
use super::{Effect, Effects, Kind, Unclear};
use crate::lesson::names;
use crate::stack::compose::{COMPOSE_NAMES, Env, OVERRIDE_NAMES, source_of};
use crate::stack::dockerfile::{Base, Stages};
use crate::stack::yaml::{self, Node, Value};
use crate::text::Text;

/// Files that include each other deeper than this are not followed.
const DEPTH: usize = 16;

/// Keys of a service that stay within its container, or are about other services of the file.
const SERVICE: [&str; 63] = [
    "attach",
    "cap_drop",
    "command",
    "container_name",
    "cpu_count",
    "cpu_percent",
    "cpu_period",
    "cpu_quota",
    "cpu_shares",
    "cpus",
    "cpuset",
    "depends_on",
    "develop",
    "dns",
    "dns_opt",
    "dns_search",
    "domainname",
    "entrypoint",
    "environment",
    "expose",
    "group_add",
    "healthcheck",
    "hostname",
    "init",
    "labels",
    "links",
    "mac_address",
    "mem_limit",
    "mem_reservation",
    "mem_swappiness",
    "memswap_limit",
    "networks",
    "oom_kill_disable",
    "pids_limit",
    "platform",
    "profiles",
    "pull_policy",
    "pull_refresh_after",
    "read_only",
    "scale",
    "shm_size",
    "stdin_open",
    "stop_grace_period",
    "stop_signal",
    "tmpfs",
    "tty",
    "ulimits",
    "user",
    "working_dir",
    // Looked at on their own below.
    "build",
    "configs",
    "deploy",
    "env_file",
    "extends",
    "extra_hosts",
    "image",
    "logging",
    "network_mode",
    "ports",
    "restart",
    "secrets",
    "volumes",
    "privileged",
];
const BUILD: [&str; 16] = [
    "args",
    "dockerfile_inline",
    "labels",
    "no_cache",
    "no_cache_filter",
    "platforms",
    "provenance",
    "pull",
    "sbom",
    "shm_size",
    "target",
    "ulimits",
    // Looked at below.
    "context",
    "dockerfile",
    "network",
    "tags",
];
const DEPLOY: [&str; 9] = [
    "endpoint_mode",
    "labels",
    "mode",
    "placement",
    "replicas",
    "restart_policy",
    "rollback_config",
    "update_config",
    "resources",
];
const LIMITS: [&str; 3] = ["cpus", "memory", "pids"];
const MOUNT: [&str; 8] = ["type", "source", "target", "read_only", "consistency", "tmpfs", "volume", "image"];
const PORT: [&str; 7] = ["target", "published", "host_ip", "protocol", "mode", "name", "app_protocol"];
const TOP: [&str; 7] = ["version", "services", "networks", "volumes", "configs", "secrets", "include"];
/// Variables of `.env` by which Compose does nothing else to other things.
const HARMLESS: [&str; 10] = [
    "COMPOSE_PROJECT_NAME",
    "COMPOSE_PROFILES",
    "COMPOSE_PATH_SEPARATOR",
    "COMPOSE_ANSI",
    "COMPOSE_PROGRESS",
    "COMPOSE_PARALLEL_LIMIT",
    "COMPOSE_IGNORE_ORPHANS",
    "COMPOSE_REMOVE_ORPHANS",
    "COMPOSE_STATUS_STDOUT",
    "COMPOSE_MENU",
];
/// Docker's own drivers that send nothing elsewhere.
const LOG_DRIVERS: [&str; 4] = ["json-file", "local", "none", "journald"];

/// One walk through the files of a project.
pub(super) struct Walk<'a> {
    view: &'a View<'a>,
    env: Env,
    /// What images are named with: the user's own choice of another image is no effect of a lesson.
    plain: Env,
    /// Variables that the lesson or `.env` gives.
    declared: BTreeSet<String>,
    seen: BTreeSet<String>,
    depth: usize,
    pub found: Effects,
}

/// Where something is said: the service or file, and the folders that its paths are seen from.
struct Said<'s> {
    who: &'s str,
    bases: &'s [String],
}

impl<'a> Walk<'a> {
    pub fn new(view: &'a View<'a>, env: Env, plain: Env, declared: BTreeSet<String>) -> Self {
        Self { view, env, plain, declared, seen: BTreeSet::new(), depth: 0, found: Effects::new() }
    }

    fn add(&mut self, kind: Kind, what: impl Into<String>, who: &str) {
        self.found.insert(Effect::new(kind, what, who));
    }

    /// Every file that Compose may read in the workspace: more than it will is no harm.
    pub fn project(&mut self, dotenv: &Env) -> Result<(), Unclear> {
        let root = [String::new()];
        for name in COMPOSE_NAMES.into_iter().chain(OVERRIDE_NAMES) {
            if (self.view.read)(name).is_some() {
                self.file(name, &root)?;
            }
        }
        for (name, value) in dotenv.iter().filter(|(name, _)| super::is_obeyed(name)) {
            match name {
                _ if HARMLESS.contains(&name) || !name.contains('_') || name.starts_with("HTTP") => {}
                "COMPOSE_FILE" => {
                    let between = dotenv.get("COMPOSE_PATH_SEPARATOR").filter(|sign| !sign.is_empty());
                    let files: Vec<&str> =
                        value.split(between.unwrap_or(if cfg!(windows) { ";" } else { ":" })).collect();
                    let first = folder_of(files.first().copied().unwrap_or_default());
                    for file in files {
                        self.other_file(file, ".env", &root, &[first.clone()])?;
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
        let root = yaml::parse(&text).map_err(|error| unclear(error.span.line, error.message))?;
        self.depth += 1;
        self.variables(&root, path);
        self.top(&root, path, bases)?;
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
                "volumes_from" => {
                    for from in listed(value).map(|from| self.text(from)).collect::<Vec<_>>() {
                        if from.starts_with("container:") {
                            self.add(Kind::Foreign, from, name);
                        }
                    }
                }
                "provider" => {
                    let kind = value.get("type").map(|kind| self.text(kind)).unwrap_or_default();
                    self.add(Kind::Program, kind, name);
                }
                "use_api_socket" if self.is_no(value) => {}
                "use_api_socket" => self.add(Kind::Socket, "use_api_socket", name),
                "volumes" => self.mounts(value, said),
                "configs" | "secrets" => {}
                "env_file" | "label_file" => {
                    for file in listed(value) {
                        self.host_file(
                            file.get("path").filter(|_| !file.entries().is_empty()).unwrap_or(file),
                            said,
                        );
                    }
                }
                "extends" => {
                    let file =
                        value.get("file").filter(|_| !value.entries().is_empty()).map(|file| self.text(file));
                    if let Some(file) = file {
                        self.other_file(&file, name, bases, &[])?;
                    }
                }
                "ports" => self.ports(value, name),
                "image" => self.image(value, node, name),
                "build" => self.build(value, said),
                "deploy" => self.deploy(value, name),
                "restart" => {
                    let policy = self.text(value);
                    if matches!(policy.as_str(), "always" | "unless-stopped") {
                        self.add(Kind::Restart, policy, name);
                    }
                }
                "logging" => self.logging(value, name),
                "extra_hosts" => {
                    if self.whole(value).contains("host-gateway") {
                        self.add(Kind::Namespace, "host-gateway", name);
                    }
                }
                "environment" => self.passed_through(value, name),
                _ => {}
            }
        }
        let known = [
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
        self.unknown(node, &SERVICE, name, &known);
        Ok(())
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
                match source_of(&text) {
                    Some((source, true)) => self.mount(source, said),
                    // Its volume is looked at where it is declared.
                    Some((_, false)) | None => {}
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

    fn image(&mut self, value: &Node, service: &Node, who: &str) {
        let raw = value.text().unwrap_or_default();
        let image = self.plain.expanded(raw).map_or_else(|| raw.to_owned(), |(image, _)| image);
        let kind = if service.entry("build").is_some() { Kind::Tag } else { Kind::Image };
        self.add(kind, if image.is_empty() { raw.to_owned() } else { image }, who);
    }

    fn build(&mut self, value: &Node, said: &Said<'_>) {
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
        for entry in value.entries() {
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

    /// A folder that a build takes in: where it is in the workspace, or an effect.
    fn elsewhere(&mut self, path: &str, said: &Said<'_>) -> Option<String> {
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
    fn dockerfile(&mut self, text: &str, build: &Node, who: &str) {
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

    fn network(&mut self, name: &str, node: &Node, said: &Said<'_>) {
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

    fn volume(&mut self, name: &str, node: &Node, said: &Said<'_>) {
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

    fn external(&mut self, name: &str, node: &Node, said: &Said<'_>) {
        let Some(external) = node.get("external").filter(|external| !self.is_no(external)) else { return };
        let real = node.get("name").or_else(|| external.get("name")).map(|node| self.text(node));
        self.add(Kind::Foreign, real.unwrap_or_else(|| name.to_owned()), said.who);
    }

    /// A config or a secret of the project.
    fn content(&mut self, name: &str, node: &Node, said: &Said<'_>) {
        self.external(name, node, said);
        if let Some(file) = node.get("file") {
            self.host_file(file, said);
        }
        if let Some(variable) = node.get("environment").map(|node| self.text(node)) {
            self.variable(&variable, name);
        }
        self.unknown(node, &["name", "file", "environment", "content", "external", "labels"], name, &[]);
    }

    /// A file that is read from this machine, where it is not the workspace's.
    fn host_file(&mut self, node: &Node, said: &Said<'_>) {
        let path = self.text(node);
        if let Where::Outside(path) = self.view.place(&path, said.bases) {
            self.add(Kind::HostFile, path, said.who);
        }
    }

    /// `NAME` alone takes the value that the user's environment has.
    fn passed_through(&mut self, node: &Node, who: &str) {
        for item in node.items() {
            let text = self.text(item);
            if !text.contains('=') && !text.is_empty() {
                self.variable(&text, who);
            }
        }
        for entry in node.entries().iter().filter(|entry| entry.value.is_null()) {
            self.variable(&entry.key.value, who);
        }
    }

    fn variable(&mut self, name: &str, who: &str) {
        if !self.declared.contains(name) {
            self.add(Kind::Variable, name, who);
        }
    }

    /// The variables of every value in the file.
    fn variables(&mut self, node: &Node, file: &str) {
        if let Some(text) = node.text().filter(|text| text.contains('$')) {
            for name in super::compose::names_in(text, &self.env) {
                self.variable(&name, file);
            }
        }
        node.items().iter().for_each(|item| self.variables(item, file));
        node.entries().iter().for_each(|entry| self.variables(&entry.value, file));
    }

    /// Keys that nobody knows to be harmless, but for those that were looked at already.
    fn unknown(&mut self, node: &Node, harmless: &[&str], who: &str, known: &[&str]) {
        for entry in node.entries() {
            let key = entry.key.value.as_str();
            if !harmless.contains(&key)
                && !known.contains(&key)
                && !key.starts_with("x-")
                && !entry.value.is_null()
            {
                let what = format!("{key}: {}", self.whole(&entry.value));
                self.add(Kind::Unknown, what, who);
            }
        }
    }

    fn each(&mut self, node: &Node, kind: Kind, who: &str) {
        for item in listed(node) {
            let what = self.whole(item);
            self.add(kind, what, who);
        }
        for entry in node.entries() {
            let what = format!("{}: {}", entry.key.value, self.whole(&entry.value));
            self.add(kind, what, who);
        }
    }

    /// A scalar with its variables.
    fn text(&self, node: &Node) -> String {
        let raw = node.text().unwrap_or_default();
        self.env.expanded(raw).map_or_else(|| raw.to_owned(), |(text, _)| text)
    }

    fn is_no(&self, node: &Node) -> bool {
        node.is_null()
            || matches!(self.text(node).to_lowercase().as_str(), "false" | "no" | "off" | "n" | "0" | "")
                && node.entries().is_empty()
                && node.items().is_empty()
    }

    /// A value of any shape, on one line.
    fn whole(&self, node: &Node) -> String {
        match &node.value {
            Value::Null => String::new(),
            Value::Scalar(_) => self.text(node),
            Value::Sequence(items) => {
                items.iter().map(|item| self.whole(item)).collect::<Vec<_>>().join(", ")
            }
            Value::Mapping(entries) => {
                let one = |entry: &yaml::Entry| format!("{}={}", entry.key.value, self.whole(&entry.value));
                entries.iter().map(one).collect::<Vec<_>>().join(" ")
            }
        }
    }

    /// `NAME=value` of a list, or the entries of a mapping.
    fn pairs(&self, node: &Node) -> Vec<(String, String)> {
        pairs(node, &self.env)
    }

    fn plain_pairs(&self, node: &Node) -> Vec<(String, String)> {
        pairs(node, &self.plain)
    }
}

fn pairs(node: &Node, env: &Env) -> Vec<(String, String)> {
    let text = |node: &Node| {
        let raw = node.text().unwrap_or_default();
        env.expanded(raw).map_or_else(|| raw.to_owned(), |(text, _)| text)
    };
    let listed = node.items().iter().map(|item| {
        let text = text(item);
        let (name, value) = text.split_once('=').unwrap_or((&text, ""));
        (name.to_owned(), value.to_owned())
    });
    let mapped = node.entries().iter().map(|entry| (entry.key.value.clone(), text(&entry.value)));
    listed.chain(mapped).collect()
}

/// The variables in `text`, also those in the defaults of others.
fn names_in(text: &str, env: &Env) -> Vec<String> {
    // What a default holds is read only where it is taken: so every name is looked for as such too.
    let known = env.expanded(text).map(|(_, variables)| variables).unwrap_or_default();
    let mut names: Vec<String> = known.into_iter().map(|variable| variable.name).collect();
    let plain = text.replace("$$", "");
    for (at, _) in plain.match_indices('$') {
        let rest = plain[at + 1..].trim_start_matches('{');
        let name: String = rest.chars().take_while(|c| *c == '_' || c.is_ascii_alphanumeric()).collect();
        if !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit()) && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The items of a list, or the one value that stands in its place.
fn listed(node: &Node) -> impl Iterator<Item = &Node> {
    let alone = matches!(node.value, Value::Scalar(_)).then_some(node);
    node.items().iter().chain(alone)
}
