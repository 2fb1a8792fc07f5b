//! The embedded engine's front, judged from outside: the same configuration and the same bytes go
//! to it and to real nginx, and everything that can be seen must be equal ([`differential`],
//! [`refusals`]); and bad clients and bad upstreams must not bring it down ([`robustness`]).
//!
//! Cases are files: `fixtures/front/NAME.conf` is the configuration, `NAME.toml` what is asked of
//! it (see [`case`]); `fixtures/front/refused/*.conf` must be refused, by both, at the same line.

mod agreement;
mod backend;
mod case;
mod compare;
mod differential;
mod lab;
mod play;
mod refusals;
mod resolve;
mod robustness;
pub(crate) mod server;
mod signals;
mod wire;
