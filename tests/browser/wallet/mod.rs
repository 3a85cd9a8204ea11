//! PicPay 1-Click in a browser: the way to PicPay's page, and the way back.

mod back;
mod go;

use crate::fake::{Page, redirect};
use crate::samples::wallet::redirect_view;
use js_sys::{Object, Promise, Reflect};
use umclique_wire::SessionView;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen(module = "/tests/browser/stand_ins.js")]
extern "C" {
    fn watch(page: &JsValue);
    fn went() -> String;
    fn open_at(query: &str);
    fn address() -> String;
    fn nonce(session: &str) -> String;
    fn keep(session: &str, nonce: &str);
    fn sha256(text: &str) -> Promise;
    fn lack(page: &JsValue, what: &str);
    fn leave();
}

/// The sample session, and what a consent brings back.
const SESSION: &str = "cs_0193f0c47d5b7c3e";
const CODE: &str = "AbCd_-0123456789xyzABC";

/// A tab that goes nowhere, in which the session is shown; what is left in it goes with the test.
struct Tab {
    page: Page,
}

impl Tab {
    /// At the shop's own address.
    fn new(view: &SessionView) -> Self {
        Self::at("?order=1001", view)
    }

    /// At an address; nothing is mounted yet.
    fn at(query: &str, view: &SessionView) -> Self {
        redirect::PAGE.with(watch);
        open_at(query);
        Self { page: Page::new(view) }
    }

    /// Back from PicPay in the browser that went there.
    fn back() -> Self {
        let tab =
            Self::at(&format!("?order=1001&umclique_session={SESSION}&umclique_return={CODE}#pay"), &redirect_view(2));
        keep(SESSION, "the-nonce");
        tab
    }

    /// The same tab shows its page anew, as after a reload.
    async fn reloaded(&mut self) {
        self.page.unmount();
        self.page.mount();
        self.page.until("the session", |page| !["", "loading"].contains(&page.screen().as_str())).await;
    }

    /// Does what `umclique.js` does where the address speaks of a visit; the element has these properties.
    fn arrive(&self, session: Option<&str>, server: &str) {
        let of_shop = session.map_or(JsValue::NULL, |id| {
            let session = Object::new();
            Reflect::set(&session, &"id".into(), &id.into()).expect("a fresh object");
            session.into()
        });
        Reflect::set(&self.page.host, &"session".into(), &of_shop).expect("an element takes properties");
        Reflect::set(&self.page.host, &"server".into(), &server.into()).expect("an element takes properties");
        redirect::arrive(&self.page.host);
    }
}

impl Drop for Tab {
    fn drop(&mut self) {
        leave();
    }
}

async fn hash(text: &str) -> String {
    JsFuture::from(sha256(text)).await.ok().and_then(|hash| hash.as_string()).expect("a hash")
}
