//! The lesson played for somebody who watches. The steps are done and checked by the session, as for
//! a learner; what is a demo's own is here: the folder that it plays in ([`Place`]), the short words
//! in which it is shown ([`Brief`]), and what came of each step ([`Tally`]).

mod brief;
mod place;
mod tally;

pub use brief::Brief;
pub use place::{Place, PlaceError};
pub use tally::Tally;
