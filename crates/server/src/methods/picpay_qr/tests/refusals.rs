//! Every error family of ePag's, for a creation and for the other calls.

use super::super::codes::tests::{NOT_A_NO, REFUSALS};
use super::*;
use crate::methods::{Method as _, Observation, Outcome};
use umclique_wire::FailureCode;

async fn create_refused(status: u16, body: Value) -> Outcome<Observation> {
    let epag = Epag::start().await;
    epag.answer("POST", "/picpay/simple", status, body).await;
    let outcome = epag.method.send(&new_attempt()).await;
    assert_eq!(epag.requests("/picpay/simple").await.len(), 1, "a refusal is never repeated");
    outcome
}

#[tokio::test]
async fn each_documented_refusal_is_final_and_has_its_kind() {
    for (status, code, failure) in REFUSALS {
        let outcome = create_refused(status, refused(status, code, "Something is wrong")).await;
        let Outcome::Rejected(rejection) = outcome else { panic!("{status} {code}: {outcome:?}") };
        assert_eq!((rejection.failure, rejection.provider_code.as_deref()), (failure, Some(code)));
        assert_eq!(rejection.detail, format!("ePag refused with HTTP {status} and code {code}"));
    }
}

#[tokio::test]
async fn a_field_says_who_can_mend_it() {
    for (description, failure) in [
        ("person.tax_id: invalid tax ID number", FailureCode::BuyerDetails),
        ("person.email: must be an address", FailureCode::BuyerDetails),
        ("payment.amount: must be at most 10000", FailureCode::AmountNotAllowed),
        ("contract_id: must not be null", FailureCode::ProviderUnavailable),
        ("Malformed JSON request", FailureCode::ProviderUnavailable),
    ] {
        let outcome = create_refused(400, refused(400, "00.01.0044", description)).await;
        let Outcome::Rejected(rejection) = outcome else { panic!("{description}: {outcome:?}") };
        assert_eq!(rejection.failure, failure, "{description}");
    }
}

#[tokio::test]
async fn failures_behind_epag_are_unknown_whatever_their_status_and_code() {
    for status in [500, 502, 503, 504] {
        for code in ["00.00.0000", "00.02.0001", "00.03.0001", "00.05.0002", "00.01.0044"] {
            let outcome = create_refused(status, refused(status, code, "Upstream")).await;
            let Outcome::Unknown(detail) = outcome else { panic!("{status} {code}: {outcome:?}") };
            assert!(detail.contains(code) && detail.contains(&status.to_string()), "{detail}");
        }
    }
    assert!(matches!(create_refused(502, json!("<html>")).await, Outcome::Unknown(_)));
}

#[tokio::test]
async fn what_no_document_calls_a_no_is_unknown() {
    for code in NOT_A_NO {
        for status in [400, 403, 422] {
            let outcome = create_refused(status, refused(status, code, "Something")).await;
            assert!(matches!(outcome, Outcome::Unknown(_)), "{status} {code}: {outcome:?}");
        }
    }
    let mixed =
        json!({"errors": [{"code": "00.01.0044", "description": "x"}, {"code": "00.02.0001", "description": "y"}]});
    for (status, body) in [
        (400, json!({})),
        (400, json!({"errors": []})),
        (400, json!({"errors": [{"description": "no code"}]})),
        (400, json!({"errors": [{"code": "nonsense"}]})),
        (422, json!({"errors": "none"})),
        (422, mixed),
        (403, json!({"status": 403, "error": "Forbidden", "message": "Access Denied"})),
        (404, refused(404, "00.01.0038", "Payment not found")),
        (404, json!({"status": 404, "error": "Not Found"})),
    ] {
        let outcome = create_refused(status, body.clone()).await;
        assert!(matches!(outcome, Outcome::Unknown(_)), "{status} {body}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_limit_means_that_nothing_was_executed() {
    for body in [json!({}), refused(429, "", "Too Many Requests")] {
        let outcome = create_refused(429, body).await;
        assert!(matches!(&outcome, Outcome::NotSent(not_sent) if !not_sent.is_credentials), "{outcome:?}");
    }
}

#[tokio::test]
async fn each_call_tells_the_families_apart() {
    for (status, code, is_no) in [
        (422, "00.04.0010", true),
        (422, "00.04.0011", true),
        (422, "00.04.0012", true),
        (422, "00.04.0014", true),
        (422, "01.05.0018", true),
        (400, "01.05.0030", true),
        (400, "00.01.0044", true),
        (403, "00.04.0002", true),
        (404, "00.01.0038", true),
        (502, "00.02.0001", false),
        (500, "00.00.0000", false),
        (422, "00.00.0000", false),
    ] {
        let epag = Epag::start().await;
        for at in ["/refund".to_owned(), format!("/payment/{TOKEN}/capture"), format!("/payment/{TOKEN}/cancel")] {
            epag.answer("POST", &at, status, refused(status, code, "Something")).await;
        }
        let captured = epag.method.capture_of(TOKEN, brl(1)).await;
        assert_eq!(matches!(captured, Outcome::Rejected(_)), is_no, "{status} {code}: {captured:?}");
        assert_eq!(matches!(captured, Outcome::Unknown(_)), !is_no, "{status} {code}: {captured:?}");
        let refunded = epag.method.refund_of(TOKEN, brl(1)).await;
        assert_eq!(matches!(refunded, Outcome::Rejected(_)), is_no, "{status} {code}: {refunded:?}");
        assert_eq!(matches!(refunded, Outcome::Unknown(_)), !is_no, "{status} {code}: {refunded:?}");
        assert_eq!(matches!(epag.method.cancel_of(TOKEN).await, Outcome::Rejected(_)), is_no, "{status} {code}");
    }
}
