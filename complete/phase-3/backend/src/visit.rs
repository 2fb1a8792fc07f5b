//! One request and the databases: what it asks of them, and which one answered it ([`Visit`]).

use std::sync::{Arc, Mutex, PoisonError};

use crate::database::Position;

/// What a request brings along, and what its answer says of the databases.
#[derive(Debug, Default)]
pub struct Visit {
    /// The cache is not asked: `Cache-Control: no-cache`.
    pub past_cache: bool,
    /// What the caller has written: it is in what is read now.
    pub after: Option<Position>,
    told: Mutex<Told>,
}

/// What an answer says.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// The database that served it last; none where the cache did.
    pub database: Option<Arc<str>>,
    /// Where in the primary's history its write stands.
    pub written: Option<Position>,
}

impl Visit {
    pub fn new(past_cache: bool, after: Option<Position>) -> Self {
        Self { past_cache, after, told: Mutex::default() }
    }

    /// This database serves it.
    pub fn served_by(&self, database: Arc<str>) {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).database = Some(database);
    }

    /// It wrote, and this is where.
    pub fn wrote(&self, position: Position) {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).written = Some(position);
    }

    /// What has been told so far.
    pub fn told(&self) -> Told {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
