//! axe-core in the page. Used on every screen; a finding ends the test, and there is no list of exceptions. In forced colours axe is not
//! asked about contrast: it reads `-webkit-text-fill-color`, where Chromium still names the page's own colour and not the one it draws.

use crate::browser::Browser;
use serde_json::{Value, json};
use std::path::PathBuf;

/// axe's rules of WCAG 2.2, level A and AA, and its best practices, on the whole page. What is inside a provider's frame is the provider's.
const RUN: &str = r#"
const done = arguments[arguments.length - 1];
const areForced = matchMedia("(forced-colors: active)").matches;
axe.run(document, { resultTypes: ["violations"], preload: false, iframes: false, rules: { "color-contrast": { enabled: !areForced } } }).then(({ violations }) => done(
  violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary}`) }))
), (error) => done([{ id: "axe", help: String(error), nodes: [] }]));
"#;

/// axe-core, read once.
pub struct Axe {
    file: Option<PathBuf>,
}

impl Axe {
    /// axe-core from this file; without one, whoever judges a page ends the test.
    #[must_use]
    pub fn new(file: Option<PathBuf>) -> Self {
        Self { file }
    }

    /// Ends the test if axe finds anything on the page.
    pub async fn expect_nothing(&self, browser: &Browser, when: &str) {
        if browser.run("return typeof window.axe", vec![]).await != json!("object") {
            let file = self.file.as_ref().expect("tests that judge a page find axe-core first");
            let source = std::fs::read_to_string(file).expect("axe.min.js can be read");
            browser.run(&source, vec![]).await;
        }
        let found = browser.run_async(RUN, vec![]).await;
        assert_eq!(found, Value::Array(vec![]), "axe on {when}: {found:#}");
    }
}
