//! A peer in use: [`Lease`].

use std::sync::Arc;

use super::Group;
use super::peers::{Pick, Turn};

/// A peer that was picked and must be given back, whatever becomes of the request.
pub(crate) struct Lease {
    pub group: Arc<Group>,
    pub pick: Pick,
    pub turn: Turn,
    pub held: bool,
}

impl Lease {
    /// Gives it back; whether the peer is now out for a while.
    pub(crate) fn free(&mut self, failed: bool) -> bool {
        self.held = false;
        self.group.free(&self.pick, &mut self.turn, failed)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if self.held {
            self.free(false);
        }
    }
}
