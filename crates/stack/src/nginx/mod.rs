//! What an nginx configuration means: [`NginxConf`], for a file of `conf.d` (its top level is the
//! `http` context) and for a whole `nginx.conf` with an `http` block alike.
//!
//! Read by nginx's own rules of words and blocks, inheritance and precedence. What an `include`
//! brings is not seen here, only that there is one. [`directives`] is the one table of nginx's
//! directives; [`verify`] says what nginx would refuse at its start.

mod access;
mod address;
mod conf;
mod directive;
pub mod directives;
mod level;
mod lexer;
mod location;
mod proxy;
mod quantity;
#[cfg(test)]
mod tests;
mod tree;
mod upstream;
mod verify;

pub use access::{Network, limited_method};
pub use address::{Resolver, address, scheme, split_uri};
pub use conf::NginxConf;
pub use directive::{Arg, Directive};
pub use level::Level;
pub use location::regex;
pub use location::{Candidate, Location, Modifier, Server, choose, location_pattern};
pub use proxy::{ProxyTarget, Target};
pub use quantity::{number, offset, size, time};
pub use upstream::{Method, Upstream, UpstreamServer, Zone};
pub use verify::{Refusal, verify};
