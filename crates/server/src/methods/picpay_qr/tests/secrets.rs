//! Nothing that is written for people shows a token, a secret or a person.

use super::super::EpagError;
use super::*;
use crate::methods::{Method as _, Outcome};
use umclique_wire::FailureCode;

/// What stands in the hostile answers, and must not stand anywhere else.
const PRIVATE: [&str; 6] = [TAX_ID, API_SECRET, "ana@example.com", "tok-private", "Ana Souza", TOKEN];

fn assert_silent(text: &str) {
    for private in PRIVATE {
        assert!(!text.contains(private), "{private} in {text}");
    }
}

#[test]
fn every_error_says_what_to_do_and_nothing_private() {
    let code = || Some("00.02.0001".to_owned());
    let all = [
        EpagError::Configured { variable: "UMCLIQUE_EPAG_BASE_URL" },
        EpagError::Tls,
        EpagError::Unsendable { what: "the amount" },
        EpagError::NotConnected { why: "connection refused" },
        EpagError::OutOfTime,
        EpagError::Unauthorized,
        EpagError::TokenContested,
        EpagError::NoToken { why: "a server error" },
        EpagError::Limited,
        EpagError::Refused {
            status: 400,
            code: "00.01.0044".to_owned(),
            field: Some("person.tax_id"),
            failure: FailureCode::BuyerDetails,
        },
        EpagError::TimedOut { waited_ms: 20_000 },
        EpagError::Broken { why: "connection reset" },
        EpagError::Failed { status: 502, code: code() },
        EpagError::Undocumented { status: 418, code: None },
        EpagError::Unreadable { what: "it names no payment" },
    ];
    for error in all {
        let text = format!("{error} {error:?}");
        assert_silent(&text);
        assert!(!error.to_string().ends_with('.') && error.to_string().len() < 160, "{text}");
    }
}

#[tokio::test]
async fn hostile_answers_are_not_quoted() {
    let hostile = format!("{TAX_ID}: Ana Souza <ana@example.com> tok-private");
    for (status, body) in [
        (200, json!({"payment_token": hostile, "refresh_token": "tok-private"})),
        (200, json!(hostile)),
        (400, refused(400, "00.01.0044", &hostile)),
        (422, refused(422, &hostile, &hostile)),
        (422, refused(422, "01.06.0001", &format!("Firewall - Level: GLOBAL, Field: EMAIL ana@example.com {hostile}"))),
        (502, refused(502, &hostile, &hostile)),
        (418, json!({"message": hostile})),
    ] {
        let epag = Epag::start().await;
        epag.answer("POST", "/picpay/simple", status, body.clone()).await;
        epag.answer("POST", &format!("/payment/{TOKEN}/cancel"), status, body.clone()).await;
        epag.answer("GET", &format!("/payment/{TOKEN}"), status, body.clone()).await;
        assert_silent(&format!("{:?}", epag.method.send(&new_attempt()).await));
        assert_silent(&format!("{:?}", epag.method.cancel_of(TOKEN).await));
        assert_silent(&format!("{:?}", epag.method.find(&known_attempt()).await));
        assert_silent(&format!("{:?}", epag.method));
    }
}

#[tokio::test]
async fn a_hostile_status_does_not_reach_the_timeline() {
    let epag = Epag::start().await;
    let attempt = known_attempt();
    let answer = with(queried(&attempt, "Ana Souza 52998224725"), json!({"errorCode": TAX_ID}));
    epag.answer("GET", &format!("/payment/{TOKEN}"), 200, answer).await;
    let found = epag.method.find(&attempt).await.expect("an answer");
    assert_eq!((found[0].status, found[0].provider_code.as_deref()), (AttemptStatus::Processing, None));
}

#[tokio::test]
async fn an_unreachable_address_is_not_quoted() {
    let method = new_method("https://ana-souza.invalid/tok-private", &Clock::default(), 2_000);
    let Outcome::NotSent(not_sent) = method.send(&new_attempt()).await else { panic!("nothing was sent") };
    assert_silent(&not_sent.detail);
    assert!(!not_sent.detail.contains("ana-souza"), "{}", not_sent.detail);
}
