//! What the front makes of a directive that nginx knows: it honours it, it has no effect here, or it
//! needs real nginx. Where a directive may stand and what it takes is nginx's own table
//! (`stack/nginx/directives`).

/// What the front makes of a directive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    Honoured,
    /// It changes nothing that a lesson looks at.
    NoEffect,
    /// It is taken where it turns off what the front does not do.
    OffOnly,
    NeedsDocker,
}

#[rustfmt::skip]
const HONOURED: &[&str] = &[
    "http", "server", "location", "upstream", "if", "map", "types", "limit_except", "error_log", "listen",
    "server_name", "zone", "keepalive", "keepalive_requests", "keepalive_time", "least_conn", "ip_hash",
    "hash", "random", "resolver", "resolver_timeout", "root", "alias", "index", "try_files", "default_type",
    "etag", "if_modified_since", "log_not_found", "internal", "error_page", "recursive_error_pages",
    "return", "rewrite", "set", "break", "add_header", "expires", "charset", "charset_types",
    "server_tokens", "absolute_redirect", "port_in_redirect", "server_name_in_redirect", "allow", "deny",
    "set_real_ip_from", "real_ip_header", "real_ip_recursive", "access_log", "log_format", "stub_status",
    "client_max_body_size", "client_body_timeout", "client_header_timeout", "send_timeout",
    "keepalive_timeout", "client_header_buffer_size", "large_client_header_buffers",
    "underscores_in_headers", "merge_slashes", "proxy_pass", "proxy_set_header", "proxy_hide_header",
    "proxy_pass_header", "proxy_http_version", "proxy_method", "proxy_pass_request_headers",
    "proxy_pass_request_body", "proxy_connect_timeout", "proxy_read_timeout", "proxy_send_timeout",
    "proxy_next_upstream", "proxy_next_upstream_tries", "proxy_next_upstream_timeout", "proxy_redirect",
    "proxy_intercept_errors", "proxy_buffer_size", "proxy_ignore_client_abort",
];

#[rustfmt::skip]
const NO_EFFECT: &[&str] = &[
    "events", "user", "pid", "daemon", "master_process", "worker_processes", "worker_rlimit_nofile",
    "worker_rlimit_core", "worker_cpu_affinity", "worker_priority", "worker_shutdown_timeout",
    "timer_resolution", "pcre_jit", "lock_file", "env", "worker_connections", "worker_aio_requests",
    "multi_accept", "accept_mutex", "accept_mutex_delay", "use", "sendfile", "sendfile_max_chunk",
    "tcp_nopush", "tcp_nodelay", "aio", "directio", "output_buffers", "postpone_output", "read_ahead",
    "reset_timedout_connection", "lingering_close", "lingering_time", "lingering_timeout",
    "keepalive_disable", "keepalive_min_timeout", "client_body_buffer_size", "client_body_temp_path",
    "client_body_in_file_only", "client_body_in_single_buffer", "connection_pool_size", "request_pool_size",
    "ignore_invalid_headers", "max_headers", "types_hash_max_size", "types_hash_bucket_size",
    "server_names_hash_max_size", "server_names_hash_bucket_size", "variables_hash_max_size",
    "variables_hash_bucket_size", "map_hash_max_size", "map_hash_bucket_size", "open_file_cache",
    "open_file_cache_valid", "open_file_cache_min_uses", "open_file_cache_errors", "open_log_file_cache",
    "log_subrequest", "rewrite_log", "uninitialized_variable_warn", "msie_padding", "msie_refresh",
    "chunked_transfer_encoding", "max_ranges", "source_charset", "override_charset", "gzip", "gzip_types",
    "gzip_comp_level", "gzip_min_length", "gzip_buffers", "gzip_disable", "gzip_http_version",
    "gzip_proxied", "gzip_vary", "gzip_static", "gunzip", "proxy_buffering", "proxy_buffers",
    "proxy_busy_buffers_size", "proxy_max_temp_file_size", "proxy_temp_file_write_size", "proxy_temp_path",
    "proxy_request_buffering", "proxy_socket_keepalive", "proxy_headers_hash_max_size",
    "proxy_headers_hash_bucket_size", "proxy_force_ranges",
    "fastcgi_param", "uwsgi_param", "scgi_param",
];

#[rustfmt::skip]
const OFF_ONLY: &[&str] = &[
    "proxy_cache", "proxy_store", "auth_basic", "auth_request", "autoindex", "ssi", "proxy_bind", "http2",
    "limit_rate", "mirror", "satisfy", "disable_symlinks", "proxy_limit_rate", "http3",
];

/// What becomes of a directive of that name.
pub(super) fn of(name: &str) -> Use {
    if HONOURED.contains(&name) {
        Use::Honoured
    } else if NO_EFFECT.contains(&name) {
        Use::NoEffect
    } else if OFF_ONLY.contains(&name) {
        Use::OffOnly
    } else {
        Use::NeedsDocker
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use workshop_stack::nginx::directives::is_known;

    #[test]
    fn every_name_is_one_of_nginxs_and_stands_once() {
        let all: Vec<&str> = [HONOURED, NO_EFFECT, OFF_ONLY].concat();
        for (at, name) in all.iter().enumerate() {
            assert!(is_known(name), "{name}");
            assert!(!all[at + 1..].contains(name), "{name}");
        }
    }
}
