//! A merchant's address for callbacks and webhooks: what the tests of all providers share.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde_json::Value;
use tokio::sync::mpsc;

use crate::desk::PATIENCE;

/// An address that notes what it is told; `answers` are given one after the other, then 200.
pub(crate) struct Receiver {
    pub(crate) url: String,
    bodies: mpsc::UnboundedReceiver<Value>,
}

type Hook = (mpsc::UnboundedSender<Value>, std::sync::Arc<std::sync::Mutex<Vec<u16>>>);

impl Receiver {
    pub(crate) async fn new(answers: &[u16]) -> Self {
        let (sender, bodies) = mpsc::unbounded_channel();
        let mut answers = answers.to_vec();
        answers.reverse();
        let hook: Hook = (sender, std::sync::Arc::new(std::sync::Mutex::new(answers)));
        let app = Router::new().route("/cb", post(receive)).with_state(hook);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port exists");
        let address = listener.local_addr().expect("it is bound");
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url: format!("http://{address}/cb"), bodies }
    }

    /// The next callback.
    pub(crate) async fn next(&mut self) -> Value {
        tokio::time::timeout(PATIENCE, self.bodies.recv()).await.expect("a callback comes").expect("it has a body")
    }

    /// What has come and was not looked at.
    pub(crate) fn waiting(&mut self) -> usize {
        let mut count = 0;
        while self.bodies.try_recv().is_ok() {
            count += 1;
        }
        count
    }
}

async fn receive(State((sender, answers)): State<Hook>, Json(body): Json<Value>) -> StatusCode {
    let answer = answers.lock().expect("nobody panicked").pop().unwrap_or(200);
    sender.send(body).expect("the test listens");
    StatusCode::from_u16(answer).expect("an HTTP status")
}
