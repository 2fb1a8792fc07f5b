//! The keys of a compose file: which ones this engine follows, which ones change nothing where
//! there are no containers, and which ones it does not have.

use std::collections::BTreeMap;

use crate::embedded::wire::LIMITS_CPU;
use workshop_stack::Span;
use workshop_stack::yaml::Node;

/// What is wrong with a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// Compose does not know it, in Compose's words.
    Unknown(String),
    /// Compose knows it, this engine does not.
    NotHere { span: Span, what: String },
}

const TOP: [&str; 5] = ["services", "networks", "volumes", "name", "version"];
const TOP_NOT_HERE: [&str; 3] = ["configs", "secrets", "models"];

/// Keys of a service that are followed.
const SERVICE: [&str; 21] = [
    "links",
    "build",
    "image",
    "container_name",
    "ports",
    "expose",
    "environment",
    "env_file",
    "networks",
    "depends_on",
    "volumes",
    "tmpfs",
    "command",
    "cpus",
    "healthcheck",
    "deploy",
    "scale",
    "restart",
    "profiles",
    "network_mode",
    "stop_grace_period",
];

/// Keys of a service that say something about containers, and nothing about what a learner sees.
const NO_EFFECT: [&str; 44] = [
    "annotations",
    "attach",
    "blkio_config",
    "cap_add",
    "cap_drop",
    "cgroup",
    "cgroup_parent",
    "cpu_count",
    "cpu_percent",
    "cpu_period",
    "cpu_quota",
    "cpu_shares",
    "cpuset",
    "develop",
    "dns",
    "dns_opt",
    "dns_search",
    "domainname",
    "group_add",
    "hostname",
    "init",
    "ipc",
    "isolation",
    "labels",
    "logging",
    "mac_address",
    "mem_limit",
    "mem_reservation",
    "mem_swappiness",
    "memswap_limit",
    "oom_kill_disable",
    "oom_score_adj",
    "pids_limit",
    "platform",
    "pull_policy",
    "read_only",
    "security_opt",
    "shm_size",
    "stdin_open",
    "stop_signal",
    "sysctls",
    "tty",
    "ulimits",
    "user",
];

/// Keys of a service that need a container.
const NOT_HERE: [&str; 22] = [
    "configs",
    "credential_spec",
    "device_cgroup_rules",
    "devices",
    "entrypoint",
    "external_links",
    "extra_hosts",
    "gpus",
    "label_file",
    "models",
    "pid",
    "post_start",
    "pre_stop",
    "privileged",
    "provider",
    "runtime",
    "secrets",
    "storage_opt",
    "use_api_socket",
    "userns_mode",
    "volumes_from",
    "working_dir",
];

/// Keys that are followed, of which not all that they say is in what a replica is made by.
const IN_PART: [&str; 4] = ["deploy", "expose", "restart", "tmpfs"];

/// What a service says that makes Compose make its containers anew although it changes nothing
/// here, by key: a list of `name=value` is the mapping that it stands for, the order of a mapping
/// counts for nothing, and neither does how many replicas there shall be.
pub(super) fn beside(service: &Node) -> BTreeMap<String, String> {
    let of_container = |key: &str| NO_EFFECT.contains(&key) && key != "pull_policy" || IN_PART.contains(&key);
    let entries = service.entries().iter().filter(|entry| of_container(&entry.key.value));
    entries
        .map(|entry| (entry.key.value.clone(), said(&entry.key.value, &entry.value)))
        .filter(|(_, said)| !said.is_empty())
        .collect()
}

/// A value as one text that is the same for what means the same.
fn said(key: &str, value: &Node) -> String {
    let mut parts: Vec<String> = Vec::new();
    for entry in
        value.entries().iter().filter(|entry| (key, entry.key.value.as_str()) != ("deploy", "replicas"))
    {
        parts.push(format!("{:?}={}", entry.key.value, said(&entry.key.value, &entry.value)));
    }
    for item in value.items() {
        parts.push(match item.text().map(|text| text.split_once('=').unwrap_or((text, ""))) {
            Some((name, value)) if NAMED.contains(&key) => format!("{name:?}={value:?}"),
            _ => said(key, item),
        });
    }
    if NAMED.contains(&key) || !value.entries().is_empty() {
        parts.sort();
    }
    match value.text() {
        Some(text) => format!("{text:?}"),
        None => parts.join(","),
    }
}

/// Keys whose list is a mapping in another form.
const NAMED: [&str; 3] = ["labels", "annotations", "sysctls"];

/// Whether every key of the file is one that is followed or changes nothing.
///
/// # Errors
/// The first that is not, in the file's order.
pub(super) fn hold(root: &Node) -> Result<(), Wrong> {
    for entry in root.entries() {
        let key = entry.key.value.as_str();
        if TOP_NOT_HERE.contains(&key) {
            return Err(Wrong::NotHere { span: entry.key.span, what: key.to_owned() });
        }
        if !TOP.contains(&key) && !key.starts_with("x-") {
            return Err(Wrong::Unknown(format!("additional properties '{key}' not allowed")));
        }
    }
    let services = root.get("services").map(Node::entries).unwrap_or_default();
    for service in services {
        for entry in service.value.entries() {
            let key = entry.key.value.as_str();
            let name = &service.key.value;
            // A link under another name would need a name of its own in that container alone.
            let renames = key == "links"
                && entry.value.items().iter().any(|link| link.text().is_some_and(|link| link.contains(':')));
            if NOT_HERE.contains(&key) || renames {
                return Err(Wrong::NotHere { span: entry.key.span, what: format!("services.{name}.{key}") });
            }
            if !SERVICE.contains(&key) && !NO_EFFECT.contains(&key) && !key.starts_with("x-") && key != "<<" {
                return Err(Wrong::Unknown(format!(
                    "services.{name} additional properties '{key}' not allowed"
                )));
            }
        }
    }
    Ok(())
}

/// The keys of the file that change nothing here, as `services.NAME.KEY`.
pub(super) fn without_effect(root: &Node) -> Vec<String> {
    let services = root.get("services").map(Node::entries).unwrap_or_default();
    let mut found = Vec::new();
    for service in services {
        let keys = service.value.entries().iter().map(|entry| entry.key.value.as_str());
        let name = &service.key.value;
        found.extend(keys.filter(|key| NO_EFFECT.contains(key)).map(|key| format!("services.{name}.{key}")));
        // Of the rest only the limit of CPU time is followed, and not everywhere.
        let limits = service.value.get("deploy.resources.limits").map(Node::entries).unwrap_or_default();
        for entry in limits.iter().filter(|entry| entry.key.value != "cpus" || !LIMITS_CPU) {
            found.push(format!("services.{name}.deploy.resources.limits.{}", entry.key.value));
        }
        if service.value.get("deploy.resources.reservations").is_some() {
            found.push(format!("services.{name}.deploy.resources.reservations"));
        }
        if service.value.get("cpus").is_some() && !LIMITS_CPU {
            found.push(format!("services.{name}.cpus"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hold_to(text: &str) -> Result<(), Wrong> {
        hold(&workshop_stack::yaml::parse(text).unwrap())
    }

    #[test]
    fn a_key_is_followed_or_named() {
        assert_eq!(
            hold_to("x-a: 1\nservices:\n  web:\n    image: nginx\n    x-b: 1\n    tty: true\n"),
            Ok(())
        );
        let wrong = |text: &str| match hold_to(text).unwrap_err() {
            Wrong::Unknown(line) => line,
            Wrong::NotHere { span, what } => format!("{}:{} {what}", span.line, span.column),
        };
        assert_eq!(
            wrong("services:\n  web:\n    port: ['80']\n"),
            "services.web additional properties 'port' not allowed"
        );
        assert_eq!(wrong("services: {}\nservces: {}\n"), "additional properties 'servces' not allowed");
        assert_eq!(wrong("services:\n  web:\n    entrypoint: sh\n"), "3:5 services.web.entrypoint");
        assert_eq!(wrong("services: {}\nsecrets: {}\n"), "2:1 secrets");
        let text = "services:\n  web:\n    cpus: 1\n    cpu_shares: 2\n    deploy:\n      resources:\n        \
                    limits: {cpus: '1', memory: 1G}\n";
        let unused = without_effect(&workshop_stack::yaml::parse(text).unwrap());
        let mut wanted = vec!["services.web.cpu_shares", "services.web.deploy.resources.limits.memory"];
        if !LIMITS_CPU {
            wanted.insert(1, "services.web.deploy.resources.limits.cpus");
            wanted.push("services.web.cpus");
        }
        assert_eq!(unused, wanted);
    }
}
