//! The room's page in a real browser.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::opened::Opened;
use crate::page::browser::{Page, chromedriver_runs};

const TAB: &str = "\u{E004}";
const ENTER: &str = "\u{E007}";
const NAME: &str = "<b>Kim</b>";

/// Whether the page has an element by `css` with `words` in its text.
fn shows(page: &Page, css: &str, words: &str) {
    let script = "const found = document.querySelector(arguments[0]); \
                  return !!found && found.innerText.includes(arguments[1])";
    page.until_with(&format!("{css}: {words}"), script, &[json!(css), json!(words)]);
}

fn join(page: &Page, room: &Opened, name: &str, lang: &str) {
    page.go(&room.url(&format!("/?lang={lang}#{}", room.code)));
    page.find("#name").keys(name);
    page.find("#come").click();
    page.find("#hand-help");
}

fn quiet(page: &Page) {
    assert_eq!(page.console(), Vec::<Value>::new(), "nothing complains");
}

#[test]
fn a_hand_and_a_vote_are_on_the_board() {
    if !chromedriver_runs() {
        return;
    }
    let room = Opened::new();
    let (learner, board) = (Page::open(), Page::open());
    board.go(&room.url(&format!("/board?lang=en#{}", room.key)));
    shows(&board, "#learners", "Nobody is here yet");
    assert_eq!(board.script("return location.hash", &[]), "", "the key does not stay to be read");
    let away = board.script("return document.getElementById('away').getClientRects().length", &[]);
    assert_eq!(away, 0, "there is no phone to send away");
    join(&learner, &room, NAME, "en");
    assert_eq!(learner.script("return location.hash", &[]), "");
    shows(&learner, "#mine", NAME);
    learner.find("#hand-help").click();
    shows(&board, "#learners", NAME);
    shows(&board, "#learners", "I need help");
    assert_eq!(
        board.script("return document.querySelectorAll('#learners b').length", &[]),
        0,
        "a name is text"
    );
    let token = room.join("lee");
    room.stuck(&token, 1);
    shows(&board, "#failing", "Three replicas run (1)");
    shows(&board, "#steps", "3. Scale to 3");
    let mut poll = json!({ "id": "p", "question": "How many?", "choices": ["two", "<i>three</i>"] });
    assert_eq!(room.ask(Method::PUT, "/api/poll", &room.key, &poll).0, StatusCode::NO_CONTENT);
    learner.find("input[type=radio][value='<i>three</i>']").click();
    learner.find("#vote").click();
    shows(&board, "#votes", "<i>three</i>: 1");
    shows(&learner, "#votes", "two: 0");
    poll["answer"] = json!("two");
    room.ask(Method::PUT, "/api/poll", &room.key, &poll);
    shows(&learner, "#answer", "two");
    let shown = json!({ "lesson": "06", "step": "scale", "title": "Scale", "position": 3, "of": 35 });
    room.ask(Method::PUT, "/api/shown", &room.key, &shown);
    shows(&learner, "#shown", "Step 3 of 35: Scale");
    board.go(&room.url("/projector?lang=en"));
    shows(&board, "#failing", "Three replicas run (1)");
    shows(&board, "#join-code", &room.code);
    let wall = board.script("return document.body.innerText", &[]);
    assert!(wall.as_str().is_some_and(|wall| !wall.contains("Kim") && !wall.contains("lee")), "{wall}");
    quiet(&learner);
    quiet(&board);
    // The room falls over and comes back: nobody joins again.
    let port = room.port;
    let room = Opened::with(room.killed(), port, &["--resume"]);
    let other = json!({ "lesson": "06", "step": "next", "title": "Afterwards", "position": 4, "of": 35 });
    room.ask(Method::PUT, "/api/shown", &room.key, &other);
    shows(&learner, "#shown", "Step 4 of 35: Afterwards");
    learner.find("#leave").click();
    learner.find("#code");
    assert!(!room.kept().contains("Kim"), "the room forgets");
}

#[test]
fn it_goes_by_the_keyboard_and_in_both_languages() {
    if !chromedriver_runs() {
        return;
    }
    let room = Opened::new();
    let page = Page::open();
    page.go(&room.url("/?lang=ko"));
    shows(&page, "h2", "강의실 들어가기");
    page.find("#lang").click();
    shows(&page, "h2", "Join the room");
    assert_eq!(page.script("return document.documentElement.lang", &[]), "en");
    let focus = || page.script("return document.activeElement.id", &[]);
    page.find("#code").keys("wrong");
    page.find("#come").click();
    shows(&page, "#said", "opens no room");
    // The browser itself notes down what was refused.
    assert_eq!(page.console().len(), 1);
    page.find("#code").clear();
    page.find("#code").keys(&room.code);
    page.find("#code").keys(TAB);
    assert_eq!(focus(), "name");
    page.find("#name").keys(TAB);
    assert_eq!(focus(), "come");
    page.find("#come").keys(ENTER);
    page.until(
        "it is in",
        "return document.activeElement.id === 'main' && !!document.getElementById('hand-done')",
    );
    let mut order = Vec::new();
    for _ in 0..3 {
        page.find(":focus").keys(TAB);
        order.push(focus());
    }
    assert_eq!(order, ["hand-done", "hand-help", "leave"]);
    page.find("#hand-help").keys(ENTER);
    page.until(
        "it is up",
        "return document.getElementById('hand-help').getAttribute('aria-pressed') === 'true'",
    );
    shows(&page, "#said", "need help");
    quiet(&page);
}

#[test]
fn the_phone_turns_the_pages() {
    if !chromedriver_runs() {
        return;
    }
    let room = Opened::new();
    let page = Page::open();
    page.narrow(360, 740);
    let mut presses = room.listen("/api/presses", &room.key);
    page.go(&room.url(&format!("/phone?lang=en#{}", room.phone_code)));
    let shown = json!({ "lesson": "06", "step": "scale", "title": "Scale", "position": 3, "of": 35,
        "notes": "say this", "clock": "12:34 of 40:00" });
    room.ask(Method::PUT, "/api/shown", &room.key, &shown);
    shows(&page, "#notes", "say this");
    shows(&page, "#clock", "12:34");
    for press in ["next", "back", "pause"] {
        page.find(&format!("#press-{press}")).click();
        assert_eq!(room.next(&mut presses, |data| !data.is_empty()), format!("\"{press}\""));
    }
    page.find("#leave").click();
    page.find("#code");
    quiet(&page);
}

/// No view is wider than a small phone; what is written can be read; what is asked has a label.
#[test]
fn every_view_can_be_read_on_a_phone() {
    if !chromedriver_runs() {
        return;
    }
    let room = Opened::new();
    let page = Page::open();
    let token = room.join(&"긴이름".repeat(13));
    room.stuck(&token, 1);
    room.ask(Method::POST, "/api/signal", &token, &json!("help"));
    let long = "가나다라마바사아자차카타파하".repeat(6);
    let poll = json!({ "id": "p", "question": long, "choices": [long, "b"] });
    room.ask(Method::PUT, "/api/poll", &room.key, &poll);
    for lang in ["ko", "en"] {
        for path in ["/", "/board", "/projector", "/phone"] {
            for dark in [false, true] {
                page.dark(dark);
                page.narrow(360, 740);
                page.go(&room.url(&format!("{path}?lang={lang}")));
                readable(&page, &format!("{lang} {path} before"));
                let given = match path {
                    "/" => &room.code,
                    "/phone" => &room.phone_code,
                    _ => &room.key,
                };
                page.script("if (document.getElementById('come')) { document.getElementById('code').value = arguments[0]; document.getElementById('come').click(); }", &[json!(given)]);
                page.until("it is in", "return !!document.getElementById('shown') && document.getElementById('room').textContent !== 'workshop'");
                readable(&page, &format!("{lang} {path} dark {dark}"));
            }
        }
    }
    quiet(&page);
}

fn readable(page: &Page, which: &str) {
    page.until(
        "its words are there",
        "return !!document.querySelector('#lang').textContent && !!document.querySelector('main h2, main p')",
    );
    let wide = page.script("return document.documentElement.scrollWidth - window.innerWidth", &[]);
    assert!(wide.as_i64().is_some_and(|more| more <= 0), "{which}: {wide} too wide");
    let faults = page.script(FAULTS, &[]);
    assert_eq!(faults, json!([]), "{which}");
}

/// What is too pale (WCAG's contrast, 4.5 to 1), unlabelled, or outside of a landmark.
const FAULTS: &str = r"
const light = (colour) => {
  const part = (value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const [r, g, b] = colour.match(/[\d.]+/g).map((value) => part(value / 255));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const ground = (node) => {
  for (let at = node; at; at = at.parentElement) {
    const colour = getComputedStyle(at).backgroundColor;
    if (!/, 0\)$/.test(colour)) return colour;
  }
  return getComputedStyle(document.documentElement).colorScheme.includes('dark') ? 'rgb(0,0,0)' : 'rgb(255,255,255)';
};
const faults = [];
for (const node of document.querySelectorAll('body *')) {
  const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
  if (!own || !node.getClientRects().length || node.closest('noscript')) continue;
  const [one, other] = [light(getComputedStyle(node).color), light(ground(node))].sort((a, b) => b - a);
  if ((one + 0.05) / (other + 0.05) < 4.5) faults.push(`pale: ${node.textContent}`);
}
for (const input of document.querySelectorAll('input')) if (!input.labels.length) faults.push(`no label: ${input.id}`);
for (const bar of document.querySelectorAll('progress')) if (!bar.getAttribute('aria-label')) faults.push('no label: progress');
for (const button of document.querySelectorAll('button')) if (!button.textContent.trim()) faults.push(`empty: ${button.id}`);
if (document.querySelectorAll('main').length !== 1 || document.querySelectorAll('h1').length !== 1) faults.push('landmarks');
if (!document.querySelector('[role=status]')) faults.push('no live region');
return faults;
";
