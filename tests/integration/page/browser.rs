//! A browser, driven by chromedriver over WebDriver: only what the page's test needs.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::wait_for;

/// The key that closes a dialog, as WebDriver names it.
pub(crate) const ESCAPE: &str = "\u{E00C}";
/// How WebDriver names an element's id.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
const SOON: Duration = Duration::from_secs(30);

/// Whether the browser tests run: where chromedriver is, or must be.
#[track_caller]
pub(crate) fn chromedriver_runs() -> bool {
    let runs =
        Command::new("chromedriver").arg("--version").output().is_ok_and(|output| output.status.success());
    let wanted = std::env::var("WORKSHOP_TEST_ENGINES")
        .is_ok_and(|names| names.split(',').any(|name| name == "browser"));
    assert!(runs || !wanted, "WORKSHOP_TEST_ENGINES names browser, and chromedriver does not run");
    if !runs {
        eprintln!("skipped: there is no chromedriver");
    }
    runs
}

/// A browser with one page; both end with it.
pub(crate) struct Page {
    driver: Child,
    _profile: tempfile::TempDir,
    runtime: tokio::runtime::Runtime,
    client: reqwest::Client,
    session: String,
}

impl Page {
    #[track_caller]
    pub(crate) fn open() -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts");
        let lines = BufReader::new(driver.stdout.take().expect("its output")).lines();
        let port = lines
            .map_while(Result::ok)
            .find_map(|line| {
                line.split_once("successfully on port ")
                    .map(|(_, port)| port.trim_end_matches('.').to_owned())
            })
            .expect("chromedriver says its port");
        let profile = tempfile::tempdir().expect("a folder");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let client =
            reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(60)).build().expect("a client");
        let session = format!("http://127.0.0.1:{port}/session");
        let mut page = Self { driver, _profile: profile, runtime, client, session };
        let id = page.ask("POST", "", &capabilities(page._profile.path()))["sessionId"].clone();
        page.session = format!("{}/{}", page.session, id.as_str().expect("a session"));
        page
    }

    #[track_caller]
    fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        let url = format!("{}{path}", self.session);
        let sent = self.runtime.block_on(async {
            let request = self.client.request(method.parse().expect("a method"), &url);
            let request = if method == "POST" { request.json(body) } else { request };
            request.send().await?.json::<Value>().await
        });
        let mut answer = sent.unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        let value = answer["value"].take();
        assert!(value.get("error").is_none(), "{method} {path}: {value:#}");
        value
    }

    #[track_caller]
    pub(crate) fn go(&self, url: &str) {
        self.ask("POST", "/url", &json!({ "url": url }));
    }

    #[track_caller]
    pub(crate) fn go_again(&self) {
        self.ask("POST", "/refresh", &json!({}));
    }

    /// What `script` returns in the page.
    #[track_caller]
    pub(crate) fn script(&self, script: &str, arguments: &[Value]) -> Value {
        self.ask("POST", "/execute/sync", &json!({ "script": script, "args": arguments }))
    }

    #[track_caller]
    pub(crate) fn until(&self, what: &str, script: &str) {
        self.until_with(what, script, &[]);
    }

    /// Waits until `script` returns something that is not null and not false.
    #[track_caller]
    pub(crate) fn until_with(&self, what: &str, script: &str, arguments: &[Value]) -> Value {
        let mut found = Value::Null;
        wait_for(what, SOON, || {
            found = self.script(script, arguments);
            !matches!(found, Value::Null | Value::Bool(false))
        });
        found
    }

    /// The element, once it is there.
    #[track_caller]
    pub(crate) fn find(&self, css: &str) -> Element<'_> {
        self.until_with(css, "return !!document.querySelector(arguments[0])", &[json!(css)]);
        let found = self.ask("POST", "/element", &json!({ "using": "css selector", "value": css }));
        Element { page: self, id: found[ELEMENT].as_str().expect("an element").to_owned() }
    }

    /// A phone's screen, which a window cannot be made as small as.
    #[track_caller]
    pub(crate) fn narrow(&self, width: u32, height: u32) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": true });
        self.tool("Emulation.setDeviceMetricsOverride", &metrics);
    }

    #[track_caller]
    pub(crate) fn wide(&self) {
        self.tool("Emulation.clearDeviceMetricsOverride", &json!({}));
    }

    /// As where somebody likes dark pages, or light ones.
    #[track_caller]
    pub(crate) fn dark(&self, dark: bool) {
        let value = if dark { "dark" } else { "light" };
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": value }] });
        self.tool("Emulation.setEmulatedMedia", &media);
    }

    /// What the browser has complained of since it was last asked.
    #[track_caller]
    pub(crate) fn console(&self) -> Vec<Value> {
        let said = self.ask("POST", "/se/log", &json!({ "type": "browser" }));
        said.as_array().cloned().unwrap_or_default()
    }

    #[track_caller]
    fn tool(&self, command: &str, parameters: &Value) {
        self.ask("POST", "/goog/cdp/execute", &json!({ "cmd": command, "params": parameters }));
    }
}

fn capabilities(profile: &std::path::Path) -> Value {
    let profile = format!("--user-data-dir={}", profile.display());
    let arguments = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--lang=en-US",
        "--window-size=1200,900",
        &profile,
    ];
    let always =
        json!({ "goog:chromeOptions": { "args": arguments }, "goog:loggingPrefs": { "browser": "ALL" } });
    json!({ "capabilities": { "alwaysMatch": always } })
}

impl Drop for Page {
    fn drop(&mut self) {
        let _ = self.runtime.block_on(async { self.client.delete(&self.session).send().await });
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// One element of the page.
pub(crate) struct Element<'a> {
    page: &'a Page,
    id: String,
}

impl Element<'_> {
    #[track_caller]
    fn ask(&self, method: &str, what: &str, body: &Value) -> Value {
        self.page.ask(method, &format!("/element/{}/{what}", self.id), body)
    }

    #[track_caller]
    pub(crate) fn click(&self) {
        self.ask("POST", "click", &json!({}));
    }

    /// Takes all of the text away, as a keyboard does: Ctrl+A, Backspace.
    #[track_caller]
    pub(crate) fn clear(&self) {
        self.keys("\u{E009}a\u{E000}\u{E003}");
    }

    /// Types, as a keyboard does.
    #[track_caller]
    pub(crate) fn keys(&self, text: &str) {
        self.ask("POST", "value", &json!({ "text": text }));
    }

    /// The text as it is seen.
    #[track_caller]
    pub(crate) fn text(&self) -> String {
        self.ask("GET", "text", &Value::Null).as_str().unwrap_or_default().to_owned()
    }
}
