//! Bigger tests, against a server on loopback that answers what each test tells it to.

mod bodies;
mod cancel;
mod challenge;
mod create;
mod declines;
mod find;
mod hints;
mod lost;
mod money;
mod pay;
mod prepare;
mod refunds;
mod resume;
mod sandbox;
mod secrets;

use super::{April, AprilConfig, Credential, SCRIPT_URL, WebhookIds};
use crate::keys;
use crate::methods::{Method as _, Observation, Outcome, Rejection, Target};
use crate::store::sessions::{Buyer, Capture};
use crate::store::{Attempt, Session};
use bodies::{complete, order, refused, transaction, with, with_purchase};
use serde_json::{Value, json};
use umclique_wire::{AttemptStatus, Currency, MethodKind, Money, NextAction, SessionStatus, Widget, WidgetBuyer};
use wiremock::matchers::{method, path, query_param};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

/// What the order's id is in every answer.
const ORDER: &str = "ordr_Abc123Abc123Abc1";
/// What the transaction's id is.
const TRANSACTION: &str = "tran_Abc123Abc123Abc1";
/// The token in every test, which no error may show.
const TOKEN: &str = "ptkn_Abc_-3Abc123Abc1";
/// The secret in every test, which no error may show.
const SECRET_KEY: &str = "sandbox_sk_secret_of_the_tests";
/// April's object for a challenge, with spaces and fields that we know nothing of.
const ACTION: &str =
    r#"{ "threeDSAuthorisationId": "3ds_1", "redirectURL": "http://localhost/3ds/1", "z": [1.50, null] }"#;
/// The number that April's support asks for.
const TRACER: &str = "3f0c1e0a-0000-4000-8000-000000000001";

/// April on loopback, and the method that speaks to it.
struct Provider {
    server: MockServer,
    method: April,
}

impl Provider {
    async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    async fn start_with(change: impl FnOnce(&mut AprilConfig)) -> Self {
        let server = MockServer::start().await;
        let mut config = new_config(&server.uri(), 5_000);
        change(&mut config);
        Self { server, method: April::new(config).expect("the configuration works") }
    }

    /// From now on; an answer that was given earlier comes first.
    async fn answer(&self, verb: &str, at: &str, status: u16, body: Value) {
        self.answer_text(verb, at, status, &body.to_string()).await;
    }

    async fn answer_text(&self, verb: &str, at: &str, status: u16, body: &str) {
        let answer = ResponseTemplate::new(status).set_body_raw(body.to_owned(), "application/json");
        Mock::given(method(verb)).and(path(at)).respond_with(answer).mount(&self.server).await;
    }

    /// One page of a list.
    async fn answer_page(&self, at: &str, page: usize, body: Value) {
        let answer = ResponseTemplate::new(200).set_body_raw(body.to_string(), "application/json");
        let wanted = Mock::given(method("GET")).and(path(at)).and(query_param("page", page.to_string()));
        wanted.respond_with(answer).mount(&self.server).await;
    }

    /// The order and its transactions, as queries show them.
    async fn show(&self, attempt: &Attempt, order_status: &str, transactions: Value) {
        self.answer("GET", &format!("/orders/{ORDER}"), 200, order(attempt, order_status)).await;
        for transaction in transactions.as_array().expect("a list") {
            let id = transaction["purchaseDetails"]["transactionId"].as_str().expect("an id");
            self.answer("GET", &format!("/transactions/{id}"), 200, transaction.clone()).await;
        }
        self.answer("GET", "/transactions", 200, transactions).await;
    }

    async fn requests(&self, at: &str) -> Vec<Request> {
        let received = self.server.received_requests().await.expect("requests are recorded");
        received.into_iter().filter(|request| request.url.path() == at).collect()
    }

    /// The only body that was sent there.
    async fn only_body(&self, at: &str) -> Value {
        let sent = self.requests(at).await;
        assert_eq!(sent.len(), 1, "sent once to {at}");
        serde_json::from_slice(&sent[0].body).expect("JSON")
    }

    /// What paying comes to against one answer.
    async fn pay(status: u16, body: Value) -> Outcome<Observation> {
        Self::pay_attempt(&paying_attempt(), status, &body.to_string()).await
    }

    async fn pay_attempt(attempt: &Attempt, status: u16, body: &str) -> Outcome<Observation> {
        let provider = Self::start().await;
        provider.answer_text("POST", PAY, status, body).await;
        let outcome = provider.method.send(attempt).await;
        assert_eq!(provider.requests(PAY).await.len(), 1, "sent once");
        outcome
    }
}

/// Where [`ORDER`] is paid.
const PAY: &str = "/orders/ordr_Abc123Abc123Abc1/pay";
/// Where [`TRANSACTION`] is read and changed.
const AT_TRANSACTION: &str = "/transactions/tran_Abc123Abc123Abc1";

fn new_config(base_url: &str, timeout_ms: u64) -> AprilConfig {
    AprilConfig {
        base_url: base_url.to_owned(),
        credential: Credential::Merchant(SECRET_KEY.into()),
        public_key: "sandbox_pk_demo".to_owned(),
        script_url: SCRIPT_URL.to_owned(),
        script_integrity: None,
        request_3ds: false,
        hide_full_pay: false,
        hide_instalments: false,
        timeout_ms,
        webhook: WebhookIds::default(),
    }
}

fn new_method(base_url: &str, timeout_ms: u64) -> April {
    April::new(new_config(base_url, timeout_ms)).expect("the configuration works")
}

fn aud(minor: u64) -> Money {
    Money::from_minor(minor, Currency::Aud).expect("within the limit")
}

/// An attempt over AUD 600.00 that was claimed, and whose order is not made yet.
fn new_attempt() -> Attempt {
    let details = kept(false, json!({"step": "create", "order": {"description": "S-1001"}}));
    let session = keys::new_session_id();
    Attempt::begun(&session, (MethodKind::April, aud(60_000)), details, 1_741_186_800_000)
}

/// One whose order is there, at a step of its own.
fn attempt_at(is_manual: bool, step: Value) -> Attempt {
    let details = kept(is_manual, step);
    Attempt { provider_reference: Some(ORDER.to_owned()), round: 1, details, ..new_attempt() }
}

/// One that pays with a card's token.
fn paying_attempt() -> Attempt {
    attempt_at(false, json!({"step": "pay", "token": TOKEN, "kind": "Card"}))
}

/// One that goes on after a challenge.
fn confirming_attempt() -> Attempt {
    attempt_at(false, json!({"step": "confirm", "token": TOKEN, "action": ACTION}))
}

/// One that was answered with [`TRANSACTION`].
fn paid_attempt(is_manual: bool) -> Attempt {
    let details = kept(is_manual, json!({"step": "paid", "transaction": TRANSACTION}));
    Attempt { status: AttemptStatus::Succeeded, captured_minor: 60_000, ..Attempt { details, ..paying_attempt() } }
}

/// What is kept with an attempt.
fn kept(is_manual: bool, step: Value) -> Value {
    with(json!({"is_manual": is_manual, "buyer": {"email": "bo@example.test", "last_name": "Test"}}), step)
}

/// The payment of an attempt.
fn of(attempt: &Attempt) -> Target<'_> {
    Target { attempt, reference: attempt.provider_reference.as_deref().unwrap_or_default() }
}

/// What asks for a token in all these tests.
fn widget(is_manual: bool) -> Widget {
    Widget {
        provider: "april".to_owned(),
        script_url: SCRIPT_URL.to_owned(),
        script_integrity: None,
        public_key: "sandbox_pk_demo".to_owned(),
        buyer: WidgetBuyer {
            email: Some("bo@example.test".to_owned()),
            last_name: Some("Test".to_owned()),
            ..WidgetBuyer::default()
        },
        hide_full_pay: false,
        hide_instalments: is_manual,
    }
}

fn new_session(amount: Money, buyer: Buyer, order_data: Value) -> Session {
    Session {
        id: keys::new_session_id(),
        version: 1,
        status: SessionStatus::RequiresPaymentMethod,
        reason: None,
        amount,
        reference: "S-1001".to_owned(),
        capture: Capture::Automatic,
        return_url: "https://shop.example/".to_owned(),
        locale: None,
        methods: None,
        buyer,
        order_data,
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

fn accepted(outcome: Outcome<Observation>) -> Observation {
    match outcome {
        Outcome::Accepted(observation) => observation,
        other => panic!("expected an observation, got {other:?}"),
    }
}

fn rejected<T: std::fmt::Debug>(outcome: Outcome<T>) -> Rejection {
    match outcome {
        Outcome::Rejected(rejection) => rejection,
        other => panic!("expected a no, got {other:?}"),
    }
}

/// The buyer is asked for another token.
fn asks_again(rejection: &Rejection) -> bool {
    matches!(rejection.next_action.as_deref(), Some(NextAction::CollectToken(asked)) if *asked == widget(false))
}
