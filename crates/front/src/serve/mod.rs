//! Requests: from a client's connection to the answer and its line in the log.

pub(crate) mod answer;
pub(crate) mod asking;
pub(crate) mod body;
pub(crate) mod connection;
mod context;
mod files;
mod head;
mod headers;
pub(crate) mod live;
mod logged;
mod outgoing;
mod pages;
mod passing;
mod phases;
pub(crate) mod proxy;
mod reading;
mod rewrite;
#[cfg(test)]
mod tests;
mod tunnel;
mod unread;
mod upstream;
mod uri;
mod variables;
pub(crate) mod wire;
mod written;

pub(crate) use files::reason;
