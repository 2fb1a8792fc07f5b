use super::*;
use proptest::prelude::*;

const PLAIN: Asked<'_> = Asked { head_only: false, share_header: "x-replica", follow: true };

/// Feeds `text` in pieces of `size`; the answer, and what was left behind it.
fn fed(text: &[u8], size: usize, asked: Asked) -> Result<(Answer, Fed), Garbage> {
    let mut answer = Answer::new();
    let mut rest = text;
    loop {
        let (piece, after) = rest.split_at(size.min(rest.len()));
        match answer.feed(piece, asked)? {
            Fed::Whole { left } => return Ok((answer, Fed::Whole { left: left + after.len() })),
            Fed::More if after.is_empty() => return Ok((answer, Fed::More)),
            Fed::More => rest = after,
        }
    }
}

fn read(text: &str) -> (Answer, Fed) {
    fed(text.as_bytes(), usize::MAX, PLAIN).unwrap_or_else(|_| panic!("garbage: {text}"))
}

fn is_garbage(text: &str) -> bool {
    fed(text.as_bytes(), usize::MAX, PLAIN).is_err()
}

#[test]
fn a_body_of_a_length_is_counted() {
    let text = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Replica: a\r\n\r\nhello";
    let (answer, end) = read(text);
    assert_eq!((answer.status, answer.keep_alive, end), (200, true, Fed::Whole { left: 0 }));
    assert_eq!((answer.bytes, answer.share.as_slice()), (text.len() as u64, &b"a"[..]));
    let (_, end) = read("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhell");
    assert_eq!(end, Fed::More);
}

#[test]
fn bytes_that_nobody_asked_for_end_the_connection() {
    let (answer, end) = read("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhello");
    assert_eq!((answer.keep_alive, end), (false, Fed::Whole { left: 3 }));
}

#[test]
fn chunks_end_where_they_say() {
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n";
    for body in [
        "0\r\n\r\n",
        "5\r\nhello\r\n0\r\n\r\n",
        "5;a=b\r\nhello\r\n00\r\nT: x\r\n\r\n",
        "A\n0123456789\n0\n\n",
    ] {
        let (answer, end) = read(&format!("{head}{body}"));
        assert_eq!((answer.keep_alive, end), (true, Fed::Whole { left: 0 }), "{body:?}");
    }
    for body in ["x\r\n", "\r\n", "5\r\nhelloo\r\n", "5 x\rz", "1000000000000000\r\n", "-1\r\n"] {
        let garbage = is_garbage(&format!("{head}{body}"));
        assert_eq!(garbage, body != "5 x\rz", "{body:?}");
    }
}

#[test]
fn without_a_length_it_goes_on_until_the_close() {
    let (answer, end) = read("HTTP/1.1 200 OK\r\n\r\nsome");
    assert!(answer.whole_at_close() && !answer.keep_alive && end == Fed::More);
    let (answer, _) = read("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nsome");
    assert!(answer.whole_at_close());
    let (answer, _) = read("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsome");
    assert!(!answer.whole_at_close());
    assert!(!Answer::new().whole_at_close());
}

#[test]
fn some_answers_have_no_body() {
    for status in ["204 No Content", "304 Not Modified"] {
        let (_, end) = read(&format!("HTTP/1.1 {status}\r\nContent-Length: 5\r\n\r\n"));
        assert_eq!(end, Fed::Whole { left: 0 });
    }
    let asked = Asked { head_only: true, ..PLAIN };
    let text = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
    assert_eq!(fed(text, 1, asked).map(|(_, end)| end), Ok(Fed::Whole { left: 0 }));
}

#[test]
fn interim_answers_are_skipped() {
    let (answer, end) = read(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n",
    );
    assert_eq!((answer.status, end), (201, Fed::Whole { left: 0 }));
    assert!(is_garbage("HTTP/1.1 101 Switching Protocols\r\n\r\n"));
}

#[test]
fn connections_are_kept_as_the_version_and_the_header_say() {
    let kept = |version: &str, header: &str| {
        read(&format!("HTTP/{version} 200 OK\r\nContent-Length: 0\r\n{header}\r\n")).0.keep_alive
    };
    assert!(kept("1.1", ""));
    assert!(!kept("1.1", "Connection: upgrade, Close\r\n"));
    assert!(!kept("1.0", ""));
    assert!(kept("1.0", "Connection: Keep-Alive\r\n"));
}

#[test]
fn what_is_not_http_is_garbage() {
    for text in [
        "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/2 200\r\n\r\n",
        "220 mail ready\r\n",
        "\u{1}\u{2}\u{3}",
        "HTTP/1.1 abc OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n",
    ] {
        assert!(is_garbage(text), "{text:?}");
    }
    let endless = format!("HTTP/1.1 200 OK\r\nX: {}", "y".repeat(LONGEST_HEAD + 1));
    assert!(is_garbage(&endless));
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "A: b\r\n".repeat(MOST_HEADERS + 1));
    assert!(is_garbage(&many));
}

#[test]
fn a_redirect_says_where_it_goes() {
    let (answer, _) = read("HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(answer.location.as_deref(), Some("/there"));
}

#[test]
fn the_next_answer_starts_afresh() {
    let mut answer = Answer::new();
    let first = b"HTTP/1.1 302 Found\r\nLocation: /x\r\nX-Replica: a\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(answer.feed(first, PLAIN), Ok(Fed::Whole { left: 0 }));
    answer.clear();
    assert_eq!(
        answer.feed(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", PLAIN),
        Ok(Fed::Whole { left: 0 })
    );
    assert_eq!((answer.status, answer.share.len(), &answer.location), (200, 0, &None));
}

proptest! {
    /// Whatever the pieces are, the end is the same.
    #[test]
    fn pieces_do_not_matter(sizes in proptest::collection::vec(0usize..300, 0..6), size in 1usize..40, interim in any::<bool>(), tail in 0usize..5) {
        let mut text = String::new();
        if interim {
            text.push_str("HTTP/1.1 100 Continue\r\n\r\n");
        }
        text.push_str("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Replica: b\r\n\r\n");
        for size in sizes.iter().filter(|size| **size > 0) {
            text.push_str(&format!("{size:x}\r\n{}\r\n", "0".repeat(*size)));
        }
        text.push_str("0\r\n\r\n");
        let whole = text.len();
        text.push_str(&"x".repeat(tail));
        let (answer, end) = fed(text.as_bytes(), size, PLAIN).expect("it is an answer");
        prop_assert_eq!(end, Fed::Whole { left: tail });
        prop_assert_eq!(answer.bytes, whole as u64);
        prop_assert_eq!(answer.share.as_slice(), b"b");
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), size in 1usize..40, real in any::<bool>()) {
        let head = if real { &b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"[..] } else { b"HTTP/1.1 " };
        let _ = fed(&[head, &bytes].concat(), size, PLAIN);
    }
}
