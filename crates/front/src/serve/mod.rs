//! Requests: from a client's connection to the answer and its line in the log.

mod answer;
pub(crate) mod asking;
mod body;
mod client;
pub(crate) mod connection;
mod context;
pub(crate) mod fate;
mod files;
mod headers;
pub(crate) mod live;
mod logged;
mod outgoing;
mod pages;
mod passing;
mod phases;
mod proxy;
mod reading;
mod reply;
mod rewrite;
#[cfg(test)]
mod tests;
mod tunnel;
mod unread;
mod uri;
mod variables;
