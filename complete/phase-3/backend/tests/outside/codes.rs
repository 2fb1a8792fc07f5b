//! Codes of two servers never collide.

use std::collections::HashSet;
use std::thread;

use crate::engines::Stack;
use crate::harness::Server;
use crate::http::Connection;

const SERVERS: usize = 2;
const CONNECTIONS: usize = 8;
const EACH: usize = 6250;
const CODES: usize = SERVERS * CONNECTIONS * EACH;

#[test]
fn a_hundred_thousand_codes_of_two_servers() {
    let Some(stack) = Stack::start() else { return };
    let servers = ["api-1", "api-2"].map(|name| {
        let server = Server::listening(&stack, name, &[("ACCESS_LOG", "off")]);
        server.wait_for_status("UP");
        server
    });
    let codes: Vec<String> = thread::scope(|scope| {
        let workers: Vec<_> = servers
            .iter()
            .flat_map(|server| (0..CONNECTIONS).map(move |_| server.address))
            .map(|address| scope.spawn(move || shorten_many(address)))
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("a worker")).collect()
    });
    assert_eq!(codes.len(), 100_000);
    assert_eq!(codes.len(), CODES);
    assert!(
        codes.iter().all(|code| code.len() == 7 && code.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    );
    assert_eq!(codes.iter().collect::<HashSet<_>>().len(), CODES);
    // Each is a row, and each server has made some.
    let rows: i64 = stack.sql(async |connection| {
        sqlx::query_scalar("SELECT COUNT(DISTINCT short_code) FROM urls").fetch_one(connection).await
    });
    assert_eq!(rows, 100_000);
    for (at, code) in codes.iter().enumerate().step_by(9973) {
        servers[at % SERVERS].click(code, 1);
    }
}

fn shorten_many(address: std::net::SocketAddr) -> Vec<String> {
    let mut connection = Connection::open(address).expect("connect");
    (0..EACH)
        .map(|n| {
            let answer =
                connection.shorten(&format!("http://example.com/{n}")).expect("an answer").expect(201);
            answer.json()["shortCode"].as_str().expect("a code").to_owned()
        })
        .collect()
}
