//! Requests: from a client's connection to the answer and its line in the log.

pub mod answer;
pub mod asking;
pub mod body;
pub mod connection;
mod context;
mod files;
mod head;
mod headers;
pub mod live;
mod logged;
mod outgoing;
mod pages;
mod passing;
mod phases;
pub mod proxy;
mod reading;
mod rewrite;
#[cfg(test)]
mod tests;
mod tunnel;
mod unread;
mod upstream;
mod uri;
mod variables;
pub mod wire;
mod written;

pub use files::reason;
