//! Consent to what a lesson does: asked before anything of it runs, by its effects, with no as the
//! answer of who says nothing. It is kept with the course's digest, and asked again when the course
//! is another one or the learner's compose files would do more.

use crate::app::Ctx;
use crate::app::error::AppError;
use crate::event::{EffectsView, Event};
use crate::lesson::effects::{self, Effects, Unclear};
use crate::session::Session;
use crate::session::consent::Consent;
use crate::stack::compose::Env;
use crate::text::Text;
use crate::workspace::progress::Agreed;

/// The fewest digits of a digest that stand for it.
pub(crate) const LEAST_DIGITS: usize = 12;
/// How many are shown.
const SHOWN_DIGITS: usize = 16;

/// What somebody would have to agree to.
struct Wanted {
    all: Effects,
    /// Those that nobody has agreed to yet.
    fresh: Effects,
    /// The same course was agreed to before.
    again: bool,
    digest: String,
}

/// The user's own variables, as Compose gets them.
pub(crate) fn environment() -> Env {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

fn unclear(unclear: Unclear) -> AppError {
    let text = Text::new("consent-unclear")
        .with("file", unclear.file)
        .with("line", unclear.line)
        .with("reason", unclear.reason);
    AppError::NotYet { text, next: Some(Text::new("next-mend-file")) }
}

/// Lets the lesson's commands run: at once where all that they do is agreed to, else once the
/// learner says so.
///
/// # Errors
/// The learner says no or cannot be asked; the lesson is faulty; the learner's compose file
/// cannot be read, so that nobody knows what it does.
pub(crate) fn consent(ctx: &Ctx, session: &mut Session) -> Result<(), AppError> {
    if let Some(wanted) = wanted(session)? {
        agree(ctx, session, &wanted)?;
        session.progress.agreed = Some(Agreed {
            digest: session.lesson.digest(),
            effects: wanted.all.iter().map(effects::Effect::mark).collect(),
        });
    }
    session.consent = Some(Consent::given());
    Ok(())
}

/// The same before checks that ask the stack: where the learner's compose file cannot be read,
/// the checks say so, and run nothing.
pub(crate) fn consent_to_checks(ctx: &Ctx, session: &mut Session) -> Result<(), AppError> {
    match consent(ctx, session) {
        Err(AppError::NotYet { .. }) if !session.lesson.is_foreign() => Ok(()),
        other => other,
    }
}

/// Nothing, where all is agreed to.
fn wanted(session: &Session) -> Result<Option<Wanted>, AppError> {
    let env = environment();
    let own = effects::of_lesson(&session.lesson, &env)?;
    let mut present = if session.workspace.is_created() {
        effects::of_workspace(&session.workspace.dir(), &session.lesson.file, &env).map_err(unclear)?
    } else {
        Effects::new()
    };
    present.extend(session.progress.context.as_deref().map(effects::of_context));
    let course = session.lesson.digest();
    let agreed = session.progress.agreed.as_ref().filter(|agreed| agreed.digest == course);
    let is_foreign = session.lesson.is_foreign();
    let more = present.into_iter().filter(|effect| {
        let is_asked = if is_foreign { effect.is_asked() } else { effect.kind.reaches() };
        is_asked && !own.contains(effect)
    });
    let mut all: Effects = more.collect();
    if is_foreign {
        all.extend(own);
    }
    let known =
        |effect: &effects::Effect| agreed.is_some_and(|agreed| agreed.effects.contains(&effect.mark()));
    let fresh: Effects = all.iter().filter(|effect| !known(effect)).cloned().collect();
    // A course that does nothing at all is agreed to as well: by its digest.
    let is_settled = fresh.is_empty() && (agreed.is_some() || !is_foreign);
    // What was agreed to stays so, also while the learner's file does not have it.
    let kept = agreed.map(|agreed| agreed.effects.iter().filter_map(|mark| serde_json::from_str(mark).ok()));
    let digest = effects::digest(&course, &all);
    all.extend(kept.into_iter().flatten());
    Ok((!is_settled).then(|| Wanted { again: agreed.is_some(), all, fresh, digest }))
}

fn agree(ctx: &Ctx, session: &Session, wanted: &Wanted) -> Result<(), AppError> {
    let given = ctx.global.agree.as_ref();
    if given.is_some_and(|given| wanted.digest.starts_with(given.as_str())) {
        return Ok(());
    }
    let shown = &wanted.digest[..SHOWN_DIGITS];
    ctx.emit(Event::Effects(EffectsView {
        lesson: session.lesson.file.id.clone(),
        is_foreign: session.lesson.is_foreign(),
        again: wanted.again,
        digest: wanted.digest.clone(),
        effects: wanted.fresh.iter().cloned().collect(),
    }));
    if given.is_some() {
        return Err(AppError::Usage(Text::new("consent-wrong").with("digest", shown)));
    }
    // `--yes` answers questions about one's own files; this is another one.
    if !ctx.interactive {
        return Err(AppError::Usage(Text::new("consent-needed").with("digest", shown)));
    }
    let key = if session.lesson.is_foreign() { "ask-consent" } else { "ask-consent-own" };
    if ctx.asker.confirm_or_no(&ctx.say(&Text::new(key)))? {
        return Ok(());
    }
    Err(AppError::Usage(Text::new("consent-refused")))
}

/// The digest that `--agree` takes for a lesson that has not been started here.
pub(crate) fn digest_of(lesson: &crate::lesson::Lesson) -> Result<String, AppError> {
    let own = effects::of_lesson(lesson, &environment())?;
    Ok(effects::digest(&lesson.digest(), &own)[..SHOWN_DIGITS].to_owned())
}
