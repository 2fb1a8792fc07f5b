//! The lesson played for somebody who watches. The steps are done and checked by the session, as for
//! a learner; what is a demo's own is here: the folder that it plays in ([`Place`]), the short words
//! in which it is shown ([`Brief`]), what came of each step ([`Tally`]), and for a presenter the
//! stage: events at a human pace and keys ([`stage`]), recordings ([`cast`]).

pub(crate) mod board;
#[cfg(unix)]
pub(crate) mod bottom;
mod brief;
pub(crate) mod cast;
pub(crate) mod cue;
#[cfg(unix)]
mod decoder;
pub(crate) mod drift;
pub(crate) mod pace;
mod place;
#[cfg(unix)]
pub(crate) mod replay;
pub(crate) mod schedule;
#[cfg(unix)]
pub(crate) mod screen;
#[cfg(unix)]
pub(crate) mod stage;
mod tally;
#[cfg(unix)]
pub(crate) mod timer;
#[cfg(unix)]
mod tty;
#[cfg(unix)]
mod typing;

pub(crate) use brief::{Brief, changes};
pub(crate) use place::{Place, PlaceError};
pub(crate) use tally::Tally;
