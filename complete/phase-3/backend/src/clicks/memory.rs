//! Clicks that Redis could not take: [`Memory`].

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Batch;
use crate::codes::Code;

/// Clicks of so many codes are held; of further codes they are dropped.
const MOST_CODES: usize = 100_000;
/// So many codes go on together.
const TOGETHER: usize = 1000;

/// Clicks that wait in this server.
#[derive(Debug, Default)]
pub struct Memory(Mutex<Held>);

#[derive(Debug, Default)]
struct Held {
    counts: HashMap<u64, u64>,
    /// On its way; kept until it is known to have arrived.
    going: Option<Batch>,
    dropped: u64,
    in_doubt: u64,
}

impl Memory {
    /// Counts a click.
    pub fn add(&self, code: Code) {
        let mut held = self.held();
        if held.counts.len() >= MOST_CODES && !held.counts.contains_key(&code.number()) {
            held.dropped += 1;
        } else {
            *held.counts.entry(code.number()).or_default() += 1;
        }
    }

    /// Counts a click unless it turns out to have been counted elsewhere; in
    /// doubt for as long as that takes.
    pub fn add_unless(memory: &Arc<Self>, code: Code, counted: impl Future<Output = bool> + Send + 'static) {
        let memory = Arc::clone(memory);
        memory.held().in_doubt += 1;
        tokio::spawn(async move {
            let counted = counted.await;
            memory.held().in_doubt -= 1;
            if !counted {
                memory.add(code);
            }
        });
    }

    /// How many clicks are in doubt.
    pub fn in_doubt(&self) -> u64 {
        self.held().in_doubt
    }

    /// Some of the clicks, to be sent on: the same ones again until
    /// [`Memory::arrived`].
    pub fn batch(&self) -> Option<Batch> {
        let mut held = self.held();
        if held.going.is_none() && !held.counts.is_empty() {
            let codes: Vec<u64> = held.counts.keys().copied().take(TOGETHER).collect();
            let counts = codes.into_iter().filter_map(|code| held.counts.remove_entry(&code)).collect();
            held.going = Some(Batch { id: Batch::new_id(), counts });
        }
        held.going.clone()
    }

    /// The batch has arrived.
    pub fn arrived(&self, batch: &Batch) {
        let mut held = self.held();
        if held.going.as_ref().is_some_and(|going| going.id == batch.id) {
            held.going = None;
        }
    }

    /// How many clicks are here.
    pub fn clicks(&self) -> u64 {
        let held = self.held();
        held.counts.values().sum::<u64>() + held.going.as_ref().map_or(0, Batch::clicks)
    }

    /// How many clicks were dropped since this was last asked.
    pub fn take_dropped(&self) -> u64 {
        std::mem::take(&mut self.held().dropped)
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(number: u64) -> Code {
        Code::of(number).unwrap()
    }

    #[test]
    fn a_batch_stays_the_same_until_it_has_arrived() {
        let memory = Memory::default();
        assert_eq!(memory.batch(), None);
        memory.add(code(1));
        memory.add(code(1));
        let batch = memory.batch().unwrap();
        memory.add(code(1));
        assert_eq!(batch.counts, HashMap::from([(1, 2)]));
        assert_eq!(memory.batch(), Some(batch.clone()));
        assert_eq!(memory.clicks(), 3);
        memory.arrived(&batch);
        let next = memory.batch().unwrap();
        assert_eq!(next.counts, HashMap::from([(1, 1)]));
        assert_ne!(next.id, batch.id);
        memory.arrived(&batch);
        assert_eq!(memory.batch(), Some(next.clone()));
        memory.arrived(&next);
        assert_eq!((memory.batch(), memory.clicks()), (None, 0));
    }

    #[test]
    fn there_is_a_bound_and_what_is_beyond_it_is_counted() {
        let memory = Memory::default();
        for number in 0..MOST_CODES as u64 + 5 {
            memory.add(code(number));
        }
        memory.add(code(0));
        assert_eq!(memory.take_dropped(), 5);
        assert_eq!(memory.take_dropped(), 0);
        let mut arrived = 0;
        while let Some(batch) = memory.batch() {
            assert!(batch.counts.len() <= TOGETHER);
            arrived += batch.clicks();
            memory.arrived(&batch);
        }
        assert_eq!(arrived, MOST_CODES as u64 + 1);
    }
}
