//! What hands requests on: the proxy, and its siblings for other protocols. What several have is
//! said once, and stands in the table under the name of each.

use super::rule::Value::*;
use super::rule::place::*;
use super::rule::*;

/// What each of them has.
macro_rules! every {
    ($name:literal) => {
        &[
            one(concat!($name, "_bind"), HSL, ONE_OR_TWO, Bind),
            one(concat!($name, "_socket_keepalive"), HSL, ONE, Flag),
            one(concat!($name, "_connect_timeout"), HSL, ONE, Msec),
            one(concat!($name, "_send_timeout"), HSL, ONE, Msec),
            one(concat!($name, "_buffer_size"), HSL, ONE, Size),
            one(concat!($name, "_read_timeout"), HSL, ONE, Msec),
            one(concat!($name, "_next_upstream_tries"), HSL, ONE, Number),
            one(concat!($name, "_next_upstream_timeout"), HSL, ONE, Msec),
        ]
    };
}

/// What those have whose answers have headers.
macro_rules! headed {
    ($name:literal) => {
        &[
            one(concat!($name, "_intercept_errors"), HSL, ONE, Flag),
            many(concat!($name, "_pass_header"), HSL, ONE, Text),
            many(concat!($name, "_hide_header"), HSL, ONE, Text),
            many(concat!($name, "_ignore_headers"), HSL, SOME, SomeOf(HEADERS)),
        ]
    };
}

/// What those have that can keep answers; the words of `next` are what is tried elsewhere.
macro_rules! cached {
    ($name:literal, $next:expr) => {
        &[
            one(concat!($name, "_store"), HSL, ONE, Own),
            one(concat!($name, "_store_access"), HSL, ONE_TO_THREE, Access),
            one(concat!($name, "_buffering"), HSL, ONE, Flag),
            one(concat!($name, "_request_buffering"), HSL, ONE, Flag),
            one(concat!($name, "_ignore_client_abort"), HSL, ONE, Flag),
            one(concat!($name, "_pass_request_headers"), HSL, ONE, Flag),
            one(concat!($name, "_pass_request_body"), HSL, ONE, Flag),
            one(concat!($name, "_buffers"), HSL, TWO, Bufs),
            one(concat!($name, "_busy_buffers_size"), HSL, ONE, Size),
            one(concat!($name, "_force_ranges"), HSL, ONE, Flag),
            one(concat!($name, "_limit_rate"), HSL, ONE, SizeOrVariable),
            one(concat!($name, "_cache"), HSL, ONE, Own),
            one(concat!($name, "_cache_key"), HSL, ONE, Own),
            many(concat!($name, "_cache_path"), HTTP, TWO_OR_MORE, CachePath),
            many(concat!($name, "_cache_bypass"), HSL, SOME, Text),
            many(concat!($name, "_no_cache"), HSL, SOME, Text),
            many(concat!($name, "_cache_valid"), HSL, SOME, CacheValid),
            one(concat!($name, "_cache_min_uses"), HSL, ONE, Number),
            one(concat!($name, "_cache_max_range_offset"), HSL, ONE, Offset),
            many(concat!($name, "_cache_use_stale"), HSL, SOME, SomeOf($next)),
            many(concat!($name, "_cache_methods"), HSL, SOME, SomeOf(METHODS)),
            one(concat!($name, "_cache_lock"), HSL, ONE, Flag),
            one(concat!($name, "_cache_lock_timeout"), HSL, ONE, Msec),
            one(concat!($name, "_cache_lock_age"), HSL, ONE, Msec),
            one(concat!($name, "_cache_revalidate"), HSL, ONE, Flag),
            one(concat!($name, "_cache_background_update"), HSL, ONE, Flag),
            one(concat!($name, "_temp_path"), HSL, ONE_TO_FOUR, Folder),
            one(concat!($name, "_max_temp_file_size"), HSL, ONE, Size),
            one(concat!($name, "_temp_file_write_size"), HSL, ONE, Size),
            many(concat!($name, "_next_upstream"), HSL, SOME, SomeOf($next)),
        ]
    };
}

/// What those have that speak TLS.
macro_rules! encrypted {
    ($name:literal) => {
        &[
            one(concat!($name, "_ssl_session_reuse"), HSL, ONE, Flag),
            many(concat!($name, "_ssl_protocols"), HSL, SOME, SomeOf(PROTOCOLS)),
            one(concat!($name, "_ssl_ciphers"), HSL, ONE, Text),
            one(concat!($name, "_ssl_name"), HSL, ONE, Text),
            one(concat!($name, "_ssl_server_name"), HSL, ONE, Flag),
            one(concat!($name, "_ssl_verify"), HSL, ONE, Flag),
            one(concat!($name, "_ssl_verify_depth"), HSL, ONE, Number),
            one(concat!($name, "_ssl_trusted_certificate"), HSL, ONE, Text),
            one(concat!($name, "_ssl_crl"), HSL, ONE, Text),
            one(concat!($name, "_ssl_certificate"), HSL, ONE, Text),
            one(concat!($name, "_ssl_certificate_key"), HSL, ONE, Text),
            one(concat!($name, "_ssl_certificate_cache"), HSL, ONE_TO_THREE, Own),
            many(concat!($name, "_ssl_password_file"), HSL, ONE, Own),
            many(concat!($name, "_ssl_conf_command"), HSL, TWO, Text),
        ]
    };
}

pub(super) const TABLES: [&[Rule]; 24] = [
    PROXY,
    every!("proxy"),
    headed!("proxy"),
    cached!("proxy", NEXT),
    encrypted!("proxy"),
    GRPC,
    every!("grpc"),
    headed!("grpc"),
    encrypted!("grpc"),
    MEMCACHED,
    every!("memcached"),
    FASTCGI,
    every!("fastcgi"),
    headed!("fastcgi"),
    cached!("fastcgi", GATEWAY_NEXT),
    UWSGI,
    every!("uwsgi"),
    headed!("uwsgi"),
    cached!("uwsgi", GATEWAY_NEXT),
    encrypted!("uwsgi"),
    SCGI,
    every!("scgi"),
    headed!("scgi"),
    cached!("scgi", GATEWAY_NEXT),
];

const PROXY: &[Rule] = &[
    one("proxy_pass", PASS, ONE, Own),
    many("proxy_redirect", HSL, ONE_OR_TWO, Own),
    many("proxy_cookie_domain", HSL, ONE_OR_TWO, Own),
    many("proxy_cookie_path", HSL, ONE_OR_TWO, Own),
    many("proxy_cookie_flags", HSL, ONE_TO_FOUR, Own),
    one("proxy_send_lowat", HSL, ONE, Size),
    many("proxy_set_header", HSL, TWO, Text),
    one("proxy_headers_hash_max_size", HSL, ONE, Number),
    one("proxy_headers_hash_bucket_size", HSL, ONE, Number),
    one("proxy_set_body", HSL, ONE, Text),
    one("proxy_method", HSL, ONE, Text),
    one("proxy_pass_trailers", HSL, ONE, Flag),
    one("proxy_cache_convert_head", HSL, ONE, Flag),
    one("proxy_http_version", HSL, ONE, OneOf(&["1.0", "1.1", "2"])),
];

const GRPC: &[Rule] = &[
    one("grpc_pass", LOCATION_OR_IF, ONE, Own),
    many(
        "grpc_next_upstream",
        HSL,
        SOME,
        SomeOf(&[
            "error",
            "timeout",
            "invalid_header",
            "non_idempotent",
            "http_500",
            "http_502",
            "http_503",
            "http_504",
            "http_403",
            "http_404",
            "http_429",
            "off",
        ]),
    ),
    many("grpc_set_header", HSL, TWO, Text),
];

const MEMCACHED: &[Rule] = &[
    one("memcached_pass", LOCATION_OR_IF, ONE, Own),
    many(
        "memcached_next_upstream",
        HSL,
        SOME,
        SomeOf(&["error", "timeout", "invalid_response", "not_found", "off"]),
    ),
    one("memcached_gzip_flag", HSL, ONE, Number),
];

const FASTCGI: &[Rule] = &[
    one("fastcgi_pass", LOCATION_OR_IF, ONE, Own),
    one("fastcgi_index", HSL, ONE, Text),
    many("fastcgi_split_path_info", HSL, ONE, Own),
    one("fastcgi_send_lowat", HSL, ONE, Size),
    many("fastcgi_param", HSL, TWO_OR_THREE, Param),
    many("fastcgi_catch_stderr", HSL, ONE, Text),
    one("fastcgi_keep_conn", HSL, ONE, Flag),
];

const UWSGI: &[Rule] = &[
    one("uwsgi_pass", LOCATION_OR_IF, ONE, Own),
    one("uwsgi_modifier1", HSL, ONE, Within(0, 255)),
    one("uwsgi_modifier2", HSL, ONE, Within(0, 255)),
    many("uwsgi_param", HSL, TWO_OR_THREE, Param),
    one("uwsgi_string", HSL, ONE, Text),
];

const SCGI: &[Rule] =
    &[one("scgi_pass", LOCATION_OR_IF, ONE, Own), many("scgi_param", HSL, TWO_OR_THREE, Param)];
