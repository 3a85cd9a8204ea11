//! What every PicPay call has in common, in the order in which PicPay checks: the token, the rate limit, the idempotency
//! key, then the call itself. The order is undocumented; we assume it. Handlers only say what the call does.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::ask::Ask;
use super::calls::Call;
use super::charge::Caller;
use super::errors::ApiError;
use super::keys::{Key, MAX_LENGTH};
use super::reply::Reply;
use super::settings::Settings;
use super::{PROVIDER, PicPay};
use crate::faults::{Fault, Scripted};
use crate::http::hang_up;
use crate::json::{Complaint, Reason};
use crate::keys::Claim;
use crate::world::lock;

/// What a handler is given once the caller is known.
#[derive(Debug)]
pub(super) struct Scene<'a> {
    pub(super) picpay: &'a PicPay,
    pub(super) ask: &'a Ask,
    pub(super) settings: &'a Settings,
    pub(super) caller: &'a Caller,
    pub(super) now_ms: i64,
}

/// What a call does. Owned, because a late success happens when its request is long over.
pub(super) trait Run: FnOnce(&Scene<'_>) -> Result<Reply, ApiError> + Send + 'static {}

impl<F: FnOnce(&Scene<'_>) -> Result<Reply, ApiError> + Send + 'static> Run for F {}

/// A call that was let in, until it has its answer.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) ask: Ask,
    pub(super) settings: Arc<Settings>,
    pub(super) caller: Caller,
    /// None where no key counts.
    pub(super) key: Option<Key>,
}

/// Answers one call that is not let in by the payment calls' rules: tokens, and the user info.
pub(super) async fn answer_open(
    picpay: &PicPay,
    ask: &Ask,
    call: Call,
    run: impl FnOnce(&Settings, i64) -> Result<Reply, ApiError> + Send,
) -> Response {
    play(picpay, ask.path.clone(), call, |scripted, settings| async move {
        if scripted.is_some_and(|scripted| scripted.fault == Fault::Unauthorized) {
            return ApiError::unverified_token().reply();
        }
        if let Some(error) = prevented(scripted, &settings) {
            return error.reply();
        }
        wait_before(scripted).await;
        run(&settings, picpay.world.clock.now_ms()).unwrap_or_else(|error| error.reply())
    })
    .await
}

/// Answers one call of an access token's holder.
pub(super) async fn answer(picpay: &PicPay, ask: Ask, call: Call, run: impl Run) -> Response {
    play(picpay, ask.path.clone(), call, |scripted, settings| perform(picpay, ask, call, scripted, settings, run)).await
}

/// Plays the faults around a call, and notes it.
async fn play<F: Future<Output = Reply> + Send>(
    picpay: &PicPay,
    path: String,
    call: Call,
    perform: impl FnOnce(Option<Scripted>, Arc<Settings>) -> F,
) -> Response {
    let scripted = picpay.world.faults.take(PROVIDER, call.name());
    let fault = scripted.map(|scripted| scripted.fault);
    let settings = picpay.settings();
    if settings.latency_ms > 0 {
        tokio::time::sleep(Duration::from_millis(settings.latency_ms.into())).await;
    }
    let response = if fault == Some(Fault::Reset) {
        hang_up()
    } else {
        let reply = perform(scripted, settings).await;
        after(scripted, reply).await
    };
    let was_closed = matches!(fault, Some(Fault::LostReply | Fault::Reset));
    let status = (!was_closed).then(|| response.status().as_u16());
    picpay.world.note_call(PROVIDER, call.name(), path, status, fault);
    response
}

async fn perform(
    picpay: &PicPay,
    ask: Ask,
    call: Call,
    scripted: Option<Scripted>,
    settings: Arc<Settings>,
    run: impl Run,
) -> Reply {
    let fault = scripted.map(|scripted| scripted.fault);
    let admitted = match fault {
        Some(Fault::Unauthorized) => Err(ApiError::wrong_token()),
        _ => picpay.admit(&ask, call, &settings, picpay.world.clock.now_ms()),
    };
    let caller = match admitted {
        Ok(caller) => caller,
        Err(error) => return error.reply(),
    };
    if let Some(error) = prevented(scripted, &settings) {
        return error.reply();
    }
    let key = match picpay.claim(&ask, call, &caller, &settings) {
        Ok(key) => key,
        Err(reply) => return reply,
    };
    let stage = Stage { ask, settings, caller, key };
    match fault {
        Some(Fault::StillProcessing) => picpay.still_processing(&stage),
        Some(Fault::Timeout) => picpay.time_out(stage, scripted).await,
        Some(Fault::LateSuccess) => picpay.succeed_late(stage, scripted, run).await,
        _ => {
            wait_before(scripted).await;
            let reply = picpay.execute(&stage, run, picpay.world.clock.now_ms());
            match fault {
                Some(Fault::StillProcessingExecuted) => Reply::still_processing(),
                Some(Fault::TimeoutExecuted) => picpay.answer_too_late(&stage.settings, scripted).await,
                _ => reply,
            }
        }
    }
}

/// The refusals that keep a call from being executed.
fn prevented(scripted: Option<Scripted>, settings: &Settings) -> Option<ApiError> {
    match scripted.map(|scripted| scripted.fault) {
        Some(Fault::RateLimited) => Some(ApiError::rate_limited()),
        Some(Fault::Error500) => Some(ApiError::internal()),
        Some(Fault::Error502) => Some(ApiError::bad_gateway()),
        Some(Fault::Error503) => Some(ApiError::unavailable()),
        _ => settings.rate_limited.then(ApiError::rate_limited),
    }
}

/// Holds a call open before it is executed; its key is being processed meanwhile.
async fn wait_before(scripted: Option<Scripted>) {
    if let Some(Scripted { fault: Fault::Delay, delay_ms }) = scripted {
        tokio::time::sleep(Duration::from_millis(delay_ms.unwrap_or(0))).await;
    }
}

/// Plays the faults that spoil the answer of an executed call. What its key has kept is the unspoilt one.
async fn after(scripted: Option<Scripted>, reply: Reply) -> Response {
    let Some(Scripted { fault, delay_ms }) = scripted else { return reply.into_response() };
    match fault {
        Fault::LostReply => hang_up(),
        Fault::Error500Executed => ApiError::internal().reply().into_response(),
        Fault::Error502Executed => ApiError::bad_gateway().reply().into_response(),
        Fault::Error503Executed => ApiError::unavailable().reply().into_response(),
        Fault::DelayExecuted => {
            tokio::time::sleep(Duration::from_millis(delay_ms.unwrap_or(0))).await;
            reply.into_response()
        }
        Fault::Garbage => {
            let page = "<html><body><h1>It works!</h1></body></html>";
            (StatusCode::OK, [(header::CONTENT_TYPE, "text/html")], page).into_response()
        }
        Fault::WrongAmount | Fault::UnknownStatus => reply.distorted(fault).into_response(),
        _ => reply.into_response(),
    }
}

impl PicPay {
    /// Takes the request's idempotency key; `Err` is the answer where it is not to be executed.
    fn claim(&self, ask: &Ask, call: Call, caller: &Caller, settings: &Settings) -> Result<Option<Key>, Reply> {
        let Some(text) = ask.idempotency_key.clone().filter(|_| call.is_keyed() && !settings.is_legacy()) else {
            return Ok(None);
        };
        if text.chars().count() > MAX_LENGTH {
            return Err(refused_key("must have at most 255 characters", settings));
        }
        let key = Key { client: caller.client, call, text };
        let claim = lock(&self.book).keys.claim(&key, ask.fingerprint());
        match claim {
            Claim::Fresh => Ok(Some(key)),
            Claim::Processing { .. } => Err(Reply::still_processing()),
            Claim::Done { is_same_body: false, .. } if settings.strict_keys => {
                Err(refused_key("was used with another body", settings))
            }
            Claim::Done { reply, is_same_body } => {
                if !is_same_body {
                    tracing::warn!(
                        "{} of PicPay: a key came again with another body; its first answer is replayed",
                        call.name()
                    );
                }
                Err(reply)
            }
        }
    }

    /// Does what the call asks for, and lets its key keep the answer.
    pub(super) fn execute(&self, stage: &Stage, run: impl Run, now_ms: i64) -> Reply {
        let Stage { ask, settings, caller, key } = stage;
        let done = run(&Scene { picpay: self, ask, settings, caller, now_ms });
        let reply = done.unwrap_or_else(|error| error.reply());
        if let Some(key) = key {
            let keys = &mut lock(&self.book).keys;
            if reply.is_final() {
                keys.finish(key, reply.clone(), settings.max_charges);
            } else {
                keys.release(key);
            }
        }
        reply
    }
}

fn refused_key(why: &'static str, settings: &Settings) -> Reply {
    let complaint = Complaint { path: "x-Idempotency-Key".to_owned(), reason: Reason::Text(why) };
    ApiError::fields(&[complaint], settings.field_errors).reply()
}
