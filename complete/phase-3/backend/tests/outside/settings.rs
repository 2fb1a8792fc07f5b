//! Settings that cannot be used, and the command line.

use crate::harness::{program, run};

#[test]
fn a_setting_that_cannot_be_used_is_one_clear_line() {
    for (name, value, says) in [
        ("LISTEN_ADDRESS", "localhost", "localhost"),
        ("PORT", "80a", "80a"),
        ("DB_PORT", "65536", "65536"),
        ("DB_HOST", "", "empty"),
        ("DB_NAME", "", "empty"),
        ("DB_USER", "", "empty"),
        ("REDIS_HOST", "", "empty"),
        ("REDIS_PORT", "-1", "-1"),
        ("REPLICA_NAME", "two\nlines", "visible ASCII"),
        ("PUBLIC_URL", "sho.rt", "sho.rt"),
        ("PUBLIC_URL", "ftp://sho.rt", "base"),
        ("PUBLIC_URL", "http://sho.rt/?a", "base"),
        ("ACCESS_LOG", "yes", "on or off"),
        ("RESPONSE_DELAY_MS", "60001", "60000"),
        ("RESPONSE_DELAY_MS", "a while", "a while"),
        ("SHARED_LOCK_MS", "1001", "1000"),
        ("DB_REPLICA_HOSTS", "one,,two", "replica-1,replica-2"),
        ("DB_REPLICA_MAX_LAG", "86401", "86400"),
        ("DB_READ_YOUR_WRITES", "on", "off or gtid"),
        ("DB_READ_YOUR_WRITES_TIMEOUT_MS", "3001", "3000"),
    ] {
        let output = run(program().env("PORT", "0").env(name, value));
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{name}={value:?}: {error}");
        assert_eq!(error.lines().count(), 1, "{error}");
        assert!(error.contains(name) && error.contains(says), "{error}");
    }
}

#[test]
fn a_taken_port_is_named() {
    let taken = std::net::TcpListener::bind(("0.0.0.0", 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = run(program().env("PORT", &port));
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains(&port));
}

#[test]
fn the_command_line() {
    let help = run(program().arg("--help"));
    assert!(help.status.success() && String::from_utf8(help.stdout).unwrap().contains("DB_PASSWORD"));
    assert!(run(program().arg("--version")).status.success());
    let wrong = run(program().args(["serve", "now"]));
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8(wrong.stderr).unwrap().contains("usage"));
}
