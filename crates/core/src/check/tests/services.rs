//! Kinds about what a service of the compose file is, for one service and for several.

use super::{fails, passes};
use crate::verdict::Outcome;
use workshop_text::Lang;

/// Two services `a` and `b` with these lines, and a `mysql` beside them.
fn compose(a: &str, b: &str) -> String {
    format!(
        "services:\n  a:\n    image: x\n    {a}\n  b:\n    image: x\n    {b}\n  mysql:\n    image: m\nvolumes: {{data: }}\nnetworks: {{n: }}\n"
    )
}

#[track_caller]
fn both_pass(check: &str, line: &str) -> String {
    passes(check, &[("docker-compose.yml", &compose(line, line))]).message.render(Lang::En)
}

/// `a` is right and `b` is not.
#[track_caller]
fn second_fails(check: &str, right: &str, wrong: &str, key: &str, word: &str) {
    fails(check, &[("docker-compose.yml", &compose(right, wrong))], key, word);
}

#[test]
fn every_service_is_looked_at() {
    let said = both_pass("published = { services = [\"a\", \"b\"], none = true }", "expose: [80]");
    assert_eq!(said, "these can be reached from inside only: a, b");
    let none = "published = { services = [\"a\", \"b\"], none = true }";
    second_fails(none, "expose: [80]", "ports: [\"80:80\"]", "check-published-still", "\"80:80\"");
    assert_eq!(
        both_pass("instances = { services = [\"a\", \"b\"], equals = 1 }", "tty: true"),
        "each stays a single instance: a, b"
    );
    second_fails(
        "instances = { services = [\"a\", \"b\"], equals = 1 }",
        "tty: true",
        "scale: 2",
        "check-instances-other",
        "2",
    );
    let waits =
        "depends_on = { services = [\"a\", \"b\"], only = [\"mysql\"], condition = \"service_healthy\" }";
    let healthy = "depends_on: {mysql: {condition: service_healthy}}";
    let said = both_pass(waits, healthy);
    assert!(said.contains("health") && said.contains("a, b"), "{said}");
    second_fails(waits, healthy, "depends_on: [mysql]", "check-depends-on-condition", "mysql");
    second_fails(waits, healthy, "tty: true", "check-depends-on-missing", "b");
    fails(
        none,
        &[("docker-compose.yml", "services:\n  a: {image: x}\n")],
        "check-compose-missing",
        "services",
    );
}

#[test]
fn a_service_says_by_itself_whether_it_is_healthy() {
    let check = "healthcheck = { services = [\"a\", \"b\"] }";
    let good = "healthcheck: {test: [CMD, x, ping], interval: 2s}";
    for line in
        [good, "healthcheck: {test: x ping}", "healthcheck: {test: [CMD-SHELL, \"x ping | grep -q PONG\"]}"]
    {
        both_pass(check, line);
    }
    for (wrong, key, word) in [
        ("tty: true", "check-healthcheck-missing", "b"),
        ("healthcheck: {disable: true}", "check-healthcheck-disabled", "{disable"),
        ("healthcheck: {test: [NONE]}", "check-healthcheck-disabled", "{test"),
        ("healthcheck: {interval: 2s}", "check-healthcheck-no-test", "{interval"),
        ("healthcheck: {test: \"\"}", "check-healthcheck-no-test", "{test"),
        ("healthcheck: {test: exit 0}", "check-healthcheck-always", "{test"),
        ("healthcheck: {test: [CMD, \"true\"]}", "check-healthcheck-always", "{test"),
    ] {
        second_fails(check, good, wrong, key, word);
    }
}

#[test]
fn data_lies_on_a_mount_that_outlives_the_container() {
    let check = "volume = { services = [\"a\", \"b\"], at = \"/var/lib/mysql\" }";
    let good = "volumes: [\"data:/var/lib/mysql\"]";
    for line in [
        good,
        "volumes: [\"./data:/var/lib\"]",
        "volumes: [{type: volume, source: data, target: /var/lib/mysql/}]",
    ] {
        both_pass(check, line);
    }
    for (wrong, key, word) in [
        ("tty: true", "check-volume-none-at", "b"),
        ("volumes: [\"data:/var/lib/mysql-files\"]", "check-volume-none-at", "b"),
        ("volumes: [\"data:/var/lib/mysql:ro\"]", "check-volume-read-only", "\"data:"),
        ("tmpfs: /var/lib/mysql", "check-volume-memory", "/var/lib/mysql"),
        ("volumes: [/var/lib/mysql]", "check-volume-nameless", "/var/lib/mysql"),
        ("volumes: [\"other:/var/lib/mysql\"]", "check-file-broken", "\"other:"),
    ] {
        second_fails(check, good, wrong, key, word);
    }
}

#[test]
fn each_has_files_of_its_own_where_that_is_asked_for() {
    let check = "volume = { services = [\"a\", \"b\"], at = \"/var/lib/mysql\", own = true }";
    let good = "volumes: [\"data:/var/lib/mysql\"]";
    for (wrong, word) in
        [(good, "\"data:"), ("volumes: [{type: volume, source: data, target: /var/lib/mysql/}]", "{type")]
    {
        second_fails(check, good, wrong, "check-volume-not-own", word);
    }
    for own in ["volumes: [\"./data:/var/lib/mysql\"]", "volumes: [\"data:/var/lib\"]"] {
        passes(check, &[("docker-compose.yml", &compose(good, own))]);
    }
}

#[test]
fn a_volume_check_says_which_path_it_means() {
    for bad in [
        "volume = { service = \"a\" }",
        "volume = { service = \"a\", at = \"data\" }",
        "volume = { service = \"a\", at = \"/a\", holds = \"B\" }",
    ] {
        let read: Result<crate::lesson::model::CheckEntry, _> =
            toml::from_str(&format!("id = \"x\"\n{bad}\n"));
        assert!(read.is_err(), "{bad}");
    }
}

#[test]
fn a_variable_names_a_service_that_can_be_found() {
    let check = "environment = { services = [\"a\", \"b\"], key = \"DB_HOST\", names = \"mysql\" }";
    for line in [
        "environment: {DB_HOST: mysql}",
        "environment: [\"DB_HOST=mysql\"]",
        "environment: {DB_HOST: \"${DB_HOST:-mysql}\"}",
    ] {
        both_pass(check, line);
    }
    let good = "environment: {DB_HOST: mysql}";
    for (wrong, key, word) in [
        ("environment: {DB_HOST: localhost}", "check-environment-names-localhost", "localhost"),
        ("environment: {DB_HOST: mysq}", "check-environment-names-other", "mysq"),
        ("environment: {DB_HOST: mysql, A: 1}\n    networks: [n]", "check-environment-names-apart", "mysql"),
        ("environment: [\"DB_HOST=mysql:3306\"]", "check-environment-names-more", "mysql:3306"),
        ("environment: {DB_HOST: \"mysql://u:p@mysql/x\"}", "check-environment-names-more", "\"mysql://"),
        ("environment: {DB_PORT: 1}", "check-environment-missing", "b"),
    ] {
        second_fails(check, good, wrong, key, word);
    }
    // An `environment` of its own hides all that it shared.
    let keeps = "environment = { services = [\"a\", \"b\"], key = \"DB_HOST\", keeps = [\"DB_NAME\"] }";
    both_pass(keeps, "environment: {DB_HOST: mysql, DB_NAME: x}");
    let all = "environment: {DB_HOST: mysql, DB_NAME: x}";
    second_fails(keeps, all, good, "check-environment-hides", "mysql");
    // By an alias on a network that both are on; not by one elsewhere.
    let aliased = |network: &str| {
        format!(
            "services:\n  a:\n    image: x\n    environment: {{DB_HOST: db}}\n    networks: [n]\n  mysql:\n    image: m\n    \
                 networks: {{n: , {network}: {{aliases: [db]}}}}\nnetworks: {{n: , m: }}\n"
        )
    };
    let one = "environment = { service = \"a\", key = \"DB_HOST\", names = \"mysql\" }";
    passes(one, &[("docker-compose.yml", &aliased("n").replace("n: , n:", "n:"))]);
    fails(one, &[("docker-compose.yml", &aliased("m"))], "check-environment-names-other", "db");
}

#[test]
fn cpu_limits_are_there_low_and_even() {
    let check = "cpu_limit = { services = [\"a\", \"b\"], at_most = 0.5 }";
    let good = "deploy: {resources: {limits: {cpus: \"0.20\"}}}";
    assert_eq!(both_pass(check, good), "each may use 0.2 of a core: a, b");
    passes(check, &[("docker-compose.yml", &compose(good, "cpus: 0.2"))]);
    for (wrong, key, word) in [
        ("tty: true", "check-cpu-limit-missing", "b"),
        ("cpus: 0", "check-cpu-limit-missing", "0"),
        ("cpus: 1.5", "check-cpu-limit-high", "1.5"),
        ("cpus: 0.3", "check-cpu-limit-uneven", "0.3"),
    ] {
        second_fails(check, good, wrong, key, word);
    }
    // Not a number is what Compose itself would say.
    let broken = super::judged(check, &[("docker-compose.yml", &compose(good, "cpus: half"))]);
    assert_eq!((broken.outcome, broken.message.key), (Outcome::NotYet, "check-file-broken"));
}

#[test]
fn ports_are_free_or_ours_or_the_machines_fault() {
    use crate::check::application::Application;
    use crate::check::seen::{PortSeen, PortState, Seen};
    let entry: crate::lesson::model::CheckEntry =
        toml::from_str("id = \"x\"\nports = {}\n").expect("a check");
    let dir = super::workspace(&[]);
    let app = Application::bare(dir.path(), "nginx.conf");
    let judged = |state, set| {
        let one = |variable: &str, port, state| PortSeen { variable: variable.to_owned(), port, state, set };
        let seen = Seen::Ports(vec![one("APP_PORT", 3004, PortState::Ours), one("MYSQL_PORT", 3306, state)]);
        let world =
            crate::check::World { app: &app, stack: None, seen: Some(&seen), baseline: &[], answer: None };
        entry.spec.check().judge(&world)
    };
    assert_eq!(judged(PortState::Free, true).outcome, Outcome::Pass);
    assert_eq!(judged(PortState::Free, false).message.key, "check-ports-pass");
    for state in [PortState::Taken, PortState::NotAllowed] {
        // Nobody has said that it shall be this one: another one takes its place.
        let open = judged(state, false);
        assert_eq!((open.outcome, open.message.key), (Outcome::Pass, "check-ports-replaced"));
        let verdict = judged(state, true);
        assert_eq!(verdict.outcome, Outcome::Environment);
        for lang in Lang::ALL {
            let words = verdict.message.render(lang);
            for part in ["MYSQL_PORT", "3306", "workshop doctor"] {
                assert!(words.contains(part), "{words}");
            }
        }
    }
}
