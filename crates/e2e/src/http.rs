//! HTTP and JSON from the test itself: the sandbox's control, the server's books, the shop's orders.
//!
//! Used by [`World`](crate::World) and the driver. Every answer that is not a 2xx ends the test.

use reqwest::Method;
use serde_json::Value;

/// A client that follows nothing and knows no proxy.
#[must_use]
pub fn client() -> reqwest::Client {
    // The shop in this process may have chosen already.
    let _chosen = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().expect("a client")
}

/// One caller of one origin.
pub struct Api {
    http: reqwest::Client,
    base: String,
    bearer: Option<String>,
}

impl Api {
    /// Calls `base` without credentials.
    #[must_use]
    pub fn open(base: &str) -> Self {
        Self { http: client(), base: base.to_owned(), bearer: None }
    }

    /// Calls `base` with a secret key.
    #[must_use]
    pub fn with_key(base: &str, key: &str) -> Self {
        Self { bearer: Some(key.to_owned()), ..Self::open(base) }
    }

    /// The origin that is called.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Reads JSON.
    pub async fn get(&self, path: &str) -> Value {
        self.send(Method::GET, path, None).await
    }

    /// Reads JSON that may not be there: status and body, whatever they are.
    pub async fn look(&self, path: &str) -> (u16, Value) {
        let answer = self.request(Method::GET, path).send().await;
        let answer = answer.unwrap_or_else(|error| panic!("{path} gave no answer: {error}"));
        (answer.status().as_u16(), answer.json().await.unwrap_or_default())
    }

    /// Sends JSON, and reads what comes back.
    pub async fn post(&self, path: &str, body: Value) -> Value {
        self.send(Method::POST, path, Some(body)).await
    }

    /// Deletes; tells whether there was something.
    pub async fn delete(&self, path: &str) -> bool {
        let answer = self.request(Method::DELETE, path).send().await;
        answer.unwrap_or_else(|error| panic!("{path} gave no answer: {error}")).status().is_success()
    }

    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let mut request = self.request(method, path);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap_or_else(|error| panic!("{path} gave no answer: {error}"));
        let status = answer.status();
        let text = answer.text().await.expect("a body");
        assert!(status.is_success(), "{path} answered {status}: {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        match &self.bearer {
            Some(bearer) => request.bearer_auth(bearer),
            None => request,
        }
    }
}
