//! A shop's address that keeps what it is sent, byte by byte: for providers that sign. It answers WhatsApp's question about
//! itself, too.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use serde_json::Value;
use tokio::sync::mpsc;

use crate::desk::PATIENCE;

/// One POST.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Letter {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Letter {
    /// A header, as text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {:?}", self.body))
    }
}

/// The word that an address answers to when it is asked whether it is the shop's; a test may change it.
pub(crate) type Word = Arc<Mutex<Option<String>>>;

struct Desk {
    letters: mpsc::UnboundedSender<Letter>,
    answers: Mutex<VecDeque<u16>>,
    word: Word,
}

/// The address.
pub(crate) struct Mailbox {
    pub(crate) url: String,
    letters: mpsc::UnboundedReceiver<Letter>,
}

impl Mailbox {
    /// Answers POSTs with these statuses, one after the other, then with 200; and the challenge to who knows this word.
    pub(crate) async fn new(answers: &[u16], word: Word) -> Self {
        let (sender, letters) = mpsc::unbounded_channel();
        let answers = Mutex::new(answers.iter().copied().collect());
        let desk = Arc::new(Desk { letters: sender, answers, word });
        let app = Router::new().route("/hook", get(echo).post(keep)).with_state(desk);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port exists");
        let address = listener.local_addr().expect("it is bound");
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url: format!("http://{address}/hook"), letters }
    }

    /// The next POST.
    pub(crate) async fn next(&mut self) -> Letter {
        tokio::time::timeout(PATIENCE, self.letters.recv()).await.expect("a POST comes").expect("the address lives")
    }

    /// What has come and was not looked at.
    pub(crate) fn waiting(&mut self) -> usize {
        let mut count = 0;
        while self.letters.try_recv().is_ok() {
            count += 1;
        }
        count
    }
}

async fn keep(State(desk): State<Arc<Desk>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let answer = desk.answers.lock().expect("nobody panicked").pop_front().unwrap_or(200);
    desk.letters.send(Letter { headers, body }).expect("the test listens");
    StatusCode::from_u16(answer).expect("an HTTP status")
}

async fn echo(State(desk): State<Arc<Desk>>, Query(query): Query<HashMap<String, String>>) -> (StatusCode, String) {
    let known = desk.word.lock().expect("nobody panicked").clone();
    let is_ours = known.is_some() && query.get("hub.verify_token") == known.as_ref();
    match query
        .get("hub.challenge")
        .filter(|_| is_ours && query.get("hub.mode").is_some_and(|mode| mode == "subscribe"))
    {
        Some(challenge) => (StatusCode::OK, challenge.clone()),
        None => (StatusCode::FORBIDDEN, String::new()),
    }
}
