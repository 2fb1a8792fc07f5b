//! Requests with two readings, which hide a second one: none of them may reach a backend as two.

use std::time::Duration;

use super::Target;

/// A name, and what is sent. `SECOND` is a whole request that a reading may find inside.
const CASES: [(&str, &str); 24] = [
    ("a length, then chunks", "Content-Length: {all}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nSECOND"),
    ("chunks, then a length", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\nSECOND"),
    ("two lengths", "Content-Length: 0\r\nContent-Length: {all}\r\n\r\nSECOND"),
    ("two lengths, the other way", "Content-Length: {all}\r\nContent-Length: 0\r\n\r\nSECOND"),
    ("a list of lengths", "Content-Length: 0, {all}\r\n\r\nSECOND"),
    ("a length with a sign", "Content-Length: +0\r\n\r\nSECOND"),
    ("a negative length", "Content-Length: -1\r\n\r\nSECOND"),
    ("a length in another base", "Content-Length: 0x0\r\n\r\nSECOND"),
    ("a length with a space inside", "Content-Length: 0 0\r\n\r\nSECOND"),
    ("a length that overflows", "Content-Length: 18446744073709551616\r\n\r\nSECOND"),
    (
        "a space before the colon",
        "Transfer-Encoding : chunked\r\nContent-Length: {all}\r\n\r\n0\r\n\r\nSECOND",
    ),
    ("an unknown coding", "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\nSECOND"),
    ("two codings", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\nSECOND"),
    ("a coding after chunked", "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\nSECOND"),
    ("a coding with a tab", "Transfer-Encoding:\tchunked\r\nContent-Length: {all}\r\n\r\n0\r\n\r\nSECOND"),
    (
        "a coding with a vertical tab",
        "Transfer-Encoding: \u{b}chunked\r\nContent-Length: {all}\r\n\r\n0\r\n\r\nSECOND",
    ),
    ("a folded coding", "Transfer-Encoding:\r\n chunked\r\nContent-Length: {all}\r\n\r\n0\r\n\r\nSECOND"),
    (
        "a header after a bare CR",
        "X: y\rTransfer-Encoding: chunked\r\nContent-Length: {all}\r\n\r\n0\r\n\r\nSECOND",
    ),
    ("a chunk that overflows", "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n\r\n0\r\n\r\nSECOND"),
    ("a chunk that wraps to 0", "Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n\r\nSECOND"),
    ("a chunk with a sign", "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n0\r\n\r\nSECOND"),
    ("a chunk in another base", "Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\nSECOND"),
    ("a chunk longer than it says", "Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\nSECOND"),
    ("a chunk without its end", "Transfer-Encoding: chunked\r\n\r\n1\r\naX0\r\n\r\nSECOND"),
];

const SECOND: &str = "GET /api/second HTTP/1.1\r\nHost: x\r\nX-Smuggled: yes\r\n\r\n";

#[test]
fn a_hidden_request_reaches_no_backend() {
    let mut target = Target::new();
    for (what, text) in CASES {
        let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
        let body = body.replace("SECOND", SECOND);
        let head = head.replace("{all}", &body.len().to_string());
        target.lab.journal.take();
        let mut wire = target.wire().patient(Duration::from_secs(3));
        wire.send(format!("POST /api/first HTTP/1.1\r\nHost: x\r\n{head}\r\n\r\n{body}").as_bytes());
        let reply = wire.reply("POST");
        // The answer to the first has come; one to a second would be on its way, to the same client.
        let second = wire.patient(Duration::from_millis(300)).reply("GET");
        let received = target.lab.journal.take();
        let hidden = received.iter().any(|request| request.line.contains("second"));
        assert!(!hidden, "{what}: a backend got the hidden request; {reply:?} {second:?} {received:?}");
        assert!(received.len() <= 1, "{what}: {received:?}");
        if let Some(only) = received.first() {
            let lengths =
                only.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("content-length")).count();
            let codings = only
                .headers
                .iter()
                .filter(|(name, _)| name.eq_ignore_ascii_case("transfer-encoding"))
                .count();
            assert!(lengths + codings <= 1, "{what}: two lengths were passed on: {only:?}");
        }
        if let Some(reply) = reply {
            assert!(reply.code() >= "200", "{what}: {}", reply.status);
        }
        target.is_fine();
    }
}

/// What follows a whole request on its connection is the next request, and no part of the first.
#[test]
fn requests_in_a_row_stay_apart() {
    let mut target = Target::new();
    target.lab.journal.take();
    let mut wire = target.wire();
    let first = "POST /api/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc";
    let second = "POST /api/2 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ndef\r\n0\r\n\r\n";
    wire.send(
        format!("{first}{second}GET /api/3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").as_bytes(),
    );
    for _ in 0..3 {
        assert_eq!(wire.reply("POST").expect("a reply").code(), "200");
    }
    let received: Vec<_> = target.lab.journal.take();
    let bodies: Vec<&[u8]> = received.iter().map(|request| &request.body[..]).collect();
    assert_eq!(bodies, [&b"abc"[..], b"def", b""], "{received:?}");
    target.is_fine();
}

/// A header that names another of its own as one of this connection takes nothing from the backend
/// that the proxy sets, and line ends in a value never make a header.
#[test]
fn a_value_cannot_make_a_header() {
    let mut target = Target::new();
    target.lab.journal.take();
    for target_text in ["/api/a%0d%0aX-Evil:%20yes", "/api/a?b=%0d%0aX-Evil:%20yes", "/api/%0aX-Evil:%20yes"]
    {
        let reply = target.ask(&format!("GET {target_text}"));
        assert!(reply.header("x-evil").is_none(), "{reply:?}");
        for received in target.lab.journal.take() {
            assert!(received.header("x-evil").is_none(), "{received:?}");
        }
    }
    target.is_fine();
}
