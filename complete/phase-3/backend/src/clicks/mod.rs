//! Clicks on their way to the database: counted in Redis with the redirect, or
//! in this server's [`Memory`] while Redis is away, and written back in
//! batches by the [`Writer`].

mod memory;
mod writer;

use std::collections::HashMap;

use uuid::Uuid;

pub use memory::Memory;
pub use writer::Writer;

/// Clicks that go on together, once: whoever takes them keeps the id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    pub id: String,
    /// Clicks by the number behind the code.
    pub counts: HashMap<u64, u64>,
}

impl Batch {
    pub fn new_id() -> String {
        Uuid::new_v4().to_string()
    }

    /// How many clicks there are.
    pub fn clicks(&self) -> u64 {
        self.counts.values().sum()
    }
}
