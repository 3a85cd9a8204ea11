//! What happens when the page is hidden, shown again, or back on the network.
//!
//! Called by the root's `update`.

use super::{Checkout, Msg};
use crate::machine::Event;
use crate::shell::listen::Listener;
use crate::shell::options::get;
use crate::shell::page;
use crate::shell::task::{Task, sleep};
use wasm_bindgen::JsValue;
use yew::Context;

/// A page that is hidden longer gives its stream back.
const HIDDEN_MS: u32 = 30_000;

impl Checkout {
    pub(super) fn set_visible(&mut self, ctx: &Context<Self>, is_visible: bool) {
        if is_visible {
            self.hidden = None;
            self.wake(ctx);
        } else {
            let link = ctx.link().clone();
            self.hidden = Some(Task::spawn(async move {
                sleep(HIDDEN_MS).await;
                link.send_message(Msg::Dozed);
            }));
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
