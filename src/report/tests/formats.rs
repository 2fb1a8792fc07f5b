//! JSON held to its schema, and JUnit XML.

use serde_json::{Value, json};

use super::sample;
use super::written;
use crate::event::{Event, Notice, Tone};
use crate::report::{Format, Style};
use crate::text::{Lang, Text, spoken};

fn json(lang: Lang, events: &[Event]) -> Value {
    let (out, err) = written(Format::Json, Style::PLAIN, lang, events);
    assert_eq!(err, "");
    assert_eq!(out.lines().count(), 1, "one object, one line");
    serde_json::from_str(&out).unwrap()
}

fn schema() -> jsonschema::Validator {
    let text = include_str!("../../../docs/check-report.schema.json");
    jsonschema::draft202012::new(&serde_json::from_str(text).unwrap()).unwrap()
}

#[test]
fn a_check_report_is_one_object_of_the_documented_shape() {
    let mut events: Vec<_> =
        sample::checks(Lang::En).into_iter().map(Box::new).map(Event::CheckFinished).collect();
    events.push(Event::CheckRun(sample::run(Lang::En)));
    let report = json(Lang::En, &events);
    let keys: Vec<_> = report.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["format", "lesson", "engine", "verdict", "steps"]);
    assert_eq!((&report["verdict"], &report["engine"]), (&json!("environment"), &json!("docker")));
    assert_eq!(
        report["steps"][0]["checks"][1],
        json!({
            "id": "backend-has-no-container-name",
            "title": "backend-has-no-container-name",
            "kind": "compose",
            "verdict": "not_yet",
            "message": "backend still has a container_name, so Compose cannot create a second replica.",
            "expected": "no container_name on backend",
            "observed": "container_name: myapp-backend",
            "file": "docker-compose.yml",
            "line": 12,
            "column": 15,
            "ms": 1.25,
        })
    );
    assert_eq!(report["steps"][0]["checks"][2]["shares"][3], json!({ "label": "backend-4", "count": 0 }));
}

#[test]
fn every_report_of_check_holds_to_the_schema() {
    let schema = schema();
    for lang in Lang::ALL {
        for events in [
            vec![Event::CheckRun(sample::run(lang))],
            sample::all(lang)
                .into_iter()
                .filter(|event| matches!(event, Event::CheckRun(_) | Event::Notice(_) | Event::Failure(_)))
                .collect(),
            vec![Event::Failure(sample::failure(lang))],
        ] {
            let report = json(lang, &events);
            let errors: Vec<_> = schema.iter_errors(&report).map(|error| error.to_string()).collect();
            assert_eq!(errors, Vec::<String>::new(), "{report}");
        }
    }
}

#[test]
fn the_schema_refuses_what_is_no_report() {
    let schema = schema();
    let good = json(Lang::En, &[Event::CheckRun(sample::run(Lang::En))]);
    for change in [
        |report: &mut Value| report["format"] = json!(2),
        |report: &mut Value| report["verdict"] = json!("maybe"),
        |report: &mut Value| report["steps"][0]["checks"][0]["line"] = json!("12"),
        |report: &mut Value| report["steps"][0]["checks"][0]["extra"] = json!(1),
        |report: &mut Value| *report = json!({ "format": 1 }),
    ] {
        let mut report = good.clone();
        change(&mut report);
        assert!(!schema.is_valid(&report), "{report}");
    }
}

#[test]
fn every_other_command_has_an_object_of_its_own() {
    let all = json(Lang::Ko, &sample::all(Lang::Ko));
    assert_eq!(all["format"], 1);
    assert_eq!(all["list"][0]["title"], "수평 스케일링");
    assert_eq!(all["step"]["offers"]["hints"], 2);
    assert!(all["step"]["text"].as_str().unwrap().starts_with("컨테이너 이름은"));
    assert_eq!(all["hint"], json!({ "number": 1, "of": 2, "text": "`backend` 아래를 보세요." }));
    assert_eq!(all["prompt"], "Remove the name:\n\n- of `backend`");
    assert_eq!(all["commands"][0]["code"], 0);
    assert_eq!(all["commands"][0]["output"][0]["stderr"], true);
    assert_eq!(all["status"]["replicas"][1]["published"], json!([8080, 8443]));
    assert_eq!(all["status"]["steps"][0]["state"], "passed");
    assert_eq!(all["removal"]["resources"][0], json!({ "kind": "container", "name": "workshop-backend-1" }));
    assert_eq!(all["findings"][1]["state"], "bad");
    assert_eq!(all["diff"][0]["file"], "docker-compose.yml");
    assert_eq!(all["notices"][1]["tone"], "warning");
    assert_eq!(all["error"]["exit"], 3);
    assert_eq!(json(Lang::En, &[]), json!({ "format": 1 }));
}

#[test]
fn every_event_is_data_in_the_language_that_is_spoken() {
    for event in sample::all(Lang::Ko) {
        let value = serde_json::to_value(&event).unwrap();
        assert!(value["event"].is_string() && !value["data"].is_null(), "{value}");
    }
    let notice = Event::Notice(Notice::new(Tone::Done, Text::new("ask-yes")));
    for lang in Lang::ALL {
        let said = spoken(lang, || serde_json::to_value(&notice).unwrap());
        let data = json!({ "tone": "done", "text": Text::new("ask-yes").render(lang) });
        assert_eq!(said, json!({ "event": "notice", "data": data }));
    }
}

#[test]
fn junit_holds_a_suite_a_step_and_a_case_a_check() {
    let (out, err) =
        written(Format::Junit, Style::PLAIN, Lang::En, &[Event::CheckRun(sample::run(Lang::En))]);
    assert_eq!(err, "");
    assert_eq!(
        out,
        r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="workshop 06" tests="4" skipped="0" failures="2" errors="1" time="2.342">
    <testsuite name="remove-container-name" tests="4" skipped="0" errors="1" failures="2" time="2.342">
        <properties>
            <property name="title" value="Remove container_name"/>
        </properties>
        <testcase name="compose-is-readable" classname="06.remove-container-name" time="0.000">
            <properties>
                <property name="title" value="compose-is-readable"/>
            </properties>
        </testcase>
        <testcase name="backend-has-no-container-name" classname="06.remove-container-name" time="0.001">
            <properties>
                <property name="title" value="backend-has-no-container-name"/>
            </properties>
            <failure message="backend still has a container_name, so Compose cannot create a second replica." type="compose">backend still has a container_name, so Compose cannot create a second replica.
docker-compose.yml:12:15: 이름: &amp;고정 { container_name: myapp-backend }  # 하나만
expected: no container_name on backend
observed: container_name: myapp-backend</failure>
        </testcase>
        <testcase name="every-replica-serves" classname="06.remove-container-name" time="2.310">
            <properties>
                <property name="title" value="every-replica-serves"/>
            </properties>
            <failure message="2 of 5 backend replicas received no request (backend-4, backend-5): nginx resolved &quot;backend&quot; when it started, before you scaled" type="spread">2 of 5 backend replicas received no request (backend-4, backend-5): nginx resolved &quot;backend&quot; when it started, before you scaled
expected: at least 6 requests each
observed: 21, 19, 20, 0, 0
backend-1 21
backend-2 19
backend-3 20
backend-4 0
backend-5 0
backend-1 [2J]0;owned GET /api/posts 200 txt.exe
backend-2  GET /api/posts 200</failure>
        </testcase>
        <testcase name="frontend-answers" classname="06.remove-container-name" time="0.030">
            <properties>
                <property name="title" value="frontend-answers"/>
            </properties>
            <error message="Docker does not answer (unix:///var/run/docker.sock)." type="http">Docker does not answer (unix:///var/run/docker.sock).</error>
        </testcase>
    </testsuite>
    <testsuite name="scale-to-3" tests="0" skipped="0" errors="0" failures="0" time="0.000">
        <properties>
            <property name="title" value="Scale to 3"/>
        </properties>
    </testsuite>
</testsuites>
"#
        .replace("200 txt.exe", "200 \u{202e}txt.exe")
    );
}

#[test]
fn a_failure_before_any_check_is_a_test_case_in_error() {
    let (out, err) =
        written(Format::Junit, Style::PLAIN, Lang::En, &[Event::Failure(sample::failure(Lang::En))]);
    assert!(out.contains("<error message=\"Docker does not answer.\" type=\"exit 3\">"), "{out}");
    assert_eq!(err, "environment: Docker does not answer.\n");
    let (out, _) = written(Format::Junit, Style::PLAIN, Lang::En, &[]);
    assert_eq!(out, "");
}
