//! `load`: a plan from the command line, the run, and what comes of it.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tokio::sync::watch;

use crate::app::error::{AppError, exit};
use crate::app::{Ctx, back};
use crate::check::address::Kept;
use crate::cli;
use crate::engine::{Detail, EngineKind};
use crate::event::{Event, LoadRun, Tone};
use crate::load::{self, Guard, Load, LoadError, Plan, Progress, Report, Stage, Template, Threshold, units};
use crate::report::load_page;
use crate::signals;
use crate::text::Text;
use crate::workspace::disk::{self, Unread};

/// Connections of a closed loop, where none are named.
const CONNECTIONS: u32 = 50;
/// The most under way in an open loop, where none are named: a connection is opened when it is needed.
const UNDER_WAY: u32 = 500;
const DURATION: Duration = Duration::from_secs(10);
/// How long a run may take to end once it is told to.
const ENDS: Duration = Duration::from_secs(2);
/// Longer bodies are no load test.
const LONGEST_BODY: u64 = 64 << 20;

pub(crate) async fn run(ctx: &Ctx, args: &cli::Load) -> Result<u8, AppError> {
    let thresholds = thresholds(args)?;
    let mut plan = plan(ctx, args).await?;
    if let Some(file) = &args.report {
        may_write(ctx, file)?;
    }
    let (stop, stopped) = watch::channel(false);
    let interrupted = async {
        signals::ended().await;
        let _ = stop.send(true);
        // What was measured is said; unless that, too, takes too long.
        tokio::time::sleep(ENDS).await;
    };
    let report = tokio::select! {
        biased;
        () = interrupted => return Err(AppError::Interrupted),
        report = run_load(ctx, &mut plan, args, stopped) => report?,
    };
    let (engine, report) = with_names(ctx, &plan, report).await;
    let run = LoadRun {
        thresholds: thresholds.iter().map(|threshold| threshold.judge(&report)).collect(),
        plan,
        report,
        at: SystemTime::now(),
        engine,
    };
    let code = code(&run);
    let page = args.report.as_deref().map(|file| (file, load_page::render(&run, ctx.lang)));
    ctx.emit(Event::Load(Box::new(run)));
    if let Some((file, page)) = page {
        write_page(file, &page)?;
        ctx.notice(Tone::Done, Text::new("load-report-written").with("file", file.display().to_string()));
    }
    Ok(code)
}

/// 0, or 1 where a threshold is not met or not one answer was good; 130 where it was stopped.
fn code(run: &LoadRun) -> u8 {
    let met = run.thresholds.iter().all(|threshold| threshold.met);
    match run.report.stopped {
        true => exit::INTERRUPTED,
        false if met && run.report.good > 0 => exit::PASS,
        false => exit::NOT_YET,
    }
}

fn kind(args: &cli::Load) -> Result<Load, AppError> {
    let stages = match (&args.stages, args.profile) {
        (Some(stages), _) => Some(units::stages(stages).map_err(|error| AppError::Usage(error.text()))?),
        (None, Some(cli::Profile::Standard)) => Some(Stage::standard()),
        (None, None) => None,
    };
    match (stages, args.shorten, args.rate) {
        (Some(stages), shorten, _) => Ok(Load::Stages(Stage::shortened(stages, shorten.unwrap_or(1)))),
        (None, Some(_), _) => Err(AppError::Usage(Text::new("load-shorten-alone"))),
        (None, None, Some(rate)) => {
            Ok(Load::Open { rate, connections: args.connections.unwrap_or(UNDER_WAY) })
        }
        (None, None, None) => Ok(Load::Closed { connections: args.connections.unwrap_or(CONNECTIONS) }),
    }
}

fn duration(given: Option<&str>, otherwise: Duration) -> Result<Duration, AppError> {
    let Some(given) = given else { return Ok(otherwise) };
    units::duration(given).map_err(|error| AppError::Usage(error.text()))
}

fn header_of(given: &str) -> Result<(String, String), AppError> {
    let wrong = || AppError::Usage(Text::new("load-header").with("given", given));
    let (name, value) = given.split_once(':').ok_or_else(wrong)?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

fn body(args: &cli::Load) -> Result<Option<Vec<u8>>, AppError> {
    let Some(file) = &args.body_file else { return Ok(args.body.clone().map(String::into_bytes)) };
    let unreadable = |reason: Text| {
        let name = file.display().to_string();
        AppError::Usage(Text::new("load-body-unreadable").with("file", name).with("reason", reason))
    };
    disk::bytes(file, LONGEST_BODY).map(Some).map_err(|unread| match unread {
        Unread::TooLarge { .. } => unreadable(Text::new("load-body-too-long")),
        other => unreadable(Text::verbatim(disk::reason(&other.into()))),
    })
}

/// Whether it is an object or a list in JSON once its variables are filled in.
fn is_json(body: &[u8]) -> bool {
    let mut filled = Vec::new();
    Template::new(body).render(&mut filled, 1, &mut || 1);
    let value = serde_json::from_slice::<serde_json::Value>(&filled);
    value.is_ok_and(|value| value.is_object() || value.is_array())
}

fn thresholds(args: &cli::Load) -> Result<Vec<Threshold>, AppError> {
    let read = |text: &String| {
        text.parse().map_err(|error: crate::load::threshold::ThresholdError| AppError::Usage(error.text()))
    };
    args.threshold.iter().map(read).collect()
}

fn folder(file: &Path) -> PathBuf {
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty());
    parent.map_or_else(|| PathBuf::from("."), Path::to_owned)
}

fn write_page(file: &Path, page: &str) -> Result<(), AppError> {
    let folder = folder(file);
    let file = folder.join(file.file_name().unwrap_or_default());
    disk::write(&file, page.as_bytes(), None, &folder).map_err(|error| unwritable(&file, &error))
}

fn unwritable(file: &Path, error: &io::Error) -> AppError {
    let text = Text::new("load-report-unwritable")
        .with("file", file.display().to_string())
        .with("reason", disk::reason(error));
    AppError::Environment { text, next: None }
}
/// Runs the plan; where the guard forbids it, once more with what the workspace's stack publishes.
async fn run_load(
    ctx: &Ctx,
    plan: &mut Plan,
    args: &cli::Load,
    stop: watch::Receiver<bool>,
) -> Result<Report, AppError> {
    if plan.follow > 0 && !args.yes_i_own_this {
        plan.guard = Guard::Ours { ports: published(ctx).await };
    }
    match sent(ctx, plan, stop.clone()).await {
        Err(LoadError::NotOurs { .. }) if plan.follow == 0 => {}
        result => return Ok(result?),
    }
    plan.guard = Guard::Ours { ports: published(ctx).await };
    Ok(sent(ctx, plan, stop).await?)
}

/// Runs the plan, and says how far it is once it has begun.
async fn sent(ctx: &Ctx, plan: &Plan, stop: watch::Receiver<bool>) -> Result<Report, LoadError> {
    let mut begun = false;
    let progress = |progress: &Progress| {
        if !std::mem::replace(&mut begun, true) {
            ctx.emit(Event::LoadStarted(Box::new(plan.clone())));
        }
        ctx.emit(Event::LoadProgress(*progress));
    };
    crate::load::run(plan, progress, stop).await
}

async fn plan(ctx: &Ctx, args: &cli::Load) -> Result<Plan, AppError> {
    let url = match &args.url {
        Some(url) => url.clone(),
        None => entry(ctx).await?,
    };
    let mut plan = Plan::get(url, kind(args)?, duration(args.duration.as_deref(), DURATION)?);
    plan.warm_up = duration(args.warm_up.as_deref(), Duration::ZERO)?;
    plan.timeout = duration(args.timeout.as_deref(), plan.timeout)?;
    plan.headers = args.header.iter().map(|header| header_of(header)).collect::<Result<_, _>>()?;
    let body = body(args)?;
    plan.method = match &args.method {
        Some(method) => method.clone(),
        None => if body.is_some() { "POST" } else { "GET" }.to_owned(),
    };
    let typed = plan.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    if !typed && body.as_deref().is_some_and(is_json) {
        plan.headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
    }
    plan.body = body.map(Template::new);
    plan.keep_alive = !args.no_keep_alive;
    plan.follow = args.follow.unwrap_or(0);
    plan.threads = args.threads.map_or(0, |threads| threads as usize);
    if let Some(name) = &args.share_header {
        plan.share_header = Some(name.to_ascii_lowercase()).filter(|name| !name.is_empty());
    }
    if args.yes_i_own_this {
        plan.guard = Guard::Anything;
    }
    Ok(plan)
}

/// The lesson's own entry, where it runs.
async fn entry(ctx: &Ctx) -> Result<String, AppError> {
    let mut session = match ctx.session() {
        Ok(session) => session,
        Err(AppError::NotStarted) => return Err(AppError::Usage(Text::new("load-no-url"))),
        Err(error) => return Err(error),
    };
    back::pay(ctx, &mut session).await?;
    let observed = session.engine.observe(&session.project(), Detail::Listing).await?;
    let nowhere =
        || AppError::Environment { text: Text::new("load-no-entry"), next: Some(Text::new("next-bring-up")) };
    let entry = session.entry(&observed).ok_or_else(nowhere)?;
    Ok(session.lesson.file.entry.path.at(&entry, &Kept::default()).to_string())
}

/// Ports of this machine that the workspace's stack publishes; none where there is no stack.
async fn published(ctx: &Ctx) -> BTreeSet<u16> {
    let Ok(session) = ctx.session() else { return BTreeSet::new() };
    let project = session.project();
    let Ok(observed) = session.engine.observe(&project, Detail::Listing).await else {
        return BTreeSet::new();
    };
    let running = observed.replicas.iter().filter(|replica| replica.is_running());
    running.flat_map(|replica| replica.published.iter().map(|port| port.host)).collect()
}

/// The report with servers named by service and number where the workspace's own stack was
/// loaded: what they call themselves is a container's id.
async fn with_names(ctx: &Ctx, plan: &Plan, mut report: Report) -> (Option<EngineKind>, Report) {
    let Ok(session) = ctx.session() else { return (None, report) };
    let Ok(observed) = session.engine.observe(&session.project(), Detail::StartTimes).await else {
        return (None, report);
    };
    let port = load::port(&plan.url);
    let published = observed.replicas.iter().flat_map(|replica| &replica.published);
    if !published.into_iter().any(|published| Some(published.host) == port) {
        return (None, report);
    }
    let label = |name: String| {
        let named = observed.replicas.iter().find(|replica| replica.hostname == name);
        named.map_or(name, crate::engine::Replica::label)
    };
    report.shares = report.shares.into_iter().map(|(name, number)| (label(name), number)).collect();
    (Some(session.engine.kind()), report)
}

/// A file that is no report of ours is not overwritten without a yes.
fn may_write(ctx: &Ctx, file: &Path) -> Result<(), AppError> {
    let name = || file.display().to_string();
    let there = disk::read(file).map_err(|error| unwritable(file, &error))?;
    match there {
        Some(content) if !load_page::is_ours(&content.bytes) => {
            let question = Text::new("load-overwrite").with("file", name());
            match ctx.confirm(question) {
                Ok(true) => Ok(()),
                Ok(false) | Err(AppError::NeedsYes) => {
                    Err(AppError::Usage(Text::new("load-not-overwritten").with("file", name())))
                }
                Err(error) => Err(error),
            }
        }
        _ if folder(file).is_dir() => Ok(()),
        _ => Err(unwritable(file, &io::ErrorKind::NotFound.into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_that_is_json_is_known_by_its_filled_in_form() {
        assert!(is_json(br#" {"n": {counter}, "r": "{random}"}"#));
        assert!(is_json(b"[1]"));
        for other in [&b"a=b"[..], b"", b"12", b"{a}", b"\xff"] {
            assert!(!is_json(other), "{other:?}");
        }
    }

    #[test]
    fn the_standard_profile_takes_seven_minutes_and_can_be_shortened() {
        let args =
            cli::Load { profile: Some(cli::Profile::Standard), shorten: Some(20), ..Default::default() };
        let load = kind(&args).expect("it is a load");
        let plan = Plan::get("localhost", load, Duration::ZERO);
        assert_eq!((plan.measured(), plan.connections()), (Duration::from_secs(21), 500));
        assert!(kind(&cli::Load { shorten: Some(2), ..Default::default() }).is_err());
    }
}
