//! Answers that get lost or make no sense: which of them prove that nothing was sent, and that no other does.

use super::*;
use crate::methods::RefundOrder;
use futures::future::join_all;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What the line does to every call.
#[derive(Clone, Copy, Debug)]
enum Fault {
    /// Reads it, and never answers.
    Silence,
    /// Closes without having read it all, which resets the connection.
    Reset,
    /// Reads it, and closes.
    Close,
    /// Answers something that is not HTTP.
    Noise,
    /// A 200 that breaks off in the middle of its body.
    HalfAnswer,
    /// A 200 whose body never comes.
    HeadOnly,
}

const FAULTS: [Fault; 6] =
    [Fault::Silence, Fault::Reset, Fault::Close, Fault::Noise, Fault::HalfAnswer, Fault::HeadOnly];

/// April behind a line with a fault; its address.
async fn start_faulty(fault: Fault) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    tokio::spawn(async move {
        let mut kept = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            kept.extend(serve(stream, fault).await);
        }
    });
    format!("http://{address}")
}

/// One request on one connection; the stream where it must stay open.
async fn serve(mut stream: TcpStream, fault: Fault) -> Option<TcpStream> {
    stream.read_u8().await.ok()?;
    if matches!(fault, Fault::Reset) {
        return None;
    }
    let mut rest = vec![0; 64 * 1024];
    let _ = stream.read(&mut rest).await.ok()?;
    let answer: &[u8] = match fault {
        Fault::Silence | Fault::Reset | Fault::Close => b"",
        Fault::Noise => b"SSH-2.0-OpenSSH_9.9\r\n",
        Fault::HalfAnswer => b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{\"transactionId\":",
        Fault::HeadOnly => b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n",
    };
    stream.write_all(answer).await.ok()?;
    matches!(fault, Fault::Silence | Fault::HeadOnly).then_some(stream)
}

#[tokio::test]
async fn whatever_breaks_after_sending_leaves_the_outcome_unknown() {
    // Side by side: most of them wait for the time to run out.
    join_all(FAULTS.map(|fault| async move {
        let method = new_method(&start_faulty(fault).await, 600);
        for attempt in [paying_attempt(), confirming_attempt()] {
            let paid = method.send(&attempt).await;
            assert!(matches!(paid, Outcome::Unknown(_)), "{fault:?}: {paid:?}");
        }
        let attempt = paid_attempt(false);
        let refunded = method.refund(of(&attempt), RefundOrder { id: "re_1", amount: aud(1) }).await;
        assert!(matches!(refunded, Outcome::Unknown(_)), "{fault:?}: {refunded:?}");
        assert!(matches!(method.capture(of(&attempt), aud(1)).await, Outcome::Unknown(_)), "{fault:?}");
        assert!(matches!(method.cancel(of(&attempt)).await, Outcome::Unknown(_)), "{fault:?}");
        assert!(method.find(&attempt).await.is_err_and(|unanswered| !unanswered.is_credentials), "{fault:?}");
        assert!(method.list_refunds(of(&attempt)).await.is_err(), "{fault:?}");
        assert!(method.find_refund(of(&attempt), "rfnd_1").await.is_err(), "{fault:?}");
    }))
    .await;
}

#[tokio::test]
async fn what_moves_no_money_is_never_unknown() {
    join_all(FAULTS.map(|fault| async move {
        let method = new_method(&start_faulty(fault).await, 600);
        for attempt in [new_attempt(), attempt_at(false, json!({"step": "look_after_challenge"}))] {
            let outcome = method.send(&attempt).await;
            assert!(matches!(&outcome, Outcome::NotSent(it) if !it.is_credentials), "{fault:?}: {outcome:?}");
        }
    }))
    .await;
}

#[tokio::test]
async fn without_a_connection_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let closed = format!("http://{}", listener.local_addr().expect("it is bound"));
    drop(listener);
    let not_tls = start_faulty(Fault::Noise).await.replace("http://", "https://");
    for base_url in [closed.as_str(), "https://april.invalid", &not_tls] {
        let method = new_method(base_url, 5_000);
        for attempt in [new_attempt(), paying_attempt(), confirming_attempt()] {
            let outcome = method.send(&attempt).await;
            assert!(matches!(&outcome, Outcome::NotSent(it) if !it.is_credentials), "{base_url}: {outcome:?}");
        }
        assert!(matches!(method.cancel(of(&paying_attempt())).await, Outcome::NotSent(_)), "{base_url}");
        assert!(method.find(&paying_attempt()).await.is_err(), "{base_url}");
    }
}

#[tokio::test]
async fn answers_that_make_no_sense_leave_the_outcome_unknown() {
    let huge = format!("{{\"x\":\"{}\"}}", "x".repeat(1024 * 1024));
    for (status, body) in [
        (200, ""),
        (200, "<html>ok</html>"),
        (200, "[]"),
        (200, "{}"),
        (200, r#"{"PayOrderComplete":"#),
        (200, &huge),
        (204, ""),
        (302, ""),
        (304, ""),
        (418, "{}"),
    ] {
        let shown = &body[..body.len().min(20)];
        let paid = Provider::pay_attempt(&paying_attempt(), status, body).await;
        assert!(matches!(paid, Outcome::Unknown(_)), "{status} {shown}: {paid:?}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let provider = Provider::start().await;
    let answer = ResponseTemplate::new(307).insert_header("Location", "/elsewhere");
    Mock::given(method("POST")).and(path(PAY)).respond_with(answer).mount(&provider.server).await;
    assert!(matches!(provider.method.send(&paying_attempt()).await, Outcome::Unknown(_)));
    assert!(provider.requests("/elsewhere").await.is_empty());
}

#[tokio::test]
async fn a_refund_whose_lookup_took_all_the_time_is_not_sent() {
    let provider = Provider::start_with(|config| config.timeout_ms = 1_000).await;
    let attempt = paying_attempt();
    let listed = json!([transaction(&attempt, TRANSACTION, "paid")]).to_string();
    let slow = ResponseTemplate::new(200)
        .set_body_raw(listed, "application/json")
        .set_delay(std::time::Duration::from_millis(850));
    Mock::given(method("GET")).and(path("/transactions")).respond_with(slow).mount(&provider.server).await;
    let outcome = provider.method.refund(of(&attempt), RefundOrder { id: "re_1", amount: aud(1) }).await;
    assert!(matches!(&outcome, Outcome::NotSent(it) if !it.is_credentials), "{outcome:?}");
    assert!(provider.requests(AT_TRANSACTION).await.is_empty());
}
