//! From a manager's listing to what is observed: pure functions over the [`model`](super::model).
//!
//! Swarm keeps the last few tries at each replica. Of those that have ended, only the newest of a slot
//! counts, and only where nothing else of the slot is there; why it ended is told by the one that
//! follows it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use super::model::{ContainerSpec, Node, Service, Task};
use crate::docker::listing::parse_time;
use crate::{
    Availability, Health, Manager, NodeState, Observed, Published, Replica, State, Update, UpdateState,
};

/// By which Docker knows a stack's own things.
pub(super) const NAMESPACE: &str = "com.docker.stack.namespace";

/// What a manager lists of one stack, and all nodes.
pub(super) struct Listing {
    pub services: Vec<Service>,
    pub tasks: Vec<Task>,
    pub nodes: Vec<Node>,
}

impl Listing {
    /// The stack `name` as it is.
    pub(super) fn observed(&self, name: &str) -> Observed {
        let mut replicas: Vec<Replica> =
            self.services.iter().flat_map(|service| self.replicas(name, service)).collect();
        replicas.sort_by(|a, b| {
            (&a.service, a.index, a.created, &a.id).cmp(&(&b.service, b.index, b.created, &b.id))
        });
        Observed {
            at: SystemTime::now(),
            networks: self.networks(name).into_iter().collect(),
            volumes: self.volumes(name).into_iter().collect(),
            nodes: self.nodes().into_iter().map(node).collect(),
            services: self.services.iter().map(|one| service(name, one)).collect(),
            ..Observed::of_replicas(replicas)
        }
    }

    /// The nodes by name.
    fn nodes(&self) -> Vec<&Node> {
        let mut nodes: Vec<&Node> = self.nodes.iter().collect();
        nodes.sort_by(|a, b| (&a.description.hostname, &a.id).cmp(&(&b.description.hostname, &b.id)));
        nodes
    }

    fn node(&self, id: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.id == id)
    }

    fn replicas(&self, stack: &str, service: &Service) -> Vec<Replica> {
        let mut slots = BTreeMap::<u32, Vec<&Task>>::new();
        let nodes = self.nodes();
        for task in self.tasks.iter().filter(|task| task.service == service.id) {
            let place = || nodes.iter().position(|node| node.id == task.node).map_or(0, |at| at as u32 + 1);
            slots.entry(task.slot.filter(|slot| *slot > 0).unwrap_or_else(place)).or_default().push(task);
        }
        // What was scaled away leaves tries in Swarm's memory; those count only where one is missing.
        let is_live = |tasks: &[&Task]| tasks.iter().any(|task| !has_ended(task));
        let wanted = service.spec.mode.replicated.as_ref().and_then(|mode| mode.replicas);
        let live = slots.values().filter(|tasks| is_live(tasks)).count();
        let missing = wanted.map_or(usize::MAX, |wanted| (wanted as usize).saturating_sub(live));
        let ended = slots.iter().filter(|(_, tasks)| !is_live(tasks)).map(|(index, _)| *index);
        let surplus: BTreeSet<u32> = ended.skip(missing).collect();
        slots.retain(|index, _| !surplus.contains(index));
        slots.into_iter().flat_map(|(index, tasks)| self.slot(stack, service, index, tasks)).collect()
    }

    /// What is shown of one slot's tries.
    fn slot(&self, stack: &str, service: &Service, index: u32, mut tasks: Vec<&Task>) -> Vec<Replica> {
        tasks.sort_by_key(|task| parse_time(&task.created_at));
        let (ended, mut shown): (Vec<&Task>, Vec<&Task>) =
            tasks.into_iter().partition(|task| has_ended(task));
        let before = ended.last().map_or("", |task| task.status.err.as_str());
        let mut restarts = ended.len();
        if shown.is_empty() {
            shown.extend(ended.last());
            restarts = restarts.saturating_sub(1);
        }
        let replica = |task: &Task| Replica {
            restarts: u32::try_from(restarts).ok(),
            ..self.replica(stack, service, index, task, before)
        };
        shown.into_iter().map(replica).collect()
    }

    fn replica(&self, stack: &str, service: &Service, index: u32, task: &Task, before: &str) -> Replica {
        let container = task.status.container_status.as_ref().map(|container| &container.id);
        let id = container.filter(|id| is_id(id)).unwrap_or(&task.id).clone();
        let node = self.node(&task.node);
        // Of what a node that is down runs nobody knows, whatever its last word was.
        let (state, health) = match node.is_some_and(is_down) {
            true if !has_ended(task) => (State::Removing, Health::None),
            _ => condition(task),
        };
        let own = task.status.err.as_str();
        let trouble = if own.is_empty() && state == State::Created { before } else { own };
        let spec = &task.spec.container_spec;
        Replica {
            name: format!("{}.{index}.{}", service.spec.name, task.id),
            service: own_name(stack, &service.spec.name).to_owned(),
            index,
            hostname: hostname(spec, service, index, task, node)
                .unwrap_or_else(|| id.chars().take(12).collect()),
            state,
            health,
            networks: networks(task),
            published: self.published(service, task),
            image: spec.image.clone(),
            created: parse_time(&task.created_at).unwrap_or(SystemTime::UNIX_EPOCH),
            started: parse_time(&task.status.timestamp).filter(|_| state == State::Running),
            node: node.map(|node| node.description.hostname.clone()),
            restarts: None,
            trouble: Some(trouble.to_owned()).filter(|trouble| !trouble.is_empty()),
            id,
        }
    }

    /// The ports of the task's own node, and those that every node has.
    fn published(&self, service: &Service, task: &Task) -> Vec<Published> {
        let own = self.node(&task.node).map(address);
        let ready = self.nodes().into_iter().find(|node| is_ready(node)).map(address);
        // A node that was away for a moment forgets to say which it has opened.
        let said = Some(&task.status.port_status.ports).filter(|ports| !ports.is_empty());
        let is_up = task.status.state == "running";
        let at_node = said.or(is_up.then_some(&service.endpoint.ports));
        let opened = [("host", own, at_node), ("ingress", ready, Some(&service.endpoint.ports))];
        let mut all: Vec<Published> = Vec::new();
        for (mode, host_ip, ports) in opened {
            let Some((host_ip, ports)) = host_ip.filter(|ip| !ip.is_empty()).zip(ports) else { continue };
            for port in ports.iter().filter(|port| port.publish_mode == mode && port.published_port > 0) {
                let (host, target) = (port.published_port, port.target_port);
                let one = Published { host_ip: host_ip.clone(), host, target };
                // An engine lists a port once for each version of the Internet Protocol.
                if !all.contains(&one) {
                    all.push(one);
                }
            }
        }
        all
    }

    /// Those of the stack that its tasks are on.
    fn networks(&self, stack: &str) -> BTreeSet<String> {
        let specs =
            self.tasks.iter().flat_map(|task| &task.networks_attachments).map(|one| &one.network.spec);
        let own = specs.filter(|spec| spec.labels.get(NAMESPACE).is_some_and(|name| name == stack));
        own.map(|spec| spec.name.clone()).collect()
    }

    /// Those of the stack that its services mount.
    fn volumes(&self, stack: &str) -> BTreeSet<String> {
        let mounts = self.services.iter().flat_map(|one| &one.spec.task_template.container_spec.mounts);
        let volumes = mounts.filter(|mount| mount.kind == "volume");
        let own = volumes.filter(|mount| own_name(stack, &mount.source) != mount.source);
        own.map(|mount| mount.source.clone()).collect()
    }
}

/// `backend` of `shop_backend`.
pub(super) fn own_name<'n>(stack: &str, name: &'n str) -> &'n str {
    name.strip_prefix(stack).and_then(|rest| rest.strip_prefix('_')).unwrap_or(name)
}

/// The id of the task that a replica's name ends in.
pub(super) fn task_of(replica: &Replica) -> Option<&str> {
    replica.name.rsplit('.').next().filter(|id| is_id(id))
}

/// A manager hears from it.
pub(super) fn is_ready(node: &Node) -> bool {
    node.status.state == "ready"
}

/// What can be an id of Docker's, and leads nowhere else within a request.
pub(super) fn is_id(id: &str) -> bool {
    (12..=128).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn is_down(node: &Node) -> bool {
    matches!(node.status.state.as_str(), "down" | "disconnected")
}

fn has_ended(task: &Task) -> bool {
    matches!(
        task.status.state.as_str(),
        "complete" | "shutdown" | "failed" | "rejected" | "remove" | "orphaned"
    )
}

/// What the task's process does and what its health check says. A task that has one is `starting`
/// until it passes, and Swarm ends the one that fails.
fn condition(task: &Task) -> (State, Health) {
    let check = task.spec.container_spec.healthcheck.as_ref();
    let is_checked = check.is_some_and(|check| check.test.first().is_some_and(|word| word != "NONE"));
    let container = task.status.container_status.as_ref().filter(|container| !container.id.is_empty());
    let code = container.map(|container| container.exit_code);
    match task.status.state.as_str() {
        "running" | "starting" if matches!(task.desired_state.as_str(), "shutdown" | "remove") => {
            (State::Removing, Health::None)
        }
        "running" if is_checked => (State::Running, Health::Healthy),
        "running" => (State::Running, Health::None),
        "starting" if is_checked => (State::Running, Health::Starting),
        "starting" => (State::Created, Health::Starting),
        "complete" | "shutdown" | "failed" | "rejected" => (State::Exited(code), Health::None),
        "remove" => (State::Removing, Health::None),
        "orphaned" => (State::Dead, Health::None),
        _ => (State::Created, Health::None),
    }
}

/// The host name that the service gives its replicas, which may be made of the task's own; none where
/// it gives none.
fn hostname(
    spec: &ContainerSpec,
    service: &Service,
    index: u32,
    task: &Task,
    node: Option<&Node>,
) -> Option<String> {
    let node_name = node.map_or("", |node| node.description.hostname.as_str());
    let slot = index.to_string();
    let task_name = format!("{}.{index}.{}", service.spec.name, task.id);
    let known = [
        (".Service.Name", service.spec.name.as_str()),
        (".Service.ID", &service.id),
        (".Node.Hostname", node_name),
        (".Node.ID", &task.node),
        (".Task.Slot", &slot),
        (".Task.Name", &task_name),
        (".Task.ID", &task.id),
    ];
    let name = known.iter().fold(spec.hostname.clone(), |name, (key, value)| {
        name.replace(&format!("{{{{{key}}}}}"), value).replace(&format!("{{{{ {key} }}}}"), value)
    });
    Some(name).filter(|name| !name.is_empty())
}

/// Network → address in it, without the length of its prefix.
fn networks(task: &Task) -> BTreeMap<String, String> {
    let attached = task.networks_attachments.iter().map(|one| {
        let address = one.addresses.first().map_or("", String::as_str);
        (one.network.spec.name.clone(), address.split('/').next().unwrap_or_default().to_owned())
    });
    attached.collect()
}

/// Where a node is reached. A manager's own word is better: it may have listed itself as `0.0.0.0`.
fn address(node: &Node) -> String {
    let manager = node.manager_status.as_ref().and_then(|manager| manager.addr.rsplit_once(':'));
    manager.map_or(node.status.addr.as_str(), |(host, _)| host).trim_matches(['[', ']']).to_owned()
}

fn node(node: &Node) -> crate::Node {
    crate::Node {
        name: node.description.hostname.clone(),
        address: address(node),
        state: match node.status.state.as_str() {
            "ready" => NodeState::Ready,
            _ if is_down(node) => NodeState::Down,
            _ => NodeState::Unknown,
        },
        availability: match node.spec.availability.as_str() {
            "pause" => Availability::Pause,
            "drain" => Availability::Drain,
            _ => Availability::Active,
        },
        manager: node.manager_status.as_ref().map(|manager| match manager.reachability.as_str() {
            _ if manager.leader => Manager::Leader,
            "reachable" => Manager::Reachable,
            _ => Manager::Unreachable,
        }),
    }
}

fn service(stack: &str, service: &Service) -> crate::Service {
    let spec = &service.spec;
    let replicated = spec.mode.replicated.as_ref();
    crate::Service {
        name: own_name(stack, &spec.name).to_owned(),
        wanted: replicated.map(|mode| u32::try_from(mode.replicas.unwrap_or(1)).unwrap_or(u32::MAX)),
        image: spec.task_template.container_spec.image.clone(),
        update: service.update_status.as_ref().and_then(|status| {
            let state = match status.state.as_str() {
                "updating" => UpdateState::Updating,
                "paused" => UpdateState::Paused,
                "completed" => UpdateState::Completed,
                "rollback_started" => UpdateState::RollbackStarted,
                "rollback_paused" => UpdateState::RollbackPaused,
                "rollback_completed" => UpdateState::RollbackCompleted,
                _ => return None,
            };
            Some(Update { state, message: status.message.clone() })
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a real manager of three nodes listed (Docker 20.10), a while after a stack of four services
    /// had been deployed: one that ends by itself, one on every node, one without an image, one that no
    /// node suits.
    fn recorded() -> Listing {
        Listing {
            services: serde_json::from_str(include_str!("recorded/services.json")).unwrap(),
            tasks: serde_json::from_str(include_str!("recorded/tasks.json")).unwrap(),
            nodes: serde_json::from_str(include_str!("recorded/nodes.json")).unwrap(),
        }
    }

    #[test]
    fn one_replica_is_shown_for_each_slot_with_why_it_does_not_run() {
        let seen = recorded().observed("shop");
        let all: Vec<_> = seen
            .replicas
            .iter()
            .map(|one| (one.label(), one.state, one.restarts, one.trouble.as_deref().unwrap_or("")))
            .collect();
        let label = |name: &str| name.to_owned();
        let no_node = "no suitable node (scheduling constraints not satisfied on 3 nodes)";
        assert_eq!(
            all,
            [
                (label("backend-1"), State::Created, Some(1), ""),
                (label("backend-2"), State::Created, Some(1), ""),
                (label("backend-3"), State::Created, Some(1), ""),
                (label("bad-1"), State::Exited(None), Some(2), "No such image: no-such-image:local"),
                (label("stuck-1"), State::Created, Some(0), no_node),
                (label("web-1"), State::Running, Some(0), ""),
                (label("web-2"), State::Running, Some(0), ""),
                (label("web-3"), State::Running, Some(0), ""),
            ]
        );
        let web = seen.of("web").nth(1).unwrap();
        assert_eq!(web.node.as_deref(), Some("node2"));
        assert_eq!(web.published.len(), 1, "listed twice, and once open: {web:?}");
        assert_eq!(seen.url_of("web", 80), Some("http://198.19.194.1:8080".to_owned()));
        assert!(web.networks["shop_default"].starts_with("10.0.1."), "{web:?}");
        assert_eq!((web.hostname.as_str(), web.id.len()), (&web.id[..12], 64));
        let backend = seen.of("backend").next().unwrap();
        assert_eq!(backend.hostname, "shop_backend-1", "its service says so, by a template");
        assert_eq!(task_of(backend), Some(backend.name.rsplit('.').next().unwrap()));
        let stuck = seen.of("stuck").next().unwrap();
        assert_eq!((task_of(stuck), &stuck.node), (Some(stuck.id.as_str()), &None));
        assert_eq!(seen.networks, ["shop_default"]);
    }

    #[test]
    fn nodes_and_what_is_kept_are_told() {
        let seen = recorded().observed("shop");
        let nodes: Vec<_> =
            seen.nodes.iter().map(|node| (node.name.as_str(), node.address.as_str())).collect();
        assert_eq!(nodes, [("node1", "198.19.194.1"), ("node2", "198.19.194.2"), ("node3", "198.19.194.3")]);
        assert!(seen.nodes.iter().all(|node| node.state == NodeState::Ready));
        assert_eq!(seen.nodes.iter().filter(|node| node.manager == Some(Manager::Leader)).count(), 1);
        let wanted: Vec<_> = seen.services.iter().map(|one| (one.name.as_str(), one.wanted)).collect();
        assert!(wanted.contains(&("backend", Some(3))) && wanted.contains(&("web", None)), "{wanted:?}");
        assert!(seen.services.iter().all(|one| one.update.is_none()));
    }

    #[test]
    fn one_that_is_being_ended_counts_no_more() {
        let mut listing = recorded();
        let web: Vec<String> = listing
            .tasks
            .iter()
            .filter(|one| one.status.state == "running")
            .map(|one| one.id.clone())
            .collect();
        for task in listing.tasks.iter_mut().filter(|one| one.id == web[0]) {
            task.desired_state = "shutdown".to_owned();
        }
        let seen = listing.observed("shop");
        assert_eq!(seen.of("web").filter(|one| one.state == State::Removing).count(), 1);
    }

    #[test]
    fn a_thousand_replicas_are_one_pass() {
        let mut listing = recorded();
        let web = listing.tasks.iter().find(|one| one.status.state == "running").unwrap().clone();
        listing.tasks = (1..=1000)
            .map(|slot| Task { id: format!("{slot:025}"), slot: Some(slot), ..web.clone() })
            .collect();
        assert_eq!(listing.observed("shop").of("web").count(), 1000);
    }
}
