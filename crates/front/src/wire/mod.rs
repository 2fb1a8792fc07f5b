//! What goes over the connections: heads as they come ([`head`]) and as they are written
//! ([`written`]), bodies ([`body`]), and a connection to a peer with what is known of it ([`gauge`]).

pub(crate) mod body;
pub(crate) mod gauge;
pub(crate) mod head;
pub(crate) mod written;
