//! The sample application's page in a real browser, served by the real stack with three replicas.
//! Runs where Docker and chromedriver are; fails instead of skipping where `WORKSHOP_TEST_ENGINES`
//! names `docker` and `browser`.

#![cfg(unix)]

pub(crate) mod browser;

use std::time::Duration;

use serde_json::json;

use self::browser::{ESCAPE, Page, chromedriver_runs};
use crate::docker::lab::Lab;
use crate::harness::wait_for;

const SOON: Duration = Duration::from_secs(30);

#[test]
fn the_page_is_used_as_people_use_it() {
    if !chromedriver_runs() {
        return;
    }
    let Some(lab) = Lab::at("scale-to-5") else { return };
    let page = Page::open();
    page.go(&lab.url("/"));
    page.until("the feed is loaded", "return !!document.querySelector('#feed[aria-busy=\"false\"]')");
    languages(&page);
    let id = write(&page, "안녕하세요, Contoso!");
    like(&page, &id);
    comment(&page, &id);
    search(&page, &id);
    text_is_not_markup(&page);
    the_badge_names_every_replica(&page, &lab);
    a_phone_is_wide_enough(&page);
    nothing_is_lost(&page, &lab, &id);
    edit_and_remove(&page, &id);
    no_backend(&page, &lab);
}

fn languages(page: &Page) {
    for (code, publish, heading) in [("ko", "게시", "게시물"), ("en", "Publish", "Posts")] {
        page.find(&format!("#language option[value={code}]")).click();
        assert_eq!(page.find("#post-submit").text(), publish);
        assert_eq!(page.find("#feed-title").text(), heading);
        assert_eq!(page.script("return document.documentElement.lang", &[]), code);
    }
}

/// Writes a post; its id.
fn write(page: &Page, text: &str) -> String {
    if page.script("return document.querySelector('#username').value", &[]) == "" {
        page.find("#username").keys("jisu\t");
    }
    page.find("#post-content").keys(text);
    page.find("#post-submit").click();
    let found = "return [...document.querySelectorAll('article[data-post-id]')]
        .find(one => one.querySelector('.text').textContent === arguments[0])?.dataset.postId ?? null";
    page.until_with("the post is in the feed", found, &[json!(text)]).as_str().expect("an id").to_owned()
}

fn like(page: &Page, id: &str) {
    let article = format!("article[data-post-id=\"{id}\"]");
    let likes = |pressed: &str, count: &str| {
        let script = "const one = document.querySelector(arguments[0]);
            return one.querySelector('.like').getAttribute('aria-pressed') === arguments[1]
                && one.querySelector('.likes-count').textContent === arguments[2]";
        page.until_with("the like is counted", script, &[json!(article), json!(pressed), json!(count)]);
    };
    assert_eq!(page.find(&format!("{article} .author")).text(), "jisu");
    likes("false", "0");
    page.find(&format!("{article} .like")).click();
    likes("true", "1");
    page.find(&format!("{article} .like")).click();
    likes("false", "0");
    page.find(&format!("{article} .like")).click();
    likes("true", "1");
}

fn comment(page: &Page, id: &str) {
    page.find(&format!("article[data-post-id=\"{id}\"] .open")).click();
    page.until("the dialog is open", "return document.querySelector('#post-dialog').open");
    page.until("comments are loaded", "return !document.querySelector('#comments-empty').hidden");
    page.find("#comment-content").keys("첫 댓글");
    page.find("#comment-submit").click();
    page.until(
        "the comment is there",
        "return document.querySelectorAll('#comments li[data-comment-id]').length === 1",
    );
    assert_eq!(page.find("#comments li .text").text(), "첫 댓글");
    page.find("#comment-content").keys(ESCAPE);
    page.until("Escape closes the dialog", "return !document.querySelector('#post-dialog').open");
    let focus = "return document.activeElement.closest('article')?.dataset.postId === arguments[0]";
    page.until_with("the focus is back where it was", focus, &[json!(id)]);
    assert_eq!(page.find(&format!("article[data-post-id=\"{id}\"] .open")).text(), "1 comment");
}

fn search(page: &Page, id: &str) {
    let other = write(page, "something else");
    page.find("#search").keys("하세요\n");
    let only = "const ids = [...document.querySelectorAll('article[data-post-id]')].map(one => one.dataset.postId);
        return document.querySelector('#feed').getAttribute('aria-busy') === 'false' && ids.length === 1 && ids[0] === arguments[0]";
    page.until_with("one post is found", only, &[json!(id)]);
    page.find("#search").clear();
    let both = "return [...arguments].every(id => document.querySelector(`article[data-post-id=\"${id}\"]`))";
    page.until_with("all posts are back", both, &[json!(id), json!(other)]);
}

fn text_is_not_markup(page: &Page) {
    let text = "<img src=x onerror=\"window.stolen=1\"><b>bold</b><script>window.stolen=1</script>";
    let id = write(page, text);
    let article = format!("article[data-post-id=\"{id}\"]");
    assert_eq!(page.find(&format!("{article} .text")).text(), text);
    let inside = "return document.querySelectorAll(arguments[0] + ' .text *').length";
    assert_eq!(page.script(inside, &[json!(article)]), 0);
    page.go_again();
    page.until_with(
        "the post is there again",
        "return !!document.querySelector(arguments[0])",
        &[json!(article)],
    );
    assert_eq!(page.script("return window.stolen ?? null", &[]), json!(null));
}

fn the_badge_names_every_replica(page: &Page, lab: &Lab) {
    let mut wanted: Vec<String> = lab.of("backend").iter().map(|one| one.id[..12].to_owned()).collect();
    wanted.sort();
    wait_for("every replica has answered", SOON, || {
        page.find("#replica-probe").click();
        page.until(
            "the probe is done",
            "return !document.querySelector('#replica-probe').hasAttribute('aria-disabled')",
        );
        let listed = page.script("return [...document.querySelectorAll('#replica-list li[data-replica]')].map(one => one.dataset.replica).sort()", &[]);
        listed == json!(wanted)
    });
    let badge = page.find("#replica-badge").text();
    assert!(wanted.contains(&badge), "{badge}: {wanted:?}");
}

fn a_phone_is_wide_enough(page: &Page) {
    page.narrow(360, 740);
    assert_eq!(page.script("return innerWidth", &[]), 360);
    let over = "return [...document.querySelectorAll('body *')].filter(one => one.getClientRects().length)
        .filter(one => one.getBoundingClientRect().right > 361 && getComputedStyle(one).position !== 'absolute')
        .map(one => one.tagName + '#' + one.id)";
    for code in ["ko", "en"] {
        page.find(&format!("#language option[value={code}]")).click();
        let width = page.script("return document.documentElement.scrollWidth", &[]);
        assert!(width.as_f64().is_some_and(|width| width <= 360.0), "{code}: {width}");
        assert_eq!(page.script(over, &[]), json!([]), "{code}");
    }
    page.wide();
}

/// What was written stays, whichever replica answers.
fn nothing_is_lost(page: &Page, lab: &Lab, id: &str) {
    page.go(&lab.url("/"));
    let article = format!("article[data-post-id=\"{id}\"]");
    page.until_with(
        "the post is there again",
        "return !!document.querySelector(arguments[0])",
        &[json!(article)],
    );
    assert_eq!(page.find(&format!("{article} .likes-count")).text(), "1");
    assert_eq!(page.script("return document.querySelector('#username').value", &[]), "jisu");
}

fn edit_and_remove(page: &Page, id: &str) {
    let article = format!("article[data-post-id=\"{id}\"]");
    page.find(&format!("{article} .edit")).click();
    page.find(&format!("{article} .edit-content")).clear();
    page.find(&format!("{article} .edit-content")).keys("다시 씀");
    page.find(&format!("{article} .save")).click();
    let now = "return document.querySelector(arguments[0] + ' .text')?.textContent === '다시 씀'";
    page.until_with("the text is changed", now, &[json!(article)]);
    page.find(&format!("{article} .remove")).click();
    assert_eq!(page.find(&format!("{article} .remove")).text(), "Really delete?");
    page.find(&format!("{article} .remove")).click();
    page.until_with("the post is gone", "return !document.querySelector(arguments[0])", &[json!(article)]);
}

fn no_backend(page: &Page, lab: &Lab) {
    lab.compose(&["stop", "-t", "1", "backend"]);
    page.find("#post-content").keys("is anybody there?");
    page.find("#post-submit").click();
    page.until("a notice", "return !document.querySelector('#messages .notice').hidden");
    let said = page.find("#messages .notice span").text();
    assert!(said.contains("does not answer"), "{said}");
    let kept = page.script("return document.querySelector('#post-content').value", &[]);
    assert_eq!(kept, "is anybody there?", "what was written is kept");
}
