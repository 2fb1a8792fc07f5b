//! A check leaves the stack as it found it. Before a check that changes the stack is asked, the
//! replicas that are there are written down ([`Owed`]); afterwards they are brought back, whatever
//! came of it. What a run that was cut off left written down is paid by the next command.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Session;
use crate::check::probe::{Probe, Scale, Servers};
use crate::check::{Needs, Verdict};
use crate::event::{Event, Notice, Tone};
use crate::lesson::model::{CheckEntry, StepSpec};
use crate::workspace::moment::now_millis;
use crate::workspace::owed::{Ledger, Owed, OwedError, Seat};
use workshop_engine::command::ReplicaAction;
use workshop_engine::{Detail, EngineError, EngineKind, NodeState, Observed, Replica, StackCommand, State};
use workshop_text::Text;

/// How long an engine may still be at what it was told last: a server has ten seconds to end by
/// itself before it is killed.
const LATE: Duration = Duration::from_secs(12);
/// A replica that will not stay up is started so often.
const TRIES: u32 = 5;
/// How long replicas that came back may take to be ready.
const READY: Duration = Duration::from_secs(30);

/// What a check has written down, while it is asked.
#[derive(Default)]
pub struct Owing(Mutex<Option<(Ledger, Owed)>>);

impl Owing {
    fn held(&self) -> MutexGuard<'_, Option<(Ledger, Owed)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A command begins, or has ended: one that was cut off may still be carried out.
    pub(super) fn asks(&self, begins: bool) {
        if let Some((ledger, owed)) = self.held().as_mut() {
            owed.asked = begins.then(now_millis);
            // The replicas themselves are written down already; this only makes the wait shorter.
            let _ = ledger.write(owed);
        }
    }

    /// A node is about to be lost: it is to come back whatever becomes of this run.
    pub(super) fn loses(&self, node: &str) -> Result<(), OwedError> {
        match self.held().as_mut() {
            Some((ledger, owed)) => {
                owed.lost.insert(node.to_owned());
                ledger.write(owed)
            }
            None => Ok(()),
        }
    }
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Back {
    /// All was as it had been.
    Same,
    /// Something was different, and was brought back.
    Brought,
    /// The stack is gone since, and what was owed with it.
    Gone,
}

/// The stack is not as it was, and why.
#[derive(Clone, Debug)]
pub struct Unpaid {
    check: String,
    why: Text,
    /// What does it by hand.
    command: String,
}

impl Unpaid {
    /// What to say about it, with the check, the reason and the command.
    pub fn text(&self) -> Text {
        Text::new("owed-unpaid")
            .with("check", self.check.as_str())
            .with("why", self.why.clone())
            .with("command", self.command.as_str())
    }
}

impl Session {
    /// Asks `judged`, which changes the stack, and brings the stack back.
    pub(super) async fn undisturbed(
        &self,
        step: &StepSpec,
        entry: &CheckEntry,
        judged: impl Future<Output = Verdict>,
    ) -> Verdict {
        let noted = match self.note(step, entry).await {
            Ok(noted) => noted,
            Err(why) => return Verdict::environment(why),
        };
        *self.owing.held() = Some(noted);
        let verdict = judged.await;
        let Some((ledger, owed)) = self.owing.held().take() else { return verdict };
        match self.bring_back(&ledger, &owed).await {
            Ok(_) => verdict,
            Err(unpaid) => Verdict::environment(unpaid.text()),
        }
    }

    /// Writes down what is there.
    async fn note(&self, step: &StepSpec, entry: &CheckEntry) -> Result<(Ledger, Owed), Text> {
        let private = self.workspace.private();
        let ledger = Ledger::take(&private, Duration::ZERO).map_err(|error| error.text())?;
        if let Some(before) = ledger.read().map_err(|error| error.text())? {
            self.bring_back(&ledger, &before).await.map_err(|unpaid| unpaid.text())?;
        }
        let observed = self.engine.observe(&self.project(), Detail::Listing).await;
        let observed = observed.map_err(|error| error.text())?;
        let there = || observed.replicas.iter().map(|replica| replica.service.clone()).collect();
        // A service of which nothing is there is to be away again afterwards.
        let services = touched(step, entry).unwrap_or_else(there).into_iter();
        let services = services.map(|service| (service.clone(), seats(&observed, &service))).collect();
        let mut owed = Owed::new(&self.lesson.file.id, &step.id, &entry.id, services);
        owed.kept = observed.services.iter().map(|one| one.name.clone()).collect();
        owed.kept.retain(|service| owed.services.contains_key(service));
        ledger.write(&owed).map_err(|error| error.text())?;
        Ok((ledger, owed))
    }

    /// What is written down here and not being seen to by another command.
    pub fn owed(&self) -> Option<Owed> {
        let private = self.workspace.private();
        if !Ledger::is_open(&private) {
            return None;
        }
        Ledger::take(&private, Duration::ZERO).ok()?.read().ok().flatten()
    }

    /// Brings the stack to what is owed, and strikes it out.
    ///
    /// # Errors
    /// It could not; then it stays written down.
    pub async fn bring_back(&self, ledger: &Ledger, owed: &Owed) -> Result<Back, Unpaid> {
        let unpaid = |why: Text| Unpaid {
            check: owed.check.clone(),
            why,
            command: by_hand(owed, self.engine.kind(), &self.project().name),
        };
        for node in &owed.lost {
            match self.bring_node_back(node).await {
                Ok(true) => {}
                Ok(false) => {
                    return Err(unpaid(Text::new("check-survives-away").with("node", node.as_str())));
                }
                Err(error) => return Err(unpaid(error.text())),
            }
        }
        let late = owed.asked.map(|asked| asked.saturating_add(LATE.as_millis() as u64));
        // Behind a command that was cut off, in the engine's own order.
        let mut once_more = owed.asked.is_some();
        let mut tries = 0;
        let mut back = Back::Same;
        loop {
            let seen = self.engine.observe(&self.project(), Detail::Listing).await;
            let seen = seen.map_err(|error| unpaid(error.text()))?;
            if seen.replicas.is_empty() {
                back = Back::Gone;
                break;
            }
            let commands = missing(owed, &seen, std::mem::take(&mut once_more));
            if commands.is_empty() {
                let now = now_millis();
                // A clock that was set back does not make anybody wait for hours.
                if late.is_none_or(|late| now >= late || late - now > LATE.as_millis() as u64) {
                    break;
                }
            } else {
                tries += 1;
                if tries > TRIES {
                    return Err(unpaid(Text::new("owed-not-staying")));
                }
                back = Back::Brought;
            }
            for command in commands {
                let end = self.run(&command).await.map_err(|error| unpaid(error.text()))?;
                if !end.success() {
                    let shown = self.shown(&command, None);
                    let last = end.stderr_tail.last().cloned().unwrap_or_default();
                    let reason = end.trouble.map_or_else(|| Text::verbatim(last), |trouble| trouble.text());
                    let failed = Text::new("app-command-failed").with("command", shown);
                    return Err(unpaid(failed.with("reason", reason)));
                }
            }
            tokio::time::sleep(super::AGAIN).await;
        }
        if back == Back::Brought {
            self.take_in(owed).await.map_err(|error| unpaid(error.text()))?;
        }
        ledger.strike().map_err(|error| unpaid(error.text()))?;
        Ok(back)
    }

    /// Brings a lost node back, and waits until the managers hear from it; whether they did.
    ///
    /// # Errors
    /// It cannot be brought back from here.
    pub(super) async fn bring_node_back(&self, node: &str) -> Result<bool, EngineError> {
        self.engine.bring_back(&self.project(), node).await?;
        let deadline = Instant::now() + READY;
        loop {
            // A manager that was away may not answer yet.
            let seen = self.engine.observe(&self.project(), Detail::Listing).await;
            let is_over = Instant::now() >= deadline;
            match seen {
                Ok(seen) if seen.node(node).is_some_and(|one| one.state == NodeState::Ready) => {
                    return Ok(true);
                }
                Err(error) if is_over => return Err(error),
                _ if is_over => return Ok(false),
                _ => tokio::time::sleep(super::AGAIN).await,
            }
        }
    }

    /// Waits until what came back is ready, and tells the proxy where the lesson has a way to.
    async fn take_in(&self, owed: &Owed) -> Result<(), EngineError> {
        let deadline = Instant::now() + READY;
        let coming = |seen: &Observed| {
            let ours = seen.replicas.iter().filter(|one| owed.services.contains_key(&one.service));
            ours.into_iter().any(|one| one.is_running() && !one.is_ready())
        };
        while coming(&self.engine.observe(&self.project(), Detail::Listing).await?)
            && Instant::now() < deadline
        {
            tokio::time::sleep(super::AGAIN).await;
        }
        for command in self.refresh(owed) {
            if !self.run(command).await?.success() {
                let shown = self.shown(command, None);
                let text = Text::new("owed-refresh-failed").with("command", shown);
                self.emit(Event::Notice(Notice::new(Tone::Warning, text)));
            }
        }
        Ok(())
    }

    /// The lesson's own commands for that, the check's before the lesson's.
    fn refresh(&self, owed: &Owed) -> &[StackCommand] {
        let step = self.lesson.file.steps.iter().find(|step| step.id == owed.step);
        let entry = step.and_then(|step| step.checks.iter().find(|entry| entry.id == owed.check));
        match entry.map(|entry| &entry.spec) {
            Some(crate::check::CheckSpec::Scaling(check)) => check.refresh(),
            _ => &self.lesson.file.refresh,
        }
    }
}

/// The replicas of a service that are there; where the engine keeps them by itself so many run,
/// whichever those are.
fn seats(observed: &Observed, service: &str) -> Vec<Seat> {
    match observed.service(service) {
        Some(kept) => {
            (1..=kept.wanted.unwrap_or_default()).map(|index| Seat { index, running: true }).collect()
        }
        None => observed.of(service).map(seat).collect(),
    }
}

fn seat(replica: &Replica) -> Seat {
    Seat { index: replica.index, running: runs(replica) }
}

/// It runs, or is about to again.
fn runs(replica: &Replica) -> bool {
    matches!(replica.state, State::Running | State::Restarting)
}

/// The services that a check may change; `None` for all of them.
fn touched(step: &StepSpec, entry: &CheckEntry) -> Option<BTreeSet<String>> {
    let Needs::Probe(probe) = entry.spec.check().needs() else { return None };
    match *probe {
        Probe::Scaling(spec) => match spec.servers {
            Servers::Members(members) => Some(members.into_iter().collect()),
            Servers::Scaled(scale) => Some(BTreeSet::from([scale.service])),
            Servers::AsTheyAre(_) => Some(BTreeSet::new()),
        },
        Probe::Steady(spec) => {
            Some(named(step.runs())?.into_iter().chain(spec.from.map(|scale| scale.service)).collect())
        }
        Probe::Update(spec) => {
            let from = spec.from.map(|scale| scale.service);
            Some(std::iter::once(spec.service).chain(from).collect())
        }
        Probe::Survives(spec) => Some(spec.from.map(|scale| scale.service).into_iter().collect()),
        Probe::Outage(spec) => {
            Some(named(spec.off.iter())?.into_iter().chain(named(spec.on.iter())?).collect())
        }
        _ => None,
    }
}

/// The services that commands start and stop by name; `None` where one of them may do more.
fn named<'a>(commands: impl Iterator<Item = &'a StackCommand>) -> Option<Vec<String>> {
    let named = commands.map(|command| match command {
        StackCommand::Replica { service, .. } => Some(vec![service.clone()]),
        StackCommand::Compose(args) => match args.as_slice() {
            [word, names @ ..]
                if matches!(word.as_str(), "start" | "stop" | "restart" | "kill")
                    && !names.is_empty()
                    && names.iter().all(|name| !name.starts_with('-')) =>
            {
                Some(names.to_vec())
            }
            // A proxy that reads its files again is as it was.
            [word, ..] if word == "exec" => Some(Vec::new()),
            _ => None,
        },
        StackCommand::Swarm(_) | StackCommand::Cluster(_) => None,
    });
    let named: Option<Vec<Vec<String>>> = named.collect();
    Some(named?.into_iter().flatten().collect())
}

/// What is to be run so that `seen` becomes what is owed; with `once_more` also what is so already.
/// Where the number of a service's replicas is another, the replicas themselves come next time.
fn missing(owed: &Owed, seen: &Observed, once_more: bool) -> Vec<StackCommand> {
    let mut commands = Vec::new();
    for (service, seats) in &owed.services {
        // What the engine keeps by itself is brought back by its number alone.
        if owed.kept.contains(service) {
            let wanted = seen.service(service).and_then(|one| one.wanted);
            if wanted.is_some_and(|wanted| wanted as usize != seats.len()) {
                commands.push(number(service, seats));
            }
            continue;
        }
        let mut there: Vec<&Replica> = seen.of(service).collect();
        if there.len() != seats.len() {
            commands.push(up(&[(service, seats.len())]));
            continue;
        }
        // In the order of their numbers: one that was made anew may have another one.
        let mut seats = seats.clone();
        seats.sort_unstable();
        there.sort_by_key(|replica| replica.index);
        for (seat, replica) in seats.iter().zip(there) {
            let action = match (seat.running, runs(replica)) {
                (true, now) if !now || once_more => ReplicaAction::Start,
                (false, true) => ReplicaAction::Stop,
                _ => continue,
            };
            commands.push(StackCommand::Replica { action, service: service.clone(), index: replica.index });
        }
    }
    commands
}

/// Brings these services to these numbers, and touches no other; nothing is made anew.
fn up(services: &[(&String, usize)]) -> StackCommand {
    let mut args = ["up", "-d", "--no-build", "--no-recreate", "--no-deps"].map(str::to_owned).to_vec();
    for (service, count) in services {
        args.extend(["--scale".to_owned(), format!("{service}={count}")]);
    }
    args.extend(services.iter().map(|(service, _)| (*service).clone()));
    StackCommand::Compose(args)
}

/// Tells an engine that keeps the service by itself how many there are to be.
fn number(service: &str, seats: &[Seat]) -> StackCommand {
    Scale { service: service.to_owned(), replicas: seats.len() as u32 }.kept()
}

/// The commands for a person, in the words of the engine.
pub fn by_hand(owed: &Owed, engine: EngineKind, project: &str) -> String {
    let (kept, seated): (Vec<_>, Vec<_>) =
        owed.services.iter().partition(|(service, _)| owed.kept.contains(*service));
    let services: Vec<(&String, usize)> =
        seated.iter().map(|(service, seats)| (*service, seats.len())).collect();
    let mut commands: Vec<String> =
        owed.lost.iter().map(|node| format!("workshop cluster heal {node}")).collect();
    commands
        .extend(kept.iter().map(|(service, seats)| number(service, seats).display_in(engine, project, None)));
    if !services.is_empty() {
        commands.push(up(&services).display_in(engine, project, None));
    }
    let stopped =
        seated.iter().filter(|(_, seats)| !seats.is_empty() && seats.iter().all(|seat| !seat.running));
    let stopped: Vec<String> = stopped.map(|(service, _)| (*service).clone()).collect();
    if !stopped.is_empty() {
        let args = std::iter::once("stop".to_owned()).chain(stopped).collect();
        commands.push(StackCommand::Compose(args).display_in(engine, project, None));
    }
    commands.join(" && ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use workshop_engine::{Health, Service};

    fn replica(service: &str, index: u32, state: State) -> Replica {
        Replica {
            id: format!("{service}{index}"),
            name: format!("p-{service}-{index}"),
            service: service.to_owned(),
            index,
            hostname: String::new(),
            state,
            health: Health::None,
            networks: BTreeMap::new(),
            published: Vec::new(),
            image: String::new(),
            created: std::time::SystemTime::UNIX_EPOCH,
            started: None,
            node: None,
            restarts: None,
            trouble: None,
        }
    }

    fn seen(replicas: Vec<Replica>) -> Observed {
        Observed::of_replicas(replicas)
    }

    fn owed(service: &str, seats: &[(u32, bool)]) -> Owed {
        let seats = seats.iter().map(|(index, running)| Seat { index: *index, running: *running }).collect();
        Owed::new("06", "s", "c", BTreeMap::from([(service.to_owned(), seats)]))
    }

    fn lines(owed: &Owed, seen: &Observed, once_more: bool) -> Vec<String> {
        missing(owed, seen, once_more).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn only_what_is_otherwise_is_changed() {
        let owed = owed("b", &[(1, true), (2, false), (3, true)]);
        let good = vec![
            replica("b", 1, State::Running),
            replica("b", 2, State::Exited(Some(0))),
            replica("b", 3, State::Restarting),
            replica("other", 1, State::Exited(Some(1))),
        ];
        assert!(lines(&owed, &seen(good.clone()), false).is_empty());
        assert_eq!(lines(&owed, &seen(good), true), ["docker start {b-1}", "docker start {b-3}"]);
        let changed = vec![
            replica("b", 1, State::Exited(Some(137))),
            replica("b", 2, State::Running),
            replica("b", 3, State::Running),
        ];
        assert_eq!(lines(&owed, &seen(changed), false), ["docker start {b-1}", "docker stop {b-2}"]);
    }

    #[test]
    fn another_number_of_replicas_is_brought_back_by_service() {
        let owed = owed("b", &[(1, true), (2, true)]);
        let one = seen(vec![replica("b", 1, State::Running)]);
        let up = "docker compose up -d --no-build --no-recreate --no-deps --scale b=2 b";
        assert_eq!(lines(&owed, &one, false), [up]);
        // The same number under other numbers is the same.
        let renamed = seen(vec![replica("b", 2, State::Running), replica("b", 3, State::Running)]);
        assert!(lines(&owed, &renamed, false).is_empty());
        assert_eq!(by_hand(&owed, EngineKind::EMBEDDED, "p"), up.replacen("docker", "workshop", 1));
    }

    #[test]
    fn what_the_engine_keeps_is_brought_back_by_its_number() {
        let mut owed = owed("b", &[(1, true), (2, true)]);
        owed.kept.insert("b".to_owned());
        owed.lost.insert("node3".to_owned());
        let service = |wanted| Service {
            name: "b".to_owned(),
            wanted: Some(wanted),
            image: String::new(),
            update: None,
        };
        let mut now = seen(vec![replica("b", 1, State::Exited(None))]);
        now.services = vec![service(3)];
        assert_eq!(lines(&owed, &now, true), ["docker service scale --detach {stack}_b=2"]);
        // Which of them run is the engine's own business.
        now.services = vec![service(2)];
        assert!(lines(&owed, &now, true).is_empty());
        let by_hand = by_hand(&owed, EngineKind::DOCKER, "p");
        assert_eq!(by_hand, "workshop cluster heal node3 && docker service scale --detach p_b=2");
    }
}
