//! The Umclique checkout, drawn by Yew in WebAssembly.
//!
//! `www/umclique.js` wraps it as the custom element `<umclique-checkout>` and calls [`mount`]; a page may also do so itself.
//! It collects choices and passes them on. It never charges, never decides a status and never sees a provider's secret.

// Its exports `draw` and `unwrap` become ours.
#[cfg(feature = "drawer")]
extern crate umclique_qr_wasm as _;

pub mod components;
pub mod machine;
pub mod methods;
pub mod shell;
pub mod text;

use shell::{Host, Msg, Options};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsError, JsValue};
use web_sys::Node;

/// A mounted checkout.
#[wasm_bindgen]
pub struct Handle {
    host: Host,
}

/// Draws a checkout at the end of an element or a shadow root. `options` is
/// `{ session?: { id, client_secret }, server?, locale?, first?: Promise<object>,
/// emit?: (name, detail) => void, drawer?: () => Promise<{ draw, unwrap }>, frame?: (order) => { submit, challenge, close },
/// away?: (name, session, value) => Promise }`; the drawer is the module of `crates/qr-wasm`, `frame` puts up a provider's frame as
/// `www/umclique_april.js` does, and `away` goes to a provider's page as `www/umclique_redirect.js` does.
#[wasm_bindgen]
pub fn mount(parent: &Node, options: &JsValue) -> Result<Handle, JsValue> {
    let options = Options::read(options)?;
    let host = Host::enter(parent)?;
    host.tell(Msg::Mount(options));
    Ok(Handle { host })
}

#[wasm_bindgen]
impl Handle {
    /// Takes new options, as a whole. Another session closes the old one's attempt and keeps what the buyer typed.
    pub fn update(&self, options: &JsValue) -> Result<(), JsError> {
        self.host.tell(Msg::Configure(Options::read(options)?));
        Ok(())
    }

    /// Does what the pay button does.
    pub fn submit(&self) {
        self.host.tell(Msg::Press(machine::view::Press::Pay));
    }

    /// Reads the session again, and puts up again a provider's frame that did not work.
    pub fn reload(&self) {
        self.host.tell(Msg::Press(machine::view::Press::Retry));
    }

    /// Removes everything: nodes, listeners, timers, requests, and what the buyer typed.
    pub fn unmount(self) {
        self.host.leave();
    }
}
