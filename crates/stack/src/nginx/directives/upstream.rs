//! Upstreams: who is balanced over, and how.

use super::rule::Value::*;
use super::rule::place::*;
use super::rule::*;

pub(super) const RULES: &[Rule] = &[
    // http_upstream
    block("upstream", HTTP, ONE, Own),
    many("server", UPSTREAM, SOME, Own),
    one("resolver", UPSTREAM, SOME, Own),
    one("resolver_timeout", UPSTREAM, ONE, Msec),
    // http_upstream_hash
    many("hash", UPSTREAM, ONE_OR_TWO, Own),
    // http_upstream_ip_hash
    many("ip_hash", UPSTREAM, NONE, Own),
    // http_upstream_least_conn
    many("least_conn", UPSTREAM, NONE, Own),
    // http_upstream_random
    many("random", UPSTREAM, UP_TO_TWO, Own),
    // http_upstream_keepalive
    one("keepalive", UPSTREAM, ONE_OR_TWO, Own),
    one("keepalive_time", UPSTREAM, ONE, Msec),
    one("keepalive_timeout", UPSTREAM, ONE, Msec),
    one("keepalive_requests", UPSTREAM, ONE, Number),
    // http_upstream_zone
    many("zone", UPSTREAM, ONE_OR_TWO, Own),
    // http_upstream_sticky
    one("sticky", UPSTREAM, TWO_OR_MORE, Own),
];
