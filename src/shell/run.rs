//! Runs the machine's effects and sends their outcome back as events.
//!
//! Called by `checkout` for every effect. Each kind of request has one place, so that a new one replaces an old one that waits.

use super::api::Api;
use super::checkout::{Checkout, Msg};
use super::status::{News, watch};
use super::task::{Task, backoff_ms, random_bytes, sleep};
use super::visit::{ask_page, found, nonce_sha256};
use super::{api, clock};
use crate::machine::{Confirm, Effect, Event, Fault, Key, Snapshot};
use js_sys::{Function, Promise};
use std::rc::Rc;
use umclique_wire::{AttemptId, MethodKind};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::html::Scope;

/// The requests and timers of one session; dropping it stops them all.
pub(super) struct Session {
    pub(super) api: Rc<Api>,
    /// The first answer, if the page asked before we were ready.
    first: Option<Promise>,
    load: Option<Task>,
    check: Option<Task>,
    /// The confirm or resume that is on its way.
    sent: Option<(Key, Task)>,
    cancel: Option<Task>,
    /// Goes to a provider's page, and knows what was brought back.
    away: Option<Function>,
    visit: Option<Task>,
    clock: Option<Task>,
    pub(super) status: Option<Task>,
}

/// A fresh idempotency key: 128 random bits.
pub(super) fn new_key() -> Key {
    let bytes = random_bytes::<16>();
    let mut text = String::new();
    for byte in bytes {
        for half in [byte >> 4, byte & 15] {
            text.push(char::from(b"0123456789abcdef"[usize::from(half)]));
        }
    }
    Key::new(text)
}

impl Session {
    pub(super) fn new(api: Api, first: Option<Promise>, away: Option<Function>) -> Self {
        Self {
            api: Rc::new(api),
            first,
            load: None,
            check: None,
            sent: None,
            cancel: None,
            away,
            visit: None,
            clock: None,
            status: None,
        }
    }

    /// Runs one effect. Events for the page are not effects of a session; `checkout` keeps them until the screen is drawn.
    pub(super) fn run(&mut self, effect: Effect, link: &Scope<Checkout>) {
        match effect {
            Effect::Load { tries } => self.load(tries, link),
            Effect::Check { tries } => {
                let (api, link) = (self.api.clone(), link.clone());
                self.check = Some(Task::spawn(async move {
                    sleep(backoff_ms(tries)).await;
                    let event = api.status(true).await.map_or(Event::CheckFailed, Event::Checked);
                    link.send_message(Msg::Happened(event));
                }));
            }
            Effect::Confirm { confirm, tries } => {
                let body = Body::Confirm(confirm.clone());
                self.send("/confirm", &confirm.key, body, tries, link, |key, answer| Msg::Confirmed { key, answer });
            }
            Effect::Resume { resume, tries } => {
                let body = Body::Text(api::resume_body(&resume.request));
                self.send("/resume", &resume.key, body, tries, link, |key, answer| Msg::Resumed { key, answer });
            }
            Effect::Cancel { key, attempt, tries } => {
                let body = Body::Text(api::cancel_body(&attempt));
                self.cancel = Some(self.post("/cancel", key, body, tries, link, |key, answer| {
                    Msg::Happened(answer.map_or_else(|fault| Event::CancelFailed { key, fault }, Event::Snapshot))
                }));
            }
            Effect::Visit { ask, url } => {
                let asked = ask_page(self.away.as_ref(), "visit", &self.api.credentials().id, url.as_deref());
                let link = link.clone();
                self.visit = Some(Task::spawn(async move {
                    let found = found(asked).await;
                    link.send_message(Msg::Happened(Event::Looked { ask, found, key: new_key() }));
                }));
            }
            Effect::Abandon { attempt } => abandon(self.api.clone(), attempt),
            Effect::OpenStatus => self.open_status(link),
            Effect::CloseStatus => self.status = None,
            Effect::StartClock { attempt, expires_at, server_time } => {
                let link = link.clone();
                self.clock = clock::count_down(&expires_at, &server_time, move |left_s| {
                    link.send_message(Msg::Ticked(left_s));
                    if left_s == 0 {
                        link.send_message(Msg::Happened(Event::TimeUp { attempt: attempt.clone() }));
                    }
                });
            }
            Effect::StopClock => self.clock = None,
            // The root's own affair.
            Effect::Emit(_) | Effect::ShowWidget { .. } | Effect::SubmitWidget { .. } | Effect::DropWidget => {}
        }
    }

    pub(super) fn open_status(&mut self, link: &Scope<Checkout>) {
        let link = link.clone();
        self.status = Some(watch(self.api.clone(), move |news| {
            link.send_message(Msg::Happened(match news {
                News::Snapshot(view) => Event::Snapshot(view),
                News::Lost => Event::StatusLost,
            }));
        }));
    }

    fn load(&mut self, tries: u32, link: &Scope<Checkout>) {
        let (api, link, first) = (self.api.clone(), link.clone(), self.first.take());
        self.load = Some(Task::spawn(async move {
            sleep(backoff_ms(tries)).await;
            let answer = match first {
                Some(first) => match read_first(first).await {
                    Some(view) => Ok(view),
                    None => api.load().await,
                },
                None => api.load().await,
            };
            link.send_message(Msg::Happened(answer.map_or_else(Event::LoadFailed, Event::Snapshot)));
        }));
    }

    /// Sends a confirm or resume, unless it is on its way already.
    fn send(&mut self, tail: &'static str, key: &Key, body: Body, tries: u32, link: &Scope<Checkout>, tell: Tell) {
        if self.sent.as_ref().is_none_or(|(running, _)| running != key) {
            self.sent = Some((key.clone(), self.post(tail, key.clone(), body, tries, link, tell)));
        }
    }

    fn post(&self, tail: &'static str, key: Key, body: Body, tries: u32, link: &Scope<Checkout>, tell: Tell) -> Task {
        let (api, link) = (self.api.clone(), link.clone());
        let away = self.away.clone();
        Task::spawn(async move {
            sleep(backoff_ms(tries)).await;
            let body = match body {
                Body::Text(text) => Ok(text),
                Body::Confirm(confirm) if confirm.request.kind() == MethodKind::PicpayWallet => {
                    let asked = ask_page(away.as_ref(), "begin", &api.credentials().id, Some(key.as_str()));
                    nonce_sha256(asked).await.map(|hash| api::confirm_body(&confirm.request, Some(&hash)))
                }
                Body::Confirm(confirm) => Ok(api::confirm_body(&confirm.request, None)),
            };
            let answer = match body {
                Ok(body) => api.post(tail, &key, body).await,
                Err(fault) => Err(fault),
            };
            link.send_message(tell(key, answer));
        })
    }

    /// The request with this key has its answer; the same key may be sent again.
    pub(super) fn has_answer(&mut self) {
        self.sent = None;
    }
}

/// What is sent.
enum Body {
    /// It is made already.
    Text(String),
    /// It may need something of the page first.
    Confirm(Rc<Confirm>),
}

/// What the root is told of an answer.
type Tell = fn(Key, Result<Snapshot, Fault>) -> Msg;

/// The answer that the page asked for early; anything but a snapshot is asked for again.
async fn read_first(first: Promise) -> Option<Snapshot> {
    api::to_view(&JsFuture::from(first).await.ok()?).ok()
}

/// Tells the old session's server that its attempt is left. Runs on its own: the session's tasks are about to be dropped.
fn abandon(api: Rc<Api>, attempt: Option<AttemptId>) {
    spawn_local(async move {
        let attempt = match attempt {
            Some(attempt) => Some(attempt),
            None => live_attempt(api.load().await),
        };
        if let Some(attempt) = attempt {
            // A lost answer is the server's to mend: the session's expiry closes the attempt.
            let _ = api.post("/cancel", &new_key(), api::cancel_body(&attempt)).await;
        }
    });
}

fn live_attempt(answer: Result<Snapshot, Fault>) -> Option<AttemptId> {
    answer.ok()?.attempt.as_ref().filter(|attempt| !attempt.status.is_final()).map(|attempt| attempt.id.clone())
}
