//! What else is in the official image: TLS, HTTP/2 and 3, limits, filters and small modules.

use super::rule::Value::*;
use super::rule::place::*;
use super::rule::*;

pub(super) const RULES: &[Rule] = &[
    // http_v2
    one("http2", HS, ONE, Flag),
    one("http2_recv_buffer_size", HTTP, ONE, Size),
    one("http2_pool_size", HS, ONE, Size),
    one("http2_max_concurrent_streams", HS, ONE, Number),
    many("http2_max_concurrent_pushes", HS, ONE, Own),
    many("http2_max_requests", HS, ONE, Own),
    many("http2_max_field_size", HS, ONE, Own),
    many("http2_max_header_size", HS, ONE, Own),
    one("http2_body_preread_size", HS, ONE, Size),
    one("http2_streams_index_size", HS, ONE, Number),
    many("http2_recv_timeout", HS, ONE, Own),
    many("http2_idle_timeout", HS, ONE, Own),
    one("http2_chunk_size", HSL, ONE, Size),
    many("http2_push_preload", HSL, ONE, Own),
    many("http2_push", HSL, ONE, Own),
    // http_v3
    one("http3", HS, ONE, Flag),
    one("http3_hq", HS, ONE, Flag),
    one("http3_max_concurrent_streams", HS, ONE, Number),
    one("http3_stream_buffer_size", HS, ONE, Size),
    one("quic_retry", HS, ONE, Flag),
    one("quic_gso", HS, ONE, Flag),
    many("quic_host_key", HS, ONE, Own),
    one("quic_active_connection_id_limit", HS, ONE, Number),
    // http_gzip_static
    one("gzip_static", HSL, ONE, OneOf(&["off", "on", "always"])),
    // http_dav
    many("dav_methods", HSL, SOME, SomeOf(&["off", "put", "delete", "mkcol", "copy", "move"])),
    one("create_full_put_path", HSL, ONE, Flag),
    one("min_delete_depth", HSL, ONE, Number),
    one("dav_access", HSL, ONE_TO_THREE, Access),
    // http_mirror
    many("mirror", HSL, ONE, Own),
    one("mirror_request_body", HSL, ONE, Flag),
    // http_auth_request
    one("auth_request", HSL, ONE, Own),
    many("auth_request_set", HSL, TWO, Own),
    // http_auth_basic
    one("auth_basic", HSLX, ONE, Text),
    one("auth_basic_user_file", HSLX, ONE, Own),
    // http_limit_conn
    many("limit_conn_zone", HTTP, TWO, Own),
    many("limit_conn", HSL, TWO, Own),
    one("limit_conn_log_level", HSL, ONE, OneOf(&["info", "notice", "warn", "error"])),
    one("limit_conn_status", HSL, ONE, Within(400, 599)),
    one("limit_conn_dry_run", HSL, ONE, Flag),
    // http_limit_req
    many("limit_req_zone", HTTP, THREE, Own),
    many("limit_req", HSL, ONE_TO_THREE, Own),
    one("limit_req_log_level", HSL, ONE, OneOf(&["info", "notice", "warn", "error"])),
    one("limit_req_status", HSL, ONE, Within(400, 599)),
    one("limit_req_dry_run", HSL, ONE, Flag),
    // http_referer
    many("valid_referers", SL, SOME, Own),
    one("referer_hash_max_size", SL, ONE, Number),
    one("referer_hash_bucket_size", SL, ONE, Number),
    // http_ssl
    many("ssl_certificate", HS, ONE, Text),
    many("ssl_certificate_key", HS, ONE, Text),
    one("ssl_certificate_cache", HS, ONE_TO_THREE, Own),
    many("ssl_ech_file", HS, ONE, Text),
    many("ssl_password_file", HS, ONE, Own),
    one("ssl_certificate_compression", HS, ONE, Flag),
    one("ssl_dhparam", HS, ONE, Text),
    one("ssl_ecdh_curve", HS, ONE, Text),
    many("ssl_protocols", HS, SOME, SomeOf(PROTOCOLS)),
    one("ssl_ciphers", HS, ONE, Text),
    one("ssl_buffer_size", HS, ONE, Size),
    one("ssl_verify_client", HS, ONE, OneOf(&["off", "on", "optional", "optional_no_ca"])),
    one("ssl_verify_depth", HS, ONE, Number),
    one("ssl_client_certificate", HS, ONE, Text),
    one("ssl_trusted_certificate", HS, ONE, Text),
    one("ssl_prefer_server_ciphers", HS, ONE, Flag),
    many("ssl_session_cache", HS, ONE_OR_TWO, Own),
    one("ssl_session_tickets", HS, ONE, Flag),
    many("ssl_session_ticket_key", HS, ONE, Text),
    one("ssl_session_timeout", HS, ONE, Sec),
    one("ssl_crl", HS, ONE, Text),
    one("ssl_ocsp", HS, ONE, OneOf(&["off", "on", "leaf"])),
    one("ssl_ocsp_responder", HS, ONE, Text),
    one("ssl_ocsp_cache", HS, ONE, Own),
    one("ssl_stapling", HS, ONE, Flag),
    one("ssl_stapling_file", HS, ONE, Text),
    one("ssl_stapling_responder", HS, ONE, Text),
    one("ssl_stapling_verify", HS, ONE, Flag),
    one("ssl_early_data", HS, ONE, Flag),
    many("ssl_conf_command", HS, TWO, Text),
    one("ssl_reject_handshake", HS, ONE, Flag),
    // http_empty_gif
    many("empty_gif", LOCATION, NONE, Own),
    // http_browser
    many("modern_browser", HSL, ONE_OR_TWO, Own),
    many("ancient_browser", HSL, SOME, Own),
    many("modern_browser_value", HSL, ONE, Own),
    many("ancient_browser_value", HSL, ONE, Own),
    // http_secure_link
    one("secure_link", HSL, ONE, Text),
    one("secure_link_md5", HSL, ONE, Text),
    one("secure_link_secret", HSL, ONE, Text),
    // http_flv
    many("flv", LOCATION, NONE, Own),
    // http_mp4
    many("mp4", LOCATION, NONE, Own),
    one("mp4_buffer_size", HSL, ONE, Size),
    one("mp4_max_buffer_size", HSL, ONE, Size),
    one("mp4_start_key_frame", HSL, ONE, Flag),
    // http_gzip_filter
    one("gzip", HSLI, ONE, Flag),
    one("gzip_buffers", HSL, TWO, Bufs),
    many("gzip_types", HSL, SOME, Text),
    one("gzip_comp_level", HSL, ONE, Within(1, 9)),
    one("gzip_window", HSL, ONE, Size),
    one("gzip_hash", HSL, ONE, Size),
    one("postpone_gzipping", HSL, ONE, Size),
    one("gzip_no_buffer", HSL, ONE, Flag),
    one("gzip_min_length", HSL, ONE, Size),
    // http_ssi_filter
    one("ssi", HSLI, ONE, Flag),
    one("ssi_silent_errors", HSL, ONE, Flag),
    one("ssi_ignore_recycled_buffers", HSL, ONE, Flag),
    one("ssi_min_file_chunk", HSL, ONE, Size),
    one("ssi_value_length", HSL, ONE, Size),
    many("ssi_types", HSL, SOME, Text),
    one("ssi_last_modified", HSL, ONE, Flag),
    // http_charset_filter
    one("charset", HSLI, ONE, Own),
    one("source_charset", HSLI, ONE, Own),
    one("override_charset", HSLI, ONE, Flag),
    many("charset_types", HSL, SOME, Text),
    block("charset_map", HTTP, TWO, Own),
    // http_sub_filter
    many("sub_filter", HSL, TWO, Own),
    many("sub_filter_types", HSL, SOME, Text),
    one("sub_filter_once", HSL, ONE, Flag),
    one("sub_filter_last_modified", HSL, ONE, Flag),
    // http_addition_filter
    one("add_before_body", HSL, ONE, Text),
    one("add_after_body", HSL, ONE, Text),
    many("addition_types", HSL, SOME, Text),
    // http_gunzip_filter
    one("gunzip", HSL, ONE, Flag),
    one("gunzip_buffers", HSL, TWO, Bufs),
    // http_userid_filter
    one("userid", HSL, ONE, OneOf(&["off", "log", "v1", "on"])),
    one("userid_service", HSL, ONE, Number),
    one("userid_name", HSL, ONE, Text),
    one("userid_domain", HSL, ONE, Text),
    one("userid_path", HSL, ONE, Text),
    one("userid_expires", HSL, ONE, Own),
    many(
        "userid_flags",
        HSL,
        ONE_TO_THREE,
        SomeOf(&["off", "secure", "httponly", "samesite=strict", "samesite=lax", "samesite=none"]),
    ),
    one("userid_p3p", HSL, ONE, Text),
    one("userid_mark", HSL, ONE, Own),
    // http_copy_filter
    one("output_buffers", HSL, TWO, Bufs),
    // http_slice_filter
    one("slice", HSL, ONE, Size),
];
