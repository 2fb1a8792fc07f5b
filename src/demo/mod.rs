//! The lesson played for somebody who watches. The steps are done and checked by the session, as for
//! a learner; what is a demo's own is here: the folder that it plays in ([`Place`]), the short words
//! in which it is shown ([`Brief`]), what came of each step ([`Tally`]), and for a presenter the
//! stage: events at a human pace and keys ([`stage`]), recordings ([`cast`]).

pub mod board;
#[cfg(unix)]
pub mod bottom;
mod brief;
pub mod cast;
pub mod cue;
pub mod drift;
#[cfg(unix)]
pub mod keys;
pub mod pace;
mod place;
#[cfg(unix)]
pub mod replay;
pub mod schedule;
#[cfg(unix)]
pub mod screen;
#[cfg(unix)]
mod signals;
#[cfg(unix)]
pub mod stage;
mod tally;
#[cfg(unix)]
pub mod timer;
#[cfg(unix)]
mod tty;
#[cfg(unix)]
mod typing;

pub use brief::{Brief, changes};
pub use place::{Place, PlaceError};
pub use tally::Tally;

/// Rows and columns of the terminal now.
pub fn screen_size() -> (usize, usize) {
    let (rows, columns) = console::Term::stdout().size();
    (usize::from(rows), usize::from(columns))
}
