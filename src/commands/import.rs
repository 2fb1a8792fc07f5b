//! `import`: a tutorial of another make becomes a lesson of the course.

use std::path::Path;

use crate::app::Ctx;
use crate::app::error::{AppError, exit};
use crate::author::Desk;
use crate::author::import::{Format, Import, Imported};
use crate::cli::Tutorial;
use crate::event::Tone;
use crate::lesson::Catalog;
use crate::text::Text;

use super::author::{root, told};

/// Makes a lesson of the tutorial in `dir`, in the course `out` (else the one that is here), and says
/// what has no place in it.
pub(crate) fn run(ctx: &Ctx, format: Tutorial, dir: &Path, out: Option<&Path>) -> Result<u8, AppError> {
    let format = match format {
        Tutorial::Labspace => Format::Labspace,
        Tutorial::Killercoda => Format::Killercoda,
    };
    let root = match out {
        Some(out) => made_folder(out)?,
        None => root(ctx)?,
    };
    let Imported { made, left } = Import { format, from: dir, root: &root }.make()?;
    let (desk, kept) = Desk::take(&root)?;
    if kept {
        ctx.notice(Tone::Warning, Text::new("author-kept"));
    }
    desk.write(&made.changes, false)?;
    told(ctx, &made);
    match left.len() {
        0 => ctx.notice(Tone::Done, Text::new("import-nothing-left")),
        count => ctx.notice(Tone::Warning, Text::new("import-left").with("count", count)),
    }
    for one in left {
        let place = match one.place() {
            place if place.is_empty() => Text::new("import-no-place"),
            place => Text::verbatim(place),
        };
        ctx.notice(Tone::Info, Text::new("import-left-one").with("place", place).with("what", one.what));
    }
    let lesson = Catalog::Folder(root).find(&made.id)?;
    for fault in lesson.faults() {
        ctx.notice(Tone::Warning, fault.text());
    }
    let next = match out {
        Some(out) => Text::new("import-next-test").with("dir", out.display().to_string()),
        None => Text::new("author-next-test"),
    };
    ctx.notice(Tone::Next, next.with("lesson", made.id));
    Ok(exit::PASS)
}

/// The course's folder, which may begin with this lesson.
fn made_folder(out: &Path) -> Result<std::path::PathBuf, AppError> {
    let wrong = |error: std::io::Error| {
        let text = Text::new("author-disk").with("path", out.display().to_string());
        AppError::Usage(text.with("reason", error.to_string()))
    };
    std::fs::create_dir_all(out).map_err(wrong)?;
    std::fs::canonicalize(out).map_err(wrong)
}
