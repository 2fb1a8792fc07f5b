//! What is said and done where a command is cut off: what a check changed is brought back, and what
//! is half-done is named, with the command that goes on.

use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use super::error::AppError;
use super::{App, Session};
use crate::engine::Finding;
use crate::engine::FindingState;
use crate::event::Tone;
use crate::session::back::{Back, by_hand};
use crate::text::Text;
use crate::workspace::owed::{Ledger, Owed, OwedError};

/// How long bringing the stack back may take once the program was told to end.
const PAYS: Duration = Duration::from_secs(60);
/// How often the ledger is looked at that a worker still holds.
const POLL: Duration = Duration::from_millis(50);

/// Something that would be half-done if it were cut off now.
#[derive(Clone, Debug)]
pub(super) struct Half {
    pub text: Text,
    pub next: Text,
}

impl App {
    fn halves(&self) -> MutexGuard<'_, Vec<Half>> {
        self.half_done.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does `work`; where that is cut off, `half` is what is said.
    pub(super) async fn during<T>(&self, half: Half, work: impl Future<Output = T>) -> T {
        self.halves().push(half);
        let done = work.await;
        self.halves().pop();
        done
    }

    /// After an interruption: brings back what a check changed, and says what is half-done. `again`
    /// is the word not to wait for that.
    pub(super) async fn interrupted(&self, again: impl Future<Output = ()>) -> AppError {
        let half = self.halves().drain(..).next();
        let private = match self.workspace() {
            Ok(workspace) => workspace.private(),
            Err(error) => return error,
        };
        if Ledger::is_open(&private) {
            self.notice(Tone::Warning, Text::new("owed-bringing-back").with("seconds", PAYS.as_secs()));
            let paid = tokio::select! {
                biased;
                () = again => Err(None),
                () = tokio::time::sleep(PAYS) => Err(None),
                paid = self.pay_late(&private) => paid,
            };
            if let Err(why) = paid {
                return self.owed_still(why);
            }
        }
        match half {
            Some(Half { text, next }) => AppError::Cut { text, next: Some(next) },
            None => AppError::Interrupted,
        }
    }

    /// Whoever was at it when the program was told to end has the ledger a moment longer.
    async fn pay_late(&self, private: &std::path::Path) -> Result<(), Option<Text>> {
        let ledger = loop {
            match Ledger::take(private, Duration::ZERO) {
                Ok(ledger) => break ledger,
                Err(OwedError::Held { .. }) => tokio::time::sleep(POLL).await,
                Err(error) => return Err(Some(error.text())),
            }
        };
        let Some(owed) = ledger.read().map_err(|error| Some(error.text()))? else { return Ok(()) };
        let mut desk = self.desk().map_err(|error| Some(error.text()))?;
        // Agreed to when the check began.
        self.consent(&mut desk).map_err(|error| Some(error.text()))?;
        let back = desk.bring_back(&ledger, &owed).await.map_err(|unpaid| Some(unpaid.text()))?;
        self.said_back(&owed, back);
        Ok(())
    }

    /// It could not be brought back, or nobody waited for it.
    fn owed_still(&self, why: Option<Text>) -> AppError {
        let desk = self.desk().ok();
        let owed = desk.as_ref().and_then(|desk| Some((desk.engine.kind(), desk.owed()?)));
        let text = match (why, owed) {
            (Some(why), _) => why,
            (None, Some((kind, owed))) => Text::new("owed-left")
                .with("check", owed.check.as_str())
                .with("command", by_hand(&owed, kind)),
            (None, None) => Text::new("owed-left-somewhere"),
        };
        AppError::Cut { text, next: Some(Text::new("next-owed")) }
    }

    fn said_back(&self, owed: &Owed, back: Back) {
        let key = match back {
            Back::Same | Back::Brought => "owed-back",
            Back::Gone => "owed-gone",
        };
        self.notice(Tone::Done, Text::new(key).with("check", owed.check.as_str()));
    }

    /// Brings back what a run that was killed left, before anything else touches the stack. Where
    /// that fails it is said, and the command goes on.
    pub(super) async fn pay(&self, desk: &mut Session) -> Result<(), AppError> {
        let private = desk.workspace.private();
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
                self.notice(Tone::Warning, error.text());
                return Ok(());
            }
        };
        self.consent(desk)?;
        self.notice(Tone::Warning, Text::new("owed-paying").with("check", owed.check.as_str()));
        match desk.bring_back(&ledger, &owed).await {
            Ok(back) => self.said_back(&owed, back),
            Err(unpaid) => self.notice(Tone::Warning, unpaid.text()),
        }
        Ok(())
    }

    /// What is owed, for `status` and `doctor`.
    pub(super) fn owed_finding(&self, desk: &Session) -> Option<Finding> {
        let owed = desk.owed()?;
        let seen = Text::new("owed-seen").with("check", owed.check.as_str());
        let command = by_hand(&owed, desk.engine.kind());
        Some(Finding {
            subject: Text::new("doctor-owed"),
            state: FindingState::Warning,
            seen,
            fix: Some(Text::new("doctor-owed-fix").with("command", command)),
        })
    }

    /// The stack is gone: nothing is owed to it.
    pub(super) fn strike(&self, desk: &Session) -> Result<(), AppError> {
        let private = desk.workspace.private();
        if Ledger::is_open(&private) {
            Ledger::take(&private, Duration::ZERO)?.strike()?;
        }
        Ok(())
    }
}
