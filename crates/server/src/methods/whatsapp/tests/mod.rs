//! Bigger tests, of the whole method: pure ones, and against a server on loopback that answers what each test tells it to.

mod bridge;
mod charge;
mod order;
mod prepare;
mod react;
mod rules;
mod samples;
mod sandbox;
mod signature;
mod tell;
mod told;
mod words;

use super::details::{Details, Form};
use super::texts::Language;
use super::words::Word;
use super::{BridgeConfig, Whatsapp, WhatsappConfig};
use crate::clock::{Clock, HOUR};
use crate::keys;
use crate::methods::{Method as _, Outcome, Press};
use crate::store::credentials::Credential;
use crate::store::known::Known;
use crate::store::sessions::{Buyer, Capture};
use crate::store::{Attempt, Session};
use serde_json::{Value, json};
use std::net::{IpAddr, Ipv4Addr};
use umclique_wire::{
    AttemptStatus, ConfirmRequest, CredentialId, Currency, MethodKind, Money, SessionStatus, WhatsappDetails,
};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

const NOW_MS: i64 = 1_767_225_600_000;
const PHONE: &str = "+5511999990000";
const WA_ID: &str = "5511999990000";
const CARD: &str = "cr_0193f0c47d5b7c3e9a1d2b3c4d5e6f70";
const SECRET: &str = "app-secret-of-the-tests";

fn config(base_url: &str) -> WhatsappConfig {
    WhatsappConfig {
        base_url: base_url.to_owned(),
        api_version: "v24.0".to_owned(),
        phone_number_id: "100000000000001".to_owned(),
        access_token: "token-of-the-tests".into(),
        app_secret: SECRET.into(),
        app_secret_previous: None,
        verify_token: "word-of-the-tests".into(),
        display_number: Some("+55 11 3000-0000".to_owned()),
        order_template: Some("pedido".to_owned()),
        status_template: Some("pedido_status".to_owned()),
        template_language: "pt_BR".to_owned(),
        timeout_ms: 1_000,
        merchant_name: "Loja Exemplo".to_owned(),
        processor: BridgeConfig {
            base_url: format!("{base_url}/psp"),
            token: "psp-token-of-the-tests".into(),
            webhook_secret: Some("psp-secret-of-the-tests".into()),
            timeout_ms: 1_000,
        },
    }
}

/// A method that sends nothing.
fn quiet() -> Whatsapp {
    Whatsapp::new(config("http://127.0.0.1:9"), Clock::default()).expect("it works")
}

fn card() -> Credential {
    Credential {
        id: CredentialId::parse(CARD).expect("an id"),
        phone: PHONE.to_owned(),
        buyer: Some("cliente-17".to_owned()),
        last_four: "4242".to_owned(),
        brand: "visa".to_owned(),
        psp_reference: "card_visa_4242".to_owned(),
        created_at_ms: NOW_MS,
    }
}

fn session(order_data: Value, amount_minor: u64) -> Session {
    Session {
        id: keys::new_session_id(),
        version: 1,
        status: SessionStatus::RequiresPaymentMethod,
        reason: None,
        amount: Money::from_minor(amount_minor, Currency::Brl).expect("an amount"),
        reference: "1001".to_owned(),
        capture: Capture::Automatic,
        return_url: "https://loja.example/".to_owned(),
        locale: None,
        methods: None,
        buyer: Buyer::default(),
        known: Known { links: Vec::new(), cards: vec![card()] },
        order_data,
        attempt_count: 0,
        decline_count: 0,
        last_attempt: None,
        last_error: None,
        end: None,
        watched_until_ms: 0,
        expires_at_ms: NOW_MS + 24 * HOUR,
        created_at_ms: NOW_MS,
    }
}

/// The cart of Meta's own sample.
fn cart() -> Value {
    json!({
        "items": [{"id": "sku-1", "name": "Lata", "quantity": 2, "unit_amount_minor": 1_150}],
        "tax_minor": 200, "shipping_minor": 450, "goods": "physical",
    })
}

/// What a confirm of `session` stores.
fn prepared(session: &Session, now_ms: i64) -> Details {
    let request = ConfirmRequest::Whatsapp(WhatsappDetails { credential: card().id });
    let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let press = Press { session, request: &request, address, now_ms };
    let prepared = quiet().prepare(&press).expect("it can be confirmed");
    serde_json::from_value(prepared.details).expect("details")
}

/// An attempt whose order of 29.50 reais goes out now.
fn attempt(details: &Details, now_ms: i64) -> Attempt {
    let amount = Money::from_minor(2_950, Currency::Brl).expect("an amount");
    Attempt::begun(&keys::new_session_id(), (MethodKind::Whatsapp, amount), details.stored(), now_ms)
}

/// What is kept once the order waits in the chat.
fn sent() -> Details {
    Details { is_sent: true, wa_id: Some(WA_ID.to_owned()), ..prepared(&session(cart(), 2_950), NOW_MS) }
}

/// An attempt whose order waits in the chat.
fn waiting(details: &Details) -> Attempt {
    Attempt { status: AttemptStatus::RequiresAction, ..attempt(details, NOW_MS) }
}

/// WhatsApp and the processor on loopback, and the method that speaks to both.
struct Provider {
    server: MockServer,
    method: Whatsapp,
    clock: Clock,
}

const MESSAGES: &str = "/v24.0/100000000000001/messages";

impl Provider {
    async fn start() -> Self {
        Self::start_as(|config| config).await
    }

    async fn start_as(change: impl FnOnce(WhatsappConfig) -> WhatsappConfig) -> Self {
        let (server, clock) = (MockServer::start().await, Clock::default());
        let method = Whatsapp::new(change(config(&server.uri())), clock.clone()).expect("it works");
        Self { server, method, clock }
    }

    /// From now on; an answer that was given earlier comes first.
    async fn answer(&self, verb: &str, at: &str, status: u16, body: &str) {
        let answer = ResponseTemplate::new(status).set_body_raw(body.to_owned(), "application/json");
        Mock::given(method(verb)).and(path(at)).respond_with(answer).mount(&self.server).await;
    }

    /// Once, before any later answer.
    async fn answer_once(&self, verb: &str, at: &str, status: u16, body: &str) {
        let answer = ResponseTemplate::new(status).set_body_raw(body.to_owned(), "application/json");
        Mock::given(method(verb)).and(path(at)).respond_with(answer).up_to_n_times(1).mount(&self.server).await;
    }

    async fn requests(&self, at: &str) -> Vec<Request> {
        let received = self.server.received_requests().await.expect("requests are recorded");
        received.into_iter().filter(|request| request.url.path() == at).collect()
    }

    /// The bodies that were posted to WhatsApp.
    async fn messages(&self) -> Vec<Value> {
        let requests = self.requests(MESSAGES).await;
        requests.iter().map(|request| serde_json::from_slice(&request.body).expect("JSON")).collect()
    }

    fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    /// An attempt of a session that began now.
    fn attempt(&self, change: impl FnOnce(Details) -> Details) -> Attempt {
        let now_ms = self.now_ms();
        let session = Session { expires_at_ms: now_ms + 24 * HOUR, ..session(cart(), 2_950) };
        attempt(&change(prepared(&session, now_ms)), now_ms)
    }
}

/// What WhatsApp answers where it took a message.
fn taken() -> String {
    json!({"messaging_product": "whatsapp", "contacts": [{"input": PHONE, "wa_id": WA_ID}],
        "messages": [{"id": "wamid.HBgNSANDBOX0001"}]})
    .to_string()
}

/// How WhatsApp refuses.
fn refused(code: u32, details: &str) -> String {
    json!({"error": {"message": format!("(#{code}) no"), "type": "OAuthException", "code": code,
        "error_data": {"messaging_product": "whatsapp", "details": details}, "fbtrace_id": "A"}})
    .to_string()
}

/// A word for what a call came to.
fn word<T>(outcome: &Outcome<T>) -> &'static str {
    match outcome {
        Outcome::Accepted(_) => "accepted",
        Outcome::Rejected(_) => "rejected",
        Outcome::Asks(_) => "asks",
        Outcome::NotSent(not_sent) if not_sent.is_credentials => "credentials",
        Outcome::NotSent(_) => "again",
        Outcome::Unknown(_) => "unknown",
    }
}

fn said(word: &Word) -> Value {
    serde_json::to_value(word).expect("a word")
}

fn language() -> Language {
    Language::Pt
}
