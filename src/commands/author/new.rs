//! `author new`: a lesson from a project that has a compose file, or from nothing.

use std::path::Path;

use super::course::{desk, root};
use crate::app::Ctx;
use crate::app::error::{AppError, exit};
use crate::author::new::{Made, New};
use crate::event::Tone;
use crate::lesson::Catalog;
use crate::text::{Lang, Text};

pub(super) fn run(ctx: &Ctx, name: &str, from: Option<&Path>, languages: &[Lang]) -> Result<u8, AppError> {
    let root = root(ctx)?;
    if !root.is_dir() {
        let text = Text::new("app-no-such-dir").with("dir", root.display().to_string());
        return Err(AppError::Usage(text));
    }
    let languages = if languages.is_empty() { &Lang::ALL } else { languages };
    let made = New { root: &root, name, from, languages }.make()?;
    desk(ctx)?.write(&made.changes, false)?;
    told(ctx, &made);
    let lesson = Catalog::Folder(root).find(&made.id)?;
    for fault in lesson.faults() {
        ctx.notice(Tone::Warning, fault.text());
    }
    ctx.notice(Tone::Next, Text::new("author-next-test").with("lesson", made.id.as_str()));
    ctx.notice(Tone::Next, Text::new("author-next-edit").with("lesson", made.id));
    Ok(exit::PASS)
}

/// Says what was made, and what of the project it does not have.
pub(crate) fn told(ctx: &Ctx, made: &Made) {
    let text = Text::new("author-made").with("dir", made.dir.as_str()).with("start", made.start.as_str());
    ctx.notice(Tone::Done, text.with("count", made.changes.len()));
    if !made.left_out.is_empty() {
        ctx.notice(Tone::Info, Text::new("author-left-out").with("names", made.left_out.clone()));
    }
    for port in &made.fixed_ports {
        ctx.notice(Tone::Info, Text::new("author-fixed-port").with("port", port.to_string()));
    }
    if !made.secrets.is_empty() {
        ctx.notice(Tone::Info, Text::new("author-secrets").with("names", made.secrets.clone()));
    }
}
