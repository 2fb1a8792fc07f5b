//! `demo --preflight`: before the talk, whether it could begin now. What the machine, the screen and the
//! fallback are like, then the whole of it once by itself, with its times.

use std::ops::Range;
use std::time::{Duration, SystemTime};

use crate::app::error::{AppError, exit};
use crate::app::{Ctx, choice};
use crate::cli::EngineChoice;
use crate::commands::demo::play_by_itself;
use crate::commands::doctor;
use crate::demo::cast::Cast;
use crate::engine::{EngineKind, Finding, FindingState};
use crate::event::{Event, Tone};
use crate::lesson::Lesson;
use crate::report::{Streams, screen_size};
use crate::text::Text;

/// Columns and rows in which a projected lesson can be read.
const SCREEN: (usize, usize) = (80, 24);
/// A recording older than this may not show what the demo shows now.
const FRESH: Duration = Duration::from_secs(7 * 24 * 3600);

pub(crate) async fn run(ctx: &Ctx, lesson: &Lesson, steps: Range<usize>) -> Result<u8, AppError> {
    let workspace = ctx.workspace()?;
    let kind = choice::choose(ctx, lesson, &workspace).await?;
    let mut findings = vec![good("doctor-choice", Text::new(kind.texts.label))];
    let engine = ctx.engine(kind, Some(lesson), &workspace);
    findings.extend(engine.examine(&choice::images(lesson, None)).await);
    findings.push(doctor::disk(workspace.root()).await);
    findings.extend(doctor::port_findings(ctx, lesson.file.ports.iter().map(|port| port.wanted), kind).await);
    findings.extend(screen(ctx));
    findings.push(fallback(ctx, lesson)?);
    let bad = findings.iter().filter(|one| one.state == FindingState::Bad).count();
    ctx.emit(Event::Findings(findings));
    if bad > 0 {
        ctx.notice(Tone::Warning, Text::new("preflight-not-ready").with("count", bad));
        return Ok(exit::ENVIRONMENT);
    }
    let code = play_by_itself(&on(ctx, kind), lesson, steps).await?;
    if code == exit::PASS {
        ctx.notice(Tone::Done, Text::new("preflight-ready"));
    } else {
        ctx.notice(Tone::Warning, Text::new("preflight-failed"));
    }
    Ok(code)
}

/// This program where the engine was chosen already.
fn on(ctx: &Ctx, kind: EngineKind) -> Ctx {
    let mut ctx = ctx.with_emit(ctx.emit.clone());
    ctx.global.engine = EngineChoice::of(kind);
    ctx
}

fn good(subject: &'static str, seen: Text) -> Finding {
    Finding { subject: Text::new(subject), state: FindingState::Good, seen, fix: None }
}

fn worth_a_look(finding: Finding, fix: &'static str) -> Finding {
    Finding { state: FindingState::Warning, fix: Some(Text::new(fix)), ..finding }
}

/// How much there is room for, and whether it has colours; nothing where nobody looks.
fn screen(ctx: &Ctx) -> Vec<Finding> {
    if !ctx.interactive {
        return Vec::new();
    }
    let (rows, columns) = screen_size();
    let size =
        good("preflight-screen", Text::new("preflight-size").with("columns", columns).with("rows", rows));
    let is_small = columns < SCREEN.0 || rows < SCREEN.1;
    let color = Streams::standard(ctx.global.no_color).style.color;
    let seen = Text::new(if color { "preflight-colors-yes" } else { "preflight-colors-no" });
    let colors = good("preflight-colors", seen);
    vec![
        if is_small { worth_a_look(size, "preflight-screen-fix") } else { size },
        if color { colors } else { worth_a_look(colors, "preflight-colors-fix") },
    ]
}

/// The newest recording of this lesson in the folder.
fn fallback(ctx: &Ctx, lesson: &Lesson) -> Result<Finding, AppError> {
    let title = super::title(ctx, lesson)?;
    let lead = title.split_once(':').map_or(title.as_str(), |(lead, _)| lead).to_owned();
    let files = std::fs::read_dir(ctx.workspace()?.root()).into_iter().flatten().flatten();
    let casts =
        files.map(|file| file.path()).filter(|path| path.extension().is_some_and(|ext| ext == "cast"));
    let made = |path: std::path::PathBuf| {
        let header = Cast::open(&path).ok()?.header;
        let made = SystemTime::UNIX_EPOCH + Duration::from_secs(header.timestamp?);
        header.title.is_some_and(|title| title.starts_with(&lead)).then_some((made, path))
    };
    let subject = Text::new("preflight-fallback");
    let fix = Some(Text::new("preflight-fallback-fix").with("lesson", lesson.file.id.as_str()));
    let Some((made, path)) = casts.filter_map(made).max() else {
        let seen = Text::new("preflight-fallback-none");
        return Ok(Finding { subject, state: FindingState::Warning, seen, fix });
    };
    let age = SystemTime::now().duration_since(made).unwrap_or_default();
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let seen = Text::new("preflight-fallback-made").with("file", name).with("days", age.as_secs() / 86400);
    let is_fresh = age <= FRESH;
    let state = if is_fresh { FindingState::Good } else { FindingState::Warning };
    Ok(Finding { subject, state, seen, fix: fix.filter(|_| !is_fresh) })
}
