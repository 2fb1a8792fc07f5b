//! The lesson played for somebody who watches. The steps are done and checked by the session, as for
//! a learner; what is a demo's own is here: the folder that it plays in ([`Place`]), the short words
//! in which it is shown ([`Brief`]), what came of each step ([`Tally`]), and for a presenter the
//! stage: events at a human pace and keys ([`stage`]), recordings ([`cast`]).

pub(crate) mod board;
pub(crate) mod bottom;
mod brief;
pub(crate) mod cast;
pub(crate) mod cue;
mod decoder;
pub(crate) mod drift;
pub(crate) mod explain;
pub(crate) mod outline;
pub(crate) mod pace;
mod place;
pub(crate) mod plan;
mod reflow;
pub(crate) mod rehearsal;
pub(crate) mod replay;
pub(crate) mod schedule;
pub(crate) mod screen;
pub(crate) mod stage;
mod tally;
pub(crate) mod timer;
mod tty;
mod typing;

pub(crate) use brief::{Brief, changes};
pub(crate) use place::{Place, PlaceError};
pub(crate) use tally::Tally;
