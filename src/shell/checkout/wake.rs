//! What happens when the page is hidden, shown again, or back on the network, and when a screen stands for long.
//!
//! Called by the root's `update`.

use super::{Checkout, Msg};
use crate::machine::{Event, Screen};
use crate::shell::listen::Listener;
use crate::shell::options::get;
use crate::shell::page;
use crate::shell::task::{Task, sleep};
use wasm_bindgen::JsValue;
use yew::Context;

/// A page that is hidden longer gives its stream back.
const HIDDEN_MS: u32 = 30_000;
/// How long a screen stands before a word about it is due.
const LINGERING_MS: u32 = 8_000;
/// How long an order in a messenger stands unanswered before another way is spoken of.
const UNANSWERED_MS: u32 = 45_000;

impl Checkout {
    pub(super) fn set_visible(&mut self, ctx: &Context<Self>, is_visible: bool) {
        if is_visible {
            self.hidden = None;
            self.wake(ctx);
        } else {
            self.hidden = Some(later(ctx, HIDDEN_MS, Msg::Dozed));
        }
    }

    pub(super) fn doze(&mut self) {
        if let Some(session) = &mut self.session {
            session.status = None;
        }
    }

    pub(super) fn wake(&mut self, ctx: &Context<Self>) {
        if let Some(session) = &mut self.session
            && session.status.is_none()
            && self.state.is_watching()
        {
            session.open_status(ctx.link());
        }
        self.happened(ctx, Event::Woke);
    }
}

/// A screen that makes buyers wait has a word for those who wait for long.
pub(super) fn linger(ctx: &Context<Checkout>, screen: Screen) -> Option<Task> {
    let wait_ms = match screen {
        Screen::Confirming | Screen::Waiting => LINGERING_MS,
        Screen::Await => UNANSWERED_MS,
        _ => return None,
    };
    Some(later(ctx, wait_ms, Msg::Lingered))
}

/// Tells the root something after a while, unless it is dropped.
fn later(ctx: &Context<Checkout>, wait_ms: u32, msg: Msg) -> Task {
    let link = ctx.link().clone();
    Task::spawn(async move {
        sleep(wait_ms).await;
        link.send_message(msg);
    })
}

pub(super) fn listeners(ctx: &Context<Checkout>) -> Vec<Listener> {
    let (Some(window), Some(document)) = (web_sys::window(), page::document()) else { return vec![] };
    let (on_visible, on_show, on_online) = (ctx.link().clone(), ctx.link().clone(), ctx.link().clone());
    let page_document = document.clone();
    vec![
        Listener::new(&document, "visibilitychange", move |_| {
            on_visible.send_message(Msg::Visible(!page_document.hidden()))
        }),
        Listener::new(&window, "pageshow", move |event| {
            // The first show is the page's load, which reads the session anyway.
            if get(&event, "persisted") == Some(JsValue::TRUE) {
                on_show.send_message(Msg::Woke);
            }
        }),
        Listener::new(&window, "online", move |_| on_online.send_message(Msg::Woke)),
    ]
}
