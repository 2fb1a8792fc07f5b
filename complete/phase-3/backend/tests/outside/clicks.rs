//! No click is lost, and none is counted twice.

use redis::Commands as _;
use rustix::process::Signal;

use crate::engines::Stack;
use crate::harness::{Server, wait_for};
use crate::traffic::Traffic;

/// Clicks in the database alone.
fn written(stack: &Stack, code: &str) -> u64 {
    stack.sql(async |connection| {
        sqlx::query_scalar("SELECT click_count FROM urls WHERE short_code = ?")
            .bind(code)
            .fetch_one(connection)
            .await
    })
}

fn batches(stack: &Stack) -> i64 {
    stack.sql(async |connection| {
        sqlx::query_scalar("SELECT COUNT(*) FROM click_batches").fetch_one(connection).await
    })
}

#[test]
fn clicks_are_written_back_in_batches() {
    let Some(stack) = Stack::start() else { return };
    let server = Server::start(&stack, "api-1");
    let codes: Vec<String> = (0..5).map(|n| server.shorten(&format!("http://example.com/{n}"))).collect();
    for (at, code) in codes.iter().enumerate() {
        server.click(code, at + 1);
        // At every moment, wherever the clicks are.
        assert_eq!(server.clicks(code), at as u64 + 1);
    }
    for (at, code) in codes.iter().enumerate() {
        wait_for("the clicks in the database", || (written(&stack, code) == at as u64 + 1).then_some(()));
        assert_eq!(server.clicks(code), at as u64 + 1);
    }
    assert!(batches(&stack) <= 15);
    let mut redis = stack.redis();
    wait_for("an empty hash", || {
        let left: u64 = redis.exists(&["clicks:pending", "clicks:batch", "clicks:lock"][..]).unwrap();
        (left == 0).then_some(())
    });
}

#[test]
fn one_server_killed_in_the_middle() {
    let Some(stack) = Stack::start() else { return };
    let mut servers = ["api-1", "api-2"].map(|name| Server::start(&stack, name));
    let code = servers[0].shorten("http://example.com/busy");
    let addresses = [servers[0].address, servers[1].address].repeat(4);
    let traffic = Traffic::run(&addresses, &code, |traffic| {
        // Some batches are written, by whichever server.
        wait_for("batches", || (batches(&stack) >= 2).then_some(()));
        servers[0].signal(Signal::KILL);
        servers[0].wait();
        traffic.wait_for_more(500);
        // What is shown is never more than what was asked for.
        let shown = servers[1].clicks(&code);
        let asked = traffic.answered() + addresses.len() as u64;
        assert!(shown <= asked, "{asked} asked for, {shown} shown");
    });
    let (answered, unanswered) = (traffic.answered(), traffic.unanswered());
    assert!(unanswered <= 4, "only those that the killed server had: {unanswered}");
    let total = servers[1].clicks(&code);
    assert!((answered..=answered + unanswered).contains(&total), "{answered} + {unanswered}: {total}");
    wait_for("all in the database", || (written(&stack, &code) == total).then_some(()));
    assert_eq!(servers[1].clicks(&code), total);
}

#[test]
fn a_batch_left_behind_is_finished_once() {
    let Some(stack) = Stack::start() else { return };
    let server = Server::start(&stack, "api-1");
    let code = server.shorten("http://example.com/left");
    let mut redis = stack.redis();
    // As a server leaves it that died before it wrote the batch.
    redis::pipe()
        .hset("clicks:batch", "", "11111111-1111-4111-8111-111111111111")
        .hset("clicks:batch", &code, 7)
        .exec(&mut redis)
        .unwrap();
    wait_for("the batch in the database", || (written(&stack, &code) == 7).then_some(()));
    wait_for("no batch", || (!redis.exists::<_, bool>("clicks:batch").unwrap()).then_some(()));
    // And after it wrote the batch, before it said so: with the lock still held.
    redis::pipe()
        .set("clicks:lock", "of the dead")
        .pexpire("clicks:lock", 1500)
        .hset("clicks:batch", "", "11111111-1111-4111-8111-111111111111")
        .hset("clicks:batch", &code, 7)
        .hset("clicks:pending", &code, 2)
        .exec(&mut redis)
        .unwrap();
    assert_eq!(server.clicks(&code), 9);
    server.line_with(&["a batch was already written", "11111111-1111-4111-8111-111111111111"]);
    wait_for("the next batch", || (written(&stack, &code) == 9).then_some(()));
    assert_eq!(server.clicks(&code), 9);
}

#[test]
fn a_stop_leaves_nothing_behind() {
    let Some(mut stack) = Stack::start() else { return };
    let mut server = Server::start(&stack, "api-1");
    let code = server.shorten("http://example.com/stop");
    stack.redis.kill();
    server.click(&code, 5);
    assert_eq!(server.clicks(&code), 0, "they wait in the server's memory");
    server.signal(Signal::TERM);
    assert!(server.wait().success());
    assert_eq!(written(&stack, &code), 5);
    assert!(!server.lines().iter().any(|line| line.contains("lost")));
}

#[test]
fn clicks_that_are_lost_are_said_to_be() {
    let Some(mut stack) = Stack::start() else { return };
    let mut server = Server::start(&stack, "api-1");
    let code = server.shorten("http://example.com/lost");
    stack.redis.kill();
    server.click(&code, 5);
    stack.mysql.kill();
    server.signal(Signal::TERM);
    assert!(server.wait().success());
    server.line_with(&["msg=\"clicks lost\"", "count=5"]);
}
