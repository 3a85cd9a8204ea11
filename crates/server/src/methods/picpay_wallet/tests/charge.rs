//! Charges: what is sent, and what each answer comes to.

use super::*;
use crate::payments::schedule::ABSENCE_GRACE_MS;

/// Every kind of answer, what it is the first time, and what the same proves when the charge is sent again.
const ANSWERS: [(u16, &str, &str, Option<&str>); 17] = [
    (
        200,
        r#"{"transaction_id":"5b3b8a38","reference_id":"another","created_at":"2025-03-04 10:15:30"}"#,
        "accepted",
        Some("accepted"),
    ),
    (200, r#"{"transaction_id":246599282}"#, "unknown", None),
    (200, r#"{"transaction_id":"../x"}"#, "unknown", None),
    (200, "<html>", "unknown", None),
    (204, "", "unknown", None),
    (208, "{}", "unknown", Some("unknown")),
    (400, r#"{"message":"Duplicated transaction.","business_code":"DUPLICATED_TRANSACTION"}"#, "unknown", None),
    (400, "{}", "unknown", None),
    (
        403,
        r#"{"message":"Funding source unavailable","business_code":"FUNDING_SOURCE_UNAVAILABLE"}"#,
        "rejected",
        Some("rejected"),
    ),
    (404, r#"{"message":"no Route matched with those values"}"#, "unknown", None),
    (406, r#"{"message":"Insufficient funds"}"#, "rejected", Some("rejected")),
    (408, r#"{"message":"Request took too long to process.","business_code":"REQUEST_TIMEOUT"}"#, "unknown", None),
    (
        422,
        r#"{"message":"The given data was invalid.","errors":{"value":["x"]},"business_code":"INVALID_INPUT"}"#,
        "rejected",
        Some("rejected"),
    ),
    (429, r#"{"message":"API rate limit exceeded"}"#, "again", None),
    (500, r#"{"message":"Oops!","business_code":"INTERNAL_ERROR"}"#, "unknown", None),
    (503, r#"{"message":"Service temporarily unavailable.","business_code":"SERVICE_UNAVAILABLE"}"#, "unknown", None),
    (302, "", "unknown", None),
];

#[tokio::test]
async fn every_answer_comes_to_what_it_proves() {
    for (status, body, first, again) in ANSWERS {
        let provider = Provider::start(Edition::Current).await;
        provider.answer("POST", CHARGE, status, body).await;
        let attempt = provider.attempt(false);
        assert_eq!(word(&provider.method.send(&attempt).await), first, "{status} {body}");
        let repeated = provider.method.repeat(&attempt).await;
        assert_eq!(repeated.as_ref().map(word), again, "{status} {body}");
        let sent = provider.requests(CHARGE).await;
        assert_eq!(sent.len(), 2, "each is sent once");
        assert_eq!(sent[0].body, sent[1].body, "no key ever carries another body");
        assert_eq!(sent[0].headers["x-idempotency-key"], sent[1].headers["x-idempotency-key"]);
    }
}

#[tokio::test]
async fn a_charge_says_just_what_is_published() {
    for (edition, is_manual) in [(Edition::Current, false), (Edition::Current, true), (Edition::Legacy, false)] {
        let provider = Provider::start(edition).await;
        provider.answer("POST", CHARGE, 200, &charged()).await;
        let attempt = provider.attempt(is_manual);
        let Outcome::Accepted(seen) = provider.method.send(&attempt).await else { panic!("it is accepted") };
        let status = if is_manual { AttemptStatus::RequiresCapture } else { AttemptStatus::Succeeded };
        assert_eq!((seen.status, seen.received_minor), (status, Some(6_000)));
        let sent = &provider.requests(CHARGE).await[0];
        let body = std::str::from_utf8(&sent.body).expect("a text");
        let key = sent.headers.get("x-idempotency-key").map(|key| key.to_str().expect("a text"));
        let api_key = sent.headers.contains_key("api-key");
        let id = attempt.id.as_str();
        if edition == Edition::Legacy {
            assert_eq!((body, key, api_key), (r#"{"value":60.00}"#, None, true));
        } else {
            let capture = !is_manual;
            let expected = format!(
                r#"{{"value":60.00,"reference_id":"{id}","auto_capture":{capture},"transaction_initiator":"CIT"}}"#
            );
            assert_eq!((body, api_key), (expected.as_str(), false));
            assert_eq!(key.map(|key| key.replace('-', "")), id.strip_prefix("pa_").map(str::to_owned));
        }
        assert_eq!(sent.headers["authorization"], "Bearer access-1");
    }
}

#[tokio::test]
async fn a_refused_token_is_renewed_once_whatever_the_refusal_says() {
    for text in UNAUTHORIZED {
        let provider = Provider::start(Edition::Current).await;
        let refusal = json!({"message": text}).to_string();
        provider.answer_once("POST", CHARGE, 401, &refusal).await;
        provider.answer("POST", CHARGE, 200, &charged()).await;
        let renewed = json!({"access_token": "access-2", "expires_in": 300, "refresh_expires_in": 1800,
            "refresh_token": "refresh-2", "token_type": "bearer", "not-before-policy": 0, "scope": "openid"});
        provider.answer("POST", "/oauth2/token", 200, &renewed.to_string()).await;
        assert_eq!(word(&provider.method.send(&provider.attempt(false)).await), "accepted", "{text}");
        assert_eq!(provider.requests(CHARGE).await[1].headers["authorization"], "Bearer access-2");
        let login = provider.requests("/oauth2/token").await;
        let form = std::str::from_utf8(&login[0].body).expect("a form");
        for field in ["grant_type=refresh_token", "refresh_token=refresh-1", "client_id=client", "client_secret="] {
            assert!(form.contains(field), "{form}");
        }
    }
}

#[tokio::test]
async fn a_login_that_is_over_asks_the_buyer_and_proves_nothing_about_a_lost_charge() {
    for (status, error, expected) in [
        (400, "invalid_grant", "asks"),
        (400, "unauthorized_client", "asks"),
        (400, "invalid_client", "credentials"),
        (401, "invalid_client", "credentials"),
        (400, "invalid_request", "again"),
        (500, "invalid_grant", "again"),
        (429, "invalid_grant", "again"),
    ] {
        let provider = Provider::start(Edition::Current).await;
        provider.answer("POST", CHARGE, 401, r#"{"message":"Unauthorized"}"#).await;
        let body = json!({"error": error, "error_description": "of ana@example.com"}).to_string();
        provider.answer("POST", "/oauth2/token", status, &body).await;
        let attempt = provider.attempt(false);
        assert_eq!(word(&provider.method.send(&attempt).await), expected, "{status} {error}");
        assert!(provider.method.repeat(&attempt).await.is_none(), "{status} {error}");
    }
    // A new token that is refused as well.
    let provider = Provider::start(Edition::Current).await;
    provider.answer("POST", CHARGE, 401, r#"{"message":"Unauthorized"}"#).await;
    let renewed = json!({"access_token": "a", "expires_in": 300, "refresh_token": "r", "token_type": "bearer"});
    provider.answer("POST", "/oauth2/token", 200, &renewed.to_string()).await;
    assert_eq!(word(&provider.method.send(&provider.attempt(false)).await), "asks");
    assert_eq!(provider.requests("/oauth2/token").await.len(), 1);
    assert!(provider.grants.access(&provider.grant, None, &NoRenewal).await.is_err());
}

#[tokio::test]
async fn only_a_charge_under_a_key_is_sent_again_and_not_for_ever() {
    let provider = Provider::start(Edition::Current).await;
    provider.answer("POST", CHARGE, 200, &charged()).await;
    let old = Attempt { round_at_ms: provider.clock.now_ms() - ABSENCE_GRACE_MS, ..provider.attempt(false) };
    assert!(provider.method.repeat(&old).await.is_none());
    let consenting = new_attempt(json!({"is_manual": false}), provider.clock.now_ms());
    assert!(provider.method.repeat(&consenting).await.is_none());
    let legacy = Provider::start(Edition::Legacy).await;
    assert!(legacy.method.repeat(&legacy.attempt(false)).await.is_none());
    assert_eq!((provider.requests(CHARGE).await.len(), legacy.requests(CHARGE).await.len()), (0, 0));
}

#[tokio::test]
async fn an_attempt_without_a_login_asks_for_the_consent_and_nobody_else() {
    let provider = Provider::start(Edition::Current).await;
    let attempt = new_attempt(json!({"is_manual": false, "nonce_sha256": "0"}), provider.clock.now_ms());
    assert!(provider.method.is_harmless(&attempt));
    let Outcome::Asks(action) = provider.method.send(&attempt).await else { panic!("it asks") };
    let umclique_wire::NextAction::Redirect(redirect) = action.action else { panic!("a redirect") };
    let url = reqwest::Url::parse(&redirect.url).expect("an address");
    let field = |name: &str| url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned());
    assert_eq!(field("redirect_uri").as_deref(), Some("https://pay.example/providers/picpay/callback"));
    assert_eq!((field("response_type").as_deref(), field("client_id").as_deref()), (Some("code"), Some("client")));
    assert!(!redirect.url.contains("secret-of-the-tests"));
    let state = field("state").expect("a state");
    let visit = provider.method.came_back(&format!("code=x&state={state}&session_state=y")).expect("ours");
    assert_eq!((visit.attempt, visit.round, visit.code.as_deref()), (attempt.id, 1, Some("x")));
    let refused = provider.method.came_back(&format!("error=access_denied&code=x&state={state}")).expect("ours");
    assert_eq!(refused.code, None, "a refusal with a code is a refusal");
    assert_eq!(provider.server.received_requests().await.expect("recorded").len(), 0);
}

/// Nobody renews here.
struct NoRenewal;

#[async_trait::async_trait]
impl crate::vault::grants::Renew for NoRenewal {
    async fn renew(&self, _: &secrecy::SecretString) -> Result<Tokens, crate::vault::grants::NoAccess> {
        Err(crate::vault::grants::NoAccess::Lapsed)
    }

    fn timeout(&self) -> std::time::Duration {
        std::time::Duration::ZERO
    }
}
