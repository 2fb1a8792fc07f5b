use super::*;
use crate::load::{ErrorKind, Plan};
use crate::report::tests::sample;

fn page(lang: Lang) -> String {
    render(&sample::load_run(), lang)
}

#[test]
fn a_page_is_known_as_ours_and_nothing_else_is() {
    for lang in Lang::ALL {
        assert!(is_ours(page(lang).as_bytes()));
    }
    for other in [&b""[..], b"<!DOCTYPE html><title>mine</title>", MARKER.as_bytes().split_at(10).1] {
        assert!(!is_ours(other));
    }
}

#[test]
fn what_comes_from_outside_stays_text() {
    let mut run = sample::load_run();
    let evil = "\"><script>alert(1)</script>&'";
    run.plan.url = format!("http://localhost/{evil}");
    run.report.shares = [(evil.to_owned(), 5)].into();
    run.thresholds[0].source = evil.to_owned();
    let page = render(&run, Lang::En);
    assert!(!page.contains("<script"), "{page}");
    assert_eq!(page.matches("&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;&#39;").count(), 5);
}

#[test]
fn a_page_needs_nothing_from_elsewhere() {
    for lang in Lang::ALL {
        let page = page(lang);
        for word in ["<script", "@import", "url(", "<img", "src=", "<iframe"] {
            assert!(!page.contains(word), "{word}");
        }
        let links: Vec<&str> = page.split("href=").skip(1).map(|rest| &rest[..8]).collect();
        assert_eq!(links, ["\"data:,\""]);
    }
}

#[test]
fn plots_are_drawn_within_their_frame() {
    let page = page(Lang::En);
    assert_eq!(page.matches("<figure class=\"plot\">").count(), 4);
    for path in page.split(" d=\"M").skip(1) {
        let path = path.split('"').next().expect("a path");
        for point in path.trim_end_matches('Z').split('L') {
            let (x, y) = point.split_once(' ').expect("two numbers");
            let inside = |number: &str, end: f64| number.parse().is_ok_and(|n: f64| (0.0..=end).contains(&n));
            assert!(inside(x, 1000.0) && inside(y, 300.0), "{point}");
        }
    }
}

#[test]
fn a_run_without_an_answer_is_a_page_too() {
    let plan = Plan::get("localhost/", Load::Closed { connections: 1 }, Duration::from_secs(5));
    let report = Report { requests: 3, errors: [(ErrorKind::Reset, 3)].into(), ..Report::empty() };
    let page = render(
        &LoadRun { plan, report, thresholds: Vec::new(), at: SystemTime::UNIX_EPOCH, engine: None },
        Lang::En,
    );
    assert!(page.contains("Nothing was measured.") && page.contains("connection reset"));
    assert!(!page.contains("NaN") && !page.contains("inf"), "{page}");
}

#[test]
fn a_long_run_is_put_together() {
    let second =
        |at| Second { at, requests: 10, p99: Duration::from_millis(u64::from(at)), ..Second::default() };
    let seconds: Vec<Second> = (0..2000).map(second).collect();
    let points = put_together(&seconds);
    assert!(points.len() <= MOST_POINTS);
    assert_eq!(points.iter().map(|point| point.second.requests).sum::<u64>(), 20_000);
    assert_eq!(points.iter().map(|point| point.second.p99).max(), Some(Duration::from_millis(1999)));
    assert_eq!(points.iter().map(|point| point.seconds).sum::<f64>(), 2000.0);
}

#[test]
fn marks_of_time_are_round_and_few() {
    for end in 2..5000 {
        let axis = Axis::seconds(f64::from(end));
        let numbers: Vec<u32> =
            axis.marks.iter().map(|(words, _)| words.parse().expect("a number")).collect();
        assert!((2..=7).contains(&numbers.len()) && numbers[0] == 0, "{end}: {numbers:?}");
        assert!(axis.marks.iter().all(|(_, place)| (0.0..=1.0).contains(place)), "{end}");
    }
}

#[test]
fn marks_of_values_are_round() {
    let marks =
        |end: f64| Axis::even(end, &rate).marks.into_iter().map(|(words, _)| words).collect::<Vec<_>>();
    assert_eq!(marks(20_000.0), ["0", "5,000", "10,000", "15,000", "20,000"]);
    assert_eq!(marks(50.0), ["0", "10", "20", "30", "40", "50"]);
    assert_eq!(marks(250.0), ["0", "50", "100", "150", "200", "250"]);
}
