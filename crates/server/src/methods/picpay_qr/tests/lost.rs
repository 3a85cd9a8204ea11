//! Answers that get lost or make no sense: which of them prove that nothing was sent, and that no other does.

use super::*;
use crate::methods::{Method as _, Outcome};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What the line does to every call but the login.
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

/// ePag behind a line with a fault; its address.
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
    let mut head = [0; 5];
    stream.read_exact(&mut head).await.ok()?;
    let mut first_line = head.to_vec();
    while !first_line.ends_with(b"\r\n") {
        first_line.push(stream.read_u8().await.ok()?);
    }
    if first_line.starts_with(b"POST /auth") {
        let mut rest = vec![0; 64 * 1024];
        let _ = stream.read(&mut rest).await.ok()?;
        let body = r#"{"token":"first"}"#;
        let answer = format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        stream.write_all(answer.as_bytes()).await.ok()?;
        return None;
    }
    if matches!(fault, Fault::Reset) {
        return None;
    }
    let mut rest = vec![0; 64 * 1024];
    let _ = stream.read(&mut rest).await.ok()?;
    let answer: &[u8] = match fault {
        Fault::Silence | Fault::Reset | Fault::Close => b"",
        Fault::Noise => b"SSH-2.0-OpenSSH_9.9\r\n",
        Fault::HalfAnswer => b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{\"payment_token\":",
        Fault::HeadOnly => b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n",
    };
    stream.write_all(answer).await.ok()?;
    matches!(fault, Fault::Silence | Fault::HeadOnly).then_some(stream)
}

#[tokio::test]
async fn whatever_breaks_after_sending_leaves_the_outcome_unknown() {
    for fault in [Fault::Silence, Fault::Reset, Fault::Close, Fault::Noise, Fault::HalfAnswer, Fault::HeadOnly] {
        let method = new_method(&start_faulty(fault).await, &Clock::default(), 600);
        let created = method.send(&new_attempt()).await;
        assert!(matches!(created, Outcome::Unknown(_)), "{fault:?}: {created:?}");
        let refunded = method.refund_of(TOKEN, brl(1)).await;
        assert!(matches!(refunded, Outcome::Unknown(_)), "{fault:?}: {refunded:?}");
        assert!(matches!(method.capture_of(TOKEN, brl(1)).await, Outcome::Unknown(_)), "{fault:?}");
        assert!(matches!(method.cancel_of(TOKEN).await, Outcome::Unknown(_)), "{fault:?}");
        assert!(method.find(&new_attempt()).await.is_err_and(|unanswered| !unanswered.is_credentials), "{fault:?}");
        assert!(method.list_refunds_of(TOKEN).await.is_err(), "{fault:?}");
        assert!(method.find_refund_of("17").await.is_err(), "{fault:?}");
    }
}

#[tokio::test]
async fn without_a_connection_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let closed = format!("http://{}", listener.local_addr().expect("it is bound"));
    drop(listener);
    let not_tls = start_faulty(Fault::Noise).await.replace("http://", "https://");
    for base_url in [closed.as_str(), "https://epag.invalid", &not_tls] {
        let method = new_method(base_url, &Clock::default(), 5_000);
        let outcome = method.send(&new_attempt()).await;
        let Outcome::NotSent(not_sent) = outcome else { panic!("{base_url}: {outcome:?}") };
        assert!(!not_sent.is_credentials, "{base_url}");
        assert!(method.find(&new_attempt()).await.is_err());
    }
}

#[tokio::test]
async fn a_connection_that_breaks_after_the_login_was_still_not_sent() {
    // The login answers, then the listener is gone.
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let base_url = format!("http://{}", listener.local_addr().expect("it is bound"));
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("the login connects");
        drop(listener);
        serve(stream, Fault::Close).await
    });
    let outcome = new_method(&base_url, &Clock::default(), 5_000).send(&new_attempt()).await;
    assert!(matches!(outcome, Outcome::NotSent(_)), "{outcome:?}");
}

#[tokio::test]
async fn a_login_that_takes_all_the_time_leaves_nothing_sent() {
    let epag = Epag::start_without_login().await;
    let answer = ResponseTemplate::new(200)
        .set_body_raw(r#"{"token":"first"}"#, "application/json")
        .set_delay(std::time::Duration::from_millis(900));
    Mock::given(method("POST")).and(path("/auth")).respond_with(answer).mount(&epag.server).await;
    let hurried = new_method(&epag.server.uri(), &epag.clock, 1_000);
    let outcome = hurried.send(&new_attempt()).await;
    assert!(matches!(&outcome, Outcome::NotSent(not_sent) if !not_sent.is_credentials), "{outcome:?}");
    assert!(epag.requests("/picpay/simple").await.is_empty());
}

#[tokio::test]
async fn answers_that_make_no_sense_leave_the_outcome_unknown() {
    let huge = format!("{{\"x\":\"{}\"}}", "x".repeat(1024 * 1024));
    for (status, body) in [
        (200, ""),
        (200, "<html>ok</html>"),
        (200, "[]"),
        (200, "null"),
        (200, "{}"),
        (200, r#"{"payment_token":"#),
        (200, &huge),
        (204, ""),
        (302, ""),
        (304, ""),
        (409, "{}"),
        (418, "{}"),
    ] {
        let epag = Epag::start().await;
        epag.answer_text("POST", "/picpay/simple", status, body).await;
        epag.answer_text("POST", "/refund", status, body).await;
        epag.answer_text("POST", &format!("/payment/{TOKEN}/capture"), status, body).await;
        let shown = &body[..body.len().min(20)];
        let created = epag.method.send(&new_attempt()).await;
        assert!(matches!(created, Outcome::Unknown(_)), "{status} {shown}: {created:?}");
        assert!(matches!(epag.method.refund_of(TOKEN, brl(1)).await, Outcome::Unknown(_)), "{status} {shown}");
        assert!(matches!(epag.method.capture_of(TOKEN, brl(1)).await, Outcome::Unknown(_)), "{status} {shown}");
        assert_eq!(epag.requests("/picpay/simple").await.len(), 1, "never sent twice");
        assert_eq!(epag.requests("/refund").await.len(), 1, "never sent twice");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let epag = Epag::start().await;
    let answer = ResponseTemplate::new(307).insert_header("Location", "/elsewhere");
    Mock::given(method("POST")).and(path("/picpay/simple")).respond_with(answer).mount(&epag.server).await;
    assert!(matches!(epag.method.send(&new_attempt()).await, Outcome::Unknown(_)));
    assert!(epag.requests("/elsewhere").await.is_empty());
}
