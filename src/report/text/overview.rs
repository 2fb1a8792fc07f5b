//! Draws what stands beside the steps: the status, what `reset` removes, what
//! `doctor` found, notices and failures.

use super::check::{self, excerpt};
use super::pen::Pen;
use crate::engine::{Finding, FindingState, Resource, ResourceKind};
use crate::event::{
    EffectsView, Failure, LeftOver, NodeLine, Notice, ReplicaLine, ResetView, StatusView, StepLine,
    StepState, Tone,
};
use crate::lesson::effects::grouped;
use crate::report::line::{Line, Role, Span, width, wrap};
use crate::report::nodes::groups;
use crate::text::Text;

/// Where the learner is: steps, then what runs.
pub(crate) fn status(pen: Pen, view: &StatusView) -> Vec<Line> {
    let place = Text::new("report-lesson").with("lesson", view.lesson.as_str());
    let first = Line::new(Role::Dim, &pen.say(&place)).and(Role::Plain, "  ");
    let mut lines = pen.hanging(first, Role::Heading, &view.title);
    lines.push(Line::default());
    let number = view.steps.iter().map(|step| step.number.to_string().len()).max().unwrap_or(1);
    for step in &view.steps {
        lines.extend(step_line(pen, step, number));
    }
    lines.push(Line::default());
    let count = |state| view.steps.iter().filter(|step| step.state == state).count();
    let progress = Text::new("report-progress")
        .with("done", count(StepState::Passed))
        .with("skipped", count(StepState::Skipped))
        .with("of", view.steps.len())
        .with("minutes", view.minutes_left);
    let rows = [
        (pen.word("report-status-progress"), Role::Plain, pen.say(&progress)),
        (pen.word("report-status-folder"), Role::Plain, view.root.display().to_string()),
        (pen.word("report-status-engine"), Role::Plain, pen.word(view.engine.texts.label)),
    ];
    lines.extend(pen.rows(&rows, 2));
    if !view.predictions.is_empty() {
        lines.push(Line::default());
        lines.extend(pen.paragraph(Role::Heading, &pen.word("report-predictions"), 2));
        for one in &view.predictions {
            lines.extend(pen.paragraph(Role::Plain, &one.question, 4));
            lines.extend(check::predicted(pen, one, 4));
        }
    }
    lines.push(Line::default());
    lines.extend(stack(pen, &view.stack, &view.nodes));
    lines
}

fn step_line(pen: Pen, step: &StepLine, number: usize) -> Vec<Line> {
    let states = [StepState::Open, StepState::Passed, StepState::Skipped];
    let widest = states.map(|state| width(&pen.word(state_shape(state, true).2))).into_iter().max();
    let (role, sign, key) = state_shape(step.state, pen.style.unicode);
    let first = Line::new(Role::Heading, if step.current { " > " } else { "   " })
        .and(Role::Plain, &format!("{:>number$}", step.number))
        .and(Role::Plain, "  ")
        .and(role, sign)
        .and(Role::Plain, " ")
        .and(role, &pen.word(key))
        .to(3 + number + 2 + 2 + widest.unwrap_or(0) + 2);
    let mut lines = pen.hanging(first, if step.current { Role::Strong } else { Role::Plain }, &step.title);
    if let Some(last) = lines.pop() {
        let longer = last.clone().and(Role::Dim, &format!("  {}", step.id));
        lines.push(if longer.width() <= pen.style.measure() { longer } else { last });
    }
    lines
}

const fn state_shape(state: StepState, unicode: bool) -> (Role, &'static str, &'static str) {
    match state {
        StepState::Open => (Role::Dim, " ", "report-step-open"),
        StepState::Passed => (Role::Pass, if unicode { "✓" } else { "+" }, "report-step-passed"),
        StepState::Skipped => (Role::Dim, "-", "report-step-skipped"),
    }
}

fn stack(pen: Pen, stack: &Result<Vec<ReplicaLine>, Text>, nodes: &[NodeLine]) -> Vec<Line> {
    let replicas = match stack {
        Ok(replicas) if replicas.is_empty() && nodes.is_empty() => {
            return pen.paragraph(Role::Dim, &pen.word("report-stack-empty"), 2);
        }
        Ok(replicas) => replicas,
        Err(why) => {
            let first =
                Line::plain("  ").and(Role::Environment, &format!("! {}  ", pen.word("report-environment")));
            return pen.hanging(first, Role::Plain, &pen.say(why));
        }
    };
    let label = replicas.iter().map(|replica| width(&replica.label)).max().unwrap_or(0);
    let state = replicas.iter().map(|replica| width(&pen.say(&replica.state))).max().unwrap_or(0);
    let line = |replica: &ReplicaLine, indent: usize| {
        let (label, state_words) = (label + indent, pen.say(&replica.state));
        let line = Line::default().to(2 + indent).and(Role::Plain, &replica.label).to(label + 4);
        if replica.published.is_empty() {
            return pen.hanging(line, Role::Plain, &state_words);
        }
        let ports: Vec<String> = replica.published.iter().map(u16::to_string).collect();
        let words = pen.say(&Text::new("report-published").with("ports", ports));
        let line = line.and(Role::Plain, &state_words).to(label + 4 + state + 2);
        pen.hanging(line, Role::Dim, &words)
    };
    if nodes.is_empty() {
        return replicas.iter().flat_map(|replica| line(replica, 0)).collect();
    }
    let groups = groups(nodes, replicas, |replica| replica.node.as_deref());
    let drawn = groups.iter().flat_map(|group| {
        let rows = group.rows.iter().flat_map(|replica| line(replica, 2));
        group.head(pen, 2).into_iter().chain(rows).collect::<Vec<Line>>()
    });
    drawn.collect()
}

/// What `reset` is about to remove, kind by kind.
pub(crate) fn removal(pen: Pen, resources: &[Resource], files: &[String]) -> Vec<Line> {
    if resources.is_empty() && files.is_empty() {
        return pen.paragraph(Role::Dim, &pen.word("report-removal-none"), 0);
    }
    let kinds = [
        (ResourceKind::Service, "report-removal-services"),
        (ResourceKind::Container, "report-removal-containers"),
        (ResourceKind::Network, "report-removal-networks"),
        (ResourceKind::Config, "report-removal-configs"),
        (ResourceKind::Secret, "report-removal-secrets"),
        (ResourceKind::Volume, "report-removal-volumes"),
        (ResourceKind::Image, "report-removal-images"),
        (ResourceKind::Cluster, "report-removal-clusters"),
    ];
    let mut rows = Vec::new();
    for (kind, key) in kinds {
        let names: Vec<&str> =
            resources.iter().filter(|one| one.kind == kind).map(|one| one.name.as_str()).collect();
        if !names.is_empty() {
            rows.push((pen.word(key), Role::Plain, names.join("\n")));
        }
    }
    if !files.is_empty() {
        rows.push((pen.word("report-removal-files"), Role::Plain, files.join("\n")));
    }
    let mut lines = pen.paragraph(Role::Heading, &pen.word("report-removal"), 0);
    lines.extend(pen.rows(&rows, 2));
    lines
}

/// What a lesson would do, the gravest first.
pub(crate) fn effects(pen: Pen, view: &EffectsView) -> Vec<Line> {
    let key = match (view.is_foreign, view.again) {
        (true, false) => "effects-course",
        (true, true) => "effects-course-more",
        (false, _) => "effects-own",
    };
    let heading = Text::new(key).with("lesson", view.lesson.as_str());
    let mut lines = pen.paragraph(Role::Heading, &pen.say(&heading), 0);
    for effect in &grouped(&view.effects) {
        let (role, sign) = if effect.kind.reaches() { (Role::NotYet, "  ! ") } else { (Role::Dim, "  - ") };
        lines.extend(pen.hanging(Line::new(role, sign), Role::Plain, &pen.say(&effect.text())));
    }
    if view.effects.iter().any(|effect| effect.kind.reaches()) {
        lines.extend(pen.paragraph(Role::Dim, &pen.word("effects-sign"), 0));
    }
    lines
}

/// What a `reset` could not remove, each with the reason; nothing where all is gone.
pub(crate) fn reset(pen: Pen, view: &ResetView) -> Vec<Line> {
    if view.left.is_empty() {
        return Vec::new();
    }
    let row = |left: &LeftOver| {
        let why = left.why.as_ref().map(|why| pen.say(why)).unwrap_or_default();
        (left.resource.name.clone(), Role::Plain, why)
    };
    let rows: Vec<_> = view.left.iter().map(row).collect();
    let mut lines = pen.paragraph(Role::Heading, &pen.word("report-reset-left"), 0);
    lines.extend(pen.rows(&rows, 2));
    lines
}

/// What `doctor` found: a sign and a word each, the fix below.
pub(crate) fn findings(pen: Pen, findings: &[Finding]) -> Vec<Line> {
    let states = [FindingState::Good, FindingState::Warning, FindingState::Bad];
    let widest =
        states.map(|state| width(&pen.word(finding_shape(state, true).2))).into_iter().max().unwrap_or(0);
    let subjects: Vec<String> = findings.iter().map(|finding| pen.say(&finding.subject)).collect();
    let subject = subjects.iter().map(|subject| width(subject)).max().unwrap_or(0).min(24);
    let mut lines = Vec::new();
    for (finding, words) in findings.iter().zip(&subjects) {
        let (role, sign, key) = finding_shape(finding.state, pen.style.unicode);
        let first = Line::plain("  ")
            .and(role, sign)
            .and(Role::Plain, " ")
            .and(role, &pen.word(key))
            .to(4 + widest + 2)
            .and(Role::Strong, words)
            .to(4 + widest + 2 + subject)
            .and(Role::Plain, "  ");
        lines.extend(pen.hanging(first, Role::Plain, &pen.say(&finding.seen)));
        if let Some(fix) = &finding.fix {
            let label = Line::default()
                .to(4 + widest + 2)
                .and(Role::Dim, &pen.word("report-fix"))
                .and(Role::Plain, "  ");
            lines.extend(pen.hanging(label, Role::Code, &pen.say(fix)));
        }
    }
    lines
}

const fn finding_shape(state: FindingState, unicode: bool) -> (Role, &'static str, &'static str) {
    match state {
        FindingState::Good => (Role::Pass, if unicode { "✓" } else { "+" }, "report-finding-good"),
        FindingState::Warning => (Role::Quoted, "!", "report-finding-warning"),
        FindingState::Bad => (Role::NotYet, if unicode { "✗" } else { "x" }, "report-finding-bad"),
    }
}

/// A line of information.
pub(crate) fn notice(pen: Pen, notice: &Notice) -> Vec<Line> {
    let (role, sign, words) = match notice.tone {
        Tone::Done => (Role::Pass, if pen.style.unicode { "✓ " } else { "+ " }, Role::Plain),
        Tone::Info => (Role::Plain, "", Role::Plain),
        Tone::Warning => (Role::Quoted, "! ", Role::Plain),
        Tone::Next => (Role::Heading, "> ", Role::Strong),
    };
    let mut first = Line::new(role, sign);
    if notice.tone == Tone::Warning {
        first = first.and(role, &format!("{}: ", pen.word("report-warning")));
    }
    let rest = first.width().min(2);
    let span = Span::new(words, &pen.say(&notice.text));
    wrap(&[span], &first, &Line::default().to(rest), pen.style.measure())
}

/// The key of the word that says whose failure it is, by its exit code. None where the sentence says
/// it all: what was asked for cannot be had, or there is nothing to do.
pub(crate) const fn blame(exit: u8) -> Option<&'static str> {
    Some(match exit {
        1 => "report-not-yet",
        2 => return None,
        3 => "report-environment",
        4 => "report-failure-lesson",
        130 => "report-failure-interrupted",
        _ => "report-failure",
    })
}

/// With a capital, as a sentence that nothing stands before; what is no word (a file, a command)
/// stays as it is.
pub(crate) fn sentence(text: &str) -> String {
    let first = text.split_whitespace().next().unwrap_or_default();
    let mut letters = text.chars();
    match letters.next() {
        Some(letter) if first.trim_end_matches([',', ':']).chars().all(char::is_alphabetic) => {
            letter.to_uppercase().chain(letters).collect()
        }
        _ => text.to_owned(),
    }
}

/// A command that could not be done: whose fault, what, where, and what to do next.
pub(crate) fn failure(pen: Pen, failure: &Failure) -> Vec<Line> {
    let role = if failure.exit == 3 { Role::Environment } else { Role::NotYet };
    let (first, said) = match blame(failure.exit) {
        Some(whose) => (Line::new(role, &format!("{}: ", pen.word(whose))), pen.say(&failure.text)),
        None => (Line::default(), sentence(&pen.say(&failure.text))),
    };
    let span = Span::plain(&said);
    let mut lines = wrap(&[span], &first, &Line::plain("  "), pen.style.measure());
    if let Some(place) = &failure.place {
        lines.extend(excerpt(pen, place, 2));
    }
    if let Some(next) = &failure.next {
        let first = Line::plain("  ").and(Role::Heading, &format!("{}: ", pen.word("report-next")));
        lines.extend(pen.hanging(first, Role::Plain, &pen.say(next)));
    }
    lines
}
