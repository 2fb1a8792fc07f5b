//! Requests: from a client's connection to the answer and its line in the log.

pub mod answer;
pub mod body;
pub mod connection;
mod context;
mod files;
mod head;
mod headers;
pub mod live;
mod pages;
mod phases;
pub mod proxy;
#[cfg(test)]
mod tests;
mod upstream;
mod uri;
mod variables;

pub use files::reason;
