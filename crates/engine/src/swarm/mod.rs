//! Docker Swarm: several machines as one. [`cluster`] makes such machines on this one.

pub mod cluster;
