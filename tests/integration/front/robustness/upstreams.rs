//! Backends that answer badly or without end, and bodies that nobody takes.

use std::io::Read;
use std::time::Duration;

use super::Target;
use crate::front::wire::request;
use crate::harness::wait_for;

#[test]
fn bad_answers_end_in_an_error_and_nothing_else() {
    let mut target = Target::new();
    target.is_fine();
    let before = target.descriptors();
    for action in ["garbage", "nostatus"] {
        // nginx passes it on as HTTP/0.9, which is no more than the backend deserves.
        target.ask(&format!("GET /api/x\nX-Do: *={action}"));
        target.is_fine();
    }
    for action in ["halfhead", "close", "hang", "endlesshead"] {
        for _ in 0..4 {
            let reply = target.ask(&format!("GET /api/x\nX-Do: *={action}"));
            assert!(["502", "504"].contains(&reply.code()), "{action}: {}", reply.status);
        }
        target.is_fine();
    }
    for action in ["halfbody", "halfchunk", "stall", "badchunk"] {
        let reply = target.reply_to(&format!("GET /api/x\nX-Do: *={action}"));
        let whole = reply.as_ref().is_some_and(|reply| reply.whole);
        assert!(!whole, "{action}: a body that was cut short looks whole: {reply:?}");
        target.is_fine();
    }
    if let Some(before) = before {
        target.lets_go(before + 20);
    }
}

#[test]
fn a_header_larger_than_the_buffer_is_refused() {
    let mut target = Target::new();
    let reply = target.ask("GET /api/x\nX-Do: *=bighead:100000");
    assert_eq!(reply.code(), "502");
    target.is_fine();
}

#[test]
fn a_body_without_end_is_not_kept() {
    let mut target = Target::new();
    let mut slow = Vec::new();
    for _ in 0..5 {
        let mut wire = target.wire();
        wire.send(&request("GET /api/x\nX-Do: *=endless", false));
        assert!(wire.reply_begins(), "an answer begins");
        slow.push(wire); // and reads no more
    }
    // While one that reads is served on and on.
    let mut wire = target.wire();
    wire.send(&request("GET /api/x\nX-Do: *=endless", false));
    let mut taken = 0;
    let mut chunk = vec![0; 1 << 16];
    while taken < 200 << 20 {
        match wire.stream.read(&mut chunk) {
            Ok(count @ 1..) => taken += count,
            end => panic!("after {taken} bytes: {end:?}"),
        }
    }
    target.is_fine();
    drop((slow, wire));
    wait_for("it lets the backends go", Duration::from_secs(10), || {
        target.descriptors().is_none_or(|count| count < 60)
    });
}

#[test]
fn a_large_upload_is_not_kept_in_memory() {
    let mut target = Target::new();
    let size = 300 << 20;
    let mut wire = target.wire();
    wire.send(format!("POST /api/x HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n").as_bytes());
    let chunk = vec![b'x'; 1 << 20];
    let mut most = 0;
    for _ in 0..size >> 20 {
        wire.send(&chunk);
        most = most.max(target.memory().unwrap_or(0));
    }
    let reply = wire.reply("POST").expect("an answer");
    assert_eq!(reply.code(), "200");
    assert!(most < super::MEMORY, "the front held {} MiB of an upload", most >> 20);
    let received = target.lab.journal.take();
    assert_eq!(received.iter().map(|request| request.body.len()).collect::<Vec<_>>(), [size]);
    target.is_fine();
}
