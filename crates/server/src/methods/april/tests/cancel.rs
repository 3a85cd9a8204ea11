//! `DELETE /orders/{id}`: what makes a lost pay safe to give up.

use super::*;

async fn cancel_with(status: u16, body: &str) -> Outcome<()> {
    let (provider, attempt) = (Provider::start().await, paying_attempt());
    provider.answer_text("DELETE", &format!("/orders/{ORDER}"), status, body).await;
    let outcome = provider.method.cancel(of(&attempt)).await;
    let sent = provider.requests(&format!("/orders/{ORDER}")).await;
    assert_eq!(sent.len(), 1, "sent once");
    assert!(sent[0].body.is_empty());
    outcome
}

#[tokio::test]
async fn an_accepted_cancel_needs_no_body() {
    let body = order(&paying_attempt(), "cancelled").to_string();
    for (status, body) in [(200, body.as_str()), (200, ""), (204, "")] {
        assert_eq!(cancel_with(status, body).await, Outcome::Accepted(()), "{status}");
    }
}

#[tokio::test]
async fn each_other_answer_is_sorted() {
    for (status, body, expected) in [
        (409, refused(409, "conflict"), "rejected"),
        (400, refused(400, "bad_request"), "rejected"),
        (409, json!({}), "unknown"),
        (404, refused(404, "not_found"), "unknown"),
        (500, refused(500, "internal_server_error"), "unknown"),
        (302, json!({}), "unknown"),
        (429, json!({}), "again"),
        (401, json!({}), "credentials"),
        (403, refused(403, "forbidden"), "credentials"),
    ] {
        let outcome = cancel_with(status, &body.to_string()).await;
        let told = match &outcome {
            Outcome::Rejected(rejection) if rejection.next_action.is_none() => "rejected",
            Outcome::NotSent(not_sent) if not_sent.is_credentials => "credentials",
            Outcome::NotSent(_) => "again",
            Outcome::Unknown(_) => "unknown",
            Outcome::Accepted(()) | Outcome::Rejected(_) | Outcome::Asks(_) => "wrong",
        };
        assert_eq!(told, expected, "{status} {body}: {outcome:?}");
    }
}
