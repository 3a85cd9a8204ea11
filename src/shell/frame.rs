//! A provider's own frame on the page: what it is asked for, and what its words mean.
//!
//! Kept by `checkout`. The page puts it up (`www/umclique_april.js`) and passes on what it says; each word names the question for which
//! the frame was there. A token passes through here and is kept nowhere.

use super::checkout::{Checkout, Msg};
use super::options::{put, set_all};
use super::read::Json;
use super::run::new_key;
use super::task::{Task, sleep};
use crate::machine::{Ask, Breakage, Event, Key, Snapshot, Token, Word};
use js_sys::{Function, Object};
use umclique_wire::{AttemptId, Challenge, ChallengeEnd, NextAction, Widget};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use yew::html::Scope;

/// How long a frame may be silent after it was asked for a token. It may ask the buyer for more, so this ends nothing.
const SILENCE_MS: u32 = 20_000;

#[wasm_bindgen]
extern "C" {
    /// What the page gives for a frame. None of these throws; what goes wrong is said.
    type Handle;
    #[wasm_bindgen(method)]
    fn submit(this: &Handle);
    #[wasm_bindgen(method)]
    fn challenge(this: &Handle, action: &str, round: u32, mount: u32);
    #[wasm_bindgen(method)]
    fn close(this: &Handle);
}

/// A frame on the page. Dropped, it leaves the page and says nothing more.
pub(super) struct Frame {
    attempt: AttemptId,
    handle: Handle,
    link: Scope<Checkout>,
    watchdog: Option<Task>,
    _say: Closure<dyn FnMut(JsValue)>,
}

impl Frame {
    /// Puts up the frame that a snapshot asks for. Nothing where it asks for none, or the page cannot.
    pub(super) fn open(open: Option<&Function>, ask: &Ask, view: &Snapshot, link: &Scope<Checkout>) -> Option<Self> {
        let (widget, action) = match view.next_action.as_ref()? {
            NextAction::CollectToken(widget) => (widget, None),
            NextAction::Challenge(Challenge { widget, action }) => (widget, Some(action)),
            NextAction::ShowQr(_) | NextAction::Redirect(_) | NextAction::AwaitBuyer(_) | NextAction::Unknown => {
                return None;
            }
        };
        let (attempt, hearer) = (ask.attempt.clone(), link.clone());
        let say = Closure::<dyn FnMut(JsValue)>::new(move |word| {
            if let Some(event) = event(&word, &attempt, new_key) {
                hearer.send_message(Msg::Happened(event));
            }
        });
        let order = order(widget, action, view);
        put(&order, "round", ask.round);
        put(&order, "mount", ask.mount);
        put(&order, "say", say.as_ref());
        let handle = open?.call1(&JsValue::UNDEFINED, &order).ok().filter(JsValue::is_object)?.unchecked_into();
        Some(Self { attempt: ask.attempt.clone(), handle, link: link.clone(), watchdog: None, _say: say })
    }

    /// Shows a challenge of the same attempt in this frame. Tells whether it is one.
    pub(super) fn challenge(&mut self, ask: &Ask, view: &Snapshot) -> bool {
        match &view.next_action {
            Some(NextAction::Challenge(challenge)) if self.attempt == ask.attempt => {
                self.handle.challenge(&challenge.action, ask.round, ask.mount);
                true
            }
            _ => false,
        }
    }

    /// Asks the frame for a token, and watches that it answers.
    pub(super) fn submit(&mut self, ask: Ask) {
        self.handle.submit();
        let link = self.link.clone();
        self.watchdog = Some(Task::spawn(async move {
            sleep(SILENCE_MS).await;
            link.send_message(Msg::Happened(Event::FrameSaid { ask, word: Word::Silent }));
        }));
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        self.handle.close();
    }
}

fn order(widget: &Widget, action: Option<&String>, view: &Snapshot) -> Object {
    let order = Object::new();
    let buyer = &widget.buyer;
    set_all(
        &order,
        [
            ("script_url", Some(&widget.script_url)),
            ("script_integrity", widget.script_integrity.as_deref()),
            ("public_key", Some(&widget.public_key)),
            ("email", buyer.email.as_deref()),
            ("phone", buyer.phone.as_deref()),
            ("first_name", buyer.first_name.as_deref()),
            ("last_name", buyer.last_name.as_deref()),
            ("action", action.map(String::as_str)),
            ("currency", Some(view.currency.as_str())),
        ],
    );
    // Amounts stay below 2^53 minor units.
    put(&order, "amount", view.amount_minor as f64);
    put(&order, "hide_full_pay", widget.hide_full_pay);
    put(&order, "hide_instalments", widget.hide_instalments);
    order
}

/// What a frame said: `{ name, round, mount, is_challenge?, token?, kind?, why? }`. A word that is not known is none.
pub fn event(word: &impl Json, attempt: &AttemptId, new_key: fn() -> Key) -> Option<Event> {
    let text = |name| word.get(name).and_then(|value| value.text());
    let number = |name| word.get(name).and_then(|value| value.number()).map(|number| number as u32);
    let is_challenge = word.get("is_challenge").is_some_and(|value| value.is_true());
    let ask = Ask { attempt: attempt.clone(), round: number("round")?, mount: number("mount")?, is_challenge };
    let word = match text("name")?.as_str() {
        "ready" => Word::Ready,
        "failed" => Word::Failed(breakage(&text("why").unwrap_or_default())),
        "token" => Word::Token(Token { text: text("token")?, kind: text("kind") }, new_key()),
        "done" => Word::Ended(ChallengeEnd::Done, new_key()),
        "closed" => Word::Ended(ChallengeEnd::Failed, new_key()),
        "error" => Word::Complained,
        _ => return None,
    };
    Some(Event::FrameSaid { ask, word })
}

fn breakage(why: &str) -> Breakage {
    match why {
        "script" => Breakage::Script,
        "blocked" => Breakage::Blocked,
        "place" => Breakage::Place,
        _ => Breakage::Widget,
    }
}
