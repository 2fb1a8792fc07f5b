//! `doctor`: what this machine lacks for the lesson, and the exact next command.

use std::path::{Path, PathBuf};

use crate::app::choice::Choice;
use crate::app::error::{AppError, exit};
use crate::app::{Ctx, back, choice, environment};
use crate::check::seen::{PortSeen, PortState};
use crate::engine::ports::{Holder, Opening, free, holder, opening};
use crate::engine::{Detail, EngineKind, Finding, FindingState};
use crate::event::{Event, Tone};
use crate::session::Session;
use crate::text::Text;
use crate::workspace::Workspace;

/// Free disk space that a first build needs, in bytes.
const DISK: u64 = 3 << 30;
/// How long `df` may take to say how much there is.
const DF: std::time::Duration = std::time::Duration::from_secs(3);

pub(crate) async fn run(ctx: &Ctx) -> Result<u8, AppError> {
    let session = match ctx.session() {
        Ok(session) => Some(session),
        Err(AppError::NotStarted) => None,
        Err(error) => return Err(error),
    };
    let (choice, taken) = taken(ctx, session.as_ref()).await?;
    let mut findings = Vec::new();
    for kind in EngineKind::ALL {
        let engine = ctx.engine(kind, session.as_ref().map(|session| &session.lesson), &ctx.workspace()?);
        let found = engine.examine(&choice::all_images(ctx, session.as_ref())?).await;
        // What the engine that is not taken lacks holds nobody up.
        findings.extend(found.into_iter().map(|one| match taken {
            Some(taken) if taken != kind => noted(one),
            _ => one,
        }));
    }
    if session.is_none() {
        wanted_programs(ctx, taken, &mut findings).await?;
    }
    findings.push(choice);
    findings.extend(session.as_ref().and_then(back::owed_finding));
    findings.push(disk(ctx.workspace()?.root()).await);
    // What has another fix than another port is not over once that is set.
    let bad = |findings: &[Finding]| findings.iter().any(|one| one.state == FindingState::Bad);
    let others_bad = bad(&findings);
    let others = match &session {
        Some(session) => ports(ctx, session, &mut findings).await,
        None => {
            findings.extend(wanted_ports(ctx, taken.unwrap_or_default()).await?);
            Vec::new()
        }
    };
    let bad = bad(&findings);
    ctx.emit(Event::Findings(findings));
    // Where nobody can be asked, the finding says it all.
    let asked = ctx.interactive || ctx.global.yes;
    if let Some(mut session) = session.filter(|_| asked && !others.is_empty())
        && take_others(ctx, &mut session, &others)?
        && !others_bad
    {
        return Ok(exit::PASS);
    }
    Ok(if bad { exit::ENVIRONMENT } else { exit::PASS })
}

/// Who has a port.
enum Whose {
    /// The stack of a workspace, by its folder or by the one of its compose file.
    Stack(PathBuf),
    Program {
        name: String,
        pid: u32,
    },
    Unknown,
}

impl Whose {
    fn is_of(&self, workspace: &Workspace) -> bool {
        let real = |path: &Path| path.canonicalize().ok();
        let Self::Stack(dir) = self else { return false };
        real(dir)
            .is_some_and(|dir| [workspace.root(), workspace.dir().as_path()].map(real).contains(&Some(dir)))
    }

    /// In words; `unknown` is the key of those for somebody.
    fn text(&self, unknown: &'static str) -> Text {
        match self {
            Self::Stack(dir) => Text::new("doctor-port-stack").with("dir", dir.display().to_string()),
            Self::Program { name, pid } => {
                Text::new("doctor-port-program").with("program", name.as_str()).with("pid", pid.to_string())
            }
            Self::Unknown => Text::new(unknown),
        }
    }
}

/// A problem that is none here.
fn noted(finding: Finding) -> Finding {
    match finding.state {
        FindingState::Bad => Finding { state: FindingState::Warning, ..finding },
        _ => finding,
    }
}

/// Free space where the workspace lies.
pub(crate) async fn disk(root: &std::path::Path) -> Finding {
    let free = free_space(root).await;
    let (state, fix) = match free {
        Some(free) if free < DISK => (FindingState::Warning, Some(Text::new("doctor-disk-fix"))),
        _ => (FindingState::Good, None),
    };
    let seen = match free {
        Some(free) => Text::new("doctor-disk-free").with("size", format!("{:.1} GB", free as f64 / 1e9)),
        None => Text::new("doctor-disk-unknown"),
    };
    Finding { subject: Text::new("doctor-disk"), state, seen, fix }
}

/// Bytes free for this user, as `df` says; the standard library has no call for it. On a share that
/// has gone it would hang.
async fn free_space(root: &std::path::Path) -> Option<u64> {
    let mut df = tokio::process::Command::new("df");
    let asked = df.arg("-Pk").arg(root).stdin(std::process::Stdio::null()).kill_on_drop(true).output();
    let output = tokio::time::timeout(DF, asked).await.ok()?.ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let kilobytes: u64 = text.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()?;
    Some(kilobytes * 1024)
}

/// What the stack runs on, or would run on, and why; `None` where nothing would do.
async fn taken(ctx: &Ctx, session: Option<&Session>) -> Result<(Finding, Option<EngineKind>), AppError> {
    let finding = |state, seen| Finding { subject: Text::new("doctor-choice"), state, seen, fix: None };
    let good = |seen, kind| Ok((finding(FindingState::Good, seen), Some(kind)));
    if let Some(kind) = ctx.global.engine.kind() {
        let lack = insisted(ctx, kind, session).await?;
        let state = if lack.is_some() { FindingState::Bad } else { FindingState::Good };
        let seen = lack.unwrap_or_else(|| Text::new("doctor-choice-asked").with("engine", kind.name()));
        return Ok((finding(state, seen), Some(kind)));
    }
    if let Some(session) = session {
        let kind = session.engine.kind();
        let seen = Text::new("doctor-choice-kept").with("engine", kind.name());
        // Where it has gone since, the lesson can be gone on with.
        if let Some(go_on) = instead_of(ctx, kind, session).await {
            let fix = Some(Text::new(go_on).with("lesson", session.lesson.file.id.as_str()));
            return Ok((Finding { fix, ..finding(FindingState::Warning, seen) }, Some(kind)));
        }
        return good(seen, kind);
    }
    let auto = |kind: EngineKind| Text::new("doctor-choice-auto").with("engine", kind.name());
    for lesson in ctx.library.lessons()? {
        match choice::would_take(ctx, &lesson, &ctx.workspace()?).await {
            Choice::Takes(kind, _) if kind == EngineKind::default() => {}
            Choice::Takes(kind, why) => {
                let seen = match kind.texts.fallback.as_ref().zip(why) {
                    Some((texts, why)) => {
                        Text::new(texts.would).with("engine", kind.name()).with("why", why.brief())
                    }
                    None => auto(kind),
                };
                return good(seen, kind);
            }
            Choice::Neither(lacks) => {
                return Ok((finding(FindingState::Bad, lacks.error().text()), None));
            }
        }
    }
    let kind = EngineKind::default();
    good(auto(kind), kind)
}

/// How a lesson on `kind` is gone on with where `auto` would take one of those behind it.
async fn instead_of(ctx: &Ctx, kind: EngineKind, session: &Session) -> Option<&'static str> {
    kind.fallbacks().next()?;
    match choice::would_take(ctx, &session.lesson, &session.workspace).await {
        Choice::Takes(other, _) if kind.fallbacks().any(|one| one == other) => {
            other.texts.fallback.as_ref().map(|texts| texts.go_on)
        }
        Choice::Takes(..) | Choice::Neither(_) => None,
    }
}

/// What is in the way of an engine that was asked for: for the lesson, or for every one there is.
async fn insisted(ctx: &Ctx, kind: EngineKind, session: Option<&Session>) -> Result<Option<Text>, AppError> {
    let workspace = ctx.workspace()?;
    let lessons = match session {
        Some(session) => vec![session.lesson.clone()],
        // Those of other engines say nothing of this one.
        None => ctx.library.lessons()?.into_iter().filter(|one| one.file.engines.contains(&kind)).collect(),
    };
    let mut lack = None;
    for lesson in lessons {
        match choice::insist(ctx, kind, &lesson, &workspace).await {
            Ok(()) => return Ok(None),
            Err(error) if error.exit() == exit::ENVIRONMENT => lack = lack.or(Some(error.text())),
            Err(error) => return Err(error),
        }
    }
    Ok(lack)
}

/// The programs of this machine that lessons want, before one is started: what is missing holds
/// up those alone.
async fn wanted_programs(
    ctx: &Ctx,
    taken: Option<EngineKind>,
    findings: &mut Vec<Finding>,
) -> Result<(), AppError> {
    let is_wanted = |kind: &EngineKind| kind.runs_programs && taken.is_none_or(|taken| taken == *kind);
    for kind in EngineKind::ALL.into_iter().filter(is_wanted) {
        for lesson in ctx.library.lessons()? {
            let engine = ctx.engine(kind, Some(&lesson), &ctx.workspace()?);
            for one in engine.examine(&[]).await {
                if findings.iter().all(|known| known.subject != one.subject) {
                    findings.push(noted(one));
                }
            }
        }
    }
    Ok(())
}

/// The ports that the lessons want, before one is started.
async fn wanted_ports(ctx: &Ctx, engine: EngineKind) -> Result<Vec<Finding>, AppError> {
    let mut ports = Vec::new();
    for lesson in ctx.library.lessons()? {
        ports.extend(lesson.file.ports.iter().map(|port| port.wanted));
    }
    ports.sort_unstable();
    ports.dedup();
    Ok(port_findings(ctx, ports, engine).await)
}

/// Whether ports could be published, before anything of the lesson is there.
pub(crate) async fn port_findings(
    ctx: &Ctx,
    ports: impl IntoIterator<Item = u16>,
    engine: EngineKind,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for port in ports {
        let (state, seen) = match opening(port, engine) {
            Opening::Free => (FindingState::Good, Text::new("doctor-port-free")),
            Opening::Taken => {
                let seen = whose(ctx, port).await.text("doctor-port-taken-yet");
                (FindingState::Warning, seen)
            }
            Opening::NotAllowed => (FindingState::Warning, Text::new("doctor-port-not-allowed-yet")),
        };
        findings.push(Finding {
            subject: Text::new("doctor-port").with("port", port),
            state,
            seen,
            fix: None,
        });
    }
    findings
}

/// Who has a port that is taken. The embedded engine's stacks are processes of this user's;
/// Docker's are asked of Docker.
async fn whose(ctx: &Ctx, port: u16) -> Whose {
    let holder = holder(port);
    if let Some(Holder::Stack(dir)) = holder {
        return Whose::Stack(dir);
    }
    if let Ok(workspace) = ctx.workspace() {
        for kind in EngineKind::ALL {
            if let Some(dir) = ctx.engine(kind, None, &workspace).publisher(port).await {
                return Whose::Stack(dir);
            }
        }
    }
    match holder {
        Some(Holder::Program { name, pid }) => Whose::Program { name, pid },
        _ => Whose::Unknown,
    }
}

/// Whether the lesson's ports can be published; those that cannot, each with another one.
async fn ports(ctx: &Ctx, session: &Session, findings: &mut Vec<Finding>) -> Vec<(String, u16)> {
    let observed = session.engine.observe(&session.project(), Detail::Listing).await.ok();
    let seen = session.ports(observed.as_ref());
    let mut given: Vec<u16> = seen.iter().map(|port| port.port).collect();
    let mut others = Vec::new();
    for PortSeen { variable, port, state, .. } in seen {
        let (state, seen) = match state {
            PortState::Free => (FindingState::Good, Text::new("doctor-port-free")),
            PortState::Ours => (FindingState::Good, Text::new("doctor-port-ours")),
            // What cannot be observed now, or is on the other engine, is this workspace's own too.
            PortState::Taken => match whose(ctx, port).await {
                whose if whose.is_of(&session.workspace) => {
                    (FindingState::Good, Text::new("doctor-port-ours"))
                }
                whose => (FindingState::Bad, whose.text("doctor-port-taken")),
            },
            PortState::NotAllowed => (FindingState::Bad, Text::new("doctor-port-not-allowed")),
        };
        let fix = (state == FindingState::Bad).then(|| {
            let other = free(port, session.engine.kind(), &given);
            given.push(other);
            others.push((variable.clone(), other));
            Text::new("doctor-port-fix").with("variable", variable.as_str()).with("port", other)
        });
        let subject = Text::new("doctor-port").with("port", port);
        findings.push(Finding { subject, state, seen, fix });
    }
    others
}

/// Puts other ports into `.env`, each with a yes; whether all were.
fn take_others(ctx: &Ctx, session: &mut Session, others: &[(String, u16)]) -> Result<bool, AppError> {
    for (variable, other) in others {
        let question = Text::new("ask-port").with("variable", variable.as_str()).with("port", *other);
        if !ctx.confirm(question)? {
            return Ok(false);
        }
        environment::set_port(ctx, session, variable, *other)?;
        let text = Text::new("app-port-set").with("variable", variable.as_str()).with("port", *other);
        ctx.notice(Tone::Done, text);
    }
    Ok(true)
}
