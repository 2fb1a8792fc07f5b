//! Who listens to what happens, each in one function here. All hear the same stream ([`Emit`]): one
//! of them has the terminal, the others hear beside it. A further one (a page, a log) is a function
//! here and an `and` where the stream begins ([`Ctx::new`](crate::app::Ctx::new)).
//!
//! [`Emit`]: crate::emit::Emit

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc::UnboundedSender;

use crate::event::{Event, Notice};
use crate::report::Reporter;
use crate::room::Telling;

/// A reporter, to be finished by whoever shares it.
pub(crate) fn reporter(shared: &Arc<Mutex<Box<dyn Reporter>>>) -> impl Fn(&Event) + use<> {
    let shared = Arc::clone(shared);
    move |event| shared.lock().unwrap_or_else(PoisonError::into_inner).event(event)
}

/// Keeps the notices, for a screen that opens later.
pub(crate) fn notices(kept: &Arc<Mutex<Vec<Notice>>>) -> impl Fn(&Event) + use<> {
    let kept = Arc::clone(kept);
    move |event| {
        if let Event::Notice(notice) = event {
            kept.lock().unwrap_or_else(PoisonError::into_inner).push(notice.clone());
        }
    }
}

/// The room that the learner is in; what it is not told, it does not hear of.
pub(crate) fn room(telling: &Arc<Telling>) -> impl Fn(&Event) + use<> {
    let telling = Arc::clone(telling);
    move |event| telling.hear(event)
}

/// Somebody at the other end of a channel: the stage of a demo, which shows events at its own pace,
/// or the full-screen view. Who no longer listens has ended it.
pub(crate) fn channel<T: Send>(to: UnboundedSender<T>, as_one: fn(Event) -> T) -> impl Fn(&Event) {
    move |event| drop(to.send(as_one(event.clone())))
}
