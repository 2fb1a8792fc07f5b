//! The kinds that fit any stack: each passes once, and fails for each of its reasons.

use std::collections::BTreeMap;

use super::live::{answered, healthy_b, judged as judged_live, stack};
use super::{fails, passes};
use crate::check::seen::{Exchange, Seen};
use crate::check::{Outcome, Verdict};
use crate::lesson::model::CheckEntry;
use workshop_engine::{ExecEnd, ImageFacts};
use workshop_text::Lang;

const FILES: &[(&str, &str)] = &[
    ("app.json", "{\n  \"log\": { \"level\": \"info\" }\n}\n"),
    ("app.toml", "[server]\nport = 8080\n"),
    ("app.ini", "[db]\nhost = mysql\n"),
    ("notes", "debug=true\n"),
];

#[test]
fn a_file_is_held_to_its_text_and_its_values() {
    for good in [
        "file = { path = \"app.json\", values = { \"log.level\" = \"info\", \"log.no\" = { exists = false } } }",
        "file = { path = \"app.toml\", values = { \"server.port\" = 8080 } }",
        "file = { path = \"app.ini\", values = { \"db.host\" = { regex = \"^my\" } } }",
        "file = { path = \"notes\", contains = [\"debug\", \"true\"], lacks = \"false\", regex = '(?m)^debug=' }",
        "file = { path = \"notes\", format = \"ini\", values = { debug = true } }",
        "file = { path = \"gone\", absent = true }",
    ] {
        passes(good, FILES);
    }
    for (bad, key, word) in [
        ("path = \"app.json\", values = { \"log.level\" = \"debug\" }", "check-file-value", "\"info"),
        ("path = \"app.toml\", values = { \"server.port\" = 80 }", "check-file-value", "8080"),
        ("path = \"app.ini\", values = { \"db.host\" = \"db\" }", "check-file-value", "mysql"),
        ("path = \"app.ini\", values = { \"db.port\" = 1 }", "check-file-value", "[db]"),
        ("path = \"notes\", format = \"json\", values = { a = 1 }", "check-file-broken", "debug"),
        ("path = \"notes\", lacks = \"true\"", "check-file-says", "true"),
        ("path = \"notes\", regex = \"^x\"", "check-file-lacks", "debug"),
    ] {
        fails(&format!("file = {{ {bad} }}"), FILES, key, word);
    }
}

/// In both languages, whole.
fn said(verdict: &Verdict) -> &'static str {
    let texts = [Some(&verdict.message), verdict.expected.as_ref(), verdict.observed.as_ref()];
    for (text, lang) in texts.into_iter().flatten().flat_map(|text| Lang::ALL.map(|lang| (text, lang))) {
        let words = text.render(lang);
        assert!(
            words != text.key && !words.contains("{$") && !words.contains("{ $"),
            "{}: {words}",
            text.key
        );
    }
    verdict.message.key
}

fn judged(check: &str, seen: &Seen) -> Verdict {
    let verdict = judged_live(check, &stack(healthy_b()), Some(seen));
    said(&verdict);
    verdict
}

#[test]
fn answers_are_compared_with_what_was_kept() {
    let check = "http = [
        { path = \"/a\", keep = { first = \"$.id\" }, keep_headers = { tag = \"ETag\" } },
        { path = \"/b\", has = { \"/id\" = { differs_from = \"first\" } }, has_headers = { etag = { same_as = \"tag\" } }, text = { contains = \"id\" } },
    ]";
    let with = |id: u32, tag: &str| {
        let mut exchange: Exchange = answered("/x", 200, &format!("{{\"id\": {id}}}"));
        if let Ok(reply) = &mut exchange.reply {
            reply.headers.insert("etag".to_owned(), tag.to_owned());
        }
        exchange
    };
    let seen = |two: Exchange| judged(check, &Seen::Requests(vec![with(1, "v1"), two]));
    assert_eq!(seen(with(2, "v1")).outcome, Outcome::Pass);
    assert_eq!(seen(with(1, "v1")).message.key, "check-http-value");
    assert_eq!(seen(with(2, "v2")).message.key, "check-http-header");
    let verdict = seen(Exchange {
        reply: Ok(crate::check::seen::Reply {
            body: "no".to_owned(),
            ..with(2, "v1").reply.expect("a reply")
        }),
        ..with(2, "v1")
    });
    assert_eq!(verdict.message.key, "check-http-body");
}

#[test]
fn a_header_of_the_clients_own_is_no_lessons_to_send() {
    let read = |headers: &str| {
        let text = format!("id = \"x\"\nhttp = [{{ path = \"/\", headers = {{ {headers} }} }}]\n");
        toml::from_str::<CheckEntry>(&text).map(|_| ())
    };
    assert!(read("Accept = \"text/html\", If-None-Match = \"{tag}\"").is_ok());
    for bad in ["Host = \"x\"", "X-Request-Id = \"x\"", "\"a b\" = \"x\""] {
        assert!(read(bad).is_err(), "{bad}");
    }
}

#[test]
fn an_image_is_held_to_what_it_says_of_itself() {
    let image = ImageFacts {
        size: Some(50_000_000),
        user: "10001:10001".to_owned(),
        labels: [("team".to_owned(), "a".to_owned())].into(),
        env: [("PORT".to_owned(), "80".to_owned())].into(),
        exposed: vec!["8080/tcp".to_owned()],
        layers: 5,
    };
    let seen = |rules: &str, image: Option<&ImageFacts>| {
        let seen = Seen::Images([("b-1".to_owned(), image.cloned())].into());
        judged(&format!("image = {{ service = \"b\", {rules} }}"), &seen)
    };
    for good in [
        "root = false, user = { contains = \"10001\" }, labels = { team = \"a\" }, env = { PORT = 80 }",
        "exposes = [\"8080\"], at_most_mb = 50, at_most_layers = 5",
    ] {
        assert_eq!(seen(good, Some(&image)).outcome, Outcome::Pass, "{good}");
    }
    for (bad, what) in [
        ("root = true", "check-image-user"),
        ("user = \"app\"", "check-image-user"),
        ("labels = { team = \"b\" }", "check-image-label"),
        ("labels = { no = { exists = true } }", "check-image-label"),
        ("env = { PORT = 81 }", "check-image-env"),
        ("exposes = [\"80/udp\"]", "check-image-ports"),
        ("at_most_mb = 49", "check-image-its-size"),
        ("at_most_layers = 4", "check-image-layers"),
    ] {
        let verdict = seen(bad, Some(&image));
        assert_eq!((verdict.outcome, verdict.message.key), (Outcome::NotYet, "check-image-wrong"), "{bad}");
        assert!(format!("{:?}", verdict.message).contains(what), "{bad}: {:?}", verdict.message);
    }
    assert_eq!(
        seen("root = false", Some(&ImageFacts::default())).outcome,
        Outcome::NotYet,
        "no USER is root"
    );
    assert!(seen("root = false", None).vacuous, "an engine without images");
}

#[test]
fn a_variable_is_looked_at_where_it_runs_and_a_secret_is_not_shown() {
    let seen = |name: &str, value: Option<&str>| {
        let all = value.map(|value| (name.to_owned(), value.to_owned())).into_iter().collect();
        let seen = Seen::Variables([("b-1".to_owned(), Some(all))].into());
        judged(&format!("variable = {{ service = \"b\", name = \"{name}\", is = \"right\" }}"), &seen)
    };
    assert_eq!(seen("LEVEL", Some("right")).outcome, Outcome::Pass);
    let wrong = seen("LEVEL", Some("wrong"));
    assert_eq!(wrong.message.key, "check-variable-wrong");
    assert_eq!(wrong.observed.map(|text| text.render(Lang::En)).as_deref(), Some("wrong"));
    assert_eq!(seen("LEVEL", None).outcome, Outcome::NotYet);
    let secret = format!("{:?}", seen("DB_PASSWORD", Some("hunter2")));
    assert!(!secret.contains("hunter2") && !secret.contains("right\""), "{secret}");
    let unseen = Seen::Variables([("b-1".to_owned(), None)].into());
    let verdict = judged("variable = { service = \"b\", name = \"X\", is = \"1\" }", &unseen);
    assert_eq!(verdict.outcome, Outcome::Environment);
}

fn end(code: i32, stdout: &str, stderr: &str) -> ExecEnd {
    ExecEnd { code: Some(code), stdout: stdout.to_owned(), stderr: stderr.to_owned() }
}

#[test]
fn a_command_is_held_to_its_code_and_its_output() {
    let check = "command = { in = \"b\", run = [\"app\", \"--version\"], code = 3, output = { regex = '^\\d+$' }, errors = \"\" }";
    let seen = |end: ExecEnd| judged(check, &Seen::Exec([("b-1".to_owned(), end)].into()));
    assert_eq!(seen(end(3, "12\n", "")).outcome, Outcome::Pass);
    for (wrong, what) in [
        (end(0, "12\n", ""), "check-command-code"),
        (end(3, "12x\n", ""), "check-command-output"),
        (end(3, "12\n", "oh\n"), "check-command-errors"),
    ] {
        let verdict = seen(wrong);
        assert_eq!(verdict.outcome, Outcome::NotYet);
        assert!(format!("{:?}", verdict.message).contains(what), "{:?}", verdict.message);
    }
    let here: CheckEntry =
        toml::from_str("id = \"x\"\ncommand = { run = [\"git\", \"--version\"] }\n").expect("a check");
    assert_eq!(here.spec.check().program().map(<[String]>::len), Some(2), "agreed to as a program");
    assert!(here.spec.check().commands().is_empty());
    assert!(toml::from_str::<CheckEntry>("id = \"x\"\ncommand = { run = [] }\n").is_err());
}

#[test]
fn a_query_is_held_to_its_rows() {
    let seen = |rules: &str, end: ExecEnd| {
        let check = format!("sql = {{ service = \"b\", client = \"mysql\", query = \"SELECT 1\", {rules} }}");
        judged(&check, &Seen::Exec([("b-1".to_owned(), end)].into()))
    };
    let two = || end(0, "1\tana\n2\tbo\n", "mysql: [Warning] a password\n");
    for good in ["rows = [[1, \"ana\"], [2, \"bo\"]]", "count = 2", "value = 1"] {
        assert_eq!(seen(good, two()).outcome, Outcome::Pass, "{good}");
    }
    for bad in ["rows = [[1, \"ana\"]]", "count = 1", "value = 2"] {
        assert_eq!(seen(bad, two()).message.key, "check-sql-wrong", "{bad}");
    }
    let failed = seen("count = 1", end(1, "", "mysql: [Warning] a password\nERROR 1146: no table\n"));
    assert_eq!((failed.message.key, failed.lines.len()), ("check-sql-failed", 1));
}

#[test]
fn a_client_asks_as_the_containers_environment_has_it() {
    use crate::check::sql::{Client, Query};
    let command = |client, env: &[(&str, &str)]| {
        let env: BTreeMap<String, String> =
            env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let query =
            Query { service: "db".to_owned(), client, database: None, statement: "SELECT 1".to_owned() };
        query.command(&env)
    };
    let root = command(Client::Mysql, &[("MYSQL_ROOT_PASSWORD", "r"), ("MYSQL_DATABASE", "d")]);
    assert!(
        ["--user=root", "--password=r", "--database=d"].iter().all(|word| root.contains(&(*word).to_owned()))
    );
    let own = command(
        Client::Mariadb,
        &[("MARIADB_USER", "u"), ("MARIADB_PASSWORD", "p"), ("MARIADB_ROOT_PASSWORD", "r")],
    );
    assert!(
        own[0] == "mariadb"
            && own.contains(&"--user=u".to_owned())
            && own.contains(&"--password=p".to_owned())
    );
    let psql = command(Client::Psql, &[("POSTGRES_USER", "u")]);
    assert_eq!(psql.iter().filter(|word| *word == "u").count(), 2, "the database is named as the user");
}
