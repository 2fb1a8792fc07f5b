//! nginx's directives: where each may stand, how many arguments it takes, and what the front makes
//! of it. [`find`] is the lookup; a name that is in no list here is no directive of nginx.

/// Where directives stand. A set of places is the sum of its bits.
pub mod place {
    pub const MAIN: u16 = 1;
    pub const EVENTS: u16 = 1 << 1;
    pub const HTTP: u16 = 1 << 2;
    pub const SERVER: u16 = 1 << 3;
    pub const LOCATION: u16 = 1 << 4;
    /// `if` in a `server`.
    pub const SERVER_IF: u16 = 1 << 5;
    /// `if` in a `location`.
    pub const LOCATION_IF: u16 = 1 << 6;
    pub const UPSTREAM: u16 = 1 << 7;
    pub const LIMIT_EXCEPT: u16 = 1 << 8;
}

use place::{EVENTS, HTTP, LIMIT_EXCEPT, LOCATION, LOCATION_IF, MAIN, SERVER, SERVER_IF, UPSTREAM};

/// What the front makes of a directive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// It is honoured.
    Honoured,
    /// It changes nothing that a lesson looks at.
    NoEffect,
}

/// One directive of nginx that the front takes.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    pub name: &'static str,
    pub places: u16,
    pub least: usize,
    pub most: usize,
    pub block: bool,
    /// It may stand several times in one block.
    pub many: bool,
    pub used: Use,
}

const MANY: usize = usize::MAX;
const HSL: u16 = HTTP | SERVER | LOCATION;
const HSLI: u16 = HSL | LOCATION_IF;
const REWRITE: u16 = SERVER | SERVER_IF | LOCATION | LOCATION_IF;

const fn one(name: &'static str, places: u16, least: usize, most: usize) -> Entry {
    Entry { name, places, least, most, block: false, many: false, used: Use::Honoured }
}

const fn many(name: &'static str, places: u16, least: usize, most: usize) -> Entry {
    Entry { many: true, ..one(name, places, least, most) }
}

const fn block(name: &'static str, places: u16, least: usize, most: usize) -> Entry {
    Entry { block: true, ..many(name, places, least, most) }
}

const fn idle(name: &'static str, places: u16) -> Entry {
    Entry { used: Use::NoEffect, ..many(name, places, 1, MANY) }
}

const TAKEN: &[Entry] = &[
    // Blocks.
    Entry { many: false, ..block("http", MAIN, 0, 0) },
    Entry { many: false, used: Use::NoEffect, ..block("events", MAIN, 0, 0) },
    block("server", HTTP, 0, 0),
    block("location", SERVER | LOCATION, 1, 2),
    block("upstream", HTTP, 1, 1),
    block("if", SERVER | LOCATION, 1, MANY),
    block("map", HTTP, 2, 2),
    block("types", HSL, 0, 0),
    block("limit_except", LOCATION, 1, MANY),
    // The whole.
    many("error_log", MAIN | HSL, 1, 2),
    many("listen", SERVER, 1, MANY),
    many("server_name", SERVER, 1, MANY),
    // Upstreams. `server` there is found by `find`.
    one("zone", UPSTREAM, 1, 2),
    one("keepalive", UPSTREAM, 1, 2),
    one("keepalive_requests", HSL | UPSTREAM, 1, 1),
    one("keepalive_time", HSL | UPSTREAM, 1, 1),
    one("least_conn", UPSTREAM, 0, 0),
    one("ip_hash", UPSTREAM, 0, 0),
    one("hash", UPSTREAM, 1, 2),
    one("random", UPSTREAM, 0, 2),
    one("resolver", HSL | UPSTREAM, 1, MANY),
    one("resolver_timeout", HSL | UPSTREAM, 1, 1),
    // Files.
    one("root", HSLI, 1, 1),
    one("alias", LOCATION, 1, 1),
    many("index", HSL, 1, MANY),
    one("try_files", SERVER | LOCATION, 2, MANY),
    one("default_type", HSL, 1, 1),
    one("etag", HSL, 1, 1),
    one("if_modified_since", HSL, 1, 1),
    one("log_not_found", HSL, 1, 1),
    one("internal", LOCATION, 0, 0),
    many("error_page", HSLI, 2, MANY),
    one("recursive_error_pages", HSL, 1, 1),
    // Rewriting.
    many("return", REWRITE, 1, 2),
    many("rewrite", REWRITE, 2, 3),
    many("set", REWRITE, 2, 2),
    many("break", REWRITE, 0, 0),
    // Headers.
    many("add_header", HSLI, 2, 3),
    one("expires", HSLI, 1, 2),
    one("charset", HSLI, 1, 1),
    one("charset_types", HSL, 1, MANY),
    one("server_tokens", HSL, 1, 1),
    one("absolute_redirect", HSL, 1, 1),
    one("port_in_redirect", HSL, 1, 1),
    one("server_name_in_redirect", HSL, 1, 1),
    // Who may.
    many("allow", HSL | LIMIT_EXCEPT, 1, 1),
    many("deny", HSL | LIMIT_EXCEPT, 1, 1),
    many("set_real_ip_from", HSL, 1, 1),
    one("real_ip_header", HSL, 1, 1),
    one("real_ip_recursive", HSL, 1, 1),
    // Logs.
    many("access_log", HSLI | LIMIT_EXCEPT, 1, MANY),
    many("log_format", HTTP, 2, MANY),
    one("stub_status", SERVER | LOCATION, 0, 1),
    // Clients.
    one("client_max_body_size", HSL, 1, 1),
    one("client_body_timeout", HSL, 1, 1),
    one("client_header_timeout", HTTP | SERVER, 1, 1),
    one("send_timeout", HSL, 1, 1),
    one("keepalive_timeout", HSL | UPSTREAM, 1, 2),
    one("client_header_buffer_size", HTTP | SERVER, 1, 1),
    one("large_client_header_buffers", HTTP | SERVER, 2, 2),
    one("underscores_in_headers", HTTP | SERVER, 1, 1),
    one("merge_slashes", HTTP | SERVER, 1, 1),
    // The proxy.
    one("proxy_pass", LOCATION | LOCATION_IF | LIMIT_EXCEPT, 1, 1),
    many("proxy_set_header", HSL, 2, 2),
    many("proxy_hide_header", HSL, 1, 1),
    many("proxy_pass_header", HSL, 1, 1),
    one("proxy_http_version", HSL, 1, 1),
    one("proxy_method", HSL, 1, 1),
    one("proxy_pass_request_headers", HSL, 1, 1),
    one("proxy_pass_request_body", HSL, 1, 1),
    one("proxy_connect_timeout", HSL, 1, 1),
    one("proxy_read_timeout", HSL, 1, 1),
    one("proxy_send_timeout", HSL, 1, 1),
    one("proxy_next_upstream", HSL, 1, MANY),
    one("proxy_next_upstream_tries", HSL, 1, 1),
    one("proxy_next_upstream_timeout", HSL, 1, 1),
    many("proxy_redirect", HSL, 1, 2),
    one("proxy_intercept_errors", HSL, 1, 1),
    one("proxy_buffer_size", HSL, 1, 1),
    one("proxy_ignore_client_abort", HSL, 1, 1),
    // What changes nothing that a lesson looks at.
    idle("user", MAIN),
    idle("pid", MAIN),
    idle("daemon", MAIN),
    idle("master_process", MAIN),
    idle("worker_processes", MAIN),
    idle("worker_rlimit_nofile", MAIN),
    idle("worker_rlimit_core", MAIN),
    idle("worker_cpu_affinity", MAIN),
    idle("worker_priority", MAIN),
    idle("worker_shutdown_timeout", MAIN),
    idle("timer_resolution", MAIN),
    idle("pcre_jit", MAIN),
    idle("lock_file", MAIN),
    idle("env", MAIN),
    idle("worker_connections", EVENTS),
    idle("worker_aio_requests", EVENTS),
    idle("multi_accept", EVENTS),
    idle("accept_mutex", EVENTS),
    idle("accept_mutex_delay", EVENTS),
    idle("use", EVENTS),
    idle("sendfile", HSLI),
    idle("sendfile_max_chunk", HSL),
    idle("tcp_nopush", HSL),
    idle("tcp_nodelay", HSL),
    idle("aio", HSL),
    idle("directio", HSL),
    idle("output_buffers", HSL),
    idle("postpone_output", HSL),
    idle("read_ahead", HSL),
    idle("reset_timedout_connection", HSL),
    idle("lingering_close", HSL),
    idle("lingering_time", HSL),
    idle("lingering_timeout", HSL),
    idle("keepalive_disable", HSL),
    idle("keepalive_min_timeout", HSL),
    idle("client_body_buffer_size", HSL),
    idle("client_body_temp_path", HSL),
    idle("client_body_in_file_only", HSL),
    idle("client_body_in_single_buffer", HSL),
    idle("connection_pool_size", HTTP | SERVER),
    idle("request_pool_size", HTTP | SERVER),
    idle("ignore_invalid_headers", HTTP | SERVER),
    idle("max_headers", HTTP | SERVER),
    idle("types_hash_max_size", HSL),
    idle("types_hash_bucket_size", HSL),
    idle("server_names_hash_max_size", HTTP),
    idle("server_names_hash_bucket_size", HTTP),
    idle("variables_hash_max_size", HTTP),
    idle("variables_hash_bucket_size", HTTP),
    idle("map_hash_max_size", HTTP),
    idle("map_hash_bucket_size", HTTP),
    idle("open_file_cache", HSL),
    idle("open_file_cache_valid", HSL),
    idle("open_file_cache_min_uses", HSL),
    idle("open_file_cache_errors", HSL),
    idle("open_log_file_cache", HSL),
    idle("log_subrequest", HSL),
    idle("rewrite_log", HSLI | SERVER_IF),
    idle("uninitialized_variable_warn", HSLI | SERVER_IF),
    idle("msie_padding", HSL),
    idle("msie_refresh", HSL),
    idle("chunked_transfer_encoding", HSL),
    idle("max_ranges", HSL),
    idle("source_charset", HSLI),
    idle("override_charset", HSLI),
    idle("gzip", HSLI),
    idle("gzip_types", HSL),
    idle("gzip_comp_level", HSL),
    idle("gzip_min_length", HSL),
    idle("gzip_buffers", HSL),
    idle("gzip_disable", HSL),
    idle("gzip_http_version", HSL),
    idle("gzip_proxied", HSL),
    idle("gzip_vary", HSL),
    idle("gzip_static", HSL),
    idle("gunzip", HSL),
    idle("proxy_buffering", HSL),
    idle("proxy_buffers", HSL),
    idle("proxy_busy_buffers_size", HSL),
    idle("proxy_max_temp_file_size", HSL),
    idle("proxy_temp_file_write_size", HSL),
    idle("proxy_temp_path", HSL),
    idle("proxy_request_buffering", HSL),
    idle("proxy_socket_keepalive", HSL),
    idle("proxy_headers_hash_max_size", HSL),
    idle("proxy_headers_hash_bucket_size", HSL),
    idle("proxy_force_ranges", HSL),
];

/// `proxy_cache off` and the like: taken where they turn off what the front does not do.
pub const OFF_ONLY: &[&str] = &[
    "proxy_cache",
    "proxy_store",
    "auth_basic",
    "auth_request",
    "autoindex",
    "ssi",
    "proxy_bind",
    "http2",
    "limit_rate",
    "mirror",
    "satisfy",
    "disable_symlinks",
    "proxy_limit_rate",
    "http3",
];

/// Real directives of nginx that the front does not take.
const ELSEWHERE: &str = "absolute_redirect accept_mutex access_by_lua add_after_body add_before_body \
 add_header_inherit add_trailer add_trailer_inherit addition_types aio_write ancient_browser \
 ancient_browser_value auth_basic auth_basic_user_file auth_delay auth_http auth_http_header \
 auth_http_pass_client_cert auth_http_timeout auth_jwt auth_request auth_request_set autoindex \
 autoindex_exact_size autoindex_format autoindex_localtime charset_map chunked_transfer_encoding \
 create_full_put_path dav_access dav_methods debug_connection debug_points default directio_alignment \
 disable_symlinks early_hints empty_gif env error_log_format f4f fastcgi_bind fastcgi_buffer_size \
 fastcgi_buffering fastcgi_buffers fastcgi_busy_buffers_size fastcgi_cache fastcgi_cache_background_update \
 fastcgi_cache_bypass fastcgi_cache_key fastcgi_cache_lock fastcgi_cache_lock_age \
 fastcgi_cache_lock_timeout fastcgi_cache_max_range_offset fastcgi_cache_methods fastcgi_cache_min_uses \
 fastcgi_cache_path fastcgi_cache_revalidate fastcgi_cache_use_stale fastcgi_cache_valid \
 fastcgi_catch_stderr fastcgi_connect_timeout fastcgi_force_ranges fastcgi_hide_header \
 fastcgi_ignore_client_abort fastcgi_ignore_headers fastcgi_index fastcgi_intercept_errors \
 fastcgi_keep_conn fastcgi_limit_rate fastcgi_max_temp_file_size fastcgi_next_upstream \
 fastcgi_next_upstream_timeout fastcgi_next_upstream_tries fastcgi_no_cache fastcgi_param fastcgi_pass \
 fastcgi_pass_header fastcgi_pass_request_body fastcgi_pass_request_headers fastcgi_read_timeout \
 fastcgi_request_buffering fastcgi_send_lowat fastcgi_send_timeout fastcgi_socket_keepalive \
 fastcgi_split_path_info fastcgi_store fastcgi_store_access fastcgi_temp_file_write_size \
 fastcgi_temp_path flv geo geoip_city geoip_country geoip_org geoip_proxy geoip_proxy_recursive \
 google_perftools_profiles grpc_bind grpc_buffer_size grpc_connect_timeout grpc_hide_header \
 grpc_ignore_headers grpc_intercept_errors grpc_next_upstream grpc_next_upstream_timeout \
 grpc_next_upstream_tries grpc_pass grpc_pass_header grpc_read_timeout grpc_send_timeout grpc_set_header \
 grpc_socket_keepalive grpc_ssl_certificate grpc_ssl_certificate_key grpc_ssl_ciphers grpc_ssl_name \
 grpc_ssl_protocols grpc_ssl_server_name grpc_ssl_session_reuse grpc_ssl_trusted_certificate \
 grpc_ssl_verify http2 http2_body_preread_size http2_chunk_size http2_idle_timeout \
 http2_max_concurrent_streams http2_max_field_size http2_max_header_size http2_max_requests \
 http2_push http2_push_preload http2_recv_buffer_size http2_recv_timeout http3 http3_hq \
 http3_max_concurrent_streams http3_stream_buffer_size image_filter image_filter_buffer \
 image_filter_interlace image_filter_jpeg_quality image_filter_sharpen image_filter_transparency \
 js_body_filter js_content js_header_filter js_import js_set js_var keyval keyval_zone least_time \
 limit_conn limit_conn_dry_run limit_conn_log_level limit_conn_status limit_conn_zone limit_rate \
 limit_rate_after limit_req limit_req_dry_run limit_req_log_level limit_req_status limit_req_zone \
 load_module mail map_hash match memcached_bind memcached_buffer_size memcached_connect_timeout \
 memcached_gzip_flag memcached_next_upstream memcached_pass memcached_read_timeout memcached_send_timeout \
 min_delete_depth mirror mirror_request_body modern_browser modern_browser_value mp4 mp4_buffer_size \
 mp4_max_buffer_size mp4_start_key_frame ntlm override_charset perl perl_modules perl_require perl_set \
 preread_buffer_size preread_timeout proxy_bind proxy_cache proxy_cache_background_update \
 proxy_cache_bypass proxy_cache_convert_head proxy_cache_key proxy_cache_lock proxy_cache_lock_age \
 proxy_cache_lock_timeout proxy_cache_max_range_offset proxy_cache_methods proxy_cache_min_uses \
 proxy_cache_path proxy_cache_purge proxy_cache_revalidate proxy_cache_use_stale proxy_cache_valid \
 proxy_cookie_domain proxy_cookie_flags proxy_cookie_path proxy_download_rate proxy_ignore_headers \
 proxy_limit_rate proxy_no_cache proxy_protocol proxy_protocol_timeout proxy_requests proxy_responses \
 proxy_send_lowat proxy_set_body proxy_ssl_certificate proxy_ssl_certificate_cache \
 proxy_ssl_certificate_key proxy_ssl_ciphers proxy_ssl_conf_command proxy_ssl_crl proxy_ssl_key_log \
 proxy_ssl_name proxy_ssl_password_file proxy_ssl_protocols proxy_ssl_server_name \
 proxy_ssl_session_reuse proxy_ssl_trusted_certificate proxy_ssl_verify proxy_ssl_verify_depth \
 proxy_store proxy_store_access proxy_timeout proxy_upload_rate queue quic_gso quic_retry random_index \
 referer_hash_bucket_size referer_hash_max_size request_pool satisfy \
 scgi_param scgi_pass secure_link secure_link_md5 secure_link_secret send_lowat slice \
 smtp_auth smtp_capabilities source_charset split_clients ssi ssi_last_modified ssi_min_file_chunk \
 ssi_silent_errors ssi_types ssi_value_length ssl_alpn ssl_buffer_size ssl_certificate \
 ssl_certificate_cache ssl_certificate_compression ssl_certificate_key ssl_ciphers \
 ssl_client_certificate ssl_conf_command ssl_crl ssl_dhparam ssl_early_data ssl_ech_file ssl_ecdh_curve \
 ssl_engine ssl_handshake_timeout ssl_key_log ssl_object_cache_inheritable ssl_ocsp ssl_ocsp_cache \
 ssl_ocsp_responder ssl_password_file ssl_prefer_server_ciphers ssl_preread ssl_protocols \
 ssl_reject_handshake ssl_session_cache ssl_session_ticket_key ssl_session_tickets ssl_session_timeout \
 ssl_stapling ssl_stapling_file ssl_stapling_responder ssl_stapling_verify ssl_trusted_certificate \
 ssl_verify_client ssl_verify_depth state status status_zone sticky sticky_cookie_insert stream \
 stub_status sub_filter sub_filter_last_modified sub_filter_once sub_filter_types subrequest_output_buffer_size \
 thread_pool upstream_conf userid userid_domain userid_expires userid_flags userid_mark userid_name \
 userid_p3p userid_path userid_service uwsgi_param uwsgi_pass uwsgi_read_timeout valid_referers \
 variables_hash xclient xml_entities xslt_last_modified xslt_param xslt_string_param xslt_stylesheet \
 xslt_types zone_sync zone_sync_server content_by_lua_block content_by_lua_file rewrite_by_lua_block \
 access_by_lua_block log_by_lua_block set_by_lua_block lua_package_path lua_shared_dict \
 init_by_lua_block header_filter_by_lua_block body_filter_by_lua_block more_set_headers \
 more_clear_headers brotli brotli_static brotli_types brotli_comp_level";

const UPSTREAM_SERVER: Entry = many("server", UPSTREAM, 1, MANY);

/// What a name is at a place.
#[derive(Clone, Copy, Debug)]
pub enum Found {
    Taken(&'static Entry),
    /// A directive of nginx that the front takes, but not at this place.
    Misplaced,
    /// A directive of nginx that the front does not take.
    Elsewhere,
    Unknown,
}

/// The directive of that name at one place (a single bit of [`place`]).
pub fn find(name: &str, here: u16) -> Found {
    if name == "server" && here == UPSTREAM {
        return Found::Taken(&UPSTREAM_SERVER);
    }
    let mut named = TAKEN.iter().filter(|entry| entry.name == name).peekable();
    if named.peek().is_some() {
        return named.find(|entry| entry.places & here != 0).map_or(Found::Misplaced, Found::Taken);
    }
    match ELSEWHERE.split_ascii_whitespace().any(|known| known == name) {
        true => Found::Elsewhere,
        false => Found::Unknown,
    }
}
