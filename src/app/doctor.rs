//! `doctor`: what this machine lacks for the lesson, and the exact next command.

use super::environment::{free_port, is_free};
use super::error::{AppError, exit};
use super::{App, Desk, project};
use crate::engine::{Detail, EngineKind, Finding, FindingState};
use crate::event::{Event, Tone};
use crate::lesson::model::Image;
use crate::text::Text;
use crate::workspace::env_file;

/// Free disk space that a first build needs, in bytes.
const DISK: u64 = 3 << 30;

impl App {
    pub(super) async fn doctor(&self) -> Result<u8, AppError> {
        let desk = match self.desk() {
            Ok(desk) => Some(desk),
            Err(AppError::NotStarted) => None,
            Err(error) => return Err(error),
        };
        let kept = desk.as_ref().and_then(|desk| desk.progress.engine);
        let kind = self.global.engine.kind().or(kept).unwrap_or(EngineKind::Docker);
        let engine = self.engine(kind, desk.as_ref().map(|desk| &desk.lesson), &self.workspace()?);
        let mut findings = engine.examine(&self.images(desk.as_ref())?).await;
        findings.push(disk(self.workspace()?.root()));
        let taken = match &desk {
            Some(desk) => self.port(desk, &mut findings).await,
            None => {
                findings.extend(self.wanted_ports()?);
                None
            }
        };
        let bad = findings.iter().any(|finding| finding.state == FindingState::Bad);
        self.emit(Event::Findings(findings));
        // Where nobody can be asked, the finding says it all.
        let asked = self.interactive || self.global.yes;
        if let (Some((variable, port)), Some(desk), true) = (taken, &desk, asked) {
            let other = free_port(port);
            let may_ask = desk.workspace.is_created() && (self.global.yes || self.interactive);
            if may_ask && self.confirm(Text::new("ask-port").with("port", other))? {
                self.set_port(desk, &variable, other)?;
                self.notice(Tone::Done, Text::new("app-port-set").with("port", other));
                return Ok(exit::PASS);
            }
        }
        Ok(if bad { exit::ENVIRONMENT } else { exit::PASS })
    }

    /// The base images of the lesson under way, else of every lesson.
    fn images(&self, desk: Option<&Desk>) -> Result<Vec<String>, AppError> {
        let env =
            desk.map(|desk| std::fs::read_to_string(desk.workspace.dir().join(".env")).unwrap_or_default());
        let set = |name: &str| {
            let from_file = env.as_ref().and_then(|env| env_file::get(env, name));
            std::env::var(name).ok().or(from_file).filter(|value| !value.is_empty())
        };
        let wanted = |image: &Image| match &image.unless {
            Some(other) if set(other).is_some() => None,
            _ => set(&image.variable).or_else(|| image.default.clone()),
        };
        let mut images = Vec::new();
        match desk {
            Some(desk) => images.extend(desk.lesson.file.images.iter().filter_map(wanted)),
            None => {
                for name in self.catalog.names()? {
                    images.extend(self.catalog.find(&name)?.file.images.iter().filter_map(wanted));
                }
            }
        }
        images.sort();
        images.dedup();
        Ok(images)
    }

    /// The ports that the lessons want, before one is started.
    fn wanted_ports(&self) -> Result<Vec<Finding>, AppError> {
        let mut ports = Vec::new();
        for name in self.catalog.names()? {
            ports.extend(self.catalog.find(&name)?.file.port.map(|port| port.wanted));
        }
        ports.sort_unstable();
        ports.dedup();
        let finding = |port| {
            let (state, seen) = match is_free(port) {
                true => (FindingState::Good, "doctor-port-free"),
                false => (FindingState::Warning, "doctor-port-taken-yet"),
            };
            Finding {
                subject: Text::new("doctor-port").with("port", port),
                state,
                seen: Text::new(seen),
                fix: None,
            }
        };
        Ok(ports.into_iter().map(finding).collect())
    }

    /// Whether the entry's port can be published; the variable and the port when it cannot.
    async fn port(&self, desk: &Desk, findings: &mut Vec<Finding>) -> Option<(String, u16)> {
        let wanted = desk.lesson.file.port.as_ref()?;
        let env = std::fs::read_to_string(desk.workspace.dir().join(".env")).unwrap_or_default();
        let set = std::env::var(&wanted.variable).ok().or_else(|| env_file::get(&env, &wanted.variable));
        let port = set.and_then(|port| port.parse().ok()).unwrap_or(wanted.wanted);
        let observed = desk.engine.observe(&project(desk), Detail::Listing).await;
        let ours = observed.is_ok_and(|observed| {
            observed
                .replicas
                .iter()
                .flat_map(|replica| &replica.published)
                .any(|published| published.host == port)
        });
        let subject = Text::new("doctor-port").with("port", port);
        let good = |key| Finding {
            subject: subject.clone(),
            state: FindingState::Good,
            seen: Text::new(key),
            fix: None,
        };
        if ours {
            findings.push(good("doctor-port-ours"));
            return None;
        }
        if is_free(port) {
            findings.push(good("doctor-port-free"));
            return None;
        }
        findings.push(Finding {
            subject: subject.clone(),
            state: FindingState::Bad,
            seen: Text::new("doctor-port-taken"),
            fix: Some(
                Text::new("doctor-port-fix")
                    .with("variable", wanted.variable.as_str())
                    .with("port", free_port(port)),
            ),
        });
        Some((wanted.variable.clone(), port))
    }
}

/// Free space where the workspace lies.
fn disk(root: &std::path::Path) -> Finding {
    let free = free_space(root);
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

/// Bytes free for this user, as `df` says; the standard library has no call for it.
fn free_space(root: &std::path::Path) -> Option<u64> {
    let output = std::process::Command::new("df").arg("-Pk").arg(root).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let kilobytes: u64 = text.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()?;
    Some(kilobytes * 1024)
}
