//! Work that takes its time, on a thread of its own: how far it is is shown, and it ends with the
//! command.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::app::Ctx;
use crate::app::error::AppError;
use crate::courses::bundle::GoOn;
use crate::event::Event;
use crate::text::Text;

/// How often it is shown how far it is.
const OFTEN: Duration = Duration::from_millis(200);

/// Tells the thread that nobody waits for it any more.
struct Stop(Arc<AtomicBool>);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Does `work`, which is `words`, with how much of how much of it is done.
///
/// # Errors
/// Those of the work.
pub(in crate::commands) async fn at_work<T: Send + 'static>(
    ctx: &Ctx,
    words: Text,
    work: impl FnOnce(GoOn<'_>) -> Result<T, AppError> + Send + 'static,
) -> Result<T, AppError> {
    let stop = Arc::new(AtomicBool::new(false));
    let _stop = Stop(Arc::clone(&stop));
    let emit = ctx.emit.clone();
    let doing = tokio::task::spawn_blocking(move || {
        let mut told: Option<Instant> = None;
        work(&mut |done, of| {
            if told.is_none_or(|told| told.elapsed() >= OFTEN) {
                told = Some(Instant::now());
                let text = Text::new("bundle-progress").with("what", words.clone());
                emit.say(&Event::Progress(text.with("done", size(done)).with("of", size(of))));
            }
            !stop.load(Ordering::Relaxed)
        })
    });
    doing.await.unwrap_or(Err(AppError::Interrupted))
}

/// In MiB, or in KiB where that is less than one.
pub(in crate::commands) fn size(bytes: u64) -> String {
    let (unit, name) = if bytes < 1 << 20 { (10, "KiB") } else { (20, "MiB") };
    let tenths = bytes.saturating_mul(10) >> unit;
    format!("{}.{} {name}", tenths / 10, tenths % 10)
}
