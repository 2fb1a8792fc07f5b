//! [`Deadline`]: a time limit for one request after the other, at the cost of one timer in a while.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Poll, ready};
use std::time::Instant;

use tokio::time::Sleep;

/// The timer stays at the time limit of an earlier request; only when it goes off is it set again,
/// to the limit of the request that is under way then. Limits must not go back in time.
pub(super) struct Deadline {
    timer: Option<Pin<Box<Sleep>>>,
}

/// The time was over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Elapsed;

impl Deadline {
    pub(super) const fn new() -> Self {
        Self { timer: None }
    }

    /// What `future` comes to, or [`Elapsed`] at `limit`.
    pub(super) async fn hold<F: Future>(&mut self, limit: Instant, future: F) -> Result<F::Output, Elapsed> {
        let mut future = pin!(future);
        let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(limit.into())));
        poll_fn(|context| {
            if let Poll::Ready(output) = future.as_mut().poll(context) {
                return Poll::Ready(Ok(output));
            }
            loop {
                ready!(timer.as_mut().poll(context));
                if Instant::now() >= limit {
                    return Poll::Ready(Err(Elapsed));
                }
                timer.as_mut().reset(limit.into());
            }
        })
        .await
    }
}
