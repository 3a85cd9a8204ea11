//! What every call has in common: scripted faults before and after, the access token, the number, and the shape of refusals.
//! What the one call does is `send.rs`.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::calls::SEND;
use super::errors::{BAD_TOKEN, GraphError, INVALID, PAIR_LIMIT, SOMETHING_WRONG, THROUGHPUT, UNAVAILABLE};
use super::{ACCESS_TOKEN, PHONE_NUMBER_ID, PROVIDER, WhatsApp};
use crate::faults::{Fault, Scripted};
use crate::http::hang_up;

/// One request.
#[derive(Debug)]
pub(super) struct Ask {
    pub(super) version: String,
    pub(super) phone_number_id: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// Answers one call: faults that prevent it, the token, the call itself, faults that spoil the answer.
pub(super) async fn answer(
    whatsapp: &WhatsApp,
    ask: Ask,
    run: impl FnOnce(&[u8]) -> Result<Response, GraphError> + Send,
) -> Response {
    let scripted = whatsapp.world.faults.take(PROVIDER, SEND);
    let latency_ms = whatsapp.settings().latency_ms;
    if latency_ms > 0 {
        tokio::time::sleep(Duration::from_millis(latency_ms.into())).await;
    }
    let fault = scripted.map(|scripted| scripted.fault);
    let response = match prevented(fault) {
        _ if fault == Some(Fault::Reset) => hang_up(),
        Some(response) => whatsapp.spoilt(response),
        None => {
            wait(scripted, Fault::Delay).await;
            let done = admit(&ask).and_then(|()| run(&ask.body));
            let response = done.unwrap_or_else(|error| whatsapp.refuse(&error));
            after(whatsapp, scripted, response).await
        }
    };
    let was_closed = matches!(fault, Some(Fault::LostReply | Fault::Reset));
    let status = (!was_closed).then(|| response.status().as_u16());
    whatsapp.world.note_call(
        PROVIDER,
        SEND,
        format!("/{}/{}/messages", ask.version, ask.phone_number_id),
        status,
        fault,
    );
    response
}

fn admit(ask: &Ask) -> Result<(), GraphError> {
    let authorization = ask.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if authorization.and_then(|value| value.strip_prefix("Bearer ")) != Some(ACCESS_TOKEN) {
        return Err(GraphError::new(BAD_TOKEN, "Invalid OAuth access token."));
    }
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let version = ask.version.strip_prefix('v').and_then(|version| version.split_once('.'));
    if !version.is_some_and(|(major, minor)| is_number(major) && is_number(minor)) {
        return Err(GraphError::new(INVALID, format!("Unknown path components: /{}", ask.version)));
    }
    if ask.phone_number_id != PHONE_NUMBER_ID {
        let id = &ask.phone_number_id;
        let details = format!("Unsupported post request. Object with ID '{id}' does not exist or is not yours.");
        return Err(GraphError::new(33, details));
    }
    Ok(())
}

/// What a fault answers in place of Meta.
enum Spoilt {
    Graph(GraphError),
    /// The gateway in front of it, whose page is not JSON.
    Gateway,
}

/// The faults that keep a call from being executed.
fn prevented(fault: Option<Fault>) -> Option<Spoilt> {
    let graph = |code, details: &str| Some(Spoilt::Graph(GraphError::new(code, details)));
    match fault? {
        Fault::Error500 => graph(SOMETHING_WRONG, "Message failed to send because of an unknown error."),
        Fault::Error502 => Some(Spoilt::Gateway),
        Fault::Error503 => graph(UNAVAILABLE, "A service is temporarily unavailable."),
        Fault::RateLimited => graph(THROUGHPUT, "Message failed to send because there were too many messages."),
        Fault::PairLimited => graph(PAIR_LIMIT, "Too many messages were sent to this recipient in a short time."),
        Fault::Unauthorized => graph(BAD_TOKEN, "Error validating access token: Session has expired."),
        _ => None,
    }
}

async fn wait(scripted: Option<Scripted>, wanted: Fault) {
    if let Some(Scripted { fault, delay_ms }) = scripted
        && fault == wanted
    {
        tokio::time::sleep(Duration::from_millis(delay_ms.unwrap_or(0))).await;
    }
}

/// Plays the faults that spoil the answer of an executed call.
async fn after(whatsapp: &WhatsApp, scripted: Option<Scripted>, response: Response) -> Response {
    wait(scripted, Fault::DelayExecuted).await;
    match scripted.map(|scripted| scripted.fault) {
        Some(Fault::LostReply) => hang_up(),
        Some(Fault::Error500Executed) => whatsapp.refuse(&GraphError::new(SOMETHING_WRONG, "Something went wrong.")),
        Some(Fault::Error502Executed) => whatsapp.spoilt(Spoilt::Gateway),
        Some(Fault::Error503Executed) => whatsapp.refuse(&GraphError::new(UNAVAILABLE, "Service unavailable.")),
        Some(Fault::Garbage) => {
            let page = "<html><body><h1>It works!</h1></body></html>";
            (StatusCode::OK, [(header::CONTENT_TYPE, "text/html")], page).into_response()
        }
        _ => response,
    }
}

impl WhatsApp {
    /// A refusal, marked.
    pub(super) fn refuse(&self, error: &GraphError) -> Response {
        error.answer(self.world.ids.number())
    }

    fn spoilt(&self, spoilt: Spoilt) -> Response {
        match spoilt {
            Spoilt::Graph(error) => self.refuse(&error),
            Spoilt::Gateway => {
                let page = "<html><body><h1>502 Bad Gateway</h1></body></html>";
                (StatusCode::BAD_GATEWAY, [(header::CONTENT_TYPE, "text/html")], page).into_response()
            }
        }
    }
}

/// A path or method that the Graph API does not have here.
pub(super) async fn unknown_path(State(whatsapp): State<Arc<WhatsApp>>) -> Response {
    whatsapp.refuse(&GraphError::new(INVALID, "Unknown path components."))
}
