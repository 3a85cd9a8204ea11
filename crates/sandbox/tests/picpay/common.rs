//! A shop against a fresh sandbox on a free port: what these tests share.

use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{RequestBuilder, Url};
use serde_json::{Value, json};
use umclique_sandbox::{Options, Sandbox, start};

/// Registered from the start; nobody listens there in these tests.
pub(crate) const CALLBACK: &str = "http://127.0.0.1:8080/providers/picpay/callback";
/// Longer than anything on loopback takes, also on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A shop with the demo credentials.
pub(crate) struct Shop {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: reqwest::Client,
}

/// What came: status, the very bytes as text, and their JSON; `Null` where they are none.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) text: String,
    pub(crate) json: Value,
}

/// A buyer's tokens.
#[derive(Clone, Debug)]
pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

impl Tokens {
    /// Reads an answer that has some.
    pub(crate) fn of(answer: &Answer) -> Self {
        assert_eq!(answer.status, 200, "{answer:?}");
        let text = |name: &str| answer.json[name].as_str().expect("a token").to_owned();
        Self { access: text("access_token"), refresh: text("refresh_token") }
    }
}

/// Sends a request and reads what comes.
pub(crate) async fn read(request: RequestBuilder) -> reqwest::Result<Answer> {
    let response = request.timeout(PATIENCE).send().await?;
    let status = response.status().as_u16();
    let text = response.text().await?;
    Ok(Answer { status, json: serde_json::from_str(&text).unwrap_or(Value::Null), text })
}

/// Form data.
pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    let url = Url::parse_with_params("http://form.invalid/", fields).expect("a URL");
    url.query().unwrap_or_default().to_owned()
}

impl Shop {
    pub(crate) async fn new() -> Self {
        let sandbox = start(Options::default()).await.expect("a free port exists");
        let client = reqwest::Client::builder().no_proxy().redirect(Policy::none()).build().expect("a plain client");
        Self { sandbox, client }
    }

    /// A shop that is linked to a buyer.
    pub(crate) async fn linked(buyer: &str) -> (Self, Tokens) {
        let shop = Self::new().await;
        let tokens = shop.connect(buyer).await;
        (shop, tokens)
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.sandbox.url())
    }

    /// Where the shop sends a browser.
    pub(crate) fn authorize_url(&self, state: &str) -> String {
        self.authorize_url_with(&[
            ("client_id", "picpay_demo_client"),
            ("response_type", "code"),
            ("redirect_uri", CALLBACK),
            ("scope", "openid payments.charge payments.refund profile"),
            ("state", state),
        ])
    }

    pub(crate) fn authorize_url_with(&self, fields: &[(&str, &str)]) -> String {
        format!("{}?{}", self.url("/picpay/oauth2/auth"), form(fields))
    }

    /// A buyer consents without a browser; answers the code.
    pub(crate) async fn consent(&self, buyer: &str) -> String {
        let wish = json!({ "authorize_url": self.authorize_url("s"), "user": buyer, "accept": true });
        let decision = self.control("/picpay/consent", &wish).await;
        parameter(decision["redirect_to"].as_str().expect("a redirect"), "code").expect("a code")
    }

    /// The fields that turn a code into tokens.
    pub(crate) fn exchange_fields(code: &str) -> Vec<(&str, &str)> {
        vec![
            ("grant_type", "authorization_code"),
            ("client_id", "picpay_demo_client"),
            ("client_secret", "picpay_demo_secret"),
            ("code", code),
            ("redirect_uri", CALLBACK),
        ]
    }

    /// A POST at the token endpoint.
    pub(crate) async fn token(&self, fields: &[(&str, &str)]) -> Answer {
        let request = self.client.post(self.url("/picpay/oauth2/token")).body(form(fields));
        read(request.header("content-type", "application/x-www-form-urlencoded")).await.expect("an answer")
    }

    pub(crate) async fn refresh(&self, refresh_token: &str) -> Answer {
        self.token(&[
            ("grant_type", "refresh_token"),
            ("client_id", "picpay_demo_client"),
            ("client_secret", "picpay_demo_secret"),
            ("refresh_token", refresh_token),
        ])
        .await
    }

    /// Links a buyer.
    pub(crate) async fn connect(&self, buyer: &str) -> Tokens {
        let code = self.consent(buyer).await;
        Tokens::of(&self.token(&Self::exchange_fields(&code)).await)
    }

    /// A payment call, to be sent.
    pub(crate) fn request(&self, tokens: &Tokens, path: &str, body: &Value) -> RequestBuilder {
        let request = self.client.post(self.url(&format!("/picpay/v1/payments{path}")));
        request.bearer_auth(&tokens.access).header("content-type", "application/json").body(body.to_string())
    }

    /// A payment call without an idempotency key.
    pub(crate) async fn post(&self, tokens: &Tokens, path: &str, body: &Value) -> Answer {
        read(self.request(tokens, path, body)).await.expect("an answer")
    }

    /// A payment call under an idempotency key.
    pub(crate) async fn keyed(&self, tokens: &Tokens, path: &str, key: &str, body: &Value) -> Answer {
        self.try_keyed(tokens, path, key, body).await.expect("an answer")
    }

    /// A payment call under an idempotency key that may stay without an answer.
    pub(crate) async fn try_keyed(
        &self,
        tokens: &Tokens,
        path: &str,
        key: &str,
        body: &Value,
    ) -> reqwest::Result<Answer> {
        read(self.request(tokens, path, body).header("x-Idempotency-Key", key)).await
    }

    /// Charges and answers the `transaction_id`.
    pub(crate) async fn charge(&self, tokens: &Tokens, body: &Value) -> String {
        let answer = self.post(tokens, "/charge", body).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json["transaction_id"].as_str().expect("an id").to_owned()
    }

    /// A query.
    pub(crate) async fn find(&self, tokens: &Tokens, fields: &[(&str, &str)]) -> Answer {
        let url = format!("{}?{}", self.url("/picpay/v1/payments"), form(fields));
        read(self.client.get(url).bearer_auth(&tokens.access)).await.expect("an answer")
    }

    /// The status that a query by reference shows.
    pub(crate) async fn status(&self, tokens: &Tokens, reference: &str) -> String {
        let answer = self.find(tokens, &[("reference_id", reference)]).await;
        answer.json["status"].as_str().map_or_else(|| answer.status.to_string(), str::to_owned)
    }

    /// A GET at control.
    pub(crate) async fn see(&self, path: &str) -> Value {
        let answer = read(self.client.get(self.url(&format!("/_control{path}")))).await.expect("an answer");
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        answer.json
    }

    /// A POST at control, whatever it answers.
    pub(crate) async fn try_control(&self, path: &str, body: &Value) -> Answer {
        let request = self.client.post(self.url(&format!("/_control{path}"))).body(body.to_string());
        read(request).await.expect("an answer")
    }

    /// A POST at control that must succeed.
    pub(crate) async fn control(&self, path: &str, body: &Value) -> Value {
        let answer = self.try_control(path, body).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        answer.json
    }

    pub(crate) async fn set(&self, settings: Value) {
        self.control("/picpay/settings", &settings).await;
    }

    pub(crate) async fn fault(&self, fault: Value) {
        self.control("/picpay/faults", &fault).await;
    }

    pub(crate) async fn advance(&self, seconds: u32) {
        self.control("/clock", &json!({ "advance_s": seconds })).await;
    }

    /// A buyer's wallet.
    pub(crate) async fn wallet(&self, buyer: &str) -> Value {
        self.see(&format!("/picpay/buyers/{buyer}")).await["wallet"].clone()
    }

    /// Kinds and amounts of all movements.
    pub(crate) async fn ledger(&self) -> Vec<(String, i64)> {
        let entries = self.see("/ledger").await;
        let kind = |entry: &Value| entry["kind"].as_str().expect("a kind").to_owned();
        let entries = entries.as_array().expect("an array");
        entries.iter().map(|entry| (kind(entry), entry["amount_minor"].as_i64().expect("cents"))).collect()
    }
}

/// A parameter of a URL's query.
pub(crate) fn parameter(url: &str, name: &str) -> Option<String> {
    let url = Url::parse(url).expect("a URL");
    url.query_pairs().find(|(found, _)| found == name).map(|(_, value)| value.into_owned())
}

/// BRL 60.00 under a reference.
pub(crate) fn order(reference: &str) -> Value {
    json!({ "value": 60.00, "reference_id": reference, "auto_capture": true })
}

/// The same, reserved only.
pub(crate) fn reservation(reference: &str) -> Value {
    json!({ "value": 60.00, "reference_id": reference, "auto_capture": false })
}

/// Kinds and amounts as [`Shop::ledger`] has them.
pub(crate) fn entries(list: &[(&str, i64)]) -> Vec<(String, i64)> {
    list.iter().map(|(kind, amount)| ((*kind).to_owned(), *amount)).collect()
}
