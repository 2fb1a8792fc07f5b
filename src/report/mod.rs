//! Reporters: the only place that prints. Each turns [`Event`](crate::event::Event)s into one
//! output format.
