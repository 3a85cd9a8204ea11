//! A fresh sandbox on a free port and its control API: what the tests of all providers share.

use std::time::Duration;

use reqwest::RequestBuilder;
use serde_json::{Value, json};
use umclique_sandbox::{Options, Sandbox, Webhooks, start_with};

/// Longer than anything on loopback takes, also on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Status and JSON of an answer; `Null` where it is not JSON.
pub(crate) type Answer = (u16, Value);

/// A sandbox, and who asks it.
pub(crate) struct Desk {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: reqwest::Client,
}

impl Desk {
    /// A sandbox that nobody used.
    pub(crate) async fn new(webhooks: Webhooks) -> Self {
        let sandbox = start_with(Options::default(), webhooks).await.expect("a free port exists");
        let client = reqwest::Client::builder().no_proxy().build().expect("a plain client");
        Self { sandbox, client }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.sandbox.url())
    }

    /// A GET at control.
    pub(crate) async fn see(&self, path: &str) -> Value {
        let (status, body) = read(self.client.get(self.url(&format!("/_control{path}")))).await.expect("an answer");
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// A POST at control, whatever it answers.
    pub(crate) async fn try_control(&self, path: &str, body: &Value) -> Answer {
        let request = self.client.post(self.url(&format!("/_control{path}"))).body(body.to_string());
        read(request).await.expect("an answer")
    }

    /// A POST at control that must succeed.
    pub(crate) async fn control(&self, path: &str, body: &Value) -> Value {
        let (status, answer) = self.try_control(path, body).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    pub(crate) async fn advance(&self, seconds: i64) {
        self.control("/clock", &json!({ "advance_s": seconds })).await;
    }

    /// Kinds and amounts of all movements.
    pub(crate) async fn ledger(&self) -> Vec<(String, i64)> {
        let entries = self.see("/ledger").await;
        let entries = entries.as_array().expect("an array");
        entries.iter().map(|entry| (text(&entry["kind"]), entry["amount_minor"].as_i64().expect("cents"))).collect()
    }

    /// What a provider's journal has of one call, such as `/april/calls?call=webhook`, once there are `count` lines.
    pub(crate) async fn lines(&self, path: &str, count: usize) -> Vec<Value> {
        let waiting = async {
            loop {
                let lines = self.see(path).await;
                let lines = lines["data"].as_array().expect("a list").clone();
                if lines.len() >= count {
                    return lines;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.expect("it happens")
    }
}

/// Sends a request and reads what comes.
pub(crate) async fn read(request: RequestBuilder) -> reqwest::Result<Answer> {
    let response = request.timeout(PATIENCE).send().await?;
    let status = response.status().as_u16();
    let text = response.text().await?;
    Ok((status, serde_json::from_str(&text).unwrap_or(Value::Null)))
}

/// The text that must be there.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is not a text")).to_owned()
}
