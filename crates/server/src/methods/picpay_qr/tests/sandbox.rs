//! The method against the sandbox, which was written from ePag's documents and shares no type with it.

use super::*;
use crate::methods::{Method as _, Observation, Outcome, RefundState};
use umclique_sandbox::{Options, Sandbox};
use umclique_wire::NextAction;

struct Shop {
    sandbox: Sandbox,
    method: PicpayQr,
    attempt: Attempt,
}

impl Shop {
    /// A payment that waits for its payer.
    async fn with_payment(is_manual: bool) -> Self {
        let options = Options { listen: "127.0.0.1:0".parse().expect("an address"), seed: 1 };
        let sandbox = umclique_sandbox::start(options).await.expect("a free port");
        let config = EpagConfig {
            base_url: format!("{}/epag", sandbox.url()),
            api_key: "epag_demo_key".into(),
            api_secret: "epag_demo_secret".into(),
            contract_id: "7a1c6b1e-3c1c-4b0e-9a55-6b1b6f2f0c01".to_owned(),
            merchant_name: "Loja da Ana".to_owned(),
            public_url: "http://127.0.0.1:9".to_owned(),
            allowed_link_hosts: Vec::new(),
            timeout_ms: 10_000,
        };
        let method = PicpayQr::new(config, Clock::default(), server_key()).expect("the configuration works");
        let mut attempt = new_attempt();
        attempt.details["is_manual"] = json!(is_manual);
        let outcome = method.send(&attempt).await;
        let Outcome::Accepted(created) = outcome else { panic!("a payment, got {outcome:?}") };
        assert_eq!((created.status, created.mismatch), (AttemptStatus::RequiresAction, None));
        let Some(NextAction::ShowQr(qr)) = created.next_action else { panic!("a code to show") };
        assert!(qr.payload.is_some_and(|payload| payload.contains("123.45")));
        attempt.provider_reference = Some(created.provider_reference);
        Self { sandbox, method, attempt }
    }

    fn token(&self) -> &str {
        self.attempt.provider_reference.as_deref().expect("it was created")
    }

    async fn control(&self, act: &str) {
        let url = format!("{}/_control/epag/payments/{}/{act}", self.sandbox.url(), self.token());
        let http = reqwest::Client::builder().tls_certs_only([]).build().expect("no TLS is needed");
        let answer = http.post(url).json(&json!({})).send().await.expect("the sandbox answers");
        assert!(answer.status().is_success(), "{act}: {}", answer.status());
    }

    async fn seen(&self) -> Observation {
        let by_token = self.method.find(&self.attempt).await.expect("an answer");
        let unnamed = Attempt { provider_reference: None, ..self.attempt.clone() };
        let by_reference = self.method.find(&unnamed).await.expect("an answer");
        assert_eq!(by_token, by_reference);
        assert_eq!(by_token.len(), 1);
        by_token.into_iter().next().expect("one")
    }
}

#[tokio::test]
async fn a_paid_code_is_seen_and_refunded() {
    let shop = Shop::with_payment(false).await;
    assert_eq!(shop.seen().await.status, AttemptStatus::RequiresAction);
    shop.control("pay").await;
    let paid = shop.seen().await;
    assert_eq!((paid.status, paid.received_minor, paid.mismatch), (AttemptStatus::Succeeded, Some(12_345), None));
    assert_eq!(shop.method.list_refunds_of(shop.token()).await, Ok(Vec::new()));
    let outcome = shop.method.refund_of(shop.token(), brl(2_345)).await;
    let Outcome::Accepted(refund) = outcome else { panic!("a refund, got {outcome:?}") };
    assert_ne!(refund.state, RefundState::Failed);
    let listed = shop.method.list_refunds_of(shop.token()).await.expect("an answer");
    assert_eq!(listed.iter().map(|refund| refund.id.as_str()).collect::<Vec<_>>(), [refund.id.as_str()]);
    assert!(shop.method.find_refund_of(&refund.id).await.expect("an answer").is_some());
    assert_eq!(shop.method.find_refund_of("999999").await, Ok(None));
    let too_much = shop.method.refund_of(shop.token(), brl(99_999)).await;
    assert!(matches!(too_much, Outcome::Rejected(_)), "{too_much:?}");
    let too_late = shop.method.cancel_of(shop.token()).await;
    assert!(matches!(too_late, Outcome::Rejected(_)), "{too_late:?}");
}

#[tokio::test]
async fn a_reservation_is_seen_and_captured() {
    let shop = Shop::with_payment(true).await;
    shop.control("pay").await;
    assert_eq!(shop.seen().await.status, AttemptStatus::RequiresCapture);
    assert_eq!(shop.method.capture_of(shop.token(), brl(10_000)).await, Outcome::Accepted(()));
}

#[tokio::test]
async fn an_unpaid_code_is_cancelled() {
    let shop = Shop::with_payment(false).await;
    assert_eq!(shop.method.cancel_of(shop.token()).await, Outcome::Accepted(()));
    assert!(matches!(shop.seen().await.status, AttemptStatus::RequiresAction | AttemptStatus::Canceled));
}

#[tokio::test]
async fn a_declined_code_and_an_unknown_reference_are_told() {
    let shop = Shop::with_payment(false).await;
    shop.control("decline").await;
    assert_eq!(shop.seen().await.status, AttemptStatus::Failed);
    assert_eq!(shop.method.find(&new_attempt()).await, Ok(Vec::new()));
    assert_eq!(shop.method.find(&known_attempt()).await, Ok(Vec::new()));
}
