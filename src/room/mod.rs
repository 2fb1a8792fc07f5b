//! A learner in a room, and a presenter's demo with one: what is said over the protocol of
//! [`workshop_room::protocol`], and how it gets there. A [`Seat`] is kept with the user's own state;
//! what happens is written down in an [`outbox`] at once and sent by a process of its own
//! ([`sender`]), so that no command waits for a room.

mod address;
mod client;
pub(crate) mod outbox;
mod presenter;
mod seat;
pub(crate) mod sender;
mod stream;
mod telling;

pub(crate) use self::address::Address;
pub(crate) use self::client::{Client, Trouble};
pub(crate) use self::presenter::{Clock, Presenter, Voted};
pub(crate) use self::seat::{Member, Seat};
pub(crate) use self::telling::{Here, Telling};
