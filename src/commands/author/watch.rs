//! `author watch`: on every save the lesson is read anew: the page in the browser first, then what
//! changed in the terminal, then what is wrong with it.

use std::time::Duration;

use notify::RecursiveMode;
use notify_debouncer_full::new_debouncer;
use tokio::sync::mpsc;

use super::course::{at_course, root, wanted};
use super::page::Page;
use crate::app::Ctx;
use crate::app::error::AppError;
use crate::commands::validate;
use crate::commands::watch::fingerprint;
use crate::event::{Event, Tone};
use crate::lesson::markdown::Prose;
use crate::report::handout::Handout;
use crate::text::{Lang, Text};

/// Editors write a file in several goes.
const DEBOUNCE: Duration = Duration::from_millis(20);
/// Some file systems (WSL's, network shares) report no change; the files are looked at as well.
const POLL: Duration = Duration::from_millis(500);

pub(super) async fn run(ctx: &Ctx, lesson: Option<&str>, port: Option<u16>) -> Result<u8, AppError> {
    let ctx = &at_course(ctx)?;
    let name = wanted(ctx, lesson)?;
    let lessons = root(ctx)?.join("lessons");
    let course = root(ctx)?;
    let (saved, mut saves) = mpsc::unbounded_channel();
    let debouncer = new_debouncer(DEBOUNCE, None, move |_| {
        let _ = saved.send(());
    });
    let _watching = debouncer.ok().and_then(|mut debouncer| {
        debouncer.watch(&course, RecursiveMode::Recursive).ok()?;
        Some(debouncer)
    });
    let page = Page::serve(port.unwrap_or(0)).await?;
    let text = Text::new("author-watching").with("dir", lessons.display().to_string());
    ctx.notice(Tone::Info, text.with("address", format!("http://{}", page.address)));
    let mut shown = Vec::new();
    let mut before = None;
    loop {
        let now = (fingerprint(&lessons), fingerprint(&course.join("complete")));
        if before.as_ref() != Some(&now) {
            before = Some(now);
            look(ctx, &name, &page, &mut shown).await;
        }
        tokio::select! {
            event = saves.recv() => if event.is_none() { tokio::time::sleep(POLL).await },
            () = tokio::time::sleep(POLL) => {}
        }
    }
}

/// Shows the lesson as it is now, and says what is wrong; nothing of it ends the watch.
async fn look(ctx: &Ctx, name: &str, page: &Page, shown: &mut Vec<(Lang, Prose)>) {
    let catalog = ctx.library.primary();
    let lesson = match catalog.find(name) {
        Ok(lesson) => lesson,
        Err(_) => {
            validate::faults_of(&catalog, name).into_iter().for_each(|fault| validate::say(ctx, &fault));
            return;
        }
    };
    let engine = ctx.global.engine.kind().unwrap_or_default();
    if let Ok(prose) = lesson.prose(ctx.lang) {
        let prose = prose.in_words_of(engine);
        let glossary = catalog.glossary(ctx.lang).ok().flatten();
        let (lesson, prose, glossary) = (&lesson, &prose, glossary.as_ref());
        page.show(&Handout { lesson, prose, glossary, engine, lang: ctx.lang }.render());
    }
    let texts: Vec<(Lang, Prose)> =
        lesson.file.languages.iter().filter_map(|lang| Some((*lang, lesson.prose(*lang).ok()?))).collect();
    for (lang, prose) in &texts {
        if let Some((_, old)) = shown.iter().find(|(known, _)| known == lang) {
            changed(ctx, old, prose);
        }
    }
    *shown = texts;
    let checked = lesson.clone();
    // The page is asked for meanwhile.
    let faults = tokio::task::spawn_blocking(move || checked.faults()).await.unwrap_or_default();
    faults.iter().for_each(|fault| validate::say(ctx, &validate::Fault::of(&lesson, fault.clone())));
    if faults.is_empty() {
        let text = Text::new("app-sound").with("lesson", lesson.dir.as_str());
        ctx.notice(Tone::Done, text.with("count", lesson.file.steps.len()));
    }
}

/// The steps whose words are others now.
fn changed(ctx: &Ctx, old: &Prose, new: &Prose) {
    for step in &new.steps {
        let before = old.steps.iter().find(|before| before.id == step.id);
        let same = before.is_some_and(|before| (&before.title, &before.body) == (&step.title, &step.body));
        if !same {
            ctx.emit(Event::Intro { title: step.title.clone(), blocks: step.body.clone() });
        }
    }
}
