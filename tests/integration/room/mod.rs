//! The room as a class has it: the built program serves it, over real sockets and in a real browser.

mod browser;
mod command;
mod door;
mod files;
mod opened;
mod server;
