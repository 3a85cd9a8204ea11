//! axe-core in the page. Used on every screen; a finding ends the test, and there is no list of exceptions.

use crate::browser::Browser;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// axe's rules of WCAG 2.2, level A and AA, and its best practices, on the whole page.
const RUN: &str = r#"
const done = arguments[arguments.length - 1];
axe.run(document, { resultTypes: ["violations"], preload: false }).then(({ violations }) => done(
  violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary}`) }))
), (error) => done([{ id: "axe", help: String(error), nodes: [] }]));
"#;

/// axe-core, read once.
pub struct Axe {
    file: PathBuf,
}

impl Axe {
    /// axe-core from this file.
    #[must_use]
    pub fn new(file: &Path) -> Self {
        Self { file: file.to_owned() }
    }

    /// Ends the test if axe finds anything on the page.
    pub async fn expect_nothing(&self, browser: &Browser, when: &str) {
        if browser.run("return typeof window.axe", vec![]).await != json!("object") {
            let source = std::fs::read_to_string(&self.file).expect("axe.min.js can be read");
            browser.run(&source, vec![]).await;
        }
        let found = browser.run_async(RUN, vec![]).await;
        assert_eq!(found, Value::Array(vec![]), "axe on {when}: {found:#}");
    }
}
