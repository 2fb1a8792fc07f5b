//! The balancing as a state machine.
