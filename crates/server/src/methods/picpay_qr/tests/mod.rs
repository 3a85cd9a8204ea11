//! Bigger tests, against a server on loopback that answers what each test tells it to.

mod create;
mod details;
mod find;
mod login;
mod lost;
mod orders;
mod refusals;
mod sandbox;
mod secrets;

use super::{EpagConfig, PicpayQr};
use crate::clock::Clock;
use crate::keys::{self, ServerKey};
use crate::methods::{Method as _, Outcome, RefundOrder, RefundSeen, Target, Unanswered};
use crate::store::sessions::{Buyer, Capture};
use crate::store::{Attempt, Session};
use serde_json::{Value, json};
use umclique_wire::{AttemptStatus, Currency, MethodKind, Money, SessionStatus};
use wiremock::matchers::{method, path, path_regex};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

/// What the payment's id is in every answer.
const TOKEN: &str = "3e0f3c52-6f43-4b9d-8f39-0a8f4e1f7b10";
/// A BR Code over 123.45 to LOJA EXEMPLO, as ePag packs it.
const BR_CODE: &str = include_str!("data/br_code_123_45.b64");
/// A link to app.picpay.com.
const PICPAY_LINK: &str = include_str!("data/picpay_link.b64");
/// The secret in every test, which no error may show.
const API_SECRET: &str = "api-secret-of-the-tests";
/// The buyer's tax id in every test, which no error may show.
const TAX_ID: &str = "52998224725";

/// ePag on loopback, and the method that speaks to it.
struct Epag {
    server: MockServer,
    method: PicpayQr,
    clock: Clock,
}

impl Epag {
    /// Logs everyone in with the token `first`.
    async fn start() -> Self {
        let epag = Self::start_without_login().await;
        epag.answer("POST", "/auth", 200, json!({"token": "first", "user": {"roles": ["X"]}, "version": "1"})).await;
        epag
    }

    async fn start_without_login() -> Self {
        let server = MockServer::start().await;
        let clock = Clock::default();
        let method = new_method(&server.uri(), &clock, 5_000);
        Self { server, method, clock }
    }

    /// From now on; an answer that was given earlier comes first.
    async fn answer(&self, verb: &str, at: &str, status: u16, body: Value) {
        self.answer_text(verb, at, status, &body.to_string()).await;
    }

    async fn answer_text(&self, verb: &str, at: &str, status: u16, body: &str) {
        let answer = ResponseTemplate::new(status).set_body_raw(body.to_owned(), "application/json");
        Mock::given(method(verb)).and(path(at)).respond_with(answer).mount(&self.server).await;
    }

    /// Once.
    async fn answer_once(&self, verb: &str, at: &str, status: u16, body: Value) {
        let answer = ResponseTemplate::new(status).set_body_raw(body.to_string(), "application/json");
        Mock::given(method(verb)).and(path(at)).respond_with(answer).up_to_n_times(1).mount(&self.server).await;
    }

    /// Any query by reference.
    async fn answer_by_reference(&self, status: u16, body: &str) {
        let answer = ResponseTemplate::new(status).set_body_raw(body.to_owned(), "application/json");
        let at = path_regex("^/payment/reference/pa_[0-9a-f]+$");
        Mock::given(method("GET")).and(at).respond_with(answer).mount(&self.server).await;
    }

    async fn requests(&self, at: &str) -> Vec<Request> {
        let received = self.server.received_requests().await.expect("requests are recorded");
        received.into_iter().filter(|request| request.url.path() == at).collect()
    }

    async fn tokens_used(&self, at: &str) -> Vec<String> {
        let token = |request: &Request| request.headers["X-Auth-Token"].to_str().expect("plain text").to_owned();
        self.requests(at).await.iter().map(token).collect()
    }
}

fn new_method(base_url: &str, clock: &Clock, timeout_ms: u64) -> PicpayQr {
    let config = EpagConfig {
        base_url: base_url.to_owned(),
        api_key: "api-key".into(),
        api_secret: API_SECRET.into(),
        contract_id: "7a1c6b1e-3c1c-4b0e-9a55-6b1b6f2f0c01".to_owned(),
        merchant_name: "Loja da Ana".to_owned(),
        public_url: "https://pay.example/".to_owned(),
        allowed_link_hosts: Vec::new(),
        timeout_ms,
    };
    PicpayQr::new(config, clock.clone(), server_key()).expect("the configuration works")
}

fn server_key() -> ServerKey {
    ServerKey::new("k".repeat(32).into(), None)
}

fn brl(minor: u64) -> Money {
    Money::from_minor(minor, Currency::Brl).expect("within the limit")
}

/// An attempt over BRL 123.45 that was claimed and not sent.
fn new_attempt() -> Attempt {
    let details = json!({"tax_id": TAX_ID, "is_manual": false, "expires_on": "2099-03-07"});
    Attempt::begun(&keys::new_session_id(), (MethodKind::PicpayQr, brl(12_345)), details, 0)
}

/// One that ePag knows as [`TOKEN`].
fn known_attempt() -> Attempt {
    Attempt { provider_reference: Some(TOKEN.to_owned()), status: AttemptStatus::RequiresAction, ..new_attempt() }
}

fn new_session(amount: Money, buyer: Buyer) -> Session {
    Session {
        id: keys::new_session_id(),
        version: 1,
        status: SessionStatus::RequiresPaymentMethod,
        reason: None,
        amount,
        reference: "PEDIDO-1001".to_owned(),
        capture: Capture::Automatic,
        return_url: "https://shop.example/".to_owned(),
        locale: None,
        methods: None,
        buyer,
        order_data: json!({}),
        attempt_count: 0,
        decline_count: 0,
        last_attempt: None,
        last_error: None,
        end: None,
        known: crate::store::known::Known::default(),
        watched_until_ms: 0,
        expires_at_ms: 0,
        created_at_ms: 0,
    }
}

/// ePag's answer to a creation over 123.45, with its mixed types.
fn created(attempt: &Attempt) -> Value {
    json!({
        "transaction_status": "PROCESSING",
        "payment_token": TOKEN,
        "reference_id": attempt.id.as_str(),
        "qr_code": BR_CODE,
        "amount": "123.45",
        "expiration_date": "2099-03-07",
        "refresh_token": "second",
        "totals": {"amount": 123.45, "original_amount": 123.45, "original_asset": "BRL", "customer_fees": 0,
            "customer_amount": 123.45, "asset": "BRL"},
        "customer_fees": {},
    })
}

/// ePag's answer to a query, with its mixed names.
fn queried(attempt: &Attempt, status: &str) -> Value {
    json!({
        "paymentToken": TOKEN,
        "createdAt": "2025-03-04T10:15:30.618",
        "transactionStatus": status,
        "currency": "BRL",
        "refunded_amount": 0,
        "reference": attempt.id.as_str(),
        "expirationDate": "2099-03-07T23:59:59.000",
        "errorCode": "00.00.0000",
        "refresh_token": "second",
    })
}

/// The same with other fields.
fn with(mut body: Value, changes: Value) -> Value {
    let changes = changes.as_object().expect("changes are an object").clone();
    body.as_object_mut().expect("a body is an object").extend(changes);
    body
}

/// ePag's error answer.
fn refused(status: u16, code: &str, description: &str) -> Value {
    json!({
        "timestamp": "2025-03-04T10:15:30.880+0000",
        "status": status,
        "error": "Error",
        "message": description,
        "path": "/picpay/simple",
        "errors": [{"code": code, "description": description}],
        "refresh_token": "second",
    })
}

/// ePag's 401, which is barer than the others.
fn denied() -> Value {
    json!({"timestamp": "2025-03-04T10:15:30.880+0000", "status": 401, "error": "Unauthorized", "message": "Access Denied"})
}

/// The trait's calls for a payment that is known by its reference alone.
impl PicpayQr {
    async fn cancel_of(&self, reference: &str) -> Outcome<()> {
        self.cancel(Target { attempt: &new_attempt(), reference }).await
    }

    async fn capture_of(&self, reference: &str, amount: Money) -> Outcome<()> {
        self.capture(Target { attempt: &new_attempt(), reference }, amount).await
    }

    async fn refund_of(&self, reference: &str, amount: Money) -> Outcome<RefundSeen> {
        let order = RefundOrder { id: "re_test", amount };
        self.refund(Target { attempt: &new_attempt(), reference }, order).await
    }

    async fn list_refunds_of(&self, reference: &str) -> Result<Vec<RefundSeen>, Unanswered> {
        self.list_refunds(Target { attempt: &new_attempt(), reference }).await
    }

    async fn find_refund_of(&self, refund: &str) -> Result<Option<RefundSeen>, Unanswered> {
        self.find_refund(Target { attempt: &new_attempt(), reference: "unused" }, refund).await
    }
}
