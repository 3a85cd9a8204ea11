//! The order message: what each of WhatsApp's answers comes to, and that it may go out again.

use super::*;
use umclique_wire::{FailureCode, NextAction};

/// Codes with their HTTP status, what they come to, and the failure that the buyer is told of.
const REFUSALS: [(u32, u16, &str, Option<FailureCode>); 30] = {
    const UNREACHABLE: Option<FailureCode> = Some(FailureCode::BuyerUnreachable);
    const OURS: Option<FailureCode> = Some(FailureCode::ProviderUnavailable);
    [
        (2_040, 400, "rejected", UNREACHABLE),
        (131_026, 400, "rejected", UNREACHABLE),
        (131_051, 400, "rejected", UNREACHABLE),
        (0, 401, "credentials", None),
        (190, 401, "credentials", None),
        (3, 500, "credentials", None),
        (10, 403, "credentials", None),
        (200, 403, "credentials", None),
        (299, 403, "credentials", None),
        (131_005, 403, "credentials", None),
        (131_048, 400, "credentials", None),
        (368, 403, "credentials", None),
        (131_031, 403, "credentials", None),
        (131_042, 400, "credentials", None),
        (134_011, 400, "credentials", None),
        (4, 400, "again", None),
        (80_007, 400, "again", None),
        (130_429, 400, "again", None),
        (131_056, 400, "again", None),
        (100, 400, "rejected", OURS),
        (33, 400, "rejected", OURS),
        (131_008, 400, "rejected", OURS),
        (131_009, 400, "rejected", OURS),
        (135_000, 400, "rejected", OURS),
        (1, 500, "again", None),
        (2, 503, "again", None),
        (131_000, 500, "again", None),
        (131_016, 503, "again", None),
        (133_004, 503, "again", None),
        (777, 418, "again", None),
    ]
};

#[tokio::test]
async fn every_code_comes_to_what_it_means() {
    for (code, status, expected, failure) in REFUSALS {
        let provider = Provider::start().await;
        provider.answer("POST", MESSAGES, status, &refused(code, "interactive.body must be shorter")).await;
        let outcome = provider.method.send(&provider.attempt(|it| it)).await;
        assert_eq!(word(&outcome), expected, "{code}");
        if let Outcome::Rejected(rejection) = outcome {
            assert_eq!((Some(rejection.failure), rejection.provider_code), (failure, Some(code.to_string())));
        }
        assert_eq!(provider.messages().await.len(), 1, "{code} is sent once");
    }
}

#[tokio::test]
async fn an_answer_without_a_code_is_tried_again_because_a_message_moves_no_money() {
    for (status, body, expected) in [
        (200, taken(), "asks"),
        (200, "{}".to_owned(), "again"),
        (200, "<html>It works!</html>".to_owned(), "again"),
        (200, r#"{"messages":[]}"#.to_owned(), "again"),
        (200, r#"{"messages":[{"id":"wamid.1"}]}"#.to_owned(), "asks"),
        (204, String::new(), "again"),
        (302, String::new(), "again"),
        (401, String::new(), "credentials"),
        (429, String::new(), "again"),
        (404, "<html>".to_owned(), "again"),
        (502, "<html>".to_owned(), "again"),
    ] {
        let provider = Provider::start().await;
        provider.answer("POST", MESSAGES, status, &body).await;
        let attempt = provider.attempt(|it| it);
        assert!(provider.method.is_harmless(&attempt));
        assert_eq!(word(&provider.method.send(&attempt).await), expected, "{status} {body}");
    }
    // Nobody listens at all.
    let attempt = attempt(&sent(), NOW_MS);
    assert_eq!(word(&quiet().send(&attempt).await), "again");
}

#[tokio::test]
async fn an_order_asks_and_keeps_what_whatsapp_calls_the_buyer() {
    let provider = Provider::start().await;
    provider.answer("POST", MESSAGES, 200, &taken().replace(WA_ID, "551199990000")).await;
    let attempt = provider.attempt(|it| it);
    let Outcome::Asks(asked) = provider.method.send(&attempt).await else { panic!("it asks") };
    let NextAction::AwaitBuyer(order) = asked.action else { panic!("the buyer waits") };
    assert_eq!((order.channel.as_str(), order.label.as_str()), ("whatsapp", "4242"));
    assert_eq!(order.app_url.as_deref(), Some("https://wa.me/551130000000"));
    let kept: Details = serde_json::from_value(asked.details.expect("kept")).expect("details");
    // The card's own number where WhatsApp's name for it is wanted.
    assert_eq!((kept.is_sent, kept.wa_id.as_deref(), kept.number), (true, Some("551199990000"), 1));
    let message = &provider.messages().await[0];
    assert_eq!((&message["messaging_product"], &message["to"]), (&json!("whatsapp"), &json!(PHONE)));
    assert_eq!(message["biz_opaque_callback_data"], json!(format!("{}.1", attempt.id)));
    let parameters = &message["interactive"]["action"]["parameters"];
    assert_eq!(parameters["reference_id"], json!(format!("{}.1", attempt.id)));
    assert_eq!(parameters["order"]["expiration"]["timestamp"].as_str().map(str::len), Some(10), "{parameters}");
    let request = &provider.requests(MESSAGES).await[0];
    assert_eq!(request.headers["authorization"], "Bearer token-of-the-tests");
}

#[tokio::test]
async fn a_closed_window_takes_a_template_under_the_next_name() {
    let provider = Provider::start().await;
    provider.answer_once("POST", MESSAGES, 400, &refused(131_047, "more than 24 hours")).await;
    provider.answer("POST", MESSAGES, 200, &taken()).await;
    let attempt = provider.attempt(|it| it);
    let Outcome::Asks(asked) = provider.method.send(&attempt).await else { panic!("it asks") };
    let kept: Details = serde_json::from_value(asked.details.expect("kept")).expect("details");
    assert_eq!((kept.number, kept.form), (2, Form::Template));
    let sent = provider.messages().await;
    assert_eq!(sent.len(), 2);
    assert_eq!((&sent[1]["type"], &sent[1]["template"]["name"]), (&json!("template"), &json!("pedido")));
    let inside = &sent[1]["template"]["components"][0]["parameters"][0]["action"]["order_details"];
    assert_eq!(inside["reference_id"], json!(format!("{}.2", attempt.id)));
    assert_eq!(sent[1]["biz_opaque_callback_data"], inside["reference_id"]);
}

#[tokio::test]
async fn without_a_working_template_a_closed_window_reaches_nobody() {
    let provider = Provider::start_as(|config| WhatsappConfig { order_template: None, ..config }).await;
    provider.answer("POST", MESSAGES, 400, &refused(131_047, "more than 24 hours")).await;
    let outcome = provider.method.send(&provider.attempt(|it| it)).await;
    assert!(matches!(outcome, Outcome::Rejected(it) if it.failure == FailureCode::BuyerUnreachable));
    assert_eq!(provider.messages().await.len(), 1);
    for code in [131_047, 132_001, 132_015] {
        let provider = Provider::start().await;
        provider.answer_once("POST", MESSAGES, 400, &refused(131_047, "more than 24 hours")).await;
        provider.answer("POST", MESSAGES, 404, &refused(code, "no such template")).await;
        let outcome = provider.method.send(&provider.attempt(|it| it)).await;
        assert!(matches!(outcome, Outcome::Rejected(it) if it.failure == FailureCode::BuyerUnreachable), "{code}");
        assert_eq!(provider.messages().await.len(), 2, "{code}");
    }
}

#[tokio::test]
async fn a_name_that_was_used_means_that_the_first_message_arrived() {
    let provider = Provider::start().await;
    let used = refused(131_009, "interactive.action.parameters.reference_id must be unique");
    provider.answer("POST", MESSAGES, 400, &used).await;
    let first = provider.attempt(|it| it);
    assert_eq!(word(&provider.method.send(&first).await), "rejected", "nobody sent it before");
    let again = Attempt { asks: 1, ..first };
    let Outcome::Asks(asked) = provider.method.send(&again).await else { panic!("it arrived") };
    let kept: Details = serde_json::from_value(asked.details.expect("kept")).expect("details");
    assert_eq!((kept.is_sent, kept.wa_id), (true, None));
    let sent = provider.messages().await;
    assert_eq!(sent[0], sent[1], "the very same message");
}

#[tokio::test]
async fn what_breaks_a_rule_is_not_sent() {
    let provider = Provider::start().await;
    let attempt = provider.attempt(|mut details| {
        details.cart.lines[0].quantity = 3;
        details
    });
    assert_eq!(word(&provider.method.send(&attempt).await), "rejected");
    let unreadable = Attempt { details: json!({}), ..attempt };
    assert_eq!(word(&provider.method.send(&unreadable).await), "rejected");
    assert!(!provider.method.is_harmless(&unreadable));
    assert_eq!(provider.messages().await.len(), 0);
}
