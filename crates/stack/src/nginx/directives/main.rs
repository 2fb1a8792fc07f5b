//! The process, its events and the `http` block itself.

use super::rule::Value::*;
use super::rule::place::*;
use super::rule::*;

pub(super) const RULES: &[Rule] = &[
    // core
    one("daemon", MAIN, ONE, Flag),
    one("master_process", MAIN, ONE, Flag),
    one("timer_resolution", MAIN, ONE, Msec),
    one("pid", MAIN, ONE, Text),
    one("lock_file", MAIN, ONE, Text),
    one("worker_processes", MAIN, ONE, Own),
    one("debug_points", MAIN, ONE, OneOf(&["stop", "abort"])),
    one("user", MAIN, ONE_OR_TWO, Own),
    one("worker_priority", MAIN, ONE, Own),
    one("worker_cpu_affinity", MAIN, SOME, Own),
    one("worker_rlimit_nofile", MAIN, ONE, Number),
    one("worker_rlimit_core", MAIN, ONE, Offset),
    one("worker_shutdown_timeout", MAIN, ONE, Msec),
    one("working_directory", MAIN, ONE, Text),
    many("env", MAIN, ONE, Own),
    many("load_module", MAIN, ONE, Own),
    // errlog
    many("error_log", MAIN, SOME, Own),
    // conf
    many("include", EVERYWHERE, ONE, Own),
    // openssl
    one("ssl_engine", MAIN, ONE, Own),
    // openssl_cache
    one("ssl_object_cache_inheritable", MAIN, ONE, Flag),
    // quic_bpf
    one("quic_bpf", MAIN, ONE, Flag),
    // regex
    one("pcre_jit", MAIN, ONE, Flag),
    // events
    one_block("events", MAIN, NONE, Own),
    // event_core
    one("worker_connections", EVENTS, ONE, Own),
    one("use", EVENTS, ONE, Own),
    one("multi_accept", EVENTS, ONE, Flag),
    one("accept_mutex", EVENTS, ONE, Flag),
    one("accept_mutex_delay", EVENTS, ONE, Msec),
    many("debug_connection", EVENTS, ONE, Own),
    // epoll
    one("epoll_events", EVENTS, ONE, Number),
    one("worker_aio_requests", EVENTS, ONE, Number),
    // thread_pool
    many("thread_pool", MAIN, TWO_OR_THREE, Own),
    // http
    one_block("http", MAIN, NONE, Own),
    // Other kinds of servers: what is inside them is not looked at.
    one_block("stream", MAIN, NONE, Own),
    one_block("mail", MAIN, NONE, Own),
];
