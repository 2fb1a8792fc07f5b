//! `notes`: the speaker notes in a second terminal. It follows the demo of this folder by the small
//! file that the demo keeps; before there is one it waits, and it says when the demo has ended.

use std::path::Path;
use std::time::{Duration, SystemTime};

use notify::{RecursiveMode, Watcher};
use tokio::sync::mpsc;

use crate::app::error::{AppError, exit};
use crate::app::{Ctx, arrival};
use crate::demo::Place;
use crate::demo::board::Board;
use crate::demo::cue::Cue;
use crate::demo::plan;
use crate::demo::schedule::{Schedule, Standing, clock};
use crate::event::{Event, NotesStep, NotesView};
use crate::lesson::Lesson;
use crate::lesson::markdown::Prose;
use crate::report::Streams;
use crate::signals;
use crate::text::{Arg, Text};

/// Where changes are not told (some file systems), and before there is a folder, it is looked for.
const POLL: Duration = Duration::from_millis(400);

pub(crate) async fn run(ctx: &Ctx, wanted: Option<&str>) -> Result<u8, AppError> {
    let workspace = ctx.workspace()?;
    // Before a demo there may be nothing; what lies there must be this program's own.
    arrival::enter(ctx, &workspace)?;
    let dir = Place::root_in(&workspace);
    let cue = Cue::load(&dir);
    let id = match (wanted, &cue) {
        (Some(id), _) => id.to_owned(),
        (None, Some(cue)) => cue.lesson.clone(),
        (None, None) => ctx.library.primary().names()?.into_iter().next().unwrap_or_default(),
    };
    let lesson = ctx.library.find(&id)?;
    let page = Page { prose: lesson.prose(ctx.lang)?, lesson };
    let Streams { out, style, .. } = Streams::standard(ctx.global.no_color);
    if !ctx.interactive || !style.terminal {
        ctx.emit(Event::Notes(page.view(cue.as_ref(), false)));
        return Ok(exit::PASS);
    }
    let board = Board::new(out, style, ctx.lang).map_err(|error| AppError::Terminal(error.to_string()))?;
    tokio::select! {
        biased;
        () = signals::interrupted() => Ok(exit::PASS),
        () = signals::told_to_end() => Err(AppError::Interrupted),
        () = follow(board, &page, &dir) => Ok(exit::PASS),
    }
}

async fn follow(mut board: Board, page: &Page, dir: &Path) {
    let (changed, mut changes) = mpsc::unbounded_channel();
    let watcher = notify::recommended_watcher(move |_| {
        let _ = changed.send(());
    });
    let mut watcher = watcher.ok();
    let mut watching = false;
    let mut seen = false;
    let mut at = None;
    loop {
        let cue = Cue::load(dir).filter(|cue| cue.lesson == page.lesson.file.id);
        seen |= cue.as_ref().is_some_and(Cue::is_live);
        let step = cue.as_ref().and_then(|cue| cue.step);
        if std::mem::replace(&mut at, step) != step {
            board.begin();
        }
        board.show(&Event::Notes(page.view(cue.as_ref(), seen)));
        // A demo's folder comes and goes with it.
        if !dir.is_dir() {
            watching = false;
        } else if let Some(watcher) = watcher.as_mut().filter(|_| !watching) {
            watching = watcher.watch(dir, RecursiveMode::NonRecursive).is_ok();
        }
        tokio::select! {
            Some(()) = changes.recv() => while changes.try_recv().is_ok() {},
            go_on = board.scrolled() => if !go_on { return },
            () = tokio::time::sleep(POLL) => {}
        }
    }
}

struct Page {
    lesson: Lesson,
    prose: Prose,
}

impl Page {
    /// `seen`: a demo was playing a moment ago.
    fn view(&self, cue: Option<&Cue>, seen: bool) -> NotesView {
        let count = self.lesson.file.steps.len();
        let (standing, at) = match cue {
            Some(cue) if cue.is_live() => (self.standing(cue), cue.step.unwrap_or(cue.first)),
            Some(cue) => (vec![Text::new("notes-ended")], cue.step.unwrap_or(cue.first)),
            None if seen => (vec![Text::new("notes-ended")], 0),
            None => (vec![Text::new("notes-waiting").with("lesson", self.lesson.file.id.as_str())], 0),
        };
        let steps = (at..count.min(at + 2)).map(|index| self.step(index)).collect();
        NotesView { standing, steps }
    }

    fn step(&self, index: usize) -> NotesStep {
        let step = &self.lesson.file.steps[index];
        let prose = self.prose.steps.iter().find(|prose| prose.id == step.id);
        NotesStep {
            number: index + 1,
            title: prose.map(|prose| prose.title.clone()).unwrap_or_default(),
            minutes: step.minutes,
            notes: prose.and_then(|prose| prose.notes.clone()),
        }
    }

    fn standing(&self, cue: &Cue) -> Vec<Text> {
        let steps = &self.lesson.file.steps;
        let plan = Schedule::new(cue.plan.iter().copied());
        let elapsed = cue.elapsed(SystemTime::now());
        let Some(step) = cue.step else { return vec![Text::new("notes-before")] };
        let place = Text::new("notes-place")
            .with("number", step + 1)
            .with("of", steps.len())
            .with("time", clock(elapsed))
            .with("planned", clock(plan.whole()));
        let standing = match plan.standing(step.saturating_sub(cue.first), elapsed) {
            _ if cue.paused => Text::new("notes-paused"),
            Standing::OnTime => Text::new("notes-on-time"),
            Standing::Ahead(by) => Text::new("notes-ahead").with("by", clock(by)),
            Standing::Behind(by) => Text::new("notes-behind").with("by", clock(by)),
        };
        let pace = Some(&cue.pace).filter(|pace| !matches!(pace.as_str(), "" | "1"));
        let pace = pace.map(|pace| Text::new("demo-speed").with("pace", Arg::Word(pace.clone())));
        let said = [&cue.aside, &cue.room, &cue.prompt].into_iter().flatten().map(Text::verbatim);
        let late = matches!(standing.key, "notes-behind").then(|| self.can_go(cue, step)).flatten();
        [place, standing].into_iter().chain(late).chain(pace).chain(said).collect()
    }

    /// A step still to come that a talk can do without.
    fn can_go(&self, cue: &Cue, at: usize) -> Option<Text> {
        let planned = cue.plan.iter().enumerate().map(|(place, seconds)| (cue.first + place, *seconds));
        let mut ahead = planned.filter(|(step, seconds)| *step > at && *seconds > 0);
        let (step, seconds) =
            ahead.find(|(step, _)| self.lesson.file.steps.get(*step).is_some_and(plan::can_go))?;
        let text = Text::new("notes-leave-out").with("number", step + 1);
        Some(
            text.with("title", self.step(step).title)
                .with("time", clock(Duration::from_secs(seconds.into()))),
        )
    }
}
