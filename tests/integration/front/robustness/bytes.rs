//! Bytes that are no request, or almost one.

use std::io::Write;
use std::net::Shutdown;
use std::time::Duration;

use super::{Dice, Target};
use crate::front::wire::Wire;

/// Connections with nonsense, by default; `WORKSHOP_FUZZ_CASES` gives another number.
const CASES: usize = 600;

/// What the nonsense is made from.
const SEEDS: [&[u8]; 8] = [
    b"GET /fine HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /api/x?y=z HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\nX-A: b\r\n\r\n",
    b"POST /api/x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
    b"POST /api/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    b"HEAD /index.html HTTP/1.0\r\n\r\n",
    b"GET /index.html HTTP/1.1\r\nHost: x\r\nRange: bytes=0-3,5-\r\nIf-None-Match: \"a\", W/\"b\"\r\n\r\n",
    b"GET http://x:80/%7e/../a//b?c#d HTTP/1.1\r\nHost: x\r\nCookie: a=1; b\r\n\r\n",
    b"PUT /api/ HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
];

fn nonsense(dice: &mut Dice) -> Vec<u8> {
    if dice.below(6) == 0 {
        return (0..dice.below(2000)).map(|_| dice.next().to_le_bytes()[0]).collect();
    }
    let mut bytes = SEEDS[dice.below(SEEDS.len())].to_vec();
    for _ in 0..=dice.below(4) {
        let at = dice.below(bytes.len() + 1);
        match dice.below(7) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, dice.next().to_le_bytes()[0]),
            2 if at < bytes.len() => bytes[at] = dice.next().to_le_bytes()[0],
            3 if at < bytes.len() => drop(bytes.remove(at)),
            4 => {
                let word: &[u8] = [
                    &b"\r\n"[..],
                    b"\n",
                    b"\r",
                    b"\0",
                    b":",
                    b" ",
                    b"\t",
                    b"%",
                    b"%00",
                    b"..",
                    b"/",
                    b"?",
                    b"#",
                    b"Content-Length: 7\r\n",
                    b"Transfer-Encoding: chunked\r\n",
                    b"Host: y\r\n",
                    b"ffffffffffffffff",
                    b"99999999999999999999",
                    b"\xff\xfe",
                    b"HTTP/1.1",
                ][dice.below(20)];
                bytes.splice(at..at, word.iter().copied());
            }
            5 => {
                let again = bytes[at.min(bytes.len())..].to_vec();
                bytes.extend(again);
            }
            _ => {
                let long = vec![b'a' + dice.below(26).to_le_bytes()[0]; dice.below(20_000)];
                bytes.splice(at..at, long);
            }
        }
        if bytes.is_empty() {
            bytes.push(b'\n');
        }
    }
    bytes
}

#[test]
fn nonsense_brings_nothing_down() {
    let cases = std::env::var("WORKSHOP_FUZZ_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(CASES);
    let mut target = Target::new();
    let address = target.server.address();
    let (workers, limit) = (8, target.descriptors().map(|count| count + 40));
    std::thread::scope(|scope| {
        for worker in 0..workers {
            scope.spawn(move || {
                let mut dice = Dice(0x9E37_79B9_7F4A_7C15 ^ (worker as u64 + 1));
                for _ in 0..cases / workers {
                    let mut wire =
                        Wire::connect(address).expect("it accepts").patient(Duration::from_secs(5));
                    wire.send(&nonsense(&mut dice));
                    if dice.below(3) > 0 {
                        drop(wire.stream.shutdown(Shutdown::Write));
                        assert!(
                            wire.ends_within(Duration::from_secs(10)),
                            "a half-closed connection is kept"
                        );
                    }
                }
            });
        }
    });
    target.is_fine();
    // Nothing that a backend got may be what a proxy must not pass on.
    for received in target.lab.journal.take() {
        assert!(!received.line.contains('\r') && !received.line.contains('\0'), "{received:?}");
        let lengths =
            received.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("content-length")).count();
        let codings = received
            .headers
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case("transfer-encoding"))
            .count();
        assert!(lengths + codings <= 1, "two lengths: {received:?}");
    }
    if let Some(limit) = limit {
        target.lets_go(limit);
    }
}

#[test]
fn what_is_too_long_is_refused() {
    let mut target = Target::new();
    let long = "x".repeat(1 << 20);
    let many: String = (0..20_000).map(|at| format!("X-{at}: {at}\r\n")).collect();
    let cases = [
        ("a long target", format!("GET /{long} HTTP/1.1\r\nHost: x\r\n\r\n"), &["414"][..]),
        ("a long method", format!("{} / HTTP/1.1\r\nHost: x\r\n\r\n", long.to_uppercase()), &["400", "414"]),
        ("a long header", format!("GET /fine HTTP/1.1\r\nHost: x\r\nX: {long}\r\n\r\n"), &["400", "431"]),
        ("a long name", format!("GET /fine HTTP/1.1\r\nHost: x\r\n{long}: x\r\n\r\n"), &["400", "431"]),
        ("a long host", format!("GET /fine HTTP/1.1\r\nHost: {long}\r\n\r\n"), &["400", "431"]),
        ("many headers", format!("GET /fine HTTP/1.1\r\nHost: x\r\n{many}\r\n"), &["400", "431"]),
        ("no end", long.clone(), &["400", "414"]),
    ];
    for (what, text, codes) in cases {
        let mut wire = target.wire().patient(Duration::from_secs(5));
        wire.send(text.as_bytes());
        // A server that ends the connection over unread bytes may take its answer along.
        if let Some(reply) = wire.reply("GET") {
            let code = if reply.status == "(no head)" { "none" } else { reply.code() };
            assert!(codes.contains(&code), "{what}: {}", reply.status);
        }
        assert!(wire.ends_within(Duration::from_secs(10)), "{what}: the connection stays open");
        target.is_fine();
    }
}

#[test]
fn a_client_that_leaves_takes_its_connection_along() {
    let mut target = Target::new();
    target.is_fine();
    let before = target.descriptors();
    for round in 0..60 {
        let text = match round % 4 {
            0 => "GET /big.bin HTTP/1.1\r\nHost: x\r\n\r\n",
            1 => "GET /api/x HTTP/1.1\r\nHost: x\r\nX-Do: *=bytes:5000000\r\n\r\n",
            2 => "GET /api/x HTTP/1.1\r\nHost: x\r\nX-Do: *=hang\r\n\r\n",
            _ => "POST /api/x HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nonly this",
        };
        let mut wire = target.wire();
        wire.stream.write_all(text.as_bytes()).expect("it takes a request");
        if round % 4 < 2 {
            assert!(wire.reply_begins(), "an answer begins");
        }
    }
    target.is_fine();
    if let Some(before) = before {
        target.lets_go(before + 20);
    }
}
