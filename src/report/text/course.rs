//! Draws the courses: the list of their lessons, and one course as it is added or changed.

use super::pen::Pen;
use crate::courses::Entry;
use crate::event::{CourseView, LessonLine};
use crate::lesson::effects::grouped;
use crate::report::line::{Line, Role, width};
use crate::text::Text;

/// How many digits of a digest or a commit are shown.
const DIGITS: usize = 16;
/// How many effects are named; before anything runs all of them are.
const NAMED: usize = 12;

/// The lessons, one a line, by course where there are several.
pub(crate) fn lessons(pen: Pen, lessons: &[LessonLine]) -> Vec<Line> {
    if lessons.is_empty() {
        return pen.paragraph(Role::Dim, &pen.word("report-no-lessons"), 0);
    }
    let id = lessons.iter().map(|lesson| width(&lesson.id)).max().unwrap_or(0);
    let several = lessons.iter().any(|lesson| lesson.course != lessons[0].course);
    let mut lines = Vec::new();
    let mut course = None;
    for lesson in lessons {
        if several && course != Some(&lesson.course) {
            if course.is_some() {
                lines.push(Line::default());
            }
            lines.extend(heading(pen, lesson));
            course = Some(&lesson.course);
        }
        lines.extend(self::lesson(pen, lesson, id));
    }
    lines
}

fn heading(pen: Pen, lesson: &LessonLine) -> Vec<Line> {
    let from = match &lesson.source {
        Some(source) => source.clone(),
        None => pen.word("course-in-the-program"),
    };
    let first = Line::new(Role::Heading, &lesson.course).and(Role::Plain, "  ");
    pen.hanging(first, Role::Dim, &from)
}

fn lesson(pen: Pen, lesson: &LessonLine, id: usize) -> Vec<Line> {
    let first = Line::plain("  ").and(Role::Strong, &lesson.id).to(2 + id + 2);
    let mut lines = pen.hanging(first, Role::Plain, &lesson.title);
    let text = match lesson.done {
        Some((done, skipped)) => Text::new("report-lesson-begun").with("done", done).with("skipped", skipped),
        None => Text::new("report-lesson-new"),
    };
    let text = text.with("steps", lesson.steps).with("minutes", lesson.minutes);
    lines.extend(pen.paragraph(Role::Dim, &pen.say(&text), 2 + id + 2));
    lines
}

/// One course: what it is, its lessons, what is different, and what it would do.
pub(crate) fn course(pen: Pen, view: &CourseView) -> Vec<Line> {
    let mut lines = pen.paragraph(Role::Heading, &pen.say(&view.heading), 0);
    let mut rows = vec![(pen.word("course-from"), Role::Plain, view.entry.source.clone())];
    rows.extend(revision(&view.entry).map(|text| (pen.word("course-revision"), Role::Plain, pen.say(&text))));
    rows.push((pen.word("course-digest"), Role::Plain, view.entry.digest[..DIGITS].to_owned()));
    lines.extend(pen.rows(&rows, 2));
    if !view.lessons.is_empty() {
        let id = view.lessons.iter().map(|lesson| width(&lesson.id)).max().unwrap_or(0);
        lines.push(Line::default());
        lines.extend(pen.paragraph(Role::Heading, &pen.word("course-lessons"), 0));
        lines.extend(view.lessons.iter().flat_map(|one| lesson(pen, one, id)));
    }
    if !view.changes.is_empty() {
        lines.push(Line::default());
        lines.extend(pen.paragraph(Role::Heading, &pen.word("course-changes"), 0));
        let change = |text: Text| pen.hanging(Line::new(Role::Dim, "  - "), Role::Plain, &pen.say(&text));
        lines.extend(view.changes.iter().flat_map(|one| change(one.text())));
    }
    lines.extend(effects(pen, view));
    lines
}

fn revision(entry: &Entry) -> Option<Text> {
    let commit = entry.commit.as_deref()?;
    let text = Text::new(if entry.pinned { "course-pinned-at" } else { "course-at" });
    let text = text.with("commit", &commit[..commit.len().min(DIGITS)]);
    Some(text.with("rev", entry.rev.as_deref().unwrap_or("HEAD")))
}

/// What it would do, the gravest last.
fn effects(pen: Pen, view: &CourseView) -> Vec<Line> {
    let all = grouped(&view.effects);
    if all.is_empty() {
        return Vec::new();
    }
    let key = if view.changes.is_empty() { "course-effects" } else { "course-effects-new" };
    let mut lines = vec![Line::default()];
    lines.extend(pen.paragraph(Role::Heading, &pen.word(key), 0));
    let left = all.len().saturating_sub(NAMED);
    for effect in &all[left..] {
        let (role, sign) = if effect.kind.reaches() { (Role::NotYet, "  ! ") } else { (Role::Dim, "  - ") };
        lines.extend(pen.hanging(Line::new(role, sign), Role::Plain, &pen.say(&effect.text())));
    }
    if left > 0 {
        let more = Text::new("course-effects-more").with("count", left);
        lines.extend(pen.paragraph(Role::Dim, &pen.say(&more), 2));
    }
    if all.iter().any(|effect| effect.kind.reaches()) {
        lines.extend(pen.paragraph(Role::Dim, &pen.word("effects-sign"), 0));
    }
    lines
}
