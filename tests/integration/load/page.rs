//! The page: written whole or not at all, and looked at in a real browser.

use serde_json::{Value, json};

use super::target::{Target, answer};
use crate::harness::{Run, Sandbox};
use crate::page::browser::{Page, chromedriver_runs};

fn target() -> Target {
    Target::start(|request, stream| match request.number % 100 {
        0 => answer(stream, "500 Broken", "X-Replica: api-server-1\r\n"),
        number if number % 2 == 0 => answer(stream, "200 OK", "X-Replica: api-server-1\r\n"),
        _ => answer(
            stream,
            "200 OK",
            "X-Replica: <b>api-server-2 with a name that does not end anywhere soon</b>\r\n",
        ),
    })
}

fn written(sandbox: &Sandbox, target: &Target, args: &[&str]) -> Run {
    let mut command = sandbox.command();
    command.args(["load", &target.url(), "--report", "report.html"]).args(args);
    Run::of(&mut command)
}

#[test]
fn only_a_report_is_overwritten() {
    let (sandbox, target) = (Sandbox::new(), target());
    let file = sandbox.root().join("report.html");
    std::fs::write(&file, "<html>my own page</html>").expect("written");
    let args = ["--duration", "200ms"];
    written(&sandbox, &target, &args).code(2).says("is not a report of this program").says("--yes");
    assert_eq!(target.requests(), 0, "it is said before the load");
    assert_eq!(std::fs::read_to_string(&file).expect("it is there"), "<html>my own page</html>");
    written(&sandbox, &target, &["--duration", "200ms", "--yes"]).code(0).says("The page is in report.html");
    written(&sandbox, &target, &args).code(0);
    let all: Vec<_> = std::fs::read_dir(sandbox.root()).expect("a folder").collect();
    assert_eq!(all.len(), 1, "{all:?}");
    let nowhere = Run::of(sandbox.command().args(["load", &target.url(), "--report", "no/such/folder.html"]));
    nowhere.code(3).says("cannot be written");
}

#[test]
fn the_page_is_good_to_look_at() {
    if !chromedriver_runs() {
        return;
    }
    let (sandbox, target) = (Sandbox::new(), target());
    let page = Page::open();
    for lang in ["ko", "en"] {
        let args =
            ["--stages", "2s:8,2s:8", "--threshold", "p99<1m", "--threshold", "errors<0.1%", "--lang", lang];
        written(&sandbox, &target, &args).code(1);
        let file = sandbox.root().join("report.html");
        let url = reqwest::Url::from_file_path(&file).expect("an absolute path");
        for width in [400, 1200] {
            page.narrow(width, 900);
            page.go(url.as_str());
            looks_right(&page, lang, width);
        }
    }
    page.wide();
}

/// What is asked of the page at every size.
fn looks_right(page: &Page, lang: &str, width: u32) {
    assert_eq!(page.script("return document.documentElement.lang", &[]), lang);
    assert_eq!(
        page.script("return document.documentElement.scrollWidth", &[]),
        width,
        "nothing scrolls sideways"
    );
    let plots = page.script(
        "return [...document.querySelectorAll('figure.plot svg')].map(one => { const box = one.getBoundingClientRect(); \
         return [box.left, box.right, box.height, one.querySelectorAll('path.line').length]; })",
        &[],
    );
    let plots = plots.as_array().expect("a list");
    assert_eq!(plots.len(), 4, "throughput, users, latency, percentiles: {plots:?}");
    for plot in plots {
        let number = |at: usize| plot[at].as_f64().expect("a number");
        let (left, right, height, lines) = (number(0), number(1), number(2), number(3));
        assert!(left > 40.0 && right <= f64::from(width) - 15.0 && right - left > 250.0, "{plot}");
        assert!((150.0..=260.0).contains(&height) && lines >= 1.0, "{plot}");
    }
    // Words stay inside of the window and of their own box, and no two marks of an axis overlap.
    let words = "const out = [...document.querySelectorAll('main *, footer')].filter(one => one.children.length === 0 && one.textContent.trim() && !(one instanceof SVGElement)) \
         .filter(one => { const box = one.getBoundingClientRect(); return box.width && (box.left < 0 || box.right > innerWidth + 0.5 || one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline'); }); \
         return out.map(one => one.outerHTML)";
    assert_eq!(page.script(words, &[]), json!([]), "{lang} {width}");
    let overlapping = "const found = []; for (const axis of document.querySelectorAll('.x, .y')) { \
         const boxes = [...axis.children].map(one => [one.textContent, one.getBoundingClientRect()]); \
         for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length; j++) { const [a, b] = [boxes[i][1], boxes[j][1]]; \
         if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom) found.push(boxes[i][0] + ' / ' + boxes[j][0]); } } return found";
    assert_eq!(page.script(overlapping, &[]), json!([]), "{lang} {width}");
    assert_eq!(page.script("return document.querySelectorAll('.shares svg .part').length", &[]), 2);
    assert_eq!(
        page.script("return document.querySelectorAll('.shares b').length", &[]),
        0,
        "a name is no markup"
    );
    assert_eq!(page.script("return document.querySelectorAll('tr.met, tr.missed').length", &[]), 2);
    assert_eq!(
        page.script("return performance.getEntriesByType('resource').length", &[]),
        0,
        "nothing is fetched"
    );
    assert_eq!(page.console(), Vec::<Value>::new(), "nothing is complained of");
}
