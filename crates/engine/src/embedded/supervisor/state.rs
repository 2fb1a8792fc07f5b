//! The stack as the supervisor knows it: [`StackState`], plain data behind one lock. What has to be done
//! to bring a service to its wanted state is decided here, as a [`Plan`], before anything is done.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;
use std::sync::Arc;

use super::address::{Address, Addresses};
use super::forward::Forward;
use crate::embedded::wire::{HealthState, ReplicaState, ReplicaView, ServiceSpec, Stack};

/// One replica, running or not.
pub(super) struct Replica {
    pub view: ReplicaView,
    pub spec: Arc<ServiceSpec>,
    pub address: Address,
    /// Somebody told it to end: it is not started again by itself.
    pub told_to_end: bool,
    /// Somebody told it to stand still: it is not woken by its share of the CPU.
    pub held: bool,
    /// Passes its published ports on, where its program does not listen there itself.
    pub forwards: Vec<Forward>,
}

/// Everything that there is.
pub(super) struct StackState {
    pub project: String,
    pub replicas: BTreeMap<String, Replica>,
    pub networks: BTreeSet<String>,
    pub addresses: Addresses,
}

/// What brings one service to its wanted state.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    /// Ids of those that are too many.
    pub remove: Vec<String>,
    /// Ids and numbers of those that differ from what is wanted, to be made anew.
    pub replace: Vec<(String, u32)>,
    /// Ids of those that are as wanted and do not run.
    pub start: Vec<String>,
    /// Ids of those that are as wanted and run.
    pub keep: Vec<String>,
    /// The numbers of new ones.
    pub create: Vec<u32>,
}

impl StackState {
    pub(super) fn new(addresses: Addresses) -> Self {
        Self { project: String::new(), replicas: BTreeMap::new(), networks: BTreeSet::new(), addresses }
    }

    /// A service's replicas, by number.
    pub(super) fn of(&self, service: &str) -> Vec<&Replica> {
        let mut found: Vec<_> =
            self.replicas.values().filter(|replica| replica.view.service == service).collect();
        found.sort_by_key(|replica| replica.view.index);
        found
    }

    /// What brings a service to `wanted` replicas of `spec`. Those with the highest numbers go
    /// first, and a new one has the number after the highest, as with Compose.
    pub(super) fn plan(&self, spec: &ServiceSpec, wanted: u32, force: bool, never: bool) -> Plan {
        let mut plan = Plan::default();
        let mut there = self.of(&spec.service);
        let differs = |replica: &&Replica| !never && (force || *replica.spec != *spec);
        // Those that differ are the first to go.
        let surplus = there.len().saturating_sub(wanted as usize);
        let mut going: Vec<&Replica> = there.clone();
        going.sort_by_key(|replica| (!differs(replica), std::cmp::Reverse(replica.view.index)));
        plan.remove = going.iter().take(surplus).map(|replica| replica.view.id.clone()).collect();
        there.retain(|replica| !plan.remove.contains(&replica.view.id));
        for replica in &there {
            let id = replica.view.id.clone();
            if differs(replica) {
                plan.replace.push((id, replica.view.index));
            } else if replica.view.state == ReplicaState::Running {
                plan.keep.push(id);
            } else {
                plan.start.push(id);
            }
        }
        let highest = there.last().map_or(0, |replica| replica.view.index);
        let missing = wanted.saturating_sub(u32::try_from(there.len()).unwrap_or(u32::MAX));
        plan.create = (1..=missing).map(|number| highest + number).collect();
        plan
    }

    /// The addresses that are given out.
    pub(super) fn used(&self) -> BTreeSet<Ipv4Addr> {
        self.replicas.values().map(|replica| replica.address.ip).collect()
    }

    pub(super) fn stack(&self) -> Stack {
        let mut replicas: Vec<_> = self.replicas.values().map(|replica| replica.view.clone()).collect();
        replicas.sort_by(|a, b| (&a.service, a.index).cmp(&(&b.service, b.index)));
        Stack { project: self.project.clone(), replicas, networks: self.networks.iter().cloned().collect() }
    }

    pub(super) fn view(&mut self, id: &str) -> Option<&mut ReplicaView> {
        self.replicas.get_mut(id).map(|replica| &mut replica.view)
    }
}

/// Running, and healthy where it has a health check.
pub(super) fn is_ready(view: &ReplicaView) -> bool {
    view.state == ReplicaState::Running && matches!(view.health, HealthState::None | HealthState::Healthy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embedded::wire::{Image, Restart};
    use std::path::Path;

    fn spec(service: &str, image: &str) -> ServiceSpec {
        ServiceSpec {
            service: service.into(),
            program: "nginx".into(),
            args: Vec::new(),
            tools: BTreeMap::new(),
            own: None,
            cpu: None,
            image: Image { name: service.into(), id: image.into(), root: "/".into() },
            env: BTreeMap::new(),
            mounts: Vec::new(),
            networks: BTreeMap::new(),
            published: Vec::new(),
            health: None,
            container_name: None,
            restart: Restart::No,
            stop_grace: std::time::Duration::from_secs(10),
            beside: BTreeMap::new(),
        }
    }

    fn state(replicas: &[(u32, &str, ReplicaState)]) -> StackState {
        let mut state = StackState::new(Addresses::new(Path::new("/")));
        for (index, image, how) in replicas {
            let view = ReplicaView {
                id: format!("id{index}"),
                name: format!("p-web-{index}"),
                service: "web".into(),
                index: *index,
                state: *how,
                health: HealthState::None,
                pid: None,
                networks: BTreeMap::new(),
                published: Vec::new(),
                ports: BTreeMap::new(),
                image: String::new(),
                image_root: "/".into(),
                command: String::new(),
                created: 0,
                started: None,
                restarts: 0,
            };
            let address = Address { ip: Ipv4Addr::LOCALHOST, ports: BTreeMap::new() };
            let replica = Replica {
                view,
                spec: Arc::new(spec("web", image)),
                address,
                told_to_end: false,
                held: false,
                forwards: Vec::new(),
            };
            state.replicas.insert(format!("id{index}"), replica);
        }
        state
    }

    #[test]
    fn a_service_is_brought_to_its_number() {
        use ReplicaState::{Exited, Running};
        let wanted = spec("web", "a");
        let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        let three = [(1, "a", Running), (2, "a", Running), (4, "a", Running)];
        let plan = state(&three).plan(&wanted, 5, false, false);
        assert_eq!((plan.create, plan.keep), (vec![5, 6], ids(&["id1", "id2", "id4"])));
        let plan = state(&three).plan(&wanted, 1, false, false);
        assert_eq!((plan.remove, plan.keep), (ids(&["id4", "id2"]), ids(&["id1"])));
        let plan = state(&[(1, "old", Running), (2, "a", Running)]).plan(&wanted, 1, false, false);
        assert_eq!((plan.remove, plan.keep), (ids(&["id1"]), ids(&["id2"])));
        let plan = state(&[(1, "old", Running), (2, "a", Exited(1))]).plan(&wanted, 2, false, false);
        assert_eq!((plan.replace, plan.start), (vec![("id1".into(), 1)], ids(&["id2"])));
        let plan = state(&[(1, "old", Running)]).plan(&wanted, 1, false, true);
        assert_eq!(plan.keep, ids(&["id1"]));
        let plan = state(&[(1, "a", Running)]).plan(&wanted, 1, true, false);
        assert_eq!(plan.replace, [("id1".to_owned(), 1)]);
    }
}
