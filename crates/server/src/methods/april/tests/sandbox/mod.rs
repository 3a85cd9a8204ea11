//! The method against the sandbox, which was written from April's documents and shares no type with it.

mod lost;
mod money;
mod pay;

use super::*;
use crate::methods::Answer;
use umclique_sandbox::{Options, Sandbox};
use umclique_wire::{ChallengeEnd, ResumeRequest};

/// A card that pays.
const GOOD: &str = "4242424242424242";
/// A card whose bank asks once, and one whose bank asks twice.
const ASKS: &str = "4000000000003220";
const ASKS_TWICE: &str = "4000000000003246";

/// A shop in the middle of a payment.
struct Shop {
    sandbox: Sandbox,
    method: April,
    attempt: Attempt,
    http: reqwest::Client,
}

impl Shop {
    /// An order over AUD 600.00 that can be paid, with the sandbox switched as told.
    async fn with_order(settings: Value) -> Self {
        Self::start(false, settings).await
    }

    async fn start(is_manual: bool, settings: Value) -> Self {
        let options = Options { listen: "127.0.0.1:0".parse().expect("an address"), seed: 1 };
        let sandbox = umclique_sandbox::start(options).await.expect("a free port");
        let mut config = new_config(&format!("{}/april", sandbox.url()), 10_000);
        config.credential = Credential::Merchant("sandbox_sk_demo".into());
        let method = April::new(config).expect("the configuration works");
        let http = reqwest::Client::builder().tls_certs_only([]).build().expect("no TLS is needed");
        let details = kept(is_manual, json!({"step": "create", "order": {"description": "S-1001"}}));
        let mut shop = Self { sandbox, method, attempt: Attempt { details, ..new_attempt() }, http };
        shop.control("settings", settings).await;
        let made = shop.send().await;
        assert_eq!(accepted(made).status, AttemptStatus::RequiresAction);
        shop
    }

    /// Something that happens at April, or with the buyer; the answer.
    async fn control(&self, what: &str, body: Value) -> Value {
        let url = format!("{}/_control/april/{what}", self.sandbox.url());
        let answer = self.http.post(url).json(&body).send().await.expect("the sandbox answers");
        let status = answer.status();
        let body = answer.json().await.expect("JSON");
        assert!(status.is_success(), "{what}: {status} {body}");
        body
    }

    /// The next answer of a call goes wrong.
    async fn spoil(&self, call: &str, fault: &str) {
        self.control("faults", json!({"call": call, "fault": fault, "times": 1})).await;
    }

    /// What really happened at April: what, and how much.
    async fn ledger(&self) -> Vec<(String, u64)> {
        let url = format!("{}/_control/ledger", self.sandbox.url());
        let entries: Value = self.http.get(url).send().await.expect("an answer").json().await.expect("JSON");
        let entries = entries.as_array().or_else(|| entries["data"].as_array()).expect("a list").clone();
        let read = |entry: Value| {
            let kind = entry["kind"].as_str().expect("a kind").to_owned();
            (kind, entry["amount_minor"].as_u64().expect("an amount"))
        };
        entries.into_iter().map(read).collect()
    }

    /// Sends what the attempt's step needs, and keeps what comes back, as `payments/` does.
    async fn send(&mut self) -> Outcome<Observation> {
        let outcome = self.method.send(&self.attempt).await;
        match &outcome {
            Outcome::Accepted(seen) => self.keep(seen),
            Outcome::Rejected(rejection) => self.attempt.next_action = rejection.next_action.as_deref().cloned(),
            Outcome::Asks(_) | Outcome::NotSent(_) | Outcome::Unknown(_) => {}
        }
        outcome
    }

    fn keep(&mut self, seen: &Observation) {
        self.attempt.provider_reference = Some(seen.provider_reference.clone());
        self.attempt.status = seen.status;
        // A query does not tell what the buyer was asked for; that stays.
        if seen.next_action.is_some() || seen.status != AttemptStatus::RequiresAction {
            self.attempt.next_action.clone_from(&seen.next_action);
        }
        self.attempt.payer_amount_minor = seen.payer_amount_minor.unwrap_or(self.attempt.payer_amount_minor);
        if let Some(details) = &seen.details {
            self.attempt.details.clone_from(details);
        }
    }

    fn resume(&mut self, request: ResumeRequest) {
        let answer = Answer { attempt: &self.attempt, request: &request, returned: None };
        self.attempt.details = self.method.resume(&answer).expect("it was asked for");
        self.attempt.round += 1;
    }

    /// A token as April's frame would have made it.
    async fn token(&self, card: &str, kind: &str, amount_minor: u64) -> String {
        let wish = json!({"card": card, "amount_minor": amount_minor, "currency": "AUD", "kind": kind});
        self.control("tokens", wish).await["token"].as_str().expect("a token").to_owned()
    }

    /// The buyer types a card, and the server pays with it.
    async fn pay(&mut self, card: &str, kind: &str) -> Outcome<Observation> {
        let token = self.token(card, kind, 60_000).await;
        self.bring(token, kind);
        self.send().await
    }

    fn bring(&mut self, token: String, kind: &str) {
        let attempt = self.attempt.id.clone();
        let kind = Some(kind.to_owned());
        self.resume(ResumeRequest { token: Some(token), kind, ..ResumeRequest::of(attempt, self.attempt.round) });
    }

    /// The buyer ends a challenge, the browser tells, and the server goes on.
    async fn answer_challenge(&mut self, act: &str, told: ChallengeEnd) -> Outcome<Observation> {
        let Some(NextAction::Challenge(challenge)) = &self.attempt.next_action else { panic!("a challenge") };
        let action: Value = serde_json::from_str(&challenge.action).expect("JSON");
        let id = action["threeDSAuthorisationId"].as_str().expect("an id").to_owned();
        self.control(&format!("challenges/{id}/{act}"), json!({})).await;
        let attempt = self.attempt.id.clone();
        let round = self.attempt.round;
        self.resume(ResumeRequest { challenge: Some(told), ..ResumeRequest::of(attempt, round) });
        self.send().await
    }

    /// What a query tells, kept as `payments/` does.
    async fn look(&mut self) -> Observation {
        let seen = self.method.find(&self.attempt).await.expect("an answer");
        assert_eq!(seen.len(), 1);
        let seen = seen.into_iter().next().expect("one");
        self.keep(&seen);
        seen
    }

    fn transaction(&self) -> String {
        self.attempt.details["transaction"].as_str().expect("it is kept").to_owned()
    }
}
