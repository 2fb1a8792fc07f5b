//! What is said and done where a command is cut off: what a check changed is brought back, and what
//! is half-done is named, with the command that goes on.

use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use crate::app::error::AppError;
use crate::app::{Ctx, consent};
use crate::engine::Finding;
use crate::engine::FindingState;
use crate::event::Tone;
use crate::session::Session;
use crate::session::back::{Back, by_hand};
use crate::text::Text;
use crate::workspace::owed::{Ledger, Owed, OwedError};

/// How long bringing the stack back may take once the program was told to end.
const PAYS: Duration = Duration::from_secs(60);
/// How often the ledger is looked at that a worker still holds.
const POLL: Duration = Duration::from_millis(50);

/// Something that would be half-done if it were cut off now.
#[derive(Clone, Debug)]
pub(crate) struct Half {
    pub text: Text,
    pub next: Text,
}

fn halves(ctx: &Ctx) -> MutexGuard<'_, Vec<Half>> {
    ctx.half_done.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Does `work`; where that is cut off, `half` is what is said.
pub(crate) async fn during<T>(ctx: &Ctx, half: Half, work: impl Future<Output = T>) -> T {
    halves(ctx).push(half);
    let done = work.await;
    halves(ctx).pop();
    done
}

/// After an interruption: brings back what a check changed, and says what is half-done. `again`
/// is the word not to wait for that.
pub(crate) async fn interrupted(ctx: &Ctx, again: impl Future<Output = ()>) -> AppError {
    let half = halves(ctx).drain(..).next();
    let private = match ctx.workspace() {
        Ok(workspace) => workspace.private(),
        Err(error) => return error,
    };
    if Ledger::is_open(&private) {
        ctx.notice(Tone::Warning, Text::new("owed-bringing-back").with("seconds", PAYS.as_secs()));
        let paid = tokio::select! {
            biased;
            () = again => Err(None),
            () = tokio::time::sleep(PAYS) => Err(None),
            paid = pay_late(ctx, &private) => paid,
        };
        if let Err(why) = paid {
            return owed_still(ctx, why);
        }
    }
    match half {
        Some(Half { text, next }) => AppError::Cut { text, next: Some(next) },
        None => AppError::Interrupted,
    }
}

/// Whoever was at it when the program was told to end has the ledger a moment longer.
async fn pay_late(ctx: &Ctx, private: &std::path::Path) -> Result<(), Option<Text>> {
    let ledger = loop {
        match Ledger::take(private, Duration::ZERO) {
            Ok(ledger) => break ledger,
            Err(OwedError::Held { .. }) => tokio::time::sleep(POLL).await,
            Err(error) => return Err(Some(error.text())),
        }
    };
    let Some(owed) = ledger.read().map_err(|error| Some(error.text()))? else { return Ok(()) };
    let mut session = ctx.session().map_err(|error| Some(error.text()))?;
    // Agreed to when the check began.
    consent::consent(ctx, &mut session).map_err(|error| Some(error.text()))?;
    let back = session.bring_back(&ledger, &owed).await.map_err(|unpaid| Some(unpaid.text()))?;
    said_back(ctx, &owed, back);
    Ok(())
}

/// It could not be brought back, or nobody waited for it.
fn owed_still(ctx: &Ctx, why: Option<Text>) -> AppError {
    let session = ctx.session().ok();
    let owed = session.as_ref().and_then(|session| Some((session, session.owed()?)));
    let text = match (why, owed) {
        (Some(why), _) => why,
        (None, Some((session, owed))) => Text::new("owed-left")
            .with("check", owed.check.as_str())
            .with("command", by_hand(&owed, session.engine.kind(), &session.project().name)),
        (None, None) => Text::new("owed-left-somewhere"),
    };
    AppError::Cut { text, next: Some(Text::new("next-owed")) }
}

fn said_back(ctx: &Ctx, owed: &Owed, back: Back) {
    let key = match back {
        Back::Same | Back::Brought => "owed-back",
        Back::Gone => "owed-gone",
    };
    ctx.notice(Tone::Done, Text::new(key).with("check", owed.check.as_str()));
}

/// Brings back what a run that was killed left, before anything else touches the stack. Where
/// that fails it is said, and the command goes on.
pub(crate) async fn pay(ctx: &Ctx, session: &mut Session) -> Result<(), AppError> {
    let private = session.workspace.private();
    if !Ledger::is_open(&private) {
        return Ok(());
    }
    let owed = match Ledger::take(&private, Duration::ZERO) {
        Ok(ledger) => ledger.read().map(|owed| owed.map(|owed| (ledger, owed))),
        Err(error) => Err(error),
    };
    let (ledger, owed) = match owed {
        Ok(Some(found)) => found,
        Ok(None) => return Ok(()),
        Err(error) => {
            ctx.notice(Tone::Warning, error.text());
            return Ok(());
        }
    };
    consent::consent(ctx, session)?;
    ctx.notice(Tone::Warning, Text::new("owed-paying").with("check", owed.check.as_str()));
    match session.bring_back(&ledger, &owed).await {
        Ok(back) => said_back(ctx, &owed, back),
        Err(unpaid) => ctx.notice(Tone::Warning, unpaid.text()),
    }
    Ok(())
}

/// What is owed, for `status` and `doctor`.
pub(crate) fn owed_finding(session: &Session) -> Option<Finding> {
    let owed = session.owed()?;
    let seen = Text::new("owed-seen").with("check", owed.check.as_str());
    let command = by_hand(&owed, session.engine.kind(), &session.project().name);
    Some(Finding {
        subject: Text::new("doctor-owed"),
        state: FindingState::Warning,
        seen,
        fix: Some(Text::new("doctor-owed-fix").with("command", command)),
    })
}

/// The stack is gone: nothing is owed to it.
pub(crate) fn strike(session: &Session) -> Result<(), AppError> {
    let private = session.workspace.private();
    if Ledger::is_open(&private) {
        Ledger::take(&private, Duration::ZERO)?.strike()?;
    }
    Ok(())
}
