//! Redirects: good answers unless they are to be followed, and then held to the same rules.

use serde_json::json;

use super::target::{Target, answer};
use super::{count, load};

const SHORT: [&str; 4] = ["--duration", "300ms", "--connections", "2"];

fn following(args: &[&'static str]) -> Vec<&'static str> {
    [&SHORT[..], args].concat()
}

/// Sends everybody to `location`.
fn sending_to(location: &str) -> Target {
    let headers = format!("Location: {location}\r\n");
    Target::start(move |_, stream| answer(stream, "302 Found", &headers))
}

#[test]
fn a_redirect_is_a_good_answer() {
    let target = sending_to("https://example.com/");
    let report = load(&target.url(), &SHORT, 0);
    assert_eq!(report["statuses"], json!({ "302": target.requests() }));
    assert_eq!((count(&report, "good"), count(&report, "redirects")), (target.requests(), 0));
}

#[test]
fn one_that_is_followed_is_one_request() {
    let target = Target::start(|request, stream| match request.line.as_str() {
        "POST / HTTP/1.1" => answer(stream, "303 See Other", "Location: there?a=b\r\n"),
        "GET /there?a=b HTTP/1.1" => {
            assert_eq!(request.body, "", "the body stays behind");
            answer(stream, "200 OK", "X-Replica: a\r\n")
        }
        other => panic!("{other}"),
    });
    let report = load(&target.url(), &following(&["--follow", "1", "--body", "x=1"]), 0);
    assert_eq!(count(&report, "requests") * 2, target.requests());
    assert_eq!(count(&report, "redirects"), count(&report, "requests"));
    assert_eq!(report["statuses"], json!({ "200": count(&report, "requests") }));
    assert_eq!(count(&report["shares"], "a"), count(&report, "requests"));
}

#[test]
fn a_307_takes_method_and_body_along() {
    let target = Target::start(|request, stream| match request.line.as_str() {
        "PUT / HTTP/1.1" => answer(stream, "307 Moved", &format!("Location: /{}\r\n", request.body)),
        there => {
            assert_eq!(there, format!("PUT /{} HTTP/1.1", request.body), "the same body, number and all");
            answer(stream, "200 OK", "")
        }
    });
    let args = following(&["--follow", "1", "--method", "PUT", "--body", "n{counter}"]);
    let report = load(&target.url(), &args, 0);
    assert_eq!((count(&report, "good") * 2, count(&report, "failed")), (target.requests(), 0));
}

#[test]
fn another_server_of_ours_may_be_where_it_goes() {
    let there = Target::start(|request, stream| {
        assert_eq!(request.header("authorization"), None, "that was for the first one");
        answer(stream, "200 OK", "")
    });
    let here = sending_to(&format!("http://localhost:{}/x", there.port()));
    let args = following(&["--follow", "3", "--header", "Authorization: secret"]);
    let report = load(&here.url(), &args, 0);
    assert_eq!((count(&report, "good"), there.requests()), (here.requests(), here.requests()));
}

#[test]
fn what_must_not_or_cannot_be_followed_is_an_error_of_its_kind() {
    let cases = [
        ("/", "too_many_redirects"),
        ("http://192.0.2.1/", "not_ours"),
        ("https://localhost/", "tls"),
        ("http://no-such-host.invalid/", "name_not_found"),
        ("http://[broken", "garbage"),
    ];
    for (location, kind) in cases {
        let target = sending_to(location);
        let report = load(&target.url(), &following(&["--follow", "4"]), 1);
        assert_eq!(report["errors"], json!({ kind: count(&report, "requests") }), "{location}: {report:#}");
        let hops = if kind == "too_many_redirects" { 5 } else { 1 };
        assert_eq!(target.requests(), count(&report, "requests") * hops, "{location}");
    }
}
