//! How many arguments the common directives take, from nginx.org's reference (1.29).

/// What a directive takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Takes {
    pub least: usize,
    pub most: usize,
    /// Whether it has a block; none where it may have one or not.
    pub block: Option<bool>,
}

const MANY: usize = usize::MAX;

impl Takes {
    const fn plain(least: usize, most: usize) -> Self {
        Self { least, most, block: Some(false) }
    }

    const fn block(least: usize, most: usize) -> Self {
        Self { least, most, block: Some(true) }
    }

    /// `1`, `1-2`, `2+`: the same in every language.
    pub fn describe(&self) -> String {
        match (self.least, self.most) {
            (least, MANY) => format!("{least}+"),
            (least, most) if least == most => least.to_string(),
            (least, most) => format!("{least}-{most}"),
        }
    }
}

/// What the directive `name` takes; none for one that is not in the table.
pub(super) fn of(name: &str) -> Option<Takes> {
    Some(match name {
        "http" | "events" | "stream" | "server" | "types" => Takes::block(0, 0),
        "upstream" | "limit_except" => Takes::block(1, MANY),
        "location" => Takes::block(1, 2),
        "if" => Takes::block(1, MANY),
        "map" => Takes::block(2, 2),
        "ip_hash" | "least_conn" | "internal" | "break" => Takes::plain(0, 0),
        "random" => Takes::plain(0, 2),
        "root"
        | "alias"
        | "proxy_pass"
        | "proxy_http_version"
        | "proxy_connect_timeout"
        | "proxy_read_timeout"
        | "proxy_send_timeout"
        | "proxy_buffering"
        | "proxy_buffer_size"
        | "proxy_request_buffering"
        | "proxy_next_upstream_tries"
        | "proxy_next_upstream_timeout"
        | "proxy_hide_header"
        | "proxy_pass_header"
        | "proxy_intercept_errors"
        | "proxy_ssl_server_name"
        | "proxy_socket_keepalive"
        | "resolver_timeout"
        | "keepalive_requests"
        | "keepalive_time"
        | "include"
        | "client_max_body_size"
        | "client_body_timeout"
        | "client_header_timeout"
        | "send_timeout"
        | "gzip"
        | "gzip_min_length"
        | "gzip_comp_level"
        | "gzip_vary"
        | "sendfile"
        | "tcp_nopush"
        | "tcp_nodelay"
        | "types_hash_max_size"
        | "default_type"
        | "charset"
        | "allow"
        | "deny"
        | "auth_basic"
        | "auth_basic_user_file"
        | "worker_processes"
        | "worker_connections"
        | "pid"
        | "server_tokens"
        | "ssl_certificate"
        | "ssl_certificate_key"
        | "absolute_redirect"
        | "port_in_redirect"
        | "server_name_in_redirect" => Takes::plain(1, 1),
        "keepalive" | "zone" | "hash" | "keepalive_timeout" | "proxy_redirect" | "error_log" | "user"
        | "expires" | "return" => Takes::plain(1, 2),
        "proxy_set_header" | "set" | "proxy_buffers" => Takes::plain(2, 2),
        "rewrite" => Takes::plain(2, 3),
        "add_header" => Takes::plain(2, 4),
        "try_files" | "error_page" | "log_format" => Takes::plain(2, MANY),
        "listen"
        | "server_name"
        | "index"
        | "resolver"
        | "proxy_next_upstream"
        | "access_log"
        | "gzip_types"
        | "gzip_proxied"
        | "ssl_protocols" => Takes::plain(1, MANY),
        _ => return None,
    })
}

/// The same for a directive inside a block: `server` in an upstream is an address, not a block.
pub(super) fn here(name: &str, inside: Option<&str>, takes: Takes) -> Takes {
    match (name, inside) {
        ("server", Some("upstream")) => Takes::plain(1, MANY),
        _ => takes,
    }
}

/// Blocks whose lines are entries of a table, not directives.
pub(super) fn holds_entries(block: &str) -> bool {
    matches!(block, "map" | "geo" | "types" | "split_clients" | "match" | "charset_map")
}
