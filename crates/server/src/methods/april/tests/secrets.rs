//! Nothing that is written for people shows a key, a token or a person.

use super::super::AprilError;
use super::super::details::Details;
use super::super::error::Said;
use super::*;
use std::io::Write;
use std::sync::{Arc, Mutex};

/// What stands in the requests or in the hostile answers, and must not stand anywhere else.
const PRIVATE: [&str; 7] =
    [SECRET_KEY, TOKEN, "bo@example.test", "Bo Test", "req_private", "4242424242424242", "3ds_1"];

fn assert_silent(text: &str) {
    for private in PRIVATE {
        assert!(!text.contains(private), "{private} in {text}");
    }
}

#[test]
fn every_error_says_what_to_do_and_nothing_private() {
    let said = Said::read(400, &refused(400, "card_declined").to_string()).expect("the documented form");
    let all = [
        AprilError::Configured { variable: "UMCLIQUE_APRIL_BASE_URL" },
        AprilError::Tls,
        AprilError::Unsendable { what: "the request" },
        AprilError::NotConnected { why: "connection refused" },
        AprilError::OutOfTime,
        AprilError::Unauthorized,
        AprilError::Forbidden,
        AprilError::Limited,
        AprilError::Refused { status: 400, said },
        AprilError::TimedOut { waited_ms: 20_000 },
        AprilError::Broken { why: "connection reset" },
        AprilError::Failed { status: 502 },
        AprilError::Undocumented { status: 418 },
        AprilError::Unreadable { what: "it names no transaction" },
        AprilError::Behind { what: "all refunds in its list" },
    ];
    for error in all {
        let text = format!("{error} {error:?}");
        assert_silent(&text);
        assert!(!error.to_string().ends_with('.') && error.to_string().len() < 160, "{text}");
    }
}

#[tokio::test]
async fn neither_the_method_nor_what_it_keeps_is_printed_with_its_secrets() {
    let (attempt, method) = (confirming_attempt(), new_method("http://127.0.0.1:9", 1_000));
    assert_silent(&format!("{method:?}"));
    for attempt in [new_attempt(), paying_attempt(), confirming_attempt()] {
        assert_silent(&format!("{:?}", Details::of(&attempt).expect("readable")));
    }
    assert_silent(&format!("{attempt:?}"));
    let broken = Attempt { details: json!({"token": TOKEN}), ..attempt };
    assert_silent(&format!("{:?}", method.send(&broken).await));
}

#[tokio::test]
async fn hostile_answers_are_not_quoted() {
    let hostile = format!("Bo Test <bo@example.test> {TOKEN} 4242424242424242 req_private");
    for (status, body) in [
        (200, json!({"PayOrderComplete": {"transactionId": hostile, "transactionStatus": hostile}})),
        (200, json!({"PayOrderComplete": {"transactionId": TRANSACTION, "transactionStatus": hostile}})),
        (200, json!(hostile)),
        (400, refused(400, "card_declined")),
        (400, refused(400, &hostile)),
        (400, with(refused(400, "card_declined"), json!({"tracer": hostile, "detail": hostile, "message": hostile}))),
        (403, json!({"message": hostile})),
        (409, refused(409, &hostile)),
        (502, refused(502, &hostile)),
        (418, json!({"message": hostile})),
    ] {
        let provider = Provider::start().await;
        provider.answer("POST", PAY, status, body.clone()).await;
        provider.answer("DELETE", &format!("/orders/{ORDER}"), status, body.clone()).await;
        provider.answer("GET", &format!("/orders/{ORDER}"), status, body.clone()).await;
        provider.answer("PATCH", AT_TRANSACTION, status, body.clone()).await;
        let told = match provider.method.send(&paying_attempt()).await {
            Outcome::Accepted(observation) => format!("{:?}", observation.provider_code),
            Outcome::Rejected(rejection) => format!("{} {:?}", rejection.detail, rejection.provider_code),
            outcome => format!("{outcome:?}"),
        };
        assert_silent(&told);
        let attempt = paid_attempt(false);
        assert_silent(&format!("{:?}", provider.method.cancel(of(&attempt)).await));
        assert_silent(&format!("{:?}", provider.method.capture(of(&attempt), aud(1)).await));
        assert_silent(&format!("{:?}", provider.method.find(&attempt).await));
    }
}

#[tokio::test]
async fn an_unreachable_address_is_not_quoted() {
    let method = new_method("https://bo-test.invalid/tok-private", 2_000);
    let Outcome::NotSent(not_sent) = method.send(&paying_attempt()).await else { panic!("nothing was sent") };
    assert_silent(&not_sent.detail);
    assert!(!not_sent.detail.contains("bo-test"), "{}", not_sent.detail);
}

/// Everything that was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("nobody panicked").clone()).expect("text")
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("nobody panicked").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_has_what_aprils_support_asks_for_and_nothing_private() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::WARN).with_writer(move || writer.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    rejected(Provider::pay(400, refused(400, "insufficient_funds")).await);
    let text = log.text();
    assert!(text.contains(TRACER) && text.contains("insufficient_funds") && text.contains("400"), "{text}");
    assert_silent(&text);
}
