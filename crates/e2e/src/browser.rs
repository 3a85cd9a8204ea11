//! One Chromium with a fresh profile and a driver of its own.
//!
//! Notes every violation of the page's policy and every script error from the first moment of each page. Used by the worlds.

use crate::http;
use crate::process::Process;
use crate::tools::{Tools, output};
use crate::wait::until;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fantoccini::elements::Element;
use fantoccini::wd::WindowHandle;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::Command;

const FLAGS: [&str; 10] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
];

/// Runs before the scripts of every page. A page's policy cannot forbid it.
const WATCH: &str = r#"
window.__seen = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.__seen.push(`policy: ${event.violatedDirective} blocked ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber} ${event.sample}`));
window.addEventListener("error", (event) => window.__seen.push(`error: ${event.message}`));
window.addEventListener("unhandledrejection", (event) => window.__seen.push(`rejection: ${event.reason?.stack ?? event.reason}`));
"#;

/// How a screen is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// In CSS pixels.
    pub width: u32,
    /// Dark instead of light.
    pub is_dark: bool,
    /// A finger instead of a mouse.
    pub is_phone: bool,
}

/// A running browser.
pub struct Browser {
    /// The driver's client, for what is not here.
    pub client: Client,
    driver: Process,
    session_url: String,
    _profile: TempDir,
}

impl Browser {
    /// Starts driver and browser.
    pub async fn start(tools: &Tools) -> Self {
        let profile = tempfile::tempdir().expect("a folder for the profile");
        let mut command = Command::new(&tools.chromedriver);
        // The browser writes nowhere but here.
        command.arg("--port=0").env("HOME", profile.path()).env("TMPDIR", profile.path());
        let mut driver = Process::start(command, &profile.path().join("driver.log"));
        let port = driver.announced("was started successfully on port ").await.expect("the driver starts");
        let base = format!("http://127.0.0.1:{}", port.trim_end_matches('.'));
        let mut arguments: Vec<String> = FLAGS.iter().map(|flag| (*flag).to_owned()).collect();
        arguments.push(format!("--user-data-dir={}", profile.path().join("profile").display()));
        let capabilities = json!({
            "goog:chromeOptions": { "binary": tools.chromium, "args": arguments },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let Value::Object(capabilities) = capabilities else { unreachable!("an object was written above") };
        let client = ClientBuilder::new(HttpConnector::new()).capabilities(capabilities).connect(&base).await;
        let client = client.unwrap_or_else(|error| panic!("the browser cannot be started: {error}\n{}", driver.log()));
        let session = client.session_id().await.expect("a session").expect("an id");
        let browser = Self { client, driver, session_url: format!("{base}/session/{session}"), _profile: profile };
        browser.watch().await;
        browser
    }

    /// Notes violations on the pages of the current tab from now on.
    async fn watch(&self) {
        self.cdp("Page.enable", json!({})).await;
        self.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WATCH })).await;
    }

    /// Goes to a page, and waits until it has loaded.
    pub async fn open(&self, url: &str) {
        self.client.goto(url).await.unwrap_or_else(|error| panic!("{url} cannot be opened: {error}"));
    }

    /// Opens a page in a new tab, which is the current one from then on. Gives the tab that was left.
    pub async fn open_tab(&self, url: &str) -> WindowHandle {
        let before = self.client.window().await.expect("a tab");
        let tab = self.client.new_window(true).await.expect("a new tab");
        self.switch_to(tab.handle).await;
        self.watch().await;
        self.open(url).await;
        before
    }

    /// Makes another tab the current one.
    pub async fn switch_to(&self, tab: WindowHandle) {
        self.client.switch_to_window(tab).await.expect("the tab is there");
    }

    /// Runs a script's body in the page. A script that throws ends the test.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        let outcome = self.client.execute(script, arguments).await;
        outcome.unwrap_or_else(|error| panic!("the page threw: {error}\n{script}"))
    }

    /// Runs a script's body that calls `arguments[arguments.length - 1]` when it is done.
    pub async fn run_async(&self, script: &str, arguments: Vec<Value>) -> Value {
        let outcome = self.client.execute_async(script, arguments).await;
        outcome.unwrap_or_else(|error| panic!("the page threw: {error}\n{script}"))
    }

    /// Comes back to the page from whatever frame the driver is in.
    pub async fn leave_frames(&self) {
        self.driver("frame", json!({ "id": null })).await;
    }

    /// The element that a script's body returns.
    pub async fn element(&self, script: &str, arguments: Vec<Value>) -> Option<Element> {
        let found = self.run(script, arguments).await;
        let id = found.as_object()?.values().next()?.as_str()?.to_owned();
        Some(Element::from_element_id(self.client.clone(), id.into()))
    }

    /// Clicks what a selector finds, like a person: once it is there, in its middle, and only if nothing lies above it.
    pub async fn click(&self, selector: &str) {
        until(&format!("{selector} can be clicked"), async || {
            // The page may have drawn it anew between finding and clicking.
            self.client.find(Locator::Css(selector)).await.ok()?.click().await.ok()
        })
        .await;
    }

    /// The text of what a selector finds, once there is one.
    pub async fn text(&self, selector: &str) -> String {
        until(&format!("{selector} says something"), async || {
            let text = self.client.find(Locator::Css(selector)).await.ok()?.text().await.ok()?;
            Some(text.trim().to_owned()).filter(|text| !text.is_empty())
        })
        .await
    }

    /// Waits until the address of the page passes a check, and gives it.
    pub async fn address(&self, what: &str, is_right: impl Fn(&str) -> bool) -> String {
        until(&format!("the browser is {what}"), async || {
            let url = self.client.current_url().await.ok()?.to_string();
            is_right(&url).then_some(url)
        })
        .await
    }

    /// A command of the browser's own protocol.
    pub async fn cdp(&self, command: &str, parameters: Value) -> Value {
        self.driver("goog/cdp/execute", json!({ "cmd": command, "params": parameters })).await
    }

    async fn driver(&self, path: &str, body: Value) -> Value {
        let request = http::client().post(format!("{}/{path}", self.session_url)).json(&body);
        let answer = request.send().await.expect("the driver answers");
        let mut answer: Value = answer.json().await.expect("JSON");
        let value = answer["value"].take();
        assert!(value.get("error").is_none(), "{path} {body}: {value}");
        value
    }

    /// Changes how wide, how dark and on what the page is shown.
    pub async fn look(&self, look: Look) {
        let height = if look.width < 600 { 740 } else { 1000 };
        let metrics = json!({ "width": look.width, "height": height, "deviceScaleFactor": 1, "mobile": look.is_phone });
        self.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
        self.cdp("Emulation.setTouchEmulationEnabled", json!({ "enabled": look.is_phone })).await;
        let scheme = if look.is_dark { "dark" } else { "light" };
        self.media(&[("prefers-color-scheme", scheme), ("prefers-reduced-motion", "reduce")]).await;
    }

    /// What the buyer has asked of every page: media features with their values. What is not named is as usual.
    pub async fn media(&self, wishes: &[(&str, &str)]) {
        let features: Vec<Value> = wishes.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
        self.cdp("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    /// How fast the line to every server is from now on, in each direction, and how long an answer takes at least.
    pub async fn line(&self, kilobits_per_s: u32, latency_ms: u32) {
        let bytes_per_s = kilobits_per_s * 125;
        self.cdp("Network.enable", json!({})).await;
        let line = json!({ "offline": false, "latency": latency_ms, "downloadThroughput": bytes_per_s,
            "uploadThroughput": bytes_per_s });
        self.cdp("Network.emulateNetworkConditions", line).await;
    }

    /// Writes the whole page as `target/{folder}/{name}.png`.
    pub async fn screenshot(&self, folder: &str, name: &str) {
        self.capture(folder, name, json!({})).await;
    }

    /// Writes the part of the page that a script's body returns the element of, with a margin.
    pub async fn screenshot_of(&self, script: &str, folder: &str, name: &str) {
        let measure = format!(
            "const box = (() => {{ {script} }})().getBoundingClientRect(); const margin = 12;
            return {{ x: Math.max(0, box.x + scrollX - margin), y: Math.max(0, box.y + scrollY - margin),
                width: box.width + 2 * margin, height: box.height + 2 * margin, scale: 1 }}"
        );
        let clip = self.run(&measure, vec![]).await;
        self.capture(folder, name, json!({ "clip": clip })).await;
    }

    async fn capture(&self, folder: &str, name: &str, mut parameters: Value) {
        parameters["format"] = json!("png");
        parameters["captureBeyondViewport"] = json!(true);
        let shot = self.cdp("Page.captureScreenshot", parameters).await;
        let bytes = STANDARD.decode(shot["data"].as_str().expect("base64")).expect("base64");
        std::fs::write(output(folder).join(format!("{name}.png")), bytes).expect("target can be written");
    }

    /// What this page's policy blocked, and what its scripts threw.
    pub async fn seen(&self) -> Vec<String> {
        let seen = self.run("return window.__seen ?? []", vec![]).await;
        seen.as_array().into_iter().flatten().filter_map(|line| line.as_str().map(str::to_owned)).collect()
    }

    /// Ends the test if the page's policy blocked something, or a script threw.
    pub async fn expect_clean(&self, when: &str) {
        let seen = self.seen().await;
        assert!(seen.is_empty(), "{when}: {seen:#?}");
        let refused: Vec<String> = self.console().await.into_iter().filter(|line| line.contains("security")).collect();
        assert!(refused.is_empty(), "{when}: {refused:#?}");
    }

    /// The browser's console since the last time.
    pub async fn console(&self) -> Vec<String> {
        let log = self.driver("se/log", json!({ "type": "browser" })).await;
        let line = |entry: &Value| format!("{} {} {}", entry["level"], entry["source"], entry["message"]);
        log.as_array().into_iter().flatten().map(line).collect()
    }

    /// Prints what a person wants to know after a failure.
    pub async fn report(&self, test: &str) {
        self.leave_frames().await;
        eprintln!("page: {:?}", self.client.current_url().await.map(|url| url.to_string()));
        eprintln!("seen: {:#?}", self.seen().await);
        eprintln!("console: {:#?}", self.console().await);
        self.screenshot("e2e-failures", test).await;
        eprintln!("screenshot: {}", output("e2e-failures").join(format!("{test}.png")).display());
    }

    /// Closes the browser, then its driver.
    pub async fn stop(mut self) {
        // A browser that is gone already is closed enough.
        let _closed = self.client.close().await;
        self.driver.kill().await;
    }
}
