//! The `scaling` probe: the same load on one server and on all of them, several times.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::http::Client;
use super::prober::{Found, Prober, prepared};
use crate::check::CheckSpec;
use crate::check::address::{Header, Kept, RequestPath};
use crate::check::probe::{ScalingSpec, Servers};
use crate::check::seen::{Failed, Measured, Seen};
use crate::event::Event;
use workshop_engine::{Detail, EngineError, Observed, Replica, StackCommand};
use workshop_load::{Load, Plan, Report, Stage, Template};
use workshop_text::Text;

/// Load before the measured time: connections are opened and caches are filled.
const WARM_UP: Duration = Duration::from_secs(1);
/// How long a look at CPU times may take.
const LOOK: Duration = Duration::from_millis(1200);
/// How long servers that were started may take to be ready.
const READY: Duration = Duration::from_secs(90);
/// How long the proxy may take to send requests to all of them: by itself it may let one that was
/// away rest for half a minute; told to, it does not.
const TAKEN_IN: Duration = Duration::from_secs(45);
const REFRESHED: Duration = Duration::from_secs(8);

/// What ends a measurement: the engine, or something else that is said.
pub(super) enum Stop {
    Engine(EngineError),
    Failed(Failed),
    NoEntry,
}

impl From<EngineError> for Stop {
    fn from(error: EngineError) -> Self {
        Self::Engine(error)
    }
}

/// A command that failed, or a request before the load.
pub(super) fn failed(text: Text, lines: Vec<String>) -> Stop {
    Stop::Failed(Failed { text, lines })
}

impl Prober<'_> {
    /// Measures; and leaves all servers running, whatever came of it.
    pub(super) async fn scaling(&self, spec: &ScalingSpec, observed: Observed) -> Found {
        let mut kept = None;
        let measured = self.measure(spec, &mut kept).await;
        let all = self.bring(spec, spec.servers.count(), kept.as_ref()).await;
        let observed = match self.session.engine.observe(&self.session.project(), Detail::StartTimes).await {
            Ok(observed) => observed,
            Err(error) => return Err((error, observed)),
        };
        let seen = match measured.and_then(|runs| all.map(|()| runs)) {
            Ok(runs) => Seen::Scaling(runs),
            Err(Stop::Failed(failed)) => Seen::ProbeFailed(failed),
            Err(Stop::NoEntry) => Seen::NoEntry,
            Err(Stop::Engine(error)) => return Err((error, observed)),
        };
        Ok((seen, observed))
    }

    async fn measure(&self, spec: &ScalingSpec, kept: &mut Option<Kept>) -> Result<Vec<Measured>, Stop> {
        let mut runs = Vec::new();
        let order = order(&spec.servers, spec.rounds);
        let all = (WARM_UP + spec.time) * u32::try_from(order.len()).unwrap_or(u32::MAX);
        for (at, servers) in order.into_iter().enumerate() {
            let before = (WARM_UP + spec.time) * u32::try_from(at).unwrap_or(u32::MAX);
            self.bring(spec, servers, kept.as_ref()).await?;
            let observed = self.session.engine.observe(&self.session.project(), Detail::StartTimes).await?;
            let url = self.session.entry(&observed).ok_or(Stop::NoEntry)?;
            let kept = match kept {
                Some(kept) => kept,
                None => {
                    let client = Client::probing(url.clone());
                    kept.insert(prepared(&client, &spec.prepare).await.map_err(Stop::Failed)?)
                }
            };
            let url = spec.path.at(&url, kept);
            runs.push(self.run(spec, servers, url.as_str(), &observed, (before, all)).await?);
        }
        Ok(runs)
    }

    /// One run under load, with what everything used meanwhile.
    async fn run(
        &self,
        spec: &ScalingSpec,
        servers: usize,
        url: &str,
        observed: &Observed,
        (before, all): (Duration, Duration),
    ) -> Result<Measured, Stop> {
        let running: Vec<&Replica> =
            observed.replicas.iter().filter(|replica| replica.is_running()).collect();
        // Stages climb by themselves.
        let (load, warm_up) = match spec.profile {
            Some(by) => (Load::Stages(Stage::shortened(Stage::standard(), by)), Duration::ZERO),
            None => (Load::Closed { connections: spec.connections }, WARM_UP),
        };
        let mut plan = Plan { warm_up, ..Plan::get(url, load, spec.time) };
        plan.method.clone_from(&spec.method);
        let header = |(name, value): (&Header, &String)| (name.as_str().to_owned(), value.clone());
        plan.headers.extend(spec.headers.iter().map(header));
        if let Some(header) = &spec.answered_by {
            plan.share_header = Some(header.as_str().to_owned());
        }
        if let Some(json) = &spec.json {
            plan.body = Some(Template::new(json.to_string()));
            plan.headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
        }
        let seconds = spec.time.as_secs();
        let method = if spec.method == "GET" { String::new() } else { format!("--method {} ", spec.method) };
        let how = match spec.profile {
            Some(by) => format!("--profile standard --shorten {by}"),
            None => format!("--connections {} --duration {seconds}s", spec.connections),
        };
        let headers =
            spec.headers.iter().map(|(name, value)| format!("--header '{}: {value}' ", name.as_str()));
        let command = format!("workshop load {method}{}{how} {url}", headers.collect::<String>());
        self.session.emit(Event::CommandStarted { command: command.clone() });
        let begun = Instant::now();
        let (_go_on, stop) = tokio::sync::watch::channel(false);
        let mut said = 0;
        let (emit, waiting) = (self.session.emit.clone(), self.waiting(all.as_secs(), measures));
        let say = |progress: &workshop_load::Progress| {
            let seconds = (before + progress.elapsed).as_secs();
            if seconds > said {
                said = seconds;
                let seen =
                    Text::new("check-scaling-at").with("count", servers).with("requests", progress.requests);
                emit.say(&waiting(seconds, seen));
            }
        };
        let load = workshop_load::run(&plan, say, stop);
        let (report, cores) = tokio::join!(load, self.cores(&running, warm_up + spec.time));
        let report = report.map_err(|error| failed(error.text(), Vec::new()))?;
        let measured = measured(spec, servers, &report, &running, cores?);
        self.session.emit(Event::CommandOutput { stderr: false, line: summary(&measured) });
        let ms = begun.elapsed().as_millis() as u64;
        self.session.emit(Event::CommandFinished { command, code: Some(0), ms });
        Ok(measured)
    }

    /// That a check of this step takes its time, `of` so many seconds: how many, and what was seen.
    pub(super) fn waiting(
        &self,
        of: u64,
        is_it: fn(&CheckSpec) -> bool,
    ) -> impl Fn(u64, Text) -> Event + Send + use<> {
        let entry = self.step.checks.iter().find(|entry| is_it(&entry.spec));
        let check = entry.map(|entry| entry.id.clone()).unwrap_or_default();
        let title = self.session.check_title(&self.step.id, &check);
        move |seconds, seen| {
            let (check, title) = (check.clone(), title.clone());
            Event::Waiting { check, title, seconds, of, seen }
        }
    }

    /// Cores that each of these replicas uses in the next `time`, by label, looked at well within it.
    async fn cores(&self, running: &[&Replica], time: Duration) -> Result<BTreeMap<String, f64>, Stop> {
        let end = tokio::time::Instant::now() + time.saturating_sub(LOOK);
        let before = self.session.engine.cpu_times(running).await?;
        tokio::time::sleep_until(end).await;
        let after = self.session.engine.cpu_times(running).await?;
        let cores = |replica: &&Replica| after.get(&replica.id)?.cores_since(before.get(&replica.id)?);
        Ok(running.iter().filter_map(|replica| Some((replica.label(), cores(replica)?))).collect())
    }

    /// Brings the stack to so many servers, and waits until the proxy sends requests to each.
    async fn bring(&self, spec: &ScalingSpec, servers: usize, kept: Option<&Kept>) -> Result<(), Stop> {
        let observed = self.session.engine.observe(&self.session.project(), Detail::Listing).await?;
        let changed = match &spec.servers {
            Servers::Scaled(scale) => {
                let changed = observed.of(&scale.service).filter(|one| one.is_ready()).count() != servers;
                let scale = crate::check::probe::Scale { replicas: servers as u32, ..scale.clone() };
                self.session.bring_to(&scale, observed).await.map_err(|(error, _)| error)?;
                changed
            }
            Servers::AsTheyAre(_) => false,
            Servers::Members(members) => self.start_and_stop(members, servers, &observed).await?,
        };
        if !changed {
            return Ok(());
        }
        for command in &spec.refresh {
            self.command(command).await?;
        }
        self.taken_in(spec, kept).await
    }

    /// Stops the members behind the first `servers`, and starts those before. Whether one was
    /// started: of that a proxy must be told. That one is gone it finds out by itself; reading its
    /// files again would fail just then, for the name of a stopped container is not known.
    async fn start_and_stop(
        &self,
        members: &[String],
        servers: usize,
        observed: &Observed,
    ) -> Result<bool, Stop> {
        let runs = |member: &&String| observed.of(member).any(|replica| replica.is_running());
        let (wanted, others) = members.split_at(servers.min(members.len()));
        let start: Vec<&String> = wanted.iter().filter(|member| !runs(member)).collect();
        let stop: Vec<&String> = others.iter().filter(runs).collect();
        for (word, services) in [("start", &start), ("stop", &stop)] {
            if !services.is_empty() {
                let names: Vec<String> = services.iter().map(|name| (*name).clone()).collect();
                self.command(&StackCommand::about(word, &names)).await?;
            }
        }
        let ready =
            |seen: &Observed| wanted.iter().all(|member| seen.of(member).any(|replica| replica.is_ready()));
        let deadline = Instant::now() + READY;
        while Instant::now() < deadline {
            if ready(&self.session.engine.observe(&self.session.project(), Detail::Listing).await?) {
                break;
            }
            tokio::time::sleep(super::AGAIN).await;
        }
        Ok(!start.is_empty())
    }

    pub(super) async fn command(&self, command: &StackCommand) -> Result<(), Stop> {
        let end = self.session.run(command).await?;
        if end.success() {
            return Ok(());
        }
        let shown = command.display_in(self.session.engine.kind(), &self.session.project().name, None);
        Err(failed(Text::new("check-scaling-command").with("command", shown), end.stderr_tail))
    }

    /// Waits until every running server has answered. One that never does is not waited for
    /// longer: the measurement will show that.
    async fn taken_in(&self, spec: &ScalingSpec, kept: Option<&Kept>) -> Result<(), Stop> {
        let observed = self.session.engine.observe(&self.session.project(), Detail::StartTimes).await?;
        let Some(client) = self.client(&observed) else { return Err(Stop::NoEntry) };
        // Who answers by another header than `X-Replica` is asked for by the load's own requests.
        let (client, path) = match (&spec.answered_by, kept) {
            (None, _) => (client, RequestPath::root()),
            (Some(header), Some(kept)) => {
                (client.hitting(&spec.headers, kept, Some(header)), spec.path.clone())
            }
            (Some(_), None) => return Ok(()),
        };
        let mut missing: Vec<&str> =
            servers_of(spec, &observed).iter().map(|replica| called(spec, replica)).collect();
        let patience = if spec.refresh.is_empty() { TAKEN_IN } else { REFRESHED };
        let deadline = Instant::now() + patience;
        let mut number = 0;
        while !missing.is_empty() && Instant::now() < deadline {
            number += 1;
            let hit = client.hit(&path, number).await;
            missing.retain(|name| hit.replica.as_deref() != Some(*name));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }
}

/// The kinds that measure.
const fn measures(spec: &CheckSpec) -> bool {
    matches!(spec, CheckSpec::Scaling(_) | CheckSpec::Load(_))
}

/// The running replicas of the servers that are compared.
fn servers_of<'a>(spec: &ScalingSpec, observed: &'a Observed) -> Vec<&'a Replica> {
    let services = spec.servers.services().iter();
    services.flat_map(|service| observed.of(service)).filter(|replica| replica.is_running()).collect()
}

/// What an answer calls the server that gave it.
fn called<'r>(spec: &ScalingSpec, replica: &'r Replica) -> &'r str {
    if spec.answered_by.is_some() { &replica.service } else { &replica.hostname }
}

/// All, one, one, all, all, …: each is next to the other in time, and the servers change as seldom
/// as they can.
fn order(servers: &Servers, rounds: u32) -> Vec<usize> {
    let all = servers.count();
    if matches!(servers, Servers::AsTheyAre(_)) {
        return (0..rounds).map(|_| all).collect();
    }
    (0..rounds).flat_map(|round| if round % 2 == 0 { [all, 1] } else { [1, all] }).collect()
}

fn measured(
    spec: &ScalingSpec,
    servers: usize,
    report: &Report,
    running: &[&Replica],
    cores: BTreeMap<String, f64>,
) -> Measured {
    let members = spec.servers.services();
    let server = |replica: &&&Replica| members.contains(&replica.service);
    let answers = |replica: &&Replica| report.shares.get(called(spec, replica)).copied().unwrap_or(0);
    Measured {
        servers,
        throughput: report.throughput,
        p50: report.latency.p50,
        p99: report.latency.p99,
        requests: report.requests,
        errors: report.requests - report.good,
        answered: running.iter().filter(server).map(|replica| (replica.label(), answers(replica))).collect(),
        cpu: cores,
        generator: report.generator.map(|usage| usage.busy_share),
        host: report.host_busy,
        kept: spec.thresholds.iter().map(|one| one.judge(report)).collect(),
    }
}

fn summary(run: &Measured) -> String {
    let p99 = run.p99.as_secs_f64() * 1e3;
    format!("{:.0} requests/s, p99 {p99:.1} ms, {} errors", run.throughput, run.errors)
}

#[cfg(test)]
mod tests {
    use super::{Servers, order};

    #[test]
    fn the_two_are_interleaved() {
        let names = |count: usize| (0..count).map(|at| at.to_string()).collect();
        assert_eq!(order(&Servers::Members(names(2)), 2), [2, 1, 1, 2]);
        assert_eq!(order(&Servers::Members(names(3)), 3), [3, 1, 1, 3, 3, 1]);
        assert_eq!(order(&Servers::AsTheyAre(names(2)), 2), [2, 2]);
    }
}
