//! The kinds about a database and its replicas: each passes, and fails for each of its reasons.

use std::collections::BTreeMap;
use std::time::Duration;

use super::live::{answered, healthy_b, judged as judged_live, stack};
use crate::check::seen::{Exchange, NumberedWrites, OwnWrite, Seen, StaleRead};
use crate::check::{Outcome, Verdict};
use workshop_engine::ExecEnd;
use workshop_text::Lang;

fn ended(stdout: &str) -> ExecEnd {
    ExecEnd { code: Some(0), stdout: stdout.to_owned(), stderr: String::new() }
}

/// The message's key, once it has its words in both languages.
#[track_caller]
fn key(check: &str, seen: Seen) -> (Outcome, &'static str) {
    let verdict: Verdict = judged_live(check, &stack(healthy_b()), Some(&seen));
    let texts = [Some(&verdict.message), verdict.expected.as_ref(), verdict.observed.as_ref()];
    for (text, lang) in texts.into_iter().flatten().flat_map(|text| Lang::ALL.map(|lang| (text, lang))) {
        let words = text.render(lang);
        assert!(
            words != text.key && !words.contains("{$") && !words.contains("{ $"),
            "{}: {words}",
            text.key
        );
    }
    (verdict.outcome, verdict.message.key)
}

const SOURCE: &str = "version: 10.11.6-MariaDB\nserver_id: 1\nlog_bin: 1\nread_only: 0\n";
const REPLICA: &str = "version: 10.11.6-MariaDB\nserver_id: 2\nlog_bin: 1\nread_only: 1\n\
    Master_Host: a\nSlave_IO_Running: Yes\nSlave_SQL_Running: Yes\nSeconds_Behind_Master: 0\n\
    Last_IO_Error: \nMaster_Server_Id: 1\nUsing_Gtid: Slave_Pos\n";

/// `a` is the source and `b` follows, as these say of themselves.
fn both(source: &str, replica: &str) -> Seen {
    Seen::Replication(BTreeMap::from([("a".to_owned(), ended(source)), ("b".to_owned(), ended(replica))]))
}

#[test]
fn a_replica_follows_the_right_server_or_it_is_said_why_not() {
    let check = "replicates = { service = \"b\", from = \"a\" }";
    assert_eq!(key(check, both(SOURCE, REPLICA)), (Outcome::Pass, "check-replicates-pass"));
    for (from, to, wanted) in [
        ("server_id: 2", "server_id: 1", "check-replicates-same-id"),
        ("Slave_IO_Running: Yes", "Slave_IO_Running: Connecting", "check-replicates-io"),
        ("Slave_SQL_Running: Yes", "Slave_SQL_Running: No", "check-replicates-sql"),
        ("Master_Server_Id: 1", "Master_Server_Id: 7", "check-replicates-other"),
        ("Using_Gtid: Slave_Pos", "Using_Gtid: No", "check-replicates-no-gtid"),
        ("read_only: 1", "read_only: 0", "check-replicates-writable"),
        ("Master_Host", "Nobody", "check-replicates-nobody"),
    ] {
        let wrong = REPLICA.replace(from, to);
        assert_eq!(key(check, both(SOURCE, &wrong)), (Outcome::NotYet, wanted), "{to}");
    }
    let stopped = REPLICA.replace("_Running: Yes", "_Running: No");
    assert_eq!(key(check, both(SOURCE, &stopped)).1, "check-replicates-stopped");
    let no_log = SOURCE.replace("log_bin: 1", "log_bin: 0");
    assert_eq!(key(check, both(&no_log, REPLICA)).1, "check-replicates-no-log");
    let writable = REPLICA.replace("read_only: 1", "read_only: 0");
    let check = "replicates = { service = \"b\", from = \"a\", read_only = false }";
    assert_eq!(key(check, both(SOURCE, &writable)).0, Outcome::Pass);
    let check = "replicates = { services = [\"b\", \"nginx\"], from = \"a\" }";
    let third = |replica: &str| {
        let all = [("a", SOURCE), ("b", REPLICA), ("nginx", replica)];
        Seen::Replication(all.map(|(name, said)| (name.to_owned(), ended(said))).into())
    };
    assert_eq!(key(check, third(REPLICA)).1, "check-replicates-twins");
    assert_eq!(key(check, third(&REPLICA.replace("server_id: 2", "server_id: 3"))).0, Outcome::Pass);
    let check = "replicates = { service = \"b\", from = \"a\" }";
    let refused = ExecEnd { code: Some(1), stdout: String::new(), stderr: "ERROR 1045".to_owned() };
    let seen = Seen::Replication(BTreeMap::from([("a".to_owned(), refused)]));
    assert_eq!(key(check, seen).1, "check-replication-silent");
}

#[test]
fn a_lag_that_is_null_is_never_small() {
    let lag = |rules: &str, lag: &str| {
        let replica = REPLICA.replace("Seconds_Behind_Master: 0", &format!("Seconds_Behind_Master: {lag}"));
        key(&format!("lag = {{ service = \"b\", {rules} }}"), both(SOURCE, &replica))
    };
    assert_eq!(lag("at_most = 1", "1"), (Outcome::Pass, "check-lag-pass"));
    assert_eq!(lag("at_most = 1", "2"), (Outcome::NotYet, "check-lag-over"));
    assert_eq!(lag("at_most = 1", "NULL"), (Outcome::NotYet, "check-lag-null"));
    assert_eq!(lag("at_least = 2", "1"), (Outcome::NotYet, "check-lag-under"));
    assert_eq!(lag("unknown = true", "NULL"), (Outcome::Pass, "check-lag-unknown-pass"));
    assert_eq!(lag("unknown = true", "0"), (Outcome::NotYet, "check-lag-known"));
}

fn made(status: u16) -> Exchange {
    answered("/urls", status, "{\"code\": \"abc\"}")
}

#[test]
fn a_stale_read_is_proved_by_what_comes_later() {
    let stale = |expect: &str, first: &str, arrived: Option<u64>| {
        let check = format!(
            "stale_read = {{ write = {{ path = \"/urls\", keep = {{ code = \"$.code\" }} }}, service = \"b\", query = \"SELECT 1\", expect = \"{expect}\" }}"
        );
        let seen = StaleRead {
            written: made(200),
            statement: "SELECT 1".to_owned(),
            first: Some(ended(first)),
            asked: Duration::from_millis(40),
            arrived: arrived.map(Duration::from_millis),
        };
        key(&check, Seen::StaleRead(seen))
    };
    assert_eq!(stale("stale", "", Some(2900)), (Outcome::Pass, "check-stale-pass"));
    assert_eq!(stale("stale", "1\n", Some(40)), (Outcome::NotYet, "check-stale-true"));
    assert_eq!(stale("stale", "", None), (Outcome::NotYet, "check-stale-never"));
    assert_eq!(stale("fresh", "1\n", Some(40)), (Outcome::Pass, "check-stale-fresh-pass"));
    assert_eq!(stale("fresh", "", Some(2900)), (Outcome::NotYet, "check-stale-lies"));
    assert_eq!(stale("fresh", "", None), (Outcome::NotYet, "check-stale-lies"));
}

#[test]
fn one_write_that_is_missing_in_the_next_read_is_seen() {
    let own = |expect: &str, statuses: &[u16]| {
        let check = format!(
            "read_your_writes = {{ write = {{ path = \"/urls\" }}, read = {{ path = \"/abc\", status = 302 }}, expect = \"{expect}\" }}"
        );
        let one = |status: &u16| OwnWrite {
            written: made(200),
            read: Some(answered("/abc", *status, "")),
            time: Duration::from_millis(7),
        };
        key(&check, Seen::OwnWrites(statuses.iter().map(one).collect()))
    };
    assert_eq!(own("fresh", &[302, 302]), (Outcome::Pass, "check-own-writes-pass"));
    assert_eq!(own("fresh", &[302, 404]), (Outcome::NotYet, "check-own-writes-missing"));
    assert_eq!(own("stale", &[302, 404]), (Outcome::Pass, "check-own-writes-stale-pass"));
    assert_eq!(own("stale", &[302, 302]), (Outcome::NotYet, "check-own-writes-all-there"));
}

#[test]
fn an_acknowledged_write_that_is_gone_is_counted() {
    let writes = |lost: bool, acknowledged: &[(&str, u64)], there: &str| {
        let check = format!(
            "no_write_lost = {{ write = {{ path = \"/urls\" }}, key = \"code\", during = [\"docker compose kill a\"], service = \"b\", query = \"SELECT 1\", lost = {lost} }}"
        );
        let at = |(key, when): &(&str, u64)| ((*key).to_owned(), Duration::from_millis(*when));
        let seen = NumberedWrites {
            sent: 3,
            acknowledged: acknowledged.iter().map(at).collect(),
            event: Duration::from_millis(100),
            found: Some(ended(there)),
        };
        key(&check, Seen::NumberedWrites(seen))
    };
    let two = [("x", 10), ("y", 90)];
    assert_eq!(writes(false, &two, "y\nx\nz\n"), (Outcome::Pass, "check-writes-pass"));
    assert_eq!(writes(false, &two, "x\n"), (Outcome::NotYet, "check-writes-lost"));
    assert_eq!(writes(true, &two, "x\n"), (Outcome::Pass, "check-writes-lost-pass"));
    assert_eq!(writes(true, &two, "x\ny\n"), (Outcome::NotYet, "check-writes-none-lost"));
    // Whoever was acknowledged nothing has lost nothing, and proved nothing.
    assert_eq!(writes(false, &[("x", 200)], "x\n"), (Outcome::NotYet, "check-writes-none"));
}
