//! `workshop picture`: who knows which address, in words, in both languages and as data.

use crate::embedded::desk::Desk;
use crate::harness::{Run, wait_for};

#[track_caller]
fn picture(desk: &Desk, args: &[&str]) -> Run {
    desk.run(["picture"].iter().chain(args)).code(0)
}

#[test]
fn it_says_what_dns_and_nginx_know_and_who_rests() {
    let desk = Desk::new();
    desk.run(["picture"]).code(1).says("frontend does not run");
    desk.edit("frontend/nginx.conf", " resolve ", " ");
    desk.compose("up -d --build --scale backend=3").code(0);
    desk.healthy(3);
    desk.compose("up -d --scale backend=5").code(0);
    desk.healthy(5);
    let text = picture(&desk, &[]).stdout;
    for words in [
        "DNS has 5 addresses for backend.",
        "nginx's own list has 3 addresses.",
        "nginx does not know backend-4, backend-5: they came after",
    ] {
        assert!(text.replace('\n', " ").contains(words), "{words}:\n{text}");
    }
    let korean = picture(&desk, &["--lang", "ko"]).stdout;
    assert!(korean.contains("nginx는 backend-4, backend-5를 모릅니다."), "{korean}");
    let data: serde_json::Value = serde_json::from_str(&picture(&desk, &["--json"]).stdout).expect("JSON");
    let rows = data["picture"]["groups"][0]["rows"].as_array().expect("rows").clone();
    let held: Vec<&str> = rows.iter().filter_map(|row| row["held"].as_str()).collect();
    assert_eq!(held, ["yes", "yes", "yes", "no", "no"]);
    // One that is lost is found out by a request, and rests for its time.
    desk.compose("kill --index 2 backend").code(0);
    let url = format!("http://127.0.0.1:{}/api/posts", desk.port);
    wait_for("one at rest", std::time::Duration::from_secs(10), || {
        desk.run(["load", &url, "--rate", "20", "--duration", "200ms", "--yes-i-own-this"]);
        picture(&desk, &[]).stdout.contains("backend-2 rests after a failure")
    });
    let all = picture(&desk, &[]).stdout;
    assert!(all.contains("backend-2 (gone)"), "{all}");
}
