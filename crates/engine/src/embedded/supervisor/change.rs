//! What is done to the stack, one change at a time: up, an action on replicas, down. Each says
//! what it does as it does it, in the words of Compose.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::mpsc::UnboundedSender;

use super::program::{listens, program, shown};
use super::shared::{Supervisor, now};
use super::state::{Plan, Replica, StackState, is_ready};
use crate::embedded::naming::random;
use crate::embedded::place::{self, NAME};
use crate::embedded::wire::{
    ActRequest, Action, DownRequest, Failure, HealthState, ReplicaState, ReplicaView, Said, ServiceSpec,
    UpRequest, Wanted,
};

/// More replicas than this, of all services together, are not started: a laptop has to stay usable.
pub(super) const MOST_REPLICAS: u32 = 100;
/// How long a dependency may take to become healthy; its own health check ends it sooner.
const DEPENDENCY: Duration = Duration::from_secs(300);

/// Where the lines of one change go. Nobody listening is no reason to stop in the middle.
#[derive(Clone)]
pub(crate) struct Teller(pub UnboundedSender<Said>);

impl Teller {
    fn say(&self, kind: &str, name: &str, what: &str) {
        let _ = self.0.send(Said::Progress { kind: kind.into(), name: name.into(), what: what.into() });
    }

    fn container(&self, name: &str, what: &str) {
        self.say("Container", name, what);
    }

    fn end(&self, result: Result<(), Failure>) {
        let _ = self.0.send(match result {
            Ok(()) => Said::Done,
            Err(failure) => Said::Failed(failure),
        });
    }
}

impl Supervisor {
    pub(crate) async fn up(self: Arc<Self>, request: UpRequest, teller: Teller) {
        let _one = self.changes.lock().await;
        let result = self.bring_up(request, &teller).await;
        teller.end(result);
    }

    async fn bring_up(self: &Arc<Self>, request: UpRequest, teller: &Teller) -> Result<(), Failure> {
        let wanted: u32 = request.services.iter().map(|wanted| wanted.replicas).sum();
        if wanted > MOST_REPLICAS {
            return Err(Failure::TooMany { asked: wanted, most: MOST_REPLICAS });
        }
        self.state().project.clone_from(&request.project);
        let left = std::mem::take(&mut *self.left_alone.lock().unwrap_or_else(PoisonError::into_inner));
        for id in left {
            teller.say("Process", &format!("of replica {id}"), "Left alone: not known to be ours");
        }
        self.orphans(&request, teller).await;
        self.make_networks(&request, teller);
        for name in &request.volumes {
            if !self.place.volume(name).is_dir() {
                teller.say("Volume", &format!("\"{name}\""), "Creating");
                self.make_volume(name, &request).map_err(|error| refused("volume", &error))?;
                teller.say("Volume", &format!("\"{name}\""), "Created");
            }
        }
        let plans: Vec<Plan> = {
            let state = self.state();
            let plan = |wanted: &Wanted| {
                state.plan(&wanted.spec, wanted.replicas, request.force_recreate, request.no_recreate)
            };
            request.services.iter().map(plan).collect()
        };
        // What is too many goes first, so that its ports and its name are free.
        for id in plans.iter().flat_map(|plan| &plan.keep) {
            teller.container(&self.name_of(id), "Running");
        }
        let surplus = plans.iter().flat_map(|plan| &plan.remove);
        join_all(surplus.map(|id| self.stop_and_remove(id, request.grace, teller))).await;
        let mut started = Vec::new();
        for (wanted, plan) in request.services.iter().zip(plans) {
            started.extend(self.make(wanted, plan, &request, teller).await?);
        }
        if request.wait {
            self.wait_for(&started, teller).await?;
        }
        Ok(())
    }

    /// Makes a volume, with what the first image that it is mounted into has there, as Docker does.
    fn make_volume(&self, name: &str, request: &UpRequest) -> std::io::Result<()> {
        self.place.make_volume(name)?;
        let specs = request.services.iter().map(|wanted| &wanted.spec);
        let mut mounts = specs.flat_map(|spec| spec.mounts.iter().map(move |mount| (spec, mount)));
        match mounts.find(|(_, mount)| mount.volume.as_deref() == Some(name)) {
            Some((spec, mount)) => {
                let from = spec.image.root.join(mount.target.trim_start_matches('/'));
                copy_files(&from, &self.place.volume(name))
            }
            None => Ok(()),
        }
    }

    async fn orphans(&self, request: &UpRequest, teller: &Teller) {
        if !request.remove_orphans {
            return;
        }
        let ids: Vec<String> = {
            let state = self.state();
            let orphan = |replica: &&Replica| !request.known.contains(&replica.view.service);
            state.replicas.values().filter(orphan).map(|replica| replica.view.id.clone()).collect()
        };
        join_all(ids.iter().map(|id| self.stop_and_remove(id, request.grace, teller))).await;
    }

    fn make_networks(&self, request: &UpRequest, teller: &Teller) {
        let wanted = request.services.iter().flat_map(|wanted| wanted.spec.networks.keys());
        for network in wanted {
            let is_new = !self.state().networks.contains(network);
            if is_new {
                teller.say("Network", network, "Creating");
                self.state().networks.insert(network.clone());
                teller.say("Network", network, "Created");
            }
        }
    }

    /// One service; the ids of those that were started.
    async fn make(
        self: &Arc<Self>,
        wanted: &Wanted,
        plan: Plan,
        request: &UpRequest,
        teller: &Teller,
    ) -> Result<Vec<String>, Failure> {
        let mut ids = plan.start;
        let replaced = plan.replace.iter().map(|(id, index)| async move {
            let name = self.name_of(id);
            teller.container(&name, "Recreate");
            self.end_one(id, request.grace).await;
            self.state().replicas.remove(id);
            let _ = std::fs::remove_dir_all(self.place.replica(id));
            let made = self.create(&wanted.spec, *index);
            teller.container(&name, "Recreated");
            made
        });
        let replaced = join_all(replaced).await.into_iter().collect::<Result<Vec<_>, _>>()?;
        ids.extend(replaced);
        for index in plan.create {
            let id = self.create(&wanted.spec, index)?;
            let name = self.name_of(&id);
            teller.container(&name, "Creating");
            teller.container(&name, "Created");
            ids.push(id);
        }
        if request.only_create {
            return Ok(Vec::new());
        }
        if !ids.is_empty() {
            self.wait_for_dependencies(wanted, teller).await?;
        }
        for id in &ids {
            let name = self.name_of(id);
            teller.container(&name, "Starting");
            self.start(id).await?;
            teller.container(&name, "Started");
        }
        ids.extend(plan.keep);
        Ok(ids)
    }

    async fn wait_for_dependencies(&self, wanted: &Wanted, teller: &Teller) -> Result<(), Failure> {
        for (service, _) in wanted.after.iter().filter(|(_, healthy)| *healthy) {
            let ids: Vec<String> =
                self.state().of(service).iter().map(|replica| replica.view.id.clone()).collect();
            self.wait_for(&ids, teller).await?;
        }
        Ok(())
    }

    /// Until all of them are ready; an error as soon as one cannot become so.
    async fn wait_for(&self, ids: &[String], teller: &Teller) -> Result<(), Failure> {
        for id in ids {
            let name = self.name_of(id);
            teller.container(&name, "Waiting");
            let settled = |view: &ReplicaView| {
                is_ready(view)
                    || view.health == HealthState::Unhealthy
                    || matches!(view.state, ReplicaState::Exited(_))
            };
            let known =
                |state: &StackState| state.replicas.get(id).is_none_or(|replica| settled(&replica.view));
            self.until(DEPENDENCY, known).await;
            let ready = self.state().view(id).is_some_and(|view| is_ready(view));
            if !ready {
                teller.container(&name, "Error");
                return Err(Failure::NotHealthy { container: name });
            }
            teller.container(&name, "Healthy");
        }
        Ok(())
    }

    /// A new replica, not started.
    fn create(&self, spec: &ServiceSpec, index: u32) -> Result<String, Failure> {
        let id = random(32).map_err(|error| refused("id", &error))?;
        let dir = self.place.replica(&id);
        place::folder(&dir.join("root")).map_err(|error| refused("folder", &error))?;
        if spec.own.is_some() {
            // It runs among its files, and may write there.
            let copied = copy_files(&spec.image.root, &dir.join("root"));
            copied.map_err(|error| refused("folder", &error))?;
        }
        let ports = listens(spec);
        let mut state = self.state();
        let used = state.used();
        let address = state.addresses.of(&spec.service, index, &used, &ports);
        let project = state.project.clone();
        let own_name = || format!("{project}-{}-{index}", spec.service);
        let view = ReplicaView {
            name: spec.container_name.clone().unwrap_or_else(own_name),
            service: spec.service.clone(),
            index,
            state: ReplicaState::Created,
            health: HealthState::None,
            pid: None,
            networks: BTreeMap::new(),
            published: Vec::new(),
            ports: address.ports.clone(),
            image: spec.image.name.clone(),
            image_root: spec.image.root.clone(),
            command: shown(spec),
            created: now(),
            started: None,
            restarts: 0,
            id: id.clone(),
        };
        let spec = Arc::new(spec.clone());
        let replica = Replica { view, spec, address, told_to_end: false, held: false, forwards: Vec::new() };
        state.replicas.insert(id.clone(), replica);
        let name = state.view(&id).map(|view| view.name.clone()).unwrap_or_default();
        drop(state);
        // For a command that finds the supervisor deaf.
        let _ = place::private(&dir.join(NAME), name.as_bytes());
        self.touch();
        Ok(id)
    }

    fn name_of(&self, id: &str) -> String {
        self.state().view(id).map(|view| view.name.clone()).unwrap_or_default()
    }

    async fn end_one(&self, id: &str, grace: Option<Duration>) {
        let spec = self.state().replicas.get(id).map(|replica| Arc::clone(&replica.spec));
        let Some(spec) = spec else { return };
        self.stop(id, program(&spec).stop_signal, grace.unwrap_or(spec.stop_grace)).await;
    }

    async fn stop_and_remove(&self, id: &str, grace: Option<Duration>, teller: &Teller) {
        let name = self.name_of(id);
        let runs = self.state().view(id).is_some_and(|view| view.state == ReplicaState::Running);
        if runs {
            teller.container(&name, "Stopping");
            self.end_one(id, grace).await;
            teller.container(&name, "Stopped");
        }
        teller.container(&name, "Removing");
        self.forget(id);
        teller.container(&name, "Removed");
    }

    fn forget(&self, id: &str) {
        self.state().replicas.remove(id);
        let _ = std::fs::remove_dir_all(self.place.replica(id));
        self.touch();
    }

    pub(crate) async fn act(self: Arc<Self>, request: ActRequest, teller: Teller) {
        let _one = self.changes.lock().await;
        let each = request.ids.iter().map(|id| self.act_on(id, &request, &teller));
        let result = join_all(each).await.into_iter().collect::<Result<Vec<()>, _>>();
        teller.end(result.map(|_| ()));
    }

    async fn act_on(
        self: &Arc<Self>,
        id: &str,
        request: &ActRequest,
        teller: &Teller,
    ) -> Result<(), Failure> {
        let name = self.name_of(id);
        let runs = self.state().view(id).is_some_and(|view| view.state == ReplicaState::Running);
        match &request.action {
            Action::Start if runs => {}
            Action::Start => {
                teller.container(&name, "Starting");
                self.start(id).await?;
                teller.container(&name, "Started");
            }
            Action::Stop => {
                teller.container(&name, "Stopping");
                self.end_one(id, request.grace).await;
                teller.container(&name, "Stopped");
            }
            Action::Restart => {
                teller.container(&name, "Restarting");
                self.end_one(id, request.grace).await;
                self.start(id).await?;
                teller.container(&name, "Started");
            }
            Action::Kill(_) if !runs => return Err(Failure::NotRunning { name }),
            Action::Kill(signal) => {
                teller.container(&name, "Killing");
                let ends =
                    !matches!(signal.trim_start_matches("SIG"), "HUP" | "USR1" | "USR2" | "STOP" | "CONT");
                if ends {
                    self.stop(id, signal, Duration::from_secs(10)).await;
                } else {
                    self.signal(id, signal);
                }
                teller.container(&name, "Killed");
            }
            Action::Remove => self.stop_and_remove(id, Some(Duration::ZERO), teller).await,
        }
        Ok(())
    }

    /// What the request names ends; with nothing left, the supervisor too.
    pub(crate) async fn down(self: Arc<Self>, request: DownRequest, teller: Teller) {
        let _one = self.changes.lock().await;
        join_all(request.ids.iter().map(|id| self.stop_and_remove(id, request.grace, &teller))).await;
        let specs: Vec<Arc<ServiceSpec>> =
            self.state().replicas.values().map(|replica| Arc::clone(&replica.spec)).collect();
        let volumes = self.place.volume_names();
        for name in request.volumes.iter().filter(|name| volumes.contains(name)) {
            teller.say("Volume", name, "Removing");
            let mounted =
                |spec: &Arc<ServiceSpec>| spec.mounts.iter().any(|mount| mount.volume.as_ref() == Some(name));
            if specs.iter().any(mounted) {
                teller.say("Volume", name, "Resource is still in use");
            } else {
                self.place.remove_volume(name);
                teller.say("Volume", name, "Removed");
            }
        }
        let networks = self.state().networks.clone();
        for network in networks {
            teller.say("Network", &network, "Removing");
            if specs.iter().any(|spec| spec.networks.contains_key(&network)) {
                teller.say("Network", &network, "Resource is still in use");
            } else {
                self.state().networks.remove(&network);
                teller.say("Network", &network, "Removed");
            }
        }
        teller.end(Ok(()));
        self.end_if_empty();
    }

    fn end_if_empty(&self) {
        let state = self.state();
        if state.networks.is_empty() && state.replicas.is_empty() {
            self.over.send_replace(true);
        }
    }

    /// Networks that nothing uses any more; with nothing left, the supervisor ends.
    pub(crate) fn remove_networks(&self, names: &[String]) {
        self.state().networks.retain(|network| !names.contains(network));
        self.end_if_empty();
    }

    /// Ends every replica, as the supervisor itself ends.
    pub(crate) async fn end_all(&self) {
        let ids: Vec<String> = self.state().replicas.keys().cloned().collect();
        join_all(ids.iter().map(|id| async move {
            self.end_one(id, Some(Duration::from_secs(2))).await;
            self.forget(id);
        }))
        .await;
    }
}

fn refused(what: &str, error: &std::io::Error) -> Failure {
    Failure::System { what: what.to_owned(), reason: workshop_disk::reason(error) }
}

/// The files of a folder and of those below it; what is no file and no folder stays behind.
fn copy_files(from: &std::path::Path, to: &std::path::Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(from).into_iter().flatten().filter_map(Result::ok) {
        let (kind, target) = (entry.file_type()?, to.join(entry.file_name()));
        if kind.is_dir() {
            std::fs::create_dir_all(&target)?;
            copy_files(&entry.path(), &target)?;
        } else if kind.is_file() {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
